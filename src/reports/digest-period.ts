// The period that a digest covers, and the earlier periods that it is compared with.
import type { Instant } from '../clock.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { datesOf, lastWhole, type Span } from '../metrics/range.ts';
import { addPeriods, formatInstant, type Period, startOfPeriod } from '../time-zone.ts';
import type { digestPhrases, PeriodName } from './digest-phrases.ts';
import type { Slice } from './slices.ts';

const say = phrasesOf<typeof digestPhrases>();

/** A whole hour, day, ISO week or month on the wall clock of a zone. */
export interface DigestPeriod extends Slice {
  readonly period: Period;
  readonly zone: string;
  /** The stable key of the period: its local date, with the hour for an hourly digest. */
  readonly key: string;
}

/** A column of the table: its name, the words for it after "vs" in a change, and its period. */
export interface Column {
  readonly name: Phrase;
  readonly on: Phrase;
  readonly slice: Slice;
}

/** The periods that a digest compares. `history` holds periods of the same kind, oldest first, the main period last. */
export interface Comparisons {
  readonly main: Column;
  readonly others: readonly Column[];
  readonly history: {
    readonly name: Phrase;
    readonly slices: readonly Slice[];
    /** From one of them to the next. */
    readonly unit: 'hour' | 'week' | 'month';
  };
}

/** The last period that had ended at `at`. */
export function digestPeriod(period: Period, at: Instant, zone: string): DigestPeriod {
  const span = lastWhole(period, at, zone);
  const slice = sliceOf(span, zone);
  const { from } = slice.dates;
  const key = period === 'hour' ? `${from}T${formatInstant(span.from, zone, 'HHZZ')}` : from;
  return { ...slice, period, zone, key };
}

/** When the first period began or begins that lies wholly after `since`. */
export function firstWhole(period: Period, since: Instant, zone: string): Instant {
  const start = startOfPeriod(since, period, zone);
  return start === since ? start : addPeriods(start, period, 1, zone);
}

function sliceOf(span: Span, zone: string): Slice {
  return { span, dates: datesOf(span, zone) };
}

/** What a digest stores of its period. */
export function periodName({ period, span, dates, zone }: Omit<DigestPeriod, 'key'>): PeriodName {
  return { period, from: span.from, to: span.to, dates, zone };
}

/** `Daily digest, Sunday 22 Nov 2026, Asia/Taipei`. */
export function digestTitle(of: DigestPeriod): Phrase {
  return say('digest.title', { of: periodName(of) });
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

/** The name of an earlier period of the same kind. */
function nameOf(slice: Slice, { period, zone }: DigestPeriod): Phrase {
  return say('digest.column', { of: periodName({ ...slice, period, zone }) });
}

function historyOf(
  of: DigestPeriod,
  count: number,
  slice: (back: number) => Slice,
): Omit<Comparisons['history'], 'unit'> {
  return { name: say('digest.history', { count, of: periodName(of) }), slices: oldestFirst(of, count, slice) };
}

function dayColumns(of: DigestPeriod): Comparisons {
  const name = nameOf(of, of);
  const before = shifted(of, 'day', -1);
  const beforeName = nameOf(before, of);
  const lastName = say('digest.lastDay', { of: periodName(of) });
  return {
    main: { name, on: name, slice: of },
    others: [
      { name: beforeName, on: beforeName, slice: before },
      { name: lastName, on: lastName, slice: shifted(of, 'day', -7) },
    ],
    history: { ...historyOf(of, 8, (back) => shifted(of, 'day', -7 * back)), unit: 'week' },
  };
}

function hourColumns(of: DigestPeriod): Comparisons {
  const before = shifted(of, 'hour', -1);
  return {
    main: { name: nameOf(of, of), on: say('digest.this', { period: 'hour' }), slice: of },
    others: [
      { name: nameOf(before, of), on: say('digest.before', { period: 'hour' }), slice: before },
      { name: say('digest.weekAgo'), on: say('digest.sameHour'), slice: shifted(of, 'hour', -7 * 24) },
    ],
    history: { ...historyOf(of, 24, (back) => shifted(of, 'hour', -back)), unit: 'hour' },
  };
}

function weekColumns(of: DigestPeriod): Comparisons {
  const before = shifted(of, 'week', -1);
  return {
    main: { name: nameOf(of, of), on: say('digest.this', { period: 'week' }), slice: of },
    others: [{ name: nameOf(before, of), on: say('digest.before', { period: 'week' }), slice: before }],
    history: { ...historyOf(of, 8, (back) => shifted(of, 'week', -back)), unit: 'week' },
  };
}

function monthColumns(of: DigestPeriod): Comparisons {
  const before = shifted(of, 'month', -1);
  const year = shifted(of, 'month', -12);
  const [name, beforeName] = [nameOf(of, of), nameOf(before, of)];
  const yearName = say('digest.lastYear', { of: periodName({ ...year, period: 'month', zone: of.zone }) });
  return {
    main: { name, on: name, slice: of },
    others: [
      { name: beforeName, on: beforeName, slice: before },
      { name: yearName, on: yearName, slice: year },
    ],
    history: { ...historyOf(of, 12, (back) => shifted(of, 'month', -back)), unit: 'month' },
  };
}

function oldestFirst(of: Slice, count: number, slice: (back: number) => Slice): Slice[] {
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? of : slice(count - 1 - index)));
}
