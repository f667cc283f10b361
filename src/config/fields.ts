// The kinds of values that stand in the configuration, each with what to write instead of a wrong one.
import { z } from 'zod';
import { field } from '../alerting/rule-fields.ts';
import type { Duration } from '../clock.ts';
import { closestMatch } from '../closest-match.ts';
import { parseDuration } from '../metrics/parse-quantity.ts';
import { isZone } from '../time-zone.ts';
import type { Path } from './variables.ts';

/** A secret: any text of printable ASCII without white space, which is what fits into a header. Its value is never repeated. */
export function secret(wanted: string, refuse: (text: string) => string | undefined = () => undefined) {
  return z.unknown().transform((raw, context): string => {
    const problem = secretProblem(raw, wanted) ?? refuse(String(raw).trim());
    if (problem === undefined) return String(raw).trim();
    context.issues.push({ code: 'custom', message: problem, input: undefined });
    return z.NEVER;
  });
}

function secretProblem(raw: unknown, wanted: string): string | undefined {
  if (typeof raw === 'number') return 'is read as a number, which may lose digits; put it in quotes';
  if (typeof raw !== 'string' || raw.trim() === '') return `is missing; write ${wanted}`;
  if (/\s/.test(raw.trim())) return `holds white space; write ${wanted}`;
  return /[^\x21-\x7e]/.test(raw.trim())
    ? `holds a letter that no key has, such as a curly quote; write ${wanted}`
    : undefined;
}

export const duration = (wanted: string, least: Duration, most: Duration) =>
  field(wanted, (text) => {
    const value = parseDuration(text);
    return value !== undefined && value >= least && value <= most ? value : undefined;
  });

export const whole = (wanted: string, least: number, most: number) =>
  field(wanted, (text) =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined,
  );

export const zone = field('an IANA time zone such as Asia/Taipei', (text) => (isZone(text) ? text : undefined));

export const line = (wanted: string, most = 200) =>
  field(wanted, (text) => (text !== '' && text.length <= most ? text : undefined));

export const identifier = field('a short name of small letters, digits, - and _', (text) =>
  /^[a-z0-9][a-z0-9_-]{0,39}$/.test(text) ? text : undefined,
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

/** An object in which an unknown key is an error. The error's message lists the known keys, for the nearest one to be found. */
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

/** Says that the value at `path` cannot be used. */
export type Complain = (path: Path, what: string) => void;

/** Each name must be known; a wrong one is told with the nearest known. */
export function checkNames(
  input: { names: readonly string[]; known: readonly string[]; path: Path; noun: string },
  complain: Complain,
): void {
  for (const [index, name] of input.names.entries()) {
    if (input.names.indexOf(name) < index)
      complain([...input.path, index], `"${name}" is named twice; remove one of the two`);
    if (!input.known.includes(name)) complain([...input.path, index], unknownName(name, input.known, input.noun));
  }
}

export function unknownName(name: string, known: readonly string[], noun: string): string {
  const meant = closestMatch(name, known);
  return `there is no ${noun} "${name}"; ${meant === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean ${meant}?`}`;
}
