// A slider of the world controls: its value as text, and a button that ends the override.
import { h } from './dom.js';
import { act } from './server-connection.js';

/** A range input with its value as text, and a button that ends the override. */
export function createSlider({ name, label, max, step, show, hint, change }) {
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
