// Draws a table: as Slack's table block, or as aligned text where that is refused. Both return how many rows they show.
import type { WordedTable } from '../../reports/word-report.ts';
import { type Block, lengthOf, oneLine, plain, truncate, unbroken } from './block.ts';

/** Slack takes 100 rows and 20 columns; the first row is the header. */
const maxRows = 99;
const maxColumns = 20;

/** Most characters of a cell, so that a long name cannot displace the numbers. */
const cellLength = 200;

/** A column whose cells are all so short is not wrapped: a state is one word, which would break in the middle. */
const shortCell = 16;

/** Columns of a line in a fixed-width font that the box of a narrow window holds. */
const lineWidth = 72;

/** A column of words gets no narrower than that while another one is wider, and never narrower than the least. */
const readableWidth = 20;
const leastWidth = 12;

/** A drawn table and how many of its rows are in it. */
export interface DrawnTable<T> {
  readonly drawn: T;
  readonly rows: number;
}

/** Slack's table block with at most `room` characters; columns of numbers are aligned right. */
export function tableBlock(table: WordedTable, room: number): DrawnTable<Block> {
  const columns = table.columns.slice(0, maxColumns);
  const cells = [columns, ...table.rows.slice(0, maxRows)].map((row) =>
    columns.map((_, index) => unbroken(truncate(oneLine(row[index] ?? ''), cellLength)) || ' '),
  );
  const kept = within(cells, room, (row) => row.reduce((sum, cell) => sum + lengthOf(cell), 0));
  const drawn = {
    type: 'table',
    rows: kept.map((row, index) => (index > 0 && isTitle(row, cells[0]) ? row.map(boldCell) : row.map(plainCell))),
    column_settings: columns.map((_, index) => {
      const isNumber = holdsNumbers(table, index);
      const isShort = kept.every((row) => lengthOf(row[index] ?? '') <= shortCell);
      return { align: isNumber ? 'right' : 'left', is_wrapped: !isNumber && !isShort };
    }),
  };
  return { drawn, rows: kept.length - 1 };
}

/** A row that names the columns again is the title of the rows after it. */
function isTitle(row: readonly string[], header: readonly string[] = []): boolean {
  return row.length > 1 && row.slice(1).every((cell, index) => cell === header[index + 1]);
}

function plainCell(text: string): Block {
  return { type: 'raw_text', text };
}

function boldCell(text: string): Block {
  const element = { type: 'text', text, style: { bold: true } };
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [element] }] };
}

/** The first column names the rows. Words may begin with a digit, so that the facts say what is a number. */
function holdsNumbers({ numeric }: WordedTable, index: number): boolean {
  return numeric === true && index > 0;
}

/** The table as lines of equal columns in a code block of at most `room` characters; long words go on in a line below, in their column. */
export function tableText(table: WordedTable, room: number): DrawnTable<string> {
  const columns = table.columns.slice(0, maxColumns);
  const cells = [columns, ...table.rows.slice(0, maxRows)].map((row) =>
    columns.map((_, index) => truncate(oneLine(row[index] ?? ''), cellLength)),
  );
  const widths = columnWidths(table, cells);
  const drawn = cells.map((row) => {
    const parts = row.map((cell, index) => wrapped(cell, widths[index] ?? 0));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) =>
      parts
        .map((part, index) =>
          pad(plain(part[line] ?? ''), { to: widths[index] ?? 0, left: holdsNumbers(table, index) }),
        )
        .join('  ')
        .trimEnd(),
    ).join('\n');
  });
  const kept = within(drawn, room - 8, (lines) => lengthOf(lines) + 1);
  return { drawn: `\`\`\`\n${kept.join('\n')}\n\`\`\``, rows: Math.max(0, kept.length - 1) };
}

/** As wide as their longest cell; where a line would be too long, columns of words are narrower, that of the names last. */
function columnWidths(table: WordedTable, cells: readonly (readonly string[])[]): number[] {
  const widths = table.columns
    .slice(0, maxColumns)
    .map((_, index) => Math.max(...cells.map((row) => width(row[index] ?? ''))));
  const ofWords = widths.flatMap((_, index) => (holdsNumbers(table, index) ? [] : [index]));
  const shrink = (columns: readonly number[], least: number): void => {
    for (const index of columns) {
      const excess = widths.reduce((sum, one) => sum + one + 2, -2) - lineWidth;
      const from = widths[index] ?? 0;
      if (excess > 0 && from > least) widths[index] = Math.max(least, from - excess);
    }
  };
  const widestFirst = ofWords.slice(1).sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
  shrink(widestFirst, readableWidth);
  shrink(ofWords.slice(0, 1), readableWidth);
  shrink([...widestFirst, 0], leastWidth);
  return widths;
}

/** The text in lines of at most so many columns, broken between words where that is possible. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap((one) => pieces(one, most))) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 1 + width(word) <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A word that is too long for a line, in parts. */
function pieces(word: string, most: number): string[] {
  if (width(word) <= most) return [word];
  const parts: string[] = [''];
  for (const sign of word) {
    const last = parts.at(-1) ?? '';
    if (last === '' || width(last) + width(sign) <= most) parts[parts.length - 1] = `${last}${sign}`;
    else parts.push(sign);
  }
  return parts;
}

/** The first items that fit into the room together. */
function within<T>(items: readonly T[], room: number, size: (item: T) => number): T[] {
  let spent = 0;
  const end = items.findIndex((item) => {
    spent += size(item);
    return spent > room;
  });
  return end === -1 ? [...items] : items.slice(0, end);
}

function pad(cell: string, column: { to: number; left: boolean }): string {
  const space = ' '.repeat(Math.max(0, column.to - width(cell)));
  return column.left ? `${space}${cell}` : `${cell}${space}`;
}

const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/gu;

/** Columns of a text in a fixed-width font: two for CJK, and an escape counts as its character. */
function width(text: string): number {
  const shown = text.replace(/&(amp|lt|gt);/g, '.').replaceAll('\u200B', '');
  return lengthOf(shown) + (shown.match(wide)?.length ?? 0);
}
