// A chart as text: a small skyline, and below it low, high and latest in words.
import { finite } from '../metrics/format.ts';
import { phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { chartPhrases } from '../reports/chart-phrases.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { partialOf } from './datasets.ts';
import { measuredPart } from './downsample.ts';
import { labelAt } from './label-text.ts';

const say = phrasesOf<typeof chartPhrases>();

const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Stands for a stretch without any measured value. */
const gap = '·';

/** As many signs as stay on one line of a narrow window. */
const width = 32;

/** More series than this would not be read. */
const mostSeries = 4;

/** Plain text, to be escaped by whoever posts it; `skylines` are the numbers of its lines that are rows of signs, none where absent. */
export interface TextChart {
  readonly text: string;
  readonly skylines?: readonly number[];
}

/** The title, then a skyline and its words for each series; of stacked series for their total; then the limits. */
export function toTextChart(whole: ChartModel, wording: Wording): TextChart {
  const model = measuredPart(whole, wording);
  const shown = shownSeries(model, wording);
  const [only] = shown;
  if (only === undefined) return { text: wording.text(say('chart.textEmpty', { title: model.title })) };
  const title = model.title === '' ? (shown.length === 1 ? only.name : model.words.untitled) : model.title;
  const lines = shown.slice(0, mostSeries).flatMap(({ name, values }) => {
    const words = wordsOf(model, values, wording);
    return [skyline(values), shown.length === 1 ? words : `${name}: ${words}`];
  });
  const more = shown.length - mostSeries;
  const rest = more > 0 ? [wording.text(say('chart.textMore', { count: more }))] : [];
  const limits = model.limits.map((line) => line.label).join(', ');
  return {
    text: [title, ...lines, ...rest, ...(limits === '' ? [] : [limits]), ...(model.notes ?? [])].join('\n'),
    skylines: lines.flatMap((_, index) => (index % 2 === 0 ? [index + 1] : [])),
  };
}

interface Shown {
  readonly name: string;
  readonly values: readonly (number | undefined)[];
}

function shownSeries(model: ChartModel, { text }: Wording): Shown[] {
  const mains = model.series
    .filter((one) => one.role === 'main')
    .map((one) => ({ name: one.name, values: model.labels.map((_, index) => finite(one.values[index])) }));
  if (model.kind !== 'stacked' || mains.length < 2) return mains;
  const totals = model.labels.map((_, index) => total(mains.map((one) => one.values[index])));
  return [{ name: text(say('chart.textTotal')), values: totals }];
}

/** A total with an unknown part is unknown. */
function total(parts: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    sum += part;
  }
  return sum;
}

/** A range of less than this share of the highest value is no change that signs could show. */
const flat = 0.1;

/**
 * One sign for each value, or for each stretch of values its mean. The signs stand on zero, as bars do: from the lowest value up, a
 * quiet day would look like a crash. Values that hardly differ are all in the middle.
 */
export function skyline(values: readonly (number | undefined)[]): string {
  const columns = stretches(values);
  const known = columns.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const [floor, top] = [Math.min(0, low), Math.max(0, high)];
  const isFlat = high - low < flat * Math.max(Math.abs(low), Math.abs(high));
  return columns
    .map((value) => {
      if (value === undefined) return gap;
      if (isFlat) return steps[3];
      const step = top === floor ? 0 : Math.round(((value - floor) / (top - floor)) * (steps.length - 1));
      return steps[step] ?? gap;
    })
    .join('');
}

function stretches(values: readonly (number | undefined)[]): (number | undefined)[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.floor(((column + 1) * values.length) / width);
    const known = values.slice(from, to).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** `low 412 at 03:00, high 1,893 at 21:00, latest 1,650 at 23:00`. A point that is not over is no low and no high. */
function wordsOf(model: ChartModel, values: readonly (number | undefined)[], { text }: Wording): string {
  const { unit } = model;
  const partial = partialOf(model);
  const known = values.flatMap((value, index) =>
    value === undefined ? [] : [{ value, index, label: labelAt(model, index) }],
  );
  const [first] = known;
  const latest = known.at(-1);
  if (first === undefined || latest === undefined) return text(say('chart.textUnmeasured'));
  const how = { unit, isDay: model.each === 'day' };
  if (known.length === 1) return text(say('chart.textOnly', { only: first, ...how }));
  const ended = known.filter(({ index }) => !partial.has(index));
  const whole = ended.length === 0 ? known : ended;
  const low = whole.reduce((best, one) => (one.value < best.value ? one : best));
  const high = whole.reduce((best, one) => (one.value > best.value ? one : best));
  return text(say('chart.textRange', { low, high, latest, ...how }));
}
