// The error of a Web API method: its code and the fields beside it.
import { describeProblem, type Problem } from './blocks/problem.ts';

/** Thrown by a method; the server turns it into `ok: false`, or into 429 where `retryAfter` is given. */
export class WebApiError extends Error {
  override name = 'WebApiError';
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(code: string, options: { extra?: Readonly<Record<string, unknown>>; retryAfter?: number } = {}) {
    super(code);
    this.code = code;
    this.extra = options.extra ?? {};
    this.retryAfter = options.retryAfter;
  }
}

/** An error with JSON pointers, e.g. `invalid_blocks`. */
export function errorWithPointers(code: string, problems: readonly Problem[]): WebApiError {
  const messages = problems.map(describeProblem);
  return new WebApiError(code, {
    extra: { errors: messages, response_metadata: { messages: messages.map((text) => `[ERROR] ${text}`) } },
  });
}

/** `invalid_arguments` with the names of what is missing or wrong. */
export function invalidArguments(...messages: readonly string[]): WebApiError {
  return new WebApiError('invalid_arguments', {
    extra: { response_metadata: { messages: messages.map((text) => `[ERROR] ${text}`) } },
  });
}
