// Says so when a digest does not go out: nobody notices the absence of a message by themselves.
import { type Duration, day, hour, type Instant } from '../clock.ts';
import { formatMoment } from '../metrics/format.ts';
import type { DigestSchedule } from '../service-types.ts';
import type { DigestRun } from '../store/store.ts';
import { streamOf } from './digest-queue.ts';
import type { JobsDeps } from './job.ts';
import type { Troubles } from './troubles.ts';

/** A digest that is neither sent nor skipped so long after its time is missing. */
export const missingAfter: Duration = 3 * hour;

/** What the watchdog looks at and speaks through. */
export type WatchDeps = Pick<JobsDeps, 'store' | 'fallbackChannel' | 'logger'> & {
  readonly troubles: Troubles;
  readonly wake: () => void;
  readonly now: Instant;
};

/** One line in the fallback channel (or the digest's own) and in health, once for each run. */
export async function watchDigest(
  schedule: DigestSchedule,
  runs: readonly DigestRun[],
  deps: WatchDeps,
): Promise<void> {
  const { now, store, troubles, logger } = deps;
  for (const run of runs) {
    const age = now - run.dueAt;
    if (run.state === 'sent' || run.state === 'skipped' || age < missingAfter || age > 2 * day) continue;
    const words = missingWords(schedule, run, now);
    troubles.add(`digest ${schedule.id}`, words);
    const stream = `${streamOf(run)}:missing`;
    const isNew = await store.outbox.add({
      key: stream,
      stream,
      lane: 'slack',
      seq: 1,
      channel: deps.fallbackChannel ?? schedule.channel,
      operation: 'reply',
      broadcast: false,
      message: { kind: 'line', text: words, mentions: [] },
      causedAt: undefined,
      createdAt: now,
      notBefore: now,
    });
    if (!isNew) continue;
    logger.error('digest missing', { digest: schedule.id, period: run.period, state: run.state });
    deps.wake();
  }
}

const states: Readonly<Record<DigestRun['state'], string>> = {
  collecting: 'its numbers are still being gathered',
  queued: 'Slack has not taken it yet',
  failed: 'Slack did not take it',
  sent: 'it was sent',
  skipped: 'it was skipped',
};

function missingWords(schedule: DigestSchedule, run: DigestRun, now: Instant): string {
  const due = formatMoment(run.dueAt, schedule.timezone, now);
  return `The digest ${schedule.id} of ${run.period} did not go out: it was due ${due}, and ${states[run.state]}. /imstats health says more.`;
}
