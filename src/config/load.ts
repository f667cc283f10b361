// Configuration file and environment → frozen `Config`, or one error that lists every problem.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { hideSecrets } from '../logger.ts';
import { platforms } from '../platforms/index.ts';
import type { Config } from './config.ts';
import { readDocument } from './document.ts';
import { type DotEnv, parseDotEnv } from './dot-env.ts';
import { interpret } from './interpret.ts';
import { readNamed, readSecret, readText } from './read-text.ts';
import { type Environment, expandAll, fileFromEnvironment, filled, type Path, pathWords } from './variables.ts';

/** Positions of paths in their source: a line of the file, or the name of a variable. */
interface Positions {
  of(path: Path): string;
  ofKey(path: Path, key: string): string;
}

/** Where a configuration is looked for. */
export interface ConfigSource {
  readonly file?: string | undefined;
  readonly folder: string;
  readonly environment: Environment;
}

/** The file that a configuration is read from; undefined where there is none and the environment alone configures the bot. */
export function configFile(source: ConfigSource): string | undefined {
  const { path } = placeOf(source);
  return existsSync(path) ? path : undefined;
}

/** Another text whenever the file, its `.env` or one of its files of secrets is another, or cannot be read any more. Never throws. */
export function configFingerprint(source: ConfigSource): string {
  const { path } = placeOf(source);
  const folder = dirname(path);
  const text = (name: string): string => {
    try {
      return readText(name) ?? 'is not there';
    } catch (error) {
      return String(error);
    }
  };
  const named = [...text(path).matchAll(/\$\{file:([^}]+)\}/g)].map(([, name = '']) => resolve(folder, name.trim()));
  const hash = createHash('sha256');
  for (const name of [path, join(folder, '.env'), ...named]) hash.update(`${name}\n${text(name)}\n`);
  return hash.digest('hex');
}

/** The environment with what a `.env` adds to it. Throws `ConfigError` for one that cannot be read. */
export function readEnvironment(source: ConfigSource): Environment {
  return { ...readDotEnv(source).variables, ...withoutEmpty(source.environment) };
}

function readDotEnv(source: ConfigSource): DotEnv {
  const text = readText(resolve(dirname(placeOf(source).path), '.env'));
  return text === undefined ? { variables: {}, problems: [] } : parseDotEnv(text, '.env');
}

function placeOf({ file, folder, environment }: ConfigSource): { named: string | undefined; path: string } {
  const named = file ?? filled(environment['IMSTATS_CONFIG']);
  return { named, path: resolve(folder, named ?? 'imstats.yml') };
}

/**
 * Reads the configuration: `file` when given, else `IMSTATS_CONFIG`, else `imstats.yml` in `folder`, else the environment alone.
 * A `.env` beside the file (or in `folder`) adds variables that the environment does not have.
 * Throws `ConfigError` with every problem; no value of a secret is in it.
 */
export function loadConfig(source: ConfigSource): Config {
  const { named, path } = placeOf(source);
  const environment = readEnvironment(source);
  const { problems } = readDotEnv(source);
  const text = named === undefined ? readText(path) : readNamed(path, named);
  return text === undefined
    ? fromEnvironment(environment, { folder: source.folder, problems })
    : fromFile(text, path, { environment, problems });
}

/** `problems` are those of the `.env` beside it. */
function fromFile(
  text: string,
  path: string,
  { environment, problems: before }: { readonly environment: Environment; readonly problems: readonly ConfigProblem[] },
): Config {
  const folder = dirname(path);
  const document = readDocument(text, basename(path));
  if (document.syntax.length > 0) throw new ConfigError([...before, ...document.syntax]);
  const inserted: string[] = [];
  const mistakes = [...document.mistakes];
  const file = (name: string) => readSecret(isAbsolute(name) ? name : join(folder, name));
  const value = expandAll(
    document.value,
    { environment, file },
    { inserted: (text) => inserted.push(text), problem: (path, what) => mistakes.push({ path, what }) },
  );
  const positions: Positions = {
    of: (at) => `${document.position(at)} ${pathWords(at)}`.trim(),
    ofKey: (at, key) => `${document.positionOfKey(at, key)} ${pathWords([...at, key])}`,
  };
  const problems = [
    ...before,
    ...document.repeated,
    ...mistakes.map((mistake) => ({ where: positions.of(mistake.path), what: mistake.what })),
  ];
  return finish({ value, unknown: mistakes.map((mistake) => mistake.path), positions, folder, problems, inserted });
}

function fromEnvironment(
  environment: Environment,
  { folder, problems }: { readonly folder: string; readonly problems: readonly ConfigProblem[] },
): Config {
  const found = fileFromEnvironment(environment);
  if ('problem' in found) throw new ConfigError([...problems, found.problem]);
  const positions: Positions = {
    of: (at) => found.names.get(pathWords(at)) ?? pathWords(at),
    ofKey: (at, key) => pathWords([...at, key]),
  };
  return finish({ value: found.file, unknown: [], positions, folder, problems, inserted: [] });
}

/** `problems` were found before, those at the `unknown` paths among them. */
function finish(input: {
  value: unknown;
  unknown: readonly Path[];
  positions: Positions;
  folder: string;
  problems: readonly ConfigProblem[];
  inserted: readonly string[];
}): Config {
  const { positions } = input;
  const { config, problems } = interpret(input.value, input.unknown, input.folder);
  const placed = problems.map(({ path, key, what }) => ({
    where: key === undefined ? positions.of(path) : positions.ofKey(path, key),
    what,
  }));
  const all = onceForEachPlace([...input.problems, ...placed]);
  if (config !== undefined && all.length === 0) return deepFreeze(config);
  const hidden = [...input.inserted, ...secretTexts(input.value)];
  throw new ConfigError(all.map(({ where, what }) => ({ where, what: hideSecrets(what, hidden) })));
}

/** In the order of the file. A wrong value of an anchor is one mistake, however many aliases take it. */
function onceForEachPlace(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const nameOf = ({ where, what }: ConfigProblem): string =>
    `${where.split(' ')[0]} ${/[^.]*$/.exec(where)?.[0]} ${what}`;
  const once = [...new Map(problems.toReversed().map((problem) => [nameOf(problem), problem])).values()].toReversed();
  const placeOf = ({ where }: ConfigProblem): readonly number[] =>
    (/:(\d+):(\d+)/.exec(where) ?? []).slice(1).map(Number);
  return once.toSorted((a, b) => {
    const [[line = 0, column = 0], [otherLine = 0, otherColumn = 0]] = [placeOf(a), placeOf(b)];
    return line - otherLine || column - otherColumn;
  });
}

const secretNames = new Set([
  ...['botToken', 'appToken', 'signingSecret', 'routingKey', 'store'],
  ...platforms.flatMap(({ secrets }) => secrets),
]);

/** Every text under the name of a secret, at any depth. */
function secretTexts(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    secretNames.has(name) && typeof inner === 'string' ? [inner] : secretTexts(inner),
  );
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
