// What a renderer is told of a chart beside its points: what its limits stand for, its extremes, its missing end, its app and zone.
import { describe, expect, it } from 'vitest';
import { minute } from '../../src/clock.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { ChartFacts } from '../../src/reports/report.ts';
import { wordChart } from '../../src/reports/word-report.ts';
import { englishWording } from '../../src/wording.ts';

const start = Date.parse('2026-11-22T01:00:00Z');
const times = Array.from({ length: 7 }, (_, index) => start + index * 10 * minute);

/** Free memory in slots of ten minutes, from 09:00 in Taipei on; the parts that a test is about replace these. */
function chart(parts: Readonly<Record<string, unknown>> = {}): ReturnType<typeof wordChart> {
  const facts = {
    kind: 'line',
    title: verbatim('Free memory, last hour'),
    unit: 'ratio',
    times,
    zone: 'Asia/Taipei',
    each: 'moment',
    app: 'Production chat',
    series: [{ name: verbatim('Free memory'), values: times.map(() => 0.4) }],
    limits: [],
    ...parts,
  };
  return wordChart(ChartFacts.parse(JSON.parse(JSON.stringify(facts))), englishWording);
}

const series = (values: readonly (number | null)[], more: object = {}) => [
  { name: verbatim('Free memory'), values, role: 'main' as const, ...more },
];

describe('a chart for a renderer', () => {
  it('says apart what is shown and where', () => {
    expect(chart()).toMatchObject({
      title: 'Free memory, last hour, Production chat',
      heading: 'Free memory, last hour',
      place: { app: 'Production chat', zone: 'Asia/Taipei' },
    });
  });

  it.each([
    ['chart.limit', { of: 'warning', value: 0.15, unit: 'ratio' }, 'warning', 'Warning 15 %'],
    ['chart.limit', { of: 'platform', value: 0.5, unit: 'ratio' }, 'capacity', 'Limit 50 %'],
    ['threshold.level', { metric: 'memory.free_ratio', value: 0.08, level: 'critical' }, 'critical', 'Critical 8 %'],
    ['threshold.limit', { metric: 'connections.current', value: 2_000 }, 'capacity', 'Limit 2,000'],
    ['verbatim', { text: 'limit 2,000' }, 'capacity', 'Limit 2,000'],
  ])('gives the limit %s %j its meaning, with one capital', (kind, values, meaning, label) => {
    expect(chart({ limits: [{ label: { kind, values }, value: 1 }] }).limits).toEqual([{ label, value: 1, meaning }]);
  });

  it('has the extremes of its only curve at their own times, between the points', () => {
    const at = start + 25 * minute;
    const low = { value: 0.06, from: at, to: at };
    const high = { value: 0.42, from: start, to: start };
    const whole = { low, high, last: high };
    const lows = times.map(() => 0.06);
    const values = times.map(() => 0.4);
    expect(chart({ series: series(values, { whole, lows, highs: values }) }).extremes).toEqual([
      { is: 'low', position: 2.5, value: 0.06, label: '6 %' },
      { is: 'high', position: 0, value: 0.42, label: '42 %' },
    ]);
    expect(chart().extremes).toEqual([]);
  });

  it('says since when there is no data, where the newest points of all curves are missing', () => {
    const since = (values: (number | null)[], parts: object = {}) =>
      chart({ ...parts, series: series(values) }).words.noDataSince;
    expect(since([1, 1, 1, 1, null, null, null])).toBe('no data since 09:30');
    expect(since([1, 1, 1, 1, null, null, null], { each: 'hour' })).toBe('no data since 09:40');
    expect(since([1, null, 1, 1, 1, 1, 1])).toBeUndefined();
    expect(since([1, 1, 1, 1, 1, 1, null], { each: 'day' })).toBeUndefined();
    expect(since([null, null, null, null, null, null, null])).toBeUndefined();
  });

  it('hands on which points are of less time', () => {
    expect(chart({ partial: [0, 6] }).partial).toEqual([0, 6]);
    expect(chart().partial).toBeUndefined();
  });
});
