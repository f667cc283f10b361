import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import { type KnownPoint, theilSen, timeToLimit } from '../../src/metrics/forecast.ts';

const GiB = 2 ** 30;

/** A point every five minutes for three hours. */
function line(value: (index: number) => number, count = 36): KnownPoint[] {
  return Array.from({ length: count }, (_, index) => ({ at: index * 5 * minute, value: value(index) }));
}

/** Repeatable noise between -1 and 1. */
const noise = (index: number): number => Math.sin(index * 12.9898) * Math.cos(index * 78.233);

const emptying = { limit: 0, direction: 'falling' } as const;

describe('a Theil–Sen line', () => {
  test('finds a straight line exactly', () => {
    const found = theilSen(line((index) => 100 - 2 * index));
    expect(found?.slope).toBeCloseTo(-2 / (5 * minute), 12);
    expect(found?.value).toBeCloseTo(30, 9);
    expect(found?.noise).toBeCloseTo(0, 9);
    expect(found).toMatchObject({ points: 36, span: 35 * 5 * minute });
  });

  test('is not bent by a few outliers, where least squares would be', () => {
    const clean = theilSen(line((index) => 100 - index));
    const spoilt = theilSen(line((index) => (index === 30 || index === 33 ? 95 : 100 - index)));
    expect(spoilt?.slope).toBeCloseTo(clean?.slope ?? 0, 6);
  });

  test('there is none through fewer than two moments', () => {
    expect(theilSen([])).toBeUndefined();
    expect(
      theilSen([
        { at: 5, value: 1 },
        { at: 5, value: 2 },
      ]),
    ).toBeUndefined();
    expect(
      theilSen([
        { at: 5, value: Number.NaN },
        { at: 6, value: 2 },
      ]),
    ).toBeUndefined();
  });

  test('shifting time changes nothing, turning the values over turns the slope over', () => {
    const values = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 1e9 }), (list, shift) => {
        const points = list.map((value, index) => ({ at: index * minute, value }));
        const found = theilSen(points);
        const later = theilSen(points.map((point) => ({ ...point, at: point.at + shift * minute })));
        const over = theilSen(points.map((point) => ({ ...point, value: -point.value })));
        expect(later?.slope).toBe(found?.slope);
        expect(over?.slope).toBeCloseTo(-(found?.slope ?? 0), 9);
        expect((found?.low ?? 0) <= (found?.slope ?? 0) && (found?.slope ?? 0) <= (found?.high ?? 0)).toBe(true);
      }),
    );
  });
});

describe('the time to a limit', () => {
  test('memory that falls 0.2 GiB an hour from 1.8 GiB is gone in 9 hours, two drops of the cache or not', () => {
    const value = (index: number): number => (1.8 + (0.2 * (35 - index) * 5) / 60 + 0.02 * noise(index)) * GiB;
    const forecast = timeToLimit(
      line((index) => value(index) + (index === 32 || index === 34 ? 0.5 * GiB : 0)),
      emptying,
    );
    expect(forecast.state).toBe('reaches');
    if (forecast.state !== 'reaches') return;
    expect(forecast.after / hour).toBeGreaterThan(8.3);
    expect(forecast.after / hour).toBeLessThan(9.8);
    expect(forecast.soonest).toBeLessThanOrEqual(forecast.after);
    expect(forecast.latest).toBeGreaterThanOrEqual(forecast.after);
  });

  test('connections that rise reach a limit above them', () => {
    const forecast = timeToLimit(
      line((index) => 1_000 + 10 * index),
      { limit: 2_000, direction: 'rising' },
    );
    expect(forecast).toMatchObject({ state: 'reaches' });
    expect(forecast.state === 'reaches' && Math.round(forecast.after / minute)).toBe(325);
  });

  test.each([
    ['seven points', line((index) => 100 - index, 7), { points: 7 }],
    [
      'twenty-five minutes',
      line((index) => 100 - index, 8).map((point) => ({ ...point, at: point.at * 0.7 })),
      { points: 8 },
    ],
    ['nothing', [], { points: 0, span: 0 }],
  ])('%s are too little to say anything', (_what, points, counted) => {
    expect(timeToLimit(points, emptying)).toMatchObject({ state: 'learning', ...counted });
  });

  test.each([
    ['rises away from the limit', line((index) => 100 + index)],
    ['stays', line(() => 100)],
    ['only trembles', line((index) => 100 + 20 * noise(index) - 0.01 * index)],
  ])('what %s has no trend', (_what, points) => {
    expect(timeToLimit(points, emptying).state).toBe('no-trend');
  });

  test('a slope within the noise is no trend, though it points to the limit', () => {
    const trembling = line((index) => 100 + 20 * noise(index * 3) - 0.2 * index);
    const forecast = timeToLimit(trembling, emptying);
    expect(theilSen(trembling)?.slope).toBeLessThan(0);
    expect(forecast.state).toBe('no-trend');
  });

  test('beyond the limit it is reached', () => {
    expect(
      timeToLimit(
        line((index) => 40 - index),
        { limit: 10, direction: 'falling' },
      ).state,
    ).toBe('reached');
  });

  test('a restart begins the line anew', () => {
    const points = line((index) => (index < 20 ? 50 - index : 100 - index));
    expect(timeToLimit(points, { ...emptying, jump: 30 })).toMatchObject({ state: 'reaches', line: { points: 16 } });
    expect(timeToLimit(points.slice(0, 24), { ...emptying, jump: 30 })).toMatchObject({ state: 'learning', points: 4 });
  });

  test('a forecast is never negative, infinite or out of order', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(
        values,
        fc.double({ min: -1e12, max: 2e12, noNaN: true }),
        fc.constantFrom('falling', 'rising'),
        (list, limit, direction) => {
          const forecast = timeToLimit(
            list.map((value, index) => ({ at: index * 5 * minute, value })),
            { limit, direction },
          );
          if (forecast.state !== 'reaches') return;
          expect(forecast.soonest).toBeGreaterThan(0);
          expect(Number.isFinite(forecast.after)).toBe(true);
          expect(forecast.soonest).toBeLessThanOrEqual(forecast.after * 1.000_001);
          expect(forecast.latest ?? forecast.after).toBeGreaterThanOrEqual(forecast.after * 0.999_999);
        },
      ),
    );
  });
});
