// Reads the words of a command one by one and puts their meanings together into a question, if they go together.
import { hour } from '../clock.ts';
import { UserError } from '../errors.ts';
import type { MetricId } from '../metrics/catalog.ts';
import { type Found, meaningOf, viewAsked } from './meaning.ts';
import { type Argument, commandOf, type Question, type ViewWords, type Vocabulary } from './question.ts';

/** Words that have been read. */
export interface Reading {
  readonly view: ViewWords | undefined;
  readonly found: readonly Found[];
  readonly unknown: readonly string[];
}

/** What each word means, and which mean nothing. */
export function readWords(words: readonly string[], vocabulary: Vocabulary): Reading {
  const view = viewAsked(words, vocabulary);
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
export function questionOf({ found, view }: Omit<Reading, 'unknown'>, vocabulary: Vocabulary): Question {
  const paste = (question: Question): string => tryHint(pasteable(question, view, vocabulary));
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
  view: ViewWords | undefined,
  paste: (question: Question) => string,
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
export function assemble(found: readonly Found[], view: ViewWords | undefined): Question {
  const question: { -readonly [field in keyof Question]: Question[field] } = {
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

const nameOf = (view: ViewWords | undefined): string =>
  view === undefined || view.id === '' ? 'The summary' : `"${view.id}"`;

/** A word that the view can do nothing with is named. */
function checkUnused(found: readonly Found[], view: ViewWords | undefined, hint: () => string): void {
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
function lacking(question: Question, view: ViewWords | undefined): Argument | undefined {
  return view?.needs.find((argument) => question[argument] === undefined);
}

/** The command of a question without what the view does not take, completed as in an example where something is missing. */
export function pasteable(question: Question, view: ViewWords | undefined, { alerts }: Vocabulary): string {
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

function onlyTaken(question: Question, { takes }: ViewWords): Question {
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
