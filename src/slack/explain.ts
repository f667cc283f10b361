// Puts an error into words for the person who asked or clicked.
import { PlatformError, StoreError, UserError } from '../errors.ts';
import type { Desk } from './desk.ts';

/** What a person is told of an error. One of ours shows an `id` that the log has too; `result` is one word for metrics. */
export function explain(
  error: unknown,
  { deps }: Pick<Desk, 'deps'>,
): { result: string; shown: UserError; id: string | undefined } {
  if (error instanceof UserError) return { result: 'refused', shown: error, id: undefined };
  if (error instanceof PlatformError)
    return { result: 'platform', shown: new UserError(error.message, { hint: error.hint }), id: undefined };
  const id = deps.newId();
  const hint = `Ask again; if it stays so, tell whoever runs imstats the id ${id}.`;
  const message = error instanceof StoreError ? 'The stored numbers cannot be read just now' : 'Something broke';
  return { result: 'broken', shown: new UserError(`${message}, id ${id}.`, { hint }), id };
}
