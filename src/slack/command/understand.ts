// Understands a command that is not of exact words: what was meant, what was left out, or what is wrong and what to write instead.
import { closestMatch } from '../../closest-match.ts';
import { UserError } from '../../errors.ts';
import { metric, metricIds } from '../../metrics/catalog.ts';
import type { DateReader } from '../../metrics/dates-in-words.ts';
import { listWords } from '../../metrics/format.ts';
import { type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import { rangeWords } from '../../metrics/range.ts';
import type { commandPhrases } from './command-phrases.ts';
import { interpret, mayHoldDate } from './interpret.ts';
import { courtesies, isSymbol } from './lexicon.ts';
import {
  assemble,
  lacking,
  type ParsedWords,
  parseWords,
  pasteable,
  queryOf,
  shown,
  suggested,
  type Understanding,
  withoutOwnWords,
} from './parse.ts';
import type { Argument, Query, SubcommandWords, Vocabulary } from './subcommand.ts';
import { commandOf, type Found, joinNames, splitWords, summaryName, type Word } from './tokens.ts';

const say = phrasesOf<typeof commandPhrases>();

/** Words that people type first at any prompt. */
const callsForHelp = /^\s*(\?|？|-h|--?help)\s*$/i;

/** Text of which no word is known or near to a known one: it may not be for the bot at all. */
export class UnrelatedText extends UserError {
  override name = 'UnrelatedText';
}

/** What a command comes to. `mayHoldDate`: a word that is not known may be a date that only the reader of dates knows. */
export interface CommandReading {
  readonly outcome: Understanding | UserError;
  readonly mayHoldDate: boolean;
}

/** Parses the text of a command. Never throws. */
export function readCommand(text: string, vocabulary: Vocabulary, dates?: DateReader): CommandReading {
  const { command, own, subject } = withoutOwnWords(text, vocabulary);
  const words = joinNames(callsForHelp.test(command) ? ['help'] : splitWords(command), vocabulary);
  const exact = parseWords(words, vocabulary);
  // Nearly every command is of exact words.
  const parsed = exact.unknown.length === 0 ? exact : parseWords(interpret(words, { vocabulary, dates }), vocabulary);
  const mayHoldDate = dates === undefined && words.length > 0 && mayHoldDateIn(parsed);
  try {
    return { outcome: understand({ ...parsed, own, subject }, words, vocabulary), mayHoldDate };
  } catch (error) {
    if (error instanceof UserError) return { outcome: error, mayHoldDate };
    throw error;
  }
}

const mayHoldDateIn = ({ unknown }: ParsedWords): boolean =>
  unknown.length > 0 && mayHoldDate(unknown.flatMap(({ text }) => text.split(' ')));

function understand(parsed: ParsedWords, typed: readonly Word[], vocabulary: Vocabulary): Understanding {
  const { found, unknown } = parsed;
  const wrong = found.find((one) => one.argument === 'wrong');
  if (unknown.length > 0) return understandPart(parsed, vocabulary);
  if (wrong !== undefined) throw wrongRange(wrong, parsed, vocabulary);
  const isMereTime = found.every(({ argument }) => argument === 'range');
  const isMereCourtesy = isMereTime && typed.some(({ typed: word }) => courtesies.has(word.toLowerCase()));
  const isMereSign = typed.length > 0 && typed.every(({ typed: word }) => isSymbol(word));
  if (isMereCourtesy || isMereSign) throw unrelated(typed, vocabulary);
  return { query: queryOf(parsed, vocabulary), found };
}

/** The query of the words that are known, with a sentence about the others; refused where they matter too much to be left out. */
function understandPart(parsed: ParsedWords, vocabulary: Vocabulary): Understanding {
  const { found, unknown, subcommand } = parsed;
  const mended = mendedWords(parsed, vocabulary);
  const { guesses } = mended;
  const named = found.filter(({ argument }) => argument !== 'public');
  if (named.length === 0 && guesses.length === 0) throw unrelated(unknown, vocabulary);
  const has = (argument: Found['argument']): boolean => found.some((one) => one.argument === argument);
  // Without the word that is meant it would be another question.
  const isVague = !has('metric') && (!has('subcommand') || subcommand?.takes.includes('metric') === true);
  const hasTarget = has('alert') || has('app') || has('metric');
  // What changes something must not be done to another alert than the one that was meant.
  const isRisky =
    subcommand?.acts === true ? !has('alert') : subcommand?.takes.includes('alert') === true && !hasTarget;
  const wrong = found.find((one) => one.argument === 'wrong');
  if (isRisky) throw unknownAlert(parsed, mended, vocabulary);
  if (wrong !== undefined) throw wrongRange(wrong, parsed, vocabulary);
  const isMereRange = unknown.length > 1 && named.every(({ argument }) => argument === 'range');
  if (isMereRange || (guesses.length > 0 && isVague) || lacking(assemble(found, subcommand), subcommand))
    throw unknownWords(parsed, mended, vocabulary);
  const query = queryOf(parsed, vocabulary);
  return {
    query,
    found,
    leftOut: leftOutPhrase(unknown, query, { subcommand, guesses, vocabulary }),
    ...(mended.command === undefined ? {} : { suggestion: mended.command }),
  };
}

interface Mended {
  /** Known words that are near to what was typed. */
  readonly guesses: readonly string[];
  /** The command with them; undefined where there is no guess or it would be no command. */
  readonly command: string | undefined;
}

/** Only the first few words are compared, because a long pasted text must not block the process. */
function mendedWords({ unknown, found, subcommand }: ParsedWords, vocabulary: Vocabulary): Mended {
  const known = fittingWords(subcommand, vocabulary);
  const guess = ({ text }: Word): string | undefined => (text.length > 40 ? undefined : closestMatch(text, known));
  const guessed = unknown.slice(0, 3).flatMap((word) => guess(word) ?? []);
  const guesses = [...new Set(guessed)];
  const words = [...found.map(({ word }) => word), ...guesses.map((text): Word => ({ typed: text, text }))];
  return { guesses, command: guesses.length === 0 ? undefined : validCommand(words, vocabulary) };
}

/** The first of the words that are not known, as they were typed. */
const named = (words: readonly Word[]): { readonly words: readonly string[]; readonly isPart: boolean } => ({
  words: words.slice(0, 3).map(({ typed }) => shown(typed)),
  isPart: words.length > 3,
});

const quotedWords = (unknown: readonly Word[]): string => {
  const { words, isPart } = named(unknown);
  const quoted = words.map((word) => `"${word}"`);
  return listWords(isPart ? [...quoted, 'more'] : quoted);
};

const meantWords = (guesses: readonly string[]): string =>
  guesses.length === 0 ? '' : ` Did you mean ${listWords(guesses)}?`;

/** Words for what is no app. */
const verbs = new Set(
  'alerts why silence unsilence acknowledge history export tune suggest test resolve normal note call maintenance'.split(
    ' ',
  ),
);

/** `There is no app staging; this is all apps.` */
function leftOutPhrase(
  unknown: readonly Word[],
  { app, metric }: Query,
  known: {
    readonly subcommand: SubcommandWords | undefined;
    readonly guesses: readonly string[];
    readonly vocabulary: Vocabulary;
  },
): Phrase {
  const { subcommand, guesses, vocabulary } = known;
  const [{ text, typed } = { text: '', typed: '' }, ...more] = unknown;
  const name = shown(typed);
  if (/^(user|group|room) /.test(text)) return say('command.noPart', { name, guesses });
  if (subcommand?.id === 'trend' && metric === undefined) return say('command.noMetric', { name, guesses });
  const takesApp = app === undefined && subcommand?.acts !== true && subcommand?.takes.includes('app') === true;
  const isAppLike = more.length === 0 && takesApp && !verbs.has(text) && /^[\p{L}\p{N}_-]+$/u.test(typed);
  const isRangeLike = rangeWords.some((word) => word === closestMatch(text, rangeWords));
  if (!isAppLike || isRangeLike) return say('command.leftOut', { ...named(unknown), guesses });
  const [only, ...others] = vocabulary.apps;
  return say('command.noApp', { name, scope: others.length > 0 ? undefined : only?.name, guesses });
}

function unrelated(unknown: readonly Word[], vocabulary: Vocabulary): UnrelatedText {
  const views = vocabulary.subcommands.flatMap(({ id }) => (id === '' ? [] : [id]));
  return new UnrelatedText(
    `I don't know ${quotedWords(unknown)}.`,
    suggested('', `You can ask for ${listWords(views)}.`),
  );
}

/** The error for unknown words: which they are, what they may have meant, and the nearest valid command. */
function unknownWords({ unknown, found, subcommand }: ParsedWords, mended: Mended, vocabulary: Vocabulary): UserError {
  const otherwise = (): string => pasteable(assemble(found, subcommand), subcommand, vocabulary);
  const message = `I don't know ${quotedWords(unknown)}.${meantWords(mended.guesses)}`;
  return new UserError(message, suggested(mended.command ?? otherwise()));
}

/** The error for a name that no alert has, with those that there are. */
function unknownAlert({ unknown }: ParsedWords, { guesses, command }: Mended, { alerts }: Vocabulary): UserError {
  const message = `There is no alert ${quotedWords(unknown)}.${meantWords(guesses)}`;
  const list = alerts.length === 0 ? 'No alert rule is configured.' : `Alerts: ${listWords(alerts.slice(0, 20))}.`;
  return new UserError(message, suggested(command ?? 'alerts', list));
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
  const nearest = hasHours ? wrong.nearest : '7d';
  const words = found.map((one): Word => (one === wrong ? { typed: nearest, text: nearest } : one.word));
  const command = validCommand(words, vocabulary) ?? pasteable(assemble(found, subcommand), subcommand, vocabulary);
  return new UserError(wrong.value, suggested(command, wrong.hint));
}

/** The words as a command: all of them, or without one, or without the last ones; undefined when not even the first one is valid. */
function validCommand(words: readonly Word[], vocabulary: Vocabulary): string | undefined {
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
    ...(isGiven && takes('part') ? new Set(metricIds.map((id) => metric(id).group)) : []),
    'public',
    ...(takes('mode') ? ['now', 'preview'] : []),
    ...(takes('digest') ? vocabulary.digests : []),
    ...(takes('alert') ? vocabulary.alerts : []),
  ];
}
