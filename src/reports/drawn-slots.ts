// The slots of a series as the points of a chart and as the rows of a table.
import { type Duration, type Instant, minute } from '../clock.ts';
import { isDaily, unitOf } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { compareParts } from '../metrics/common-slots.ts';
import { type Change, changeOf, median } from '../metrics/compare.ts';
import type { MeasuredSeries, SlotColumns } from '../metrics/measured-series.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { type PlaceBefore, placeBefore, type Range } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import type { Bucket, Point } from '../metrics/sample.ts';
import { isTrailing, type Values } from '../metrics/series.ts';
import { daysBetween, localDate } from '../time-zone.ts';
import type { figurePhrases } from './figure-phrases.ts';
import { rangeNumbers, tooShortSince } from './range-numbers.ts';
import { daySlots, samplesIn, slottedSeries } from './read-series.ts';
import type { Readings } from './readings.ts';
import type { ChartFacts, Table } from './report.ts';
import { shownValue } from './slices.ts';

/** The points of a series; each may be a gap. */
export interface DrawnSlots {
  readonly series: MeasuredSeries;
  readonly each: ChartFacts['each'];
  readonly points: readonly Point[];
  /** Where each point ends. */
  readonly ends: readonly Instant[];
  /** The lowest and the highest sample of each point, where it stands for several. */
  readonly lows?: Values;
  readonly highs?: Values;
  readonly partial: readonly number[];
}

/** The hours of the series. */
export function hoursDrawn(series: MeasuredSeries): DrawnSlots {
  return { ...drawn(series, series.slots, 'hour'), partial: series.partial };
}

/** Local days of the series; the last one may still run. */
export function daysDrawn(readings: Readings, series: MeasuredSeries): DrawnSlots {
  const slots = daySlots(readings, series);
  const last = slots.values.length - 1;
  const runs = series.window.to >= readings.now - minute && (slots.from[last] ?? readings.now) < readings.now;
  return { ...drawn(series, slots, 'day'), partial: runs && last >= 0 ? [last] : [] };
}

/** Slots of a width, on the round times of the clock: the window cuts the first and the last one. */
export function slotsDrawn(readings: Readings, series: MeasuredSeries, width: Duration): DrawnSlots {
  const { from, to } = series.window;
  const starts: Instant[] = [];
  for (let at = Math.floor(from / width) * width; at < to; at += width) starts.push(at);
  const cut = slottedSeries(readings, series.id, series.window, { starts, each: 'hour' });
  return { ...drawn(series, cut.slots, 'moment'), partial: cut.partial };
}

function drawn(series: MeasuredSeries, slots: SlotColumns, each: ChartFacts['each']): Omit<DrawnSlots, 'partial'> {
  const { from, to, values, lows, highs, counts } = slots;
  const points = values.map((value, index): Point => ({ at: from[index] ?? Number.NaN, value }));
  const hasBand = counts.some((count) => count > 1);
  return { series, each, points, ends: to, ...(hasBand ? { lows, highs } : {}) };
}

/** More points than that are no picture: then neighbouring samples are one slot. */
const mostSamples = 720;

/** Every sample at its own time, with a gap for each poll that is missing. */
export function samplesDrawn(readings: Readings, series: MeasuredSeries): DrawnSlots {
  const { from, to } = series.window;
  const samples = samplesIn(readings, series);
  const pollEvery = spacingOfSamples(samples, readings.app.pollEvery);
  if (samples.length > mostSamples)
    return slotsDrawn(readings, series, Math.ceil((to - from) / 360 / pollEvery) * pollEvery);
  const points: Point[] = [];
  // The window begins at any time between two polls, of which the first one inside may come a whole interval later.
  let expected = from + pollEvery / 2;
  for (const { at, last } of samples) {
    addGap(points, expected, at, pollEvery);
    points.push({ at, value: last });
    expected = at + pollEvery;
  }
  addGap(points, expected, to, pollEvery);
  return { series, each: 'moment', points, ends: points.map(({ at }) => at), partial: [] };
}

/** Polls may have been rarer than they are now: then so far apart as most samples are. */
function spacingOfSamples(samples: readonly Bucket[], pollEvery: Duration): Duration {
  const gaps = samples.slice(1).map(({ at }, index) => at - (samples[index]?.at ?? at));
  return Math.max(pollEvery, median(gaps) ?? pollEvery);
}

/** A poll comes a little early or late, so a gap begins at half an interval. */
function addGap(points: Point[], from: Instant, to: Instant, every: Duration): void {
  for (let at = from; at < to - every / 2; at += every) points.push({ at, value: undefined });
}

/** The samples of an earlier period at the places of the points of a later one. */
export function samplesBeside(
  samples: readonly Bucket[],
  points: readonly Point[],
  place: PlaceBefore,
  every: Duration,
): Point[] {
  let next = 0;
  return points.map(({ at }) => {
    const wanted = place(at);
    if (wanted === undefined) return { at, value: undefined };
    while (next < samples.length && (samples[next]?.at ?? wanted) < wanted - every / 2) next += 1;
    const sample = samples[next];
    const isNear = sample !== undefined && sample.at < wanted + every / 2;
    return { at: wanted, value: isNear ? sample.last : undefined };
  });
}

/** The slots of an earlier period at the places of those of a later one: the nearest, where one is at most half a slot away. */
export function slotsBeside(earlier: DrawnSlots, main: DrawnSlots, place: PlaceBefore): Point[] {
  const nearest = nearestStart(earlier.points.map(({ at }) => at));
  return main.points.map(({ at }, index) => {
    const wanted = place(at);
    const found = wanted === undefined ? undefined : nearest(wanted, ((main.ends[index] ?? at) - at) / 2);
    return { at: wanted ?? at, value: found === undefined ? undefined : earlier.points[found]?.value };
  });
}

/** Finds the index of the start that is nearest to a time and at most so far from it. */
function nearestStart(starts: readonly Instant[]): (at: Instant, within: Duration) => number | undefined {
  let next = 0;
  const away = (index: number, at: Instant): Duration => Math.abs((starts[index] ?? Number.POSITIVE_INFINITY) - at);
  return (at, within) => {
    // An hour that comes twice has its place before that of the slot before it.
    while (next > 0 && (starts[next] ?? at) > at) next -= 1;
    while (away(next + 1, at) <= away(next, at) && next < starts.length) next += 1;
    return away(next, at) <= within ? next : undefined;
  };
}

const say = phrasesOf<typeof figurePhrases & typeof metricPhrases & typeof rangePhrases>();

/** An answer holds a table of up to so many slots; more are asked for. */
const mostRows = 14;

/** The slots of a range that stand in a table: hours, or days where there are many hours. */
interface Rows {
  readonly unit: 'hour' | 'day';
  readonly slots: SlotColumns;
  readonly partial: readonly number[];
}

function rowsOf(readings: Readings, id: MetricId, range: Range): Rows {
  const { full } = rangeNumbers(readings, id, range);
  const isByDay = isDaily(readings.app, id) || full.slots.values.length > mostHours;
  if (!isByDay) return { unit: 'hour', slots: full.slots, partial: full.partial };
  const slots = daySlots(readings, full);
  return { unit: 'day', slots, partial: range.todayPartial ? [slots.values.length - 1] : [] };
}

/** Two days by the hour; longer ranges are told by the day. */
const mostHours = 48;

/** The table of an answer; undefined where there is one slot, none was measured, or they are too many. */
export function valuesTable(readings: Readings, id: MetricId, range: Range): Table | undefined {
  if (tooShortSince(readings, id, range) !== undefined) return undefined;
  // Days need not be made where they are too many.
  if (daysBetween(range.dates.from, range.dates.to) >= mostRows) return undefined;
  const rows = rowsOf(readings, id, range);
  const count = rows.slots.values.length;
  const isKnown = rows.slots.values.some((value) => value !== undefined);
  return count < 2 || count > mostRows || !isKnown ? undefined : tableOf(readings, id, range, rows);
}

function tableOf(readings: Readings, id: MetricId, range: Range, rows: Rows): Table {
  const hasExtremes = !isDaily(readings.app, id) && !isTrailing(id);
  const { slots } = rows;
  const title = say('metric.overTime', { id });
  const columns = hasExtremes ? [say('table.lowest'), say('table.highest'), say('table.mean')] : [title];
  const cells = (index: number): Phrase[] => {
    if (!hasExtremes) return [cellOf(readings, { id, range, rows, index })];
    const mean = meanOf(slots, index);
    return [slots.lows[index], slots.highs[index], mean].map((value) => shownValue(id, value));
  };
  return {
    columns: [hasExtremes ? title : say('table.slot', { unit: rows.unit }), ...columns],
    rows: slots.values.map((_, index) => [slotName(readings, rows, index), ...cells(index)]),
    numeric: true,
  };
}

function meanOf({ sums, counts }: MeasuredSeries['slots'], index: number): number | undefined {
  const count = counts[index] ?? 0;
  return count === 0 ? undefined : (sums[index] ?? 0) / count;
}

/** `14:27 to 15:27`, `Sat 28 Nov`, `Sun 29 Nov so far`. */
function slotName({ zone }: Readings, { unit, slots, partial }: Rows, index: number): Phrase {
  const from = slots.from[index] ?? 0;
  const to = slots.to[index] ?? from;
  if (unit === 'day') return say('table.day', { date: localDate(from, zone), isRunning: partial.includes(index) });
  const isLong = localDate(slots.from[0] ?? from, zone) !== localDate((slots.to.at(-1) ?? to) - 1, zone);
  return say('table.hour', { from, to, zone, isLong });
}

interface Cell {
  readonly id: MetricId;
  readonly range: Range;
  readonly rows: Rows;
  readonly index: number;
}

/** The value, and beside it the change on its place in the period before; a slot that still runs is compared with none. */
function cellOf(readings: Readings, cell: Cell): Phrase {
  const words = shownValue(cell.id, cell.rows.slots.values[cell.index]);
  const change = changeOfSlot(readings, cell);
  return change === undefined ? words : say('change.beside', { value: words, change, on: cell.range.previous.on });
}

/** Undefined where the two have not the same length, or where not enough of both was measured for the shown value to be compared. */
function changeOfSlot(readings: Readings, { id, range, rows, index }: Cell): Change | undefined {
  const { slots, partial } = rows;
  const [from, to] = [slots.from[index], slots.to[index]];
  if (from === undefined || to === undefined || partial.includes(index)) return undefined;
  const { full, previous } = rangeNumbers(readings, id, range);
  const place = placeBefore(range);
  const [start, stop] = [place(from), place(to)];
  if (start === undefined || stop === undefined) return undefined;
  const before = { from: start, to: rows.unit === 'day' ? stop : start + (to - from) };
  if (before.from < previous.window.from || before.to > previous.window.to) return undefined;
  const zone = range.wholeDays ? range.zone : undefined;
  const found = compareParts(full, previous, { span: { from, to }, before, zone });
  // A sum lacks what was not measured, so that a change beside it would be a fall that was none.
  const { combine, unit } = metric(id);
  const enough = combine === 'sum' ? found.of : 0.9 * found.of;
  if (found.of === 0 || found.measured < enough) return undefined;
  const known = unitOf(readings.app, id) === 'day' ? readings.days.length : previous.slots.values.length;
  return changeOf({ now: found.now, before: found.before, unit, known });
}
