// Calls of platforms for an answer: one at a time for the same data, within the time that a question waits, failures as values.
import { LRUCache } from 'lru-cache';
import type { ImApp } from '../../app.ts';
import { type Clock, type Duration, minute, second, withTimeout } from '../../clock.ts';
import { coalesced } from '../../concurrency.ts';
import { PlatformError, StoreError } from '../../errors.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { endedHours } from '../../metrics/hours-of-day.ts';
import { type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { DailyStatistics, HourlyStatistics, Snapshot } from '../../metrics/sample.ts';
import type { Platform, Platforms } from '../../platforms/platform.ts';
import { errorOf } from '../../platforms/platform-error.ts';
import type { platformPhrases } from '../../platforms/platform-phrases.ts';
import type { Needs } from '../../reports/readings.ts';
import type { LiveConfig } from '../../service-types.ts';
import type { Store } from '../../store/store.ts';
import { addDays, localDate } from '../../time-zone.ts';

const say = phrasesOf<typeof platformPhrases>();

/** What platforms are called with. */
export interface PlatformCallDeps {
  readonly platforms: Platforms;
  readonly store: Store;
  readonly live: Pick<LiveConfig, 'version'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a question waits for a platform; then the last stored numbers are shown. */
const questionWait: Duration = 2 * second;

/** How long the call of a platform may go on: questions that come meanwhile join it, and days that come late are stored. */
const platformTimeout: Duration = 12 * second;

/** How long fetched days are cached; days that are missing or incomplete are fetched again after it. */
const daysTtl: Duration = minute;

/** Fetched days, with the platform's notes about them. */
interface FetchedDays {
  readonly days: readonly DailyStatistics[];
  readonly notes: readonly Phrase[];
}

/** Every method resolves with the failure instead of rejecting; `days` with undefined when nothing is missing. */
export interface PlatformCalls {
  snapshot(app: ImApp): Promise<Snapshot | PlatformError>;
  days(app: ImApp, needs: Needs): Promise<FetchedDays | PlatformError | undefined>;
  hours(app: ImApp): Promise<readonly HourlyStatistics[] | PlatformError>;
}

/** Calls of platforms: one at a time for the same data, none waited for longer than a question waits, failures as values. */
export function createPlatformCalls(deps: PlatformCallDeps): PlatformCalls {
  const snapshots = coalesced<Snapshot | PlatformError>();
  const daily = coalesced<FetchedDays | PlatformError>();
  const hourly = coalesced<readonly HourlyStatistics[] | PlatformError>();
  const fetched = new LRUCache<string, FetchedDays>({ max: 500, ttl: daysTtl, ttlResolution: 0, perf: deps.clock });
  // Of another configuration, an app of the same id may be another.
  const keyOf = (app: ImApp): string => `${deps.live.version} ${app.id}`;
  return {
    snapshot: (app) =>
      inTime(
        deps,
        app,
        snapshots(keyOf(app), () => ask(deps, app, (platform, signal) => platform.snapshot(signal))),
      ),
    hours: (app) =>
      inTime(
        deps,
        app,
        hourly(keyOf(app), () => askHours(deps, app)),
      ),
    days: async (app, needs) => {
      const span = await missingDays(deps, app, needs);
      if (span === undefined) return undefined;
      const key = `${keyOf(app)} ${span.from} ${span.to}`;
      const known = fetched.get(key);
      if (known !== undefined) return known;
      const fetching = daily(key, async () => {
        const asked = deps.platforms.get(app.id);
        const answer = await ask(deps, app, async (platform, signal) => {
          return (await platform.daily?.(span.from, span.to, signal)) ?? { days: [], notes: [] };
        });
        if (answer instanceof PlatformError) return answer;
        fetched.set(key, answer);
        const saved = deps.store.transaction(async (tx) => {
          if (deps.platforms.get(app.id) === asked) await tx.daily.save(app.id, answer.days);
        });
        await unlessStoreFails(saved, undefined);
        return answer;
      });
      return inTime(deps, app, fetching);
    },
  };
}

/** The hours of today so far; those that are over are kept, because a later day cannot ask for them. */
async function askHours(deps: PlatformCallDeps, app: ImApp): Promise<readonly HourlyStatistics[] | PlatformError> {
  const asked = deps.platforms.get(app.id);
  const hours = await ask(deps, app, async (platform, signal) => (await platform.hours?.(signal)) ?? []);
  if (hours instanceof PlatformError) return hours;
  const over = endedHours(hours, deps.clock.now());
  const saved = deps.store.transaction(async (tx) => {
    if (deps.platforms.get(app.id) === asked) await tx.hourly.save(app.id, over);
  });
  await unlessStoreFails(saved, undefined);
  return hours;
}

/**
 * The answer of a platform, or that it is late. A late one is logged: days are stored by then, and a snapshot is dropped, because a
 * poll may have brought a newer one.
 */
async function inTime<T>(
  deps: PlatformCallDeps,
  app: ImApp,
  answer: Promise<T | PlatformError>,
): Promise<T | PlatformError> {
  const { promise: expired, resolve } = Promise.withResolvers<PlatformError>();
  const cancel = deps.clock.after(questionWait, () => {
    resolve(tooLate(app, questionWait));
    answer.then(
      (late) => deps.logger.info('Platform answered late', { app: app.id, ok: !(late instanceof PlatformError) }),
      () => {},
    );
  });
  try {
    return await Promise.race([answer, expired]);
  } finally {
    cancel();
  }
}

function tooLate({ name }: ImApp, after: Duration): PlatformError {
  return errorOf('timeout', say('platform.late', { app: name, seconds: after / second }), {
    advice: say('platform.lateAdvice'),
  });
}

async function ask<T>(
  deps: PlatformCallDeps,
  app: ImApp,
  call: (platform: Platform, signal: AbortSignal) => Promise<T>,
): Promise<T | PlatformError> {
  const platform = deps.platforms.get(app.id);
  if (platform === undefined) return errorOf('unavailable', say('platform.none', { app: app.name }));
  const late = (): PlatformError => tooLate(app, platformTimeout);
  try {
    return await withTimeout(deps.clock, { after: platformTimeout, late }, (signal) => call(platform, signal));
  } catch (error) {
    if (error instanceof PlatformError) return error;
    deps.logger.error('Platform call broke', { app: app.id, ...errorFields(error) });
    return errorOf('bad-response', say('platform.unreadable', { app: app.name }));
  }
}

/** The days that the store lacks or has incomplete, as far back as the platform keeps them; undefined when nothing is missing. */
async function missingDays(
  deps: PlatformCallDeps,
  app: ImApp,
  needs: Needs,
): Promise<{ from: string; to: string } | undefined> {
  if (needs.days === undefined || deps.platforms.get(app.id)?.daily === undefined) return undefined;
  const today = localDate(deps.clock.now(), app.timezone);
  const kept = app.capabilities.daysKept;
  // Older days cannot be fetched; the report says so.
  const oldest = kept === undefined ? needs.days.from : addDays(today, 1 - kept);
  const from = needs.days.from < oldest ? oldest : needs.days.from;
  const to = needs.days.to > today ? today : needs.days.to;
  const stored = await unlessStoreFails(deps.store.daily.read(app.id, from, to), []);
  const complete = new Set(stored.filter((one) => one.complete).map((one) => one.date));
  for (let date = from; date <= to; date = addDays(date, 1)) {
    if (!complete.has(date)) return { from: date, to };
  }
  return undefined;
}

/** What was read, or `otherwise` when the store fails, because the platform's numbers are an answer without it. */
async function unlessStoreFails<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StoreError) return otherwise;
    throw error;
  }
}
