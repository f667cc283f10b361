// Stored JSON: validated when it is written, parsed when it is read, set aside when it is unreadable.
import { type ZodType, z } from 'zod';
import { StoreError } from '../errors.ts';
import { isMetricId, type MetricId, type MetricValues } from '../metrics/catalog.ts';
import { Phrase, verbatim } from '../metrics/phrase.ts';
import type { Context } from './connection.ts';

/** Throws `StoreError` for a value that could not be read back, such as NaN: no row is better than an unreadable one. */
export function toStored<Value>(schema: ZodType<Value>, value: Value): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return JSON.stringify(parsed.data);
  const paths = parsed.error.issues.map((issue) => issue.path.join('.')).slice(0, 3);
  throw new StoreError(`A value cannot be stored: ${paths.join(', ')} is not what it must be.`, {
    cause: parsed.error,
  });
}

/** Undefined when the text is not JSON or does not fit the schema. */
export function parseStored<Value>(schema: ZodType<Value>, text: string): Value | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // not JSON
  }
}

/** Values by metric id. Unknown ids are left out; a value that is not a number makes the row unreadable. */
export const StoredValues = z.record(z.string(), z.number()).transform((values): MetricValues => {
  const known: { [id in MetricId]?: number } = {};
  for (const [id, value] of Object.entries(values)) if (isMetricId(id)) known[id] = value;
  return known;
});

/** The values that can be stored: those that are numbers. */
export function finiteValues(values: MetricValues): MetricValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}

/** A stored phrase; what cannot be read is shown as it is. */
export function parsePhrase(text: string): Phrase {
  return parseStored(Phrase, text) ?? verbatim(text);
}

/** The result of `unpack`; undefined when the bytes are damaged, that is, when it throws a `RangeError`. */
export function unpackStored<Value>(unpack: () => Value): Value | undefined {
  try {
    return unpack();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type UnreadableSource = 'sample' | 'rollup' | 'daily' | 'hourly' | 'alert' | 'historyDay' | 'rule_override';

/** The table and key of an unreadable row, and its content. */
export interface UnreadableRow {
  readonly source: UnreadableSource;
  readonly key: string;
  readonly content: string | Uint8Array;
  /** Deletes the row from its table. */
  remove(inside: Context['db']): Promise<unknown>;
}

/** Moves a row to the table `unreadable`, where a person can look at it. */
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
