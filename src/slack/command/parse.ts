// Parses a command into a query, or says what is wrong with it and what to write instead.
import { hour } from '../../clock.ts';
import { closestMatch } from '../../closest-match.ts';
import { UserError } from '../../errors.ts';
import { isMetricId, type MetricId, metricIds } from '../../metrics/catalog.ts';
import { listWords } from '../../metrics/format.ts';
import { rangeWords } from '../../metrics/range.ts';
import type { Argument, Query, SubcommandWords, Vocabulary } from './subcommand.ts';
import {
  commandOf,
  type Found,
  joinNames,
  joinRanges,
  meaningOf,
  splitWords,
  subcommandOf,
  summaryName,
} from './tokens.ts';

/** The words of a command with their meanings. */
export interface ParsedWords {
  readonly subcommand: SubcommandWords | undefined;
  readonly found: readonly Found[];
  readonly unknown: readonly string[];
}

/** What each word means, and which mean nothing. */
export function parseWords(words: readonly string[], vocabulary: Vocabulary): ParsedWords {
  const subcommand = subcommandOf(words, vocabulary);
  const found: Found[] = [];
  const unknown: string[] = [];
  for (const word of words) {
    const meaning = meaningOf(word, { subcommand, vocabulary, before: found });
    if (meaning === undefined) unknown.push(word);
    else found.push({ word, ...meaning });
  }
  return { subcommand, found, unknown };
}

/** The query of words that all have a meaning. Raises `UserError` where they exclude each other, are of no use or are not enough. */
export function queryOf({ found, subcommand }: Omit<ParsedWords, 'unknown'>, vocabulary: Vocabulary): Query {
  const paste = (query: Query): string => tryHint(pasteable(query, subcommand, vocabulary));
  checkConflicts(found, subcommand, paste);
  const query = assemble(found, subcommand);
  checkUnused(found, subcommand, () => paste(query));
  const lacks = lacking(query, subcommand);
  if (lacks === undefined) return query;
  throw new UserError(`${nameOf(subcommand)} needs ${wanted[lacks]}.`, { hint: paste(query) });
}

const plurals: Readonly<Record<Exclude<Found['argument'], 'public' | 'wrong'>, string>> = {
  subcommand: 'views',
  app: 'apps',
  range: 'ranges',
  metric: 'metrics',
  digest: 'digests',
  mode: 'ways to get a digest',
  alert: 'alerts',
  duration: 'durations',
};

/** Two different words for the same argument are refused; the same word twice counts once. */
function checkConflicts(
  found: readonly Found[],
  subcommand: SubcommandWords | undefined,
  paste: (query: Query) => string,
): void {
  for (const [index, one] of found.entries()) {
    const first = found.slice(0, index).find((other) => other.argument === one.argument && other.value !== one.value);
    if (first === undefined || one.argument === 'public' || one.argument === 'wrong') continue;
    const kept = found.filter((other) => other.argument !== one.argument || other === first);
    const words = `"${shown(first.word)}" and "${shown(one.word)}"`;
    throw new UserError(`${words} are two ${plurals[one.argument]}; ask for one of them.`, {
      hint: paste(assemble(kept, subcommand)),
    });
  }
}

/** A query of what was found, whether or not it is complete. */
export function assemble(found: readonly Found[], subcommand: SubcommandWords | undefined): Query {
  const query: { -readonly [field in keyof Query]: Query[field] } = {
    subcommand: subcommand?.id ?? '',
    app: undefined,
    range: undefined,
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
    else if (one.argument === 'mode') query.mode = one.value;
    else if (one.argument === 'duration') query.duration = one.value;
    else if (one.argument !== 'subcommand' && one.argument !== 'wrong') query[one.argument] = one.value;
  }
  return query;
}

const nameOf = (subcommand: SubcommandWords | undefined): string =>
  subcommand === undefined || subcommand.id === '' ? 'The summary' : `"${subcommand.id}"`;

/** Refuses a word that the subcommand does not take. */
function checkUnused(found: readonly Found[], subcommand: SubcommandWords | undefined, hint: () => string): void {
  for (const one of found) {
    if (one.argument === 'subcommand' || one.argument === 'public' || one.argument === 'wrong') continue;
    if (subcommand?.takes.includes(one.argument) === true) continue;
    const owner = one.argument === 'mode' ? ` "${one.value}" belongs to digest: /imstats digest ${one.value}` : '';
    throw new UserError(`${nameOf(subcommand)} cannot do anything with "${shown(one.word)}".${owner}`, {
      hint: hint(),
    });
  }
}

const wanted: Readonly<Record<Argument, string>> = {
  app: 'the id of an app',
  range: 'a range such as 24h',
  metric: 'a metric such as messages.sent',
  digest: 'the id of a digest',
  mode: 'now or preview',
  alert: 'the id of an alert rule',
  duration: 'a duration such as 2h',
};

/** The first argument that the subcommand needs and the query lacks. */
function lacking(query: Query, subcommand: SubcommandWords | undefined): Argument | undefined {
  return subcommand?.needs.find((argument) => query[argument] === undefined);
}

/** The command of a query without what the subcommand does not take, completed as in an example where something is missing. */
export function pasteable(query: Query, subcommand: SubcommandWords | undefined, { alerts }: Vocabulary): string {
  const kept = subcommand === undefined ? query : onlyTaken(query, subcommand);
  if (subcommand === undefined || lacking(kept, subcommand) === undefined) return commandOf(kept);
  if (!subcommand.needs.includes('alert')) {
    const hasNothing = allArguments.every((argument) => kept[argument] === undefined);
    return hasNothing ? (subcommand.examples[0] ?? '') : commandOf({ ...kept, metric: kept.metric ?? usualMetric });
  }
  const alert = kept.alert ?? alerts[0];
  if (alert === undefined) return 'alerts';
  const duration = subcommand.needs.includes('duration') ? { duration: kept.duration ?? 2 * hour } : {};
  return commandOf({ ...kept, alert, ...duration });
}

/** A metric that every platform has. */
const usualMetric: MetricId = 'messages.sent';

const allArguments: readonly Argument[] = ['app', 'range', 'metric', 'digest', 'mode', 'alert', 'duration'];

function onlyTaken(query: Query, { takes }: SubcommandWords): Query {
  const dropped = allArguments.filter((argument) => !takes.includes(argument)).map((argument) => [argument, undefined]);
  return { ...query, ...Object.fromEntries(dropped) };
}

/** The hint of an answer to a mistake: a command that works, and where all of them are listed. */
export function tryHint(command: string): string {
  return `Try: /imstats${command === '' ? '' : ` ${command}`}\n/imstats help lists everything.`;
}

/** A typed word, cut where it is too long to be repeated. */
export function shown(word: string): string {
  const letters = [...word];
  return letters.length > 40 ? `${letters.slice(0, 39).join('')}…` : word;
}

/** Words that people type first at any prompt. */
const callsForHelp = /^\s*(\?|？|-h|--?help)\s*$/i;

/** Parses the text of a command. Raises `UserError` and nothing else. */
export function parseQuery(text: string, vocabulary: Vocabulary): Query {
  const words = callsForHelp.test(text) ? ['help'] : joinRanges(joinNames(splitWords(text), vocabulary));
  const parsed = parseWords(words, vocabulary);
  if (parsed.unknown.length > 0) throw unknownWords(parsed, words, vocabulary);
  const wrong = parsed.found.find((one) => one.argument === 'wrong');
  if (wrong !== undefined) throw wrongRange(wrong, parsed, vocabulary);
  return queryOf(parsed, vocabulary);
}

/** The error for unknown words: which they are, what they may have meant, and the nearest valid command. */
function unknownWords(
  { unknown, found, subcommand }: ParsedWords,
  words: readonly string[],
  vocabulary: Vocabulary,
): UserError {
  const known = fittingWords(subcommand, vocabulary);
  // Only the first few are compared, because a long pasted text must not block the process.
  const guess = (word: string): string | undefined =>
    word.length > 40 ? undefined : (metricNamed(word, known) ?? closestMatch(word, known));
  const guesses = new Map(unknown.map((word, index) => [word, index < 3 ? guess(word) : undefined]));
  const named = [...guesses.keys()].slice(0, 3).map((word) => `"${shown(word)}"`);
  const meant = [...new Set([...guesses.values()].slice(0, 3))].filter((word) => word !== undefined);
  const suggestion = meant.length === 0 ? '' : ` Did you mean ${listWords(meant)}?`;
  const mended = words.flatMap((word) => (guesses.has(word) ? (guesses.get(word) ?? []) : [word]));
  const otherwise = (): string =>
    subcommand?.needs.includes('alert') === true
      ? 'alerts'
      : pasteable(assemble(found, subcommand), subcommand, vocabulary);
  return new UserError(`I don't know ${listWords(named)}.${suggestion}`, {
    hint: tryHint(validCommand(mended, vocabulary) ?? otherwise()),
  });
}

/** The error for an impossible range: why, how ranges are written, and the command with the nearest one that the apps have. */
function wrongRange(
  wrong: Extract<Found, { argument: 'wrong' }>,
  { found, subcommand }: ParsedWords,
  vocabulary: Vocabulary,
): UserError {
  const { app } = assemble(found, subcommand);
  const request = vocabulary.apps.filter(({ id }) => app === undefined || id === app);
  const hasHours = request.some(({ byDay }) => !byDay) || !wrong.nearest.endsWith('h');
  const words = found.flatMap((one) => (one === wrong ? [hasHours ? wrong.nearest : '7d'] : [one.word]));
  const command = validCommand(words, vocabulary) ?? pasteable(assemble(found, subcommand), subcommand, vocabulary);
  return new UserError(wrong.value, { hint: `${wrong.hint}\n${tryHint(command)}` });
}

/** The words as a command: all of them, or without one, or without the last ones; undefined when not even the first one is valid. */
function validCommand(words: readonly string[], vocabulary: Vocabulary): string | undefined {
  const { subcommand } = parseWords(words, vocabulary);
  const lessOne = words.map((_, index) => words.toSpliced(words.length - 1 - index, 1));
  const lessLast = words.map((_, index) => words.slice(0, words.length - index));
  for (const fewer of [words, ...lessOne, ...lessLast]) {
    if (fewer.length === 0) continue;
    const parsed = parseWords(fewer, vocabulary);
    // With another subcommand it would be another query.
    if (parsed.subcommand !== subcommand) continue;
    if (parsed.unknown.length > 0 || parsed.found.some((one) => one.argument === 'wrong')) continue;
    try {
      return commandOf(queryOf(parsed, vocabulary));
    } catch {
      // Two that exclude each other, or one that is missing: fewer words may do.
    }
  }
  return undefined;
}

/** The first of them that is a metric with a part of this name, as `connections.peak` for `peak`. */
function metricNamed(word: string, known: readonly string[]): string | undefined {
  return known.find((id) => isMetricId(id) && id.split('.').includes(word.toLowerCase()));
}

/** Every word that may have been meant with the given subcommand; without one, or with the summary, any word. */
export function fittingWords(subcommand: SubcommandWords | undefined, vocabulary: Vocabulary): readonly string[] {
  const isGiven = subcommand !== undefined && subcommand.id !== '';
  const takes = (argument: Argument): boolean => !isGiven || subcommand.takes.includes(argument);
  const subcommands = isGiven ? [] : vocabulary.subcommands.map(({ id }) => (id === '' ? summaryName : id));
  const apps = vocabulary.apps.flatMap(({ id, name, words }) => (words.length === 1 ? [id, name] : [id]));
  return [
    ...subcommands,
    ...(takes('app') ? apps : []),
    ...(takes('range') ? rangeWords : []),
    ...(takes('metric') ? metricIds : []),
    'public',
    ...(takes('mode') ? ['now', 'preview'] : []),
    ...(takes('digest') ? vocabulary.digests : []),
    ...(takes('alert') ? vocabulary.alerts : []),
  ];
}
