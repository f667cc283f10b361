// Stored rows that cannot be understood: set aside, counted and logged, so that they stop nobody.
import type { Context } from './context.ts';

/** What `unpack` makes of bytes; undefined when they are damaged. */
export function unpackStored<Value>(unpack: () => Value): Value | undefined {
  try {
    return unpack();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type UnreadableSource = 'sample' | 'rollup' | 'daily' | 'alert';

/** Where a row that cannot be read was found, and what it held. */
export interface UnreadableRow {
  readonly source: UnreadableSource;
  readonly key: string;
  readonly content: string | Uint8Array;
  /** Takes the row out of its table. */
  remove(inside: Context['db']): Promise<unknown>;
}

/** Moves a row out of the way into `unreadable`, where it stays for a person to look at. */
export async function setAside(context: Context, row: UnreadableRow): Promise<void> {
  const { source, key } = row;
  const content = typeof row.content === 'string' ? row.content : Buffer.from(row.content).toString('hex');
  await context.atomically(async ({ db }) => {
    await row.remove(db);
    await db.insertInto('unreadable').values({ found_at: context.clock.now(), source, key, content }).execute();
  });
  context.logger.error('A stored row could not be read and was set aside', { table: source, key });
}

export async function countUnreadable({ db }: Context): Promise<number> {
  const { count } = await db
    .selectFrom('unreadable')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
