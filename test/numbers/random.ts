// Chance that a seed fixes, so that a run that found a wrong number can be repeated.
import { noise } from '../../src/demo/platforms/load-curve.ts';

/** The next whole number from 0 to below `most`, at each call another one. */
export function createDice(seed: number): (most: number) => number {
  let throws = 0;
  return (most) => {
    throws += 1;
    return Math.floor(noise(seed, throws) * most);
  };
}
