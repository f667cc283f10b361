// The one way to ask a platform over HTTP: time limits, bounded retries, no redirects, a cap on bytes. The only file that imports ky.
import ky, { isHTTPError, isNetworkError, isTimeoutError, type KyInstance } from 'ky';
import type { z } from 'zod';
import { type Clock, type Duration, second } from '../clock.ts';
import { PlatformError } from '../errors.ts';
import { answerError, connectionError, type Endpoint, platformError, retryAfter } from './platform-error.ts';
import { createListCounter, readBody } from './response-body.ts';

const mebibyte = 1 << 20;

/** Limits of one call. Times are real ones, whatever the clock says: they bound sockets, not decisions. */
export interface HttpLimits {
  /** From the request to the headers of the answer. */
  readonly headers: Duration;
  /** From the headers to the last byte. */
  readonly body: Duration;
  /** All tries and the waits between them. */
  readonly total: Duration;
  /** Tries after the first: on 408, 429, 5xx and a broken connection. */
  readonly retries: number;
  /** The first wait before another try; it doubles, with jitter. */
  readonly backoff: Duration;
  /** A platform that asks to wait longer is not asked again by this call. */
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

/** What the outside world lends: the same for all platforms, so that a test can replace it. */
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
  readonly respondent: Endpoint;
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal | undefined;
  /** Name of a list that is counted and not kept: the schema meets its length. Allows 64 MiB instead of 8. */
  readonly countList?: string;
  /** Limits for this call alone. */
  readonly limits?: Partial<HttpLimits>;
}

export interface Http {
  readonly respondent: Endpoint;
  /** GET of `path` (without a slash in front, its parts encoded) → the parsed answer. Rejects with `PlatformError` only. */
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
    respondent: options.respondent,
    getJson: async (path, schema, asked = {}) => {
      const limits = { ...httpLimits, ...options.limits, ...asked.limits };
      const text = await fetchText(client, { path, asked, limits, options });
      return parseAnswer(options.respondent, text, schema);
    },
  };
}

/** A call on its way, with all that bounds it. */
interface Call {
  readonly path: string;
  readonly asked: CallOptions;
  readonly limits: HttpLimits;
  readonly options: HttpOptions;
}

async function fetchText(client: KyInstance, call: Call): Promise<string> {
  const { path, asked, limits, options } = call;
  const query = encodeQuery(asked.query ?? {});
  try {
    return await client
      .get(`${path}${query}`, {
        signal: asked.signal ?? null,
        fetch: (input, init) => fetchWhole(call, input, init),
        // The parts of a try have limits of their own, in fetchWhole.
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
          shouldRetry: ({ error }) => (worthAnotherTry(call, error) ? undefined : false),
        },
      })
      .text();
  } catch (error) {
    throw translate(call, error);
  }
}

/** `?a=b%20c`: the vendors want `%20`, so `URLSearchParams`, which writes `+`, is no use here. */
function encodeQuery(query: Readonly<Record<string, string | number>>): string {
  const parts = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** Fetches with its body, so that a connection that breaks in the body is tried again like any other. */
async function fetchWhole(call: Call, input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const { options, asked } = call;
  const limit = new AbortController();
  const outer = input instanceof Request ? input.signal : undefined;
  const signal = outer === undefined ? limit.signal : AbortSignal.any([outer, limit.signal]);
  const headersArrived = abortAfter(limit, call.limits.headers, options.respondent);
  const response = await options.fetch(input, { ...init, signal }).finally(headersArrived);
  const bodyArrived = abortAfter(limit, call.limits.body, options.respondent);
  const text = await readBody(response, {
    limits: { received: (asked.countList === undefined ? 8 : 64) * mebibyte, kept: 8 * mebibyte },
    filter: asked.countList === undefined ? undefined : createListCounter(asked.countList),
  }).finally(bodyArrived);
  if (text === undefined && response.ok) {
    throw platformError(options.respondent, 'bad-response', 'the answer is larger than imstats reads', {
      status: response.status,
      hint: 'Nothing of so large an answer is read, so that memory stays bounded. Tell the makers of imstats how large it is.',
    });
  }
  const headers = new Headers({ 'content-type': 'text/plain' });
  const wait = response.ok
    ? undefined
    : retryAfter({ status: response.status, headers: response.headers, body: text }, options.clock.now());
  if (wait !== undefined) headers.set('retry-after', String(Math.ceil(wait / second)));
  return new Response(text === undefined || text === '' ? null : text, { status: response.status, headers });
}

/** Ends a request that takes longer than `limit`; the returned function says that it did not. */
function abortAfter(request: AbortController, limit: Duration, respondent: Endpoint): () => void {
  const late = AbortSignal.timeout(limit);
  const end = (): void => {
    const seconds = Number((limit / second).toFixed(1));
    request.abort(platformError(respondent, 'timeout', `nothing more came within ${seconds} s`));
  };
  late.addEventListener('abort', end, { once: true });
  return () => late.removeEventListener('abort', end);
}

/** False where another try can only fail in the same way, or where the platform asks for a longer wait than a person has. */
function worthAnotherTry(call: Call, error: Error): boolean {
  if (isNetworkError(error)) return connectionError(call.options.respondent, error).kind === 'network';
  if (!isHTTPError(error)) return true;
  return Number(error.response.headers.get('retry-after') ?? 0) * second <= call.limits.longestWait;
}

/** Every family of errors that ky, fetch or a stream can raise → one. */
function translate(call: Call, error: unknown): PlatformError {
  const { respondent, clock } = call.options;
  if (error instanceof PlatformError) return error;
  if (call.asked.signal?.aborted === true) return platformError(respondent, 'aborted', 'the request was stopped');
  if (isTimeoutError(error)) return platformError(respondent, 'timeout', 'it took too long, with all tries');
  if (isHTTPError(error)) {
    const { status, headers } = error.response;
    return answerError(respondent, { status, headers, body: error.data }, clock.now());
  }
  return connectionError(respondent, error);
}

function parseAnswer<T>(respondent: Endpoint, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseText(respondent, text));
  if (parsed.success) return parsed.data;
  // Names of fields come from our schema, never values from the answer.
  const fields = parsed.error.issues.slice(0, 3).map((issue) => issue.path.join('.') || 'the whole');
  throw platformError(
    respondent,
    'bad-response',
    `these parts of the answer are not as documented: ${fields.join(', ')}`,
  );
}

function parseText(respondent: Endpoint, text: string): unknown {
  const start = text.trimStart();
  if (start === '') throw platformError(respondent, 'bad-response', 'the answer is empty');
  if (start.startsWith('<'))
    throw platformError(respondent, 'bad-response', 'the answer is a web page instead of numbers');
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message repeats the text, which may hold keys.
    throw platformError(respondent, 'bad-response', 'the answer is cut off or not JSON');
  }
}
