// What the bot of the demo had posted before it started: the digest of the day before yesterday.
import { day, type Instant, minute } from '../clock.ts';
import { newestRun } from '../jobs/due.ts';
import type { DigestSchedule } from '../services.ts';
import type { Store } from '../store/store.ts';

/** The digest before the one that is due went out: a schedule without a past would begin with its next time. */
export async function writeSentDigests(
  store: Store,
  schedules: readonly DigestSchedule[],
  now: Instant,
): Promise<void> {
  for (const schedule of schedules) {
    const { of, dueAt } = newestRun(schedule, now - day);
    const run = { schedule: schedule.id, period: of.key, dueAt, state: 'sent', finishedAt: dueAt } as const;
    await store.digests.claim(run, 'past', now, minute);
  }
}
