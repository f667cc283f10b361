// Short notices at the bottom that disappear by themselves, and announcements for screen readers.
import { h } from './dom.js';

const shownFor = 7_000;

/** Shows a notice; screen readers read it. */
export function notify(text) {
  const note = h(
    'div',
    { class: 'notice' },
    text,
    h(
      'button',
      { type: 'button', class: 'plain', 'aria-label': 'Close this note', on: { click: () => note.remove() } },
      '✕',
    ),
  );
  document.getElementById('notices').append(note);
  setTimeout(() => note.remove(), shownFor);
}

const remembered = 20;

/** Announces a text to screen readers only. */
export function announce(text) {
  const announcer = document.getElementById('announcer');
  announcer.append(h('p', {}, text));
  while (announcer.children.length > remembered) announcer.firstElementChild.remove();
}
