// Puts one message into Slack exactly once as far as that can be known: looks for it first when an earlier try may have arrived.
import { type Clock, type Duration, type Instant, second } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { OutboxRow, Outgoing, Sender, ShownPicture, SlackMessage } from '../store/outbox.ts';
import { backoff } from './backoff.ts';
import type { Troubles } from './troubles.ts';

/** How long a message may take to show up in Slack's history before it counts as not there. */
export const patience: Duration = 30 * second;

/** Where a message goes: a new root, or a reply in a thread. */
export interface Target {
  readonly channel: string;
  readonly thread: { readonly threadTs: string; readonly broadcast: boolean } | undefined;
}

/** `found`: an earlier try had arrived. `wait`: look again later. */
export type Placed =
  | {
      readonly state: 'sent' | 'found';
      readonly ts: string;
      readonly channel: string;
      /** Those that Slack took. */
      readonly pictures: readonly ShownPicture[];
    }
  | { readonly state: 'wait'; readonly until: Instant; readonly why: string };

/** What placing a message needs. */
export interface PlaceDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly sender: Sender;
  readonly troubles: Troubles;
  readonly fallbackChannel: string | undefined;
}

/** Rejects with the `DeliveryError` of the last try. A channel that refuses for good is replaced by the fallback channel. */
export async function place(
  row: OutboxRow,
  draft: { readonly message: SlackMessage; readonly pictures: readonly ShownPicture[] },
  at: { readonly target: Target; readonly deps: PlaceDeps },
): Promise<Placed> {
  const { target, deps } = at;
  try {
    return await placeAt(row, { ...draft, note: undefined }, at);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.outcome !== 'refused') throw error;
    deps.troubles.add(`channel ${target.channel}`, `${error.message} ${error.hint ?? ''}`.trim());
    const fallback = deps.fallbackChannel;
    if (fallback === undefined || fallback === target.channel) throw error;
    deps.logger.warn('channel refused, fallback taken', {
      key: row.key,
      channel: target.channel,
      code: error.code,
      fallback,
    });
    const note = `Sent here because ${target.channel} did not take it (${error.code}).`;
    return await placeAt(row, { ...draft, note }, { deps, target: { channel: fallback, thread: undefined } });
  }
}

interface Draft {
  readonly message: SlackMessage;
  readonly pictures: readonly ShownPicture[];
  readonly note: string | undefined;
}

async function placeAt(
  row: OutboxRow,
  draft: Draft,
  { target, deps }: { readonly target: Target; readonly deps: PlaceDeps },
): Promise<Placed> {
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
  const { result, form } = await simpler(outgoing, (one) => send(one, target, deps.sender));
  return { state: 'sent', ts: result, channel: target.channel, pictures: form.pictures };
}

function send(outgoing: Outgoing, target: Target, sender: Sender): Promise<string> {
  return target.thread === undefined ? sender.post(outgoing) : sender.reply(outgoing, target.thread);
}

/** Tries the message whole; when its blocks are refused without its pictures, and then as text alone. Says which form passed. */
export async function simpler<T>(
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
async function look(row: OutboxRow, target: Target, deps: PlaceDeps): Promise<Seen> {
  const now = deps.clock.now();
  const sureAt = Math.min(row.doubtfulSince ?? now, now) + patience;
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
