// Environment variables in a configuration: `${NAME}` in its values, and the `.env` file beside it.
import type { ConfigProblem } from '../errors.ts';
import { listWords } from '../metrics/format.ts';
import { platforms } from '../platforms/index.ts';
import type { PlatformDefinition } from '../platforms/platform.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where `${…}` takes its values from. A value of `file` is given without its last newline, or why there is none. */
export interface VariableSources {
  readonly environment: Environment;
  file(path: string): { readonly value: string } | { readonly problem: string };
}

interface VariableReport {
  /** A value that was inserted; it may be a secret. */
  inserted(text: string): void;
  /** `${…}` at the path that gives no value. */
  problem: ReportProblem;
}

/** Replaces `${NAME}` and `${file:PATH}`; `$${` stands for a plain `${`. */
function expandVariables(
  text: string,
  sources: VariableSources,
  report: { inserted: (text: string) => void; problem: (what: string) => void },
): string {
  return text.replace(/\$(?:\$\{|\{([^}]*)(\}?))/g, (match, name: string | undefined, end: string | undefined) => {
    if (name === undefined) return match.slice(1);
    const found = end === '' ? { problem: nameless } : namedValue(name, sources);
    if ('problem' in found) report.problem(found.problem);
    else report.inserted(found.value);
    return 'problem' in found ? '' : found.value;
  });
}

const nameless =
  'the braces after $ do not hold the name of a variable: a name has letters, digits and _, and nothing else (or file: and a path); write $${ for a plain ${';

function namedValue(name: string, { environment, file }: VariableSources): ReturnType<VariableSources['file']> {
  const path = /^file:(.+)$/.exec(name)?.[1]?.trim();
  if (path !== undefined) {
    const read = file(path);
    return 'problem' in read ? { problem: `takes its value from ${path}: ${read.problem}` } : read;
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { problem: nameless };
  const value = filled(environment[name]);
  return value === undefined
    ? { problem: `the environment variable ${name} is not set; set it, or write it into .env beside the file` }
    : { value };
}

/** The value at `path` with every text in it expanded. */
export function expandAll(value: unknown, sources: VariableSources, report: VariableReport, path: Path = []): unknown {
  if (typeof value === 'string')
    return expandVariables(value, sources, {
      inserted: report.inserted,
      problem: (what) => report.problem(path, what),
    });
  if (Array.isArray(value)) return value.map((item, index) => expandAll(item, sources, report, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expandAll(item, sources, report, [...path, key])]),
  );
}

export type Path = readonly (string | number)[];

/** Reports a problem of the value at `path`, or of its name. */
export type ReportProblem = (path: Path, what: string, isKey?: boolean) => void;

/** `alerts[0].below` */
export function pathWords(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** The configuration that the environment alone gives: one app. `names` holds the variable of each path. */
export function fileFromEnvironment(
  environment: Environment,
): { file: unknown; names: ReadonlyMap<string, string> } | { problem: ConfigProblem } {
  const named = platforms.filter((platform) => variablesOf(platform).some(([, name]) => isSet(environment, name)));
  const [platform] = named;
  if (platform === undefined || named.length > 1) {
    const what = platform === undefined ? noApp() : severalApps(named);
    return { problem: { where: 'configuration', what } };
  }
  const { timezone, ...slack } = valuesOf(ownVariables, environment);
  const { platformName } = platform.capabilities;
  const fields = Object.fromEntries(variablesOf(platform).map(([key, name]) => [key, filled(environment[name])]));
  const app = { id: 'app', name: `${platformName} app`, platform: platform.id, ...fields };
  return {
    file: { slack, apps: [app], ...(timezone === undefined ? {} : { timezone }) },
    names: new Map([
      ...ownVariables.map(([key, name]): [string, string] => [key === 'timezone' ? key : `slack.${key}`, name]),
      ...variablesOf(platform).map(([key, name]): [string, string] => [`apps[0].${key}`, name]),
    ]),
  };
}

/** A key with the variable that holds its value. */
type Variable = readonly [key: string, name: string];

/** The variables of every start without a file: the zone, and the keys of `slack`. */
const ownVariables: readonly Variable[] = [
  ['botToken', 'SLACK_BOT_TOKEN'],
  ['appToken', 'SLACK_APP_TOKEN'],
  ['signingSecret', 'SLACK_SIGNING_SECRET'],
  ['port', 'PORT'],
  ['apiUrl', 'SLACK_API_URL'],
  ['timezone', 'IMSTATS_TIMEZONE'],
];

function variablesOf({ environment }: PlatformDefinition): readonly Variable[] {
  return Object.entries(environment).flatMap(([key, name]) => (name === undefined ? [] : [[key, name] as const]));
}

/** The values that are set. */
function valuesOf(variables: readonly Variable[], environment: Environment): Record<string, string> {
  return Object.fromEntries(
    variables.flatMap(([key, name]) => {
      const value = filled(environment[name]);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function noApp(): string {
  const names = variablesOf(platforms[0]).map(([, name]) => name);
  return `there is no imstats.yml here, and the environment names no app; copy imstats.example.yml to imstats.yml, or set ${listWords(names)}`;
}

function severalApps(named: readonly PlatformDefinition[]): string {
  const apps = named.map(({ capabilities: { platformName } }) => {
    return `${/^[aeiou]/i.test(platformName) ? 'an' : 'a'} ${platformName} app`;
  });
  return `the environment names ${listWords(apps)}; it can hold one, so write ${named.length === 2 ? 'both' : 'them'} into imstats.yml`;
}

/** The text of a variable; undefined when it is absent or empty. */
export const filled = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text;
const isSet = (environment: Environment, name: string): boolean => filled(environment[name]) !== undefined;
