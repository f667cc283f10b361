// Ends work that takes too long: the signal asks it to stop, and nobody waits for its answer any longer.
import type { Clock, Duration } from '../clock.ts';

/** Rejects with `late()` when `work` has not ended within `limit`. */
export async function withLimit<T>(
  clock: Clock,
  limit: { readonly after: Duration; readonly late: () => Error },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let cancel = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(limit.after, () => {
      reject(limit.late());
      stop.abort();
    });
  });
  try {
    return await Promise.race([work(stop.signal), late]);
  } finally {
    cancel();
  }
}
