import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, medianDeviation, quantile } from '../../src/metrics/compare.ts';

describe('the middle of numbers', () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });

  test('of nothing is unknown', () => {
    expect(median([])).toBeUndefined();
    expect(medianDeviation([])).toBeUndefined();
  });

  test('the list is left as it was', () => {
    const values = [3, 1, 2];
    quantile(values, 0.25);
    expect(values).toEqual([3, 1, 2]);
  });

  test('quarters are interpolated', () => {
    expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([1, 2, 3], 1)).toBe(3);
  });

  test('the spread is not moved by one wild value', () => {
    expect(medianDeviation([10, 11, 9, 10, 1_000])).toBe(1);
  });

  test('half of the numbers lie on each side', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values) ?? Number.NaN;
        expect(values.filter((value) => value < middle).length * 2).toBeLessThanOrEqual(values.length);
        expect(values.filter((value) => value > middle).length * 2).toBeLessThanOrEqual(values.length);
      }),
    );
  });
});
