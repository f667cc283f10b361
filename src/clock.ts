// The clock that is passed in, with waits, timeouts and a heartbeat.
/** Epoch milliseconds. Every `at`, `from`, `to`, `since`, `until` in imstats is one. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Duration = number;

export const second = 1_000;
export const minute = 60_000;
export const hour = 3_600_000;
export const day = 86_400_000;

/** The clock of the process. Only `main.ts` builds the real one. */
export interface Clock {
  now(): Instant;
  /** Calls `run` once after `delay` ms; the returned function cancels it. Never keeps the process alive by itself. */
  after(delay: Duration, run: () => void): () => void;
}

/** A timer of Node that is longer ends at once. */
const longestTimer: Duration = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delay, run) => {
    let timer: NodeJS.Timeout;
    const wait = (left: Duration): void => {
      timer = setTimeout(() => (left > longestTimer ? wait(left - longestTimer) : run()), Math.min(left, longestTimer));
      timer.unref();
    };
    wait(delay);
    return () => clearTimeout(timer);
  },
};

/** Keeps the process alive until it exits: the timers of the system clock do not, and a wait on one may be all that is left to do. */
export function keepProcessAlive(): void {
  setInterval(() => {}, day);
}

/** Waits `delay` ms on the given clock; an abort ends the wait early, without an error. */
export function sleep(clock: Clock, delay: Duration, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(delay, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

/** How long a piece of work may take, in ms, and what it is rejected with after that. */
export interface Timeout {
  readonly after: Duration;
  readonly late: () => Error;
}

/**
 * The result of `work`, or a rejection with `late()` when it has not ended in time. The signal is aborted then, and also
 * when `work` fails, so that a request that is still open ends.
 */
export async function withTimeout<T>(
  clock: Clock,
  { after, late }: Timeout,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const cancel = clock.after(after, () => reject(late()));
  try {
    return await Promise.race([work(controller.signal), expired]);
  } catch (error) {
    controller.abort();
    throw error;
  } finally {
    cancel();
  }
}

/** A recurring call from `start` until `stop`. */
export interface Heartbeat {
  start(): void;
  /** Makes the next call at `at` if that is earlier than the regular one. */
  set(at: Instant | undefined): void;
  stop(): void;
}

/** Not started. Calls `run` at once and then each `every` ms. */
export function createHeartbeat(clock: Clock, every: Duration, run: () => void): Heartbeat {
  let cancel: (() => void) | undefined;
  let due: Instant = 0;
  const arm = (delay: Duration): void => {
    cancel?.();
    due = clock.now() + delay;
    cancel = clock.after(delay, () => {
      arm(every);
      run();
    });
  };
  return {
    start: () => {
      arm(every);
      run();
    },
    set: (at) => {
      if (cancel === undefined || at === undefined || at >= due) return;
      arm(Math.max(0, at - clock.now()));
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
