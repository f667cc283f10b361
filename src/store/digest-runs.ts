// Runs of digests: one process claims a run, under a lease, before it collects anything for it.
import type { Context } from './connection.ts';
import type { DigestRun, Digests } from './store.ts';
import { withoutNulls } from './stored-json.ts';
import type { DigestRunTable } from './tables.ts';

export function createDigestRuns({ db }: Context): Digests {
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
    recent: async (schedule, limit) => {
      const rows = await db
        .selectFrom('digestRun')
        .select(['schedule', 'period', 'dueAt', 'state', 'reason', 'finishedAt'])
        .where('schedule', '=', schedule)
        .orderBy('dueAt', 'desc')
        .orderBy('period', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row): DigestRun => withoutNulls(row));
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
  return { dueAt, state, reason: reason ?? null, finishedAt: finishedAt ?? null };
}
