// What SQLite reports, as a StoreError that says what happened and what to do.
import { StoreError } from '../errors.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html; the upper bits of an extended code say more than we need. */
const problems: Readonly<Record<number, { says: string; hint: string; isTransient?: boolean }>> = {
  5: { says: 'is locked by another program', hint: 'Close the program that writes to it.', isTransient: true },
  6: { says: 'is locked by another program', hint: 'Close the program that writes to it.', isTransient: true },
  8: { says: 'may not be written', hint: 'Give the process write access to the file and its folder.' },
  10: { says: 'could not be read or written', hint: 'Check the disk and the free space on it.', isTransient: true },
  11: { says: 'is damaged', hint: 'Stop, keep a copy of the file, and start with a backup or with a new file.' },
  13: { says: 'cannot grow: the disk is full', hint: 'Free some space on the disk.', isTransient: true },
  14: { says: 'could not be opened', hint: 'Check that the folder exists and may be written.' },
  26: { says: 'is no SQLite database', hint: 'Name another file in store: of the configuration.' },
};

/** `path` names the store in the message. Takes anything that node:sqlite throws; a StoreError passes as it is. */
export function toStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = readField(error, 'errcode');
  const problem = typeof code === 'number' ? problems[code & 0xff] : undefined;
  if (problem !== undefined) {
    const { says, hint, isTransient = false } = problem;
    return new StoreError(`The store ${path} ${says}.`, { hint, isTransient, cause: error });
  }
  if (readField(error, 'code') === 'ERR_INVALID_STATE') {
    return new StoreError(`The store ${path} is closed.`, { cause: error });
  }
  const words = error instanceof Error ? error.message : String(error);
  return new StoreError(`The store ${path} failed: ${words}.`, { cause: error });
}

function readField(error: unknown, name: 'code' | 'errcode'): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined;
}
