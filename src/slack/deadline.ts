// A limit in time for a piece of work, on the clock that was passed in.
import type { Clock, Duration } from '../clock.ts';

/** The result of `work`, or a rejection with `late()` after `limit` ms; the signal then tells the work to stop. */
export function withDeadline<T>(
  limit: { readonly clock: Clock; readonly limit: Duration; readonly late: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const cancel = limit.clock.after(limit.limit, () => {
      reject(limit.late());
      controller.abort();
    });
    work(controller.signal).then(resolve, reject).finally(cancel);
  });
}

/** One running call per key: whoever asks meanwhile gets the same answer. */
export function coalesced<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, work) => {
    const known = running.get(key);
    if (known !== undefined) return known;
    const started = work().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
