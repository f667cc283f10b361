// The panel "The world beside it": sliders, faults and time, which move what the bot measures.
import { h, put } from './dom.js';
import { act } from './link.js';
import { on, state } from './state.js';

const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;
const count = (value) => new Intl.NumberFormat('en').format(value);

/** `startTour()` shows the tour again. */
export function createBeside(panel, startTour) {
  const memory = createSlider({
    name: 'memory',
    label: 'Free memory',
    max: 60,
    step: 0.1,
    show: (value) => percent(value / 100),
    hint: 'Warns under 15 %, critical under 8 %; clear again above 20 % and 12 %.',
    change: (value) => ({ change: 'memory', ratio: value === null ? null : value / 100 }),
  });
  const connections = createSlider({
    name: 'connections',
    label: 'Connections',
    max: 2_400,
    step: 10,
    show: (value) => count(Math.round(value)),
    hint: 'Warns above 1,800 after 2 s; clear under 1,600. The app is made for 2,000.',
    change: (value) => ({ change: 'connections', count: value === null ? null : Math.round(value) }),
  });
  const switches = h('div', { class: 'switches' });
  const time = h('div', { class: 'buttons' }, timeButton('day', 'A day passes'), timeButton('minute', 'A minute'));
  const links = h('p', { class: 'buttons' });
  put(
    panel,
    h('h2', {}, 'The world beside it'),
    h('p', { class: 'soft' }, 'The bot measures two sample platforms on this machine. Move them and watch #oncall.'),
    group('Chat host', memory.element, connections.element),
    group('Platforms', switches),
    group('Time', h('p', { class: 'soft' }, 'A day later the next digest is due.'), time),
    links,
  );
  on(['world', 'people'], () => {
    if (state.world === null) return;
    memory.set(state.world.memory === null ? null : state.world.memory * 100, state.world.natural.memory * 100);
    connections.set(state.world.connections, state.world.natural.connections);
    drawSwitches(switches);
    put(
      links,
      metricsLink(),
      h('button', { type: 'button', class: 'control', on: { click: startTour } }, 'Show the tour'),
    );
  });
}

function group(title, ...children) {
  return h('fieldset', {}, h('legend', {}, title), children);
}

/** A range with its value in words, and a button that gives it back to nature. */
function createSlider({ name, label, max, step, show, hint, change }) {
  const value = h('output', { for: `slider-${name}` });
  const slider = h('input', {
    id: `slider-${name}`,
    type: 'range',
    min: 0,
    max,
    step,
    'aria-describedby': `hint-${name}`,
    on: { input: () => say(Number(slider.value)), change: () => tell(Number(slider.value)) },
  });
  const natural = h('button', { type: 'button', class: 'control small', on: { click: () => tell(null) } }, 'Natural');
  const say = (number) => {
    value.textContent = show(number);
    slider.setAttribute('aria-valuetext', show(number));
  };
  const tell = (number) => void act({ act: 'world', change: change(number) });
  return {
    element: h(
      'div',
      { class: 'slider' },
      h('label', { for: `slider-${name}` }, label),
      value,
      slider,
      natural,
      h('p', { class: 'soft', id: `hint-${name}` }, hint),
    ),
    set: (fixed, byNature) => {
      natural.disabled = fixed === null;
      if (document.activeElement === slider && fixed === null) slider.blur();
      slider.value = String(fixed ?? byNature);
      say(fixed ?? byNature);
    },
  };
}

const faultNames = {
  none: 'answers',
  down: 'down: connections are cut',
  slow: 'slow: answers after 2 s',
  hang: 'hangs: never answers',
  'rate-limited': '429: too many requests',
  unavailable: '503: unavailable',
  unauthorized: '401: the key is wrong',
  forbidden: '403: the key may not',
  'not-entitled': '403: statistics not paid for',
  garbage: 'garbage: half a JSON',
  html: 'a web page instead of JSON',
};

function drawSwitches(place) {
  const focused = document.activeElement?.id;
  put(place, faultSwitch('imkit', 'IMKit, Production chat'), faultSwitch('jmessage', 'JMessage, China'));
  if (focused?.startsWith('fault-')) document.getElementById(focused)?.focus();
}

function faultSwitch(platform, label) {
  const select = h(
    'select',
    {
      id: `fault-${platform}`,
      class: state.world.faults[platform] === 'none' ? 'control' : 'control danger',
      on: { change: () => void act({ act: 'world', change: { change: 'fault', platform, fault: select.value } }) },
    },
    state.faults.map((fault) =>
      h('option', { value: fault, selected: fault === state.world.faults[platform] }, faultNames[fault] ?? fault),
    ),
  );
  return h('label', {}, label, select);
}

function timeButton(pass, label) {
  const button = h('button', { type: 'button', class: 'control', on: { click: () => void letPass() } }, label);
  const letPass = async () => {
    button.disabled = true;
    await act({ act: 'world', change: { change: 'time', pass } });
    button.disabled = false;
    button.focus();
  };
  return button;
}

function metricsLink() {
  if (state.links.metrics === undefined) return null;
  return h(
    'a',
    { class: 'control', href: state.links.metrics, target: '_blank', rel: 'noreferrer' },
    'Open /metrics ↗',
  );
}
