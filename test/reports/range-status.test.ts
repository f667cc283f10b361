// A range without a number: grey, with the reason, whether the platform keeps no such days or imstats did not measure yet.

import { describe, expect, test } from 'vitest';
import type { MetricGroup, MetricValues } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import type { Range } from '../../src/metrics/range.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import { readingsFor, taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { metricGroupReport, rangeSummary, trendReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');
const latest = { at: now, values: { 'messages.sent': 2_467, 'memory.free_ratio': 0.375 } };

function range(word: string): Range {
  const found = parseRange(word, { now, zone });
  if (found === undefined || !isRange(found)) throw new Error(`${word} is no range`);
  return found;
}

type Given = Partial<Readings> & { readonly day?: (date: string) => MetricValues | undefined };

function readingsOf(part: MetricGroup, asked: Range, given: Given): Readings {
  const app = given.app ?? prod;
  return readingsFor(metricGroupNeeds(app, part, { range: asked, now }), { now, latest, ...given, app });
}

function part(of: MetricGroup, word: string, given: Given = {}) {
  const asked = range(word);
  const report = metricGroupReport(readingsOf(of, asked, given), of, asked);
  return { standing: report.standing, lines: report.sections[0]?.lines };
}

describe('a range without a number', () => {
  test('of a platform that keeps its days for a while says for how long, and since when that is', () => {
    expect(part('messages', '2026-01-01', { app: china })).toEqual({
      standing: 'unknown',
      lines: [
        'JMessage keeps 60 days, since Friday 25 Sep 2026; of earlier days imstats has only those that it stored.',
      ],
    });
  });

  test('of a platform that still keeps the days says that it gave none', () => {
    expect(part('messages', '2026-11-20', { app: china })).toEqual({
      standing: 'unknown',
      lines: ['JMessage has given no such number for China in this time.'],
    });
  });

  test('from before imstats measured says since when it does', () => {
    const since = taipei('2026-11-20T08:30:00');
    expect(part('memory', '2026-01-01', { since })).toEqual({
      standing: 'unknown',
      lines: ['imstats measures Production chat since 20 Nov 2026, 08:30 Asia/Taipei.'],
    });
    const today = taipei('2026-11-23T09:41:00');
    expect(part('messages', 'yesterday', { since: today }).lines).toEqual([
      'imstats measures Production chat since 09:41 Asia/Taipei.',
    ]);
  });

  test('from a time when imstats measured something else, or nothing ever, says that', () => {
    const since = taipei('2026-01-01T00:00:00');
    expect(part('messages', 'yesterday', { since }).lines).toEqual([
      'imstats measures Production chat since 1 Jan 2026, 00:00 Asia/Taipei, and has no such number of this time.',
    ]);
    expect(part('messages', 'yesterday').lines).toEqual(['imstats has not stored a number of Production chat yet.']);
  });

  test('is grey in a trend as well, with the same reason', () => {
    const asked = range('2026-01-01');
    const needs = trendNeeds(prod, 'memory.free_ratio', { range: asked, now });
    const since = taipei('2026-11-20T08:30:00');
    const report = trendReport(readingsFor(needs, { app: prod, now, latest, since }), 'memory.free_ratio', asked);
    expect(needs.since).toBe(true);
    expect(report.standing).toBe('unknown');
    expect(report.sections[0]?.lines).toEqual([
      'imstats measures Production chat since 20 Nov 2026, 08:30 Asia/Taipei.',
    ]);
  });
});

describe('a range that is measured', () => {
  test('in part says since when, and keeps its colour', () => {
    const day = (date: string): MetricValues | undefined =>
      date >= '2026-09-25' ? { 'messages.sent': 100 } : undefined;
    const { standing, lines } = part('messages', '2026-09-20..2026-09-30', { app: china, day });
    expect(standing).toBe('good');
    expect(lines?.[0]).toMatch(/^JMessage keeps 60 days, since Friday 25 Sep 2026/);
  });

  test('as a whole gives no reasons', () => {
    const day = (): MetricValues => ({ 'messages.sent': 100 });
    expect(part('messages', '2026-09-20..2026-09-30', { app: china, day }).lines).toEqual([]);
    expect(part('messages', '1h').lines).toEqual([]);
  });
});

describe('the summary of a range', () => {
  const summary = (day?: (date: string) => MetricValues) => {
    const asked = range('2026-01-01');
    const parts = (['users', 'messages', 'groups'] as const).map((one) => ({
      part: one,
      readings: readingsOf(one, asked, { app: china, ...(day === undefined ? {} : { day }) }),
    }));
    return rangeSummary(parts, asked);
  };

  test('gives the reason once, and is grey where no part was measured', () => {
    const report = summary();
    expect(report?.standing).toBe('unknown');
    expect(report?.sections[0]?.lines.filter((line) => line.includes('60 days'))).toHaveLength(1);
  });

  test('is coloured by the parts that were measured', () => {
    expect(summary(() => ({ 'messages.sent': 100 }))?.standing).toBe('good');
  });
});
