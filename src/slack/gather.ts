// Gathers what a report needs of an app: the platform asked live, the store for the past, alerts and limits; nothing is decided here.
import { replaceUsers } from '../alerting/notification.ts';
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { PlatformError, StoreError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import type { DailyStatistics, PollHealth } from '../metrics/sample.ts';
import type { Limit, Needs, OpenAlert, Readings } from '../reports/readings.ts';
import { readNeeds } from '../store/samples.ts';
import type { SlackDeps } from './deps.ts';
import { createLive } from './live.ts';

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
