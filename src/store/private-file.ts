// Files that only the user of this process may read.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../errors.ts';

/** Makes the file with mode 0600, and its folder, where they are missing. What is there keeps its mode and content. */
export function createPrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new StoreError(`The store ${path} could not be opened: ${words}.`, {
      hint: 'Give the process write access to the folder, or name another file in store: of the configuration.',
      cause: error,
    });
  }
}
