// Converts any failure of a platform call into one PlatformError with a hint and without secrets.
import { z } from 'zod';
import { type Duration, type Instant, minute, second } from '../clock.ts';
import { PlatformError, type PlatformErrorKind } from '../errors.ts';
import { formatDuration } from '../metrics/format.ts';

/** The platform of one app, with what is specific to its errors. */
export interface Endpoint {
  /** Name of the app; the message of every error begins with it. */
  readonly name: string;
  /** Messages that replace the general ones, by kind of error. */
  readonly words?: Readonly<Partial<Record<PlatformErrorKind, string>>>;
  /** What to do next, by kind of error. */
  readonly hints: Readonly<Partial<Record<PlatformErrorKind, string>>>;
  /** Kinds of the vendor's error codes, for responses whose HTTP status is not specific: 200 or 400. */
  readonly codes: Readonly<Record<string, PlatformErrorKind>>;
  /** Values that are never part of an error, even where the platform echoes them. */
  readonly secrets: readonly string[];
}

/** An error response: status, headers where known, and the body as parsed JSON or text. */
interface ErrorAnswer {
  readonly status: number;
  readonly headers?: Headers | undefined;
  readonly body: unknown;
}

const words: Readonly<Record<PlatformErrorKind, string>> = {
  auth: 'the key is not accepted',
  forbidden: 'the key lacks permission',
  'not-entitled': 'this interface is not part of the subscription',
  'not-found': 'there is nothing at that address',
  'bad-request': 'the request was refused',
  gone: 'the vendor has switched this interface off',
  'rate-limited': 'too many requests',
  unavailable: 'the server has trouble of its own',
  timeout: 'the server gave up waiting',
  network: 'the connection failed',
  'bad-response': 'the answer is of no use',
  aborted: 'the request was stopped',
};

const generalHints: Readonly<Record<PlatformErrorKind, string>> = {
  auth: 'Check the key of the app in the configuration.',
  forbidden: 'Give the key of the app more rights on the platform.',
  'not-entitled': 'Ask the vendor for a subscription that has it.',
  'not-found': 'Check the url of the app in the configuration.',
  'bad-request':
    'The platform may have changed its interface: check the url of the app, and whether there is a newer imstats.',
  gone: 'Ask the vendor what replaces it; the address of the app may need to change in the configuration.',
  'rate-limited': 'Ask less often: raise pollEvery of the app, or share the limit with fewer programs.',
  unavailable:
    'Nothing to do here: imstats keeps asking. If it lasts, look at the server or the status page of the vendor.',
  timeout: 'Check that the server is up and that this machine may reach it; imstats keeps asking.',
  network: 'Check the address and the network between here and there; imstats keeps asking.',
  'bad-response':
    'Check that the url of the app is the address of its API and that no proxy or sign-in page stands in between.',
  aborted: 'Ask again.',
};

/** Builds an error of the given kind: `what` completes "Production chat did not answer: …". */
export function platformError(
  endpoint: Endpoint,
  kind: PlatformErrorKind,
  what: string,
  details: { status?: number; vendorCode?: string | undefined; retryAfterMs?: number | undefined; hint?: string } = {},
): PlatformError {
  const verb = kind === 'bad-response' ? 'gave no usable answer' : 'did not answer';
  const hint = details.hint ?? endpoint.hints[kind] ?? generalHints[kind];
  return new PlatformError(kind, `${endpoint.name} ${verb}: ${what}.`, { ...details, hint });
}

/** The error for an error response. Only a harmless code and the seconds to wait are taken from the body. */
export function answerError(endpoint: Endpoint, answer: ErrorAnswer, now: Instant): PlatformError {
  const found = readVendorError(answer.body);
  const vendorCode = found.code === undefined ? undefined : safeCode(found.code, endpoint.secrets);
  const kind = kindOf(answer.status, { code: vendorCode, rc: found.rc }, endpoint.codes);
  const retryAfterMs = kind === 'rate-limited' || kind === 'unavailable' ? retryAfter(answer, now) : undefined;
  const code = vendorCode === undefined || vendorCode === String(answer.status) ? '' : ` (${vendorCode})`;
  const length = retryAfterMs ?? 0;
  const wait = length > 0 ? `; it asks to wait ${formatDuration(length)}` : '';
  return platformError(
    endpoint,
    kind,
    `HTTP ${answer.status}${code}, ${endpoint.words?.[kind] ?? words[kind]}${wait}`,
    {
      status: answer.status,
      vendorCode,
      retryAfterMs,
    },
  );
}

const VendorError = z.object({
  RC: z.union([z.number(), z.string()]).optional().catch(undefined),
  code: z.union([z.number(), z.string()]).optional().catch(undefined),
  retryAfter: z.coerce.number().positive().optional().catch(undefined),
  error: z
    .union([
      z.string(),
      z.object({
        code: z.union([z.number(), z.string()]).optional().catch(undefined),
        retryAfter: z.coerce.number().positive().optional().catch(undefined),
      }),
    ])
    .optional()
    .catch(undefined),
});

/** The vendor's codes and its seconds to wait, in any of the shapes `{RC, error: {code}}`, `{error: "CODE"}`, `{RC}`, `{code}`. */
function readVendorError(body: unknown): { code?: string; rc?: number; retryAfter?: number } {
  const parsed = VendorError.safeParse(typeof body === 'string' ? parseJson(body) : body);
  if (!parsed.success) return {};
  const { RC, code, error, retryAfter } = parsed.data;
  const inner = typeof error === 'object' ? error : undefined;
  const best = inner?.code ?? (typeof error === 'string' ? error : undefined) ?? code ?? RC;
  const wait = retryAfter ?? inner?.retryAfter;
  return {
    ...(best === undefined ? {} : { code: String(best) }),
    ...(RC === undefined ? {} : { rc: Number(RC) }),
    ...(wait === undefined ? {} : { retryAfter: wait }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A code is shown only when it has the form of one (`2002`, `INVALID_API_KEY`) and contains no secret: it is foreign text. */
function safeCode(code: string, secrets: readonly string[]): string | undefined {
  if (!/^(\d{1,8}|[A-Z][A-Z0-9_]{1,39})$/.test(code)) return undefined;
  return secrets.some((secret) => code.includes(secret)) ? undefined : code;
}

/** `rc` replaces the status of a response with HTTP 200. */
function kindOf(
  status: number,
  { code, rc }: { readonly code: string | undefined; readonly rc: number | undefined },
  codes: Readonly<Record<string, PlatformErrorKind>>,
): PlatformErrorKind {
  const byCode = code === undefined ? undefined : codes[code];
  if (status < 300) return byCode ?? kindOfStatus(rc ?? Number(code));
  const byStatus = kindOfStatus(status);
  return byStatus === 'bad-request' ? (byCode ?? byStatus) : byStatus;
}

function kindOfStatus(status: number): PlatformErrorKind {
  if (status === 401) return 'auth';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 410) return 'gone';
  if (status === 429) return 'rate-limited';
  if (status >= 500 && status < 600) return 'unavailable';
  return status >= 400 && status < 500 ? 'bad-request' : 'bad-response';
}

/** Longer waits are ignored: a header must not switch monitoring off. */
const longestRetryAfter = 15 * minute;

/** The requested wait, from `Retry-After` (seconds or a date), the body, or the reset time of the rate limit. */
export function retryAfter(answer: ErrorAnswer, now: Instant): Duration | undefined {
  const header = answer.headers?.get('retry-after') ?? undefined;
  const date = header === undefined || /^\d+$/.test(header) ? Number.NaN : Date.parse(header);
  const seconds = [header, readVendorError(answer.body).retryAfter, answer.headers?.get('x-rate-limit-reset')]
    .map((value) => (value === undefined || value === null || value === '' ? Number.NaN : Number(value)))
    .find((value) => Number.isFinite(value) && value >= 0);
  if (Number.isFinite(date)) return Math.min(Math.max(0, date - now), longestRetryAfter);
  return seconds === undefined ? undefined : Math.min(seconds * second, longestRetryAfter);
}

const generalHint = 'Check the address and the network between here and there; imstats keeps asking.';

/** Message and hint by error code of Node or undici. */
const knownCodes: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  ECONNREFUSED: {
    what: 'the connection was refused',
    hint: 'Check that the server runs and that the port in the url of the app is right.',
  },
  ECONNRESET: { what: 'the connection was cut', hint: generalHint },
  UND_ERR_SOCKET: { what: 'the connection was cut', hint: generalHint },
  EPIPE: { what: 'the connection was cut', hint: generalHint },
  ENOTFOUND: {
    what: 'there is no host of that name',
    hint: 'Check the url of the app; if it is right, check the DNS of this machine.',
  },
  EAI_AGAIN: {
    what: 'the name of the host could not be looked up',
    hint: 'Check the DNS of this machine; imstats keeps asking.',
  },
  EHOSTUNREACH: { what: 'the host cannot be reached', hint: generalHint },
  ENETUNREACH: { what: 'the network cannot be reached', hint: generalHint },
  CERT_HAS_EXPIRED: {
    what: 'its TLS certificate has expired',
    hint: 'The owner of the server must renew it; imstats does not go around it.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: 'its TLS certificate is for another host',
    hint: 'Check the host name in the url of the app.',
  },
};

const timeoutCodes: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const untrusted = {
  what: 'its TLS certificate is not trusted',
  hint: 'For a certificate of your own authority, set NODE_EXTRA_CA_CERTS to its file.',
};

const untrustedCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET)_.*|CERT_.*|ERR_SSL_.*|ERR_TLS_.*|EPROTO)$/;

/** A connection without a response → an error. Only codes are read: messages of Node contain addresses and queries. */
export function connectionError(endpoint: Endpoint, error: unknown): PlatformError {
  const { codes, redirected } = inspectCauses(error);
  if (redirected) {
    return platformError(
      endpoint,
      'bad-response',
      'it sent us to another address, which imstats does not follow with a key in hand',
      {
        hint: 'Write the final address as the url of the app, with https where the server wants it.',
      },
    );
  }
  if (codes.some((code) => timeoutCodes.has(code))) return platformError(endpoint, 'timeout', 'nothing came in time');
  const known = codes
    .map((code) => knownCodes[code] ?? (untrustedCodes.test(code) ? untrusted : undefined))
    .find((entry) => entry !== undefined);
  return platformError(endpoint, 'network', known?.what ?? 'the connection failed', {
    hint: known?.hint ?? generalHint,
  });
}

/** Every code in the chain of causes; an attempt at several addresses has one error for each. */
function inspectCauses(error: unknown): { codes: readonly string[]; redirected: boolean } {
  const codes: string[] = [];
  let redirected = false;
  const queue: unknown[] = [error];
  for (let seen = 0; queue.length > 0 && seen < 20; seen += 1) {
    const current = queue.shift();
    if (!(current instanceof Error)) continue;
    if ('code' in current && typeof current.code === 'string') codes.push(current.code);
    if (current.message === 'unexpected redirect') redirected = true;
    queue.push(current.cause, ...(current instanceof AggregateError ? current.errors : []));
  }
  return { codes, redirected };
}
