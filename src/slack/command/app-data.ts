// Gathers the data of apps for an answer: from their platforms within a time-out and from the store, failures as values.
import { withoutPeople } from '../../alerting/notification.ts';
import type { ImApp } from '../../app.ts';
import type { Instant } from '../../clock.ts';
import { PlatformError, StoreError } from '../../errors.ts';
import { errorFields } from '../../logger.ts';
import { distinctPhrases, phrasesOf } from '../../metrics/phrase.ts';
import type { PollHealth } from '../../metrics/sample.ts';
import type { Needs, Readings } from '../../reports/readings.ts';
import type { statusPhrases } from '../../reports/status-phrases.ts';
import type { AlertService, LiveConfig } from '../../service-types.ts';
import { emptyReadings, loadReadings, mergeDays, mergeHours, type ReadingSources } from '../../store/load-readings.ts';
import { localDate } from '../../time-zone.ts';
import { createPlatformCalls, type PlatformCallDeps, type PlatformCalls } from './platform-calls.ts';

const say = phrasesOf<typeof statusPhrases>();

/** What the data of an app is loaded with. */
export interface AppDataDeps extends PlatformCallDeps {
  readonly live: Pick<LiveConfig, 'rules' | 'version'>;
  /** Absent where nothing alerts. */
  readonly alerts?: Pick<AlertService, 'list'>;
  readonly retryPoll?: (app: string) => void; // at once, where its polls fail
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
    needs.hours !== undefined && needs.hours.to >= localDate(now, app.timezone) ? platformCalls.hours(app) : undefined,
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
    ...(hours === undefined || hours instanceof PlatformError ? {} : { hours: mergeHours(stored.hours ?? [], hours) }),
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
