// Looks at the bot itself: whether its store is written, Slack reaches it and takes its token; says what is not so in the fallback channel, once, with its end.
import { createHeartbeat, type Duration, minute, second } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import { DeliveryError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import { checkAgain, type SelfCheck, type Trouble, type TroubleKind } from '../reports/self-check.ts';
import type { selfCheckPhrases } from '../reports/self-check-phrases.ts';
import type { Job } from '../service-types.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { JobsDeps } from './job.ts';
import { createRefusalPage, type RefusalPage } from './refusal-page.ts';

const say = phrasesOf<typeof selfCheckPhrases & typeof healthPhrases>();

const checkEvery: Duration = 15 * second;
const askEvery: Duration = minute;

export type SelfCheckDeps = Pick<
  JobsDeps,
  'clock' | 'logger' | 'telemetry' | 'owner' | 'store' | 'live' | 'problems' | 'sender' | 'pager' | 'hears' | 'wake'
>;

export interface SelfCheckJob extends Job {
  /** False while one of the troubles is there, told or not. */
  isWell(): boolean;
  /** True from the first call that Slack refused the token of until one that it took. */
  isRefused(): boolean;
}

/** What a problem in `health` is about. */
const abouts: Readonly<Record<TroubleKind, Phrase>> = {
  unsaved: say('problem.store'),
  file: say('problem.file'),
  deaf: say('problem.socket'),
  refused: say('problem.slack'),
};

/** Not started. */
export function createSelfCheck(deps: SelfCheckDeps): SelfCheckJob {
  const { clock, problems } = deps;
  const running = createBackgroundTasks('self-check', deps);
  const page = deps.pager && createRefusalPage(deps);
  let troubles: readonly Trouble[] = [];
  let refusal: DeliveryError | undefined;
  let seen: ReadonlyMap<TroubleKind, Phrase> = new Map();

  const look = async (): Promise<void> => {
    seen = troublesOf(deps, refusal);
    measure(seen, deps);
    const { troubles: now, news } = checkAgain(troubles, seen, clock.now());
    for (const { kind, words, isTold, goneSince } of now) {
      if (goneSince !== undefined) problems.clear(abouts[kind]);
      else if (isTold) problems.add(abouts[kind], words);
    }
    for (const one of news) await tell(one, { ...deps, page });
    // What could not be told is news at the next look again.
    troubles = now;
  };
  const ask = async (): Promise<void> => {
    const answer = await refusalOf(deps);
    if (answer === 'unknown') return;
    if (answer === undefined && refusal !== undefined) problems.clear(abouts.refused);
    refusal = answer;
    if (answer !== undefined || page === undefined) return;
    const now = clock.now();
    await page.resolve(say('self.ended', { kind: 'refused', at: now, zone: deps.live.timezone, now }));
  };
  let isLooking = false;
  const looks = createHeartbeat(clock, checkEvery, () => {
    if (isLooking) return;
    isLooking = true;
    void running.add(() => look().finally(() => (isLooking = false)));
  });
  const asks = createHeartbeat(clock, askEvery, () => void running.add(ask));
  return {
    name: 'self-check',
    isWell: () => seen.size === 0,
    isRefused: () => refusal !== undefined,
    start: () => {
      looks.start();
      asks.start();
    },
    stop: async () => {
      looks.stop();
      asks.stop();
      await running.ended();
    },
  };
}

/** The words of each trouble that is there. */
function troublesOf({ store, hears }: SelfCheckDeps, refusal: DeliveryError | undefined): Map<TroubleKind, Phrase> {
  const { unsaved, file } = store.condition();
  const seen = new Map<TroubleKind, Phrase>();
  if (unsaved !== undefined) seen.set('unsaved', say('self.unsaved', { why: unsaved.why }));
  if (file !== undefined) seen.set('file', say('self.file', { state: file }));
  if (!hears()) seen.set('deaf', say('self.deaf'));
  if (refusal !== undefined) {
    const { words, advice } = refusal;
    seen.set('refused', say('self.refused', { why: say('problem.explained', { words, advice }) }));
  }
  return seen;
}

function measure(seen: ReadonlyMap<TroubleKind, Phrase>, { telemetry, live }: SelfCheckDeps): void {
  telemetry.configVersion.set(live.version);
  telemetry.storeWritable.set(seen.has('unsaved') || seen.has('file') ? 0 : 1);
  telemetry.slackConnected.set(seen.has('deaf') ? 0 : 1);
  telemetry.slackTokenAccepted.set(seen.has('refused') ? 0 : 1);
}

/** Undefined where Slack takes the token; `unknown` where it gives no answer, which says nothing of the token. */
async function refusalOf({ sender, logger }: SelfCheckDeps): Promise<DeliveryError | 'unknown' | undefined> {
  try {
    await sender.test();
    return undefined;
  } catch (error) {
    if (error instanceof DeliveryError && error.outcome === 'locked-out') return error;
    logger.warn('Slack did not say whether it takes the token', errorFields(error));
    return 'unknown';
  }
}

/** In the log and, where there is one, in the fallback channel: the end in the thread of the begin. */
async function tell(
  { type, trouble, at }: SelfCheck['news'][number],
  deps: SelfCheckDeps & { readonly page: RefusalPage | undefined },
): Promise<void> {
  const { clock, logger, live, store, problems, owner, wake, page } = deps;
  const { kind, words, since } = trouble;
  const fields = { trouble: kind, since: new Date(since).toISOString() };
  if (type === 'begun') logger.error('imstats is in trouble', fields);
  else {
    problems.clear(abouts[kind]);
    logger.info('the trouble is over', fields);
  }
  const now = clock.now();
  const told = { kind, words, at, zone: live.timezone, now };
  if (kind === 'refused' && type === 'begun') await page?.trigger(say('self.begun', told), at);
  const channel = live.fallbackChannel;
  // What says that the token was refused arrives when that is over.
  if (channel === undefined || (kind === 'refused' && type === 'ended')) return;
  const text = type === 'ended' ? say('self.ended', told) : say(kind === 'refused' ? 'self.over' : 'self.begun', told);
  const stream = `self:${kind}:${owner}:${since}`;
  const isBegin = type === 'begun';
  const row: NewOutboxRow = {
    key: `${stream}:${type}`,
    stream,
    lane: 'slack',
    seq: isBegin ? 1 : 2,
    channel,
    operation: isBegin ? 'post' : 'reply',
    broadcast: !isBegin,
    message: { kind: 'line', text, mentions: [], colour: isBegin ? 'red' : 'green' },
    causedAt: undefined,
    createdAt: now,
    notBefore: now,
  };
  if (await store.outbox.add(row)) wake();
}
