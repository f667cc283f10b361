// Gathers the data of apps for an answer: from their platforms within a time-out and from the store, failures as values.
import { LRUCache } from 'lru-cache';
import { withoutPeople } from '../../alerting/notification.ts';
import type { ImApp } from '../../app.ts';
import { type Clock, type Duration, type Instant, minute, second, withTimeout } from '../../clock.ts';
import { coalesced } from '../../concurrency.ts';
import { PlatformError, StoreError } from '../../errors.ts';
import { errorFields, type Logger } from '../../logger.ts';
import { distinctPhrases, type Phrase, phrasesOf } from '../../metrics/phrase.ts';
import type { DailyStatistics, Point, PollHealth, Snapshot } from '../../metrics/sample.ts';
import type { Platform, Platforms } from '../../platforms/platform.ts';
import { errorOf } from '../../platforms/platform-error.ts';
import type { platformPhrases } from '../../platforms/platform-phrases.ts';
import type { Needs, Readings } from '../../reports/readings.ts';
import type { statusPhrases } from '../../reports/status-phrases.ts';
import type { AlertService, LiveConfig } from '../../service-types.ts';
import { emptyReadings, loadReadings, mergeDays, type ReadingSources } from '../../store/load-readings.ts';
import type { Store } from '../../store/store.ts';
import { addDays, localDate } from '../../time-zone.ts';

const say = phrasesOf<typeof statusPhrases & typeof platformPhrases>();

/** What the data of an app is loaded with. */
export interface AppDataDeps {
  readonly platforms: Platforms;
  readonly store: Store;
  readonly live: Pick<LiveConfig, 'rules' | 'version'>;
  /** Absent where nothing alerts. */
  readonly alerts?: Pick<AlertService, 'list'>;
  readonly retryPoll?: (app: string) => void; // at once, where its polls fail
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
export interface FetchedDays {
  readonly days: readonly DailyStatistics[];
  readonly notes: readonly Phrase[];
}

/** Every method resolves with the failure instead of rejecting; `days` with undefined when nothing is missing. */
export interface PlatformCalls {
  snapshot(app: ImApp): Promise<Snapshot | PlatformError>;
  days(app: ImApp, needs: Needs): Promise<FetchedDays | PlatformError | undefined>;
  hours(app: ImApp): Promise<readonly Point[] | PlatformError>;
}

/** Calls of platforms: one at a time for the same data, none waited for longer than a question waits, failures as values. */
export function createPlatformCalls(deps: AppDataDeps): PlatformCalls {
  const snapshots = coalesced<Snapshot | PlatformError>();
  const daily = coalesced<FetchedDays | PlatformError>();
  const hourly = coalesced<readonly Point[] | PlatformError>();
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
        hourly(keyOf(app), () => ask(deps, app, async (platform, signal) => (await platform.hours?.(signal)) ?? [])),
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

/**
 * The answer of a platform, or that it is late. A late one is logged: days are stored by then, and a snapshot is dropped, because a
 * poll may have brought a newer one.
 */
async function inTime<T>(
  deps: AppDataDeps,
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
  deps: AppDataDeps,
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
  deps: AppDataDeps,
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

/** Readings, and what went wrong while asking the platform. */
export interface AppData {
  readonly readings: Readings;
  /** Why there is no fresh answer; the readings then hold what was known before. */
  readonly failure: PlatformError | undefined;
}

/** An app, and what a report wants of it. */
export interface AppNeeds {
  readonly app: ImApp;
  readonly needs: Needs;
}

/** Both methods answer in the order of what is wanted, and read once what concerns every app: alerts and polls. */
export interface AppDataLoader {
  /** Asks the platforms and the store. Never rejects for what either of them lacks. */
  gather(wanted: readonly AppNeeds[]): Promise<readonly AppData[]>;
  /** The same without asking the platforms, for overviews that must be quick. */
  recall(wanted: readonly AppNeeds[]): Promise<readonly Readings[]>;
}

export function createAppDataLoader(deps: AppDataDeps): AppDataLoader {
  const platformCalls = createPlatformCalls(deps);
  return {
    gather: (wanted) => {
      const sources = once(() => loadSources(deps));
      return Promise.all(wanted.map((one) => gatherApp(one, { deps, platformCalls, sources })));
    },
    recall: (wanted) => {
      const sources = once(() => loadSources(deps));
      return Promise.all(wanted.map((one) => readStore(one, { deps, sources })));
    },
  };
}

type Sources = () => Promise<ReadingSources>;

/** Calls `work` at the first call only. Nothing is read, and nothing can fail, where no app is wanted. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

/** The sources of all readings. People are not named in the words of an alert. */
async function loadSources({ alerts, clock, store, live }: AppDataDeps): Promise<ReadingSources> {
  const now = clock.now();
  const [listed, polls] = await Promise.all([alerts?.list() ?? [], store.polls()]);
  const unnamed = listed.map((line) => ({ ...line, words: withoutPeople(line.words) }));
  return { store, rules: live.rules, alerts: unnamed, polls, now };
}

async function gatherApp(
  { app, needs }: AppNeeds,
  from: { readonly deps: AppDataDeps; readonly platformCalls: PlatformCalls; readonly sources: Sources },
): Promise<AppData> {
  const { platformCalls, deps } = from;
  const now = deps.clock.now();
  const [snapshot, stored, days, hours] = await Promise.all([
    platformCalls.snapshot(app),
    readStore({ app, needs }, from),
    platformCalls.days(app, needs),
    needs.hours === true ? platformCalls.hours(app) : undefined,
  ]);
  const failure = [snapshot, days, hours].find((answer) => answer instanceof PlatformError);
  const fresh = snapshot instanceof PlatformError ? undefined : snapshot;
  const fetched = days instanceof PlatformError ? undefined : days;
  const poll =
    snapshot instanceof PlatformError
      ? failedPoll(app, stored.poll, { failure: snapshot, now })
      : answeredPoll(app, snapshot.polledAt);
  if (fresh !== undefined && (stored.poll?.failures ?? 0) > 0) deps.retryPoll?.(app.id);
  const readings: Readings = {
    ...stored,
    // Read after the answer came, so that no number is later than the report.
    now: deps.clock.now(),
    ...(fresh === undefined ? {} : { latest: { at: fresh.polledAt, values: fresh.values } }),
    poll,
    days: mergeDays(stored.days, fetched?.days ?? []),
    ...(hours === undefined || hours instanceof PlatformError ? {} : { hours }),
    notes: distinctPhrases([...stored.notes, ...(fresh?.notes ?? []), ...(fetched?.notes ?? [])]),
  };
  return { readings, failure };
}

/** What the store holds; when it cannot be read, nothing and a note that says so: the live numbers still stand. */
async function readStore(
  { app, needs }: AppNeeds,
  { deps, sources }: { readonly deps: AppDataDeps; readonly sources: Sources },
): Promise<Readings> {
  try {
    return await loadReadings(app, needs, await sources());
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    deps.logger.error('Store not readable for an answer', { app: app.id, ...errorFields(error) });
    const notes = [say('status.storeUnreadable')];
    return { ...emptyReadings(app, { rules: deps.live.rules, now: deps.clock.now() }), notes };
  }
}

/** The poll health of a platform after a call that failed just now. */
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
    reason: failure.words,
  };
}

/** What a person's question got counts as a poll: an answer that holds its numbers cannot say that the platform does not answer. */
function answeredPoll(app: ImApp, at: Instant): PollHealth {
  return { app: app.id, lastTriedAt: at, lastGoodAt: at, failures: 0 };
}
