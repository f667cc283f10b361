import { describe, expect, test } from 'vitest';
import {
  anyMeasured,
  type Coverage,
  combineValues,
  extreme,
  isTrailing,
  isWellMeasured,
  newest,
  slotsOf,
} from '../../src/metrics/series.ts';
import { englishWording } from '../../src/wording.ts';

const coverageWords = (coverage: Coverage, unit: 'hour' | 'day' = 'hour'): string =>
  englishWording.text({ kind: 'metric.coverage', values: { ...coverage, unit } });

describe('combining', () => {
  test.each([
    ['sum', 6],
    ['max', 3],
    ['min', 1],
    ['mean', 2],
    ['last', 2],
  ] as const)('the %s of 1, 3, a gap and 2 is %i', (how, value) => {
    expect(combineValues([1, 3, undefined, 2], how)).toBe(value);
    expect(combineValues([7, 1, undefined, 8], how, 1, 3)).toBe(1);
    expect(combineValues([undefined, undefined], how)).toBeUndefined();
  });

  test('extremes give the earliest of equals, and the newest known point is found behind gaps', () => {
    const points = [4, undefined, 2, 4, 2, undefined].map((value, at) => ({ at, value }));
    expect(extreme(slotsOf(points), 'high')).toEqual({ at: 0, value: 4 });
    expect(extreme(slotsOf(points), 'low')).toEqual({ at: 2, value: 2 });
    expect(newest(points)).toEqual({ at: 4, value: 2 });
    expect(extreme(slotsOf([]), 'low')).toBeUndefined();
  });
});

describe('coverage', () => {
  test('an hour counts when any metric has it', () => {
    const a = [1, undefined, undefined];
    const b = [undefined, 2, undefined];
    expect(anyMeasured([a, b])).toEqual({ measured: 2, of: 3 });
  });

  test('one hour is singular, days are known rather than measured, and both numbers are written alike', () => {
    expect(coverageWords({ measured: 1, of: 1 })).toBe('1 of 1 hour measured');
    expect(coverageWords({ measured: 6, of: 7 }, 'day')).toBe('6 of 7 days known');
    expect(coverageWords({ measured: 1_338, of: 1_440 })).toBe('1,338 of 1,440 hours measured');
  });

  test.each([
    [24, 24, true],
    [22, 24, true],
    [21, 24, false],
    [0, 0, false],
  ])('%i of %i is enough to compare: %s', (measured, of, enough) => {
    expect(isWellMeasured({ measured, of })).toBe(enough);
  });
});

test('only counts over the hour before are trailing', () => {
  expect(isTrailing('messages.sent')).toBe(true);
  expect(isTrailing('memory.free')).toBe(false);
});
