// What every store must do, whatever it is made of: a second kind of store passes the same tests.
import { describe } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { describeAlerts } from './contract-alerts.ts';
import { describeApps } from './contract-apps.ts';
import { describeDaily } from './contract-daily.ts';
import { describeDigests } from './contract-digests.ts';
import { describeHistories } from './contract-histories.ts';
import { describeHourly } from './contract-hourly.ts';
import { describeImported } from './contract-imported.ts';
import { describeOutbox } from './contract-outbox.ts';
import { describePrune } from './contract-prune.ts';
import { describeSamples } from './contract-samples.ts';
import { describeSettings } from './contract-settings.ts';
import { describeTransactions } from './contract-transactions.ts';

/** A fresh, empty store. `execute` runs SQL behind its back, as another program would; `reopen` starts it again. */
interface TestStore {
  readonly store: Store;
  readonly clock: FakeClock;
  /** What the store logged as errors. */
  readonly errors: readonly string[];
  execute(sql: string): Promise<void>;
  reopen(): Promise<Store>;
}

export type OpenTestStore = () => Promise<TestStore>;

export function describeStore(name: string, open: OpenTestStore): void {
  describe(name, () => {
    describeSamples(open);
    describeDaily(open);
    describeHourly(open);
    describeImported(open);
    describeApps(open);
    describeAlerts(open);
    describeOutbox(open);
    describeDigests(open);
    describeHistories(open);
    describeSettings(open);
    describeTransactions(open);
    describePrune(open);
  });
}
