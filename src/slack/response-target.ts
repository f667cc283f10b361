// Where an answer goes: to a response_url with its five uses, or into a thread; and whether it can be changed there.
import type { webApi } from '@slack/bolt';
import { type Clock, minute, second, withTimeout } from '../clock.ts';
import { DeliveryError } from '../errors.ts';
import type { DrawnMessage } from './blocks/block.ts';
import { toDeliveryError } from './errors.ts';

/** One answer to one person or thread. Its methods reject with `DeliveryError` only. */
export interface ResponseTarget {
  /** Says something: the first time the answer, later what belongs to it. */
  say(message: DrawnMessage): Promise<void>;
  /** True when what was said can be said anew in its place, by `change`. */
  canChange(): boolean;
  change(message: DrawnMessage): Promise<void>;
  /** How often something can still be said. */
  left(): number;
}

/** What a conversation is made with. */
export interface ResponseDeps {
  readonly client: webApi.WebClient;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

/** Who asked, and where. */
export interface Caller {
  readonly user: string;
  readonly channel: string;
}

/** How often Slack takes an answer at one response_url, and for how long. */
const uses = 5;
const lifetime = 29 * minute;

/**
 * Answers through a response_url: private, for everyone (`public`), or in place of the message that was clicked (`replace`).
 * Only the last can be changed afterwards: what a command answers has no original that Slack would replace.
 * When the address is used up or has expired, a private answer goes out by `chat.postEphemeral`, a public one by `chat.postMessage`.
 */
export function byResponseUrl(
  target: { readonly url: string; readonly caller: Caller; readonly manner: 'private' | 'public' | 'replace' },
  responseDeps: ResponseDeps,
): ResponseTarget {
  const expiresAt = responseDeps.clock.now() + lifetime;
  const replaces = target.manner === 'replace';
  let used = 0;
  let isDead = false;
  const send = async (message: DrawnMessage): Promise<void> => {
    used += 1;
    if (used > uses) throw new DeliveryError('gone', 'used_url', 'The address for the answer is used up.');
    const body = {
      response_type: target.manner === 'public' ? 'in_channel' : 'ephemeral',
      replace_original: replaces,
      text: message.text,
      ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    };
    await post(target.url, body, responseDeps);
  };
  return {
    canChange: () => replaces && !isDead,
    left: () => (isDead || responseDeps.clock.now() > expiresAt ? 0 : uses - used),
    say: async (message) => {
      try {
        await send(message);
      } catch (error) {
        const failure = toDeliveryError(error);
        if (failure.outcome === 'rejected-blocks') throw failure;
        // A private answer said twice harms nobody; a public one of unknown outcome is not repeated.
        if (target.manner === 'public' && failure.outcome === 'unknown') throw failure;
        isDead = true;
        await fallBack(message, target, responseDeps);
      }
    },
    change: (message) =>
      send(message).catch((error: unknown) => {
        throw toDeliveryError(error);
      }),
  };
}

async function fallBack(
  message: DrawnMessage,
  target: { readonly caller: Caller; readonly manner: 'private' | 'public' | 'replace' },
  { client }: ResponseDeps,
): Promise<void> {
  const { user, channel } = target.caller;
  const content = { channel, text: message.text, ...blocksOf(message) };
  try {
    if (target.manner === 'public') await client.chat.postMessage({ ...content, ...quiet });
    else await client.chat.postEphemeral({ ...content, user });
  } catch (error) {
    throw toDeliveryError(error);
  }
}

const quiet = { unfurl_links: false, unfurl_media: false };

/** Slack's client types know fewer blocks than Slack does; ours are checked against the limits when they are drawn. */
function blocksOf(message: DrawnMessage): { blocks?: { type: string }[] } {
  return message.blocks.length === 0 ? {} : { blocks: [...message.blocks] };
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
  // A page instead of Slack's short answer: something stands between us.
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

/** Answers in a thread, for mentions; what was said can be edited. */
export function inThread(
  target: { readonly channel: string; readonly threadTs: string },
  { client }: Pick<ResponseDeps, 'client'>,
): ResponseTarget {
  let ts: string | undefined;
  const content = (message: DrawnMessage) => ({ channel: target.channel, text: message.text, ...blocksOf(message) });
  return {
    left: () => uses,
    canChange: () => ts !== undefined,
    say: async (message) => {
      try {
        const said = await client.chat.postMessage({ ...content(message), ...quiet, thread_ts: target.threadTs });
        ts = said.ts;
      } catch (error) {
        throw toDeliveryError(error);
      }
    },
    change: async (message) => {
      try {
        await client.chat.update({ ...content(message), blocks: [...message.blocks], ts: ts ?? '', parse: 'none' });
      } catch (error) {
        throw toDeliveryError(error);
      }
    },
  };
}

/** Tells one person something where they mentioned the bot; it cannot be changed afterwards. */
export function privatelyInThread(
  target: { readonly channel: string; readonly thread: string | undefined; readonly user: string },
  { client }: Pick<ResponseDeps, 'client'>,
): ResponseTarget {
  const say = async (message: DrawnMessage): Promise<void> => {
    const { channel, user, thread } = target;
    const place = thread === undefined ? { channel, user } : { channel, user, thread_ts: thread };
    try {
      await client.chat.postEphemeral({ ...place, text: message.text, ...blocksOf(message) });
    } catch (error) {
      throw toDeliveryError(error);
    }
  };
  return { left: () => 0, canChange: () => false, say, change: say };
}
