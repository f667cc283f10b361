// The words of a command: split, names and ranges joined, what each of them means, and a query written as a command again.
import { type Duration, hour, minute, second } from '../../clock.ts';
import { type MetricId, metricNamed } from '../../metrics/catalog.ts';
import { parseDuration } from '../../metrics/parse-quantity.ts';
import { isRange, parseRange } from '../../metrics/parse-range.ts';
import { isMetricGroup, mainMetric } from '../../reports/slices.ts';
import { unescapeMarkup } from '../blocks/block.ts';
import type { Argument, KnownApp, Query, SubcommandWords, Vocabulary } from './subcommand.ts';

/** The meaning of one word. An impossible range is `wrong`, with what to write instead and the nearest valid one. */
export type Meaning =
  | { readonly argument: 'subcommand' | 'app' | 'digest' | 'alert' | 'range'; readonly value: string }
  | { readonly argument: 'public'; readonly value: 'public' }
  | { readonly argument: 'metric'; readonly value: MetricId }
  | { readonly argument: 'mode'; readonly value: 'now' | 'preview' }
  | { readonly argument: 'duration'; readonly value: Duration }
  | { readonly argument: 'wrong'; readonly value: string; readonly hint: string; readonly nearest: string };

/** A word of the text with its meaning. */
export type Found = { readonly word: string } & Meaning;

const mostWords = 30;
const plainWords = /^[A-Za-z0-9_-]+(?: [A-Za-z0-9_-]+)*$/;
const invisible = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/**
 * The words of a text: full-width characters folded, Slack's escapes and automatic links undone, invisible characters and the
 * mark that ends a sentence gone, a dash between two dates written as dots.
 */
export function splitWords(text: string): string[] {
  // Nearly every command is of plain words, and parsing must take next to no time, because it comes before the acknowledgement.
  if (plainWords.test(text)) return text.split(' ', mostWords);
  return unescapeMarkup(text.replace(/<(?:[^<>|]*\|)?([^<>|]*)>/g, ' $1 '))
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(/[\p{Cc}\s,;]+/gu, ' ')
    .replace(/(?<=\d{4}-\d{2}-\d{2})[–—](?=\d{4}-)/gu, '..')
    .split(' ')
    .map((word) => word.replace(/^["'“”‘’`]+|["'“”‘’`]+$/gu, '').replace(/(?<=\d)\.{3,}(?=\d)/, '..'))
    .map((word) => word.replace(/(?<=[^.])[.?!。]$/u, ''))
    .filter((word) => word !== '')
    .slice(0, mostWords);
}

/** An app with its name as it is typed in a command: split once, because every command is parsed before it is acknowledged. */
export function knownApp(app: Omit<KnownApp, 'words'>): KnownApp {
  return { ...app, words: splitWords(app.name) };
}

/** App names of several words become one word: the id of the app. */
export function joinNames(words: readonly string[], vocabulary: Vocabulary): string[] {
  const joined: string[] = [];
  for (let index = 0; index < words.length; ) {
    const app = vocabulary.apps.find((one) => startsWithName(words.slice(index), one));
    joined.push(app?.id ?? words[index] ?? '');
    index += app?.words.length ?? 1;
  }
  return joined;
}

function startsWithName(words: readonly string[], { words: parts }: KnownApp): boolean {
  return parts.length > 1 && parts.every((part, index) => same(part, words[index] ?? ''));
}

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** The word for the subcommand that needs none. */
export const summaryName = 'summary';

const subcommandName = (subcommand: SubcommandWords): string => (subcommand.id === '' ? summaryName : subcommand.id);

/** The subcommand of a command. One that needs a metric wins over the metric groups, which then are metrics. */
export function subcommandOf(words: readonly string[], vocabulary: Vocabulary): SubcommandWords | undefined {
  const request = words.flatMap(
    (word) => vocabulary.subcommands.find((subcommand) => same(word, subcommandName(subcommand))) ?? [],
  );
  const trend = vocabulary.subcommands.find((subcommand) => subcommand.needs.includes('metric'));
  if (trend !== undefined && request.includes(trend)) return trend;
  if (request.length === 0 && words.some((word) => metricNamed(word.toLowerCase()) !== undefined)) return trend;
  return request[0] ?? vocabulary.subcommands.find((subcommand) => subcommand.id === '');
}

/** What is known when a word is parsed. */
export interface WordContext {
  readonly subcommand: SubcommandWords | undefined;
  readonly vocabulary: Vocabulary;
  /** The words before it. */
  readonly before: readonly Found[];
}

/** What a word means with this subcommand; undefined when nothing has that name. */
export function meaningOf(word: string, place: WordContext): Meaning | undefined {
  return forSubcommand(word, place) ?? byName(word, place) ?? anywhere(word.toLowerCase(), place.vocabulary);
}

/** Words that mean this with the given subcommand only. */
function forSubcommand(word: string, { subcommand, before }: WordContext): Meaning | undefined {
  const text = word.toLowerCase();
  const takes = (argument: Argument): boolean => subcommand?.takes.includes(argument) === true;
  if (
    subcommand !== undefined &&
    text === subcommandName(subcommand) &&
    !before.some((one) => one.argument === 'subcommand')
  ) {
    return { argument: 'subcommand', value: text };
  }
  // A metric group in place of a metric means its main metric.
  if (takes('metric') && isMetricGroup(text)) return { argument: 'metric', value: mainMetric[text] };
  const duration = takes('duration') ? parseDuration(text) : undefined;
  return duration === undefined ? undefined : { argument: 'duration', value: duration };
}

/** Names from the configuration and of subcommands. A word that names both is an app only after another subcommand. */
function byName(word: string, { subcommand, vocabulary, before }: WordContext): Meaning | undefined {
  const text = word.toLowerCase();
  const alert = vocabulary.alerts.find((id) => same(id, word));
  const digest = vocabulary.digests.find((id) => same(id, word));
  if (alert !== undefined && subcommand?.takes.includes('alert') === true) return { argument: 'alert', value: alert };
  if (digest !== undefined && subcommand?.takes.includes('digest') === true)
    return { argument: 'digest', value: digest };
  const isSubcommand = vocabulary.subcommands.some((one) => subcommandName(one) === text);
  const app = vocabulary.apps.find(
    ({ id, words }) => same(id, word) || (words.length === 1 && same(words[0] ?? '', word)),
  );
  if (app !== undefined && (!isSubcommand || before.some((one) => one.argument === 'subcommand'))) {
    return { argument: 'app', value: app.id };
  }
  if (isSubcommand) return { argument: 'subcommand', value: text };
  if (alert !== undefined) return { argument: 'alert', value: alert };
  return digest === undefined ? undefined : { argument: 'digest', value: digest };
}

/** Words that mean the same with every subcommand. */
function anywhere(text: string, vocabulary: Vocabulary): Meaning | undefined {
  if (text === 'public') return { argument: 'public', value: text };
  if (text === 'now' || text === 'preview') return { argument: 'mode', value: text };
  const metric = metricNamed(text);
  if (metric !== undefined) return { argument: 'metric', value: metric };
  const range = parseRange(text, vocabulary);
  if (range === undefined) return undefined;
  if (isRange(range)) return { argument: 'range', value: range.word };
  // Whether the date has come depends on the zone of each app, not on that of the bot.
  if (range.isToCome === true) return { argument: 'range', value: text };
  return { argument: 'wrong', value: range.wrong, hint: range.hint, nearest: range.nearest };
}

/** A map, because people type anything and an object has inherited keys such as `constructor`. */
const letters: ReadonlyMap<string, string> = new Map([
  ['m', 'm'],
  ['min', 'm'],
  ['minute', 'm'],
  ['h', 'h'],
  ['hr', 'h'],
  ['hour', 'h'],
  ['d', 'd'],
  ['day', 'd'],
  ['w', 'w'],
  ['week', 'w'],
  ['month', 'mo'],
]);

/** Words before a length that add nothing to it. */
const before = /^(last|past|previous|for)$/i;

const date = /^\d{4}-\d{2}-\d{2}$/;
/** Words between the first and the last date of a span. */
const between = /^(to|until|till|through|-|–|—)$/i;

/** A range that is written in several words, and how many words it takes. */
interface JoinedRange {
  readonly text: string;
  readonly words: number;
}

/** The words with every length and every span of dates as one word; `last week` is one week. */
export function joinRanges(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < words.length; ) {
    const found = datesAt(words, index) ?? lengthAt(words, index);
    joined.push(found?.text ?? words[index] ?? '');
    index += found?.words ?? 1;
  }
  return joined;
}

function datesAt(words: readonly string[], start: number): JoinedRange | undefined {
  const lead = /^from$/i.test(words[start] ?? '') ? 1 : 0;
  const [from = '', link = '', to = ''] = words.slice(start + lead);
  if (!date.test(from) || !between.test(link) || !date.test(to)) return undefined;
  return { text: `${from}..${to}`, words: lead + 3 };
}

function lengthAt(words: readonly string[], start: number): JoinedRange | undefined {
  const lead = before.test(words[start] ?? '') ? 1 : 0;
  const first = words[start + lead] ?? '';
  const [, glued, name] = /^(\d{1,4})([a-z]{2,})$/i.exec(first) ?? [];
  if (glued !== undefined && name !== undefined) return lengthOf(Number(glued), name, lead + 1);
  const count = /^\d{1,4}$/.test(first) ? Number(first) : undefined;
  if (lead === 0 && count === undefined) return undefined;
  const length = lead + (count === undefined ? 0 : 1) + 1;
  return lengthOf(count ?? 1, words[start + length - 1] ?? '', length);
}

function lengthOf(count: number, name: string, words: number): JoinedRange | undefined {
  const lower = name.toLowerCase();
  const letter = letters.get(lower) ?? letters.get(lower.replace(/s$/, ''));
  return letter === undefined ? undefined : { text: written(count, letter), words };
}

/** Ranges are hours and days: a day alone is 24 hours, a week 7 days, a month 30. */
function written(count: number, letter: string): string {
  if (letter === 'd' && count === 1) return '24h';
  if (letter === 'w') return `${count * 7}d`;
  return letter === 'mo' ? `${count * 30}d` : `${count}${letter}`;
}

/** The command that asks the query, to paste or to put into a button. */
export function commandOf(query: Query): string {
  const words = [query.subcommand, query.mode, query.digest, query.metric, query.alert, query.app, query.range];
  const duration = query.duration === undefined ? undefined : formatLength(query.duration);
  return [...words, duration, query.isPublic ? 'public' : undefined]
    .filter((word) => word !== undefined && word !== '')
    .join(' ');
}

/** A duration as it can be typed: `2h`, `90m`, `45s`. */
function formatLength(length: Duration): string {
  if (length % hour === 0) return `${length / hour}h`;
  return length % minute === 0 ? `${length / minute}m` : `${Math.ceil(length / second)}s`;
}
