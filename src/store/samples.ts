// Samples and their roll-ups of five minutes and of hours: written, and read as buckets.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { hour, type Instant } from '../clock.ts';
import { mapYielding } from '../concurrency.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { Bucket, BucketNeed } from '../metrics/sample.ts';
import type { BucketRead } from '../reports/readings.ts';
import { type Context, within } from './connection.ts';
import {
  type BlockKey,
  clearBucket,
  isImported,
  type RolledUp,
  readBlock,
  setBlockAside,
  writeBlock,
} from './roll-up-blocks.ts';
import { addSample, blockStart, blockWidth, bucketWidths, unpackBlock, unpackBuckets } from './roll-up-encoding.ts';
import { knownReadings, type MetricReading, packReadings, toMeasured, unpackReadings } from './sample-encoding.ts';
import type { Samples, Store } from './store.ts';
import { setAside, unpackStored } from './stored-json.ts';

interface Poll {
  readonly at: Instant;
  readonly readings: readonly MetricReading[];
}

/** Writes the polls that are not stored yet, and adds them to both roll-ups in the same transaction. */
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

/** False when this poll is stored already; an imported one is replaced. */
async function insertPoll({ plain }: Context, app: string, poll: Poll): Promise<boolean> {
  const readings = packReadings(poll.readings);
  const { numInsertedOrUpdatedRows } = await plain
    .insertInto('sample')
    .values({ app, at: poll.at, readings })
    .onConflict((conflict) =>
      conflict.columns(['app', 'at']).doUpdateSet({ readings, imported: null }).where('sample.imported', '=', 1),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/**
 * Adds the polls to the buckets of a tier; each block is read and written once. What was measured takes the place of all that was imported
 * for the same bucket.
 */
async function rollUp(context: Context, into: Omit<BlockKey, 'start'>, polls: readonly Poll[]): Promise<void> {
  const width = bucketWidths[into.tier];
  for (const [start, inBlock] of Map.groupBy(polls, ({ at }) => blockStart(at, width))) {
    const key = { ...into, start };
    const block = await readBlock(context, key);
    for (const { at, readings } of inBlock) {
      const index = Math.floor((at - start) / width);
      if (isImported(block, index)) {
        clearBucket(block, index);
        if (into.tier === 'fiveMinutes') await deleteImported(context, into.app, start + index * width);
      }
      const place = { index, offset: at - start - index * width };
      for (const { code, value } of readings)
        block.cells.set(code, addSample(block.cells.get(code) ?? [], place, value));
    }
    await writeBlock(context, key, block);
  }
}

/** The imported polls of five minutes. */
async function deleteImported({ plain }: Context, app: string, from: Instant): Promise<void> {
  await plain
    .deleteFrom('sample')
    .where('app', '=', app)
    .where('at', '>=', from)
    .where('at', '<', from + bucketWidths.fiveMinutes)
    .where('imported', '=', 1)
    .execute();
}

/** One metric of an app in a time span. `to` is exclusive. */
interface MetricSpan {
  readonly app: string;
  readonly code: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** All but what is of every metric at once, which has files of its own. */
export function createSamples(context: Context): Omit<Samples, 'slots' | 'fill'> {
  return {
    record: (app, at, values) => recordAll(context, app, [{ at, values }]),
    recordAll: (app, polls) => recordAll(context, app, polls),
    read: async (app, metric, tier, from, to, near) => {
      const code = context.codes.codeOf(metric);
      if (code === undefined) return [];
      const span = { app, code, from, to };
      return tier === 'raw' ? await readPolls(context, span, near) : await readBlocks(context, tier, span);
    },
    latest: (app) => readLatest(context, app),
    oldest: (app) => findOldest(context, app),
  };
}

async function readPolls(
  context: Context,
  { app, code, from, to }: MetricSpan,
  near: BucketNeed['near'],
): Promise<readonly Bucket[]> {
  const wanted = context.plain
    .selectFrom('sample')
    .select(['at', 'readings'])
    .where('app', '=', app)
    .where('at', '>=', from)
    .where('at', '<', to);
  const rows = await (near === undefined ? wanted : wanted.where(isNear(near, from))).orderBy('at').execute();
  const buckets: Bucket[] = [];
  for (const { at, readings } of rows) {
    const found = unpackStored(() => unpackReadings(readings));
    if (found === undefined) await setPollAside(context, { app, at, readings });
    const value = found?.find((reading) => reading.code === code)?.value;
    if (value !== undefined)
      buckets.push({ at, min: value, max: value, mean: value, last: value, lastAt: at, samples: 1 });
  }
  return buckets;
}

/** True for a sample near one minute of the hour; counted from before `from`, because a negative remainder would be another one. */
function isNear({ at, within }: NonNullable<BucketNeed['near']>, from: Instant): RawBuilder<SqlBool> {
  const start = Math.floor((from - at - within) / hour) * hour + at - within;
  return sql<SqlBool>`(at - ${start}) % ${hour} <= ${2 * within}`;
}

async function readBlocks(context: Context, tier: RolledUp, span: MetricSpan): Promise<readonly Bucket[]> {
  const { app, code, from, to } = span;
  const width = bucketWidths[tier];
  const rows = await context.plain
    .selectFrom('rollup')
    .select(['start', 'buckets'])
    .where('app', '=', app)
    .where('tier', '=', tier)
    .where('start', '>', from - blockWidth(width))
    .where('start', '<', to)
    .orderBy('start')
    .execute();
  const buckets: Bucket[] = [];
  for (const { start, buckets: bytes } of rows) {
    const inside = unpackStored(() => unpackBuckets(bytes, code, { start, width }));
    if (inside === undefined) await setBlockAside(context, { app, tier, start }, bytes);
    for (const bucket of inside ?? []) if (bucket.at >= from && bucket.at < to) buckets.push(bucket);
  }
  return buckets;
}

async function readLatest(context: Context, app: string): ReturnType<Samples['latest']> {
  const row = await context.plain
    .selectFrom('sample')
    .select(['at', 'readings'])
    .where('app', '=', app)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const readings = unpackStored(() => unpackReadings(row.readings));
  if (readings !== undefined) return { at: row.at, values: toMeasured(readings, context.codes) };
  await setPollAside(context, { app, ...row });
  return readLatest(context, app); // the unreadable poll is removed, so the one before it is the newest
}

/** The earliest raw sample or, where the roll-ups reach further back, the earliest hour. */
async function findOldest({ plain }: Context, app: string): Promise<Instant | undefined> {
  const raw = await plain
    .selectFrom('sample')
    .select('at')
    .where('app', '=', app)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst();
  const block = await plain
    .selectFrom('rollup')
    .select(['start', 'buckets'])
    .where('app', '=', app)
    .where('tier', '=', 'hours')
    .orderBy('start')
    .limit(1)
    .executeTakeFirst();
  const cells = unpackStored(() => (block === undefined ? [] : [...unpackBlock(block.buckets).values()].flat())) ?? [];
  if (block === undefined || cells.length === 0) return raw?.at;
  const width = bucketWidths.hours;
  const first = block.start + Math.min(...cells.map((cell) => cell.index)) * width;
  return raw !== undefined && raw.at < first + width ? raw.at : first;
}

/** Moves an unreadable poll to the table `unreadable`. */
export async function setPollAside(
  context: Context,
  { app, at, readings }: { app: string; at: Instant; readings: Uint8Array },
): Promise<void> {
  await setAside(context, {
    source: 'sample',
    key: `${app} ${at}`,
    content: readings,
    remove: (db) => db.deleteFrom('sample').where('app', '=', app).where('at', '=', at).execute(),
  });
}

/** The buckets of a need, from where they are. */
export async function readBuckets(
  { samples, hourly }: Pick<Store, 'samples' | 'hourly'>,
  app: string,
  { metric, tier, from, to, near, isCounted }: BucketNeed,
): Promise<readonly Bucket[]> {
  if (isCounted === true) return hourly.buckets(app, metric, from, to);
  return samples.read(app, metric, tier, from, to, near);
}

/** Yields between two reads: node:sqlite blocks the event loop, and a year of several metrics would delay acknowledgements. */
export function readNeeds(
  store: Pick<Store, 'samples' | 'hourly'>,
  app: string,
  needs: readonly BucketNeed[],
): Promise<BucketRead[]> {
  return mapYielding(needs, async (need) => {
    return { need, buckets: await readBuckets(store, app, need) };
  });
}
