// A rule on what is usual for this hour of the week: opens when a metric is far from it.
import type { ImApp } from '../../app.ts';
import { hour, minute } from '../../clock.ts';
import { closed, field } from '../../config-field.ts';
import { connectionLimitOf, type MetricId } from '../../metrics/catalog.ts';
import type { Phrase } from '../../metrics/phrase.ts';
import type { BucketNeed } from '../../metrics/sample.ts';
import { alertPhrasesOf } from '../notification.ts';
import {
  type BuildContext,
  type BuiltOptions,
  lowestLevel,
  type MeasureInput,
  type Measurement,
  type Phrases,
  type Rule,
  type RuleKind,
  type RuleProblem,
} from '../rule.ts';
import { amount, duration, read, share } from '../rule-fields.ts';
import type { baselinePhrases, rulePhrases } from '../rule-phrases.ts';
import { learnsFrom, type SeasonalProfile, seasonalProfileFor } from '../seasonal-profile.ts';

/**
 * In the configuration:
 *
 *     kind: baseline
 *     metric: connections.current
 *     unusual: both             # low, high or both (default)
 *     spreads: 4                # how many spreads from the middle open it, 4 by default; it clears at three quarters of them
 *     margin: 25%               # and at least so far from the middle
 *     for: 15m                  # default
 *     critical: { spreads: 8, for: 5m }
 *
 * The value of the rule is the distance from the middle in spreads. Middle and spread are the median, and the median
 * distance from it, of this hour and its two neighbours in the last six weeks; incidents and maintenance are left out.
 */
export const baseline: RuleKind = {
  kind: 'baseline',
  written: { keys: ['unusual', 'spreads', 'margin', 'critical'], build },
  needs,
  measure,
  worst: () => 'measured',
  phrases,
};

const clearShare = 0.75;
const usualHold = 15 * minute;

function build(
  raw: Readonly<Record<string, unknown>>,
  context: BuildContext,
): BuiltOptions | { problems: readonly RuleProblem[] } {
  const unusual = field('low, high or both', (text) =>
    text === 'low' || text === 'high' || text === 'both' ? text : undefined,
  );
  const spreads = amount('4', 1, 100);
  const parsed = read(
    closed({
      unusual: unusual.optional(),
      spreads: spreads.optional(),
      margin: share('25%').optional(),
      critical: closed({ spreads, for: duration('5m').optional() }).optional(),
    }),
    raw,
  );
  if ('problems' in parsed) return parsed;
  const { critical, ...own } = parsed.value;
  const trigger = own.spreads ?? 4;
  if (critical !== undefined && critical.spreads <= trigger)
    return { problems: [{ path: ['critical', 'spreads'], message: `must be larger than the ${trigger} of the rule` }] };
  const holdFor = context.holdFor ?? usualHold;
  const limits = (value: number, hold: number) => ({ trigger: value, clear: value * clearShare, holdFor: hold });
  const warning = limits(trigger, holdFor);
  return {
    metric: context.metric,
    direction: 'above',
    levels:
      critical === undefined ? { warning } : { warning, critical: limits(critical.spreads, critical.for ?? holdFor) },
    options: { unusual: own.unusual ?? 'both', margin: own.margin ?? 0.25, spreads: trigger },
  };
}

/** The same span for a whole hour, so that it may be read once an hour. */
function needs(rule: Rule, now: number): readonly BucketNeed[] {
  const to = Math.floor(now / hour) * hour;
  return rule.metric === undefined ? [] : [{ metric: rule.metric, tier: 'hours', from: to - learnsFrom, to }];
}

function measure(rule: Rule, input: MeasureInput): Measurement {
  const id = rule.metric;
  const shown = id === undefined ? undefined : input.values[id];
  if (id === undefined || shown === undefined) return { state: 'unknown' };
  const usual = seasonalProfileFor({
    metric: id,
    now: input.now,
    zone: input.zone,
    hours: input.data[0] ?? [],
    excluded: input.excluded,
  });
  if (usual.state === 'learning') {
    const { weeks, of } = usual;
    return { state: 'learning', words: [ownPhrase('baseline.learning', { weeks, of })] };
  }
  const spread = Math.max(
    usual.spread,
    (numberOption(rule, 'margin', 0.25) * Math.abs(usual.centre)) / numberOption(rule, 'spreads', 4),
  );
  const distance = shown - usual.centre;
  const unusual = rule.options['unusual'];
  const counts = unusual === 'low' ? distance < 0 : unusual === 'high' ? distance > 0 : true;
  const away = Math.abs(distance) / spread;
  const value = counts ? away : 0;
  const { centre } = usual;
  const brief = ownPhrase('baseline.brief', { metric: id, shown, centre, where: where(rule, away, distance) });
  return { state: 'measured', value, shown, brief, words: [usualOf(rule, id, { usual, spread })] };
}

/** `far` is what opens the rule, and `near` what clears it. */
function where(rule: Rule, away: number, distance: number) {
  const { trigger, clear } = rule.levels[lowestLevel(rule)] ?? { trigger: 0, clear: 0 };
  if (away < clear) return 'near';
  if (away < trigger) return distance < 0 ? 'under' : 'over';
  return distance < 0 ? 'farUnder' : 'farOver';
}

function numberOption(rule: Rule, name: string, otherwise: number): number {
  const value = rule.options[name];
  return typeof value === 'number' ? value : otherwise;
}

type KnownProfile = Extract<SeasonalProfile, { state: 'known' }>;

function usualOf(
  rule: Rule,
  id: MetricId,
  { usual, spread }: { readonly usual: KnownProfile; readonly spread: number },
): Phrase {
  const { centre, by, weeks, values } = usual;
  const band = spread * numberOption(rule, 'spreads', 4);
  return ownPhrase('baseline.usual', { metric: id, centre, spread, band, by, weeks, values });
}

const phrase = alertPhrasesOf<typeof rulePhrases>();
const ownPhrase = alertPhrasesOf<typeof baselinePhrases>();

function phrases(rule: Rule, app: Pick<ImApp, 'name' | 'connectionLimit'>): Phrases {
  const id = rule.metric ?? 'connections.current';
  const { name } = app;
  const connectionLimit = connectionLimitOf(id, app);
  return {
    now: ({ brief }) =>
      brief === undefined ? phrase('rule.name', { metric: id, app: name }) : phrase('rule.brief', { brief, app: name }),
    beyond: (level) => ownPhrase('baseline.beyond', { spreads: rule.levels[level]?.trigger ?? 0 }),
    subject: phrase('rule.subject', { metric: id, app: name }),
    seen: ({ shown }) => phrase('rule.seen', { metric: id, shown }),
    back: ({ shown }) => ownPhrase('baseline.back', { metric: id, shown, app: name }),
    worst: (shown) => phrase('rule.worst', { metric: id, shown, is: 'farthest' }),
    numbers: (level, { shown, whole, value }, isOld) => {
      const { trigger = 0, clear = 0 } = rule.levels[level] ?? {};
      const away = Math.round(value * 10) / 10;
      return [
        ownPhrase('baseline.numbers', { metric: id, shown, whole, connectionLimit, isOld, away, trigger, clear }),
      ];
    },
    lines: [],
  };
}
