// The months of a long range: sums of the days that are known, with how many they are.
import { describe, expect, test } from 'vitest';
import type { MetricId, MetricValues } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import type { Range } from '../../src/metrics/range.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { readingsFor, taipei } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { digest } from '../support/sample-digest.ts';
import { metricGroupReport, trendReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');

/** 100 messages on each day, 110 from October on; three days of October are not known. */
const october = (date: string): MetricValues | undefined =>
  date >= '2026-10-05' && date <= '2026-10-07'
    ? undefined
    : { 'messages.sent': date < '2026-10-01' ? 100 : 110, 'users.active': 50 + Number(date.slice(8)) };

function range(words: string, zone: string): Range {
  const parsed = parseRange(words, { now, zone });
  if (parsed === undefined || !isRange(parsed)) throw new Error(words);
  return parsed;
}

function ofChina(words: string, day: (date: string) => MetricValues | undefined = october): WordedReport {
  const asked = range(words, china.timezone);
  const needs = metricGroupNeeds(china, 'messages', { range: asked, now });
  return metricGroupReport(readingsFor(needs, { app: china, now, day }), 'messages', asked);
}

function trend(id: MetricId, words: string, app = china): WordedReport {
  const asked = range(words, app.timezone);
  const past = (of: MetricId): number | undefined => (of === 'messages.sent' ? 10 : undefined);
  const needs = trendNeeds(app, id, { range: asked, now });
  return trendReport(readingsFor(needs, { app, now, day: october, past }), id, asked);
}

const monthsOf = (report: WordedReport) =>
  report.sections.map(({ table }) => table).find((table) => table?.columns[0] === 'Month');

describe('a month', () => {
  test('is the sum of the days that are known, and says how many they are', () => {
    const report = ofChina('october');
    expect(report.headline).toMatch(/^China: 3,080 messages from 1 to 31 Oct 2026, 28 of 31 days known/);
    expect(report.notes.join(' ')).toContain('28 of 31 days known');
    expect(monthsOf(report)).toBeUndefined();
  });

  test('of a digest says the same', () => {
    const report = digest({ period: 'month', china: { day: october } });
    const lines = report.sections.flatMap((section) => section.lines).join(' ');
    expect(lines).toContain('28 of 31 days known: sums are of these');
  });
});

describe('several months', () => {
  test('are a row each, the first and the last as far as the range has them', () => {
    expect(monthsOf(ofChina('6mo'))).toEqual({
      columns: ['Month', 'Messages', 'Days known'],
      numeric: true,
      rows: [
        ['23 to 31 May 2026', '900', '9 of 9'],
        ['Jun 2026', '3,000', '30 of 30'],
        ['Jul 2026', '3,100, same as Jun 2026, per day', '31 of 31'],
        ['Aug 2026', '3,100, same as Jul 2026', '31 of 31'],
        ['Sep 2026', '3,000, same as Aug 2026, per day', '30 of 30'],
        ['Oct 2026', '3,080', '28 of 31'],
        ['Nov 2026 so far', '2,530', '22 of 22'],
      ],
    });
  });

  test('of which nothing is known are not measured, and not 0', () => {
    const rows = monthsOf(ofChina('6mo', (date) => (date < '2026-09-20' ? undefined : october(date))))?.rows ?? [];
    expect(rows.slice(1, 5)).toEqual([
      ['Jun 2026', 'not measured', '0 of 30'],
      ['Jul 2026', 'not measured', '0 of 31'],
      ['Aug 2026', 'not measured', '0 of 31'],
      ['Sep 2026', '1,100', '11 of 30'],
    ]);
  });

  test('of a count of different users are the busiest day of each, never a sum', () => {
    const table = monthsOf(trend('users.active', '3mo'));
    expect(table?.columns[1]).toBe('Active users, busiest day');
    expect(table?.rows.map(([, value]) => value)).toEqual(['81', '80', '81 ▲ 1 % vs Sep 2026', '73']);
  });

  test('of a platform that is polled are made of its hours', () => {
    const rows = monthsOf(trend('messages.sent', '60d', prod))?.rows ?? [];
    expect(rows[1]).toEqual(['Oct 2026', '7,440', '31 of 31']);
  });

  test('are no table where the range has no whole one', () => {
    expect(monthsOf(ofChina('30d'))).toBeUndefined();
    expect(monthsOf(ofChina('7d'))).toBeUndefined();
  });
});
