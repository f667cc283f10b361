// The windows that the words of a message name.
import {
  addDays,
  datesPattern,
  daysBefore,
  daysFrom,
  daysWindow,
  hour,
  type LocalTime,
  lastDays,
  lastLength,
  minute,
  readDates,
  type Window,
  windowBefore,
} from './local-time.ts';

const length = '(?:\\d+ h(?: \\d+ min)?|\\d+ min|[\\d,]+ (?:minutes|hours|days)|minute|hour|day)';

/** `in the last 7 days`, `today so far`, `on Friday 20 Nov 2026`, `from 27 to 29 Nov 2026, today so far`. */
export const windowPattern =
  `(?:(?:in|of|over) )?(?:the )?last ${length}(?: and today so far)?|(?:of )?today(?: so far)?|(?:of )?yesterday` +
  `|(?:on|from|in|of) ${datesPattern}(?:, today so far)?`;

/** `the 7 days before`, `yesterday by this time`, `the Friday before`: after "up 12 % on". */
export const beforePattern = `the (?:${length}|week|month) before(?: by this time)?|yesterday by this time|yesterday|last [A-Z][a-z]+day by this time|the [A-Z][a-z]+day before`;

/** A length as it is written, ms; undefined for whole days. */
function lengthOf(words: string): { readonly ms: number } | { readonly days: number } | undefined {
  const [, hours, minutes] = /(\d+) h(?: (\d+) min)?/.exec(words) ?? [];
  if (hours !== undefined) return { ms: Number(hours) * hour + Number(minutes ?? 0) * minute };
  const [, short] = /(\d+) min\b/.exec(words) ?? [];
  if (short !== undefined) return { ms: Number(short) * minute };
  const [, count = '1', unit] = /(?:([\d,]+) )?(minute|hour|day)s?\b/.exec(words) ?? [];
  const number = Number(count.replaceAll(',', ''));
  if (unit === undefined) return undefined;
  return unit === 'day' ? { days: number } : { ms: number * (unit === 'hour' ? hour : minute) };
}

/** The window of such words; undefined where they name none. */
export function readWindow(words: string, time: LocalTime): Window | undefined {
  const text = words.trim();
  if (/\btoday\b/.test(text) && !/\d/.test(text)) return daysWindow(time.today, time.today, time);
  if (/\byesterday\b/.test(text) && !/\d/.test(text)) {
    const date = addDays(time.today, -1);
    return daysWindow(date, date, time);
  }
  if (/\blast\b/.test(text)) {
    const found = lengthOf(text);
    if (found === undefined) return undefined;
    if ('ms' in found) return lastLength(found.ms, time);
    if (!/and today so far/.test(text)) return lastDays(found.days, time);
    return daysWindow(addDays(time.today, -found.days), time.today, time);
  }
  const dates = readDates(text.replace(/, today so far$/, '').replace(/^(?:on|from|in|of) /, ''), time);
  return dates === undefined ? undefined : daysWindow(dates.from, dates.to, time);
}

/** A window beside an earlier one. */
export interface Compared {
  readonly window: Window;
  readonly before: Window;
}

/** What a change compares: the window with the one that is named; without the day that is not over where so many whole days are named. */
export function readCompared(words: string, window: Window, time: LocalTime): Compared | undefined {
  const [, count] = /^the ([\d,]+) days before$/.exec(words) ?? (words === 'the day before' ? ['', '1'] : []);
  const { dates } = window;
  const length = dates === undefined ? 0 : daysFrom(dates.from, dates.to) + 1;
  const isWithoutToday = dates?.to === time.today && length > 1 && Number(count?.replaceAll(',', '')) === length - 1;
  const whole = isWithoutToday && dates !== undefined ? daysWindow(dates.from, addDays(dates.to, -1), time) : window;
  const before = readBefore(words, whole, time);
  return before && { window: whole, before };
}

/** The earlier window that a change names. */
function readBefore(words: string, window: Window, time: LocalTime): Window | undefined {
  if (
    /day by this time$|^the \w+day before$/.test(words) &&
    !words.startsWith('yesterday') &&
    words !== 'the day before'
  )
    return windowBefore(window, time, 7);
  if (words.startsWith('yesterday')) {
    if (window.dates !== undefined) return windowBefore(window, time, 1);
    return { from: daysBefore(window.from, 1, time.zone), to: daysBefore(window.to, 1, time.zone) };
  }
  if (words.startsWith('the week before')) return windowBefore(window, time, 7);
  const found = lengthOf(words);
  if (found === undefined) return undefined;
  if ('days' in found) return windowBefore(window, time, found.days);
  const own = window.to - window.from;
  // A length is written to the minute.
  const back = Math.abs(own - found.ms) < minute ? own : found.ms;
  return { from: window.from - back, to: window.to - back };
}
