// Fills slots that hold nothing with what another bot or another time has measured, and marks them.
import type { Instant } from '../clock.ts';
import type { StoredSlot, TierSlot } from '../metrics/stored-slot.ts';
import { type Context, within } from './connection.ts';
import { isTaken, markImported, type RolledUp, readBlock, type StoredBlock, writeBlock } from './roll-up-blocks.ts';
import { addCell, blockStart, bucketWidths } from './roll-up-encoding.ts';
import { packReadings } from './sample-encoding.ts';
import type { FillCounts } from './store.ts';

export function fillSlots(context: Context, app: string, slots: readonly TierSlot[]): Promise<FillCounts> {
  return context.atomically(async (connection) => {
    let filled = 0;
    // A block of hours is a day, and those of five minutes lie within it.
    for (const ofDay of Map.groupBy(slots, ({ at }) => blockStart(at, bucketWidths.hours)).values())
      filled += await fillDay(within(context, connection), app, ofDay);
    return { filled, kept: slots.length - filled };
  });
}

/** One bucket in the block that it is stored in. */
interface BucketPlace {
  readonly block: StoredBlock;
  readonly index: number;
  readonly start: Instant;
  /** Whether it held something before this was filled. */
  readonly wasTaken: boolean;
}

/** What of a day is being filled. */
interface Filling {
  readonly context: Context;
  readonly app: string;
  /** The bucket that contains an instant; its block is read once and written at the end. */
  readonly placeOf: (tier: RolledUp, at: Instant) => Promise<BucketPlace>;
}

/** Resolves with how many slots were filled. */
async function fillDay(context: Context, app: string, slots: readonly TierSlot[]): Promise<number> {
  const blocks = new Map<string, { readonly tier: RolledUp; readonly start: Instant; readonly block: StoredBlock }>();
  const places = new Map<string, BucketPlace>();
  const placeOf: Filling['placeOf'] = async (tier, at) => {
    const width = bucketWidths[tier];
    const start = blockStart(at, width);
    const index = Math.floor((at - start) / width);
    const key = `${tier} ${start}`;
    const known = places.get(`${key} ${index}`);
    if (known !== undefined) return known;
    const { block } = blocks.get(key) ?? { block: await readBlock(context, { app, tier, start }) };
    blocks.set(key, { tier, start, block });
    const place = { block, index, start: start + index * width, wasTaken: isTaken(block, index) };
    places.set(`${key} ${index}`, place);
    return place;
  };
  let filled = 0;
  for (const slot of slots) {
    const filling = { context, app, placeOf };
    const isFilled = slot.tier === 'raw' ? fillPoll(slot, filling) : fillBucket(slot, slot.tier, filling);
    if (await isFilled) filled += 1;
  }
  for (const { tier, start, block } of blocks.values()) await writeBlock(context, { app, tier, start }, block);
  return filled;
}

/** A poll is stored where its five minutes held nothing, so that all tiers tell the same. */
async function fillPoll(slot: StoredSlot, filling: Filling): Promise<boolean> {
  const { context, app, placeOf } = filling;
  const place = await placeOf('fiveMinutes', slot.at);
  if (place.wasTaken) return false;
  const readings = packReadings(codedBuckets(slot, context).map(({ code, bucket }) => ({ code, value: bucket.last })));
  const { numInsertedOrUpdatedRows } = await context.plain
    .insertInto('sample')
    .values({ app, at: slot.at, readings, imported: 1 })
    .onConflict((conflict) => conflict.columns(['app', 'at']).doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) return false;
  addTo(place, slot, context);
  await fillHour(slot, filling);
  return true;
}

async function fillBucket(slot: StoredSlot, tier: RolledUp, filling: Filling): Promise<boolean> {
  const place = await filling.placeOf(tier, slot.at);
  if (isTaken(place.block, place.index)) return false;
  addTo(place, slot, filling.context);
  if (tier === 'fiveMinutes') await fillHour(slot, filling);
  return true;
}

async function fillHour(slot: StoredSlot, { context, placeOf }: Filling): Promise<void> {
  const hour = await placeOf('hours', slot.at);
  if (!hour.wasTaken) addTo(hour, slot, context);
}

function addTo({ block, index, start }: BucketPlace, slot: StoredSlot, context: Context): void {
  for (const { code, bucket } of codedBuckets(slot, context)) {
    const { samples, min, max, mean, last, lastAt } = bucket;
    const cell = { index, samples, min, max, sum: mean * samples, last, lastOffset: lastAt - start };
    block.cells.set(code, addCell(block.cells.get(code) ?? [], cell));
  }
  markImported(block, index);
}

function codedBuckets({ buckets }: StoredSlot, { codes }: Context) {
  return [...buckets].flatMap(([id, bucket]) => {
    const code = codes.codeOf(id);
    return code === undefined ? [] : [{ code, bucket }];
  });
}
