// A channel: its name, its messages with a line between days, its composer.
import { commandHints, mentionHints } from './commands.js';
import { createComposer } from './composer.js';
import { dateKey, dayTitle } from './dates.js';
import { h, put, sync } from './dom.js';
import { act } from './link.js';
import { drawMessage, timeOf, versionOf } from './message.js';
import { channelOf, messagesIn, on, state } from './state.js';

/** How near to the end one must be to be taken along when a message comes. */
const nearEnd = 160;

export function createChannel(place) {
  /** Who has just written wants to see what comes of it. */
  let follows = false;
  const title = h('h1', { id: 'place-title' });
  const members = h('span', { class: 'soft' });
  const list = h('div', {
    on: {
      wheel: () => {
        follows = false;
      },
    },
    id: 'messages',
    class: 'messages',
    tabindex: 0,
    role: 'region',
    'aria-label': 'Messages',
  });
  const composer = createComposer({
    name: 'composer',
    label: 'Write a message or a command',
    placeholder: 'Type /imstats to ask the bot',
    hintsFor: (text) => [...commandHints(text), ...mentionHints(text)],
    send: (text) => {
      follows = true;
      return act({ act: 'write', text, channel: state.place });
    },
  });
  const parts = [h('header', { class: 'bar' }, title, members), list, composer.form];

  let shown = '';
  function draw() {
    const channel = channelOf(state.place);
    if (channel === undefined) {
      shown = '';
      return;
    }
    if (shown === '') put(place, parts);
    title.textContent = `#${channel.name}`;
    members.textContent = `${channel.members.length} members`;
    const wasAtEnd =
      follows || shown !== channel.id || list.scrollHeight - list.scrollTop - list.clientHeight < nearEnd;
    sync(list, withDays(messagesIn(channel.id)), {
      key: keyOf,
      version: (row) => (row.day ? row : versionOf(row)),
      draw: rowOf,
    });
    if (shown !== channel.id) follows = false;
    shown = channel.id;
    if (wasAtEnd) scrollToEnd(list);
  }
  on(['place', 'messages'], draw);
  return composer;
}

/** Pictures come later than the words and push them up, so it is done again when they are there. */
function scrollToEnd(list) {
  const down = () => {
    list.scrollTop = list.scrollHeight;
  };
  down();
  for (const picture of list.querySelectorAll('img:not([data-seen])')) {
    picture.dataset.seen = '';
    if (!picture.complete) picture.addEventListener('load', down, { once: true });
  }
}

const keyOf = (row) => row.day ?? row.ts;

function rowOf(row) {
  if (row.day === undefined) return drawMessage(row, 'channel');
  return h('h2', { class: 'day' }, h('span', {}, row.title));
}

function withDays(messages) {
  let day = '';
  return messages.flatMap((message) => {
    const own = dateKey(timeOf(message));
    if (own === day) return [message];
    day = own;
    return [{ day, title: dayTitle(timeOf(message)) }, message];
  });
}
