import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostLinePoints, thinLabels, thinLine, thinPositions } from '../../src/charts/downsample.ts';

const someGaps = fc.array(fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined, freq: 8 }), {
  minLength: 601,
  maxLength: 3_000,
});

describe('positions of a thinned chart', () => {
  it('keep first, last, lowest and highest of every series, and no more than asked for', () => {
    const series = fc.array(fc.integer({ min: -1_000, max: 1_000_000 }), { minLength: 21, maxLength: 400 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 5 }), (values, count) => {
        const columns = Array.from({ length: count }, (_, index) =>
          values.map((value, at) => (value * (index + 1)) % (97 + at)),
        );
        const positions = thinPositions(columns, 20) ?? [];
        expect(positions.length).toBeLessThanOrEqual(20);
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
        expect(positions[0]).toBe(0);
        expect(positions.at(-1)).toBe(values.length - 1);
        for (const column of columns) {
          const kept = positions.map((position) => column[position] ?? Number.NaN);
          expect([Math.min(...kept), Math.max(...kept)]).toEqual([Math.min(...column), Math.max(...column)]);
        }
      }),
    );
  });

  it('are all of them where they fit', () => {
    expect(thinPositions([[5, 6, 7]], 20)).toEqual([0, 1, 2]);
  });

  it.each([
    ['a gap in a short series', [[1, undefined, 3]]],
    ['nothing measured', [[undefined, undefined]]],
    ['no point at all', [[]]],
    [
      'a long gap in a long series',
      [Array.from({ length: 100 }, (_, index) => (index > 30 && index < 60 ? undefined : index))],
    ],
  ])('are none for %s', (_, columns) => {
    expect(thinPositions(columns, 20)).toBeUndefined();
  });

  it('pass by one missing minute of a day, which the picture is too coarse to show', () => {
    const day = Array.from({ length: 1_440 }, (_, index) => (index === 700 ? undefined : index));
    expect(thinPositions([day], 20)).toBeDefined();
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
