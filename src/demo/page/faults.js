// The selects that set the fault of each sample platform.
import { h, put } from './dom.js';
import { act } from './server-connection.js';
import { state } from './state.js';

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

/** Draws both switches; the one that has the focus keeps it. */
export function drawFaults(place) {
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
