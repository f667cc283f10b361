// Delivers one leased row of the outbox: merges the rows that wait behind it, posts it, and settles its outcome.
import { coalesce } from '../alerting/coalesce.ts';
import { createRefusals, type Refusals } from '../charts/attach-charts.ts';
import type { Renderer } from '../charts/index.ts';
import { type Clock, type Duration, type Instant, second } from '../clock.ts';
import { createKeyedMutex, createKeyedRateLimiter, type KeyedMutex, type KeyedRateLimiter } from '../concurrency.ts';
import { DeliveryError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import { type Phrase, phrasesOf, verbatim, type Wording } from '../metrics/phrase.ts';
import type { digestPhrases } from '../reports/digest-phrases.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { LiveConfig, Problems } from '../service-types.ts';
import type { OutboxRow, Outgoing, Pager, Sender } from '../store/outbox.ts';
import type { DigestEnd, DigestRun, Store } from '../store/store.ts';
import type { Telemetry } from '../telemetry.ts';
import { deliverCharts } from './chart-row.ts';
import type { deliveryPhrases } from './delivery-phrases.ts';
import {
  type Abandoned,
  afterFailure,
  deliveryError,
  dropped,
  explainedOf,
  type Outcome,
  type Sent,
} from './outcome.ts';
import { isInSeveralChannels, isSlackMessage, postMessage } from './post-message.ts';
import { linkRows, sisterRoots, withPermalink } from './sister-roots.ts';

const say = phrasesOf<typeof healthPhrases & typeof digestPhrases & typeof deliveryPhrases>();

/** Dependencies of the delivery. */
export interface DeliveryDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Names this process in leases; different for every start of the process. */
  readonly owner: string;
  readonly store: Store;
  readonly live: Pick<LiveConfig, 'apps' | 'fallbackChannel'>;
  readonly sender: Sender;
  /** In order of preference. */
  readonly renderers: readonly Renderer[];
  readonly wording: Wording;
  /** Undefined: incidents stay in Slack. */
  readonly pager: Pager | undefined;
  readonly problems: Problems;
}

/** State that one process keeps between attempts; it affects timing only, so a restart may lose it. */
export interface DeliveryState extends DeliveryDeps {
  /** Of new messages, by channel. */
  readonly pacing: KeyedRateLimiter;
  /** Of edits, by channel. */
  readonly edits: KeyedRateLimiter;
  readonly locks: KeyedMutex;
  readonly refusals: Refusals;
}

/** Slack's rate limit is one message a second in a channel; this has a margin. A restart may cause one 429. */
const messageInterval: Duration = 1_100;

/** Slack counts edits apart, by the minute: a root need not wait for the lines that other threads of its channel get. */
const editInterval: Duration = 300;

/** Every channel and stream is free. */
export function createDeliveryState(deps: DeliveryDeps): DeliveryState {
  const refusals = createRefusals(deps.clock);
  const pacing = createKeyedRateLimiter(messageInterval);
  const sender = markingUnsaved(deps.sender, deps.store);
  return { ...deps, sender, pacing, edits: createKeyedRateLimiter(editInterval), locks: createKeyedMutex(), refusals };
}

/** While the store is in memory only, what is posted says so; an edit after that leaves it out again. */
function markingUnsaved(sender: Sender, store: Pick<Store, 'condition'>): Sender {
  const marked = (outgoing: Outgoing): Outgoing =>
    store.condition().unsaved === undefined
      ? outgoing
      : { ...outgoing, notes: [...outgoing.notes, say('delivery.unsaved')] };
  return {
    ...sender,
    post: (outgoing) => sender.post(marked(outgoing)),
    update: (outgoing, ts) => sender.update(marked(outgoing), ts),
  };
}

/** Resolves with the time at which the row is due again; undefined when it is finished. */
export async function deliverRow(row: OutboxRow, delivery: DeliveryState): Promise<Instant | undefined> {
  if (row.lane === 'picture') return settle(alone(row), await attempt(row, deliverCharts, delivery), delivery);
  if (row.lane === 'pager') return deliverMerged(row, page, delivery);
  const now = delivery.clock.now();
  const slot = pacingOf(row, delivery).slot(row.id, row.channel, now);
  if (slot > now) return putBack(row, slot, delivery);
  // Under the lock no other row reads or changes the root of the stream.
  return delivery.locks(row.stream, () => deliverMerged(row, post, delivery));
}

function pacingOf({ operation }: OutboxRow, { pacing, edits }: DeliveryState): KeyedRateLimiter {
  return operation === 'post' || operation === 'reply' ? pacing : edits;
}

/** Gives the row back as it was before it was leased, until `until`. */
export async function putBack(
  row: OutboxRow,
  until: Instant,
  { store, owner }: Pick<DeliveryDeps, 'store' | 'owner'>,
): Promise<Instant> {
  const state = row.state === 'unknown' ? 'unknown' : 'pending';
  await store.outbox.settle({ ...row, state, notBefore: until }, owner);
  return until;
}

type Deliver = (row: OutboxRow, delivery: DeliveryState) => Promise<Outcome>;

async function deliverMerged(row: OutboxRow, deliver: Deliver, delivery: DeliveryState): Promise<Instant | undefined> {
  const merged = mergeWaiting(row, await delivery.store.outbox.waiting(row.stream));
  const outcome =
    merged.superseded === undefined ? await attempt(merged.row, deliver, delivery) : dropped(merged.superseded);
  return settle(merged, outcome, delivery);
}

/** A row with the content that it has after merging, and what that means for the rows behind it. */
interface MergedRow {
  readonly row: OutboxRow;
  /** Why the row need not be sent any more; undefined when it must be sent. */
  readonly superseded: string | undefined;
  /** Rows whose content is in this one. */
  readonly covers: readonly OutboxRow[];
  /** Rows that must not repeat what is in this one: as they are afterwards, without its mentions and without broadcast. */
  readonly reduced: readonly OutboxRow[];
}

function alone(row: OutboxRow): MergedRow {
  return { row, superseded: undefined, covers: [], reduced: [] };
}

/** `waiting` are the unfinished rows of the stream, this one among them. */
function mergeWaiting(row: OutboxRow, waiting: readonly OutboxRow[]): MergedRow {
  const lane = waiting.filter((other) => other.lane === row.lane);
  if (!lane.some(({ id }) => id === row.id)) return { ...alone(row), superseded: 'not_waiting' };
  if (lane.length === 1) return alone(row);
  // In Slack an earlier attempt is looked up before this row is posted, so it may be merged; a pager cannot be asked.
  const state = row.lane === 'pager' ? row.state : 'pending';
  const { keep, drop } = coalesce(lane.map((other) => (other.id === row.id ? { ...row, state } : other)));
  const own = keep.find((kept) => kept.row.id === row.id);
  if (own === undefined) return { ...alone(row), superseded: drop.find((one) => one.row.id === row.id)?.why ?? '' };
  const reduced = keep
    // What covers others is merged anew at its own turn.
    .filter((kept) => kept !== own && kept.covers.length === 0)
    .filter((kept) => kept.message !== kept.row.message || kept.broadcast !== kept.row.broadcast)
    .map((kept) => ({ ...kept.row, message: kept.message, broadcast: kept.broadcast }));
  const merged = { ...row, message: own.message, broadcast: own.broadcast };
  return { row: merged, superseded: undefined, covers: own.covers, reduced };
}

async function post(row: OutboxRow, delivery: DeliveryState): Promise<Outcome> {
  const root = await delivery.store.outbox.root(row.stream);
  const message = row.message.kind === 'links' ? root?.shown : row.message;
  if (message === undefined || !isSlackMessage(message)) return dropped('not_for_slack');
  if (!isInSeveralChannels(message)) return postMessage({ row, message, root, elsewhere: [] }, delivery);
  const elsewhere = await sisterRoots(message, row.stream, delivery.store);
  return withPermalink(await postMessage({ row, message, root, elsewhere }, delivery), delivery);
}

async function page({ message }: OutboxRow, { pager }: DeliveryState): Promise<Outcome> {
  if (message.kind !== 'pager') return dropped('not_for_pager');
  if (pager === undefined) return dropped('no_pager');
  await pager.send(message.action, message.view, message);
  return { state: 'sent', ts: undefined, channel: '', root: undefined, isFound: false };
}

/** Never rejects: an error is an outcome as well. */
async function attempt(row: OutboxRow, deliver: Deliver, delivery: DeliveryState): Promise<Outcome> {
  try {
    return await deliver(row, delivery);
  } catch (error) {
    if (error instanceof DeliveryError) return failed(row, error, delivery);
    delivery.logger.error('delivery failed', { key: row.key, ...errorFields(error) });
    // Whatever else went wrong, the message may have arrived.
    return failed(row, deliveryError('unknown', 'internal', say('delivery.ended')), delivery);
  }
}

/** Each service has a key of its own: what one takes says nothing of another. */
function ofPager({ message }: OutboxRow): Phrase {
  return say('problem.pager', { service: message.kind === 'pager' ? message.service : undefined });
}

function failed(row: OutboxRow, failure: DeliveryError, delivery: DeliveryState): Outcome {
  const { clock, telemetry, logger, problems } = delivery;
  const { outcome, code, retryAfterMs } = failure;
  const now = clock.now();
  if (retryAfterMs !== undefined) pacingOf(row, delivery).block(row.channel, { from: now, until: now + retryAfterMs });
  if (outcome === 'locked-out') problems.add(say('problem.slack'), explainedOf(failure));
  if (outcome === 'refused' && row.lane === 'pager') problems.add(ofPager(row), explainedOf(failure));
  if (outcome === 'unknown') telemetry.unknownOutcomes.inc();
  telemetry.deliveries.inc({ kind: row.message.kind, result: outcome });
  // Once per change, not once per attempt.
  if (row.errorCode !== code) logger.warn('delivery not taken', { key: row.key, channel: row.channel, code });
  return afterFailure(row, failure, delivery);
}

/** Saves in one transaction the outcome of the row and the remaining content of the rows behind it. */
async function settle(merged: MergedRow, outcome: Outcome, delivery: DeliveryState): Promise<Instant | undefined> {
  const { store, owner, clock } = delivery;
  const { row } = merged;
  const now = clock.now();
  // A message that an earlier attempt had posted has the content of that attempt.
  const { covers, reduced } = outcome.state === 'sent' && !outcome.isFound ? merged : alone(row);
  const run = await store.transaction(async (tx) => {
    const { outbox } = tx;
    // The rows behind come first, because settling a row gives its lease back.
    for (const other of covers) await outbox.settle({ ...other, state: 'dropped', error: 'merged' }, owner);
    for (const other of reduced) await outbox.rewrite(other, owner);
    const isSettled = await outbox.settle(settledRow(row, outcome, now), owner);
    if (outcome.state === 'sent' && outcome.root !== undefined) await outbox.saveRoot(outcome.root);
    const isLinked = outcome.state === 'sent' && outcome.isLinked === true;
    for (const link of isLinked ? await linkRows(row, { outcome, now }, tx) : []) await outbox.add(link);
    const end = isSettled && row.message.kind === 'report' ? digestEnd(outcome, now) : undefined;
    return end === undefined ? undefined : tx.digests.finishQueued(row.stream, end);
  });
  if (outcome.state === 'pending' || outcome.state === 'unknown') return outcome.at;
  for (const one of [row, ...covers]) pacingOf(one, delivery).forget(one.id);
  if (outcome.state === 'sent') noteSent(row, outcome, delivery);
  if (outcome.state === 'dead') noteDead(row, outcome, delivery);
  if (run !== undefined) noteDigest(run, delivery);
  return undefined;
}

function settledRow(row: OutboxRow, outcome: Outcome, now: Instant): OutboxRow {
  const tried = { ...row, state: outcome.state, attempts: row.attempts + 1 };
  if (outcome.state === 'sent') return { ...tried, ts: outcome.ts, error: undefined, errorCode: undefined };
  // Its words are for the log and for health.
  const unsent = { ...tried, error: outcome.code ?? outcome.why, errorCode: outcome.code };
  if (outcome.state !== 'pending' && outcome.state !== 'unknown') return unsent;
  // A clock that was set back must not make a doubt last for longer.
  const doubtfulSince = Math.min(outcome.doubtfulSince ?? row.doubtfulSince ?? now, now);
  return { ...unsent, notBefore: Math.max(now, outcome.at), doubtfulSince };
}

/** What the end of its message means for the run of a digest; undefined while there is none. */
function digestEnd({ state }: Outcome, finishedAt: Instant): DigestEnd | undefined {
  if (state === 'pending' || state === 'unknown') return undefined;
  return state === 'sent' ? { state, finishedAt } : { state: 'failed', reason: say('digest.notTaken'), finishedAt };
}

function noteDigest({ schedule, period, state, reason }: DigestRun, { problems, logger }: DeliveryState): void {
  const fields = { digest: schedule, period, reason: reason?.kind };
  if (state === 'failed') logger.error('digest failed', fields);
  else {
    problems.clear(say('problem.digest', { digest: schedule }));
    logger.info('digest sent', fields);
  }
}

function noteSent(row: OutboxRow, outcome: Sent, delivery: DeliveryState): void {
  const { telemetry, clock, problems, logger } = delivery;
  telemetry.deliveries.inc({ kind: row.message.kind, result: outcome.isFound ? 'found' : 'sent' });
  if (row.causedAt !== undefined && row.lane === 'slack') {
    telemetry.sampleToSlackSeconds.observe(Math.max(0, clock.now() - row.causedAt) / second);
  }
  // A message that went to the fallback channel shows nothing about its own.
  if (row.lane === 'slack') problems.clear(say('problem.slack'));
  if (row.lane === 'pager') problems.clear(ofPager(row));
  else if (outcome.channel === row.channel) problems.clear(say('problem.channel', { channel: row.channel }));
  logger.info('delivered', { key: row.key, channel: row.channel, operation: row.operation });
}

function noteDead(row: OutboxRow, { why, words }: Abandoned, { telemetry, problems, logger }: DeliveryState): void {
  telemetry.deliveries.inc({ kind: row.message.kind, result: 'dead' });
  const told = say('problem.nobodyTold', { channel: row.channel, why: words ?? verbatim(why) });
  problems.add(say('problem.delivery', { key: row.key }), told);
  logger.error('delivery given up', { key: row.key, channel: row.channel, reason: why });
}
