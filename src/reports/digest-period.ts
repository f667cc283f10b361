// The period that a digest covers, the earlier ones that it is compared with, and what is read of an app for all of them.
import type { ImApp } from '../app.ts';
import { type Duration, day, hour, type Instant } from '../clock.ts';
import { hasDays, hasMoments } from '../metrics/capabilities.ts';
import { metricsIn } from '../metrics/catalog.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { datesOf, lastWhole, type Span } from '../metrics/range.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import {
  addDays,
  addPeriods,
  formatInstant,
  localDate,
  type Period,
  sameTimeAfter,
  startOfPeriod,
} from '../time-zone.ts';
import type { digestPhrases, PeriodName } from './digest-phrases.ts';
import { seriesNeeds } from './read-series.ts';
import { distinctNeeds, type Needs } from './readings.ts';
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
      { name: say('digest.weekAgo'), on: say('digest.sameHour'), slice: weekAgo(of) },
    ],
    history: { ...historyOf(of, 24, (back) => shifted(of, 'hour', -back)), unit: 'hour' },
  };
}

/** The same hour of the clock a week ago, which a change of clocks may have moved. */
function weekAgo({ span, zone }: DigestPeriod): Slice {
  const from = sameTimeAfter(-7, span.from, zone);
  return sliceOf({ from, to: from + (span.to - span.from) }, zone);
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

/** What a digest reads of one app, beside its newest snapshot, poll state and limits: the numbers of all its periods, and since then. */
export function digestNeeds(app: ImApp, of: DigestPeriod, now: Instant): Needs {
  const slices = slicesOf(of);
  const first = slices.map((slice) => slice.dates.from).sort()[0] ?? of.dates.from;
  const fortnight = addDays(of.dates.to, -13);
  const days = { from: first < fortnight ? first : fortnight, to: localDate(now, app.timezone) };
  const ofDays = hasDays(app) ? { days } : {};
  if (!hasMoments(app)) return { buckets: [], ...ofDays };
  const spans = [
    ...slices.map((slice) => slice.span),
    { from: of.span.to, to: Math.max(now, of.span.to) },
    // The chart of an hour is of the day that it ends.
    ...(of.period === 'hour' ? [{ from: of.span.to - day, to: of.span.to }] : []),
  ];
  const ids = [...new Set([...metricsIn('digestMoments'), ...metricsIn('digestCharts')])];
  const asked = { app, now, zone: of.zone };
  const buckets = ids.flatMap((id) => spans.flatMap((span) => seriesNeeds(id, span, asked)));
  return { buckets: touchingAsOne(distinctNeeds(buckets)), ...ofDays, since: true };
}

function slicesOf(of: DigestPeriod): Slice[] {
  const { others, history } = comparisonsOf(of);
  return [of, ...others.map((column) => column.slice), ...history.slices];
}

/** A read of more days than these would hold other work up. */
const longestRead: Duration = 93 * day;

/** Neighbours are read at once: weeks follow each other, and so do hours. */
function touchingAsOne(needs: readonly BucketNeed[]): BucketNeed[] {
  const alike = Map.groupBy(needs, kindOf);
  return [...alike.values()].flatMap((some) => {
    const joined: BucketNeed[] = [];
    for (const need of some.toSorted((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last === undefined || need.from > last.to || need.to - last.from > longestRead) joined.push(need);
      else joined[joined.length - 1] = { ...last, to: Math.max(last.to, need.to) };
    }
    return joined;
  });
}

/** Raw samples near the end of every hour are alike where they are near the same minute. */
function kindOf({ metric, tier, near }: BucketNeed): string {
  return `${metric} ${tier} ${near === undefined ? '' : `${near.at % hour} ${near.within}`}`;
}
