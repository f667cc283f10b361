// Every number that the bot shows beside both platforms is the right one, by sums of our own from what the platforms said.
import { describe, expect, it } from 'vitest';
import { describeRight } from './claims.ts';
import { type Finding, judgeWorld } from './judge.ts';
import { longWorlds, shortWorlds } from './worlds.ts';

/** A longer trial is asked for. */
const isLong = process.env['IMSTATS_NUMBERS'] === 'long';
const worlds = isLong ? longWorlds : shortWorlds;
const least = isLong ? 20_000 : 2_000;

const line = ({ words, zone, clock, shown, claim }: Finding): string =>
  `/imstats ${words} (${zone}, ${clock}): "${shown}"${claim === undefined ? '' : `, right: ${describeRight(claim)} (${claim.about})`}`;

describe('every number that is shown', () => {
  let numbers = 0;

  it.each(worlds)('is understood and right in $name', { timeout: 400_000 }, async (world) => {
    const verdict = await judgeWorld(world);
    numbers += verdict.numbers;
    expect(verdict.unattributed.slice(0, 40).map(line)).toEqual([]);
    expect(verdict.wrong.slice(0, 40).map(line)).toEqual([]);
  });

  it(`is one of at least ${least}`, () => {
    expect(numbers).toBeGreaterThanOrEqual(least);
  });
});
