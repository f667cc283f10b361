// What a language says for numbers and times: its locale, units, plural forms and small words.

/** A noun in the plural forms of its language: English has `one` and `other`. */
export type Noun = { readonly [form in Intl.LDMLPluralRule]?: string } & { readonly other: string };

export interface Language {
  /** A BCP 47 tag, for Intl and for months and weekdays. */
  readonly locale: string;
  readonly notMeasured: string;
  /** The unit of a difference between two shares. */
  readonly points: Noun;
  readonly days: Noun;
  /** Short units that are the same for one and for many. */
  readonly seconds: string;
  readonly minutes: string;
  readonly hours: string;
  readonly justNow: string;
  ago(length: string): string;
  /** A part of a whole. */
  of(part: string, whole: string): string;
  /** A span from one end to the other. */
  to(from: string, to: string): string;
  /** A time of the same day. */
  at(time: string): string;
  /** A time of another day. */
  on(date: string, time: string): string;
  list(items: readonly string[]): string;
}

export const englishLanguage: Language = {
  locale: 'en-US', // whose months have three letters each: en-GB writes Sept
  notMeasured: 'not measured',
  points: { one: 'point', other: 'points' },
  days: { one: 'day', other: 'days' },
  seconds: 's',
  minutes: 'min',
  hours: 'h',
  justNow: 'just now',
  ago: (length) => `${length} ago`,
  of: (part, whole) => `${part} of ${whole}`,
  to: (from, to) => `${from} to ${to}`,
  at: (time) => `at ${time}`,
  on: (date, time) => `on ${date} at ${time}`,
  list: (items) => {
    const last = items.at(-1) ?? '';
    return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
  },
};
