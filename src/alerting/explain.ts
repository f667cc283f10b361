// Why a rule says what it says: value, limits and the numbers of the decision, as sentences.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { capitalise, formatDuration } from '../metrics/format.ts';
import { moment } from '../metrics/metric-words.ts';
import { headlineOf } from './headline.ts';
import { levelsOf } from './limits.ts';
import type { Measurement, Rule } from './rule.ts';
import { kindOf } from './rules/list.ts';
import { type AlertState, isOpen, isSilenced } from './state.ts';
import { seenLast, unknownWords } from './telling.ts';
import { userToken } from './view.ts';

/**
 * What the rule says of this measurement: `Now 7.4 %. …`, the limits of each level, and the numbers behind it. `isOld`: it
 * is the last one before the data ended, so that its numbers are not of now.
 */
export function explain(
  rule: Rule,
  measurement: Measurement,
  app: ImApp,
  { now, isOld }: { readonly now: Instant; readonly isOld: boolean },
): readonly string[] {
  const phrases = kindOf(rule).phrases(rule, app);
  const limits = phrases.terms ?? [
    ...levelsOf(rule).map((level) => {
      const holdFor = rule.levels[level]?.holdFor ?? 0;
      return `${capitalise(level)}: ${phrases.beyond(level)}${holdFor === 0 ? ', at once' : ` for ${formatDuration(holdFor)}`}.`;
    }),
    `It closes after ${formatDuration(rule.keepFiring)} without it.`,
  ];
  const caveat = phrases.caveat === undefined ? [] : [phrases.caveat];
  if (measurement.state === 'unknown') return [`${capitalise(phrases.subject)}: not measured.`, ...limits, ...caveat];
  if (measurement.state === 'learning') return [...measurement.words, ...limits, ...caveat];
  const last = { ...measurement, at: now };
  const level = levelsOf(rule).at(-1) ?? 'warning';
  const numbers = phrases.numbers(level, last);
  return [
    ...(numbers.length === 0 ? [`${capitalise(phrases.now(last))}.`] : isOld ? numbers.map(seenLast) : numbers),
    ...measurement.words,
    ...limits,
    ...caveat,
  ];
}

/** How an alert stands, in one sentence: for lists and answers. May hold `{user:U…}`. */
export function standing(state: AlertState, rule: Rule, app: ImApp, now: Instant): string {
  const telling = { state, level: state.level ?? 'warning', rule, app, now, history: [] } as const;
  if (isOpen(state)) return `${headlineOf(telling)}.`;
  const phrases = kindOf(rule).phrases(rule, app);
  const value = state.last === undefined ? `${phrases.subject} not measured yet` : phrases.now(state.last);
  const silenced =
    isSilenced(state, now) && state.handling.as === 'silenced'
      ? ` Silenced by ${userToken(state.handling.by)} until ${moment(state.handling.until, now, app.timezone)}.`
      : '';
  if (state.stale !== undefined) return `${unknownWords(telling)}.${silenced}`;
  if (state.condition !== 'pending') return `Quiet: ${value}.${silenced}`;
  const since = Math.min(...Object.values(state.since).filter((time) => time !== undefined), now);
  return `Pending: ${value}, since ${moment(since, now, app.timezone)}.${silenced}`;
}
