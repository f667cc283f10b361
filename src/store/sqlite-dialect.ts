// Kysely's dialect over node:sqlite, and its errors as StoreError.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type DatabaseConnection, type Dialect, type Driver, SqliteDialect } from 'kysely';
import { type Clock, type Duration, sleep } from '../clock.ts';
import { createMutex } from '../concurrency.ts';
import { StoreError } from '../errors.ts';

/** Primary result codes, https://www.sqlite.org/rescode.html; the upper bits of an extended code are ignored. */
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

/** `path` is the name of the store in the message. Takes anything that node:sqlite throws; returns a StoreError unchanged. */
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

type SqliteDatabase = Exclude<ConstructorParameters<typeof SqliteDialect>[0]['database'], (...args: never) => unknown>;
type SqliteStatement = ReturnType<SqliteDatabase['prepare']>;

/** More than the number of different statements of the store; a statement with a list of values has one text for each length. */
const cachedStatements = 200;

/** Queries wait for a file that another program has locked, for some seconds; the clock measures the waits. */
export function createSqliteDialect(database: DatabaseSync, path: string, clock: Clock): Dialect {
  const dialect = new SqliteDialect({ database: adaptDatabase(database, path) });
  const adapter = dialect.createAdapter();
  // SQLite supports transactional DDL, but kysely assumes that it does not. With it a migration is atomic.
  Object.defineProperty(adapter, 'supportsTransactionalDdl', { value: true });
  // The driver lets one query or transaction run at a time by itself, because it lets others run while one waits.
  Object.defineProperty(adapter, 'supportsMultipleConnections', { value: true });
  return {
    createAdapter: () => adapter,
    createDriver: () => patientDriver(dialect.createDriver(), { clock, isInTransaction: () => database.isTransaction }),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

/** How often a locked file is tried, and the pause between: about three seconds in all. */
const lockTries = 60;
const lockPause: Duration = 50;

/** One program writes to a file at a time; SQLite itself would wait for the other one without a turn of the event loop. */
function patientDriver(
  driver: Driver,
  { clock, isInTransaction }: { readonly clock: Clock; readonly isInTransaction: () => boolean },
): Driver {
  const turn = createTurn();
  // Between two tries whoever only reads has its turn, as the lock of the other program does not concern it.
  const patiently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isLocked(error) || isInTransaction() || tries === lockTries) throw error;
      }
      turn.end();
      await sleep(clock, lockPause);
      await turn.begin();
    }
  };
  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    acquireConnection: async (options) => {
      await turn.begin();
      return patientConnection(await driver.acquireConnection(options), patiently);
    },
    releaseConnection: async () => turn.end(),
    // Its statement is a query of the patient connection.
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
  };
}

/** The right to use the connection, which one has at a time, in the order of asking. */
function createTurn(): { begin(): Promise<void>; end(): void } {
  const oneByOne = createMutex();
  let end = (): void => {};
  return {
    begin: () =>
      new Promise((hasBegun) => {
        void oneByOne(
          () =>
            new Promise<void>((resolve) => {
              end = resolve;
              hasBegun();
            }),
        );
      }),
    end: () => end(),
  };
}

function patientConnection(
  connection: DatabaseConnection,
  patiently: <Result>(work: () => Promise<Result>) => Promise<Result>,
): DatabaseConnection {
  return {
    executeQuery: (query, options) => patiently(() => connection.executeQuery(query, options)),
    streamQuery: (query, chunkSize, options) => connection.streamQuery(query, chunkSize, options),
  };
}

function isLocked(error: unknown): boolean {
  return hasCode(error, lockedCodes);
}

function hasCode(error: unknown, codes: ReadonlySet<number>): boolean {
  const code = error instanceof StoreError ? readField(error.cause, 'errcode') : undefined;
  return typeof code === 'number' && codes.has(code & 0xff);
}

const lockedCodes: ReadonlySet<number> = new Set([5, 6]);

/** Of the file, not of what was asked of it. */
const fileCodes: ReadonlySet<number> = new Set(Object.keys(problems).map(Number));

/** True where the file is the reason: locked, full, not writable, damaged. False for mistakes in what was asked. */
export function isFileFailure(error: unknown): error is StoreError {
  return hasCode(error, fileCodes);
}

function adaptDatabase(database: DatabaseSync, path: string): SqliteDatabase {
  const run = createRunner(database, path);
  const statements = new Map<string, SqliteStatement>(transactionStatements(database, run));
  const fixed = statements.size;
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const statement = run(() => adaptStatement(database.prepare(sql), run));
      // Statements that change a table are not cached.
      if (statements.size < cachedStatements + fixed && !/^(create|alter|drop)/i.test(sql))
        statements.set(sql, statement);
      return statement;
    },
  };
}

type Runner = <Result>(work: () => Result) => Result;

interface TransactionMark {
  isOpen: boolean;
}

/**
 * Translates errors. After a failure such as a full disk SQLite may roll back a transaction by itself. Its further statements would
 * then run in autocommit mode, so they are refused.
 */
function createRunner(database: DatabaseSync, path: string): Runner & { readonly mark: TransactionMark } {
  const mark: TransactionMark = { isOpen: false };
  const run: Runner = (work) => {
    if (mark.isOpen && !database.isTransaction) {
      throw new StoreError(`The store ${path} undid the transaction after an earlier failure.`, { isTransient: true });
    }
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, path);
    }
  };
  return Object.assign(run, { mark });
}

function transactionStatements(
  database: DatabaseSync,
  run: ReturnType<typeof createRunner>,
): [string, SqliteStatement][] {
  const statement = (work: () => void): SqliteStatement => ({
    reader: false,
    all: () => [],
    iterate: () => [].values(),
    run: () => {
      work();
      return { changes: 0, lastInsertRowid: 0 };
    },
  });
  const begin = (): void => {
    // Takes the write lock at the start: upgrading from a read lock later could fail in the middle of the transaction.
    run(() => database.exec('begin immediate'));
    run.mark.isOpen = true;
  };
  const commit = (): void => {
    run(() => database.exec('commit'));
    run.mark.isOpen = false;
  };
  const rollback = (): void => {
    run.mark.isOpen = false;
    if (database.isTransaction) run(() => database.exec('rollback'));
  };
  return [
    ['begin', statement(begin)],
    ['commit', statement(commit)],
    ['rollback', statement(rollback)],
  ];
}

function adaptStatement(statement: StatementSync, run: Runner): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => run(() => statement.all(...toInput(parameters))),
    run: (parameters) => run(() => statement.run(...toInput(parameters))),
    iterate: (parameters) => run(() => statement.iterate(...toInput(parameters))),
  };
}

/** kysely types parameters as unknown; the tables in `tables.ts` use these types only. */
function toInput(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'string' || typeof value === 'number') return value;
    if (value instanceof Uint8Array) return value;
    throw new StoreError(`A value of type ${typeof value} cannot be stored.`);
  });
}
