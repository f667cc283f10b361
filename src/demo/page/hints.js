// The list of hints above a composer: arrows move, Tab or Enter picks, Esc closes.
import { h, put } from './dom.js';

/** `hintsFor(text)` gives `{text, usage, gives}` each; `pick(text)` writes one into the field. */
export function createHints(id, field, { hintsFor, pick }) {
  const list = h('ul', { id, class: 'hints', role: 'listbox', 'aria-label': 'Commands', hidden: true });
  const hints = { id, field, list, shown: [], active: -1, take: (index) => pick(`${hints.shown[index].text} `) };
  return {
    list,
    show: () => show(hints, hintsFor(field.value)),
    hide: () => show(hints, []),
    /** True when the list handled the key. */
    handle: (event) => hints.shown.length > 0 && handleKey(hints, event),
  };
}

function show(hints, found) {
  const { field, list } = hints;
  hints.shown = found;
  hints.active = -1;
  put(
    list,
    found.map((hint, index) => row(hints, hint, index)),
  );
  list.hidden = found.length === 0;
  field.setAttribute('aria-expanded', String(found.length > 0));
  field.removeAttribute('aria-activedescendant');
}

function row({ id, take }, hint, index) {
  const pickIt = (event) => {
    event.preventDefault();
    take(index);
  };
  return h(
    'li',
    // Before the field loses the focus.
    { id: `${id}-${index}`, role: 'option', 'aria-selected': 'false', on: { mousedown: pickIt } },
    h('code', {}, hint.text),
    hint.usage === '' ? null : h('code', { class: 'soft' }, ` ${hint.usage}`),
    h('span', {}, hint.gives),
  );
}

function handleKey(hints, event) {
  const { shown, active, field, take } = hints;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(hints, event.key === 'ArrowDown' ? 1 : -1);
  else if (event.key === 'Escape') show(hints, []);
  else if (event.key === 'Tab' && !event.shiftKey && field.value.trim() !== shown[0].text) take(Math.max(0, active));
  else if (event.key === 'Enter' && active >= 0) take(active);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function move(hints, by) {
  const { id, field, list, shown, active } = hints;
  const start = active < 0 && by < 0 ? 0 : active;
  hints.active = (start + by + shown.length) % shown.length;
  for (const [index, item] of [...list.children].entries()) {
    item.setAttribute('aria-selected', String(index === hints.active));
  }
  list.children[hints.active].scrollIntoView({ block: 'nearest' });
  field.setAttribute('aria-activedescendant', `${id}-${hints.active}`);
}
