import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinValues, mostLinePoints, pointGroups, thinLabels, thinLine } from '../../src/charts/downsample.ts';
import { day, hour, minute } from '../../src/clock.ts';

const someGaps = fc.array(fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined, freq: 8 }), {
  minLength: 601,
  maxLength: 3_000,
});

describe('groups of neighbouring points', () => {
  it('hold every position once, in at most so many groups of one size, the first of which may be smaller', () => {
    const step = fc.option(fc.constantFrom(minute, 2 * minute, 10 * minute, 30 * minute, hour, day), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1, max: 40 }), step, (length, most, width) => {
        const { size, groups } = pointGroups(length, most, width);
        expect(groups.length).toBeLessThanOrEqual(most);
        const held = groups.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at));
        expect(held).toEqual(Array.from({ length }, (_, at) => at));
        for (const { from, to } of groups.slice(1)) expect(to - from).toBe(size);
      }),
    );
  });

  it.each([
    ['a day of half hours', 48, 30 * minute, 4, 12],
    ['a day of hours', 24, hour, 2, 12],
    ['a week of hours', 168, hour, 12, 14],
    ['six hours of ten minutes', 36, 10 * minute, 2, 18],
    ['an hour of minutes', 60, minute, 3, 20],
    ['a month', 30, day, 2, 15],
    ['a month of 31 days', 31, day, 2, 16],
    ['a quarter', 90, day, 5, 18],
    ['a year', 365, day, 20, 19],
    ['a day that is short', 20, hour, 1, 20],
  ])('of %s are of a length that people say', (_, length, step, size, count) => {
    const found = pointGroups(length, 20, step);
    expect([found.size, found.groups.length]).toEqual([size, count]);
  });

  it.each([
    ['sum', [1, undefined, 3], 4, 2],
    ['low', [1, undefined, 3], 1, 2],
    ['high', [1, undefined, 3], 3, 2],
    ['sum', [undefined, undefined], undefined, 0],
  ] as const)('are joined by %s: %j is %s', (how, values, value, known) => {
    expect(joinValues(values, { from: 0, to: values.length }, how)).toEqual({ value, known });
  });
});

describe('a thinned line', () => {
  it('has at most 600 points and keeps lowest, highest, latest, and a gap where one was', () => {
    fc.assert(
      fc.property(someGaps, (values) => {
        const thin = thinLine(values);
        const known = values.filter((value) => value !== undefined);
        const kept = thin.filter((value) => value !== undefined);
        expect(thin).toHaveLength(mostLinePoints);
        expect([Math.min(...kept), Math.max(...kept)]).toEqual([Math.min(...known), Math.max(...known)]);
        expect(thin.at(-1)).toBe(values.at(-1));
        expect(thin.includes(undefined)).toBe(values.includes(undefined));
      }),
    );
  });

  it('is as it was when it is short', () => {
    expect(thinLine([1, undefined, 3])).toEqual([1, undefined, 3]);
    expect(thinLabels(['a', 'b'])).toEqual(['a', 'b']);
  });

  it('has labels that are spread as its points are', () => {
    const labels = thinLabels(Array.from({ length: 1_200 }, (_, index) => String(index)));
    expect(labels).toHaveLength(mostLinePoints);
    expect([labels[0], labels[300], labels.at(-1)]).toEqual(['0', '600', '1198']);
  });
});
