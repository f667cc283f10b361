// What is stored of an app slot by slot: the finest tier that still holds all of a slot, and the one value that stands for it.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import { type MetricId, metric } from './catalog.ts';
import type { Tier } from './range.ts';
import type { Bucket } from './sample.ts';

/** Every metric of one slot. A raw slot is one poll. */
export interface StoredSlot {
  readonly at: Instant;
  readonly buckets: ReadonlyMap<MetricId, Bucket>;
}

export interface TierSlot extends StoredSlot {
  readonly tier: Tier;
}

/** How long a slot is; a poll is a moment. */
export const slotWidths: Readonly<Record<Tier, Duration>> = { raw: 0, fiveMinutes: 5 * minute, hours: hour };

/**
 * Each stored sample once, in the finest tier in which all of its slot is still there. The slots of every tier must be of the same whole
 * hours; each list is in order, and so is the result.
 */
export function finestSlots(slots: Readonly<Record<Tier, readonly StoredSlot[]>>): TierSlot[] {
  const polls = slots.raw.map((slot): TierSlot => ({ ...slot, tier: 'raw' }));
  return finerOf(finerOf(polls, slots.fiveMinutes, 'fiveMinutes'), slots.hours, 'hours');
}

/** In each slot of a tier the finer ones, unless something of it is in the coarser one alone. */
function finerOf(finer: readonly TierSlot[], coarser: readonly StoredSlot[], tier: Tier): TierSlot[] {
  const startOf = ({ at }: StoredSlot): Instant => Math.floor(at / slotWidths[tier]) * slotWidths[tier];
  const inside = Map.groupBy(finer, startOf);
  const whole = new Map(coarser.map((slot) => [slot.at, slot]));
  const starts = [...new Set([...inside.keys(), ...whole.keys()])].sort((a, b) => a - b);
  return starts.flatMap((start) => {
    const [parts = [], slot] = [inside.get(start), whole.get(start)];
    return slot === undefined || holdsAll(parts, slot) ? parts : [{ ...slot, tier }];
  });
}

function holdsAll(parts: readonly StoredSlot[], { buckets }: StoredSlot): boolean {
  return [...buckets].every(([id, { samples }]) => {
    const held = parts.reduce((sum, part) => sum + (part.buckets.get(id)?.samples ?? 0), 0);
    return held >= samples;
  });
}

/** True for a metric of which the newest sample stands for a slot: a total, a sum so far, or what covers the hour before it. */
export function isNewestValue(id: MetricId): boolean {
  const { combine, isTrailing } = metric(id);
  return isTrailing === true || combine === 'last' || combine === 'sum';
}

/** Digits of a mean: so many that a spreadsheet loses none, and so few that a mean made again from it is the same. */
const digitsOfMean = 12;

/** The value that stands for a slot: of some metrics the newest sample, of the others the mean. */
export function valueOfSlot(id: MetricId, { samples, min, max, last, mean }: Bucket): number {
  if (samples === 1 || isNewestValue(id)) return last;
  const value = Number.isInteger(mean) ? mean : Number(mean.toPrecision(digitsOfMean));
  return Math.min(max, Math.max(min, value));
}
