// The hours of a day: which there are in any zone, and the last one as the rest of the total.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hour } from '../../src/clock.ts';
import { endedHours, hourStartsOf, lastHourOf } from '../../src/metrics/hours-of-day.ts';
import type { DailyStatistics, HourlyStatistics } from '../../src/metrics/sample.ts';
import { startOfDate } from '../../src/time-zone.ts';

const dayOf = (date: string, zone: string, sent: number | undefined, complete = true): DailyStatistics => ({
  date,
  zone,
  complete,
  values: sent === undefined ? {} : { 'messages.sent': sent },
});

const hoursOf = (date: string, zone: string, counts: readonly (number | undefined)[]): HourlyStatistics[] =>
  hourStartsOf(date, zone).flatMap((at, index) => {
    const value = counts[index];
    return value === undefined ? [] : [{ at, values: { 'messages.sent': value } }];
  });

test.each([
  ['an ordinary day', '2026-11-22', 'Asia/Shanghai', 24],
  ['a day of half hours', '2026-11-22', 'Asia/Kolkata', 24],
  ['the day on which the clock goes forward', '2026-03-29', 'Europe/Berlin', 23],
  ['the day on which it goes back', '2026-10-25', 'Europe/Berlin', 25],
])('%s has its hours', (_what, date, zone, count) => {
  const starts = hourStartsOf(date, zone);
  expect(starts).toHaveLength(count);
  expect(starts[0]).toBe(startOfDate(date, zone));
});

test('an hour is over when all of it has passed', () => {
  const hours = hoursOf('2026-11-22', 'UTC', [1, 2, 3]);
  const ten = startOfDate('2026-11-22', 'UTC') + 2 * hour;
  expect(endedHours(hours, ten).map(({ values }) => values['messages.sent'])).toEqual([1, 2]);
  expect(endedHours(hours, ten - 1).map(({ values }) => values['messages.sent'])).toEqual([1]);
});

describe('the last hour of a day', () => {
  const date = '2026-11-22';
  const zone = 'Asia/Shanghai';
  const counts = Array.from({ length: 23 }, (_, index) => index);
  const known = counts.reduce((sum, value) => sum + value, 0);

  it.each([
    ['is the rest of the total', known + 40, counts, true, 40],
    ['is 0 where nothing is left', known, counts, true, 0],
    ['is unknown while the day is not complete', known + 40, counts, false, undefined],
    ['is unknown where another hour is', known + 40, counts.with(9, undefined as never), true, undefined],
    ['is unknown where the others are more than the total', known - 1, counts, true, undefined],
    ['is unknown where the total is', undefined, counts, true, undefined],
    ['is what the total says, also where the hour was seen while it ran', known + 40, [...counts, 7], true, 40],
  ])('%s', (_what, sent, hours, complete, rest) => {
    const derived = lastHourOf(dayOf(date, zone, sent, complete), hoursOf(date, zone, hours));
    const at = hourStartsOf(date, zone).at(-1);
    expect(derived).toEqual(
      rest === undefined ? undefined : { at, values: { 'messages.sent': rest }, isDerived: true },
    );
  });

  it('is made of the metrics that every other hour has, and of those that can be added up only', () => {
    const hours = hoursOf(date, zone, counts).map(({ at, values }) => ({
      at,
      values: { ...values, 'messages.single': 1, 'users.active': 5 },
    }));
    const day = {
      ...dayOf(date, zone, known),
      values: { 'messages.sent': known, 'messages.single': 30, 'users.active': 200 },
    };
    expect(lastHourOf(day, hours)?.values).toEqual({ 'messages.sent': 0, 'messages.single': 7 });
  });

  it('with all others makes the total of the day, in every zone and season', () => {
    const zones = fc.constantFrom('Asia/Shanghai', 'Asia/Kolkata', 'Europe/Berlin', 'America/New_York', 'UTC');
    const dates = fc.constantFrom('2026-03-29', '2026-10-25', '2026-11-01', '2026-03-08', '2026-06-01');
    fc.assert(
      fc.property(
        zones,
        dates,
        fc.array(fc.nat(10_000), { minLength: 25, maxLength: 25 }),
        fc.nat(10_000),
        (tz, of, all, rest) => {
          const others = hoursOf(of, tz, all).slice(0, -1);
          const total = others.reduce((sum, { values }) => sum + (values['messages.sent'] ?? 0), rest);
          expect(lastHourOf(dayOf(of, tz, total), others)?.values).toEqual({ 'messages.sent': rest });
        },
      ),
    );
  });

  it('of a day that is half an hour longer or shorter is unknown, because the rest is no hour', () => {
    for (const of of ['2026-04-05', '2026-10-04']) {
      const hours = hoursOf(of, 'Australia/Lord_Howe', Array(26).fill(1));
      expect(lastHourOf(dayOf(of, 'Australia/Lord_Howe', 100), hours)).toBeUndefined();
    }
  });
});
