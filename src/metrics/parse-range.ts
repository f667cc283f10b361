// Parses ranges in their normal form (`90m`, `7d`, `last-week`, `2026-04-01..2026-04-07`), or explains what to write instead.
import { type Duration, day, hour, minute } from '../clock.ts';
import {
  addDays,
  addMonths,
  daysBetween,
  formatInstant,
  instantOfWallClock,
  isLocalDate,
  type LocalDate,
  localDate,
  startOfDate,
} from '../time-zone.ts';
import { months, type NamedDates, namedDates } from './calendar-words.ts';
import { buildDates, lastRange, type Range, type RangeContext, rangeWords, timesSince } from './range.ts';

/** A text in the form of a range that is none: the reason and what to write instead, as sentences, and the nearest valid range. */
export interface WrongRange {
  readonly wrong: string;
  readonly hint: string;
  readonly nearest: string;
  /** It ends on a future date of this zone, which may be the present date of another zone. */
  readonly isToCome?: true;
}

/** The longest range, in days. */
const mostDays = 400;

const exampleHint = `Write one of ${rangeWords.join(', ')}, last week, november, since monday, a date such as 2026-04-01, or 2026-04-01..2026-04-07.`;

/** Parses one word; undefined when it does not have the form of a range. */
export function parseRange(text: string, context: RangeContext): Range | WrongRange | undefined {
  const word = text.trim().toLowerCase();
  return lengthRange(word, context) ?? timeRange(word, context) ?? spanRange(word, context) ?? nameRange(word, context);
}

/** True for a range, false for the reason why it is none. */
export function isRange(found: Range | WrongRange): found is Range {
  return !('wrong' in found);
}

/** `90m`, `6h`, `3d`, `2w`, `3mo`, `1y`: a day alone is 24 hours, a week 7 days, a month one of the calendar. */
function lengthRange(word: string, context: RangeContext): Range | WrongRange | undefined {
  const [, digits = '', unit] = /^(\d{1,6})(m|min|h|d|w|mo|y)$/.exec(word) ?? [];
  if (unit === undefined) return undefined;
  const count = Number(digits);
  if (count === 0) return { wrong: `"${word}" has no length.`, hint: exampleHint, nearest: '24h' };
  if (unit === 'mo' || unit === 'y') return monthsRange(unit === 'y' ? 12 * count : count, context);
  if (unit === 'd' && count === 1) return lastRange('24h', context);
  if (unit === 'd' || unit === 'w') return daysRange(unit === 'w' ? 7 * count : count, context);
  const length = count * (unit === 'h' ? hour : minute);
  if (length > mostDays * day) return tooLong(word, `${mostDays}d`, context);
  if (context.kept !== undefined && length > context.kept + day)
    return tooOld(context.now - length, undefined, context);
  return lastRange(length % hour === 0 ? `${length / hour}h` : `${length / minute}m`, context);
}

function daysRange(count: number, context: RangeContext): Range | WrongRange {
  if (count > mostDays) return tooLong(`${count}d`, `${mostDays}d`, context);
  const from = addDays(localDate(context.now, context.zone), -count);
  const start = startOfDate(from, context.zone);
  return isTooOld(from, context) ? tooOld(start, undefined, context) : lastRange(`${count}d`, context);
}

function monthsRange(count: number, context: RangeContext): Range | WrongRange {
  const today = localDate(context.now, context.zone);
  const word = `${count}mo`;
  if (count > 13) return tooLong(word, `${mostDays}d`, context);
  return datesRange(word, { from: addMonths(today, -count), to: today }, context);
}

/** `09:00..now`: since this time of today, or of yesterday where it is still to come. */
function timeRange(word: string, context: RangeContext): Range | undefined {
  const [, time] = /^((?:[01]\d|2[0-3]):[0-5]\d)\.\.now$/.exec(word) ?? [];
  if (time === undefined) return undefined;
  const { now, zone } = context;
  const today = localDate(now, zone);
  const at = (date: LocalDate): number => instantOfWallClock(Date.parse(`${date}T${time}:00Z`), zone);
  const isToday = at(today) < now;
  const from = isToday ? at(today) : at(addDays(today, -1));
  return timesSince(word, from, context);
}

/** Two dates or names with dots between them. */
function spanRange(word: string, context: RangeContext): Range | WrongRange | undefined {
  if (!word.includes('..')) return undefined;
  const [first = '', last = '', ...more] = word.split('..');
  const today = localDate(context.now, context.zone);
  const to = namedDates(last, { today });
  const from = namedDates(first, { today, ...(to === undefined || to.from > today ? {} : { notAfter: to.from }) });
  if (to === undefined && from === undefined && !/^\d/.test(word)) return undefined;
  if (more.length > 0) return { wrong: `"${word}" has more than two ends.`, hint: exampleHint, nearest: '7d' };
  if (from === undefined) return noDate(first, word);
  if (to === undefined) return noDate(last, word);
  return datesRange(word, { from: from.from, to: endOf(to, today) }, context);
}

/** A period that runs ends today, for now. */
function endOf({ from, to }: NamedDates, today: LocalDate): LocalDate {
  return from <= today && today < to ? today : to;
}

function nameRange(word: string, context: RangeContext): Range | WrongRange | undefined {
  const today = localDate(context.now, context.zone);
  const dates = namedDates(word, { today });
  if (dates !== undefined) return datesRange(word, { ...dates, to: endOf(dates, today) }, context);
  return /^\d{4}-\d|^\d{2}-\d{2}$/.test(word) ? noDate(word, word) : undefined;
}

/** Why a text is no date. */
function noDate(end: string, word: string): WrongRange {
  const wrong = (reason: string, nearest = '7d'): WrongRange => ({ wrong: reason, hint: exampleHint, nearest });
  if (end === '') return wrong(`"${word}" has only one end.`);
  const [, year, month = '', date = ''] = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/.exec(end) ?? [];
  if (month === '')
    return wrong(
      `"${end}" is not a date that I can read: a date is year-month-day, with two digits for month and day.`,
    );
  // A 29 February without a year is a date, so that only a year without one is to be explained.
  const start = `${year ?? '2001'}-${month}-01`;
  if (!isLocalDate(start)) return wrong(`"${end}" is not a date: there is no month ${month}.`);
  const days = daysBetween(start, addMonths(start, 1));
  const nearest = `${year === undefined ? '' : `${year}-`}${month}-${Number(date) === 0 ? '01' : days}`;
  if (year === undefined) {
    const name = capitalised(months[Number(month) - 1] ?? '');
    return wrong(`There is no ${Number(date)} ${name}: ${name} has ${days} days.`, nearest);
  }
  const name = formatInstant(startOfDate(start, 'utc'), 'utc', 'LLLL yyyy');
  return wrong(`"${end}" is not a date: ${name} has ${days} days.`, nearest);
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Checks the order and the ends of a span of dates, then builds it. */
function datesRange(word: string, { from, to, as }: NamedDates, context: RangeContext): Range | WrongRange {
  const today = localDate(context.now, context.zone);
  if (from > to) {
    const turned = datesRange(`${to}..${from}`, { from: to, to: from }, context);
    const nearest = isRange(turned) ? turned.word : turned.nearest;
    const hint = `Write the earlier date first: ${to}..${from}.`;
    return { wrong: `"${word}" ends before it begins.`, hint, nearest };
  }
  if (from > today) {
    const hint = `Today is ${today} there.`;
    return { wrong: `${from} has not come yet in ${context.zone}.`, hint, nearest: 'today', isToCome: true };
  }
  if (to > today) {
    const nearest = `${from}..${today}`;
    return {
      wrong: `${to} has not come yet in ${context.zone}.`,
      hint: `Write ${nearest}.`,
      nearest,
      isToCome: true,
    };
  }
  if (isTooOld(from, context)) return tooOld(startOfDate(from, context.zone), to, context);
  if (daysBetween(from, to) >= mostDays) return tooLong(word, `${addDays(to, 1 - mostDays)}..${to}`, context);
  return buildDates({ word, from, to, as, context });
}

function tooLong(word: string, nearest: string, { kept }: RangeContext): WrongRange {
  const isKept = kept === undefined || kept >= mostDays * day;
  const shorter = isKept ? nearest : `${keptDays(kept)}d`;
  return { wrong: `"${word}" is longer than ${mostDays} days.`, hint: `Write ${shorter} or less.`, nearest: shorter };
}

const keptDays = (kept: Duration): number => Math.max(1, Math.floor(kept / day));

function isTooOld(from: LocalDate, { kept, now, zone }: RangeContext): boolean {
  return kept !== undefined && startOfDate(from, zone) < now - kept - day;
}

/** Numbers of moments are thrown away after a time; the nearest range is what is left of the one that was asked for. */
function tooOld(from: number, to: LocalDate | undefined, { kept = 0, now, zone }: RangeContext): WrongRange {
  const days = keptDays(kept);
  const earliest = addDays(localDate(now, zone), -days);
  return {
    wrong: `Nothing is kept from ${localDate(from, zone)}: numbers are kept for ${days} days.`,
    hint: `The earliest date is ${earliest}.`,
    nearest: to === undefined || to < earliest ? `${Math.min(days, mostDays)}d` : `${earliest}..${to}`,
  };
}
