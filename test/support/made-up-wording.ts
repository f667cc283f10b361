// A made-up language in Greek letters, and a look at whether a drawn text holds anything that is not of it.
import { createFormatter } from '../../src/metrics/format.ts';
import { englishLanguage, type Language, type Noun } from '../../src/metrics/language.ts';
import { Phrase, type Wording } from '../../src/metrics/phrase.ts';
import { englishSets } from '../../src/wording.ts';

const greek = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) =>
    String.fromCodePoint(0x3b1 + ((letter.toLowerCase().codePointAt(0) ?? 0) % 24)),
  );

const noun = (of: Noun): Noun => ({ other: greek(of.other) });

const language: Language = {
  locale: 'el-GR',
  notMeasured: greek(englishLanguage.notMeasured),
  points: noun(englishLanguage.points),
  days: noun(englishLanguage.days),
  seconds: 'δ',
  minutes: 'λ',
  hours: 'ω',
  justNow: greek('now'),
  ago: (length) => `${length} ${greek('ago')}`,
  of: (part, whole) => `${part} ${greek('of')} ${whole}`,
  to: (from, to) => `${from} ${greek('to')} ${to}`,
  at: (time) => `${greek('at')} ${time}`,
  on: (date, time) => `${greek('on')} ${date} ${greek('at')} ${time}`,
  list: (items) => items.join(` ${greek('and')} `),
};

const kinds: ReadonlySet<string> = new Set(englishSets.flatMap((set) => Object.keys(set)));

/** Names of the configuration, ids, zones and people: they are the same in every language. */
const sameEverywhere = /^(app|apps|rule|zone|by|window|channel|code|command|time|target|summary)$/;

/** Every phrase as its kind in Greek letters with its values; those of a known kind only. */
export const madeUpWording: Wording = {
  ...createFormatter(language),
  text: word,
  arrow: () => '',
  get spoken() {
    return madeUpWording;
  },
  get marked() {
    return madeUpWording;
  },
};

function word(phrase: Phrase): string {
  if (phrase.kind === 'verbatim') return String(phrase.values['text']);
  if (!kinds.has(phrase.kind)) throw new Error(`${phrase.kind} is in no set of phrases`);
  return [greek(phrase.kind.replace('.', ' ')), ...Object.entries(phrase.values).flatMap(valueWords)].join(' ');
}

/** Names and numbers are written, phrases are worded, and every other text (a level, a metric) has its own Greek word. */
function valueWords([name, value]: readonly [string, unknown]): string[] {
  const phrase = Phrase.strict().safeParse(value);
  if (phrase.success) return [word(phrase.data)];
  if (Array.isArray(value)) return value.flatMap((part: unknown) => valueWords([name, part]));
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(valueWords);
  if (typeof value !== 'string') return typeof value === 'number' ? [String(value)] : [];
  if (name === 'by') return [`{user:${value}}`];
  // A sentence among the values has no word of its own in any language.
  return [sameEverywhere.test(name) || value.includes(' ') ? value : greek(value)];
}

/** The words of a drawn text in Latin letters, without the given names. */
export function foreignWords(text: string, names: readonly string[]): string[] {
  const bare = names.toSorted((a, b) => b.length - a.length).reduce((rest, name) => rest.replaceAll(name, ' '), text);
  return bare.match(/[a-z]{2,}/gi) ?? [];
}
