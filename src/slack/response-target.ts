// Where an answer goes: to a response_url with its five uses, into a thread, to a person beside Home, or into a modal.
import type { webApi } from '@slack/bolt';
import type { LRUCache } from 'lru-cache';
import { type Clock, minute, second, sleep, withTimeout } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import type { DrawnMessage } from './blocks/block.ts';
import { toDeliveryError } from './errors.ts';

/** The kind of place that an answer stands in. What Slack shows in one kind it may refuse in another. */
export type AnswerPlace = 'private' | 'private in thread' | 'channel' | 'thread' | 'direct' | 'modal';

/** The target of one answer. */
export interface ResponseTarget {
  readonly place: AnswerPlace;
  /** Sends the answer; once more after a refusal, in another form. Rejects with `DeliveryError` only. */
  readonly say: (message: DrawnMessage) => Promise<void>;
  /** Writes the message in place of what was sent last; absent where that cannot be edited. Rejects with `DeliveryError` only. */
  readonly edit?: (message: DrawnMessage) => Promise<void>;
  /** How often something can still be sent. */
  readonly left: () => number;
}

/** True for what one person sees and nobody else, and what Slack may show otherwise than a posted message. */
export function isPrivate(place: AnswerPlace): boolean {
  return place === 'private' || place === 'private in thread' || place === 'modal';
}

/** What response targets are made with. */
export interface ResponseDeps {
  readonly client: webApi.WebClient;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** How often each response_url was used: all answers to one request share it. */
  readonly urlUses: LRUCache<string, number>;
}

/** Who sees an answer: the person alone, everyone, or whoever saw the message or view that was clicked, which it replaces. */
export type Visibility = 'private' | 'public' | 'replace';

/** Where a request came from, which decides how it can be answered. */
export type RequestPlace =
  /** A command, or a click in a message. */
  | {
      readonly kind: 'response_url';
      readonly url: string;
      readonly user: string;
      readonly channel: string;
      /** Set for a click in a thread, which is answered inside it. */
      readonly threadTs?: string | undefined;
    }
  /** A mention. A private answer stands beside it: in its thread only when it was written there (`isReply`). */
  | {
      readonly kind: 'thread';
      readonly channel: string;
      readonly threadTs: string;
      readonly isReply: boolean;
      readonly user: string;
    }
  /** A click in Home. `publish` draws the person's Home anew. */
  | { readonly kind: 'home'; readonly user: string; readonly publish: () => Promise<void> }
  /** A click in a modal, or the work after one was submitted and stays open. */
  | { readonly kind: 'modal'; readonly user: string; readonly viewId: string; readonly title: string };

/** Opens the target of an answer to a request. Sends nothing yet. */
export function openTarget(place: RequestPlace, visibility: Visibility, deps: ResponseDeps): ResponseTarget {
  if (place.kind === 'response_url') {
    const { channel, user, threadTs } = place;
    // What Slack answers at the address stands in the channel, unless it replaces a message.
    if (threadTs !== undefined && visibility === 'private')
      return byEphemeral({ channel, user, thread_ts: threadTs }, deps);
    if (threadTs !== undefined && visibility === 'public') return byMessage({ channel, thread_ts: threadTs }, deps);
    return byResponseUrl({ ...place, visibility }, deps);
  }
  if (place.kind === 'home') return besideHome(place, visibility, deps);
  if (place.kind === 'modal') return inModal(place, deps);
  const { channel, threadTs, isReply, user } = place;
  if (visibility !== 'private') return byMessage({ channel, thread_ts: threadTs }, deps);
  return byEphemeral({ channel, user, ...(isReply ? { thread_ts: threadTs } : {}) }, deps);
}

/** How often Slack takes an answer at one response_url, and for how long. */
const uses = 5;
const lifetime = 29 * minute;

interface UrlTarget {
  readonly url: string;
  readonly user: string;
  readonly channel: string;
  readonly visibility: Visibility;
  readonly threadTs?: string | undefined;
}

/**
 * Answers through a response_url. When the address is used up or has expired, a private answer goes out by
 * `chat.postEphemeral`, a public one by `chat.postMessage`.
 */
function byResponseUrl(target: UrlTarget, deps: ResponseDeps): ResponseTarget {
  const expiresAt = deps.clock.now() + lifetime;
  const replaces = target.visibility === 'replace';
  const used = (): number => deps.urlUses.get(target.url) ?? 0;
  let isDead = false;
  const send = async (message: DrawnMessage): Promise<void> => {
    deps.urlUses.set(target.url, used() + 1);
    if (used() > uses) throw new DeliveryError('gone', 'used_url', 'The address for the answer is used up.');
    const body = {
      response_type: target.visibility === 'public' ? 'in_channel' : 'ephemeral',
      replace_original: replaces,
      ...contentOf(message),
    };
    await post(target.url, body, deps);
  };
  return {
    place: target.visibility === 'public' ? 'channel' : 'private',
    left: () => (isDead || deps.clock.now() > expiresAt ? 0 : Math.max(0, uses - used())),
    say: async (message) => {
      if (isDead) return withoutUrl(target, deps).say(message);
      try {
        await send(message);
      } catch (error) {
        const failure = toDeliveryError(error);
        if (failure.outcome === 'rejected-blocks') throw failure;
        // A private answer that is sent twice does no harm; a public one of unknown outcome is not repeated.
        if (target.visibility === 'public' && failure.outcome === 'unknown') throw failure;
        isDead = true;
        await withoutUrl(target, deps).say(message);
      }
    },
  };
}

function withoutUrl({ user, channel, visibility, threadTs }: UrlTarget, deps: ResponseDeps): ResponseTarget {
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return visibility === 'public'
    ? byMessage({ channel, ...thread }, deps)
    : byEphemeral({ channel, user, ...thread }, deps);
}

/** A message of the bot. `channel` may be a person: then it is a direct message. */
function byMessage(
  to: { readonly channel: string; readonly thread_ts?: string },
  { client, clock }: Pick<ResponseDeps, 'client' | 'clock'>,
): ResponseTarget {
  const isDirect = /^[UW]/.test(to.channel);
  let posted: { readonly channel: string; readonly ts: string } | undefined;
  return {
    place: to.thread_ts !== undefined ? 'thread' : isDirect ? 'direct' : 'channel',
    left: () => uses,
    say: (message) =>
      withDeliveryErrors(async () => {
        const { channel, ts } = await client.chat.postMessage({ ...to, ...contentOf(message), ...quiet });
        posted = channel === undefined || ts === undefined ? undefined : { channel, ts };
      }, clock),
    edit: (message) =>
      withDeliveryErrors(async () => {
        if (posted === undefined) throw new DeliveryError('gone', 'message_not_found', 'Nothing was sent yet.');
        // A message of text alone keeps its blocks otherwise.
        await client.chat.update({ ...posted, blocks: [], ...contentOf(message) });
      }, clock),
  };
}

const quiet = { unfurl_links: false, unfurl_media: false };

/** A message that one person sees in a channel. */
function byEphemeral(
  to: { readonly channel: string; readonly user: string; readonly thread_ts?: string },
  { client, clock }: Pick<ResponseDeps, 'client' | 'clock'>,
): ResponseTarget {
  return {
    place: to.thread_ts === undefined ? 'private' : 'private in thread',
    left: () => uses,
    say: async (message) => {
      await withDeliveryErrors(() => client.chat.postEphemeral({ ...to, ...contentOf(message) }), clock);
    },
  };
}

/** Home has no message: its view is published anew, and words go out as a direct message. `replace` needs no words. */
function besideHome(
  place: Extract<RequestPlace, { kind: 'home' }>,
  visibility: Visibility,
  deps: Pick<ResponseDeps, 'client' | 'clock'>,
): ResponseTarget {
  const direct = byMessage({ channel: place.user }, deps);
  return {
    ...direct,
    say: async (message) => {
      if (visibility === 'replace') return withDeliveryErrors(place.publish, deps.clock);
      await direct.say(message);
      // The words have arrived; a Home that cannot be published now is published when it is opened next.
      await place.publish().catch(() => {});
    },
  };
}

/** The modal shows the message in place of what it showed. A modal that was closed is answered by a direct message. */
function inModal(
  place: Extract<RequestPlace, { kind: 'modal' }>,
  deps: Pick<ResponseDeps, 'client' | 'clock'>,
): ResponseTarget {
  const direct = byMessage({ channel: place.user }, deps);
  const show = async (message: DrawnMessage): Promise<void> => {
    try {
      const view = { type: 'modal' as const, title: plainText(place.title), blocks: blocksOf(message) };
      await withDeliveryErrors(() => deps.client.views.update({ view_id: place.viewId, view }), deps.clock);
    } catch (error) {
      if (toDeliveryError(error).code !== 'not_found') throw error;
      await direct.say(message);
    }
  };
  return { place: 'modal', left: () => uses, say: show };
}

/** A title of a modal has at most 24 characters. */
function plainText(title: string): { type: 'plain_text'; text: string } {
  return { type: 'plain_text', text: [...title].slice(0, 24).join('') };
}

/** A view has no text beside its blocks. */
function blocksOf({ blocks, text }: DrawnMessage): { type: string }[] {
  return blocks.length > 0 ? [...blocks] : [{ type: 'section', ...{ text: { type: 'plain_text', text } } }];
}

/** Slack's client types know fewer blocks than Slack does; ours are checked against the limits when they are drawn. */
export function contentOf({ text, blocks }: DrawnMessage): { text: string; blocks?: { type: string }[] } {
  return blocks.length === 0 ? { text } : { text, blocks: [...blocks] };
}

/** Slack takes one message a second in a channel; a person who waits for an answer waits for no longer than this. */
const longestWait = 10 * second;

/** Waits as Slack asks where it takes no message just now, then sends again. Every other failure as a `DeliveryError`. */
export async function withDeliveryErrors<T>(work: () => Promise<T>, clock: Clock): Promise<T> {
  const latest = clock.now() + longestWait;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const failure = toDeliveryError(error);
      const wait = failure.outcome === 'not-sent' ? failure.retryAfterMs : undefined;
      if (wait === undefined || clock.now() + wait > latest) throw failure;
      await sleep(clock, wait);
    }
  }
}

async function post(url: string, body: unknown, { fetch, clock }: ResponseDeps): Promise<void> {
  const late = (): DeliveryError => new DeliveryError('unknown', 'timeout', 'Slack did not take the answer in time.');
  const { status, text } = await withTimeout(clock, { after: 10 * second, late }, async (signal) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal,
    });
    return { status: response.status, text: (await response.text()).slice(0, 2_000) };
  });
  const word = /"error"\s*:\s*"([a-z_]{1,60})"/.exec(text)?.[1] ?? /^([a-z_]{1,60})$/.exec(text.trim())?.[1];
  // An HTML page instead of Slack's answer comes from a proxy.
  if (status < 300 && text.trimStart().startsWith('<')) throw refusal(502, undefined);
  if (status < 300 && (word === undefined || word === 'ok')) return;
  throw refusal(status, word);
}

/** Slack's refusal of an answer: its blocks, its address, or that it cannot take it now. */
function refusal(status: number, word: string | undefined): DeliveryError {
  const code = word ?? `http_${status}`;
  if (status === 404 || status === 410 || code === 'expired_url' || code === 'used_url') {
    return new DeliveryError('gone', code, 'The address for the answer is used up or has expired.');
  }
  if (code.startsWith('invalid_') || code.startsWith('msg_') || code.includes('blocks') || code === 'no_text') {
    return new DeliveryError('rejected-blocks', code, `Slack does not show this message (${code}).`);
  }
  if (status === 429) return new DeliveryError('not-sent', 'ratelimited', 'Slack takes no more answers just now.');
  return new DeliveryError(status >= 500 ? 'unknown' : 'refused', code, `Slack did not take the answer (${code}).`);
}
