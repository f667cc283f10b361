// A daily digest of two apps: a busy Sunday of Production chat, and the days of China.
import { day, hour } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import type { Readings } from '../../src/reports/readings.ts';
import type { WordedReport, WordedSection } from '../../src/reports/word-report.ts';
import { type DigestOf, digestOf } from './digest.ts';
import { type Past, readingsFor, taipei, zone } from './readings.ts';
import { china, prod } from './sample-app.ts';

export const now = taipei('2026-11-23T09:00:03');
export const sunday = taipei('2026-11-22T00:00:00');
const saturday = sunday - day;

/** Sunday 41,203 messages, Saturday 34,918, last Sunday 39,618, earlier Sundays less; the peak on Sunday from 21:00. */
export const past: Past = (id, sampledAt) => {
  // Each sample is of the hour before it.
  const at = sampledAt - 1;
  const isPeak = at >= taipei('2026-11-22T21:00:00') && at < taipei('2026-11-22T22:00:00');
  if (id === 'messages.sent') return messages(at);
  return (
    {
      'users.active': 412,
      'connections.peak': isPeak ? 1_893 : 1_200,
      'rooms.active': 12,
      'memory.free_ratio': 0.375,
    } as MetricValues
  )[id];
};

function messages(at: number): number {
  const isFirst = (at - sunday + 70 * day) % day < hour;
  if (at >= sunday) return isFirst ? 1_712 : 1_717;
  if (at >= saturday) return isFirst ? 1_453 : 1_455;
  if (at >= sunday - 7 * day && at < sunday - 6 * day) return isFirst ? 1_669 : 1_650;
  return 1_400;
}

export const days = (date: string): MetricValues | undefined => ({
  'users.active': 8_120,
  'users.new': date === '2026-11-22' ? 12 : 24,
  'messages.sent': 4_000,
  'groups.active': 120,
});

interface Given {
  readonly digest?: Partial<DigestOf>;
  readonly prod?: Partial<Readings> & { past?: Past };
  readonly china?: Partial<Readings> & { day?: (date: string) => MetricValues | undefined };
  readonly period?: 'hour' | 'day' | 'week' | 'month';
}

export function digest(given: Given = {}): WordedReport {
  const of = digestPeriod(given.period ?? 'day', now, zone);
  const first = readingsFor(digestNeeds(prod, of, now), { app: prod, now, past, ...given.prod, zone });
  const second = readingsFor(digestNeeds(china, of, now), { app: china, now, day: days, ...given.china, zone });
  return digestOf({
    of,
    now,
    mode: 'scheduled',
    apps: [first, second],
    incidents: [],
    skipped: [],
    next: now + day - 3_000,
    ...given.digest,
  });
}

export function section(report: WordedReport, title: string): WordedSection {
  const found = report.sections.find((one) => one.title === title);
  if (found === undefined) throw new Error(`no section ${title}`);
  return found;
}
