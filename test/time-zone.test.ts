import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addPeriods,
  daysBetween,
  eachDate,
  formatInstant,
  hourOfWeek,
  instantOfWallClock,
  isLocalDate,
  isZone,
  localDate,
  midnightsWithin,
  parseInstant,
  parseIso,
  sameTimeAfter,
  startOfDate,
  startOfPeriod,
  weekday,
} from '../src/time-zone.ts';

const utc = (text: string): number => Date.parse(text);
const zones = [
  'Asia/Taipei',
  'Europe/Berlin',
  'America/New_York',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/Havana',
  'UTC',
];
const anyZone = fc.constantFrom(...zones);
const anyInstant = fc.integer({ min: utc('2016-01-01T00:00:00Z'), max: utc('2035-01-01T00:00:00Z') });

describe('local dates', () => {
  test.each([
    ['Asia/Taipei', '2026-11-22T16:00:00Z', '2026-11-23'],
    ['Asia/Taipei', '2026-11-22T15:59:59.999Z', '2026-11-22'],
    ['America/New_York', '2026-11-23T04:59:59Z', '2026-11-22'],
    ['UTC', '1969-12-31T23:59:59Z', '1969-12-31'],
  ])('in %s %s is on %s', (zone, at, date) => {
    expect(localDate(utc(at), zone)).toBe(date);
  });

  test('a day moves over the end of a month, a leap day and a change of clocks', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-29', -1)).toBe('2026-03-28');
    expect(daysBetween('2026-03-01', '2026-04-01')).toBe(31);
    expect(daysBetween('2026-04-01', '2026-03-01')).toBe(-31);
  });

  test.each([
    ['2026-04-30', true],
    ['2026-04-31', false],
    ['2026-02-29', false],
    ['2028-02-29', true],
    ['2026-4-1', false],
    ['yesterday', false],
  ])('%s is a date: %s', (text, valid) => {
    expect(isLocalDate(text)).toBe(valid);
  });

  test('weeks begin on Monday', () => {
    expect(weekday('2026-11-23')).toBe(1);
    expect(weekday('2026-11-22')).toBe(7);
  });
});

describe('midnights', () => {
  test.each([
    ['the first hour of the day exists', '2026-11-22', 'Asia/Taipei', '2026-11-21T16:00:00Z'],
    ['midnight is skipped', '2023-04-28', 'Africa/Cairo', '2023-04-27T22:00:00Z'],
    ['midnight is skipped', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
    ['midnight comes twice, the first counts', '2020-11-01', 'America/Havana', '2020-11-01T04:00:00Z'],
    ['the day is 25 hours long', '2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
  ])('%s: %s in %s begins at %s', (_why, date, zone, start) => {
    expect(new Date(startOfDate(date, zone)).toISOString()).toBe(new Date(utc(start)).toISOString());
  });

  test('every instant lies in its date, from its first instant up to the first of the next', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (at, zone) => {
        const date = localDate(at, zone);
        expect(date).toBe(DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd'));
        expect(startOfDate(date, zone)).toBeLessThanOrEqual(at);
        expect(startOfDate(addDays(date, 1), zone)).toBeGreaterThan(at);
        expect(localDate(startOfDate(date, zone) - 1, zone)).toBe(addDays(date, -1));
      }),
    );
  });
});

test('the midnights within a span are the first instants of its dates', () => {
  const anyLength = fc.integer({ min: 1, max: 400 * 86_400_000 });
  fc.assert(
    fc.property(anyInstant, anyLength, anyZone, (from, length, zone) => {
      const to = from + length;
      const dates = eachDate(localDate(from, zone), localDate(to - 1, zone), zone);
      expect(midnightsWithin({ from, to }, zone)).toEqual(dates.map(({ at }) => at));
    }),
  );
  expect(midnightsWithin({ from: utc('2026-11-22T10:00:00Z'), to: utc('2026-11-22T10:00:00Z') }, 'UTC')).toEqual([]);
});

describe('wall clocks', () => {
  const wallClock = (at: number, zone: string): number =>
    utc(`${formatInstant(at, zone, "yyyy-MM-dd'T'HH:mm:ss.SSS")}Z`);

  test('show the same time so many days later and earlier, whatever the clocks did between, or a later one where it is skipped', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, fc.integer({ min: -800, max: 800 }), (at, zone, days) => {
        const moved = sameTimeAfter(days, at, zone);
        expect(localDate(moved, zone)).toBe(addDays(localDate(at, zone), days));
        const late = wallClock(moved, zone) - (wallClock(at, zone) + days * 86_400_000);
        expect([0, 30, 60]).toContain(late / 60_000);
      }),
    );
    expect(sameTimeAfter(1, utc('2026-03-28T01:30:00Z'), 'Europe/Berlin')).toBe(utc('2026-03-29T01:00:00Z'));
  });

  test('a time that is skipped means the moment the clocks jump', () => {
    expect(instantOfWallClock(utc('2026-03-29T02:30:00Z'), 'Europe/Berlin')).toBe(utc('2026-03-29T01:00:00Z'));
  });

  test('a time that comes twice means the first', () => {
    expect(instantOfWallClock(utc('2026-10-25T02:30:00Z'), 'Europe/Berlin')).toBe(utc('2026-10-25T00:30:00Z'));
  });

  test('reading a clock and setting it back gives the instant, or the first of the same time', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (at, zone) => {
        const back = instantOfWallClock(wallClock(at, zone), zone);
        expect(back).toBeLessThanOrEqual(at);
        expect(wallClock(back, zone)).toBe(wallClock(at, zone));
      }),
    );
  });
});

describe('periods', () => {
  test.each([
    ['hour', '2026-11-22T10:00:00+08:00'],
    ['day', '2026-11-22T00:00:00+08:00'],
    ['week', '2026-11-16T00:00:00+08:00'],
    ['month', '2026-11-01T00:00:00+08:00'],
  ] as const)('the %s of Sunday 22 Nov 10:12 begins at %s', (period, start) => {
    expect(startOfPeriod(utc('2026-11-22T10:12:00+08:00'), period, 'Asia/Taipei')).toBe(utc(start));
  });

  test.each([
    ['day', 1, '2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00'],
    ['day', -7, '2026-11-01T00:00:00+01:00', '2026-10-25T00:00:00+02:00'],
    ['week', 1, '2026-10-19T00:00:00+02:00', '2026-10-26T00:00:00+01:00'],
    ['month', -12, '2026-03-01T00:00:00+01:00', '2025-03-01T00:00:00+01:00'],
    ['month', 1, '2026-01-01T00:00:00+01:00', '2026-02-01T00:00:00+01:00'],
    ['hour', 1, '2026-10-25T02:00:00+02:00', '2026-10-25T02:00:00+01:00'],
  ] as const)('%s moved by %i from %s is %s', (period, count, from, to) => {
    expect(addPeriods(utc(from), period, count, 'Europe/Berlin')).toBe(utc(to));
  });

  test('an hour that the end of daylight saving repeats is two hours', () => {
    const second = utc('2026-10-25T02:30:00+01:00');
    expect(startOfPeriod(second, 'hour', 'Europe/Berlin')).toBe(utc('2026-10-25T02:00:00+01:00'));
  });

  test('the start of a period is not after its instant, and the next one is', () => {
    const period = fc.constantFrom('hour', 'day', 'week', 'month');
    fc.assert(
      fc.property(anyInstant, anyZone, period, (at, zone, of) => {
        const start = startOfPeriod(at, of, zone);
        expect(start).toBeLessThanOrEqual(at);
        expect(startOfPeriod(start, of, zone)).toBe(start);
        expect(addPeriods(start, of, 1, zone)).toBeGreaterThan(start);
      }),
    );
  });
});

describe('reading and writing', () => {
  test('an instant is written as its zone shows it', () => {
    const at = utc('2026-11-22T13:05:09Z');
    expect(formatInstant(at, 'Asia/Taipei', 'cccc d LLL yyyy HH:mm:ss')).toBe('Sunday 22 Nov 2026 21:05:09');
    expect(formatInstant(at, 'Asia/Taipei', 'HH:mm ZZ')).toBe('21:05 +08:00');
  });

  test('the short way of writing gives what luxon gives', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (at, zone) => {
        const tokens = 'yyyy-MM-dd HH:mm:ss.SSS ccc W';
        expect(formatInstant(at, zone, tokens)).toBe(
          DateTime.fromMillis(at, { zone, locale: 'en-GB' }).toFormat(tokens),
        );
      }),
    );
  });

  test('wall-clock text is read in its zone, and what does not fit is undefined', () => {
    expect(parseInstant('2026-11-22 09', 'yyyy-MM-dd HH', 'Asia/Shanghai')).toBe(utc('2026-11-22T01:00:00Z'));
    expect(parseInstant('2026-11-22', 'yyyy-MM-dd HH', 'Asia/Shanghai')).toBeUndefined();
  });

  test('an ISO text without an offset is UTC', () => {
    expect(parseIso('2026-04-11T09:00:00')).toBe(utc('2026-04-11T09:00:00Z'));
    expect(parseIso('2026-04-11T09:00:00+08:00')).toBe(utc('2026-04-11T01:00:00Z'));
    expect(parseIso('soon')).toBeUndefined();
  });

  test('the hour of the week is the one on the wall', () => {
    expect(hourOfWeek(utc('2026-11-22T16:30:00Z'), 'Asia/Taipei')).toBe(0);
    expect(hourOfWeek(utc('2026-11-22T15:30:00Z'), 'Asia/Taipei')).toBe(167);
    expect(hourOfWeek(utc('1969-12-29T00:30:00Z'), 'UTC')).toBe(0);
  });

  test.each([
    ['Asia/Taipei', true],
    ['UTC', true],
    ['Asia/Taipeh', false],
    ['', false],
  ])('"%s" is a zone: %s', (name, valid) => {
    expect(isZone(name)).toBe(valid);
  });
});
