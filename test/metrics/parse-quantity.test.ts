import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration, parseRatio, parseSize, parseValue } from '../../src/metrics/parse-quantity.ts';

describe('durations', () => {
  test.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['14d', 1_209_600_000],
    ['2w', 1_209_600_000],
    ['0s', 0],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    [' 5M ', 300_000],
  ])('%s is %i ms', (text, length) => {
    expect(parseDuration(text)).toBe(length);
  });

  test.each(['', '5', 'm', '5 m', '-5m', '5x', '1h-30m', '1e3s', '.5h'])('"%s" is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('sizes', () => {
  test.each([
    ['512MB', 512_000_000],
    ['2GiB', 2_147_483_648],
    ['1.5 kb', 1_500],
    ['1024', 1_024],
    ['1 TiB', 1_099_511_627_776],
    ['7B', 7],
  ])('%s is %i bytes', (text, size) => {
    expect(parseSize(text)).toBe(size);
  });

  test.each(['', 'GiB', '-1MB', '1 PB', '1,024', '10 M'])('"%s" is none', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});

describe('ratios', () => {
  test.each([
    ['15%', 0.15],
    ['0.15', 0.15],
    ['7.5 %', 0.075],
    ['100%', 1],
    ['0', 0],
  ])('%s is %f', (text, ratio) => {
    expect(parseRatio(text)).toBeCloseTo(ratio, 12);
  });

  test.each(['101%', '1.5', '-1%', '15 percent', ''])('"%s" is none', (text) => {
    expect(parseRatio(text)).toBeUndefined();
  });

  test('a whole percentage is read exactly as it is written as a fraction', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (percent) => {
        expect(parseRatio(`${percent}%`)).toBe(percent / 100);
      }),
    );
  });
});

describe('a value of a limit', () => {
  test.each([
    ['15%', 'ratio', 0.15],
    ['512MiB', 'bytes', 536_870_912],
    ['1600', 'count', 1_600],
    ['2.5', 'count', 2.5],
  ] as const)('%s as %s is %d', (text, unit, value) => {
    expect(parseValue(text, unit)).toBe(value);
  });

  test.each([
    ['15%', 'count'],
    ['15%', 'bytes'],
    ['512MB', 'ratio'],
    ['512MB', 'count'],
    ['1,600', 'count'],
  ] as const)('%s is no %s', (text, unit) => {
    expect(parseValue(text, unit)).toBeUndefined();
  });
});
