// Counts of message histories on a real store and the sample vendor, and the vendor's own counts to hold them against.
import { type Clock, minute, systemClock } from '../../src/clock.ts';
import { createSampleMessages, type SampleMessage } from '../../src/demo/platforms/sample-messages.ts';
import { type SamplePlatforms, startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import type { HistoryRequest } from '../../src/history-service.ts';
import { createHistoryJob, type HistoryJob } from '../../src/jobs/history.ts';
import { silentLogger } from '../../src/logger.ts';
import type { HistoryScope } from '../../src/metrics/message-history.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { borrowed } from '../platforms/server.ts';
import { china } from '../support/sample-app.ts';

/** Stands still, and its timers run on real time. */
export const stillClock = (at: number): Clock => ({ now: () => at, after: systemClock.after });

export interface HistoryWorld {
  readonly store: Store;
  readonly sample: SamplePlatforms;
  /** Jobs that were never asked anything, with calls left. */
  open(platform?: Platform): HistoryJob;
}

export async function startHistoryWorld(clock: Clock, undo: (() => unknown)[], seed = 1): Promise<HistoryWorld> {
  const sample = await startSamplePlatforms({ clock, seed });
  undo.push(() => sample.stop());
  const store = await openSqlite(':memory:', { clock, logger: silentLogger });
  undo.push(() => store.close());
  const { url, appKey, masterSecret } = sample.jmessage;
  const vendor = (): Platform =>
    jmessage.open({ ...borrowed(clock), app: china, access: { url, appKey, masterSecret } });
  return {
    store,
    sample,
    open: (platform = vendor()) =>
      createHistoryJob({
        clock,
        store,
        logger: silentLogger,
        telemetry: createTelemetry(),
        owner: 'test',
        platforms: { get: () => platform },
      }),
  };
}

export const request = (
  scope: HistoryScope,
  from: number,
  to: number,
  over: Partial<HistoryRequest> = {},
): HistoryRequest => ({
  app: china,
  scope,
  from,
  to,
  actor: 'U1',
  showsPeople: scope.of !== 'all',
  isAgreed: false,
  isAnew: false,
  ...over,
});

/** The messages of the sample vendor from `from` to before `to`, as it made them. */
export function vendorMessages(scope: HistoryScope, from: number, to: number, seed = 1): SampleMessage[] {
  const messages = createSampleMessages(seed);
  const found: SampleMessage[] = [];
  let last = 0;
  for (let index = Math.floor(from / minute); index * minute < to; index += 1) {
    for (const message of messages.messagesOf(index)) {
      last = Math.max(message.at, last + 1);
      if (last >= from && last < to && isOf(scope, message)) found.push({ ...message, at: last });
    }
  }
  return found;
}

function isOf(scope: HistoryScope, { target, targetId, from }: SampleMessage): boolean {
  if (scope.of === 'all') return true;
  if (scope.of === 'user') return from === scope.name || (target === 'single' && targetId === scope.name);
  return target === (scope.of === 'group' ? 'group' : 'chatroom') && targetId === scope.id;
}
