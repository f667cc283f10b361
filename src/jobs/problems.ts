// What is known to be wrong, for health, and the watch over the store.
import { type Clock, day } from '../clock.ts';
import { StoreError } from '../errors.ts';
import type { Problem, Problems } from '../service-types.ts';
import type { Store } from '../store/store.ts';

/** Nothing is wrong yet. */
export function createProblems(clock: Clock): Problems {
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

/** The same store; every poll writes in a transaction, so the end of the trouble is seen as soon as its begin. */
export function watchStore(store: Store, problems: Pick<Problems, 'add' | 'clear'>): Store {
  const transaction: Store['transaction'] = async (work) => {
    try {
      const result = await store.transaction(work);
      problems.clear('store');
      return result;
    } catch (error) {
      if (error instanceof StoreError) problems.add('store', `${error.message} ${error.hint ?? ''}`.trim());
      throw error;
    }
  };
  return { ...store, transaction };
}
