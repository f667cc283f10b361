// Parses words into a query: the meaning of each, what excludes what, what is missing; and a command of exact words at once.
import { hour } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import type { MetricId } from '../../metrics/catalog.ts';
import type { HistorySubject } from '../../metrics/message-history.ts';
import type { Phrase } from '../../metrics/phrase.ts';
import { type CutText, cutOwnWords } from './lexicon.ts';
import type { Argument, Query, SubcommandWords, Vocabulary } from './subcommand.ts';
import { type CutSubject, cutSubject, mayNameSubject } from './subject.ts';
import {
  commandOf,
  type Found,
  isGroupOf,
  joinComparisons,
  joinNames,
  meaningOf,
  same,
  splitWords,
  subcommandOf,
  type Word,
} from './tokens.ts';

/** The words of a command with their meanings. */
export interface ParsedWords {
  readonly subcommand: SubcommandWords | undefined;
  readonly found: readonly Found[];
  readonly unknown: readonly Word[];
  /** What a person wrote in own words, of which no word has a meaning. */
  readonly own?: string | undefined;
  readonly subject?: HistorySubject | undefined;
}

/** What each word means, and which mean nothing. */
export function parseWords(typed: readonly Word[], vocabulary: Vocabulary): ParsedWords {
  const compared = joinComparisons(joinViews(typed, vocabulary), vocabulary);
  const subcommand = subcommandOf(
    compared.map(({ text }) => text),
    vocabulary,
  );
  const words = subcommand?.takes.includes('until') === true ? joinEnds(compared) : compared;
  const texts = words.map(({ text }) => text);
  const takes = (argument: Argument): boolean => subcommand?.takes.includes(argument) === true;
  const found: Found[] = [];
  const unknown: Word[] = [];
  for (const word of words) {
    if (takes('metric') && isGroupOf(word.text, texts, vocabulary)) continue;
    const meaning = meaningOf(word.text, { subcommand, vocabulary, before: found });
    if (meaning === undefined) unknown.push(word);
    // Everything else is of now without the word.
    else if (meaning.argument !== 'mode' || meaning.value !== 'now' || takes('mode')) found.push({ word, ...meaning });
  }
  return { subcommand, found: comparedRanges(found), unknown };
}

/** Two words that name a view together, such as `alerts changes`, as one: the first alone is another view. */
function joinViews(words: readonly Word[], { subcommands }: Vocabulary): readonly Word[] {
  const isPair = ({ text }: Word, next: Word | undefined): boolean =>
    next !== undefined &&
    subcommands.some(
      ({ id, words: named = [] }) => same(id, next.text) && named.includes(`${text} ${next.text}`.toLowerCase()),
    );
  return words.flatMap((word, at) => {
    const [before, next] = [words[at - 1], words[at + 1]];
    if (isPair(word, next)) return [];
    const isSecond = before !== undefined && isPair(before, word);
    return [isSecond ? { typed: `${before.typed} ${word.typed}`, text: word.text } : word];
  });
}

/** `until` with the time behind it as one word. */
function joinEnds(words: readonly Word[]): readonly Word[] {
  const isTime = (word: Word | undefined): boolean => /^([01]?\d|2[0-3]):[0-5]\d$/.test(word?.text ?? '');
  return words.flatMap((word, at) => {
    const next = words[at + 1];
    const isEnd = /^(until|till|to|直到|到)$/i.test(word.text) && isTime(next);
    if (isEnd) return [{ typed: `${word.typed} ${next?.typed}`, text: `until ${next?.text}` }];
    const isTaken = isTime(word) && /^(until|till|to|直到|到)$/i.test(words[at - 1]?.text ?? '');
    return isTaken ? [] : [word];
  });
}

/** `compare today and yesterday`: the second of two ranges is what the first is compared with. */
function comparedRanges(found: readonly Found[]): readonly Found[] {
  const isCompared = found.some((one) => one.argument === 'against' && one.value === 'previous');
  const [first, second, ...more] = found.filter(({ argument }) => argument === 'range');
  if (!isCompared || first === undefined || second === undefined || more.length > 0) return found;
  return found.flatMap((one): Found[] => {
    if (one.argument === 'against') return [];
    return one === second && one.argument === 'range' ? [{ ...one, argument: 'against' }] : [one];
  });
}

/** A command that was understood, at least in part. */
export interface Understanding {
  readonly query: Query;
  readonly found: readonly Found[];
  /** For line 1: the words that are not known and were left out. */
  readonly leftOut?: Phrase;
  /** The command that was meant perhaps, where a word is near to a known one. */
  readonly suggestion?: string;
}

/** The command, and what its person wrote in own words, where it holds a verb that takes some. */
export function withoutOwnWords(typed: string, vocabulary: Vocabulary): CutText & CutSubject {
  const cutOff: CutSubject = mayNameSubject.test(typed) ? cutSubject(typed, vocabulary) : { command: typed };
  const { command: text, subject } = cutOff;
  const lower = text.toLowerCase();
  const verbs = vocabulary.subcommands.filter(
    ({ id, words = [], takes }) => takes.includes('text') && [id, ...words].some((word) => lower.includes(word)),
  );
  const cut = verbs.length === 0 ? { command: text } : cutOwnWords(text, verbs, vocabulary);
  return subject === undefined ? cut : { ...cut, subject };
}

/** A command of exact words, as nearly every one is; undefined where a word is not known or the words are no query. */
export function parseExact(text: string, vocabulary: Vocabulary): Understanding | undefined {
  const { command, own, subject } = withoutOwnWords(text, vocabulary);
  const parsed = { ...parseWords(joinNames(splitWords(command), vocabulary), vocabulary), own, subject };
  const { found, unknown } = parsed;
  if (unknown.length > 0 || found.some(({ argument }) => argument === 'wrong')) return undefined;
  try {
    return { query: queryOf(parsed, vocabulary), found };
  } catch (error) {
    // It is explained where the other words are read.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The query of words that all have a meaning. Raises `UserError` where they exclude each other, are of no use or are not enough. */
export function queryOf(
  { found, subcommand, own, subject }: Omit<ParsedWords, 'unknown'>,
  vocabulary: Vocabulary,
): Query {
  const other = (query: Query) => suggested(pasteable(query, subcommand, vocabulary));
  checkConflicts(found, subcommand, other);
  const query = {
    ...assemble(found, subcommand),
    ...(own === undefined ? {} : { text: own }),
    ...(subject === undefined ? {} : { subject }),
  };
  checkUnused(found, subcommand, () => other(query));
  const lacks = lacking(query, subcommand);
  if (lacks === undefined) return query;
  throw new UserError(`${nameOf(subcommand)} needs ${wanted[lacks]}.`, other(query));
}

const plurals: Readonly<Record<Exclude<Found['argument'], 'public' | 'wrong'>, string>> = {
  subcommand: 'views',
  app: 'apps',
  range: 'ranges',
  against: 'periods to compare with',
  metric: 'metrics',
  part: 'parts',
  digest: 'digests',
  mode: 'ways to get a digest',
  alert: 'alerts',
  duration: 'durations',
  until: 'ends',
};

/** Two different words for the same argument are refused; the same word twice counts once. */
function checkConflicts(
  found: readonly Found[],
  subcommand: SubcommandWords | undefined,
  other: (query: Query) => Suggested,
): void {
  for (const [index, one] of found.entries()) {
    const first = found.slice(0, index).find((two) => two.argument === one.argument && two.value !== one.value);
    if (first === undefined || one.argument === 'public' || one.argument === 'wrong') continue;
    const kept = found.filter((two) => two.argument !== one.argument || two === first);
    const words = `"${shown(first.word.typed)}" and "${shown(one.word.typed)}"`;
    const message = `${words} are two ${plurals[one.argument]}; ask for one of them.`;
    throw new UserError(message, other(assemble(kept, subcommand)));
  }
}

/** A query of what was found, whether or not it is complete. */
export function assemble(found: readonly Found[], subcommand: SubcommandWords | undefined): Query {
  const query: { -readonly [field in keyof Query]: Query[field] } = {
    subcommand: subcommand?.id ?? '',
    app: undefined,
    range: undefined,
    against: undefined,
    metric: undefined,
    digest: undefined,
    mode: undefined,
    alert: undefined,
    duration: undefined,
    isPublic: false,
  };
  // The first of its kind wins, so the words are assigned from the last to the first.
  for (const one of found.toReversed()) {
    if (one.argument === 'public') query.isPublic = true;
    else if (one.argument === 'metric') query.metric = one.value;
    else if (one.argument === 'part') query.part = one.value;
    else if (one.argument === 'mode') query.mode = one.value;
    else if (one.argument === 'duration') query.duration = one.value;
    else if (one.argument !== 'subcommand' && one.argument !== 'wrong') query[one.argument] = one.value;
  }
  return query;
}

const nameOf = (subcommand: SubcommandWords | undefined): string =>
  subcommand === undefined || subcommand.id === '' ? 'The summary' : `"${subcommand.id}"`;

/** Refuses a word that the subcommand does not take. */
function checkUnused(found: readonly Found[], subcommand: SubcommandWords | undefined, other: () => Suggested): void {
  for (const one of found) {
    if (one.argument === 'subcommand' || one.argument === 'public' || one.argument === 'wrong') continue;
    if (subcommand?.takes.includes(one.argument) === true) continue;
    const owner = one.argument === 'mode' ? ` "${one.value}" belongs to digest: /imstats digest ${one.value}` : '';
    const message = `${nameOf(subcommand)} cannot do anything with "${shown(one.word.typed)}".${owner}`;
    throw new UserError(message, other());
  }
}

const wanted: Readonly<Record<Argument, string>> = {
  app: 'the id of an app',
  range: 'a range such as 24h',
  against: 'a period to compare with, such as vs yesterday',
  metric: 'a metric such as messages.sent',
  part: 'a part such as memory',
  digest: 'the id of a digest',
  mode: 'now or preview',
  alert: 'the id of an alert rule',
  duration: 'a duration such as 2h',
  until: 'an end such as until 04:00',
  text: 'a text such as restarted node 2',
  subject: 'the name of a user, or the id of a group or a room',
};

/** What a `UserError` offers instead. */
type Suggested = { readonly hint: string; readonly command: string };

/** The first argument that the subcommand needs and the query lacks. */
export function lacking(query: Query, subcommand: SubcommandWords | undefined): Argument | undefined {
  return subcommand?.needs.find((argument) => query[argument] === undefined);
}

/** The command of a query without what the subcommand does not take, completed as in an example where something is missing. */
export function pasteable(query: Query, subcommand: SubcommandWords | undefined, { alerts }: Vocabulary): string {
  const kept = subcommand === undefined ? query : onlyTaken(query, subcommand);
  if (subcommand === undefined || lacking(kept, subcommand) === undefined) return commandOf(kept);
  if (!subcommand.takes.includes('alert')) {
    const hasNothing = allArguments.every((argument) => kept[argument] === undefined);
    return hasNothing ? (subcommand.examples[0] ?? '') : commandOf({ ...kept, metric: kept.metric ?? usualMetric });
  }
  const hasTarget = kept.alert !== undefined || kept.app !== undefined || kept.metric !== undefined;
  const alert = hasTarget ? kept.alert : alerts[0];
  if (!hasTarget && alert === undefined) return 'alerts';
  const duration = subcommand.needs.includes('duration') ? { duration: kept.duration ?? 2 * hour } : {};
  return commandOf({ ...kept, alert, ...duration });
}

/** A metric that every platform has. */
const usualMetric: MetricId = 'messages.sent';

const allArguments: readonly Argument[] = [
  ...(['app', 'range', 'against', 'metric', 'part', 'digest', 'mode', 'alert', 'duration', 'until'] as const),
  'subject' as const,
];

function onlyTaken(query: Query, { takes }: SubcommandWords): Query {
  const dropped = allArguments.filter((argument) => !takes.includes(argument)).map((argument) => [argument, undefined]);
  return { ...query, ...Object.fromEntries(dropped) };
}

/** A command that works as the hint of an answer to a mistake, and as its button. */
export function suggested(command: string, before = ''): Suggested {
  const lines = [before, `Try: /imstats${command === '' ? '' : ` ${command}`}`, '/imstats help lists everything.'];
  return { hint: lines.filter((line) => line !== '').join('\n'), command };
}

/** A typed word, cut where it is too long to be repeated. */
export function shown(word: string): string {
  const letters = [...word];
  return letters.length > 40 ? `${letters.slice(0, 39).join('')}…` : word;
}
