// Checks which span a range is compared with where another period is named, by the wall clock of its zone.
import { describe, expect, it } from 'vitest';
import { comparedWith, rangeWordBeside } from '../../src/metrics/compare-range.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import type { Range } from '../../src/metrics/range.ts';
import { formatInstant } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';

// A Wednesday, 15:27 in Taipei.
const taipei = { now: Date.parse('2026-11-25T07:27:00Z'), zone: 'Asia/Taipei' };
// The Monday after the night with 25 hours, 12:40 in Berlin.
const berlin = { now: Date.parse('2026-10-26T11:40:00Z'), zone: 'Europe/Berlin' };

function rangeOf(word: string, context: typeof taipei): Range {
  const range = parseRange(word, context);
  if (range === undefined || !isRange(range)) throw new Error(`${word} is no range`);
  return range;
}

/** `16 Nov 00:00 to 18 Nov 00:00 | 16 to 17 Nov 2026`. */
function compared(word: string, other: string, context = taipei): string {
  const { previous } = comparedWith(rangeOf(word, context), rangeOf(other, context));
  const shown = (at: number): string => formatInstant(at, context.zone, 'd LLL HH:mm');
  return `${shown(previous.from)} to ${shown(previous.to)} | ${englishWording.text(previous.on)}`;
}

describe('the span that a range is compared with', () => {
  it.each([
    ['7d', '11-01..11-07', '1 Nov 00:00 to 8 Nov 00:00 | 1 to 7 Nov 2026'],
    ['this-week', 'last-week', '16 Nov 00:00 to 18 Nov 15:27 | 16 to 18 Nov 2026 by this time'],
    ['today', 'yesterday', '24 Nov 00:00 to 24 Nov 15:27 | yesterday by this time'],
    ['today', 'friday', '20 Nov 00:00 to 20 Nov 15:27 | Friday 20 Nov 2026 by this time'],
    ['6h', 'yesterday', '24 Nov 09:27 to 24 Nov 15:27 | yesterday by this time'],
    ['24h', 'friday', '19 Nov 15:27 to 20 Nov 15:27 | Friday 20 Nov 2026 by this time'],
    ['yesterday', 'friday', '20 Nov 00:00 to 21 Nov 00:00 | Friday 20 Nov 2026'],
    ['last-month', '2026-09', '1 Sep 00:00 to 1 Oct 00:00 | 1 to 30 Sep 2026'],
  ])('of %s against %s is %s', (word, other, expected) => {
    expect(compared(word, other)).toBe(expected);
  });

  it('ends at the same time on the clock where the day before had 25 hours', () => {
    expect(compared('today', 'yesterday', berlin)).toBe('25 Oct 00:00 to 25 Oct 12:40 | yesterday by this time');
  });
});

describe('the range that is asked about where only the other one is named', () => {
  it.each([
    ['yesterday', 'today'],
    ['last-week', 'this-week'],
    ['last-month', 'this-month'],
    ['11-01..11-07', '7d'],
    ['friday', 'today'],
    ['24h', '24h'],
  ])('beside %s is %s', (other, expected) => {
    expect(rangeWordBeside(rangeOf(other, taipei))).toBe(expected);
  });
});
