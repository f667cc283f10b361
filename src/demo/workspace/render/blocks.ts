// Each kind of block as lines of text.
import { asBlock, type Fields, fieldsOf, isFields } from '../blocks/walk.ts';
import type { SlackBlock } from '../workspace.ts';
import { pad, widthOf, wrap } from './columns.ts';
import { type Look, richInline, textOf } from './inline.ts';

type Draw = (look: Look, block: Fields) => string[];

/** The lines of a list of blocks. */
export function drawBlocks(look: Look, blocks: readonly SlackBlock[]): string[] {
  return blocks.flatMap((block) => kinds[block.type]?.(look, block) ?? [`[${block.type}]`]);
}

const header: Draw = (look, block) => {
  const lines = wrap(textOf(look, block['text']), look.width);
  return [...lines, '='.repeat(Math.max(...lines.map(widthOf)))];
};

const section: Draw = (look, block) => [
  ...textLines(look, block['text']),
  ...twoColumns(look, fieldsOf(block['fields'])),
  ...(isFields(block['accessory']) ? [drawElement(look, block['accessory'])] : []),
];

const context: Draw = (look, block) => {
  const parts = fieldsOf(block['elements']).map((part) =>
    part['type'] === 'image' ? imageLine(look, part) : textOf(look, part),
  );
  return wrap(parts.join('  '), look.width);
};

const actions: Draw = (look, block) =>
  wrap(
    fieldsOf(block['elements'])
      .map((element) => drawElement(look, element))
      .join(' '),
    look.width,
  );

const image: Draw = (look, block) => [...textLines(look, block['title']), imageLine(look, block)];

const input: Draw = (look, block) => {
  const element = isFields(block['element']) ? drawElement(look, block['element']) : '';
  return [`${textOf(look, block['label'])}: ${element}`, ...textLines(look, block['hint'])];
};

const richText: Draw = (look, block) => fieldsOf(block['elements']).flatMap((part) => richPart(look, part));

const table: Draw = (look, block) => {
  const rows = rowsOf(look, block);
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, widthOf(cell))),
    [],
  );
  const settings = Array.isArray(block['column_settings']) ? block['column_settings'] : [];
  const align = (index: number): 'left' | 'center' | 'right' => {
    const setting: unknown = settings[index];
    const given = isFields(setting) ? setting['align'] : undefined;
    return given === 'right' || given === 'center' ? given : 'left';
  };
  const lines = rows.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, align(index)))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const caption = typeof block['caption'] === 'string' ? [block['caption']] : [];
  return [...caption, ...lines.slice(0, 1), rule, ...lines.slice(1)];
};

const chart: Draw = (_look, block) => {
  const given = isFields(block['chart']) ? block['chart'] : {};
  const series = fieldsOf(given['series']).map((one) => `  ${String(one['name'])}: ${points(one['data'])}`);
  const pie = fieldsOf(given['segments']).length > 0 ? [`  ${points(given['segments'])}`] : [];
  return [`[${String(given['type'])} chart: ${String(block['title'])}]`, ...series, ...pie];
};

const card: Draw = (look, block) => [
  ...['title', 'subtitle', 'body', 'subtext'].flatMap((key) => textLines(look, block[key])),
  ...(isFields(block['hero_image']) ? [imageLine(look, block['hero_image'])] : []),
  ...(Array.isArray(block['actions']) ? actions(look, { elements: block['actions'] }) : []),
];

const nested =
  (key: string): Draw =>
  (look, block) => [
    ...textLines(look, block['title']),
    ...(isFields(block['rich_text_title']) ? richText(look, block['rich_text_title']) : []),
    ...textLines(look, block['subtitle']),
    ...drawBlocks(look, fieldsOf(block[key]).map(asBlock)),
  ];

const kinds: Readonly<Record<string, Draw>> = {
  header,
  section,
  context,
  actions,
  image,
  input,
  card,
  table,
  rich_text: richText,
  data_table: table,
  data_visualization: chart,
  divider: (look) => ['-'.repeat(look.width)],
  markdown: (look, block) => wrap(String(block['text']), look.width),
  alert: (look, block) => textLines(look, block['text']).map((line) => `! ${line}`),
  carousel: nested('elements'),
  container: nested('child_blocks'),
};

/** One button, select or input. */
function drawElement(look: Look, element: Fields): string {
  const type = element['type'];
  if (type === 'image') return imageLine(look, element);
  if (type === 'button') return `[${textOf(look, element['text'])}]`;
  const initial = isFields(element['initial_option']) ? textOf(look, element['initial_option']['text']) : undefined;
  const value =
    initial ??
    element['initial_value'] ??
    element['initial_user'] ??
    element['initial_channel'] ??
    element['initial_date'];
  if (type === 'plain_text_input' || type === 'number_input')
    return `[${String(value ?? textOf(look, element['placeholder']))}____]`;
  return `[${String(value ?? (textOf(look, element['placeholder']) || (type === 'overflow' ? '…' : 'Select')))} ▾]`;
}

function imageLine(look: Look, image_: Fields): string {
  const file = isFields(image_['slack_file'])
    ? look.state.files.get(String(image_['slack_file']['id']))?.file.name
    : undefined;
  return `[image: ${String(image_['alt_text'])}${file === undefined ? '' : ` (${file})`}]`;
}

function textLines(look: Look, text: unknown): string[] {
  return isFields(text) ? wrap(textOf(look, text), look.width) : [];
}

/** Fields side by side, left before right, as Slack lays them out. */
function twoColumns(look: Look, fields: readonly Fields[]): string[] {
  const half = Math.floor((look.width - 2) / 2);
  const cells = fields.map((field) => wrap(textOf(look, field), half));
  const lines: string[] = [];
  for (let index = 0; index < cells.length; index += 2) {
    const left = cells[index] ?? [];
    const right = cells[index + 1] ?? [];
    if (index > 0) lines.push('');
    for (let line = 0; line < Math.max(left.length, right.length); line += 1) {
      lines.push(`${pad(left[line] ?? '', half)}  ${right[line] ?? ''}`.trimEnd());
    }
  }
  return lines;
}

function rowsOf(look: Look, block: Fields): string[][] {
  const rows = Array.isArray(block['rows']) ? block['rows'] : [];
  return rows.map((row) =>
    fieldsOf(row).map((cell) => (cell['type'] === 'rich_text' ? richText(look, cell).join(' ') : String(cell['text']))),
  );
}

function points(list: unknown): string {
  return fieldsOf(list)
    .map((point) => `${String(point['label'])} ${String(point['value'])}`)
    .join(', ');
}

function richPart(look: Look, part: Fields): string[] {
  const inside = fieldsOf(part['elements']);
  if (part['type'] === 'rich_text_list') {
    const mark = (index: number): string => (part['style'] === 'ordered' ? `${index + 1}.` : '•');
    return inside.flatMap((item, index) => wrap(`${mark(index)} ${richPart(look, item).join(' ')}`, look.width));
  }
  const text = inside.map((element) => richInline(look, element)).join('');
  const lines = part['type'] === 'rich_text_preformatted' ? text.split('\n') : wrap(text, look.width);
  return part['type'] === 'rich_text_quote' ? lines.map((line) => `> ${line}`) : lines;
}
