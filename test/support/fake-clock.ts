// A clock that a test moves: timers run in order of their time, and promises settle between two of them.
import type { Clock } from '../../src/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time forward, running every timer that falls due on the way. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock without running timers; those that are due by then run with the next step. */
  jump(to: number): void;
  /** Sets the wall clock as a machine does that is corrected: timers ring after the time that was left. */
  correct(to: number): void;
}

interface Timer {
  due: number;
  run: () => void;
}

/** `settled` waits, after each step, for what the step has set off; a test with real sockets gives one that waits for them too. */
export function createFakeClock(start: number | string, settled: () => Promise<void> = settle): FakeClock {
  let now = typeof start === 'string' ? Date.parse(start) : start;
  const timers = new Set<Timer>();
  const next = (until: number): Timer | undefined =>
    [...timers].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due)[0];
  return {
    now: () => now,
    after: (delay, run) => {
      const timer = { due: now + Math.max(0, delay), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: async (ms) => {
      const target = now + ms;
      await settled();
      for (let timer = next(target); timer !== undefined; timer = next(target)) {
        timers.delete(timer);
        now = Math.max(now, timer.due);
        timer.run();
        await settled();
      }
      now = target;
      await settled();
    },
    jump: (to) => {
      now = to;
    },
    correct: (to) => {
      for (const timer of timers) timer.due += to - now;
      now = to;
    },
  };
}

/** Lets every promise that can settle without a timer or a socket do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
