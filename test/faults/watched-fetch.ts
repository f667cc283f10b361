// A fetch that knows what is on its way, so that a clock in a test moves only when nothing is.
import { settle } from '../support/fake-clock.ts';

export interface WatchedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Resolves when every answer is whole, or is held back by somebody for longer than a machine in a hurry takes. */
  settled(): Promise<void>;
  /** How many requests began since the start, by the host and port that they went to. */
  count(url: string): number;
}

/** What is not answered within this time is held on purpose; in ms of real time. */
const patience = 400;

export function watchFetch(): WatchedFetch {
  const onTheirWay = new Set<Promise<unknown>>();
  const counts = new Map<string, number>();
  const watch = (work: Promise<unknown>): void => {
    const done: Promise<unknown> = work.catch(() => undefined).then(() => onTheirWay.delete(done));
    onTheirWay.add(done);
    // Held on purpose: nobody waits for it any longer.
    setTimeout(() => onTheirWay.delete(done), patience).unref();
  };
  return {
    fetch: async (input, init) => {
      const { host } = new URL(input instanceof Request ? input.url : String(input));
      counts.set(host, (counts.get(host) ?? 0) + 1);
      const answer = fetch(input, init);
      watch(answer.then((response) => response.clone().arrayBuffer()));
      return answer;
    },
    settled: async () => {
      await settle();
      while (onTheirWay.size > 0) {
        await Promise.race([...onTheirWay, new Promise((resolve) => setTimeout(resolve, patience))]);
        await settle();
      }
    },
    count: (url) => counts.get(new URL(url).host) ?? 0,
  };
}
