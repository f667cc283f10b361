// The errors of imstats: each says what happened and what to do, and carries no secret.
import { type Duration, minute } from './clock.ts';

/** Base of all errors that imstats raises on purpose. `message` is a full sentence; `hint` says what to do next. */
export class BotError extends Error {
  override name = 'BotError';
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
  }
}

/** The message of an error and what to do, as one text. */
export function explained({ message, hint }: Pick<BotError, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** One thing that is wrong in the configuration. `where` is `file:line:column path` or the name of a variable. */
export interface ConfigProblem {
  readonly where: string;
  readonly what: string;
}

/** The configuration cannot be used. Lists every problem at once; no value of a secret is in it. */
export class ConfigError extends BotError {
  override name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], hint?: string) {
    super(problems.map((problem) => `${problem.where}: ${problem.what}`).join('\n'), { hint });
    this.problems = problems;
  }
}

const mostShown = 40;

/**
 * A wrong value as an error about it shows it. A long one is not shown at all, because a secret that is cut in two
 * cannot be found and hidden. User and password of an address are left out.
 */
export function quoted(text: string): string {
  const safe = text.replace(/:\/\/.*@/, '://…@');
  return safe.length > mostShown ? `a text of ${text.length} characters` : `"${safe}"`;
}

/** A user asked for something that cannot be done. The message is shown to that user only. */
export class UserError extends BotError {
  override name = 'UserError';
  /** The text after `/imstats` of a command that can be done instead; it becomes a button. */
  readonly command: string | undefined;
  /** `named`: the message comes from alerting, and the people in it are shown. */
  readonly people: 'named' | undefined;

  constructor(
    message: string,
    options: { hint?: string | undefined; command?: string | undefined; people?: 'named' } = {},
  ) {
    super(message, options);
    this.command = options.command;
    this.people = options.people;
  }
}

/** The kind of failure of a platform call, for code to branch on. */
export type PlatformErrorKind =
  | 'auth' // 401: the key is wrong
  | 'forbidden' // 403: the key is right and may not
  | 'not-entitled' // 403 and its like on a paid interface of JMessage
  | 'not-found'
  | 'bad-request'
  | 'gone' // 410: the vendor switched it off
  | 'rate-limited'
  | 'unavailable' // 5xx
  | 'timeout'
  | 'network' // refused, reset, no such host, TLS
  | 'bad-response' // HTML, garbage, a wrong shape, too many bytes
  | 'aborted'; // cancelled by the bot

const transientKinds: ReadonlySet<PlatformErrorKind> = new Set(['rate-limited', 'unavailable', 'timeout', 'network']);

/** A service that asks for more is asked again after this: no answer can switch the bot off. */
const longestWait: Duration = 15 * minute;

/** The wait that a service asks for, from 0 to 15 minutes; undefined for what is no number. */
function waitOf(asked: Duration | undefined): Duration | undefined {
  return asked === undefined || Number.isNaN(asked) ? undefined : Math.min(Math.max(0, asked), longestWait);
}

/** What an error says as a kind and values, which are worded where they are shown: the shape of a phrase. */
export interface ErrorFacts {
  readonly kind: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const asTheyAre = (text: string): ErrorFacts => ({ kind: 'verbatim', values: { text } });

/**
 * A platform did not give a usable answer. Flat on purpose: no request, no response, no header, no cause. `message` and `hint` are for the
 * log and `check`; people are shown `words` and `advice`.
 */
export class PlatformError extends BotError {
  override name = 'PlatformError';
  readonly kind: PlatformErrorKind;
  readonly status: number | undefined;
  readonly vendorCode: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly words: ErrorFacts;
  readonly advice: ErrorFacts | undefined;

  constructor(
    kind: PlatformErrorKind,
    message: string,
    details: {
      hint?: string | undefined;
      status?: number | undefined;
      vendorCode?: string | undefined;
      retryAfterMs?: number | undefined;
      words?: ErrorFacts | undefined;
      advice?: ErrorFacts | undefined;
    } = {},
  ) {
    super(message, { hint: details.hint });
    this.kind = kind;
    this.status = details.status;
    this.vendorCode = details.vendorCode;
    this.retryAfterMs = waitOf(details.retryAfterMs);
    this.words = details.words ?? asTheyAre(message);
    this.advice = details.advice ?? (details.hint === undefined ? undefined : asTheyAre(details.hint));
  }

  /** True when the same call may succeed later without intervention. */
  get isTransient(): boolean {
    return transientKinds.has(this.kind);
  }
}

/** The store could not be opened, read or written. */
export class StoreError extends BotError {
  override name = 'StoreError';
  readonly isTransient: boolean;

  constructor(message: string, options: { isTransient?: boolean; hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options);
    this.isTransient = options.isTransient ?? false;
  }
}

/** What a decision was made from has changed before the decision was saved: nothing is saved, the work begins again. */
export class ConcurrentChangeError extends BotError {
  override name = 'ConcurrentChangeError';
}

/** What is known of a failed delivery, and what follows from it. */
export type DeliveryOutcome =
  | 'not-sent' // nothing arrived: retry
  | 'unknown' // it may have arrived: look it up before a retry
  | 'refused' // the channel does not take it: the fallback channel, then retry at long intervals
  | 'shut' // the same, and the channel takes no edits either
  | 'mention-refused' // perhaps for its mention alone: retry without it, else as `refused`
  | 'thread-refused' // no reply in this thread: a message of its own in the channel
  | 'locked-out' // the token or the app is refused, so that no channel takes anything: retry at long intervals
  | 'uneditable' // the message is there and stays as it is: its thread goes on
  | 'gone' // the message is not there any more: post it anew
  | 'rejected-blocks'; // the content was refused, a simpler form may be accepted

const refusals: ReadonlySet<DeliveryOutcome> = new Set(['refused', 'shut', 'mention-refused', 'thread-refused']);

/**
 * Slack or the pager did not take a message. `code` is the service's error code, for example `channel_not_found`. `message` and
 * `hint` are for the log and `check`; people are shown `words` and `advice`.
 */
export class DeliveryError extends BotError {
  override name = 'DeliveryError';
  readonly outcome: DeliveryOutcome;
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  readonly words: ErrorFacts;
  readonly advice: ErrorFacts | undefined;

  constructor(
    outcome: DeliveryOutcome,
    code: string,
    message: string,
    details: {
      hint?: string | undefined;
      retryAfterMs?: number | undefined;
      words?: ErrorFacts | undefined;
      advice?: ErrorFacts | undefined;
    } = {},
  ) {
    super(message, { hint: details.hint });
    this.outcome = outcome;
    this.code = code;
    this.retryAfterMs = waitOf(details.retryAfterMs);
    this.words = details.words ?? asTheyAre(message);
    this.advice = details.advice ?? (details.hint === undefined ? undefined : asTheyAre(details.hint));
  }

  /** True where this place does not take it, and another may. */
  get isRefusal(): boolean {
    return refusals.has(this.outcome);
  }

  /** True when nothing ends it before a person acts. */
  get isPermanent(): boolean {
    return this.isRefusal || this.outcome === 'locked-out';
  }
}

/** Why a port cannot be listened on. `setting` names the setting of the port: `http.port`. */
export function listenError(error: unknown, port: number, setting: string): BotError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  if (code === 'EADDRINUSE')
    return new BotError(`Port ${port} is in use.`, {
      hint: `Stop the other process, or set ${setting} to a free port.`,
    });
  if (code === 'EACCES')
    return new BotError(`This user may not listen on port ${port}.`, { hint: `Set ${setting} to one above 1024.` });
  return new BotError(`Port ${port} cannot be listened on (${code}).`, {
    hint: `Check ${setting} and the address beside it.`,
  });
}
