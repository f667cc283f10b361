// Ranges such as `24h`, `7d`, `yesterday` or dates as spans on the wall clock of a zone, and how their charts are cut.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import {
  addDays,
  addPeriods,
  daysBetween,
  type LocalDate,
  localDate,
  minuteOfDay,
  type Period,
  sameTimeAfter,
  sameTimeOn,
  startOfDate,
  startOfPeriod,
} from '../time-zone.ts';
import { type Phrase, phrasesOf } from './phrase.ts';
import type { RangeName, rangePhrases } from './range-phrases.ts';

/** Resolution of stored samples: as polled, or rolled up to 5 minutes or hours (aligned to the epoch). */
export type Tier = 'raw' | 'fiveMinutes' | 'hours';

/** From `from` up to but not including `to`. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

const say = phrasesOf<typeof rangePhrases>();

/** A span of time that somebody asked for. */
export interface Range extends Span {
  /** In normal form, as it can be typed again. */
  readonly word: string;
  /** What it is called. */
  readonly name: RangeName;
  readonly zone: string;
  /** Every local date it touches, both included. */
  readonly dates: { readonly from: LocalDate; readonly to: LocalDate };
  /** False for `1h`, `6h` and `24h`, which end now and begin at no midnight. */
  readonly wholeDays: boolean;
  /** True when its last day is today and still running. */
  readonly todayPartial: boolean;
  /** What its name is of, and what is measured against `previous`: all of it, or its whole days where it is named by days before today. */
  readonly compared: Span;
  /** The span before of the same length. `on` completes "up 12 % vs …". */
  readonly previous: Span & {
    readonly on: Phrase;
    readonly dates: { readonly from: LocalDate; readonly to: LocalDate };
  };
  /** Set where it was asked to be compared: then `previous` is drawn beside it. */
  readonly isCompared?: true;
}

export interface RangeContext {
  readonly now: Instant;
  readonly zone: string;
  /** Retention of stored samples; undefined: unlimited. */
  readonly kept?: Duration;
}

/** Ranges that defaults and buttons use, and that are offered as examples. */
const lastWords = ['1h', '6h', '24h', '7d', '30d', '60d'] as const;
export const rangeWords = [...lastWords, 'today', 'yesterday'] as const;

/** So many minutes, hours or days before now. */
export type LastWord = `${number}${'m' | 'h' | 'd'}`;

/** One of the ranges that are offered, for defaults and buttons. */
export function rangeOf(word: (typeof rangeWords)[number], context: Omit<RangeContext, 'kept'>): Range {
  if (word !== 'today' && word !== 'yesterday') return lastRange(word, context);
  const today = localDate(context.now, context.zone);
  const date = word === 'today' ? today : addDays(today, -1);
  return buildDates({ word, from: date, to: date, context });
}

/** The start of the clock hour, day, week or month of the zone that has ended last. */
export function lastWhole(period: Period, now: Instant, zone: string): Span {
  const to = startOfPeriod(now, period, zone);
  return { from: addPeriods(to, period, -1, zone), to };
}

/** The minutes, the hours or the whole days before now. */
export function lastRange(word: LastWord, context: Omit<RangeContext, 'kept'>): Range {
  const { now, zone } = context;
  const count = Number.parseInt(word, 10);
  if (word.endsWith('d')) {
    const today = localDate(now, zone);
    return buildDates({ word, from: addDays(today, -count), to: today, as: 'days', context });
  }
  const unit = word.endsWith('m') ? 'minute' : 'hour';
  const name: RangeName = { kind: `${unit}s`, count };
  const from = now - count * (unit === 'minute' ? minute : hour);
  return buildTimes({ word, name, on: say('range.before', { count, unit }), from }, context);
}

interface Times {
  readonly word: string;
  readonly name: RangeName;
  readonly on: Phrase;
  readonly from: Instant;
}

/** A span that ends now and begins at no midnight. */
function buildTimes(times: Times, { now, zone }: Omit<RangeContext, 'kept'>): Range {
  const { word, name, on, from } = times;
  const span = { from, to: now };
  const previous = { from: from - (now - from), to: from };
  return {
    ...span,
    word,
    name,
    zone,
    dates: datesOf(span, zone),
    wholeDays: false,
    todayPartial: true,
    compared: span,
    previous: { ...previous, on, dates: datesOf(previous, zone) },
  };
}

/** Since a time of day until now. */
export function timesSince(word: string, from: Instant, context: Omit<RangeContext, 'kept'>): Range {
  const length = context.now - from;
  return buildTimes(
    { word, name: { kind: 'length', length }, on: say('range.lengthBefore', { length }), from },
    context,
  );
}

/**
 * Where an instant of a range has its place in the period before: of days the same time on the clock, which a change of clocks moves; of
 * hours the same distance from the end. Undefined for a time that the clock skips on that day.
 */
export function placeBefore({ wholeDays, zone, dates, to, previous }: Range): PlaceBefore {
  if (!wholeDays) return (at) => at - (to - previous.to);
  const days = daysBetween(previous.dates.from, dates.from);
  return (at) => {
    const place = sameTimeAfter(-days, at, zone);
    return minuteOfDay(place, zone) === minuteOfDay(at, zone) ? place : undefined;
  };
}

export type PlaceBefore = (at: Instant) => Instant | undefined;

/** Dates of a span, both included. */
export function datesOf(span: Span, zone: string): { from: LocalDate; to: LocalDate } {
  return { from: localDate(span.from, zone), to: localDate(span.to - 1, zone) };
}

interface Dates {
  readonly word: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Days before today are named by their count, a week with its weekdays; a weekday is compared with the one a week before it. */
  readonly as?: 'days' | 'week' | 'weekday' | undefined;
  readonly context: Omit<RangeContext, 'kept'>;
}

/** A span of valid dates in order. Today belongs to it where its words name today, and not where they are of the days before it. */
export function buildDates({ word, from, to, as, context }: Dates): Range {
  const { now, zone } = context;
  const today = localDate(now, zone);
  const partial = to === today;
  const last = as === 'days' ? addDays(to, -1) : to;
  const days = daysBetween(from, last) + 1;
  const start = startOfDate(from, zone);
  const endOf = (date: LocalDate): Instant => Math.min(startOfDate(addDays(date, 1), zone), now);
  const back = as === 'weekday' || (as === 'week' && partial) ? 7 : days;
  const dates = { from: addDays(from, -back), to: addDays(last, -back) };
  const before = startOfDate(addDays(dates.to, 1), zone);
  return {
    from: start,
    to: endOf(to),
    word,
    name: as === 'days' ? { kind: 'days', count: days } : nameOfDates({ from, to, as }, today),
    zone,
    dates: { from, to },
    wholeDays: true,
    todayPartial: partial,
    compared: { from: start, to: endOf(last) },
    previous: {
      from: startOfDate(dates.from, zone),
      to: last === today ? Math.min(sameTimeOn(dates.to, now, zone), before) : before,
      on: previousOf({ from, as, days, isToday: last === today }, today),
      dates,
    },
  };
}

/** What the period before is called: `the 7 days before`, `yesterday by this time`, `the Friday before`. */
function previousOf(
  { from, as, days, isToday }: { from: LocalDate; as: Dates['as']; days: number; isToday: boolean },
  today: LocalDate,
): Phrase {
  if (as === 'weekday') return weekdayBefore(from, today);
  if (as === 'week' && isToday) return say('range.weekByThisTime');
  if (!isToday) return say('range.before', { count: days, unit: 'day' });
  return days === 1 ? say('range.byThisTime') : say('range.daysByThisTime', { count: days });
}

function nameOfDates({ from, to, as }: Pick<Dates, 'from' | 'to' | 'as'>, today: LocalDate): RangeName {
  const ends = to === today ? 'today' : to === addDays(today, -1) ? 'yesterday' : 'earlier';
  return { kind: as === 'week' && from !== to ? 'week' : 'dates', from, to, ends };
}

/** Of which today is compared by this time. */
function weekdayBefore(date: LocalDate, today: LocalDate): Phrase {
  return say('range.weekdayBefore', { date, isToday: date === today });
}
