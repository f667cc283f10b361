// Buttons, menus and other controls of a message or view that send their action at once.

import { choicesOf } from './choices.js';
import { askFirst } from './confirm.js';
import { h } from './dom.js';
import { act } from './server-connection.js';
import { plainOf, textNodes } from './text.js';

/** A control that sends its action when it is pressed or changed. */
export function drawControl(element, place) {
  if (element.type === 'button') return element.url === undefined ? button(element, place) : linkButton(element, place);
  if (element.type === 'overflow') return menu({ ...element, placeholder: { type: 'plain_text', text: '⋯' } }, place);
  if (element.type === 'checkboxes' || element.type === 'radio_buttons') return boxes(element, place);
  if (choicesOf(element) !== undefined) return menu(element, place);
  return field(element, place);
}

/** One message may have a control of the same action in several blocks. */
const target = ({ action_id: action, block }) => ({ action, ...(block === undefined ? {} : { block }) });

const classOf = ({ style }) => `control ${style ?? ''}`.trim();

function button(element, place) {
  const control = h(
    'button',
    {
      type: 'button',
      class: classOf(element),
      'data-control': element.action_id,
      'aria-label': element.accessibility_label,
      on: { click: () => use(control, element, { place }) },
    },
    textNodes(element.text),
  );
  return control;
}

/** Opens its URL and sends the click to the bot. */
function linkButton(element, place) {
  const sendClick = () => void act({ act: 'click', place, ...target(element) });
  return h(
    'a',
    {
      class: classOf(element),
      href: element.url,
      target: '_blank',
      rel: 'noreferrer',
      'data-control': element.action_id,
      'aria-label': element.accessibility_label,
      on: { click: sendClick },
    },
    textNodes(element.text),
    h('span', { 'aria-hidden': 'true' }, '↗'),
  );
}

/** A menu, with its placeholder shown first. */
function menu(element, place) {
  const many = element.type.startsWith('multi_');
  const label = plainOf(element.placeholder) || 'Choose';
  const select = h(
    'select',
    {
      class: 'control',
      multiple: many,
      'data-control': element.action_id,
      'aria-label': label,
      on: { change: () => use(select, element, { place, choice: chosen(select, many) }) },
    },
    many ? null : h('option', { value: '', disabled: true, selected: true, hidden: true }, label),
    choicesOf(element).map(optionNode),
  );
  return select;
}

const chosen = (select, many) => (many ? [...select.selectedOptions].map(({ value }) => value) : select.value);

export function optionNode({ group, value, label, initial, options }) {
  if (group !== undefined) return h('optgroup', { label: group }, options.map(optionNode));
  return h('option', { value, selected: initial }, label);
}

function boxes(element, place) {
  const set = h(
    'fieldset',
    { class: 'boxes', 'data-control': element.action_id },
    choicesOf(element).map(({ value, label, initial }) =>
      h(
        'label',
        {},
        h('input', {
          type: element.type === 'checkboxes' ? 'checkbox' : 'radio',
          name: `${JSON.stringify(place)} ${element.action_id}`,
          value,
          checked: initial,
          on: { change: () => use(set, element, { place, choice: checked() }) },
        }),
        label,
      ),
    ),
  );
  const checked = () => {
    const values = [...set.querySelectorAll('input:checked')].map(({ value }) => value);
    return element.type === 'checkboxes' ? values : values[0];
  };
  return set;
}

const fieldTypes = { datepicker: 'date', timepicker: 'time' };

function field(element, place) {
  const input = h('input', {
    class: 'control',
    type: fieldTypes[element.type] ?? 'text',
    value: element.initial_date ?? element.initial_time,
    'data-control': element.action_id,
    'aria-label': plainOf(element.placeholder) || element.action_id,
    on: { change: () => use(input, element, { place, choice: input.value }) },
  });
  return input;
}

/** Asks for confirmation where the element requires it, then sends the action; the control is busy meanwhile. */
async function use(control, element, { place, choice }) {
  if (element.confirm !== undefined && !(await askFirst(element.confirm, control))) {
    if (control instanceof HTMLSelectElement) control.selectedIndex = 0;
    return;
  }
  control.setAttribute('aria-busy', 'true');
  await act({ act: 'click', place, ...target(element), ...(choice === undefined ? {} : { choice }) });
  control.removeAttribute('aria-busy');
  if (element.type === 'overflow') control.selectedIndex = 0;
}
