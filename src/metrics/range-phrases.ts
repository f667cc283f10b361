// English for ranges, days and moments.
import type { Duration, Instant } from '../clock.ts';
import type { LocalDate } from '../time-zone.ts';
import type { Phrase, PhraseSet, Wording } from './phrase.ts';

/** A range by its length (of days before today, and with today so far where that is said), or by its dates (both included) and whether the last of them is today. A week has more than one day. */
export type RangeName =
  | { readonly kind: 'minutes' | 'hours' | 'days'; readonly count: number; readonly isWithToday?: true }
  | { readonly kind: 'length'; readonly length: Duration }
  | {
      readonly kind: 'dates' | 'week';
      readonly from: LocalDate;
      readonly to: LocalDate;
      readonly ends: 'today' | 'yesterday' | 'earlier';
    };

interface Named {
  readonly range: RangeName;
}

interface Moment {
  readonly at: Instant;
  readonly zone: string;
}

type DatesName = Extract<RangeName, { readonly from: LocalDate }>;

const hasDates = (range: RangeName): range is DatesName => range.kind === 'dates' || range.kind === 'week';

const isOneDay = ({ from, to }: DatesName): boolean => from === to;

/** `last 24 hours`, `last 7 days`, `yesterday, Sunday 22 Nov 2026`, `1 to 7 Apr 2026`, `Monday 16 to Sunday 22 Nov 2026`. */
function words(range: RangeName, wording: Wording): string {
  if (range.kind === 'length') return `last ${wording.duration(range.length)}`;
  if (!hasDates(range)) return lastWords(range, wording);
  const { from, to, ends } = range;
  const said = range.kind === 'week' ? wording.weekDates(from, to) : wording.dates(from, to);
  if (!isOneDay(range)) return ends === 'today' ? `${said}, today so far` : said;
  if (ends === 'today') return `today so far, ${said}`;
  return ends === 'yesterday' ? `yesterday, ${said}` : said;
}

const units = { minutes: 'minute', hours: 'hour', days: 'day' } as const;

function lastWords(
  { kind, count, isWithToday }: Extract<RangeName, { readonly count: number }>,
  wording: Wording,
): string {
  if (count === 1 && kind !== 'days') return `last ${units[kind]}`;
  return `last ${wording.count(count)} ${kind}${isWithToday === true ? ' and today so far' : ''}`;
}

/** Today and yesterday without their date; undefined for any other range. */
function near(range: RangeName): string | undefined {
  if (!hasDates(range) || !isOneDay(range) || range.ends === 'earlier') return undefined;
  return range.ends === 'today' ? 'today so far' : 'yesterday';
}

function inSentence(range: RangeName, wording: Wording, before: 'in' | 'of'): string {
  if (!hasDates(range)) return `${before} the ${words(range, wording)}`;
  return near(range) ?? `${isOneDay(range) ? 'on' : 'from'} ${words(range, wording)}`;
}

function againstWords(range: RangeName, wording: Wording): string {
  if (!hasDates(range)) return `the ${words(range, wording)}`;
  if (!isOneDay(range)) return wording.dates(range.from, range.to);
  return near(range) ?? words(range, wording);
}

/** Whether a time needs its day, beside what it is a time of. */
type DaySaid = 'unsaid' | 'today' | 'other';

function dayBefore(day: DaySaid, at: Instant, zone: string, { instant }: Wording): string {
  if (day === 'unsaid') return '';
  return day === 'today' ? 'today ' : `on ${instant(at, zone, 'ccc d LLL')} `;
}

/** `7 days`, `1 hour`; dates by their name. */
function lengthWords(range: RangeName, wording: Wording): string {
  if (range.kind === 'length') return wording.duration(range.length);
  if (hasDates(range)) return words(range, wording);
  const unit = units[range.kind];
  return wording.quantity(range.count, { one: unit, other: `${unit}s` });
}

export const rangePhrases = {
  'range.words': ({ range }: Named, wording) => words(range, wording),
  /** `in the last 7 days`, `today so far`, `on Wednesday 1 Apr 2026`. */
  'range.in': ({ range }: Named, wording) => inSentence(range, wording, 'in'),
  /** `of the last 7 days`, `yesterday`: after "the busiest hour". */
  'range.of': ({ range }: Named, wording) => inSentence(range, wording, 'of'),
  /** `at the end of yesterday`. */
  'range.end': ({ range }: Named, wording) => `at the end of ${near(range) ?? words(range, wording)}`,
  /** Without weekdays, which the labels of a chart show, and without saying that today is not over, which a sentence says. */
  'range.short': ({ range }: Named, wording) => {
    if (!hasDates(range)) return words(range, wording);
    if (!isOneDay(range)) return wording.dates(range.from, range.to);
    return near(range) ?? wording.instant(Date.parse(range.from), 'utc', 'd LLL yyyy');
  },
  /** `24 hours`, `14 days`. */
  'range.length': ({ count, unit }: { count: number; unit: 'hour' | 'day' }, { quantity }) =>
    quantity(count, { one: unit, other: `${unit}s` }),
  /** `last 24 hours, 21 Nov 10:00 to 22 Nov 10:00, Asia/Taipei`. */
  'range.window': ({ range, from, to, zone }: Named & { from: Instant; to: Instant; zone: string }, wording) =>
    `${words(range, wording)}, ${wording.window(from, to, zone)}`,
  'range.whole': ({ range, zone }: Named & { zone: string }, wording) => `${words(range, wording)}, ${zone}`,
  'range.toToday': ({ range, from, to, zone }: Named & { from: Instant; to: Instant; zone: string }, wording) => {
    const yearOf = (at: Instant): string => wording.instant(at, zone, 'yyyy');
    const start = wording.instant(from, zone, yearOf(from) === yearOf(to) ? 'd LLL' : 'd LLL yyyy');
    const end = wording.instant(to, zone, 'd LLL yyyy');
    return `${words(range, wording)} and today so far, ${start} to ${end}, ${zone}`;
  },
  /** After "up 12 % vs": `the hour before`, `the 7 days before`. */
  'range.before': ({ count, unit }: { count: number; unit: 'minute' | 'hour' | 'day' }, wording) =>
    count === 1 ? `the ${unit} before` : `the ${wording.count(count)} ${unit}s before`,
  /** `the 3 h 20 min before`. */
  'range.lengthBefore': ({ length }: { length: Duration }, { duration }) => `the ${duration(length)} before`,
  /** `the Friday before`, `last Friday by this time`. */
  'range.weekdayBefore': ({ date, isToday }: { date: LocalDate; isToday: boolean }, { dayName }) =>
    isToday ? `last ${dayName(date)} by this time` : `the ${dayName(date)} before`,
  /** After "up 12 % vs": `yesterday`, `the last 7 days`, `16 to 22 Nov 2026`. */
  'range.against': ({ range }: Named, wording) => againstWords(range, wording),
  'range.againstTime': ({ range }: Named, wording) => `${againstWords(range, wording)} by this time`,
  'range.byThisTime': () => 'yesterday by this time',
  'range.daysByThisTime': ({ count }: { count: number }, wording) =>
    `the ${wording.count(count)} days before by this time`,
  'range.weekByThisTime': () => 'the week before by this time',
  /** Of a comparison for which not everything was measured: `the 7 days before, in the 154 hours measured both times`. */
  'range.inCommon': ({ on, count, unit }: { on: Phrase; count: number; unit: 'hour' | 'day' }, wording) => {
    const slots = wording.quantity(count, { one: unit, other: `${unit}s` });
    return `${wording.text(on)}, in the ${slots} ${unit === 'hour' ? 'measured' : 'known'} both times`;
  },
  /** Of periods that differ in length: `the month before, per day`. */
  'range.per': ({ on, unit }: { on: Phrase; unit: 'hour' | 'day' }, { text }) => `${text(on)}, per ${unit}`,
  /** `measured since 10:18, too short for 7 days yet`. */
  'range.tooShort': ({ since, zone, now, range }: Named & { since: Instant; zone: string; now: Instant }, wording) =>
    `measured since ${wording.clock(since, now, zone)}, too short for ${lengthWords(range, wording)} yet`,
  'range.yesterday': () => 'yesterday',
  /** `22 Nov`. */
  'range.date': ({ date }: { date: LocalDate }, { shortDate }) => shortDate(date),
  /** `at 21:00`, `on Sat 21 Nov at 21:00`. */
  'moment.at': ({ at, zone, now }: Moment & { now: Instant }, { moment }) => moment(at, zone, now),
  /** `19 min ago`. */
  'moment.age': ({ at, now }: { at: Instant; now: Instant }, { age }) => age(at, now),
  /** `on Sun 22 Nov`. */
  'moment.onDay': ({ at, zone }: Moment, { instant }) => `on ${instant(at, zone, 'ccc d LLL')}`,
  /** `from 20:00 to 21:00`, `today from 20:00 to 21:00`, `on Sun 22 Nov from 20:00 to 21:00`; an hour where it has no end. */
  'moment.inHour': ({ at, to = at + 3_600_000, zone, day }: Moment & { to?: Instant; day: DaySaid }, wording) =>
    `${dayBefore(day, at, zone, wording)}from ${wording.hours(at, to, zone)}`,
  /** `at 14:32`, `today at 14:32`, `on Sun 22 Nov at 14:32`. */
  'moment.sample': ({ at, zone, day }: Moment & { day: DaySaid }, wording) =>
    `${dayBefore(day, at, zone, wording)}at ${wording.time(at, zone)}`,
  'moment.now': () => 'now',
  /** `when last seen, at 09:41`: a number that is older than now. */
  'moment.lastSeen': ({ at, zone, now }: Moment & { now: Instant }, { moment }) =>
    `when last seen, ${moment(at, zone, now)}`,
} satisfies PhraseSet;
