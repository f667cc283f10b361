// chat.postMessage, chat.postEphemeral, chat.update, chat.delete, chat.getPermalink.
import { z } from 'zod';
import { second } from '../../../clock.ts';
import type { Fields } from '../blocks/walk.ts';
import { channelToPost, isMember, threadRoot } from '../channels.ts';
import { readContent } from '../content.ts';
import { change, post, remove, show } from '../messages.ts';
import { messagePayload } from '../payloads.ts';
import { recordViolation, type State } from '../state.ts';
import { WebApiError } from '../web-api-error.ts';
import type { Channel, Message } from '../workspace-types.ts';
import { flag, type Method, readArguments } from './method.ts';

const targetShape = z.object({ channel: z.string().min(1), thread_ts: z.string().optional(), reply_broadcast: flag });

const postMessage: Method = {
  name: 'chat.postMessage',
  token: 'bot',
  scopes: ['chat:write'],
  run: (state, args) => {
    const target = readArguments(targetShape, args);
    const channel = channelToPost(state, target.channel);
    checkRateLimit(state, channel);
    const content = readContent(state, 'chat.postMessage', args);
    const threadTs = threadRoot(state, channel, target.thread_ts);
    if (target.reply_broadcast && threadTs === undefined)
      recordViolation(state, 'chat.postMessage: reply_broadcast without thread_ts');
    const broadcast = target.reply_broadcast && threadTs !== undefined;
    const draft = {
      ...content,
      channel: channel.id,
      user: state.bot.userId,
      origin: 'api' as const,
      threadTs,
      broadcast,
    };
    state.lastPost.set(channel.id, state.clock.now());
    const message = post(state, draft);
    return { channel: channel.id, ts: message.ts, message: messagePayload(state, message, 'with metadata') };
  },
};

const postEphemeral: Method = {
  name: 'chat.postEphemeral',
  token: 'bot',
  scopes: ['chat:write'],
  run: (state, args) => {
    const target = readArguments(targetShape.extend({ user: z.string().min(1) }), args);
    const channel = channelToPost(state, target.channel);
    if (!isMember(state, channel)) throw new WebApiError('not_in_channel');
    if (!state.users.has(target.user) || !isMember(state, channel, target.user))
      throw new WebApiError('user_not_in_channel');
    const content = readContent(state, 'chat.postEphemeral', args);
    const threadTs = threadRoot(state, channel, target.thread_ts);
    const draft = { ...content, channel: channel.id, user: state.bot.userId, origin: 'api' as const, threadTs };
    return { message_ts: show(state, target.user, draft).ts };
  },
};

const update: Method = {
  name: 'chat.update',
  token: 'bot',
  scopes: ['chat:write'],
  run: (state, args) => {
    const message = ownMessage(state, args, 'cant_update_message');
    if (typeof args['text'] === 'string' && [...args['text']].length > 4000) throw new WebApiError('msg_too_long');
    const changed = change(state, message, readContent(state, 'chat.update', args));
    return { channel: message.channel, ts: message.ts, text: changed.text, message: messagePayload(state, changed) };
  },
};

const deleteMessage: Method = {
  name: 'chat.delete',
  token: 'bot',
  scopes: ['chat:write'],
  run: (state, args) => {
    const message = ownMessage(state, args, 'cant_delete_message');
    remove(state, message);
    return { channel: message.channel, ts: message.ts };
  },
};

const getPermalink: Method = {
  name: 'chat.getPermalink',
  token: 'bot',
  scopes: [],
  run: (state, args) => {
    const { channel, message_ts: ts } = readArguments(
      z.object({ channel: z.string().min(1), message_ts: z.string().min(1) }),
      args,
    );
    if (!state.channels.has(channel)) throw new WebApiError('channel_not_found');
    const message = state.messages.get(channel)?.get(ts);
    if (message === undefined || message.tombstone) throw new WebApiError('message_not_found');
    return { channel, permalink: `${state.url}/archives/${channel}/p${ts.replace('.', '')}` };
  },
};

/** Slack's limit: one message per second per channel, threads included. */
function checkRateLimit(state: State, channel: Channel): void {
  const last = state.lastPost.get(channel.id);
  const since = last === undefined ? second : state.clock.now() - last;
  if (state.rateLimit === 'off' || since >= second || since < 0) return;
  throw new WebApiError('ratelimited', { retryAfter: 1 });
}

function ownMessage(state: State, args: Fields, notMine: string): Message {
  const { channel, ts } = readArguments(z.object({ channel: z.string().min(1), ts: z.string().min(1) }), args);
  const known = state.channels.get(channel);
  if (known === undefined || (known.kind !== 'public' && !isMember(state, known)))
    throw new WebApiError('channel_not_found');
  if (known.archived) throw new WebApiError('is_archived');
  const message = state.messages.get(channel)?.get(ts);
  if (message === undefined || message.tombstone) throw new WebApiError('message_not_found');
  if (message.user !== state.bot.userId) throw new WebApiError(notMine);
  return message;
}

export const chatMethods: readonly Method[] = [postMessage, postEphemeral, update, deleteMessage, getPermalink];
