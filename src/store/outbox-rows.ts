// Converts rows of the outbox and root messages from and to their tables.
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { phrasesOf } from '../metrics/phrase.ts';
import type { digestPhrases } from '../reports/digest-phrases.ts';
import type { Context } from './connection.ts';
import { finishQueuedRun } from './digest-runs.ts';
import { Message, type OutboxRow, RootDetails, ShownPicture } from './outbox.ts';
import type { Outbox } from './store.ts';
import { parseStored, toStored, withoutNulls } from './stored-json.ts';
import type { OutboxTable } from './tables.ts';

type StoredRow = Selectable<OutboxTable>;

const say = phrasesOf<typeof digestPhrases>();

/** Rows whose message cannot be parsed become dead, so that those behind them are sent. */
export async function readRows(context: Context, rows: readonly StoredRow[]): Promise<readonly OutboxRow[]> {
  const readable: OutboxRow[] = [];
  for (const row of rows) {
    const message = parseStored(Message, row.message);
    if (message === undefined) await setRowAside(context, row);
    else readable.push(toRow(row, message));
  }
  return readable;
}

async function setRowAside(context: Context, row: StoredRow): Promise<void> {
  const { db, logger, clock } = context;
  await db
    .updateTable('outbox')
    .set({ state: 'dead', unfinished: 0, error: 'unreadable', leaseOwner: null, leaseUntil: null })
    .where('id', '=', row.id)
    .execute();
  if (row.lane === 'slack')
    await finishQueuedRun(context, row.stream, {
      state: 'failed',
      reason: say('digest.unreadable'),
      finishedAt: clock.now(),
    });
  logger.error('A stored row could not be read and was given up', { table: 'outbox', key: row.key });
}

/** A stored row with its message. */
function toRow(row: StoredRow, message: Message): OutboxRow {
  return {
    id: row.id,
    key: row.key,
    stream: row.stream,
    lane: row.lane,
    seq: row.seq,
    channel: row.channel,
    operation: row.operation,
    broadcast: row.broadcast === 1,
    message,
    causedAt: row.causedAt ?? undefined,
    createdAt: row.createdAt,
    // A row that is leased again after an unfinished attempt must be looked up before it is sent.
    state: row.state === 'sending' && row.doubtfulSince !== null ? 'unknown' : row.state,
    notBefore: row.notBefore,
    attempts: row.attempts,
    firstTriedAt: row.firstTriedAt ?? undefined,
    ts: row.ts ?? undefined,
    error: row.error ?? undefined,
    ...withoutNulls({ errorCode: row.errorCode, doubtfulSince: row.doubtfulSince, leasedUntil: row.leaseUntil }),
  };
}

const Pictures = z.array(ShownPicture);

export function createRoots({ db, clock }: Context): Pick<Outbox, 'root' | 'saveRoot'> {
  return {
    root: async (stream) => {
      const row = await db.selectFrom('root').selectAll().where('stream', '=', stream).executeTakeFirst();
      if (row === undefined) return undefined;
      // Where the message is must be known; what it shows is drawn anew with the next edit.
      const shown = row.shown === null ? undefined : parseStored(Message, row.shown);
      const details = row.details === null ? undefined : parseStored(RootDetails, row.details);
      const pictures = parseStored(Pictures, row.pictures) ?? [];
      return { stream, channel: row.channel, ts: row.ts, pictures, shown, ...details };
    },
    saveRoot: async ({ stream, channel, ts, pictures, shown, ...details }) => {
      const columns = {
        channel,
        ts,
        pictures: toStored(Pictures, [...pictures]),
        shown: shown === undefined ? null : toStored(Message, shown),
        details: toStored(RootDetails, details),
        savedAt: clock.now(),
      };
      await db
        .insertInto('root')
        .values({ stream, ...columns })
        .onConflict((conflict) => conflict.column('stream').doUpdateSet(columns))
        .execute();
    },
  };
}
