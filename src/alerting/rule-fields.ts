// Fields that only rules and Slack have: channels, mentions, durations, shares and values of a metric; and the reader of a rule's keys.
import { z } from 'zod';
import type { ImApp } from '../app.ts';
import { type Duration, day } from '../clock.ts';
import { field, knownKeys, suggestion } from '../config-field.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { formatCount, formatRatio } from '../metrics/format.ts';
import { parseDuration, parseRatio, parseValue } from '../metrics/parse-quantity.ts';
import type { RuleProblem } from './rule.ts';

/** True for the id of a Slack channel. */
export function isChannelId(text: string): boolean {
  return /^[CGD][A-Z0-9]{2,}$/.test(text);
}

export const channel = field(
  'the id of a Slack channel, such as C0123456789 (in Slack: channel details, at the bottom)',
  (text) => (isChannelId(text) ? text : undefined),
);

const channelList = z
  .array(channel)
  .min(1, { error: () => 'names no channel; write ids such as [C0ONCALL, C0OPS]' })
  .max(10, { error: () => 'has more than 10; write ids such as [C0ONCALL, C0OPS]' });

/** One channel or a list of them, each once. */
export const channels = z.unknown().transform((raw, context): readonly string[] => {
  const parsed = Array.isArray(raw) ? channelList.safeParse(raw) : channel.safeParse(raw);
  if (parsed.success) return [...new Set([parsed.data].flat())];
  for (const { message, path } of parsed.error.issues)
    context.issues.push({ code: 'custom', message, path: [...path], input: undefined });
  return z.NEVER;
});

/** People or groups that an alert pings. */
export const mention = field('a user id (U…), a user-group id (S…) or here', (text) =>
  /^([UWS][A-Z0-9]{2,}|here)$/.test(text) ? text : undefined,
);

/** A person, group or channel of an access rule. */
export const accessEntry = field('the id of a Slack user (U…), user group (S…) or channel (C…)', (text) =>
  /^[UWSCG][A-Z0-9]{2,}$/.test(text) ? text : undefined,
);

/** A duration from `least` to `most`, in ms. */
export function durationBetween(wanted: string, least: Duration, most: Duration) {
  return field(wanted, (text) => {
    const value = parseDuration(text);
    return value !== undefined && value >= least && value <= most ? value : undefined;
  });
}

/** A duration of a rule: at least `least` and at most a year, in ms. */
export function duration(example: string, least: Duration = 0) {
  return durationBetween(`a duration such as ${example}`, least, 366 * day);
}

/** A share above 0 and up to `most`. */
export function share(example: string, most = 1) {
  return field(`a share such as ${example}`, (text) => {
    const value = parseRatio(text);
    return value !== undefined && value > 0 && value <= most ? value : undefined;
  });
}

/** A plain number from `least` to `most`. */
export function amount(example: string, least: number, most: number) {
  return field(`a number such as ${example}`, (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
    return value !== undefined && value >= least && value <= most ? value : undefined;
  });
}

const examples = { ratio: '15% or 0.15', bytes: '512MB or 2GiB', count: '1600' } as const;

/** A value of the metric, in its own unit. */
export function valueFor(id: MetricId, app: Pick<ImApp, 'connectionLimit'>) {
  const { unit } = metric(id);
  const wanted = { ratio: 'a share', bytes: 'a size', count: 'a number' }[unit];
  return field(
    `${wanted} such as ${examples[unit]}`,
    (text) => parseValue(text, unit),
    (text) => wrongUnit(text, id, app),
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
  return `"${text}" is a share and ${id} is a count; write ${instead}`;
}

/** Reads `raw`; every problem with its path, an unknown key with the nearest known one. */
export function read<Value>(
  schema: z.ZodType<Value>,
  raw: unknown,
): { readonly value: Value } | { readonly problems: RuleProblem[] } {
  const parsed = schema.safeParse(raw);
  return parsed.success ? { value: parsed.data } : { problems: parsed.error.issues.flatMap(problemsOf) };
}

function problemsOf(issue: z.core.$ZodIssue): RuleProblem[] {
  // Paths of parsed YAML hold names and positions only.
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => unknownKey([...path, key], key, knownKeys(issue)));
}

export function unknownKey(path: readonly (string | number)[], key: string, known: readonly string[]): RuleProblem {
  return { path, message: `is not known here; ${suggestion(key, known)}` };
}
