import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartKinds, toChartJs } from '../../src/charts/kinds.ts';
import * as colours from '../../src/charts/theme.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { chartModel, chartWords, gibibyte, hours, oneSeries, wave } from './sample-models.ts';

const kinds = Object.keys(chartKinds) as ChartModel['kind'][]; // the keys of the list are the kinds
const limit = { label: 'limit 2,000', value: 2_000 };
const previous = { name: 'Yesterday', role: 'previous' as const, values: wave(24, 1_000) };

/** Reads a path of the configuration, which is JSON without a type of its own. */
function at(model: ChartModel, path: string): unknown {
  let value: unknown = toChartJs(model);
  for (const key of path.split('.')) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([name]) => name === key)?.[1]
        : undefined;
  }
  return value;
}

const anyModel: fc.Arbitrary<ChartModel> = fc
  .record({
    length: fc.integer({ min: 0, max: 40 }),
    count: fc.integer({ min: 0, max: 9 }),
    kind: fc.constantFrom(...kinds),
  })
  .chain(({ length, count, kind }) =>
    fc.record({
      kind: fc.constant(kind),
      title: fc.string(),
      unit: fc.constantFrom('count' as const, 'bytes' as const, 'ratio' as const),
      labels: fc.array(fc.string(), { minLength: length, maxLength: length }),
      series: fc.array(
        fc.record({
          name: fc.string(),
          role: fc.constantFrom('main' as const, 'previous' as const),
          values: fc.array(fc.option(fc.double(), { nil: undefined }), { maxLength: 40 }),
        }),
        { minLength: count, maxLength: count },
      ),
      limits: fc.array(fc.record({ label: fc.string(), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }), {
        maxLength: 3,
      }),
      alt: fc.constant(''),
      shortTitle: fc.constant(''),
      each: fc.constantFrom('moment' as const, 'day' as const),
      isPartial: fc.boolean(),
      locale: fc.constant('en-US'),
      words: fc.constant(chartWords),
    }),
  );

describe('the Chart.js configuration', () => {
  it('is strict JSON whatever the model holds: nothing is lost on the way to a server', () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        const configuration = toChartJs(model);
        expect(JSON.parse(JSON.stringify(configuration))).toEqual(configuration);
        expect(configuration.data.datasets).toHaveLength(model.series.length + model.limits.length);
        for (const dataset of configuration.data.datasets)
          expect(dataset.data).toHaveLength(configuration.data.labels.length);
      }),
    );
  });

  it.each(kinds)('of kind %s keeps gaps as gaps and does not bridge them', (kind) => {
    const [dataset] = toChartJs(oneSeries([1, undefined, 3, Number.NaN, 0], { kind })).data.datasets;
    expect(dataset?.data).toEqual([1, null, 3, null, 0]);
    expect(dataset?.['spanGaps'] ?? false).toBe(false);
  });

  it.each(kinds)('of kind %s leaves the model alone and is new at each call', (kind) => {
    const model = Object.freeze(chartModel({ kind, limits: [limit] }));
    expect(toChartJs(model)).toEqual(toChartJs(model));
    expect(toChartJs(model).data.labels).not.toBe(model.labels);
  });

  it.each(kinds)('of kind %s draws each limit as a dashed line over the whole width, after the series', (kind) => {
    const { datasets } = toChartJs(
      chartModel({ kind, limits: [limit, { label: 'clears at 1,400', value: 1_400 }] }),
    ).data;
    expect(datasets.map((one) => one.label)).toEqual(['Connection peak', 'limit 2,000', 'clears at 1,400']);
    expect(datasets[1]).toMatchObject({ type: 'line', borderDash: [7, 5], borderColor: colours.limit, pointRadius: 0 });
    expect(datasets[1]?.data).toEqual(hours.map(() => 2_000));
    expect(datasets[1]?.['stack']).not.toBe(datasets[2]?.['stack']);
    expect(datasets[1]?.['borderDash']).not.toEqual(datasets[2]?.['borderDash']);
  });

  it.each(kinds)(
    'of kind %s gives a single label with a limit an empty one to either side, else the line would have no length',
    (kind) => {
      const { labels, datasets } = toChartJs(oneSeries([5], { kind, limits: [limit] })).data;
      expect(labels).toEqual(['', 'p0', '']);
      expect(datasets.map((one) => one.data)).toEqual([
        [null, 5, null],
        [2_000, 2_000, 2_000],
      ]);
      expect(toChartJs(oneSeries([5], { kind })).data.labels).toEqual(['p0']);
    },
  );

  it.each(kinds)('of kind %s draws the period before as a thin dashed line', (kind) => {
    const model = chartModel({ kind });
    const { datasets } = toChartJs({ ...model, series: [...model.series, previous] }).data;
    expect(datasets[1]).toMatchObject({ type: 'line', label: 'Yesterday', borderDash: [4, 4], fill: false });
  });

  it('gives a value between two gaps, and the newest, a dot', () => {
    const [dataset] = toChartJs(oneSeries([1, 2, undefined, 3, undefined, 4, 5, undefined])).data.datasets;
    expect(dataset?.['pointRadius']).toEqual([0, 0, 0, 4, 0, 0, 4.5, 0]);
  });

  it('stacks the parts of a stacked chart and nothing else', () => {
    const parts = ['text', 'image'].map((name) => ({ name, role: 'main' as const, values: wave(24) }));
    const { datasets } = toChartJs(chartModel({ kind: 'stacked', series: [...parts, previous], limits: [limit] })).data;
    expect(datasets.map((one) => one['stack'])).toEqual(['main', 'main', 'previous Yesterday', 'limit 0']);
    expect(at(chartModel({ kind: 'stacked' }), 'options.scales.y.stacked')).toBe(true);
    expect(at(chartModel({ kind: 'bar' }), 'options.scales.y.stacked')).toBe(false);
  });

  it.each([
    ['one series', {}, false],
    ['a series and a limit', { limits: [limit] }, true],
    ['two series', { series: [...chartModel().series, previous] }, true],
  ])('has a legend only where there is something to tell apart: %s', (_, parts, display) => {
    expect(at(chartModel(parts), 'options.plugins.legend.display')).toBe(display);
  });

  it('says it when nothing was measured, and only then', () => {
    expect(at(oneSeries([undefined, undefined]), 'options.plugins.subtitle.display')).toBe(true);
    expect(at(oneSeries([undefined, 0]), 'options.plugins.subtitle.display')).toBe(false);
  });

  it('never turns labels, and shows eight at most', () => {
    const model = oneSeries(wave(24), { labels: wave(24).map((_, index) => `host ${index}`) });
    expect(at(model, 'options.scales.x.ticks')).toMatchObject({
      maxRotation: 0,
      minRotation: 0,
      maxTicksLimit: 8,
      autoSkip: true,
    });
  });

  it('keeps every label of a few bars, each cut to its share of the width', () => {
    const model = oneSeries([3, 2, 1], { kind: 'bar', labels: ['a'.repeat(60), 'b', 'c'] });
    expect(at(model, 'options.scales.x.ticks')).toMatchObject({ autoSkip: false });
    expect(toChartJs(model).data.labels).toEqual([`${'a'.repeat(24)}…`, 'b', 'c']);
  });

  it('draws a line of many points with no more than 600', () => {
    expect(toChartJs(oneSeries(wave(1_440))).data.labels).toHaveLength(600);
    expect(toChartJs(oneSeries(wave(365))).data.labels).toHaveLength(365);
  });

  it('keeps peaks and gaps of a line of many points, and takes what is no number for a gap', () => {
    const values = wave(1_440).with(500, 9_999).with(700, Number.NaN);
    const data = toChartJs(oneSeries(values)).data.datasets[0]?.data ?? [];
    expect(data.filter((value) => value === 9_999).length).toBeGreaterThan(0);
    expect(data.filter((value) => value === null)).toHaveLength(1);
  });

  it('gives every series of eight its own colour', () => {
    const series = Array.from({ length: 8 }, (_, index) => ({
      name: `s${index}`,
      role: 'main' as const,
      values: wave(24),
    }));
    for (const kind of kinds) {
      const key = kind === 'line' ? 'borderColor' : 'backgroundColor';
      expect(new Set(toChartJs(chartModel({ kind, series })).data.datasets.map((one) => one[key])).size).toBe(8);
    }
  });
});

describe('the value axis', () => {
  it('of a line that changes by less than a tenth of its height shows the change and not the way from zero', () => {
    const totals = [73_565, 73_610, 73_672];
    const before = { name: 'The week before', role: 'previous' as const, values: [73_480, 73_520, 73_560] };
    const beginsAtZero = (parts: Partial<ChartModel>, values: (number | undefined)[] = totals): unknown => {
      const main = { name: 'Registered users', role: 'main' as const, values };
      const labels = values.map(String);
      return at(chartModel({ labels, series: [main, before], ...parts }), 'options.scales.y.beginAtZero');
    };
    expect(beginsAtZero({})).toBe(false);
    expect(beginsAtZero({}, [73_565, undefined, 73_672])).toBe(false);
    expect(beginsAtZero({ limits: [{ label: 'Limit 75,000', value: 75_000 }] })).toBe(false);
    expect(beginsAtZero({ limits: [{ label: 'Limit 200,000', value: 200_000 }] })).toBe(true);
    expect(beginsAtZero({}, [73_565, 60_000])).toBe(true);
    expect(beginsAtZero({ kind: 'bar' })).toBe(true);
    expect(beginsAtZero({ kind: 'stacked' })).toBe(true);
  });

  it('of a line that does not change at all, or goes below zero, begins at zero', () => {
    for (const values of [[500, 500, 500], [0, 0, 0], [-100, -101], []])
      expect(at(oneSeries(values), 'options.scales.y.beginAtZero')).toBe(true);
  });

  it.each([
    ['count', [1_234_567, 1_235_001], { maximumFractionDigits: 0, minimumFractionDigits: 0 }],
    ['ratio', [0.3751, 0.3752], { style: 'percent', maximumFractionDigits: 6, minimumFractionDigits: 0 }],
    ['bytes', [3 * gibibyte, 3.001 * gibibyte], { maximumFractionDigits: 6, minimumFractionDigits: 0 }],
  ] as const)(
    'writes the %s of a line from near in full, so that no two ticks are the same',
    (unit, values, format) => {
      expect(at(oneSeries(values, { unit }), 'options.scales.y.ticks.format')).toEqual(format);
    },
  );

  it.each(kinds)('of kind %s starts at zero', (kind) => {
    expect(at(chartModel({ kind }), 'options.scales.y.beginAtZero')).toBe(true);
  });

  it.each([
    ['count', [12, 30], { precision: 0, format: { maximumFractionDigits: 0 } }, undefined],
    ['count', [2_500_000], { format: { notation: 'compact' } }, undefined],
    ['ratio', [0.375], { format: { style: 'percent', maximumFractionDigits: 1 } }, undefined],
    ['ratio', [0.02], { format: { style: 'percent', maximumFractionDigits: 2 } }, undefined],
    ['bytes', [3 * gibibyte], { format: { maximumFractionDigits: 2 } }, 'GiB'],
    ['bytes', [600 * 2 ** 20], { format: { maximumFractionDigits: 2 } }, 'MiB'],
    ['bytes', [5_000 * gibibyte], { format: { maximumFractionDigits: 2 } }, 'TiB'],
    ['bytes', [900], { precision: 0 }, 'B'],
  ] as const)('of %s up to %j has the numbers and the unit people say', (unit, values, ticks, title) => {
    const model = oneSeries(values, { unit });
    expect(at(model, 'options.scales.y.ticks')).toMatchObject(ticks);
    expect(at(model, 'options.scales.y.title')).toMatchObject({ display: title !== undefined, text: title ?? '' });
  });

  it('draws sizes and their limits in the unit of the axis', () => {
    const { datasets } = toChartJs(
      oneSeries([3 * gibibyte, 1.5 * gibibyte], { unit: 'bytes', limits: [{ label: 'limit', value: gibibyte / 2 }] }),
    ).data;
    expect(datasets.map((one) => one.data)).toEqual([
      [3, 1.5],
      [0.5, 0.5],
    ]);
  });

  it('of a share ends at 100 % where it comes near', () => {
    expect(at(oneSeries([0.9], { unit: 'ratio' }), 'options.scales.y.max')).toBe(1);
    expect(at(oneSeries([0.4], { unit: 'ratio' }), 'options.scales.y.max')).toBeUndefined();
    expect(at(oneSeries([1.2], { unit: 'ratio' }), 'options.scales.y.max')).toBeUndefined();
  });

  it('of a stack takes its unit from the total', () => {
    const series = ['a', 'b', 'c'].map((name) => ({ name, role: 'main' as const, values: [500 * 2 ** 20] }));
    expect(
      at(chartModel({ kind: 'stacked', unit: 'bytes', labels: ['now'], series }), 'options.scales.y.title.text'),
    ).toBe('GiB');
  });
});
