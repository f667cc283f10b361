import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartBlockLimits, toDataVisualization } from '../../src/charts/slack-renderer.ts';
import { day, hour } from '../../src/clock.ts';
import type { ChartBrief, ChartModel } from '../../src/reports/word-report.ts';
import { englishWording } from '../../src/wording.ts';
import { chartModel, chartWords, gibibyte, oneSeries, wave } from './sample-models.ts';

const blockOf = (model: ChartModel) => toDataVisualization(model, englishWording);

const limit = { label: 'limit 2,000', value: 2_000 };

it('the edges of a band are lines that go where it goes', () => {
  const series = blockOf(
    chartModel({
      labels: ['09:00', '10:00', '11:00'],
      series: [
        { name: 'Connections', role: 'main', values: [500, 1_500, 1_490] },
        {
          name: 'Usual',
          role: 'usual',
          values: [undefined, undefined, undefined],
          lows: [400, 480, 600],
          highs: [700, 820, 900],
        },
      ],
    }),
  )?.chart.series.map(({ name, data }) => [name, data.map((point) => point.value)]);
  expect(series?.slice(1)).toEqual([
    ['Usual, lowest', [400, 480, 600]],
    ['Usual, highest', [700, 820, 900]],
  ]);
});

describe('a course that is foreseen', () => {
  const withAhead = (measured: number, later: number, step = 10): ChartModel => {
    const labels = Array.from({ length: measured + later }, (_, index) => {
      const at = index * step;
      return `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
    });
    const main = labels.map((_, index) => (index < measured ? 0.5 - index * 0.01 : undefined));
    const ahead = labels.map((_, index) => (index >= measured - 1 ? 0.5 - index * 0.01 : undefined));
    return chartModel({
      unit: 'ratio',
      labels,
      series: [
        { name: 'Free memory', role: 'main', values: main },
        { name: 'On this course', role: 'ahead', values: ahead, lows: ahead, highs: ahead },
      ],
      limits: [{ label: 'Warning 8 %', value: 0.08 }],
    });
  };

  it('is drawn behind the measured line, at points that say that nobody measured them', () => {
    const block = blockOf(withAhead(4, 3));
    expect(block?.chart.axis_config.categories.slice(3)).toEqual([
      '00:30',
      '00:40 foreseen',
      '00:50 foreseen',
      '01:00 foreseen',
    ]);
    expect(block?.chart.series[0]?.data.map((point) => point.value)).toEqual([50, 49, 48, 47, 46, 45, 44]);
  });

  it('keeps its last point, at the limit, however many points are joined, and never more than the block holds', () => {
    const lengths = fc.integer({ min: 2, max: 480 });
    fc.assert(
      fc.property(lengths, lengths, (measured, later) => {
        const model = withAhead(measured, later, 1);
        const block = blockOf(model);
        const categories = block?.chart.axis_config.categories ?? [];
        expect(categories.length).toBeLessThanOrEqual(chartBlockLimits.points);
        expect(categories.at(-1)).toBe(`${model.labels.at(-1)} foreseen`);
        const isForeseen = categories.map((label) => label.endsWith('foreseen'));
        // All of what was measured stands before all of what was not.
        expect(isForeseen).toEqual(isForeseen.toSorted((a, b) => Number(a) - Number(b)));
        expect(isForeseen).toContain(false);
      }),
    );
  });
});

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
  const brief: ChartBrief = {
    name: 'Connection peak',
    joinedName: 'Connection peak',
    span: '24 h',
    app: 'Production chat',
    zone: 'Asia/Taipei',
    join: 'high',
    step: hour,
  };

  it.each([
    ['metric, span, app and zone', { app: 'Chat' }, 20, 0, 'Connection peak, 24 h, Chat, Asia/Taipei', undefined],
    ['no zone where there is no room', {}, 20, 0, 'Connection peak, 24 h, Production chat', 'Asia/Taipei'],
    ['what was joined', { app: 'Chat' }, 24, 0, 'Connection peak, highest per 2 h, 24 h, Chat', 'Asia/Taipei'],
    [
      'no app where there is no room',
      {},
      24,
      0,
      'Connection peak, highest per 2 h, 24 h',
      'Production chat, Asia/Taipei',
    ],
    ['the lowest', { join: 'low', app: 'x' }, 48, 0, 'Connection peak, lowest per 3 h, 24 h, x', 'Asia/Taipei'],
    [
      'what is missing',
      { name: 'Messages per hour', joinedName: 'Messages', join: 'sum', app: 'Chat' },
      24,
      3,
      'Messages per 2 h, 24 h, 3 not measured, Chat',
      'Asia/Taipei',
    ],
    [
      'what a point is',
      { name: 'Messages per hour', app: 'Chat' },
      20,
      0,
      'Messages per hour, 24 h, Chat, Asia/Taipei',
      undefined,
    ],
    ['no app', { app: undefined }, 20, 0, 'Connection peak, 24 h, Asia/Taipei', undefined],
    ['a long name cut', { name: 'x'.repeat(60) }, 20, 0, `${'x'.repeat(49)}…`, '24 h, Production chat, Asia/Taipei'],
  ] satisfies [string, Partial<ChartBrief>, number, number, string, string | undefined][])(
    'has a title with %s',
    (_, parts, length, gaps, title, zone) => {
      const values = wave(length).map((value, index) => (index >= 2 && index < 2 + gaps ? undefined : value));
      const block = blockOf(oneSeries(values, { brief: { ...brief, ...parts } }));
      expect([block?.title, block?.chart.axis_config.x_label]).toEqual([title, zone]);
    },
  );

  it('keeps every limit of Slack or is not there at all', () => {
    let blocks = 0;
    fc.assert(
      fc.property(fc.oneof(anyModel, wholeModel), (model) => {
        const block = blockOf(model);
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

  it('joins the hours of a day by the highest of each two, the lowest where less is worse', () => {
    const values = wave(24).with(7, 9_999).with(15, 3);
    const points = (unit: 'count' | 'ratio') =>
      blockOf(oneSeries(values, { unit }))?.chart.series[0]?.data.map(({ label, value: shown }) => [label, shown]) ??
      [];
    expect(points('count')).toHaveLength(12);
    expect(points('count')[3]).toEqual(['p6', 9_999]);
    expect(points('count')[11]).toEqual(['p22', Math.max(values[22] ?? 0, values[23] ?? 0)]);
    expect(points('ratio')[7]).toEqual(['p14', 300]);
  });

  it('adds sums, and says of which it has a part only', () => {
    const values = Array.from({ length: 31 }, (_, index) => (index === 9 ? undefined : 10));
    const block = blockOf(oneSeries(values, { kind: 'bar', brief: { ...brief, join: 'sum', step: day } }));
    expect(block?.chart.type).toBe('bar');
    const shown = block?.chart.series[0]?.data.map(({ label, value: sum }) => `${label}: ${sum}`);
    expect(shown).toHaveLength(16);
    expect(shown?.slice(0, 6)).toEqual(['p0 (1/2): 10', 'p1: 20', 'p3: 20', 'p5: 20', 'p7: 20', 'p9 (1/2): 10']);
    expect(block?.title).toContain('1 not measured');
  });

  it('leaves out of a long name what stands behind its comma', () => {
    const name = 'The 30 days before, in the 29 days known both times';
    const model = oneSeries([1, 2, 3], { brief });
    const block = blockOf({
      ...model,
      series: [...model.series, { name, role: 'previous' as const, values: [2, 3, 4] }],
    });
    expect(block?.chart.series[1]?.name).toBe('The 30 days before');
  });

  it('shows numbers as people read them', () => {
    const valuesOf = (values: number[], parts: Parameters<typeof oneSeries>[1]): unknown =>
      blockOf(oneSeries(values, parts))?.chart.series[0]?.data.map(({ value: shown }) => shown);
    expect(valuesOf([813.837, 28_404, 12.3456], { unit: 'count', brief })).toEqual([814, 28_404, 12.3]);
    expect(valuesOf([0.433785, 0.06, 1], { unit: 'ratio', brief })).toEqual([43.4, 6, 100]);
  });

  it('leaves out what was not measured and counts it', () => {
    const block = blockOf(oneSeries([1, undefined, 3, undefined, 5], { brief }));
    expect(block?.chart.axis_config.categories).toEqual(['p0', 'p2', 'p4']);
    expect(block?.title).toBe('Connection peak, 24 h, 2 not measured');
  });

  it('leaves a day that is not over out of a line, and has it as a bar of its own', () => {
    const parts = { isPartial: true, brief: { ...brief, join: 'sum', step: day } } as const;
    expect(blockOf(oneSeries([7, 8, 1], parts))?.chart.axis_config.categories).toEqual(['p0', 'p1']);
    const bars = blockOf(oneSeries([...wave(40), 1], { ...parts, kind: 'bar' }));
    expect(bars?.chart.axis_config.categories.at(-1)).toBe('p40 so far');
    expect(bars?.chart.axis_config.categories).toHaveLength(15);
    expect(bars?.chart.series[0]?.data.at(-1)?.value).toBe(1);
  });

  it('leaves out an earlier period of which less than half is known', () => {
    const series = (before: (number | undefined)[]) =>
      blockOf(
        chartModel({
          labels: ['a', 'b', 'c', 'd'],
          series: [
            { name: 'now', role: 'main', values: [1, 2, 3, 4] },
            { name: 'before', role: 'previous', values: before },
          ],
        }),
      )?.chart.series.map((one) => `${one.name} ${one.data.map((point) => point.value).join()}`);
    expect(series([5, undefined, undefined, undefined])).toEqual(['now 1,2,3,4']);
    expect(series([5, 6, undefined, 8])).toEqual(['now 1,2,4', 'before 5,6,8']);
  });

  it('shows a limit as a constant series with its name', () => {
    const [, line] = blockOf(oneSeries([5, 6, 7], { limits: [limit] }))?.chart.series ?? [];
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
    const block = blockOf(oneSeries([raw, raw], { unit }));
    expect(block?.chart.series[0]?.data[0]?.value).toBe(shown);
    expect(block?.chart.axis_config.y_label).toBe(axisLabel);
  });

  it.each([
    ['line', {}, 5, 'line'],
    ['bar', {}, 5, 'bar'],
    ['stacked', {}, 5, 'bar'],
    ['bar', { limits: [limit] }, 5, 'line'],
    ['bar', {}, 30, 'bar'],
    ['stacked', {}, 30, 'bar'],
  ] satisfies [ChartModel['kind'], Partial<ChartModel>, number, string][])(
    'draws a %s chart with %j and %i points as a %s chart',
    (kind, parts, length, type) => {
      expect(blockOf(oneSeries(wave(length), { kind, ...parts }))?.chart.type).toBe(type);
    },
  );

  it.each([
    ['a single value', oneSeries([1, undefined])],
    ['values that are no numbers', oneSeries([1, Number.NaN, Number.POSITIVE_INFINITY])],
    ['numbers too large for their unit', oneSeries([1e308, 1e308], { unit: 'ratio' })],
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
  ])('is not there for %s', (_, model) => {
    expect(blockOf(model)).toBeUndefined();
  });

  it('tells equal labels and names apart', () => {
    const series = ['Connections of all the hosts', 'Connections of all the users'].map((name) => ({
      name,
      role: 'main' as const,
      values: [1, 2],
    }));
    const block = blockOf(chartModel({ labels: ['01:00', '01:00'], series }));
    expect(block?.chart.axis_config.categories).toEqual(['01:00', '01:00 (2)']);
    expect(block?.chart.series.map((one) => one.name)).toEqual(['Connections of all…', 'Connections of… (2)']);
  });
});
