// What this page knows and shows, and who wants to hear of changes.

/** The workspace as the person sees it, and where the page is. */
export const state = {
  me: '',
  bot: '',
  people: [],
  groups: [],
  channels: [],
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
  /** How many messages came to channels that are not shown, by channel. */
  unread: new Map(),
  /** Places that were shown to this person. */
  visited: new Set(),
  ready: false,
};

const listeners = new Map();

/** Calls `listener` after each change of one of the named parts. */
export function on(parts, listener) {
  for (const part of parts) listeners.set(part, [...(listeners.get(part) ?? []), listener]);
}

/** Tells who wants to hear, each once. */
export function changed(...parts) {
  for (const listener of new Set(parts.flatMap((part) => listeners.get(part) ?? []))) listener();
}

export function now() {
  return Date.now() + state.ahead;
}

export function personOf(id) {
  return state.people.find((person) => person.id === id);
}

export function channelOf(id) {
  return state.channels.find((channel) => channel.id === id);
}

/** The zone of the person that acts; the browser's before anybody does. */
export function zone() {
  return personOf(state.me)?.timezone;
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
