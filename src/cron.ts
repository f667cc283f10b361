// Cron strings in an IANA zone: read once into five plain fields, and their runs before and after an instant. The only file that imports cron-parser.
import cronParser from 'cron-parser';
import { hour, type Instant, minute } from './clock.ts';
import { type CronFields, cronText, readCronFields } from './cron-fields.ts';
import { BotError } from './errors.ts';
import { addDays, instantOfWallClock, isZone, type LocalDate, localDate, weekday } from './time-zone.ts';

/** What is wrong with a cron string or its zone, as a sentence; undefined when both are valid. */
export function cronProblem(cron: string, zone: string): string | undefined {
  if (!isZone(zone)) return `"${zone}" is not an IANA time zone; write one such as Asia/Taipei`;
  const schedule = readSchedule(cron);
  return 'problem' in schedule ? schedule.problem : undefined;
}

/**
 * The same schedule as every cron engine reads alike: five fields, each `*` or a list of numbers (with `L`, `5L` and
 * `1#2` in the fields of days). Throws `BotError` for what `cronProblem` refuses.
 */
export function canonicalCron(cron: string): string {
  return scheduleOf(cron).text;
}

/**
 * The first run strictly after `at`. A run at fixed hours follows the wall clock: a time that daylight saving skips
 * runs when the clocks have jumped, a doubled one runs the first time. A run in every hour follows elapsed time. Throws
 * `BotError` for what `cronProblem` refuses.
 */
export function nextRun(cron: string, zone: string, at: Instant): Instant {
  const { text, times } = scheduleOf(cron);
  if (times === undefined) {
    return cronParser
      .parseExpression(text, { tz: zone, currentDate: new Date(at) })
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
  const { text, times } = scheduleOf(cron);
  if (times === undefined) {
    return cronParser
      .parseExpression(text, { tz: zone, currentDate: new Date(at + 1) })
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

/** A parsed cron string. `times` is undefined where cron-parser finds the runs. */
interface Schedule {
  readonly text: string;
  readonly times: FixedTimes | undefined;
}

/** A cache, because parsing is slow and the same few schedules are needed at every tick. */
const read = new Map<string, Schedule | { readonly problem: string }>();

function readSchedule(cron: string): Schedule | { readonly problem: string } {
  const known = read.get(cron);
  if (known !== undefined) return known;
  if (read.size >= 500) read.clear();
  const schedule = parseCron(cron);
  read.set(cron, schedule);
  return schedule;
}

function parseCron(cron: string): Schedule | { readonly problem: string } {
  try {
    const fields = readCronFields(cron);
    return { text: cronText(fields), times: fixedTimes(fields) };
  } catch (error) {
    if (error instanceof BotError) return { problem: error.message };
    throw error;
  }
}

function scheduleOf(cron: string): Schedule {
  const schedule = readSchedule(cron);
  if ('problem' in schedule) throw new BotError(`The schedule cannot run: ${schedule.problem}.`);
  return schedule;
}

/** Undefined for a run in every hour, and for `L` and `#`, which are left to cron-parser. */
function fixedTimes({ minutes, hours, days, months, weekdays }: CronFields): FixedTimes | undefined {
  if (hours.isAll || days.signs.length > 0 || weekdays.signs.length > 0) return undefined;
  const walls = hours.numbers.flatMap((of) => minutes.numbers.map((past) => of * hour + past * minute));
  const isEither = !days.isAll && !weekdays.isAll;
  const isOn = (date: LocalDate): boolean => {
    const onDate = days.numbers.includes(Number(date.slice(8)));
    const onWeekday = weekdays.numbers.includes(weekday(date) % 7);
    // Cron's convention: a schedule that restricts both days of the month and of the week runs on either.
    const isDay = isEither ? onDate || onWeekday : onDate && onWeekday;
    return isDay && months.numbers.includes(Number(date.slice(5, 7)));
  };
  return { walls, isOn };
}
