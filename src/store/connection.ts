// The database connection that a process shares: transactions, savepoints, and the numeric codes of metrics.

import { AsyncLocalStorage } from 'node:async_hooks';
import { type Kysely, type KyselyPlugin, sql, type Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import { createMutex } from '../concurrency.ts';
import { StoreError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { isMetricId, type MetricId, metricIds } from '../metrics/catalog.ts';
import type { Tables } from './tables.ts';

export interface Connection {
  readonly db: Kysely<Tables>;
  /**
   * The same without plugins, for the tables of samples: their names are the same in the program and in the database, and the
   * conversion of names would cost a fifth of the time of recording a poll.
   */
  readonly plain: Kysely<Pick<Tables, 'sample' | 'rollup'>>;
  /** Runs `work` in a transaction, within a transaction in a savepoint. `work` must use the connection that it is given. */
  atomically<Result>(work: (inside: Connection) => Promise<Result>): Promise<Result>;
}

/**
 * Queries of this connection wait while a transaction runs. A query on it from within that transaction would be a deadlock, so
 * it is refused with an error.
 */
export function createConnection(base: Kysely<Tables>): Connection {
  const guard = createReentryGuard();
  const refuseFromWithin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      guard.check();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return {
    db: base.withPlugin(refuseFromWithin),
    plain: withoutConversion(base).withPlugin(refuseFromWithin),
    atomically: (work) =>
      guard.run((enter) => base.transaction().execute((transaction) => enter(() => work(inside(transaction))))),
  };
}

function withoutConversion(db: Kysely<Tables>): Connection['plain'] {
  return db.withoutPlugins().$pickTables<'sample' | 'rollup'>();
}

function inside(transaction: Transaction<Tables>): Connection {
  const guard = createReentryGuard();
  const serially = createMutex();
  return {
    db: transaction,
    plain: withoutConversion(transaction),
    atomically: (work) =>
      guard.run((enter) => serially(() => inSavepoint(transaction, (connection) => enter(() => work(connection))))),
  };
}

/** Runs `work` in a savepoint: its failure undoes only what it wrote. */
async function inSavepoint<Result>(
  transaction: Transaction<Tables>,
  work: (inside: Connection) => Promise<Result>,
): Promise<Result> {
  await sql`savepoint part`.execute(transaction);
  try {
    const result = await work(inside(transaction));
    await sql`release savepoint part`.execute(transaction);
    return result;
  } catch (error) {
    // When this fails too, the database has already rolled back the whole transaction; the first error is the cause.
    await rollBackToSavepoint(transaction).catch(() => undefined);
    throw error;
  }
}

async function rollBackToSavepoint(transaction: Transaction<Tables>): Promise<void> {
  await sql`rollback to savepoint part`.execute(transaction);
  await sql`release savepoint part`.execute(transaction);
}

interface ReentryGuard {
  /** Throws when it is called within running `work`. */
  check(): void;
  run<Result>(start: (enter: (work: () => Promise<Result>) => Promise<Result>) => Promise<Result>): Promise<Result>;
}

function createReentryGuard(): ReentryGuard {
  const current = new AsyncLocalStorage<{ hasEnded: boolean }>();
  const check = (): void => {
    if (current.getStore()?.hasEnded === false) {
      throw new StoreError('A transaction used the store from outside instead of the one it was given.', {
        hint: 'This is a mistake in the program: use the argument of transaction().',
      });
    }
  };
  return {
    check,
    run: async (start) => {
      check();
      const mark = { hasEnded: false };
      return await start((work) =>
        current.run(mark, work).finally(() => {
          mark.hasEnded = true;
        }),
      );
    },
  };
}

export interface Context extends Connection {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly codes: MetricCodes;
  /** Returns freed space to the disk, a bounded amount at a time; undefined where that is not needed. */
  readonly reclaim: (() => Promise<void>) | undefined;
}

/** The same within a transaction of `context`. */
export function within(context: Context, connection: Connection): Context {
  return { ...context, ...connection, reclaim: undefined };
}

export interface MetricCodes {
  codeOf(id: string): number | undefined;
  idOf(code: number): MetricId | undefined;
}

/** Assigns a code to every metric that has none, and reads all codes. */
export async function openMetricCodes(db: Kysely<Tables>): Promise<MetricCodes> {
  const stored = await db.selectFrom('metric').select(['code', 'id']).execute();
  const missing = metricIds.filter((id) => !stored.some((row) => row.id === id));
  if (missing.length > 0) {
    await db
      .insertInto('metric')
      .values(missing.map((id) => ({ id })))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  const rows = missing.length === 0 ? stored : await db.selectFrom('metric').select(['code', 'id']).execute();
  const codes = new Map(rows.map((row) => [row.id, row.code]));
  const ids = new Map<number, MetricId>();
  for (const { code, id } of rows) if (isMetricId(id)) ids.set(code, id);
  return { codeOf: (id) => codes.get(id), idOf: (code) => ids.get(code) };
}
