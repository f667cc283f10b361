// Figures of a snapshot, compared with the same time yesterday, and the words that every figure is made of.
import type { ImApp } from '../app.ts';
import { type Duration, day, hour, type Instant, minute, second } from '../clock.ts';
import { isDaily } from '../metrics/capabilities.ts';
import { type MetricId, type MetricValues, metric, metricsIn } from '../metrics/catalog.ts';
import { type Change, changeOf } from '../metrics/compare.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import type { Bucket, BucketNeed } from '../metrics/sample.ts';
import { localDate, sameTimeAfter } from '../time-zone.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { bucketsOf, type Readings } from './readings.ts';
import type { Figure } from './report.ts';
import { shownValue } from './slices.ts';
import { isFailing, isStale, roundShare } from './status.ts';

const say = phrasesOf<typeof figurePhrases & typeof metricPhrases & typeof rangePhrases>();

/** How far from the same time yesterday the sample may be that a value is compared with. */
const maxDistance = ({ pollEvery }: Pick<ImApp, 'pollEvery'>): Duration => Math.max(pollEvery, 5 * minute) + 5 * second;

/** The same time on the clock, a day before. */
function yesterdayOf(now: Instant, zone: string): Instant {
  return sameTimeAfter(-1, now, zone);
}

/** What `changeOnYesterday` reads: the samples around the same time a day ago, and the hours before it. */
export function yesterdayNeeds(app: ImApp, ids: readonly MetricId[], now: Instant): BucketNeed[] {
  const base = yesterdayOf(now, app.timezone);
  const distance = maxDistance(app);
  return ids.flatMap((id): BucketNeed[] => [
    { metric: id, tier: 'fiveMinutes', from: base - 3 * hour, to: base + distance },
    { metric: id, tier: 'raw', from: base - distance, to: base + distance },
  ]);
}

/** The change on the sample nearest to the same time yesterday; undefined where there is none. */
export function changeOnYesterday(readings: Readings, id: MetricId, value: number | undefined): Change | undefined {
  const { app, latest, now } = readings;
  const base = yesterdayOf(latest?.at ?? now, app.timezone);
  const buckets = yesterdayNeeds(app, [id], now).flatMap((need) => bucketsOf(readings, need));
  const away = ({ lastAt }: Bucket): Duration => Math.abs(lastAt - base);
  const nearest = [...buckets].sort((a, b) => away(a) - away(b))[0];
  if (nearest === undefined || away(nearest) > maxDistance(app)) return undefined;
  const known = buckets.reduce((sum, bucket) => sum + bucket.samples, 0);
  return changeOf({ now: value, before: nearest.last, unit: metric(id).unit, known });
}

/** A figure without its undefined fields: an absent field is not the same as an undefined one. */
export function figure(parts: {
  metric?: MetricId | undefined;
  title: Phrase;
  value: Phrase;
  detail?: Phrase | undefined;
  change?: Phrase | undefined;
}): Figure {
  const { metric: id, title, value, detail, change } = parts;
  return {
    ...(id === undefined ? {} : { metric: id }),
    ...{ title, value },
    ...(detail === undefined ? {} : { detail }),
    ...(change === undefined ? {} : { change }),
  };
}

/** The figures of a snapshot in the order of display; a metric that was not measured is left out. */
export function momentFigures(readings: Readings, values: MetricValues): Figure[] {
  const change = (id: MetricId): Phrase | undefined => {
    const found = changeOnYesterday(readings, id, values[id]);
    return found === undefined ? undefined : say('change.on', { change: found, on: say('range.yesterday') });
  };
  return metricsIn('momentFigures').flatMap((id) => {
    // These two are shown with their totals.
    if (id === 'rooms.active') return roomFigures(values, change(id));
    if (id === 'memory.free') return memoryFigures(readings, values);
    const value = values[id];
    if (value === undefined) return [];
    const isLimited = metric(id).group === 'connections';
    const detail = isLimited ? limitDetail(value, readings.app.connectionLimit) : undefined;
    return [figure({ metric: id, title: titleOf(id), value: shownValue(id, value), detail, change: change(id) })];
  });
}

const titleOf = (id: MetricId): Phrase => say('metric.title', { id });

/** `of 2,000 (95 %)`. */
export function limitDetail(value: number, limit: number | undefined): Phrase | undefined {
  if (limit === undefined || limit <= 0) return undefined;
  return say('figure.ofLimit', { limit, share: roundShare(value / limit) });
}

function roomFigures(values: MetricValues, change: Phrase | undefined): Figure[] {
  const { 'rooms.active': active, 'rooms.total': total } = values;
  if (active === undefined) {
    const id = 'rooms.total';
    return total === undefined ? [] : [figure({ metric: id, title: titleOf(id), value: shownValue(id, total) })];
  }
  const detail = total === undefined ? undefined : say('figure.ofTotal', { total });
  const id = 'rooms.active';
  return [figure({ metric: id, title: titleOf(id), value: shownValue(id, active), detail, change })];
}

/** Both the size and the share: `3.0 of 8.0 GiB (37.5 %)`. */
function memoryFigures(readings: Readings, values: MetricValues): Figure[] {
  const { 'memory.free': free, 'memory.total': total, 'memory.free_ratio': ratio } = values;
  if (free === undefined && ratio === undefined) return [];
  const found = changeOnYesterday(readings, 'memory.free_ratio', ratio);
  const change = found === undefined ? undefined : say('change.within', { change: found, length: day });
  // The share is what stands for the group.
  const shared = { metric: 'memory.free_ratio', title: titleOf('memory.free'), change } as const;
  if (free === undefined) return [figure({ ...shared, value: shownValue('memory.free_ratio', ratio) })];
  const value =
    total === undefined ? shownValue('memory.free', free) : say('metric.share', { part: free, whole: total });
  const detail =
    ratio === undefined ? undefined : say('figure.inBrackets', { words: shownValue('memory.free_ratio', ratio) });
  return [figure({ ...shared, value, detail })];
}

/** `now`, `at 14:32`, `from 20:00 to 21:00`, `on Sun 22 Nov from 20:00 to 21:00`, `on Sun 22 Nov`: when the extreme of a range was. */
export function extremeMoment(
  readings: Readings,
  { id, at, to }: { readonly id: MetricId; readonly at: Instant; readonly to?: Instant | undefined },
  range?: Pick<Range, 'dates'>,
): Phrase {
  const { app, zone, latest, now } = readings;
  if (isDaily(app, id)) return say('moment.onDay', { at, zone: app.timezone });
  const isSample = to === at;
  if (isSample && at === latest?.at) return newestMoment(readings);
  const isToday = localDate(at, zone) === localDate(now, zone);
  const isOneDay = range !== undefined && range.dates.from === range.dates.to;
  const day = isOneDay ? 'unsaid' : isToday ? 'today' : 'other';
  if (isSample) return say('moment.sample', { at, zone, day });
  return say('moment.inHour', { at, ...(to === undefined ? {} : { to }), zone, day });
}

/** `now`, or `when last seen, 09:41` for a number that is older than that. */
export function newestMoment(readings: Readings): Phrase {
  const { latest, zone, now } = readings;
  if (latest === undefined || (!isStale(readings) && !isFailing(readings))) return say('moment.now');
  return say('moment.lastSeen', { at: latest.at, zone, now });
}

/** `last 24 hours, 21 Nov 10:00 to 22 Nov 10:00, Asia/Taipei`; whole days are named by their dates. */
export function rangeContext({ name, wholeDays, from, to, zone }: Range): Phrase {
  if (!wholeDays) return say('range.window', { range: name, from, to, zone });
  return name.kind === 'days'
    ? say('range.toToday', { range: name, from, to, zone })
    : say('range.whole', { range: name, zone });
}
