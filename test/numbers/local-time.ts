// Dates and windows on the wall clock of a zone, worked out by luxon alone, so that the bot's own calendar is judged and not used.
import { DateTime, IANAZone } from 'luxon';

export const minute = 60_000;
export const hour = 60 * minute;

/** A span of time with what its name says of it. `dates` (both included): it is of whole days, the last of which may run. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly dates?: { readonly from: string; readonly to: string } | undefined;
}

/** The wall clock of a zone at a moment. */
export interface LocalTime {
  readonly zone: string;
  readonly now: number;
  readonly today: string;
}

export function localTime(now: number, zone: string): LocalTime {
  return { zone, now, today: dateAt(now, zone) };
}

/** Of each zone its offset by quarters of an hour, because asking for one takes longer than all else here. */
const offsets = new Map<string, Map<number, number>>();

/** How far the wall clock is ahead of UTC, ms. */
function offsetAt(at: number, zone: string): number {
  const known = offsets.get(zone) ?? new Map<number, number>();
  offsets.set(zone, known);
  const quarter = Math.floor(at / (15 * minute));
  const offset = known.get(quarter) ?? IANAZone.create(zone).offset(quarter * 15 * minute) * minute;
  known.set(quarter, offset);
  return offset;
}

const wallAt = (at: number, zone: string): string => new Date(at + offsetAt(at, zone)).toISOString();

export const dateAt = (at: number, zone: string): string => wallAt(at, zone).slice(0, 10);
/** `HH:mm`. */
export const timeAt = (at: number, zone: string): string => wallAt(at, zone).slice(11, 16);

const midnights = new Map<string, number>();

export function startOfDay(date: string, zone: string): number {
  const key = `${date} ${zone}`;
  const found = midnights.get(key) ?? DateTime.fromISO(date, { zone }).startOf('day').toMillis();
  midnights.set(key, found);
  return found;
}

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 24 * hour).toISOString().slice(0, 10);
export const daysFrom = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / (24 * hour));
export const weekdayOf = (date: string): number => DateTime.fromISO(date, { zone: 'utc' }).weekday;
export const clockAt = (at: number, zone: string, form: string): string =>
  DateTime.fromMillis(at, { zone, locale: 'en-US' }).toFormat(form);

/** A time of the clock on a date. */
export const clockOn = (date: string, time: string, zone: string): number =>
  DateTime.fromISO(`${date}T${time}`, { zone }).toMillis();

/** The same time on the wall clock so many days earlier. */
export const daysBefore = (at: number, days: number, zone: string): number =>
  DateTime.fromMillis(at, { zone }).minus({ days }).toMillis();

/** Whole days, the last one as far as it has come. */
export function daysWindow(from: string, to: string, { zone, now }: LocalTime): Window {
  return { from: startOfDay(from, zone), to: Math.min(now, startOfDay(addDays(to, 1), zone)), dates: { from, to } };
}

export const lastLength = (length: number, { now }: LocalTime): Window => ({ from: now - length, to: now });

/** So many whole days before today. */
export const lastDays = (days: number, time: LocalTime): Window =>
  daysWindow(addDays(time.today, -days), addDays(time.today, -1), time);

/** Every date of a window of days. */
export function datesOf({ dates }: Window): string[] {
  if (dates === undefined) return [];
  return Array.from({ length: daysFrom(dates.from, dates.to) + 1 }, (_, index) => addDays(dates.from, index));
}

/** The window of the same length before it; of a day that runs, up to the same time on the clock. `days`: how far back, where that is not its own length. */
export function windowBefore(window: Window, time: LocalTime, days?: number): Window {
  const { dates } = window;
  if (dates === undefined) return { from: 2 * window.from - window.to, to: window.from };
  const back = days ?? daysFrom(dates.from, dates.to) + 1;
  const before = { from: addDays(dates.from, -back), to: addDays(dates.to, -back) };
  const isRunning = dates.to === time.today;
  const end = startOfDay(addDays(before.to, 1), time.zone);
  return {
    from: startOfDay(before.from, time.zone),
    to: isRunning ? Math.min(end, daysBefore(time.now, back, time.zone)) : end,
    dates: before,
  };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export const monthNumber = (name: string): number => months.indexOf(name.slice(0, 3)) + 1;

const weekdayName = '(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day |(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?';

/** A day as it is written, with its month: `Sunday 22 Nov 2026`, `22 Nov`. */
export const dayPattern = `${weekdayName}\\d{1,2} (?:${months.join('|')})\\b(?: \\d{4})?`;
export const datesPattern = `(?:${weekdayName}\\d{1,2}(?: (?:${months.join('|')})\\b)?(?: \\d{4})? to )?${dayPattern}`;

/** `27 to 29 Nov 2026`, `28 Mar to 3 Apr 2026`, `Sunday 22 Nov 2026`; what the first day lacks is that of the last one. */
export function readDates(
  words: string,
  { today }: Pick<LocalTime, 'today'>,
): { from: string; to: string } | undefined {
  const [first = '', last = first] = words.split(' to ');
  const partsOf = (text: string) => /(\d{1,2})(?: ([A-Z][a-z]{2}))?(?: (\d{4}))?$/.exec(text)?.slice(1) ?? [];
  const [day1, month1, year1] = partsOf(first);
  const [day2, month2, year2] = partsOf(last);
  if (day1 === undefined || day2 === undefined || month2 === undefined) return undefined;
  const year =
    year2 ?? (iso(today.slice(0, 4), month2, day2) > today ? String(Number(today.slice(0, 4)) - 1) : today.slice(0, 4));
  const to = iso(year, month2, day2);
  const from = iso(year1 ?? year, month1 ?? month2, day1);
  return { from: from > to ? iso(String(Number(year) - 1), month1 ?? month2, day1) : from, to };
}

const iso = (year: string, month: string, day: string): string =>
  `${year}-${String(monthNumber(month)).padStart(2, '0')}-${day.padStart(2, '0')}`;
