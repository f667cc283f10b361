import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day } from '../../src/clock.ts';
import { againstUsual, type Change, changeOf, recordOf, standsOut, timeBeyond } from '../../src/metrics/compare.ts';
import { type Phrase, verbatim } from '../../src/metrics/phrase.ts';
import { englishWording } from '../../src/wording.ts';

const said = (kind: string, values: Phrase['values']): string => englishWording.text({ kind, values });
const changeOn = (change: Change, on: string): string => said('change.on', { change, on: verbatim(on) });
const signedOn = (change: Change, on: string): string => said('change.signed', { change, on: verbatim(on) });
const changeWithin = (change: Change): string => said('change.within', { change, length: day });
const signedCell = (change: Change): string => said('change.cell', { value: 7, unit: 'count', change });
const usualOf = (value: number | undefined, earlier: readonly number[]): string | undefined => {
  const usual = againstUsual(value, earlier);
  const of = { period: 'day', dates: { from: '2026-11-22', to: '2026-11-22' } };
  return usual && said('digest.usual', { counted: verbatim('12 new users'), of, ...usual });
};

describe('a change', () => {
  test.each([
    ['a rise', 112, 100, 'count', 5, '▲ 12 % vs yesterday'],
    ['a fall', 97, 100, 'count', 5, '▼ 3 % vs yesterday'],
    ['nothing', 100, 100, 'count', 5, 'same as yesterday'],
    ['next to nothing', 100_100, 100_000, 'count', 5, 'about the same as yesterday'],
    ['too little past', 112, 100, 'count', 2, '▲ 12 vs yesterday'],
    ['a base of nothing', 412, 0, 'count', 30, '▲ 412 vs yesterday'],
    ['a fall to nothing', 0, 400, 'count', 5, '▼ 100 % vs yesterday'],
    ['a fall to nothing from very little', 0, 1, 'count', 30, '▼ 1 vs yesterday'],
    ['a base of nine', 12, 9, 'count', 30, '▲ 3 vs yesterday'],
    ['a base of ten', 12, 10, 'count', 30, '▲ 20 % vs yesterday'],
    ['a mean that is shown as ten', 12, 9.6, 'count', 30, '▲ 25 % vs yesterday'],
    ['a mean that moved by less than is shown', 5.04, 5.01, 'count', 30, 'about the same as yesterday'],
    ['a few bytes', 12, 6, 'bytes', 30, '▲ 100 % vs yesterday'],
    ['a jump beyond percentages', 5_000, 12, 'count', 5, '▲ 4,988 vs yesterday'],
    ['points of a ratio', 0.375, 0.396, 'ratio', 5, '▼ 2.1 points vs yesterday'],
    ['a ratio that hardly moved', 0.375_1, 0.375, 'ratio', 5, 'about the same as yesterday'],
    ['bytes without a past', 3 * 2 ** 30, 2 ** 30, 'bytes', 1, '▲ 2 GiB vs yesterday'],
  ] as const)('of %s is said in words with an arrow', (_what, now, before, unit, known, words) => {
    const change = changeOf({ now, before, unit, known });
    expect(change === undefined ? undefined : changeOn(change, 'yesterday')).toBe(words);
  });

  test.each([
    [undefined, 5],
    [5, undefined],
    [Number.NaN, 5],
    [5, Number.POSITIVE_INFINITY],
  ])('between %d and %d is unknown', (now, before) => {
    expect(changeOf({ now, before, unit: 'count', known: 9 })).toBeUndefined();
  });

  test('has a form for sentences, cells and lengths of time', () => {
    const up = changeOf({ now: 118, before: 100, unit: 'count', known: 9 });
    const down = changeOf({ now: 0.36, before: 0.38, unit: 'ratio', known: 9 });
    const same = changeOf({ now: 1, before: 1, unit: 'ratio', known: 9 });
    expect(up && signedOn(up, 'Saturday')).toBe('+18 % vs Saturday');
    expect(up && signedCell(up)).toBe('7 (▲ 18 %)');
    expect(down && signedCell(down)).toBe('7 (▼ 2 points)');
    expect(down && changeWithin(down)).toBe('▼ 2 points in 24 h');
    expect(same && changeWithin(same)).toBe('unchanged in 24 h');
    expect(same && signedOn(same, 'Saturday')).toBe('same as Saturday');
  });

  test('stands beside the value that changed, with an arrow for the eye and a word for the ear', () => {
    const phrase = (change: Change): Phrase => ({
      kind: 'change.beside',
      values: { value: verbatim('33,004'), change, on: verbatim('Saturday') },
    });
    const down = phrase({ direction: 'down', amount: { kind: 'share', share: 0.1 } });
    const same = phrase({ direction: 'same', exactly: true });
    expect([down, same].map(englishWording.text)).toEqual(['33,004 ▼ 10 % vs Saturday', '33,004, same as Saturday']);
    expect(englishWording.spoken.text(down)).toBe('33,004, down 10 % vs Saturday');
  });

  test('names a percentage only with three earlier values and a base of ten, and always agrees with the sign', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(value, value, fc.integer({ min: 0, max: 6 }), (now, before, known) => {
        const change = changeOf({ now, before, unit: 'count', known });
        const words = change === undefined ? '' : changeOn(change, 'yesterday');
        if (known < 3 || before < 10) expect(words).not.toContain('%');
        if (words.includes('▲')) expect(now).toBeGreaterThan(before);
        if (words.includes('▼')) expect(now).toBeLessThan(before);
        expect(words).not.toMatch(/NaN|undefined|Infinity|\d\.\d{2}/);
      }),
    );
  });

  test('of a small base is the difference itself, to the one, and never of nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 9 }), (now, before) => {
        const change = changeOf({ now, before, unit: 'count', known: 30 });
        const amount = Math.abs(now - before).toLocaleString('en-US');
        const sign = now > before ? '▲ ' : '▼ ';
        expect(change && signedCell(change)).toBe(`7 (${now === before ? 'same' : `${sign}${amount}`})`);
      }),
    );
  });
});

describe('a record', () => {
  test.each([
    ['all seven before are lower', 900, [800, 700, 600, 500, 400, 300, 200], { side: 'high', span: 8 }],
    ['all are higher', 100, [800, 700, 600], { side: 'low', span: 4 }],
    ['a higher one lies five weeks back', 900, [800, 700, 600, 500, 950, 200], { side: 'high', span: 5 }],
    ['a gap is passed over', 900, [800, undefined, 600, 500], { side: 'high', span: 5 }],
  ] as const)('is one when %s', (_why, value, earlier, record) => {
    expect(recordOf(value, earlier)).toEqual(record);
  });

  test.each([
    ['one of the last three was higher', 900, [800, 950, 600, 500]],
    ['it only equals the highest', 900, [900, 800, 700]],
    ['it is less than 5 % past the highest', 9_200, [9_000, 8_000, 7_000]],
    ['it is less than 5 % below the lowest', 221_137, [222_000, 223_500, 224_000]],
    ['the numbers are so small that chance alone makes records', 12, [10, 9, 10]],
    ['two are known', 90, [80, 70]],
    ['it is unknown', undefined, [80, 70, 60]],
    ['three are gaps', 90, [80, undefined, undefined, undefined]],
  ])('is none when %s', (_why, value, earlier) => {
    expect(recordOf(value, earlier)).toBeUndefined();
  });
});

describe('what is usual', () => {
  test.each([
    [12, [24, 25, 23], 'half of a usual Sunday'],
    [60, [30, 30, 29], 'twice a usual Sunday'],
    [90, [30, 30, 29], 'three times a usual Sunday'],
    [600, [30, 30, 29], '20 times a usual Sunday'],
    [10, [30, 30, 31], 'a third of a usual Sunday'],
    [5, [100, 100, 100], '5 % of a usual Sunday'],
    [50, [30, 30, 30], '167 % of a usual Sunday'],
    [0, [30, 30, 30], 'unlike the 30 of a usual Sunday'],
    [1, [6, 6, 7], 'unlike the 6 of a usual Sunday'],
    [40, [6, 6, 7], 'unlike the 6 of a usual Sunday'],
  ])('%i against %j is %s', (value, earlier, words) => {
    expect(usualOf(value, earlier)).toBe(`12 new users, ${words}`);
  });

  test.each([
    ['it is usual', 26, [24, 25, 23]],
    ['small numbers jump by themselves', 2, [4, 4, 5]],
    ['too few are known', 12, [24, 25]],
    ['there is usually nothing', 12, [0, 0, 0]],
    ['it is unknown', undefined, [24, 25, 23]],
  ])('nothing is said when %s', (_why, value, earlier) => {
    expect(againstUsual(value, earlier)).toBeUndefined();
  });

  test('chance alone does not stand out', () => {
    expect(standsOut(104, 100)).toBe(false);
    expect(standsOut(125, 100)).toBe(true);
    expect(standsOut(4, 0)).toBe(false);
  });
});

describe('the time beyond a limit', () => {
  const slots = (values: readonly (number | undefined)[]) => ({ values, at: (index: number) => index * 60_000 });
  const below = { direction: 'below', value: 0.08 } as const;

  test.each([
    ['from each such sample to the next one', [0.1, 0.07, 0.06, 0.09], 4, 2],
    ['to the end where the last one is', [0.1, 0.07], 4, 3],
    ['not over a gap that is longer than polls may be apart', [0.07, 0.07], 60, 6],
    ['none where the limit is only met', [0.08, 0.08], 4, 0],
    ['not for what is not known', [undefined, 0.07, undefined], 4, 1],
  ] as const)('is counted %s', (_how, values, to, minutes) => {
    const span = { to: to * 60_000, maxGap: 5 * 60_000 };
    expect(timeBeyond(slots(values), below, span)).toBe(minutes * 60_000);
  });
});
