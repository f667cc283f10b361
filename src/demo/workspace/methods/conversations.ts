// conversations.history, replies, info and open.
import { z } from 'zod';
import { channelToDescribe, channelToRead } from '../channels.ts';
import { directChannel, shownIn, threadOf } from '../messages.ts';
import { channelPayload, messagePayload } from '../payloads.ts';
import type { State } from '../state.ts';
import { WebApiError } from '../web-api-error.ts';
import type { Message } from '../workspace-types.ts';
import { flag, type Method, readArguments, whole } from './method.ts';

const page = z.object({
  channel: z.string().min(1),
  oldest: z.string().optional(),
  latest: z.string().optional(),
  inclusive: flag,
  include_all_metadata: flag,
  limit: whole.pipe(z.number().min(1).max(1000)).default(100),
  cursor: z.string().optional(),
});
type Page = z.infer<typeof page>;

const history: Method = {
  name: 'conversations.history',
  token: 'bot',
  scopes: [],
  run: (state, args) => {
    const asked = readArguments(page, args);
    const channel = channelToRead(state, asked.channel);
    return paged(state, shownIn(state, channel.id).reverse().filter(between(asked)), asked);
  },
};

const replies: Method = {
  name: 'conversations.replies',
  token: 'bot',
  scopes: [],
  run: (state, args) => {
    const asked = readArguments(page.extend({ ts: z.string().min(1) }), args);
    const channel = channelToRead(state, asked.channel);
    const [root, ...rest] = threadOf(state, channel.id, asked.ts);
    if (root === undefined) throw new WebApiError('thread_not_found');
    return paged(state, [root, ...rest.filter(between(asked))], asked);
  },
};

const info: Method = {
  name: 'conversations.info',
  token: 'bot',
  scopes: [],
  run: (state, args) => {
    const asked = readArguments(z.object({ channel: z.string().min(1), include_locale: flag }), args);
    const channel = channelPayload(state, channelToDescribe(state, asked.channel));
    return { channel: asked.include_locale ? { ...channel, locale: 'en-US' } : channel };
  },
};

const open: Method = {
  name: 'conversations.open',
  token: 'bot',
  scopes: ['im:write'],
  run: (state, args) => {
    const { users } = readArguments(z.object({ users: z.string().min(1) }), args);
    if (users.includes(',')) throw new WebApiError('method_not_supported_for_channel_type');
    if (!state.users.has(users) || users === state.bot.userId) throw new WebApiError('user_not_found');
    return { channel: { id: directChannel(state, users).id } };
  },
};

/** One page of the list; the cursor holds the index of the next one. */
function paged(state: State, list: readonly Message[], asked: Page): Record<string, unknown> {
  const start = asked.cursor === undefined || asked.cursor === '' ? 0 : readCursor(asked.cursor);
  const end = start + asked.limit;
  const more = end < list.length;
  const detail = asked.include_all_metadata ? 'with metadata' : 'plain';
  return {
    messages: list.slice(start, end).map((message) => messagePayload(state, message, detail)),
    has_more: more,
    ...(more ? { response_metadata: { next_cursor: Buffer.from(`next:${end}`).toString('base64') } } : {}),
  };
}

function readCursor(cursor: string): number {
  const found = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  if (found === null) throw new WebApiError('invalid_cursor');
  return Number(found[1]);
}

function between(asked: Page): (message: Message) => boolean {
  const oldest = micros(asked.oldest, 0);
  const latest = micros(asked.latest, Number.POSITIVE_INFINITY);
  return (message) => {
    const at = micros(message.ts, 0);
    return asked.inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

/** A ts as whole microseconds; as a fraction of seconds it would lose its last digit. */
function micros(ts: string | undefined, otherwise: number): number {
  if (ts === undefined || ts === '') return otherwise;
  if (!/^\d+(\.\d+)?$/.test(ts)) throw new WebApiError('invalid_ts_oldest');
  const [seconds = '0', fraction = ''] = ts.split('.');
  return Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

export const conversationMethods: readonly Method[] = [history, replies, info, open];
