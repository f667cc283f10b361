// Puts a digest into the outbox, together with the state of its run.
import { hour, type Instant } from '../clock.ts';
import type { Report } from '../reports/report.ts';
import type { DigestSchedule } from '../service-types.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { DigestRun, Store } from '../store/store.ts';
import { lateFrom } from './due.ts';
import type { JobsDeps } from './job.ts';

/** The stream of a run, which is also the key of its message. */
export function streamOf(run: Pick<DigestRun, 'schedule' | 'period'>): string {
  return `digest:${run.schedule}:${run.period}`;
}

/** Later than its time. A run that waits for the days of a platform has a reason, and is not late for that. */
export function isLate(run: DigestRun, now: Instant): boolean {
  const late = now - run.dueAt;
  return late > (run.reason === undefined ? lateFrom : 2 * hour + lateFrom);
}

/** A digest that is ready to be told. */
export interface Queued {
  readonly schedule: Pick<DigestSchedule, 'channel'>;
  readonly run: DigestRun;
  readonly report: Report;
}

/** The message and the state of the run in one transaction. A message that is there already stays as it is. */
export async function queueDigest(
  { schedule, run, report }: Queued,
  deps: Pick<JobsDeps, 'clock' | 'store'> & { readonly wake: () => void },
): Promise<void> {
  const now = deps.clock.now();
  await deps.store.transaction(async (tx) => {
    await addMessage(tx, { schedule, run, report }, now);
    await tx.digests.finish({ schedule: run.schedule, period: run.period, dueAt: run.dueAt, state: 'queued' });
  });
  deps.wake();
}

/** `tx` is the store within a transaction. False when the message was there already. */
export async function addMessage(tx: Store, { schedule, run, report }: Queued, now: number): Promise<boolean> {
  const stream = streamOf(run);
  const row: NewOutboxRow = {
    key: stream,
    stream,
    lane: 'slack',
    seq: 1,
    channel: schedule.channel,
    operation: 'post',
    broadcast: false,
    message: { kind: 'report', report, mentions: [] },
    causedAt: undefined,
    createdAt: now,
    notBefore: now,
  };
  const isNew = await tx.outbox.add(row);
  if (report.sections.some((section) => section.charts.length > 0)) {
    const picture = { lane: 'picture', seq: 2, operation: 'picture', message: { kind: 'picture' } } as const;
    await tx.outbox.add({ ...row, ...picture, key: `${stream}:picture` });
  }
  return isNew;
}
