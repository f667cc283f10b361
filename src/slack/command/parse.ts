// Parses a command into a query, or says what is wrong with it and what to write instead.
import { hour } from '../../clock.ts';
import { closestMatch } from '../../closest-match.ts';
import { UserError } from '../../errors.ts';
import { isMetricId, type MetricId, metricIds } from '../../metrics/catalog.ts';
import { listWords } from '../../metrics/format.ts';
import { rangeWords } from '../../metrics/range.ts';
import { type Argument, commandOf, type Query, type SubcommandWords, type Vocabulary } from './subcommand.ts';
import { type Found, joinNames, joinRanges, meaningOf, splitWords, subcommandOf, summaryName } from './tokens.ts';

/** Words that have been read. */
export interface ParsedWords {
  readonly view: SubcommandWords | undefined;
  readonly found: readonly Found[];
  readonly unknown: readonly string[];
}

/** What each word means, and which mean nothing. */
export function readWords(words: readonly string[], vocabulary: Vocabulary): ParsedWords {
  const view = subcommandOf(words, vocabulary);
  const found: Found[] = [];
  const unknown: string[] = [];
  for (const word of words) {
    const meaning = meaningOf(word, { view, vocabulary, before: found });
    if (meaning === undefined) unknown.push(word);
    else found.push({ word, ...meaning });
  }
  return { view, found, unknown };
}

/** The question of words that all mean something. Raises `UserError` where they exclude each other, are of no use or are not enough. */
export function queryOf({ found, view }: Omit<ParsedWords, 'unknown'>, vocabulary: Vocabulary): Query {
  const paste = (question: Query): string => tryHint(pasteable(question, view, vocabulary));
  checkConflicts(found, view, paste);
  const question = assemble(found, view);
  checkUnused(found, view, () => paste(question));
  const lacks = lacking(question, view);
  if (lacks === undefined) return question;
  throw new UserError(`${nameOf(view)} needs ${wanted[lacks]}.`, { hint: paste(question) });
}

const plurals: Readonly<Record<Exclude<Found['argument'], 'public' | 'wrong'>, string>> = {
  view: 'views',
  app: 'apps',
  range: 'ranges',
  metric: 'metrics',
  digest: 'digests',
  mode: 'ways to get a digest',
  alert: 'alerts',
  duration: 'durations',
};

/** Two different words for the same thing are refused; the same one said twice is taken once. */
function checkConflicts(
  found: readonly Found[],
  view: SubcommandWords | undefined,
  paste: (question: Query) => string,
): void {
  for (const [index, one] of found.entries()) {
    const first = found.slice(0, index).find((other) => other.argument === one.argument && other.value !== one.value);
    if (first === undefined || one.argument === 'public' || one.argument === 'wrong') continue;
    const kept = found.filter((other) => other.argument !== one.argument || other === first);
    const words = `"${shown(first.word)}" and "${shown(one.word)}"`;
    throw new UserError(`${words} are two ${plurals[one.argument]}; ask for one of them.`, {
      hint: paste(assemble(kept, view)),
    });
  }
}

/** A question of what was found, whether or not it can be asked. */
export function assemble(found: readonly Found[], view: SubcommandWords | undefined): Query {
  const question: { -readonly [field in keyof Query]: Query[field] } = {
    view: view?.id ?? '',
    app: undefined,
    range: undefined,
    metric: undefined,
    digest: undefined,
    mode: undefined,
    alert: undefined,
    duration: undefined,
    isPublic: false,
  };
  // The first of its kind stands, so the words are laid down from the last to the first.
  for (const one of found.toReversed()) {
    if (one.argument === 'public') question.isPublic = true;
    else if (one.argument === 'metric') question.metric = one.value;
    else if (one.argument === 'mode') question.mode = one.value;
    else if (one.argument === 'duration') question.duration = one.value;
    else if (one.argument !== 'view' && one.argument !== 'wrong') question[one.argument] = one.value;
  }
  return question;
}

const nameOf = (view: SubcommandWords | undefined): string =>
  view === undefined || view.id === '' ? 'The summary' : `"${view.id}"`;

/** A word that the view can do nothing with is named. */
function checkUnused(found: readonly Found[], view: SubcommandWords | undefined, hint: () => string): void {
  for (const one of found) {
    if (one.argument === 'view' || one.argument === 'public' || one.argument === 'wrong') continue;
    if (view?.takes.includes(one.argument) === true) continue;
    const owner = one.argument === 'mode' ? ` "${one.value}" belongs to digest: /imstats digest ${one.value}` : '';
    throw new UserError(`${nameOf(view)} cannot do anything with "${shown(one.word)}".${owner}`, {
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

/** The first thing that a view needs and was not said. */
function lacking(question: Query, view: SubcommandWords | undefined): Argument | undefined {
  return view?.needs.find((argument) => question[argument] === undefined);
}

/** The command of a question without what the view does not take, completed as in an example where something is missing. */
export function pasteable(question: Query, view: SubcommandWords | undefined, { alerts }: Vocabulary): string {
  const kept = view === undefined ? question : onlyTaken(question, view);
  if (view === undefined || lacking(kept, view) === undefined) return commandOf(kept);
  if (!view.needs.includes('alert')) {
    const hasNothing = allArguments.every((argument) => kept[argument] === undefined);
    return hasNothing ? (view.examples[0] ?? '') : commandOf({ ...kept, metric: kept.metric ?? usualMetric });
  }
  const alert = kept.alert ?? alerts[0];
  if (alert === undefined) return 'alerts';
  const duration = view.needs.includes('duration') ? { duration: kept.duration ?? 2 * hour } : {};
  return commandOf({ ...kept, alert, ...duration });
}

/** Every platform has it. */
const usualMetric: MetricId = 'messages.sent';

const allArguments: readonly Argument[] = ['app', 'range', 'metric', 'digest', 'mode', 'alert', 'duration'];

function onlyTaken(question: Query, { takes }: SubcommandWords): Query {
  const dropped = allArguments.filter((argument) => !takes.includes(argument)).map((argument) => [argument, undefined]);
  return { ...question, ...Object.fromEntries(dropped) };
}

/** The second half of an answer to a mistake: a command that works, and where all of them are. */
export function tryHint(command: string): string {
  return `Try: /imstats${command === '' ? '' : ` ${command}`}\n/imstats help lists everything.`;
}

/** A word of somebody else, cut where it is too long to be repeated. */
export function shown(word: string): string {
  const letters = [...word];
  return letters.length > 40 ? `${letters.slice(0, 39).join('')}…` : word;
}

/** What people try first at any prompt. */
const callsForHelp = /^\s*(\?|？|-h|--?help)\s*$/i;

/** The question that a text asks. Raises `UserError` and nothing else. */
export function parseQuery(text: string, vocabulary: Vocabulary): Query {
  const words = callsForHelp.test(text) ? ['help'] : joinRanges(joinNames(splitWords(text), vocabulary));
  const reading = readWords(words, vocabulary);
  if (reading.unknown.length > 0) throw unknownWords(reading, words, vocabulary);
  const wrong = reading.found.find((one) => one.argument === 'wrong');
  if (wrong !== undefined) throw wrongRange(wrong, reading, vocabulary);
  return queryOf(reading, vocabulary);
}

/** Says which words are not known, what they may have meant, and the nearest command that can be pasted. */
function unknownWords(
  { unknown, found, view }: ParsedWords,
  words: readonly string[],
  vocabulary: Vocabulary,
): UserError {
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
  { found, view }: ParsedWords,
  vocabulary: Vocabulary,
): UserError {
  const { app } = assemble(found, view);
  const request = vocabulary.apps.filter(({ id }) => app === undefined || id === app);
  const hasHours = request.some(({ byDay }) => !byDay) || !wrong.nearest.endsWith('h');
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
      return commandOf(queryOf(reading, vocabulary));
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
export function fittingWords(view: SubcommandWords | undefined, vocabulary: Vocabulary): readonly string[] {
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
