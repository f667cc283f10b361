// What an alert goes by in its picture, and in the forms that have lines of measured points alone.
import { describe, expect, test } from 'vitest';
import { toChartJs } from '../../src/charts/kinds.ts';
import { toDataVisualization } from '../../src/charts/slack-renderer.ts';
import { toTextChart } from '../../src/charts/text-renderer.ts';
import { hour, minute } from '../../src/clock.ts';
import { withCourse } from '../../src/delivery/chart-course.ts';
import { type AlertCourse, aheadOf, timeToLimit, usualOver } from '../../src/metrics/forecast.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { altOf, chartOf } from '../../src/reports/chart.ts';
import { wordChart } from '../../src/reports/word-report.ts';
import { englishWording } from '../../src/wording.ts';

const start = Date.parse('2026-11-23T01:00:00Z');
const end = start + 3 * hour;
const points = Array.from({ length: 181 }, (_, index) => ({ at: start + index * minute, value: 1_000 - index }));
const curve = { name: verbatim('Connections'), points };

const usual: AlertCourse['usual'] = {
  name: verbatim('Usual'),
  points: usualOver({ from: start, to: end }, () => ({ low: 900, high: 1_100 })),
};
const foreseen = timeToLimit(points, { limit: 500, direction: 'falling' });
if (foreseen.state !== 'reaches') throw new Error(foreseen.state);
const ahead: AlertCourse['ahead'] = {
  name: verbatim('Foreseen'),
  points: aheadOf(foreseen, { newest: end, span: 3 * hour, limit: 500 }),
};

function modelOf(course: AlertCourse) {
  const curves = withCourse(curve, course);
  const chart = chartOf({
    kind: 'line',
    title: verbatim('C'),
    unit: 'count',
    curves,
    zone: 'UTC',
    each: 'moment',
    now: end,
  });
  if (chart === undefined) throw new Error('no chart');
  return { model: wordChart(chart, englishWording), alt: englishWording.text(altOf(chart)), chart };
}

describe('the usual', () => {
  const { model, alt } = modelOf({ usual });

  test('is a band at every point, and told in the alt text', () => {
    const band = model.series.find(({ role }) => role === 'usual');
    expect(new Set(band?.lows)).toEqual(new Set([900]));
    expect(new Set(band?.highs)).toEqual(new Set([1_100]));
    expect(alt).toContain('Usual at the end: 900 to 1,100.');
  });

  test('is named in the legend, and fills from its low line to its high one', () => {
    const { datasets } = toChartJs(model).data;
    expect(datasets.map(({ label }) => label)).toEqual(['Connections', 'Usual', '', '']);
    expect(datasets.at(-1)?.['fill']).toBe('-1');
  });

  test('is told in words where there are no bands', () => {
    expect(toTextChart(model, englishWording).text.split('\n').at(-1)).toBe('Usual at the end: 900 to 1,100.');
    const block = toDataVisualization(model, englishWording);
    expect(block?.chart.series.map(({ name }) => name)).toEqual(['Connections', 'Usual, lowest', 'Usual, highest']);
  });

  test('is nothing where an hour of it is not known', () => {
    expect(usualOver({ from: start, to: end }, (at) => (at > end ? undefined : { low: 1, high: 2 }))).toEqual([]);
  });
});

describe('the course ahead', () => {
  const { model, alt, chart } = modelOf({ ahead });
  const line = model.series.find(({ role }) => role === 'ahead');

  test('begins at the newest value and ends at the limit, an hour for each 60 of it', () => {
    const known = line?.values.filter((value) => value !== undefined) ?? [];
    expect(known[0]).toBe(820);
    expect(known.at(-1)).toBeCloseTo(500);
    // 320 above the limit, falling by 60 an hour.
    expect(((chart.times.at(-1) ?? 0) - end) / hour).toBeCloseTo(320 / 60, 1);
    expect(alt).toContain('Dashed from there: foreseen.');
  });

  test('is not a gap: nothing is said to be missing', () => {
    expect(alt).not.toContain('not measured');
    expect(model.words.noDataSince).toBeUndefined();
  });

  test('stays within as many points as a picture draws with its range', () => {
    expect(model.labels.length).toBeLessThanOrEqual(600);
    expect(toChartJs(model).data.datasets.filter(({ label }) => label === '')).toHaveLength(2);
  });

  test('is a line of words where it cannot be drawn', () => {
    const { text } = toTextChart(model, englishWording);
    expect(text.split('\n').at(-1)).toBe('Foreseen');
    expect(text).toContain('latest 820');
  });

  test('of a limit that is too far away is left out', () => {
    expect(aheadOf({ ...foreseen, after: 30 * hour }, { newest: end, span: 3 * hour, limit: 500 })).toEqual([]);
  });
});

test('without a course the curve is as it was', () => {
  expect(withCourse(curve, {})).toEqual([curve]);
  expect(withCourse(curve, undefined)).toEqual([curve]);
});
