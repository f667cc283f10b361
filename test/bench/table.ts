// Draws the lines of a benchmark as one table of plain text.
import type { Line, Verdict } from './row.ts';

const marks: Readonly<Record<Verdict, string>> = { holds: 'ok', broken: 'MISSED', none: '' };
const heads = ['what', 'ours', 'peer', 'ratio', 'bar', ''] as const;

export function drawTable(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.what,
    line.ours,
    line.peer,
    line.ratio === undefined || !Number.isFinite(line.ratio) ? '' : `${line.ratio.toFixed(2)} x`,
    line.bar,
    marks[line.verdict],
  ]);
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const draw = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [draw(heads), draw(widths.map((width) => '-'.repeat(width))), ...rows.map(draw)].join('\n');
}
