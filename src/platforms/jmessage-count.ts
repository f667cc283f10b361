// Counts messages by day from the history, for apps that may not use JMessage's paid statistics.
import { addDays, type LocalDate, localDate, startOfDate } from '../civil.ts';
import { type Clock, hour, type Instant } from '../clock.ts';
import type { Measured } from '../metrics/catalog.ts';
import type { Point } from '../metrics/sample.ts';
import type { Http } from './http.ts';
import { walkHistory } from './jmessage-history.ts';
import { createTally, type Tally } from './jmessage-tally.ts';
import { createRecentMessages, type RecentMessages } from './recent-messages.ts';

/** 200,000 messages: at most 200 of the 600 calls that JMessage allows in a minute. */
const pagesPerDay = 200;

interface CountOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly zone: string;
  /** Pages that one call may read of one day. */
  readonly maxPages?: number | undefined;
}

export interface MessageCounter {
  /** The values of a whole day in the past; undefined when there are more messages than may be counted. Remembered. */
  day(date: LocalDate, signal?: AbortSignal): Promise<Measured | undefined>;
  /** Today so far. Goes on where the last call stopped; undefined until it has caught up with now. */
  today(signal?: AbortSignal): Promise<{ readonly values: Measured; readonly hours: readonly Point[] } | undefined>;
}

/** What is counted of the day that runs. */
interface Running {
  readonly date: LocalDate;
  readonly start: Instant;
  readonly tally: Tally;
  readonly recent: RecentMessages;
}

export function createMessageCounter(options: CountOptions): MessageCounter {
  const daysInTurn = createQueue();
  const todayInTurn = createQueue();
  const known = new Map<LocalDate, Measured>();
  let running: Running | undefined;
  return {
    day: (date, signal) =>
      daysInTurn(async () => {
        const values = known.get(date) ?? (await countDay(options, date, signal));
        // Late messages still come in for a while after midnight.
        const settled = options.clock.now() > startOfDate(addDays(date, 1), options.zone) + hour;
        if (values !== undefined && settled) known.set(date, values);
        for (const oldest of known.keys()) if (known.size > 70) known.delete(oldest);
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

function begin(date: LocalDate, zone: string): Running {
  const start = startOfDate(date, zone);
  return { date, start, tally: createTally(start), recent: createRecentMessages() };
}

async function countDay(
  options: CountOptions,
  date: LocalDate,
  signal: AbortSignal | undefined,
): Promise<Measured | undefined> {
  const from = startOfDate(date, options.zone);
  const to = startOfDate(addDays(date, 1), options.zone);
  const tally = createTally(from);
  const whole = await addUp(options, { from, to, tally, recent: createRecentMessages(), signal });
  return whole ? tally.values() : undefined;
}

async function countOn(
  options: CountOptions,
  { start, tally, recent }: Running,
  signal: AbortSignal | undefined,
): Promise<{ values: Measured; hours: readonly Point[] } | undefined> {
  const now = options.clock.now();
  const from = Math.max(start, recent.resumeAt() ?? start);
  if (!(await addUp(options, { from, to: now, tally, recent, signal }))) return undefined;
  const hours: Point[] = [];
  for (let at = start; at <= now; at += hour) hours.push({ at, value: tally.inHour(at) });
  return { values: tally.values(), hours };
}

interface Part {
  readonly from: Instant;
  readonly to: Instant;
  readonly tally: Tally;
  readonly recent: RecentMessages;
  readonly signal: AbortSignal | undefined;
}

/** Adds every message of a span to its tally, page by page, so that nothing is lost when a later page fails. */
async function addUp(options: CountOptions, { from, to, tally, recent, signal }: Part): Promise<boolean> {
  const { http, clock, zone, maxPages = pagesPerDay } = options;
  let whole = true;
  for await (const page of walkHistory({
    http,
    clock,
    zone,
    scope: { of: 'all' },
    from,
    to,
    signal,
    recent,
    maxPages,
  })) {
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
