import { describe, expect, it } from 'vitest';
import { toTextChart as drawText, skyline } from '../../src/charts/text-renderer.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { englishWording } from '../../src/wording.ts';
import { chartModel, gibibyte, oneSeries, wave } from './sample-models.ts';

const toTextChart = (model: ChartModel): string => drawText(model, englishWording).text;

describe('a chart of days as text', () => {
  it('says on which day, and takes no day that still runs for a low', () => {
    const model = oneSeries([4, 2, 9, 1], {
      labels: ['20 Nov', '21 Nov', '22 Nov', '23 Nov'],
      each: 'day',
      isPartial: true,
    });
    expect(toTextChart(model)).toContain('low 2 on 21 Nov, high 9 on 22 Nov, latest 1 on 23 Nov so far');
  });
});

describe('a chart as text', () => {
  it('says low, high and latest with their times, and the limit', () => {
    const model = chartModel({
      labels: ['09:00', '10:00', '11:00', '12:00'],
      series: [{ name: 'Connection peak', role: 'main', values: [1_500, 412, 1_893, 1_650] }],
      limits: [{ label: 'Limit 2,000', value: 2_000 }],
    });
    expect(drawText(model, englishWording)).toEqual({
      text: 'Connection peak, last 24 h\n▇▃█▇\nlow 412 at 10:00, high 1,893 at 11:00, latest 1,650 at 12:00\nLimit 2,000',
      skylines: [1],
    });
  });

  it('says of a band where it is at the end', () => {
    const model = chartModel({
      labels: ['09:00', '10:00'],
      series: [
        { name: 'Connections', role: 'main', values: [500, 1_500] },
        { name: 'Usual', role: 'usual', values: [undefined, undefined], lows: [400, 480], highs: [700, 820] },
      ],
    });
    expect(toTextChart(model)).toMatch(/\nUsual at the end: 480 to 820\.$/);
  });

  it.each([
    ['rises', [0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
    ['is flat', [5, 5, 5], '▄▄▄'],
    ['hardly moves', [73_565, 73_609, 73_731], '▄▄▄'],
    ['is quiet on one day', [1_000, 900, 0], '█▇▁'],
    ['has a gap', [1, undefined, 2], '▅·█'],
    ['is empty', [undefined, undefined], '··'],
    ['goes below zero', [-1, 0, 1], '▁▅█'],
  ])('a skyline that %s', (_, values, signs) => {
    expect(skyline(values)).toBe(signs);
  });

  it('a long skyline has 32 signs, a gap where a whole stretch is missing, and goes down where the values do', () => {
    const line = skyline(
      Array.from({ length: 1_440 }, (_, index) => (index >= 700 && index < 800 ? undefined : 1_440 - index)),
    );
    expect([...line]).toHaveLength(32);
    expect(line.startsWith('█')).toBe(true);
    expect(line.endsWith('▁')).toBe(true);
    expect([...line].filter((sign) => sign === '·').length).toBeGreaterThan(0);
  });

  it.each([
    ['gaps are points', oneSeries([4, undefined, 2, undefined]), 4, '█·▅·\nlow 2 at p2, high 4 at p0'],
    ['one value is said once', oneSeries([7]), 1, '▄\nonly 7 at p0'],
    ['nothing measured', oneSeries([undefined, undefined]), 2, '··\nnothing was measured'],
    [
      'sizes have their unit',
      oneSeries([3 * gibibyte, gibibyte], { unit: 'bytes' }),
      2,
      'low 1 GiB at p1, high 3 GiB at p0',
    ],
    ['shares are per cent', oneSeries([0.375, 0.2], { unit: 'ratio' }), 2, 'low 20 % at p1, high 37.5 % at p0'],
  ])('%s', (_, model, __, words) => {
    expect(toTextChart(model)).toContain(words);
  });

  it('several series have a line each, four at most, and the period before has none', () => {
    const series = Array.from({ length: 6 }, (_, index) => ({
      name: `s${index}`,
      role: 'main' as const,
      values: wave(24),
    }));
    const lines = toTextChart(
      chartModel({ series: [...series, { name: 'Yesterday', role: 'previous', values: wave(24) }] }),
    ).split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[2]).toContain('s0: low');
    expect(lines[9]).toBe('and 2 more');
    expect(lines.join()).not.toContain('Yesterday');
  });

  it('of a stack it is the total, unknown where a part is', () => {
    const series = [
      { name: 'text', role: 'main' as const, values: [10, 20, undefined] },
      { name: 'image', role: 'main' as const, values: [1, 2, 3] },
    ];
    const text = toTextChart(chartModel({ kind: 'stacked', labels: ['a', 'b', 'c'], series }));
    expect(text).toContain('▅█·\nlow 11 at a, high 22 at b');
  });

  it('never shows a raw float, NaN or undefined', () => {
    for (const model of [
      oneSeries([1 / 3, Number.NaN, 2 / 3], { unit: 'ratio' }),
      chartModel({ series: [] }),
      chartModel({ labels: [] }),
    ]) {
      expect(toTextChart(model)).not.toMatch(/NaN|undefined|null|\d\.\d{4}/);
    }
  });
});
