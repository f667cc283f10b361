// Series of counts over the hour before each sample, and of moments: slots, cuts, extremes with their time, coverage.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { compareCommon } from '../../src/metrics/common-slots.ts';
import { hourStarts, type MeasuredSeries, trailingSeries } from '../../src/metrics/measured-series.ts';
import { type MomentParts, momentSeries } from '../../src/metrics/moment-series.ts';
import type { Bucket } from '../../src/metrics/sample.ts';
import { mostAround, spacingOf } from '../../src/metrics/series.ts';

const midnight = Date.parse('2026-11-22T00:00:00Z');
const within = () => 2 * minute;

function trailing(id: 'messages.sent' | 'users.active', times: readonly number[], to: number): MeasuredSeries {
  const values = times.map((_, index) => 10 * (index + 1));
  return trailingSeries(id, { from: midnight, to }, { samples: { times, values }, breaks: [], within });
}

const minutes = (...all: readonly number[]): number[] => all.map((one) => midnight + one * minute);

describe('a count over the hour before each sample', () => {
  test('has hours counted back from the end, each the sample nearest to its end', () => {
    const { slots, value, coverage, partial } = trailing(
      'messages.sent',
      minutes(60, 119, 121, 180),
      midnight + 3 * hour,
    );
    expect(slots.values).toEqual([10, 20, 40]);
    expect({ value, coverage, partial }).toEqual({ value: 70, coverage: { measured: 3, of: 3 }, partial: [] });
  });

  test('takes of a sum the part of an hour that the window cuts, and no extreme of it', () => {
    const sum = trailing('messages.sent', minutes(30, 90), midnight + 90 * minute);
    expect([sum.slots.values, sum.value, sum.estimated, sum.partial]).toEqual([[5, 20], 25, 0.2, [0]]);
    const peak = trailing('users.active', minutes(30, 90), midnight + 90 * minute);
    expect([peak.slots.values, peak.value, peak.high]).toEqual([
      [undefined, 20],
      20,
      { value: 20, from: midnight + 30 * minute, to: midnight + 90 * minute },
    ]);
  });

  test('has no sample farther from an end than it may be', () => {
    const { slots, coverage } = trailing('messages.sent', minutes(63, 120), midnight + 2 * hour);
    expect([slots.values, coverage]).toEqual([[undefined, 20], { measured: 1, of: 2 }]);
  });

  test('counts back anew from a break, and leaves no slot of some minutes', () => {
    const window = { from: midnight, to: midnight + day + 90 * minute };
    expect(hourStarts(window, [midnight + day])).toHaveLength(26);
    expect(hourStarts({ from: midnight, to: midnight + 62 * minute }, [])).toEqual([midnight]);
  });
});

describe('a value of moments', () => {
  const bucket = (at: number, low: number, high: number, samples: number): Bucket => ({
    ...{ at, min: low, max: high, mean: (low + high) / 2, last: high, samples },
    lastAt: at + 59 * minute,
  });
  const parts: MomentParts = {
    tiers: [{ width: hour, buckets: [bucket(midnight, 1, 3, 60), bucket(midnight + hour, 2, 9, 6)] }],
    newest: undefined,
    starts: [midnight, midnight + hour],
    each: 'hour',
    pollEvery: minute,
    spacing: () => hour,
    rawFrom: midnight,
  };

  test('is measured by its samples: an hour with six of sixty by a tenth', () => {
    const series = momentSeries('memory.free_ratio', { from: midnight, to: midnight + 2 * hour }, parts);
    expect(series.slots.shares).toEqual([1, expect.closeTo(0.1)]);
    expect(series.coverage).toEqual({ measured: expect.closeTo(1.1), of: 2 });
    expect([series.value, series.low]).toEqual([1, { value: 1, from: midnight, to: midnight + hour }]);
    expect(momentSeries('connections.current', { from: midnight, to: midnight + 2 * hour }, parts).mean).toBeCloseTo(
      (2 * 60 + 5.5 * 6) / 66,
    );
  });

  test('of one hour is measured by how many samples there are around it', () => {
    const window = { from: midnight + hour, to: midnight + 2 * hour };
    const [starts, spacing] = [[midnight + hour], () => minute];
    expect(momentSeries('memory.free_ratio', window, { ...parts, starts, spacing }).slots.shares).toEqual([
      expect.closeTo(0.1),
    ]);
  });

  test('leaves out what lies before the window where raw samples are kept', () => {
    const late = { from: midnight + 20 * minute, to: midnight + 2 * hour };
    expect(momentSeries('memory.free_ratio', late, parts).low?.value).toBe(2);
    const raw = { at: midnight + 30 * minute, min: 5, max: 5, mean: 5, last: 5, samples: 1 };
    const tiers = [{ width: 0, buckets: [{ ...raw, lastAt: raw.at }] }, ...parts.tiers];
    expect(momentSeries('memory.free_ratio', late, { ...parts, tiers }).slots.lows).toEqual([5, 2]);
  });
});

test('samples are as far apart as around an hour, where a past was imported that has one an hour', () => {
  const bucket = (index: number, samples: number): Bucket => {
    const at = midnight + index * hour;
    return { at, min: 1, max: 1, mean: 1, last: 1, lastAt: at, samples };
  };
  const hours = Array.from({ length: 48 }, (_, index) => bucket(index, index < 24 ? 1 : index === 30 ? 6 : 60));
  const spacing = spacingOf(hours);
  const found = [0, 11, 23, 24, 30, 47].map((index) => spacing(midnight + index * hour));
  expect(found).toEqual([hour, hour, hour, minute, minute, minute]);
  expect(spacingOf([])(midnight)).toBe(hour);
});

describe('two periods', () => {
  const sums = (values: readonly (number | undefined)[], from = midnight): MeasuredSeries => {
    const known = values.flatMap((value, index) =>
      value === undefined ? [] : [{ at: from + (index + 1) * hour, value }],
    );
    const samples = { times: known.map(({ at }) => at), values: known.map(({ value }) => value) };
    return trailingSeries('messages.sent', { from, to: from + values.length * hour }, { samples, breaks: [], within });
  };

  test('are compared by what was measured in both', () => {
    const common = compareCommon(sums([1, undefined, 4]), sums([2, 9, 4], midnight - day), undefined);
    expect(common).toEqual({ now: 5, before: 6, measured: 2, of: 3, isPerSlot: false });
  });

  test('that differ in length are compared by the slot', () => {
    const common = compareCommon(sums([4, 4, 4, 4, 4, 4]), sums([2, 2, 2], midnight - day), 'utc');
    expect(common).toEqual({ now: 4, before: 2, measured: 6, of: 6, isPerSlot: true });
  });
});

test('the largest number around a place is that of the side that has less, told apart from one that nothing is known of', () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 8 }), (list, away) => {
      const most = mostAround(list, away);
      for (let place = -2 - away; place < list.length + away + 3; place += 1) {
        const sides = [
          list.slice(Math.max(0, place - away), Math.max(0, place)),
          list.slice(Math.max(0, place + 1), Math.max(0, place + 1 + away)),
        ];
        const told = sides.filter((side) => side.filter((one) => one > 0).length >= 3);
        const largest = (told.length > 0 ? told : sides).map((side) => Math.max(0, ...side));
        const around = told.length > 0 ? Math.min(...largest) : Math.max(...largest);
        expect(most(place)).toBe(Math.max(list[place] ?? 0, around));
      }
    }),
  );
});
