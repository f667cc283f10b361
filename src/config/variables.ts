// Environment variables in a configuration: `${NAME}` in its values, and the `.env` file beside it.
import type { ConfigProblem } from '../errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Replaces `${NAME}`; `$${` stands for a plain `${`. */
function expandVariables(
  text: string,
  environment: Environment,
  report: { inserted: (text: string) => void; missing: (name: string) => void; nameless: () => void },
): string {
  return text.replace(/\$(?:\$\{|\{([^}]*)(\}?))/g, (match, name: string | undefined, end: string | undefined) => {
    if (name === undefined) return match.slice(1);
    if (end === '' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      report.nameless();
      return '';
    }
    const value = environment[name];
    if (value === undefined || value === '') report.missing(name);
    else report.inserted(value);
    return value ?? '';
  });
}

/** A value of the file with every text in it expanded. `path` is where it stands; what was inserted, each name that is not set (or empty), and each `${…}` without a name is reported. */
export function expandAll(
  value: unknown,
  environment: Environment,
  report: {
    inserted: (text: string) => void;
    missing: (path: Path, name: string) => void;
    nameless: (path: Path) => void;
  },
  path: Path = [],
): unknown {
  if (typeof value === 'string')
    return expandVariables(value, environment, {
      inserted: report.inserted,
      missing: (name) => report.missing(path, name),
      nameless: () => report.nameless(path),
    });
  if (Array.isArray(value)) return value.map((item, index) => expandAll(item, environment, report, [...path, index]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expandAll(item, environment, report, [...path, key])]),
  );
}

export type Path = readonly (string | number)[];

/** `alerts[0].below` */
export function pathWords(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** What stands for a file when there is none: the environment configures one app. */
export function fileFromEnvironment(
  environment: Environment,
): { file: unknown; names: ReadonlyMap<string, string> } | { problem: ConfigProblem } {
  const imkit = set(environment, 'IMKIT_URL') || set(environment, 'IM_API_KEY');
  const jmessage = set(environment, 'JMESSAGE_APP_KEY') || set(environment, 'JMESSAGE_MASTER_SECRET');
  if (!imkit && !jmessage) {
    return {
      problem: {
        where: 'configuration',
        what: 'there is no imstats.yml here, and the environment names no app; copy imstats.example.yml to imstats.yml, or set IMKIT_URL and IM_API_KEY',
      },
    };
  }
  if (imkit && jmessage) {
    return {
      problem: {
        where: 'configuration',
        what: 'the environment names an IMKit app and a JMessage app; it can hold one, so write both into imstats.yml',
      },
    };
  }
  const names = new Map(
    variables
      .filter(([path]) => !path.startsWith('apps') || imkit === imkitVariables.has(path))
      .map(([path, name]) => [path, name]),
  );
  const value = (path: string): string | undefined => filled(environment[names.get(path) ?? '']);
  const app = imkit
    ? { id: 'app', name: 'IMKit app', platform: 'imkit', url: value('apps[0].url'), apiKey: value('apps[0].apiKey') }
    : {
        id: 'app',
        name: 'JMessage app',
        platform: 'jmessage',
        appKey: value('apps[0].appKey'),
        masterSecret: value('apps[0].masterSecret'),
        timezone: 'Asia/Shanghai',
      };
  const slack = Object.fromEntries(
    slackVariables.map(([path]) => [path.slice('slack.'.length), value(path)]).filter(([, text]) => text !== undefined),
  );
  return {
    file: { slack, apps: [app], ...(value('timezone') === undefined ? {} : { timezone: value('timezone') }) },
    names,
  };
}

const slackVariables: readonly (readonly [string, string])[] = [
  ['slack.botToken', 'SLACK_BOT_TOKEN'],
  ['slack.appToken', 'SLACK_APP_TOKEN'],
  ['slack.signingSecret', 'SLACK_SIGNING_SECRET'],
  ['slack.port', 'PORT'],
  ['slack.apiUrl', 'SLACK_API_URL'],
];

const imkitVariables = new Map([
  ['apps[0].url', 'IMKIT_URL'],
  ['apps[0].apiKey', 'IM_API_KEY'],
]);

const variables: readonly (readonly [string, string])[] = [
  ...slackVariables,
  ['timezone', 'IMSTATS_TIMEZONE'],
  ...imkitVariables,
  ['apps[0].appKey', 'JMESSAGE_APP_KEY'],
  ['apps[0].masterSecret', 'JMESSAGE_MASTER_SECRET'],
];

const filled = (text: string | undefined): string | undefined => (text === undefined || text === '' ? undefined : text);
const set = (environment: Environment, name: string): boolean => filled(environment[name]) !== undefined;
