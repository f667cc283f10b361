// The right numbers of an app on IMKit over any window, from what its platform said at each poll, as intervals of what is right.
import type { ImkitMetric, ImkitTruth } from './imkit-truth.ts';
import { dateAt, daysFrom, hour, type LocalTime, minute, startOfDay, timeAt, type Window } from './local-time.ts';

/** The least and the most that is right. */
export interface Interval {
  readonly lo: number;
  readonly hi: number;
}

export const exactly = (value: number): Interval => ({ lo: value, hi: value });
export const hull = (all: readonly Interval[]): Interval | undefined =>
  all.length === 0 ? undefined : { lo: Math.min(...all.map(({ lo }) => lo)), hi: Math.max(...all.map(({ hi }) => hi)) };
export const plus = (a: Interval, b: Interval): Interval => ({ lo: a.lo + b.lo, hi: a.hi + b.hi });

/** How the values of a window become one. `last`: the newest one in it. */
export type Statistic = 'sum' | 'high' | 'low' | 'mean' | 'last';

export interface Polling {
  readonly every: number;
  /** The first poll; the others follow in even steps. */
  readonly first: number;
  /** Whether a metric was stored from the poll at this time. */
  readonly isStored: (metric: ImkitMetric, at: number) => boolean;
}

const day = 24 * hour;
const fiveMinutes = 5 * minute;
/** How long every sample is kept. */
const keptRaw = 14 * day;

const trailing: ReadonlySet<ImkitMetric> = new Set([
  'users.active',
  'messages.sent',
  'messages.per_user',
  'rooms.active',
  'rooms.active_ratio',
  'connections.peak',
]);
export const isTrailing = (metric: ImkitMetric): boolean => trailing.has(metric);

/** An hour of a window, counted back from its end; the first one may be cut by the window's start. */
export interface Slot {
  readonly from: number;
  readonly to: number;
  readonly isCut: boolean;
}

export interface ImkitSums {
  value(metric: ImkitMetric, statistic: Statistic, window: Window): Interval | undefined;
  /** Hours of which the sample at the end is there (or for a moment any sample), of how many. */
  coverage(metric: ImkitMetric, window: Window): { readonly measured: Interval; readonly of: Interval };
  /** The value of both windows from the hours that were measured in both, by their place on the wall clock. */
  both(
    metric: ImkitMetric,
    statistic: Statistic,
    windows: readonly [Window, Window],
  ): readonly [Interval, Interval] | undefined;
  /** Hours that were measured in both windows. */
  common(metric: ImkitMetric, windows: readonly [Window, Window]): Interval;
  /** The readings of a part of a window: of moments those of five minutes may belong to it or to the next part. */
  slot(metric: ImkitMetric, statistic: Statistic, window: Window): Interval[];
  /** Every value that was measured within a window, or within a poll of its end for a count of the hour before. */
  range(metric: ImkitMetric, window: Window): Interval | undefined;
}

/** `isAsked`: whether a question has just got a number from the platform itself. */
export function createImkitSums(
  truth: ImkitTruth,
  polling: Polling,
  { time, isAsked }: { readonly time: LocalTime; readonly isAsked: (metric: ImkitMetric) => boolean },
): ImkitSums {
  const { every, first, isStored } = polling;
  const near = every + 5_000;
  const timesIn = (metric: ImkitMetric, from: number, to: number): number[] => {
    const times: number[] = [];
    const start = first + Math.ceil((Math.max(from, first) - first) / every) * every;
    for (let at = start; at <= Math.min(to, time.now); at += every) if (isStored(metric, at)) times.push(at);
    const { now } = time;
    if (now >= from && now <= to && times.at(-1) !== now && isAsked(metric)) times.push(now);
    return times;
  };
  const around = (metric: ImkitMetric, at: number): number[] => timesIn(metric, at - near, at + near);
  const endOf = (metric: ImkitMetric, at: number): Interval | undefined =>
    hull(around(metric, at).map((one) => exactly(truth.valueAt(metric, one))));

  /** A whole number of hours in a row, of which each sample may be a poll early or late, is what was sent between its ends. */
  const sumOf = (slots: readonly Slot[]): Interval | undefined => {
    let total: Interval | undefined;
    for (const run of runsOf(slots.filter((slot) => around('messages.sent', slot.to).length > 0))) {
      const [oldest, newest] = [run.at(-1), run[0]];
      if (oldest === undefined || newest === undefined) continue;
      const shifts = (slot: Slot) =>
        hull(around('messages.sent', slot.to).map((at) => exactly(at - slot.to))) ?? exactly(0);
      const [early, late] = [shifts(oldest), shifts(newest)];
      const least = truth.sentBetween(oldest.from + early.hi, newest.to + Math.min(late.lo, late.hi));
      const most = truth.sentBetween(oldest.from + early.lo, newest.to + late.hi);
      // The platform gives each hour as a whole number.
      const rounded = run.length / 2;
      total = plus(total ?? exactly(0), { lo: Math.min(least, most) - rounded, hi: Math.max(least, most) + rounded });
    }
    const cut = slots.find(({ isCut }) => isCut);
    const whole = cut === undefined ? total : withCut(total, cut);
    const oldest = slots.at(-1)?.from ?? time.now;
    if (whole === undefined || time.now - oldest < keptRaw - 2 * day) return whole;
    // Where samples end and what they were rolled up to begins, an hour may be a poll longer or shorter.
    const most = Math.max(...slots.map(({ to }) => truth.sentBetween(to - every, to)));
    return { lo: whole.lo - most, hi: whole.hi + most };
  };
  /** What was sent in the cut hour, or its share of the sample at its end. */
  const withCut = (total: Interval | undefined, cut: Slot): Interval | undefined => {
    const samples = around('messages.sent', cut.to);
    if (samples.length === 0) return total;
    const share = (cut.to - cut.from) / hour;
    const parts = samples.map((at) => exactly(share * truth.valueAt('messages.sent', at)));
    const part = hull([...parts, exactly(truth.sentBetween(cut.from, cut.to))]) ?? exactly(0);
    return plus(total ?? exactly(0), part);
  };
  const extreme = (metric: ImkitMetric, side: 'high' | 'low', slots: readonly Slot[]): Interval | undefined => {
    const ends = slots.filter(({ isCut }) => !isCut).flatMap((slot) => endOf(metric, slot.to) ?? []);
    const of = side === 'high' ? Math.max : Math.min;
    return ends.length === 0 ? undefined : { lo: of(...ends.map(({ lo }) => lo)), hi: of(...ends.map(({ hi }) => hi)) };
  };
  const moments = (
    metric: ImkitMetric,
    statistic: 'high' | 'low' | 'mean',
    spans: readonly { from: number; to: number }[],
  ): Interval | undefined => {
    // The samples right at the ends may be counted or not.
    const insets = [0, 1].flatMap((start) => [0, 1].map((end) => [start, end] as const));
    const variants = insets.map(([start, end]) =>
      spans.flatMap(({ from, to }) => timesIn(metric, from + start, to - end)).map((at) => truth.valueAt(metric, at)),
    );
    return hull(variants.filter((values) => values.length > 0).map((values) => exactly(combined(values, statistic))));
  };
  /** Or of the five minutes, into which samples are rolled up, that lie in them or begin in them. */
  const momentsOnGrid = (
    metric: ImkitMetric,
    statistic: 'high' | 'low' | 'mean',
    spans: readonly { from: number; to: number }[],
  ): Interval | undefined => {
    const grids = [Math.floor, Math.ceil].map((round) => {
      const even = (at: number): number => round(at / fiveMinutes) * fiveMinutes;
      return spans.map(({ from, to }) => ({ from: even(from), to: even(to) }));
    });
    return hull([spans, ...grids].flatMap((some) => moments(metric, statistic, some) ?? []));
  };
  const valueIn = (metric: ImkitMetric, statistic: Statistic, window: Window): Interval | undefined => {
    if (statistic === 'last') return lastOf(metric, window);
    const slots = slotsOf(window, time.zone);
    if (metric === 'messages.sent' && statistic === 'sum') return sumOf(slots);
    if (!isTrailing(metric)) return statistic === 'sum' ? undefined : moments(metric, statistic, [window]);
    if (statistic === 'high' || statistic === 'low')
      return hull([slots, clockHours(window, time.zone)].flatMap((some) => extreme(metric, statistic, some) ?? []));
    return meanOf(metric, slots);
  };
  const meanOf = (metric: ImkitMetric, slots: readonly Slot[]): Interval | undefined => {
    const ends = slots.filter(({ isCut }) => !isCut).flatMap((slot) => endOf(metric, slot.to) ?? []);
    return ends.length === 0 ? undefined : { lo: mean(ends.map(({ lo }) => lo)), hi: mean(ends.map(({ hi }) => hi)) };
  };
  /** The newest in the window, or one that is nearer to its end. */
  const lastOf = (metric: ImkitMetric, { from, to }: Window): Interval | undefined => {
    const newest = timesIn(metric, from, to).at(-1);
    const times = [...(newest === undefined ? [] : [newest]), ...around(metric, to)];
    return hull(times.map((at) => exactly(truth.valueAt(metric, at))));
  };
  const isMeasured = (metric: ImkitMetric, slot: Slot): boolean =>
    isTrailing(metric)
      ? around(metric, slot.to).length > 0
      : timesIn(metric, slot.from + 1, slot.to).length * every >= (slot.to - slot.from) / 2;
  const compare = (
    metric: ImkitMetric,
    [window, before]: readonly [Window, Window],
    cut: (window: Window, zone: string) => readonly Slot[] = slotsOf,
  ): ComparedSlots => {
    const sides = [window, before].map((one) => byPlace(cut(one, time.zone), one, time.zone));
    const isCommon = (place: string): boolean =>
      sides.every((slots) => (slots.get(place) ?? []).some((slot) => isMeasured(metric, slot)));
    const places = new Set([...(sides[0]?.keys() ?? [])].filter(isCommon));
    const measured = (side: Places | undefined, isKept: (place: string) => boolean): Slot[] =>
      [...(side ?? [])]
        .flatMap(([place, slots]) => (isKept(place) ? slots : []))
        .filter((slot) => isMeasured(metric, slot))
        .sort((a, b) => b.to - a.to);
    // An hour that the clocks skip on one side may be counted on the other.
    const isSkipped = (place: string): boolean => sides.some((slots) => !slots.has(place));
    const [mine, theirs] = sides;
    return {
      common: [measured(mine, (place) => places.has(place)), measured(theirs, (place) => places.has(place))],
      withSkipped: [
        measured(mine, (place) => places.has(place) || isSkipped(place)),
        measured(theirs, (place) => places.has(place) || isSkipped(place)),
      ],
    };
  };
  const ofSlots = (metric: ImkitMetric, statistic: Statistic, slots: readonly Slot[]): Interval | undefined => {
    if (statistic === 'sum') return sumOf(slots);
    if (statistic === 'last') return undefined;
    if (!isTrailing(metric)) return momentsOnGrid(metric, statistic, slots);
    return statistic === 'mean' ? meanOf(metric, slots) : extreme(metric, statistic, slots);
  };
  return {
    value: valueIn,
    coverage: (metric, window) => {
      const slots = slotsOf(window, time.zone);
      const whole = slots.filter(({ isCut }) => !isCut);
      const strict = whole.filter((slot) => isMeasured(metric, slot)).length;
      const some = slots.filter((slot) => timesIn(metric, slot.from, slot.to).length > 0).length;
      const share = slots.reduce((sum, slot) => sum + timesIn(metric, slot.from + 1, slot.to).length * every, 0) / hour;
      return {
        measured: { lo: Math.min(strict, Math.floor(share), some), hi: Math.max(strict, Math.ceil(share), some) },
        of: { lo: whole.length, hi: slots.length },
      };
    },
    both: (metric, statistic, windows) => {
      const [window, before] = windows;
      if (statistic === 'last') return paired(lastOf(metric, window), lastOf(metric, before));
      // Of moments the hours may be those of the clock, also on the day that runs.
      const cuts = isTrailing(metric) ? [slotsOf] : [slotsOf, hoursOfClock];
      const compared = cuts.map((cut) => compare(metric, windows, cut)).filter(({ common }) => common[0].length > 0);
      if (compared.length === 0) return undefined;
      const side = (index: 0 | 1, whole: Window): Interval | undefined => {
        const own = statistic === 'sum' ? undefined : valueIn(metric, statistic, whole);
        const some = compared.flatMap(({ common, withSkipped }) =>
          [common[index], withSkipped[index]].map((slots) => ofSlots(metric, statistic, slots)),
        );
        return hull([...some, own].filter((one) => one !== undefined));
      };
      return paired(side(0, window), side(1, before));
    },
    common: (metric, windows) => {
      const count = compare(metric, windows).common[0].length;
      // An hour of which a part was measured may count or not, where each moment is a number.
      const parts = isTrailing(metric) ? 0 : 4;
      return { lo: count - parts, hi: count + parts };
    },
    slot: (metric, statistic, window) => {
      if (isTrailing(metric) || window.dates !== undefined)
        return [valueIn(metric, statistic, window)].filter((one) => one !== undefined);
      // Samples are rolled up to five minutes, which a part of a long window has whole or not at all.
      const ends = (at: number): number[] => [
        at,
        ...[Math.floor, Math.ceil].map((round) => round(at / fiveMinutes) * fiveMinutes),
      ];
      const grid = ends(window.from).flatMap((from) => ends(window.to).map((to) => ({ from, to })));
      const whole = hull(grid.flatMap((one) => valueIn(metric, statistic, one) ?? []));
      return whole === undefined ? [] : [whole];
    },
    range: (metric, { from, to }) => {
      const times = timesIn(metric, from - 1_000, to + (isTrailing(metric) ? near : 0));
      return hull(times.map((at) => exactly(truth.valueAt(metric, at))));
    },
  };
}

/** The hours of two windows that are compared, the newest first: those that were measured in both, and with those that one of them lacks. */
interface ComparedSlots {
  readonly common: readonly [readonly Slot[], readonly Slot[]];
  readonly withSkipped: readonly [readonly Slot[], readonly Slot[]];
}

function paired(a: Interval | undefined, b: Interval | undefined): readonly [Interval, Interval] | undefined {
  return a === undefined || b === undefined ? undefined : [a, b];
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

function combined(values: readonly number[], statistic: 'high' | 'low' | 'mean'): number {
  if (statistic === 'mean') return mean(values);
  return values.reduce((best, one) => (statistic === 'high' ? Math.max(best, one) : Math.min(best, one)));
}

/** The newest first. Hours of whole days are those of the clock; of the day that runs they are counted back from now. */
export function slotsOf({ from, to, dates }: Window, zone: string): Slot[] {
  const midnight = dates === undefined ? from : Math.max(from, startOfDay(dates.to, zone));
  const isRunning = dates !== undefined && midnight > from && (to - midnight) % hour !== 0;
  if (isRunning) return [...slotsBack(midnight, to), ...slotsBack(from, midnight)];
  return slotsBack(from, to);
}

function slotsBack(from: number, to: number): Slot[] {
  const slots: Slot[] = [];
  for (let end = to; end > from + 1_000; end -= hour) {
    const isCut = end - hour < from - 1_000;
    slots.push({ from: isCut ? from : end - hour, to: end, isCut });
  }
  return slots;
}

/** The hours of whole days by the clock, the last one as long as it is so far. */
function hoursOfClock({ from, to, dates }: Window, zone: string): Slot[] {
  if (dates === undefined) return slotsOf({ from, to }, zone);
  const over = (to - startOfDay(dates.to, zone)) % hour;
  const running = over === 0 ? [] : [{ from: to - over, to, isCut: true }];
  return [...running, ...slotsBack(from, to - over)];
}

/** The whole hours of the clock, where the last day is not over. */
function clockHours({ from, to, dates }: Window, zone: string): Slot[] {
  const midnight = dates === undefined ? to : Math.max(from, startOfDay(dates.to, zone));
  const over = (to - midnight) % hour;
  return dates === undefined || over === 0 ? [] : slotsBack(from, to - over);
}

/** Neighbours, the newest first; without what is cut. */
function runsOf(slots: readonly Slot[]): Slot[][] {
  const runs: Slot[][] = [];
  for (const slot of slots.filter(({ isCut }) => !isCut)) {
    const run = runs.at(-1);
    if (Math.abs((run?.at(-1)?.from ?? 0) - slot.to) < 1_000) run?.push(slot);
    else runs.push([slot]);
  }
  return runs;
}

type Places = ReadonlyMap<string, readonly Slot[]>;

/** The hours by their place: the day and the time on the clock, or the distance from the end. An hour that comes twice shares a place. */
function byPlace(slots: readonly Slot[], { from, to, dates }: Window, zone: string): Places {
  if (dates === undefined) return new Map(slots.map((slot) => [String(Math.round((to - slot.to) / minute)), [slot]]));
  const start = dateAt(from, zone);
  return Map.groupBy(slots, (slot) => `${daysFrom(start, dateAt(slot.from, zone))} ${timeAt(slot.from, zone)}`);
}
