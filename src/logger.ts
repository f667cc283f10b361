// Log lines as JSON with a fixed message and flat fields; secret values are removed. The only file that imports pino.
import { pino } from 'pino';

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A logger that can be told of further secrets. */
export interface HidingLogger extends Logger {
  /** Hides these values from now on, like the first ones. */
  hide(secrets: readonly string[]): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const tokenShapes = [
  /xox[a-z](?:\.xox[a-z])?-[\w-]+/g,
  /xapp-[\w-]+/g,
  /([?&]ticket=)[^&\s"\\]+/g,
  /https:\/\/hooks\.slack\.com\/[^\s"\\]+/g,
];

/** Replaces the given secret values, and what matches a Slack token or one-time URL, by `[secret]`. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  let safe = text;
  // Longest first: a secret that contains another would otherwise be replaced in part only.
  for (const secret of secrets.filter(({ length }) => length >= 4).toSorted((a, b) => b.length - a.length)) {
    // As plain text, as a JSON string, and as a JSON string within JSON.
    const inJson = JSON.stringify(secret).slice(1, -1);
    for (const written of [JSON.stringify(inJson).slice(1, -1), inJson, secret])
      safe = safe.replaceAll(written, '[secret]');
  }
  for (const shape of tokenShapes)
    safe = safe.replace(shape, (_match, prefix) => `${typeof prefix === 'string' ? prefix : ''}[secret]`);
  return safe;
}

/** A logger whose lines pass `hideSecrets` before `write` gets them; texts are cut at 500 characters. */
export function createLogger(options: {
  level: LogLevel;
  secrets: readonly string[];
  write: (line: string) => void;
}): HidingLogger {
  const secrets = [...options.secrets];
  const destination = { write: (line: string) => options.write(hideSecrets(line, secrets)) };
  const log = pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (log.isLevelEnabled(level)) log[level](cut(fields, secrets), message);
    };
  const hide: HidingLogger['hide'] = (more) => {
    for (const secret of more) if (!secrets.includes(secret)) secrets.push(secret);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), hide };
}

const longestField = 500;

/** Hides secrets before it cuts: a secret that is cut in two would not be found. */
function cut(fields: LogFields, secrets: readonly string[]): LogFields {
  const short = (value: LogFields[string]): LogFields[string] =>
    typeof value === 'string' && value.length > longestField
      ? hideSecrets(value, secrets).slice(0, longestField)
      : value;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, short(value)]));
}

/** The log fields of any thrown value: its name, message and, for bugs, its stack. Never its other properties. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  return {
    error: error.name,
    reason: error.message,
    stack: error.stack?.split('\n').slice(1, 6).join(' | '),
  };
}

export const silentLogger: HidingLogger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  hide: () => {},
};
