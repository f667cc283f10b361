// Reads the stretches of samples that a report needs, and lets whatever waits run between them.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BucketNeed, BucketRead } from '../reports/readings.ts';
import type { Samples } from './store.ts';

/** One after the other: SQLite answers at once, and a year of several metrics takes longer than anybody should wait for an acknowledgement. */
export async function readNeeds(
  samples: Pick<Samples, 'read'>,
  app: string,
  needs: readonly BucketNeed[],
): Promise<BucketRead[]> {
  const reads: BucketRead[] = [];
  for (const need of needs) {
    if (reads.length > 0) await nextTurn();
    reads.push({ need, buckets: await samples.read(app, need.metric, need.tier, need.from, need.to) });
  }
  return reads;
}
