// Stored JSON: written, parsed when read, and set aside where it cannot be read.
import type { ZodType } from 'zod';
import { StoreError } from '../errors.ts';
import type { Context } from './connection.ts';

/** Rejects what could not be read back, such as a number that is none: better no row than one that nobody understands. */
export function toStored<Value>(schema: ZodType<Value>, value: Value): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return JSON.stringify(parsed.data);
  const places = parsed.error.issues.map((issue) => issue.path.join('.')).slice(0, 3);
  throw new StoreError(`A value cannot be stored: ${places.join(', ')} is not what it must be.`, {
    cause: parsed.error,
  });
}

/** Undefined when the text is no JSON or does not fit. */
export function parseStored<Value>(schema: ZodType<Value>, text: string): Value | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // no JSON at all: told to the caller in the same way
  }
}

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
    await db.insertInto('unreadable').values({ foundAt: context.clock.now(), source, key, content }).execute();
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

type WithoutNulls<Row> = { [Name in keyof Row as null extends Row[Name] ? never : Name]: Row[Name] } & {
  [Name in keyof Row as null extends Row[Name] ? Name : never]?: Exclude<Row[Name], null>;
};

/** The row with only the columns that have a value: a field that is null in the database is absent in the program. */
export function withoutNulls<Row extends object>(row: Row): WithoutNulls<Row>;
export function withoutNulls(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
