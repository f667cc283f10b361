// Fewer points for a picture that holds only so many: neighbours joined, or of a long line every extreme.
import { type Duration, day, minute } from '../clock.ts';
import { phrasesOf, verbatim, type Wording } from '../metrics/phrase.ts';
import { measuredLength } from '../reports/chart.ts';
import type { chartPhrases } from '../reports/chart-phrases.ts';
import type { ChartModel } from '../reports/word-report.ts';

const say = phrasesOf<typeof chartPhrases>();

/** Neighbouring positions that become one point: from `from` up to but not including `to`. */
export interface PointGroup {
  readonly from: number;
  readonly to: number;
}

/** Minutes and days of which people speak. */
const roundMinutes = [2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1_440];
const roundDays = [2, 3, 4, 5, 7, 10, 14, 20, 30, 60, 90];

/**
 * The positions of a series in at most `most` groups of one size, the first of which may be smaller: the newest points are whole. The
 * size is a round length of time where one is near. `step`: ms from one position to the next, where it is known.
 */
export function pointGroups(
  length: number,
  most: number,
  step: Duration | undefined,
): { readonly size: number; readonly groups: readonly PointGroup[] } {
  const size = groupSize(Math.ceil(length / most), step);
  return { size, groups: groupsOf(length, size) };
}

/** Groups of one size, the last of which is whole. */
export function groupsOf(length: number, size: number): readonly PointGroup[] {
  const count = Math.ceil(length / size);
  return Array.from({ length: count }, (_, index) => {
    const to = length - (count - 1 - index) * size;
    return { from: Math.max(0, to - size), to };
  });
}

function groupSize(least: number, step: Duration | undefined): number {
  if (least <= 1) return 1;
  if (step === undefined) return least;
  const lengths = step >= day ? roundDays.map((days) => days * day) : roundMinutes.map((minutes) => minutes * minute);
  // Days are 23 to 25 hours long.
  const sizes = lengths.map((length) => length / (step >= day ? Math.round(step / day) * day : step));
  const round = sizes.find((size) => Number.isInteger(size) && size >= least);
  return round !== undefined && round <= least * 1.5 ? round : least;
}

/** The values of a group as one, and how many of them are known; undefined where none is. */
export function joinValues(
  values: readonly (number | undefined)[],
  { from, to }: PointGroup,
  how: 'sum' | 'low' | 'high',
): { readonly value: number | undefined; readonly known: number } {
  const known = values.slice(from, to).filter((value) => value !== undefined);
  if (known.length === 0) return { value: undefined, known: 0 };
  const value =
    how === 'sum' ? known.reduce((sum, one) => sum + one, 0) : Math[how === 'low' ? 'min' : 'max'](...known);
  return { value, known: known.length };
}

function extremesOf(values: readonly (number | undefined)[], among: readonly number[]): number[] {
  const at = (index: number): number => values[index] ?? 0;
  const lowest = among.reduce((best, index) => (at(index) < at(best) ? index : best));
  const highest = among.reduce((best, index) => (at(index) > at(best) ? index : best));
  return [lowest, highest];
}

/**
 * The chart without what is drawn beside the measured line, for a renderer that has lines of measured points alone: the edges of the usual
 * are lines, and the course ahead is its name, which says when it is at the limit.
 */
export function measuredPart(model: ChartModel, { text }: Pick<Wording, 'text'>): ChartModel {
  const { labels, clock, series, unit } = model;
  const length = measuredLength(series, labels.length);
  const others = series.filter(({ role }) => role === 'usual' || role === 'ahead');
  if (others.length === 0) return model;
  const bands = others.filter(({ role }) => role === 'usual');
  const edges = bands.flatMap(({ name, lows = [], highs = [] }) =>
    [{ side: 'low', values: lows } as const, { side: 'high', values: highs } as const].map(({ side, values }) => ({
      name: text(say('chart.bandEdge', { name, side })),
      values: values.slice(0, length),
      role: 'previous' as const,
    })),
  );
  const newest = bands.flatMap(({ name, lows = [], highs = [] }) => {
    const [low, high] = [lows, highs].map((values) => values.slice(0, length).findLast((value) => value !== undefined));
    return low === undefined || high === undefined
      ? []
      : [text(say('chart.altUsual', { name: verbatim(name), low, high, unit }))];
  });
  return {
    ...model,
    labels: labels.slice(0, length),
    clock: clock?.slice(0, length),
    series: [...series.filter((one) => !others.includes(one)), ...edges],
    notes: [...newest, ...others.filter(({ role }) => role === 'ahead').map(({ name }) => name)],
  };
}

/** How many points a drawn line has at most: more cannot be told apart in a picture of this width. */
export const mostLinePoints = 600;

const pointsPerStretch = 4;
const stretchCount = mostLinePoints / pointsPerStretch;

/**
 * A long line with few points, evenly spread: of each stretch its lowest and highest value in their order, a gap where one was, and its last
 * value. So every peak, every gap and the newest value stay.
 */
export function thinLine(values: readonly (number | undefined)[]): (number | undefined)[] {
  if (values.length <= mostLinePoints) return [...values];
  const edge = (stretch: number): number => Math.floor((stretch * values.length) / stretchCount);
  return Array.from({ length: stretchCount }, (_, stretch) =>
    summaryOf(values.slice(edge(stretch), edge(stretch + 1))),
  ).flat();
}

function summaryOf(values: readonly (number | undefined)[]): (number | undefined)[] {
  const known = values.flatMap((value, index) => (value === undefined ? [] : [index]));
  const last = values.at(-1);
  if (known.length === 0) return [undefined, undefined, undefined, undefined];
  const [first, second] = extremesOf(values, known).sort((a, b) => a - b);
  return [values[first ?? 0], values[second ?? 0], known.length < values.length ? undefined : last, last];
}

/** The labels that belong to the points of `thinLine`, as if those were spread evenly. */
export function thinLabels<Label>(labels: readonly Label[]): Label[] {
  if (labels.length <= mostLinePoints) return [...labels];
  const positions = Array.from({ length: mostLinePoints }, (_, point) =>
    Math.floor((point * labels.length) / mostLinePoints),
  );
  return positions.flatMap((position) => labels[position] ?? []);
}
