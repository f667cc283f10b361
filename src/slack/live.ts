// Asks platforms for a person who waits: one call at a time for the same thing, limited in time, failures as values.
import { LRUCache } from 'lru-cache';
import type { ImApp } from '../app.ts';
import { type Duration, minute, second, withTimeout } from '../clock.ts';
import { PlatformError, StoreError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { daysKept } from '../metrics/capabilities.ts';
import type { DailyStatistics, Point, Snapshot } from '../metrics/sample.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Needs } from '../reports/readings.ts';
import { addDays, localDate } from '../time-zone.ts';
import { coalesced } from './coalesced.ts';
import type { SlackDeps } from './deps.ts';

/** How long a person waits for a platform before the last numbers are shown instead. */
const patience: Duration = 12 * second;

/** Days that are missing or not complete are asked for again after this. */
const daysFor: Duration = minute;

/** Days that were asked for, with what the platform says about them. */
export interface LiveDays {
  readonly days: readonly DailyStatistics[];
  readonly notes: readonly string[];
}

/** Every method answers with the failure instead of rejecting; `days` with undefined when nothing is missing. */
export interface Live {
  snapshot(app: ImApp): Promise<Snapshot | PlatformError>;
  days(app: ImApp, needs: Needs): Promise<LiveDays | PlatformError | undefined>;
  hours(app: ImApp): Promise<readonly Point[] | PlatformError>;
}

/** Calls of platforms: one at a time for the same thing, limited in time, their failures as values. */
export function createLive(deps: SlackDeps): Live {
  const snapshots = coalesced<Snapshot | PlatformError>();
  const daily = coalesced<LiveDays | PlatformError>();
  const hourly = coalesced<readonly Point[] | PlatformError>();
  const asked = new LRUCache<string, LiveDays>({ max: 500, ttl: daysFor, ttlResolution: 0, perf: deps.clock });
  return {
    snapshot: (app) => snapshots(app.id, () => ask(deps, app, (platform, signal) => platform.snapshot(signal))),
    hours: (app) =>
      hourly(app.id, () => ask(deps, app, async (platform, signal) => (await platform.hours?.(signal)) ?? [])),
    days: async (app, needs) => {
      const span = await missingDays(deps, app, needs);
      if (span === undefined) return undefined;
      const key = `${app.id} ${span.from} ${span.to}`;
      const known = asked.get(key);
      if (known !== undefined) return known;
      return daily(key, async () => {
        const answer = await ask(deps, app, async (platform, signal) => {
          return (await platform.daily?.(span.from, span.to, signal)) ?? { days: [], notes: [] };
        });
        if (answer instanceof PlatformError) return answer;
        asked.set(key, answer);
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
    new PlatformError('timeout', `${app.name} did not answer within ${patience / second} s.`, {
      hint: 'Ask again in a moment; /imstats health shows how the platforms answer.',
    });
  try {
    return await withTimeout(deps.clock, { after: patience, late }, (signal) => call(platform, signal));
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
  const kept = daysKept(app.platform);
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
