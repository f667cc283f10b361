// A rule on where a number is going: opens when it will reach its limit within hours if it goes on like this.
import type { ImApp } from '../../app.ts';
import { type Duration, day, hour } from '../../clock.ts';
import { type MetricId, metric } from '../../metrics/catalog.ts';
import { type Forecast, type KnownPoint, rateWords, timeToLimit } from '../../metrics/forecast.ts';
import {
  capitalise,
  formatDuration,
  formatQuantity,
  formatRoughly,
  formatRoughRange,
  formatValue,
} from '../../metrics/format.ts';
import { limitValue, longValue, metricName, shortValue, wasOf } from '../../metrics/metric-words.ts';
import type { Bucket, BucketNeed } from '../../metrics/sample.ts';
import { buildForecast } from '../forecast-keys.ts';
import type { MeasureInput, Measurement, Phrases, Rule, RuleKind } from '../rule.ts';
import { wholeOf } from './threshold.ts';

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
 */
export const forecast: RuleKind = {
  kind: 'forecast',
  written: { keys: ['reaches', 'within', 'clearAt', 'critical'], build: buildForecast },
  needs,
  measure,
  worst: (rule) => (rises(rule) ? 'highest' : 'lowest'),
  phrases,
};

/** "No trend" as a value: farther than any limit, and finite, so that it can be stored. */
const never = 3_660 * day;
const window = 3 * hour;
const longWindow = 12 * hour;

function needs(rule: Rule, now: number): readonly BucketNeed[] {
  return rule.metric === undefined
    ? []
    : [{ metric: rule.metric, tier: 'fiveMinutes', from: now - longWindow, to: now + 1 }];
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
  const foreseen = foresee(rule, { limit, whole, data: input.data[0] ?? [], now: input.now });
  if (foreseen.state === 'learning')
    return {
      state: 'learning',
      words: [`Forecast: learning (${countWords(foreseen)}; 8 over 30 min are needed).`],
    };
  const { state, line } = foreseen;
  const left = state === 'reaches' ? Math.min(never, foreseen.after) : state === 'reached' ? 0 : never;
  const words =
    state === 'no-trend'
      ? ['No trend towards the limit.']
      : [`${capitalise(rateWords(line, metric(id).unit))}, from ${countWords(line)}.`];
  return {
    state: 'measured',
    value: gated(rule, left, shown),
    shown,
    whole,
    brief: briefOf(id, limit, foreseen),
    words,
  };
}

/** `36 five-minute values over 2 h 55 min`. */
function countWords({ points, span }: { readonly points: number; readonly span: Duration }): string {
  return `${formatQuantity(points, 'five-minute value')} over ${formatDuration(span)}`;
}

/** Keeps critical closed until the number itself is near its limit. */
function gated(rule: Rule, left: number, shown: number): number {
  const only = numberOption(rule, 'only');
  const critical = rule.levels.critical?.trigger;
  if (only === undefined || critical === undefined) return left;
  const isNear = rises(rule) ? shown > only : shown < only;
  return isNear ? left : Math.max(left, critical);
}

function foresee(
  rule: Rule,
  input: { limit: number; whole: number | undefined; data: readonly Bucket[]; now: number },
): Forecast {
  const rising = rises(rule);
  const all: KnownPoint[] = input.data.map((bucket) => ({ at: bucket.at, value: rising ? bucket.max : bucket.min }));
  const unit = rule.metric === undefined ? 'count' : metric(rule.metric).unit;
  const total = unit === 'ratio' ? 1 : (input.whole ?? input.limit);
  const aim = { limit: input.limit, direction: rising ? 'rising' : 'falling', jump: 0.2 * total } as const;
  const recent = timeToLimit(
    all.filter((point) => point.at >= input.now - window),
    aim,
  );
  return recent.state === 'learning' ? timeToLimit(all, aim) : recent;
}

/** `free memory reaches 8 % in 6 to 9 h`. */
function briefOf(id: MetricId, limit: number, foreseen: Forecast): string | undefined {
  const target = `${metricName(id)} reaches ${formatValue(limit, metric(id).unit)}`;
  if (foreseen.state === 'reached') return `${metricName(id)} has reached ${formatValue(limit, metric(id).unit)}`;
  if (foreseen.state !== 'reaches') return undefined;
  if (foreseen.latest === undefined) return `${target} in ${formatRoughly(foreseen.soonest)} or more`;
  return `${target} in ${formatRoughRange(foreseen.soonest, foreseen.latest) ?? `about ${formatRoughly(foreseen.after)}`}`;
}

function phrases(rule: Rule, app: Pick<ImApp, 'name' | 'connectionLimit'>): Phrases {
  const id = rule.metric ?? 'memory.free_ratio';
  const { unit } = metric(id);
  const name = metricName(id);
  const limit = numberOption(rule, 'reaches') ?? 0;
  const target = formatValue(limit, unit);
  return {
    now: (last) => `${last.brief ?? `${name} ${shortValue(id, last.shown, app)}`} on ${app.name}`,
    beyond: (level) => `foreseen to reach ${target} within ${formatDuration(rule.levels[level]?.trigger ?? 0)}`,
    subject: `${name} of ${app.name}`,
    was: wasOf(id),
    seen: (last) => formatValue(last.shown, unit),
    back: (last) => `${name} ${formatValue(last.shown, unit)} on ${app.name}, no longer near ${target}`,
    worst: (shown) => `${rises(rule) ? 'highest' : 'lowest'} ${formatValue(shown, unit)}`,
    numbers: (level, last) => {
      const limits = rule.levels[level];
      const opens =
        limits === undefined
          ? ''
          : ` Opens under ${formatDuration(limits.trigger)}, clears over ${formatDuration(limits.clear)}.`;
      return [`Now ${longValue(id, last, app)}. Limit ${limitValue(id, limit, last.whole)}.${opens}`];
    },
    lines: [{ label: `limit ${target}`, value: limit }],
  };
}
