// Posts one row exactly once: looked up by its key where an earlier attempt may have arrived, in the simplest form that Slack takes.
import { type Clock, type Duration, second } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { LiveConfig, Problems } from '../service-types.ts';
import type { OutboxRow, Outgoing, Root, Sender, ShownPicture, SlackMessage } from '../store/outbox.ts';
import type { deliveryPhrases } from './delivery-phrases.ts';
import { afterFailure, deliveryError, explainedOf, type Outcome, type Sent } from './outcome.ts';

const phrase = phrasesOf<typeof deliveryPhrases & typeof healthPhrases>();

/** What posting a message needs. */
export interface PostDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly sender: Sender;
  readonly problems: Problems;
  readonly live: Pick<LiveConfig, 'fallbackChannel'>;
}

/** A row with what it shows now (later rows may have been merged into it) and the root of its stream. */
export interface PostAttempt {
  readonly row: OutboxRow;
  readonly message: SlackMessage;
  readonly root: Root | undefined;
}

/** Rejects with `DeliveryError` only. A root that is gone, or never was, is posted anew. */
export function postMessage(attempt: PostAttempt, deps: PostDeps): Promise<Outcome> {
  const { row, root } = attempt;
  if (row.operation === 'reply') return reply(attempt, deps);
  return row.operation === 'edit' && root !== undefined ? edit(attempt, root, deps) : post(attempt, deps);
}

function post({ row, message, root }: PostAttempt, deps: PostDeps): Promise<Outcome> {
  const channel = row.operation === 'edit' ? (root?.channel ?? row.channel) : row.channel;
  const draft = { message, pictures: root?.pictures ?? [], notes: [] };
  return postOnce(row, draft, { deps, target: { channel, thread: undefined } });
}

async function edit(attempt: PostAttempt, root: Root, deps: PostDeps): Promise<Outcome> {
  const { row, message } = attempt;
  const outgoing: Outgoing = {
    key: row.key,
    channel: root.channel,
    message,
    pictures: root.pictures,
    form: 'full',
    notes: [],
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

async function reply({ row, message, root }: PostAttempt, deps: PostDeps): Promise<Outcome> {
  const channel = root?.channel ?? row.channel;
  const thread = root === undefined ? undefined : { threadTs: root.ts, broadcast: row.broadcast };
  const draft = { message, pictures: [], notes: [] };
  try {
    return await postOnce(row, draft, { deps, target: { channel, thread } });
  } catch (error) {
    if (thread === undefined || !isGone(error)) throw error;
    return postOnce(row, draft, { deps, target: { channel, thread: undefined } });
  }
}

/** Where a message goes: a new root, or a reply in a thread. */
interface PostTarget {
  readonly channel: string;
  readonly thread: { readonly threadTs: string; readonly broadcast: boolean } | undefined;
}

interface Draft {
  readonly message: SlackMessage;
  readonly pictures: readonly ShownPicture[];
  readonly notes: readonly Phrase[];
}

interface Destination {
  readonly target: PostTarget;
  readonly deps: PostDeps;
}

/** Rejects with the `DeliveryError` of the last try. A channel that refuses for good is replaced by the fallback channel. */
async function postOnce(row: OutboxRow, draft: Draft, at: Destination): Promise<Outcome> {
  const { target, deps } = at;
  try {
    return await postAt(row, draft, at);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.outcome !== 'refused') throw error;
    deps.problems.add(phrase('problem.channel', { channel: target.channel }), explainedOf(error));
    const fallback = deps.live.fallbackChannel;
    if (fallback === undefined || fallback === target.channel) throw error;
    deps.logger.warn('channel refused, fallback taken', {
      key: row.key,
      channel: target.channel,
      code: error.code,
      fallback,
    });
    const note = phrase('delivery.elsewhere', { channel: target.channel, code: error.code });
    return await postAt(row, { ...draft, notes: [note] }, { deps, target: { channel: fallback, thread: undefined } });
  }
}

async function postAt(row: OutboxRow, draft: Draft, { target, deps }: Destination): Promise<Outcome> {
  const earlier = row.state === 'unknown' ? await lookUp(row, target, deps) : notThere;
  if (earlier.state === 'found') return sent(row, draft, { ...target, ts: earlier.ts, isFound: true });
  if (earlier.state !== 'absent') return earlier;
  const outgoing: Outgoing = {
    key: row.key,
    channel: target.channel,
    message: draft.message,
    pictures: draft.pictures,
    form: 'full',
    notes: [...draft.notes, ...(earlier.note === undefined ? [] : [earlier.note])],
  };
  const { result: ts, form } = await inSimplestForm(outgoing, (one) => send(one, target, deps.sender));
  return sent(row, { ...draft, pictures: form.pictures }, { ...target, ts, isFound: false });
}

function send(outgoing: Outgoing, target: PostTarget, sender: Sender): Promise<string> {
  return target.thread === undefined ? sender.post(outgoing) : sender.reply(outgoing, target.thread);
}

/** All but a reply is the root of its stream from now on, also where its thread is gone. */
function sent(
  { operation, stream }: OutboxRow,
  { message, pictures }: Draft,
  { channel, ts, isFound }: Pick<Sent, 'channel' | 'isFound'> & { readonly ts: string },
): Sent {
  const root = operation === 'reply' ? undefined : { stream, channel, ts, pictures, shown: message };
  return { state: 'sent', ts, channel, root, isFound };
}

/** Tries the message whole; when its blocks are refused without its pictures, and then as text alone. Resolves with the form that passed. */
async function inSimplestForm<T>(
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
  throw deliveryError('rejected-blocks', 'no_form', phrase('delivery.noForm'));
}

/** How long a message may take to show up in Slack's history before it counts as not there. */
const lookUpTimeout: Duration = 30 * second;

/** `note` is for the reader of a message that may be a repeat. */
type EarlierAttempt =
  | { readonly state: 'found'; readonly ts: string }
  | { readonly state: 'absent'; readonly note: Phrase | undefined }
  | Exclude<Outcome, Sent>;

const notThere = { state: 'absent', note: undefined } as const;

/**
 * Whether an earlier attempt of the row arrived; it counts as absent when it is not found for a while. Where Slack does not
 * answer the look-up, the outcome of this attempt. Rejects with `gone` where the thread does not exist any more.
 */
async function lookUp(row: OutboxRow, target: PostTarget, deps: PostDeps): Promise<EarlierAttempt> {
  const now = deps.clock.now();
  const sureAt = Math.min(row.doubtfulSince ?? now, now) + lookUpTimeout;
  const wait = (at: number, why: string) => ({ state: 'unknown', at, code: undefined, why }) as const;
  try {
    const since = row.firstTriedAt ?? row.createdAt;
    const { channel, thread } = target;
    const ts = await deps.sender.find({ channel, key: row.key, threadTs: thread?.threadTs, since });
    if (ts !== undefined) return { state: 'found', ts };
    return now < sureAt ? wait(Math.min(sureAt, now + 5 * second), 'looking') : notThere;
  } catch (error) {
    if (!(error instanceof DeliveryError) || (error.outcome === 'gone' && target.thread !== undefined)) throw error;
    if (error.outcome !== 'refused') return afterFailure(row, unanswered(error), deps);
    if (now < sureAt) return wait(sureAt, 'unreadable_channel');
    return { state: 'absent', note: phrase('delivery.maybeRepeat', {}) };
  }
}

/** Reading changes nothing, so a look-up without an answer does not put the message in doubt anew. */
function unanswered(error: DeliveryError): DeliveryError {
  return new DeliveryError('not-sent', error.code, error.message, error);
}

function isGone(error: unknown): boolean {
  return error instanceof DeliveryError && error.outcome === 'gone';
}

/** Slack's codes for a channel that takes nothing more, not even an edit. */
const channelGone: ReadonlySet<string> = new Set(['channel_not_found', 'is_archived', 'not_in_channel', 'is_inactive']);

/** A root that cannot be edited any more, whether it or its channel is the reason. */
function isLost(error: unknown): boolean {
  return isGone(error) || (error instanceof DeliveryError && channelGone.has(error.code));
}
