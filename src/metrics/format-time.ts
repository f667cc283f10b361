// Formats durations, times of day, dates and spans for people, in one language.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import { formatInstant, type LocalDate, localDate, startOfDate } from '../time-zone.ts';
import type { NumberFormatter } from './format-numbers.ts';
import type { Language } from './language.ts';

/** How a moment is written: the same words, or with a mark by which it can be drawn in the zone of who reads it. */
type MomentWords = Pick<TimeFormatter, 'moment' | 'clock'>;

export interface TimeFormatter {
  /** `40 s`, `6 min`, `1 h 30 min`, `3 days`: the two largest units that matter. */
  duration(length: Duration): string;
  /** A length of time that is only roughly known, in one unit: `40 min`, `15 h`, `3 days`. */
  roughly(length: Duration): string;
  /** `12 to 19 h`, `40 min to 2 h`; undefined where both ends read the same. */
  roughRange(from: Duration, to: Duration): string | undefined;
  /** An instant by luxon's tokens. */
  instant(at: Instant, zone: string, tokens: string): string;
  /** `10:00`. */
  time(at: Instant, zone: string): string;
  /** `22 Nov`. */
  shortDate(date: LocalDate): string;
  /** `Sunday`. */
  dayName(date: LocalDate): string;
  /** `Sunday 22 Nov 2026`, `1 to 7 Apr 2026`, `28 Mar to 3 Apr 2026`, `30 Dec 2025 to 2 Jan 2026`. */
  dates(from: LocalDate, to: LocalDate): string;
  /** `Monday 16 to Sunday 22 Nov 2026`: both ends with their weekday. */
  weekDates(from: LocalDate, to: LocalDate): string;
  /** Dates without the year at its end: `16 to 22 Nov`. */
  shortDates(from: LocalDate, to: LocalDate): string;
  /** `20:00 to 24:00`, of a span within one day. */
  hours(from: Instant, to: Instant, zone: string): string;
  /** `09:00 to 10:00, Asia/Taipei`, with the dates where the span leaves one day. */
  window(from: Instant, to: Instant, zone: string): string;
  /** `at 21:00` on the same day, `on Sat 21 Nov at 21:00` on another one. */
  moment(at: Instant, zone: string, now: Instant): string;
  /** `03:20`, or `22 Nov 03:20` when that was another day than `now`. */
  clock(at: Instant, now: Instant, zone: string): string;
  /** How long ago: `19 min ago`, `just now`. */
  age(at: Instant, now: Instant): string;
  /** The same moments as marks; see `replaceMoments`. */
  readonly marked: MomentWords;
}

/** A marked moment: its minute, what is to be shown of it, and that in words in a zone. */
export interface MarkedMoment {
  readonly at: Instant;
  readonly shows: 'time' | 'date' | 'date and time';
  readonly words: string;
  readonly zone: string;
}

/** Has no sign that markup knows, so that it passes through the escapes of foreign text. */
const markOf = ({ at, shows, words, zone }: MarkedMoment): string =>
  `{moment ${Math.floor(at / minute)} ${shows}; ${words}; ${zone}}`;

const momentMark = /\{moment (\d{1,10}) (time|date|date and time); ([^{}<>|;]{1,40}); ([\w/+-]{1,60})\}/g;

/** The text with its marked moments written in another way. */
export function replaceMoments(text: string, write: (moment: MarkedMoment) => string): string {
  return text.replace(momentMark, (_mark, minutes: string, shows: MarkedMoment['shows'], words: string, zone: string) =>
    write({ at: Number(minutes) * minute, shows, words, zone }),
  );
}

/** The text with its marked moments in words of their zone, which is named with the last one. */
export function momentsInWords(text: string): string {
  let left = [...text.matchAll(momentMark)].length;
  return replaceMoments(text, ({ words, zone }) => {
    left -= 1;
    return left === 0 ? `${words} ${zone}` : words;
  });
}

export function createTimeFormatter(language: Language, numbers: NumberFormatter): TimeFormatter {
  const lengths = createLengths(language, numbers);
  return { ...lengths, ...createTimes(language, lengths) };
}

type Lengths = Pick<TimeFormatter, 'duration' | 'roughly' | 'roughRange'>;

function createLengths(language: Language, { magnitude, quantity }: NumberFormatter): Lengths {
  const { seconds, minutes, hours } = language;
  const written = ({ amount, unit }: RoughLength): string =>
    unit === 'days' ? quantity(amount, language.days) : `${magnitude(amount, 'count')} ${language[unit]}`;
  return {
    duration: (length) => {
      const inSeconds = Math.round(Math.abs(length) / 1_000);
      if (inSeconds < 60) return `${inSeconds} ${seconds}`;
      const inMinutes = Math.round(inSeconds / 60);
      if (inMinutes < 60) return `${inMinutes} ${minutes}`;
      const inHours = Math.floor(inMinutes / 60);
      if (inHours >= 48) return quantity(inHours / 24, language.days);
      return inMinutes % 60 === 0 ? `${inHours} ${hours}` : `${inHours} ${hours} ${inMinutes % 60} ${minutes}`;
    },
    roughly: (length) => written(roughLength(length)),
    roughRange: (from, to) => {
      const [start, end] = [roughLength(from), roughLength(to)];
      if (start.unit !== end.unit) return language.to(written(start), written(end));
      return start.amount === end.amount ? undefined : language.to(magnitude(start.amount, 'count'), written(end));
    },
  };
}

/**
 * How long a span is that is told with both of its times, which are written without seconds: what a reader finds by subtracting them.
 * Less than a minute is as long as it was.
 */
export function spanLength(from: Instant, to: Instant): Duration {
  const minutes = Math.floor(to / minute) - Math.floor(from / minute);
  return Math.abs(to - from) < minute ? to - from : minutes * minute;
}

/** A length in the one unit that is written of it. */
export interface RoughLength {
  readonly amount: number;
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days';
}

export function roughLength(length: Duration): RoughLength {
  const minutes = Math.abs(length) / 60_000;
  if (minutes < 0.99) return { amount: Math.round(minutes * 60), unit: 'seconds' };
  if (minutes < 99.5) return { amount: Math.round(minutes), unit: 'minutes' };
  const hours = minutes / 60;
  // Half an hour matters while there are few; what is foreseen is said rather too soon than too late.
  if (hours < 6) return { amount: Math.floor(hours * 2) / 2, unit: 'hours' };
  if (hours < 47.5) return { amount: Math.round(hours), unit: 'hours' };
  return { amount: Math.round(hours / 24), unit: 'days' };
}

type Times = Omit<TimeFormatter, keyof Lengths>;

function createTimes(language: Language, { duration }: Lengths): Times {
  const instant: Times['instant'] = (at, zone, tokens) => formatInstant(at, zone, tokens, language.locale);
  const time: Times['time'] = (at, zone) => instant(at, zone, 'HH:mm');
  const isOneDay = (a: Instant, b: Instant, zone: string): boolean => localDate(a, zone) === localDate(b, zone);
  const dateIn = (date: LocalDate, tokens: string): string => instant(startOfDate(date, 'utc'), 'utc', tokens);
  const spanOf = (from: LocalDate, to: LocalDate, end: string): string => {
    const isSame = (length: number): boolean => from.slice(0, length) === to.slice(0, length);
    const tokens = isSame('2026-11'.length) ? 'd' : isSame('2026'.length) ? 'd LLL' : 'd LLL yyyy';
    return language.to(dateIn(from, tokens), dateIn(to, end));
  };
  const monthOf = createMonths(language.locale);
  const momentWords = (write: (moment: MarkedMoment) => string): MomentWords => {
    const part = (at: Instant, zone: string, shows: MarkedMoment['shows'], tokens: string): string =>
      write({ at, shows, words: instant(at, zone, tokens), zone });
    return {
      moment: (at, zone, now) =>
        isOneDay(at, now, zone)
          ? language.at(part(at, zone, 'time', 'HH:mm'))
          : language.on(part(at, zone, 'date', 'ccc d LLL'), part(at, zone, 'time', 'HH:mm')),
      clock: (at, now, zone) => {
        const isToday = isOneDay(at, now, zone);
        // In another zone half a day ago may be another day.
        const isNear = isToday && Math.abs(now - at) < 12 * hour;
        return part(at, zone, isNear ? 'time' : 'date and time', isToday ? 'HH:mm' : 'd LLL HH:mm');
      },
    };
  };
  return {
    instant,
    time,
    shortDate: (date) => `${Number(date.slice(8))} ${monthOf(Number(date.slice(5, 7)))}`,
    dayName: (date) => dateIn(date, 'cccc'),
    dates: (from, to) => (from === to ? dateIn(from, 'EEEE d LLL yyyy') : spanOf(from, to, 'd LLL yyyy')),
    weekDates: (from, to) => {
      const isOneMonth = from.slice(0, 7) === to.slice(0, 7);
      return language.to(dateIn(from, isOneMonth ? 'EEEE d' : 'EEEE d LLL'), dateIn(to, 'EEEE d LLL yyyy'));
    },
    shortDates: (from, to) => (from === to ? dateIn(from, 'EEEE d LLL') : spanOf(from, to, 'd LLL')),
    hours: (from, to, zone) => {
      const end = time(to, zone);
      return language.to(time(from, zone), end === '00:00' ? '24:00' : end);
    },
    window: (from, to, zone) => {
      const oneDay = isOneDay(from, Math.max(from, to - 1), zone);
      const tokens = oneDay ? 'HH:mm' : 'd LLL HH:mm';
      const end = oneDay && !isOneDay(to, from, zone) ? '24:00' : instant(to, zone, tokens);
      return `${language.to(instant(from, zone, tokens), end)}, ${zone}`;
    },
    ...momentWords(({ words }) => words),
    marked: momentWords(markOf),
    age: (at, now) => (now - at < 60_000 ? language.justNow : language.ago(duration(now - at))),
  };
}

/** Short names of months by number from 1; kept, because a chart of a year asks for hundreds. */
function createMonths(locale: string): (month: number) => string {
  const known = new Map<number, string>();
  return (month) => {
    const found = known.get(month) ?? formatInstant(Date.UTC(2000, month - 1, 1), 'UTC', 'LLL', locale);
    known.set(month, found);
    return found;
  };
}
