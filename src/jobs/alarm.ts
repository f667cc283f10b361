// A timer that rings in a steady beat and, in between, at any time that it is set to.
import type { Clock, Duration, Instant } from '../clock.ts';

/** Rings in its beat from `start` until `stop`. */
export interface Alarm {
  start(): void;
  /** Rings then as well; a later time than the next beat changes nothing, because the beat comes anyway. */
  set(at: Instant | undefined): void;
  stop(): void;
}

/** Not started. `every` is the beat. */
export function createAlarm(clock: Clock, every: Duration, ring: () => void): Alarm {
  let cancel: (() => void) | undefined;
  let due: Instant = 0;
  const arm = (delay: Duration): void => {
    cancel?.();
    due = clock.now() + delay;
    cancel = clock.after(delay, () => {
      arm(every);
      ring();
    });
  };
  return {
    start: () => {
      arm(every);
      ring();
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
