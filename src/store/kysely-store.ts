// Assembles the store on one connection, with the state of polls.
import { StoreError } from '../errors.ts';
import { Phrase } from '../metrics/phrase.ts';
import type { PollHealth } from '../metrics/sample.ts';
import { createAlerts } from './alerts.ts';
import { createApps } from './app-names.ts';
import { type Context, within } from './connection.ts';
import { createDailyStatistics } from './daily-statistics.ts';
import { createDigestRuns } from './digest-runs.ts';
import { createHistories } from './history-days.ts';
import { createHourlyStatistics } from './hourly-statistics.ts';
import { fillSlots } from './imported-slots.ts';
import { createOutboxQueue } from './outbox-queue.ts';
import { createRoots } from './outbox-rows.ts';
import { prune } from './prune.ts';
import { createSamples } from './samples.ts';
import { createSettings } from './settings.ts';
import type { Store } from './store.ts';
import { parsePhrase, toStored, withoutNulls } from './stored-json.ts';
import { readSlots } from './stored-slots.ts';

export function createPolls({ db }: Context): Pick<Store, 'polls' | 'savePoll'> {
  return {
    polls: async () => {
      const rows = await db.selectFrom('poll').selectAll().orderBy('app').execute();
      return rows.map(({ reason, ...row }): PollHealth => {
        return { ...withoutNulls(row), ...(reason === null ? {} : { reason: parsePhrase(reason) }) };
      });
    },
    savePoll: async ({ app, lastTriedAt, failures, lastGoodAt = null, reason }) => {
      const stored = reason === undefined ? null : toStored(Phrase, reason);
      const columns = { lastTriedAt, lastGoodAt, failures, reason: stored };
      await db
        .insertInto('poll')
        .values({ app, ...columns })
        .onConflict((conflict) => conflict.column('app').doUpdateSet(columns))
        .execute();
    },
  };
}

/** `close` closes the whole store; the store of a transaction rejects it. Each part is made when it is first used: a transaction uses few. */
export function assembleStore(context: Context, close: () => Promise<void>): Store {
  const part = <Part>(make: (context: Context) => Part): (() => Part) => {
    let made: Part | undefined;
    return () => (made ??= make(context));
  };
  const samples = part((given): Store['samples'] => ({
    ...createSamples(given),
    slots: (app, tier, from, to) => readSlots(given, { app, tier, from, to }),
    fill: (app, slots) => fillSlots(given, app, slots),
  }));
  const daily = part(createDailyStatistics);
  const hourly = part(createHourlyStatistics);
  const apps = part(createApps);
  const alerts = part(createAlerts);
  const outbox = part((given) => ({ ...createOutboxQueue(given), ...createRoots(given) }));
  const digests = part(createDigestRuns);
  const histories = part(createHistories);
  const settings = part(createSettings);
  return {
    get samples() {
      return samples();
    },
    get daily() {
      return daily();
    },
    get hourly() {
      return hourly();
    },
    get apps() {
      return apps();
    },
    get alerts() {
      return alerts();
    },
    get outbox() {
      return outbox();
    },
    get digests() {
      return digests();
    },
    get histories() {
      return histories();
    },
    get settings() {
      return settings();
    },
    ...createPolls(context),
    transaction: (work) =>
      context.atomically((connection) => work(assembleStore(within(context, connection), refuseToClose))),
    prune: (now, retention) => prune(context, now, retention),
    condition: () => ({}),
    close,
  };
}

async function refuseToClose(): Promise<void> {
  throw new StoreError('A transaction cannot close the store that it runs in.');
}
