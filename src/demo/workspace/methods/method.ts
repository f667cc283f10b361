// The type of a Web API method, and the reading of its arguments.
import { z } from 'zod';
import type { Fields } from '../blocks/walk.ts';
import type { State } from '../state.ts';
import { invalidArguments } from '../web-api-error.ts';

export interface Method {
  readonly name: string;
  /** The kind of token that it takes. */
  readonly token: 'bot' | 'app' | 'none';
  /** Scopes of which the app needs one; a method whose scope depends on the channel checks it itself. */
  readonly scopes: readonly string[];
  /** The answer without `ok`; throws a `WebApiError`. */
  run(state: State, args: Fields): Readonly<Record<string, unknown>>;
}

/** A flag of a form or of JSON. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', ''])])
  .optional()
  .transform((value) => value === true || value === 'true' || value === '1');

/** A whole number of a form or of JSON. */
export const whole = z.coerce.number().int();

/** The arguments as the schema says, or `invalid_arguments` with what is missing. */
export function readArguments<T extends z.ZodType>(schema: T, args: Fields): z.infer<T> {
  const parsed = schema.safeParse(args, { reportInput: true });
  if (parsed.success) return parsed.data;
  const messages = parsed.error.issues.map((issue) =>
    issue.input === undefined
      ? `missing required field: ${issue.path.join('.')}`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw invalidArguments(...messages);
}
