// The clock of the demo: the machine's own, which a person can move forward.
import { type Clock, type Duration, type Instant, second } from '../clock.ts';

export interface MovingClock extends Clock {
  /** Moves the time forward at once. What was to happen in the meantime, or now, happens right away. */
  leap(by: Duration): void;
}

/**
 * Waits of less than this are time limits of calls under way and pauses between polls. A leap leaves them alone, as
 * if the machine had done all that fast; only what waits longer, such as a beat or a schedule, comes due by it.
 */
export const longWait: Duration = 25 * second;

interface Wait {
  readonly due: Instant;
  readonly run: () => void;
  cancel: () => void;
}

export function createMovingClock(base: Clock): MovingClock {
  let offset: Duration = 0;
  const longWaits = new Set<Wait>();
  const now = (): Instant => base.now() + offset;
  const arm = (wait: Wait): void => {
    wait.cancel();
    wait.cancel = base.after(Math.max(0, wait.due - now()), () => {
      longWaits.delete(wait);
      wait.run();
    });
  };
  return {
    now,
    after: (delay, run) => {
      if (delay < longWait) return base.after(delay, run);
      const wait: Wait = { due: now() + delay, run, cancel: () => {} };
      longWaits.add(wait);
      arm(wait);
      return () => {
        longWaits.delete(wait);
        wait.cancel();
      };
    },
    leap: (by) => {
      offset += Math.max(0, by);
      for (const wait of [...longWaits].sort((a, b) => a.due - b.due)) if (longWaits.has(wait)) arm(wait);
    },
  };
}
