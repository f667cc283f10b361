// Remembers a bounded number of things by id, forgetting the oldest first.

/** Says whether an id is new, and remembers it. */
export function createSeen(capacity: number): (id: string) => boolean {
  const ids = new Set<string>();
  return (id) => {
    if (ids.has(id)) return false;
    ids.add(id);
    if (ids.size > capacity) forgetOldest(ids);
    return true;
  };
}

function forgetOldest(ids: Set<string>): void {
  for (const oldest of ids) {
    ids.delete(oldest);
    return;
  }
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
