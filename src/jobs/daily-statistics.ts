// Fetches the statistics of platforms that report days: once all that the platform keeps, bit by bit what that lacks, then the newest ones each hour.
import type { ImApp } from '../app.ts';
import { type Duration, hour, type Instant, minute, withTimeout } from '../clock.ts';
import { PlatformError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { metricIds } from '../metrics/catalog.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import type { DailyStatistics } from '../metrics/sample.ts';
import { daysInDetail, type Platform } from '../platforms/platform.ts';
import { errorOf } from '../platforms/platform-error.ts';
import type { platformPhrases } from '../platforms/platform-phrases.ts';
import type { Job } from '../service-types.ts';
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
  /** When a day of an app became complete; undefined where this process did not see it before. */
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
  /** Days that this process has seen before they were complete. */
  readonly seenOpen: Set<LocalDate>;
  readonly complete: Set<LocalDate>;
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
  const dates = (): Set<LocalDate> => new Set();
  const known = { requested: dates(), seenOpen: dates(), complete: dates(), completeAt: new Map<LocalDate, Instant>() };
  return { app, platform, isWatched, ...known, refreshedAt: 0, notes: [], failed: undefined };
}

function taskOf(days: AppDays, deps: DailyStatisticsDeps): IntervalTask {
  return {
    id: days.app.id,
    every: incompleteInterval,
    run: async (): Promise<IntervalResult> => {
      const isGood = await guarded(days, deps, () => fetchMissing(days, deps));
      const yesterday = addDays(localDate(deps.clock.now(), days.app.timezone), -1);
      const isComplete = days.complete.has(yesterday);
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

/** The days before the newest ones, then those. */
async function fetchMissing(days: AppDays, deps: DailyStatisticsDeps): Promise<void> {
  const today = localDate(deps.clock.now(), days.app.timezone);
  const span = {
    from: addDays(today, 1 - (days.app.capabilities.daysKept ?? openDays)),
    to: addDays(today, -openDays - 1),
  };
  if (span.from <= span.to) await fetchPast(days, span, deps);
  if (days.isWatched()) await fetchNewest(days, deps);
}

interface Dates {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/**
 * At the first start all days in one call, so that the first digest has a past. What such a call leaves out, as its days or some of
 * their numbers, is fetched by slices: missing days at once, missing numbers a slice each time.
 */
async function fetchPast(days: AppDays, span: Dates, deps: DailyStatisticsDeps): Promise<void> {
  const isFirst = days.requested.size === 0 && (await readDays(days, span, deps)).length === 0;
  if (isFirst) await fetchDays(days, span, deps);
  const stored = new Map((await readDays(days, span, deps)).map((row) => [row.date, row]));
  const newest = [...stored.values()].at(-1);
  for (let from = span.from; from <= span.to; from = addDays(from, daysInDetail)) {
    if (!days.isWatched()) return;
    // Prevents an hourly request for a day that the platform does not have.
    if (days.requested.has(from)) continue;
    const to = [addDays(from, daysInDetail - 1), span.to].sort()[0] ?? span.to;
    const dates = Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index));
    const isWhole = dates.every((date) => stored.get(date)?.complete);
    const isDetailed = dates.every((date) => hasAllOf(stored.get(date), newest));
    if (isWhole && !isDetailed && isFirst) continue;
    if (!isWhole || !isDetailed) await fetchDays(days, { from, to }, deps);
    days.requested.add(from);
    if (isWhole && !isDetailed) return;
  }
}

/** True where a day has every metric that another one has. */
function hasAllOf(row: DailyStatistics | undefined, other: DailyStatistics | undefined): boolean {
  return metricIds.every((id) => other?.values[id] === undefined || row?.values[id] !== undefined);
}

async function fetchNewest(days: AppDays, deps: DailyStatisticsDeps): Promise<void> {
  const now = deps.clock.now();
  const today = localDate(now, days.app.timezone);
  const span = { from: addDays(today, -openDays), to: today };
  days.notes = await fetchDays(days, span, deps);
  days.refreshedAt = now;
  const rows = await readDays(days, span, deps);
  for (let date = span.from; date <= today; date = addDays(date, 1)) {
    const isComplete = rows.some((row) => row.date === date && row.complete);
    if (!isComplete) days.seenOpen.add(date);
    else if (!days.complete.has(date)) {
      days.complete.add(date);
      if (days.seenOpen.has(date)) days.completeAt.set(date, now);
    }
  }
}

async function fetchDays(
  { app, platform, isWatched }: AppDays,
  span: Dates,
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

/** The stored days, oldest first. */
function readDays(
  { app }: AppDays,
  { from, to }: Dates,
  { store }: DailyStatisticsDeps,
): Promise<readonly DailyStatistics[]> {
  return store.daily.read(app.id, from, to);
}
