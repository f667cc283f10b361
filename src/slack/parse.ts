// Reads the text of a command: words in any order become a question, or an error that says which word and what to paste instead.
import { closestMatch } from '../closest-match.ts';
import { UserError } from '../errors.ts';
import { isMetricId, metricIds } from '../metrics/catalog.ts';
import { listWords } from '../metrics/format.ts';
import { rangeWords } from '../metrics/range.ts';
import { type Found, joinNames, splitWords, summaryName } from './meaning.ts';
import { type Argument, commandOf, type Question, type ViewWords, type Vocabulary } from './question.ts';
import { assemble, pasteable, questionOf, type Reading, readWords, shown, tryHint } from './reading.ts';
import { joinRanges } from './spoken-ranges.ts';

/** What people try first at any prompt. */
const callsForHelp = /^\s*(\?|？|-h|--?help)\s*$/i;

/** The question that a text asks. Raises `UserError` and nothing else. */
export function parseQuestion(text: string, vocabulary: Vocabulary): Question {
  const words = callsForHelp.test(text) ? ['help'] : joinRanges(joinNames(splitWords(text), vocabulary));
  const reading = readWords(words, vocabulary);
  if (reading.unknown.length > 0) throw unknownWords(reading, words, vocabulary);
  const wrong = reading.found.find((one) => one.argument === 'wrong');
  if (wrong !== undefined) throw wrongRange(wrong, reading, vocabulary);
  return questionOf(reading, vocabulary);
}

/** Says which words are not known, what they may have meant, and the nearest command that can be pasted. */
function unknownWords({ unknown, found, view }: Reading, words: readonly string[], vocabulary: Vocabulary): UserError {
  const known = fittingWords(view, vocabulary);
  // Only the first few are guessed at: a pasted essay must not hold the process up.
  const guess = (word: string): string | undefined =>
    word.length > 40 ? undefined : (metricNamed(word, known) ?? closestMatch(word, known));
  const guesses = new Map(unknown.map((word, index) => [word, index < 3 ? guess(word) : undefined]));
  const named = [...guesses.keys()].slice(0, 3).map((word) => `"${shown(word)}"`);
  const meant = [...new Set([...guesses.values()].slice(0, 3))].filter((word) => word !== undefined);
  const question = meant.length === 0 ? '' : ` Did you mean ${listWords(meant)}?`;
  const mended = words.flatMap((word) => (guesses.has(word) ? (guesses.get(word) ?? []) : [word]));
  const otherwise = (): string =>
    view?.needs.includes('alert') === true ? 'alerts' : pasteable(assemble(found, view), view, vocabulary);
  return new UserError(`I don't know ${listWords(named)}.${question}`, {
    hint: tryHint(validCommand(mended, vocabulary) ?? otherwise()),
  });
}

/** Says why a range is none, how ranges are written, and the command with the nearest one that the apps have. */
function wrongRange(
  wrong: Extract<Found, { argument: 'wrong' }>,
  { found, view }: Reading,
  vocabulary: Vocabulary,
): UserError {
  const { app } = assemble(found, view);
  const asked = vocabulary.apps.filter(({ id }) => app === undefined || id === app);
  const hasHours = asked.some(({ byDay }) => !byDay) || !wrong.nearest.endsWith('h');
  const words = found.flatMap((one) => (one === wrong ? [hasHours ? wrong.nearest : '7d'] : [one.word]));
  const command = validCommand(words, vocabulary) ?? pasteable(assemble(found, view), view, vocabulary);
  return new UserError(wrong.value, { hint: `${wrong.hint}\n${tryHint(command)}` });
}

/** The words as a command: all of them, or without one, or without the last ones; undefined when not even the first one is valid. */
function validCommand(words: readonly string[], vocabulary: Vocabulary): string | undefined {
  const { view } = readWords(words, vocabulary);
  const lessOne = words.map((_, index) => words.toSpliced(words.length - 1 - index, 1));
  const lessLast = words.map((_, index) => words.slice(0, words.length - index));
  for (const fewer of [words, ...lessOne, ...lessLast]) {
    if (fewer.length === 0) continue;
    const reading = readWords(fewer, vocabulary);
    // Another view would answer another question.
    if (reading.view !== view) continue;
    if (reading.unknown.length > 0 || reading.found.some((one) => one.argument === 'wrong')) continue;
    try {
      return commandOf(questionOf(reading, vocabulary));
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

/** Every word that somebody may have meant beside a view that was said; without one, or beside the summary, any word. */
export function fittingWords(view: ViewWords | undefined, vocabulary: Vocabulary): readonly string[] {
  const isSaid = view !== undefined && view.id !== '';
  const takes = (argument: Argument): boolean => !isSaid || view.takes.includes(argument);
  const views = isSaid ? [] : vocabulary.views.map(({ id }) => (id === '' ? summaryName : id));
  const apps = vocabulary.apps.flatMap(({ id, name, words }) => (words.length === 1 ? [id, name] : [id]));
  return [
    ...views,
    ...(takes('app') ? apps : []),
    ...(takes('range') ? rangeWords : []),
    ...(takes('metric') ? metricIds : []),
    'public',
    ...(takes('mode') ? ['now', 'preview'] : []),
    ...(takes('digest') ? vocabulary.digests : []),
    ...(takes('alert') ? vocabulary.alerts : []),
  ];
}
