// Puts valid placeholders where a configuration is wrong, so that the rest of it can still be checked.
import { z } from 'zod';
import { platforms } from '../platforms/index.ts';
import type { PlatformDefinition } from '../platforms/platform.ts';
import type { Path } from './variables.ts';

/** A place of which the value is not known; `isExtra`: nothing belongs there. */
export interface Gap {
  readonly path: Path;
  readonly isExtra: boolean;
}

export interface ReplacedConfig {
  readonly value: unknown;
  /** True for a placeholder and everything in it. */
  isUnknown(path: Path): boolean;
}

/** Tried in this order for a field of a platform; undefined asks for its default. */
const candidates: readonly unknown[] = ['https://chat.invalid', 'key', '1', undefined];

/** The own fields of a platform, each with a value that it accepts. */
function fieldsOf({ config }: PlatformDefinition): Record<string, unknown> {
  const fitting = (type: z.core.$ZodType): unknown => candidates.find((one) => z.safeParse(type, one).success);
  return Object.fromEntries(Object.entries(config).map(([name, type]) => [name, fitting(type)]));
}

const ownFields = Object.fromEntries(platforms.flatMap((platform) => Object.entries(fieldsOf(platform))));
const onFirst = { platform: platforms[0].id, ...fieldsOf(platforms[0]) };
const app = { id: '', ...onFirst };
const digest = { id: '', channel: 'C000', schedule: '0 0 * * *' };
const maintenance = { id: '', schedule: '0 0 * * *', duration: '1h' };

/** Placeholders of whole sections. */
const sections: Readonly<Record<string, unknown>> = {
  slack: { botToken: 'xoxb-token', appToken: 'xapp-token' },
  apps: [{ ...app, id: 'nobody' }],
  pagerduty: { routingKey: 'key' },
};

/** Placeholders by field name, at any depth; a field without one gets its default. */
const fields: Readonly<Record<string, unknown>> = {
  ...ownFields,
  ...app,
  ...digest,
  ...maintenance,
  botToken: 'xoxb-token',
  // Both may be left out, but not both at once: without one here, a wrong one would be told to be missing as well.
  appToken: 'xapp-token',
  signingSecret: 'secret',
  routingKey: 'key',
  app: 'nobody',
};

/** Placeholders for items of sections. */
const items: Readonly<Record<string, unknown>> = {
  apps: app,
  digests: digest,
  maintenance,
  alerts: { id: '', app: 'nobody' },
};

/** Placeholders for items of other lists by their names; in one without, the items are ids. */
const listed: Readonly<Record<string, unknown>> = { charts: 'text', run: 'U000', manage: 'U000' };

/** A copy of `value` in which every gap is filled. */
export function replaceGaps(value: unknown, gaps: readonly Gap[]): ReplacedConfig {
  const whole = gaps.some(({ path }) => path.length === 0) || value === undefined || value === null ? {} : value;
  const root = { value: structuredClone(whole) };
  // What nothing belongs to first, and sections before what is in them.
  const ordered = gaps.toSorted((a, b) => Number(b.isExtra) - Number(a.isExtra) || a.path.length - b.path.length);
  for (const [index, { path, isExtra }] of ordered.entries())
    put(root, ['value', ...path], isExtra ? undefined : placeholderFor(path, `placeholder-${index}`));
  for (const { path } of ordered.filter((gap) => isPlatform(gap.path))) putPlatform(root, path);
  if (whole !== value) for (const name of ['slack', 'apps']) put(root, ['value', name], sections[name]);
  const unknown = gaps.filter(({ isExtra }) => !isExtra).map(({ path }) => path);
  return {
    value: root.value,
    isUnknown: (path) => unknown.some((one) => one.every((part, index) => path[index] === part)),
  };
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((place: unknown, part) => {
    return typeof place === 'object' && place !== null && Object.hasOwn(place, part)
      ? Reflect.get(place, part)
      : undefined;
  }, value);
}

function placeholderFor(path: Path, id: string): unknown {
  // A rule reads its own keys: one that is empty is wrong there as well.
  if (path[0] === 'alerts' && path.length > 2 && path[2] !== 'id' && path[2] !== 'app') return '';
  const last = path.at(-1);
  if (last === 'id') return id;
  if (typeof last === 'string') return path.length === 1 ? sections[last] : fields[last];
  const item = path.length === 2 ? items[String(path[0])] : undefined;
  if (item !== undefined) return { ...Object(item), id };
  return listed[String(path.at(-2))] ?? id;
}

const isPlatform = (path: Path): boolean => path.length === 3 && path[0] === 'apps' && path[2] === 'platform';

/** An app on an unknown platform becomes one on the first, whatever fields of another it has. */
function putPlatform(root: object, path: Path): void {
  const place = ['value', ...path.slice(0, -1)];
  for (const name of Object.keys(ownFields)) put(root, [...place, name], undefined);
  for (const [name, value] of Object.entries(onFirst)) put(root, [...place, name], value);
}

/** Sets the value at the path, or removes it where `value` is undefined. Does nothing where the path does not exist. */
function put(root: object, path: Path, value: unknown): void {
  const place = valueAt(root, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof place !== 'object' || place === null || last === undefined) return;
  if (value === undefined && !Array.isArray(place)) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
}
