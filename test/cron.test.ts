import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day } from '../src/clock.ts';
import { canonicalCron, cronProblem, nextRun, previousRun } from '../src/cron.ts';
import { localDate } from '../src/time-zone.ts';
import { type WrittenField, writtenFields } from './support/cron-strings.ts';

const at = (text: string): number => Date.parse(text);
const iso = (instant: number): string => new Date(instant).toISOString();

describe('a cron string', () => {
  test.each(['0 9 * * *', '*/5 * * * *', '30 8 * * 1-5', '0 9 1 * *', '0 9 * * MON'])('%s is one', (cron) => {
    expect(cronProblem(cron, 'Asia/Taipei')).toBeUndefined();
  });

  test.each([
    ['0 0 9 * * *', 'UTC', 'has 6 fields'],
    ['@daily', 'UTC', 'has 1 field;'],
    ['', 'UTC', 'has no fields'],
    ['61 * * * *', 'UTC', 'is not a cron string'],
    ['0 9 31 2 *', 'UTC', 'never comes'],
    ['0 9 * * *', 'Asia/Taipeh', 'is not an IANA time zone'],
  ])('"%s" in %s is refused: %s', (cron, zone, reason) => {
    expect(cronProblem(cron, zone)).toContain(reason);
  });
});

describe('the plain form of a cron string', () => {
  test.each([
    ['0 9 ? * 1', '0 9 * * 1'],
    ['0 2 ? * 2', '0 2 * * 2'],
    ['0 9 15 * ?', '0 9 15 * *'],
    ['0 9 1-31 * 1', '0 9 * * 1'],
    ['0 9 1 1-12 0-6', '0 9 1 * *'],
    ['0 9 * * 1-7', '0 9 * * *'],
    ['0 9 * * 0-7', '0 9 * * *'],
    ['0-59 */1 * * sun,mon,tue,wed,thu,fri,sat', '* * * * *'],
    ['*/15 9-17/4 * jan-Mar,DEC MON-fri', '0,15,30,45 9,13,17 * 1,2,3,12 1,2,3,4,5'],
    ['5/20 08 */10 * 5-7', '5,25,45 8 1,11,21,31 * 0,5,6'],
    [' 0\t9  * * 7,7 ', '0 9 * * 0'],
    ['0 9 l * *', '0 9 L * *'],
    ['0 9 1,L * *', '0 9 1,L * *'],
    ['0 9 * * friL', '0 9 * * 5L'],
    ['0 9 * * 1,7L', '0 9 * * 1,0L'],
    ['0 9 * * mon#2', '0 9 * * 1#2'],
  ])('of "%s" is "%s"', (cron, text) => {
    expect(canonicalCron(cron)).toBe(text);
    expect(canonicalCron(text)).toBe(text);
  });

  test.each([
    ['0 9 * * 5-1', '"5-1" is no day of the week'],
    ['0 9 * * fri-sun', '"fri-sun" is no day of the week'],
    ['0 9 * * monday', '"monday" is no day of the week'],
    ['0 9 * * L', '"L" is no day of the week'],
    ['0 9 * * 1#6', '"1#6" is no day of the week'],
    ['0 9 15W * *', '"15W" is no day of the month'],
    ['0 9 L-3 * *', '"L-3" is no day of the month'],
    ['0 24 * * *', '"24" is no hour'],
    ['? 9 * * *', '"?" is no minute'],
    ['*/0 9 * * *', '"*/0" is no minute'],
    ['0 9 * 0 *', '"0" is no month'],
    ['0 9 31 2,4 *', 'names a day that never comes'],
    ['0 9 30 2 1', 'names a day that never comes'],
    ['0 9 * 2 1#5', 'names a day that hardly ever comes'],
    ['0 9 15 * 1#2', 'must stand alone'],
    ['0 9 * * 1,5#2', 'must stand alone'],
    ['0 9 1-30 * 1', 'put * in one of the two fields'],
  ])('is not there for "%s": %s', (cron, problem) => {
    expect(cronProblem(cron, 'UTC')).toContain(problem);
    expect(() => canonicalCron(cron)).toThrow(problem);
    expect(() => nextRun(cron, 'UTC', 0)).toThrow(problem);
    expect(() => previousRun(cron, 'UTC', 0)).toThrow(problem);
  });
});

/** The next run in UTC, looked for day by day and minute by minute. */
function lookedFor(fields: readonly WrittenField[], after: number): number {
  const names = (place: number, number: number): boolean => fields[place]?.numbers.has(number) === true;
  const isOpen = (place: number, size: number): boolean => fields[place]?.numbers.size === size;
  for (let midnight = Math.floor(after / day) * day; ; midnight += day) {
    const date = new Date(midnight);
    const [onDate, onWeekday] = [names(2, date.getUTCDate()), names(4, date.getUTCDay())];
    const isDay = isOpen(2, 31) || isOpen(4, 7) ? onDate && onWeekday : onDate || onWeekday;
    if (!isDay || !names(3, date.getUTCMonth() + 1)) continue;
    for (let run = midnight; run < midnight + day; run += 60_000) {
      const at = new Date(run);
      if (run > after && names(0, at.getUTCMinutes()) && names(1, at.getUTCHours())) return run;
    }
  }
}

describe('runs', () => {
  test('come at what the fields name, however it is written', () => {
    const instant = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2032-01-01T00:00:00Z') });
    fc.assert(
      fc.property(writtenFields, instant, (fields, now) => {
        const cron = fields.map(({ text }) => text).join(' ');
        fc.pre(cronProblem(cron, 'UTC') === undefined);
        const next = nextRun(cron, 'UTC', now);
        expect(next).toBe(lookedFor(fields, now));
        expect(previousRun(cron, 'UTC', next + 30_000)).toBe(next);
        expect(previousRun(cron, 'UTC', next - 1)).toBeLessThanOrEqual(now);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the next run is strictly later, the previous one may be now', () => {
    const nine = at('2026-11-23T09:00:00+08:00');
    expect(nextRun('0 9 * * *', 'Asia/Taipei', nine)).toBe(nine + day);
    expect(previousRun('0 9 * * *', 'Asia/Taipei', nine)).toBe(nine);
    expect(previousRun('0 9 * * *', 'Asia/Taipei', nine - 1)).toBe(nine - day);
    expect(previousRun('0 9 * * *', 'Asia/Taipei', nine + 500)).toBe(nine);
  });

  test('a time that daylight saving skips runs when the clocks have jumped', () => {
    expect(iso(nextRun('30 2 * * *', 'Europe/Berlin', at('2026-03-28T12:00:00Z')))).toBe('2026-03-29T01:00:00.000Z');
    expect(iso(nextRun('0 0 * * *', 'Africa/Cairo', at('2023-04-27T12:00:00Z')))).toBe('2023-04-27T22:00:00.000Z');
    expect(iso(nextRun('0 0 * * *', 'America/Sao_Paulo', at('2018-11-03T12:00:00Z')))).toBe('2018-11-04T03:00:00.000Z');
  });

  test('a time that comes twice runs once, the first time, whichever way it is looked for', () => {
    const first = at('2026-10-25T00:30:00Z');
    expect(nextRun('30 2 * * *', 'Europe/Berlin', at('2026-10-24T12:00:00Z'))).toBe(first);
    expect(iso(nextRun('30 2 * * *', 'Europe/Berlin', first))).toBe('2026-10-26T01:30:00.000Z');
    expect(previousRun('30 2 * * *', 'Europe/Berlin', at('2026-10-25T00:45:00Z'))).toBe(first);
    expect(previousRun('30 2 * * *', 'Europe/Berlin', at('2026-10-25T10:00:00Z'))).toBe(first);
  });

  test('an hourly run comes every real hour through both changes of clocks', () => {
    let spring = at('2026-03-28T23:00:00Z');
    let autumn = at('2026-10-24T23:00:00Z');
    for (let step = 0; step < 6; step += 1) {
      expect(nextRun('0 * * * *', 'Europe/Berlin', spring)).toBe(spring + 3_600_000);
      expect(nextRun('0 * * * *', 'Europe/Berlin', autumn)).toBe(autumn + 3_600_000);
      spring += 3_600_000;
      autumn += 3_600_000;
    }
  });

  const crons = fc.constantFrom(
    '0 9 * * *',
    '30 2 * * *',
    '0 0 * * *',
    '15 1,13 * * 1-5',
    '0 8 1 * *',
    '*/20 * * * *',
    '0 */6 * * *',
  );
  const zones = fc.constantFrom(
    'Asia/Taipei',
    'Europe/Berlin',
    'America/New_York',
    'Africa/Cairo',
    'Australia/Lord_Howe',
    'America/Havana',
  );
  const instants = fc.integer({ min: at('2023-01-01T00:00:00Z'), max: at('2033-01-01T00:00:00Z') });

  test('previous is at or before, next after, and nothing lies between them', () => {
    fc.assert(
      fc.property(crons, zones, instants, (cron, zone, now) => {
        const before = previousRun(cron, zone, now);
        const after = nextRun(cron, zone, now);
        expect(before).toBeLessThanOrEqual(now);
        expect(after).toBeGreaterThan(now);
        expect(nextRun(cron, zone, before)).toBe(after);
      }),
      { numRuns: 100 },
    );
  });

  test('days of the month and of the week are alternatives when both are named', () => {
    const runs = [at('2026-11-01T00:00:00Z')];
    for (let count = 0; count < 6; count += 1) runs.push(nextRun('0 9 15 * 5', 'UTC', runs.at(-1) ?? 0));
    expect(runs.slice(1).map((run) => iso(run).slice(0, 10))).toEqual([
      '2026-11-06',
      '2026-11-13',
      '2026-11-15',
      '2026-11-20',
      '2026-11-27',
      '2026-12-04',
    ]);
  });

  test('29 February is waited for', () => {
    expect(iso(nextRun('0 9 29 2 *', 'UTC', at('2026-11-01T00:00:00Z')))).toBe('2028-02-29T09:00:00.000Z');
    expect(iso(previousRun('0 9 29 2 *', 'UTC', at('2026-11-01T00:00:00Z')))).toBe('2024-02-29T09:00:00.000Z');
  });

  test('the last day of a month, which is not a fixed date, is understood', () => {
    expect(iso(nextRun('0 9 L * *', 'UTC', at('2026-11-23T00:00:00Z')))).toBe('2026-11-30T09:00:00.000Z');
  });

  test.each(['Europe/Berlin', 'America/New_York', 'Africa/Cairo', 'Australia/Lord_Howe', 'America/Havana'])(
    'ten years of a daily run at midnight and at 02:30 in %s have one run for each local date',
    (zone) => {
      for (const cron of ['0 0 * * *', '30 2 * * *']) {
        const dates: string[] = [];
        for (
          let run = nextRun(cron, zone, at('2023-01-01T00:00:00Z'));
          dates.length < 3_653;
          run = nextRun(cron, zone, run)
        ) {
          dates.push(localDate(run, zone));
        }
        const gaps = dates.map((date, index) => Date.parse(date) - Date.parse(dates[index - 1] ?? date));
        expect(gaps.slice(1).filter((gap) => gap !== day)).toEqual([]);
      }
    },
  );
});
