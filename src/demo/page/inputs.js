// The input block of a modal: label, field, hint and error. Its value is read when the modal is submitted.
import { choicesOf } from './choices.js';
import { optionNode } from './controls.js';
import { localInput, localMoment } from './dates.js';
import { h } from './dom.js';
import { plainOf, textNodes } from './text.js';

let drawn = 0;

export function drawInput({ block_id: block, label, hint, element, optional }) {
  drawn += 1;
  const ids = { field: `field-${drawn}`, hint: `hint-${drawn}`, error: `error-${drawn}` };
  const isSet = element.type === 'checkboxes' || element.type === 'radio_buttons';
  const attributes = { id: ids.field, 'data-block': block, 'aria-describedby': `${ids.hint} ${ids.error}` };
  const name = [textNodes(label), optional === true ? h('span', { class: 'soft' }, ' (optional)') : null];
  return h(
    isSet ? 'fieldset' : 'div',
    { class: 'block input' },
    isSet ? h('legend', {}, name) : h('label', { for: ids.field }, name),
    isSet ? boxes(element, attributes) : fieldOf(element, attributes),
    h('p', { class: 'soft', id: ids.hint }, hint === undefined ? null : textNodes(hint)),
    h('p', { class: 'error', id: ids.error, 'data-error': block, role: 'alert' }),
  );
}

function fieldOf(element, attributes) {
  const options = choicesOf(element);
  if (options !== undefined) {
    const many = element.type.startsWith('multi_');
    const none = h('option', { value: '' }, plainOf(element.placeholder) || 'Choose');
    return h('select', { ...attributes, multiple: many }, many ? null : none, options.map(optionNode));
  }
  const placeholder = plainOf(element.placeholder) || undefined;
  if (element.multiline === true)
    return h('textarea', { ...attributes, placeholder, rows: 4 }, element.initial_value ?? '');
  const types = { number_input: 'number', datepicker: 'date', timepicker: 'time', datetimepicker: 'datetime-local' };
  return h('input', {
    ...attributes,
    type: types[element.type] ?? 'text',
    step: element.is_decimal_allowed === true ? 'any' : undefined,
    placeholder,
    value: element.initial_value ?? element.initial_date ?? element.initial_time ?? momentOf(element),
  });
}

/** Of a picker of date and time, in the zone of the user. */
const momentOf = ({ initial_date_time: at }) => (at === undefined ? undefined : localInput(at * 1_000));

function boxes(element, attributes) {
  const type = element.type === 'checkboxes' ? 'checkbox' : 'radio';
  return h(
    'div',
    { ...attributes, class: 'boxes' },
    choicesOf(element).map(({ value, label, description, initial }) =>
      h(
        'label',
        {},
        h('input', { type, name: attributes.id, value, checked: initial }),
        label,
        description === undefined ? null : h('span', { class: 'soft' }, ` ${description}`),
      ),
    ),
  );
}

/** The values of the fields of a form, by block id. */
export function valuesOf(form) {
  return Object.fromEntries(
    [...form.querySelectorAll('[data-block]')].map((field) => [field.dataset.block, readField(field)]),
  );
}

function readField(field) {
  if (field instanceof HTMLSelectElement && field.multiple) return [...field.selectedOptions].map(({ value }) => value);
  if (!field.classList.contains('boxes')) {
    return field.type === 'datetime-local' && field.value !== ''
      ? String(localMoment(field.value) / 1_000)
      : field.value;
  }
  const checked = [...field.querySelectorAll('input:checked')].map(({ value }) => value);
  return field.querySelector('input')?.type === 'checkbox' ? checked : (checked[0] ?? '');
}

/** Shows errors by block id and focuses the first. */
export function showErrors(form, errors) {
  for (const field of form.querySelectorAll('[data-block]')) {
    field.setAttribute('aria-invalid', String(errors[field.dataset.block] !== undefined));
  }
  for (const place of form.querySelectorAll('[data-error]')) place.textContent = errors[place.dataset.error] ?? '';
  form.querySelector('[aria-invalid="true"]')?.focus();
}
