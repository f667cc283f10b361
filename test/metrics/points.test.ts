import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import type { MetricId } from '../../src/metrics/catalog.ts';
import type { Bucket } from '../../src/metrics/sample.ts';
import { type Coverage, dayPoints, evenPoints, isTrailing } from '../../src/metrics/series.ts';
import { englishWording } from '../../src/wording.ts';
import { taipei, zone } from '../support/readings.ts';

const coverageWords = (coverage: Coverage, unit: 'hour' | 'day' = 'hour'): string =>
  englishWording.text({ kind: 'metric.coverage', values: { ...coverage, unit } });

const midnight = taipei('2026-11-22T00:00:00');

function bucket(at: number, last: number, more: Partial<Bucket> = {}): Bucket {
  return { at, min: last, max: last, mean: last, last, lastAt: at, samples: 1, ...more };
}

/** What stands for an hour in which these buckets lie. */
function inOneHour(buckets: readonly Bucket[], id: MetricId): number | undefined {
  return evenPoints(buckets, id, { from: midnight, to: midnight + hour, width: hour })[0]?.value;
}

describe('a bucket', () => {
  const mixed = bucket(midnight, 5, { min: 2, max: 9, mean: 4, samples: 10 });

  test.each([
    ['messages.sent', 5, 'the last sample, which covers the hour before it'],
    ['connections.peak', 5, 'the last sample, though the peak of an hour ago was higher'],
    ['connections.current', 9, 'its highest, where high means trouble'],
    ['memory.free', 2, 'its lowest, where low means trouble'],
    ['rooms.total', 5, 'the newest state'],
  ] as const)('of %s stands for %i: %s', (id, value, _why) => {
    expect(inOneHour([mixed], id)).toBe(value);
  });

  test('several neighbours are one', () => {
    expect(inOneHour([bucket(midnight, 1), bucket(midnight + 1, 2)], 'messages.sent')).toBe(2);
    expect(inOneHour([bucket(midnight, 9, { min: 7 }), bucket(midnight + 1, 8)], 'memory.free')).toBe(7);
    expect(inOneHour([], 'memory.free')).toBeUndefined();
  });

  test('only counts over the hour before are trailing', () => {
    expect(isTrailing('messages.sent')).toBe(true);
    expect(isTrailing('memory.free')).toBe(false);
  });
});

describe('even points', () => {
  test('a gap stays a gap and nothing slides into it', () => {
    const buckets = [bucket(midnight, 1), bucket(midnight + 20 * minute, 3)];
    const points = evenPoints(buckets, 'messages.sent', {
      from: midnight,
      to: midnight + 30 * minute,
      width: 10 * minute,
    });
    expect(points.map((point) => point.value)).toEqual([1, undefined, 3]);
  });

  test('a day that ends now has as many points as fit, the last one holding now', () => {
    const to = midnight + 10 * hour + 12_000;
    const points = evenPoints([], 'messages.sent', { from: to - day, to, width: 30 * minute });
    expect(points).toHaveLength(48);
    expect(points.at(-1)?.at).toBe(midnight + 10 * hour);
    expect(new Set(points.map((point) => point.at % (30 * minute)))).toEqual(new Set([0]));
  });
});

describe('days', () => {
  const hoursOf = (count: number, missing: readonly number[]) => ({
    first: midnight,
    values: Array.from({ length: count }, (_, index) => (missing.includes(index) ? undefined : index)),
    at: (index: number) => midnight + index * hour,
  });

  test('hours become days as the catalog says, and the hours measured are counted', () => {
    const points = hoursOf(48, [3, 4]);
    const days = dayPoints(points, 'users.active', { from: '2026-11-22', to: '2026-11-23', zone });
    expect(days.map((one) => [one.date, one.value, coverageWords(one.coverage)])).toEqual([
      ['2026-11-22', 23, '22 of 24 hours measured'],
      ['2026-11-23', 47, '24 of 24 hours measured'],
    ]);
    expect(dayPoints(points, 'messages.sent', { from: '2026-11-22', to: '2026-11-22', zone })[0]?.value).toBe(269);
  });

  test('a day without an hour is unknown, never 0', () => {
    const [only] = dayPoints(hoursOf(0, []), 'messages.sent', { from: '2026-11-22', to: '2026-11-22', zone });
    expect(only?.value).toBeUndefined();
  });
});
