import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  capitalise,
  english,
  formatCount,
  formatDuration,
  formatQuantity,
  formatRatio,
  formatValue,
  listWords,
} from '../../src/metrics/format.ts';
import { taipei, zone } from '../support/readings.ts';

const {
  age: formatAge,
  bytes: formatBytes,
  magnitude: formatMagnitude,
  moment: formatMoment,
  roughly: formatRoughly,
  share: formatShare,
  time: formatTime,
  window: formatWindow,
} = english;

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const minute = 60_000;
const hour = 3_600_000;

describe('numbers', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [-0.4, '0'],
    [412.6, '413'],
    [41_203, '41,203'],
    [1e21, '1,000,000,000,000,000,000,000'],
  ])('%d as a count is %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [1_023, '1,023 B'],
    [1_024, '1 KiB'],
    [606 * MiB, '606 MiB'],
    [1_023.7 * MiB, '1 GiB'],
    [7.45 * GiB, '7.45 GiB'],
    [99.96 * GiB, '100 GiB'],
    [8 * GiB, '8 GiB'],
    [5_000 * 2 ** 50, '5,000 PiB'],
  ])('%d bytes are %s', (value, text) => {
    expect(formatBytes(value)).toBe(text);
  });

  test.each([
    [0, '0 %'],
    [0.375, '37.5 %'],
    [0.074, '7.4 %'],
    [0.0745, '7.45 %'],
    [0.0999, '9.99 %'],
    [0.09996, '10 %'],
    [0.001_23, '0.12 %'],
    [0.9999, '100 %'],
    [1, '100 %'],
    [1.2345, '123 %'],
    [50, '5,000 %'],
  ])('the ratio %d is %s', (value, text) => {
    expect(formatRatio(value)).toBe(text);
  });

  test.each([
    [3 * GiB, 8 * GiB, '3.0 of 8.0 GiB'],
    [606 * MiB, 8 * GiB, '606 MiB of 8.0 GiB'],
    [120 * GiB, 256 * GiB, '120 of 256 GiB'],
    [0, 8 * GiB, '0 B of 8.0 GiB'],
    [300 * MiB, 512 * MiB, '300 of 512 MiB'],
  ])('%d of %d bytes is %s', (part, whole, text) => {
    expect(formatShare(part, whole)).toBe(text);
  });

  test.each([
    [0.02, 'ratio', '2 points'],
    [0.021, 'ratio', '2.1 points'],
    [0.01, 'ratio', '1 point'],
    [0.123, 'ratio', '12 points'],
    [40 * MiB, 'bytes', '40 MiB'],
    [1_204, 'count', '1,204'],
    [0.5, 'count', '0.5'],
  ] as const)('a difference of %d in %s is %s', (size, unit, text) => {
    expect(formatMagnitude(size, unit)).toBe(text);
  });

  test('one thing is singular, none and many are plural', () => {
    expect(formatQuantity(1, 'user')).toBe('1 user');
    expect(formatQuantity(0, 'user')).toBe('0 users');
    expect(formatQuantity(1_204, 'reply', 'replies')).toBe('1,204 replies');
    expect(formatQuantity(0.6, 'user')).toBe('1 user');
  });

  test.each([undefined, Number.NaN, Number.POSITIVE_INFINITY])('%d is not measured', (value) => {
    expect(formatValue(value, 'bytes')).toBe('not measured');
  });

  test('a scaled number never has more than three significant digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 60, noNaN: true }), (value) => {
        const digits = formatBytes(value).replace(/[^\d]/g, '').replace(/^0+/, '');
        expect(value >= 1_000 * 2 ** 50 || digits.length <= 4).toBe(true);
        expect(formatBytes(value)).not.toMatch(/\d\.\d{3}/);
      }),
    );
  });
});

describe('times', () => {
  test.each([
    [0, '0 s'],
    [40_000, '40 s'],
    [59_600, '1 min'],
    [6 * minute, '6 min'],
    [59.6 * minute, '1 h'],
    [90 * minute, '1 h 30 min'],
    [47 * hour, '47 h'],
    [72 * hour, '3 days'],
  ])('%d ms are %s', (length, text) => {
    expect(formatDuration(length)).toBe(text);
  });

  test.each([
    [15.4 * hour, '15 h'],
    [40 * minute, '40 min'],
    [100 * minute, '1.5 h'],
    [3 * hour + 29 * minute, '3 h'],
    [5 * hour + 59 * minute, '5.5 h'],
    [6 * hour + 20 * minute, '6 h'],
    [50 * hour, '2 days'],
    [20_000, '20 s'],
  ])('roughly, %d ms are %s', (length, text) => {
    expect(formatRoughly(length)).toBe(text);
  });

  test('a range of lengths names its unit once, and is none when both ends read the same', () => {
    expect(english.roughRange(12 * hour, 19 * hour)).toBe('12 to 19 h');
    expect(english.roughRange(40 * minute, 2 * hour)).toBe('40 min to 2 h');
    expect(english.roughRange(15.1 * hour, 15.3 * hour)).toBeUndefined();
  });

  test('a window shows its zone, and dates only where it leaves one day', () => {
    const nine = taipei('2026-11-22T09:00:00');
    expect(formatWindow(nine, nine + hour, zone)).toBe('09:00 to 10:00, Asia/Taipei');
    expect(formatWindow(taipei('2026-11-22T23:00:00'), taipei('2026-11-23T00:00:00'), zone)).toBe(
      '23:00 to 24:00, Asia/Taipei',
    );
    expect(formatWindow(nine, nine + 24 * hour, zone)).toBe('22 Nov 09:00 to 23 Nov 09:00, Asia/Taipei');
  });

  test('a moment has its date only when it is on another day', () => {
    const now = taipei('2026-11-22T09:05:00');
    expect(formatTime(now, zone)).toBe('09:05');
    expect(formatMoment(taipei('2026-11-22T03:04:00'), zone, now)).toBe('at 03:04');
    expect(formatMoment(taipei('2026-11-21T21:00:00'), zone, now)).toBe('on Sat 21 Nov at 21:00');
  });

  test('an age is said roughly', () => {
    const now = taipei('2026-11-22T09:05:00');
    expect(formatAge(now - 20_000, now)).toBe('just now');
    expect(formatAge(now - 19 * minute, now)).toBe('19 min ago');
    expect(formatAge(now + minute, now)).toBe('just now');
  });
});

describe('words', () => {
  test('a list ends with "and"', () => {
    expect(listWords([])).toBe('');
    expect(listWords(['a'])).toBe('a');
    expect(listWords(['a', 'b'])).toBe('a and b');
    expect(listWords(['a', 'b', 'c'])).toBe('a, b and c');
    expect(capitalise('connection peak')).toBe('Connection peak');
  });
});
