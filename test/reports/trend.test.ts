import { describe, expect, test } from 'vitest';
import { day } from '../../src/clock.ts';
import type { MetricId } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { type Past, readingsFor, taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { trendReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');

function trend(
  id: MetricId,
  word: string,
  past: Past,
  { app = prod, alerts = [] }: Partial<Readings> = {},
): WordedReport {
  const range = parseRange(word, { now, zone });
  if (range === undefined || !isRange(range)) throw new Error(`${word} is no range`);
  const date = (text: string): { [key in MetricId]?: number } => ({
    'users.active': 8_000 + Number(text.slice(8)),
    'groups.total': 900,
    'users.new': 1,
  });
  return trendReport(
    readingsFor(trendNeeds(app, id, { range, now }), { app, now, past, day: date, alerts }),
    id,
    range,
  );
}

const steady: Past = (_id, at) => (at < now - day ? 100 : 110);

describe('a trend', () => {
  test('lays the period before behind the main one, point by point', () => {
    const chart = trend('connections.peak', '24h', steady).sections[0]?.charts[0];
    expect(chart?.series.map(({ name, role, values }) => [name, role, values.length])).toEqual([
      ['Connection peak', 'main', 24],
      ['The 24 hours before', 'previous', 24],
    ]);
    expect(chart?.alt).toContain('Dashed behind it: the 24 hours before.');
  });

  test('gives both periods, the ends, and the change between them', () => {
    const report = trend('messages.sent', '24h', steady);
    expect(report.headline).toBe(
      'Production chat: 2,640 messages in the last 24 hours, up 10 % vs the 24 hours before',
    );
    expect(report.sections[0]?.figures.map(({ title, value }) => [title, value])).toEqual([
      ['Messages, in all', '2,640'],
      ['The 24 hours before', '2,400'],
    ]);
  });

  test('names an open alert that colours line 1 and not the number', () => {
    const alerts = [{ rule: 'memory-low', level: 'critical', words: verbatim('Critical: free memory 7.4 %') }] as const;
    expect(trend('messages.sent', '24h', steady, { alerts }).headline).toBe(
      'Production chat: 2,640 messages in the last 24 hours, up 10 % vs the 24 hours before; critical alert memory-low is open',
    );
  });

  test('shows what of the period before is known and calls the rest unknown', () => {
    const report = trend('messages.sent', '7d', (id, at) =>
      at <= taipei('2026-11-16T00:02:00') ? undefined : steady(id, at),
    );
    expect(report.headline).toBe(
      `Production chat: ${(7 * 24 * 100 + 14 * 10).toLocaleString('en-US')} messages in the last 7 days`,
    );
    expect(report.sections[0]?.figures[1]).toEqual({ title: 'The 7 days before', value: 'not measured' });
    const partly = trend('messages.sent', '7d', (id, at) =>
      at <= taipei('2026-11-12T00:02:00') ? undefined : steady(id, at),
    );
    expect(partly.sections[0]?.figures[1]).toEqual({
      title: 'The 7 days before',
      value: '9,600',
      detail: '(96 of 168 hours measured)',
    });
    expect(report.sections[0]?.charts[0]).toMatchObject({ kind: 'bar', series: [{ role: 'main' }] });
  });

  test.each([
    ['users.new', '7d', 'China: 7 new users in the last 7 days, same as the 7 days before'],
    ['users.new', 'yesterday', 'China: 1 new user yesterday, same as the day before'],
    ['groups.total', '7d', 'China: 900 groups now, same as the 7 days before'],
    ['groups.total', 'yesterday', 'China: 900 groups at the end of yesterday, same as the day before'],
    ['users.active', 'yesterday', 'China: 8,022 active users yesterday, about the same as the day before'],
  ] as const)('of %s over %s says: %s', (id, word, headline) => {
    expect(trend(id, word, () => undefined, { app: china }).headline).toBe(headline);
  });

  test.each([
    [
      'connections.current',
      '7d',
      300,
      'Production chat: 300 connections on average in the last 7 days, same as the 7 days before',
    ],
    [
      'memory.free',
      'yesterday',
      2 ** 31,
      'Production chat: 2 GiB free memory at the lowest yesterday, same as the day before',
    ],
    [
      'memory.total',
      'yesterday',
      2 ** 33,
      'Production chat: 8 GiB memory at the end of yesterday, same as the day before',
    ],
    ['rooms.total', 'yesterday', 370, 'Production chat: 370 rooms at the end of yesterday, same as the day before'],
  ] as const)('of %s over %s, always %i, says: %s', (id, word, value, headline) => {
    expect(trend(id, word, () => value).headline).toBe(headline);
  });

  test('a year has a point a day, labels that are all different, and is made from hours', () => {
    const range = parseRange('2025-11-24..2026-11-22', { now, zone });
    if (range === undefined || !isRange(range)) throw new Error('no range');
    const needs = trendNeeds(prod, 'messages.sent', { range, now });
    expect(needs.buckets.map((need) => need.tier)).toEqual(['hours', 'hours', 'raw']);
    const chart = trend('messages.sent', '2025-11-24..2026-11-22', steady).sections[0]?.charts[0];
    expect(chart?.labels).toHaveLength(364);
    expect(new Set(chart?.labels).size).toBe(364);
    expect(Math.max(...(chart?.labels.map((label) => label.length) ?? []))).toBeLessThanOrEqual(20);
  });

  test('with no number at all it says so and draws nothing', () => {
    const report = trend('rooms.total', '24h', () => undefined);
    expect(report).toMatchObject({
      headline: 'Production chat: rooms not measured in the last 24 hours',
      standing: 'unknown',
    });
    expect(report.sections[0]).toMatchObject({ figures: [], charts: [] });
  });
});
