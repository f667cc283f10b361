// The tour of a first visit: each step stands beside its target and hides nothing of it; Esc or Skip ends it for good.
import { h } from './dom.js';
import { recall, remember } from './local-storage.js';
import { on } from './state.js';

/** `at` are selectors: the first that is to be seen is the target. */
const steps = [
  {
    at: ['#messages .message.private', '#messages'],
    title: 'Read',
    text: 'The real bot has just answered /imstats: line 1 is the answer, below it the numbers with their changes, and a chart.',
  },
  {
    at: ['.composer'],
    title: 'Ask',
    text: 'Type /imstats, pick a view with the arrow keys and press Enter. Words work too: /imstats users china yesterday.',
  },
  {
    at: ['[data-control="place-C0ONCALL"]', '[data-control="open-sidebar"]'],
    title: 'Watch',
    text: 'An alert has opened and resolved in #oncall a moment ago: one message that is edited, and a thread with its history.',
  },
  {
    at: ['#world-controls', '[data-control="open-world-controls"]'],
    title: 'Break something',
    text: 'Pull free memory under 8 % or let a platform fail. The alert opens in #oncall; acknowledge it there, then give the memory back.',
  },
];

let box;
let current;
let offered = false;

/** Shows the tour on a first visit. */
export function offerTour() {
  if (!offered && recall('tour') !== 'done') show(0);
  offered = true;
}

export function startTour() {
  show(0);
}

/** Messages come and grow, and windows change, while a step is shown. */
export function watchTour() {
  on(['messages'], point);
  addEventListener('resize', point);
  // After the list has moved for the picture.
  document.addEventListener('load', () => requestAnimationFrame(point), { capture: true });
  document.addEventListener('scroll', place, { capture: true, passive: true });
}

function end() {
  remember('tour', 'done');
  clear();
  document.querySelector('#place textarea')?.focus({ preventScroll: true });
}

function clear() {
  unmark();
  box?.remove();
  box = undefined;
  current = undefined;
}

function unmark() {
  for (const marked of document.querySelectorAll('.toured')) marked.classList.remove('toured');
}

function show(index) {
  clear();
  current = steps[index];
  box = h(
    'div',
    {
      class: 'tour',
      role: 'dialog',
      'aria-labelledby': 'tour-title',
      'aria-describedby': 'tour-text',
      on: { keydown: ({ key }) => key === 'Escape' && end() },
    },
    h(
      'header',
      {},
      h('h2', { id: 'tour-title' }, current.title),
      h('p', { class: 'soft' }, `Step ${index + 1} of ${steps.length}`),
    ),
    h('p', { id: 'tour-text' }, current.text),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'control', on: { click: end } }, 'Skip'),
      nextButton(index),
    ),
  );
  document.body.append(box);
  point();
  box.querySelector('.primary').focus({ preventScroll: true });
}

function nextButton(index) {
  const isLast = index === steps.length - 1;
  return h(
    'button',
    { type: 'button', class: 'control primary', on: { click: () => (isLast ? end() : show(index + 1)) } },
    isLast ? 'Try it' : 'Next',
  );
}

function isSeen(element) {
  return element.checkVisibility({ visibilityProperty: true });
}

/** The target of the step: marked, and its beginning in view. */
function point() {
  if (box === undefined) return;
  unmark();
  const target = targetOf(current);
  target?.classList.add('toured');
  const list = target?.closest('.messages');
  if (list !== null && list !== undefined && target !== list) list.scrollTop = target.offsetTop - list.offsetTop - 8;
  place();
}

function targetOf({ at }) {
  return at.flatMap((selector) => [...document.querySelectorAll(selector)]).find(isSeen);
}

const space = 12;

/** On a narrow window it has a row of its own below everything. Elsewhere it is beside its target, where nothing of that is hidden. */
function place() {
  const target = document.querySelector('.toured');
  if (box === undefined || target === null || getComputedStyle(box).position === 'static') return;
  const own = box.getBoundingClientRect();
  const at = target.getBoundingClientRect();
  const [x, y] = [innerWidth - own.width - space, innerHeight - own.height - space];
  const left = Math.max(space, Math.min(at.left, x));
  const top = Math.max(space, Math.min(at.top, y));
  const places = [
    { left: at.right + space, top },
    { left: at.left - own.width - space, top },
    { left, top: at.bottom + space },
    { left, top: at.top - own.height - space },
  ];
  const fits = (one) => one.left >= 0 && one.left <= x + space && one.top >= 0 && one.top <= y + space;
  const best = places.find(fits) ?? { left: x, top: y };
  box.style.setProperty('left', `${best.left}px`);
  box.style.setProperty('top', `${best.top}px`);
}
