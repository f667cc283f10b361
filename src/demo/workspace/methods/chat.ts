// chat.postMessage, chat.postEphemeral, chat.update, chat.delete.
import { z } from 'zod';
import { second } from '../../../clock.ts';
import type { Fields } from '../blocks/walk.ts';
import { channelToPost, isMember, threadRoot } from '../channels.ts';
import { readContent } from '../content.ts';
import { change, post, remove, show } from '../messages.ts';
import { wireMessage } from '../payloads.ts';
import { Refusal } from '../refusal.ts';
import { type State, violate } from '../state.ts';
import type { Channel, Message } from '../workspace.ts';
import { flag, type Method, readArguments } from './method.ts';

const place = z.object({ channel: z.string().min(1), thread_ts: z.string().optional(), reply_broadcast: flag });

const postMessage: Method = {
  name: 'chat.postMessage',
  token: 'bot',
  scopes: ['chat:write'],
  run: (state, args) => {
    const where = readArguments(place, args);
    const channel = channelToPost(state, where.channel);
    keepPace(state, channel);
    const content = readContent(state, 'chat.postMessage', args);
    const threadTs = threadRoot(state, channel, where.thread_ts);
    if (where.reply_broadcast && threadTs === undefined)
      violate(state, 'chat.postMessage: reply_broadcast without thread_ts');
    const broadcast = where.reply_broadcast && threadTs !== undefined;
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
    return { channel: channel.id, ts: message.ts, message: wireMessage(state, message, 'with metadata') };
  },
};

const postEphemeral: Method = {
  name: 'chat.postEphemeral',
  token: 'bot',
  scopes: ['chat:write'],
  run: (state, args) => {
    const where = readArguments(place.extend({ user: z.string().min(1) }), args);
    const channel = channelToPost(state, where.channel);
    if (!isMember(state, channel)) throw new Refusal('not_in_channel');
    if (!state.people.has(where.user) || !isMember(state, channel, where.user))
      throw new Refusal('user_not_in_channel');
    const content = readContent(state, 'chat.postEphemeral', args);
    const threadTs = threadRoot(state, channel, where.thread_ts);
    const draft = { ...content, channel: channel.id, user: state.bot.userId, origin: 'api' as const, threadTs };
    return { message_ts: show(state, where.user, draft).ts };
  },
};

const update: Method = {
  name: 'chat.update',
  token: 'bot',
  scopes: ['chat:write'],
  run: (state, args) => {
    const message = ownMessage(state, args, 'cant_update_message');
    if (typeof args['text'] === 'string' && [...args['text']].length > 4000) throw new Refusal('msg_too_long');
    const changed = change(state, message, readContent(state, 'chat.update', args));
    return { channel: message.channel, ts: message.ts, text: changed.text, message: wireMessage(state, changed) };
  },
};

const remove_: Method = {
  name: 'chat.delete',
  token: 'bot',
  scopes: ['chat:write'],
  run: (state, args) => {
    const message = ownMessage(state, args, 'cant_delete_message');
    remove(state, message);
    return { channel: message.channel, ts: message.ts };
  },
};

/** One message a second per channel, thread or not. */
function keepPace(state: State, channel: Channel): void {
  const last = state.lastPost.get(channel.id);
  const since = last === undefined ? second : state.clock.now() - last;
  if (state.pacing === 'off' || since >= second || since < 0) return;
  throw new Refusal('ratelimited', { retryAfter: 1 });
}

function ownMessage(state: State, args: Fields, notMine: string): Message {
  const { channel, ts } = readArguments(z.object({ channel: z.string().min(1), ts: z.string().min(1) }), args);
  const known = state.channels.get(channel);
  if (known === undefined || (known.kind !== 'public' && !isMember(state, known)))
    throw new Refusal('channel_not_found');
  if (known.archived) throw new Refusal('is_archived');
  const message = state.messages.get(channel)?.get(ts);
  if (message === undefined || message.tombstone) throw new Refusal('message_not_found');
  if (message.user !== state.bot.userId) throw new Refusal(notMine);
  return message;
}

export const chatMethods: readonly Method[] = [postMessage, postEphemeral, update, remove_];
