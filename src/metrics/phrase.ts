// A text as a fact: its kind and its values. It is stored and handed on as it is, and worded when it is drawn.
import { z } from 'zod';
import type { Formatter } from './format.ts';

/** Values are JSON: numbers, texts, instants as epoch ms, other phrases. */
export const Phrase = z.object({ kind: z.string(), values: z.record(z.string(), z.unknown()) });
export type Phrase = Readonly<z.infer<typeof Phrase>>;

/** The words of one language: its numbers and times, and the text of a phrase. */
export interface Wording extends Omit<Formatter, 'marked'> {
  text(phrase: Phrase): string;
  /** `▲ ` or `▼ ` before the words of a change; empty where the words are spoken. */
  arrow(direction: 'up' | 'down'): string;
  /** The same words for screen readers, without signs that only the eye reads. */
  readonly spoken: Wording;
  /** The same words, in which each moment is a mark that `replaceMoments` knows: for texts that are drawn in the zone of the reader. */
  readonly marked: Wording;
}

const arrows = { up: '▲ ', down: '▼ ' } as const;

/** What each kind of phrase reads like. The keys begin with the file's subject: `summary.quiet`. */
export type PhraseSet = Readonly<Record<string, (values: never, wording: Wording) => string>>;

/** The values of a kind; none where its words are always the same. */
export type PhraseValues<Set extends PhraseSet, Kind extends keyof Set> =
  Parameters<Set[Kind]> extends readonly [] ? Readonly<Record<string, never>> : Parameters<Set[Kind]>[0];

type ValuesOf<Set extends PhraseSet, Kind extends keyof Set> =
  Parameters<Set[Kind]> extends readonly []
    ? readonly [values?: PhraseValues<Set, Kind>]
    : readonly [values: PhraseValues<Set, Kind>];

/** Makes phrases of a set; the type of the set is enough, so that deciding what to say loads no words. */
export function phrasesOf<Set extends PhraseSet>() {
  return <Kind extends keyof Set & string>(kind: Kind, ...[values]: ValuesOf<Set, Kind>): Phrase => ({
    kind,
    values: values ?? {},
  });
}

/** A text that is the same in every language: a name, an id, or a sentence that was stored before there were phrases. */
export function verbatim(text: string): Phrase {
  return { kind: 'verbatim', values: { text } };
}

/** Each phrase once. */
export function distinctPhrases(phrases: readonly Phrase[]): Phrase[] {
  return [...new Map(phrases.map((phrase) => [JSON.stringify(phrase), phrase])).values()];
}

/** A phrase as it is; a bare text has no kind and is drawn as it is. */
export function asPhrase(text: Phrase | string): Phrase {
  return typeof text === 'string' ? verbatim(text) : text;
}

/** The address of the message of an alert in a text, drawn as a link where there are links; with the space before it. */
export function messageMark(address: string | undefined): string {
  return address === undefined ? '' : ` {thread ${address}}`;
}

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** A text without anything that looks like a mark of a message or a moment; one from right to left within marks that keep what stands around it in its place. */
function isolated(foreign: string): string {
  const text = foreign.replaceAll(/\{(?=(?:thread|moment) )/g, '(');
  return rightToLeft.test(text) && !text.startsWith('\u2068') ? `\u2068${text}\u2069` : text;
}

/** Values of a phrase that hold foreign text: names, and what people wrote. */
const foreign: ReadonlySet<string> = new Set(['app', 'apps', 'summary', 'note', 'reason', 'user', 'group', 'room']);

/** The one place where a name enters a text. */
function withNamesIsolated(values: Phrase['values']): Phrase['values'] {
  if (!Object.keys(values).some((name) => foreign.has(name))) return values;
  const isolate = (value: unknown): unknown => {
    if (typeof value === 'string') return isolated(value);
    return Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? isolated(one) : one)) : value;
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, foreign.has(name) ? isolate(value) : value]),
  );
}

/** What a later version stored, a kind that no set has or values that do not fit, reads as its name. */
export function createWording(formatter: Formatter, sets: readonly PhraseSet[]): Wording {
  const known = new Map(sets.flatMap((set) => Object.entries(set)));
  const textIn = ({ kind, values }: Phrase, wording: Wording): string => {
    if (kind === 'verbatim') return isolated(String(values['text'] ?? ''));
    const say = known.get(kind) as ((values: Phrase['values'], wording: Wording) => string) | undefined; // by its kind
    if (say === undefined) return kind;
    try {
      return say(withNamesIsolated(values), wording);
    } catch {
      return kind; // values of another version, such as a metric that this one does not know
    }
  };
  const worded = (parts: Omit<Formatter, 'marked'>, arrow: Wording['arrow']): Wording => {
    const own: Wording = {
      ...parts,
      text: (phrase) => textIn(phrase, own),
      arrow,
      get spoken() {
        return spoken;
      },
      get marked() {
        return marked;
      },
    };
    return own;
  };
  const spoken = worded(formatter, () => '');
  const marked = worded({ ...formatter, ...formatter.marked }, (direction) => arrows[direction]);
  return worded(formatter, (direction) => arrows[direction]);
}
