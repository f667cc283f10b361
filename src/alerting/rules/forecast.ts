// Rules on the forecast of a number, with their part of the configuration.
import type { z } from 'zod';
import type { ImApp } from '../../app.ts';
import { day, hour, type Instant, minute } from '../../clock.ts';
import { closed } from '../../config-field.ts';
import { connectionLimitOf, type MetricId, metric } from '../../metrics/catalog.ts';
import {
  type Aim,
  type AlertCourse,
  aheadOf,
  type Forecast,
  type KnownPoint,
  timeToLimit,
} from '../../metrics/forecast.ts';
import { formatDuration } from '../../metrics/format.ts';
import type { Phrase } from '../../metrics/phrase.ts';
import type { BucketNeed } from '../../metrics/sample.ts';
import { alertPhrasesOf } from '../notification.ts';
import {
  type BuildContext,
  type BuiltOptions,
  type Limits,
  levelsOf,
  type MeasureInput,
  type Measurement,
  type Phrases,
  type Rule,
  type RuleKind,
  type RuleProblem,
} from '../rule.ts';
import { duration, type ReadParts, readParts, valueFor } from '../rule-fields.ts';
import type { rulePhrases } from '../rule-phrases.ts';
import { learnSeason, learnsFrom } from '../seasonal-profile.ts';
import { aimAt, heldBack, rateOf, reachOf } from '../trend.ts';
import type { forecastPhrases } from '../usual-phrases.ts';
import type { whyPhrases } from '../why-phrases.ts';
import { wholeOf } from './threshold.ts';

const usualHold = 15 * minute;

function schema(context: BuildContext) {
  const value = valueFor(context.metric, context.app).optional();
  const time = duration('8h', minute).optional();
  const critical = closed({
    within: time,
    clearAt: time,
    onlyBelow: value,
    onlyAbove: value,
    for: duration('5m').optional(),
  });
  return closed({ reaches: value, within: time, clearAt: time, critical: critical.optional() });
}
type Written = z.infer<ReturnType<typeof schema>>;

/** The options hold `reaches`, the limit, and `only`: critical needs a number beyond it. */
export function buildForecast(
  raw: Readonly<Record<string, unknown>>,
  context: BuildContext,
): BuiltOptions | { problems: readonly RuleProblem[] } {
  const parts = readParts(schema(context), raw);
  const written = parts.value ?? {};
  const { worse } = metric(context.metric);
  const reaches = written.reaches ?? connectionLimitOf(context.metric, context.app);
  const levels = writtenLevels(written, context.holdFor ?? usualHold);
  const isMissing = worse === undefined || (reaches === undefined && !parts.isWrong('reaches'));
  const problems = [
    ...parts.problems,
    ...(isMissing ? [missing(context.metric, worse)] : []),
    ...wrongOrder(levels, parts),
  ];
  if (worse === undefined || reaches === undefined || problems.length > 0) return { problems };
  const threshold = worse === 'low' ? written.critical?.onlyBelow : written.critical?.onlyAbove;
  const only = threshold ?? nearLimit(context.metric, reaches);
  return { metric: context.metric, direction: 'below', levels, options: { reaches, only } };
}

function missing(id: MetricId, worse: 'low' | 'high' | undefined): RuleProblem {
  const better = 'memory.free_ratio, memory.free or connections.current';
  if (worse === undefined) return { path: ['metric'], message: `${id} has no limit to reach; write ${better}` };
  return { path: ['reaches'], message: 'is missing; write the value whose crossing is to be foreseen' };
}

interface Levels {
  readonly warning: Limits;
  readonly critical: Limits;
}

function writtenLevels(written: Written, holdFor: number): Levels {
  const { within = 8 * hour, clearAt = Math.max(within, 48 * hour), critical = {} } = written;
  const near = critical.within ?? Math.min(within, 2 * hour);
  return {
    warning: { trigger: within, clear: clearAt, holdFor },
    critical: { trigger: near, clear: critical.clearAt ?? Math.max(near, 24 * hour), holdFor: critical.for ?? holdFor },
  };
}

/** Default of `only`: where a number is near its limit already. */
function nearLimit(id: MetricId, reaches: number): number {
  if (metric(id).worse === 'high') return 0.8 * reaches;
  return id === 'memory.free_ratio' ? Math.max(0.15, Math.min(1, 1.5 * reaches)) : 2 * reaches;
}

/** A length that is wrong has its default here, which nothing is compared with. */
function wrongOrder({ warning, critical }: Levels, { value, isWrong }: ReadParts<Written>): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const isKnown = !isWrong('within');
  const isNearKnown = !isWrong('critical', 'within') && (isKnown || value?.critical?.within !== undefined);
  const complain = (path: readonly string[], message: string): void => {
    problems.push({ path, message });
  };
  const within = formatDuration(warning.trigger);
  if (isKnown && warning.clear < warning.trigger) complain(['clearAt'], `must be at least the ${within} of within`);
  if (isNearKnown && critical.clear < critical.trigger) {
    const near = formatDuration(critical.trigger);
    complain(['critical', 'clearAt'], `must be at least the ${near} of critical.within`);
  }
  if (isKnown && critical.trigger > warning.trigger) {
    complain(['critical', 'within'], `must be shorter than the ${within} of within`);
  }
  return problems;
}

/**
 * In the configuration:
 *
 *     kind: forecast
 *     metric: memory.free_ratio
 *     reaches: 8%               # the limit; for connections by default the connectionLimit of the app
 *     within: 8h                # opens when it is that near in time (default)
 *     clearAt: 48h              # clears when it is that far (default)
 *     critical: { within: 2h, clearAt: 24h, onlyBelow: 15% }
 *     for: 15m                  # default
 *
 * It always has two levels, so that a forecast alone pings nobody: critical also waits until the number itself is near its
 * limit. That is `onlyBelow` (for a limit above: `onlyAbove`): by default under 15 % of memory, under twice `reaches`
 * in bytes, over 80 % of `reaches` above.
 * The value of the rule is the time left in ms, by a Theil–Sen line over the last 3 hours of 5-minute extremes (12 where 3 are too few).
 * Where it is known what is usual at these hours, the line is one of the differences from it, and nothing is foreseen while the number
 * is within the usual.
 */
export const forecast: RuleKind = {
  kind: 'forecast',
  written: { schema, build: buildForecast },
  needs,
  measure,
  learns: true,
  worst: (rule) => (rises(rule) ? 'highest' : 'lowest'),
  phrases,
  course,
};

/** "No trend" as a value: farther than any limit, and finite, so that it can be stored. */
const never = 3_660 * day;
const window = 3 * hour;
const longWindow = 12 * hour;

function needs(rule: Rule, now: number): readonly BucketNeed[] {
  if (rule.metric === undefined) return [];
  const to = Math.floor(now / hour) * hour;
  return [
    { metric: rule.metric, tier: 'fiveMinutes', from: now - longWindow, to: now + 1 },
    { metric: rule.metric, tier: 'hours', from: to - learnsFrom, to },
  ];
}

function rises(rule: Rule): boolean {
  return rule.metric !== undefined && metric(rule.metric).worse === 'high';
}

function numberOption(rule: Rule, name: string): number | undefined {
  const value = rule.options[name];
  return typeof value === 'number' ? value : undefined;
}

function measure(rule: Rule, input: MeasureInput): Measurement {
  const id = rule.metric;
  const shown = id === undefined ? undefined : input.values[id];
  const limit = numberOption(rule, 'reaches');
  if (id === undefined || shown === undefined || limit === undefined) return { state: 'unknown' };
  const whole = wholeOf(id, input.values);
  const aim = aimAt(limit, { metric: id, whole });
  const season = learnSeason({ ...input, metric: id, hours: input.data[1] ?? [] });
  const usual = season.middle(input.now);
  const measured = { state: 'measured', shown, whole, usual } as const;
  const held = heldBack({ metric: id, aim, season, shown, now: input.now, accepted: input.accepted });
  if (held !== undefined) return { ...measured, value: never, words: [held] };
  const foreseen = forecastFor(rule, usual === undefined ? aim : { ...aim, usual: season.middle }, input);
  if (foreseen.state === 'learning') {
    const { points, span } = foreseen;
    return { state: 'learning', words: [ownPhrase('forecast.learning', { points, span })] };
  }
  const { state, line } = foreseen;
  const left = state === 'reaches' ? Math.min(never, foreseen.after) : state === 'reached' ? 0 : never;
  const isBeyondUsual = usual !== undefined;
  const rate = { ...rateOf(line, metric(id).unit, whole), points: line.points, span: line.span, isBeyondUsual };
  const course = state === 'no-trend' ? ownPhrase('forecast.noTrend', {}) : ownPhrase('forecast.rate', rate);
  const words = isBeyondUsual ? [course] : [course, ownPhrase('forecast.unlearned', {})];
  const brief = briefOf({ metric: id, value: limit, foreseen, now: input.now, zone: input.zone });
  return { ...measured, value: withholdCritical(rule, left, shown), brief, words };
}

/** Prevents the critical level until the number itself is near its limit. */
function withholdCritical(rule: Rule, left: number, shown: number): number {
  const only = numberOption(rule, 'only');
  const critical = rule.levels.critical?.trigger;
  if (only === undefined || critical === undefined) return left;
  const isNear = rises(rule) ? shown > only : shown < only;
  return isNear ? left : Math.max(left, critical);
}

function forecastFor(rule: Rule, aim: Aim, { data, now }: MeasureInput): Forecast {
  const rising = rises(rule);
  const all: KnownPoint[] = (data[0] ?? []).map(({ at, min, max }) => ({ at, value: rising ? max : min }));
  const recent = timeToLimit(
    all.filter((point) => point.at >= now - window),
    aim,
  );
  return recent.state === 'learning' ? timeToLimit(all, aim) : recent;
}

/** The line on to the limit. */
function course(rule: Rule, input: MeasureInput, { from, to }: { from: Instant; to: Instant }): AlertCourse {
  const [id, limit] = [rule.metric, numberOption(rule, 'reaches')];
  const newest = input.data[0]?.at(-1)?.at;
  if (id === undefined || limit === undefined || newest === undefined) return {};
  const season = learnSeason({ ...input, metric: id, hours: input.data[1] ?? [] });
  const usual = season.middle(input.now) === undefined ? {} : { usual: season.middle };
  const foreseen = forecastFor(rule, { ...aimAt(limit, { metric: id, whole: undefined }), ...usual }, input);
  if (foreseen.state !== 'reaches') return {};
  const points = aheadOf(foreseen, { newest, span: to - from, limit, ...usual });
  const { at = input.now, now, zone } = reachOf(foreseen, input);
  return points.length === 0 ? {} : { ahead: { name: ownPhrase('forecast.ahead', { at, now, zone }), points } };
}

const phrase = alertPhrasesOf<typeof rulePhrases>();
const ownPhrase = alertPhrasesOf<typeof forecastPhrases>();
const whyPhrase = alertPhrasesOf<typeof whyPhrases>();

interface Brief {
  readonly metric: MetricId;
  readonly value: number;
  readonly foreseen: Forecast;
  readonly now: Instant;
  readonly zone: string;
}

/** `free memory reaches 8 % in 6 to 9 h`. */
function briefOf({ foreseen, metric: id, value, now, zone }: Brief): Phrase | undefined {
  if (foreseen.state === 'reached') return ownPhrase('forecast.reached', { metric: id, value });
  if (foreseen.state !== 'reaches') return undefined;
  return ownPhrase('forecast.reaches', { metric: id, value, ...reachOf(foreseen, { now, zone }) });
}

function phrases(rule: Rule, app: Pick<ImApp, 'name' | 'connectionLimit'>): Phrases {
  const id = rule.metric ?? 'memory.free_ratio';
  const { name } = app;
  const connectionLimit = connectionLimitOf(id, app);
  const value = numberOption(rule, 'reaches') ?? 0;
  const terms = levelsOf(rule).map((level) =>
    ownPhrase('forecast.terms', { metric: id, value, level, trigger: 0, clear: 0, holdFor: 0, ...rule.levels[level] }),
  );
  return {
    now: ({ brief, shown }) =>
      brief === undefined
        ? phrase('rule.now', { metric: id, shown, connectionLimit, app: name })
        : ownPhrase('forecast.now', { brief, app: name }),
    beyond: () => ownPhrase('forecast.beyond', { metric: id, value }),
    subject: phrase('rule.subject', { metric: id, app: name }),
    seen: ({ shown }) => phrase('rule.seen', { metric: id, shown }),
    back: ({ shown }) => ownPhrase('forecast.back', { metric: id, shown, value, app: name }),
    worst: (shown) => phrase('rule.worst', { metric: id, shown, is: rises(rule) ? 'highest' : 'lowest' }),
    numbers: (level, { shown, whole }, isOld) => [
      ownPhrase('forecast.numbers', {
        metric: id,
        shown,
        whole,
        connectionLimit,
        isOld,
        value,
        limits: rule.levels[level],
      }),
    ],
    lines: [{ label: phrase('threshold.limit', { metric: id, value }), value }],
    terms: [...terms, ...(rule.keepFiring === 0 ? [] : [whyPhrase('why.closes', { keep: rule.keepFiring })])],
  };
}
