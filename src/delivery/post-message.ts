// Posts one row exactly once: looked up by its key where an earlier attempt may have arrived, in the simplest form that Slack takes.
import { type Clock, type Duration, second } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { LiveConfig, Problems } from '../service-types.ts';
import type { Message, OutboxRow, Outgoing, Root, Sender, SisterRoot, SlackMessage } from '../store/outbox.ts';
import type { deliveryPhrases } from './delivery-phrases.ts';
import { afterFailure, deliveryError, dropped, explainedOf, type Outcome, type Sent } from './outcome.ts';

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
  readonly elsewhere: readonly SisterRoot[];
}

/** True for what can be drawn in Slack. */
export function isSlackMessage(message: Message): message is SlackMessage {
  return message.kind === 'alert' || message.kind === 'line' || message.kind === 'report';
}

/** True for the root of an incident that has one in other channels as well. */
export function isInSeveralChannels(message: Message): boolean {
  return message.kind === 'alert' && message.view.places !== undefined;
}

/** Rejects with `DeliveryError` only. A root that is gone, or never was, is posted anew; one that takes no edit stays as it is. */
export function postMessage(attempt: PostAttempt, deps: PostDeps): Promise<Outcome> {
  const { row, root } = attempt;
  if (row.operation === 'reply') return reply(attempt, deps);
  return row.operation === 'edit' && root !== undefined ? edit(attempt, root, deps) : post(attempt, deps);
}

function post({ row, message, root, elsewhere }: PostAttempt, deps: PostDeps): Promise<Outcome> {
  const channel = row.operation === 'edit' ? (root?.channel ?? row.channel) : row.channel;
  const { pictures = [], notes = [], mentions = [] } = root ?? {};
  const draft = { message: pingingAnew(message, mentions), pictures, notes, elsewhere };
  return postOnce(row, draft, { deps, target: { channel, thread: undefined } });
}

/** An open incident whose message was deleted is told once more to whom it was told before, unless somebody has it in hand. */
function pingingAnew(message: SlackMessage, mentions: readonly string[]): SlackMessage {
  if (message.kind !== 'alert' || message.view.mentions.length > 0) return message;
  const isOver = message.view.closedAt !== undefined || message.view.isHandled === true;
  return isOver ? message : { ...message, view: { ...message.view, mentions: [...mentions] } };
}

async function edit(attempt: PostAttempt, root: Root, deps: PostDeps): Promise<Outcome> {
  if (root.frozen !== undefined) return dropped('not_editable');
  const { row, message, elsewhere } = attempt;
  const { channel, pictures, notes = [] } = root;
  const outgoing: Outgoing = { key: row.key, channel, message, pictures, form: 'full', notes, elsewhere };
  try {
    const { form } = await inSimplestForm(outgoing, (one) => deps.sender.update(one, root.ts));
    const edited = { ...root, pictures: form.pictures, shown: message };
    return { state: 'sent', ts: root.ts, channel, root: edited, isFound: false };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    if (error.outcome === 'gone' || error.outcome === 'shut') return post(attempt, deps);
    if (error.outcome !== 'uneditable' && !error.isRefusal) throw error;
    return freeze(attempt, { root, error }, deps);
  }
}

/** The root stays as it is, which its thread says once; what happens from here on is in the thread. */
async function freeze(
  attempt: PostAttempt,
  { root, error }: { readonly root: Root; readonly error: DeliveryError },
  deps: PostDeps,
): Promise<Outcome> {
  const { row, message } = attempt;
  const { channel, ts: threadTs } = root;
  const { code } = error;
  deps.logger.warn('message not editable, its thread goes on', { key: row.key, channel, code });
  deps.problems.add(phrase('problem.edits', { channel }), explainedOf(error));
  const line = message.kind === 'alert' ? message.view.headline : undefined;
  const text = phrase('delivery.frozen', { code, line });
  const draft: Draft = { message: { kind: 'line', text, mentions: [] }, pictures: [], notes: [], elsewhere: [] };
  try {
    const outcome = await postOnce(row, draft, { deps, target: { channel, thread: { threadTs, broadcast: false } } });
    return outcome.state === 'sent' ? { ...outcome, root: { ...root, frozen: code } } : outcome;
  } catch (failure) {
    if (!(failure instanceof DeliveryError) || failure.outcome !== 'gone') throw failure;
    return post(attempt, deps);
  }
}

async function reply({ row, message, root }: PostAttempt, deps: PostDeps): Promise<Outcome> {
  const channel = root?.channel ?? row.channel;
  const thread = root === undefined ? undefined : { threadTs: root.ts, broadcast: row.broadcast };
  const draft: Draft = { message, pictures: [], notes: [], elsewhere: [] };
  try {
    return alsoPinged(root, draft, await postOnce(row, draft, { deps, target: { channel, thread } }));
  } catch (error) {
    if (thread === undefined || !(error instanceof DeliveryError) || !isThreadless(error)) throw error;
    const note = phrase('delivery.threadless', { code: error.code });
    if (error.outcome !== 'gone') deps.problems.add(phrase('problem.threads', { channel }), explainedOf(error));
    const noted = error.outcome === 'gone' ? draft : { ...draft, notes: [note] };
    return postOnce(row, noted, { deps, target: { channel, thread: undefined } });
  }
}

const isThreadless = ({ outcome }: DeliveryError): boolean => outcome === 'gone' || outcome === 'thread-refused';

/** Whom a line has pinged are pinged again where the root must be posted anew. */
function alsoPinged(root: Root | undefined, { message }: Draft, outcome: Outcome): Outcome {
  if (root === undefined || outcome.state !== 'sent' || message.kind !== 'line') return outcome;
  const { mentions = [] } = root;
  const added = message.about === 'reminded' ? [] : message.mentions.filter((id) => !mentions.includes(id));
  return added.length === 0 ? outcome : { ...outcome, root: { ...root, mentions: [...mentions, ...added] } };
}

/** Where a message goes: a new root, or a reply in a thread. */
interface PostTarget {
  readonly channel: string;
  readonly thread: { readonly threadTs: string; readonly broadcast: boolean } | undefined;
}

type Draft = Pick<Outgoing, 'message' | 'pictures' | 'notes'> & { readonly elsewhere: readonly SisterRoot[] };

interface Destination {
  readonly target: PostTarget;
  readonly deps: PostDeps;
}

/** Rejects with the `DeliveryError` of the last try. A channel that refuses for good is replaced by the fallback channel. */
async function postOnce(row: OutboxRow, draft: Draft, at: Destination): Promise<Outcome> {
  const { target, deps } = at;
  try {
    return await postPinging(row, draft, at);
  } catch (error) {
    if (!(error instanceof DeliveryError) || !error.isRefusal) throw error;
    if (error.outcome === 'thread-refused' && target.thread !== undefined) throw error;
    deps.problems.add(phrase('problem.channel', { channel: target.channel }), explainedOf(error));
    const fallback = deps.live.fallbackChannel;
    if (fallback === undefined || fallback === target.channel) throw error;
    const { code } = error;
    deps.logger.warn('channel refused, fallback taken', { key: row.key, channel: target.channel, code, fallback });
    const notes = [...draft.notes, phrase('delivery.elsewhere', { channel: target.channel, code })];
    return await postPinging(row, { ...draft, notes }, { deps, target: { channel: fallback, thread: undefined } });
  }
}

/** As it is; where Slack may have refused its mention alone, at once without `here`, and then without any. */
async function postPinging(row: OutboxRow, draft: Draft, at: Destination): Promise<Outcome> {
  let form = draft;
  for (;;) {
    try {
      return await postAt(row, form, at);
    } catch (error) {
      const mentions = mentionsOf(form.message);
      if (!(error instanceof DeliveryError) || error.outcome !== 'mention-refused' || mentions.length === 0)
        throw error;
      const { channel } = at.target;
      at.deps.logger.warn('mention refused, left out', { key: row.key, channel, code: error.code });
      at.deps.problems.add(phrase('problem.mention', { channel }), explainedOf(error));
      const people = mentions.filter((id) => id !== 'here');
      const kept = people.length < mentions.length ? people : [];
      const note = phrase('delivery.unpinged', { code: error.code, isHere: kept.length > 0 });
      form = { ...draft, message: withMentions(draft.message, kept), notes: [...draft.notes, note] };
    }
  }
}

function mentionsOf(message: SlackMessage): readonly string[] {
  return message.kind === 'alert' ? message.view.mentions : message.mentions;
}

function withMentions(message: SlackMessage, kept: readonly string[]): SlackMessage {
  const mentions = [...kept];
  return message.kind === 'alert' ? { ...message, view: { ...message.view, mentions } } : { ...message, mentions };
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
    elsewhere: draft.elsewhere,
  };
  const { result: ts, form } = await inSimplestForm(outgoing, (one) => send(one, target, deps.sender));
  const { pictures, notes } = form;
  return sent(row, { ...draft, pictures, notes }, { ...target, ts, isFound: false });
}

function send(outgoing: Outgoing, target: PostTarget, sender: Sender): Promise<string> {
  return target.thread === undefined ? sender.post(outgoing) : sender.reply(outgoing, target.thread);
}

/** All but a reply is the root of its stream from now on, also where its thread is gone. */
function sent(
  { operation, stream }: OutboxRow,
  { message, pictures, notes }: Draft,
  { channel, ts, isFound }: Pick<Sent, 'channel' | 'isFound'> & { readonly ts: string },
): Sent {
  const root = { stream, channel, ts, pictures, shown: message, notes, mentions: mentionsOf(message) };
  return { state: 'sent', ts, channel, root: operation === 'reply' ? undefined : root, isFound };
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
    if (!error.isRefusal) return afterFailure(row, unanswered(error), deps);
    if (now < sureAt) return wait(sureAt, 'unreadable_channel');
    return { state: 'absent', note: phrase('delivery.maybeRepeat', {}) };
  }
}

/** Reading changes nothing, so a look-up without an answer does not put the message in doubt anew. */
function unanswered(error: DeliveryError): DeliveryError {
  return new DeliveryError('not-sent', error.code, error.message, error);
}
