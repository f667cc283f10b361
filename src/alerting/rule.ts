// A rule: its limits and levels, the contract of a kind of rule, and which level a value hits.
import { z } from 'zod';
import type { ImApp } from '../app.ts';
import type { Duration, Instant } from '../clock.ts';
import { type MetricId, type MetricValues, metricIds } from '../metrics/catalog.ts';
import type { AlertCourse } from '../metrics/forecast.ts';
import { Phrase } from '../metrics/phrase.ts';
import type { Bucket, BucketNeed, PollHealth } from '../metrics/sample.ts';

/** `warning` is the first level; a rule with `critical` has a second, worse one. */
export const Level = z.enum(['warning', 'critical']);
export type Level = z.infer<typeof Level>;

/**
 * When a level opens, when it clears, and for how long it must hold first (`for` in the configuration).
 * A value strictly beyond `trigger` hits; a value at `clear` or on its good side clears; between them nothing changes.
 */
export const Limits = z.object({ trigger: z.number(), clear: z.number(), holdFor: z.number() }).readonly();
export type Limits = z.infer<typeof Limits>;

const durations = z.array(z.number()).readonly();
const people = z.array(z.string()).readonly();

/**
 * A rule as the state machine needs it. Trigger and clear compare the `value` of a `Measurement`:
 * the metric itself for a threshold, ms left for a forecast, spreads for a baseline. Durations are in ms.
 */
export const Rule = z
  .object({
    id: z.string(),
    kind: z.string(),
    app: z.string(),
    /** Undefined for a rule that watches the platform itself. */
    metric: z.enum(metricIds).optional(),
    direction: z.enum(['below', 'above']),
    levels: z.object({ warning: Limits.optional(), critical: Limits.optional() }).readonly(),
    keepFiring: z.number(),
    /** How long critical must be clear before an alert is downgraded to a warning. */
    keepCritical: z.number(),
    pollEvery: z.number(),
    /** A longer gap in the data starts `for` again and marks an open alert stale. */
    maxGap: z.number(),
    channel: z.string(),
    /** Further channels, in which each incident has a message as well. */
    channels: z.array(z.string()).readonly().optional(),
    /** Where an incident also is once it is critical; then people are pinged there. */
    criticalChannels: z.array(z.string()).readonly().optional(),
    /** How much of the time before an alert its picture shows, in ms. */
    chartSpan: z.number().optional(),
    /** Name of the pager's key that its incidents go to; undefined where there is no pager. */
    pager: z.string().optional(),
    /** U…, S… or `here`; pinged when the rule's highest level opens, and at its repeats. */
    mention: people,
    /** Growing gaps between reminders by level; the last one repeats. Empty: never. */
    repeat: z.object({ warning: durations, critical: durations }).readonly(),
    /** A second mention when nobody has acknowledged the highest level for `after`. */
    escalate: z.object({ after: z.number(), mention: people }).readonly().optional(),
    runbook: z.string().optional(),
    summary: z.string().optional(),
    /** Who changed it in Slack and when; undefined for a rule that is as the file has it. */
    tuned: z.object({ by: z.string(), at: z.number() }).readonly().optional(),
    /** What only its kind understands; plain JSON. */
    options: z.record(z.string(), z.unknown()).readonly(),
    /** Changes whenever the definition changes: the definition itself as JSON, so that a rule that is gone can still be named. */
    version: z.string(),
  })
  .readonly();
export type Rule = z.infer<typeof Rule>;

/** Why an alert ends though the number did not come back. */
export const Settled = z.object({
  /** Only an incident whose limit was crossed before this ends so. */
  before: z.number(),
  /** `connections still 610, 64 % under the 1,700 of 03:20; from now on that counts as normal`. */
  words: Phrase,
});
type Settled = z.infer<typeof Settled>;

/** A level that a person said is normal. Times are epoch ms, values in the unit of the metric. */
export const AcceptedLevel = z.object({
  by: z.string(),
  at: z.number(),
  /** When it began. */
  since: z.number(),
  shown: z.number(),
  /** What was usual then; undefined where that was not known. */
  usual: z.number().optional(),
});
export type AcceptedLevel = Readonly<z.infer<typeof AcceptedLevel>>;

/** The value of a rule at one time, to be compared with its limits, or why there is none. */
export type Measurement =
  | {
      readonly state: 'measured';
      readonly value: number;
      /** The metric in its own unit, for the message; failures in a row for a platform that does not answer. */
      readonly shown: number;
      /** Since when it is so, where the kind knows better than the first measurement. */
      readonly since?: Instant | undefined;
      /** What `shown` is a part of, in bytes or connections, where that is known. */
      readonly whole?: number | undefined;
      /** What is usual at this time, where the kind knows it. */
      readonly usual?: number | undefined;
      /** Set where the number is clear only because another level counts as usual now: nothing came back. */
      readonly settled?: Settled | undefined;
      /** For line 1, where the value alone does not explain it: `free memory reaches 8 % in 6 to 9 h`. */
      readonly brief?: Phrase | undefined;
      /** The numbers of the decision, a sentence each, for all kinds but threshold. */
      readonly words: readonly Phrase[];
    }
  | { readonly state: 'learning'; readonly words: readonly Phrase[] }
  | { readonly state: 'unknown' };

export interface MeasureInput {
  readonly now: Instant;
  /** The newest poll. */
  readonly values: MetricValues;
  readonly zone: string;
  /** Stored buckets in the order of `needs`, oldest first. */
  readonly data: readonly (readonly Bucket[])[];
  readonly poll?: Pick<PollHealth, 'failures' | 'lastGoodAt' | 'reason'>;
  /** Spans that are not learned from: the beginnings of incidents, and maintenance. */
  readonly excluded?: readonly { readonly from: Instant; readonly to: Instant }[];
  /** The level of the rule's metric that a person said is normal. */
  readonly accepted?: AcceptedLevel | undefined;
}

/** A measurement as it is stored with an alert. */
export const LastMeasured = z.object({
  at: z.number(),
  value: z.number(),
  shown: z.number(),
  since: z.number().optional(),
  whole: z.number().optional(),
  usual: z.number().optional(),
  settled: Settled.optional(),
  brief: Phrase.optional(),
  words: z.array(Phrase).readonly(),
});
export type LastMeasured = z.infer<typeof LastMeasured>;

/** What a kind says. `numbers`, `caveat` and `terms` are sentences; the others are parts of one. */
export interface Phrases {
  /** What happens now, the app first: `Production chat has 7.4 % free memory`. */
  now(last: LastMeasured): Phrase;
  /** What a level means: `under 8 %`. */
  beyond(level: Level): Phrase;
  /** Of what: `free memory of Production chat`. Together with `beyond` a past sentence: `… was under 8 %`. */
  readonly subject: Phrase;
  /** The number alone: `6.1 %`; undefined where there is none. */
  seen(last: LastMeasured): Phrase | undefined;
  /** How the number stands at the end: `Production chat is back to 21 % free memory`. */
  back(last: LastMeasured): Phrase;
  /** What ended, where "recovering" may be untrue of the number: `no longer over 1,600`. */
  readonly cleared?: Phrase | undefined;
  /** True where line 1 says what the level means behind what happens: `…, under 8 %`. */
  readonly isBeyondTold?: boolean | undefined;
  /** `lowest 5.9 %`; undefined where an extreme means nothing. */
  worst(shown: number, last?: LastMeasured): Phrase | undefined;
  /**
   * Value, limit and clearing value: `Now 606 MiB of 8.0 GiB. Limit 8 % (655 MiB), clears at 12 %.`
   * `isOld`: the data ended, and this was seen last.
   */
  numbers(level: Level, last: LastMeasured, isOld: boolean): readonly Phrase[];
  /** Limit lines for the chart, in the unit of the metric. */
  readonly lines: readonly { readonly label: Phrase; readonly value: number }[];
  /** Where a level ends: `at 20 %`; undefined where it ends where it begins. Absent with `terms`. */
  end?(level: Level): Phrase | undefined;
  /** A sentence that a reader must know about the metric. */
  readonly caveat?: Phrase | undefined;
  /** When it opens and closes, where limits and durations do not describe it. */
  readonly terms?: readonly Phrase[];
}

/** A problem of a rule in the configuration. `path` begins at the rule. */
export interface RuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** True where the name itself is wrong, not what it holds. */
  readonly isKey?: boolean;
}

/** What a kind makes of its own keys. */
export interface BuiltOptions {
  readonly metric: MetricId;
  readonly direction: 'below' | 'above';
  readonly levels: Rule['levels'];
  readonly options: Readonly<Record<string, unknown>>;
  /** Sentences on what is valid and probably a mistake. */
  readonly warnings?: readonly string[];
}

/** What a kind is given beside its own keys. */
export interface BuildContext {
  readonly app: ImApp;
  readonly metric: MetricId;
  /** The `for` of the rule, undefined where it is not written. */
  readonly holdFor: Duration | undefined;
}

/** A kind of rule: one file in `rules/`, one line in its list. */
export interface RuleKind {
  /** `kind:` in the configuration. */
  readonly kind: string;
  /** Reads the keys that only this kind has; undefined for a kind that is built in and cannot be written. */
  readonly written?: {
    /** Its own keys, as they are read for the metric of the context. */
    schema(context: BuildContext): z.ZodObject;
    build(
      raw: Readonly<Record<string, unknown>>,
      context: BuildContext,
    ): BuiltOptions | { readonly problems: readonly RuleProblem[] };
  };
  /** The stored numbers that `measure` needs at `now`; none for a threshold. */
  needs(rule: Rule, now: Instant): readonly BucketNeed[];
  /** Pure: the newest poll and the stored buckets (in the order of `needs`) → a measurement. */
  measure(rule: Rule, input: MeasureInput): Measurement;
  /** True where a person may say that the present level is normal: what it goes by is learned. */
  readonly learns?: true;
  /** Whether the worst value of an incident is its lowest, its highest, or that of the worst measurement. */
  worst(rule: Rule): 'lowest' | 'highest' | 'measured';
  phrases(rule: Rule, app: Pick<ImApp, 'name' | 'connectionLimit'>): Phrases;
  /** What the picture shows beside the number, where the kind goes by more than limits. The input is that of `measure`. */
  course?(rule: Rule, input: MeasureInput, span: { readonly from: Instant; readonly to: Instant }): AlertCourse;
}

/** The part of an app that its notifications show. */
export type AlertApp = Pick<ImApp, 'id' | 'name' | 'timezone' | 'connectionLimit' | 'console'>;

/** The rules and apps of the configuration by id. */
export interface RuleIndex {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly apps: ReadonlyMap<string, ImApp>;
}

export function indexRules(config: { readonly rules: readonly Rule[]; readonly apps: readonly ImApp[] }): RuleIndex {
  return {
    rules: new Map(config.rules.map((rule) => [rule.id, rule])),
    apps: new Map(config.apps.map((app) => [app.id, app])),
  };
}

/** True for the built-in rule that watches the platform of an app rather than a metric. */
export function isPlatformRule(rule: Pick<Rule, 'kind'>): boolean {
  return rule.kind === 'unreachable';
}

/** True for a rule on the hours that a platform counts itself: its number is that of the newest one, not of the day so far. */
export function comparesHours({ options }: Pick<Rule, 'options'>): boolean {
  return options['byHour'] === true;
}

const order: readonly Level[] = ['warning', 'critical'];

/** The levels that the rule has, mildest first. */
export function levelsOf(rule: Rule): readonly Level[] {
  return order.filter((level) => rule.levels[level] !== undefined);
}

/** The level that clears last. */
export function lowestLevel(rule: Rule): Level {
  return levelsOf(rule)[0] ?? 'warning';
}

/** The level that pings people. */
export function highestLevel(rule: Rule): Level {
  return levelsOf(rule).at(-1) ?? 'warning';
}

export function isWorse(level: Level, than: Level): boolean {
  return order.indexOf(level) > order.indexOf(than);
}

/** True when the value is beyond the limit of the level. */
export function isHit(rule: Rule, level: Level, value: number): boolean {
  const limits = rule.levels[level];
  if (limits === undefined) return false;
  return rule.direction === 'below' ? value < limits.trigger : value > limits.trigger;
}

/** True when the value is at the clearing value of the level or on its good side. */
export function isClear(rule: Rule, level: Level, value: number): boolean {
  const limits = rule.levels[level];
  if (limits === undefined) return true;
  return rule.direction === 'below' ? value >= limits.clear : value <= limits.clear;
}

/** The worst level whose limit the value crosses. */
export function worstHit(rule: Rule, value: number): Level | undefined {
  return levelsOf(rule).findLast((level) => isHit(rule, level, value));
}
