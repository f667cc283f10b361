// Keeps the hours that a platform counts: it gives those of a day on that day only, so they are asked for each hour and before midnight.
import type { ImApp } from '../app.ts';
import { type Duration, hour, type Instant, minute, withTimeout } from '../clock.ts';
import { PlatformError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { endedHours, hourStartsOf, lastHourOf } from '../metrics/hours-of-day.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import type { HourlyStatistics } from '../metrics/sample.ts';
import type { Platform } from '../platforms/platform.ts';
import { errorOf } from '../platforms/platform-error.ts';
import type { platformPhrases } from '../platforms/platform-phrases.ts';
import type { Job } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { addDays, localDate, startOfDate } from '../time-zone.ts';
import type { JobsDeps } from './job.ts';
import { createAppRunner, type IntervalResult, type IntervalTask } from './timers.ts';

const say = phrasesOf<typeof platformPhrases>();

/** An hour is asked for when it has been over for so long; before midnight it is the last chance of all hours but one. */
const afterHour: Duration = 5 * minute;
const beforeMidnight: Duration = 5 * minute;
/** Two runs are at least so far apart: a timer that rings a moment early must not ask twice. */
const leastApart: Duration = minute;
const retryAfter: Duration = 10 * minute;
const limit: Duration = 5 * minute;

/** Days whose total may still come or change. */
const openDays = 3;

export type HourlyStatisticsDeps = Pick<
  JobsDeps,
  'clock' | 'logger' | 'telemetry' | 'random' | 'store' | 'live' | 'platforms'
>;

/** Apps whose platform has no hours of its own are skipped. */
export function createHourlyJob(deps: HourlyStatisticsDeps): Job {
  const name = 'hourly';
  const taskOf = (app: ImApp, platform: Platform): IntervalTask | undefined =>
    platform.hours === undefined ? undefined : createTask(app, platform, deps);
  return { name, ...createAppRunner(taskOf, { ...deps, name }) };
}

function createTask(app: ImApp, platform: Platform, deps: HourlyStatisticsDeps): IntervalTask {
  const { clock, logger, store } = deps;
  const isWatched = (): boolean => deps.platforms.get(app.id) === platform;
  let failed: string | undefined;
  const run = async (): Promise<IntervalResult> => {
    const begun = clock.now();
    try {
      const hours = endedHours(await askHours(app, platform, deps), clock.now());
      await store.transaction(async (tx) => {
        if (!isWatched()) return;
        await tx.hourly.save(app.id, hours);
        await deriveLastHours(app, tx, clock.now());
      });
      if (failed !== undefined) logger.info('hours are there again', { app: app.id });
      failed = undefined;
    } catch (error) {
      const fields = error instanceof PlatformError ? { kind: error.kind, reason: error.message } : errorFields(error);
      const reason = error instanceof Error ? error.message : 'unknown';
      if (failed !== reason) logger.warn('hours were not read', { app: app.id, ...fields });
      failed = reason;
    }
    const next = nextAsked(begun, app.timezone);
    return {
      failing: failed !== undefined,
      every: failed === undefined ? next - begun : retryPause(begun, next, app.timezone),
    };
  };
  return { id: app.id, every: hour, run };
}

/** The next time at which hours are asked for: five past each hour of the local day, and five to its end. */
export function nextAsked(now: Instant, zone: string): Instant {
  const today = localDate(now, zone);
  const end = startOfDate(addDays(today, 1), zone);
  const times = [...hourStartsOf(today, zone).map((at) => at + afterHour), end - beforeMidnight, end + afterHour];
  return times.sort((a, b) => a - b).find((at) => at >= now + leastApart) ?? end + afterHour;
}

/** After a failure it is tried again soon, and several times before midnight, when the hours of the day are gone. */
function retryPause(now: Instant, next: Instant, zone: string): Duration {
  const left = Math.min(next, startOfDate(addDays(localDate(now, zone), 1), zone)) - now;
  return Math.min(retryAfter, Math.max(leastApart, left / 2));
}

async function askHours(
  app: ImApp,
  platform: Platform,
  { clock }: HourlyStatisticsDeps,
): Promise<readonly HourlyStatistics[]> {
  const late = (): PlatformError =>
    errorOf('timeout', say('platform.hoursLate', { app: app.name, minutes: limit / minute }));
  return withTimeout(clock, { after: limit, late }, async (signal) => (await platform.hours?.(signal)) ?? []);
}

/** The last hours of the newest days, once their totals are known. */
async function deriveLastHours({ id, timezone }: ImApp, store: Store, now: Instant): Promise<void> {
  const today = localDate(now, timezone);
  const first = addDays(today, -openDays);
  const days = await store.daily.read(id, first, addDays(today, -1));
  const hours = await store.hourly.read(id, startOfDate(first, timezone), startOfDate(today, timezone));
  const derived = days.flatMap((day) => lastHourOf(day, hours) ?? []);
  await store.hourly.save(id, derived);
}
