// A platform that is polled for some metrics and counts others by days: each is answered from what it is measured by.

import { describe, expect, test } from 'vitest';
import { day } from '../../src/clock.ts';
import type { MetricGroup, MetricId } from '../../src/metrics/catalog.ts';
import { rangeOf } from '../../src/metrics/range.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import { defaultRangeWord, explainRange } from '../../src/reports/range-status.ts';
import { summaryNeeds } from '../../src/reports/summary.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import { digestOf } from '../support/digest.ts';
import { readingsFor, taipei, zone } from '../support/readings.ts';
import { mixed } from '../support/sample-app.ts';
import { metricGroupReport, summaryReport, trendReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-22T09:41:00');
const numbers = {
  past: (id: MetricId) => (id === 'users.active' ? 412 : undefined),
  day: () => ({ 'users.total': 9_000, 'groups.active': 77 }),
};
const frame = { app: mixed, now, latest: { at: now, values: { 'users.active': 412 } }, ...numbers };

function partOver(part: MetricGroup, word: Parameters<typeof rangeOf>[0]) {
  const range = rangeOf(word, { now, zone });
  return metricGroupReport(readingsFor(metricGroupNeeds(mixed, part, { range, now }), frame), part, range);
}

describe('an app of moments and days', () => {
  test('has the summary of a moment', () => {
    const report = summaryReport(readingsFor(summaryNeeds(mixed, now), frame));
    expect(report.headline).toBe('Mixed chat is quiet: 412 active users');
    expect(report.notes).toContain('Numbers come from Mixed.');
  });

  test('answers a group by what its main number is measured by', () => {
    expect(partOver('users', '7d').headline).toContain('412 active users in the busiest hour of the last 7 days');
    expect(partOver('groups', '7d').headline).toContain('77 active groups on the busiest day of the last 7 days');
    expect(partOver('users', '7d').sections[0]?.figures).toContainEqual(
      expect.objectContaining({ title: 'Registered users', value: '9,000' }),
    );
  });

  test('asks for days and hours where a group has both', () => {
    const needs = metricGroupNeeds(mixed, 'users', { range: rangeOf('7d', { now, zone }), now });
    expect(needs.days?.to).toBe('2026-11-22');
    expect(new Set(needs.buckets.map(({ metric }) => metric))).toEqual(new Set(['users.active']));
  });

  test('draws a daily metric by days and refuses hours of it, and only of it', () => {
    const range = rangeOf('7d', { now, zone });
    const readings = readingsFor(trendNeeds(mixed, 'users.total', { range, now }), frame);
    expect(trendReport(readings, 'users.total', range).sections[0]?.charts[0]?.title).toBe(
      'Registered users by day, last 7 days',
    );
    const hours = rangeOf('24h', { now, zone });
    expect(explainRange(hours, 'users.total', mixed)?.message).toContain('Mixed reports whole days');
    expect(explainRange(hours, 'users.active', mixed)).toBeUndefined();
    expect([defaultRangeWord('groups', mixed), defaultRangeWord('users', mixed)]).toEqual(['7d', '24h']);
  });

  test.each([
    ['day', true],
    ['hour', false],
  ] as const)('has its daily rows in the digest of a %s: %s', (period, has) => {
    const of = digestPeriod(period, now, zone);
    const readings = readingsFor(digestNeeds(mixed, of, now), frame);
    const frameOf = { incidents: [], skipped: [], next: now + day, mode: 'scheduled' } as const;
    const report = digestOf({ of, now, apps: [readings], ...frameOf });
    const titles = report.sections.flatMap(({ table }) => table?.rows.map(([title]) => title) ?? []);
    expect(titles.some((title) => title?.startsWith('Active users'))).toBe(true);
    expect(titles.includes('Registered users')).toBe(has);
  });

  test('stands for a group with the first metric of it where the usual one is not given', () => {
    const capabilities = { ...mixed.capabilities, metrics: ['groups.total', 'groups.new'] as const };
    const app = { ...mixed, capabilities };
    const range = rangeOf('7d', { now, zone });
    const past = { app, now, day: () => ({ 'groups.total': 77 }) };
    const readings = readingsFor(metricGroupNeeds(app, 'groups', { range, now }), past);
    expect(metricGroupReport(readings, 'groups', range).headline).toBe(
      'Mixed chat: 77 groups now, same as the 7 days before',
    );
  });
});
