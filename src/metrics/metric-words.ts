// The wording of a metric in a sentence, and of its values with the whole that they are part of.
import { type MetricId, metric } from './catalog.ts';
import { type Formatter, lowerFirst } from './format.ts';

/** An app, as far as its limit of connections goes. */
interface WithConnectionLimit {
  readonly connectionLimit?: number | undefined;
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
export function shortValue(id: MetricId, shown: number, app: WithConnectionLimit, { count, ratio, value }: Formatter) {
  const limit = connectionLimitOf(id, app);
  if (limit === undefined) return value(shown, metric(id).unit);
  return `${count(shown)} of ${count(limit)} (${ratio(Math.round((shown / limit) * 100) / 100)})`;
}

/** The value with its whole where one is known: `606 MiB of 8.0 GiB`, `1,893 of 2,000 (95 %)`, `412`. */
export function longValue(
  id: MetricId,
  last: { readonly shown: number; readonly whole?: number | undefined } & WithConnectionLimit,
  formatter: Formatter,
): string {
  const { shown, whole } = last;
  if (whole === undefined || metric(id).group !== 'memory') return shortValue(id, shown, last, formatter);
  return formatter.share(metric(id).unit === 'ratio' ? shown * whole : shown, whole);
}

/** A limit: `8 % (655 MiB)` where the whole is known, else `1,600`. */
export function limitValue(id: MetricId, limit: number, whole: number | undefined, { value }: Formatter): string {
  const { unit } = metric(id);
  const text = value(limit, unit);
  return unit === 'ratio' && whole !== undefined ? `${text} (${value(limit * whole, 'bytes')})` : text;
}

/** The limit of connections, for a metric that is measured against it. */
export function connectionLimitOf(id: MetricId, app: WithConnectionLimit): number | undefined {
  return metric(id).group === 'connections' ? app.connectionLimit : undefined;
}
