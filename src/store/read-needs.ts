// Reads the stretches of samples that a report needs.

import { inTurns } from '../in-turns.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import type { BucketRead } from '../reports/readings.ts';
import type { Samples } from './store.ts';

/** In turns, because SQLite lets nothing else run, and a year of several metrics takes longer than anybody should wait for an acknowledgement. */
export function readNeeds(
  samples: Pick<Samples, 'read'>,
  app: string,
  needs: readonly BucketNeed[],
): Promise<BucketRead[]> {
  return inTurns(needs, async (need) => {
    return { need, buckets: await samples.read(app, need.metric, need.tier, need.from, need.to) };
  });
}
