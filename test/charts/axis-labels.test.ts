// The labels under a chart of days: the day that still runs is marked as such, whole and inside the picture.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roomAtTheEnd } from '../../src/charts/axis-labels.ts';
import { chartKinds, toChartJs } from '../../src/charts/list.ts';
import { addDays } from '../../src/civil.ts';
import { formatShortDate } from '../../src/metrics/format.ts';
import type { ChartModel } from '../../src/reports/report.ts';
import { oneSeries, wave } from './sample-models.ts';

const kinds = Object.keys(chartKinds) as ChartModel['kind'][]; // the keys of the list are the kinds

/** A chart of the days to 23 Nov 2026, the last of which still runs. */
function days(count: number, kind: ChartModel['kind']): ChartModel {
  const dates = Array.from({ length: count }, (_, index) => formatShortDate(addDays('2026-11-23', index + 1 - count)));
  return oneSeries(wave(count), { kind, labels: dates.with(-1, '23 Nov so far') });
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
        expect(shown.length).toBeLessThanOrEqual(kind !== 'line' && count <= 12 ? 12 : 8);
        const steps = new Set(shown.slice(1).map((index, at) => index - (shown[at] ?? 0)));
        expect(steps.size).toBeLessThanOrEqual(1);
        for (const index of shown.slice(0, -1)) expect(labels[index]).toBe(model.labels[index]);
      }),
    );
  });

  it.each([1, 7, 13, 30, 327])('are left to Chart.js where all %i days are whole', (count) => {
    const model = { ...days(count, 'line'), labels: days(count, 'line').labels.with(-1, '23 Nov') };
    expect(toChartJs(model).data.labels).toEqual(model.labels);
  });
});

describe('the room right of the last point', () => {
  it('holds half of the widest last label that is drawn there', () => {
    expect(roomAtTheEnd(days(8, 'line'))).toBeGreaterThanOrEqual(26);
    const hours = oneSeries(wave(6), { labels: wave(6).map((_, index) => `22 Nov 1${index}:00`) });
    expect(roomAtTheEnd(hours)).toBeGreaterThan(40);
  });
});
