// The menu of the app's shortcuts: the global ones beside the composer, those on a message beside it.
import { h } from './dom.js';
import { act } from './server-connection.js';
import { state } from './state.js';

/** Null where the app has none of the type. `message` is what it is used on. */
export function drawShortcuts(type, { label, sign, message }) {
  const own = state.shortcuts.filter((one) => one.type === type);
  if (own.length === 0) return null;
  const on = message === undefined ? {} : { message: { channel: message.channel, ts: message.ts } };
  const item = ({ name, callbackId }) => {
    const click = () => {
      menu.open = false;
      void act({ act: 'shortcut', shortcut: callbackId, ...on });
    };
    return h('button', { type: 'button', on: { click } }, name);
  };
  const menu = h(
    'details',
    { class: 'shortcuts' },
    h('summary', { title: label, 'aria-label': label, 'data-control': 'shortcuts' }, sign),
    h('div', { class: 'menu' }, own.map(item)),
  );
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget !== null && !menu.contains(relatedTarget)) menu.open = false;
  });
  return menu;
}
