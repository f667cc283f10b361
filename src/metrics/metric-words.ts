// The wording of a metric in a sentence, and of its values with the whole that they are part of.
import type { Instant } from '../clock.ts';
import { formatInstant, localDate } from '../time-zone.ts';
import { type MetricId, metric } from './catalog.ts';
import { formatCount, formatRatio, formatShare, formatTime, formatValue, lowerFirst } from './format.ts';

/** An app, as far as its limit of connections goes. */
interface WithConnectionLimit {
  readonly connectionLimit?: number;
}

/** `free memory`, `connection peak`, `active users`. */
export function metricName(id: MetricId): string {
  const { title, inSentence } = metric(id);
  return inSentence ?? lowerFirst(title);
}

/** `was` or `were`: a size, a share and a peak are one thing, everything else is counted. */
export function wasOf(id: MetricId): 'was' | 'were' {
  const { unit, isSingular } = metric(id);
  return unit === 'count' && isSingular !== true ? 'were' : 'was';
}

/** `7.4 %`, or `1,893 of 2,000 (95 %)` where the limit is known. */
export function shortValue(id: MetricId, shown: number, app: WithConnectionLimit): string {
  const limit = connectionLimitOf(id, app);
  if (limit === undefined) return formatValue(shown, metric(id).unit);
  return `${formatCount(shown)} of ${formatCount(limit)} (${formatRatio(Math.round((shown / limit) * 100) / 100)})`;
}

/** The value with its whole where one is known: `606 MiB of 8.0 GiB`, `1,893 of 2,000 (95 %)`, `412`. */
export function longValue(
  id: MetricId,
  last: { readonly shown: number; readonly whole?: number | undefined },
  app: WithConnectionLimit,
): string {
  const { shown, whole } = last;
  if (whole === undefined || metric(id).group !== 'memory') return shortValue(id, shown, app);
  return formatShare(metric(id).unit === 'ratio' ? shown * whole : shown, whole);
}

/** A limit: `8 % (655 MiB)` where the whole is known, else `1,600`. */
export function limitValue(id: MetricId, limit: number, whole: number | undefined): string {
  const { unit } = metric(id);
  const text = formatValue(limit, unit);
  return unit === 'ratio' && whole !== undefined ? `${text} (${formatValue(limit * whole, 'bytes')})` : text;
}

/** The limit of connections, for a metric that is measured against it. */
export function connectionLimitOf(id: MetricId, app: WithConnectionLimit): number | undefined {
  return metric(id).group === 'connections' ? app.connectionLimit : undefined;
}

/** `03:20`, or `22 Nov 03:20` when that was another day than `now`. */
export function moment(at: Instant, now: Instant, zone: string): string {
  return localDate(at, zone) === localDate(now, zone) ? formatTime(at, zone) : formatInstant(at, zone, 'd LLL HH:mm');
}
