// Slack's packages log through this: their debug and info lines hold bodies and one-time addresses, so only warnings pass, scrubbed.
import type { Logger as SlackLogger } from '@slack/bolt';
import { hideSecrets, type Logger } from '../logger.ts';

/** A logger for Bolt and its clients. Of an error only name and message are taken, never what hangs on it. */
export function boltLogger(logger: Logger, secrets: readonly string[]): SlackLogger {
  const words = (parts: readonly unknown[]): string => hideSecrets(parts.map(spoken).join(' '), secrets).slice(0, 300);
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts: readonly unknown[]) => logger.warn('Slack client warns', { reason: words(parts) }),
    error: (...parts: readonly unknown[]) => logger.error('Slack client failed', { reason: words(parts) }),
    setLevel: () => {},
    setName: () => {},
    // The enum of Slack's logger is a word; importing its package for one word is not worth it.
    getLevel: () => 'warn' as ReturnType<SlackLogger['getLevel']>,
  };
}

function spoken(part: unknown): string {
  if (part instanceof Error) return `${part.name}: ${part.message}`;
  return typeof part === 'string' ? part : '';
}
