// The trend of a number, for the message of a threshold.
import type { ImApp } from '../app.ts';
import { type Duration, day, hour, type Instant, minute, second } from '../clock.ts';
import { connectionLimitOf, metric, type Unit } from '../metrics/catalog.ts';
import { type Forecast, type TrendLine, timeToLimit } from '../metrics/forecast.ts';
import { roughLength } from '../metrics/format-time.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Bucket, BucketNeed } from '../metrics/sample.ts';
import { isTrailing } from '../metrics/series.ts';
import type { Rule } from './rule.ts';
import type { forecastPhrases } from './rule-phrases.ts';

const phrase = phrasesOf<typeof forecastPhrases>();

const window = 3 * hour;

/** The slope of a line in the unit an hour. */
export function rateOf({ slope }: TrendLine, unit: Unit): { readonly perHour: number; readonly unit: Unit } {
  return { perHour: slope * hour, unit };
}

const unitLength = { seconds: second, minutes: minute, hours: hour, days: day } as const;

/** As long as it is written, so that two lengths that read the same are the same. */
function asWritten(length: Duration): Duration {
  const { amount, unit } = roughLength(length);
  return amount * unitLength[unit];
}

/** When a limit is reached, as exactly as it is written. */
export function reachOf({ after, soonest, latest }: Extract<Forecast, { state: 'reaches' }>) {
  return {
    after: asWritten(after),
    soonest: asWritten(soonest),
    latest: latest === undefined ? undefined : asWritten(latest),
  };
}

/** The stored numbers that the trend needs; undefined for a rule without one. */
export function trendNeed(rule: Rule, now: Instant): BucketNeed | undefined {
  const id = rule.metric;
  if (rule.kind !== 'threshold' || id === undefined || metric(id).worse === undefined || isTrailing(id))
    return undefined;
  return { metric: id, tier: 'fiveMinutes', from: now - window, to: now + 1 };
}

/** True when the newest value is so much nearer to the limit than the line that a time computed from the line is wrong. */
function isOffTheLine(
  newest: number | undefined,
  line: TrendLine,
  { limit, rising }: { readonly limit: number; readonly rising: boolean },
): boolean {
  const nearer = newest === undefined ? 0 : (newest - line.value) * (rising ? 1 : -1);
  return nearer > Math.max(3 * line.noise, 0.1 * Math.abs(limit - line.value));
}

/** `Falling 40 MiB an hour: empty in about 15 h (12 to 19 h).`; undefined where there is no trend to the worse. */
export function trendOf(
  rule: Rule,
  app: Pick<ImApp, 'connectionLimit'>,
  numbers: { readonly buckets: readonly Bucket[]; readonly whole: number | undefined },
): Phrase | undefined {
  const id = rule.metric;
  if (id === undefined) return undefined;
  const { worse, unit } = metric(id);
  const rising = worse === 'high';
  const limit = rising ? connectionLimitOf(id, app) : 0;
  if (limit === undefined) return undefined;
  // A share of a known whole is written in bytes, as the value is.
  const scale = unit === 'ratio' ? (numbers.whole ?? 1) : 1;
  const points = numbers.buckets.map((bucket) => ({
    at: bucket.at,
    value: (rising ? bucket.max : bucket.min) * scale,
  }));
  const jump = 0.2 * (rising ? limit : (numbers.whole ?? Math.max(...points.map((point) => point.value), 1)));
  // After a sudden fall the slow slope before it says nothing of what follows.
  const [before, last] = points.slice(-2);
  if (before !== undefined && last !== undefined && Math.abs(last.value - before.value) > jump) return undefined;
  const forecast = timeToLimit(points, { limit, direction: rising ? 'rising' : 'falling', jump });
  if (forecast.state !== 'reaches' || isOffTheLine(points.at(-1)?.value, forecast.line, { limit, rising }))
    return undefined;
  const unitShown = unit === 'ratio' && scale !== 1 ? 'bytes' : unit;
  const is = rising ? 'full' : 'empty';
  return phrase('trend.reaches', { ...rateOf(forecast.line, unitShown), is, ...reachOf(forecast) });
}
