// The list of hints above a composer: moved through with the arrows, taken with Tab or Enter, closed with Esc.
import { h, put } from './dom.js';

/** `hintsFor(text)` gives `{text, usage, gives}` each; `pick(text)` writes one into the field. */
export function createHints(id, field, { hintsFor, pick }) {
  const list = h('ul', { id, class: 'hints', role: 'listbox', 'aria-label': 'Commands', hidden: true });
  let shown = [];
  let active = -1;

  function show() {
    shown = hintsFor(field.value);
    active = -1;
    put(list, shown.map(row));
    list.hidden = shown.length === 0;
    field.setAttribute('aria-expanded', String(shown.length > 0));
    field.removeAttribute('aria-activedescendant');
  }

  function row(hint, index) {
    return h(
      'li',
      {
        id: `${id}-${index}`,
        role: 'option',
        'aria-selected': 'false',
        // Before the field loses the focus.
        on: { mousedown: (event) => take(event, index) },
      },
      h('code', {}, hint.text),
      hint.usage === '' ? null : h('code', { class: 'soft' }, ` ${hint.usage}`),
      h('span', {}, hint.gives),
    );
  }

  function hide() {
    list.hidden = true;
    shown = [];
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  }

  function move(by) {
    active = (active + by + shown.length + (active < 0 && by < 0 ? 1 : 0)) % shown.length;
    for (const [index, item] of [...list.children].entries())
      item.setAttribute('aria-selected', String(index === active));
    list.children[active].scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', `${id}-${active}`);
  }

  function take(event, index) {
    event.preventDefault();
    pick(`${shown[index].text} `);
  }

  /** True when the key was for the list. */
  function handle(event) {
    if (shown.length === 0) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      hide();
    } else if (event.key === 'Tab' && !event.shiftKey && field.value.trim() !== shown[0].text)
      take(event, Math.max(0, active));
    else if (event.key === 'Enter' && active >= 0) take(event, active);
    else return false;
    return true;
  }

  return { list, show, hide, handle };
}
