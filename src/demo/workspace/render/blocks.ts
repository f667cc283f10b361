// Renders each kind of block as lines of text.
import { asBlock, type Fields, fieldsOf, isFields } from '../blocks/walk.ts';
import type { SlackBlock } from '../workspace-types.ts';
import { pad, widthOf, wrap } from './columns.ts';
import { type RenderContext, richInline, textOf } from './inline.ts';

type BlockRenderer = (context: RenderContext, block: Fields) => string[];

/** The lines of a list of blocks. */
export function renderBlocks(context: RenderContext, blocks: readonly SlackBlock[]): string[] {
  return blocks.flatMap((block) => kinds[block.type]?.(context, block) ?? [`[${block.type}]`]);
}

const header: BlockRenderer = (context, block) => {
  const lines = wrap(textOf(context, block['text']), context.width);
  return [...lines, '='.repeat(Math.max(...lines.map(widthOf)))];
};

const section: BlockRenderer = (context, block) => [
  ...textLines(context, block['text']),
  ...twoColumns(context, fieldsOf(block['fields'])),
  ...(isFields(block['accessory']) ? [renderElement(context, block['accessory'])] : []),
];

const contextBlock: BlockRenderer = (context, block) => {
  const parts = fieldsOf(block['elements']).map((part) =>
    part['type'] === 'image' ? imageLine(context, part) : textOf(context, part),
  );
  return wrap(parts.join('  '), context.width);
};

const actions: BlockRenderer = (context, block) =>
  wrap(
    fieldsOf(block['elements'])
      .map((element) => renderElement(context, element))
      .join(' '),
    context.width,
  );

const image: BlockRenderer = (context, block) => [...textLines(context, block['title']), imageLine(context, block)];

const input: BlockRenderer = (context, block) => {
  const element = isFields(block['element']) ? renderElement(context, block['element']) : '';
  return [`${textOf(context, block['label'])}: ${element}`, ...textLines(context, block['hint'])];
};

const richText: BlockRenderer = (context, block) =>
  fieldsOf(block['elements']).flatMap((part) => richPart(context, part));

const table: BlockRenderer = (context, block) => {
  const rows = rowsOf(context, block);
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

const chart: BlockRenderer = (_look, block) => {
  const given = isFields(block['chart']) ? block['chart'] : {};
  const series = fieldsOf(given['series']).map((one) => `  ${String(one['name'])}: ${points(one['data'])}`);
  const pie = fieldsOf(given['segments']).length > 0 ? [`  ${points(given['segments'])}`] : [];
  return [`[${String(given['type'])} chart: ${String(block['title'])}]`, ...series, ...pie];
};

const card: BlockRenderer = (context, block) => [
  ...['title', 'subtitle', 'body', 'subtext'].flatMap((key) => textLines(context, block[key])),
  ...(isFields(block['hero_image']) ? [imageLine(context, block['hero_image'])] : []),
  ...(Array.isArray(block['actions']) ? actions(context, { elements: block['actions'] }) : []),
];

const nested =
  (key: string): BlockRenderer =>
  (context, block) => [
    ...textLines(context, block['title']),
    ...(isFields(block['rich_text_title']) ? richText(context, block['rich_text_title']) : []),
    ...textLines(context, block['subtitle']),
    ...renderBlocks(context, fieldsOf(block[key]).map(asBlock)),
  ];

const kinds: Readonly<Record<string, BlockRenderer>> = {
  header,
  section,
  context: contextBlock,
  actions,
  image,
  input,
  card,
  table,
  rich_text: richText,
  data_table: table,
  data_visualization: chart,
  divider: (context) => ['-'.repeat(context.width)],
  markdown: (context, block) => wrap(String(block['text']), context.width),
  alert: (context, block) => textLines(context, block['text']).map((line) => `! ${line}`),
  carousel: nested('elements'),
  container: nested('child_blocks'),
};

/** One button, select or input. */
function renderElement(context: RenderContext, element: Fields): string {
  const type = element['type'];
  if (type === 'image') return imageLine(context, element);
  if (type === 'button') return `[${textOf(context, element['text'])}]`;
  const initial = isFields(element['initial_option']) ? textOf(context, element['initial_option']['text']) : undefined;
  const value =
    initial ??
    element['initial_value'] ??
    element['initial_user'] ??
    element['initial_channel'] ??
    element['initial_date'];
  if (type === 'plain_text_input' || type === 'number_input')
    return `[${String(value ?? textOf(context, element['placeholder']))}____]`;
  return `[${String(value ?? (textOf(context, element['placeholder']) || (type === 'overflow' ? '…' : 'Select')))} ▾]`;
}

function imageLine(context: RenderContext, image_: Fields): string {
  const file = isFields(image_['slack_file'])
    ? context.state.files.get(String(image_['slack_file']['id']))?.file.name
    : undefined;
  return `[image: ${String(image_['alt_text'])}${file === undefined ? '' : ` (${file})`}]`;
}

function textLines(context: RenderContext, text: unknown): string[] {
  return isFields(text) ? wrap(textOf(context, text), context.width) : [];
}

/** Fields side by side, left before right, as Slack lays them out. */
function twoColumns(context: RenderContext, fields: readonly Fields[]): string[] {
  const half = Math.floor((context.width - 2) / 2);
  const cells = fields.map((field) => wrap(textOf(context, field), half));
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

function rowsOf(context: RenderContext, block: Fields): string[][] {
  const rows = Array.isArray(block['rows']) ? block['rows'] : [];
  return rows.map((row) =>
    fieldsOf(row).map((cell) =>
      cell['type'] === 'rich_text' ? richText(context, cell).join(' ') : String(cell['text']),
    ),
  );
}

function points(list: unknown): string {
  return fieldsOf(list)
    .map((point) => `${String(point['label'])} ${String(point['value'])}`)
    .join(', ');
}

function richPart(context: RenderContext, part: Fields): string[] {
  const inside = fieldsOf(part['elements']);
  if (part['type'] === 'rich_text_list') {
    const mark = (index: number): string => (part['style'] === 'ordered' ? `${index + 1}.` : '•');
    return inside.flatMap((item, index) => wrap(`${mark(index)} ${richPart(context, item).join(' ')}`, context.width));
  }
  const text = inside.map((element) => richInline(context, element)).join('');
  const lines = part['type'] === 'rich_text_preformatted' ? text.split('\n') : wrap(text, context.width);
  return part['type'] === 'rich_text_quote' ? lines.map((line) => `> ${line}`) : lines;
}
