// Cron strings in an IANA zone: checked, and their runs before and after an instant. The only file that imports cron-parser.
import cronParser from 'cron-parser';
import { hour, type Instant, minute } from './clock.ts';
import { BotError } from './errors.ts';
import { addDays, instantOfWallClock, isZone, type LocalDate, localDate, weekday } from './time-zone.ts';

/** Says in a sentence what is wrong with a cron string or its zone; undefined when both are fine. */
export function cronProblem(cron: string, zone: string): string | undefined {
  if (!isZone(zone)) return `"${zone}" is not an IANA time zone; write one such as Asia/Taipei`;
  const fields = cron.trim().split(/\s+/);
  if (cron.trim() === '' || fields.length !== 5) {
    const count = cron.trim() === '' ? 'no fields' : `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`;
    return `"${cron}" has ${count}; write five, for example "0 9 * * *" for 09:00 each day`;
  }
  try {
    cronParser.parseExpression(cron, { tz: zone }).next();
    return undefined;
  } catch {
    return `"${cron}" is not a cron string, or names a day that never comes; write minute, hour, day of month, month, day of week, for example "0 9 * * 1-5"`;
  }
}

/**
 * The first run strictly after `at`. A run at fixed hours keeps to the wall clock: a time that daylight saving skips
 * runs when the clocks have jumped, a doubled one runs the first time. A run each hour or minute keeps to real time.
 */
export function nextRun(cron: string, zone: string, at: Instant): Instant {
  const times = fixedTimes(cron);
  if (times === undefined) {
    return cronParser
      .parseExpression(cron, { tz: zone, currentDate: new Date(at) })
      .next()
      .getTime();
  }
  for (let date = localDate(at, zone), days = 0; days < mostDays; date = addDays(date, 1), days += 1) {
    const run = runsOn(date, times, zone).find((instant) => instant > at);
    if (run !== undefined) return run;
  }
  throw new BotError(`The schedule "${cron}" never comes.`);
}

/** The last run at or before `at`: the same times that `nextRun` gives. */
export function previousRun(cron: string, zone: string, at: Instant): Instant {
  const times = fixedTimes(cron);
  if (times === undefined) {
    return cronParser
      .parseExpression(cron, { tz: zone, currentDate: new Date(at + 1) })
      .prev()
      .getTime();
  }
  for (let date = localDate(at, zone), days = 0; days < mostDays; date = addDays(date, -1), days += 1) {
    const run = runsOn(date, times, zone).findLast((instant) => instant <= at);
    if (run !== undefined) return run;
  }
  throw new BotError(`The schedule "${cron}" never came.`);
}

/** 29 February comes once in eight years at the worst. */
const mostDays = 8 * 366 + 1;

/** A schedule of times of day: when on a day (ms after midnight), and on which days. */
interface FixedTimes {
  readonly walls: readonly number[];
  readonly isOn: (date: LocalDate) => boolean;
}

/** Its runs on a local date, in order. A time that is skipped at the end of a day may fall on the next one; none does. */
function runsOn(date: LocalDate, { walls, isOn }: FixedTimes, zone: string): Instant[] {
  if (!isOn(date)) return [];
  const midnight = Date.parse(`${date}T00:00:00Z`);
  return [...new Set(walls.map((wall) => instantOfWallClock(midnight + wall, zone)))];
}

/** Reading a cron string takes a millisecond, and the same few are asked for all the time. */
const read = new Map<string, FixedTimes | undefined>();

function fixedTimes(cron: string): FixedTimes | undefined {
  if (read.has(cron)) return read.get(cron);
  if (read.size >= 500) read.clear();
  const times = readFixedTimes(cron);
  read.set(cron, times);
  return times;
}

/** Undefined for a rhythm (`*` or a step in minute or hour) and for the rarer signs, which are left to cron-parser. */
function readFixedTimes(cron: string): FixedTimes | undefined {
  const [minutes = '', hours = '', days = '', , weekdays = ''] = cron.trim().split(/\s+/);
  if (/[*/]/.test(minutes) || /[*/]/.test(hours) || /[L#]/i.test(days) || /\dL|#/i.test(weekdays)) return undefined;
  const { fields } = cronParser.parseExpression(cron, { tz: 'UTC' });
  const walls = fields.hour.flatMap((of) => fields.minute.map((past) => of * hour + past * minute));
  const dates = new Set(fields.dayOfMonth.map(Number));
  const months = new Set(fields.month.map(Number));
  const named = new Set(fields.dayOfWeek.map((number) => number % 7));
  const either = days !== '*' && weekdays !== '*';
  const isOn = (date: LocalDate): boolean => {
    const onDate = dates.has(Number(date.slice(8)));
    const onWeekday = named.has(weekday(date) % 7);
    // By custom a schedule that names both days of the month and of the week runs on either.
    return months.has(Number(date.slice(5, 7))) && (either ? onDate || onWeekday : onDate && onWeekday);
  };
  return { walls: walls.sort((a, b) => a - b), isOn };
}
