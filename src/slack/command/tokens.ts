// The words of a command: split, names joined, what each exact word means, and a query written as a command again.
import { type Duration, hour, minute, second } from '../../clock.ts';
import { type MetricGroup, type MetricId, metric, metricNamed } from '../../metrics/catalog.ts';
import { parseDuration } from '../../metrics/parse-quantity.ts';
import { isRange, parseRange } from '../../metrics/parse-range.ts';
import { isMetricGroup, mainMetric } from '../../reports/slices.ts';
import { unescapeMarkup } from '../blocks/block.ts';
import type { Argument, KnownApp, Query, SubcommandWords, Vocabulary } from './subcommand.ts';
import { subjectWords } from './subject.ts';

/** The meaning of one word. An impossible range is `wrong`, with what to write instead and the nearest valid one. */
export type Meaning =
  | {
      readonly argument: 'subcommand' | 'app' | 'digest' | 'alert' | 'range' | 'against' | 'until';
      readonly value: string;
    }
  | { readonly argument: 'public'; readonly value: 'public' }
  | { readonly argument: 'metric'; readonly value: MetricId }
  | { readonly argument: 'part'; readonly value: MetricGroup }
  | { readonly argument: 'mode'; readonly value: 'now' | 'preview' | 'end' }
  | { readonly argument: 'duration'; readonly value: Duration }
  | { readonly argument: 'wrong'; readonly value: string; readonly hint: string; readonly nearest: string };

/** A word of the text, as it was typed and in its exact form. */
export interface Word {
  readonly typed: string;
  readonly text: string;
}

/** A word of the text with its meaning. */
export type Found = { readonly word: Word } & Meaning;

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
    .map((word) => word.replace(/^["'“”‘’`([]+|["'“”‘’`)\]]+$/gu, '').replace(/(?<=\d)\.{3,}(?=\d)/, '..'))
    .map((word) => word.replace(/(?<=[^.])[.?!。]$/u, ''))
    .filter((word) => word !== '')
    .slice(0, mostWords);
}

/** An app with its name as it is typed in a command: split once, because every command is parsed before it is acknowledged. */
export function knownApp(app: Omit<KnownApp, 'words'>): KnownApp {
  return { ...app, words: splitWords(app.name) };
}

/** The names of apps, in small letters. The first app of a name has it. */
export interface AppNames {
  /** By their ids and their names of one word. */
  readonly byWord: ReadonlyMap<string, KnownApp>;
  /** Those with a name of several words, by the first of them. */
  readonly byFirstWord: ReadonlyMap<string, readonly KnownApp[]>;
  /** Ids and names with Chinese characters, the longest first, as they are written. */
  readonly chinese: readonly string[];
}

/** Made once for each list of apps, because with a thousand of them it takes longer than acknowledging may. */
const namesOf = new WeakMap<readonly KnownApp[], AppNames>();

export function appNames(apps: readonly KnownApp[]): AppNames {
  const found = namesOf.get(apps) ?? collectNames(apps);
  namesOf.set(apps, found);
  return found;
}

function collectNames(apps: readonly KnownApp[]): AppNames {
  const byWord = new Map<string, KnownApp>();
  for (const app of apps.toReversed()) {
    if (app.words.length === 1) byWord.set(app.words[0]?.toLowerCase() ?? '', app);
    byWord.set(app.id.toLowerCase(), app);
  }
  const several = apps.filter(({ words }) => words.length > 1);
  const byFirstWord = Map.groupBy(several, ({ words }) => words[0]?.toLowerCase() ?? '');
  const chinese = apps.flatMap(({ id, name }) => [id, name]).filter(isChinese);
  return { byWord, byFirstWord, chinese: chinese.sort((one, other) => other.length - one.length) };
}

export const isChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** App names of several words become one word: the id of the app. */
export function joinNames(words: readonly string[], { apps }: Vocabulary): Word[] {
  const { byFirstWord } = appNames(apps);
  const joined: Word[] = [];
  for (let index = 0; index < words.length; ) {
    const some = byFirstWord.get(words[index]?.toLowerCase() ?? '') ?? [];
    const app = some.find((one) => one.words.every((part, at) => same(part, words[index + at] ?? '')));
    const count = app?.words.length ?? 1;
    const typed = words.slice(index, index + count).join(' ');
    joined.push({ typed, text: app?.id ?? typed });
    index += count;
  }
  return joined;
}

/** `vs` with the range behind it as one word; without one, like `compare`, it means the period before. */
export function joinComparisons(words: readonly Word[], vocabulary: Vocabulary): readonly Word[] {
  if (!words.some(({ text }) => text === comparing)) return words;
  const joined: Word[] = [];
  for (let at = 0; at < words.length; ) {
    const [word, next] = words.slice(at, at + 2);
    if (word === undefined) break;
    const isPair = word.text === comparing && next !== undefined && parseRange(next.text, vocabulary) !== undefined;
    const pair = (): Word => ({ typed: `${word.typed} ${next?.typed}`, text: `${comparing} ${next?.text}` });
    joined.push(isPair ? pair() : word);
    at += isPair ? 2 : 1;
  }
  return joined;
}

/** Stands before the range to compare with. */
export const comparing = 'vs';

export const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** The word for the subcommand that needs none. */
export const summaryName = 'summary';

const subcommandName = (subcommand: SubcommandWords): string => (subcommand.id === '' ? summaryName : subcommand.id);

/**
 * The subcommand of a command. One that takes a metric wins over the groups of metrics, which then are metrics; a metric alone
 * is its trend, and so is one beside its own group.
 */
export function subcommandOf(words: readonly string[], vocabulary: Vocabulary): SubcommandWords | undefined {
  const named = (word: string) => vocabulary.subcommands.find((subcommand) => same(word, subcommandName(subcommand)));
  const request = words.flatMap((word) => named(word) ?? []);
  const takesMetric = request.find(({ takes }) => takes.includes('metric'));
  if (takesMetric !== undefined) return takesMetric;
  const isTrend = words.some((word) => metricOf(word, vocabulary) !== undefined);
  const [first] = request.filter(({ id }) => !isTrend || !isGroupOf(id, words, vocabulary));
  if (first === undefined && isTrend) return vocabulary.subcommands.find(({ takes }) => takes.includes('metric'));
  if (first === undefined && request.length === 0 && words.some((word) => same(word, 'preview')))
    return vocabulary.subcommands.find(({ takes }) => takes.includes('digest'));
  return first ?? request[0] ?? vocabulary.subcommands.find((subcommand) => subcommand.id === '');
}

/** True for the group of a metric among the words: the metric says more. */
export function isGroupOf(word: string, words: readonly string[], vocabulary: Vocabulary): boolean {
  return words.some((one) => {
    const id = metricOf(one, vocabulary);
    return id !== undefined && same(metric(id).group, word);
  });
}

/** The metric of a word that names no app. */
function metricOf(word: string, { apps }: Vocabulary): MetricId | undefined {
  const text = word.toLowerCase();
  return appNames(apps).byWord.has(text) ? undefined : metricNamed(text);
}

/** What is known when a word is parsed. */
export interface WordContext {
  readonly subcommand: SubcommandWords | undefined;
  readonly vocabulary: Vocabulary;
  /** The words before it. */
  readonly before: readonly Found[];
}

/** True for a word that means something with one subcommand or another. */
export function isExactWord(word: string, vocabulary: Vocabulary): boolean {
  const context: WordContext = { subcommand: undefined, vocabulary, before: [] };
  return meaningOf(word, context) !== undefined || parseDuration(word.toLowerCase()) !== undefined;
}

/** What a word means with this subcommand; undefined when nothing has that name. */
export function meaningOf(word: string, place: WordContext): Meaning | undefined {
  return (
    forSubcommand(word, place) ??
    byName(word, place) ??
    anywhere(word.toLowerCase(), place.vocabulary) ??
    unasked(word, place.vocabulary)
  );
}

const untilTime = /^until (\d{1,2}:\d{2})$/;
const isEndWord = (text: string): boolean => ['end', 'ends', 'stop', 'finish', '结束', '結束'].includes(text);
const pastIncident = /^.+@\d{9,}$/;

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
  if (takes('part') && isMetricGroup(text)) return { argument: 'part', value: text };
  // A metric group in place of a metric means its main metric.
  if (takes('metric') && isMetricGroup(text)) return { argument: 'metric', value: mainMetric[text] };
  if (takes('until') && isEndWord(text)) return { argument: 'mode', value: 'end' };
  const until = takes('until') ? untilTime.exec(text)?.[1] : undefined;
  if (until !== undefined) return { argument: 'until', value: until };
  // What is past of an alert has an id of its own.
  if (subcommand?.id === 'why' && pastIncident.test(word)) return { argument: 'alert', value: word };
  const duration = takes('duration') ? parseDuration(text) : undefined;
  return duration === undefined ? undefined : { argument: 'duration', value: duration };
}

/** Names of alerts and digests with a subcommand that takes none. */
function unasked(word: string, { alerts, digests }: Vocabulary): Meaning | undefined {
  const alert = alerts.find((id) => same(id, word));
  if (alert !== undefined) return { argument: 'alert', value: alert };
  const digest = digests.find((id) => same(id, word));
  return digest === undefined ? undefined : { argument: 'digest', value: digest };
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
  const app = appNames(vocabulary.apps).byWord.get(text);
  if (app !== undefined && (!isSubcommand || before.some((one) => one.argument === 'subcommand'))) {
    return { argument: 'app', value: app.id };
  }
  return isSubcommand ? { argument: 'subcommand', value: text } : undefined;
}

/** Words that mean the same with every subcommand. */
function anywhere(text: string, vocabulary: Vocabulary): Meaning | undefined {
  if (text === 'public') return { argument: 'public', value: text };
  if (text === 'now' || text === 'preview') return { argument: 'mode', value: text };
  const id = metricNamed(text);
  if (id !== undefined) return { argument: 'metric', value: id };
  if (text === 'compare' || text === comparing) return { argument: 'against', value: 'previous' };
  const isCompared = text.startsWith(`${comparing} `);
  const range = parseRange(isCompared ? text.slice(comparing.length + 1) : text, vocabulary);
  if (range === undefined) return undefined;
  if (isRange(range)) return { argument: isCompared ? 'against' : 'range', value: range.word };
  // Whether the date has come depends on the zone of each app, not on that of the bot.
  if (range.isToCome === true && !isCompared) return { argument: 'range', value: text };
  return { argument: 'wrong', value: range.wrong, hint: range.hint, nearest: range.nearest };
}

/** The command that asks the query, to paste or to put into a button. */
export function commandOf(query: Query): string {
  const { against, duration, until, subject } = query;
  const compared = against === 'previous' ? 'compare' : against && `${comparing} ${against}`;
  const names = [
    subject && subjectWords(subject),
    query.mode,
    query.digest,
    query.part,
    query.metric,
    query.alert,
    query.app,
  ];
  const times = [query.range, compared, duration && formatLength(duration), until && `until ${until}`];
  return [query.subcommand, ...names, ...times, query.isPublic ? 'public' : undefined, query.text]
    .filter((word) => word !== undefined && word !== '' && word !== 0)
    .join(' ');
}

/** A duration as it can be typed: `2h`, `90m`, `45s`. */
function formatLength(length: Duration): string {
  if (length % hour === 0) return `${length / hour}h`;
  return length % minute === 0 ? `${length / minute}m` : `${Math.ceil(length / second)}s`;
}
