// One owner for a SQLite file: an operating-system lock on a file beside it, which ends with the process however that ends.
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../errors.ts';
import { createPrivateFile } from './private-file.ts';
import { toStoreError } from './sqlite-errors.ts';

/**
 * Takes the store at `path` for this process; the returned function gives it back. The lock file stays, empty: only the
 * lock in it counts. SQLite itself would let two processes write in turns, and both would send what is in the outbox.
 */
export function takeOwnership(path: string): () => void {
  const lockPath = `${path}.lock`;
  createPrivateFile(lockPath);
  const lock = new DatabaseSync(lockPath, { timeout: 0, open: false });
  try {
    lock.open();
    lock.exec('begin exclusive');
  } catch (error) {
    if (lock.isOpen) lock.close();
    const failure = toStoreError(error, lockPath);
    if (!failure.isTransient) throw failure;
    throw new StoreError(`Another imstats process uses the store ${path}.`, {
      hint: 'Stop that process first, or give this one another file in store:. Several processes at once need Postgres.',
      isTransient: true,
    });
  }
  return () => {
    if (lock.isOpen) lock.close();
  };
}
