import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { phrasesOf, verbatim } from '../../src/metrics/phrase.ts';
import type { Point } from '../../src/metrics/sample.ts';
import { type ChartRequest, chartOf as chartFacts } from '../../src/reports/chart.ts';
import type { chartPhrases } from '../../src/reports/chart-phrases.ts';
import { ChartFacts } from '../../src/reports/report.ts';
import { labelsOf as labelling } from '../../src/reports/word-report.ts';
import { englishWording } from '../../src/wording.ts';
import { taipei, zone } from '../support/readings.ts';
import { chartOf } from '../support/worded-reports.ts';

const say = phrasesOf<typeof chartPhrases>();
const labelsOf = (times: readonly number[], place: string, each: ChartRequest['each']): readonly string[] =>
  labelling({ times: [...times], zone: place, each }, englishWording).labels;

const start = taipei('2026-11-22T00:00:00');

function points(values: readonly (number | undefined)[], step = hour): Point[] {
  return values.map((value, index) => ({ at: start + index * step, value }));
}

const frame: ChartRequest = {
  kind: 'line',
  title: verbatim('Connection peak'),
  unit: 'count',
  zone,
  each: 'hour',
  curves: [{ name: verbatim('Connection peak'), points: points([5, undefined, 9]) }],
};

describe('a chart model', () => {
  test('keeps gaps as gaps, also when it is stored', () => {
    const chart = chartOf(frame);
    expect(chart?.series[0]?.values).toEqual([5, undefined, 9]);
    expect(ChartFacts.parse(JSON.parse(JSON.stringify(chartFacts(frame)))).series[0]?.values).toEqual([
      5,
      undefined,
      9,
    ]);
  });

  test('is not made of nothing', () => {
    expect(
      chartOf({ ...frame, curves: [{ name: verbatim('a'), points: points([undefined, undefined]) }] }),
    ).toBeUndefined();
    expect(chartOf({ ...frame, curves: [] })).toBeUndefined();
    const onlyBefore = [
      { name: verbatim('a'), points: points([undefined]) },
      { name: verbatim('b'), points: points([3]), role: 'previous' },
    ] as const;
    expect(chartOf({ ...frame, curves: onlyBefore })).toBeUndefined();
  });

  test('turns what is no number into a gap', () => {
    expect(
      chartOf({
        ...frame,
        curves: [{ name: verbatim('a'), points: points([Number.NaN, 2, Number.POSITIVE_INFINITY]) }],
      })?.series[0]?.values,
    ).toEqual([undefined, 2, undefined]);
  });

  test('has as many values as labels, even where the period before is shorter', () => {
    const curves = [
      { name: verbatim('now'), points: points([1, 2, 3]) },
      { name: verbatim('before'), points: points([4]), role: 'previous' },
    ] as const;
    expect(chartOf({ ...frame, curves })?.series[1]).toEqual({
      name: 'before',
      values: [4, undefined, undefined],
      role: 'previous',
    });
  });
});

describe('the alt text', () => {
  test('has low, high and the last value with their times, the limits and the gaps', () => {
    const limits = [
      { label: say('chart.limit', { of: 'platform', value: 2_000, unit: 'count' }), value: 2_000 },
      { label: say('chart.limit', { of: 'warning', value: 1_600, unit: 'count' }), value: 1_600 },
    ];
    expect(chartOf({ ...frame, limits })?.alt).toBe(
      'Connection peak, Asia/Taipei. Low 5 in the hour from 00:00, high 9 in the hour from 02:00, last 9 in the hour from 02:00. Limit 2,000 and warning 1,600. 1 hour of 3 not measured.',
    );
  });

  test('says "now" for a moment that is now, and a time for one that is not', () => {
    const moments = {
      ...frame,
      each: 'moment',
      curves: [{ name: verbatim('a'), points: points([5, 9], 30 * minute) }],
    } as const;
    expect(chartOf({ ...moments, now: start + 40 * minute })?.alt).toContain('now 9.');
    expect(chartOf({ ...moments, now: start + day })?.alt).toContain('last 9 at 00:30.');
  });

  test('keeps a day that still runs out of low, high and sum', () => {
    const bars = {
      ...frame,
      kind: 'bar',
      each: 'day',
      curves: [{ name: verbatim('Messages'), points: points([50, 70, 3], day) }],
    } as const;
    const chart = chartOf({ ...bars, now: start + 2 * day + hour });
    expect(chart?.alt).toBe(
      'Connection peak, Asia/Taipei. Low 50 on 22 Nov, high 70 on 23 Nov, in all 120, today so far 3.',
    );
    expect(chart).toMatchObject({ labels: ['22 Nov', '23 Nov', '24 Nov'], isPartial: true });
  });

  test('names each of several curves, and the period behind them', () => {
    const curves = [
      { name: verbatim('Active users'), points: points([5, 9], day) },
      { name: verbatim('New users'), points: points([1, 2], day) },
      { name: verbatim('The 2 days before'), points: points([4, 4], day), role: 'previous' },
    ] as const;
    expect(chartOf({ ...frame, each: 'day', curves })?.alt).toBe(
      'Connection peak, Asia/Taipei. Active users: low 5 on 22 Nov, high 9 on 23 Nov, last 9 on 23 Nov. New users: low 1 on 22 Nov, high 2 on 23 Nov, last 2 on 23 Nov. Dashed behind it: the 2 days before.',
    );
  });

  test('is none of a single measured point, which is no picture', () => {
    const alone = [{ name: verbatim('a'), points: points([undefined, 5, undefined]) }];
    expect(chartOf({ ...frame, curves: alone })).toBeUndefined();
  });

  test('writes sizes and shares in their units', () => {
    expect(
      chartOf({ ...frame, unit: 'ratio', curves: [{ name: verbatim('a'), points: points([0.375, 0.5]) }] })?.alt,
    ).toContain('Low 37.5 %');
    expect(
      chartOf({
        ...frame,
        unit: 'bytes',
        curves: [{ name: verbatim('a'), points: points([3 * 2 ** 30, 4 * 2 ** 30]) }],
      })?.alt,
    ).toContain('Low 3 GiB');
  });
});

describe('labels', () => {
  const times = (count: number, step: number, from = start): number[] =>
    Array.from({ length: count }, (_, index) => from + index * step);

  test.each([
    ['a day of half hours', 48, 30 * minute, 'moment', '00:00', '23:30'],
    ['samples of some seconds', 30, 20_000, 'moment', '00:00:00', '00:09:40'],
    ['a week of hours', 168, hour, 'hour', 'Sun 00:00', 'Sat 23:00'],
    ['more than a week of hours', 178, hour, 'hour', '22 Nov 00:00', '29 Nov 09:00'],
    ['two weeks', 14, day, 'day', '22 Nov', '5 Dec'],
    ['more than a year', 400, day, 'day', '22 Nov 26', '26 Dec 27'],
  ] as const)('of %s are short and all different', (_what, count, step, each, first, last) => {
    const labels = labelsOf(times(count, step), zone, each);
    expect([labels[0], labels.at(-1)]).toEqual([first, last]);
    expect(new Set(labels).size).toBe(count);
    expect(Math.max(...labels.map((label) => label.length))).toBeLessThanOrEqual(20);
  });

  test('of the hour that comes twice tell the two apart', () => {
    const labels = labelsOf(times(5, hour, Date.parse('2026-10-24T23:00:00Z')), 'Europe/Berlin', 'hour');
    expect(labels.slice(1, 3)).toEqual(['25 Oct 02:00 +02:00', '25 Oct 02:00 +01:00']);
    expect(new Set(labels).size).toBe(5);
  });
});
