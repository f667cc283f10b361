// A rule on what is usual for this hour of the week: opens when a metric is far from it.
import type { ImApp } from '../../app.ts';
import { day, hour, type Instant, minute } from '../../clock.ts';
import { choice, closed } from '../../config-field.ts';
import { isHourly } from '../../metrics/capabilities.ts';
import { connectionLimitOf, type MetricId } from '../../metrics/catalog.ts';
import { type AlertCourse, usualOver } from '../../metrics/forecast.ts';
import type { Phrase } from '../../metrics/phrase.ts';
import type { BucketNeed } from '../../metrics/sample.ts';
import { alertPhrasesOf } from '../notification.ts';
import {
  type BuildContext,
  type BuiltOptions,
  comparesHours,
  levelsOf,
  lowestLevel,
  type MeasureInput,
  type Measurement,
  type Phrases,
  type Rule,
  type RuleKind,
  type RuleProblem,
} from '../rule.ts';
import { amount, duration, readParts, share } from '../rule-fields.ts';
import type { rulePhrases } from '../rule-phrases.ts';
import { learnSeason, learnsFrom, type SeasonalProfile, seasonalProfileFor } from '../seasonal-profile.ts';
import type { baselinePhrases } from '../usual-phrases.ts';
import type { whyPhrases } from '../why-phrases.ts';

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
 * Of a metric that a platform counts by the hour, the newest whole hour is compared with the same hours of those weeks.
 */
export const baseline: RuleKind = {
  kind: 'baseline',
  written: { schema: () => schema, build },
  needs,
  measure,
  learns: true,
  worst: () => 'measured',
  phrases,
  course,
};

const clearShare = 0.75;
const usualHold = 15 * minute;

const unusual = choice('low, high or both', ['low', 'high', 'both']);
const spreads = amount('4', 1, 100);

const schema = closed({
  unusual: unusual.optional(),
  spreads: spreads.optional(),
  margin: share('25%').optional(),
  critical: closed({ spreads, for: duration('5m').optional() }).optional(),
});

function build(
  raw: Readonly<Record<string, unknown>>,
  context: BuildContext,
): BuiltOptions | { problems: readonly RuleProblem[] } {
  const { value: written = {}, problems: ofShape, isWrong } = readParts(schema, raw);
  const { critical, ...own } = written;
  const trigger = own.spreads ?? 4;
  const problems: RuleProblem[] = [...ofShape];
  if (critical !== undefined && critical.spreads <= trigger && !isWrong('spreads'))
    problems.push({ path: ['critical', 'spreads'], message: `must be larger than the ${trigger} of the rule` });
  if (problems.length > 0) return { problems };
  const holdFor = context.holdFor ?? usualHold;
  // The number of a day grows until midnight: what is usual for an hour is known of the hours only.
  const byHour = isHourly(context.app, context.metric) ? { byHour: true } : {};
  const limits = (value: number, hold: number) => ({ trigger: value, clear: value * clearShare, holdFor: hold });
  const warning = limits(trigger, holdFor);
  return {
    metric: context.metric,
    direction: 'above',
    levels:
      critical === undefined ? { warning } : { warning, critical: limits(critical.spreads, critical.for ?? holdFor) },
    options: { unusual: own.unusual ?? 'both', margin: own.margin ?? 0.25, spreads: trigger, ...byHour },
  };
}

/** The same span for a whole hour, so that it may be read once an hour. */
function needs(rule: Rule, now: number): readonly BucketNeed[] {
  const to = Math.floor(now / hour) * hour;
  if (rule.metric === undefined) return [];
  const learned: BucketNeed = { metric: rule.metric, tier: 'hours', from: to - learnsFrom, to };
  if (!comparesHours(rule)) return [learned];
  const newest: BucketNeed = { ...learned, from: now - newestWithin - hour, to: now, isCounted: true };
  return [{ ...learned, isCounted: true }, newest];
}

/** An hour that ended longer ago says nothing of the present. It is counted some minutes after its end. */
const newestWithin = 90 * minute;

/** The number and the time whose usual it is compared with: of counted hours the newest one that is over. */
function shownAt(rule: Rule, { values, now, data }: MeasureInput): { shown: number | undefined; at: Instant } {
  if (!comparesHours(rule)) return { shown: rule.metric && values[rule.metric], at: now };
  const newest = data[1]?.findLast(({ at }) => at + hour <= now && at + hour > now - newestWithin);
  return { shown: newest?.last, at: newest?.at ?? now };
}

function measure(rule: Rule, input: MeasureInput): Measurement {
  const id = rule.metric;
  const { shown, at } = shownAt(rule, input);
  if (id === undefined || (shown === undefined && !comparesHours(rule))) return { state: 'unknown' };
  const { now, zone, excluded, accepted } = input;
  const usual = seasonalProfileFor({ metric: id, now, zone, hours: input.data[0] ?? [], excluded, accepted }, at);
  if (usual.state === 'learning') {
    const { weeks, of } = usual;
    return { state: 'learning', words: [ownPhrase('baseline.learning', { weeks, of })] };
  }
  if (shown === undefined) return { state: 'unknown' };
  const { centre, since } = usual;
  const sides = sidesOf(rule, usual);
  const isUnder = shown < centre;
  const unusual = rule.options['unusual'];
  const counts = unusual === 'low' ? isUnder : unusual === 'high' ? !isUnder : true;
  const away = (spreadsOf(rule) * Math.abs(shown - centre)) / (isUnder ? sides.under : sides.over);
  const brief = ownPhrase('baseline.brief', { metric: id, shown, centre, where: where(rule, away, shown - centre) });
  const level = since === undefined ? undefined : { metric: id, centre, since, now, zone };
  const settled = level && {
    before: level.since + learnedAfter,
    words: ownPhrase('baseline.newUsual', { ...level, shown }),
  };
  const newUsual = level === undefined ? [] : [ownPhrase('baseline.newUsualSince', level)];
  const words = [usualOf(rule, id, { usual, ...sides }), ...newUsual];
  return { state: 'measured', value: counts ? away : 0, shown, usual: centre, settled, brief, words };
}

const spreadsOf = (rule: Rule): number => numberOption(rule, 'spreads', 4);

/**
 * How far below and above the middle the rule opens: so many spreads, at least the margin, and two spreads beyond what the hour usually
 * reaches for a while.
 */
function sidesOf(rule: Rule, { centre, spread, low, high }: KnownProfile): { under: number; over: number } {
  const least = Math.max(spreadsOf(rule) * spread, numberOption(rule, 'margin', 0.25) * Math.abs(centre));
  return { under: Math.max(least, centre - low + 2 * spread), over: Math.max(least, high - centre + 2 * spread) };
}

/** A level that lasts is usual after two weeks at the latest: an incident that began before that ends with it. */
const learnedAfter = 14 * day;

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
  { usual, under, over }: { readonly usual: KnownProfile; readonly under: number; readonly over: number },
): Phrase {
  const { centre, by, weeks, values } = usual;
  const { trigger = 1, clear = 1 } = rule.levels[lowestLevel(rule)] ?? {};
  const band = { low: Math.max(0, centre - under), high: centre + over };
  const part = clear / trigger;
  const inside = { low: Math.max(0, centre - part * under), high: centre + part * over };
  return ownPhrase('baseline.usual', { metric: id, centre, band, inside, by, weeks, values });
}

/** The usual as a band: outside of it the rule opens. */
function course(rule: Rule, input: MeasureInput, span: { from: Instant; to: Instant }): AlertCourse {
  const id = rule.metric;
  if (id === undefined) return {};
  const season = learnSeason({ ...input, metric: id, hours: input.data[0] ?? [] });
  const points = usualOver(span, (at) => {
    const usual = season.profile(at);
    if (usual.state === 'learning') return undefined;
    const { under, over } = sidesOf(rule, usual);
    return { low: Math.max(0, usual.centre - under), high: usual.centre + over };
  });
  return points.length === 0 ? {} : { usual: { name: ownPhrase('baseline.band', {}), points } };
}

const phrase = alertPhrasesOf<typeof rulePhrases>();
const ownPhrase = alertPhrasesOf<typeof baselinePhrases>();
const whyPhrase = alertPhrasesOf<typeof whyPhrases>();

function phrases(rule: Rule, app: Pick<ImApp, 'name' | 'connectionLimit'>): Phrases {
  const id = rule.metric ?? 'connections.current';
  const { name } = app;
  const connectionLimit = connectionLimitOf(id, app);
  const terms = levelsOf(rule).map((level) =>
    ownPhrase('baseline.terms', { level, trigger: 0, clear: 0, holdFor: 0, ...rule.levels[level] }),
  );
  return {
    now: ({ brief }) =>
      brief === undefined
        ? phrase('rule.name', { metric: id, app: name })
        : ownPhrase('baseline.now', { brief, app: name }),
    beyond: () => ownPhrase('baseline.beyond', {}),
    subject: phrase('rule.subject', { metric: id, app: name }),
    seen: ({ shown }) => phrase('rule.seen', { metric: id, shown }),
    back: ({ shown }) => ownPhrase('baseline.back', { metric: id, shown, app: name }),
    worst: (shown, last) =>
      phrase('rule.worst', { metric: id, shown, is: shown < (last?.usual ?? shown) ? 'lowest' : 'highest' }),
    numbers: (_level, { shown, whole }, isOld) => [
      ownPhrase('baseline.numbers', { metric: id, shown, whole, connectionLimit, isOld }),
    ],
    lines: [],
    terms: [...terms, ...(rule.keepFiring === 0 ? [] : [whyPhrase('why.closes', { keep: rule.keepFiring })])],
  };
}
