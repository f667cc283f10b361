// Figures of a report: of a snapshot compared with the same time yesterday, of a range compared with the one before, and their phrases.
import { day, hour, minute } from '../clock.ts';
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import { type MetricId, type MetricValues, metric, metricsIn, titleOverTime } from '../metrics/catalog.ts';
import { type Change, changeOf, changeOn, changeWithin } from '../metrics/compare.ts';
import {
  formatCount,
  formatMoment,
  formatQuantity,
  formatRatio,
  formatShare,
  formatValue,
  formatWindow,
  lowerFirst,
} from '../metrics/format.ts';
import type { Range, Span } from '../metrics/range.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import { type Coverage, combineValues, coverageWords, isWellMeasured } from '../metrics/series.ts';
import { formatInstant, localDate } from '../time-zone.ts';
import { bucketsOf, type Readings } from './readings.ts';
import type { Figure } from './report.ts';
import { areComparable, rangeTitle, type SliceValue, slicesOf, sliceValue } from './slices.ts';
import { isStale, roundShare } from './status.ts';

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
  title: string;
  value: string;
  detail?: string | undefined;
  change?: string | undefined;
}): Figure {
  const { title, value, detail, change } = parts;
  return { title, value, ...(detail === undefined ? {} : { detail }), ...(change === undefined ? {} : { change }) };
}

/** The figures of a snapshot in the order of display; a metric that was not measured is left out. */
export function momentFigures(readings: Readings, values: MetricValues): Figure[] {
  const change = (id: MetricId): string | undefined => {
    const found = changeOnYesterday(readings, id, values[id]);
    return found === undefined ? undefined : changeOn(found, 'yesterday');
  };
  return metricsIn('momentFigures').flatMap((id) => {
    // These two are shown with their totals.
    if (id === 'rooms.active') return roomFigures(values, change(id));
    if (id === 'memory.free') return memoryFigures(readings, values);
    const value = values[id];
    if (value === undefined) return [];
    const { title, unit, group } = metric(id);
    const detail = group === 'connections' ? limitDetail(value, readings.app.connectionLimit) : undefined;
    return [figure({ title, value: formatValue(value, unit), detail, change: change(id) })];
  });
}

/** `of 2,000 (95 %)`. */
export function limitDetail(value: number, limit: number | undefined): string | undefined {
  if (limit === undefined || limit <= 0) return undefined;
  return `of ${formatCount(limit)} (${formatRatio(roundShare(value / limit))})`;
}

function roomFigures(values: MetricValues, change: string | undefined): Figure[] {
  const { 'rooms.active': active, 'rooms.total': total } = values;
  if (active === undefined)
    return total === undefined ? [] : [figure({ title: metric('rooms.total').title, value: formatCount(total) })];
  const detail = total === undefined ? undefined : `of ${formatCount(total)}`;
  return [figure({ title: metric('rooms.active').title, value: formatCount(active), detail, change })];
}

/** Both the size and the share: `3.0 of 8.0 GiB (37.5 %)`. */
function memoryFigures(readings: Readings, values: MetricValues): Figure[] {
  const { 'memory.free': free, 'memory.total': total, 'memory.free_ratio': ratio } = values;
  if (free === undefined && ratio === undefined) return [];
  const found = changeOnYesterday(readings, 'memory.free_ratio', ratio);
  const change = found === undefined ? undefined : changeWithin(found, '24 h');
  const title = metric('memory.free').title;
  if (free === undefined) return [figure({ title, value: formatValue(ratio, 'ratio'), change })];
  const value = total === undefined ? formatValue(free, 'bytes') : formatShare(free, total);
  return [figure({ title, value, detail: ratio === undefined ? undefined : `(${formatRatio(ratio)})`, change })];
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

/** `▲ up 18 % on the day before`; undefined where one side is missing or badly measured, or where today is all there is. */
export function rangeChange(readings: Readings, id: MetricId, range: Range): string | undefined {
  const isToday = range.todayPartial && range.dates.from === range.dates.to;
  if (isToday && isDaily(readings.app, id)) return undefined;
  const { main, whole, previous, known } = compareRange(readings, id, range);
  const isLast = metric(id).combine === 'last';
  if (!areComparable(whole, previous) || (main.value !== whole.value && !isLast)) return undefined;
  const before = earlier(readings, id, known);
  const change = changeOf({ now: main.value, before: previous.value, unit: metric(id).unit, known: before });
  return change === undefined ? undefined : changeOn(change, range.previous.on);
}

/** The words after the number of a range in line 1: `, up 4 % on the 7 days before`, or its coverage where that is low. */
export function againstWords(readings: Readings, id: MetricId, range: Range): string {
  const change = range.word === '1h' ? undefined : rangeChange(readings, id, range);
  return change === undefined ? partlyWords(readings, id, range) : `, ${change.replace(/^[▲▼] /, '')}`;
}

/** `, 15 of 168 hours measured`, `, 4 of 7 days known` where that is less than nine tenths; a single day is known or is not. */
export function partlyWords(readings: Readings, id: MetricId, range: Range): string {
  const { coverage } = compareRange(readings, id, range).whole;
  const words = partlyMeasured(coverage, unitOf(readings.app, id));
  return range.word === '1h' || words === undefined ? '' : `, ${words}`;
}

/** `15 of 168 hours measured` of several of which less than nine tenths were; else undefined. */
export function partlyMeasured(coverage: Coverage, unit: 'hour' | 'day'): string | undefined {
  return coverage.of < 2 || isWellMeasured(coverage) ? undefined : coverageWords(coverage, unit);
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
  const { unit, group: part, combine } = metric(id);
  const limit = part === 'connections' ? limitDetail(main.value, readings.app.connectionLimit) : undefined;
  const isOneDay = isDaily(readings.app, id) && range.dates.from === range.dates.to;
  const takesExtreme = (combine === 'max' || combine === 'min') && !isOneDay;
  const when = main.at === undefined || !takesExtreme ? undefined : extremeWords(readings, { id, at: main.at }, range);
  const detail = [limit, when].filter((words) => words !== undefined).join(', ');
  return figure({
    title: isOneDay ? metric(id).title : rangeTitle(readings, id),
    value: formatValue(main.value, unit),
    detail: detail === '' ? undefined : detail,
    change: rangeChange(readings, id, range),
  });
}

/** `now`, `20:00 to 21:00`, `today, 20:00 to 21:00`, `on Sun 22 Nov, 20:00 to 21:00`, `on Sun 22 Nov`: when the extreme of a range was. */
export function extremeWords(
  readings: Readings,
  { id, at }: { readonly id: MetricId; readonly at: number },
  range?: Pick<Range, 'dates'>,
): string {
  const { app, zone, latest, now } = readings;
  if (isDaily(app, id)) return `on ${formatInstant(at, app.timezone, 'ccc d LLL')}`;
  if (at === latest?.at) return newestWords(readings);
  if (range !== undefined && range.dates.from === range.dates.to) return hourWords(at, zone);
  if (localDate(at, zone) === localDate(now, zone)) return `today, ${hourWords(at, zone)}`;
  return `on ${formatInstant(at, zone, 'ccc d LLL')}, ${hourWords(at, zone)}`;
}

/** `now`, or `when last seen, 09:41` for a number that is older than that. */
export function newestWords(readings: Readings): string {
  const { latest, zone, now } = readings;
  if (latest === undefined || !isStale(readings)) return 'now';
  return `when last seen, ${formatMoment(latest.at, zone, now)}`;
}

/** `20:00 to 21:00`, the hour that begins at `at`. */
export function hourWords(at: number, zone: string): string {
  return hoursWords({ from: at, to: at + hour }, zone);
}

/** `20:00 to 24:00`, of a span within one day. */
export function hoursWords({ from, to }: Span, zone: string): string {
  const end = formatInstant(to, zone, 'HH:mm');
  return `${formatInstant(from, zone, 'HH:mm')} to ${end === '00:00' ? '24:00' : end}`;
}

/** `last 24 hours, 21 Nov 10:00 to 22 Nov 10:00, Asia/Taipei`; whole days are named by their dates. */
export function rangeContext(range: Range): string {
  if (!range.wholeDays) return `${range.words}, ${formatWindow(range.from, range.to, range.zone)}`;
  if (!/^last /.test(range.words)) return `${range.words}, ${range.zone}`;
  const from = formatInstant(range.from, range.zone, 'd LLL');
  return `${range.words} and today so far, ${from} to ${formatInstant(range.to, range.zone, 'd LLL yyyy')}, ${range.zone}`;
}

/** The range in the middle of a sentence: `in the last 7 days`, `today so far`, `on Wednesday 1 Apr 2026`. */
export function rangePhrase(range: Range): string {
  const { words } = range;
  if (words.startsWith('last ')) return `in the ${words}`;
  if (words.startsWith('today')) return 'today so far';
  if (words.startsWith('yesterday')) return 'yesterday';
  return range.dates.from === range.dates.to ? `on ${words}` : `from ${words}`;
}

/** `41,203 messages`, `1 new user`: a count with the title of its metric as its noun. */
export function countedWords(id: MetricId, value: number): string {
  const many = lowerFirst(titleOverTime(id));
  return formatQuantity(value, many.replace(/s(?= who |$)/, ''), many);
}

/** `500 active users in the busiest hour of the last 7 days`; one hour or day alone needs no "busiest". */
export function busiestWords(counted: string, unit: 'hour' | 'day', range: Range): string {
  if (isSingleValue(range, unit)) return `${counted} ${rangePhrase(range)}`;
  return `${counted} ${unit === 'day' ? 'on the busiest day' : 'in the busiest hour'} ${rangeOfPhrase(range)}`;
}

/** True when the range holds one value only: one day of daily values, one hour of the others. */
export function isSingleValue(range: Range, unit: 'hour' | 'day'): boolean {
  return unit === 'day' ? range.dates.from === range.dates.to : range.word === '1h';
}

/** The range after "the busiest hour": `of the last 7 days`, `yesterday`. */
export function rangeOfPhrase(range: Range): string {
  return rangePhrase(range).replace(/^in /, 'of ');
}

/** `41,203 messages in the last 7 days`, `9,000 registered users now`: the value of a metric over a range, worded by how its values are combined. */
export function valueWords(readings: Readings, shown: { id: MetricId; value: number; range: Range }): string {
  const { id, value, range } = shown;
  const { title, unit, combine } = metric(id);
  const words = unit === 'count' ? countedWords(id, value) : `${formatValue(value, unit)} ${lowerFirst(title)}`;
  if (combine === 'max') return busiestWords(words, unitOf(readings.app, id), range);
  if (combine === 'last') return `${words} ${endWords(readings, range)}`;
  const how = { sum: '', min: ' at the lowest', mean: ' on average' }[combine];
  return `${words}${how} ${rangePhrase(range)}`;
}

/** `now`, `at the end of yesterday`: the time of the newest number of a range. */
function endWords(readings: Readings, range: Range): string {
  return range.todayPartial ? newestWords(readings) : `at the end of ${rangePhrase(range).replace(/^(on|from) /, '')}`;
}

/** `Today is not over: …` where a range of several days ends with it. */
export function todayWords(range: Range, id: MetricId): string[] {
  if (!range.wholeDays || !range.todayPartial || range.dates.from === range.dates.to) return [];
  const isSum = metric(id).combine === 'sum';
  return [`Today is not over: ${isSum ? 'it is in the chart, not in the sum' : 'changes are between whole days'}.`];
}
