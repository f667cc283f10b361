// Admits questions: at once in quiet times, spaced out when very many come, so that acknowledging never waits behind answering.
import type { Clock, Duration, Instant } from '../clock.ts';

/** What becomes of a question: it may run, it is told to come back, or there are so many that not even that is said. */
export type Admission = 'run' | 'refuse' | 'ignore';

export interface Crowd {
  /** Resolves when the question may run; call `done` after it. */
  admit(): Promise<Admission>;
  done(): void;
}

/** Questions that run or wait at a time. */
export const maxQuestions = 50;

/** More than this many arrivals within `crowdSpan` are a crowd, and then one question begins every `spacing`. */
const crowdSize = 20;
const crowdSpan: Duration = 100;
const spacing: Duration = 50;

/** Refusals said within a second. */
const maxRefusals = 10;

export function createCrowd(clock: Clock): Crowd {
  const arrivals: Instant[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  let refusals = { second: 0, count: 0 };
  const isCrowd = (now: Instant): boolean => {
    const [oldest] = arrivals;
    return arrivals.length > crowdSize && oldest !== undefined && now - oldest < crowdSpan;
  };
  const next = (): void => {
    const begin = waiting.shift();
    if (begin === undefined) return;
    running += 1;
    begin();
    if (waiting.length > 0) clock.after(isCrowd(clock.now()) ? spacing : 1, next);
  };
  const refuse = (now: Instant): Admission => {
    const second = Math.floor(now / 1_000);
    refusals = { second, count: refusals.second === second ? refusals.count + 1 : 1 };
    return refusals.count > maxRefusals ? 'ignore' : 'refuse';
  };
  return {
    admit: async () => {
      const now = clock.now();
      arrivals.push(now);
      if (arrivals.length > crowdSize + 1) arrivals.shift();
      if (running + waiting.length >= maxQuestions) return refuse(now);
      if (waiting.length === 0 && !isCrowd(now)) {
        running += 1;
        return 'run';
      }
      return new Promise<Admission>((resolve) => {
        waiting.push(() => resolve('run'));
        if (waiting.length === 1) clock.after(spacing, next);
      });
    },
    done: () => {
      running -= 1;
    },
  };
}
