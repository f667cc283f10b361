// Fetches the statistics of platforms that report days: once the missing days that the platform keeps, then the newest ones each hour.
import type { ImApp } from '../app.ts';
import { type Duration, hour, type Instant, minute, withTimeout } from '../clock.ts';
import { PlatformError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import { daysInDetail, type Platform } from '../platforms/platform.ts';
import { errorOf } from '../platforms/platform-error.ts';
import type { platformPhrases } from '../platforms/platform-phrases.ts';
import type { Job } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { addDays, daysBetween, type LocalDate, localDate } from '../time-zone.ts';
import type { JobsDeps } from './job.ts';
import { createAppRunner, type IntervalResult, type IntervalTask } from './timers.ts';

const say = phrasesOf<typeof platformPhrases>();

/** The newest days, which the platform may still correct. */
const openDays = 3;
/** The interval of fetches, which is shorter until yesterday is complete. */
const completeInterval: Duration = hour;
const incompleteInterval: Duration = 15 * minute;
const limit: Duration = 5 * minute;

/** What the job needs. */
export type DailyStatisticsDeps = Pick<
  JobsDeps,
  'clock' | 'logger' | 'telemetry' | 'random' | 'store' | 'live' | 'platforms'
>;

/** The job, with what digests need of it. */
export interface DailyStatisticsJob extends Job {
  /** Fetches the newest days of an app now, unless that was done within the last minute. Never rejects. */
  refresh(app: string): Promise<void>;
  /** When the newest whole day of an app was first seen complete, as far as this process knows. */
  completeAt(app: string, date: LocalDate): Instant | undefined;
  /** Notes on the platform's newest days, such as the source of their counts. */
  notesOf(app: string): readonly Phrase[];
}

/** The days of one app, for as long as its platform stays the same. */
interface AppDays {
  readonly app: ImApp;
  readonly platform: Platform;
  /** False once the app is gone or its platform was opened anew: what it has answered is then not saved. */
  readonly isWatched: () => boolean;
  /** First days of the slices that were requested. */
  readonly requested: Set<LocalDate>;
  readonly completeAt: Map<LocalDate, Instant>;
  refreshedAt: Instant;
  notes: readonly Phrase[];
  failed: string | undefined;
}

/** Apps whose platform reports no days are skipped. */
export function createDailyJob(deps: DailyStatisticsDeps): DailyStatisticsJob {
  const name = 'daily';
  const all = new Map<string, AppDays>();
  const runner = createAppRunner(
    (app, platform) => {
      all.delete(app.id);
      if (platform.daily === undefined) return undefined;
      const days = createDays(app, platform, deps);
      all.set(app.id, days);
      return taskOf(days, deps);
    },
    { ...deps, name },
  );
  const find = (id: string): AppDays | undefined => {
    const days = all.get(id);
    return days?.isWatched() === true ? days : undefined;
  };
  return {
    name,
    ...runner,
    completeAt: (id, date) => find(id)?.completeAt.get(date),
    notesOf: (id) => find(id)?.notes ?? [],
    refresh: async (id) => {
      const days = find(id);
      if (days === undefined || Math.abs(deps.clock.now() - days.refreshedAt) < minute) return;
      await guarded(days, deps, () => fetchNewest(days, deps));
    },
  };
}

function createDays(app: ImApp, platform: Platform, { platforms }: DailyStatisticsDeps): AppDays {
  const isWatched = (): boolean => platforms.get(app.id) === platform;
  const nothing = { requested: new Set<LocalDate>(), completeAt: new Map<LocalDate, Instant>(), refreshedAt: 0 };
  return { app, platform, isWatched, ...nothing, notes: [], failed: undefined };
}

function taskOf(days: AppDays, deps: DailyStatisticsDeps): IntervalTask {
  return {
    id: days.app.id,
    every: incompleteInterval,
    run: async (): Promise<IntervalResult> => {
      const isGood = await guarded(days, deps, () => fetchMissing(days, deps));
      const yesterday = addDays(localDate(deps.clock.now(), days.app.timezone), -1);
      const isComplete = days.completeAt.has(yesterday);
      return { failing: !isGood, every: isGood && isComplete ? completeInterval : incompleteInterval };
    },
  };
}

/** Runs the work; logs once when it begins to fail and once when it works again. */
async function guarded(days: AppDays, deps: DailyStatisticsDeps, work: () => Promise<void>): Promise<boolean> {
  const { app } = days;
  try {
    await work();
    if (days.failed !== undefined) deps.logger.info('daily statistics are there again', { app: app.id });
    days.failed = undefined;
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    if (days.failed !== reason) deps.logger.warn('daily statistics failed', { app: app.id, ...fieldsOf(error) });
    days.failed = reason;
    return false;
  }
}

function fieldsOf(error: unknown): ReturnType<typeof errorFields> {
  return error instanceof PlatformError ? { kind: error.kind, reason: error.message } : errorFields(error);
}

/** Every slice of the last two months that is not whole in the store, oldest first, then the newest days. */
async function fetchMissing(days: AppDays, deps: DailyStatisticsDeps): Promise<void> {
  const today = localDate(deps.clock.now(), days.app.timezone);
  const first = addDays(today, 1 - (days.app.capabilities.daysKept ?? openDays));
  const last = addDays(today, -openDays - 1);
  const known = await completeDates(deps.store, days.app, { from: first, to: last });
  for (let from = first; from <= last; from = addDays(from, daysInDetail)) {
    const to = [addDays(from, daysInDetail - 1), last].sort()[0] ?? last;
    const isWhole = Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index)).every(
      (date) => known.has(date),
    );
    // Prevents an hourly request for a day that the platform does not have.
    if (!days.isWatched()) return;
    if (!isWhole && !days.requested.has(from)) await fetchDays(days, { from, to }, deps);
    days.requested.add(from);
  }
  await fetchNewest(days, deps);
}

async function fetchNewest(days: AppDays, deps: DailyStatisticsDeps): Promise<void> {
  const now = deps.clock.now();
  const today = localDate(now, days.app.timezone);
  const from = addDays(today, -openDays);
  days.notes = await fetchDays(days, { from, to: today }, deps);
  days.refreshedAt = now;
  const complete = await completeDates(deps.store, days.app, { from, to: today });
  for (const date of complete) if (!days.completeAt.has(date)) days.completeAt.set(date, now);
}

async function fetchDays(
  { app, platform, isWatched }: AppDays,
  span: { readonly from: LocalDate; readonly to: LocalDate },
  { clock, store }: DailyStatisticsDeps,
): Promise<readonly Phrase[]> {
  const late = (): PlatformError =>
    errorOf('timeout', say('platform.daysLate', { app: app.name, minutes: limit / minute }));
  const answer = await withTimeout(clock, { after: limit, late }, async (signal) => {
    return (await platform.daily?.(span.from, span.to, signal)) ?? { days: [], notes: [] };
  });
  await store.transaction(async (tx) => {
    if (isWatched()) await tx.daily.save(app.id, answer.days);
  });
  return answer.notes;
}

async function completeDates(
  store: Store,
  app: ImApp,
  span: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<ReadonlySet<LocalDate>> {
  const days = await store.daily.read(app.id, span.from, span.to);
  return new Set(days.filter(({ complete }) => complete).map(({ date }) => date));
}
