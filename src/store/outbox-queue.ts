// The outbox as a queue: add, lease, settle, rewrite, release.
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Duration, Instant } from '../clock.ts';
import type { Context } from './connection.ts';
import { Message, type OutboxRow, type OutboxState } from './outbox.ts';
import { readRows } from './outbox-rows.ts';
import type { Outbox } from './store.ts';
import { countUnreadable, toStored } from './stored-json.ts';
import type { Tables } from './tables.ts';

interface Lease {
  readonly owner: string;
  readonly now: Instant;
  readonly lease: Duration;
  readonly limit: number;
}

/** In one statement, so that no other process can take a row between the choice and the mark. */
export async function leaseRows(context: Context, { owner, now, lease, limit }: Lease): Promise<readonly OutboxRow[]> {
  const { db } = context;
  const rows = await db
    .updateTable('outbox')
    .set(({ case: when, fn, val }) => ({
      doubtfulSince: when()
        .when('state', '=', 'pending')
        .then(null)
        .when('state', '=', 'sending')
        .then(now)
        .else(fn.coalesce('doubtfulSince', val(now)))
        .end(),
      state: 'sending',
      waitingSince: now,
      firstTriedAt: fn.coalesce('firstTriedAt', val(now)),
      leaseOwner: owner,
      leaseUntil: now + lease,
    }))
    .where('id', 'in', freeRows(context, now, limit))
    .returningAll()
    .execute();
  return await readRows(
    context,
    rows.toSorted((a, b) => a.notBefore - b.notBefore || a.id - b.id),
  );
}

/**
 * The first unfinished row of each stream and lane, where its time has come or its lease has run out. An edit does not wait for the
 * lines of the thread, so that a message is right however many of them wait. Charts also wait for the post of the message that they
 * belong in.
 */
function freeRows({ db }: Context, now: Instant, limit: number) {
  return db
    .selectFrom('outbox as row')
    .select('row.id')
    .where('row.unfinished', '=', 1)
    .where(({ or, and, eb }) =>
      or([
        and([eb('row.state', '!=', 'sending'), or([eb('row.notBefore', '<=', now), eb('row.waitingSince', '>', now)])]),
        and([eb('row.state', '=', 'sending'), or([eb('row.leaseUntil', 'is', null), eb('row.leaseUntil', '<=', now)])]),
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('outbox as earlier')
            .select('earlier.id')
            .where('earlier.unfinished', '=', 1)
            .whereRef('earlier.stream', '=', 'row.stream')
            .where(({ or, and, eb, ref }) =>
              or([
                and([
                  eb('earlier.lane', '=', ref('row.lane')),
                  or([eb('row.operation', '!=', 'edit'), eb('earlier.operation', '!=', 'reply')]),
                ]),
                and([eb('row.lane', '=', 'picture'), eb('earlier.operation', '=', 'post')]),
              ]),
            )
            .where(({ or, and, eb, ref }) =>
              or([
                eb('earlier.seq', '<', ref('row.seq')),
                and([eb('earlier.seq', '=', ref('row.seq')), eb('earlier.id', '<', ref('row.id'))]),
              ]),
            ),
        ),
      ),
    )
    .orderBy('row.notBefore')
    .orderBy('row.id')
    .limit(limit);
}

/** Writes what became of a row; false when `owner` does not hold it any more. */
export async function settleRow({ db }: Context, row: OutboxRow, owner: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({
      state: row.state,
      unfinished: isUnfinished(row.state) ? 1 : 0,
      ts: row.ts ?? null,
      attempts: row.attempts,
      notBefore: row.notBefore,
      error: row.error ?? null,
      errorCode: row.errorCode ?? null,
      doubtfulSince: row.state === 'unknown' ? (row.doubtfulSince ?? null) : null,
      leaseOwner: null,
      leaseUntil: null,
    })
    .where('id', '=', row.id)
    .where('unfinished', '=', 1)
    .where((builder) => builder.or([isHolder(builder, row, owner), holdsEarlier(builder, row, owner)]))
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Writes what a row that waits has left to tell; false when `owner` holds no earlier row of its stream and lane. */
async function rewriteRow({ db }: Context, row: OutboxRow, owner: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ message: toStored(Message, row.message), broadcast: row.broadcast ? 1 : 0 })
    .where('id', '=', row.id)
    .where('unfinished', '=', 1)
    .where((builder) => holdsEarlier(builder, row, owner))
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

type Builder = ExpressionBuilder<Tables, 'outbox'>;

function isHolder({ eb, and }: Builder, row: OutboxRow, owner: string): Expression<SqlBool> {
  return and([
    eb('state', '=', 'sending'),
    eb('leaseOwner', '=', owner),
    ...(row.leasedUntil === undefined ? [] : [eb('leaseUntil', '=', row.leasedUntil)]),
  ]);
}

/** No process sends this row, and `owner` sends one that comes before it. */
function holdsEarlier(
  { eb, and, or, exists, selectFrom }: Builder,
  row: OutboxRow,
  owner: string,
): Expression<SqlBool> {
  const earlier = selectFrom('outbox as head')
    .select('head.id')
    .where('head.unfinished', '=', 1)
    .where('head.stream', '=', row.stream)
    .where('head.lane', '=', row.lane)
    .where('head.state', '=', 'sending')
    .where('head.leaseOwner', '=', owner)
    .where((head) =>
      head.or([
        head('head.seq', '<', row.seq),
        head.and([head('head.seq', '=', row.seq), head('head.id', '<', row.id)]),
      ]),
    );
  return and([eb('state', '!=', 'sending'), or([exists(earlier)])]);
}

/** Rows that the process before left in the middle of an attempt become due, and in doubt. Resolves with their number. */
export async function releaseRows({ db }: Pick<Context, 'db'>, now: Instant): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ state: 'unknown', doubtfulSince: now, leaseOwner: null, leaseUntil: null })
    .where('unfinished', '=', 1)
    .where('state', '=', 'sending')
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

function isUnfinished(state: OutboxState): boolean {
  return state === 'pending' || state === 'sending' || state === 'unknown';
}

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
          causedAt: row.causedAt ?? null,
          createdAt: row.createdAt,
          notBefore: row.notBefore,
          waitingSince: row.createdAt,
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
    rewrite: (row, owner) => rewriteRow(context, row, owner),
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
    .select(({ fn }) => [fn.countAll<number>().as('depth'), fn.min<number | null>('createdAt').as('oldest')])
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
