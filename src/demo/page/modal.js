// The topmost modal that the bot has open for this user.
import { drawBlocks } from './blocks.js';
import { h } from './dom.js';
import { showErrors, valuesOf } from './inputs.js';
import { act } from './server-connection.js';
import { on, state } from './state.js';

export function createModals() {
  let dialog;
  function draw() {
    dialog?.remove();
    dialog = undefined;
    const view = state.modals.at(-1);
    if (view === undefined) return;
    dialog = drawModal(view);
    document.body.append(dialog);
    dialog.showModal();
  }
  on(['modals'], draw);
}

function drawModal(view) {
  const close = () => void act({ act: 'close', viewId: view.id });
  const form = h(
    'form',
    { on: { submit: (event) => void submit(event, view) } },
    h('h2', { id: 'modal-title' }, view.title ?? ''),
    drawBlocks(view.blocks, { viewId: view.id }),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'control', on: { click: close } }, view.close ?? 'Close'),
      view.submit === undefined ? null : h('button', { type: 'submit', class: 'control primary' }, view.submit),
    ),
  );
  const cancel = (event) => {
    event.preventDefault();
    close();
  };
  return h('dialog', { class: 'modal', 'aria-labelledby': 'modal-title', on: { cancel } }, form);
}

/** The server closes or replaces the modal; only errors are shown here. */
async function submit(event, view) {
  event.preventDefault();
  const form = event.target;
  const { errors = {} } = await act({ act: 'submit', viewId: view.id, values: valuesOf(form) });
  showErrors(form, errors);
}
