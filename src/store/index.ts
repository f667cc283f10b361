// Opens the store that the configuration names.
import type { Clock } from '../clock.ts';
import { StoreError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { openSqlite, openSqliteCopy } from './sqlite.ts';
import { type BackupSummary, backupSqlite } from './sqlite-backup.ts';
import type { Store } from './store.ts';

/** `path` may be `:memory:`. `url` is a secret. */
export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

export interface StoreDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Identifies this process among those that share a store. */
  readonly owner: string;
}

/** Opens or creates a store and migrates its tables to this version. Rejects with `StoreError`. */
export async function openStore(location: StoreLocation, deps: StoreDeps): Promise<Store> {
  if (location.kind === 'sqlite') return await openSqlite(location.path, deps);
  throw onlySqlite();
}

/** Opens a copy of an existing store in memory: what is written into it is lost. Rejects with `StoreError`. */
export async function openStoreCopy(location: StoreLocation, deps: StoreDeps): Promise<Store> {
  if (location.kind === 'sqlite') return await openSqliteCopy(location.path, deps);
  throw onlySqlite();
}

/** A whole copy of an existing store, also beside a running bot. Throws a `StoreError`. */
export function backupStore(location: StoreLocation, target: string): BackupSummary {
  if (location.kind === 'sqlite') return backupSqlite(location.path, target);
  throw new StoreError('A backup of a PostgreSQL store is made with its own tools.', { hint: 'Use pg_dump.' });
}

function onlySqlite(): StoreError {
  return new StoreError('This version of imstats keeps its data in SQLite only.', {
    hint: 'Write store: sqlite:data/imstats.db in the configuration.',
  });
}
