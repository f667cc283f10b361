// JSON columns: written only when they can be read again, read only as the schema wants them.
import type { ZodType } from 'zod';
import { StoreError } from '../errors.ts';

/** Rejects what could not be read back, such as a number that is none: better no row than one that nobody understands. */
export function toStored<Value>(schema: ZodType<Value>, value: Value): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return JSON.stringify(parsed.data);
  const places = parsed.error.issues.map((issue) => issue.path.join('.')).slice(0, 3);
  throw new StoreError(`A value cannot be stored: ${places.join(', ')} is not what it must be.`, {
    cause: parsed.error,
  });
}

/** Undefined when the text is no JSON or does not fit. */
export function parseStored<Value>(schema: ZodType<Value>, text: string): Value | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // no JSON at all: told to the caller in the same way
  }
}
