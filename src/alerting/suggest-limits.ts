// Suggests a limit for a threshold rule by its stored past: one that hardly ever opens and still catches what people cared about.
import { type Duration, day, type Instant } from '../clock.ts';
import type { Unit } from '../metrics/catalog.ts';
import { type PastCourse, tryLimits } from './limits-trial.ts';
import type { Rule } from './rule.ts';
import { versionOf } from './rule-change.ts';

/** An incident that somebody acknowledged or noted, by its worst value. */
export interface CaredIncident {
  readonly openedAt: Instant;
  readonly extreme: number;
}

/** `isBoth`: it opens at most once a week and catches all of them. */
export interface SuggestedLimit {
  readonly trigger: number;
  readonly clear: number;
  /** How often it would have opened over the past, and how long that is. */
  readonly openings: number;
  readonly span: Duration;
  readonly caught: number;
  readonly cared: number;
  readonly isBoth: boolean;
}

/** Fewer days say nothing of a week. */
export const leastDays = 7;

/** The days on which something was measured. */
export function measuredDays({ steps, samples }: PastCourse): number {
  return new Set([...steps, ...samples].map(({ at }) => Math.floor(at / day))).size;
}

/** Of this many limits one is found by halves in so many steps; more would be finer than a rounded limit. */
const mostSteps = 9;

/**
 * The most sensitive limit that would have opened at most once a week; where that misses an incident that people cared about, the one
 * that just catches all of them. Depends on its input alone; `pause` lets the event loop go on.
 */
export async function suggestLimit(
  rule: Rule,
  { past, cared, unit }: { readonly past: PastCourse; readonly cared: readonly CaredIncident[]; readonly unit: Unit },
  pause: () => Promise<unknown>,
): Promise<SuggestedLimit | undefined> {
  const values = [...past.steps, ...past.samples].map(({ value }) => value).sort((a, b) => a - b);
  const first = (past.steps[0] ?? past.samples[0])?.at;
  const median = values[Math.floor(values.length / 2)];
  if (first === undefined || median === undefined) return undefined;
  const span = past.now - first;
  const most = Math.max(1, Math.floor(span / (7 * day)));
  const isBelow = rule.direction === 'below';
  const limitAt = (trigger: number): { trigger: number; clear: number } => ({
    trigger,
    clear: clearOf(trigger, median, rule),
  });
  const openingsAt = async (trigger: number): Promise<number> =>
    (await tryLimits(withLimit(rule, limitAt(trigger)), past, pause)).openings.length;
  // From the limit that nothing crosses to the last one that what is usual clears: beyond that an alert would open once and stay.
  const isCleared = (value: number): boolean =>
    isBelow ? limitAt(value).clear < median : limitAt(value).clear > median;
  const sensitive = (isBelow ? values : values.toReversed()).filter(isCleared);
  let [quiet, loud] = [0, Math.max(0, sensitive.length - 1)];
  for (let step = 0; step < mostSteps && quiet < loud; step += 1) {
    const middle = (quiet + loud + 1) >> 1;
    if ((await openingsAt(roundedTo(sensitive[middle] ?? median, unit, !isBelow))) <= most) quiet = middle;
    else loud = middle - 1;
  }
  const calm = roundedTo(sensitive[quiet] ?? (isBelow ? median * 0.8 : median * 1.25), unit, !isBelow);
  const isCaught = (trigger: number) => (one: CaredIncident) =>
    isBelow ? one.extreme < trigger : one.extreme > trigger;
  const catching = catchingLimit(cared, unit, isBelow);
  const isBoth = catching === undefined || cared.every(isCaught(calm));
  const trigger = isBoth ? calm : catching;
  const caught = cared.filter(isCaught(trigger)).length;
  return { ...limitAt(trigger), openings: await openingsAt(trigger), span, caught, cared: cared.length, isBoth };
}

/** The least sensitive limit that every one of them crossed. */
function catchingLimit(cared: readonly CaredIncident[], unit: Unit, isBelow: boolean): number | undefined {
  if (cared.length === 0) return undefined;
  const extremes = cared.map(({ extreme }) => extreme);
  const mildest = isBelow ? Math.max(...extremes) : Math.min(...extremes);
  const rounded = roundedTo(mildest, unit, isBelow);
  // A value must lie beyond the limit, not at it.
  if (isBelow ? mildest < rounded : mildest > rounded) return rounded;
  return roundedTo(rounded + (isBelow ? 1 : -1) * gridOf(rounded, unit), unit, isBelow);
}

/** With a tenth to a quarter of room, less where the usual value is near. */
function clearOf(trigger: number, median: number, { direction }: Rule): number {
  const room = Math.abs(median - trigger) / 2 / Math.max(trigger, Number.EPSILON);
  const share = Math.min(0.25, Math.max(0.1, room));
  return direction === 'below' ? trigger * (1 + share) : trigger * (1 - share);
}

/** Half a percent of a ratio, two digits of any other value. */
function gridOf(value: number, unit: Unit): number {
  if (unit === 'ratio') return 0.005;
  return Math.max(unit === 'bytes' ? 2 ** 20 : 1, 10 ** (Math.floor(Math.log10(Math.max(value, 1))) - 1));
}

/** A value that people would write, upwards or downwards. */
export function roundedTo(value: number, unit: Unit, isUp: boolean): number {
  const grid = gridOf(value, unit);
  const steps = value / grid;
  const whole = isUp ? Math.ceil(steps - 1e-9) : Math.floor(steps + 1e-9);
  return Number((whole * grid).toPrecision(12));
}

/** The rule with this warning alone, as its other settings are. */
function withLimit({ version: _, ...rule }: Rule, { trigger, clear }: { trigger: number; clear: number }): Rule {
  const holdFor = rule.levels.warning?.holdFor ?? 0;
  const changed = { ...rule, levels: { warning: { trigger, clear, holdFor } } };
  return { ...changed, version: versionOf(changed) };
}

/** A value as it is written in the file. */
export function writtenValue(value: number, unit: Unit): string {
  if (unit === 'ratio') return `${Number((value * 100).toFixed(2))}%`;
  return unit === 'bytes' ? `${Math.max(1, Math.round(value / 2 ** 20))}MiB` : String(Math.max(0, Math.round(value)));
}
