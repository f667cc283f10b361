// IMKit: the report of the last hour from /admin/stats, and the current connections where the server reports them.
import { type Clock, hour, type Instant, minute, second } from '../../clock.ts';
import { address, secret } from '../../config-field.ts';
import { PlatformError, type PlatformErrorKind } from '../../errors.ts';
import { phrasesOf } from '../../metrics/phrase.ts';
import { createHttp, type Http } from '../http.ts';
import { definePlatform, type Platform, type PlatformOptions } from '../platform.ts';
import { answerError, type Endpoint, platformError } from '../platform-error.ts';
import { plausibleCount } from '../response-body.ts';
import { imkitPhrases } from './imkit-phrases.ts';
import { CountAnswer, chooseWindow, type Stats, StatsAnswer, toSnapshot } from './stats.ts';

const say = phrasesOf<typeof imkitPhrases>();

const words = { forbidden: say('imkit.forbidden') };

const hints: Endpoint['hints'] = {
  auth: say('imkit.authAdvice'),
  forbidden: say('imkit.forbiddenAdvice'),
  'not-found': say('imkit.notFoundAdvice'),
};

const codes: Readonly<Record<string, PlatformErrorKind>> = {
  INVALID_API_KEY: 'auth',
  MISSING_API_KEY: 'auth',
  INSUFFICIENT_PERMISSIONS: 'forbidden',
  PERMISSION_DENIED: 'forbidden',
  RATE_LIMIT_EXCEEDED: 'rate-limited',
};

export const imkit = definePlatform({
  id: 'imkit',
  name: 'IMKit',
  config: {
    url: address('the address of the chat host, such as https://your-app.imkit.io'),
    apiKey: secret("the platform key that IMKit's dashboard shows once"),
  },
  secrets: ['apiKey'],
  environment: { url: 'IMKIT_URL', apiKey: 'IM_API_KEY' },
  metrics: [
    'users.active',
    'messages.sent',
    'messages.per_user',
    'rooms.active',
    'rooms.total',
    'rooms.active_ratio',
    'connections.peak',
    'connections.current',
    'memory.free',
    'memory.total',
    'memory.free_ratio',
  ],
  reportsBy: 'moments',
  phrases: imkitPhrases,
  open: openImkit,
});

interface ImkitOptions extends PlatformOptions {
  readonly access: { readonly url: string; readonly apiKey: string };
}

/** One app on IMKit. Its snapshot covers the last hour; it has neither daily statistics nor history. */
function openImkit(options: ImkitOptions): Platform {
  const secrets = [options.access.apiKey];
  const endpoint: Endpoint = { name: options.app.name, words, hints, phrases: imkitPhrases, codes, secrets };
  const http = createHttp({
    ...options,
    baseUrl: options.access.url,
    headers: { 'IM-API-KEY': options.access.apiKey },
    endpoint,
  });
  const countConnections = createConnectionCounter(http, options);
  const hosts = createHostWatch();
  let hasWarned = false;
  return {
    snapshot: async (signal) => {
      const polledAt = options.clock.now();
      const [stats, current] = await requestBoth(http, options.clock, countConnections, signal);
      const window = chooseWindow(stats, polledAt);
      if (window.disagrees && !hasWarned) {
        hasWarned = true;
        options.logger.warn('IMKit names two different windows', {
          app: options.app.id,
          from: window.from,
          to: window.to,
        });
      }
      return toSnapshot({ stats, current, window, polledAt, severalHosts: hosts.hasSeveral(stats.totalMem, polledAt) });
    },
  };
}

/** Both requests in parallel; when the report fails, the other request is aborted. */
async function requestBoth(
  http: Http,
  clock: Clock,
  countConnections: (signal: AbortSignal) => Promise<number | undefined>,
  signal: AbortSignal | undefined,
): Promise<[Stats, number | undefined]> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const current = countConnections(either);
  try {
    return [await requestStats(http, clock, signal), await current];
  } finally {
    stop.abort();
  }
}

async function requestStats(http: Http, clock: Clock, signal: AbortSignal | undefined): Promise<Stats> {
  const answer = await http.getJson('admin/stats', StatsAnswer, { signal, countList: 'userList' });
  refuseError(http, answer, clock.now());
  const { result } = answer;
  if (result === undefined || result === null || Object.values(result).every((value) => value === undefined)) {
    throw platformError(http.endpoint, 'bad-response', say('imkit.noNumbers'));
  }
  return result;
}

/** IMKit can report an error with HTTP 200: then `RC` is not 0, or there is an error instead of a result. */
function refuseError(
  http: Http,
  answer: { RC?: unknown; error?: unknown; retryAfter?: unknown; result?: unknown },
  now: Instant,
): void {
  const isRefusal = Number(answer.RC ?? 0) !== 0;
  const isError = (answer.error ?? false) !== false && (answer.result ?? undefined) === undefined;
  if (!isRefusal && !isError) return;
  throw answerError(http.endpoint, { status: 200, body: answer }, now);
}

/**
 * Reads the number of open connections, which not every server reports. Never rejects: unknown is undefined.
 * A refusal is cached for an hour and a timeout for five minutes, so that they do not slow down polls.
 */
function createConnectionCounter(
  http: Http,
  { clock, limits }: Pick<ImkitOptions, 'clock' | 'limits'>,
): (signal: AbortSignal) => Promise<number | undefined> {
  const callLimits = { headers: 3 * second, body: 2 * second, total: 5 * second, ...limits, retries: 0 };
  let skippedUntil = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    if (clock.now() < skippedUntil) return undefined;
    try {
      const answer = await http.getJson('admin/connection-count', CountAnswer, {
        signal,
        limits: callLimits,
      });
      refuseError(http, answer, clock.now());
      return plausibleCount(answer.result?.count);
    } catch (error) {
      const kind = error instanceof PlatformError ? error.kind : 'network';
      if (kind === 'not-found' || kind === 'forbidden' || kind === 'gone') skippedUntil = clock.now() + hour;
      if (kind === 'timeout') skippedUntil = clock.now() + 5 * minute;
      return undefined;
    }
  };
}

/** Keeps the memory sizes that were reported within the last hour: two of them mean two hosts. */
function createHostWatch(): { hasSeveral(totalMem: number | undefined, at: Instant): boolean } {
  const seen = new Map<number, Instant>();
  return {
    hasSeveral: (totalMem, at) => {
      if (totalMem !== undefined) seen.set(totalMem, at);
      for (const [size, last] of seen) if (at - last > hour || seen.size > 16) seen.delete(size);
      return seen.size > 1;
    },
  };
}
