// Counts messages by day from the history, for apps that may not use JMessage's paid statistics.
import { type Clock, day, hour, type Instant } from '../clock.ts';
import { jmessageDays } from '../metrics/capabilities.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { Point } from '../metrics/sample.ts';
import { addDays, type LocalDate, localDate, startOfDate } from '../time-zone.ts';
import type { Http } from './http.ts';
import { walkHistory } from './jmessage-history.ts';
import { createTally, type Tally } from './jmessage-tally.ts';
import { createRecentMessages, type RecentMessages } from './recent-messages.ts';

/** 200,000 messages: at most 200 of the 600 calls that JMessage allows in a minute. What is left of a day is for the next call. */
const pagesAtOnce = 200;

/** Days that may be half counted at one time: the seven newest, and the next one. A day takes 3 MB and its senders. */
const mostUnfinished = 8;

interface CountOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly zone: string;
  /** Pages that one call may read of one day; default 200. */
  readonly maxPages?: number | undefined;
}

export interface MessageCounter {
  /** The values of a whole day in the past; undefined while there is more to count, which the next call does. Remembered. */
  day(date: LocalDate, signal?: AbortSignal): Promise<MetricValues | undefined>;
  /** Today so far. Goes on where the last call stopped; undefined until it has caught up with now. */
  today(signal?: AbortSignal): Promise<{ readonly values: MetricValues; readonly hours: readonly Point[] } | undefined>;
}

/** What is counted of a day so far. */
interface Unfinished {
  readonly date: LocalDate;
  readonly start: Instant;
  readonly tally: Tally;
  readonly recent: RecentMessages;
}

export function createMessageCounter(options: CountOptions): MessageCounter {
  const daysInTurn = createQueue();
  const todayInTurn = createQueue();
  const known = new Map<LocalDate, MetricValues>();
  const unfinished = new Map<LocalDate, Unfinished>();
  let running: Unfinished | undefined;
  return {
    day: (date, signal) =>
      daysInTurn(async () => {
        const counted = known.get(date);
        if (counted !== undefined) return counted;
        const to = startOfDate(addDays(date, 1), options.zone);
        // Late messages still come in for a while after midnight: until then a day is counted from its beginning each time.
        const isSettled = options.clock.now() > to + hour;
        const begun = unfinished.get(date) ?? begin(date, options.zone);
        // Where the beginning is gone, what is left would be taken for the whole.
        if (!unfinished.has(date) && begun.start < options.clock.now() - jmessageDays * day) return undefined;
        if (isSettled) keep(unfinished, { date, value: begun, most: mostUnfinished });
        if (!(await addUp(options, begun, { to, signal }))) return undefined;
        const values = begun.tally.values();
        unfinished.delete(date);
        if (isSettled) keep(known, { date, value: values, most: 70 });
        return values;
      }),
    today: (signal) =>
      todayInTurn(async () => {
        const date = localDate(options.clock.now(), options.zone);
        running = running?.date === date ? running : begin(date, options.zone);
        return countOn(options, running, signal);
      }),
  };
}

/** Keeps what is known of a date, and of all dates the newest. */
function keep<Value>(days: Map<LocalDate, Value>, kept: { date: LocalDate; value: Value; most: number }): void {
  days.set(kept.date, kept.value);
  const [oldest] = [...days.keys()].sort();
  if (days.size > kept.most && oldest !== undefined) days.delete(oldest);
}

function begin(date: LocalDate, zone: string): Unfinished {
  const start = startOfDate(date, zone);
  return { date, start, tally: createTally(start), recent: createRecentMessages() };
}

async function countOn(
  options: CountOptions,
  running: Unfinished,
  signal: AbortSignal | undefined,
): Promise<{ values: MetricValues; hours: readonly Point[] } | undefined> {
  const { start, tally } = running;
  const now = options.clock.now();
  if (!(await addUp(options, running, { to: now, signal }))) return undefined;
  const hours: Point[] = [];
  for (let at = start; at <= now; at += hour) hours.push({ at, value: tally.inHour(at) });
  return { values: tally.values(), hours };
}

/**
 * Adds what a day has had since it was counted last, up to `to`: page by page, so that nothing is lost when a later page
 * fails. True when that is all of it.
 */
async function addUp(
  options: CountOptions,
  { start, tally, recent }: Unfinished,
  until: { readonly to: Instant; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  const { http, clock, zone, maxPages = pagesAtOnce } = options;
  const from = Math.max(start, recent.resumeAt() ?? start);
  let whole = true;
  const walk = walkHistory({ http, clock, zone, scope: { of: 'all' }, from, ...until, recent, maxPages });
  for await (const page of walk) {
    tally.add(page.messages);
    if (page.partial) whole = false;
  }
  return whole;
}

/** Runs one piece of work after the other, whatever became of the one before. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
