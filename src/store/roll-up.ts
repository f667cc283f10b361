// Writes polls: the raw sample, and its roll-ups to 5 minutes and hours.
import type { Instant } from '../clock.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { Tier } from '../metrics/range.ts';
import { addSample, blockStart, bucketWidths, packBlock, unpackBlock } from './blocks.ts';
import { type Context, within } from './context.ts';
import { knownReadings, packReadings, type Reading } from './readings.ts';
import { setAside, unpackStored } from './unreadable.ts';

export type RolledUp = Exclude<Tier, 'raw'>;

interface Poll {
  readonly at: Instant;
  readonly readings: readonly Reading[];
}

/** Writes the polls that are not there yet, and adds them to both roll-ups in the same transaction. */
export async function recordAll(
  context: Context,
  app: string,
  polls: Iterable<{ readonly at: Instant; readonly values: MetricValues }>,
): Promise<void> {
  const known = Array.from(polls, ({ at, values }): Poll => ({ at, readings: knownReadings(values, context.codes) }));
  const useful = known.filter(({ readings }) => readings.length > 0);
  if (useful.length === 0) return;
  await context.atomically(async (connection) => {
    const inside = within(context, connection);
    const fresh: Poll[] = [];
    for (const poll of useful) if (await insertPoll(inside, app, poll)) fresh.push(poll);
    await rollUp(inside, { app, tier: 'fiveMinutes' }, fresh);
    await rollUp(inside, { app, tier: 'hours' }, fresh);
  });
}

/** False when this poll is there already. */
async function insertPoll({ db }: Context, app: string, poll: Poll): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('sample')
    .values({ app, at: poll.at, readings: packReadings(poll.readings) })
    .onConflict((conflict) => conflict.columns(['app', 'at']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Adds the polls to the buckets of a tier; each block is read and written once. */
async function rollUp(context: Context, into: Omit<BlockKey, 'start'>, polls: readonly Poll[]): Promise<void> {
  const width = bucketWidths[into.tier];
  for (const [start, inBlock] of Map.groupBy(polls, ({ at }) => blockStart(at, width))) {
    const key = { ...into, start };
    const block = await readBlock(context, key);
    for (const { at, readings } of inBlock) {
      const index = Math.floor((at - start) / width);
      const place = { index, offset: at - start - index * width };
      for (const { code, value } of readings) block.set(code, addSample(block.get(code) ?? [], place, value));
    }
    await writeBlock(context, key, packBlock(block));
  }
}

async function writeBlock({ db }: Context, key: BlockKey, buckets: Uint8Array): Promise<void> {
  await db
    .insertInto('rollup')
    .values({ ...key, buckets })
    .onConflict((conflict) => conflict.columns(['app', 'tier', 'start']).doUpdateSet({ buckets }))
    .execute();
}

interface BlockKey {
  readonly app: string;
  readonly tier: RolledUp;
  readonly start: Instant;
}

async function readBlock(context: Context, key: BlockKey): Promise<ReturnType<typeof unpackBlock>> {
  const row = await context.db
    .selectFrom('rollup')
    .select('buckets')
    .where('app', '=', key.app)
    .where('tier', '=', key.tier)
    .where('start', '=', key.start)
    .executeTakeFirst();
  if (row === undefined) return new Map();
  const block = unpackStored(() => unpackBlock(row.buckets));
  if (block === undefined) await setBlockAside(context, key, row.buckets);
  return block ?? new Map();
}

/** Moves a block that nobody can read out of the way. */
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
