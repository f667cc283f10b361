// The tables of a digest: each column is of a period that its head names, a change is of the main period on that of its column.
import { readNumber } from './claims.ts';
import { addDays, clockAt, daysWindow, hour, type LocalTime, readDates, type Window, weekdayOf } from './local-time.ts';
import type { MessageScope, ReadTable } from './messages.ts';
import { measureOf } from './metric-names.ts';
import { claimChange, claimValue, type Reading } from './sentences.ts';

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
  const shift = (hours: number): Window => ({ from: main.from - hours * hour, to: main.to - hours * hour });
  if (text === 'the hour before') return shift(1);
  if (/^last [A-Z][a-z]+day$/.test(text) || words.startsWith('the same hour')) return shift(7 * 24);
  const [, start] = /^(\d{2}:\d{2}) to /.exec(text) ?? [];
  return [main, shift(1)].find(({ from }) => clockAt(from, zone, 'HH:mm') === start);
}

function monthBefore(first: string, back: number, time: LocalTime): Window {
  let from = first;
  for (let index = 0; index < back; index += 1) from = `${addDays(from, -1).slice(0, 7)}-01`;
  const next = addDays(`${from.slice(0, 7)}-28`, 4);
  return daysWindow(from, addDays(`${next.slice(0, 7)}-01`, -1), time);
}

/** The periods with which a digest compares to know what is usual: weeks of the same weekday, weeks, months. */
export function earlierPeriods(period: DigestPeriod, { dates }: Window, time: LocalTime): Window[] {
  if (dates === undefined) return [];
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
  for (const [title = '', ...cells] of rows) {
    if (cells.every((cell) => cell.trim() === '')) {
      scope = of.scopeOf(title) ?? scope;
      continue;
    }
    for (const [index, cell] of cells.entries())
      readCell(cell, { title, head: columns[index + 1] ?? '' }, { ...of, scope }, reading);
  }
}

function readCell(
  cell: string,
  { title, head }: { title: string; head: string },
  { period, main, scope }: { period: DigestPeriod; main: Window; scope: MessageScope },
  reading: Reading,
): void {
  if (!/\d/.test(cell)) return;
  const shown = `${title} | ${head}: ${cell}`;
  const window = digestPeriodNamed(head, { period, main }, scope.time);
  const measure = digestMeasure(title);
  const found =
    /^([\d,]*\d(?:\.\d+)?)(?: (%|[KMGT]?i?B)(?!\w))?(?: \(([\d,.]+) % of ([\d,]+)\))?(?:,? ?\(?([+−])([\d,.]+)(?: (%|points?|[KMGT]?i?B))?\)?)?(?:,? ?\((?:about the )?same\))?$/.exec(
      cell,
    );
  if (window === undefined || measure === undefined || found === null) {
    reading.unattributed.push({ shown });
    return;
  }
  const [, value = '', unit, share, limit, sign, change, changeUnit] = found;
  const reader = { ...scope, ...reading };
  claimValue(reader, { ...measure, window }, readNumber(value, unit), shown);
  if (share !== undefined) {
    const right = scope.sums.value(measure.metric, measure.statistic, window);
    const whole = scope.sums.limit ?? Number.NaN;
    reading.claims.push({
      shown,
      value: Number(share),
      half: 0.5,
      right: right === undefined ? [] : [{ lo: (100 * right.lo) / whole, hi: (100 * right.hi) / whole }],
      about: 'share of the limit',
    });
    reading.claims.push({ shown, ...readNumber(limit ?? ''), right: [{ lo: whole, hi: whole }], about: 'the limit' });
  }
  if (sign === undefined || change === undefined) return;
  claimChange(
    { ...reader, subject: { ...measure, window: main } },
    { sign, value: change, unit: changeUnit, compared: { window: main, before: window } },
    shown,
  );
}

/** Free memory of a period is its lowest. */
export function digestMeasure(title: string): ReturnType<typeof measureOf> {
  const measure = measureOf(title, undefined);
  return measure?.metric.startsWith('memory') === true ? { metric: 'memory.free_ratio', statistic: 'low' } : measure;
}
