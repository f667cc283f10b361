// The usual value for an hour of the week, and the largest fall: against hand-worked numbers and a slow twin.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DropPoint, largestDrop } from '../../src/alerting/rules/drop.ts';
import { seasonalProfileFor } from '../../src/alerting/seasonal-profile.ts';
import { hour } from '../../src/clock.ts';
import type { Bucket } from '../../src/metrics/sample.ts';

const week = 168 * hour;
const bucket = (at: number, last: number, mean = last): Bucket => ({
  at,
  min: 0,
  max: 9_999,
  mean,
  last,
  lastAt: at,
  samples: 60,
});

describe('the usual value', () => {
  const now = Date.parse('2026-11-23T10:30:00Z');
  const cell = Date.parse('2026-11-23T10:00:00Z');
  const ask = { metric: 'connections.current', now, zone: 'UTC' } as const;

  test('is the median of the same hour, and the spread 1.4826 times the median distance of it and its neighbours', () => {
    // Nine values: 100 200 300, 110 210 310, 90 190 290. Median 200; distances from the middle of the same hour 0 10 10, three times.
    const hours = [1, 2, 3].flatMap((weeks) =>
      [-1, 0, 1].map((transition) =>
        bucket(cell - weeks * week + transition * hour, 200 + transition * 100 + ([0, 10, -10][weeks - 1] ?? 0)),
      ),
    );
    expect(seasonalProfileFor({ ...ask, hours })).toEqual({
      state: 'known',
      centre: 200,
      spread: expect.closeTo(1.4826 * (3 / 2.2) * 10, 6),
      low: 0,
      high: 9_999,
      by: 'week',
      weeks: 3,
      values: 9,
    });
  });

  test('has a spread of at least 5 % of the middle and 10 of a count', () => {
    const same = (value: number) => [1, 2, 3].map((weeks) => bucket(cell - weeks * week, value));
    expect(seasonalProfileFor({ ...ask, hours: same(1_000) })).toMatchObject({ spread: 50 });
    expect(seasonalProfileFor({ ...ask, hours: same(40) })).toMatchObject({ spread: 10 });
  });

  test('takes the last sample of a trailing hour and the mean of a moment', () => {
    const hours = [1, 2, 3].map((weeks) => bucket(cell - weeks * week, 900, 500));
    expect(seasonalProfileFor({ ...ask, hours })).toMatchObject({ centre: 500 });
    expect(seasonalProfileFor({ ...ask, metric: 'connections.peak', hours })).toMatchObject({ centre: 900 });
  });

  test('follows the wall clock over a change to winter time, and counts the doubled hour once', () => {
    // Berlin, Sunday 25 Oct 2026: 02:00 comes twice. Asked on Sunday 15 Nov at 02:30.
    const berlin = { ...ask, zone: 'Europe/Berlin', now: Date.parse('2026-11-15T01:30:00Z') };
    const doubled = [bucket(Date.parse('2026-10-25T00:00:00Z'), 10), bucket(Date.parse('2026-10-25T01:00:00Z'), 30)];
    const others = ['2026-10-18T00:00:00Z', '2026-11-01T01:00:00Z', '2026-11-08T01:00:00Z'].map((at) =>
      bucket(Date.parse(at), 20),
    );
    expect(
      seasonalProfileFor({ ...berlin, hours: [...doubled, ...others].toSorted((a, b) => a.at - b.at) }),
    ).toMatchObject({
      values: 4,
      weeks: 4,
      centre: 20,
    });
  });

  test('is not made of what happens now', () => {
    const hours = [...[1, 2, 3].map((weeks) => bucket(cell - weeks * week, 100)), bucket(cell - hour, 5_000)];
    expect(seasonalProfileFor({ ...ask, hours })).toMatchObject({ centre: 100, values: 3 });
  });
});

/** The definition of a fall, word by word. */
function slowFall(points: readonly DropPoint[], within: number, atLeast: number): number {
  const now = points.at(-1)?.value ?? 0;
  const shares = points.map((from) => {
    const lowest = Math.min(
      ...points.filter(({ at }) => at >= from.at && at <= from.at + within).map(({ value }) => value),
    );
    return from.value < atLeast ? 0 : Math.max(0, (from.value - Math.max(lowest, now)) / from.value);
  });
  return Math.max(0, ...shares);
}

test('the largest fall is found as its definition finds it', () => {
  const series = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 4 }), value: fc.integer({ min: 0, max: 200 }) }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 12 }), (list, within) => {
      let at = 0;
      const points = list.map(({ gap, value }) => {
        at += gap;
        return { at, value };
      });
      expect(largestDrop(points, { within, atLeast: 20 })?.share ?? 0).toBeCloseTo(slowFall(points, within, 20), 12);
    }),
    { numRuns: 1_000 },
  );
});
