// Figures of a report: of a snapshot compared with the same time yesterday, of a range compared with the one before.
import { day, hour, minute } from '../clock.ts';
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import { type MetricId, type MetricValues, metric, metricsIn } from '../metrics/catalog.ts';
import { type Change, changeOf } from '../metrics/compare.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import { type Coverage, combineValues, isWellMeasured } from '../metrics/series.ts';
import { localDate } from '../time-zone.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { bucketsOf, type Readings } from './readings.ts';
import type { Figure } from './report.ts';
import { areComparable, rangeTitle, type SliceValue, shownValue, slicesOf, sliceValue } from './slices.ts';
import { isStale, roundShare } from './status.ts';

const say = phrasesOf<typeof figurePhrases & typeof metricPhrases & typeof rangePhrases>();

/** The largest distance in time from the same time yesterday at which a value is compared. */
const maxDistance = 30 * minute;

/** What `changeOnYesterday` reads: the hours around the same time a day ago. */
export function yesterdayNeeds(ids: readonly MetricId[], now: number): BucketNeed[] {
  const base = now - day;
  return ids.map((id) => ({ metric: id, tier: 'fiveMinutes', from: base - 3 * hour, to: base + maxDistance }));
}

/** The change on the sample nearest to the same time yesterday; undefined where there is none. */
export function changeOnYesterday(readings: Readings, id: MetricId, value: number | undefined): Change | undefined {
  const at = readings.latest?.at ?? readings.now;
  const [need] = yesterdayNeeds([id], readings.now);
  const buckets = need === undefined ? [] : bucketsOf(readings, need);
  const nearest = [...buckets].sort((a, b) => Math.abs(a.at - at + day) - Math.abs(b.at - at + day))[0];
  if (nearest === undefined || Math.abs(nearest.at - at + day) > maxDistance) return undefined;
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

/** A metric over a range and over the one before. */
export interface Compared {
  /** The value that is shown. An extreme or a newest value includes today and the newest snapshot, a sum only whole days. */
  readonly main: SliceValue;
  /** The value that is compared with `previous`: both spans have the same length. */
  readonly whole: SliceValue;
  readonly previous: SliceValue;
  readonly known: number;
}

/** Compares a range with the one before. */
export function compareRange(readings: Readings, id: MetricId, range: Range): Compared {
  const slices = slicesOf(range);
  const whole = sliceValue(readings, id, slices.main);
  const previous = sliceValue(readings, id, slices.previous);
  const { combine } = metric(id);
  const isSum = combine === 'sum' || combine === 'mean';
  return { main: isSum ? whole : upToNow(readings, id, range), whole, previous, known: previous.coverage.measured };
}

/** The extreme or newest value in the range, the newest snapshot included where it is in the range. */
function upToNow(readings: Readings, id: MetricId, range: Range): SliceValue {
  const { latest, app } = readings;
  const found = sliceValue(readings, id, { span: range, dates: range.dates });
  const now = latest?.values[id];
  if (latest === undefined || now === undefined || isDaily(app, id)) return found;
  if (!range.todayPartial || latest.at < range.from) return found;
  const { combine } = metric(id);
  const value = combineValues([found.value, now], combine);
  const isNew = found.value === undefined || (combine !== 'last' && value !== found.value);
  return { ...found, value, at: isNew ? latest.at : found.at };
}

/** `▲ 18 % vs the day before`; undefined where one side is missing or badly measured, or where today is all there is. */
export function rangeChange(
  readings: Readings,
  id: MetricId,
  range: Range,
  form: 'change.on' | 'change.inSentence' = 'change.on',
): Phrase | undefined {
  const isToday = range.todayPartial && range.dates.from === range.dates.to;
  if (isToday && isDaily(readings.app, id)) return undefined;
  const { main, whole, previous, known } = compareRange(readings, id, range);
  const isLast = metric(id).combine === 'last';
  if (!areComparable(whole, previous) || (main.value !== whole.value && !isLast)) return undefined;
  const before = earlier(readings, id, known);
  const change = changeOf({ now: main.value, before: previous.value, unit: metric(id).unit, known: before });
  return change === undefined ? undefined : say(form, { change, on: range.previous.on });
}

/** What follows the number of a range in line 1: `up 4 % vs the 7 days before`, or its coverage where that is low. */
export function againstPrevious(readings: Readings, id: MetricId, range: Range): Phrase[] {
  const change = range.word === '1h' ? undefined : rangeChange(readings, id, range, 'change.inSentence');
  return change === undefined ? partlyKnown(readings, id, range) : [change];
}

/** `15 of 168 hours measured`, `4 of 7 days known` where that is less than nine tenths; a single day is known or is not. */
export function partlyKnown(readings: Readings, id: MetricId, range: Range): Phrase[] {
  const { coverage } = compareRange(readings, id, range).whole;
  const words = partlyMeasured(coverage, unitOf(readings.app, id));
  return range.word === '1h' || words === undefined ? [] : [words];
}

/** `15 of 168 hours measured` of several of which less than nine tenths were; else undefined. */
export function partlyMeasured(coverage: Coverage, unit: 'hour' | 'day'): Phrase | undefined {
  return coverage.of < 2 || isWellMeasured(coverage) ? undefined : say('metric.coverage', { ...coverage, unit });
}

/** The number of earlier values; of a daily metric the stored days before the range count too. */
function earlier(readings: Readings, id: MetricId, known: number): number {
  if (!isDaily(readings.app, id)) return known;
  return Math.max(known, readings.days.filter((row) => row.values[id] !== undefined).length - 1);
}

/** One figure for a metric over a range: value, its limit or its moment, and the change. Undefined when it is not measured. */
export function rangeFigure(readings: Readings, id: MetricId, range: Range): Figure | undefined {
  const { main } = compareRange(readings, id, range);
  if (main.value === undefined) return undefined;
  const { group: part, combine } = metric(id);
  const limit = part === 'connections' ? limitDetail(main.value, readings.app.connectionLimit) : undefined;
  const isOneDay = isDaily(readings.app, id) && range.dates.from === range.dates.to;
  const takesExtreme = (combine === 'max' || combine === 'min') && !isOneDay;
  const when = main.at === undefined || !takesExtreme ? undefined : extremeMoment(readings, { id, at: main.at }, range);
  const details = [limit, when].filter((words) => words !== undefined);
  return figure({
    metric: id,
    title: isOneDay ? titleOf(id) : rangeTitle(readings, id),
    value: shownValue(id, main.value),
    detail: details.length < 2 ? details[0] : say('metric.listed', { items: details }),
    change: rangeChange(readings, id, range),
  });
}

/** `now`, `20:00 to 21:00`, `today, 20:00 to 21:00`, `on Sun 22 Nov, 20:00 to 21:00`, `on Sun 22 Nov`: when the extreme of a range was. */
export function extremeMoment(
  readings: Readings,
  { id, at }: { readonly id: MetricId; readonly at: number },
  range?: Pick<Range, 'dates'>,
): Phrase {
  const { app, zone, latest, now } = readings;
  if (isDaily(app, id)) return say('moment.onDay', { at, zone: app.timezone });
  if (at === latest?.at) return newestMoment(readings);
  if (range !== undefined && range.dates.from === range.dates.to)
    return say('moment.inHour', { at, zone, day: 'unsaid' });
  const isToday = localDate(at, zone) === localDate(now, zone);
  return say('moment.inHour', { at, zone, day: isToday ? 'today' : 'other' });
}

/** `now`, or `when last seen, 09:41` for a number that is older than that. */
export function newestMoment(readings: Readings): Phrase {
  const { latest, zone, now } = readings;
  if (latest === undefined || !isStale(readings)) return say('moment.now');
  return say('moment.lastSeen', { at: latest.at, zone, now });
}

/** `last 24 hours, 21 Nov 10:00 to 22 Nov 10:00, Asia/Taipei`; whole days are named by their dates. */
export function rangeContext({ name, wholeDays, from, to, zone }: Range): Phrase {
  if (!wholeDays) return say('range.window', { range: name, from, to, zone });
  return name.kind === 'days'
    ? say('range.toToday', { range: name, from, to, zone })
    : say('range.whole', { range: name, zone });
}

/** `500 active users in the busiest hour of the last 7 days`; one hour or day alone needs no "busiest". */
export function busiestIn(words: Phrase, unit: 'hour' | 'day', range: Range): Phrase {
  if (isSingleValue(range, unit)) return say('figure.over', { words, range: range.name });
  return say('figure.busiest', { words, unit, range: range.name });
}

/** True when the range holds one value only: one day of daily values, one hour of the others. */
export function isSingleValue(range: Range, unit: 'hour' | 'day'): boolean {
  return unit === 'day' ? range.dates.from === range.dates.to : range.word === '1h';
}

/** `41,203 messages in the last 7 days`, `9,000 registered users now`: the value of a metric over a range, by how its values are combined. */
export function valueOver(readings: Readings, shown: { id: MetricId; value: number; range: Range }): Phrase {
  const { id, value, range } = shown;
  const { unit, combine } = metric(id);
  const words =
    unit === 'count' ? say('metric.counted', { id, count: value }) : say('metric.valueNamed', { id, value });
  if (combine === 'max') return busiestIn(words, unitOf(readings.app, id), range);
  if (combine === 'last') return say('figure.at', { words, at: endOf(readings, range) });
  return say(overRange[combine], { words, range: range.name });
}

const overRange = { sum: 'figure.over', min: 'figure.lowest', mean: 'figure.mean' } as const;

/** `now`, `at the end of yesterday`: the time of the newest number of a range. */
function endOf(readings: Readings, range: Range): Phrase {
  return range.todayPartial ? newestMoment(readings) : say('range.end', { range: range.name });
}

/** `Today is not over: …` where a range of several days ends with it. */
export function todayLines(range: Range, id: MetricId): Phrase[] {
  if (!range.wholeDays || !range.todayPartial || range.dates.from === range.dates.to) return [];
  return [say('figure.todayRuns', { isSum: metric(id).combine === 'sum' })];
}
