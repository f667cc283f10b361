// How polling of each app goes.
import type { PollHealth } from '../metrics/sample.ts';
import type { Context } from './context.ts';
import { whereKnown } from './null.ts';
import type { Store } from './store.ts';

export function createPolls({ db }: Context): Pick<Store, 'polls' | 'savePoll'> {
  return {
    polls: async () => {
      const rows = await db.selectFrom('poll').selectAll().orderBy('app').execute();
      return rows.map(
        (row): PollHealth => ({
          app: row.app,
          lastTriedAt: row.last_tried_at,
          failures: row.failures,
          ...whereKnown('lastGoodAt', row.last_good_at),
          ...whereKnown('reason', row.reason),
        }),
      );
    },
    savePoll: async (poll) => {
      const columns = {
        last_tried_at: poll.lastTriedAt,
        last_good_at: poll.lastGoodAt ?? null,
        failures: poll.failures,
        reason: poll.reason ?? null,
      };
      await db
        .insertInto('poll')
        .values({ app: poll.app, ...columns })
        .onConflict((conflict) => conflict.column('app').doUpdateSet(columns))
        .execute();
    },
  };
}
