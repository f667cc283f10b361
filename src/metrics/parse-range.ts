// Parses ranges as people write them (`24h`, `7d`, `yesterday`, `2026-04-01..2026-04-07`), or explains what to write instead.
import { day } from '../clock.ts';
import {
  addDays,
  daysBetween,
  formatInstant,
  isLocalDate,
  type LocalDate,
  localDate,
  startOfDate,
} from '../time-zone.ts';
import { buildDates, type LastWord, lastRange, lastWords, type Range, type RangeContext, rangeWords } from './range.ts';

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

const exampleHint = `Write one of ${rangeWords.join(', ')}, a date such as 2026-04-01, or 2026-04-01..2026-04-07.`;

/** Parses one word; undefined when it does not have the form of a range. */
export function parseRange(text: string, context: RangeContext): Range | WrongRange | undefined {
  const word = text.trim().toLowerCase();
  const today = localDate(context.now, context.zone);
  if (word === 'today') return datesRange(word, today, today, context);
  if (word === 'yesterday') return datesRange(word, addDays(today, -1), addDays(today, -1), context);
  if (isRangeWord(word)) return lastRange(word, context);
  const [, count, unit] = /^(\d+)(m|min|h|d|w|mo|y)$/.exec(word) ?? [];
  if (unit !== undefined) return unknownLength(word, Number(count) * (hoursIn[unit] ?? 1));
  return /^\d{4}-\d/.test(word) || /^\d.*\.\./.test(word) ? parseDates(word, context) : undefined;
}

/** True for a range, false for the reason why it is none. */
export function isRange(found: Range | WrongRange): found is Range {
  return !('wrong' in found);
}

function isRangeWord(word: string): word is LastWord {
  return lastWords.some((known) => known === word);
}

const hoursIn: Readonly<Record<string, number>> = { m: 1 / 60, min: 1 / 60, h: 1, d: 24, w: 168, mo: 720, y: 8_760 };

/** The shortest range that holds as many hours, or the longest one. */
function unknownLength(word: string, hours: number): WrongRange {
  const longEnough = lastWords.find((known) => Number.parseInt(known, 10) * (hoursIn[known.slice(-1)] ?? 1) >= hours);
  return { wrong: `I have no range "${word}".`, hint: exampleHint, nearest: longEnough ?? '60d' };
}

function parseDates(word: string, context: RangeContext): Range | WrongRange {
  const [first = '', last = first, ...more] = word.split('..');
  if (more.length > 0) return { wrong: `"${word}" has more than two ends.`, hint: exampleHint, nearest: '7d' };
  for (const end of [first, last]) {
    if (!isLocalDate(end)) return { wrong: whyNoDate(end, word), hint: exampleHint, nearest: '7d' };
  }
  return datesRange(word, first, last, context);
}

function whyNoDate(end: string, word: string): string {
  if (end === '') return `"${word}" has only one end.`;
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(end);
  if (found === null)
    return `"${end}" is not a date that I can read: a date is year-month-day, with two digits for month and day.`;
  const start = `${found[1]}-${found[2]}-01`;
  if (!isLocalDate(start)) return `"${end}" is not a date: there is no month ${found[2]}.`;
  const days = daysBetween(start, addDays(start, 31).slice(0, 8).concat('01'));
  const name = formatInstant(startOfDate(start, 'utc'), 'utc', 'LLLL yyyy');
  return `"${end}" is not a date: ${name} has ${days} days.`;
}

/** Checks the order and the ends of a span of dates, then builds it. */
function datesRange(word: string, from: LocalDate, to: LocalDate, context: RangeContext): Range | WrongRange {
  const today = localDate(context.now, context.zone);
  if (from > to) {
    const turned = datesRange(`${to}..${from}`, to, from, context);
    const nearest = isRange(turned) ? turned.word : turned.nearest;
    return {
      wrong: `"${word}" ends before it begins.`,
      hint: `Write the earlier date first: ${to}..${from}.`,
      nearest,
    };
  }
  if (from > today) {
    const hint = `Today is ${today} there.`;
    return { wrong: `${from} has not come yet in ${context.zone}.`, hint, nearest: 'today', isToCome: true };
  }
  if (to > today) {
    const nearest = `${from}..${today}`;
    const hint = `Write ${nearest}.`;
    return { wrong: `${to} has not come yet in ${context.zone}.`, hint, nearest, isToCome: true };
  }
  if (context.kept !== undefined && startOfDate(from, context.zone) < context.now - context.kept - day) {
    const days = Math.floor(context.kept / day);
    return {
      wrong: `Nothing is kept from ${from}: numbers are kept for ${days} days.`,
      hint: `The earliest date is ${addDays(today, -days)}.`,
      nearest: '60d',
    };
  }
  if (daysBetween(from, to) >= mostDays) {
    const nearest = `${addDays(to, 1 - mostDays)}..${to}`;
    return { wrong: `"${word}" is longer than ${mostDays} days.`, hint: `Write ${nearest} or less.`, nearest };
  }
  return buildDates({ word, from, to, context });
}
