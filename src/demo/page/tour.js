// The tour of a first visit: three steps, each beside its target; Esc or Skip ends it for good.
import { h } from './dom.js';
import { recall, remember } from './local-storage.js';

const steps = [
  {
    at: '.composer',
    title: 'Ask',
    text: 'Here is yesterday’s digest and a summary that the real bot just wrote. Type /imstats, pick a view with the arrow keys and press Enter.',
  },
  {
    at: '[data-control="place-C0ONCALL"]',
    title: 'Watch',
    text: 'An alert has opened and resolved in #oncall a moment ago. Its message lives: one root that is edited, and a thread with its history.',
  },
  {
    at: '#world-controls',
    title: 'Break something',
    text: 'Pull free memory under 8 % or let a platform fail. The alert opens in #oncall; acknowledge it there, then give the memory back.',
  },
];

let box;
let offered = false;

/** Shows the tour on a first visit. */
export function offerTour() {
  if (!offered && recall('tour') !== 'done') show(0);
  offered = true;
}

export function startTour() {
  show(0);
}

function end() {
  remember('tour', 'done');
  clear();
  document.querySelector('#place textarea')?.focus();
}

function clear() {
  for (const marked of document.querySelectorAll('.toured')) marked.classList.remove('toured');
  box?.remove();
  box = undefined;
}

function show(index) {
  clear();
  const step = steps[index];
  const isLast = index === steps.length - 1;
  const next = h(
    'button',
    { type: 'button', class: 'control primary', on: { click: () => (isLast ? end() : show(index + 1)) } },
    isLast ? 'Try it' : 'Next',
  );
  box = h(
    'div',
    {
      class: 'tour',
      role: 'dialog',
      'aria-labelledby': 'tour-title',
      'aria-describedby': 'tour-text',
      on: { keydown: ({ key }) => key === 'Escape' && end() },
    },
    h('p', { class: 'soft' }, `Step ${index + 1} of ${steps.length}`),
    h('h2', { id: 'tour-title' }, step.title),
    h('p', { id: 'tour-text' }, step.text),
    h('div', { class: 'buttons' }, h('button', { type: 'button', class: 'control', on: { click: end } }, 'Skip'), next),
  );
  document.body.append(box);
  const target = document.querySelector(step.at);
  target?.classList.add('toured');
  putBeside(target);
  next.focus();
}

/** Beside its target where there is room, else in the middle. */
function putBeside(target) {
  const space = 12;
  const own = box.getBoundingClientRect();
  const at = target?.getBoundingClientRect() ?? { left: innerWidth / 2, right: innerWidth / 2, top: innerHeight / 2 };
  const right = at.right + space;
  const fitsRight = right + own.width < innerWidth;
  const left =
    fitsRight && at.width < innerWidth / 3
      ? right
      : at.left > innerWidth / 2
        ? at.left - own.width - space
        : at.left + space;
  const top = at.top > innerHeight / 2 ? at.top - own.height - space : at.top + space;
  box.style.setProperty('left', `${Math.max(space, Math.min(left, innerWidth - own.width - space))}px`);
  box.style.setProperty('top', `${Math.max(space, Math.min(top, innerHeight - own.height - space))}px`);
}
