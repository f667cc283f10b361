// Admits questions: soon after they come, and none while very many come, so that acknowledging never waits behind answering.
import type { Clock, Duration, Instant } from '../../clock.ts';

export interface AdmissionQueue {
  /** Resolves when the question may begin; call `leave` after it. Undefined when there are too many already. */
  enter(): Promise<void> | undefined;
  leave(): void;
}

/** Questions that run or wait at a time. */
export const maxQuestions = 50;

/** So long a question waits to see whether it is the first of a crowd. Nobody notices it. */
export const arrivalWindow: Duration = 10;

/** More than this many arrivals within `crowdSpan` are a crowd. */
const burstSize = 4;
const burstWindow: Duration = 100;

/** While a crowd keeps coming, a question waits so long for its end, and then one begins every `spacing`. */
const longestWait: Duration = 2_000;
const spacing: Duration = 50;

/** So many that waited begin together. */
const batch = 5;

interface Waiting {
  readonly since: Instant;
  readonly begin: () => void;
}

export function createAdmissionQueue(clock: Clock): AdmissionQueue {
  const arrivals: Instant[] = [];
  const waiting: Waiting[] = [];
  let running = 0;
  const isCrowd = (now: Instant): boolean => {
    const [oldest] = arrivals;
    return arrivals.length > burstSize && oldest !== undefined && now - oldest < burstWindow;
  };
  const begin = (count: number): void => {
    for (const one of waiting.splice(0, count)) {
      running += 1;
      one.begin();
    }
  };
  const look = (): void => {
    const now = clock.now();
    const [first] = waiting;
    if (first === undefined) return;
    if (!isCrowd(now)) begin(batch);
    else if (now - first.since >= longestWait) begin(1);
    if (waiting.length > 0) clock.after(isCrowd(now) ? spacing : arrivalWindow, look);
  };
  return {
    enter: () => {
      const now = clock.now();
      arrivals.push(now);
      if (arrivals.length > burstSize + 1) arrivals.shift();
      if (running + waiting.length >= maxQuestions) return undefined;
      return new Promise((resolve) => {
        waiting.push({ since: now, begin: resolve });
        if (waiting.length === 1) clock.after(arrivalWindow, look);
      });
    },
    leave: () => {
      running -= 1;
    },
  };
}
