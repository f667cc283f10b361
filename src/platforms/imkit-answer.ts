// What IMKit's answers look like, and what their numbers mean as metrics.
import { z } from 'zod';
import type { Instant } from '../clock.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { Snapshot } from '../metrics/sample.ts';
import { given, plausibleCount, wireNumber } from './fields.ts';
import type { ChosenWindow } from './imkit-window.ts';

/** A field of the wrong type is unknown; it must not cost us the others. */
const time = z.union([z.number(), z.string()]).optional().catch(undefined);
/** `countList` has put the length in the list's place; a server that writes the name with escapes sends the list itself. */
const listLength = z
  .union([z.number(), z.array(z.unknown()).transform((list) => list.length)])
  .optional()
  .catch(undefined);

/** The answer of `/admin/stats`. Names only what is used: `apiKey` and `clientKey`, which the answer repeats, end here. */
export const StatsAnswer = z.object({
  RC: z.union([z.number(), z.string()]).nullish(),
  error: z.unknown().optional(),
  retryAfter: z.unknown().optional(),
  result: z
    .object({
      startTime: time,
      endTime: time,
      start: time,
      end: time,
      userList: listLength,
      roomCount: wireNumber,
      totalRoomCount: wireNumber,
      messageCount: wireNumber,
      peakConnectionCount: wireNumber,
      totalMem: wireNumber,
      freeMem: wireNumber,
    })
    .nullish(),
});

/** The answer of `/admin/connection-count`. */
export const CountAnswer = z.object({
  RC: z.union([z.number(), z.string()]).nullish(),
  error: z.unknown().optional(),
  retryAfter: z.unknown().optional(),
  result: z.object({ count: wireNumber }).nullish(),
});

/** The part of the report that is used. */
export type Stats = NonNullable<z.infer<typeof StatsAnswer>['result']>;

/** One poll, read and judged. */
interface Understood {
  readonly stats: Stats;
  readonly current: number | undefined;
  readonly window: ChosenWindow;
  readonly polledAt: Instant;
  readonly severalHosts: boolean;
}

/** What a poll says, in our metrics. */
export function toSnapshot({ stats, current, window, polledAt, severalHosts }: Understood): Snapshot {
  const memory = readMemory(stats);
  const values: MetricValues = {
    ...given('users.active', plausibleCount(stats.userList)),
    ...given('messages.sent', plausibleCount(stats.messageCount)),
    ...given('rooms.active', plausibleCount(stats.roomCount)),
    ...given('rooms.total', plausibleCount(stats.totalRoomCount)),
    ...given('connections.peak', plausibleCount(stats.peakConnectionCount)),
    ...given('connections.current', current),
    ...memory.values,
  };
  const notes = [...memory.notes];
  if (severalHosts) {
    notes.push('The answers come from more than one host: total memory changes between polls, so free memory may too.');
  }
  if (window.clockOff !== undefined) notes.push("The server's clock is more than a day away from ours.");
  return { polledAt, window: { from: window.from, to: window.to }, values, notes };
}

/** No host has an exbibyte. */
const largestMemory = 2 ** 60;

/** Memory in bytes, with the free share; numbers that cannot be are unknown, and a note says so. */
function readMemory(stats: Stats): { values: MetricValues; notes: readonly string[] } {
  const plausible = (value: number | undefined): boolean => value !== undefined && value >= 0 && value <= largestMemory;
  const total = plausible(stats.totalMem) && stats.totalMem !== 0 ? stats.totalMem : undefined;
  const free = plausible(stats.freeMem) && (stats.freeMem ?? 0) <= (total ?? largestMemory) ? stats.freeMem : undefined;
  const odd =
    (stats.totalMem !== undefined && total === undefined) || (stats.freeMem !== undefined && free === undefined);
  return {
    values: {
      ...given('memory.free', free),
      ...given('memory.total', total),
      ...given('memory.free_ratio', free === undefined || total === undefined ? undefined : free / total),
    },
    notes: odd ? ['The server reported an impossible amount of memory, which is left out.'] : [],
  };
}
