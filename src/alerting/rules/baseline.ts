// A rule on what is usual for this hour of the week: opens when a metric is far from it.
import type { ImApp } from '../../app.ts';
import { hour, minute } from '../../clock.ts';
import { closed, field } from '../../config-field.ts';
import { metric } from '../../metrics/catalog.ts';
import { formatCount, formatMagnitude, formatQuantity, formatValue } from '../../metrics/format.ts';
import { longValue, metricName, wasOf } from '../../metrics/metric-words.ts';
import type { BucketNeed } from '../../metrics/sample.ts';
import {
  type BuildContext,
  type BuiltOptions,
  type Level,
  lowestLevel,
  type MeasureInput,
  type Measurement,
  type Phrases,
  type Rule,
  type RuleKind,
  type RuleProblem,
} from '../rule.ts';
import { amount, duration, read, share } from '../rule-fields.ts';
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
  if (usual.state === 'learning')
    return { state: 'learning', words: [`Baseline: learning (${usual.weeks} of ${usual.of} weeks).`] };
  const spread = Math.max(
    usual.spread,
    (numberOption(rule, 'margin', 0.25) * Math.abs(usual.centre)) / numberOption(rule, 'spreads', 4),
  );
  const distance = shown - usual.centre;
  const unusual = rule.options['unusual'];
  const counts = unusual === 'low' ? distance < 0 : unusual === 'high' ? distance > 0 : true;
  const away = Math.abs(distance) / spread;
  const value = counts ? away : 0;
  const { unit } = metric(id);
  const brief = `${metricName(id)} ${formatValue(shown, unit)}, ${where(rule, away, distance)} the usual ${formatValue(usual.centre, unit)} for this hour`;
  return { state: 'measured', value, shown, brief, words: wordsOf(rule, usual, spread) };
}

/** `far` is what opens the rule, and `near` what clears it. */
function where(rule: Rule, away: number, distance: number): string {
  const { trigger, clear } = rule.levels[lowestLevel(rule)] ?? { trigger: 0, clear: 0 };
  if (away < clear) return 'near';
  const side = distance < 0 ? 'under' : 'over';
  return away < trigger ? side : `far ${side}`;
}

function numberOption(rule: Rule, name: string, otherwise: number): number {
  const value = rule.options[name];
  return typeof value === 'number' ? value : otherwise;
}

function wordsOf(rule: Rule, usual: Extract<SeasonalProfile, { state: 'known' }>, spread: number): readonly string[] {
  const unit = rule.metric === undefined ? 'count' : metric(rule.metric).unit;
  const band = spread * numberOption(rule, 'spreads', 4);
  const least = Math.max(0, usual.centre - band);
  const from =
    usual.by === 'week'
      ? `this hour in the last ${formatQuantity(usual.weeks, 'week')}`
      : 'this hour on days of this kind, because three weeks are not measured yet';
  return [
    `Usual is ${formatValue(usual.centre, unit)}, from ${formatValue(least, unit)} to ${formatValue(usual.centre + band, unit)} (one spread is ${formatMagnitude(spread, unit)}): learned from ${from}, ${formatCount(usual.values)} hours.`,
  ];
}

function phrases(rule: Rule, app: Pick<ImApp, 'name' | 'connectionLimit'>): Phrases {
  const id = rule.metric ?? 'connections.current';
  const { unit } = metric(id);
  const name = metricName(id);
  return {
    now: (last) => `${last.brief ?? name} on ${app.name}`,
    beyond: (level: Level) => `${formatCount(rule.levels[level]?.trigger ?? 0)} spreads or more from the usual`,
    subject: `${name} of ${app.name}`,
    was: wasOf(id),
    seen: (last) => formatValue(last.shown, unit),
    back: (last) => `${name} back to ${formatValue(last.shown, unit)} on ${app.name}, usual for this hour`,
    worst: (shown) => `farthest ${formatValue(shown, unit)}`,
    numbers: (level, last) => [
      `Now ${longValue(id, last, app)}, ${formatMagnitude(Math.round(last.value * 10) / 10, 'count')} spreads from the usual. Limit ${formatCount(rule.levels[level]?.trigger ?? 0)} spreads, clears at ${formatMagnitude(rule.levels[level]?.clear ?? 0, 'count')}.`,
    ],
    lines: [],
  };
}
