// Explains the condition of an alert.

import type { Instant } from '../clock.ts';
import type { Unit } from '../metrics/catalog.ts';
import type { Phrase } from '../metrics/phrase.ts';
import {
  type AlertContext,
  headlineOf,
  heldOf,
  rulePhrasesOf,
  stillBeyond,
  subjectOf,
  unseenOf,
  whenWritten,
} from './alert-lines.ts';
import type { headlinePhrases } from './headline-phrases.ts';
import { notJudgedWords } from './not-judged.ts';
import { alertPhrasesOf } from './notification.ts';
import { acknowledgedFor } from './response.ts';
import { responseOf } from './response-lines.ts';
import { type AlertApp, isWorse, levelsOf, lowestLevel, type Measurement, type Rule, worstHit } from './rule.ts';
import type { rulePhrases } from './rule-phrases.ts';
import { kindOf } from './rules/index.ts';
import { type AlertState, isNotJudged, isOpen } from './state.ts';
import type { whyPhrases } from './why-phrases.ts';

const phrase = alertPhrasesOf<typeof whyPhrases & typeof rulePhrases>();
const conditionPhrase = alertPhrasesOf<typeof headlinePhrases>();

/** What is known of the number of a rule. */
interface Reading {
  readonly now: Instant;
  /** The number of the newest poll, also where the rule makes nothing of it yet. */
  readonly shown?: number | undefined;
  readonly whole?: number | undefined;
  /** When it was measured last, where that is over. */
  readonly seenAt?: Instant | undefined;
  /** Its change in an hour. */
  readonly rate?: { readonly perHour: number; readonly unit: Unit } | undefined;
}

/** The number now (`Now 606 MiB of 8.0 GiB, falling 40 MiB an hour.`) and what its kind makes of it, a sentence each. */
export function explainReading(
  rule: Rule,
  measurement: Measurement,
  app: AlertApp,
  { now, shown, ...reading }: Reading,
): readonly Phrase[] {
  const phrases = kindOf(rule).phrases(rule, app);
  const caveat = phrases.caveat === undefined ? [] : [phrases.caveat];
  const words = measurement.state === 'unknown' ? [] : measurement.words;
  if (rule.metric === undefined) {
    const last = measurement.state === 'measured' ? [{ ...measurement, at: now }] : [];
    return [...last.map((one) => phrase('why.reading', { reading: phrases.now(one) })), ...words, ...caveat];
  }
  const { connectionLimit } = app;
  const when = whenWritten({ app, now });
  const number =
    shown === undefined
      ? phrase('why.unmeasured', { subject: phrases.subject })
      : phrase('why.nowValue', { metric: rule.metric, shown, connectionLimit, ...reading, ...when });
  return [number, ...words, ...caveat];
}

/** When each level opens and ends, with its own limit, and how long an acknowledgement holds. */
export function explainTerms(rule: Rule, app: AlertApp): readonly Phrase[] {
  const phrases = kindOf(rule).phrases(rule, app);
  const lowest = lowestLevel(rule);
  const levels = levelsOf(rule).map((level) => {
    const holdFor = rule.levels[level]?.holdFor ?? 0;
    const isMilder = level !== lowest;
    return phrase('why.level', { level, beyond: phrases.beyond(level), holdFor, end: phrases.end?.(level), isMilder });
  });
  const keep = rule.keepFiring === 0 ? [] : [phrase('why.closes', { keep: rule.keepFiring })];
  return [...(phrases.terms ?? [...levels, ...keep]), phrase('why.acknowledge', { ...acknowledgedFor })];
}

/** What keeps an alert quiet that only its surroundings know. */
export interface Surroundings {
  /** The maintenance that its rule is in. */
  readonly maintenance?: { readonly name: string; readonly until: Instant } | undefined;
  /** True while its rule has nothing to compare with. */
  readonly isLearning?: boolean | undefined;
}

/** The condition of an alert in one sentence without its full stop, for lists and answers. */
export function conditionOf(
  state: AlertState,
  rule: Rule,
  app: AlertApp,
  now: Instant,
  around: Surroundings = {},
): Phrase {
  const alert = { state, level: state.machine.level ?? 'warning', rule, app, now, history: [] } as const;
  return isOpen(state) ? openCondition(alert, around) : closedCondition(alert, around);
}

/** Line 1, and why nobody was told where that is so: of a silence line 1 says it. */
function openCondition(alert: AlertContext, { maintenance }: Surroundings): Phrase {
  const { state, level } = alert;
  const { notifiedLevel, keptQuiet: why } = state.notification;
  const line = headlineOf(alert);
  const isTold = notifiedLevel !== undefined && !isWorse(level, notifiedLevel);
  if (maintenance !== undefined) {
    const { name: window, until } = maintenance;
    return phrase('stands.openInMaintenance', { line, isTold, window, until, ...whenWritten(alert) });
  }
  return isTold || why === undefined || responseOf(alert) !== undefined ? line : phrase('stands.untold', { line, why });
}

/** `Quiet` is said of what nothing keeps quiet. */
function closedCondition(alert: AlertContext, { maintenance, isLearning }: Surroundings): Phrase {
  const { state, now } = alert;
  const { stale, condition, since, closedAt = now } = state.machine;
  const when = whenWritten(alert);
  if (isNotJudged(state)) return notJudgedWords(alert);
  if (stale !== undefined) return conditionPhrase('alert.unknown', { ...subjectOf(alert), ...unseenOf(alert) });
  const reading = readingWords(alert, isLearning === true);
  const held = heldOf(alert);
  if (held !== undefined) {
    const by = state.lastAction?.action === 'resolve' ? state.lastAction.by : undefined;
    return phrase('stands.closed', { at: closedAt, by, beyond: stillBeyond(alert), reading, held, ...when });
  }
  const silenced = responseOf(alert);
  if (silenced !== undefined) return phrase('stands.silenced', { silenced, reading });
  if (maintenance !== undefined)
    return phrase('stands.maintenance', { window: maintenance.name, until: maintenance.until, reading, ...when });
  if (isLearning === true) return phrase('stands.learning', { reading });
  if (condition !== 'pending') {
    const isWell =
      alert.state.machine.last === undefined || worstHit(alert.rule, alert.state.machine.last.value) === undefined;
    return conditionPhrase(isWell ? 'alert.quiet' : 'alert.notOpen', { reading });
  }
  const first = Math.min(...Object.values(since).filter((time) => time !== undefined), now);
  return conditionPhrase('alert.pending', { reading, since: first, ...when });
}

/** The number with its app; of a rule that learns what was measured, without what is usual. */
function readingWords(alert: AlertContext, isLearning: boolean): Phrase {
  const { rule, app } = alert;
  const { last } = alert.state.machine;
  const phrases = rulePhrasesOf(alert);
  if (last === undefined) return conditionPhrase('alert.notYet', { subject: phrases.subject });
  if (!isLearning || rule.metric === undefined) return phrases.now(last);
  const { connectionLimit, name } = app;
  return phrase('rule.now', { metric: rule.metric, shown: last.shown, connectionLimit, app: name });
}
