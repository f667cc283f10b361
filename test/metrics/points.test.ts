import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import type { MetricId } from '../../src/metrics/catalog.ts';
import type { Bucket } from '../../src/metrics/sample.ts';
import { type Coverage, dayPoints, evenPoints, hoursIn, isTrailing, pointsOf } from '../../src/metrics/series.ts';
import { englishWording } from '../../src/wording.ts';
import { taipei, zone } from '../support/readings.ts';

const coverageWords = (coverage: Coverage, unit: 'hour' | 'day' = 'hour'): string =>
  englishWording.text({ kind: 'metric.coverage', values: { ...coverage, unit } });

const midnight = taipei('2026-11-22T00:00:00');

function bucket(at: number, last: number, more: Partial<Bucket> = {}): Bucket {
  return { at, min: last, max: last, mean: last, last, lastAt: at, samples: 1, ...more };
}

/** One bucket an hour with the value of its hour, leaving out the given hours. */
function hours(count: number, missing: readonly number[] = []): Bucket[] {
  return Array.from({ length: count }, (_, index) => bucket(midnight + index * hour, index)).filter(
    (_, index) => !missing.includes(index),
  );
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

  test('of an hour may stand for the mean of its samples', () => {
    const quarter = bucket(midnight, 5, { min: 2, max: 9, mean: 4, samples: 30 });
    const rest = bucket(midnight + 30 * minute, 5, { min: 2, max: 9, mean: 8, samples: 10 });
    const span = { from: midnight, to: midnight + 2 * hour, now: midnight + day, asMean: true };
    expect(pointsOf(hoursIn([quarter, rest], 'connections.current', span))).toEqual([
      { at: midnight, value: 5 },
      { at: midnight + hour, value: undefined },
    ]);
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

describe('hours', () => {
  test('the hour that still runs is left out, because its count overlaps the one before', () => {
    const points = hoursIn(hours(11), 'messages.sent', {
      from: midnight,
      to: midnight + day,
      now: midnight + 10 * hour + 20 * minute,
    });
    expect(points.values).toHaveLength(10);
    expect(points.values.at(-1)).toBe(9);
    expect(points.at(9)).toBe(midnight + 9 * hour);
  });

  test('a day in a zone half an hour off still has 24 hours', () => {
    const start = Date.parse('2026-11-21T18:30:00Z');
    const { values } = hoursIn([], 'messages.sent', { from: start, to: start + day, now: start + 2 * day });
    expect(values).toHaveLength(24);
  });

  test('the messages of overlapping polls are not added: a day is the sum of its clock hours', () => {
    const fiveMinutes = Array.from({ length: 288 }, (_, index) => bucket(midnight + index * 5 * minute, 100));
    const perHour = hoursIn(fiveMinutes, 'messages.sent', {
      from: midnight,
      to: midnight + day,
      now: midnight + day,
    });
    const [sunday] = dayPoints(perHour, 'messages.sent', { from: '2026-11-22', to: '2026-11-22', zone });
    expect(sunday?.value).toBe(2_400);
  });
});

describe('days', () => {
  test('hours become days as the catalog says, and the hours measured are counted', () => {
    const points = hoursIn(hours(48, [3, 4]), 'users.active', {
      from: midnight,
      to: midnight + 2 * day,
      now: midnight + 2 * day,
    });
    const days = dayPoints(points, 'users.active', { from: '2026-11-22', to: '2026-11-23', zone });
    expect(days.map((one) => [one.date, one.value, coverageWords(one.coverage)])).toEqual([
      ['2026-11-22', 23, '22 of 24 hours measured'],
      ['2026-11-23', 47, '24 of 24 hours measured'],
    ]);
    expect(dayPoints(points, 'messages.sent', { from: '2026-11-22', to: '2026-11-22', zone })[0]?.value).toBe(269);
  });

  test('a day without an hour is unknown, never 0', () => {
    const none = hoursIn([], 'messages.sent', { from: midnight, to: midnight + day, now: midnight });
    const [only] = dayPoints(none, 'messages.sent', { from: '2026-11-22', to: '2026-11-22', zone });
    expect(only?.value).toBeUndefined();
  });

  test('a day of 25 hours has 25', () => {
    const start = Date.parse('2026-10-24T22:00:00Z');
    const points = hoursIn([], 'users.active', { from: start, to: start + 25 * hour, now: start + 2 * day });
    const [autumn] = dayPoints(points, 'users.active', { from: '2026-10-25', to: '2026-10-25', zone: 'Europe/Berlin' });
    expect(autumn?.coverage).toEqual({ measured: 0, of: 25 });
  });
});
