// Days that are named by their place in the calendar, as `friday`, `last-week`, `november`, `q3`, `11-01` or `3d-ago`, as local dates.
import { addDays, addMonths, isLocalDate, type LocalDate, weekday } from '../time-zone.ts';

/** Dates of one name, both included. They may lie in the future. `as`: how a range of them is said and compared. */
export interface NamedDates {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly as?: 'week' | 'weekday';
}

export const weekdays: readonly string[] = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

export const months: readonly string[] = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july'],
  ...['august', 'september', 'october', 'november', 'december'],
];

/** The days from which a name counts. */
export interface NamedFrom {
  readonly today: LocalDate;
  /** Weekdays, months, quarters and days without a year are the last ones that begin no later than this; today by default. */
  readonly notAfter?: LocalDate;
}

/** The dates of a name; undefined for another word, and for a date that no calendar has. */
export function namedDates(word: string, { today, notAfter = today }: NamedFrom): NamedDates | undefined {
  return (
    periodOf(word, today) ??
    weekdayOf(word, notAfter, today) ??
    monthOf(word, notAfter) ??
    dateOf(word, notAfter, today)
  );
}

const dayOf = (date: LocalDate): NamedDates => ({ from: date, to: date });

/** `today`, `yesterday`, `this-week`, `last-month`; `tomorrow` and `next-week`, so that it can be said that they are to come. */
function periodOf(word: string, today: LocalDate): NamedDates | undefined {
  if (word === 'today') return dayOf(today);
  if (word === 'yesterday') return dayOf(addDays(today, -1));
  if (word === 'tomorrow') return dayOf(addDays(today, 1));
  const [, which, period] = /^(this|last|next)-(week|month|quarter|year)$/.exec(word) ?? [];
  const back = which === 'last' ? 1 : which === 'next' ? -1 : 0;
  const month = Number(today.slice(5, 7));
  if (period === 'week') {
    const monday = addDays(today, 1 - weekday(today) - 7 * back);
    return { from: monday, to: addDays(monday, 6), as: 'week' };
  }
  if (period === 'month') return monthsFrom(today, -back, 1);
  if (period === 'quarter') return monthsFrom(today, -((month - 1) % 3) - 3 * back, 3);
  return period === 'year' ? monthsFrom(today, 1 - month - 12 * back, 12) : undefined;
}

/** So many whole months, the first of them `offset` months after that of `date`. */
function monthsFrom(date: LocalDate, offset: number, count: number): NamedDates {
  const from = addMonths(`${date.slice(0, 7)}-01`, offset);
  return { from, to: addDays(addMonths(from, count), -1) };
}

/** `friday`, `last-friday`, and `last-week-friday` of a week from Monday to Sunday. */
function weekdayOf(word: string, notAfter: LocalDate, today: LocalDate): NamedDates | undefined {
  const [, which, name = ''] = /^(last-|this-week-|last-week-)?([a-z]+day)$/.exec(word) ?? [];
  const number = weekdays.indexOf(name) + 1;
  if (number === 0) return undefined;
  if (which === 'this-week-' || which === 'last-week-') {
    const monday = addDays(today, 1 - weekday(today) - (which === 'last-week-' ? 7 : 0));
    return { ...dayOf(addDays(monday, number - 1)), as: 'weekday' };
  }
  const back = (weekday(notAfter) - number + 7) % 7;
  return { ...dayOf(addDays(notAfter, which === 'last-' && back === 0 ? -7 : -back)), as: 'weekday' };
}

/** `november`, `last-november`, `2026-11`, `q3`, `2026-q3`. */
function monthOf(word: string, notAfter: LocalDate): NamedDates | undefined {
  const [, exact] = /^(\d{4}-(?:0[1-9]|1[0-2]))$/.exec(word) ?? [];
  if (exact !== undefined) return monthsFrom(`${exact}-01`, 0, 1);
  const [, year, quarter] = /^(?:(\d{4})-)?q([1-4])$/.exec(word) ?? [];
  if (quarter !== undefined) {
    const first = `${String(3 * Number(quarter) - 2).padStart(2, '0')}-01`;
    return monthsFrom(year === undefined ? lastOf(first, notAfter) : `${year}-${first}`, 0, 3);
  }
  const [, last, name = ''] = /^(last-)?([a-z]+)$/.exec(word) ?? [];
  const number = months.indexOf(name) + 1;
  if (number === 0) return undefined;
  const found = lastOf(`${String(number).padStart(2, '0')}-01`, notAfter);
  const isRunning = found.slice(0, 7) === notAfter.slice(0, 7);
  return monthsFrom(found, last !== undefined && isRunning ? -12 : 0, 1);
}

/** The last day of this month and day that is no later than `notAfter`. */
function lastOf(monthAndDay: string, notAfter: LocalDate): LocalDate {
  const year = Number(notAfter.slice(0, 4));
  return `${monthAndDay <= notAfter.slice(5) ? year : year - 1}-${monthAndDay}`;
}

/** `2026-11-01`, `11-01`, `3d-ago`, `2w-ago`; `2mo-ago` is that whole month. */
function dateOf(word: string, notAfter: LocalDate, today: LocalDate): NamedDates | undefined {
  const [, count = '', unit] = /^(\d{1,3})(d|w|mo)-ago$/.exec(word) ?? [];
  if (unit === 'mo') return monthsFrom(today, -Number(count), 1);
  if (unit !== undefined) return dayOf(addDays(today, -Number(count) * (unit === 'w' ? 7 : 1)));
  if (isLocalDate(word)) return dayOf(word);
  if (!/^\d{2}-\d{2}$/.test(word)) return undefined;
  const last = lastOf(word, notAfter);
  // A leap day is not in every year.
  const dates = [0, 1, 2, 3, 4, 5, 6, 7].map((years) => `${Number(last.slice(0, 4)) - years}${last.slice(4)}`);
  const date = dates.find(isLocalDate);
  return date === undefined ? undefined : dayOf(date);
}
