// Messages of a JMessage app by hour of today and by month.
import { hour, type Instant } from '../../clock.ts';
import { type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { HourlyStatistics, Point } from '../../metrics/sample.ts';
import {
  addPeriods,
  formatInstant,
  type LocalDate,
  localDate,
  parseInstant,
  startOfDate,
  startOfPeriod,
} from '../../time-zone.ts';
import { platformError } from '../platform-error.ts';
import type { JMessageSources } from './days.ts';
import type { jmessagePhrases } from './jmessage-phrases.ts';
import { askMessageRows } from './statistics.ts';

const say = phrasesOf<typeof jmessagePhrases>();

/** Messages per hour of today up to the current hour; an hour without a row is unknown and absent. */
export async function readHours(
  sources: JMessageSources,
  signal: AbortSignal | undefined,
): Promise<readonly HourlyStatistics[]> {
  const { http, clock, zone, entitlement, counter } = sources;
  const now = clock.now();
  const today = localDate(now, zone);
  const start = startOfDate(today, zone);
  const duration = Math.floor((now - start) / hour) + 1;
  const rows = await entitlement.use('messages', () =>
    askMessageRows(http, { unit: 'HOUR', start: `${today} 00`, duration }, { signal }),
  );
  if (rows === 'refused') return (await counter.today(signal))?.hours ?? [];
  const hours = new Map<Instant, HourlyStatistics>();
  for (const { time, values } of rows) {
    const at = readHour(time, today, zone);
    const isOfToday = at !== undefined && at >= start && at <= now;
    if (isOfToday && Object.keys(values).length > 0) hours.set(at, { at, values });
  }
  return [...hours.values()].sort((a, b) => a.at - b.at);
}

/** An hour as the vendor may write it, with or without the date. */
function readHour(text: string, today: LocalDate, zone: string): Instant | undefined {
  const time = text.includes('-') ? text : `${today} ${text}`;
  const at = ['yyyy-MM-dd H', 'yyyy-MM-dd H:mm', 'yyyy-MM-dd H:mm:ss']
    .map((tokens) => parseInstant(time, tokens, zone))
    .find((parsed) => parsed !== undefined);
  return at === undefined ? undefined : startOfPeriod(at, 'hour', zone);
}

/** Messages of the last month and of the current one so far. Only the paid statistics have them. */
export async function readMonths(sources: JMessageSources, signal: AbortSignal | undefined): Promise<readonly Point[]> {
  const { http, clock, zone, entitlement } = sources;
  const thisMonth = startOfPeriod(clock.now(), 'month', zone);
  const lastMonth = addPeriods(thisMonth, 'month', -1, zone);
  const start = formatInstant(lastMonth, zone, 'yyyy-MM');
  const rows = await entitlement.use('messages', () =>
    askMessageRows(http, { unit: 'MONTH', start, duration: 2 }, { signal }),
  );
  if (rows === 'refused') throw platformError(http.endpoint, 'not-entitled', monthsPaid);
  const byMonth = new Map(rows.map((row) => [row.time.slice(0, 7), row.values['messages.sent']]));
  return [lastMonth, thisMonth].map((at) => ({ at, value: byMonth.get(formatInstant(at, zone, 'yyyy-MM')) }));
}

const monthsPaid: Phrase = say('jmessage.monthsPaid');

/** Messages of today from its hours, for a platform that has no row of the day before it is over. */
export async function sumHours(sources: JMessageSources, signal: AbortSignal | undefined): Promise<number | undefined> {
  const hours = await readHours(sources, signal).catch(() => []);
  const known = hours.flatMap(({ values }) => values['messages.sent'] ?? []);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
