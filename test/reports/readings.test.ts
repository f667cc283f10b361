import { describe, expect, test } from 'vitest';
import { hour } from '../../src/clock.ts';
import type { Bucket, BucketNeed } from '../../src/metrics/sample.ts';
import { bucketsOf, distinctNeeds, joinNeeds } from '../../src/reports/readings.ts';

const need = (from: number, to: number, more: Partial<BucketNeed> = {}): BucketNeed => ({
  metric: 'users.active',
  tier: 'hours',
  from: from * hour,
  to: to * hour,
  ...more,
});
const buckets = (from: number, to: number): Bucket[] =>
  Array.from({ length: to - from }, (_, index) => ({
    at: (from + index) * hour,
    min: 0,
    max: 0,
    mean: 0,
    last: from + index,
    lastAt: (from + index) * hour,
    samples: 1,
  }));
const read = (from: number, to: number, more: Partial<BucketNeed> = {}): { need: BucketNeed; buckets: Bucket[] } => ({
  need: need(from, to, more),
  buckets: buckets(from, to),
});
const lasts = (found: readonly Bucket[]): number[] => found.map((bucket) => bucket.last);

describe('buckets out of what was gathered', () => {
  test('are those of the metric, the tier and the span', () => {
    const readings = { buckets: [read(0, 10, { metric: 'rooms.active' }), read(0, 10, { tier: 'raw' }), read(0, 10)] };
    expect(lasts(bucketsOf(readings, need(2, 5)))).toEqual([2, 3, 4]);
    expect(bucketsOf(readings, need(2, 5, { metric: 'users.new' }))).toEqual([]);
  });

  test('may come from two needs that touch or overlap, without repeats', () => {
    expect(lasts(bucketsOf({ buckets: [read(4, 8), read(0, 5)] }, need(3, 7)))).toEqual([3, 4, 5, 6]);
  });

  test('are found although a little more is wanted than was gathered', () => {
    expect(lasts(bucketsOf({ buckets: [read(0, 3)] }, { ...need(0, 3), to: 3 * hour + 2_000 }))).toEqual([0, 1, 2]);
  });
});

test('a need that lies within another one is asked for once', () => {
  const needs = [need(2, 5), need(0, 10), need(0, 10), need(0, 10, { tier: 'raw' }), need(9, 12)];
  expect(distinctNeeds(needs)).toEqual([need(0, 10), need(0, 10, { tier: 'raw' }), need(9, 12)]);
});

describe('needs that are joined', () => {
  test('hold every bucket once, the longest span of days, and whatever one of them asks for', () => {
    const joined = joinNeeds([
      { buckets: [need(0, 5)], since: true },
      { buckets: [need(1, 3), need(0, 5, { metric: 'rooms.active' })] },
      { buckets: [], days: { from: '2026-11-10', to: '2026-11-12' } },
      { buckets: [], hours: { from: '2026-11-19', to: '2026-11-20' } },
      {
        buckets: [],
        days: { from: '2026-11-11', to: '2026-11-20' },
        hours: { from: '2026-11-12', to: '2026-11-12' },
      },
    ]);
    expect(joined).toEqual({
      buckets: [need(0, 5), need(0, 5, { metric: 'rooms.active' })],
      days: { from: '2026-11-10', to: '2026-11-20' },
      hours: { from: '2026-11-12', to: '2026-11-20' },
      since: true,
    });
  });

  test('ask for nothing that none of them asks for', () => {
    expect(joinNeeds([{ buckets: [] }])).toEqual({ buckets: [] });
  });
});
