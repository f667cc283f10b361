// The store in memory that takes the place of a SQLite file that cannot be written: made from the file, and saved back into it.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { CamelCasePlugin, Kysely } from 'kysely';
import { type Clock, type Duration, day, hour, type Instant } from '../clock.ts';
import { StoreError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Tier } from '../metrics/range.ts';
import { createConnection, openMetricCodes } from './connection.ts';
import type { Standby } from './failover-store.ts';
import { assembleStore } from './kysely-store.ts';
import { migrate, sqliteDialect } from './migrations.ts';
import { blockStart, bucketWidths } from './roll-up-encoding.ts';
import { createSqliteDialect, toStoreError } from './sqlite-dialect.ts';
import { createTables } from './sqlite-file.ts';
import type { Tables } from './tables.ts';

/** So much of the past of the numbers is copied, which is what rules look back on; the rest is read from the file. */
const copiedPast: Readonly<Record<Tier, Duration>> = { raw: 6 * hour, fiveMinutes: 3 * day, hours: 36 * day };

/** What was told so long ago is not merged into any more. */
const copiedMessages: Duration = 2 * day;

/** Which rows of a table are copied, where not all are: a condition with the time from which on. */
type Copied = readonly { readonly where: string; readonly from: readonly SQLInputValue[] }[];

function partlyCopied(since: Standby['completeFrom'], now: Instant): Readonly<Record<string, Copied>> {
  const ofTier = (tier: 'fiveMinutes' | 'hours') => ({ where: `tier = '${tier}' and start >= ?`, from: [since[tier]] });
  return {
    sample: [{ where: 'at >= ?', from: [since.raw] }],
    rollup: [ofTier('fiveMinutes'), ofTier('hours')],
    outbox: [{ where: `unfinished = 1 or state = 'dead' or created_at >= ?`, from: [now - copiedMessages] }],
  };
}

/** Written while the store is opened, and by nothing that runs. */
const leftAlone: ReadonlySet<string> = new Set([
  'metric',
  'schema_step',
  'kysely_migration',
  'kysely_migration_lock',
  'unreadable',
]);

/**
 * A store in memory with what decisions are made from. What cannot be read of the file is not in it, which is logged, and then nothing of it
 * is ever saved. Rejects with `StoreError`. `path` must be the file that this process owns.
 */
export async function openStandby(
  path: string,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<Standby> {
  const now = clock.now();
  const completeFrom = {
    raw: now - copiedPast.raw,
    fiveMinutes: blockStart(now - copiedPast.fiveMinutes, bucketWidths.fiveMinutes),
    hours: blockStart(now - copiedPast.hours, bucketWidths.hours),
  };
  const memory = new DatabaseSync(':memory:');
  try {
    const isWhole = copyAll(memory, path, { partly: partlyCopied(completeFrom, now), logger });
    const plain = new Kysely<Tables>({ dialect: createSqliteDialect(memory, path, clock) });
    // Does nothing where the tables are those of the file.
    await migrate(plain, sqliteDialect, path);
    const db = plain.withPlugin(new CamelCasePlugin({ maintainNestedObjectKeys: true }));
    const context = { ...createConnection(db), clock, logger, codes: await openMetricCodes(db), reclaim: undefined };
    return {
      store: assembleStore(context, async () => {}),
      completeFrom,
      save: () => {
        if (!isWhole) throw unreadable(path);
        try {
          attached(memory, path, 'rw', () => saveBack(memory));
        } catch (error) {
          throw toStoreError(error, path);
        }
      },
      close: () => memory.close(),
    };
  } catch (error) {
    memory.close();
    throw toStoreError(error, path);
  }
}

/** With the file attached as `original`; it is never created. */
function attached(memory: DatabaseSync, path: string, mode: 'ro' | 'rw', work: () => void): void {
  memory.prepare('attach database ? as original').run(`${pathToFileURL(path)}?mode=${mode}`);
  try {
    work();
  } finally {
    if (memory.isTransaction) memory.exec('rollback');
    memory.exec('detach database original');
  }
}

/** What is not known must not be written over. */
function unreadable(path: string): StoreError {
  return new StoreError(`The store ${path} can be neither written nor read whole.`, {
    hint: 'Stop the bot, put a backup in the place of the file, and start it again.',
  });
}

/** False where something could not be read. A file without tables is one that was emptied. */
function copyAll(
  memory: DatabaseSync,
  path: string,
  { partly, logger }: { readonly partly: Readonly<Record<string, Copied>>; readonly logger: Logger },
): boolean {
  let isWhole = false;
  try {
    attached(memory, path, 'ro', () => {
      isWhole = copy(memory, partly, logger);
    });
  } catch (error) {
    logger.error('The store cannot be read; the bot goes on without what is in it.', errorFields(error));
    return false;
  }
  return isWhole && memory.prepare(`select 1 from sqlite_schema where name = 'alert'`).get() !== undefined;
}

/** False where a table could not be read. */
function copy(memory: DatabaseSync, partly: Readonly<Record<string, Copied>>, logger: Logger): boolean {
  let isWhole = true;
  createTables(memory, (table, copyRows) => {
    const parts = partly[table] ?? [{ where: 'true', from: [] }];
    try {
      for (const { where, from } of parts) copyRows(where, from);
    } catch (error) {
      isWhole = false;
      logger.error('A table of the store could not be read; the bot goes on without what is in it.', {
        table,
        ...errorFields(error),
      });
    }
  });
  return isWhole;
}

/** What differs, in one transaction. Rows that were not copied stay; only alerts are ever removed while the store is in memory. */
function saveBack(memory: DatabaseSync): void {
  const tables = memory.prepare(
    `select name from main.sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
  );
  const names = tables.all().map(({ name }) => String(name));
  memory.exec('begin immediate');
  for (const name of names.filter((one) => !leftAlone.has(one))) {
    memory.exec(
      `insert or replace into original."${name}" select * from main."${name}" except select * from original."${name}"`,
    );
  }
  memory.exec('delete from original.alert where rule not in (select rule from main.alert)');
  memory.exec('commit');
}
