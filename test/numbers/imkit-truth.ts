// What happened on a made-up IMKit server, minute by minute, and what the server says of it at any moment.
import { noise } from '../../src/demo/platforms/load-curve.ts';

const minute = 60_000;
const hourOfMinutes = 60;
const totalMemory = 8 * 1024 ** 3;

/** The numbers of one report; counts are of the hour before `at`. */
export type ImkitValues = Readonly<Record<ImkitMetric, number>>;

export const imkitMetrics = [
  'users.active',
  'messages.sent',
  'messages.per_user',
  'rooms.active',
  'rooms.total',
  'rooms.active_ratio',
  'connections.peak',
  'connections.current',
  'memory.free',
  'memory.total',
  'memory.free_ratio',
] as const;

export type ImkitMetric = (typeof imkitMetrics)[number];

export interface ImkitTruth {
  /** What the server reports at a moment. */
  valueAt(metric: ImkitMetric, at: number): number;
  /** Messages that were sent from `from` to before `to`. */
  sentBetween(from: number, to: number): number;
  readonly from: number;
  readonly to: number;
}

/** The past of a server from `from` to `to`, both whole hours of UTC. */
export function createImkitTruth(seed: number, from: number, to: number): ImkitTruth {
  const count = Math.round((to - from) / minute);
  const load = Float64Array.from({ length: count }, (_, index) => loadAt(seed, from + index * minute));
  const sent = Float64Array.from(load, (one, index) => Math.round(one * (28 + 30 * noise(seed, 1, index))));
  const connections = Float64Array.from(load, (one, index) =>
    Math.round((150 + 1_500 * one) * (0.93 + 0.14 * noise(seed, 2, index))),
  );
  const free = Float64Array.from(load, (one, index) => Math.round(totalMemory * freeShare(seed, one, index)));
  const peaks = highestOfHour(connections);
  const before = sums(sent);
  const sentUntil = (at: number): number => {
    const whole = Math.min(count, Math.max(0, Math.floor((at - from) / minute)));
    const part = (at - from) / minute - whole;
    return (before[whole] ?? 0) + (part <= 0 ? 0 : Math.floor((sent[whole] ?? 0) * part));
  };
  const sentBetween = (start: number, end: number): number => sentUntil(end) - sentUntil(start);
  const valueAt = (metric: ImkitMetric, at: number): number => {
    const index = Math.min(count - 1, Math.max(0, Math.floor((at - from) / minute)));
    const hour = sentBetween(at - hourOfMinutes * minute, at);
    const users = Math.round(9 + hour / 40 + 5 * noise(seed, 3, index));
    const [rooms, allRooms] = [Math.round(2 + hour / 95 + 3 * noise(seed, 4, index)), 300 + Math.floor(index / 700)];
    const read: ImkitValues = {
      'messages.sent': hour,
      'users.active': users,
      'messages.per_user': hour / users,
      'rooms.active': rooms,
      'rooms.total': allRooms,
      'rooms.active_ratio': rooms / allRooms,
      'connections.current': connections[index] ?? 0,
      'connections.peak': peaks[index] ?? 0,
      'memory.free': free[index] ?? 0,
      'memory.total': totalMemory,
      'memory.free_ratio': (free[index] ?? 0) / totalMemory,
    };
    return read[metric];
  };
  return { valueAt, sentBetween, from, to };
}

/** Between 0.05 in the small hours and 1 at the busiest, another on each day, less on Saturdays and Sundays. */
function loadAt(seed: number, at: number): number {
  const hours = at / 3_600_000;
  const day = Math.floor(hours / 24);
  const clock = hours - day * 24;
  const bump = (peak: number, width: number): number => {
    const apart = Math.min(Math.abs(clock - peak), 24 - Math.abs(clock - peak));
    return Math.exp(-((apart / width) ** 2));
  };
  const isWeekend = (day + 4) % 7 === 0 || (day + 4) % 7 === 6;
  const ofDay = (isWeekend ? 0.7 : 1) * (0.85 + 0.3 * noise(seed, 5, day));
  return Math.max(0.05, ofDay * (0.08 + 0.5 * bump(3, 3) + 0.8 * bump(12.5, 3)));
}

/** Less under load; now and then far less for a single minute. */
function freeShare(seed: number, load: number, index: number): number {
  const dip = noise(seed, 6, index) < 0.0006 ? 0.3 * noise(seed, 7, index) + 0.1 : 0;
  return Math.max(0.03, 0.55 - 0.2 * load + 0.03 * noise(seed, 8, index) - dip);
}

function sums(values: Float64Array): Float64Array {
  const before = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index += 1)
    before[index + 1] = (before[index] ?? 0) + (values[index] ?? 0);
  return before;
}

/** Of each minute the highest value of the 60 minutes that end with it. */
function highestOfHour(values: Float64Array): Float64Array {
  const highest = new Float64Array(values.length);
  const rising: number[] = [];
  let first = 0;
  for (let index = 0; index < values.length; index += 1) {
    while (rising.length > first && (values[rising.at(-1) ?? 0] ?? 0) <= (values[index] ?? 0)) rising.pop();
    rising.push(index);
    while ((rising[first] ?? 0) <= index - hourOfMinutes) first += 1;
    highest[index] = values[rising[first] ?? 0] ?? 0;
    if (first > 10_000) {
      rising.splice(0, first);
      first = 0;
    }
  }
  return highest;
}
