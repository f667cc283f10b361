// One thing at a time for each name: the root of a message is read, edited and saved without anybody in between.

/** Runs `work` when everything said earlier for `name` has ended. */
export type Locks = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Names that nobody holds cost nothing. */
export function createLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = tails.get(name) ?? Promise.resolve();
    const run = before.then(work, work);
    const tail = run
      .catch(() => undefined)
      .then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
    tails.set(name, tail);
    return run;
  };
}
