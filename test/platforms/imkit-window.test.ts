import { describe, expect, it } from 'vitest';
import { chooseWindow, readTime } from '../../src/platforms/imkit/stats.ts';

const polledAt = Date.parse('2026-04-11T10:00:05Z');
const nine = Date.parse('2026-04-11T09:00:00Z');
const ten = Date.parse('2026-04-11T10:00:00Z');
const yearEarlier = 365 * 24 * 3_600_000;

describe('a time field', () => {
  it.each([
    ['seconds', ten / 1_000, ten],
    ['milliseconds', ten, ten],
    ['seconds as text', String(ten / 1_000), ten],
    ['ISO text', '2026-04-11T10:00:00.000Z', ten],
    ['ISO text with an offset', '2026-04-11T18:00:00+08:00', ten],
    ['nothing', undefined, undefined],
    ['empty text', '', undefined],
    ['zero', 0, undefined],
    ['a negative number', -5, undefined],
    ['other text', 'yesterday', undefined],
  ])('is read from %s', (_what, wire, expected) => {
    expect(readTime(wire)).toBe(expected);
  });
});

describe('the window of an IMKit answer', () => {
  const iso = { startTime: '2026-04-11T09:00:00.000Z', endTime: '2026-04-11T10:00:00.000Z' };
  const seconds = { start: nine / 1_000, end: ten / 1_000 };
  const whole = { from: nine, to: ten };
  const lastHour = { from: polledAt - 3_600_000, to: polledAt };

  it.each([
    ['both pairs, as documented', { ...iso, ...seconds }, whole, false],
    [
      'both pairs with their types swapped',
      { startTime: nine, endTime: ten, start: iso.startTime, end: iso.endTime },
      whole,
      false,
    ],
    ['pairs that differ by half a minute', { ...iso, start: nine / 1_000 + 30, end: ten / 1_000 + 30 }, whole, false],
    [
      'a second pair that is a year early',
      { ...iso, start: (nine - yearEarlier) / 1_000, end: (ten - yearEarlier) / 1_000 },
      whole,
      true,
    ],
    [
      'a first pair that is a year early',
      { startTime: nine - yearEarlier, endTime: ten - yearEarlier, ...seconds },
      whole,
      true,
    ],
    [
      'two wrong pairs',
      { startTime: 1_500_000_000, endTime: 1_500_003_600, start: 1_600_000_000, end: 1_600_003_600 },
      lastHour,
      true,
    ],
    ['one pair', iso, whole, false],
    ['one pair that is far away', { start: 1_500_000_000, end: 1_500_003_600 }, lastHour, false],
    ['no times at all', {}, lastHour, false],
    ['an end before the start', { startTime: iso.endTime, endTime: iso.startTime }, lastHour, false],
    ['half a pair', { startTime: iso.startTime }, lastHour, false],
  ])('is chosen from %s', (_what, times, expected, disagrees) => {
    expect(chooseWindow(times, polledAt)).toEqual({ ...expected, disagrees });
  });

  it('believes two pairs that agree although they are a year away, and says how far', () => {
    const later = polledAt + yearEarlier;
    expect(chooseWindow({ ...iso, ...seconds }, later)).toEqual({ ...whole, disagrees: false, clockOff: ten - later });
  });
});
