// Replaces invalid values of a configuration by valid placeholders, so that the rest of it can still be checked.
import { z } from 'zod';
import { platforms } from '../platforms/index.ts';
import type { PlatformDefinition } from '../platforms/platform.ts';
import type { Path } from './variables.ts';

export interface ReplacedConfig {
  readonly value: unknown;
  /** True for a placeholder and everything in it: problems of these are not reported. */
  touches(path: Path): boolean;
}

/** Tried in this order for a field of a platform; undefined asks for its default. */
const candidates: readonly unknown[] = ['https://chat.invalid', 'key', '1', undefined];

/** The own fields of a platform, each with a value that it accepts. */
function fieldsOf({ config }: PlatformDefinition): Record<string, unknown> {
  const fitting = (type: z.core.$ZodType): unknown => candidates.find((one) => z.safeParse(type, one).success);
  return Object.fromEntries(Object.entries(config).map(([name, type]) => [name, fitting(type)]));
}

const app = { id: '', platform: platforms[0].id, ...fieldsOf(platforms[0]) };
const digest = { id: '', channel: 'C000', schedule: '0 0 * * *' };
const maintenance = { id: '', schedule: '0 0 * * *', duration: '1h' };

/** Placeholders by field name, at any depth; a field without one gets its default. */
const placeholders: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(platforms.flatMap((platform) => Object.entries(fieldsOf(platform)))),
  ...app,
  ...digest,
  ...maintenance,
  botToken: 'xoxb-token',
  // Both may be left out, but not both at once: without one here, a wrong one would be told to be missing as well.
  appToken: 'xapp-token',
  signingSecret: 'secret',
  routingKey: 'key',
  app: 'nobody',
  slack: { botToken: 'xoxb-token', appToken: 'xapp-token' },
  apps: [{ ...app, id: 'nobody' }],
};

/** Placeholders for items of lists. */
const items: Readonly<Record<string, unknown>> = {
  apps: app,
  digests: digest,
  maintenance,
  alerts: { id: '', app: 'nobody' },
};

/** A copy of `value` in which every value with an issue is replaced. */
export function replaceInvalid(value: unknown, issues: readonly z.core.$ZodIssue[]): ReplacedConfig {
  const root = { value: structuredClone(value ?? {}) };
  const touched: Path[] = [];
  for (const [index, issue] of issues.entries()) {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) put(root, ['value', ...path, key], undefined);
      continue;
    }
    touched.push(path);
    put(root, ['value', ...path], placeholderFor(path, `placeholder-${index}`));
  }
  return {
    value: root.value,
    touches: (path) => touched.some((done) => done.every((part, index) => path[index] === part)),
  };
}

function placeholderFor(path: Path, id: string): unknown {
  const name = path.findLast((part) => typeof part === 'string') ?? '';
  if (path.at(-1) === 'id') return id;
  if (typeof path.at(-1) !== 'number') return placeholders[name];
  const item = items[name];
  return typeof item === 'object' ? { ...item, id } : undefined;
}

/** Sets the value at the path, or removes it where `value` is undefined. Does nothing where the path does not exist. */
function put(root: object, path: Path, value: unknown): void {
  let place: unknown = root;
  for (const part of path.slice(0, -1)) place = childOf(place, part);
  const last = path.at(-1);
  if (typeof place !== 'object' || place === null || last === undefined) return;
  if (value === undefined && !Array.isArray(place)) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
}

function childOf(place: unknown, part: string | number): unknown {
  return typeof place === 'object' && place !== null ? Reflect.get(place, part) : undefined;
}
