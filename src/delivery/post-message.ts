// Posts one row exactly once: looked up by its key where an earlier try may have arrived, in the simplest form that Slack takes.
import { type Clock, type Duration, type Instant, second } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Problems } from '../service-types.ts';
import type { OutboxRow, Outgoing, Root, Sender, ShownPicture, SlackMessage } from '../store/outbox.ts';
import { backoff, type Outcome } from './outcome.ts';

/** How long a message may take to show up in Slack's history before it counts as not there. */
export const lookUpTimeout: Duration = 30 * second;

/** Where a message goes: a new root, or a reply in a thread. */
export interface PostTarget {
  readonly channel: string;
  readonly thread: { readonly threadTs: string; readonly broadcast: boolean } | undefined;
}

/** `found`: an earlier try had arrived. `wait`: look again later. */
export type Posted =
  | {
      readonly state: 'sent' | 'found';
      readonly ts: string;
      readonly channel: string;
      /** Those that Slack took. */
      readonly pictures: readonly ShownPicture[];
    }
  | { readonly state: 'wait'; readonly until: Instant; readonly why: string };

/** What placing a message needs. */
export interface PostDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly sender: Sender;
  readonly problems: Problems;
  readonly fallbackChannel: string | undefined;
}

/** Rejects with the `DeliveryError` of the last try. A channel that refuses for good is replaced by the fallback channel. */
export async function postOnce(
  row: OutboxRow,
  draft: { readonly message: SlackMessage; readonly pictures: readonly ShownPicture[] },
  at: { readonly target: PostTarget; readonly deps: PostDeps },
): Promise<Posted> {
  const { target, deps } = at;
  try {
    return await postAt(row, { ...draft, note: undefined }, at);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.outcome !== 'refused') throw error;
    deps.problems.add(`channel ${target.channel}`, `${error.message} ${error.hint ?? ''}`.trim());
    const fallback = deps.fallbackChannel;
    if (fallback === undefined || fallback === target.channel) throw error;
    deps.logger.warn('channel refused, fallback taken', {
      key: row.key,
      channel: target.channel,
      code: error.code,
      fallback,
    });
    const note = `Sent here because ${target.channel} did not take it (${error.code}).`;
    return await postAt(row, { ...draft, note }, { deps, target: { channel: fallback, thread: undefined } });
  }
}

interface Draft {
  readonly message: SlackMessage;
  readonly pictures: readonly ShownPicture[];
  readonly note: string | undefined;
}

async function postAt(
  row: OutboxRow,
  draft: Draft,
  { target, deps }: { readonly target: PostTarget; readonly deps: PostDeps },
): Promise<Posted> {
  const seen =
    row.state === 'unknown' ? await look(row, target, deps) : ({ state: 'absent', note: undefined } as const);
  if (seen.state === 'found') return { state: 'found', ts: seen.ts, channel: target.channel, pictures: draft.pictures };
  if (seen.state === 'wait') return seen;
  const notes = [draft.note, seen.note].filter((note) => note !== undefined);
  const outgoing: Outgoing = {
    key: row.key,
    channel: target.channel,
    message: draft.message,
    pictures: draft.pictures,
    form: 'full',
    note: notes.length === 0 ? undefined : notes.join(' '),
  };
  const { result, form } = await inSimplestForm(outgoing, (one) => send(one, target, deps.sender));
  return { state: 'sent', ts: result, channel: target.channel, pictures: form.pictures };
}

function send(outgoing: Outgoing, target: PostTarget, sender: Sender): Promise<string> {
  return target.thread === undefined ? sender.post(outgoing) : sender.reply(outgoing, target.thread);
}

/** Tries the message whole; when its blocks are refused without its pictures, and then as text alone. Says which form passed. */
export async function inSimplestForm<T>(
  outgoing: Outgoing,
  attempt: (form: Outgoing) => Promise<T>,
): Promise<{ readonly result: T; readonly form: Outgoing }> {
  const forms: Outgoing[] = [outgoing];
  if (outgoing.pictures.length > 0) forms.push({ ...outgoing, pictures: [] });
  forms.push({ ...outgoing, pictures: [], form: 'plain' });
  for (const [index, form] of forms.entries()) {
    try {
      return { result: await attempt(form), form };
    } catch (error) {
      const isLast = index === forms.length - 1;
      if (isLast || !(error instanceof DeliveryError) || error.outcome !== 'rejected-blocks') throw error;
    }
  }
  throw new DeliveryError('rejected-blocks', 'no_form', 'Slack took no form of the message.');
}

type Seen =
  | { readonly state: 'found'; readonly ts: string }
  | { readonly state: 'wait'; readonly until: Instant; readonly why: string }
  | { readonly state: 'absent'; readonly note: string | undefined };

/** Whether an earlier try of the row arrived: said only when it is found, or not found after a while. */
async function look(row: OutboxRow, target: PostTarget, deps: PostDeps): Promise<Seen> {
  const now = deps.clock.now();
  const sureAt = Math.min(row.doubtfulSince ?? now, now) + lookUpTimeout;
  const since = row.firstTriedAt ?? row.createdAt;
  try {
    const ts = await deps.sender.find({
      channel: target.channel,
      key: row.key,
      threadTs: target.thread?.threadTs,
      since,
    });
    if (ts !== undefined) return { state: 'found', ts };
    if (now < sureAt)
      return { state: 'wait', until: Math.min(sureAt, now + 5 * second), why: 'looking for an earlier try' };
    return { state: 'absent', note: undefined };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // A look-up that failed says nothing: the message stays in doubt.
    if (error.outcome !== 'refused')
      return {
        state: 'wait',
        until: now + (error.retryAfterMs ?? backoff(row.attempts, deps.random())),
        why: error.code,
      };
    if (now < sureAt) return { state: 'wait', until: sureAt, why: 'the channel cannot be read' };
    return {
      state: 'absent',
      note: 'This may be a repeat: the first try got no answer and the channel cannot be read.',
    };
  }
}

/** A row with what it says now (later rows may have been merged into it) and the root of its stream. */
export interface Attempt {
  readonly row: OutboxRow;
  readonly message: SlackMessage;
  readonly root: Root | undefined;
}

/** Rejects with `DeliveryError` only. A root that is gone, or never was, is posted anew. */
export function deliverToSlack(attempt: Attempt, deps: PostDeps): Promise<Outcome> {
  const { row, root } = attempt;
  if (row.operation === 'reply') return reply(attempt, deps);
  return row.operation === 'edit' && root !== undefined ? edit(attempt, root, deps) : post(attempt, deps);
}

async function post({ row, message, root }: Attempt, deps: PostDeps): Promise<Outcome> {
  const channel = row.operation === 'edit' ? (root?.channel ?? row.channel) : row.channel;
  const pictures = root?.pictures ?? [];
  const placed = await postOnce(row, { message, pictures }, { deps, target: { channel, thread: undefined } });
  return outcomeOf(placed, (at) => ({
    stream: row.stream,
    channel: at.channel,
    ts: at.ts,
    pictures: at.pictures,
    shown: message,
  }));
}

async function edit(attempt: Attempt, root: Root, deps: PostDeps): Promise<Outcome> {
  const { row, message } = attempt;
  const outgoing: Outgoing = {
    key: row.key,
    channel: root.channel,
    message,
    pictures: root.pictures,
    form: 'full',
    note: undefined,
  };
  try {
    const { form } = await inSimplestForm(outgoing, (one) => deps.sender.update(one, root.ts));
    const edited = { ...root, pictures: form.pictures, shown: message };
    return { state: 'sent', ts: root.ts, channel: root.channel, root: edited, isFound: false };
  } catch (error) {
    if (!isLost(error)) throw error;
    return post(attempt, deps);
  }
}

async function reply({ row, message, root }: Attempt, deps: PostDeps): Promise<Outcome> {
  const thread = root === undefined ? undefined : { threadTs: root.ts, broadcast: row.broadcast };
  const target: PostTarget = { channel: root?.channel ?? row.channel, thread };
  const draft = { message, pictures: [] };
  try {
    return outcomeOf(await postOnce(row, draft, { deps, target }), () => undefined);
  } catch (error) {
    if (thread === undefined || !isGone(error)) throw error;
    const alone = { channel: target.channel, thread: undefined };
    return outcomeOf(await postOnce(row, draft, { deps, target: alone }), () => undefined);
  }
}

function outcomeOf(placed: Posted, root: (at: Standing) => Root | undefined): Outcome {
  if (placed.state === 'wait') return { state: 'later', as: 'unknown', at: placed.until, why: placed.why };
  return {
    state: 'sent',
    ts: placed.ts,
    channel: placed.channel,
    root: root(placed),
    isFound: placed.state === 'found',
  };
}

type Standing = Exclude<Posted, { state: 'wait' }>;

function isGone(error: unknown): boolean {
  return error instanceof DeliveryError && error.outcome === 'gone';
}

/** Words of Slack for a channel that takes nothing more, not even an edit. */
const channelGone: ReadonlySet<string> = new Set(['channel_not_found', 'is_archived', 'not_in_channel', 'is_inactive']);

/** A root that cannot be edited any more, whether it or its channel is the reason. */
function isLost(error: unknown): boolean {
  return isGone(error) || (error instanceof DeliveryError && channelGone.has(error.code));
}
