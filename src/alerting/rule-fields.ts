// Fields that only rules and Slack have: channels, mentions, durations, shares and values of a metric; and the reader of a rule's keys.
import { z } from 'zod';
import type { ImApp } from '../app.ts';
import { type Duration, day } from '../clock.ts';
import { closestMatch } from '../closest-match.ts';
import { eitherOr, field, knownKeys, suggestion } from '../config-field.ts';
import { quoted } from '../errors.ts';
import { type MetricId, metric, type Unit } from '../metrics/catalog.ts';
import { formatCount, formatRatio } from '../metrics/format.ts';
import { parseDuration, parseRatio, parseValue, writtenForms } from '../metrics/parse-quantity.ts';
import type { RuleProblem } from './rule.ts';

/** True for the id of a Slack channel. */
export function isChannelId(text: string): boolean {
  return /^[CG][A-Z0-9]{2,}$/.test(text);
}

export const channel = field(
  'the id of a Slack channel, such as C0123456789 (in Slack: channel details, at the bottom)',
  (text) => (isChannelId(text) ? text : undefined),
  (text) =>
    /^D[A-Z0-9]{2,}$/.test(text)
      ? `${quoted(text)} is a direct message of two people, into which no bot can post; write the id of a channel, such as C0123456789`
      : undefined,
  { types: ['string'], pattern: '[CG][A-Z0-9]{2,}' },
);

const channelList = z
  .array(channel)
  .min(1, { error: () => 'names no channel; write ids such as [C0ONCALL, C0OPS]' })
  .max(10, { error: () => 'has more than 10; write ids such as [C0ONCALL, C0OPS]' });

/** One channel or a list of them, each once. */
export const channels = eitherOr(channel, channelList).transform((named): readonly string[] => [
  ...new Set([named].flat()),
]);

/** People or groups that an alert pings. */
export const mention = field(
  'a user id (U…), a user-group id (S…) or here',
  (text) => (/^([UWS][A-Z0-9]{2,}|here)$/.test(text) ? text : undefined),
  undefined,
  { types: ['string'], pattern: '[UWS][A-Z0-9]{2,}|here' },
);

/** A person, group or channel of an access rule. */
export const accessEntry = field(
  'the id of a Slack user (U…), user group (S…) or channel (C…)',
  (text) => (/^[UWSCG][A-Z0-9]{2,}$/.test(text) ? text : undefined),
  undefined,
  { types: ['string'], pattern: '[UWSCG][A-Z0-9]{2,}' },
);

/** A duration from `least` to `most`, in ms. */
export function durationBetween(wanted: string, least: Duration, most: Duration) {
  const parse = (text: string): Duration | undefined => {
    const value = parseDuration(text);
    return value !== undefined && value >= least && value <= most ? value : undefined;
  };
  return field(wanted, parse, undefined, { types: ['string'], pattern: writtenForms.duration });
}

/** A duration of a rule: at least `least` and at most a year, in ms. */
export function duration(example: string, least: Duration = 0) {
  return durationBetween(`a duration such as ${example}`, least, 366 * day);
}

/** A share above 0 and up to `most`. */
export function share(example: string, most = 1) {
  const parse = (text: string): number | undefined => {
    const value = parseRatio(text);
    return value !== undefined && value > 0 && value <= most ? value : undefined;
  };
  return field(`a share such as ${example}`, parse, undefined, quantity('ratio'));
}

/** A plain number from `least` to `most`. */
export function amount(example: string, least: number, most: number) {
  const parse = (text: string): number | undefined => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
    return value !== undefined && value >= least && value <= most ? value : undefined;
  };
  return field(`a number such as ${example}`, parse, undefined, quantity('count'));
}

const quantity = (unit: Unit) => ({ types: ['number', 'string'], pattern: writtenForms[unit] }) as const;

const examples = { ratio: '15% or 0.15', bytes: '512MB or 2GiB', count: '1600', mean: '2.5' } as const;

/** A value of the metric, in its own unit. */
export function valueFor(id: MetricId, app: Pick<ImApp, 'connectionLimit'>) {
  const { unit } = metric(id);
  const wanted = { ratio: 'a share', bytes: 'a size', count: 'a number', mean: 'a number' }[unit];
  return field(
    `${wanted} such as ${examples[unit]}`,
    (text) => parseValue(text, unit),
    (text) => wrongUnit(text, id, app),
    quantity(unit),
  );
}

/** The error for a share of a metric that has none. */
function wrongUnit(text: string, id: MetricId, app: Pick<ImApp, 'connectionLimit'>): string | undefined {
  const { unit } = metric(id);
  const ratio = text.endsWith('%') ? parseRatio(text) : undefined;
  if (ratio === undefined || unit === 'ratio') return undefined;
  if (unit === 'bytes')
    return `"${text}" is a share and ${id} is a size; write a size such as 512MB or 2GiB, or watch memory.free_ratio`;
  const limit = id.startsWith('connections.') ? app.connectionLimit : undefined;
  const instead =
    limit === undefined
      ? 'a number such as 1600'
      : `${Math.round(limit * ratio)}, which is ${formatRatio(ratio)} of the connectionLimit ${formatCount(limit)}`;
  if (unit === 'mean') return `"${text}" is a share and ${id} is a number; write one such as ${examples.mean}`;
  return `"${text}" is a share and ${id} is a count; write ${instead}`;
}

/** What can be read of something that may be wrong in part. */
export interface ReadParts<Value> {
  /** Without what is wrong in it; undefined where nothing can be read. */
  readonly value: Value | undefined;
  readonly problems: readonly RuleProblem[];
  /** True where something stands at the path and is wrong, or is probably meant by a mistyped name. */
  isWrong(...path: readonly string[]): boolean;
}

/** Reads `raw`; every problem with its path, an unknown key with the nearest known one. */
export function readParts<Value>(schema: z.ZodType<Value>, raw: unknown): ReadParts<Value> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data, problems: [], isWrong: () => false };
  const { issues } = parsed.error;
  const wrong = issues.flatMap(wrongPaths);
  const isWrong = (...path: readonly string[]): boolean =>
    wrong.some((one) => one.every((part, index) => path[index] === part));
  return { value: withoutWrong(schema, raw, wrong), problems: issues.flatMap(problemsOf), isWrong };
}

/** The value without what stands at the paths; of an item that cannot do without it, without the item. */
function withoutWrong<Value>(schema: z.ZodType<Value>, raw: unknown, wrong: readonly Path[]): Value | undefined {
  if (wrong.some((path) => path.length === 0)) return undefined;
  const rest = structuredClone(raw);
  for (const path of wrong) {
    const place = path.slice(0, -1).reduce<unknown>((at, part) => Reflect.get(Object(at), part), rest);
    if (typeof place === 'object' && place !== null) Reflect.deleteProperty(place, path.at(-1) ?? '');
  }
  const parsed = schema.safeParse(rest);
  if (parsed.success) return parsed.data;
  return withoutWrong(
    schema,
    rest,
    parsed.error.issues.map((issue) => pathOf(issue).slice(0, -1)),
  );
}

type Path = RuleProblem['path'];

/** Paths of parsed YAML hold names and positions only. */
const pathOf = (issue: z.core.$ZodIssue): Path =>
  issue.path.map((part) => (typeof part === 'number' ? part : String(part)));

/** The paths of which nothing is known for a problem: of an item its whole list; also that of the name that an unknown one is near to. */
function wrongPaths(issue: z.core.$ZodIssue): Path[] {
  if (issue.code !== 'unrecognized_keys') {
    const path = pathOf(issue);
    const item = path.findIndex((part) => typeof part === 'number');
    return [item === -1 ? path : path.slice(0, item)];
  }
  return issue.keys.flatMap((key) => {
    const meant = closestMatch(key, knownKeys(issue));
    return [key, ...(meant === undefined ? [] : [meant])].map((name) => [...pathOf(issue), name]);
  });
}

function problemsOf(issue: z.core.$ZodIssue): RuleProblem[] {
  const path = pathOf(issue);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => unknownKey([...path, key], key, knownKeys(issue)));
}

export function unknownKey(path: readonly (string | number)[], key: string, known: readonly string[]): RuleProblem {
  return { path, message: `is not known here; ${suggestion(key, known)}`, isKey: true };
}
