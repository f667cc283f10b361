// Explains the condition of an alert, and runs its rule on the stored past (back test).

import type { Instant } from '../clock.ts';
import { type MetricId, type MetricValues, metric } from '../metrics/catalog.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { Bucket, BucketNeed } from '../metrics/sample.ts';
import { bucketsWithin } from '../metrics/series.ts';
import { step } from './advance.ts';
import {
  type AlertContext,
  headlineOf,
  heldOf,
  rulePhrasesOf,
  subjectOf,
  unseenOf,
  whenWritten,
} from './alert-lines.ts';
import type { headlinePhrases } from './alert-phrases.ts';
import type { whyPhrases } from './history-phrases.ts';
import { notJudgedWords } from './not-judged.ts';
import { alertPhrasesOf } from './notification.ts';
import { type AlertApp, type Level, levelsOf, lowestLevel, type Measurement, type Rule } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { type AlertState, initialState, isNotJudged, isOpen, isSilenced } from './state.ts';

const phrase = alertPhrasesOf<typeof whyPhrases>();
const conditionPhrase = alertPhrasesOf<typeof headlinePhrases>();

/**
 * The measurement (`Now 7.4 %. …`), the limits of each level, and the numbers behind them, a sentence each. `isOld`: it is
 * the last one before the data ended.
 */
export function explainRule(
  rule: Rule,
  measurement: Measurement,
  app: AlertApp,
  { now, isOld }: { readonly now: Instant; readonly isOld: boolean },
): readonly Phrase[] {
  const phrases = kindOf(rule).phrases(rule, app);
  const limits = phrases.terms ?? [
    ...levelsOf(rule).map((level) => {
      const holdFor = rule.levels[level]?.holdFor ?? 0;
      return phrase('why.level', { level, beyond: phrases.beyond(level), holdFor });
    }),
    phrase('why.closes', { keep: rule.keepFiring }),
  ];
  const caveat = phrases.caveat === undefined ? [] : [phrases.caveat];
  if (measurement.state === 'unknown')
    return [phrase('why.unmeasured', { subject: phrases.subject }), ...limits, ...caveat];
  if (measurement.state === 'learning') return [...measurement.words, ...limits, ...caveat];
  const last = { ...measurement, at: now };
  const level = levelsOf(rule).at(-1) ?? 'warning';
  const numbers = phrases.numbers(level, last, isOld);
  const reading = phrase('why.reading', { reading: phrases.now(last) });
  return [...(numbers.length === 0 ? [reading] : numbers), ...measurement.words, ...limits, ...caveat];
}

/** The condition of an alert in one sentence without its full stop, for lists and answers. */
export function conditionOf(state: AlertState, rule: Rule, app: AlertApp, now: Instant): Phrase {
  const alert = { state, level: state.machine.level ?? 'warning', rule, app, now, history: [] } as const;
  if (isOpen(state)) return headlineOf(alert);
  const line = closedCondition(alert);
  const held = heldOf(alert);
  if (held !== undefined) return conditionPhrase('alert.butClosed', { line, held });
  const { response } = state;
  if (!isSilenced(state, now) || response.as !== 'silenced') return line;
  const { by, until, reason } = response;
  const silenced = conditionPhrase('alert.silencedBy', { by, until, reason, ...whenWritten(alert) });
  return conditionPhrase('alert.butSilenced', { line, silenced });
}

function closedCondition(alert: AlertContext): Phrase {
  const { state, now } = alert;
  const { last, stale, condition, since } = state.machine;
  if (isNotJudged(state)) return notJudgedWords(alert);
  if (stale !== undefined) return conditionPhrase('alert.unknown', { ...subjectOf(alert), ...unseenOf(alert) });
  const phrases = rulePhrasesOf(alert);
  const reading =
    last === undefined ? conditionPhrase('alert.notYet', { subject: phrases.subject }) : phrases.now(last);
  if (condition !== 'pending') return conditionPhrase('alert.quiet', { reading });
  const first = Math.min(...Object.values(since).filter((time) => time !== undefined), now);
  return conditionPhrase('alert.pending', { reading, since: first, ...whenWritten(alert) });
}

/** One metric of the past, oldest first. */
export interface PastSeries {
  readonly metric: MetricId;
  readonly tier: BucketNeed['tier'];
  readonly buckets: readonly Bucket[];
}

/** An opening of the back test. `extreme` is in the unit of the metric; no `closedAt`: open at the end. */
export interface BacktestOpening {
  readonly level: Level;
  readonly openedAt: Instant;
  readonly closedAt?: Instant;
  readonly extreme?: number;
}

export interface Backtest {
  readonly openings: readonly BacktestOpening[];
  /** How many moments of the past were measured, and from when to when. */
  readonly moments: number;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  /** Moments at which a baseline or a forecast was still learning. */
  readonly learning: number;
}

export interface BacktestInput {
  readonly rule: Rule;
  readonly zone: string;
  /** The metric of the rule, whose buckets become samples (each with its worst value), and the rule's other needs. */
  readonly series: readonly PastSeries[];
  /** Which of the series is stepped through. */
  readonly tier: BucketNeed['tier'];
  /** The end of the past: the newest bucket may last longer. */
  readonly now: Instant;
}

const bucketLength: Readonly<Record<BucketNeed['tier'], number>> = { raw: 0, fiveMinutes: 300_000, hours: 3_600_000 };

/** So many moments are computed between two pauses: two weeks of a baseline take most of a second. */
const momentsAtOnce = 10;

/**
 * Depends on its input alone. `pause` lets the event loop go on. With coarse buckets `for` and gaps are at least as long as a
 * bucket.
 */
export async function backtest(
  { rule, zone, series, tier, now: end }: BacktestInput,
  pause: () => Promise<unknown>,
): Promise<Backtest> {
  const own = series.find((one) => one.metric === rule.metric && one.tier === tier)?.buckets ?? [];
  const kind = kindOf(rule);
  const used: Rule = { ...rule, maxGap: Math.max(rule.maxGap, 3 * bucketLength[tier]) };
  const openings: BacktestOpening[] = [];
  let state = initialState(rule);
  let learning = 0;
  for (const [index, bucket] of own.entries()) {
    if (index % momentsAtOnce === momentsAtOnce - 1) await pause();
    const now = Math.min(bucket.at + bucketLength[tier], end);
    const data = kind.needs(used, now).map((need) => slice(series, need));
    const measured = kind.measure(used, { now, values: valuesAt(rule, bucket, series), zone, data });
    if (measured.state === 'learning') learning += 1;
    if (measured.state !== 'measured') continue;
    const result = step(state, { type: 'sample', at: now, measured }, used, { coldStart: 'off' });
    ({ state } = result);
    for (const effect of result.effects) {
      if (effect.kind === 'opened') openings.push({ level: effect.level ?? lowestLevel(rule), openedAt: now });
      const last = openings.at(-1);
      if (last === undefined || last.closedAt !== undefined) continue;
      const extreme = state.machine.worst?.shown;
      openings[openings.length - 1] = {
        ...last,
        level: effect.kind === 'escalated' ? 'critical' : last.level,
        ...(extreme === undefined ? {} : { extreme }),
        ...(effect.closed === undefined ? {} : { closedAt: now }),
      };
    }
  }
  return { openings, moments: own.length, from: own[0]?.at, to: own.at(-1)?.at, learning };
}

/** The values that a poll at the end of the bucket would have had; of the metric itself the worst. */
function valuesAt(rule: Rule, bucket: Bucket, series: readonly PastSeries[]): MetricValues {
  if (rule.metric === undefined) return {};
  const worse = rule.kind === 'threshold' ? (rule.direction === 'below' ? 'low' : 'high') : metric(rule.metric).worse;
  const value = worse === 'low' ? bucket.min : worse === 'high' ? bucket.max : bucket.last;
  const total = series
    .find((one) => one.metric === 'memory.total')
    ?.buckets.findLast((other) => other.at <= bucket.at)?.last;
  return { [rule.metric]: value, ...(total === undefined ? {} : { 'memory.total': total }) };
}

function slice(series: readonly PastSeries[], need: BucketNeed): readonly Bucket[] {
  const buckets = series.find((one) => one.metric === need.metric && one.tier === need.tier)?.buckets ?? [];
  return bucketsWithin(buckets, need);
}
