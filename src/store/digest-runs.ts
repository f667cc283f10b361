// Runs of digests: each is claimed by one process, under a lease, before any work is done for it.
import type { Context } from './connection.ts';
import type { DigestRun, Digests } from './store.ts';
import { whereKnown } from './stored-json.ts';
import type { DigestRunTable } from './tables.ts';

export function createDigestRuns({ db }: Context): Digests {
  return {
    claim: async (run, owner, now, lease) => {
      const holder = { lease_owner: owner, lease_until: now + lease };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('digest_run')
        .values({ ...toColumns(run), schedule: run.schedule, period: run.period, ...holder })
        .onConflict((conflict) =>
          conflict
            .columns(['schedule', 'period'])
            .doUpdateSet(holder)
            .where('digest_run.state', '=', 'collecting')
            .where(({ eb, or }) =>
              or([
                eb('digest_run.lease_owner', '=', owner),
                eb('digest_run.lease_until', 'is', null),
                eb('digest_run.lease_until', '<=', now),
              ]),
            ),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    finish: async (run) => {
      await db
        .updateTable('digest_run')
        .set(toColumns(run))
        .where('schedule', '=', run.schedule)
        .where('period', '=', run.period)
        .execute();
    },
    recent: async (schedule, limit) => {
      const rows = await db
        .selectFrom('digest_run')
        .selectAll()
        .where('schedule', '=', schedule)
        .orderBy('due_at', 'desc')
        .orderBy('period', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toRun);
    },
  };
}

/** A predecessor that is certainly gone holds nothing any more. */
export async function releaseDigests({ db }: Pick<Context, 'db'>): Promise<void> {
  await db
    .updateTable('digest_run')
    .set({ lease_owner: null, lease_until: null })
    .where('lease_owner', 'is not', null)
    .execute();
}

function toColumns(run: DigestRun): Pick<DigestRunTable, 'due_at' | 'state' | 'reason' | 'finished_at'> {
  return { due_at: run.dueAt, state: run.state, reason: run.reason ?? null, finished_at: run.finishedAt ?? null };
}

function toRun(row: DigestRunTable): DigestRun {
  return {
    schedule: row.schedule,
    period: row.period,
    dueAt: row.due_at,
    state: row.state,
    ...whereKnown('reason', row.reason),
    ...whereKnown('finishedAt', row.finished_at),
  };
}
