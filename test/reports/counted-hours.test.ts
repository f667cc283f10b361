// The hours that a platform counts: drawn where they were kept, with what is to be known of them.
import { describe, expect, test } from 'vitest';
import { hour } from '../../src/clock.ts';
import { rangeOf } from '../../src/metrics/range.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { readingsFor, taipei } from '../support/readings.ts';
import { china } from '../support/sample-app.ts';
import { metricGroupReport, trendReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');
const range = rangeOf('yesterday', { now, zone: china.timezone });
const day = () => ({ 'messages.sent': 400, 'messages.single': 300, 'messages.group': 100 });

function messages(given: Pick<Readings, 'hours'>): WordedReport {
  const needs = metricGroupNeeds(china, 'messages', { range, now });
  return metricGroupReport(readingsFor(needs, { app: china, now, day, ...given }), 'messages', range);
}

function trend(given: Pick<Readings, 'hours'>): WordedReport {
  const needs = trendNeeds(china, 'messages.sent', { range, now });
  return trendReport(readingsFor(needs, { app: china, now, day, ...given }), 'messages.sent', range);
}

describe('the hours of a past day of which they were kept', () => {
  const start = taipei('2026-11-22T00:00:00');
  const kept = Array.from({ length: 24 }, (_, index) => ({
    at: start + index * hour,
    values: { 'messages.sent': 12 + index, 'messages.single': 10 + index, 'messages.group': 2 },
    ...(index === 23 ? { isDerived: true as const } : {}),
  }));

  test('are drawn, and its busiest hour and the one that was worked out are named', () => {
    const report = messages({ hours: kept });
    const [section] = report.sections;
    expect(section?.charts[0]).toMatchObject({
      kind: 'stacked',
      title: 'Messages per hour, yesterday',
      series: [{ name: 'Single chats' }, { name: 'Groups' }],
    });
    expect(section?.charts[0]?.labels).toHaveLength(24);
    expect(section?.charts[0]?.alt).toContain('in all 300');
    expect(section?.lines).toEqual([
      'Busiest hour: 23:00 to 24:00, 35 messages.',
      '23:00 to 24:00 is worked out, as the total of the day less its other hours: the platform gives hours on the day itself only.',
    ]);
  });

  test('are counted where some are missing, and a day of which none was kept shows the days before', () => {
    const some = messages({ hours: kept.slice(8, 20) });
    expect(some.sections[0]?.lines).toContain(
      '12 of 24 hours are known; the platform gives hours on the day itself only.',
    );
    expect(some.sections[0]?.charts[0]?.series[0]?.values.slice(7, 9)).toEqual([undefined, 18]);
    const none = messages({ hours: kept.slice(8, 9) });
    expect(none.sections[0]?.charts[0]?.title).toBe('Messages per day, 14 days');
    expect(none.sections[0]?.lines).toEqual([]);
  });

  test('stand before those of the day before in a trend', () => {
    const before = kept.map((one) => ({ ...one, at: one.at - 24 * hour }));
    const chart = trend({ hours: [...before, ...kept] }).sections[0]?.charts[0];
    expect(chart?.title).toBe('Messages per hour, yesterday');
    expect(chart?.series.map((one) => one.role)).toEqual(['main', 'previous']);
    expect(chart?.series[1]?.values).toEqual(chart?.series[0]?.values);
  });

  test('stand alone where none of the day before are known, whose one number is none of an hour', () => {
    const chart = trend({ hours: kept }).sections[0]?.charts[0];
    expect(chart?.title).toBe('Messages per hour, yesterday');
    expect(chart?.series.map((one) => one.role)).toEqual(['main']);
  });
});

test('the hours of today are drawn up to now, with gaps', () => {
  const today = rangeOf('today', { now, zone: china.timezone });
  const hours = [100, 200].map((value, index) => ({
    at: taipei('2026-11-23T00:00:00') + index * hour,
    values: { 'messages.sent': value },
  }));
  const needs = metricGroupNeeds(china, 'messages', { range: today, now });
  const report = metricGroupReport(readingsFor(needs, { app: china, now, hours }), 'messages', today);
  expect(report.headline).toBe('China: 300 messages today so far');
  const chart = report.sections[0]?.charts[0];
  expect(chart).toMatchObject({ kind: 'bar', title: 'Messages per hour, today so far' });
  expect(chart?.labels).toHaveLength(11);
  expect(chart?.series[0]?.values.slice(0, 3)).toEqual([100, 200, undefined]);
  expect(report.sections[0]?.lines).toContain('2 of 10 hours are known.');
});

describe('the hours that are read', () => {
  const needsOf = (word: Parameters<typeof rangeOf>[0]) =>
    metricGroupNeeds(china, 'messages', { range: rangeOf(word, { now, zone: china.timezone }), now }).hours;

  test('are those of a single day and of the one before it, of a longer range those of today', () => {
    expect(needsOf('yesterday')).toEqual({ from: '2026-11-21', to: '2026-11-22' });
    expect(needsOf('today')).toEqual({ from: '2026-11-22', to: '2026-11-23' });
    expect(needsOf('7d')).toEqual({ from: '2026-11-23', to: '2026-11-23' });
  });
});
