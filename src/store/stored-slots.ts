// Reads what is stored of an app slot by slot, every metric at once, a few hours at a time.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Duration, hour, type Instant } from '../clock.ts';
import { type MetricId, type MetricValues, metricIds } from '../metrics/catalog.ts';
import type { Span, Tier } from '../metrics/range.ts';
import type { Bucket } from '../metrics/sample.ts';
import { finestSlots, type StoredSlot, type TierSlot } from '../metrics/stored-slot.ts';
import type { Context, MetricCodes } from './connection.ts';
import { type RolledUp, setBlockAside } from './roll-up-blocks.ts';
import { blockWidth, bucketWidths, type Cell, type RollUpBlock, toBucket, unpackBlock } from './roll-up-encoding.ts';
import { toMeasured, unpackReadings } from './sample-encoding.ts';
import { setPollAside } from './samples.ts';
import type { Samples } from './store.ts';
import { unpackStored } from './stored-json.ts';

/** Slots of one tier of an app. `to` is exclusive. */
interface SlotSpan extends Span {
  readonly app: string;
}

export function readSlots(
  context: Context,
  { tier, ...span }: SlotSpan & { readonly tier: Tier },
): Promise<readonly StoredSlot[]> {
  return tier === 'raw' ? readPolls(context, span) : readBuckets(context, tier, span);
}

async function readPolls(context: Context, { app, from, to }: SlotSpan): Promise<readonly StoredSlot[]> {
  const rows = await context.plain
    .selectFrom('sample')
    .select(['at', 'readings'])
    .where('app', '=', app)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('at')
    .execute();
  const slots: StoredSlot[] = [];
  for (const { at, readings } of rows) {
    const found = unpackStored(() => unpackReadings(readings));
    if (found === undefined) await setPollAside(context, { app, at, readings });
    else slots.push({ at, buckets: pollBuckets(at, toMeasured(found, context.codes)) });
  }
  return slots;
}

function pollBuckets(at: Instant, values: MetricValues): StoredSlot['buckets'] {
  const buckets = new Map<MetricId, Bucket>();
  for (const id of metricIds) {
    const value = values[id];
    if (value !== undefined)
      buckets.set(id, { at, min: value, max: value, mean: value, last: value, lastAt: at, samples: 1 });
  }
  return buckets;
}

async function readBuckets(
  context: Context,
  tier: RolledUp,
  { app, from, to }: SlotSpan,
): Promise<readonly StoredSlot[]> {
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
  const slots = new Map<Instant, Map<MetricId, Bucket>>();
  for (const { start, buckets } of rows) {
    const block = unpackStored(() => unpackBlock(buckets));
    if (block === undefined) await setBlockAside(context, { app, tier, start }, buckets);
    for (const [id, cell] of cellsOf(block ?? new Map(), context.codes)) {
      const bucket = toBucket(cell, { start, width });
      if (bucket.at >= from && bucket.at < to)
        slots.set(bucket.at, (slots.get(bucket.at) ?? new Map<MetricId, Bucket>()).set(id, bucket));
    }
  }
  return [...slots].sort(([a], [b]) => a - b).map(([at, buckets]) => ({ at, buckets }));
}

function* cellsOf(block: RollUpBlock, codes: MetricCodes): Generator<readonly [MetricId, Cell]> {
  for (const [code, cells] of block) {
    const id = codes.idOf(code);
    if (id !== undefined) for (const cell of cells) yield [id, cell];
  }
}

/** Read at a time: some hundred polls, which hold the event loop for some milliseconds. */
const step: Duration = 6 * hour;

/**
 * Each sample that is kept once, in the finest tier that still holds all of its slot, oldest first, a few hours at a time; also nothing
 * for hours that hold nothing, so that the reader can tell how far it is. A slot belongs to the span where it begins in it.
 */
export async function* readFinestSlots(
  samples: Pick<Samples, 'slots'>,
  app: string,
  { from, to }: Span,
): AsyncGenerator<{ readonly until: Instant; readonly slots: readonly TierSlot[] }> {
  for (let start = Math.floor(from / step) * step; start < to; start += step) {
    const read = (tier: Tier): Promise<readonly StoredSlot[]> => samples.slots(app, tier, start, start + step);
    const [raw, fiveMinutes, hours] = [await read('raw'), await read('fiveMinutes'), await read('hours')];
    await nextTurn();
    const slots = finestSlots({ raw, fiveMinutes, hours }).filter(({ at }) => at >= from && at < to);
    yield { until: Math.min(to, start + step), slots };
  }
}
