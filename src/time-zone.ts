// Civil time: local dates and wall clocks in IANA zones. The only file that imports luxon.
import { LRUCache } from 'lru-cache';
import { DateTime, IANAZone } from 'luxon';
import type { Instant } from './clock.ts';

/** A local date as `YYYY-MM-DD`. */
export type LocalDate = string;

export type Period = 'hour' | 'day' | 'week' | 'month';

export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

const minute = 60_000;
const day = 86_400_000;

/** The last instant that JavaScript can write as a date. */
const latestDate = 8.64e15;

/** Offsets at midnights of UTC by zone, because one call of Intl takes longer than all other work here. */
const known = new LRUCache<string, LRUCache<Instant, number>>({ max: 100 });

/** Cached midnights of each zone: over five years of them. */
const midnightsKept = 2_000;

function offsetAtMidnight(at: Instant, zone: string): number {
  let offsets = known.get(zone);
  if (offsets === undefined) {
    offsets = new LRUCache({ max: midnightsKept });
    known.set(zone, offsets);
  }
  const found = offsets.get(at);
  if (found !== undefined) return found;
  const offset = IANAZone.create(zone).offset(at) * minute;
  offsets.set(at, offset);
  return offset;
}

/** How far the wall clock of `zone` is ahead of UTC at `at`, in ms; NaN for an invalid zone or instant. */
function offsetAt(at: Instant, zone: string): number {
  const before = Math.floor(at / day) * day;
  const offset = offsetAtMidnight(before, zone);
  // The same offset at both ends of a day of UTC: no change of clocks lies between them.
  return offset === offsetAtMidnight(before + day, zone) ? offset : IANAZone.create(zone).offset(at) * minute;
}

/**
 * The instant at which the wall clock of `zone` shows `wall` (as if it were UTC): the first one where it shows it
 * twice, the first instant after the gap where it never does.
 */
function instantOfWall(wall: number, zone: string): Instant {
  const before = wall - offsetAt(wall - day, zone);
  const after = wall - offsetAt(wall + day, zone);
  const first = Math.min(before, after);
  if (wallAt(first, zone) === wall) return first;
  const second = Math.max(before, after);
  return wallAt(second, zone) === wall ? second : endOfGap(wall, zone);
}

/** The moment at which the clocks jump over `wall`. */
function endOfGap(wall: number, zone: string): Instant {
  let early = wall - 2 * day;
  let late = wall + 2 * day;
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (middle + offsetAt(middle, zone) < wall) early = middle;
    else late = middle;
  }
  return late;
}

/** What the wall clock of `zone` shows at `at`, as if it were UTC. */
function wallAt(at: Instant, zone: string): number {
  return at + offsetAt(at, zone);
}

/** The local date on which `at` falls in `zone`. */
export function localDate(at: Instant, zone: string): LocalDate {
  return dateOfWall(wallAt(at, zone));
}

function dateOfWall(wall: number): LocalDate {
  return Math.abs(wall) <= latestDate ? new Date(wall).toISOString().slice(0, 10) : 'not a date';
}

/** Midnight of a date as a wall clock shows it. */
function wallOfDate(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

/** `date` moved by whole days in the calendar, so that daylight saving changes nothing. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOfWall(wallOfDate(date) + days * day);
}

/** `date` moved by whole months; the last day of a month that has no such day. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  return DateTime.fromISO(date, { zone: 'utc' }).plus({ months }).toFormat('yyyy-MM-dd');
}

/** An instant in ISO 8601 with the offset of its zone, with milliseconds where it has some: `2026-11-22T09:00:00+08:00`. */
export function isoTime(at: Instant, zone: string): string {
  const offset = Math.round(offsetAt(at, zone) / minute);
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  const wall = new Date(at + offset * minute).toISOString().replace(/(\.000)?Z$/, '');
  return `${wall}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}

/** What the wall clock of a zone shows, as a spreadsheet reads it: `2026-11-22 09:00:00`. */
export function wallClockTime(at: Instant, zone: string): string {
  return new Date(wallAt(at, zone)).toISOString().slice(0, 19).replace('T', ' ');
}

/** Every date from `from` to `to`, both included, with its first instant in `zone`. */
export function eachDate(from: LocalDate, to: LocalDate, zone: string): { date: LocalDate; at: Instant }[] {
  const dates: { date: LocalDate; at: Instant }[] = [];
  // By number: a year has hundreds of dates, and reading each takes longer than finding the next.
  const last = wallOfDate(to);
  for (let wall = wallOfDate(from); wall <= last; wall += day)
    dates.push({ date: dateOfWall(wall), at: instantOfWall(wall, zone) });
  return dates;
}

/** When the wall clock of `zone` shows on `date` what it shows at `at`. */
export function sameTimeOn(date: LocalDate, at: Instant, zone: string): Instant {
  const wall = wallAt(at, zone);
  return instantOfWall(wallOfDate(date) + (wall - wallOfDate(dateOfWall(wall))), zone);
}

/** When the wall clock of `zone` shows so many days later, or earlier where `days` is less than 0, what it shows at `at`. */
export function sameTimeAfter(days: number, at: Instant, zone: string): Instant {
  return instantOfWall(wallAt(at, zone) + days * day, zone);
}

/** The first instants in `zone` of the dates that a span touches; `to` is exclusive. Of a year in a third of the time of its dates. */
export function midnightsWithin(
  { from, to }: { readonly from: Instant; readonly to: Instant },
  zone: string,
): Instant[] {
  const midnights: Instant[] = [];
  if (to <= from) return midnights;
  const last = dayOfWall(wallAt(to - 1, zone));
  for (let wall = dayOfWall(wallAt(from, zone)); wall <= last; wall += day) midnights.push(instantOfWall(wall, zone));
  return midnights;
}

/** Every date that a span touches, with its first instant in `zone`; `to` is exclusive. */
export function datesWithin({ from, to }: { readonly from: Instant; readonly to: Instant }, zone: string) {
  return to <= from ? [] : eachDate(localDate(from, zone), localDate(to - 1, zone), zone);
}

const dayOfWall = (wall: number): number => Math.floor(wall / day) * day;

export function isLocalDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((wallOfDate(to) - wallOfDate(from)) / day);
}

/** 1 = Monday … 7 = Sunday. */
export function weekday(date: LocalDate): number {
  return DateTime.fromISO(date, { zone: 'utc' }).weekday;
}

/** First instant of a local date in `zone` (the first that exists where midnight is skipped). */
export function startOfDate(date: LocalDate, zone: string): Instant {
  return instantOfWall(wallOfDate(date), zone);
}

/** Start of the hour, day, ISO week or month that contains `at`, on the wall clock of `zone`. */
export function startOfPeriod(at: Instant, period: Period, zone: string): Instant {
  if (period === 'hour') return DateTime.fromMillis(at, { zone }).startOf('hour').toMillis();
  return startOfDate(firstDate(localDate(at, zone), period), zone);
}

/** The first date of the day, week or month that `date` lies in. */
function firstDate(date: LocalDate, period: Exclude<Period, 'hour'>): LocalDate {
  if (period === 'month') return `${date.slice(0, 7)}-01`;
  return period === 'week' ? addDays(date, 1 - weekday(date)) : date;
}

/** The start of a period moved by whole periods on the wall clock of `zone`. */
export function addPeriods(start: Instant, period: Period, count: number, zone: string): Instant {
  if (period === 'hour') return DateTime.fromMillis(start, { zone }).plus({ hours: count }).startOf('hour').toMillis();
  const first = firstDate(localDate(start, zone), period);
  const moved = DateTime.fromISO(first, { zone: 'utc' }).plus({ [`${period}s`]: count });
  return startOfDate(moved.toFormat('yyyy-MM-dd'), zone);
}

/** Formats an instant in `zone` with luxon's tokens, in the language of `locale` whatever that of the machine. */
export function formatInstant(at: Instant, zone: string, tokens: string, locale = 'en-US'): string {
  if (/[Zz]/.test(tokens)) return DateTime.fromMillis(at, { zone, locale }).toFormat(tokens);
  return DateTime.fromMillis(wallAt(at, zone), { zone: 'utc', locale }).toFormat(tokens);
}

/** Reads wall-clock text, for example `2026-11-22 09` with tokens `yyyy-MM-dd HH`; undefined when it does not fit. */
export function parseInstant(text: string, tokens: string, zone: string): Instant | undefined {
  const parsed = DateTime.fromFormat(text, tokens, { zone, locale: 'en-GB' });
  return parsed.isValid ? parsed.toMillis() : undefined;
}

/** Reads an ISO 8601 date-time; a text without an offset is taken as UTC. */
export function parseIso(text: string): Instant | undefined {
  const parsed = DateTime.fromISO(text, { zone: 'utc' });
  return parsed.isValid ? parsed.toMillis() : undefined;
}

/** The instant of a wall-clock time given as if it were UTC; the first where it comes twice, the end of the gap where it is skipped. */
export function instantOfWallClock(wall: Instant, zone: string): Instant {
  return instantOfWall(wall, zone);
}

/** Hour of the local week, 0 = Monday 00:00 … 167 = Sunday 23:00. */
export function hourOfWeek(at: Instant, zone: string): number {
  // 1970 began on a Thursday, 72 hours into its week.
  const hours = Math.floor(wallAt(at, zone) / 3_600_000) + 72;
  return ((hours % 168) + 168) % 168;
}

/** Minutes since midnight on the wall clock of `zone`. */
export function minuteOfDay(at: Instant, zone: string): number {
  const minutes = Math.floor(wallAt(at, zone) / minute);
  return ((minutes % 1_440) + 1_440) % 1_440;
}

/** The next time that the wall clock of a zone shows `time`, for example `09:00`. */
export function nextTime(time: string, zone: string, now: Instant): Instant {
  const wanted = time.padStart(5, '0');
  const today = localDate(now, zone);
  const date = formatInstant(now, zone, 'HH:mm') < wanted ? today : addDays(today, 1);
  return parseInstant(`${date} ${wanted}`, 'yyyy-MM-dd HH:mm', zone) ?? now + 24 * 60 * minute;
}
