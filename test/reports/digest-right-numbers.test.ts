// Digests whose periods and measurements do not fit whole hours of UTC or whole days of the platform.
import { describe, expect, test } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { digestOf } from '../support/digest.ts';
import { type Past, readingsFor, taipei } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { days, digest, past, section } from '../support/sample-digest.ts';

type Period = 'hour' | 'day' | 'week';

function of(period: Period, at: string, { zone, measured }: { zone: string; measured: Past }): WordedReport {
  const time = Date.parse(at);
  const wanted = digestPeriod(period, time, zone);
  const app = { ...prod, timezone: zone };
  const readings = readingsFor(digestNeeds(app, wanted, time), { app, now: time, past: measured, zone });
  return digestOf({ of: wanted, now: time, mode: 'scheduled', apps: [readings], incidents: [], skipped: [] });
}

/** A number of messages by the end of the hour before each sample, and all else as always. */
const messages =
  (sent: (hourEnds: number) => number): Past =>
  (id, at) =>
    id === 'messages.sent' ? sent(at) : past(id, at);

describe('a zone that is half an hour off', () => {
  const zone = 'Asia/Kolkata';
  const noon = Date.parse('2026-11-23T12:00:00+05:30');
  const busy = messages((at) => (at > noon && at <= noon + hour ? 500 + (at - noon) / minute : 400));

  test('has the hour of its own clock', () => {
    const report = of('hour', '2026-11-23T13:02:00+05:30', { zone, measured: busy });
    expect(report.context).toBe('Hourly digest, Monday 23 Nov 2026, 12:00 to 13:00, Asia/Kolkata');
    expect(section(report, 'Production chat').table?.rows[0]?.slice(0, 3)).toEqual([
      'Messages',
      '560 ▲ 40 % vs the hour before',
      '400',
    ]);
  });

  test('has the days of its own clock', () => {
    const midnight = Date.parse('2026-11-22T00:00:00+05:30');
    const sunday = messages((at) => (at > midnight && at <= midnight + 24 * hour ? 100 : 7));
    const report = of('day', '2026-11-23T09:00:00+05:30', { zone, measured: sunday });
    expect(section(report, 'Production chat').table?.rows[0]?.slice(1, 3)).toEqual([
      '2,400 ▲ 2,232 vs Saturday',
      '168',
    ]);
  });
});

describe('an hour of which a part was measured', () => {
  const gap = { from: taipei('2026-11-23T08:06:00'), to: taipei('2026-11-23T08:59:00') };
  const report = digest({
    period: 'hour',
    prod: { past: (id, at) => (at >= gap.from && at < gap.to ? undefined : past(id, at)) },
  });

  test('has its sum, because the sample at its end covers it', () => {
    expect(report.headline).toContain('1,717 messages on Production chat');
  });

  test('has no lowest number of its moments', () => {
    expect(JSON.stringify(section(report, 'Production chat'))).not.toContain('ree memory');
  });
});

describe('a day of the platform that still runs', () => {
  const zone = 'Pacific/Auckland';
  /** Monday there, and Sunday evening in Shanghai. */
  const time = Date.parse('2026-11-23T00:22:00+13:00');

  function ofChina(period: 'day' | 'week', today: Record<string, number>): WordedReport {
    const wanted = digestPeriod(period, time, zone);
    const day = (date: string) => (date === '2026-11-22' ? today : days(date));
    const readings = readingsFor(digestNeeds(china, wanted, time), { app: china, now: time, day, zone });
    return digestOf({ of: wanted, now: time, mode: 'scheduled', apps: [readings], incidents: [], skipped: [] });
  }

  test.each([
    ['counted so far', { 'users.active': 7_000, 'messages.sent': 3_000 }],
    ['zero so far', { 'users.active': 0, 'messages.sent': 0 }],
  ])('is not that day, %s', (_how, today) => {
    const report = ofChina('day', today);
    expect(section(report, 'China (JMessage)').table).toBeUndefined();
    expect(section(report, 'China (JMessage)').lines).toEqual([
      'Sunday 22 Nov 2026 is not there yet: the platform reports a day some hours after it ends.',
      'Saturday: messages 4,000, active users 8,120, new users 24, active groups 120.',
    ]);
    expect(report.notes).toContain("China's Sunday is not there yet.");
    expect(section(report, 'China (JMessage)').charts[0]?.series[0]?.values).toEqual(Array(14).fill(8_120));
  });

  test('is no day of its week', () => {
    const { lines, table } = section(ofChina('week', { 'messages.sent': 3_000 }), 'China (JMessage)');
    expect(table?.rows[0]?.slice(0, 2)).toEqual(['Messages', '24,000']);
    expect(lines[0]).toBe('6 of 7 days known: sums are of what was measured, and nothing is compared with them.');
  });
});

test('the same hour a week ago is that of the clock, though it changed since', () => {
  const zone = 'Europe/Berlin';
  const at = '2026-10-26T09:02:00+01:00';
  const measured = messages((time) => (time === Date.parse('2026-10-19T09:00:00+02:00') ? 800 : 400));
  const row = section(of('hour', at, { zone, measured }), 'Production chat').table?.rows[0];
  expect(row?.[3]).toBe('800');
});

test('the sample within the hour after the period is no part of it', () => {
  const late: Past = (id, at) =>
    at > taipei('2026-11-23T00:00:00') && id === 'connections.peak' ? 1_999 : past(id, at);
  expect(section(digest({ prod: { past: late } }), 'Production chat').table?.rows[0]?.[1]).toContain('1,893 of 2,000');
});
