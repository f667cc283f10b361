// The clock of the demo: the system clock plus an offset that a user can increase.
import { type Clock, type Duration, type Instant, second } from '../clock.ts';

export interface MovingClock extends Clock {
  /** Moves the time forward at once. Long waits that became due run right away. */
  advance(by: Duration): void;
}

/**
 * Shorter waits are timeouts of running calls and pauses between polls: `advance` leaves them unchanged, so that no call
 * times out by it. Only longer waits, such as a heartbeat or a schedule, become due earlier.
 */
export const longWait: Duration = 25 * second;

interface PendingWait {
  readonly due: Instant;
  readonly run: () => void;
  cancel: () => void;
}

export function createMovingClock(base: Clock): MovingClock {
  let offset: Duration = 0;
  const longWaits = new Set<PendingWait>();
  const now = (): Instant => base.now() + offset;
  const arm = (wait: PendingWait): void => {
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
      const wait: PendingWait = { due: now() + delay, run, cancel: () => {} };
      longWaits.add(wait);
      arm(wait);
      return () => {
        longWaits.delete(wait);
        wait.cancel();
      };
    },
    advance: (by) => {
      offset += Math.max(0, by);
      for (const wait of [...longWaits].sort((a, b) => a.due - b.due)) if (longWaits.has(wait)) arm(wait);
    },
  };
}
