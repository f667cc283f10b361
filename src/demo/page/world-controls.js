// The panel "The world beside it": sliders, faults and time, which change what the bot measures.
import { h, put } from './dom.js';
import { drawFaults } from './faults.js';
import { act } from './server-connection.js';
import { createSlider } from './slider.js';
import { on, state } from './state.js';

const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;
const count = (value) => new Intl.NumberFormat('en').format(value);

/** `startTour()` shows the tour again. */
export function createWorldControls(panel, startTour) {
  const memory = createSlider({
    name: 'memory',
    label: 'Free memory',
    max: 60,
    step: 0.1,
    show: (value) => percent(value / 100),
    hint: 'Critical under 8 %, clear again above 12 %; where it warns is in the configuration below.',
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
  const settings = h('div', { class: 'buttons' });
  const links = h('p', { class: 'buttons' });
  put(
    panel,
    h('h2', {}, 'The world beside it'),
    h('p', { class: 'soft' }, 'The bot measures two sample platforms on this machine. Move them and watch #oncall.'),
    group('Chat host', memory.element, connections.element),
    group('Platforms', switches),
    group('Time', h('p', { class: 'soft' }, 'A day later the next digest is due.'), time),
    group(
      'Configuration',
      h(
        'p',
        { class: 'soft' },
        'Changes of imstats.yml that take effect while the bot runs, also while an alert is open.',
      ),
      settings,
    ),
    links,
  );
  on(['world', 'users'], () => {
    if (state.world === null) return;
    memory.set(state.world.memory === null ? null : state.world.memory * 100, state.world.natural.memory * 100);
    connections.set(state.world.connections, state.world.natural.connections);
    drawFaults(switches);
    drawSettings(settings);
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

function timeButton(pass, label) {
  return changeButton(label, { change: 'time', pass });
}

/** Cannot be pressed again before its change is made. */
function changeButton(label, change) {
  const button = h('button', { type: 'button', class: 'control', on: { click: () => void make() } }, label);
  const make = async () => {
    button.disabled = true;
    await act({ act: 'world', change });
    button.disabled = false;
    button.focus();
  };
  return button;
}

/** One button for each part of the file, with what it would do now. */
function drawSettings(place) {
  const { memoryLimit, hasStaging, hasHourlyDigest } = state.world.settings;
  put(
    place,
    changeButton(`Warn under ${memoryLimit === 15 ? 45 : 15} %`, {
      change: 'memoryLimit',
      percent: memoryLimit === 15 ? 45 : 15,
    }),
    changeButton(hasStaging ? 'Remove the app Staging' : 'Add the app Staging', {
      change: 'staging',
      isWatched: !hasStaging,
    }),
    changeButton(hasHourlyDigest ? 'Remove the hourly digest' : 'Add an hourly digest', {
      change: 'hourlyDigest',
      isSent: !hasHourlyDigest,
    }),
  );
}

function metricsLink() {
  if (state.links.metrics === undefined) return null;
  return h(
    'a',
    { class: 'control', href: state.links.metrics, target: '_blank', rel: 'noreferrer' },
    'Open /metrics ↗',
  );
}
