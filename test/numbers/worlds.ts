// The pasts in which the bot is asked: their times, zones and polls, and what was not measured in them.
import type { ImkitMetric } from './imkit-truth.ts';
import type { TodayRow } from './jmessage-truth.ts';

const minute = 60_000;

export interface World {
  readonly name: string;
  readonly seed: number;
  /** Whole hours of UTC. */
  readonly from: string;
  readonly to: string;
  readonly pollMinutes: number;
  /** How far the polls are behind whole minutes, ms. */
  readonly phase: number;
  readonly gaps: readonly (readonly [from: string, to: string])[];
  /** A field that the server leaves out from a time on. */
  readonly omitted?: { readonly metric: ImkitMetric; readonly from: string };
  readonly todayRow: TodayRow;
  readonly missingDays: readonly string[];
  /** Local dates at which it is asked. */
  readonly dates: readonly string[];
  readonly zones: readonly string[];
  readonly clocks: readonly string[];
  /** How many questions at each of these times: of those without a range, and of those with one. */
  readonly asks: { readonly plain: number; readonly ranges: number };
}

const zones = ['Asia/Shanghai', 'Europe/Berlin', 'Pacific/Auckland', 'Asia/Kolkata'];
const clocks = ['00:22', '08:55', '15:27'];
const plain = {
  gaps: [],
  todayRow: 'so far',
  missingDays: [],
  zones,
  clocks,
  phase: 0,
  pollMinutes: 1,
  asks: { plain: 3, ranges: 12 },
} as const;

/** Hours without polls on several days, hours of which only the beginning was polled, and a night without any. */
const holes = (endOfHour: '59' | '50') =>
  [
    ['2026-11-08T06:00:30Z', '2026-11-08T08:08:30Z'],
    ['2026-11-10T06:00:30Z', '2026-11-10T08:08:30Z'],
    ['2026-11-12T17:00:30Z', '2026-11-13T01:08:30Z'],
    ['2026-11-14T06:00:30Z', '2026-11-14T08:08:30Z'],
    ['2026-11-15T22:06:30Z', `2026-11-15T22:${endOfHour}:30Z`],
    ['2026-11-15T23:06:30Z', `2026-11-15T23:${endOfHour}:30Z`],
    ['2026-11-16T01:06:30Z', `2026-11-16T01:${endOfHour}:30Z`],
    ['2026-11-16T04:10:30Z', '2026-11-16T06:40:30Z'],
  ] as const;

/** A short one with gaps over the night of the change in Berlin, for every run of the tests. */
export const shortWorlds: readonly World[] = [
  {
    ...plain,
    name: 'autumn in five minutes',
    seed: 3,
    from: '2026-10-07T00:00:00Z',
    to: '2026-10-27T00:00:00Z',
    pollMinutes: 5,
    asks: { plain: 1, ranges: 1 },
    dates: ['2026-10-25', '2026-10-26'],
  },
  {
    ...plain,
    name: 'gaps in five minutes',
    seed: 4,
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-17T00:00:00Z',
    pollMinutes: 5,
    asks: { plain: 1, ranges: 2 },
    phase: 23_000,
    gaps: holes('50'),
    todayRow: 'zero',
    missingDays: ['2026-11-05', '2026-11-11'],
    dates: ['2026-11-16'],
  },
];

export const longWorlds: readonly World[] = [
  {
    ...plain,
    name: 'autumn',
    seed: 1,
    from: '2026-08-20T00:00:00Z',
    to: '2026-10-27T00:00:00Z',
    dates: ['2026-09-27', '2026-09-28', '2026-10-25', '2026-10-26'],
  },
  {
    ...plain,
    name: 'spring',
    seed: 2,
    from: '2026-02-25T00:00:00Z',
    to: '2026-04-07T00:00:00Z',
    phase: 37_000,
    todayRow: 'absent',
    dates: ['2026-03-29', '2026-03-30', '2026-04-05'],
  },
  {
    ...plain,
    name: 'gaps',
    seed: 5,
    from: '2026-10-28T00:00:00Z',
    to: '2026-11-18T00:00:00Z',
    phase: 23_000,
    gaps: holes('59'),
    omitted: { metric: 'users.active', from: '2026-11-16T21:00:00Z' },
    todayRow: 'zero',
    missingDays: ['2026-11-05', '2026-11-09', '2026-11-11'],
    dates: ['2026-11-16', '2026-11-17'],
  },
  ...shortWorlds.map((world) => ({ ...world, seed: world.seed + 100, asks: { plain: 2, ranges: 6 } })),
];

/** Whether a time lies in a gap. */
export function gapsOf({ gaps }: Pick<World, 'gaps'>): (at: number) => boolean {
  const spans = gaps.map(([from, to]) => [Date.parse(from), Date.parse(to)] as const);
  return (at) => spans.some(([from, to]) => at >= from && at < to);
}

export const pollsOf = ({ from, phase, pollMinutes }: World): { first: number; every: number } => ({
  first: Date.parse(from) + 75 * minute + phase,
  every: pollMinutes * minute,
});
