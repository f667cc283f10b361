// A chart as a line of text: a small skyline, then low, high and latest in words.
import { finite } from '../metrics/format.ts';
import { phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { chartPhrases } from '../reports/chart-phrases.ts';
import type { ChartModel } from '../reports/word-report.ts';
import { labelAt } from './label-text.ts';

const say = phrasesOf<typeof chartPhrases>();

const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Stands for a stretch without any measured value. */
const gap = '·';

/** As many signs as stay on one line of a narrow window. */
const width = 32;

/** More lines than this would not be read. */
const mostLines = 4;

/**
 * The title, then a line for one series, one for each of several; of stacked series their total. Plain text, to be escaped by whoever
 * posts it. Scaled from lowest to highest: the words carry the numbers.
 */
export function toTextChart(model: ChartModel, wording: Wording): string {
  const shown = shownSeries(model, wording);
  const limits = model.limits.map((line) => line.label).join(', ');
  const [only] = shown;
  if (only === undefined) return wording.text(say('chart.textEmpty', { title: model.title }));
  if (shown.length === 1) {
    const words = wordsOf(model, only.values, wording);
    const title = model.title === '' ? only.name : model.title;
    return `${title}\n${skyline(only.values)}  ${[words, limits].filter((text) => text !== '').join(', ')}`;
  }
  const lines = shown
    .slice(0, mostLines)
    .map((one) => `${skyline(one.values)}  ${one.name}: ${wordsOf(model, one.values, wording)}`);
  const more = shown.length - mostLines;
  const rest = more > 0 ? [wording.text(say('chart.textMore', { count: more }))] : [];
  const title = model.title === '' ? model.words.untitled : model.title;
  return [title, ...lines, ...rest, ...(limits === '' ? [] : [limits])].join('\n');
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

/** One sign for each value, or for each stretch of values its mean, from `▁` (the lowest) to `█` (the highest). */
export function skyline(values: readonly (number | undefined)[]): string {
  const columns = stretches(values);
  const known = columns.filter((value) => value !== undefined);
  const low = Math.min(...known);
  const high = Math.max(...known);
  return columns
    .map((value) => {
      if (value === undefined) return gap;
      const step = high === low ? 3 : Math.round(((value - low) / (high - low)) * (steps.length - 1));
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

/** `low 412 at 03:00, high 1,893 at 21:00, latest 1,650 at 23:00`. A day that still runs is no low and no high. */
function wordsOf(model: ChartModel, values: readonly (number | undefined)[], { text }: Wording): string {
  const { unit, isPartial } = model;
  const known = values.flatMap((value, index) =>
    value === undefined ? [] : [{ value, index, label: labelAt(model, index) }],
  );
  const [first] = known;
  const latest = known.at(-1);
  if (first === undefined || latest === undefined) return text(say('chart.textUnmeasured'));
  const how = { unit, isDay: model.each === 'day' };
  if (known.length === 1) return text(say('chart.textOnly', { only: first, ...how }));
  const ended = known.filter(({ index }) => !(isPartial && index === values.length - 1));
  const whole = ended.length === 0 ? known : ended;
  const low = whole.reduce((best, one) => (one.value < best.value ? one : best));
  const high = whole.reduce((best, one) => (one.value > best.value ? one : best));
  const words = text(say('chart.textRange', { low, high, latest, ...how }));
  const missing = values.length - known.length;
  return missing === 0 ? words : `${words}, ${text(say('chart.textGaps', { missing, of: values.length }))}`;
}
