import { describe, expect, test } from 'vitest';
import { hour } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { summaryNeeds } from '../../src/reports/summary.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { readingsFor, taipei } from '../support/readings.ts';
import { china } from '../support/sample-app.ts';
import { summaryReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');

const whole: MetricValues = {
  'users.active': 8_120,
  'users.total': 100_000,
  'users.new': 24,
  'users.senders': 4_000,
  'messages.sent': 40_000,
  'messages.single': 30_000,
  'messages.group': 10_000,
  'messages.single.text': 20_000,
  'messages.single.image': 10_000,
  'messages.group.text': 10_000,
  'groups.active': 120,
  'groups.total': 900,
  'groups.new': 1,
};

const days = (date: string): MetricValues | undefined => {
  if (date === '2026-11-23') return { 'users.active': 900, 'messages.sent': 2_000 };
  return date === '2026-11-22' ? { ...whole, 'messages.sent': 47_200, 'users.new': 12 } : whole;
};

function summary(given: Partial<Readings> & { day?: (date: string) => MetricValues | undefined } = {}): WordedReport {
  const poll = { app: 'prod', lastTriedAt: now, lastGoodAt: now, failures: 0 };
  return summaryReport(readingsFor(summaryNeeds(china, now), { app: china, now, day: days, poll, ...given }));
}

describe('the summary of an app of whole days', () => {
  test('is the last complete day, against the day before, with types and today apart', () => {
    const report = summary();
    expect(report).toMatchObject({
      standing: 'good',
      headline: 'China: 8,120 active users and 47,200 messages yesterday, messages +18 % vs the day before',
      context: 'yesterday, Sunday 22 Nov 2026, Asia/Shanghai',
      asOf: now,
      zone: 'Asia/Shanghai',
      stale: false,
      notes: ['No open alerts.', 'Numbers come from JMessage.'],
    });
    const [section] = report.sections;
    expect(section?.figures).toEqual([
      { title: 'Active users', value: '8,120', change: 'same as the day before' },
      { title: 'Messages', value: '47,200', change: '▲ 18 % vs the day before' },
      { title: 'New users', value: '12', change: '▼ 50 % vs the day before' },
      { title: 'Users who sent a message', value: '4,000', change: 'same as the day before' },
      { title: 'Single-chat messages', value: '30,000', change: 'same as the day before' },
      { title: 'Group messages', value: '10,000', change: 'same as the day before' },
      { title: 'Active groups', value: '120', change: 'same as the day before' },
      { title: 'New groups', value: '1', change: 'same as the day before' },
      { title: 'Registered users', value: '100,000', change: 'same as the day before' },
      { title: 'Groups', value: '900', change: 'same as the day before' },
    ]);
    expect(section?.table).toEqual({
      numeric: true,
      columns: ['Messages by type', 'Single chats', 'Groups'],
      rows: [
        ['Text', '20,000', '10,000'],
        ['Image', '10,000', 'not measured'],
      ],
    });
    expect(section?.lines).toEqual(['Today so far: 900 active users and 2,000 messages.']);
    expect(section?.charts[0]).toMatchObject({
      title: 'Active users per day, 14 days to 22 Nov',
      labels: expect.arrayContaining(['9 Nov', '22 Nov']),
    });
    expect(section?.charts[0]?.labels).toHaveLength(14);
  });

  test('a day that is late is said, and the one before stands in', () => {
    const report = summary({ day: (date) => (date > '2026-11-21' ? undefined : whole) });
    expect(report.headline).toBe(
      'China: 8,120 active users and 40,000 messages on Saturday 21 Nov 2026, as many messages as the day before',
    );
    expect(report.sections[0]?.lines).toContain(
      'Yesterday is not there yet; the platform reports a day some hours after it ends.',
    );
    expect(report.notes).toContain('Numbers come from JMessage; 13 of 14 days known.');
  });

  test('a day that is not complete yields to the complete one before it', () => {
    const given = readingsFor(summaryNeeds(china, now), { app: china, now, day: days });
    const late = given.days.map((row) => (row.date === '2026-11-22' ? { ...row, complete: false } : row));
    expect(summaryReport({ ...given, days: late }).context).toBe('Saturday 21 Nov 2026, Asia/Shanghai');
    const only = late.filter((row) => row.date === '2026-11-22');
    expect(summaryReport({ ...given, days: only }).sections[0]?.lines).toContain(
      'Sunday 22 Nov 2026 is not complete yet; its numbers may still grow.',
    );
  });

  test('with few days known there is no percentage', () => {
    const report = summary({ day: (date) => (date >= '2026-11-21' ? days(date) : undefined) });
    expect(report.headline).toBe(
      'China: 8,120 active users and 47,200 messages yesterday, messages +7,200 vs the day before',
    );
  });

  test('on the first day it shows today and compares nothing', () => {
    const report = summary({ day: (date) => (date === '2026-11-23' ? days(date) : undefined) });
    expect(report.headline).toBe('China: 900 active users and 2,000 messages today so far');
    expect(report.sections[0]?.lines).toContain('No whole day is known yet.');
    expect(report.sections[0]?.figures.every((one) => one.change === undefined)).toBe(true);
  });

  test('the hours of today give its messages where it has no row yet', () => {
    const hours = [-5, 0, 1].map((index) => ({
      at: taipei('2026-11-23T00:00:00') + index * hour,
      values: { 'messages.sent': 100 + 100 * index },
    }));
    const report = summary({ hours, day: (date) => (date === '2026-11-23' ? undefined : whole) });
    expect(report.sections[0]?.lines).toEqual(['Today so far: 300 messages.']);
  });

  test('without a single day it says what it waits for', () => {
    expect(summary({ day: () => undefined })).toMatchObject({
      standing: 'unknown',
      headline: 'China: no day is known yet, it was asked at 10:00',
    });
  });

  test('a platform that has been silent for more than two polls makes it stale', () => {
    expect(
      summary({
        poll: { app: 'prod', lastTriedAt: now, lastGoodAt: now - 3 * hour, failures: 3, reason: verbatim('HTTP 500') },
      }),
    ).toMatchObject({ stale: true, standing: 'unknown' });
  });
});
