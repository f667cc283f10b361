// The English of what a question came to: how its words were understood and what was left out, past incidents, the list of metrics.
import type { Instant } from '../../clock.ts';
import type { Unit } from '../../metrics/catalog.ts';
import type { Phrase, PhraseSet, Wording } from '../../metrics/phrase.ts';

interface ListedMetric {
  readonly id: string;
  readonly title: Phrase;
  readonly unit: Unit;
  readonly isTrailing: boolean;
  /** The apps that report it, where only some do. */
  readonly apps: readonly string[];
  readonly also: readonly string[];
}

interface Unknown {
  /** As they were typed. */
  readonly words: readonly string[];
  /** True where there are more of them. */
  readonly isPart: boolean;
}

/** For line 1 of an answer: a word that is not known. */
interface LeftOut {
  readonly name: string;
  /** What is known, near to what was typed. */
  readonly guesses: readonly string[];
}

type Lists = Pick<Wording, 'list'>;

/** `"a", "b" and more`. */
function quotedWords({ words, isPart }: Unknown, { list }: Lists): string {
  const quoted = words.map((word) => `"${word}"`);
  return list(isPart ? [...quoted, 'more'] : quoted);
}

/** A sentence with a space before it; empty without guesses. */
function meantWords(guesses: readonly string[], { list }: Lists): string {
  return guesses.length === 0 ? '' : ` Did you mean ${list(guesses)}?`;
}

const units = { count: '', bytes: ', in bytes', ratio: ', in percent', mean: '' } as const;

export const commandPhrases = {
  'command.understood': ({ words }: { readonly words: readonly string[] }) => `Understood: ${words.join(', ')}.`,
  'command.leftOut': ({ words, isPart, guesses }: Unknown & Pick<LeftOut, 'guesses'>, wording) => {
    const it = words.length === 1 ? 'it' : 'them';
    return `I don't know ${quotedWords({ words, isPart }, wording)} and left ${it} out.${meantWords(guesses, wording)}`;
  },
  /** `scope`: the name of the only app. */
  'command.noApp': ({ name, scope, guesses }: LeftOut & { readonly scope?: string | undefined }, wording) =>
    `There is no app ${name}; this is ${scope ?? 'all apps'}.${meantWords(guesses, wording)}`,
  'command.noMetric': ({ name, guesses }: LeftOut, wording) =>
    `There is no metric ${name}; these are all of them.${meantWords(guesses, wording)}`,
  /** Of one user, group or room. */
  'command.noPart': ({ name, guesses }: LeftOut, wording) =>
    `There are no numbers of ${name} alone; this is all of them.${meantWords(guesses, wording)}`,
  /** The outcome of an action on an alert that it does not name. */
  'command.ofAlert': ({ rule, words }: { readonly rule: string; readonly words: Phrase }, { text }) =>
    `${rule}: ${text(words)}`,
  /** `2 alerts of Production chat in the last 7 days`. */
  'incidents.count': (
    { count, app, range }: { readonly count: number; readonly app?: string | undefined; readonly range: Phrase },
    { quantity, text },
  ) => {
    const alerts = count === 0 ? 'No alerts' : quantity(count, { one: 'alert', other: 'alerts' });
    return `${alerts}${app === undefined ? '' : ` of ${app}`} ${text(range)}`;
  },
  'incidents.worst': ({ value }: { readonly value: Phrase }, { text }) => `worst ${text(value)}`,
  'incidents.menu': () => 'All of one',
  'incidents.option': (
    {
      rule,
      at,
      now,
      zone,
    }: { readonly rule: string; readonly at: Instant; readonly now: Instant; readonly zone: string },
    { clock },
  ) => `${clock(at, now, zone)} ${rule}`,
  'incidents.more': ({ count }: { readonly count: number }) => `… ${count} more`,
  'metrics.count': (
    { count, whose }: { readonly count: number; readonly whose?: string | undefined },
    { quantity },
  ) => {
    const metrics = quantity(count, { one: 'metric', other: 'metrics' });
    return `${metrics} of ${whose ?? 'your apps'}: /imstats trend METRIC shows one`;
  },
  'metrics.missing': (
    { ids, whose }: { readonly ids: readonly string[]; readonly whose?: string | undefined },
    { list },
  ) => `Not reported by ${whose ?? 'your apps'}: ${list(ids)}.`,
  'metrics.line': ({ id, title, unit, isTrailing, apps, also }: ListedMetric, { list, text }) => {
    const whose = apps.length === 0 ? '' : ` (${list(apps)})`;
    const typed = also.length === 0 ? '' : `; also ${list(also)}`;
    return `${id}: ${text(title)}${units[unit]}${isTrailing ? ', of an hour or a day' : ''}${whose}${typed}`;
  },
} satisfies PhraseSet;
