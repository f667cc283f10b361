// On a narrow window the sidebar and the world controls are drawers: their buttons, and how they open and close.
import { h, svg } from './dom.js';

/** By the id of the element that is a drawer there; `lines` are those of its icon. */
const drawers = {
  sidebar: { label: 'Channels', lines: 'M2 4h12M2 8h12M2 12h12', control: 'open-sidebar' },
  'world-controls': {
    label: 'The world beside it',
    lines: 'M2 4h7M13 4h1M2 8h1M7 8h7M2 12h5M11 12h3M11 2v4M5 6v4M9 10v4',
    control: 'open-world-controls',
  },
};

const openClass = (id) => `with-${id}`;

/** The bar over a channel or the Home tab, with a button for each drawer, which only a narrow window shows. */
export function placeBar(...children) {
  return h('header', { class: 'bar' }, opener('sidebar'), children, opener('world-controls'));
}

function opener(id) {
  const { label, lines, control } = drawers[id];
  return h(
    'button',
    {
      type: 'button',
      class: 'control opener',
      'aria-label': label,
      'aria-controls': id,
      'aria-expanded': 'false',
      'data-control': control,
      on: { click: () => toggle(id) },
    },
    svg(
      'svg',
      { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' },
      svg('path', { d: lines, stroke: 'currentColor', 'stroke-width': 1.6 }),
    ),
  );
}

function isOpen(id) {
  return document.body.classList.contains(openClass(id));
}

function toggle(id) {
  const opens = !isOpen(id);
  closeDrawers();
  if (!opens) return;
  setOpen(id, true);
  document.getElementById(id).querySelector('a, button, select, input')?.focus();
}

function setOpen(id, is) {
  document.body.classList.toggle(openClass(id), is);
  for (const button of document.querySelectorAll(`[aria-controls="${id}"]`)) {
    button.setAttribute('aria-expanded', String(is));
  }
}

/** Closes what is open; the focus goes back to the button that opened it where it was inside. */
export function closeDrawers() {
  for (const id of Object.keys(drawers)) {
    if (!isOpen(id)) continue;
    const hadFocus = document.getElementById(id).contains(document.activeElement);
    setOpen(id, false);
    if (hadFocus) document.querySelector(`[data-control="${drawers[id].control}"]`)?.focus();
  }
}

/** Esc, and a press outside, close a drawer. */
export function watchDrawers() {
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && closeDrawers());
  document.addEventListener('pointerdown', ({ target }) => {
    const isInside = Object.keys(drawers).some((id) => document.getElementById(id).contains(target));
    if (!isInside && target.closest('.opener, .tour') === null) closeDrawers();
  });
}
