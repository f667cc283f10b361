// The job of digests: claims the runs that are due, builds and queues each, and reports one that does not arrive.
import { createHeartbeat, type Duration, day, hour, type Instant, second } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import { hasDays } from '../metrics/capabilities.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { SkippedRun } from '../reports/digest.ts';
import { digestPeriod } from '../reports/digest-period.ts';
import type { digestPhrases } from '../reports/digest-phrases.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { DigestSchedule, Job, LiveConfig, Problems } from '../service-types.ts';
import { beforeStart, digestStream, isBeforeStart } from '../store/digest-runs.ts';
import type { DigestRun } from '../store/store.ts';
import {
  buildDigest,
  type DigestSources,
  dueDigest,
  isLate,
  latestStart,
  mostMissed,
  newestRun,
  queueDigest,
} from './digest-run.ts';
import type { JobsDeps } from './job.ts';
import type { Scheduler } from './scheduler.ts';

const say = phrasesOf<typeof digestPhrases & typeof healthPhrases>();

/** A digest that is neither sent nor skipped so long after its time counts as missing. */
export const missingAfter: Duration = 3 * hour;

/** What the watch over missing digests works with. */
export type WatchDeps = Pick<JobsDeps, 'store' | 'logger'> & {
  readonly live: Pick<LiveConfig, 'fallbackChannel'>;
  readonly problems: Problems;
  readonly wake: () => void;
  readonly now: Instant;
};

/** What a problem of a digest is about. */
const aboutDigest = (id: string): Phrase => say('problem.digest', { digest: id });

/** Reports each missing run once in the fallback channel (or the digest's own), and in health. */
export async function watchDigest(
  schedule: DigestSchedule,
  runs: readonly DigestRun[],
  deps: WatchDeps,
): Promise<void> {
  const { now, store, problems, logger } = deps;
  for (const run of runs) {
    const age = now - run.dueAt;
    if (run.state === 'sent' || run.state === 'skipped' || age < missingAfter || age > 2 * day) continue;
    const { id, timezone: zone } = schedule;
    const text = say('digest.notOut', { id, period: run.period, dueAt: run.dueAt, zone, now, state: run.state });
    problems.add(aboutDigest(schedule.id), text);
    const stream = `${digestStream(run)}:missing`;
    const isNew = await store.outbox.add({
      key: stream,
      stream,
      lane: 'slack',
      seq: 1,
      channel: deps.live.fallbackChannel ?? schedule.channel,
      operation: 'reply',
      broadcast: false,
      message: { kind: 'line', text, mentions: [] },
      causedAt: undefined,
      createdAt: now,
      notBefore: now,
    });
    if (!isNew) continue;
    logger.error('digest missing', { digest: schedule.id, period: run.period, state: run.state });
    deps.wake();
  }
}

/** How long a digest waits for daily statistics that a platform provides late. */
export const waitForDays: Duration = 2 * hour;
const lease: Duration = 60 * second;
const checkInterval: Duration = 30 * second;

/** What the job of the digests works with. */
export type DigestDeps = Pick<JobsDeps, 'clock' | 'logger' | 'telemetry' | 'owner' | 'store' | 'live'> &
  DigestSources & {
    readonly problems: Problems;
    readonly scheduler: Scheduler;
    /** Rows were added to the outbox: the delivery leases at once. */
    readonly wake: () => void;
    /** Fetches the newest days of an app. Never rejects. */
    readonly refresh: (app: string) => Promise<void>;
  };

/** A heartbeat compares the wall clock with what is due, so that no digest is left out; the scheduler makes them punctual. */
export function createDigests(deps: DigestDeps): Job {
  const running = createBackgroundTasks('digest', deps);
  const busy = new Set<string>();
  let planned: readonly string[] = [];
  const check = (id: string): Promise<void> => {
    const schedule = deps.live.digests.find((one) => one.id === id);
    if (schedule === undefined) return Promise.resolve();
    if (busy.has(schedule.id)) return Promise.resolve();
    busy.add(schedule.id);
    return running.add(() => runSchedule(schedule, deps).finally(() => busy.delete(schedule.id)));
  };
  const heartbeat = createHeartbeat(deps.clock, checkInterval, () => {
    for (const { id } of deps.live.digests) void check(id);
  });
  const plan = (): void => {
    const before = planned;
    for (const id of before) deps.scheduler.remove(id);
    planned = deps.live.digests.map(({ id, cron, timezone }) => {
      deps.scheduler.add({ name: id, cron, zone: timezone, run: () => check(id) });
      return id;
    });
    for (const id of before) if (!planned.includes(id)) deps.problems.clear(aboutDigest(id));
  };
  let endOfListening = (): void => {};
  return {
    name: 'digest',
    start: () => {
      plan();
      endOfListening = deps.live.onChange(plan);
      heartbeat.start();
    },
    stop: async () => {
      endOfListening();
      heartbeat.stop();
      await running.ended();
    },
  };
}

/** A check of a schedule. What it saves is saved only while the configuration is the one that it has begun with. */
type CheckDeps = DigestDeps & { readonly isCurrent: () => boolean };

/** Claims what is due of a schedule, goes on with the runs that are not queued yet, and watches for those that are missing. */
export async function runSchedule(schedule: DigestSchedule, deps: DigestDeps): Promise<void> {
  const { clock, store, live } = deps;
  const { version } = live;
  // After a change the next check begins anew, if there still is such a digest.
  const checking = { ...deps, isCurrent: () => live.version === version };
  await begin(schedule, checking);
  for (const run of await store.digests.recent(schedule.id, 10)) {
    if (run.state === 'collecting') await collect(schedule, run, checking);
  }
  await watchDigest(schedule, await store.digests.recent(schedule.id, 10), { ...deps, now: clock.now() });
}

/** Claims the run that is due and records those that were missed as skipped. */
async function begin(schedule: DigestSchedule, deps: CheckDeps): Promise<void> {
  const { clock, store, logger } = deps;
  const now = clock.now();
  // A run in the future comes from a clock that was wrong; it must not hold back the real ones.
  const known = (await store.digests.recent(schedule.id, 10)).find((run) => run.dueAt <= now);
  if (known === undefined) return recordNewest(schedule, deps);
  const due = dueDigest(schedule, now, known);
  if (due.state === 'nothing') return;
  for (const missed of due.missed) await skip(schedule, { period: missed.of.key, dueAt: missed.dueAt }, deps);
  if (due.state === 'skip') return skip(schedule, { period: due.of.key, dueAt: due.dueAt }, deps);
  const run: DigestRun = { schedule: schedule.id, period: due.of.key, dueAt: due.dueAt, state: 'collecting' };
  if (await claim(run, deps)) logger.info('digest begins', { digest: schedule.id, period: run.period });
}

/** False when another process holds the run, when it is done, and when the configuration has changed. */
function claim(run: DigestRun, { clock, store, owner, isCurrent }: CheckDeps): Promise<boolean> {
  return store.transaction(async (tx) => isCurrent() && tx.digests.claim(run, owner, clock.now(), lease));
}

/** Changes a run that may have been skipped meanwhile, because its digest was removed. */
async function finish(run: DigestRun, { store, isCurrent }: CheckDeps): Promise<void> {
  await store.transaction(async (tx) => {
    if (isCurrent()) await tx.digests.finish(run);
  });
}

/** A new schedule begins with its next time, so the one before is recorded as skipped. */
async function recordNewest(schedule: DigestSchedule, deps: CheckDeps): Promise<void> {
  const now = deps.clock.now();
  const { of, dueAt } = newestRun(schedule, now);
  const run: DigestRun = { schedule: schedule.id, period: of.key, dueAt, state: 'skipped', reason: beforeStart };
  await claim({ ...run, finishedAt: now }, deps);
}

const missedReason = say('digest.notRunning');

async function skip(
  schedule: DigestSchedule,
  run: { readonly period: string; readonly dueAt: Instant },
  deps: CheckDeps,
): Promise<void> {
  const finishedAt = deps.clock.now();
  const skipped: DigestRun = { schedule: schedule.id, ...run, state: 'skipped', reason: missedReason, finishedAt };
  if (!(await claim(skipped, deps))) return;
  deps.logger.warn('digest skipped', { digest: schedule.id, period: run.period, reason: missedReason.kind });
}

/** Waits for late daily statistics, then builds the digest and puts it into the outbox. */
async function collect(schedule: DigestSchedule, run: DigestRun, deps: CheckDeps): Promise<void> {
  const { clock } = deps;
  if (!(await claim(run, deps))) return;
  if (clock.now() - run.dueAt > latestStart)
    return finish({ ...run, state: 'skipped', reason: missedReason, finishedAt: clock.now() }, deps);
  const of = digestPeriod(schedule.period, run.dueAt, schedule.timezone);
  if (clock.now() < run.dueAt + waitForDays && !(await daysAreThere(schedule, of.dates.to, deps))) {
    if (run.reason === undefined) await finish({ ...run, reason: say('digest.waitsForDays') }, deps);
    return;
  }
  const skipped = await skippedBefore(schedule, run, deps);
  const mode = isLate(run, clock.now()) ? 'late' : 'scheduled';
  const report = await buildDigest(schedule, { of, mode, dueAt: run.dueAt, skipped }, deps);
  await queueDigest({ schedule, run, report }, deps);
}

/** True when the last day of the period is stored as complete for every app whose platform reports days. Fetches it where it is not. */
async function daysAreThere(schedule: DigestSchedule, date: string, deps: DigestDeps): Promise<boolean> {
  if (schedule.period === 'hour') return true;
  let isThere = true;
  for (const id of schedule.apps) {
    const app = deps.live.apps.find((one) => one.id === id);
    if (app === undefined || !hasDays(app)) continue;
    const [stored] = await deps.store.daily.read(id, date, date);
    if (stored?.complete === true) continue;
    await deps.refresh(id);
    const [fetched] = await deps.store.daily.read(id, date, date);
    isThere = isThere && fetched?.complete === true;
  }
  return isThere;
}

/** Runs that were skipped or failed since the last one that was sent. */
async function skippedBefore(schedule: DigestSchedule, run: DigestRun, { store }: DigestDeps): Promise<SkippedRun[]> {
  const earlier = (await store.digests.recent(schedule.id, mostMissed + 10)).filter((other) => other.dueAt < run.dueAt);
  const lastSent = earlier.findIndex((other) => other.state === 'sent' || other.state === 'queued');
  const since = lastSent < 0 ? earlier : earlier.slice(0, lastSent);
  return since
    .filter((other) => (other.state === 'skipped' || other.state === 'failed') && !isBeforeStart(other))
    .map(({ dueAt, reason }) => ({
      of: digestPeriod(schedule.period, dueAt, schedule.timezone),
      reason: reason ?? say('digest.notSent'),
    }))
    .reverse();
}
