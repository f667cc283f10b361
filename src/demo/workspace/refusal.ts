// A Web API method says no: the error code and what goes with it.
import { describeProblem, type Problem } from './blocks/problem.ts';

/** Thrown by a method; the server turns it into `ok: false`, or into 429 where `retryAfter` is given. */
export class Refusal extends Error {
  override name = 'Refusal';
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

/** A refusal with pointers, e.g. `invalid_blocks`. */
export function refuseWith(code: string, problems: readonly Problem[]): Refusal {
  const said = problems.map(describeProblem);
  return new Refusal(code, {
    extra: { errors: said, response_metadata: { messages: said.map((text) => `[ERROR] ${text}`) } },
  });
}

/** `invalid_arguments` with the names of what is missing or wrong. */
export function refuseArguments(...messages: readonly string[]): Refusal {
  return new Refusal('invalid_arguments', {
    extra: { response_metadata: { messages: messages.map((text) => `[ERROR] ${text}`) } },
  });
}
