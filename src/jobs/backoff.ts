// How long to wait after a failure: doubling, bounded, and never the same for two.
import { type Duration, second } from '../clock.ts';

/** 1, 2, 4 … 30 s after the first, second, third … try, give or take a fifth. `chance` is 0 to 1. */
export function backoff(attempts: number, chance: number): Duration {
  const steps = Math.min(Math.max(attempts, 1) - 1, 5);
  const base = Math.min(2 ** steps, 30) * second;
  return Math.round(base * (0.8 + 0.4 * chance));
}
