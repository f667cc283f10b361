// Draws a table: as Slack's table block, or as aligned text where that is refused. Both return how many rows they show.
import type { WordedTable } from '../../reports/word-report.ts';
import { type Block, lengthOf, oneLine, plain, truncate } from './block.ts';

/** Slack takes 100 rows and 20 columns; the first row is the header. */
const maxRows = 99;
const maxColumns = 20;

/** Most characters of a cell, so that a long name cannot displace the numbers. */
const cellLength = { block: 200, text: 60 } as const;

/** A drawn table and how many of its rows are in it. */
export interface DrawnTable<T> {
  readonly drawn: T;
  readonly rows: number;
}

/** Slack's table block with at most `room` characters; columns of numbers are aligned right. */
export function tableBlock(table: WordedTable, room: number): DrawnTable<Block> {
  const columns = table.columns.slice(0, maxColumns);
  const cells = [columns, ...table.rows.slice(0, maxRows)].map((row) =>
    columns.map((_, index) => truncate(oneLine(row[index] ?? ''), cellLength.block) || ' '),
  );
  const kept = within(cells, room, (row) => row.reduce((sum, cell) => sum + lengthOf(cell), 0));
  const drawn = {
    type: 'table',
    rows: kept.map((row, index) => (index > 0 && isTitle(row, cells[0]) ? row.map(boldCell) : row.map(plainCell))),
    column_settings: columns.map((_, index) => {
      const isNumber = table.numeric === true && index > 0;
      return { align: isNumber ? 'right' : 'left', is_wrapped: !isNumber };
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

/** The table as lines of equal columns in a code block of at most `room` characters. */
export function tableText(table: WordedTable, room: number): DrawnTable<string> {
  const columns = table.columns.slice(0, maxColumns);
  const cells = [columns, ...table.rows.slice(0, maxRows)].map((row) =>
    columns.map((_, index) => plain(truncate(oneLine(row[index] ?? ''), cellLength.text))),
  );
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => width(row[index] ?? ''))));
  const lines = cells.map((row) =>
    row
      .map((cell, index) => pad(cell, { to: widths[index] ?? 0, left: index > 0 }))
      .join('  ')
      .trimEnd(),
  );
  const kept = within(lines, room - 8, (line) => lengthOf(line) + 1);
  return { drawn: `\`\`\`\n${kept.join('\n')}\n\`\`\``, rows: Math.max(0, kept.length - 1) };
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
