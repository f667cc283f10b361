// Reads what people type into exact words: ranges and dates in words, synonyms, beginnings of words, Chinese without spaces.
import { metricIds } from '../../metrics/catalog.ts';
import { rangeInChinese } from '../../metrics/chinese-ranges.ts';
import { type DateReader, mayBeDate } from '../../metrics/dates-in-words.ts';
import { rangeAt } from '../../metrics/range-words.ts';
import { articles, fillers, isSymbol, longestSynonym, type Synonyms, synonymsOf } from './lexicon.ts';
import type { SubcommandWords, Vocabulary } from './subcommand.ts';
import { appNames, isChinese, isExactWord, subcommandOf, summaryName, type Word } from './tokens.ts';

/** What words are read with. `dates` reads what the own tables do not know; undefined before it is loaded. */
export interface ReadWith {
  readonly vocabulary: Vocabulary;
  readonly dates?: DateReader | undefined;
}

/** What the words of one command are looked up in. */
interface Lookup extends Synonyms {
  readonly vocabulary: Vocabulary;
  readonly isExact: (text: string) => boolean;
}

/**
 * The words in their exact form, fillers left out. What is not known stays as it was typed; so does a name after `user`,
 * `group` or `room`, together with that word.
 */
export function interpret(words: readonly Word[], { vocabulary, dates }: ReadWith): Word[] {
  const exact = new Map<string, boolean>();
  const isExact = (text: string): boolean => {
    const found = exact.get(text) ?? isExactWord(text, vocabulary);
    exact.set(text, found);
    return found;
  };
  const lookup: Lookup = { ...synonymsOf(vocabulary.subcommands), vocabulary, isExact };
  const split = words.flatMap((word) => splitChinese(word, lookup)).filter(({ text }) => !articles.has(text));
  return completed(scan(readDates(split, lookup, dates), lookup), lookup);
}

/** No question is longer, and the time to read it grows with its length. */
const longestChinese = 60;

/** A word with Chinese characters as several: what is known, and what is between. */
function splitChinese(word: Word, { vocabulary, chinese, isExact }: Lookup): Word[] {
  const { text } = word;
  if (isExact(text)) return [word];
  if (!isChinese(text)) return [{ ...word, text: text.toLowerCase().replace(/['’](s|re|ve|ll|d|m)$/, '') }];
  const typed = text.slice(0, longestChinese);
  const names = appNames(vocabulary.apps).chinese;
  const parts: Word[] = [];
  let rest = '';
  const flush = (): void => {
    if (rest !== '') parts.push({ typed: rest, text: rest.toLowerCase() });
    rest = '';
  };
  for (let at = 0; at < typed.length; ) {
    const begins = (one: string): boolean => typed.startsWith(one, at);
    const name = names.find(begins);
    const range = name === undefined ? rangeInChinese(typed, at) : undefined;
    const known = name ?? (range === undefined ? chinese.get(typed.charAt(at))?.find(begins) : undefined);
    const length = range?.length ?? known?.length ?? 0;
    if (length === 0) rest += typed.charAt(at);
    else {
      flush();
      const [first = '', ...more] = range?.words ?? [known ?? ''];
      parts.push({ typed: typed.slice(at, at + length), text: first }, ...more.map((text) => ({ typed: '', text })));
    }
    at += Math.max(1, length);
  }
  flush();
  return parts;
}

/** The words with what the reader of dates finds in them; only what nothing else knows is given to it. */
function readDates(words: readonly Word[], { vocabulary, isExact }: Lookup, dates: DateReader | undefined): Word[] {
  if (dates === undefined) return [...words];
  const texts = words.map(({ text }) => text);
  const isRange = rangesIn(texts);
  const isOpen = texts.map((text, at) => !isRange[at] && !isExact(text) && !fillers.has(text));
  // A name of something else ends a date.
  const asked = texts.map((text, at) => (isRange[at] || !isExact(text) ? text : '|'));
  if (!asked.some((text, at) => isOpen[at] && mayBeDate(text))) return [...words];
  const read: Word[] = [];
  let at = 0;
  for (const found of dates(asked, vocabulary)) {
    // The own tables know better what they know, because their dates are those of each app.
    if (!isOpen.slice(found.at, found.at + found.words).includes(true)) continue;
    const said = words.slice(found.at, found.at + found.words).map(({ typed }) => typed);
    read.push(...words.slice(at, found.at), { typed: said.join(' '), text: found.text });
    at = found.at + found.words;
  }
  return [...read, ...words.slice(at)];
}

/** True for each word that the own table of ranges takes. */
function rangesIn(texts: readonly string[]): boolean[] {
  const taken = texts.map(() => false);
  for (let at = 0; at < texts.length; ) {
    const count = rangeAt(texts, at)?.words ?? 0;
    taken.fill(true, at, at + count);
    at += Math.max(1, count);
  }
  return taken;
}

/** One pass from left to right: names and synonyms of several words, exact words, ranges, synonyms, fillers. */
function scan(words: readonly Word[], lookup: Lookup): Word[] {
  const texts = words.map(({ text }) => text);
  const read: Word[] = [];
  for (let at = 0; at < words.length; ) {
    const found = nameAfter(texts, at, lookup) ?? knownAt(texts, at, lookup);
    const typed = words.slice(at, at + found.words).map((word) => word.typed);
    if (found.text !== '') read.push({ typed: typed.filter((word) => word !== '').join(' '), text: found.text });
    at += found.words;
  }
  return read;
}

interface Known {
  /** Empty for what is left out. */
  readonly text: string;
  readonly words: number;
}

/** A name after `user`, `group` or `room` is never dropped and never taken for another word. */
function nameAfter(texts: readonly string[], at: number, { meanings, isExact }: Lookup): Known | undefined {
  const [kind = '', name] = texts.slice(at, at + 2);
  if (!/^(user|group|room)$/.test(kind) || name === undefined) return undefined;
  if (meanings.has(`${kind} ${name}`) || isExact(name) || rangeAt(texts, at + 1) !== undefined) return undefined;
  return fillers.has(name) || meanings.has(name) ? undefined : { text: `${kind} ${name}`, words: 2 };
}

function knownAt(texts: readonly string[], at: number, { meanings, isExact }: Lookup): Known {
  const word = texts[at] ?? '';
  for (let length = Math.min(longestSynonym, texts.length - at); length > 1; length -= 1) {
    const meaning = meanings.get(texts.slice(at, at + length).join(' '));
    if (meaning !== undefined) return { text: meaning, words: length };
  }
  if (isExact(word)) return rangeFrom(texts, at) ?? { text: word, words: 1 };
  const range = rangeAt(texts, at);
  if (range !== undefined) return range;
  const meaning = meanings.get(word);
  if (meaning !== undefined) return { text: meaning, words: 1 };
  return { text: fillers.has(word) || isSymbol(word) ? '' : word, words: 1 };
}

/** A range that begins with a word that is a range by itself, as `monday to friday`. */
function rangeFrom(texts: readonly string[], at: number): Known | undefined {
  const range = rangeAt(texts, at);
  return range !== undefined && range.words > 1 ? range : undefined;
}

/** Beginnings of words become the words, where only one begins so. */
function completed(words: readonly Word[], { vocabulary, isExact }: Lookup): Word[] {
  const texts = words.map(({ text }) => text);
  const hasView = texts.some((text) => vocabulary.subcommands.some(({ id }) => id !== '' && id === text));
  const subcommand = hasView ? subcommandOf(texts, vocabulary) : undefined;
  return words.map((word) => {
    if (isExact(word.text) || word.text.length < 3) return word;
    return { ...word, text: beginningOf(word.text, subcommand, vocabulary) ?? word.text };
  });
}

function beginningOf(
  word: string,
  subcommand: SubcommandWords | undefined,
  { subcommands, apps, alerts, digests }: Vocabulary,
): string | undefined {
  const takes = (argument: 'app' | 'alert' | 'digest' | 'metric'): boolean =>
    subcommand?.takes.includes(argument) === true;
  const begins = (names: readonly string[]): string[] => names.filter((name) => name.toLowerCase().startsWith(word));
  const views = subcommands.map(({ id }) => (id === '' ? summaryName : id));
  const meant = takes('alert') ? begins(alerts) : [];
  if (meant.length === 1) return meant[0];
  const candidates = new Set([
    ...meant,
    ...(takes('digest') ? begins(digests) : []),
    ...(subcommand === undefined || takes('metric') ? begins(views) : []),
    ...(subcommand === undefined || takes('app') ? appsThatBegin(apps, word) : []),
    ...(word.includes('.') ? begins(metricIds) : []),
    ...begins(['today', 'yesterday']),
  ]);
  const [only, ...more] = candidates;
  return more.length === 0 ? only : undefined;
}

/** Ids of the apps of which the id or the name begins so. */
function appsThatBegin(apps: Vocabulary['apps'], word: string): string[] {
  const { byWord, byFirstWord } = appNames(apps);
  const ids: string[] = [];
  for (const [name, { id }] of byWord) if (name.startsWith(word)) ids.push(id);
  for (const [name, some] of byFirstWord) if (name.startsWith(word)) ids.push(...some.map(({ id }) => id));
  return ids;
}

/** True where the words may hold a date that only the reader of dates knows. */
export function mayHoldDate(words: readonly string[]): boolean {
  return words.some(mayBeDate);
}
