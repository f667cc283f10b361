// What went wrong for good, kept for `/imstats health` until it is over or a day old.
import { type Clock, day } from '../clock.ts';
import type { Problem } from '../service-types.ts';

/** One entry for each thing that is wrong. */
export interface Troubles {
  /** Says it again with a new time when it is about the same thing. */
  add(about: string, words: string): void;
  /** It is over. */
  clear(about: string): void;
  /** Newest first, at most 20. */
  list(): readonly Problem[];
}

/** Nothing is wrong yet. */
export function createTroubles(clock: Clock): Troubles {
  const known = new Map<string, Problem>();
  return {
    add: (about, words) => {
      known.set(about, { about, words, at: clock.now() });
    },
    clear: (about) => {
      known.delete(about);
    },
    list: () =>
      [...known.values()]
        .filter((trouble) => clock.now() - trouble.at < day)
        .sort((a, b) => b.at - a.at)
        .slice(0, 20),
  };
}
