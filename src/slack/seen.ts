// Remembers a bounded number of things by id, forgetting the oldest first.

/** Says whether an id is new, and remembers at least the last `capacity` of them, at most twice as many. */
export function createSeen(capacity: number): (id: string) => boolean {
  // Two sets in turn: taking the oldest out of one large set, each time, is what costs.
  let young = new Set<string>();
  let old = new Set<string>();
  return (id) => {
    if (young.has(id) || old.has(id)) return false;
    young.add(id);
    if (young.size > capacity) [old, young] = [young, new Set()];
    return true;
  };
}

/** A map that keeps the newest `capacity` entries. */
export interface Memory<T> {
  get(id: string): T | undefined;
  set(id: string, value: T): void;
}

export function createMemory<T>(capacity: number): Memory<T> {
  const entries = new Map<string, T>();
  return {
    get: (id) => entries.get(id),
    set: (id, value) => {
      entries.delete(id);
      entries.set(id, value);
      const oldest = entries.keys().next();
      if (entries.size > capacity && oldest.done !== true) entries.delete(oldest.value);
    },
  };
}
