// Days of a JMessage app, from its statistics or its message history.
import { type Clock, hour } from '../../clock.ts';
import { PlatformError } from '../../errors.ts';
import type { MetricValues } from '../../metrics/catalog.ts';
import { withDerived } from '../../metrics/derived-values.ts';
import { distinctPhrases, type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { DailyStatistics } from '../../metrics/sample.ts';
import { addDays, daysBetween, type LocalDate, localDate, startOfDate } from '../../time-zone.ts';
import type { Http } from '../http.ts';
import { type DailyAnswer, daysInDetail } from '../platform.ts';
import { given } from '../response-body.ts';
import { keptDays } from './history.ts';
import type { jmessagePhrases } from './jmessage-phrases.ts';
import type { MessageCounter } from './message-counts.ts';
import { askGroups, askMessages, askMessagesOfDay, askUsers, type ByDate, type Entitlement } from './statistics.ts';

const say = phrasesOf<typeof jmessagePhrases>();

/** What every request for one app needs. */
export interface JMessageSources {
  readonly http: Http;
  readonly clock: Clock;
  readonly zone: string;
  readonly entitlement: Entitlement;
  readonly counter: MessageCounter;
}

/** Numbers of one source by date; `refused` when the app may not use it. */
interface Source {
  readonly days: ByDate;
  readonly refused: boolean;
  readonly counted?: boolean;
  readonly notes: readonly Phrase[];
}

/** Local dates, both included. */
interface DateSpan {
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Messages, which cost a request or more per day, are asked from here; default `from`. */
  readonly messagesFrom?: LocalDate;
}

/** Days with a number in them, and how their messages were found. */
interface FoundDays extends DailyAnswer {
  readonly messages: 'statistic' | 'counted' | 'failed';
}

/** The days of a span as far as the platform keeps them. A day without a number is not in it. */
export async function readDays(
  sources: JMessageSources,
  span: DateSpan,
  signal: AbortSignal | undefined,
): Promise<FoundDays> {
  const today = localDate(sources.clock.now(), sources.zone);
  const oldest = addDays(today, 1 - keptDays);
  const from = span.from < oldest ? oldest : span.from;
  const to = span.to > today ? today : span.to;
  const messagesFrom = span.messagesFrom ?? from;
  const notes = span.from < oldest ? [say('jmessage.keeps', { days: keptDays, oldest })] : [];
  if (from > to) return { days: [], notes, messages: 'statistic' };
  const count = daysBetween(from, to) + 1;
  const { http, entitlement } = sources;
  const [users, groups, messages] = await Promise.allSettled([
    fromStatistic(entitlement, 'users', () => askUsers(http, from, count, { signal })),
    fromStatistic(entitlement, 'groups', () => askGroups(http, from, count, { signal })),
    readMessages(sources, messagesFrom, daysBetween(messagesFrom, to) + 1, signal),
  ]);
  const found = collectResults({ users, groups, messages });
  return {
    days: join(sources, { from, to }, found.sources),
    notes: [...notes, ...found.notes],
    messages: messages.status === 'rejected' ? 'failed' : messages.value.counted ? 'counted' : 'statistic',
  };
}

/**
 * The results of several requests: a failed one is omitted with a note. When the key is wrong, the call was aborted, or no
 * result is left, the first failure is thrown.
 */
function collectResults(results: Readonly<Record<string, PromiseSettledResult<Source>>>): {
  sources: readonly (Source | undefined)[];
  notes: readonly Phrase[];
} {
  const nothingLeft = Object.values(results).every((result) => result.status === 'rejected' || result.value.refused);
  const notes: Phrase[] = [];
  const sources = Object.entries(results).map(([name, result]) => {
    if (result.status === 'fulfilled') {
      notes.push(...result.value.notes);
      return result.value;
    }
    const { reason } = result;
    const grave = !(reason instanceof PlatformError) || reason.kind === 'auth' || reason.kind === 'aborted';
    if (grave || nothingLeft) throw reason;
    notes.push(say('jmessage.unreadable', { source: name, why: reason.words }));
    return undefined;
  });
  return { sources, notes: distinctPhrases(notes) };
}

/**
 * One row per date from all sources; complete once the day is over and every source that may be used has it. A source that
 * has none of several days, as that of groups in an app without groups, is not late: it has no data.
 */
function join(
  { clock, zone }: JMessageSources,
  { from, to }: DateSpan,
  sources: readonly (Source | undefined)[],
): readonly DailyStatistics[] {
  const days: DailyStatistics[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) {
    const values: MetricValues = Object.assign({}, ...sources.map((source) => source?.days.get(date)));
    if (Object.keys(values).length === 0) continue;
    // The vendor does not document how long a past day may still grow; an hour is an assumption.
    const settled = clock.now() >= startOfDate(addDays(date, 1), zone) + hour;
    const everywhere = sources.every(
      (source) =>
        source !== undefined && (source.refused || source.days.has(date) || (source.days.size === 0 && from < to)),
    );
    days.push({ date, zone, complete: settled && everywhere, values: withDerived(values) });
  }
  return days;
}

async function fromStatistic(entitlement: Entitlement, name: string, ask: () => Promise<ByDate>): Promise<Source> {
  const days = await entitlement.use(name, ask);
  return days === 'refused'
    ? {
        days: new Map(),
        refused: true,
        notes: [say(entitlement.isGone(name) ? 'jmessage.gone' : 'jmessage.notEntitled')],
      }
    : { days, refused: false, notes: [] };
}

/** Messages of all days from one request, and of the newest seven from one request each, because only these have types. */
async function readMessages(
  sources: JMessageSources,
  from: LocalDate,
  count: number,
  signal: AbortSignal | undefined,
): Promise<Source> {
  const { http, entitlement } = sources;
  const newest = Array.from({ length: Math.min(count, daysInDetail) }, (_, back) => addDays(from, count - 1 - back));
  const found = await fromStatistic(entitlement, 'messages', async () => {
    const days = new Map(count > daysInDetail ? await askMessages(http, from, count, { signal }) : []);
    for (const date of newest) {
      const values = await askMessagesOfDay(http, date, { signal });
      if (values !== undefined) days.set(date, values);
    }
    return days;
  });
  if (!found.refused) return found;
  const counted = await countMessages(sources, newest, signal);
  const known = [...found.notes, ...counted.notes];
  if (count === newest.length) return { ...counted, notes: known };
  return { ...counted, notes: [...known, say('jmessage.onlyLast', { days: daysInDetail })] };
}

/** The newest days counted from the message history; a day that is not counted to its end yet is unknown, and a note says so. */
async function countMessages(
  { counter, clock, zone }: JMessageSources,
  dates: readonly LocalDate[],
  signal: AbortSignal | undefined,
): Promise<Source> {
  const today = localDate(clock.now(), zone);
  const days = new Map<LocalDate, MetricValues>();
  const notes: Phrase[] = [];
  for (const date of dates) {
    const values = date === today ? (await counter.today(signal))?.values : await counter.day(date, signal);
    if (values !== undefined) days.set(date, values);
    else notes.push(say('jmessage.uncounted', { date }));
  }
  return { days, refused: false, counted: true, notes };
}

/** Total numbers of users and groups from the newest of the given days that has them. */
export function newestTotals(days: readonly DailyStatistics[]): { values: MetricValues; date: LocalDate | undefined } {
  const newestFirst = [...days].reverse();
  const users = newestFirst.find((day) => day.values['users.total'] !== undefined);
  const groups = newestFirst.find((day) => day.values['groups.total'] !== undefined);
  return {
    values: {
      ...given('users.total', users?.values['users.total']),
      ...given('groups.total', groups?.values['groups.total']),
    },
    date: users?.date ?? groups?.date,
  };
}
