// Chance that a seed fixes, so that a run that found a wrong number can be repeated.

/** 0 to below 1, always the same for the same numbers. */
export function chance(seed: number, ...keys: readonly number[]): number {
  let mixed = Math.imul(seed ^ 0x2545f491, 0x9e3779b1);
  for (const key of keys) {
    mixed = Math.imul(mixed ^ (key | 0), 0x85ebca6b);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    mixed ^= mixed >>> 13;
  }
  return (mixed >>> 0) / 4_294_967_296;
}

/** The next whole number from 0 to below `most`, at each call another one. */
export function createDice(seed: number): (most: number) => number {
  let throws = 0;
  return (most) => {
    throws += 1;
    return Math.floor(chance(seed, throws) * most);
  };
}
