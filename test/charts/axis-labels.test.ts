// The labels under a chart: the day that still runs is marked as such, whole and inside the picture; times are round ones.

import { createCanvas } from '@napi-rs/canvas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCanvasRenderer } from '../../src/charts/canvas-renderer.ts';
import { chartKinds, toChartJs } from '../../src/charts/kinds.ts';
import { columnsOf } from '../../src/charts/label-text.ts';
import { rightPadding } from '../../src/charts/scale.ts';
import { columnWidth, fontFamily, pictureSize, textSize } from '../../src/charts/theme.ts';
import { minute } from '../../src/clock.ts';
import { english } from '../../src/metrics/format.ts';
import { type ChartModel, labelsOf } from '../../src/reports/word-report.ts';
import { addDays } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';
import { packageRoot } from '../support/package-root.ts';
import { oneSeries, wave } from './sample-models.ts';

const { shortDate: formatShortDate } = english;

const kinds = Object.keys(chartKinds) as ChartModel['kind'][]; // the keys of the list are the kinds

/** A chart of the days to 23 Nov 2026, the last of which still runs. */
function days(count: number, kind: ChartModel['kind']): ChartModel {
  const dates = Array.from({ length: count }, (_, index) => formatShortDate(addDays('2026-11-23', index + 1 - count)));
  return oneSeries(wave(count), { kind, labels: dates, each: 'day', isPartial: true });
}

describe('the labels of days', () => {
  it.each(kinds)('of kind %s end with the day that still runs, marked in a second line, at any length', (kind) => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), (count) => {
        const { labels } = toChartJs(days(count, kind)).data;
        expect(labels).toHaveLength(count);
        expect(labels.at(-1)).toEqual(['23 Nov', 'so far']);
      }),
    );
  });

  it.each(kinds)('of kind %s are evenly spread, no more than fit, and none of them is cut', (kind) => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), (count) => {
        const model = days(count, kind);
        const { labels } = toChartJs(model).data;
        const shown = labels.flatMap((label, index) => (label === '' ? [] : [index]));
        expect(shown.length).toBeLessThanOrEqual(6);
        const steps = new Set(shown.slice(1).map((index, at) => index - (shown[at] ?? 0)));
        expect(steps.size).toBeLessThanOrEqual(1);
        for (const index of shown.slice(0, -1)) expect(labels[index]).toBe(model.labels[index]);
      }),
    );
  });

  it.each([1, 7, 13, 30, 327])('are left to Chart.js where all %i days are whole', (count) => {
    const model = { ...days(count, 'line'), isPartial: false };
    expect(toChartJs(model).data.labels).toEqual(model.labels);
  });
});

/** A line with a point every `minutes` from an instant of UTC on, labelled as reports label it. */
function moments(from: string, minutes: number, count: number, zone = 'UTC'): ChartModel {
  const times = Array.from({ length: count }, (_, index) => Date.parse(from) + index * minutes * minute);
  return oneSeries(wave(count), labelsOf({ times, zone, each: 'moment' }, englishWording));
}

describe('the labels of moments', () => {
  const shown = (model: ChartModel) => toChartJs(model).data.labels.filter((label) => label !== '');

  it.each([
    ['6 hours', moments('2026-11-26T06:00Z', 10, 36), ['06:00', '07:00', '08:00', '09:00', '10:00', '11:00']],
    [
      '24 hours that begin at an odd time',
      moments('2026-11-25T11:50Z', 10, 144),
      ['12:00', '16:00', '20:00', '00:00', '04:00', '08:00'],
    ],
    [
      '3 hours of minutes',
      moments('2026-11-26T03:01Z', 1, 180),
      ['03:30', '04:00', '04:30', '05:00', '05:30', '06:00'],
    ],
    [
      'samples of 20 seconds',
      moments('2026-11-26T03:01:10Z', 1 / 3, 90),
      ['03:05', '03:10', '03:15', '03:20', '03:25', '03:30'],
    ],
    ['two days and a bit', moments('2026-11-24T09:00Z', 60, 50), ['Wed', 'Thu']],
    ['7 days and today', moments('2026-11-19T00:00Z', 60, 180), ['20 Nov', '22 Nov', '24 Nov', '26 Nov']],
    [
      'a zone of half an hour',
      moments('2026-11-25T18:30Z', 60, 24, 'Asia/Kolkata'),
      ['00:00', '04:00', '08:00', '12:00', '16:00', '20:00'],
    ],
    [
      'the week in which daylight saving ends',
      moments('2026-10-22T22:00Z', 60, 170, 'Europe/Berlin'),
      ['24 Oct', '26 Oct', '28 Oct', '30 Oct'],
    ],
  ])('stand at round times: %s', (_, model, labels) => {
    expect(shown(model)).toEqual(labels);
  });

  it('are left to Chart.js where points are left out, so that none at a round time may be there', () => {
    const thin = moments('2026-11-25T00:00Z', 1, 900);
    const { data, options } = toChartJs(thin);
    expect(data.labels).toHaveLength(600);
    expect(options).toMatchObject({ scales: { x: { ticks: { autoSkip: true } } } });
  });

  it('are never more than fit, at any beginning, step and length', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_439 }),
        fc.constantFrom(1, 5, 10, 15, 30, 60),
        fc.integer({ min: 3, max: 600 }),
        (begin, step, count) => {
          const model = moments(new Date(Date.UTC(2026, 10, 1, 0, begin)).toISOString(), step, count);
          const { data, options } = toChartJs(model);
          const words = data.labels.filter((label) => label !== '').map(String);
          const isDecided = words.length < data.labels.length;
          if (isDecided) expect(options).toMatchObject({ scales: { x: { ticks: { autoSkip: false } } } });
          const width = Math.max(...words.map((word) => word.length)) * columnWidth + 14;
          if (isDecided) expect(words.length * width).toBeLessThanOrEqual(pictureSize.width - 40);
        },
      ),
    );
  });
});

describe('the room right of the last point', () => {
  it('holds what of any label reaches beyond it', () => {
    expect(rightPadding(days(8, 'line'))).toBeGreaterThan(26);
    const hours = oneSeries(wave(5), { labels: wave(5).map((_, index) => `22 Nov 1${index}:00`) });
    expect(rightPadding(hours)).toBeGreaterThan(40);
    expect(rightPadding(moments('2026-11-24T09:00Z', 60, 40))).toBe(19); // ends with "Thu"
    expect(rightPadding(moments('2026-11-24T09:00Z', 60, 60))).toBe(14); // ends between two labels
  });
});

it('no label is wider than it is taken to be', async () => {
  await createCanvasRenderer({ root: packageRoot }).draw(oneSeries([1, 2])); // registers the fonts
  const pen = createCanvas(10, 10).getContext('2d');
  pen.font = `${textSize.label}px ${fontFamily}`;
  for (const label of ['06:00', 'Wed 06:00', '19 Nov 20:00', '26 Nov', '2026-11-26', '生产聊天'])
    expect(pen.measureText(label).width).toBeLessThanOrEqual(columnsOf(label) * columnWidth);
});
