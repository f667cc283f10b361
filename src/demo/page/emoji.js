// Emoji by their short names; the circles of a state are drawn as SVG, because not every system has a font for them.
import { h } from './dom.js';

const emoji = new Map(
  Object.entries({
    red_circle: '🔴',
    large_red_circle: '🔴',
    large_orange_circle: '🟠',
    large_yellow_circle: '🟡',
    large_green_circle: '🟢',
    large_blue_circle: '🔵',
    white_circle: '⚪',
    black_circle: '⚫',
    warning: '⚠️',
    white_check_mark: '✅',
    heavy_check_mark: '✔️',
    x: '❌',
    bell: '🔔',
    no_bell: '🔕',
    chart_with_upwards_trend: '📈',
    chart_with_downwards_trend: '📉',
    bar_chart: '📊',
    hourglass_flowing_sand: '⏳',
    eyes: '👀',
    tada: '🎉',
    fire: '🔥',
    '+1': '👍',
    thumbsup: '👍',
    wave: '👋',
    rotating_light: '🚨',
    smile: '😄',
  }),
);

/** The character, or the name in colons where there is none. */
export function emojiOf(name) {
  return emoji.get(name) ?? `:${name}:`;
}

const circles = new Map([
  ['🔴', 'red'],
  ['🟠', 'orange'],
  ['🟡', 'yellow'],
  ['🟢', 'green'],
  ['🔵', 'blue'],
  ['⚪', 'white'],
  ['⚫', 'black'],
]);

const anyCircle = new RegExp(`(${[...circles.keys()].join('|')})`, 'u');

/** A text as nodes, in which circles are drawn. */
export function withCircles(text) {
  return text
    .split(anyCircle)
    .filter((part) => part !== '')
    .map((part) => {
      const colour = circles.get(part);
      if (colour === undefined) return part;
      // The character stays in it, so that it can be copied and is read aloud.
      return h(
        'span',
        { class: `circle ${colour}`, role: 'img', 'aria-label': `${colour} circle` },
        h('span', {}, part),
      );
    });
}
