import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartKinds, hasPicture, toChartJs } from '../../src/charts/kinds.ts';
import { scaleOf } from '../../src/charts/scale.ts';
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
        const mains = model.series.filter(({ role }) => role === 'main').length;
        const isWidened = model.labels.length === 1 && model.limits.length > 0;
        const dots = model.kind === 'line' && model.isPartial && !isWidened ? mains : 0;
        const { datasets } = configuration.data;
        expect(datasets).toHaveLength(model.series.length + dots + model.limits.length);
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

  it.each(kinds)('of kind %s draws each limit over the whole width, after the series', (kind) => {
    const { datasets } = toChartJs(
      chartModel({ kind, limits: [limit, { label: 'clears at 1,400', value: 1_400 }] }),
    ).data;
    expect(datasets.map((one) => one.label)).toEqual(['Connection peak', 'limit 2,000', 'clears at 1,400']);
    expect(datasets[1]).toMatchObject({ type: 'line', pointRadius: 0, data: hours.map(() => 2_000) });
    expect(datasets[1]?.['stack']).not.toBe(datasets[2]?.['stack']);
  });

  it.each(kinds)('of kind %s gives a limit its look by what it stands for, wherever it stands', (kind) => {
    const meanings = ['warning', 'critical', 'capacity'] as const;
    for (const order of [meanings, meanings.toReversed()]) {
      const limits = order.map((meaning, index) => ({ label: meaning, value: 1_000 + index, meaning }));
      for (const { label, borderDash, borderColor } of toChartJs(chartModel({ kind, limits })).data.datasets.slice(1)) {
        const look = Object.entries(colours.limits).find(([meaning]) => meaning === label)?.[1];
        expect({ borderDash, borderColor }).toEqual({ borderDash: look?.dash, borderColor: look?.colour });
      }
    }
  });

  it('sets a point that is not over apart from its line, as a hollow dot', () => {
    const values = [4, 5, 6, 2];
    const { datasets } = toChartJs(oneSeries(values, { each: 'day', isPartial: true })).data;
    expect(datasets.map(({ data }) => data)).toEqual([
      [4, 5, 6, null],
      [null, null, null, 2],
    ]);
    expect(datasets[0]).toMatchObject({ pointRadius: [0, 0, 0, 0] });
    expect(datasets[1]).toMatchObject({
      showLine: false,
      pointRadius: [0, 0, 0, 4],
      pointBackgroundColor: colours.background,
    });
    const cut = toChartJs(oneSeries(values, { partial: [0] })).data.datasets;
    expect(cut.map(({ data }) => data)).toEqual([
      [null, 5, 6, 2],
      [4, null, null, null],
    ]);
  });

  it('draws a bar that is not over paler, with an outline', () => {
    const [bars] = toChartJs(oneSeries([4, 5, 2], { kind: 'bar', each: 'day', isPartial: true })).data.datasets;
    const colour = colours.seriesColour(0);
    expect(bars).toMatchObject({
      data: [4, 5, 2],
      backgroundColor: [colour, colour, colours.paler(colour)],
      borderWidth: [0, 0, 1],
    });
  });

  it('draws a band from the lowest to the highest values behind the only line, and none under several', () => {
    const main = { name: 'Free memory', role: 'main' as const, values: [3, 4], lows: [1, 4], highs: [5, undefined] };
    const { datasets } = toChartJs(chartModel({ labels: ['a', 'b'], series: [main] })).data;
    expect(datasets.slice(1)).toMatchObject([
      { label: '', data: [1, 4], fill: false },
      { label: '', data: [5, null], fill: '-1', backgroundColor: colours.band },
    ]);
    expect(datasets[0]).toMatchObject({ fill: false });
    expect(toChartJs(chartModel({ labels: ['a', 'b'], series: [main, main] })).data.datasets).toHaveLength(2);
  });

  it('fills the area under a line only where the axis begins at zero', () => {
    expect(toChartJs(oneSeries([500, 900])).data.datasets[0]).toMatchObject({ fill: 'origin' });
    expect(toChartJs(oneSeries([1_357, 1_405])).data.datasets[0]).toMatchObject({ fill: false });
  });

  it('has no column of a stack of which a part is unknown: the rest would look like the total', () => {
    const part = (name: string, values: (number | undefined)[]) => ({ name, role: 'main' as const, values });
    const series = [part('text', [1, 2, 3]), part('image', [4, undefined, 6])];
    const { datasets } = toChartJs(chartModel({ kind: 'stacked', labels: ['a', 'b', 'c'], series })).data;
    expect(datasets.map(({ data }) => data)).toEqual([
      [1, null, 3],
      [4, null, 6],
    ]);
  });

  it.each([
    ['nothing', [undefined, undefined], false],
    ['a single value', [undefined, 5, undefined], false],
    ['two values', [4, 5], true],
  ])('%s is a picture or none', (_, values, is) => {
    expect(hasPicture(oneSeries(values))).toBe(is);
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
    expect(dataset?.['pointRadius']).toEqual([0, 0, 0, 3.5, 0, 0, 4, 0]);
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

  it('says it when nothing was measured, and otherwise names app and zone under what it shows', () => {
    const place = { app: 'Production chat 🚀', zone: 'Asia/Taipei' };
    const subtitle = (model: ChartModel): unknown => at(model, 'options.plugins.subtitle.text');
    expect(subtitle(oneSeries([undefined, undefined], { place }))).toBe('Nothing was measured in this window.');
    expect(subtitle(oneSeries([undefined, 0], { place }))).toBe('Production chat, Asia/Taipei');
    expect(subtitle(oneSeries([1], { place: { app: '🚀', zone: 'Asia/Taipei' } }))).toBe('Asia/Taipei');
    expect(at(oneSeries([1]), 'options.plugins.subtitle.display')).toBe(false);
    const long = { ...place, app: 'Production chat for the whole Asia-Pacific region' };
    expect(subtitle(oneSeries([1], { place: long }))).toMatch(/^Production chat for .*…, Asia\/Taipei$/);
    const heading = 'Free memory, lowest by hour, of the last 30 days';
    expect(at(oneSeries([1], { heading }), 'options.plugins.title.text')).toEqual([
      'Free memory, lowest by hour, of the',
      'last 30 days',
    ]);
  });

  it('never turns labels, and shows no more than have room', () => {
    const model = oneSeries(wave(24), { labels: wave(24).map((_, index) => `host ${index}`) });
    expect(at(model, 'options.scales.x.ticks')).toMatchObject({
      maxRotation: 0,
      minRotation: 0,
      maxTicksLimit: 4,
      autoSkip: true,
    });
  });

  it('keeps every label of a few bars, each cut to its share of the width', () => {
    const model = oneSeries([3, 2, 1], { kind: 'bar', labels: ['a'.repeat(60), 'b', 'c'] });
    expect(at(model, 'options.scales.x.ticks')).toMatchObject({ autoSkip: false });
    expect(toChartJs(model).data.labels).toEqual([`${'a'.repeat(11)}…`, 'b', 'c']);
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

/** The axis that Chart.js is told to draw: where it begins and ends, its steps and how its numbers are written. */
function axisOf(model: ChartModel) {
  const { min, max, step, unit, format } = scaleOf(model);
  const numbers = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, index) => min + index * step);
  return { min, max, unit, ticks: numbers.map((value) => new Intl.NumberFormat('en-US', format).format(value)) };
}

describe('the value axis', () => {
  it('of a line that changes by less than a tenth of its height shows the change and not the way from zero', () => {
    const totals = [73_565, 73_610, 73_672];
    const before = { name: 'The week before', role: 'previous' as const, values: [73_480, 73_520, 73_560] };
    const beginsAtZero = (parts: Partial<ChartModel>, values: (number | undefined)[] = totals): boolean => {
      const main = { name: 'Registered users', role: 'main' as const, values };
      const labels = values.map(String);
      return axisOf(chartModel({ labels, series: [main, before], ...parts })).min === 0;
    };
    expect(beginsAtZero({})).toBe(false);
    expect(beginsAtZero({}, [73_565, undefined, 73_672])).toBe(false);
    expect(beginsAtZero({ limits: [{ label: 'Limit 75,000', value: 75_000 }] })).toBe(false);
    expect(beginsAtZero({ limits: [{ label: 'Limit 200,000', value: 200_000 }] })).toBe(true);
    expect(beginsAtZero({}, [73_565, 60_000])).toBe(true);
    expect(beginsAtZero({ kind: 'bar' })).toBe(true);
    expect(beginsAtZero({ kind: 'stacked' })).toBe(true);
  });

  it('of a line that does not change at all begins at zero, and reaches below it where the line does', () => {
    for (const values of [[500, 500, 500], [0, 0, 0], []]) expect(axisOf(oneSeries(values)).min).toBe(0);
    expect(axisOf(oneSeries([-100, -101]))).toMatchObject({ min: -150, max: 0 });
  });

  it.each([
    ['counts', oneSeries([12, 31]), ['0', '10', '20', '30', '40']],
    ['small counts', oneSeries([1, 0]), ['0', '1', '2']],
    ['nothing at all', oneSeries([0, 0]), ['0', '1']],
    ['millions', oneSeries([2_500_000, 0]), ['0', '1M', '2M', '3M']],
    [
      'millions from near',
      oneSeries([1_234_567, 1_235_001]),
      ['1,234,500', '1,234,600', '1,234,700', '1,234,800', '1,234,900', '1,235,000', '1,235,100'],
    ],
    ['shares', oneSeries([0.1, 0.375], { unit: 'ratio' }), ['0%', '10%', '20%', '30%', '40%']],
    ['small shares', oneSeries([0.02, 0], { unit: 'ratio' }), ['0.0%', '0.5%', '1.0%', '1.5%', '2.0%', '2.5%']],
    ['a full share', oneSeries([0.9, 1], { unit: 'ratio', kind: 'bar' }), ['0%', '20%', '40%', '60%', '80%', '100%']],
  ])('has round numbers with as many decimals as its steps need: %s', (_, model, ticks) => {
    expect(axisOf(model).ticks).toEqual(ticks);
  });

  it.each([
    ['GiB', [3 * gibibyte, 0], ['0', '1', '2', '3', '4']],
    ['GiB', [3.062 * gibibyte, 3.139 * gibibyte], ['3.06', '3.08', '3.10', '3.12', '3.14', '3.16']],
    ['MiB', [600 * 2 ** 20, 0], ['0', '200', '400', '600', '800']],
    ['TiB', [5_000 * gibibyte, 0], ['0', '2', '4', '6']],
  ] as const)('of sizes is in %s', (unit, values, ticks) => {
    expect(axisOf(oneSeries(values, { unit: 'bytes' }))).toMatchObject({ unit, ticks });
  });

  it('holds every number that is drawn, in two to seven lines', () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        const { min, max, step } = scaleOf(model);
        expect([min, max, step].every(Number.isFinite)).toBe(true);
        expect((max - min) / step).toBeGreaterThan(0.99);
        expect((max - min) / step).toBeLessThan(7.01);
      }),
    );
  });

  it('holds the band and of a stack the total', () => {
    const band = chartModel({
      series: [{ name: 'Memory', role: 'main', values: [4, 5], lows: [1, 2], highs: [6, 9] }],
    });
    expect(axisOf(band)).toMatchObject({ min: 0, max: 10 });
    const series = ['a', 'b', 'c'].map((name) => ({ name, role: 'main' as const, values: [500 * 2 ** 20] }));
    expect(axisOf(chartModel({ kind: 'stacked', unit: 'bytes', labels: ['now'], series })).unit).toBe('GiB');
  });

  it('draws sizes and their limits in the unit of the axis', () => {
    const limits = [{ label: 'limit', value: gibibyte / 2 }];
    const { datasets } = toChartJs(oneSeries([3 * gibibyte, 1.5 * gibibyte], { unit: 'bytes', limits })).data;
    expect(datasets.map((one) => one.data)).toEqual([
      [3, 1.5],
      [0.5, 0.5],
    ]);
  });
});
