// Lets health say that the store cannot be written, for as long as that is so.
import { StoreError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Troubles } from './troubles.ts';

/** The same store; every poll writes in a transaction, so the end of the trouble is seen as soon as its begin. */
export function watchStore(store: Store, troubles: Pick<Troubles, 'add' | 'clear'>): Store {
  const transaction: Store['transaction'] = async (work) => {
    try {
      const result = await store.transaction(work);
      troubles.clear('store');
      return result;
    } catch (error) {
      if (error instanceof StoreError) troubles.add('store', `${error.message} ${error.hint ?? ''}`.trim());
      throw error;
    }
  };
  return { ...store, transaction };
}
