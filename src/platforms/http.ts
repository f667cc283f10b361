// The HTTP client for platforms: timeouts, bounded retries, no redirects, a limit on bytes. The only file that imports ky.
import ky, { isHTTPError, isNetworkError, isTimeoutError, type KyInstance } from 'ky';
import type { z } from 'zod';
import { type Clock, type Duration, second } from '../clock.ts';
import { PlatformError } from '../errors.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import { answerError, connectionError, type Endpoint, platformError, retryAfter } from './platform-error.ts';
import type { platformPhrases } from './platform-phrases.ts';
import { createListCounter, readBody } from './response-body.ts';

const say = phrasesOf<typeof platformPhrases>();

const mebibyte = 1 << 20;

/** Limits of one call. They run on real time, not on the injected clock, because they bound sockets and not decisions. */
export interface HttpLimits {
  /** Timeout from the request to the headers of the response. */
  readonly headers: Duration;
  /** Timeout from the headers to the last byte. */
  readonly body: Duration;
  /** Timeout of all attempts and the waits between them. */
  readonly total: Duration;
  /** Attempts after the first: on 408, 429, 5xx and a broken connection. */
  readonly retries: number;
  /** The wait before the first retry; it doubles, with jitter. */
  readonly backoff: Duration;
  /** No retry when the response asks for a longer wait. */
  readonly longestWait: Duration;
}

const httpLimits: HttpLimits = {
  headers: 10 * second,
  body: 10 * second,
  total: 30 * second,
  retries: 2,
  backoff: 300,
  longestWait: 10 * second,
};

/** Network, time and chance, the same for all platforms, so that a test can replace them. */
export interface HttpDependencies {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly limits?: Partial<HttpLimits> | undefined;
}

interface HttpOptions extends HttpDependencies {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly endpoint: Endpoint;
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal | undefined;
  /** Name of a list that is counted and not kept: the schema gets its length. Allows 64 MiB instead of 8. */
  readonly countList?: string;
  /** Called with the headers of each answer, also of one that is refused. */
  readonly onHeaders?: (headers: Headers) => void;
  /** Limits for this call alone. */
  readonly limits?: Partial<HttpLimits>;
}

export interface Http {
  readonly endpoint: Endpoint;
  /** GET of `path` (no leading slash, its segments encoded) → the parsed response. Rejects with `PlatformError` only. */
  getJson<T>(path: string, schema: z.ZodType<T>, options?: CallOptions): Promise<T>;
}

/** One long-lived client per app. */
export function createHttp(options: HttpOptions): Http {
  const client = ky.create({
    baseUrl: `${options.baseUrl.replace(/\/+$/, '')}/`,
    headers: { accept: 'application/json', ...options.headers },
    redirect: 'error',
  });
  return {
    endpoint: options.endpoint,
    getJson: async (path, schema, callOptions = {}) => {
      const limits = { ...httpLimits, ...options.limits, ...callOptions.limits };
      const text = await fetchText(client, { path, callOptions, limits, options });
      return parseAnswer(options.endpoint, text, schema);
    },
  };
}

/** A running call with its limits. */
interface Call {
  readonly path: string;
  readonly callOptions: CallOptions;
  readonly limits: HttpLimits;
  readonly options: HttpOptions;
}

async function fetchText(client: KyInstance, call: Call): Promise<string> {
  const { path, callOptions, limits, options } = call;
  const query = encodeQuery(callOptions.query ?? {});
  try {
    return await client
      .get(`${path}${query}`, {
        signal: callOptions.signal ?? null,
        fetch: (input, init) => fetchWhole(call, input, init),
        // Each phase of an attempt has its own timeout, in fetchWhole.
        timeout: false,
        totalTimeout: limits.total,
        retry: {
          limit: limits.retries,
          methods: ['get'],
          statusCodes: [408, 429, 500, 502, 503, 504],
          afterStatusCodes: [429, 503],
          backoffLimit: 5 * second,
          maxRetryAfter: limits.longestWait,
          delay: (attempt) => limits.backoff * 2 ** (attempt - 1),
          jitter: (wait) => wait * (0.5 + options.random() / 2),
          shouldRetry: ({ error }) => (isRetryable(call, error) ? undefined : false),
        },
      })
      .text();
  } catch (error) {
    throw translate(call, error);
  }
}

/** `?a=b%20c`: the vendors require `%20`, and `URLSearchParams` writes `+`. */
function encodeQuery(query: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Fetches the body as well, so that a connection that breaks within the body is retried like any other. */
async function fetchWhole(call: Call, input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const { options, callOptions } = call;
  const limit = new AbortController();
  const outer = input instanceof Request ? input.signal : undefined;
  const signal = outer === undefined ? limit.signal : AbortSignal.any([outer, limit.signal]);
  const headersArrived = abortAfter(limit, call.limits.headers, options.endpoint);
  const response = await options.fetch(input, { ...init, signal }).finally(headersArrived);
  callOptions.onHeaders?.(response.headers);
  const bodyArrived = abortAfter(limit, call.limits.body, options.endpoint);
  const text = await readBody(response, {
    limits: { received: (callOptions.countList === undefined ? 8 : 64) * mebibyte, kept: 8 * mebibyte },
    filter: callOptions.countList === undefined ? undefined : createListCounter(callOptions.countList),
  }).finally(bodyArrived);
  if (text === undefined && response.ok) {
    throw platformError(options.endpoint, 'bad-response', say('platform.tooLarge'), {
      status: response.status,
      advice: say('platform.tooLargeAdvice'),
    });
  }
  const headers = new Headers({ 'content-type': 'text/plain' });
  const wait = response.ok
    ? undefined
    : retryAfter({ status: response.status, headers: response.headers, body: text }, options.clock.now());
  if (wait !== undefined) headers.set('retry-after', String(Math.ceil(wait / second)));
  return new Response(text === undefined || text === '' ? null : text, { status: response.status, headers });
}

/** Aborts a request that takes longer than `limit`; the returned function cancels the timeout. */
function abortAfter(request: AbortController, limit: Duration, endpoint: Endpoint): () => void {
  const late = AbortSignal.timeout(limit);
  const end = (): void => {
    const seconds = Number((limit / second).toFixed(1));
    request.abort(platformError(endpoint, 'timeout', say('platform.silentFor', { seconds })));
  };
  late.addEventListener('abort', end, { once: true });
  return () => late.removeEventListener('abort', end);
}

/** False where a retry can only fail in the same way, or where the requested wait is too long for an interactive call. */
function isRetryable(call: Call, error: Error): boolean {
  if (isNetworkError(error)) return connectionError(call.options.endpoint, error).kind === 'network';
  if (!isHTTPError(error)) return true;
  return Number(error.response.headers.get('retry-after') ?? 0) * second <= call.limits.longestWait;
}

/** Any error of ky, fetch or a stream → `PlatformError`. */
function translate(call: Call, error: unknown): PlatformError {
  const { endpoint, clock } = call.options;
  if (error instanceof PlatformError) return error;
  if (call.callOptions.signal?.aborted === true) return platformError(endpoint, 'aborted', say('platform.stopped'));
  if (isTimeoutError(error)) return platformError(endpoint, 'timeout', say('platform.tooSlow'));
  if (isHTTPError(error)) {
    const { status, headers } = error.response;
    return answerError(endpoint, { status, headers, body: error.data }, clock.now());
  }
  return connectionError(endpoint, error);
}

function parseAnswer<T>(endpoint: Endpoint, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseText(endpoint, text));
  if (parsed.success) return parsed.data;
  // Field names come from our schema; values of the response are never repeated.
  const fields = parsed.error.issues.slice(0, 3).map((issue) => issue.path.join('.') || 'the whole');
  throw platformError(endpoint, 'bad-response', say('platform.fields', { fields }));
}

function parseText(endpoint: Endpoint, text: string): unknown {
  const start = text.trimStart();
  if (start === '') throw platformError(endpoint, 'bad-response', say('platform.empty'));
  if (start.startsWith('<')) throw platformError(endpoint, 'bad-response', say('platform.webPage'));
  try {
    return JSON.parse(text);
  } catch {
    // The message of the parser repeats the text, which may contain keys.
    throw platformError(endpoint, 'bad-response', say('platform.notJson'));
  }
}
