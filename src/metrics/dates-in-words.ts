// Dates in words that the own tables do not know, by chrono-node, which is loaded when the first such word is typed.
import type { Instant } from '../clock.ts';
import { formatInstant } from '../time-zone.ts';
import { months } from './calendar-words.ts';

/** A date that was found in words: where, and in the normal form of a range. */
export interface FoundDate {
  readonly at: number;
  readonly words: number;
  readonly text: string;
}

/** Finds dates in words, seen from `now` in `zone`. Takes under 2 ms for a command. */
export type DateReader = (
  words: readonly string[],
  from: { readonly now: Instant; readonly zone: string },
) => FoundDate[];

/** True for a word that may be a part of a date, so that it is worth loading the reader. */
export function mayBeDate(word: string): boolean {
  return /\d|\p{Script=Han}|^(ago|next|coming|before|after|early|late|mid|end|beginning|start)$|(th|st|nd|rd)$/u.test(
    word,
  );
}

type Part = 'year' | 'month' | 'day' | 'weekday' | 'hour';

/** What chrono-node says of one end of a date. */
interface DateParts {
  get(part: Part): number | null;
  isCertain(part: Part): boolean;
}

/** Loads it, which holds the event loop for some 100 ms the first time. */
export async function loadDateReader(): Promise<DateReader> {
  const [english, chinese] = await Promise.all([import('chrono-node/en'), import('chrono-node/zh')]);
  // The first parse compiles every form of a date, which takes longer than a command may.
  for (const parser of [english.casual, chinese.hans, chinese.hant]) parser.parse('1 nov 2026', new Date(0));
  return (words, { now, zone }) => {
    const text = words.join(' ');
    // With the wall clock as if it were UTC, so that the days are those of the zone.
    const wall = new Date(Date.parse(`${formatInstant(now, zone, "yyyy-MM-dd'T'HH:mm:ss")}Z`));
    const today = { instant: wall, timezone: 0 };
    const parsers = /\p{Script=Han}/u.test(text) ? [chinese.hans, chinese.hant] : [english.casual];
    for (const parser of parsers) {
      const found = parser.parse(text, today).flatMap(({ index, text: said, start, end }) => {
        const dates = [start, ...(end === null || end === undefined ? [] : [end])].map(normalForm);
        const place = placeOf(words, index, said);
        if (place === undefined || dates.some((date) => date === undefined)) return [];
        return [{ ...place, text: dates.join('..') }];
      });
      if (found.length > 0) return found;
    }
    return [];
  };
}

/** The words that a part of their text covers; undefined where it ends within one. */
function placeOf(words: readonly string[], index: number, said: string): Omit<FoundDate, 'text'> | undefined {
  const starts = words.map((_, at) => words.slice(0, at).join(' ').length + (at === 0 ? 0 : 1));
  const at = starts.indexOf(index);
  const last = words.findIndex((word, other) => (starts[other] ?? 0) + word.length === index + said.length);
  return at === -1 || last < at ? undefined : { at, words: last - at + 1 };
}

/** `2026-11-01`, `11-01` where no year was said, `2026-11`, `november`; undefined for a mere time or weekday. */
function normalForm(parts: DateParts): string | undefined {
  const [year, month, day] = (['year', 'month', 'day'] as const).map((part) =>
    String(parts.get(part)).padStart(2, '0'),
  );
  const isExact = parts.isCertain('day');
  if (!parts.isCertain('month')) return undefined;
  if (isExact) return parts.isCertain('year') ? `${year}-${month}-${day}` : `${month}-${day}`;
  return parts.isCertain('year') ? `${year}-${month}` : months[Number(month) - 1];
}
