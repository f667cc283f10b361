// Asks every app on its own interval: gather, decide, save. Nothing is sent from here.
import type { Rule } from '../alerting/rule.ts';
import type { ImApp } from '../app.ts';
import { type Duration, type Instant, minute, second, withTimeout } from '../clock.ts';
import { PlatformError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import type { PollHealth, Snapshot } from '../metrics/sample.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Job } from '../service-types.ts';
import { inTransaction, type RuleIndex } from './advance-alert.ts';
import {
  type EvaluatedRule,
  evaluateMeasurements,
  type MaintenanceWindows,
  measureRule,
  type PolledApp,
  type RuleMeasurement,
} from './evaluate-rules.ts';
import type { JobsDeps } from './job.ts';
import { createIntervalRunner, type IntervalResult, type IntervalTask } from './timers.ts';

/** After so many failures in a row a platform is left in peace … */
const breakAt = 5;
/** … and asked only so often. */
const probeEvery: Duration = minute;

/** What polling works with. */
export type PollDeps = Pick<
  JobsDeps,
  'clock' | 'logger' | 'telemetry' | 'random' | 'store' | 'apps' | 'platforms' | 'rules'
> & {
  readonly windows: MaintenanceWindows;
  readonly ruleIndex: RuleIndex;
  /** Told of every poll's alerts after they were saved. */
  readonly applied: (applied: readonly EvaluatedRule[]) => void;
};

/** The job that polls all apps. A run of it never rejects for an app, and one app never waits for another. */
export function createPolls(deps: PollDeps): Job {
  const items = deps.apps.flatMap((app) => {
    const platform = deps.platforms.get(app.id);
    return platform === undefined ? [] : [createPoll(app, platform, deps)];
  });
  const ticker = createIntervalRunner(items, { ...deps, name: 'poll' });
  return { name: 'poll', start: ticker.start, stop: ticker.stop };
}

/** Polls of one app. What it remembers is what the store says, read at its first run. */
export function createPoll(app: ImApp, platform: Platform, deps: PollDeps): IntervalTask {
  const rules = deps.rules.filter((rule) => rule.app === app.id);
  let last: PollHealth | undefined;
  let known = false;
  let quiet: Quiet | undefined;
  return {
    id: app.id,
    every: app.pollEvery,
    run: async (): Promise<IntervalResult> => {
      if (!known) last = (await deps.store.polls()).find((poll) => poll.app === app.id);
      known = true;
      const answer = quietAnswer(quiet, deps.clock.now()) ?? (await ask(app, platform, deps));
      quiet = answer.good ? undefined : answer.quiet;
      const poll = nextState(app, answer, last);
      await save({ app, rules, answer, poll }, deps);
      noteChange(app, last, poll, deps);
      last = poll;
      const usual = pause(app, poll);
      return { troubled: poll.failures > 0, every: quiet === undefined ? usual : nextWithin(quiet, usual, answer.at) };
    },
  };
}

/** A platform asked to be left in peace. */
interface Quiet {
  readonly until: Instant;
  readonly reason: string;
}

/**
 * A poll that falls into the quiet that a platform asked for fails without a question: a maintenance that is announced by
 * `Retry-After: 900` must not hold back the alert that nothing answers.
 */
function quietAnswer(quiet: Quiet | undefined, now: Instant): Answer | undefined {
  if (quiet === undefined || now >= quiet.until) return undefined;
  return { good: false, at: now, isAsked: false, reason: quiet.reason, quiet };
}

/** The end of the quiet or, where that is far, the next poll that counts as failed: one a minute at most. */
function nextWithin({ until }: Quiet, usual: Duration, now: Instant): Duration {
  return Math.min(Math.max(usual, until - now), Math.max(usual, probeEvery));
}

function pause(app: ImApp, poll: PollHealth): Duration {
  return poll.failures >= breakAt ? Math.max(app.pollEvery, probeEvery) : app.pollEvery;
}

/** What a platform said, or why it did not. */
type Answer =
  | { readonly good: true; readonly at: number; readonly snapshot: Snapshot }
  | {
      readonly good: false;
      readonly at: number;
      /** False for a poll that fell into the quiet that the platform asked for. */
      readonly isAsked: boolean;
      readonly reason: string;
      readonly quiet: Quiet | undefined;
    };

/** One question with a time limit that fits the interval: never under 10 s, never over 30 s. */
async function ask(app: ImApp, platform: Platform, { clock, telemetry, logger }: PollDeps): Promise<Answer> {
  const begun = clock.now();
  const after = Math.min(30 * second, Math.max(10 * second, app.pollEvery));
  const late = (): PlatformError =>
    new PlatformError('timeout', `${app.name} did not answer within ${Math.round(after / second)} s.`);
  try {
    const snapshot = await withTimeout(clock, { after, late }, (signal) => platform.snapshot(signal));
    telemetry.polls.inc({ app: app.id, result: 'good' });
    return { good: true, at: snapshot.polledAt, snapshot };
  } catch (error) {
    telemetry.polls.inc({ app: app.id, result: error instanceof PlatformError ? error.kind : 'error' });
    const failed = { good: false, at: clock.now(), isAsked: true } as const;
    if (error instanceof PlatformError) {
      const { message: reason, retryAfterMs: wait } = error;
      return { ...failed, reason, quiet: wait === undefined ? undefined : { until: begun + wait, reason } };
    }
    logger.error('poll failed', { app: app.id, ...errorFields(error) });
    return { ...failed, reason: `Asking ${app.name} ended in an error of imstats itself.`, quiet: undefined };
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

interface Result {
  readonly app: ImApp;
  readonly rules: readonly Rule[];
  readonly answer: Answer;
  readonly poll: PollHealth;
}

/** Numbers, alerts and what is to be told of them: all or nothing. */
async function save({ app, rules, answer, poll }: Result, deps: PollDeps): Promise<void> {
  const { store, windows, ruleIndex } = deps;
  const values = answer.good ? answer.snapshot.values : {};
  const polled: PolledApp = { app, at: answer.at, values, health: poll, why: poll.reason };
  const said: RuleMeasurement[] = [];
  for (const rule of rules) said.push({ rule, measurement: await measureRule(rule, polled, { store, windows }) });
  const applied = await inTransaction(store, async (tx) => {
    if (answer.good) await tx.samples.record(app.id, answer.at, values);
    await tx.savePoll(poll);
    return evaluateMeasurements(tx, polled, { said, windows, ruleIndex });
  });
  deps.applied(applied);
}

/** One line for a change, not one for each poll. */
function noteChange(app: ImApp, before: PollHealth | undefined, now: PollHealth, { logger }: PollDeps): void {
  const failed = (before?.failures ?? 0) > 0;
  if (now.failures === 0 && failed) logger.info('platform answers again', { app: app.id });
  const isNews = !failed || before?.reason !== now.reason;
  if (now.failures > 0 && isNews) logger.warn('platform does not answer', { app: app.id, reason: now.reason });
  if (now.failures === breakAt) logger.warn('platform is asked less often', { app: app.id, every: pause(app, now) });
}
