// What every part of the store works with.
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Connection } from './connection.ts';
import type { MetricCodes } from './metric-codes.ts';

export interface Context extends Connection {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly codes: MetricCodes;
  /** Gives space that was freed back to the disk, a bounded piece at a time; undefined where nobody needs to. */
  readonly reclaim: (() => Promise<void>) | undefined;
}

/** The same within a transaction of `context`. */
export function within(context: Context, connection: Connection): Context {
  return { ...context, ...connection, reclaim: undefined };
}
