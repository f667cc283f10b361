// Tells one leased row of the outbox and writes back what became of it.
import { type Instant, second } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import { errorFields } from '../logger.ts';
import type { Message, OutboxRow } from '../store/outbox.ts';
import { afterFailure, type Outcome, type Sent } from './delivered.ts';
import type { JobsDeps } from './job.ts';
import { createLocks, type Locks } from './locks.ts';
import { type Merged, mergeWaiting, type Quieter } from './merge.ts';
import { createPacing, type Pacing } from './pacing.ts';
import { type Drawing, tryPicture } from './picture.ts';
import { trySlackRow } from './slack-row.ts';
import type { Troubles } from './troubles.ts';

/** What the delivery works with. */
export type DeliverDeps = Pick<
  JobsDeps,
  | 'clock'
  | 'logger'
  | 'telemetry'
  | 'random'
  | 'owner'
  | 'store'
  | 'apps'
  | 'sender'
  | 'renderers'
  | 'pager'
  | 'fallbackChannel'
> & { readonly troubles: Troubles };

/** What one process remembers between two tries; all of it may be forgotten at any time. */
export interface Telling extends DeliverDeps {
  readonly pacing: Pacing;
  readonly locks: Locks;
  /** Pictures that are drawn and not shown yet, by row id. */
  readonly drawn: Map<number, Drawing>;
  /** Rows whose mentions went out with an earlier message already, by row id. */
  readonly quieter: Map<number, Quieter>;
}

/** Nothing remembered yet. */
export function createTelling(deps: DeliverDeps): Telling {
  return {
    ...deps,
    pacing: createPacing(),
    locks: createLocks(),
    drawn: new Map(),
    quieter: new Map(),
  };
}

/** Resolves with the time at which the row is to be looked at again; undefined when it is finished. */
export async function tell(row: OutboxRow, telling: Telling): Promise<Instant | undefined> {
  const now = telling.clock.now();
  // Drawing says nothing in the channel; only showing what is drawn does.
  const isSilent = row.lane === 'pager' || (row.lane === 'picture' && !telling.drawn.has(row.id));
  const slot = isSilent ? now : telling.pacing.slot(row.id, row.channel, now);
  if (slot > now) {
    const state = row.state === 'unknown' ? 'unknown' : 'pending';
    await telling.store.outbox.settle({ ...row, state, notBefore: slot }, telling.owner);
    return slot;
  }
  if (row.lane === 'slack') return telling.locks(row.stream, () => tellMerged(row, telling, post));
  if (row.lane === 'pager') return tellMerged(row, telling, page);
  return settle(
    row,
    { outcome: await guarded(row, () => tryPicture(row, telling), telling), merged: undefined },
    telling,
  );
}

type Attempt = (row: OutboxRow, message: Message, telling: Telling) => Promise<Outcome>;

/** Reads the stream right before the try and saves right after it; with the lock nobody else is at its root. */
async function tellMerged(row: OutboxRow, telling: Telling, attempt: Attempt): Promise<Instant | undefined> {
  const merged = mergeWaiting(row, await telling.store.outbox.waiting(row.stream));
  const { message } = merged;
  if (message === undefined) return settle(row, { outcome: { state: 'dropped', why: merged.why }, merged }, telling);
  const quiet = telling.quieter.get(row.id);
  const now = { ...row, broadcast: quiet?.broadcast ?? merged.broadcast };
  const outcome = await guarded(row, () => attempt(now, quiet?.message ?? message, telling), telling);
  return settle(row, { outcome, merged }, telling);
}

async function post(row: OutboxRow, message: Message, telling: Telling): Promise<Outcome> {
  if (message.kind === 'picture' || message.kind === 'pager')
    return { state: 'dropped', why: 'not a message for Slack' };
  const root = await telling.store.outbox.root(row.stream);
  return trySlackRow({ row, message, root }, telling);
}

async function page(_row: OutboxRow, message: Message, { pager }: Telling): Promise<Outcome> {
  if (message.kind !== 'pager') return { state: 'dropped', why: 'not a message for a pager' };
  if (pager === undefined) return { state: 'dropped', why: 'no pager is configured' };
  await pager.send(message.action, message.view);
  return { state: 'sent', ts: undefined, channel: '', root: undefined, isFound: false };
}

async function guarded(row: OutboxRow, work: () => Promise<Outcome>, telling: Telling): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === 'internal') telling.logger.error('delivery failed', { key: row.key, ...errorFields(error) });
    const now = telling.clock.now();
    if (failure.retryAfterMs !== undefined)
      telling.pacing.block(row.channel, { from: now, until: now + failure.retryAfterMs });
    if (failure.outcome === 'refused' && row.lane === 'pager') telling.troubles.add('pager', wordsOf(failure));
    noteFailure(row, failure, telling);
    return afterFailure({ ...row, attempts: row.attempts + 1 }, failure, telling);
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

function noteFailure(row: OutboxRow, failure: DeliveryError, { telemetry, logger }: Telling): void {
  if (failure.outcome === 'unknown') telemetry.unknownOutcomes.inc();
  telemetry.deliveries.inc({ kind: row.message.kind, result: failure.outcome });
  // Once per change, not once per try.
  if (row.error?.startsWith(`${failure.code}:`) === true) return;
  logger.warn('delivery not taken', { key: row.key, channel: row.channel, code: failure.code });
}

interface Settled {
  readonly outcome: Outcome;
  readonly merged: Merged | undefined;
}

async function settle(row: OutboxRow, { outcome, merged }: Settled, telling: Telling): Promise<Instant | undefined> {
  const { store, owner, clock } = telling;
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
  forget(row, telling);
  for (const other of told?.covers ?? []) forget(other, telling);
  for (const quiet of told?.quieter ?? []) telling.quieter.set(quiet.id, quiet);
  if (outcome.state === 'sent') noteSent(row, outcome, telling);
  if (outcome.state === 'dead') noteDead(row, outcome.why, telling);
  return undefined;
}

function forget({ id }: OutboxRow, telling: Telling): void {
  telling.drawn.delete(id);
  telling.quieter.delete(id);
  telling.pacing.forget(id);
}

function settledRow(row: OutboxRow, outcome: Outcome, now: Instant): OutboxRow {
  const tried = { ...row, attempts: row.attempts + 1 };
  if (outcome.state === 'sent') return { ...tried, state: 'sent', ts: outcome.ts, error: undefined };
  if (outcome.state !== 'later') return { ...tried, state: outcome.state, error: outcome.why };
  // A clock that was set back must not make a doubt last for longer.
  const doubtfulSince = Math.min(outcome.doubtfulSince ?? row.doubtfulSince ?? now, now);
  return { ...tried, state: outcome.as, notBefore: Math.max(now, outcome.at), error: outcome.why, doubtfulSince };
}

function noteSent(row: OutboxRow, outcome: Sent, telling: Telling): void {
  const { telemetry, clock, troubles, logger } = telling;
  telemetry.deliveries.inc({ kind: row.message.kind, result: outcome.isFound ? 'found' : 'sent' });
  if (row.causedAt !== undefined && row.lane === 'slack') {
    telemetry.sampleToSlackSeconds.observe(Math.max(0, clock.now() - row.causedAt) / second);
  }
  // A message that went to the fallback channel says nothing good of its own.
  if (row.lane === 'pager') troubles.clear('pager');
  else if (outcome.channel === row.channel) troubles.clear(`channel ${row.channel}`);
  logger.info('delivered', { key: row.key, channel: row.channel, operation: row.operation });
}

function noteDead(row: OutboxRow, why: string, { telemetry, troubles, logger }: Telling): void {
  telemetry.deliveries.inc({ kind: row.message.kind, result: 'dead' });
  troubles.add(`delivery ${row.key}`, `Nobody could be told in ${row.channel}: ${why}`);
  logger.error('delivery given up', { key: row.key, channel: row.channel, reason: why });
}
