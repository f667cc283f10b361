// The Slack message that each stream lives in.
import { z } from 'zod';
import type { Context } from './context.ts';
import { Message, ShownPicture } from './outbox.ts';
import type { Outbox } from './store.ts';
import { parseStored, toStored } from './stored-json.ts';

const Pictures = z.array(ShownPicture);

export function createRoots({ db, clock }: Context): Pick<Outbox, 'root' | 'saveRoot'> {
  return {
    root: async (stream) => {
      const row = await db.selectFrom('root').selectAll().where('stream', '=', stream).executeTakeFirst();
      if (row === undefined) return undefined;
      // Where the message is matters more than what it shows: that is drawn anew with the next edit.
      const shown = row.shown === null ? undefined : parseStored(Message, row.shown);
      return { stream, channel: row.channel, ts: row.ts, pictures: parseStored(Pictures, row.pictures) ?? [], shown };
    },
    saveRoot: async ({ stream, channel, ts, pictures, shown }) => {
      const columns = {
        channel,
        ts,
        pictures: toStored(Pictures, [...pictures]),
        shown: shown === undefined ? null : toStored(Message, shown),
        saved_at: clock.now(),
      };
      await db
        .insertInto('root')
        .values({ stream, ...columns })
        .onConflict((conflict) => conflict.column('stream').doUpdateSet(columns))
        .execute();
    },
  };
}
