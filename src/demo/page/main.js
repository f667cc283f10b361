// Starts the page: creates its parts, connects to the server, applies its updates.

import { createChannel } from './channel.js';
import { closeDrawers, watchDrawers } from './drawers.js';
import { createHome } from './home.js';
import { recall, remember } from './local-storage.js';
import { createModals } from './modal.js';
import { announce, notify } from './notices.js';
import { listenAs } from './server-connection.js';
import { createSidebar } from './sidebar.js';
import { changed, channelOf, messagesIn, on, state, userOf } from './state.js';
import { mrkdwnNodes } from './text.js';
import { applyTheme } from './theme.js';
import { createThread } from './thread.js';
import { offerTour, startTour, watchTour } from './tour.js';
import { createWorldControls } from './world-controls.js';

const parts = ['users', 'place', 'messages', 'thread', 'home', 'modals', 'world', 'unread'];

/** Applies each kind of update. */
const handlers = {
  all: ({ messages, type, now, ...rest }) => {
    Object.assign(state, rest, { messages: new Map(messages.map((message) => [message.ts, message])) });
    goTo(location.hash.slice(1));
    countUnseen();
    changed(...parts);
    offerTour();
  },
  message: ({ message }) => {
    const isNew = !state.messages.has(message.ts);
    state.messages.set(message.ts, message);
    if (isNew) noteNew(message);
    changed('messages', 'unread');
  },
  gone: ({ ts }) => {
    state.messages.delete(ts);
    changed('messages');
  },
  modals: ({ modals }) => {
    state.modals = modals;
    changed('modals');
  },
  home: ({ home }) => {
    state.home = home;
    changed('home');
  },
  world: ({ type, now, ...rest }) => {
    Object.assign(state, rest);
    changed('world');
  },
  failed: ({ what, outcome }) => notify(`${what} failed: Slack says ${outcome}.`),
};

/** Counts the messages of channels that this user has not opened yet. */
function countUnseen() {
  for (const { id } of state.channels) {
    if (!state.visited.has(id)) state.unread.set(id, messagesIn(id).length);
  }
}

/** Counts a message of a channel that is not shown, and announces every message to screen readers. */
function noteNew(message) {
  const isShown = message.threadTs === undefined || message.broadcast;
  if (isShown && message.channel !== state.place) {
    state.unread.set(message.channel, (state.unread.get(message.channel) ?? 0) + 1);
  }
  const text = mrkdwnNodes(message.text).map((node) => (typeof node === 'string' ? node : node.textContent || ' '));
  announce(
    `#${channelOf(message.channel)?.name ?? ''}, ${userOf(message.user)?.realName ?? 'Slackbot'}: ${text.join('')}`,
  );
}

/** Shows a channel or the Home tab; the first channel where `wanted` is neither. */
function goTo(wanted) {
  const isPlace = wanted === 'home' || channelOf(wanted) !== undefined;
  state.place = isPlace ? wanted : (state.channels[0]?.id ?? 'home');
  state.unread.delete(state.place);
  state.visited.add(state.place);
  if (state.thread !== null && state.thread.channel !== state.place) state.thread = null;
}

function switchUser(user) {
  remember('person', user);
  state.thread = null;
  state.unread.clear();
  state.visited.clear();
  listenAs(user, handleUpdate);
}

function handleUpdate(update) {
  handlers[update.type]?.(update);
}

applyTheme();
createSidebar(document.getElementById('sidebar'), switchUser);
const place = document.getElementById('place');
createChannel(place);
createHome(place);
createThread(document.getElementById('thread'));
createModals();
createWorldControls(document.getElementById('world-controls'), () => {
  closeDrawers();
  startTour();
});
watchDrawers();
watchTour();
on(['link'], () => document.body.classList.toggle('lost', !state.ready));
document.querySelector('a.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('messages')?.focus();
});
addEventListener('hashchange', () => {
  goTo(location.hash.slice(1));
  closeDrawers();
  changed('place', 'thread', 'unread');
  document.getElementById('messages')?.focus();
});
const known = ['U0ALICE', 'U0ADMIN', 'U0GUEST'];
listenAs(known.includes(recall('person')) ? recall('person') : known[0], handleUpdate);
