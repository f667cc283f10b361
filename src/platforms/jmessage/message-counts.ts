// Counts the messages of a day from the history, in bounded calls: the next call continues where the last one stopped.

import { type Clock, day, hour, type Instant } from '../../clock.ts';
import { createMutex } from '../../concurrency.ts';
import type { MetricValues } from '../../metrics/catalog.ts';
import type { MessageRecord, MessageType } from '../../metrics/message-history.ts';
import type { HourlyStatistics } from '../../metrics/sample.ts';
import { addDays, type LocalDate, localDate, startOfDate } from '../../time-zone.ts';
import type { Http } from '../http.ts';
import { keptDays, walkHistory } from './history.ts';
import { createRecentMessages, type RecentMessages } from './history-messages.ts';

/** The types that the statistics tell apart. */
type StatisticType = 'text' | 'image' | 'voice' | 'other';

const statisticType = (type: MessageType): StatisticType =>
  type === 'text' || type === 'image' || type === 'voice' ? type : 'other';

type Kind = `${'single' | 'group'}.${StatisticType}`;

export interface Tally {
  add(messages: readonly MessageRecord[]): void;
  /** Messages of single chats and groups, by type, and their different senders. Chat rooms are excluded, as in the statistics. */
  values(): MetricValues;
  /** Messages of single chats and groups in the hour that begins at `start`. */
  inHour(start: Instant): MetricValues;
}

/** An empty tally. Zones with an offset of half hours have their own hours, so hours are counted from `dayStart`. */
export function createTally(dayStart: Instant): Tally {
  const kinds = new Map<Kind, number>();
  const hours = { single: new Map<number, number>(), group: new Map<number, number>() };
  const senders = new Set<string>();
  const of = (kind: Kind): number => kinds.get(kind) ?? 0;
  const all = (target: 'single' | 'group'): number =>
    of(`${target}.text`) + of(`${target}.image`) + of(`${target}.voice`) + of(`${target}.other`);
  return {
    add: (messages) => {
      for (const { target, type, from, at } of messages) {
        if (target !== 'single' && target !== 'group') continue;
        const kind: Kind = `${target}.${statisticType(type)}`;
        kinds.set(kind, of(kind) + 1);
        const index = Math.floor((at - dayStart) / hour);
        hours[target].set(index, (hours[target].get(index) ?? 0) + 1);
        senders.add(from);
      }
    },
    values: () => ({
      'users.senders': senders.size,
      'messages.sent': all('single') + all('group'),
      'messages.single': all('single'),
      'messages.group': all('group'),
      'messages.single.text': of('single.text'),
      'messages.single.image': of('single.image'),
      'messages.single.voice': of('single.voice'),
      'messages.single.other': of('single.other'),
      'messages.group.text': of('group.text'),
      'messages.group.image': of('group.image'),
      'messages.group.voice': of('group.voice'),
      'messages.group.other': of('group.other'),
    }),
    inHour: (start) => {
      const index = Math.floor((start - dayStart) / hour);
      const [single, group] = [hours.single.get(index) ?? 0, hours.group.get(index) ?? 0];
      return { 'messages.sent': single + group, 'messages.single': single, 'messages.group': group };
    },
  };
}

/** 200,000 messages: at most 200 of the 600 calls that JMessage allows in a minute. The next call counts the rest of a day. */
const pagesAtOnce = 200;

/** Days that may be partly counted at one time: the seven newest, and the next one. A day takes 3 MB and its senders. */
const mostUnfinished = 8;

interface CountOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly zone: string;
  /** Pages that one call may read of one day; default 200. */
  readonly maxPages?: number | undefined;
}

export interface MessageCounter {
  /** The values of a whole day in the past; undefined until later calls have counted the rest. Cached. */
  day(date: LocalDate, signal?: AbortSignal): Promise<MetricValues | undefined>;
  /** Today so far. Continues where the last call stopped; undefined until it has reached the present. */
  today(
    signal?: AbortSignal,
  ): Promise<{ readonly values: MetricValues; readonly hours: readonly HourlyStatistics[] } | undefined>;
}

/** The partial count of a day. */
interface Unfinished {
  readonly date: LocalDate;
  readonly start: Instant;
  readonly tally: Tally;
  readonly recent: RecentMessages;
}

export function createMessageCounter(options: CountOptions): MessageCounter {
  const daysInTurn = createMutex();
  const todayInTurn = createMutex();
  const known = new Map<LocalDate, MetricValues>();
  const unfinished = new Map<LocalDate, Unfinished>();
  let running: Unfinished | undefined;
  return {
    day: (date, signal) =>
      daysInTurn(async () => {
        const counted = known.get(date);
        if (counted !== undefined) return counted;
        const to = startOfDate(addDays(date, 1), options.zone);
        // Late messages arrive for a while after midnight: until then a day is counted from its start each time.
        const isSettled = options.clock.now() > to + hour;
        const begun = unfinished.get(date) ?? begin(date, options.zone);
        // Where the platform has dropped the start of a day, the rest must not be taken for the whole.
        if (!unfinished.has(date) && begun.start < options.clock.now() - keptDays * day) return undefined;
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

/** Stores the count of a date and evicts the oldest dates. */
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
): Promise<{ values: MetricValues; hours: readonly HourlyStatistics[] } | undefined> {
  const { start, tally } = running;
  const now = options.clock.now();
  if (!(await addUp(options, running, { to: now, signal }))) return undefined;
  const hours: HourlyStatistics[] = [];
  for (let at = start; at <= now; at += hour) hours.push({ at, values: tally.inHour(at) });
  return { values: tally.values(), hours };
}

/**
 * Adds the messages of a day since its last count, up to `to`: page by page, so that a later failure loses nothing.
 * True when the day is counted up to `to`.
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
