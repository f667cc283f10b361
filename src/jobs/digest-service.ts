// Digests on demand: send one now, preview one, list the next runs.
import { minute } from '../clock.ts';
import { retryConflicts } from '../concurrency.ts';
import { ConcurrentChangeError } from '../errors.ts';
import { digestPeriod } from '../reports/digest-period.ts';
import type { Report } from '../reports/report.ts';
import type { DigestNow, DigestSchedule, DigestService } from '../service-types.ts';
import type { DigestRun } from '../store/store.ts';
import { addMessage, buildDigest, type DigestSources, nextDigest } from './digest-run.ts';
import type { JobsDeps } from './job.ts';

/** What digests on demand need. */
export type DigestServiceDeps = Pick<JobsDeps, 'clock' | 'logger' | 'owner' | 'store' | 'live'> &
  DigestSources & { readonly wake: () => void };

/** The schedule id of runs on demand, which are separate from those of the schedule. */
const onDemand = (schedule: DigestSchedule): string => `now:${schedule.id}`;

/** The service for Slack; every method rejects with `StoreError` only. */
export function createDigestService(deps: DigestServiceDeps): DigestService {
  const find = (id: string): DigestSchedule | undefined => deps.live.digests.find((schedule) => schedule.id === id);
  return {
    get schedules() {
      return deps.live.digests;
    },
    now: (id) =>
      retryConflicts(async () => {
        const schedule = find(id);
        return schedule === undefined ? undefined : sendNow(schedule, deps);
      }),
    preview: async (id) => {
      const schedule = find(id);
      return schedule === undefined ? undefined : build(schedule, 'preview', deps);
    },
    nextRuns: () => deps.live.digests.map((schedule) => ({ schedule, at: nextDigest(schedule, deps.clock.now()) })),
  };
}

async function build(
  schedule: DigestSchedule,
  mode: 'preview' | 'on demand',
  deps: DigestServiceDeps,
): Promise<Report> {
  const of = digestPeriod(schedule.period, deps.clock.now(), schedule.timezone);
  return buildDigest(schedule, { of, mode, dueAt: undefined, skipped: [] }, deps);
}

/** Sends at most one digest of a schedule within a minute, whoever requests it. Rejects with `ConcurrentChangeError` too. */
async function sendNow(schedule: DigestSchedule, deps: DigestServiceDeps): Promise<DigestNow> {
  const { version } = deps.live;
  const already: DigestNow = { state: 'already', channel: schedule.channel };
  if (await wasJustSent(schedule, deps)) return already;
  const report = await build(schedule, 'on demand', deps);
  const now = deps.clock.now();
  const run: DigestRun = {
    schedule: onDemand(schedule),
    period: String(Math.floor(now / minute)),
    dueAt: now,
    state: 'queued',
    finishedAt: now,
  };
  const isMine = await deps.store.transaction(async (tx) => {
    if (deps.live.version !== version)
      throw new ConcurrentChangeError('The configuration was changed at the same time.');
    if (await wasJustSent(schedule, { ...deps, store: tx })) return false;
    if (!(await tx.digests.claim(run, deps.owner, now, minute))) return false;
    return addMessage(tx, { schedule, run, report }, now);
  });
  if (!isMine) return already;
  deps.wake();
  deps.logger.info('digest asked for', { digest: schedule.id });
  return { state: 'queued', channel: schedule.channel };
}

async function wasJustSent(
  schedule: DigestSchedule,
  deps: Pick<DigestServiceDeps, 'clock' | 'store'>,
): Promise<boolean> {
  const [last] = await deps.store.digests.recent(onDemand(schedule), 1);
  const age = last === undefined ? undefined : deps.clock.now() - last.dueAt;
  return age !== undefined && age >= 0 && age < minute;
}
