// Two periods compared by the slots that were measured in both, each beside the one at its place on the wall clock.
import { daysBetween, type LocalDate, localDate, minuteOfDay } from '../time-zone.ts';
import { metric } from './catalog.ts';
import type { MeasuredSeries } from './measured-series.ts';
import type { Span } from './range.ts';

/** Both periods, of the slots that were measured in both. */
export interface Common {
  readonly now: number | undefined;
  readonly before: number | undefined;
  /** How many slots of the later period were measured in both, and of how many. */
  readonly measured: number;
  readonly of: number;
  /** True where the periods differ in length, so that their means of a slot were compared. */
  readonly isPerSlot: boolean;
}

/** A change of clocks makes a period so many slots longer or shorter; a larger difference is one of length. */
const hoursOfClocks = 2;

/** From this share of a slot on it counts as measured. */
export const leastShare = 0.5;

/** Compares a period with an earlier one. `zone` is given where both are of local days, which a change of clocks makes unequally long. */
export function compareCommon(main: MeasuredSeries, earlier: MeasuredSeries, zone: string | undefined): Common {
  const difference = Math.abs(main.slots.values.length - earlier.slots.values.length);
  if (difference === 0) return compareByIndex(main, earlier);
  if (difference > (main.each === 'day' ? 0 : hoursOfClocks)) return comparePerSlot(main, earlier);
  // The wall clock tells which belong together.
  const [mine, others] = [placesOf(main, zone), placesOf(earlier, zone)];
  const theirs = new Map(others.map((place) => [place.key, place]));
  const own = new Set(mine.map(({ key }) => key));
  // An hour that the clocks skip in one period is no gap: it has none.
  const common = mine.filter(
    ({ key, isMeasured }) => isMeasured && (theirs.get(key)?.isMeasured ?? zone !== undefined),
  );
  const matching = new Set(common.map(({ key }) => key));
  const before = others.filter(
    ({ key, isMeasured }) => isMeasured && (matching.has(key) || (zone !== undefined && !own.has(key))),
  );
  const count = (all: readonly Place[]): number => all.reduce((sum, { slots }) => sum + slots.length, 0);
  return {
    now: combineAt(main, common),
    before: before.length === 0 ? undefined : combineAt(earlier, before),
    measured: others.length === 0 ? 0 : count(common),
    of: count(mine),
    isPerSlot: false,
  };
}

/** The same of a part of a period and its place in the earlier one: of the slots that end in these spans. */
export function compareParts(
  main: MeasuredSeries,
  earlier: MeasuredSeries,
  { span, before, zone }: { readonly span: Span; readonly before: Span; readonly zone: string | undefined },
): Common {
  return compareCommon(partOf(main, span), partOf(earlier, before), zone);
}

function partOf(series: MeasuredSeries, span: Span): MeasuredSeries {
  const { slots } = series;
  const first = slots.to.findIndex((to) => to > span.from);
  const end = slots.to.findIndex((to) => to > span.to);
  const [from, to] = [first === -1 ? slots.to.length : first, end === -1 ? slots.to.length : end];
  const cut = <Value>(column: readonly Value[]): readonly Value[] => column.slice(from, to);
  return {
    ...series,
    window: span,
    slots: {
      ...{ from: cut(slots.from), to: cut(slots.to), values: cut(slots.values) },
      ...{ lows: cut(slots.lows), highs: cut(slots.highs), lasts: cut(slots.lasts) },
      ...{ sums: cut(slots.sums), counts: cut(slots.counts), shares: cut(slots.shares) },
    },
    partial: series.partial.map((index) => index - from).filter((index) => index >= 0 && index < to - from),
  };
}

/** Periods of as many slots have them at the same places. A year has thousands, so there is no object for each. */
function compareByIndex(main: MeasuredSeries, earlier: MeasuredSeries): Common {
  const both: number[] = [];
  let of = 0;
  for (let index = 0; index < main.slots.values.length; index += 1) {
    // The platform's number of today is not that of a day.
    if (main.each === 'day' && (main.partial.includes(index) || earlier.partial.includes(index))) continue;
    of += 1;
    const [share, before] = [main.slots.shares[index] ?? 0, earlier.slots.shares[index] ?? 0];
    if (share >= leastShare && before >= leastShare) both.push(index);
  }
  const place = [{ key: 0, slots: both, isMeasured: true }];
  return {
    now: combineAt(main, place),
    before: combineAt(earlier, place),
    measured: both.length,
    of,
    isPerSlot: false,
  };
}

/** Sums of unequally long periods as means of a slot; any other value of them is compared as it is. */
function comparePerSlot(main: MeasuredSeries, earlier: MeasuredSeries): Common {
  const [mine, others] = [placesOf(main, undefined), placesOf(earlier, undefined)];
  const known = (places: readonly Place[]): Place[] => places.filter(({ isMeasured }) => isMeasured);
  const isSum = metric(main.id).combine === 'sum';
  const per = (series: MeasuredSeries, places: readonly Place[]): number | undefined => {
    const value = combineAt(series, places);
    return value === undefined || !isSum ? value : value / places.length;
  };
  const isEnough = 2 * known(others).length >= others.length;
  return {
    now: per(main, known(mine)),
    before: isEnough ? per(earlier, known(others)) : undefined,
    measured: known(mine).length,
    of: mine.length,
    isPerSlot: isSum,
  };
}

/** The slots at one place of the clock: two where an hour comes twice. */
interface Place {
  readonly key: number;
  readonly slots: number[];
  isMeasured: boolean;
}

/** By the wall clock of `zone`, else by how far they are from the end. */
function placesOf(series: MeasuredSeries, zone: string | undefined): Place[] {
  const { slots, each, partial, window } = series;
  const first = zone === undefined ? '' : localDate(window.from, zone);
  const places = new Map<number, Place>();
  for (let index = 0; index < slots.values.length; index += 1) {
    // The platform's number of today is not that of a day.
    if (each === 'day' && partial.includes(index)) continue;
    const isMeasured = (slots.shares[index] ?? 0) >= leastShare;
    const end = (slots.to[index] ?? 0) - 1;
    const key = zone === undefined ? index - slots.values.length : placeOf(end, first, zone);
    const place = places.get(key);
    if (place === undefined) places.set(key, { key, slots: [index], isMeasured });
    else {
      place.slots.push(index);
      place.isMeasured &&= isMeasured;
    }
  }
  return [...places.values()];
}

/** Minutes on the wall clock from the first date on. */
function placeOf(at: number, first: LocalDate, zone: string): number {
  return daysBetween(first, localDate(at, zone)) * 1_440 + minuteOfDay(at, zone);
}

function combineAt({ id, slots }: MeasuredSeries, places: readonly Place[]): number | undefined {
  const { combine } = metric(id);
  let [sum, count] = [0, 0];
  let result: number | undefined;
  const column = { max: slots.highs, min: slots.lows, last: slots.lasts, sum: slots.values, mean: slots.values }[
    combine
  ];
  for (const place of places) {
    for (const index of place.slots) {
      sum += slots.sums[index] ?? 0;
      count += slots.counts[index] ?? 0;
      const value = column[index];
      if (value === undefined) continue;
      if (result === undefined || combine === 'last') result = value;
      else result = combine === 'max' ? Math.max(result, value) : Math.min(result, value);
    }
  }
  if (combine === 'sum') return count === 0 ? undefined : sum;
  return combine === 'mean' ? (count === 0 ? undefined : sum / count) : result;
}
