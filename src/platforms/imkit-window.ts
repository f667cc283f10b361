// Finds out which hour an IMKit answer speaks of, from two pairs of times that come in any format and may disagree.
import { type Duration, day, hour, type Instant, minute } from '../clock.ts';
import { parseIso } from '../time-zone.ts';

/** A time as the answer has it: ISO text, seconds or milliseconds, as a number or as text. */
type WireTime = number | string | undefined;

/** The four time fields of an answer: versions of IMKit have swapped the types of the two pairs. */
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
  /** How far the end is from the moment we asked, when that is more than a day. */
  readonly clockOff?: Duration;
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Below this a number is seconds: as milliseconds it would be 1973. */
const firstMillisecond = 1e11;

/** IMKit reports on the last 3,600 s when it does not say. */
const usualWindow = hour;

/** A longer window is a slip of the answer and of no use for comparing. */
const longestWindow = 31 * day;

/** Pairs that agree within a minute are believed; else the one that ends nearest to now, within a day; else the last hour. */
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

/** Epoch ms from seconds, milliseconds or ISO text; undefined when it is none of them. */
export function readTime(time: WireTime): Instant | undefined {
  if (time === undefined || time === '') return undefined;
  const number = Number(time);
  if (Number.isFinite(number)) {
    if (number <= 0) return undefined;
    return number < firstMillisecond ? number * 1_000 : number;
  }
  return typeof time === 'string' ? parseIso(time) : undefined;
}
