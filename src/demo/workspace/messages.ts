// Messages of channels: post, show as ephemeral, change, delete, list.
import { withIds } from './block-ids.ts';
import { emit, type State } from './state.ts';
import type { Channel, Message, MessageMetadata, MessageOrigin, SlackBlock } from './workspace-types.ts';

/** The validated content of a message. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly metadata?: MessageMetadata | undefined;
}

export interface Draft extends Content {
  readonly channel: string;
  readonly user: string;
  readonly origin: MessageOrigin;
  readonly threadTs?: string | undefined;
  readonly broadcast?: boolean;
  readonly files?: readonly string[];
}

/** Adds a message that everyone in the channel sees. */
export function post(state: State, draft: Draft): Message {
  const message = build(state, draft);
  const channel = state.messages.get(draft.channel) ?? new Map<string, Message>();
  state.messages.set(draft.channel, channel.set(message.ts, message));
  emit(state, { type: 'message', message });
  return message;
}

/** Shows an ephemeral message to one user. */
export function show(state: State, to: string, draft: Draft): Message {
  const message: Message = { ...build(state, draft), ephemeralTo: to };
  state.ephemerals.set(message.ts, message);
  emit(state, { type: 'ephemeral', message, to });
  return message;
}

/** Replaces the content of a message; blocks that are not given are dropped, metadata that is not given stays. */
export function change(state: State, previous: Message, content: Content): Message {
  const message: Message = {
    ...previous,
    text: content.text,
    blocks: withIds(state.ids, content.blocks),
    metadata: content.metadata ?? previous.metadata,
    editedAt: state.clock.now(),
  };
  replace(state, message);
  emit(state, { type: 'changed', message, previous });
  return message;
}

/** Deletes a message; a root that has replies leaves a tombstone. */
export function remove(state: State, message: Message): void {
  if (message.ephemeralTo !== undefined) state.ephemerals.delete(message.ts);
  else if (repliesTo(state, message).length > 0) {
    const text = 'This message was deleted.';
    replace(state, { ...message, text, blocks: [], metadata: undefined, files: [], tombstone: true });
  } else state.messages.get(message.channel)?.delete(message.ts);
  emit(state, { type: 'deleted', message });
}

/** Every message of a channel in order, replies included. */
export function allOf(state: State, channel: string): Message[] {
  return [...(state.messages.get(channel)?.values() ?? [])];
}

/** What the channel itself shows: roots and broadcast replies. */
export function shownIn(state: State, channel: string): Message[] {
  return allOf(state, channel).filter((message) => message.threadTs === undefined || message.broadcast);
}

/** The root and its replies; empty when there is no such root. */
export function threadOf(state: State, channel: string, ts: string): Message[] {
  const root = state.messages.get(channel)?.get(ts);
  return root === undefined ? [] : [root, ...repliesTo(state, root)];
}

/** The direct message between the bot and a person, created at first use. */
export function directChannel(state: State, user: string): Channel {
  const id = `D${user.slice(1)}`;
  const known = state.channels.get(id);
  if (known !== undefined) return known;
  const channel: Channel = { id, name: user, kind: 'direct', archived: false, members: [user, state.bot.userId] };
  state.channels.set(id, channel);
  emit(state, { type: 'channel', channel });
  return channel;
}

function repliesTo(state: State, root: Message): Message[] {
  return allOf(state, root.channel).filter((message) => message.threadTs === root.ts);
}

function replace(state: State, message: Message): void {
  if (message.ephemeralTo === undefined) state.messages.get(message.channel)?.set(message.ts, message);
  else state.ephemerals.set(message.ts, message);
}

function build(state: State, draft: Draft): Message {
  const at = state.clock.now();
  return {
    ts: state.ids.ts(at),
    channel: draft.channel,
    user: draft.user,
    text: draft.text,
    blocks: withIds(state.ids, draft.blocks),
    metadata: draft.metadata,
    threadTs: draft.threadTs,
    broadcast: draft.broadcast ?? false,
    at,
    files: draft.files ?? [],
    origin: draft.origin,
    tombstone: false,
  };
}
