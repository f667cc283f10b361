// What a threshold rule would have done with given limits: the state machine over the stored past, sample by sample as far as those are kept, before that in steps.
import { type Duration, type Instant, minute } from '../clock.ts';
import { type BacktestOpening, createReplay, withGapsOf } from './backtest.ts';
import { levelsOf, type Rule } from './rule.ts';
import type { AlertState } from './state.ts';

/** One value of the past and when it was known; of a step its worst value, at its end. */
export interface PastValue {
  readonly at: Instant;
  readonly value: number;
}

/** The past of one metric: what is kept of every sample, and steps for the time before that. Oldest first. */
export interface PastCourse {
  readonly steps: readonly PastValue[];
  /** The length of a step. */
  readonly step: Duration;
  readonly samples: readonly PastValue[];
  readonly now: Instant;
}

/** How often an alert opened in a part of the past. */
interface OpeningCount {
  readonly from: Instant;
  readonly to: Instant;
  readonly count: number;
  /** Of those, whose condition lasted for less than 5 minutes. */
  readonly brief: number;
}

/** What a rule would have done; a part is absent where nothing of it is stored. */
export interface LimitsTrial {
  /** Of every sample. */
  readonly exact?: OpeningCount | undefined;
  /** Before that, in steps. */
  readonly stepped?: (OpeningCount & { readonly step: Duration }) | undefined;
  readonly openings: readonly BacktestOpening[];
}

/** A condition that is shorter hardly needs a person. */
const briefness: Duration = 5 * minute;

/** A sample that changes the state takes some 20 µs, one that is passed over next to nothing: both stay under 5 ms between two pauses. */
const stepsAtOnce = 100;
const passedAtOnce = 10_000;

/** Depends on its input alone; `pause` lets the event loop go on. */
export async function tryLimits(rule: Rule, past: PastCourse, pause: () => Promise<unknown>): Promise<LimitsTrial> {
  const replay = createReplay(rule);
  const parts = [
    { values: past.steps, used: withGapsOf(rule, past.step) },
    { values: past.samples, used: rule },
  ];
  const { isCalm, isNoHit } = boundsOf(rule);
  let work = 0;
  for (const { values, used } of parts) {
    for (const [index, { at, value }] of values.entries()) {
      // The value before a hit is never passed over, so that a gap before the hit is seen as it is; of what comes last nothing is known.
      const isPassed =
        isCalm(value) && isNoHit(values[index + 1]?.value ?? Number.NaN) && isQuiet(replay.state(), isCalm);
      work += isPassed ? 1 / passedAtOnce : 1 / stepsAtOnce;
      if (work >= 1) {
        work = 0;
        await pause();
      }
      if (!isPassed) replay.take(at, { state: 'measured', value, shown: value, words: [] }, used);
    }
  }
  return countsOf(replay.openings, past);
}

/** What a value is to every level at once; neither is true of a value that is no number. */
function boundsOf(rule: Rule): { isCalm(value: number): boolean; isNoHit(value: number): boolean } {
  const levels = levelsOf(rule).flatMap((level) => rule.levels[level] ?? []);
  const [triggers, clears] = [levels.map(({ trigger }) => trigger), levels.map(({ clear }) => clear)];
  if (rule.direction === 'below') {
    const [hit, clear] = [Math.max(...triggers), Math.max(...clears)];
    return { isCalm: (value) => value >= clear, isNoHit: (value) => value >= hit };
  }
  const [hit, clear] = [Math.min(...triggers), Math.min(...clears)];
  return { isCalm: (value) => value <= clear, isNoHit: (value) => value <= hit };
}

/** True where a value that is clear changes nothing but the time of the newest sample. */
function isQuiet({ machine }: AlertState, isCalm: (value: number) => boolean): boolean {
  const { condition, flapping, needsClear, awaitingFirstSample, last } = machine;
  const isSettled = condition === 'inactive' && !flapping && !needsClear && !awaitingFirstSample;
  return isSettled && last !== undefined && isCalm(last.value);
}

function countsOf(openings: readonly BacktestOpening[], { steps, step, samples, now }: PastCourse): LimitsTrial {
  const [firstSample, firstStep] = [samples[0]?.at, steps[0]?.at];
  const edge = firstSample ?? now;
  const exact = firstSample === undefined ? undefined : countWithin(openings, { from: firstSample, to: now });
  const before = firstStep === undefined ? undefined : countWithin(openings, { from: firstStep - step, to: edge });
  return { exact, stepped: before && { ...before, step }, openings };
}

function countWithin(
  openings: readonly BacktestOpening[],
  { from, to }: { readonly from: Instant; readonly to: Instant },
): OpeningCount {
  const own = openings.filter(({ openedAt }) => openedAt >= from && openedAt < to);
  return { from, to, count: own.length, brief: own.filter((one) => lastedOf(one, to) < briefness).length };
}

/** How long the condition lasted, which `keepFiring` does not lengthen. */
function lastedOf({ beganAt, clearedAt }: BacktestOpening, to: Instant): Duration {
  return (clearedAt ?? to) - beganAt;
}
