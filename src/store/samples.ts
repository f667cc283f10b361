// Samples of every poll and their roll-ups, as they are read.
import type { Instant } from '../clock.ts';
import type { Bucket } from '../metrics/sample.ts';
import { blockWidth, bucketWidths, unpackBlock, unpackBuckets } from './blocks.ts';
import type { Context } from './context.ts';
import { toMeasured, unpackReadings } from './readings.ts';
import { type RolledUp, recordAll, setBlockAside } from './roll-up.ts';
import type { Samples } from './store.ts';
import { setAside, unpackStored } from './unreadable.ts';

/** Some stretch of one metric of an app. `to` is exclusive. */
interface Stretch {
  readonly app: string;
  readonly code: number;
  readonly from: Instant;
  readonly to: Instant;
}

export function createSamples(context: Context): Samples {
  return {
    record: (app, at, values) => recordAll(context, app, [{ at, values }]),
    recordAll: (app, polls) => recordAll(context, app, polls),
    read: async (app, metric, tier, from, to) => {
      const code = context.codes.codeOf(metric);
      if (code === undefined) return [];
      const stretch = { app, code, from, to };
      return tier === 'raw' ? await readPolls(context, stretch) : await readBlocks(context, tier, stretch);
    },
    latest: (app) => readLatest(context, app),
    oldest: (app) => findOldest(context, app),
  };
}

async function readPolls(context: Context, { app, code, from, to }: Stretch): Promise<readonly Bucket[]> {
  const rows = await context.db
    .selectFrom('sample')
    .select(['at', 'readings'])
    .where('app', '=', app)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('at')
    .execute();
  const buckets: Bucket[] = [];
  for (const { at, readings } of rows) {
    const found = unpackStored(() => unpackReadings(readings));
    if (found === undefined) await setPollAside(context, { app, at, readings });
    const value = found?.find((reading) => reading.code === code)?.value;
    if (value !== undefined) buckets.push({ at, min: value, max: value, mean: value, last: value, samples: 1 });
  }
  return buckets;
}

async function readBlocks(context: Context, tier: RolledUp, stretch: Stretch): Promise<readonly Bucket[]> {
  const { app, code, from, to } = stretch;
  const width = bucketWidths[tier];
  const rows = await context.db
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
  const row = await context.db
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
  return readLatest(context, app); // now the one before it is the newest
}

/** From the raw samples, or from the hours where those reach further back. */
async function findOldest({ db }: Context, app: string): Promise<Instant | undefined> {
  const raw = await db
    .selectFrom('sample')
    .select('at')
    .where('app', '=', app)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst();
  const block = await db
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
  const hour = block.start + Math.min(...cells.map((cell) => cell.index)) * width;
  return raw !== undefined && raw.at < hour + width ? raw.at : hour;
}

async function setPollAside(
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
