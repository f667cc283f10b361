import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartBlockLimits, toDataVisualization } from '../../src/charts/slack-renderer.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { chartModel, chartWords, gibibyte, oneSeries, wave } from './sample-models.ts';

const limit = { label: 'limit 2,000', value: 2_000 };

const label = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('', ' ', '09:00', '连接峰值连接峰值连接峰值连接'),
);
const value = fc.option(fc.double({ noNaN: false }), { nil: undefined, freq: 60 });

const anyModel: fc.Arbitrary<ChartModel> = fc.integer({ min: 0, max: 200 }).chain((length) =>
  fc.record({
    kind: fc.constantFrom('line' as const, 'bar' as const, 'stacked' as const),
    title: label,
    unit: fc.constantFrom('count' as const, 'bytes' as const, 'ratio' as const),
    labels: fc.array(label, { minLength: length, maxLength: length }),
    series: fc.array(
      fc.record({
        name: label,
        role: fc.constantFrom('main' as const, 'previous' as const),
        values: fc.array(value, { minLength: length, maxLength: length }),
      }),
      { maxLength: 8 },
    ),
    limits: fc.array(fc.record({ label, value: fc.double({ noNaN: true, noDefaultInfinity: true }) }), {
      maxLength: 4,
    }),
    alt: fc.constant(''),
    shortTitle: fc.constant(''),
    each: fc.constantFrom('moment' as const, 'day' as const),
    isPartial: fc.boolean(),
    locale: fc.constant('en-US'),
    words: fc.constant(chartWords),
  }),
);

const wholeModel = anyModel.map((model) => ({
  ...model,
  series: model.series.map((one) => ({
    ...one,
    values: one.values.map((each) => (each !== undefined && Number.isFinite(each) ? each : 7)),
  })),
}));

describe("Slack's chart block", () => {
  it.each([
    ['Connection peak', ', last 24 h', 'Connection peak, last 24 h'],
    ['Production chat: connection peak per day', ', last 30 days', 'Production chat: connection peak per day'],
    ['x'.repeat(60), '', `${'x'.repeat(49)}…`],
    ['x'.repeat(60), ', last 30 days', `${'x'.repeat(49)}…`],
  ])('of "%s%s" is called "%s"', (shortTitle, span, shown) => {
    expect(toDataVisualization(chartModel({ title: `${shortTitle}${span}`, shortTitle }))?.title).toBe(shown);
  });

  it('keeps every limit of Slack or is not there at all', () => {
    let blocks = 0;
    fc.assert(
      fc.property(fc.oneof(anyModel, wholeModel), (model) => {
        const block = toDataVisualization(model);
        if (block === undefined) return;
        blocks += 1;
        const { series, axis_config: axis } = block.chart;
        expect(block.title.length).toBeGreaterThan(0);
        expect(block.title.length).toBeLessThanOrEqual(50);
        expect(series.length).toBeGreaterThan(0);
        expect(series.length).toBeLessThanOrEqual(6);
        expect(axis.categories.length).toBeGreaterThan(0);
        expect(axis.categories.length).toBeLessThanOrEqual(20);
        for (const texts of [axis.categories, series.map((one) => one.name)]) {
          expect(new Set(texts).size).toBe(texts.length);
          for (const text of texts) expect(text.length > 0 && text.length <= 20).toBe(true);
        }
        for (const one of series) {
          expect(one.data.map((point) => point.label)).toEqual(axis.categories);
          for (const point of one.data) expect(Number.isFinite(point.value)).toBe(true);
        }
        expect((axis.y_label ?? '').length).toBeLessThanOrEqual(chartBlockLimits.axisLabel);
      }),
      { numRuns: 300 },
    );
    expect(blocks).toBeGreaterThan(30); // else the property above would say nothing
  });

  it('holds the numbers of a day with first, last, lowest and highest', () => {
    const values = wave(24).with(7, 9_999).with(15, 3);
    const block = toDataVisualization(oneSeries(values));
    const points = block?.chart.series[0]?.data ?? [];
    expect(points).toHaveLength(20);
    expect(points[0]).toEqual({ label: 'p0', value: values[0] });
    expect(points.at(-1)).toEqual({ label: 'p23', value: values[23] });
    expect(points).toContainEqual({ label: 'p7', value: 9_999 });
    expect(points).toContainEqual({ label: 'p15', value: 3 });
  });

  it('shows a limit as a constant series with its name', () => {
    const [, line] = toDataVisualization(oneSeries([5, 6, 7], { limits: [limit] }))?.chart.series ?? [];
    expect(line).toEqual({
      name: 'limit 2,000',
      data: ['p0', 'p1', 'p2'].map((name) => ({ label: name, value: 2_000 })),
    });
  });

  it.each([
    ['bytes', 3 * gibibyte, 3, 'GiB'],
    ['ratio', 0.375, 37.5, '%'],
    ['count', 1_234_567, 1_234_567, undefined],
  ] as const)('says %s in the unit people use', (unit, raw, shown, axisLabel) => {
    const block = toDataVisualization(oneSeries([raw], { unit }));
    expect(block?.chart.series[0]?.data[0]?.value).toBe(shown);
    expect(block?.chart.axis_config.y_label).toBe(axisLabel);
  });

  it.each([
    ['line', {}, 5, 'line'],
    ['bar', {}, 5, 'bar'],
    ['stacked', {}, 5, 'bar'],
    ['bar', { limits: [limit] }, 5, 'line'],
    ['bar', {}, 30, 'line'],
  ] satisfies [ChartModel['kind'], Partial<ChartModel>, number, string][])(
    'draws a %s chart with %j and %i points as a %s chart',
    (kind, parts, length, type) => {
      expect(toDataVisualization(oneSeries(wave(length), { kind, ...parts }))?.chart.type).toBe(type);
    },
  );

  it.each([
    ['a gap', oneSeries([1, undefined, 3])],
    ['a value that is no number', oneSeries([1, Number.NaN, 3])],
    ['nothing measured', oneSeries([undefined])],
    ['no series', chartModel({ series: [] })],
    ['no labels', chartModel({ labels: [] })],
    [
      'seven lines',
      chartModel({
        series: Array.from({ length: 6 }, (_, index) => ({
          name: `s${index}`,
          role: 'main' as const,
          values: wave(24),
        })),
        limits: [limit],
      }),
    ],
    ['a stack with a limit', oneSeries([1, 2], { kind: 'stacked', limits: [limit] })],
    ['a stack of thirty', oneSeries(wave(30), { kind: 'stacked' })],
  ])('is not there for %s', (_, model) => {
    expect(toDataVisualization(model)).toBeUndefined();
  });

  it('tells equal labels and names apart', () => {
    const series = ['Connections of all the hosts', 'Connections of all the users'].map((name) => ({
      name,
      role: 'main' as const,
      values: [1, 2],
    }));
    const block = toDataVisualization(chartModel({ labels: ['01:00', '01:00'], series }));
    expect(block?.chart.axis_config.categories).toEqual(['01:00', '01:00 (2)']);
    expect(block?.chart.series.map((one) => one.name)).toEqual(['Connections of all…', 'Connections of… (2)']);
  });
});
