// The known problems, for `health`, and a store that reports its failures there.
import { type Clock, day } from '../clock.ts';
import { explained, StoreError } from '../errors.ts';
import { phrasesOf, verbatim } from '../metrics/phrase.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { selfCheckPhrases } from '../reports/self-check-phrases.ts';
import type { Problem, Problems } from '../service-types.ts';
import type { Store } from '../store/store.ts';

const say = phrasesOf<typeof healthPhrases & typeof selfCheckPhrases>();

/** An empty list; a problem is listed for a day or until it is cleared, the newest 20 at most. */
export function createProblems(clock: Clock): Problems {
  const known = new Map<string, Problem & { readonly lasts: boolean }>();
  return {
    add: (about, words, { lasts } = { lasts: false }) => {
      known.set(JSON.stringify(about), { about, words, at: clock.now(), lasts });
    },
    clear: (about) => {
      known.delete(JSON.stringify(about));
    },
    list: () =>
      [...known.values()]
        .filter(({ at, lasts }) => lasts || clock.now() - at < day)
        .sort((a, b) => b.at - a.at)
        .slice(0, 20),
  };
}

/** The same store; its transactions add and clear the problem `store`. Every poll is one, so that recovery is noticed at once. */
export function watchStore(store: Store, problems: Pick<Problems, 'add' | 'clear'>): Store {
  const transaction: Store['transaction'] = async (work) => {
    try {
      const result = await store.transaction(work);
      const { unsaved } = store.condition();
      if (unsaved === undefined) problems.clear(say('problem.store'));
      else problems.add(say('problem.store'), say('self.unsaved', { why: unsaved.why }));
      return result;
    } catch (error) {
      if (error instanceof StoreError) problems.add(say('problem.store'), verbatim(explained(error)));
      throw error;
    }
  };
  return { ...store, transaction };
}
