// Converts any failure of a platform call into one PlatformError with a hint and without secrets.
import { z } from 'zod';
import { type Duration, type Instant, minute, second } from '../clock.ts';
import { PlatformError, type PlatformErrorKind } from '../errors.ts';
import { english } from '../metrics/format.ts';
import { createWording, type Phrase, type PhraseSet, phrasesOf } from '../metrics/phrase.ts';
import { type ConnectionProblem, platformPhrases } from './platform-phrases.ts';

/** The platform of one app, with what is specific to its errors. */
export interface Endpoint {
  /** Name of the app; the message of every error begins with it. */
  readonly name: string;
  /** What replaces the general reasons, by kind of error. */
  readonly words?: Readonly<Partial<Record<PlatformErrorKind, Phrase>>>;
  /** What to do next, by kind of error. */
  readonly hints: Readonly<Partial<Record<PlatformErrorKind, Phrase>>>;
  /** The English of the vendor's own phrases, for the log and `check`. */
  readonly phrases?: PhraseSet;
  /** Kinds of the vendor's error codes, for responses whose HTTP status is not specific: 200 or 400. */
  readonly codes: Readonly<Record<string, PlatformErrorKind>>;
  /** Values that are never part of an error, even where the platform echoes them. */
  readonly secrets: readonly string[];
}

const say = phrasesOf<typeof platformPhrases>();

/** An error response: status, headers where known, and the body as parsed JSON or text. */
interface ErrorAnswer {
  readonly status: number;
  readonly headers?: Headers | undefined;
  readonly body: unknown;
}

/** What an error carries beside its kind and its words. */
interface ErrorDetails {
  readonly status?: number;
  readonly vendorCode?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly advice?: Phrase | undefined;
}

/** Builds an error of these words, which are a whole sentence; its message and hint are the same in English. */
export function errorOf(
  kind: PlatformErrorKind,
  words: Phrase,
  { advice, ...details }: ErrorDetails = {},
  phrases: PhraseSet = {},
): PlatformError {
  const { text } = createWording(english, [platformPhrases, phrases]);
  const hint = advice === undefined ? undefined : text(advice);
  return new PlatformError(kind, text(words), { ...details, words, advice, hint });
}

/** Builds an error of the given kind: `what` completes "Production chat did not answer: …". */
export function platformError(
  endpoint: Endpoint,
  kind: PlatformErrorKind,
  what: Phrase,
  details: ErrorDetails = {},
): PlatformError {
  const advice = details.advice ?? endpoint.hints[kind] ?? say('platform.advice', { of: kind });
  const words = say('platform.failed', { app: endpoint.name, isAnswer: kind === 'bad-response', what, advice });
  return errorOf(kind, words, { ...details, advice }, endpoint.phrases);
}

/** The error for an error response. Only a harmless code and the seconds to wait are taken from the body. */
export function answerError(endpoint: Endpoint, answer: ErrorAnswer, now: Instant): PlatformError {
  const found = readVendorError(answer.body);
  const vendorCode = found.code === undefined ? undefined : safeCode(found.code, endpoint.secrets);
  const kind = kindOf(answer.status, { code: vendorCode, rc: found.rc }, endpoint.codes);
  const retryAfterMs = kind === 'rate-limited' || kind === 'unavailable' ? retryAfter(answer, now) : undefined;
  const isCode = vendorCode !== undefined && vendorCode !== String(answer.status);
  const what = say('platform.http', {
    status: answer.status,
    ...(isCode ? { code: vendorCode } : {}),
    why: endpoint.words?.[kind] ?? say('platform.why', { of: kind }),
    ...(retryAfterMs === undefined || retryAfterMs <= 0 ? {} : { wait: retryAfterMs }),
  });
  return platformError(endpoint, kind, what, { status: answer.status, vendorCode, retryAfterMs });
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

/** The problem behind an error code of Node or undici. */
const knownCodes: Readonly<Record<string, ConnectionProblem>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'cut',
  UND_ERR_SOCKET: 'cut',
  EPIPE: 'cut',
  ENOTFOUND: 'no-host',
  EAI_AGAIN: 'no-lookup',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'network-unreachable',
  CERT_HAS_EXPIRED: 'expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-host',
};

const timeoutCodes: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

const untrustedCodes =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET)_.*|CERT_.*|ERR_SSL_.*|ERR_TLS_.*|EPROTO)$/;

/** A connection without a response → an error. Only codes and the host are read: messages of Node contain addresses and queries. */
export function connectionError(endpoint: Endpoint, error: unknown): PlatformError {
  const { codes, redirected, host } = inspectCauses(error);
  if (redirected) {
    const advice = say('platform.redirectAdvice');
    return platformError(endpoint, 'bad-response', say('platform.redirected'), { advice });
  }
  if (codes.some((code) => timeoutCodes.has(code)))
    return platformError(endpoint, 'timeout', say('platform.nothingInTime'));
  const problem =
    codes
      .map((code) => knownCodes[code] ?? (untrustedCodes.test(code) ? 'untrusted' : undefined))
      .find((known) => known !== undefined) ?? 'failed';
  const advice = say('platform.remedy', { problem });
  const isShown =
    host !== undefined && /^[\w.-]{1,253}$/.test(host) && !endpoint.secrets.some((one) => host.includes(one));
  return platformError(endpoint, 'network', say('platform.connection', { problem, ...(isShown ? { host } : {}) }), {
    advice,
  });
}

interface Causes {
  readonly codes: readonly string[];
  readonly redirected: boolean;
  /** The name that was looked up, where looking it up failed. */
  readonly host: string | undefined;
}

/** Every code in the chain of causes; an attempt at several addresses has one error for each. */
function inspectCauses(error: unknown): Causes {
  const codes: string[] = [];
  let redirected = false;
  let host: string | undefined;
  const queue: unknown[] = [error];
  for (let seen = 0; queue.length > 0 && seen < 20; seen += 1) {
    const current = queue.shift();
    if (!(current instanceof Error)) continue;
    if ('code' in current && typeof current.code === 'string') codes.push(current.code);
    if ('hostname' in current && typeof current.hostname === 'string') host ??= current.hostname;
    if (current.message === 'unexpected redirect') redirected = true;
    queue.push(current.cause, ...(current instanceof AggregateError ? current.errors : []));
  }
  return { codes, redirected, host };
}
