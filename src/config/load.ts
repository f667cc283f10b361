// Configuration file and environment → frozen `Config`, or one error that lists every problem.
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { knownKeys, suggestion } from '../config-field.ts';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { hideSecrets } from '../logger.ts';
import { platforms } from '../platforms/index.ts';
import { buildConfig } from './build.ts';
import type { Config } from './config.ts';
import { readDocument } from './document.ts';
import { replaceInvalid } from './placeholders.ts';
import { File } from './schema.ts';
import {
  type Environment,
  expandAll,
  fileFromEnvironment,
  filled,
  type Path,
  pathWords,
  type ReportProblem,
} from './variables.ts';

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

/** The environment with what a `.env` adds to it. Throws `ConfigError` for one that cannot be read. */
export function readEnvironment(source: ConfigSource): Environment {
  return { ...dotEnv(dirname(placeOf(source).path)), ...withoutEmpty(source.environment) };
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
  const text = readText(path);
  if (text === undefined && named !== undefined) throw new ConfigError([{ where: named, what: unreadable }]);
  return text === undefined ? fromEnvironment(environment, source.folder) : fromFile(text, path, environment);
}

function fromFile(text: string, path: string, environment: Environment): Config {
  const document = readDocument(text, basename(path));
  if (document.problems.length > 0) throw new ConfigError(document.problems);
  const problems: ConfigProblem[] = [];
  const inserted: string[] = [];
  const value = expandAll(document.value, environment, {
    inserted: (text) => inserted.push(text),
    missing: (at, name) =>
      problems.push({
        where: `${document.position(at)} ${pathWords(at)}`,
        what: `the environment variable ${name} is not set; set it, or write it into .env beside the file`,
      }),
    nameless: (at) =>
      problems.push({
        where: `${document.position(at)} ${pathWords(at)}`,
        what: 'the braces after $ do not hold the name of a variable: a name has letters, digits and _, and nothing else; write $${ for a plain ${',
      }),
  });
  const positions: Positions = {
    of: (at) => `${document.position(at)} ${pathWords(at)}`.trim(),
    ofKey: (at, key) => `${document.positionOfKey(at, key)} ${pathWords([...at, key])}`,
  };
  return finish({ value, positions, folder: dirname(path), problems, inserted });
}

function fromEnvironment(environment: Environment, folder: string): Config {
  const found = fileFromEnvironment(environment);
  if ('problem' in found) throw new ConfigError([found.problem]);
  const positions: Positions = {
    of: (at) => found.names.get(pathWords(at)) ?? pathWords(at),
    ofKey: (at, key) => pathWords([...at, key]),
  };
  return finish({ value: found.file, positions, folder, problems: [], inserted: [] });
}

function finish(input: {
  value: unknown;
  positions: Positions;
  folder: string;
  problems: ConfigProblem[];
  inserted: readonly string[];
}): Config {
  const { positions, problems } = input;
  const parsed = File.safeParse(input.value ?? {});
  const reported = new Set(problems.map((problem) => problem.where));
  for (const issue of parsed.error?.issues ?? []) {
    for (const problem of problemsOf(issue, positions)) {
      if (!reported.has(problem.where)) problems.push(problem);
    }
  }
  const report = (path: Path, what: string) => problems.push({ where: positions.of(path), what });
  const built = parsed.success ? buildConfig(parsed.data, input.folder, report) : undefined;
  if (parsed.error !== undefined) checkRest(input.value, parsed.error.issues, report);
  if (problems.length > 0 || built === undefined) {
    const hidden = [...input.inserted, ...secretTexts(input.value)];
    throw new ConfigError(problems.map(({ where, what }) => ({ where, what: hideSecrets(what, hidden) })));
  }
  return deepFreeze(built);
}

/** Replaces invalid values by placeholders and checks the references between the others, so that every problem is reported at once. */
function checkRest(value: unknown, issues: readonly z.core.$ZodIssue[], report: ReportProblem): void {
  const replaced = replaceInvalid(value, issues);
  const rest = File.safeParse(replaced.value);
  if (!rest.success) return;
  buildConfig(rest.data, '/', (path, what) => {
    if (!replaced.touches(path)) report(path, what);
  });
}

/** An issue of the schema as problems with their positions; an unknown key is reported with the nearest known one. */
function problemsOf(issue: z.core.$ZodIssue, positions: Positions): ConfigProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code !== 'unrecognized_keys') return [{ where: positions.of(path), what: issue.message }];
  const known = knownKeys(issue);
  return issue.keys.map((key) => ({
    where: positions.ofKey(path, key),
    what: `is not known here; ${suggestion(key, known)}`,
  }));
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

function dotEnv(folder: string): Environment {
  const text = readText(resolve(folder, '.env'));
  return text === undefined ? {} : parseEnv(text);
}

const unreadable = 'cannot be read; check that the file is there and may be read';

/** Undefined when there is no such file. An unreadable file is an error, because the bot must not start without it. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new ConfigError([{ where: path, what: unreadable }]);
  }
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
