// The panel with one thread: its root, its replies, and a composer in which the bot is mentioned.
import { mentionHints } from './commands.js';
import { createComposer } from './composer.js';
import { h, put, sync } from './dom.js';
import { drawMessage, versionOf } from './message.js';
import { closeThread } from './open-thread.js';
import { act } from './server-connection.js';
import { channelOf, on, repliesTo, state } from './state.js';

export function createThread(panel) {
  const title = h('h2', {}, 'Thread');
  const close = h(
    'button',
    { type: 'button', class: 'plain', 'aria-label': 'Close the thread', on: { click: closeThread } },
    '✕',
  );
  const list = h('div', { class: 'messages' });
  const composer = createComposer({
    name: 'thread-composer',
    label: 'Reply in this thread',
    placeholder: 'Reply, or ask @imstats',
    hintsFor: mentionHints,
    send: (text) => act({ act: 'write', text, channel: state.thread.channel, threadTs: state.thread.ts }),
  });
  put(panel, h('header', { class: 'bar' }, title, close), list, composer.form);
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeThread();
  });

  let shown = '';
  function draw() {
    panel.hidden = state.thread === null;
    document.body.classList.toggle('with-thread', state.thread !== null);
    if (state.thread === null) {
      shown = '';
      put(list);
      return;
    }
    const root = state.messages.get(state.thread.ts);
    title.textContent = `Thread in #${channelOf(state.thread.channel)?.name ?? ''}`;
    const messages = [...(root === undefined ? [] : [root]), ...repliesTo(state.thread)];
    sync(list, messages, {
      key: ({ ts }) => ts,
      version: versionOf,
      draw: (message) => drawMessage(message, 'thread'),
    });
    list.scrollTop = list.scrollHeight;
    if (shown !== state.thread.ts) composer.field.focus();
    shown = state.thread.ts;
  }
  on(['thread', 'messages'], draw);
}
