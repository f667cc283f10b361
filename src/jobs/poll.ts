// Polls every app on its own interval and hands each poll to the evaluation of its rules. Nothing is sent from here.
import type { MaintenanceCalendar } from '../alerting/maintenance.ts';
import type { Rule, RuleIndex } from '../alerting/rule.ts';
import type { PollOrder } from '../alerting/state.ts';
import type { ImApp } from '../app.ts';
import { type Duration, type Instant, minute, second, withTimeout } from '../clock.ts';
import { derivedFrom } from '../concurrency.ts';
import { PlatformError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { PollHealth, Snapshot } from '../metrics/sample.ts';
import type { Platform } from '../platforms/platform.ts';
import { errorOf } from '../platforms/platform-error.ts';
import type { platformPhrases } from '../platforms/platform-phrases.ts';
import { staleAfter } from '../reports/status.ts';
import type { statusPhrases } from '../reports/status-phrases.ts';
import type { Job } from '../service-types.ts';
import type { AdvancedAlert } from './advance-alert.ts';
import { evaluateRules } from './evaluate-rules.ts';
import type { JobsDeps } from './job.ts';
import { createAppRunner, type IntervalResult, type IntervalTask } from './timers.ts';

const say = phrasesOf<typeof statusPhrases & typeof platformPhrases>();

const nothingIn = (after: Duration): Phrase => say('platform.nothingIn', { seconds: Math.round(after / second) });
const waits = say('platform.advice', { of: 'timeout' });

/** After so many failures in a row a platform is polled only every `probeEvery`. */
const breakAt = 5;
const probeEvery: Duration = minute;

export type PollDeps = Pick<
  JobsDeps,
  'clock' | 'logger' | 'telemetry' | 'random' | 'owner' | 'store' | 'live' | 'platforms'
> & {
  readonly windows: MaintenanceCalendar | undefined;
  readonly ruleIndex: RuleIndex;
  /** Called with the alerts of every poll after they were saved. */
  readonly onEvaluated: (alerts: readonly AdvancedAlert[]) => void;
};

export interface Polls extends Job {
  /** Polls an app at once where its polls fail: a question has just been answered by its platform. */
  retry(app: string): void;
}

/** The job that polls all apps. A run never rejects because of an app, and no app waits for another. */
export function createPolls(deps: PollDeps): Polls {
  const { live } = deps;
  const rulesByApp = derivedFrom(live, () => Map.groupBy(live.rules, ({ app }) => app));
  const rulesOf = (app: string): readonly Rule[] => rulesByApp().get(app) ?? [];
  const name = 'poll';
  let number = 0;
  const nextOrder = (): PollOrder => ({ process: deps.owner, number: ++number });
  const taskOf = (app: ImApp, platform: Platform): IntervalTask =>
    createPoll(app, platform, { ...deps, rulesOf, nextOrder });
  return { name, ...createAppRunner(taskOf, { ...deps, name }) };
}

/** Polls of one app. The state of its last poll is read from the store at the first run. */
function createPoll(
  first: ImApp,
  platform: Platform,
  deps: PollDeps & { readonly rulesOf: (app: string) => readonly Rule[]; readonly nextOrder: () => PollOrder },
): IntervalTask {
  const { id } = first;
  const isWatched = (): boolean => deps.platforms.get(id) === platform;
  const appNow = (): ImApp => deps.ruleIndex.apps.get(id) ?? first;
  let last: PollHealth | undefined;
  let known = false;
  let requested: RequestedPause | undefined;
  return {
    id,
    get every() {
      return appNow().pollEvery;
    },
    run: async (): Promise<IntervalResult> => {
      const app = appNow();
      if (!isWatched()) return { failing: false, every: app.pollEvery };
      if (!known) last = (await deps.store.polls()).find((poll) => poll.app === app.id);
      known = true;
      const answer = answerInPause(requested, deps.clock.now()) ?? (await ask(app, platform, deps));
      requested = answer.good ? undefined : answer.pause;
      const poll = nextState(app, answer, last);
      const { at } = answer;
      const values = answer.good ? answer.snapshot.values : {};
      const polled = { app, at, values, health: poll, order: deps.nextOrder() };
      const evaluated = await evaluateRules(deps.rulesOf(id), polled, deps, isWatched);
      if (evaluated === undefined) return { failing: false, every: app.pollEvery };
      deps.onEvaluated(evaluated);
      noteChange(app, answer, { before: last, now: poll }, deps);
      last = poll;
      const usual = pause(app, poll);
      return {
        failing: poll.failures > 0,
        every: requested === undefined ? usual : nextWithin(requested, usual, answer.at),
      };
    },
  };
}

/** A platform asked not to be polled until then. */
interface RequestedPause {
  readonly until: Instant;
  readonly reason: Phrase;
  /** The same for the log. */
  readonly message: string;
}

/**
 * A poll within a pause that the platform asked for fails without a request: `Retry-After: 900` must not hold back the alert
 * that the platform does not answer.
 */
function answerInPause(pause: RequestedPause | undefined, now: Instant): Answer | undefined {
  if (pause === undefined || now >= pause.until) return undefined;
  const { reason, message } = pause;
  return { good: false, at: now, isAsked: false, reason, message, pause };
}

/** The end of the pause or, where that is far, the next poll that counts as failed: one a minute at most. */
function nextWithin({ until }: RequestedPause, usual: Duration, now: Instant): Duration {
  return Math.min(Math.max(usual, until - now), Math.max(usual, probeEvery));
}

function pause(app: ImApp, poll: PollHealth): Duration {
  return poll.failures >= breakAt ? Math.max(app.pollEvery, probeEvery) : app.pollEvery;
}

/** What a platform answered, or why it did not. */
type Answer =
  | { readonly good: true; readonly at: number; readonly snapshot: Snapshot }
  | {
      readonly good: false;
      readonly at: number;
      /** False for a poll within a pause that the platform asked for. */
      readonly isAsked: boolean;
      readonly reason: Phrase;
      /** The same for the log. */
      readonly message: string;
      readonly pause: RequestedPause | undefined;
    };

/** One request with a time-out that fits the interval: 10 s to 30 s. */
async function ask(app: ImApp, platform: Platform, { clock, telemetry, logger }: PollDeps): Promise<Answer> {
  const begun = clock.now();
  const after = Math.min(30 * second, Math.max(10 * second, app.pollEvery));
  const late = (): PlatformError =>
    errorOf(
      'timeout',
      say('platform.failed', { app: app.name, isAnswer: false, what: nothingIn(after), advice: waits }),
    );
  try {
    const snapshot = await withTimeout(clock, { after, late }, (signal) => platform.snapshot(signal));
    telemetry.polls.inc({ app: app.id, result: 'good' });
    const { polledAt: at, values } = snapshot;
    telemetry.readings.set(app.id, { at, freshUntil: at + staleAfter(app), values });
    return { good: true, at: snapshot.polledAt, snapshot };
  } catch (error) {
    telemetry.polls.inc({ app: app.id, result: error instanceof PlatformError ? error.kind : 'error' });
    const failed = { good: false, at: clock.now(), isAsked: true } as const;
    if (error instanceof PlatformError) {
      const { message, words: reason, retryAfterMs: wait } = error;
      const why = { reason, message };
      return { ...failed, ...why, pause: wait === undefined ? undefined : { ...why, until: begun + wait } };
    }
    logger.error('poll failed', { app: app.id, ...errorFields(error) });
    return {
      ...failed,
      reason: say('status.ownError', { app: app.name }),
      message: 'an error of imstats itself',
      pause: undefined,
    };
  } finally {
    telemetry.pollSeconds.observe({ app: app.id }, Math.max(0, clock.now() - begun) / second);
  }
}

function nextState(app: ImApp, answer: Answer, last: PollHealth | undefined): PollHealth {
  if (answer.good) return { app: app.id, lastTriedAt: answer.at, lastGoodAt: answer.at, failures: 0 };
  const good = last?.lastGoodAt === undefined ? {} : { lastGoodAt: last.lastGoodAt };
  const failures = (last?.failures ?? 0) + 1;
  const lastTriedAt = answer.isAsked ? answer.at : (last?.lastTriedAt ?? answer.at);
  return { app: app.id, lastTriedAt, ...good, failures, reason: answer.reason };
}

/** A log line for each change, not for each poll. */
function noteChange(
  app: ImApp,
  answer: Answer,
  { before, now }: { readonly before: PollHealth | undefined; readonly now: PollHealth },
  { logger }: PollDeps,
): void {
  const failed = (before?.failures ?? 0) > 0;
  if (now.failures === 0 && failed) logger.info('platform answers again', { app: app.id });
  const isNews = !failed || JSON.stringify(before?.reason) !== JSON.stringify(now.reason);
  if (!answer.good && isNews) logger.warn('platform does not answer', { app: app.id, reason: answer.message });
  if (now.failures === breakAt) logger.warn('platform is asked less often', { app: app.id, every: pause(app, now) });
}
