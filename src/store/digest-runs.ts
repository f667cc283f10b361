// Runs of digests: one process claims a run, under a lease, before it collects anything for it.
import { type Selectable, sql } from 'kysely';
import { Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { digestPhrases } from '../reports/digest-phrases.ts';
import type { Context } from './connection.ts';
import type { DigestEnd, DigestRun, Digests } from './store.ts';
import { parsePhrase, toStored, withoutNulls } from './stored-json.ts';
import type { DigestRunTable } from './tables.ts';

/** The reason why the period before the first one of a schedule was not sent; it is not shown to anybody. */
export const beforeStart = phrasesOf<typeof digestPhrases>()('digest.newSchedule');

/** True for the run of the period before the first one of a schedule. */
export function isBeforeStart({ reason }: { readonly reason?: Phrase | undefined }): boolean {
  return reason?.kind === beforeStart.kind;
}

type StoredRun = Pick<Selectable<DigestRunTable>, (typeof columns)[number]>;

function toRun({ reason, ...row }: StoredRun): DigestRun {
  return { ...withoutNulls(row), ...(reason === null ? {} : { reason: parsePhrase(reason) }) };
}

function storedReason(reason: Phrase | undefined): string | null {
  return reason === undefined ? null : toStored(Phrase, reason);
}

const streamPrefix = 'digest:';

const columns = ['schedule', 'period', 'dueAt', 'state', 'reason', 'finishedAt'] as const;

/** The stream of a run in the outbox, which is also the key of its message. */
export function digestStream({ schedule, period }: Pick<DigestRun, 'schedule' | 'period'>): string {
  return `${streamPrefix}${schedule}:${period}`;
}

/** `Digests.finishQueued`, for whoever finds out in the store itself what became of a message. */
export async function finishQueuedRun(
  { db }: Pick<Context, 'db'>,
  stream: string,
  { state, reason, finishedAt }: DigestEnd,
): Promise<DigestRun | undefined> {
  const row = await db
    .updateTable('digestRun')
    .set({ state, reason: storedReason(reason), finishedAt })
    .where('state', '=', 'queued')
    .where(sql<string>`${streamPrefix} || schedule || ':' || period`, '=', stream)
    .returning(columns)
    .executeTakeFirst();
  return row === undefined ? undefined : toRun(row);
}

export function createDigestRuns(context: Context): Digests {
  const { db } = context;
  return {
    claim: async (run, owner, now, lease) => {
      const holder = { leaseOwner: owner, leaseUntil: now + lease };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('digestRun')
        .values({ ...toColumns(run), schedule: run.schedule, period: run.period, ...holder })
        .onConflict((conflict) =>
          conflict
            .columns(['schedule', 'period'])
            .doUpdateSet(holder)
            .where('digestRun.state', '=', 'collecting')
            .where(({ eb, or }) =>
              or([
                eb('digestRun.leaseOwner', '=', owner),
                eb('digestRun.leaseUntil', 'is', null),
                eb('digestRun.leaseUntil', '<=', now),
              ]),
            ),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    finish: async (run) => {
      await db
        .updateTable('digestRun')
        .set(toColumns(run))
        .where('schedule', '=', run.schedule)
        .where('period', '=', run.period)
        .execute();
    },
    finishQueued: (stream, end) => finishQueuedRun(context, stream, end),
    recent: async (schedule, limit) => {
      const rows = await db
        .selectFrom('digestRun')
        .select(columns)
        .where('schedule', '=', schedule)
        .orderBy('dueAt', 'desc')
        .orderBy('period', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRun);
    },
  };
}

/** Clears all leases; call it only when no other process can hold one. */
export async function releaseDigests({ db }: Pick<Context, 'db'>): Promise<void> {
  await db
    .updateTable('digestRun')
    .set({ leaseOwner: null, leaseUntil: null })
    .where('leaseOwner', 'is not', null)
    .execute();
}

function toColumns(run: DigestRun): Pick<DigestRunTable, 'dueAt' | 'state' | 'reason' | 'finishedAt'> {
  const { dueAt, state, reason, finishedAt } = run;
  return { dueAt, state, reason: storedReason(reason), finishedAt: finishedAt ?? null };
}
