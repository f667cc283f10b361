// The queue of what waits to be told: rows go in once, are leased and settled, and can be looked at.
import type { Context } from './context.ts';
import { Message } from './outbox.ts';
import { leaseRows, releaseRows, settleRow } from './outbox-lease.ts';
import { readRows } from './outbox-rows.ts';
import type { Outbox } from './store.ts';
import { toStored } from './stored-json.ts';
import { countUnreadable } from './unreadable.ts';

export function createOutboxQueue(context: Context): Omit<Outbox, 'root' | 'saveRoot'> {
  return {
    add: async (row) => {
      const { numInsertedOrUpdatedRows } = await context.db
        .insertInto('outbox')
        .values({
          key: row.key,
          stream: row.stream,
          lane: row.lane,
          seq: row.seq,
          channel: row.channel,
          operation: row.operation,
          broadcast: row.broadcast ? 1 : 0,
          message: toStored(Message, row.message),
          caused_at: row.causedAt ?? null,
          created_at: row.createdAt,
          not_before: row.notBefore,
          waiting_since: row.createdAt,
          state: 'pending',
          unfinished: 1,
          attempts: 0,
        })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    lease: (owner, now, lease, limit) => leaseRows(context, { owner, now, lease, limit }),
    settle: (row, owner) => settleRow(context, row, owner),
    waiting: async (stream) => {
      const query = context.db
        .selectFrom('outbox')
        .selectAll()
        .where('unfinished', '=', 1)
        .where('stream', '=', stream);
      return await readRows(context, await query.orderBy('seq').orderBy('id').execute());
    },
    release: (now) => releaseRows(context, now),
    status: () => readStatus(context),
  };
}

async function readStatus(context: Context): ReturnType<Outbox['status']> {
  const { db } = context;
  const waiting = await db
    .selectFrom('outbox')
    .select(({ fn }) => [fn.countAll<number>().as('depth'), fn.min<number | null>('created_at').as('oldest')])
    .where('unfinished', '=', 1)
    .executeTakeFirstOrThrow();
  const dead = await db
    .selectFrom('outbox')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', 'dead')
    .executeTakeFirstOrThrow();
  return {
    depth: Number(waiting.depth),
    oldest: waiting.oldest ?? undefined,
    dead: Number(dead.count),
    unreadable: await countUnreadable(context),
  };
}
