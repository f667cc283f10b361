import { describe, expect, test } from 'vitest';
import { type Capabilities, hasDays, hasMoments, isDaily, isHourly, unitOf } from '../../src/metrics/capabilities.ts';

const of = (reportsBy: Capabilities['reportsBy']) => ({
  capabilities: { platformName: 'Any', reportsBy, metrics: ['users.active', 'users.total'] } as const,
});
const moments = of('moments');
const days = of('days');
const both = of({ days: ['users.total'] });

describe('what a platform can do', () => {
  test('it has moments, days, or both', () => {
    expect([moments, days, both].map(hasMoments)).toEqual([true, false, true]);
    expect([moments, days, both].map(hasDays)).toEqual([false, true, true]);
  });

  test('a metric is daily where the platform counts it by days; of a platform of both, that is asked of each metric', () => {
    expect([moments, days, both].map((app) => isDaily(app, 'users.active'))).toEqual([false, true, false]);
    expect([moments, days, both].map((app) => unitOf(app, 'users.total'))).toEqual(['hour', 'day', 'day']);
  });

  test('hours of its own are those of a metric that it counts by days', () => {
    const counting = (of: typeof days) => ({ capabilities: { ...of.capabilities, hourly: ['users.active'] as const } });
    expect([counting(days), counting(moments), days].map((app) => isHourly(app, 'users.active'))).toEqual([
      true,
      false,
      false,
    ]);
    expect(isHourly(counting(days), 'users.total')).toBe(false);
  });
});
