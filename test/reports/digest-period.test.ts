import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparisonsOf, digestPeriod, digestTitle } from '../../src/reports/digest-period.ts';
import { englishWording } from '../../src/wording.ts';
import { taipei, zone } from '../support/readings.ts';

const { text } = englishWording;

const now = taipei('2026-11-23T09:00:00');

describe('the period of a digest', () => {
  test.each([
    ['hour', '2026-11-23T08+08:00', 'Hourly digest, Monday 23 Nov 2026, 08:00 to 09:00, Asia/Taipei'],
    ['day', '2026-11-22', 'Daily digest, Sunday 22 Nov 2026, Asia/Taipei'],
    ['week', '2026-11-16', 'Weekly digest, week 47, 16 to 22 Nov 2026, Asia/Taipei'],
    ['month', '2026-10-01', 'Monthly digest, October 2026, Asia/Taipei'],
  ] as const)('the last whole %s has the key %s and the title "%s"', (period, key, title) => {
    const of = digestPeriod(period, now, zone);
    expect(of.key).toBe(key);
    expect(text(digestTitle(of))).toBe(title);
  });

  test('a day of 23 hours is a whole day', () => {
    const of = digestPeriod('day', Date.parse('2026-03-30T07:00:00Z'), 'Europe/Berlin');
    expect(of.dates).toEqual({ from: '2026-03-29', to: '2026-03-29' });
    expect((of.span.to - of.span.from) / 3_600_000).toBe(23);
  });

  test('the hour that comes twice has two keys', () => {
    const keys = ['2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'].map(
      (at) => digestPeriod('hour', Date.parse(at), 'Europe/Berlin').key,
    );
    expect(keys).toEqual(['2026-10-25T02+02:00', '2026-10-25T02+01:00']);
  });

  test('the key of a day is the date before the one on the wall, whatever the zone and the hour', () => {
    const zones = fc.constantFrom('Asia/Taipei', 'Europe/Berlin', 'America/New_York', 'Africa/Cairo', 'America/Havana');
    fc.assert(
      fc.property(fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2034-01-01') }), zones, (at, place) => {
        const of = digestPeriod('day', at, place);
        expect(of.span.to).toBeLessThanOrEqual(at);
        expect(of.key).toBe(of.dates.from);
        expect(of.dates.from).toBe(of.dates.to);
        expect(digestPeriod('day', of.span.to, place).key).toBe(of.key);
        expect(digestPeriod('day', of.span.to - 1, place).key).not.toBe(of.key);
      }),
    );
  });
});

describe('what a period is compared with', () => {
  test('a Sunday: Saturday, last Sunday and seven Sundays before', () => {
    const { main, others, history } = comparisonsOf(digestPeriod('day', now, zone));
    expect([text(main.name), ...others.map((column) => `${text(column.name)} ${column.slice.dates.from}`)]).toEqual([
      'Sunday',
      'Saturday 2026-11-21',
      'last Sunday 2026-11-15',
    ]);
    expect(text(history.name)).toBe('8 Sundays');
    expect(history.slices.map((slice) => slice.dates.from)).toEqual([
      '2026-10-04',
      '2026-10-11',
      '2026-10-18',
      '2026-10-25',
      '2026-11-01',
      '2026-11-08',
      '2026-11-15',
      '2026-11-22',
    ]);
  });

  test('an hour: the one before and the same one a week ago', () => {
    const { others, history } = comparisonsOf(digestPeriod('hour', now, zone));
    expect(others.map((column) => text(column.on))).toEqual(['the hour before', 'the same hour a week ago']);
    expect(others[1]?.slice.span.from).toBe(taipei('2026-11-16T08:00:00'));
    expect(history.slices).toHaveLength(24);
  });

  test('a week and a month: the one before, a month also the year before', () => {
    expect(comparisonsOf(digestPeriod('week', now, zone)).others.map((column) => text(column.on))).toEqual([
      'the week before',
    ]);
    const month = comparisonsOf(digestPeriod('month', now, zone));
    expect(month.others.map((column) => text(column.on))).toEqual(['September', 'October 2025']);
    expect(month.history.slices.map((slice) => slice.dates.from).slice(-3)).toEqual([
      '2026-08-01',
      '2026-09-01',
      '2026-10-01',
    ]);
  });
});

test.each([
  ['2026-11-23T18:00:00', 'Next digest: today 18:00 Asia/Taipei.'],
  ['2026-11-24T09:00:00', 'Next digest: tomorrow 09:00 Asia/Taipei.'],
  ['2026-11-30T09:00:00', 'Next digest: Monday 30 Nov 09:00 Asia/Taipei.'],
])('the next one at %s is announced as "%s"', (at, words) => {
  expect(text({ kind: 'digest.next', values: { next: taipei(at), now, zone } })).toBe(words);
});
