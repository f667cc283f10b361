// The blocks of roll-ups in the store: read, written, set aside where they cannot be read, with the marks of what was imported.
import type { Instant } from '../clock.ts';
import type { Tier } from '../metrics/range.ts';
import type { Context } from './connection.ts';
import { packBlock, unpackBlock } from './roll-up-encoding.ts';
import { setAside, unpackStored } from './stored-json.ts';

export type RolledUp = Exclude<Tier, 'raw'>;

export interface BlockKey {
  readonly app: string;
  readonly tier: RolledUp;
  readonly start: Instant;
}

/** The cells by metric code. `imported` has a bit for each bucket that was imported. */
export interface StoredBlock {
  readonly cells: ReturnType<typeof unpackBlock>;
  imported: number;
}

export async function readBlock(context: Context, key: BlockKey): Promise<StoredBlock> {
  const row = await context.plain
    .selectFrom('rollup')
    .select(['buckets', 'imported'])
    .where('app', '=', key.app)
    .where('tier', '=', key.tier)
    .where('start', '=', key.start)
    .executeTakeFirst();
  if (row === undefined) return { cells: new Map(), imported: 0 };
  const cells = unpackStored(() => unpackBlock(row.buckets));
  if (cells !== undefined) return { cells, imported: row.imported ?? 0 };
  await setBlockAside(context, key, row.buckets);
  return { cells: new Map(), imported: 0 };
}

export async function writeBlock({ plain }: Context, key: BlockKey, block: StoredBlock): Promise<void> {
  const columns = { buckets: packBlock(block.cells), imported: block.imported === 0 ? null : block.imported };
  await plain
    .insertInto('rollup')
    .values({ ...key, ...columns })
    .onConflict((conflict) => conflict.columns(['app', 'tier', 'start']).doUpdateSet(columns))
    .execute();
}

/** Moves an unreadable block to the table `unreadable`. */
export async function setBlockAside(
  context: Context,
  { app, tier, start }: BlockKey,
  content: Uint8Array,
): Promise<void> {
  await setAside(context, {
    source: 'rollup',
    key: `${app} ${tier} ${start}`,
    content,
    remove: (db) =>
      db.deleteFrom('rollup').where('app', '=', app).where('tier', '=', tier).where('start', '=', start).execute(),
  });
}

export function isImported({ imported }: StoredBlock, index: number): boolean {
  return (imported & (1 << index)) !== 0;
}

export function markImported(block: StoredBlock, index: number): void {
  block.imported |= 1 << index;
}

/** Empties a bucket of every metric, and takes its mark away. */
export function clearBucket(block: StoredBlock, index: number): void {
  for (const [code, cells] of block.cells) {
    const others = cells.filter((cell) => cell.index !== index);
    if (others.length === 0) block.cells.delete(code);
    else block.cells.set(code, others);
  }
  block.imported &= ~(1 << index);
}

/** True where a bucket holds something of any metric. */
export function isTaken({ cells }: StoredBlock, index: number): boolean {
  return [...cells.values()].some((some) => some.some((cell) => cell.index === index));
}
