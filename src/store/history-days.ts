// What is kept of message histories: the counts of whole days of a whole app, and who asked about people. No name of a sender, no message.
import { z } from 'zod';
import type { DatedCounts } from '../metrics/history-counts.ts';
import { messageClients, messageTargets, messageTypes } from '../metrics/message-history.ts';
import type { Context } from './connection.ts';
import type { Histories } from './store.ts';
import { parseStored, setAside, toStored } from './stored-json.ts';

const count = z.number().int().min(0);
const kinds = messageTargets.flatMap((target) => messageTypes.map((type) => `${target}.${type}` as const));

/** Kinds and clients of a later version make a day unreadable for this one: without them its sum would be wrong. */
const StoredCounts = z.object({
  kinds: z.partialRecord(z.enum(kinds), count),
  clients: z.partialRecord(z.enum(messageClients), count),
  hours: z.array(count).length(24),
});

export function createHistories(context: Context): Histories {
  const { db } = context;
  return {
    saveDays: (app, zone, days) =>
      context.atomically(async ({ db: inside }) => {
        for (const { date, ...day } of days) {
          const columns = { zone, counts: toStored(StoredCounts, day) };
          await inside
            .insertInto('historyDay')
            .values({ app, date, ...columns })
            .onConflict((conflict) => conflict.columns(['app', 'date']).doUpdateSet(columns))
            .execute();
        }
      }),
    days: async (app, zone, { from, to }) => {
      const rows = await db
        .selectFrom('historyDay')
        .selectAll()
        .where('app', '=', app)
        .where('zone', '=', zone)
        .where('date', '>=', from)
        .where('date', '<=', to)
        .orderBy('date')
        .execute();
      const days: DatedCounts[] = [];
      for (const { date, counts } of rows) {
        const day = parseStored(StoredCounts, counts);
        if (day !== undefined) days.push({ date, ...day });
        else
          await setAside(context, {
            source: 'historyDay',
            key: `${app} ${date}`,
            content: counts,
            remove: (inside) =>
              inside.deleteFrom('historyDay').where('app', '=', app).where('date', '=', date).execute(),
          });
      }
      return days;
    },
    addQuestion: async ({ subject = null, ...question }) => {
      await db
        .insertInto('historyQuestion')
        .values({ ...question, subject })
        .execute();
    },
    questions: async (limit) => {
      const rows = await db.selectFrom('historyQuestion').selectAll().orderBy('id', 'desc').limit(limit).execute();
      return rows.map(({ id: _id, subject, ...row }) => ({ ...row, ...(subject === null ? {} : { subject }) }));
    },
  };
}
