// The state of the page, and the listeners to its changes.

/** The workspace as the user sees it, and what the page shows. */
export const state = {
  me: '',
  bot: '',
  users: [],
  groups: [],
  channels: [],
  /** Of the app: `{name, type, callbackId}`. */
  shortcuts: [],
  /** By ts. */
  messages: new Map(),
  modals: [],
  home: null,
  world: null,
  hints: [],
  actors: [],
  faults: [],
  links: {},
  /** Milliseconds that the demo is ahead of this machine. */
  ahead: 0,
  /** A channel's id, or `home`. */
  place: '',
  /** The root of the open thread: `{channel, ts}`, or null. */
  thread: null,
  /** Number of new messages in channels that are not shown, by channel. */
  unread: new Map(),
  /** Channels that this user has opened. */
  visited: new Set(),
  ready: false,
};

const listeners = new Map();

/** Calls `listener` after each change of one of the named parts. */
export function on(parts, listener) {
  for (const part of parts) listeners.set(part, [...(listeners.get(part) ?? []), listener]);
}

/** Calls the listeners of these parts, each once. */
export function changed(...parts) {
  for (const listener of new Set(parts.flatMap((part) => listeners.get(part) ?? []))) listener();
}

export function now() {
  return Date.now() + state.ahead;
}

export function userOf(id) {
  return state.users.find((person) => person.id === id);
}

export function channelOf(id) {
  return state.channels.find((channel) => channel.id === id);
}

/** The zone of the acting user; undefined, for the browser's, before one is known. */
export function zone() {
  return userOf(state.me)?.timezone;
}

/** Messages in order of time. */
function inOrder(messages) {
  return messages.sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

/** What a channel shows: roots, and replies that are also shown there. */
export function messagesIn(channel) {
  return inOrder(
    [...state.messages.values()].filter(
      (message) => message.channel === channel && (message.threadTs === undefined || message.broadcast),
    ),
  );
}

export function repliesTo({ channel, ts }) {
  return inOrder(
    [...state.messages.values()].filter((message) => message.channel === channel && message.threadTs === ts),
  );
}
