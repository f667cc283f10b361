// The tables of a digest: each column is of a period that its head names, a change is of the main period on that of its column.

import { claimChange } from './change-forms.ts';
import { readNumber } from './claims.ts';
import { exactly, type Interval } from './imkit-sums.ts';
import {
  addDays,
  clockAt,
  daysBefore,
  daysWindow,
  hour,
  type LocalTime,
  readDates,
  timeAt,
  type Window,
  weekdayOf,
} from './local-time.ts';
import type { MessageScope, ReadTable } from './messages.ts';
import { type Measure, measureOf } from './metric-names.ts';
import { claimValue, type Reading } from './reader.ts';
import { readSentence } from './sentences.ts';
import { claimShare } from './value-forms.ts';

export const digestPeriods = ['hour', 'day', 'week', 'month'] as const;
export type DigestPeriod = (typeof digestPeriods)[number];

/** The last period that had ended. */
export function digestWindow(period: DigestPeriod, time: LocalTime): Window {
  const { now, today, zone } = time;
  if (period === 'hour') {
    const to = now - (now - startOfHour(now, zone));
    return { from: to - hour, to };
  }
  const monday = addDays(today, 1 - weekdayOf(today));
  const first = `${today.slice(0, 7)}-01`;
  const last = addDays(first, -1);
  const dates = {
    day: [addDays(today, -1), addDays(today, -1)],
    week: [addDays(monday, -7), addDays(monday, -1)],
    month: [`${last.slice(0, 7)}-01`, last],
  }[period];
  return daysWindow(dates[0] ?? today, dates[1] ?? today, time);
}

const startOfHour = (at: number, zone: string): number => at - Number(clockAt(at, zone, 'm')) * 60_000 - (at % 60_000);

/** The period that the head of a column, or the words after "on", name. */
export function digestPeriodNamed(
  words: string,
  of: { period: DigestPeriod; main: Window },
  time: LocalTime,
): Window | undefined {
  const { period, main } = of;
  if (/^so far, to /.test(words)) return { from: main.to, to: time.now };
  if (/^now, at /.test(words)) return { from: time.now - hour, to: time.now };
  const text = words.replace(/^(?:against|on|the same hour) /, '');
  if (period === 'hour') return hourNamed(text, words, main, time);
  const { from, to } = main.dates ?? { from: '', to: '' };
  const shift = (days: number): Window => daysWindow(addDays(from, -days), addDays(to, -days), time);
  if (text === `the ${period} before`)
    return period === 'month' ? monthBefore(from, 1, time) : shift(period === 'week' ? 7 : 1);
  if (period === 'day') {
    const name = /^(last )?([A-Z][a-z]+day)$/.exec(text);
    const weekday = name?.[2] === undefined ? 0 : weekdays.indexOf(name[2]) + 1;
    if (weekday === 0) return undefined;
    if (name?.[1] !== undefined) return shift(7);
    return weekday === weekdayOf(from) ? main : shift((weekdayOf(from) - weekday + 7) % 7);
  }
  if (period === 'week') {
    const dates = readDates(text, { today: time.today });
    return dates === undefined ? undefined : daysWindow(dates.from, dates.to, time);
  }
  const [, month, year] = /^([A-Z][a-z]+)(?: (\d{4}))?$/.exec(text) ?? [];
  if (month === undefined) return undefined;
  const back = Array.from({ length: 13 }, (_, index) => index).find((index) => {
    const { dates } = monthBefore(from, index, time);
    const name = clockAt(Date.parse(`${dates?.from}T12:00:00Z`), 'utc', 'LLLL');
    return name === month && (year === undefined || dates?.from.startsWith(year) === true);
  });
  return back === undefined ? undefined : monthBefore(from, back, time);
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function hourNamed(text: string, words: string, main: Window, { zone }: LocalTime): Window | undefined {
  const hourFrom = (from: number): Window => ({ from, to: from + hour });
  const shift = (hours: number): Window => hourFrom(main.from - hours * hour);
  if (text === 'the hour before') return shift(1);
  if (/^last [A-Z][a-z]+day$/.test(text) || words.startsWith('the same hour') || text === 'a week ago')
    return hourFrom(daysBefore(main.from, 7, zone));
  const [, start] = /^(\d{2}:\d{2}) to /.exec(text) ?? [];
  return [main, shift(1)].find(({ from }) => timeAt(from, zone) === start);
}

function monthBefore(first: string, back: number, time: LocalTime): Window {
  let from = first;
  for (let index = 0; index < back; index += 1) from = `${addDays(from, -1).slice(0, 7)}-01`;
  const next = addDays(`${from.slice(0, 7)}-28`, 4);
  return daysWindow(from, addDays(`${next.slice(0, 7)}-01`, -1), time);
}

/** The periods with which a digest compares to know what is usual: weeks of the same weekday, weeks, months. */
export function earlierPeriods(period: DigestPeriod, { from, to, dates }: Window, time: LocalTime): Window[] {
  if (dates === undefined)
    return Array.from({ length: 23 }, (_, back) => ({ from: from - (back + 1) * hour, to: to - (back + 1) * hour }));
  const backs = Array.from({ length: period === 'month' ? 11 : 7 }, (_, index) => index + 1);
  if (period === 'month') return backs.map((back) => monthBefore(dates.from, back, time));
  return backs.map((back) => daysWindow(addDays(dates.from, -7 * back), addDays(dates.to, -7 * back), time));
}

/** Reads the joined table of all apps; a row with one cell only names the app of those that follow. */
export function readDigestTable(
  { columns, rows }: ReadTable,
  of: { period: DigestPeriod; main: Window; scopeOf: (title: string) => MessageScope | undefined; first: MessageScope },
  reading: Reading,
): void {
  let scope = of.first;
  let heads = columns.slice(1);
  for (const [title = '', ...cells] of rows) {
    if (digestMeasure(title) === undefined) {
      // The name of an app, above whose rows may stand the names of its own periods.
      scope = of.scopeOf(title) ?? scope;
      if (cells.some((cell) => cell.trim() !== '')) heads = cells;
      continue;
    }
    for (const [index, cell] of cells.entries())
      readCell(cell, { title, head: heads[index] ?? '' }, { ...of, scope }, reading);
  }
}

const cellPattern =
  /^([\d,]*\d(?:\.\d+)?)(?: (%|[KMGT]?i?B)(?!\w))?(?: of ([\d,]+))?(?: \(([\d,.]+) %(?: of ([\d,]+))?\))?(?:,? ?\((?:(up |down |[+−])([\d,.]+)(?: (%|points?|[KMGT]?i?B))?|(?:about the )?same)\))?(.*)$/;

function readCell(
  cell: string,
  { title, head }: { title: string; head: string },
  of: { period: DigestPeriod; main: Window; scope: MessageScope },
  reading: Reading,
): void {
  if (!/\d/.test(cell)) return;
  const { main, scope } = of;
  const shown = `${title} | ${head}: ${cell}`;
  const measure = digestMeasure(title);
  if (measure !== undefined && /^lowest | each time/.test(cell)) {
    readEnds(cell, { measure, main, shown }, scope, reading);
    return;
  }
  const window = digestPeriodNamed(head, of, scope.time);
  const found = cellPattern.exec(cell);
  if (window === undefined || measure === undefined || found === null) {
    reading.unattributed.push({ shown });
    return;
  }
  const [, value = '', unit, limit, share, whole = limit, sign, change, changeUnit, rest = ''] = found;
  const subject = { ...measure, window };
  const reader = { ...scope, ...reading };
  claimValue(reader, subject, readNumber(value, unit), shown);
  if (share !== undefined) claimShare({ ...reader, subject }, share, shown);
  if (whole !== undefined) {
    const right = scope.sums.limit ?? Number.NaN;
    reading.claims.push({ shown, ...readNumber(whole), right: [{ lo: right, hi: right }], about: 'the limit' });
  }
  if (sign !== undefined && change !== undefined) {
    const compared = { window: main, before: window };
    claimChange(
      { ...reader, subject: { ...measure, window: main } },
      { sign, value: change, unit: changeUnit, compared },
      shown,
    );
  }
  const more = readSentence(rest, scope, subject);
  reading.claims.push(...more.claims);
  reading.unattributed.push(...more.unattributed);
}

/** From how much of a period on its number counts among the others. */
const leastMeasured = 0.9;

/** `lowest 1,204, highest 1,892 (5 of 8 known)`: of the period and those before it, as far as they were measured. */
function readEnds(
  cell: string,
  { measure, main, shown }: { measure: Measure; main: Window; shown: string },
  { sums, earlier = [] }: MessageScope,
  reading: Reading,
): void {
  // Of an hour of which a part was measured it is not certain whether it counts.
  const variants = (['lo', 'hi'] as const).map((side) =>
    [main, ...earlier]
      .filter((window) => {
        const { measured, of } = sums.coverage(measure.metric, window);
        return measured[side] >= leastMeasured * of.hi;
      })
      .flatMap((window) => sums.value(measure.metric, measure.statistic, window) ?? []),
  );
  const end = (of: typeof Math.max): Interval[] =>
    variants
      .filter((values) => values.length > 0)
      .map((values) => ({ lo: of(...values.map(({ lo }) => lo)), hi: of(...values.map(({ hi }) => hi)) }));
  const claim = (found: RegExpExecArray | null, right: Interval[], about: string): void => {
    const [, number, unit] = found ?? [];
    if (number !== undefined)
      reading.claims.push({ shown, ...readNumber(number, unit), right, about: `${about} ${measure.metric}` });
  };
  const number = '([\\d,]*\\d(?:\\.\\d+)?)(?: (%|[KMGT]?i?B)(?!\\w))?';
  claim(new RegExp(`lowest ${number}`).exec(cell), end(Math.min), 'lowest');
  claim(new RegExp(`highest ${number}`).exec(cell), end(Math.max), 'highest');
  claim(new RegExp(`^${number} each time`).exec(cell), end(Math.min), 'always');
  const [, known, all] = /\((\d+) of (\d+) known\)/.exec(cell) ?? [];
  if (known === undefined || all === undefined) return;
  const counts = variants.map((values) => values.length);
  const right = [{ lo: Math.min(...counts), hi: Math.max(...counts) }];
  reading.claims.push({ shown, ...readNumber(known), right, about: 'known periods' });
  reading.claims.push({ shown, ...readNumber(all), right: [exactly(earlier.length + 1)], about: 'periods' });
}

/** Free memory of a period is its lowest. */
export function digestMeasure(title: string): ReturnType<typeof measureOf> {
  const measure = measureOf(title, undefined);
  return measure?.metric.startsWith('memory') === true ? { metric: 'memory.free_ratio', statistic: 'low' } : measure;
}
