// Puts the parts of a store together over one connection. Knows no database in particular.
import { StoreError } from '../errors.ts';
import { createAlerts } from './alerts.ts';
import { type Context, within } from './context.ts';
import { createDaily } from './daily.ts';
import { createDigests } from './digests.ts';
import { createOutboxQueue } from './outbox-queue.ts';
import { createPolls } from './polls.ts';
import { prune } from './prune.ts';
import { createRoots } from './roots.ts';
import { createSamples } from './samples.ts';
import type { Store } from './store.ts';

/** `close` ends the store as a whole; within a transaction it is refused. */
export function assembleStore(context: Context, close: () => Promise<void>): Store {
  return {
    samples: createSamples(context),
    daily: createDaily(context),
    alerts: createAlerts(context),
    outbox: { ...createOutboxQueue(context), ...createRoots(context) },
    digests: createDigests(context),
    ...createPolls(context),
    transaction: (work) =>
      context.atomically((connection) => work(assembleStore(within(context, connection), refuseToClose))),
    prune: (now, retention) => prune(context, now, retention),
    close,
  };
}

async function refuseToClose(): Promise<void> {
  throw new StoreError('A transaction cannot close the store that it runs in.');
}
