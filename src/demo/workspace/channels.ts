// Finds the channel and thread of a call and checks what the bot may do there.
import { directChannel } from './messages.ts';
import { needScope } from './scopes.ts';
import type { State } from './state.ts';
import { WebApiError } from './web-api-error.ts';
import type { Channel } from './workspace-types.ts';

/** The channel to post in: an id, or a person's id for a direct message. Names are refused, as they break on renaming. */
export function channelToPost(state: State, id: unknown): Channel {
  const channel = visible(state, id);
  if (channel.archived) throw new WebApiError('is_archived');
  const open = channel.kind === 'public' && state.scopes.has('chat:write.public');
  if (!isMember(state, channel) && !open) throw new WebApiError('not_in_channel');
  return channel;
}

/** The channel to read the history of. */
export function channelToRead(state: State, id: unknown): Channel {
  needScope(state, 'channels:history', 'groups:history', 'im:history');
  const channel = visible(state, id);
  needScope(state, `${scopePrefix(channel)}:history`);
  if (!isMember(state, channel)) throw new WebApiError('not_in_channel');
  return channel;
}

/** The channel to describe. */
export function channelToDescribe(state: State, id: unknown): Channel {
  needScope(state, 'channels:read', 'groups:read', 'im:read');
  const channel = visible(state, id);
  needScope(state, `${scopePrefix(channel)}:read`);
  return channel;
}

/** The root of the thread to reply in; a reply's own ts is not one. */
export function threadRoot(state: State, channel: Channel, ts: string | undefined): string | undefined {
  if (ts === undefined || ts === '') return undefined;
  const root = state.messages.get(channel.id)?.get(ts);
  if (root === undefined) throw new WebApiError('thread_not_found');
  if (root.threadTs !== undefined) throw new WebApiError('cannot_reply_to_message');
  return ts;
}

export function isMember(state: State, channel: Channel, user: string = state.bot.userId): boolean {
  return channel.members.includes(user);
}

function visible(state: State, id: unknown): Channel {
  if (typeof id !== 'string') throw new WebApiError('channel_not_found');
  if (state.users.has(id) && id !== state.bot.userId) return directChannel(state, id);
  const channel = state.channels.get(id);
  if (channel === undefined || (channel.kind !== 'public' && !isMember(state, channel))) {
    throw new WebApiError('channel_not_found');
  }
  return channel;
}

function scopePrefix(channel: Channel): 'channels' | 'groups' | 'im' {
  return channel.kind === 'public' ? 'channels' : channel.kind === 'private' ? 'groups' : 'im';
}
