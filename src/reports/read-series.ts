// The series of a report: what of the store each reads, and how it is made of what was read, each once.
import type { ImApp } from '../app.ts';
import { type Duration, day, hour, type Instant, minute, second } from '../clock.ts';
import { isDaily } from '../metrics/capabilities.ts';
import type { MetricId, MetricValues } from '../metrics/catalog.ts';
import { withDerived } from '../metrics/derived-values.ts';
import {
  breaksOf,
  emptyColumns,
  groupedSlots,
  hourStarts,
  type MeasuredSeries,
  type SampleColumns,
  type SlotColumns,
  type SlotKind,
  seriesOfSlots,
  trailingSeries,
} from '../metrics/measured-series.ts';
import { momentSeries, type TierBuckets } from '../metrics/moment-series.ts';
import type { Span } from '../metrics/range.ts';
import type { Bucket, BucketNeed, DailyStatistics } from '../metrics/sample.ts';
import { isTrailing, spacingOf } from '../metrics/series.ts';
import { addDays, eachDate, type LocalDate, localDate, midnightsWithin, startOfDate } from '../time-zone.ts';
import { countedToday } from './counted-hours.ts';
import { bucketsOf, type Readings } from './readings.ts';

/** As long as raw samples and buckets of five minutes are kept by default; of what is older, coarser ones are read. */
const rawKept: Duration = 14 * day;
const fiveMinutesKept: Duration = 89 * day;

/** Windows up to this length are read from raw samples, and up to `fiveMinuteWindow` from buckets of five minutes. */
export const rawWindow: Duration = 6 * hour;
const fiveMinuteWindow: Duration = 49 * hour;

/** The app and the time of a question. */
export interface Asked {
  readonly app: Pick<ImApp, 'capabilities' | 'pollEvery' | 'timezone'>;
  readonly now: Instant;
  readonly zone: string;
}

/** From here on raw samples are taken to be kept. */
const rawSince = (now: Instant): Instant => now - rawKept;

/** The stored buckets of a metric that its series over a span is made of; none for a metric that the platform counts by days. */
export function seriesNeeds(id: MetricId, span: Span, asked: Asked): BucketNeed[] {
  if (isDaily(asked.app, id) || span.to <= span.from) return [];
  return [hoursAround(id, span), ...(isTrailing(id) ? trailingNeeds(id, span, asked) : momentNeeds(id, span, asked))];
}

/** So long before and after a span stored hours are read too, which tell how often there should be a sample in it. */
const besideSpan: Duration = 12 * hour;

function hoursAround(id: MetricId, { from, to }: Span): BucketNeed {
  return { metric: id, tier: 'hours', from: hourBefore(from) - besideSpan, to: hourAfter(to) + besideSpan };
}

const hourBefore = (at: Instant): Instant => Math.floor(at / hour) * hour;
const hourAfter = (at: Instant): Instant => Math.ceil(at / hour) * hour;

/**
 * Where the hours of a metric of moments begin: on the clock for days and for what only stored hours are read of, else counted back from
 * the end.
 */
export function momentStarts(span: Span, zone: string): readonly Instant[] {
  const midnights = midnightsWithin(span, zone);
  const isOfDays = midnights[0] === span.from;
  if (!isOfDays && span.to - span.from <= fiveMinuteWindow) return hourStarts(span, []);
  const days = isOfDays ? midnights : [hourBefore(span.from)];
  const starts: Instant[] = [];
  for (const [index, start] of days.entries()) {
    const end = days[index + 1] ?? span.to;
    for (let at = start; at < end; at += hour) starts.push(at);
  }
  return starts;
}

/** The samples of buckets of five minutes are never farther than this from any time. */
const nearFive: Duration = 2.5 * minute + 5 * second;

/** How far from its end the sample of an hour may be: a single poll that failed loses no hour. */
function nearOf({ pollEvery }: Asked['app']): Duration {
  return Math.max(Math.min(2 * pollEvery, pollEvery + 5 * minute) + 5 * second, nearFive);
}

/** Of samples up to so far apart an hour may be known by its last one: of those after it stored hours know the last one only. */
const lastSample: Duration = 15 * minute;

/** The same for each hour, at least half the distance of its samples; an end at no whole hour may be known by stored hours alone. */
function withinOf({ app, now }: Pick<Asked, 'app' | 'now'>, hours: readonly Bucket[]): (end: Instant) => Duration {
  const [near, spacing] = [nearOf(app), spacingOf(hours)];
  return (end) => {
    if (end % hour !== 0 && end <= now - fiveMinutesKept) return Math.max(near, 30 * minute);
    const apart = spacing(end - 1);
    return Math.max(near, Math.max(apart / 2, Math.min(apart, lastSample)) + 5 * second);
  };
}

/** Beside the hours: the raw samples near the end of each hour and, of what is older, buckets of five minutes. */
function trailingNeeds(id: MetricId, span: Span, asked: Asked): BucketNeed[] {
  const { app, now, zone } = asked;
  const [breaks, within] = [breaksOf(span, zone), nearOf(app)];
  return [span.from, ...breaks].flatMap((from, index): BucketNeed[] => {
    const to = breaks[index] ?? span.to;
    const isOld = from < rawSince(now);
    const isOffHour = to % hour !== 0;
    const near = { at: to, within };
    const raw = { metric: id, tier: 'raw', from: Math.max(from, rawSince(now)), to: to + within + 1, near } as const;
    const five = { metric: id, tier: 'fiveMinutes', from, to: Math.min(to, now - day) } as const;
    return [
      ...(to > rawSince(now) ? [raw] : []),
      ...(isOffHour && (isOld || from < now - day) && five.to > from && to > now - fiveMinutesKept ? [five] : []),
    ];
  });
}

/** Beside the hours: everything of a short window; of a longer one the hours that it cuts, of which only a part is in it. */
function momentNeeds(id: MetricId, { from, to }: Span, { now, zone }: Asked): BucketNeed[] {
  const end = to + minute;
  const raw = (start: Instant, stop: Instant): BucketNeed[] =>
    stop > start ? [{ metric: id, tier: 'raw', from: start, to: stop }] : [];
  const five: BucketNeed = { metric: id, tier: 'fiveMinutes', from: from - (from % (5 * minute)), to: end };
  if (to - from <= rawWindow) return [...raw(from, end), five];
  const isOffHour = breaksOf({ from, to: hourAfter(to) }, zone).length > 0 || startsOffHour(from, zone);
  const needsFive = to - from <= fiveMinuteWindow || (isOffHour && from > now - fiveMinutesKept);
  return [
    ...(needsFive ? [five] : []),
    ...raw(from, hourAfter(from)),
    ...(to < now - minute && to % hour !== 0 ? raw(hourBefore(to), to + 1) : []),
  ];
}

/** True where a local day begins at no whole hour of UTC, at which stored hours begin. */
function startsOffHour(at: Instant, zone: string): boolean {
  return startOfDate(localDate(at, zone), zone) % hour !== 0;
}

interface Window {
  readonly span: Span;
  readonly dates: { readonly from: LocalDate; readonly to: LocalDate };
}

/** What was made of the readings of one report already. */
interface Made {
  readonly series: Map<string, MeasuredSeries>;
  readonly days: Map<MeasuredSeries, SlotColumns>;
  /** The daily statistics by their date. */
  readonly rows: ReadonlyMap<LocalDate, DailyStatistics>;
}

const made = new WeakMap<Readings, Made>();

function madeOf(readings: Readings): Made {
  const found = made.get(readings) ?? { series: new Map(), days: new Map(), rows: rowsOf(readings) };
  made.set(readings, found);
  return found;
}

/** The series of a metric over a slice: hours of a polled metric, days of one that the platform counts by days. */
export function seriesOf(readings: Readings, id: MetricId, window: Window): MeasuredSeries {
  const { series } = madeOf(readings);
  const { span, dates } = window;
  const key = isDaily(readings.app, id) ? `${id} ${dates.from} ${dates.to}` : `${id} ${span.from} ${span.to}`;
  const found = series.get(key) ?? makeSeries(readings, id, window);
  series.set(key, found);
  return found;
}

function makeSeries(readings: Readings, id: MetricId, { span, dates }: Window): MeasuredSeries {
  if (isDaily(readings.app, id)) return dailySeries(readings, id, dates);
  const { zone } = readings;
  if (!isTrailing(id)) return slottedSeries(readings, id, span, { starts: momentStarts(span, zone), each: 'hour' });
  const breaks = breaksOf(span, zone);
  const within = withinOf(readings, bucketsOf(readings, hoursAround(id, span)));
  return trailingSeries(id, span, { samples: samplesOf(readings, id, span), breaks, within });
}

/** A series of moments in slots of another kind than hours. */
export function slottedSeries(
  readings: Readings,
  id: MetricId,
  span: Span,
  { starts, each }: { readonly starts: readonly Instant[]; readonly each: SlotKind },
): MeasuredSeries {
  const { pollEvery } = readings.app;
  const [tiers, newest] = [tiersOf(readings, id, span), newestIn(readings, id, span)];
  const spacing = spacingOf(bucketsOf(readings, hoursAround(id, span)));
  return momentSeries(id, span, { tiers, newest, starts, each, pollEvery, spacing, rawFrom: rawSince(readings.now) });
}

const tierWidths = { raw: 0, fiveMinutes: 5 * minute, hours: hour } as const;

/** The buckets that were read for a metric by tier, the finest first. */
function tiersOf(readings: Readings, id: MetricId, span: Span): TierBuckets[] {
  const needs = seriesNeeds(id, span, readings);
  return (['raw', 'fiveMinutes', 'hours'] as const).map((tier) => {
    const wanted = needs.filter((need) => need.tier === tier);
    const buckets = wanted.flatMap((need) => [...bucketsOf(readings, need)]);
    return { width: tierWidths[tier], buckets: wanted.length < 2 ? buckets : distinct(buckets) };
  });
}

function distinct(buckets: readonly Bucket[]): Bucket[] {
  return [...new Map(buckets.map((bucket) => [bucket.at, bucket])).values()].sort((a, b) => a.at - b.at);
}

/** What a question got from the platform is a sample too, before it is stored; it may be a little later than the window that was asked for. */
function newestIn({ latest, now }: Readings, id: MetricId, { from, to }: Span): Bucket | undefined {
  const value = latest?.values[id];
  if (latest === undefined || value === undefined) return undefined;
  const { at } = latest;
  if (at > now || at < from || at > to + minute) return undefined;
  return { at, lastAt: at, min: value, max: value, mean: value, last: value, samples: 1 };
}

/** The raw samples of the window of a series, for a short chart; of a number that covers the hour before it also the one just after. */
export function samplesIn(readings: Readings, { id, window: { from, to } }: MeasuredSeries): Bucket[] {
  const raw = bucketsOf(readings, { metric: id, tier: 'raw', from, to: isTrailing(id) ? to + minute : to });
  const newest = newestIn(readings, id, { from, to });
  return newest === undefined || (raw.at(-1)?.at ?? 0) >= newest.at ? [...raw] : [...raw, newest];
}

/** Every sample of a trailing metric that is known by its time, in order. */
function samplesOf(readings: Readings, id: MetricId, span: Span): SampleColumns {
  const lists = seriesNeeds(id, span, readings).map((need) => bucketsOf(readings, need));
  const newest = newestIn(readings, id, { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY });
  // Each list is in order, so this is little work.
  const all = [...lists.flat(), ...(newest === undefined ? [] : [newest])].sort((a, b) => a.lastAt - b.lastAt);
  return { times: all.map(({ lastAt }) => lastAt), values: all.map(({ last }) => last) };
}

/** Days as the platform counts them; today is partial. */
function dailySeries(readings: Readings, id: MetricId, { from, to }: Window['dates']): MeasuredSeries {
  const days = eachDate(from, addDays(to, 1), readings.app.timezone);
  const dates = days.slice(0, -1);
  const slots = emptyColumns();
  for (const [index, { date, at }] of dates.entries()) {
    const value = rowOf(readings, date)?.values[id];
    slots.from.push(at);
    slots.to.push(days[index + 1]?.at ?? at);
    for (const column of [slots.values, slots.lows, slots.highs, slots.lasts]) column.push(value);
    slots.sums.push(value ?? 0);
    slots.counts.push(value === undefined ? 0 : 1);
    slots.shares.push(value === undefined ? 0 : 1);
  }
  const today = localDate(readings.now, readings.app.timezone);
  const partial = dates.flatMap(({ date }, index) => (date === today ? [index] : []));
  const coverage = { measured: slots.counts.filter((count) => count > 0).length, of: dates.length };
  const window = { from: slots.from[0] ?? 0, to: slots.to.at(-1) ?? 0 };
  return seriesOfSlots({ id, window, each: 'day', slots }, { coverage, partial });
}

/** The row of a date, with what the platform's own hours of today know better. */
export function rowOf(readings: Readings, date: LocalDate): DailyStatistics | undefined {
  return madeOf(readings).rows.get(date);
}

/**
 * The rows by date. The platform counts today by the hour at once and writes its row later: a row that has fewer messages than its hours
 * is not there yet, and a 0 in it says nothing.
 */
function rowsOf(readings: Readings): ReadonlyMap<LocalDate, DailyStatistics> {
  const { days, app, now } = readings;
  const rows = new Map(days.map((row) => [row.date, row]));
  const sent = countedToday(readings, 'messages.sent');
  if (sent === undefined) return rows;
  const today = localDate(now, app.timezone);
  const row = rows.get(today) ?? { date: today, zone: app.timezone, complete: false, values: {} };
  const counted = row.values['messages.sent'];
  if (counted !== undefined && counted >= sent) return rows;
  const values = withDerived({ ...withoutZeros(row.values), 'messages.sent': sent });
  rows.set(today, { ...row, complete: false, values });
  return rows;
}

function withoutZeros(values: MetricValues): MetricValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}

/** The slots of a series as local days, for a chart or a table; days of a platform are those already. */
export function daySlots(readings: Readings, series: MeasuredSeries): SlotColumns {
  if (series.each === 'day') return series.slots;
  const { days } = madeOf(readings);
  const found = days.get(series) ?? makeDays(readings, series);
  days.set(series, found);
  return found;
}

function makeDays(readings: Readings, { id, window, slots }: MeasuredSeries): SlotColumns {
  const { zone } = readings;
  const starts = midnightsWithin(window, zone).map((at) => Math.max(at, window.from));
  if (isTrailing(id)) return groupedSlots(id, slots, starts, window.to);
  return slottedSeries(readings, id, window, { starts, each: 'day' }).slots;
}
