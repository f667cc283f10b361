// The field readers of the configuration and of rules: each parses a text, or reports what to write instead.
import { z } from 'zod';
import { closestMatch } from './closest-match.ts';
import { quoted } from './errors.ts';
import { isZone } from './time-zone.ts';

/** A value as text; YAML parses some texts as numbers and booleans. */
function textOf(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw.trim() === '' ? undefined : raw.trim();
  return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : undefined;
}

/** How a value may be written, for editors: its types in YAML, and the pattern of one that is text. What `parse` takes fits it. */
interface WrittenForm {
  readonly types?: readonly ('string' | 'number' | 'boolean')[];
  readonly pattern?: string;
  /** The only texts. */
  readonly values?: readonly string[];
}

/** A text with a variable in it may become anything. */
const variable = '\\$\\{';

function schemaOf({ types = ['string', 'number', 'boolean'], pattern, values }: WrittenForm) {
  if (values !== undefined) return { anyOf: [{ enum: [...values] }, { type: 'string', pattern: variable }] };
  return { type: [...types], ...(pattern === undefined ? {} : { pattern: `^\\s*(${pattern})\\s*$|${variable}` }) };
}

/** A value read by `parse`; `wanted` is what to write; `refuse` gives a more specific message for a text that does not fit. */
export function field<Value>(
  wanted: string,
  parse: (text: string) => Value | undefined,
  refuse?: (text: string) => string | undefined,
  form: WrittenForm = {},
) {
  const read = z.unknown().transform((raw, context): Value => {
    const text = textOf(raw);
    const value = text === undefined ? undefined : parse(text);
    if (value !== undefined) return value;
    const isMissing = raw === undefined || raw === null || (typeof raw === 'string' && text === undefined);
    const shown = text ?? JSON.stringify(raw);
    const message = isMissing
      ? `is missing; write ${wanted}`
      : (refuse?.(shown) ?? `${quoted(shown)} does not fit; write ${wanted}`);
    context.issues.push({ code: 'custom', message, input: undefined });
    return z.NEVER;
  });
  // For editors, by the JSON schema that is made of it.
  return read.meta({ ...schemaOf(form), description: described(wanted) });
}

/** One of these words. */
export const choice = <const Word extends string>(wanted: string, values: readonly Word[]) =>
  field(wanted, (text) => values.find((value) => value === text), undefined, { values });

/** A secret: any text of printable ASCII without white space, which is what fits into a header. Its value is never part of a message. */
export function secret(wanted: string, refuse: (text: string) => string | undefined = () => undefined) {
  const read = z.unknown().transform((raw, context): string => {
    const problem = secretProblem(raw, wanted) ?? refuse(String(raw).trim());
    if (problem === undefined) return String(raw).trim();
    context.issues.push({ code: 'custom', message: problem, input: undefined });
    return z.NEVER;
  });
  return read.meta({ type: 'string', description: described(wanted) });
}

/** The same words as in the message of a mistake, for what is written may begin with a small letter. */
const described = (wanted: string): string => `Write ${wanted}.`;

function secretProblem(raw: unknown, wanted: string): string | undefined {
  if (typeof raw === 'number') return 'is read as a number, which may lose digits; put it in quotes';
  if (typeof raw !== 'string' || raw.trim() === '') return `is missing; write ${wanted}`;
  if (/\s/.test(raw.trim())) return `holds white space; write ${wanted}`;
  return /[^\x21-\x7e]/.test(raw.trim())
    ? `holds a letter that no key has, such as a curly quote; write ${wanted}`
    : undefined;
}

/** A whole number from `least` to `most`. */
export const whole = (wanted: string, least: number, most: number) =>
  field(
    wanted,
    (text) => (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined),
    undefined,
    { types: ['number', 'string'], pattern: '\\d+' },
  );

/** An IANA time zone. */
export const zone = field('an IANA time zone such as Asia/Taipei', (text) => (isZone(text) ? text : undefined));

/** A text of one to `most` characters. */
export const line = (wanted: string, most = 200) =>
  field(wanted, (text) => (text !== '' && text.length <= most ? text : undefined));

/** An id that a command can name. */
export const identifier = field(
  'a short name of small letters, digits, - and _',
  (text) => (/^[a-z0-9][a-z0-9_-]{0,39}$/.test(text) ? text : undefined),
  undefined,
  { pattern: '[a-z0-9][a-z0-9_-]{0,39}' },
);

/** An http or https address without a last slash, without user and password in it. */
export const address = (wanted: string) =>
  field(wanted, (text) => {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    const usable =
      (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
    return usable && url.search === '' && url.hash === '' ? text.replace(/\/+$/, '') : undefined;
  });

/** An address for people: a query or an anchor may be part of it. */
export const link = field('an address that begins with https://', (text) =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && text.length <= 1_000 ? text : undefined,
);

/** An object in which an unknown key is an error. The message of that error is the known keys: see `knownKeys`. */
export function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return Object.keys(shape).join(' ');
      return issue.input === undefined ? 'is missing' : 'must hold names and values, one a line';
    },
  });
}

export const list = <Item extends z.ZodType>(item: Item, wanted: string) =>
  z.array(item, { error: () => `must be a list of ${wanted}` });

/** One value, or a list where a list is written; each reports its own problems. */
export function eitherOr<One, Many>(one: z.ZodType<One>, many: z.ZodType<Many>) {
  const read = z.unknown().transform((raw, context): One | Many => {
    const parsed = (Array.isArray(raw) ? many : one).safeParse(raw);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues)
      context.issues.push({ code: 'custom', message, path: [...path], input: undefined });
    return z.NEVER;
  });
  return read.meta({ either: [one, many] });
}

/** The known keys in the issue of an unknown one, as `closed` lists them. */
export function knownKeys(issue: { readonly message: string }): readonly string[] {
  return issue.message.split(' ');
}

/** What to write instead of a name that is not known: the nearest known one, else all of them. */
export function suggestion(name: string, known: readonly string[]): string {
  const meant = closestMatch(name, known);
  return meant === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean ${meant}?`;
}
