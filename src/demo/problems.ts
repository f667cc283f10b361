// The log of the demo: lines go to a file, and what is wrong is also said in words, so that no JSON gets between the messages.
import { appendFileSync } from 'node:fs';
import { createLogger, type LogFields, type Logger } from '../logger.ts';

/** Writes to `file`; warnings and errors are printed as well. */
export function createDemoLogger(options: {
  readonly file: string;
  readonly secrets: readonly string[];
  readonly print: (text: string) => void;
}): Logger {
  const log = createLogger({
    level: 'info',
    secrets: options.secrets,
    write: (line) => appendFileSync(options.file, line),
  });
  const say = (level: string, message: string, fields: LogFields = {}): void =>
    options.print(`    (log, ${level}: ${inWords(message, fields)})`);
  return {
    ...log,
    warn: (message, fields) => {
      log.warn(message, fields);
      say('warning', message, fields);
    },
    error: (message, fields) => {
      log.error(message, fields);
      say('error', message, fields);
    },
  };
}

function inWords(message: string, fields: LogFields): string {
  const { stack, ...rest } = fields;
  const details = Object.entries(rest).filter(([, value]) => value !== undefined);
  return [message, ...details.map(([name, value]) => `${name} ${String(value)}`)].join(', ');
}
