// Gathers what a report needs of an app: the platform asked live, the store for the past, alerts and limits; nothing is decided here.
import { replaceUsers } from '../alerting/view.ts';
import type { ImApp } from '../app.ts';
import { addDays, localDate } from '../civil.ts';
import { type Duration, type Instant, minute, second } from '../clock.ts';
import { PlatformError, StoreError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import type { DailyStatistics, Point, Snapshot } from '../metrics/sample.ts';
import type { Limit, Needs, OpenAlert, PollReading, Readings } from '../reports/readings.ts';
import type { PollState } from '../store/store.ts';
import { coalesced, withDeadline } from './deadline.ts';
import type { SlackDeps } from './deps.ts';

/** Readings, and what went wrong while asking the platform. */
export interface Gathered {
  readonly readings: Readings;
  /** Why there is no fresh answer; the readings then hold what was known before. */
  readonly failure: PlatformError | undefined;
}

export interface Gatherer {
  /** Asks the platform and the store. Never rejects for what either of them lacks. */
  gather(app: ImApp, needs: Needs): Promise<Gathered>;
  /** The same without asking the platform, for overviews that must be quick. */
  recall(app: ImApp, needs: Needs): Promise<Readings>;
}

/** How long a person waits for a platform before the last numbers are shown instead. */
const patience: Duration = 12 * second;

/** How far back a platform still answers for days that we do not have. */
const platformDays = 59;

/** Days that are missing or not complete are asked for again after this. */
const daysFor: Duration = minute;

export function createGatherer(deps: SlackDeps): Gatherer {
  const live = createLive(deps);
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
      const poll = pollReading(stored.poll, { failure: snapshot instanceof PlatformError ? snapshot : undefined, now });
      const readings: Readings = {
        ...stored.readings,
        // Taken after the answer came, so that what was asked just now is never from the future.
        now: deps.clock.now(),
        ...(fresh === undefined ? {} : { latest: { at: fresh.polledAt, values: fresh.values } }),
        ...(poll === undefined ? {} : { poll }),
        days: mergeDays(stored.readings.days, fetched?.days ?? []),
        ...(hours === undefined || hours instanceof PlatformError ? {} : { hours }),
        notes: [...new Set([...stored.readings.notes, ...(fresh?.notes ?? []), ...(fetched?.notes ?? [])])],
      };
      return { readings, failure };
    },
    recall: async (app, needs) => (await recallAll(deps, app, needs)).readings,
  };
}

interface Stored {
  readonly readings: Readings;
  readonly poll: PollState | undefined;
}

/** What the store holds; nothing, and a note that says so, when it cannot be read: the live numbers still stand. */
async function recallAll(deps: SlackDeps, app: ImApp, needs: Needs): Promise<Stored> {
  try {
    return await readAll(deps, app, needs);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    deps.logger.error('Store not readable for an answer', { app: app.id, ...errorFields(error) });
    const now = deps.clock.now();
    const notes = ['The stored numbers cannot be read just now, so there is nothing to compare with'];
    const empty = { buckets: [], days: [], alerts: [], limits: limitsOf(deps, app), notes };
    return { readings: { app, now, zone: app.timezone, ...empty }, poll: undefined };
  }
}

async function readAll(deps: SlackDeps, app: ImApp, needs: Needs): Promise<Stored> {
  const { samples, daily } = deps.store;
  const [latest, buckets, days, polls, alerts] = await Promise.all([
    samples.latest(app.id),
    Promise.all(
      needs.buckets.map(async (need) => {
        const read = await samples.read(app.id, need.metric, need.tier, need.from, need.to);
        return { need, buckets: read };
      }),
    ),
    needs.days === undefined ? [] : daily.read(app.id, needs.days.from, needs.days.to),
    deps.store.polls(),
    openAlerts(deps, app),
  ]);
  const poll = polls.find((one) => one.app === app.id);
  const reading = pollReading(poll, { failure: undefined, now: deps.clock.now() });
  const readings: Readings = {
    app,
    now: deps.clock.now(),
    zone: app.timezone,
    ...(latest === undefined ? {} : { latest }),
    ...(reading === undefined ? {} : { poll: reading }),
    buckets,
    days,
    alerts,
    limits: limitsOf(deps, app),
    notes: [],
  };
  return { readings, poll };
}

/** How the platform answers, the try of just now included. */
function pollReading(
  poll: PollState | undefined,
  tried: { readonly failure: PlatformError | undefined; readonly now: Instant },
): PollReading | undefined {
  const { failure, now } = tried;
  if (failure !== undefined) {
    return {
      lastTriedAt: now,
      ...(poll?.lastGoodAt === undefined ? {} : { lastGoodAt: poll.lastGoodAt }),
      failures: Math.max(1, poll?.failures ?? 0),
      reason: failure.message,
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    };
  }
  return poll;
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

interface LiveDays {
  readonly days: readonly DailyStatistics[];
  readonly notes: readonly string[];
}

interface Live {
  snapshot(app: ImApp): Promise<Snapshot | PlatformError>;
  days(app: ImApp, needs: Needs): Promise<LiveDays | PlatformError | undefined>;
  hours(app: ImApp): Promise<readonly Point[] | PlatformError>;
}

/** Calls of platforms: one at a time for the same thing, limited in time, their failures as values. */
function createLive(deps: SlackDeps): Live {
  const snapshots = coalesced<Snapshot | PlatformError>();
  const daily = coalesced<LiveDays | PlatformError>();
  const hourly = coalesced<readonly Point[] | PlatformError>();
  const asked = new Map<string, { readonly at: Instant; readonly answer: LiveDays }>();
  return {
    snapshot: (app) => snapshots(app.id, () => ask(deps, app, (platform, signal) => platform.snapshot(signal))),
    hours: (app) =>
      hourly(app.id, () => ask(deps, app, async (platform, signal) => (await platform.hours?.(signal)) ?? [])),
    days: async (app, needs) => {
      const span = await missingDays(deps, app, needs);
      if (span === undefined) return undefined;
      const key = `${app.id} ${span.from} ${span.to}`;
      const known = asked.get(key);
      if (known !== undefined && deps.clock.now() - known.at < daysFor) return known.answer;
      return daily(key, async () => {
        const answer = await ask(deps, app, async (platform, signal) => {
          return (await platform.daily?.(span.from, span.to, signal)) ?? { days: [], notes: [] };
        });
        if (answer instanceof PlatformError) return answer;
        if (asked.size > 500) asked.clear();
        asked.set(key, { at: deps.clock.now(), answer });
        await unlessStoreFails(deps.store.daily.save(app.id, answer.days), undefined);
        return answer;
      });
    },
  };
}

async function ask<T>(
  deps: SlackDeps,
  app: ImApp,
  call: (platform: NonNullable<ReturnType<SlackDeps['platforms']['get']>>, signal: AbortSignal) => Promise<T>,
): Promise<T | PlatformError> {
  const platform = deps.platforms.get(app.id);
  if (platform === undefined) return new PlatformError('unavailable', `${app.name} has no platform.`);
  const late = (): PlatformError =>
    new PlatformError('timeout', `${app.name} did not answer within ${patience / second} s.`, {
      hint: 'Ask again in a moment; /imstats health shows how the platforms answer.',
    });
  try {
    return await withDeadline({ clock: deps.clock, limit: patience, late }, (signal) => call(platform, signal));
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
  const oldest = addDays(today, -platformDays);
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
