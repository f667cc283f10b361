// The confirmation dialog of an action.
import { h } from './dom.js';
import { textNodes } from './text.js';

/** Resolves with true when the user confirms; the focus returns to where it was. */
export function askFirst({ title, text, confirm, deny, style }, control) {
  return new Promise((resolve) => {
    const end = (answer) => {
      dialog.close();
      dialog.remove();
      control.focus();
      resolve(answer);
    };
    const button = (words, look, answer) =>
      h('button', { type: 'button', class: `control ${look}`, on: { click: () => end(answer) } }, textNodes(words));
    const dialog = h(
      'dialog',
      { class: 'confirm', 'aria-labelledby': 'confirm-title', on: { cancel: () => end(false) } },
      h('h2', { id: 'confirm-title' }, textNodes(title)),
      h('p', {}, textNodes(text)),
      h('div', { class: 'buttons' }, button(deny, '', false), button(confirm, style ?? 'primary', true)),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
