// The composer: a field that grows, hints for commands, Enter sends.
import { h } from './dom.js';
import { createHints } from './hints.js';

/** `hintsFor(text)` gives matching commands; `send(text)` resolves with true when it was accepted; `tools` stand before the field. */
export function createComposer({ name, label, placeholder, hintsFor, send, tools = null }) {
  const field = h('textarea', {
    rows: 1,
    placeholder,
    'aria-label': label,
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
    'aria-controls': `${name}-hints`,
    'data-control': name,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const hints = createHints(`${name}-hints`, field, { hintsFor, pick: write });
  const form = h(
    'form',
    { class: 'composer', on: { submit: (event) => submit(event) } },
    hints.list,
    tools,
    field,
    h('button', { type: 'submit', class: 'control primary' }, 'Send'),
  );

  function write(text) {
    field.value = text;
    field.focus();
    grow();
    hints.show();
  }

  function grow() {
    field.rows = Math.min(6, field.value.split('\n').length);
  }

  async function submit(event) {
    event?.preventDefault();
    const text = field.value.trim();
    if (text === '') return;
    write('');
    hints.hide();
    await send(text);
  }

  field.addEventListener('input', () => {
    grow();
    hints.show();
  });
  field.addEventListener('keydown', (event) => {
    if (hints.handle(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) void submit(event);
  });
  field.addEventListener('blur', () => hints.hide());
  return { form, field, write };
}
