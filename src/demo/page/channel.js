// A channel: its name, its messages with a line between days, its composer.
import { commandHints, mentionHints } from './commands.js';
import { createComposer } from './composer.js';
import { dateKey, dayTitle } from './dates.js';
import { h, put, sync } from './dom.js';
import { placeBar } from './drawers.js';
import { drawMessage, timeOf, versionOf } from './message.js';
import { createScroll } from './scroll.js';
import { act } from './server-connection.js';
import { drawShortcuts } from './shortcuts.js';
import { channelOf, messagesIn, on, state } from './state.js';

export function createChannel(place) {
  const title = h('h1', { id: 'place-title' });
  const members = h('span', { class: 'soft' });
  const list = h('div', { id: 'messages', class: 'messages', tabindex: 0, role: 'region', 'aria-label': 'Messages' });
  const scroll = createScroll(list);
  const tools = h('div', { class: 'tools' });
  on(['users'], () => put(tools, drawShortcuts('global', { label: 'Shortcuts', sign: '+' })));
  const composer = createComposer({
    tools,
    name: 'composer',
    label: 'Write a message or a command',
    placeholder: 'Type /imstats to ask the bot',
    hintsFor: (text) => [...commandHints(text), ...mentionHints(text)],
    send: (text) => {
      scroll.follow();
      return act({ act: 'write', text, channel: state.place });
    },
  });
  const parts = [placeBar(title, members), list, composer.form];
  let shown;
  const draw = () => {
    const channel = channelOf(state.place);
    if (channel !== undefined && shown === undefined) put(place, parts);
    const isNew = shown !== channel?.id;
    shown = channel?.id;
    if (channel === undefined) return;
    title.textContent = `#${channel.name}`;
    members.textContent = `${channel.members.length} members`;
    if (isNew) scroll.forget();
    const wasAtEnd = isNew || scroll.isAtEnd();
    sync(list, withDays(messagesIn(channel.id)), { key: keyOf, version: rowVersion, draw: rowOf });
    if (wasAtEnd) scroll.toEnd();
  };
  on(['place', 'messages'], draw);
}

const keyOf = (row) => row.day ?? row.ts;

const rowVersion = (row) => (row.day === undefined ? versionOf(row) : row);

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
