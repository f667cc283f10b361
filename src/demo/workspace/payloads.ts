// The workspace's records in the JSON of Slack's API responses and payloads.
import type { State } from './state.ts';
import type { Channel, Message, SlackFile, SlackUser, SlackView } from './workspace-types.ts';

type Payload = Record<string, unknown>;

/** A message; `detail` decides whether its metadata is included. */
export function messagePayload(state: State, message: Message, detail: 'plain' | 'with metadata' = 'plain'): Payload {
  const mine = message.user === state.bot.userId;
  const replies = [...(state.messages.get(message.channel)?.values() ?? [])].filter(
    (one) => one.threadTs === message.ts,
  );
  const root = message.threadTs ?? (replies.length > 0 ? message.ts : undefined);
  return present({
    type: 'message',
    subtype: message.tombstone ? 'tombstone' : message.broadcast ? 'thread_broadcast' : undefined,
    user: message.user,
    bot_id: mine ? state.bot.botId : undefined,
    app_id: mine ? state.bot.appId : undefined,
    team: state.bot.teamId,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks.length > 0 ? message.blocks : undefined,
    files: message.files.length > 0 ? message.files.map((id) => ({ id })) : undefined,
    thread_ts: root,
    parent_user_id: message.threadTs === undefined ? undefined : authorOf(state, message),
    reply_count: replies.length > 0 ? replies.length : undefined,
    latest_reply: replies.at(-1)?.ts,
    edited:
      message.editedAt === undefined
        ? undefined
        : { user: message.user, ts: `${Math.floor(message.editedAt / 1000)}.000000` },
    metadata: detail === 'with metadata' ? message.metadata : undefined,
  });
}

export function channelPayload(state: State, channel: Channel): Payload {
  return {
    id: channel.id,
    ...(channel.kind === 'direct' ? { user: channel.name } : { name: channel.name, name_normalized: channel.name }),
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: channel.kind === 'direct',
    is_private: channel.kind !== 'public',
    is_archived: channel.archived,
    is_member: channel.members.includes(state.bot.userId),
    is_ext_shared: false,
    num_members: channel.members.length,
  };
}

export function userPayload(person: SlackUser, now: number): Payload {
  return {
    id: person.id,
    name: person.name,
    real_name: person.realName,
    deleted: false,
    is_bot: person.role === 'bot',
    is_admin: person.role === 'admin',
    is_owner: false,
    is_restricted: person.role === 'guest',
    is_ultra_restricted: false,
    tz: person.timezone,
    updated: Math.floor(now / 1000),
    profile: { real_name: person.realName, display_name: person.name },
  };
}

export function filePayload(state: State, file: SlackFile, phase: 'processing' | 'processed'): Payload {
  const processed = phase === 'processed';
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    user: file.user,
    size: file.bytes.length,
    mimetype: processed ? file.mimetype : '',
    filetype: processed ? (file.mimetype.split('/')[1] ?? '') : '',
    channels: processed ? file.channels : [],
    shares: processed ? { public: sharesOf(state, file) } : {},
    url_private: `${state.url}/files/${file.id}/${encodeURIComponent(file.name)}`,
  };
}

/** A view; `values` are what its inputs hold. */
export function viewPayload(state: State, view: SlackView, values: unknown): Payload {
  const text = (value: string | undefined) =>
    value === undefined ? null : { type: 'plain_text', text: value, emoji: true };
  return {
    id: view.id,
    team_id: state.bot.teamId,
    app_id: state.bot.appId,
    bot_id: state.bot.botId,
    app_installed_team_id: state.bot.teamId,
    type: view.type,
    title: text(view.title),
    submit: text(view.submit),
    close: text(view.close),
    blocks: view.blocks,
    private_metadata: view.privateMetadata,
    callback_id: view.callbackId,
    external_id: view.externalId ?? '',
    hash: view.hash,
    state: { values },
    clear_on_close: false,
    notify_on_close: view.notifyOnClose,
    root_view_id: view.rootId,
    previous_view_id: view.previousId ?? null,
  };
}

/** By channel, the messages that the file is shared with. */
function sharesOf(state: State, file: SlackFile): Payload {
  return Object.fromEntries(
    file.channels.map((channel) => {
      const all = [...(state.messages.get(channel)?.values() ?? [])];
      return [channel, all.filter((message) => message.files.includes(file.id)).map(({ ts }) => ({ ts }))];
    }),
  );
}

function authorOf(state: State, reply: Message): string | undefined {
  return state.messages.get(reply.channel)?.get(reply.threadTs ?? '')?.user;
}

function present(fields: Payload): Payload {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
