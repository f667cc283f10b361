import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, hour } from '../../src/clock.ts';
import { isRange, parseRange, type WrongRange } from '../../src/metrics/parse-range.ts';
import { datesOf, lastWhole, type Range, rangeOf, rangeWords } from '../../src/metrics/range.ts';
import { addDays, localDate, startOfDate } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';
import { taipei, zone } from '../support/readings.ts';

const now = taipei('2026-11-23T10:00:12');
const context = { now, zone };

function range(word: string, at = now): Range {
  const found = parseRange(word, { now: at, zone });
  if (found === undefined || !isRange(found)) throw new Error(`${word} is no range`);
  return found;
}

/** What it is called, in words. */
const wordsOf = (found: Range): string => englishWording.text({ kind: 'range.words', values: { range: found.name } });

/** What a change is against, in words. */
const onOf = (word: string): string => englishWording.text(range(word).previous.on);

function wrong(word: string, kept?: number): WrongRange {
  const found = parseRange(word, kept === undefined ? context : { ...context, kept });
  if (found === undefined || isRange(found)) throw new Error(`${word} is not wrong`);
  return found;
}

describe('a range', () => {
  test.each([
    ['1h', '2026-11-23T09:00:12', '2026-11-23T10:00:12', 'last hour'],
    ['6h', '2026-11-23T04:00:12', '2026-11-23T10:00:12', 'last 6 hours'],
    ['24h', '2026-11-22T10:00:12', '2026-11-23T10:00:12', 'last 24 hours'],
    ['7d', '2026-11-16T00:00:00', '2026-11-23T10:00:12', 'last 7 days'],
    ['30d', '2026-10-24T00:00:00', '2026-11-23T10:00:12', 'last 30 days'],
    ['60d', '2026-09-24T00:00:00', '2026-11-23T10:00:12', 'last 60 days'],
    ['today', '2026-11-23T00:00:00', '2026-11-23T10:00:12', 'today so far, Monday 23 Nov 2026'],
    ['yesterday', '2026-11-22T00:00:00', '2026-11-23T00:00:00', 'yesterday, Sunday 22 Nov 2026'],
    ['2026-04-01', '2026-04-01T00:00:00', '2026-04-02T00:00:00', 'Wednesday 1 Apr 2026'],
    ['2026-04-01..2026-04-07', '2026-04-01T00:00:00', '2026-04-08T00:00:00', '1 to 7 Apr 2026'],
    ['2026-11-20..2026-11-23', '2026-11-20T00:00:00', '2026-11-23T10:00:12', '20 to 23 Nov 2026, today so far'],
    ['24H', '2026-11-22T10:00:12', '2026-11-23T10:00:12', 'last 24 hours'],
  ])('%s is from %s to %s on the wall clock', (word, from, to, words) => {
    const found = range(word);
    expect(found).toMatchObject({ from: taipei(from), to: taipei(to), word: word.toLowerCase() });
    expect(englishWording.text({ kind: 'range.words', values: { range: found.name } })).toBe(words);
  });

  test.each([
    ['90m', '2026-11-23T08:30:12', '2026-11-23T10:00:12', 'last 90 minutes'],
    ['1m', '2026-11-23T09:59:12', '2026-11-23T10:00:12', 'last minute'],
    ['120m', '2026-11-23T08:00:12', '2026-11-23T10:00:12', 'last 2 hours'],
    ['48h', '2026-11-21T10:00:12', '2026-11-23T10:00:12', 'last 48 hours'],
    ['3d', '2026-11-20T00:00:00', '2026-11-23T10:00:12', 'last 3 days'],
    ['1d', '2026-11-22T10:00:12', '2026-11-23T10:00:12', 'last 24 hours'],
    ['2w', '2026-11-09T00:00:00', '2026-11-23T10:00:12', 'last 14 days'],
    ['3mo', '2026-08-23T00:00:00', '2026-11-23T10:00:12', '23 Aug to 23 Nov 2026, today so far'],
    ['1y', '2025-11-23T00:00:00', '2026-11-23T10:00:12', '23 Nov 2025 to 23 Nov 2026, today so far'],
    ['09:00..now', '2026-11-23T09:00:00', '2026-11-23T10:00:12', 'last 1 h'],
    ['21:30..now', '2026-11-22T21:30:00', '2026-11-23T10:00:12', 'last 12 h 30 min'],
    ['monday', '2026-11-23T00:00:00', '2026-11-23T10:00:12', 'today so far, Monday 23 Nov 2026'],
    ['last-monday', '2026-11-16T00:00:00', '2026-11-17T00:00:00', 'Monday 16 Nov 2026'],
    ['friday', '2026-11-20T00:00:00', '2026-11-21T00:00:00', 'Friday 20 Nov 2026'],
    ['last-friday', '2026-11-20T00:00:00', '2026-11-21T00:00:00', 'Friday 20 Nov 2026'],
    ['last-week-tuesday', '2026-11-17T00:00:00', '2026-11-18T00:00:00', 'Tuesday 17 Nov 2026'],
    ['this-week', '2026-11-23T00:00:00', '2026-11-23T10:00:12', 'today so far, Monday 23 Nov 2026'],
    ['last-week', '2026-11-16T00:00:00', '2026-11-23T00:00:00', 'Monday 16 to Sunday 22 Nov 2026'],
    ['saturday..sunday', '2026-11-21T00:00:00', '2026-11-23T00:00:00', '21 to 22 Nov 2026'],
    ['this-month', '2026-11-01T00:00:00', '2026-11-23T10:00:12', '1 to 23 Nov 2026, today so far'],
    ['last-month', '2026-10-01T00:00:00', '2026-11-01T00:00:00', '1 to 31 Oct 2026'],
    ['this-quarter', '2026-10-01T00:00:00', '2026-11-23T10:00:12', '1 Oct to 23 Nov 2026, today so far'],
    ['last-quarter', '2026-07-01T00:00:00', '2026-10-01T00:00:00', '1 Jul to 30 Sep 2026'],
    ['last-year', '2025-01-01T00:00:00', '2026-01-01T00:00:00', '1 Jan to 31 Dec 2025'],
    ['november', '2026-11-01T00:00:00', '2026-11-23T10:00:12', '1 to 23 Nov 2026, today so far'],
    ['last-november', '2025-11-01T00:00:00', '2025-12-01T00:00:00', '1 to 30 Nov 2025'],
    ['december', '2025-12-01T00:00:00', '2026-01-01T00:00:00', '1 to 31 Dec 2025'],
    ['2026-02', '2026-02-01T00:00:00', '2026-03-01T00:00:00', '1 to 28 Feb 2026'],
    ['q3', '2026-07-01T00:00:00', '2026-10-01T00:00:00', '1 Jul to 30 Sep 2026'],
    ['2025-q4', '2025-10-01T00:00:00', '2026-01-01T00:00:00', '1 Oct to 31 Dec 2025'],
    ['11-20', '2026-11-20T00:00:00', '2026-11-21T00:00:00', 'Friday 20 Nov 2026'],
    ['12-24', '2025-12-24T00:00:00', '2025-12-25T00:00:00', 'Wednesday 24 Dec 2025'],
    ['2d-ago', '2026-11-21T00:00:00', '2026-11-22T00:00:00', 'Saturday 21 Nov 2026'],
    ['2w-ago', '2026-11-09T00:00:00', '2026-11-10T00:00:00', 'Monday 9 Nov 2026'],
    ['2mo-ago', '2026-09-01T00:00:00', '2026-10-01T00:00:00', '1 to 30 Sep 2026'],
    ['thursday..today', '2026-11-19T00:00:00', '2026-11-23T10:00:12', '19 to 23 Nov 2026, today so far'],
    ['wednesday..friday', '2026-11-18T00:00:00', '2026-11-21T00:00:00', '18 to 20 Nov 2026'],
    ['monday..wednesday', '2026-11-16T00:00:00', '2026-11-19T00:00:00', '16 to 18 Nov 2026'],
    ['october..november', '2026-10-01T00:00:00', '2026-11-23T10:00:12', '1 Oct to 23 Nov 2026, today so far'],
    ['12-25..01-05', '2025-12-25T00:00:00', '2026-01-06T00:00:00', '25 Dec 2025 to 5 Jan 2026'],
  ])('%s is from %s to %s and says which days it means', (word, from, to, words) => {
    expect(range(word)).toMatchObject({ from: taipei(from), to: taipei(to) });
    expect(wordsOf(range(word))).toBe(words);
    expect(range(range(word).word)).toEqual(range(word));
  });

  test('this week is from Monday to Sunday, said so, also on the days between', () => {
    const thursday = taipei('2026-11-26T10:00:00');
    expect(wordsOf(range('this-week', thursday))).toBe('Monday 23 to Thursday 26 Nov 2026, today so far');
    expect(wordsOf(range('last-week', taipei('2026-12-02T10:00:00')))).toBe('Monday 23 to Sunday 29 Nov 2026');
    expect(wordsOf(range('last-week', taipei('2026-11-05T10:00:00')))).toBe('Monday 26 Oct to Sunday 1 Nov 2026');
  });

  test('a weekday is compared with the one a week before, a week with the week before', () => {
    expect(onOf('friday')).toBe('the Friday before');
    expect(range('friday').previous.dates).toEqual({ from: '2026-11-13', to: '2026-11-13' });
    expect(onOf('monday')).toBe('last Monday by this time');
    expect(range('monday').previous).toMatchObject({
      from: taipei('2026-11-16T00:00:00'),
      to: taipei('2026-11-16T10:00:12'),
    });
    expect(onOf('last-week')).toBe('the 7 days before');
    expect(range('last-week').previous.dates).toEqual({ from: '2026-11-09', to: '2026-11-15' });
    expect(onOf('90m')).toBe('the 90 minutes before');
    expect(onOf('09:00..now')).toBe('the 1 h before');
  });

  test('7d is seven whole days, compared with the seven before, and today is marked as partial', () => {
    expect(onOf('7d')).toBe('the 7 days before');
    expect(range('7d')).toMatchObject({
      todayPartial: true,
      dates: { from: '2026-11-16', to: '2026-11-23' },
      compared: { from: taipei('2026-11-16T00:00:00'), to: taipei('2026-11-23T00:00:00') },
      previous: { from: taipei('2026-11-09T00:00:00'), to: taipei('2026-11-16T00:00:00') },
    });
  });

  test('today is compared with yesterday by this time, yesterday with the day before', () => {
    expect(range('today').previous).toMatchObject({
      from: taipei('2026-11-22T00:00:00'),
      to: taipei('2026-11-22T10:00:12'),
    });
    expect(onOf('today')).toBe('yesterday by this time');
    expect(onOf('yesterday')).toBe('the day before');
    expect(range('yesterday')).toMatchObject({
      todayPartial: false,
      previous: { dates: { from: '2026-11-21', to: '2026-11-21' } },
    });
  });

  test('hours are compared with the same length before', () => {
    expect(range('6h').previous).toMatchObject({
      from: taipei('2026-11-22T22:00:12'),
      to: taipei('2026-11-23T04:00:12'),
    });
    expect(onOf('6h')).toBe('the 6 hours before');
    expect(onOf('1h')).toBe('the hour before');
  });

  test('days are days of the zone, also where the clocks change', () => {
    const at = Date.parse('2026-03-30T12:00:00Z');
    const found = rangeOf('yesterday', { now: at, zone: 'Europe/Berlin' });
    expect(found.to - found.from).toBe(23 * hour);
    expect(localDate(at, 'Pacific/Auckland')).toBe('2026-03-31');
    expect(rangeOf('today', { now: at, zone: 'Pacific/Auckland' }).dates).toEqual({
      from: '2026-03-31',
      to: '2026-03-31',
    });
  });

  test('each word is understood at every moment, and its parts fit together', () => {
    const zones = fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Africa/Cairo');
    const instants = fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2030-01-01') });
    fc.assert(
      fc.property(fc.constantFrom(...rangeWords), zones, instants, (word, place, at) => {
        const found = rangeOf(word, { now: at, zone: place });
        expect(found.from).toBeLessThanOrEqual(found.to);
        expect(found.to).toBeLessThanOrEqual(at);
        expect(found.compared.from).toBe(found.from);
        expect(found.compared.to).toBeLessThanOrEqual(found.to);
        expect(found.previous.to).toBeLessThanOrEqual(found.from);
        expect(found.dates.from <= found.dates.to).toBe(true);
        if (found.wholeDays) expect(found.from).toBe(startOfDate(found.dates.from, place));
        expect(parseRange(found.word, { now: at, zone: place })).toEqual(found);
      }),
    );
  });

  test('each name is a range at every moment in every zone, ends by now and is compared with what was before', () => {
    const names = fc.constantFrom(
      ...['90m', '5h', '45d', '2w', '7mo', '09:00..now', 'wednesday', 'last-sunday', 'last-week-friday', 'this-week'],
      ...[
        'last-week',
        'this-month',
        'last-month',
        'this-quarter',
        'last-quarter',
        'this-year',
        'february',
        'q2',
        '02-29',
      ],
      ...[
        '12-31',
        '3d-ago',
        '5w-ago',
        '4mo-ago',
        'monday..friday',
        'saturday..sunday',
        'october..today',
        '12-25..01-05',
      ],
    );
    const zones = fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'Africa/Cairo', 'Pacific/Auckland');
    const instants = fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2030-01-01') });
    fc.assert(
      fc.property(names, zones, instants, (name, place, at) => {
        const found = parseRange(name, { now: at, zone: place });
        if (found === undefined || !isRange(found)) throw new Error(`${name} is no range`);
        expect(found.from).toBeLessThan(found.to);
        expect(found.to).toBeLessThanOrEqual(at);
        expect(found.previous.to).toBeLessThanOrEqual(found.from);
        expect(found.previous.from).toBeLessThan(found.previous.to);
        expect(parseRange(found.word, { now: at, zone: place })).toEqual(found);
      }),
    );
  });
});

describe('what looks like a range and is none', () => {
  test.each([
    ['2026-04-31', '"2026-04-31" is not a date: April 2026 has 30 days.'],
    ['2026-02-29', '"2026-02-29" is not a date: February 2026 has 28 days.'],
    ['2026-13-01', '"2026-13-01" is not a date: there is no month 13.'],
    [
      '2026-4-1',
      '"2026-4-1" is not a date that I can read: a date is year-month-day, with two digits for month and day.',
    ],
    ['2026-04-07..2026-04-01', '"2026-04-07..2026-04-01" ends before it begins.'],
    ['2026-12-01', '2026-12-01 has not come yet in Asia/Taipei.'],
    ['2026-11-20..2026-12-01', '2026-12-01 has not come yet in Asia/Taipei.'],
    ['2026-04-01..', '"2026-04-01.." has only one end.'],
    ['2026-04-01..2026-04-02..2026-04-03', '"2026-04-01..2026-04-02..2026-04-03" has more than two ends.'],
    ['2020-01-01..2026-01-01', '"2020-01-01..2026-01-01" is longer than 400 days.'],
    ['0d', '"0d" has no length.'],
    ['02-31', 'There is no 31 February: February has 28 days.'],
    ['500d', '"500d" is longer than 400 days.'],
    ['58w', '"406d" is longer than 400 days.'],
    ['10000h', '"10000h" is longer than 400 days.'],
    ['2y', '"24mo" is longer than 400 days.'],
    ['tomorrow', '2026-11-24 has not come yet in Asia/Taipei.'],
    ['next-week', '2026-11-30 has not come yet in Asia/Taipei.'],
    ['this-week-friday', '2026-11-27 has not come yet in Asia/Taipei.'],
    ['friday..2026-13-01', '"2026-13-01" is not a date: there is no month 13.'],
  ])('%s: %s', (word, reason) => {
    expect(wrong(word).wrong).toBe(reason);
  });

  test('the answer says what to write instead', () => {
    expect(wrong('2026-13-01').hint).toContain('1h, 6h, 24h, 7d');
    expect(wrong('2026-04-07..2026-04-01').hint).toBe('Write the earlier date first: 2026-04-01..2026-04-07.');
    expect(wrong('2026-11-20..2026-12-01').hint).toBe('Write 2026-11-20..2026-11-23.');
  });

  test.each([
    ['0m', '24h'],
    ['500d', '400d'],
    ['10000h', '400d'],
    ['2y', '400d'],
    ['2026-04-31', '2026-04-30'],
    ['02-30', '02-28'],
    ['2026-13-01', '7d'],
    ['2026-12-01', 'today'],
    ['2026-12-02..2026-12-01', 'today'],
    ['2026-11-20..2026-12-01', '2026-11-20..2026-11-23'],
  ])('"%s" names the nearest range there is, %s', (word, nearest) => {
    expect(wrong(word).nearest).toBe(nearest);
    expect(parseRange(nearest, context)).toMatchObject({ word: nearest });
  });

  test.each([
    ['90d', '30d'],
    ['1000h', '30d'],
    ['1y', '2026-10-24..2026-11-23'],
    ['500d', '30d'],
    ['august', '30d'],
    ['2026-10-01..2026-11-10', '2026-10-24..2026-11-10'],
  ])('"%s" where 30 days are kept names what is left of it, %s', (word, nearest) => {
    expect(wrong(word, 30 * day).nearest).toBe(nearest);
    expect(parseRange(nearest, { ...context, kept: 30 * day })).toMatchObject({ word: nearest });
  });

  test('what was thrown away long ago cannot be shown', () => {
    const found = wrong('2025-01-01', 400 * day);
    expect(found.wrong).toBe('Nothing is kept from 2025-01-01: numbers are kept for 400 days.');
    expect(found.hint).toBe(`The earliest date is ${addDays('2026-11-23', -400)}.`);
    expect(parseRange('2025-10-19', { ...context, kept: 400 * day })).toMatchObject({ word: '2025-10-19' });
  });

  test.each(['memory', 'prod', '', 'yesterdai', 'seven days', '..', 'h'])(
    '"%s" does not even look like one',
    (word) => {
      expect(parseRange(word, context)).toBeUndefined();
    },
  );

  test('no word whatever makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (word) => {
        parseRange(word, context);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$/), (word) => {
        const found = parseRange(word, context);
        expect(found === undefined || isRange(found) || /\.$/.test(found.wrong)).toBe(true);
      }),
    );
  });
});

describe('dates in words', () => {
  test.each([
    ['2026-11-22', '2026-11-22', 'Sunday 22 Nov 2026'],
    ['2026-04-01', '2026-04-07', '1 to 7 Apr 2026'],
    ['2026-03-28', '2026-04-03', '28 Mar to 3 Apr 2026'],
    ['2025-12-30', '2026-01-02', '30 Dec 2025 to 2 Jan 2026'],
  ])('%s to %s is %s', (from, to, words) => {
    expect(englishWording.dates(from, to)).toBe(words);
  });
});

describe('whole periods', () => {
  test.each([
    ['hour', '2026-11-22T09:00:00', '2026-11-22T10:00:00'],
    ['day', '2026-11-21T00:00:00', '2026-11-22T00:00:00'],
    ['week', '2026-11-09T00:00:00', '2026-11-16T00:00:00'],
    ['month', '2026-10-01T00:00:00', '2026-11-01T00:00:00'],
  ] as const)('the last %s before Sunday 22 Nov 10:12', (period, from, to) => {
    const span = lastWhole(period, taipei('2026-11-22T10:12:00'), zone);
    expect(span).toEqual({ from: taipei(from), to: taipei(to) });
    expect(datesOf(span, zone).from).toBe(from.slice(0, 10));
  });
});
