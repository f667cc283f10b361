// The Web API client of Slack: the only place with its options, and its log as lines of the bot's log.
import { type Logger as SlackLogger, webApi } from '@slack/bolt';
import { second } from '../clock.ts';
import { hideSecrets, type Logger } from '../logger.ts';

/** A logger for Bolt and its clients. Of an error only name and message are logged, never its other fields. */
export function boltLogger(logger: Logger, secrets: readonly string[]): SlackLogger {
  const words = (parts: readonly unknown[]): string => hideSecrets(parts.map(textOf).join(' '), secrets).slice(0, 300);
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts: readonly unknown[]) => logger.warn('Slack client warns', { reason: words(parts) }),
    error: (...parts: readonly unknown[]) => logger.error('Slack client failed', { reason: words(parts) }),
    setLevel: () => {},
    setName: () => {},
    // The value of an enum in a package that is not imported for this one word.
    getLevel: () => 'warn' as ReturnType<SlackLogger['getLevel']>,
  };
}

function textOf(part: unknown): string {
  if (part instanceof Error) return `${part.name}: ${part.message}`;
  return typeof part === 'string' ? part : '';
}

/** Options of a client beside its token. */
export interface ClientSettings {
  /** Base address of the Web API, with or without a last slash; Slack's own when absent. */
  readonly apiUrl?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly logger: Logger;
  readonly secrets: readonly string[];
}

/** A client without the SDK's retries, which post twice, and without its waits for rate limits; 10 s for a call. */
export function createWebClient(token: string, settings: ClientSettings): webApi.WebClient {
  return new webApi.WebClient(token, webClientOptions(settings));
}

/** A new object at each call, because Bolt writes into the options that it is given. */
export function webClientOptions({ apiUrl, fetch, logger, secrets }: ClientSettings): webApi.WebClientOptions {
  return {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    fetch,
    timeout: 10 * second,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(logger, secrets),
  };
}
