// The period that a digest covers, and the earlier periods that it is compared with.
import type { Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import { datesOf, lastWhole, type Span, spellDates } from '../metrics/range.ts';
import { addDays, addPeriods, formatInstant, type LocalDate, localDate, type Period, weekday } from '../time-zone.ts';
import { hoursWords } from './figures.ts';
import type { Slice } from './slices.ts';

/** A whole hour, day, ISO week or month on the wall clock of a zone. */
export interface DigestPeriod extends Slice {
  readonly period: Period;
  readonly zone: string;
  /** The stable key of the period: its local date, with the hour for an hourly digest. */
  readonly key: string;
  /** `Sunday 22 Nov 2026`. */
  readonly words: string;
}

/** A column of the table: its name, the words for it after "on" in a change, and its period. */
export interface Column {
  readonly name: string;
  readonly on: string;
  readonly slice: Slice;
}

/** The periods that a digest compares. `history` holds periods of the same kind, oldest first, the main period last. */
export interface Comparisons {
  readonly main: Column;
  readonly others: readonly Column[];
  readonly history: {
    readonly name: string;
    readonly slices: readonly Slice[];
    readonly kind: string;
    readonly unit: string;
  };
}

/** The last period that had ended at `at`. */
export function digestPeriod(period: Period, at: Instant, zone: string): DigestPeriod {
  const span = lastWhole(period, at, zone);
  const slice = sliceOf(span, zone);
  const { from } = slice.dates;
  const key = period === 'hour' ? `${from}T${formatInstant(span.from, zone, 'HHZZ')}` : from;
  return { ...slice, period, zone, key, words: periodWords(period, slice, zone) };
}

function sliceOf(span: Span, zone: string): Slice {
  return { span, dates: datesOf(span, zone) };
}

function periodWords(period: Period, { span, dates }: Slice, zone: string): string {
  if (period === 'hour') return `${spellDates(dates.from, dates.from)}, ${hoursWords(span, zone)}`;
  if (period === 'day') return spellDates(dates.from, dates.from);
  if (period === 'month') return formatInstant(span.from, zone, 'LLLL yyyy');
  return `week ${formatInstant(span.from, zone, 'W')}, ${spellDates(dates.from, dates.to)}`;
}

const titles: Readonly<Record<Period, string>> = { hour: 'Hourly', day: 'Daily', week: 'Weekly', month: 'Monthly' };

/** `Daily digest, Sunday 22 Nov 2026, Asia/Taipei`. */
export function digestTitle({ period, words, zone }: DigestPeriod): string {
  return `${titles[period]} digest, ${words}, ${zone}`;
}

/** The period `count` periods later (or, negative, earlier). */
function shifted(of: DigestPeriod, period: Period, count: number): Slice {
  const { zone, span } = of;
  const from = addPeriods(span.from, period, count, zone);
  return sliceOf({ from, to: addPeriods(span.to, period, count, zone) }, zone);
}

/** The columns of the digest's tables. */
export function comparisonsOf(of: DigestPeriod): Comparisons {
  return { hour: hourColumns, day: dayColumns, week: weekColumns, month: monthColumns }[of.period](of);
}

function dayColumns(of: DigestPeriod): Comparisons {
  const name = dayName(of.dates.from);
  const before = shifted(of, 'day', -1);
  const last = shifted(of, 'day', -7);
  return {
    main: { name, on: name, slice: of },
    others: [
      { name: dayName(before.dates.from), on: dayName(before.dates.from), slice: before },
      { name: `last ${name}`, on: `last ${name}`, slice: last },
    ],
    history: {
      name: `8 ${name}s`,
      slices: oldestFirst(of, 8, (back) => shifted(of, 'day', -7 * back)),
      kind: name,
      unit: 'week',
    },
  };
}

function hourColumns(of: DigestPeriod): Comparisons {
  const before = shifted(of, 'hour', -1);
  const last = shifted(of, 'hour', -7 * 24);
  return {
    main: { name: hoursWords(of.span, of.zone), on: 'this hour', slice: of },
    others: [
      { name: hoursWords(before.span, of.zone), on: 'the hour before', slice: before },
      { name: `last ${dayName(of.dates.from)}`, on: `the same hour last ${dayName(of.dates.from)}`, slice: last },
    ],
    history: {
      name: '24 hours',
      slices: oldestFirst(of, 24, (back) => shifted(of, 'hour', -back)),
      kind: 'hour',
      unit: 'hour',
    },
  };
}

function weekColumns(of: DigestPeriod): Comparisons {
  const before = shifted(of, 'week', -1);
  return {
    main: { name: shortDates(of), on: 'this week', slice: of },
    others: [{ name: shortDates(before), on: 'the week before', slice: before }],
    history: {
      name: '8 weeks',
      slices: oldestFirst(of, 8, (back) => shifted(of, 'week', -back)),
      kind: 'week',
      unit: 'week',
    },
  };
}

function monthColumns(of: DigestPeriod): Comparisons {
  const before = shifted(of, 'month', -1);
  const year = shifted(of, 'month', -12);
  const name = (slice: Slice, tokens: string): string => formatInstant(slice.span.from, of.zone, tokens);
  return {
    main: { name: name(of, 'LLLL'), on: name(of, 'LLLL'), slice: of },
    others: [
      { name: name(before, 'LLLL'), on: name(before, 'LLLL'), slice: before },
      { name: name(year, 'LLLL yyyy'), on: name(year, 'LLLL yyyy'), slice: year },
    ],
    history: {
      name: '12 months',
      slices: oldestFirst(of, 12, (back) => shifted(of, 'month', -back)),
      kind: 'month',
      unit: 'month',
    },
  };
}

function oldestFirst(of: Slice, count: number, slice: (back: number) => Slice): Slice[] {
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? of : slice(count - 1 - index)));
}

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export function dayName(date: LocalDate): string {
  return dayNames[weekday(date) - 1] ?? date;
}

function shortDates({ dates }: Slice): string {
  return spellDates(dates.from, dates.to).replace(/ \d{4}$/, '');
}

/** `Next digest: tomorrow 09:00 Asia/Taipei.` */
export function nextWords(next: Instant, now: Instant, zone: string): string {
  const date = localDate(next, zone);
  const today = localDate(now, zone);
  const time = formatInstant(next, zone, 'HH:mm');
  if (date === today) return `Next digest: today ${time} ${zone}.`;
  if (date === addDays(today, 1)) return `Next digest: tomorrow ${time} ${zone}.`;
  return capitalise(`next digest: ${formatInstant(next, zone, 'cccc d LLL')} ${time} ${zone}.`);
}
