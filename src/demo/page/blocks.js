// Renders every kind of block as elements. `place` is the target of its controls: `{channel, ts}` or `{viewId}`.
import { drawChart } from './chart.js';
import { drawControl } from './controls.js';
import { h } from './dom.js';
import { drawInput } from './inputs.js';
import { drawRichText } from './rich-text.js';
import { drawTable } from './tables.js';
import { mrkdwnNodes, plainOf, textNodes } from './text.js';

/** The elements of a list of blocks. */
export function drawBlocks(blocks, place) {
  return blocks.map(
    (block) => kinds[block.type]?.(block, place) ?? h('div', { class: 'block odd' }, `[${block.type}]`),
  );
}

const header = ({ text, level = 2 }) => h(`h${Math.min(6, level + 2)}`, { class: 'block' }, textNodes(text));

const section = ({ text, fields = [], accessory, block_id: block }, place) =>
  h(
    'div',
    { class: 'block section' },
    h(
      'div',
      { class: 'words' },
      text === undefined ? null : h('div', {}, textNodes(text)),
      fields.length === 0
        ? null
        : h(
            'div',
            { class: 'fields' },
            fields.map((field) => h('div', {}, textNodes(field))),
          ),
    ),
    accessory === undefined ? null : h('div', { class: 'accessory' }, elementOf({ ...accessory, block }, place)),
  );

const elementOf = (element, place) => (element.type === 'image' ? smallImage(element) : drawControl(element, place));

const smallImage = (image) => h('img', { class: 'small', src: addressOf(image), alt: image.alt_text });

const context = ({ elements }) =>
  h(
    'div',
    { class: 'block context' },
    elements.map((element) => (element.type === 'image' ? smallImage(element) : h('span', {}, textNodes(element)))),
  );

const actions = ({ elements, block_id: id }, place) =>
  h(
    'div',
    { class: 'block actions' },
    elements.map((element) => drawControl({ ...element, block: id }, place)),
  );

/** An uploaded image; external images are not fetched, their alt text is shown instead. */
const image = (block) => {
  const address = addressOf(block);
  const title = block.title === undefined ? null : h('figcaption', {}, textNodes(block.title));
  if (address === undefined) return h('figure', { class: 'block odd' }, title, `[image: ${block.alt_text}]`);
  const picture = h('img', { src: address, alt: block.alt_text, width: 400, height: 250 });
  const link = h(
    'a',
    { href: address, target: '_blank', 'aria-label': `Open the picture: ${block.alt_text}` },
    picture,
  );
  return h('figure', { class: 'block image' }, title, link);
};

function addressOf({ slack_file: file }) {
  const id = file?.id ?? /F[A-Z0-9]{8,}/.exec(file?.url ?? '')?.[0];
  return id === undefined ? undefined : `/file/${id}`;
}

const card = (block, place) =>
  h(
    'div',
    { class: 'block card' },
    block.hero_image === undefined ? null : smallImage(block.hero_image),
    ['title', 'subtitle', 'body', 'subtext'].map((part) =>
      block[part] === undefined ? null : h('div', { class: part }, textNodes(block[part])),
    ),
    block.actions === undefined ? null : actions({ elements: block.actions }, place),
  );

const container = (block, place) =>
  h(
    'section',
    { class: 'block container', 'aria-label': block.title === undefined ? undefined : plainOf(block.title) },
    block.title === undefined ? null : h('h4', {}, textNodes(block.title)),
    block.rich_text_title === undefined ? null : drawRichText(block.rich_text_title),
    block.subtitle === undefined ? null : h('p', {}, textNodes(block.subtitle)),
    drawBlocks(block.child_blocks, place),
  );

const kinds = {
  header,
  section,
  context,
  actions,
  image,
  card,
  container,
  input: drawInput,
  rich_text: drawRichText,
  table: drawTable,
  data_table: drawTable,
  data_visualization: drawChart,
  divider: () => h('hr', { class: 'block' }),
  markdown: ({ text }) => h('div', { class: 'block' }, mrkdwnNodes(text.replaceAll('**', '*'))),
  alert: ({ text, level = 'default' }) => h('div', { class: `block alert ${level}`, role: 'note' }, textNodes(text)),
  carousel: ({ elements }, place) => h('div', { class: 'block carousel' }, drawBlocks(elements, place)),
};
