// JMessage's messages by hour of today and by month.
import { hour, type Instant } from '../clock.ts';
import type { Point } from '../metrics/sample.ts';
import {
  addPeriods,
  formatInstant,
  type LocalDate,
  localDate,
  parseInstant,
  startOfDate,
  startOfPeriod,
} from '../time-zone.ts';
import { platformError } from './failure.ts';
import type { JMessageSources } from './jmessage-days.ts';
import { askMessageRows, type MessageRow } from './jmessage-statistics.ts';

/** Messages per hour of today up to the hour that runs; an hour without a row is unknown. */
export async function readHours(sources: JMessageSources, signal: AbortSignal | undefined): Promise<readonly Point[]> {
  const { http, clock, zone, entitlement, counter } = sources;
  const now = clock.now();
  const today = localDate(now, zone);
  const start = startOfDate(today, zone);
  const duration = Math.floor((now - start) / hour) + 1;
  const rows = await entitlement.use('messages', () =>
    askMessageRows(http, { unit: 'HOUR', start: `${today} 00`, duration }, { signal }),
  );
  if (rows === 'refused') return (await counter.today(signal))?.hours ?? [];
  const byHour = new Map(rows.map((row) => [readHour(row.time, today, zone), sum(row)]));
  return Array.from({ length: duration }, (_, index) => ({
    at: start + index * hour,
    value: byHour.get(start + index * hour),
  }));
}

/** An hour as the vendor may write it, with or without the date. */
function readHour(text: string, today: LocalDate, zone: string): Instant | undefined {
  const time = text.includes('-') ? text : `${today} ${text}`;
  const at = ['yyyy-MM-dd H', 'yyyy-MM-dd H:mm', 'yyyy-MM-dd H:mm:ss']
    .map((tokens) => parseInstant(time, tokens, zone))
    .find((parsed) => parsed !== undefined);
  return at === undefined ? undefined : startOfPeriod(at, 'hour', zone);
}

/** Messages of last month and of this one so far. Only the paid statistics have them. */
export async function readMonths(sources: JMessageSources, signal: AbortSignal | undefined): Promise<readonly Point[]> {
  const { http, clock, zone, entitlement } = sources;
  const thisMonth = startOfPeriod(clock.now(), 'month', zone);
  const lastMonth = addPeriods(thisMonth, 'month', -1, zone);
  const start = formatInstant(lastMonth, zone, 'yyyy-MM');
  const rows = await entitlement.use('messages', () =>
    askMessageRows(http, { unit: 'MONTH', start, duration: 2 }, { signal }),
  );
  if (rows === 'refused') {
    throw platformError(http.respondent, 'not-entitled', 'messages by month are part of the paid statistics');
  }
  const byMonth = new Map(rows.map((row) => [row.time.slice(0, 7), sum(row)]));
  return [lastMonth, thisMonth].map((at) => ({ at, value: byMonth.get(formatInstant(at, zone, 'yyyy-MM')) }));
}

function sum({ single, group }: MessageRow): number | undefined {
  return single === undefined || group === undefined ? undefined : single + group;
}

/** Messages of today from its hours, for a platform that has no row of the day before it is over. */
export async function sumHours(sources: JMessageSources, signal: AbortSignal | undefined): Promise<number | undefined> {
  const hours = await readHours(sources, signal).catch(() => []);
  const known = hours.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
