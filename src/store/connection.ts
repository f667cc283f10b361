// One connection for a whole process: transactions, what runs inside of one, and the numbers that stand for metrics.
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Kysely, type KyselyPlugin, sql, type Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
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
  /** All or nothing. `work` must use the connection that it is given; within a transaction it makes a part that can fail alone. */
  atomically<Result>(work: (inside: Connection) => Promise<Result>): Promise<Result>;
}

/**
 * Queries of this connection wait while a transaction runs. Using it from within that very transaction would wait
 * for ever, so that is refused with an error.
 */
export function createConnection(base: Kysely<Tables>): Connection {
  const turnstile = createTurnstile();
  const refuseFromWithin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      turnstile.check();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return {
    db: base.withPlugin(refuseFromWithin),
    plain: withoutConversion(base).withPlugin(refuseFromWithin),
    atomically: (work) =>
      turnstile.pass((enter) => base.transaction().execute((transaction) => enter(() => work(inside(transaction))))),
  };
}

function withoutConversion(db: Kysely<Tables>): Connection['plain'] {
  return db.withoutPlugins().$pickTables<'sample' | 'rollup'>();
}

function inside(transaction: Transaction<Tables>): Connection {
  const turnstile = createTurnstile();
  const inTurn = createQueue();
  return {
    db: transaction,
    plain: withoutConversion(transaction),
    atomically: (work) => turnstile.pass((enter) => inTurn(() => part(transaction, (part) => enter(() => work(part))))),
  };
}

/** Runs `work` so that its failure undoes what it wrote and nothing else. */
async function part<Result>(
  transaction: Transaction<Tables>,
  work: (inside: Connection) => Promise<Result>,
): Promise<Result> {
  await sql`savepoint part`.execute(transaction);
  try {
    const result = await work(inside(transaction));
    await sql`release savepoint part`.execute(transaction);
    return result;
  } catch (error) {
    // Where even this fails, the database has undone all of it; the first failure is the one to tell.
    await undoPart(transaction).catch(() => undefined);
    throw error;
  }
}

async function undoPart(transaction: Transaction<Tables>): Promise<void> {
  await sql`rollback to savepoint part`.execute(transaction);
  await sql`release savepoint part`.execute(transaction);
}

interface Turnstile {
  /** Throws when the caller is part of work that has not ended. */
  check(): void;
  pass<Result>(run: (enter: (work: () => Promise<Result>) => Promise<Result>) => Promise<Result>): Promise<Result>;
}

function createTurnstile(): Turnstile {
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
    pass: async (run) => {
      check();
      const mark = { hasEnded: false };
      return await run((work) =>
        current.run(mark, work).finally(() => {
          mark.hasEnded = true;
        }),
      );
    },
  };
}

/** Runs one piece of work after the other, in the order in which they came. */
function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

export interface Context extends Connection {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly codes: MetricCodes;
  /** Gives space that was freed back to the disk, a bounded piece at a time; undefined where nobody needs to. */
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

/** Gives a code to every metric that has none yet, and reads them all. */
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
