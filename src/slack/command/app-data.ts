// The data of an app for an answer: asked of its platform in time, read from the store, failures as values.
import { LRUCache } from 'lru-cache';
import { replaceUsers } from '../../alerting/notification.ts';
import type { ImApp } from '../../app.ts';
import { type Duration, type Instant, minute, second, withTimeout } from '../../clock.ts';
import { PlatformError, StoreError } from '../../errors.ts';
import { errorFields } from '../../logger.ts';
import type { DailyStatistics, Point, PollHealth, Snapshot } from '../../metrics/sample.ts';
import type { Platform } from '../../platforms/platform.ts';
import type { Limit, Needs, OpenAlert, Readings } from '../../reports/readings.ts';
import { readNeeds } from '../../store/samples.ts';
import { addDays, localDate } from '../../time-zone.ts';
import type { SlackDeps } from '../deps.ts';

/** One running call per key: whoever asks meanwhile gets the same answer. */
export function coalesced<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, work) => {
    const known = running.get(key);
    if (known !== undefined) return known;
    const started = work().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}

/** How long a person waits for a platform before the last numbers are shown instead. */
const platformTimeout: Duration = 12 * second;

/** Days that are missing or not complete are asked for again after this. */
const daysFor: Duration = minute;

/** Days that were asked for, with what the platform says about them. */
export interface FetchedDays {
  readonly days: readonly DailyStatistics[];
  readonly notes: readonly string[];
}

/** Every method answers with the failure instead of rejecting; `days` with undefined when nothing is missing. */
export interface PlatformCalls {
  snapshot(app: ImApp): Promise<Snapshot | PlatformError>;
  days(app: ImApp, needs: Needs): Promise<FetchedDays | PlatformError | undefined>;
  hours(app: ImApp): Promise<readonly Point[] | PlatformError>;
}

/** Calls of platforms: one at a time for the same thing, limited in time, their failures as values. */
export function createPlatformCalls(deps: SlackDeps): PlatformCalls {
  const snapshots = coalesced<Snapshot | PlatformError>();
  const daily = coalesced<FetchedDays | PlatformError>();
  const hourly = coalesced<readonly Point[] | PlatformError>();
  const request = new LRUCache<string, FetchedDays>({ max: 500, ttl: daysFor, ttlResolution: 0, perf: deps.clock });
  return {
    snapshot: (app) => snapshots(app.id, () => ask(deps, app, (platform, signal) => platform.snapshot(signal))),
    hours: (app) =>
      hourly(app.id, () => ask(deps, app, async (platform, signal) => (await platform.hours?.(signal)) ?? [])),
    days: async (app, needs) => {
      const span = await missingDays(deps, app, needs);
      if (span === undefined) return undefined;
      const key = `${app.id} ${span.from} ${span.to}`;
      const known = request.get(key);
      if (known !== undefined) return known;
      return daily(key, async () => {
        const answer = await ask(deps, app, async (platform, signal) => {
          return (await platform.daily?.(span.from, span.to, signal)) ?? { days: [], notes: [] };
        });
        if (answer instanceof PlatformError) return answer;
        request.set(key, answer);
        await unlessStoreFails(deps.store.daily.save(app.id, answer.days), undefined);
        return answer;
      });
    },
  };
}

async function ask<T>(
  deps: SlackDeps,
  app: ImApp,
  call: (platform: Platform, signal: AbortSignal) => Promise<T>,
): Promise<T | PlatformError> {
  const platform = deps.platforms.get(app.id);
  if (platform === undefined) return new PlatformError('unavailable', `${app.name} has no platform.`);
  const late = (): PlatformError =>
    new PlatformError('timeout', `${app.name} did not answer within ${platformTimeout / second} s.`, {
      hint: 'Ask again in a moment; /imstats health shows how the platforms answer.',
    });
  try {
    return await withTimeout(deps.clock, { after: platformTimeout, late }, (signal) => call(platform, signal));
  } catch (error) {
    if (error instanceof PlatformError) return error;
    deps.logger.error('Platform call broke', { app: app.id, ...errorFields(error) });
    return new PlatformError('bad-response', `${app.name} gave an answer that could not be read.`);
  }
}

/** The days that the store lacks or holds unfinished, as far back as the platform answers; undefined when nothing is missing. */
async function missingDays(
  deps: SlackDeps,
  app: ImApp,
  needs: Needs,
): Promise<{ from: string; to: string } | undefined> {
  if (needs.days === undefined || deps.platforms.get(app.id)?.daily === undefined) return undefined;
  const today = localDate(deps.clock.now(), app.timezone);
  const kept = app.capabilities.daysKept;
  // What is older the platform has no more; the report says so.
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

/** What was read, or `otherwise` when the store fails: the platform can answer without it. */
async function unlessStoreFails<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StoreError) return otherwise;
    throw error;
  }
}

/** Readings, and what went wrong while asking the platform. */
export interface AppData {
  readonly readings: Readings;
  /** Why there is no fresh answer; the readings then hold what was known before. */
  readonly failure: PlatformError | undefined;
}

export interface AppDataLoader {
  /** Asks the platform and the store. Never rejects for what either of them lacks. */
  gather(app: ImApp, needs: Needs): Promise<AppData>;
  /** The same without asking the platform, for overviews that must be quick. */
  recall(app: ImApp, needs: Needs): Promise<Readings>;
}

export function createAppDataLoader(deps: SlackDeps): AppDataLoader {
  const live = createPlatformCalls(deps);
  return {
    gather: async (app, needs) => {
      const now = deps.clock.now();
      const [snapshot, stored, days, hours] = await Promise.all([
        live.snapshot(app),
        recallAll(deps, app, needs),
        live.days(app, needs),
        needs.hours === true ? live.hours(app) : undefined,
      ]);
      const failure = [snapshot, days, hours].find((answer) => answer instanceof PlatformError);
      const fresh = snapshot instanceof PlatformError ? undefined : snapshot;
      const fetched = days instanceof PlatformError ? undefined : days;
      const poll =
        snapshot instanceof PlatformError ? failedPoll(app, stored.poll, { failure: snapshot, now }) : undefined;
      const readings: Readings = {
        ...stored,
        // Taken after the answer came, so that what was asked just now is never from the future.
        now: deps.clock.now(),
        ...(fresh === undefined ? {} : { latest: { at: fresh.polledAt, values: fresh.values } }),
        ...(poll === undefined ? {} : { poll }),
        days: mergeDays(stored.days, fetched?.days ?? []),
        ...(hours === undefined || hours instanceof PlatformError ? {} : { hours }),
        notes: [...new Set([...stored.notes, ...(fresh?.notes ?? []), ...(fetched?.notes ?? [])])],
      };
      return { readings, failure };
    },
    recall: (app, needs) => recallAll(deps, app, needs),
  };
}

/** What the store holds; nothing, and a note that says so, when it cannot be read: the live numbers still stand. */
async function recallAll(deps: SlackDeps, app: ImApp, needs: Needs): Promise<Readings> {
  try {
    return await readAll(deps, app, needs);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    deps.logger.error('Store not readable for an answer', { app: app.id, ...errorFields(error) });
    const now = deps.clock.now();
    const notes = ['The stored numbers cannot be read just now, so there is nothing to compare with'];
    const empty = { buckets: [], days: [], alerts: [], limits: limitsOf(deps, app), notes };
    return { app, now, zone: app.timezone, ...empty };
  }
}

async function readAll(deps: SlackDeps, app: ImApp, needs: Needs): Promise<Readings> {
  const { samples, daily } = deps.store;
  const [latest, buckets, days, polls, alerts, since] = await Promise.all([
    samples.latest(app.id),
    readNeeds(samples, app.id, needs.buckets),
    needs.days === undefined ? [] : daily.read(app.id, needs.days.from, needs.days.to),
    deps.store.polls(),
    openAlerts(deps, app),
    needs.since === true ? samples.oldest(app.id) : undefined,
  ]);
  const poll = polls.find((one) => one.app === app.id);
  return {
    app,
    now: deps.clock.now(),
    zone: app.timezone,
    ...(latest === undefined ? {} : { latest }),
    ...(poll === undefined ? {} : { poll }),
    buckets,
    days,
    ...(since === undefined ? {} : { since }),
    alerts,
    limits: limitsOf(deps, app),
    notes: [],
  };
}

/** How the platform answers after a try of just now that failed. */
function failedPoll(
  app: ImApp,
  stored: PollHealth | undefined,
  { failure, now }: { readonly failure: PlatformError; readonly now: Instant },
): PollHealth {
  return {
    app: app.id,
    lastTriedAt: now,
    lastGoodAt: stored?.lastGoodAt,
    failures: Math.max(1, stored?.failures ?? 0),
    reason: failure.message,
    hint: failure.hint,
  };
}

async function openAlerts(deps: SlackDeps, app: ImApp): Promise<readonly OpenAlert[]> {
  const lines = (await deps.alerts?.list()) ?? [];
  return lines
    .filter((line) => line.app.id === app.id && line.incident !== undefined)
    .map((line) => ({
      rule: line.rule,
      level: line.level ?? 'warning',
      words: replaceUsers(line.words, () => 'somebody'),
    }));
}

/** The triggers of the rules that compare the metric itself; those of forecasts and baselines are in other units. */
function limitsOf(deps: SlackDeps, app: ImApp): Limit[] {
  return deps.rules
    .filter((rule) => rule.app === app.id && rule.kind === 'threshold')
    .flatMap((rule) =>
      (['critical', 'warning'] as const).flatMap((level) => {
        const limits = rule.levels[level];
        if (limits === undefined || rule.metric === undefined) return [];
        return [{ metric: rule.metric, level, direction: rule.direction, value: limits.trigger }];
      }),
    );
}

/** Fetched days replace stored ones of the same date, oldest first. */
function mergeDays(stored: readonly DailyStatistics[], fetched: readonly DailyStatistics[]): DailyStatistics[] {
  const byDate = new Map([...stored, ...fetched].map((one) => [one.date, one]));
  return [...byDate.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}
