// Delivers one leased row of the outbox, merged with what waits behind it, and settles what became of it.
import { coalesce } from '../alerting/coalesce.ts';
import type { ImApp } from '../app.ts';
import type { Renderer } from '../charts/index.ts';
import { type Clock, type Instant, second } from '../clock.ts';
import { createKeyedMutex, type KeyedMutex } from '../concurrency.ts';
import { DeliveryError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Problems } from '../service-types.ts';
import type { Message, OutboxRow, Pager, Sender } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { Telemetry } from '../telemetry.ts';
import { deliverCharts } from './chart-row.ts';
import { afterFailure, type ChannelRateLimiter, createChannelRateLimiter, type Outcome, type Sent } from './outcome.ts';
import { deliverToSlack } from './post-message.ts';

/** A row as it is told now. `message` is undefined for one that has been overtaken, and `why` says by what. */
export interface MergedRow {
  readonly message: Message | undefined;
  readonly broadcast: boolean;
  readonly why: string;
  /** Rows behind it that it tells as well. */
  readonly covers: readonly OutboxRow[];
  /** Rows behind it that have less to say once it is told: no mention, no broadcast. */
  readonly quieter: readonly ReducedRow[];
}

/** A row that has less to say than it was written with. */
export interface ReducedRow {
  readonly id: number;
  readonly message: Message;
  readonly broadcast: boolean;
}

/** `waiting` are the unfinished rows of the stream, this one among them. */
export function mergeWaiting(row: OutboxRow, waiting: readonly OutboxRow[]): MergedRow {
  // In Slack an earlier try is looked up before this row is told, so it may be merged; a pager cannot be asked.
  const state = row.lane === 'pager' ? row.state : 'pending';
  const rows = waiting.map((other) => (other.id === row.id ? { ...row, state } : other));
  const { keep, drop } = coalesce(rows);
  const own = keep.find((kept) => kept.row.id === row.id);
  if (own === undefined) {
    const why = drop.find((dropped) => dropped.row.id === row.id)?.why ?? 'no longer waiting';
    return { message: undefined, broadcast: false, why, covers: [], quieter: [] };
  }
  const quieter = keep
    .filter((kept) => kept !== own && (kept.message !== kept.row.message || kept.broadcast !== kept.row.broadcast))
    .map((kept) => ({ id: kept.row.id, message: kept.message, broadcast: kept.broadcast }));
  return { message: own.message, broadcast: own.broadcast, why: '', covers: own.covers, quieter };
}

/** What the delivery works with. */
export interface DeliveryDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Names this process in leases; different for every start of the process. */
  readonly owner: string;
  readonly store: Store;
  readonly apps: readonly ImApp[];
  readonly sender: Sender;
  /** In order of preference. */
  readonly renderers: readonly Renderer[];
  /** Undefined: incidents stay in Slack. */
  readonly pager: Pager | undefined;
  /** Where a message goes that its own channel refuses for good. */
  readonly fallbackChannel: string | undefined;
  readonly problems: Problems;
}

/** What one process remembers between two tries; all of it may be forgotten at any time. */
export interface DeliveryState extends DeliveryDeps {
  readonly pacing: ChannelRateLimiter;
  readonly locks: KeyedMutex;
  /** Rows whose mentions went out with an earlier message already, by row id. */
  readonly quieter: Map<number, ReducedRow>;
}

/** Nothing remembered yet. */
export function createDeliveryState(deps: DeliveryDeps): DeliveryState {
  return {
    ...deps,
    pacing: createChannelRateLimiter(),
    locks: createKeyedMutex(),
    quieter: new Map(),
  };
}

/** Resolves with the time at which the row is to be looked at again; undefined when it is finished. */
export async function deliverRow(row: OutboxRow, delivery: DeliveryState): Promise<Instant | undefined> {
  const now = delivery.clock.now();
  // Charts take their slot when they are drawn.
  const slot = row.lane === 'slack' ? delivery.pacing.slot(row.id, row.channel, now) : now;
  if (slot > now) {
    const state = row.state === 'unknown' ? 'unknown' : 'pending';
    await delivery.store.outbox.settle({ ...row, state, notBefore: slot }, delivery.owner);
    return slot;
  }
  if (row.lane === 'slack') return delivery.locks(row.stream, () => deliverMerged(row, delivery, post));
  if (row.lane === 'pager') return deliverMerged(row, delivery, page);
  return settle(
    row,
    { outcome: await guarded(row, () => deliverCharts(row, delivery), delivery), merged: undefined },
    delivery,
  );
}

type Attempt = (row: OutboxRow, message: Message, delivery: DeliveryState) => Promise<Outcome>;

/** Reads the stream right before the try and saves right after it; with the lock nobody else is at its root. */
async function deliverMerged(row: OutboxRow, delivery: DeliveryState, attempt: Attempt): Promise<Instant | undefined> {
  const merged = mergeWaiting(row, await delivery.store.outbox.waiting(row.stream));
  const { message } = merged;
  if (message === undefined) return settle(row, { outcome: { state: 'dropped', why: merged.why }, merged }, delivery);
  const quiet = delivery.quieter.get(row.id);
  const now = { ...row, broadcast: quiet?.broadcast ?? merged.broadcast };
  const outcome = await guarded(row, () => attempt(now, quiet?.message ?? message, delivery), delivery);
  return settle(row, { outcome, merged }, delivery);
}

async function post(row: OutboxRow, message: Message, delivery: DeliveryState): Promise<Outcome> {
  if (message.kind === 'picture' || message.kind === 'pager')
    return { state: 'dropped', why: 'not a message for Slack' };
  const root = await delivery.store.outbox.root(row.stream);
  return deliverToSlack({ row, message, root }, delivery);
}

async function page(_row: OutboxRow, message: Message, { pager }: DeliveryState): Promise<Outcome> {
  if (message.kind !== 'pager') return { state: 'dropped', why: 'not a message for a pager' };
  if (pager === undefined) return { state: 'dropped', why: 'no pager is configured' };
  await pager.send(message.action, message.view);
  return { state: 'sent', ts: undefined, channel: '', root: undefined, isFound: false };
}

async function guarded(row: OutboxRow, work: () => Promise<Outcome>, delivery: DeliveryState): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === 'internal') delivery.logger.error('delivery failed', { key: row.key, ...errorFields(error) });
    const now = delivery.clock.now();
    if (failure.retryAfterMs !== undefined)
      delivery.pacing.block(row.channel, { from: now, until: now + failure.retryAfterMs });
    if (failure.outcome === 'refused' && row.lane === 'pager') delivery.problems.add('pager', wordsOf(failure));
    noteFailure(row, failure, delivery);
    return afterFailure({ ...row, attempts: row.attempts + 1 }, failure, delivery);
  }
}

function wordsOf(failure: DeliveryError): string {
  return `${failure.message} ${failure.hint ?? ''}`.trim();
}

/** Whatever else went wrong, the message may have arrived. */
function asFailure(error: unknown): DeliveryError {
  return error instanceof DeliveryError
    ? error
    : new DeliveryError('unknown', 'internal', 'The try ended in an error.');
}

function noteFailure(row: OutboxRow, failure: DeliveryError, { telemetry, logger }: DeliveryState): void {
  if (failure.outcome === 'unknown') telemetry.unknownOutcomes.inc();
  telemetry.deliveries.inc({ kind: row.message.kind, result: failure.outcome });
  // Once per change, not once per try.
  if (row.error?.startsWith(`${failure.code}:`) === true) return;
  logger.warn('delivery not taken', { key: row.key, channel: row.channel, code: failure.code });
}

interface Settled {
  readonly outcome: Outcome;
  readonly merged: MergedRow | undefined;
}

async function settle(
  row: OutboxRow,
  { outcome, merged }: Settled,
  delivery: DeliveryState,
): Promise<Instant | undefined> {
  const { store, owner, clock } = delivery;
  const now = clock.now();
  // A message that an earlier try had brought there says what it said then.
  const told = outcome.state === 'sent' && !outcome.isFound ? merged : undefined;
  await store.transaction(async (tx) => {
    // First those behind it: settling a row gives its lease back.
    for (const other of told?.covers ?? []) {
      await tx.outbox.settle({ ...other, state: 'dropped', error: `told by ${row.key}` }, owner);
    }
    await tx.outbox.settle(settledRow(row, outcome, now), owner);
    if (outcome.state === 'sent' && outcome.root !== undefined) await tx.outbox.saveRoot(outcome.root);
  });
  if (outcome.state === 'later') return outcome.at;
  forget(row, delivery);
  for (const other of told?.covers ?? []) forget(other, delivery);
  for (const quiet of told?.quieter ?? []) delivery.quieter.set(quiet.id, quiet);
  if (outcome.state === 'sent') noteSent(row, outcome, delivery);
  if (outcome.state === 'dead') noteDead(row, outcome.why, delivery);
  return undefined;
}

function forget({ id }: OutboxRow, delivery: DeliveryState): void {
  delivery.quieter.delete(id);
  delivery.pacing.forget(id);
}

function settledRow(row: OutboxRow, outcome: Outcome, now: Instant): OutboxRow {
  const tried = { ...row, attempts: row.attempts + 1 };
  if (outcome.state === 'sent') return { ...tried, state: 'sent', ts: outcome.ts, error: undefined };
  if (outcome.state !== 'later') return { ...tried, state: outcome.state, error: outcome.why };
  // A clock that was set back must not make a doubt last for longer.
  const doubtfulSince = Math.min(outcome.doubtfulSince ?? row.doubtfulSince ?? now, now);
  return { ...tried, state: outcome.as, notBefore: Math.max(now, outcome.at), error: outcome.why, doubtfulSince };
}

function noteSent(row: OutboxRow, outcome: Sent, delivery: DeliveryState): void {
  const { telemetry, clock, problems, logger } = delivery;
  telemetry.deliveries.inc({ kind: row.message.kind, result: outcome.isFound ? 'found' : 'sent' });
  if (row.causedAt !== undefined && row.lane === 'slack') {
    telemetry.sampleToSlackSeconds.observe(Math.max(0, clock.now() - row.causedAt) / second);
  }
  // A message that went to the fallback channel says nothing good of its own.
  if (row.lane === 'pager') problems.clear('pager');
  else if (outcome.channel === row.channel) problems.clear(`channel ${row.channel}`);
  logger.info('delivered', { key: row.key, channel: row.channel, operation: row.operation });
}

function noteDead(row: OutboxRow, why: string, { telemetry, problems, logger }: DeliveryState): void {
  telemetry.deliveries.inc({ kind: row.message.kind, result: 'dead' });
  problems.add(`delivery ${row.key}`, `Nobody could be told in ${row.channel}: ${why}`);
  logger.error('delivery given up', { key: row.key, channel: row.channel, reason: why });
}
