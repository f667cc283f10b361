// Calls an address outside while the bot does its work, so that a watch elsewhere notices when it does not: a dead man's switch.
import { isDeepStrictEqual } from 'node:util';
import { createHeartbeat, type Duration, minute, second, withTimeout } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import { BotError } from '../errors.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import type { PollHealth } from '../metrics/sample.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { NotTaken, selfCheckPhrases } from '../reports/self-check-phrases.ts';
import type { Job } from '../service-types.ts';
import type { JobsDeps } from './job.ts';

const say = phrasesOf<typeof selfCheckPhrases & typeof healthPhrases>();

const answerWithin: Duration = 10 * second;

/** A poll that is later than this is not late by chance; a platform may have asked not to be polled for up to 15 min. */
const latePoll: Duration = 3 * minute;
const longestPause: Duration = 15 * minute;

/** A message that waits for longer says that Slack takes none. */
const longestQueue: Duration = 15 * minute;

export type HeartbeatDeps = Pick<
  JobsDeps,
  'clock' | 'logger' | 'telemetry' | 'store' | 'live' | 'problems' | 'heartbeat' | 'fetch'
> & {
  /** False while the bot notices a trouble of its own. */
  readonly isWell: () => boolean;
};

/** Not started; does nothing where none is configured. */
export function createHeartbeatJob(deps: HeartbeatDeps): Job {
  const { clock, logger, problems, telemetry, heartbeat } = deps;
  const running = createBackgroundTasks('heartbeat', deps);
  let lastFailure: NotTaken | undefined;
  const beat = async (url: string): Promise<void> => {
    const failure = (await isWorking(deps)) ? await failureOf(url, deps) : undefined;
    if (failure === undefined) problems.clear(say('problem.heartbeat'));
    else problems.add(say('problem.heartbeat'), say('self.heartbeat', failure));
    // Once per change, not once per call.
    if (failure !== undefined && !isDeepStrictEqual(failure, lastFailure))
      logger.warn('heartbeat not taken', { ...failure });
    lastFailure = failure;
  };
  const beats =
    heartbeat &&
    createHeartbeat(clock, heartbeat.every, () => {
      if (running.count() === 0) void running.add(() => beat(heartbeat.url));
    });
  if (heartbeat !== undefined) telemetry.heartbeats.inc({ result: 'sent' }, 0);
  return {
    name: 'heartbeat',
    start: () => beats?.start(),
    stop: async () => {
      beats?.stop();
      await running.ended();
    },
  };
}

/** Polls, store and Slack are well. A platform that does not answer is no fault of the bot. */
async function isWorking({ isWell, store, live, clock, telemetry }: HeartbeatDeps): Promise<boolean> {
  const now = clock.now();
  const [polls, { oldest }] = await Promise.all([store.polls(), store.outbox.status()]);
  const isLate = ({ lastTriedAt, failures }: PollHealth, every: Duration): boolean =>
    now - lastTriedAt > Math.max(3 * every, latePoll) + (failures > 0 ? longestPause : 0);
  const arePolled = live.apps.every(({ id, pollEvery }) => {
    const poll = polls.find(({ app }) => app === id);
    return poll !== undefined && !isLate(poll, pollEvery);
  });
  const isWorkingNow = isWell() && arePolled && now - (oldest ?? now) <= longestQueue;
  if (!isWorkingNow) telemetry.heartbeats.inc({ result: 'held_back' });
  return isWorkingNow;
}

/** Undefined where the address took the call. The address is a secret, and an error may repeat it. */
async function failureOf(url: string, { fetch, clock, telemetry }: HeartbeatDeps): Promise<NotTaken | undefined> {
  const late = (): Error => new BotError('The address of the heartbeat did not answer within 10 s.');
  try {
    const { status } = await withTimeout(clock, { after: answerWithin, late }, async (signal) => {
      const response = await fetch(url, { signal, redirect: 'follow' });
      await response.body?.cancel();
      return response;
    });
    telemetry.heartbeats.inc({ result: status < 400 ? 'sent' : 'failed' });
    return status < 400 ? undefined : { because: 'status', status };
  } catch (error) {
    telemetry.heartbeats.inc({ result: 'failed' });
    return { because: error instanceof BotError ? 'late' : 'unreachable' };
  }
}
