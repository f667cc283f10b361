// One try of one row of the Slack lane: post, edit or reply, whatever became of the root since the row was written.
import { DeliveryError } from '../errors.ts';
import type { OutboxRow, Outgoing, Root, SlackMessage } from '../store/outbox.ts';
import type { Outcome } from './delivered.ts';
import { type PlaceDeps, type Placed, place, simpler, type Target } from './place.ts';

/** A row with what it says now (later rows may have been merged into it) and the root of its stream. */
export interface Try {
  readonly row: OutboxRow;
  readonly message: SlackMessage;
  readonly root: Root | undefined;
}

/** Rejects with `DeliveryError` only. A root that is gone, or never was, is posted anew. */
export function trySlackRow(attempt: Try, deps: PlaceDeps): Promise<Outcome> {
  const { row, root } = attempt;
  if (row.operation === 'reply') return reply(attempt, deps);
  return row.operation === 'edit' && root !== undefined ? edit(attempt, root, deps) : post(attempt, deps);
}

async function post({ row, message, root }: Try, deps: PlaceDeps): Promise<Outcome> {
  const channel = row.operation === 'edit' ? (root?.channel ?? row.channel) : row.channel;
  const pictures = root?.pictures ?? [];
  const placed = await place(row, { message, pictures }, { deps, target: { channel, thread: undefined } });
  return outcomeOf(placed, (at) => ({
    stream: row.stream,
    channel: at.channel,
    ts: at.ts,
    pictures: at.pictures,
    shown: message,
  }));
}

async function edit(attempt: Try, root: Root, deps: PlaceDeps): Promise<Outcome> {
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
    const { form } = await simpler(outgoing, (one) => deps.sender.update(one, root.ts));
    const edited = { ...root, pictures: form.pictures, shown: message };
    return { state: 'sent', ts: root.ts, channel: root.channel, root: edited, isFound: false };
  } catch (error) {
    if (!isLost(error)) throw error;
    return post(attempt, deps);
  }
}

async function reply({ row, message, root }: Try, deps: PlaceDeps): Promise<Outcome> {
  const thread = root === undefined ? undefined : { threadTs: root.ts, broadcast: row.broadcast };
  const target: Target = { channel: root?.channel ?? row.channel, thread };
  const draft = { message, pictures: [] };
  try {
    return outcomeOf(await place(row, draft, { deps, target }), () => undefined);
  } catch (error) {
    if (thread === undefined || !isGone(error)) throw error;
    const alone = { channel: target.channel, thread: undefined };
    return outcomeOf(await place(row, draft, { deps, target: alone }), () => undefined);
  }
}

function outcomeOf(placed: Placed, root: (at: Standing) => Root | undefined): Outcome {
  if (placed.state === 'wait') return { state: 'later', as: 'unknown', at: placed.until, why: placed.why };
  return {
    state: 'sent',
    ts: placed.ts,
    channel: placed.channel,
    root: root(placed),
    isFound: placed.state === 'found',
  };
}

type Standing = Exclude<Placed, { state: 'wait' }>;

function isGone(error: unknown): boolean {
  return error instanceof DeliveryError && error.outcome === 'gone';
}

/** Words of Slack for a channel that takes nothing more, not even an edit. */
const channelGone: ReadonlySet<string> = new Set(['channel_not_found', 'is_archived', 'not_in_channel', 'is_inactive']);

/** A root that cannot be edited any more, whether it or its channel is the reason. */
function isLost(error: unknown): boolean {
  return isGone(error) || (error instanceof DeliveryError && channelGone.has(error.code));
}
