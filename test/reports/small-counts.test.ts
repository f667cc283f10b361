// A change of very small counts is noise as a percentage: every report says the difference instead, and the same one.

import { describe, expect, test } from 'vitest';
import { minute } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { rangeOf } from '../../src/metrics/range.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import type { Needs, Readings } from '../../src/reports/readings.ts';
import { summaryNeeds } from '../../src/reports/summary.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { digestOf } from '../support/digest.ts';
import { type Past, readingsFor, taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { metricGroupReport, summaryReport, trendReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T09:00:03');
const yesterday = rangeOf('yesterday', { now, zone });

/** One new group a day, and none on Sunday. */
const days = (date: string): MetricValues => ({ 'users.active': 8_120, 'groups.new': date === '2026-11-22' ? 0 : 1 });
const ofChina = (needs: Needs): Readings => readingsFor(needs, { app: china, now, day: days });

/** Four rooms until this morning. */
const past: Past = (id) => (id === 'rooms.active' ? 4 : undefined);
const ofProd = (needs: Needs): Readings =>
  readingsFor(needs, { app: prod, now, past, latest: { at: now - minute, values: { 'rooms.active': 6 } } });

function changes(report: WordedReport): (string | undefined)[] {
  return report.sections.flatMap((part) => part.figures).map((figure) => figure.change);
}

describe('a change of one or two is said as it is', () => {
  test('in a digest', () => {
    const of = digestPeriod('day', now, zone);
    const apps = [ofChina(digestNeeds(china, of, now))];
    const report = digestOf({ of, now, mode: 'scheduled', apps, incidents: [], skipped: [] });
    const row = report.sections.flatMap((part) => part.table?.rows ?? []).find(([title]) => title === 'New groups');
    expect(row).toEqual(['New groups', '0 ▼ 1 vs Saturday', '1', '1', 'lowest 0, highest 1']);
  });

  test('in a summary', () => {
    expect(changes(summaryReport(ofChina(summaryNeeds(china, now))))).toContain('▼ 1 vs the day before');
    expect(changes(summaryReport(ofProd(summaryNeeds(prod, now))))).toEqual(['▲ 2 vs yesterday']);
  });

  test('in a part and in a trend', () => {
    const asked = { range: yesterday, now };
    const part = metricGroupReport(ofChina(metricGroupNeeds(china, 'groups', asked)), 'groups', yesterday);
    const trend = trendReport(ofChina(trendNeeds(china, 'groups.new', asked)), 'groups.new', yesterday);
    expect(changes(part)).toContain('▼ 1 vs the day before');
    expect(changes(trend)).toContain('▼ 1 vs the day before');
    expect(trend.headline).toBe('China: 0 new groups yesterday, down 1 vs the day before');
  });
});
