// The response of IMKit's statistics: its schema, the window that it covers, and its conversion to a snapshot.
import { z } from 'zod';
import { type Duration, day, hour, type Instant, minute } from '../../clock.ts';
import type { MetricValues } from '../../metrics/catalog.ts';
import { withDerived } from '../../metrics/derived-values.ts';
import { type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { Snapshot } from '../../metrics/sample.ts';
import { parseIso } from '../../time-zone.ts';
import { given, millisecondsOf, plausibleCount, wireNumber } from '../response-body.ts';
import type { imkitPhrases } from './imkit-phrases.ts';

const say = phrasesOf<typeof imkitPhrases>();

/** A field of the wrong type is unknown; the others are still read. */
const time = z.union([z.number(), z.string()]).optional().catch(undefined);
/** `countList` has replaced the list by its length; where a server escapes the name of the field, the list itself arrives. */
const listLength = z
  .union([z.number(), z.array(z.unknown()).transform((list) => list.length)])
  .optional()
  .catch(undefined);

/** The response of `/admin/stats`. Only fields that are used are kept: the response echoes `apiKey` and `clientKey`. */
export const StatsAnswer = z.object({
  RC: z.union([z.number(), z.string()]).nullish(),
  error: z.unknown().optional(),
  retryAfter: z.unknown().optional(),
  result: z
    .object({
      startTime: time,
      endTime: time,
      start: time,
      end: time,
      userList: listLength,
      roomCount: wireNumber,
      totalRoomCount: wireNumber,
      messageCount: wireNumber,
      peakConnectionCount: wireNumber,
      totalMem: wireNumber,
      freeMem: wireNumber,
    })
    .nullish(),
});

/** The response of `/admin/connection-count`. */
export const CountAnswer = z.object({
  RC: z.union([z.number(), z.string()]).nullish(),
  error: z.unknown().optional(),
  retryAfter: z.unknown().optional(),
  result: z.object({ count: wireNumber }).nullish(),
});

/** The part of the report that is used. */
export type Stats = NonNullable<z.infer<typeof StatsAnswer>['result']>;

/** One poll with its derived facts. */
interface PollResult {
  readonly stats: Stats;
  readonly current: number | undefined;
  readonly window: ChosenWindow;
  readonly polledAt: Instant;
  readonly severalHosts: boolean;
}

/** A poll as a snapshot in our metrics. */
export function toSnapshot({ stats, current, window, polledAt, severalHosts }: PollResult): Snapshot {
  const memory = readMemory(stats);
  const values: MetricValues = {
    ...given('users.active', plausibleCount(stats.userList)),
    ...given('messages.sent', plausibleCount(stats.messageCount)),
    ...given('rooms.active', plausibleCount(stats.roomCount)),
    ...given('rooms.total', plausibleCount(stats.totalRoomCount)),
    ...given('connections.peak', plausibleCount(stats.peakConnectionCount)),
    ...given('connections.current', current),
    ...memory.values,
  };
  const notes = [...memory.notes];
  if (severalHosts) {
    notes.push(say('imkit.severalHosts'));
  }
  if (window.clockOff !== undefined) notes.push(say('imkit.clockOff'));
  return { polledAt, window: { from: window.from, to: window.to }, values: withDerived(values), notes };
}

/** No host has an exbibyte. */
const largestMemory = 2 ** 60;

/** Memory in bytes, with the free share; impossible numbers are unknown, and a note is added. */
function readMemory(stats: Stats): { values: MetricValues; notes: readonly Phrase[] } {
  const plausible = (value: number | undefined): boolean => value !== undefined && value >= 0 && value <= largestMemory;
  const total = plausible(stats.totalMem) && stats.totalMem !== 0 ? stats.totalMem : undefined;
  const free = plausible(stats.freeMem) && (stats.freeMem ?? 0) <= (total ?? largestMemory) ? stats.freeMem : undefined;
  const odd =
    (stats.totalMem !== undefined && total === undefined) || (stats.freeMem !== undefined && free === undefined);
  return {
    values: {
      ...given('memory.free', free),
      ...given('memory.total', total),
      ...given('memory.free_ratio', free === undefined || total === undefined ? undefined : free / total),
    },
    notes: odd ? [say('imkit.impossibleMemory')] : [],
  };
}

/** A time on the wire: ISO text, seconds or milliseconds, as a number or as text. */
type WireTime = number | string | undefined;

/** The four time fields of a response: versions of IMKit have swapped the types of the two pairs. */
interface WireTimes {
  readonly startTime?: WireTime;
  readonly endTime?: WireTime;
  readonly start?: WireTime;
  readonly end?: WireTime;
}

export interface ChosenWindow {
  readonly from: Instant;
  readonly to: Instant;
  /** True when both pairs could be read and do not mean the same time. */
  readonly disagrees: boolean;
  /** Difference between the end and the time of the poll, where it is more than a day. */
  readonly clockOff?: Duration;
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** IMKit covers the last 3,600 s unless the response names a window. */
const usualWindow = hour;

/** A longer window is an error of the response and cannot be compared with others. */
const longestWindow = 31 * day;

/** Pairs that agree within a minute are taken; else the pair that ends nearest to now, within a day; else the last hour. */
export function chooseWindow(times: WireTimes, polledAt: Instant): ChosenWindow {
  const first = readPair(times.startTime, times.endTime);
  const second = readPair(times.start, times.end);
  const distance = (span: Span): Duration => Math.abs(span.to - polledAt);
  if (first !== undefined && second !== undefined && agree(first, second)) {
    return { ...first, disagrees: false, ...(distance(first) > day ? { clockOff: first.to - polledAt } : {}) };
  }
  const disagrees = first !== undefined && second !== undefined;
  const [nearest] = [first, second]
    .filter((span) => span !== undefined)
    .filter((span) => distance(span) <= day)
    .sort((a, b) => distance(a) - distance(b));
  return { ...(nearest ?? { from: polledAt - usualWindow, to: polledAt }), disagrees };
}

function agree(one: Span, other: Span): boolean {
  return Math.abs(one.from - other.from) <= minute && Math.abs(one.to - other.to) <= minute;
}

function readPair(start: WireTime, end: WireTime): Span | undefined {
  const from = readTime(start);
  const to = readTime(end);
  if (from === undefined || to === undefined || to <= from || to - from > longestWindow) return undefined;
  return { from, to };
}

/** Epoch ms from seconds, milliseconds or ISO text; undefined for anything else. */
export function readTime(time: WireTime): Instant | undefined {
  if (time === undefined || time === '') return undefined;
  const number = Number(time);
  if (Number.isFinite(number)) {
    if (number <= 0) return undefined;
    return millisecondsOf(number);
  }
  return typeof time === 'string' ? parseIso(time) : undefined;
}
