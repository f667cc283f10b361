// The months of a long range as rows: each of the days that are known, and of how many.
import { isDaily } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { leastShare } from '../metrics/common-slots.ts';
import { type Change, changeOf } from '../metrics/compare.ts';
import { groupedSlots, type SlotColumns } from '../metrics/measured-series.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import { addDays, addMonths, type LocalDate, startOfDate } from '../time-zone.ts';
import type { countedPhrases } from './counted-phrases.ts';
import { rangeNumbers, tooShortSince } from './range-numbers.ts';
import { daySlots } from './read-series.ts';
import type { Readings } from './readings.ts';
import type { Table } from './report.ts';
import { rangeTitle, shownValue } from './slices.ts';

const say = phrasesOf<typeof countedPhrases & typeof metricPhrases & typeof rangePhrases>();

/** A month, or the part of one that a range has. */
interface Month {
  readonly dates: { readonly from: LocalDate; readonly to: LocalDate };
  readonly isWhole: boolean;
  /** True where it ends with today, which is not one of its days yet. */
  readonly isRunning: boolean;
  readonly value: number | undefined;
  readonly measured: number;
  readonly of: number;
}

/** A row a month where the range has a whole month and a part of another at least; undefined for any other, or where nothing is known. */
export function monthsTable(readings: Readings, id: MetricId, range: Range): Table | undefined {
  if (!range.wholeDays || tooShortSince(readings, id, range) !== undefined) return undefined;
  const starts = monthStarts(range);
  if (starts.length < 2) return undefined;
  const { full } = rangeNumbers(readings, id, range);
  const months = monthsOf(readings, { id, range, starts, days: daySlots(readings, full) });
  const known = months.filter(({ value }) => value !== undefined);
  if (known.length === 0 || !months.some(({ isWhole }) => isWhole)) return undefined;
  return {
    columns: [say('months.month'), rangeTitle(readings, id), say('months.days')],
    rows: months.map((month, index) => [
      nameOf(month),
      cellOf(id, month, months[index - 1]),
      say('months.known', { measured: month.measured, of: month.of }),
    ]),
    numeric: true,
  };
}

/** The first of the range, and the first of every later month in it. */
function monthStarts({ dates }: Range): readonly LocalDate[] {
  const starts = [dates.from];
  for (;;) {
    const next = addMonths(`${(starts.at(-1) ?? dates.from).slice(0, 7)}-01`, 1);
    if (next > dates.to) return starts;
    starts.push(next);
  }
}

interface Parts {
  readonly id: MetricId;
  readonly range: Range;
  readonly starts: readonly LocalDate[];
  readonly days: SlotColumns;
}

function monthsOf(readings: Readings, { id, range, starts, days }: Parts): readonly Month[] {
  const { zone, dates, todayPartial } = range;
  const ends = [...starts.slice(1).map((date) => addDays(date, -1)), dates.to];
  const instants = starts.map((date) => startOfDate(date, zone));
  const end = startOfDate(addDays(dates.to, 1), zone);
  const grouped = groupedSlots(id, days, instants, end);
  const lastCounted = todayPartial ? startOfDate(dates.to, zone) : end;
  return starts.map((from, index) => {
    const to = ends[index] ?? from;
    const isLast = index === starts.length - 1;
    const [first, next] = [instants[index] ?? end, Math.min(instants[index + 1] ?? end, lastCounted)];
    const slots = days.from.flatMap((at, place) => (at >= first && at < next ? [place] : []));
    const measured = slots.filter((place) => isKnown(readings, id, days, place)).length;
    const isRunning = isLast && todayPartial;
    const isWhole = from.endsWith('-01') && addDays(to, 1).endsWith('-01') && !isRunning;
    const value = grouped.values[index];
    return { dates: { from, to }, isWhole, isRunning, value, measured, of: slots.length };
  });
}

function isKnown(readings: Readings, id: MetricId, days: SlotColumns, place: number): boolean {
  if (isDaily(readings.app, id)) return days.values[place] !== undefined;
  return (days.shares[place] ?? 0) >= leastShare;
}

function nameOf({ dates, isWhole, isRunning }: Month): Phrase {
  return say('months.name', { ...dates, is: isWhole ? 'whole' : isRunning ? 'running' : 'cut' });
}

/** The value, and beside it the change on the month before where both are whole and known well enough. */
function cellOf(id: MetricId, month: Month, before: Month | undefined): Phrase {
  const words = shownValue(id, month.value);
  const change = before === undefined ? undefined : changeOn(id, month, before);
  if (change === undefined || before === undefined) return words;
  const name = nameOf(before);
  const on = isSum(id) && month.of !== before.of ? say('range.per', { on: name, unit: 'day' }) : name;
  return say('change.beside', { value: words, change, on });
}

const isSum = (id: MetricId): boolean => metric(id).combine === 'sum';

/** A sum lacks what is not known, so that a change of it would be a fall that was none. Months differ in length: sums are compared by the day. */
function changeOn(id: MetricId, month: Month, before: Month): Change | undefined {
  const enough = isSum(id) ? 1 : 0.9;
  const both = [month, before];
  if (!both.every(({ isWhole, measured, of }) => isWhole && measured >= enough * of)) return undefined;
  const perDay = ({ value, of }: Month): number | undefined =>
    value === undefined ? undefined : isSum(id) && month.of !== before.of ? value / of : value;
  return changeOf({ now: perDay(month), before: perDay(before), unit: metric(id).unit, known: before.measured });
}
