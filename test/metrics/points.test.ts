import { describe, expect, test } from 'vitest';
import { hour } from '../../src/clock.ts';
import { type Coverage, dayPoints, isTrailing } from '../../src/metrics/series.ts';
import { englishWording } from '../../src/wording.ts';
import { taipei, zone } from '../support/readings.ts';

const coverageWords = (coverage: Coverage, unit: 'hour' | 'day' = 'hour'): string =>
  englishWording.text({ kind: 'metric.coverage', values: { ...coverage, unit } });

const midnight = taipei('2026-11-22T00:00:00');

test('only counts over the hour before are trailing', () => {
  expect(isTrailing('messages.sent')).toBe(true);
  expect(isTrailing('memory.free')).toBe(false);
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
