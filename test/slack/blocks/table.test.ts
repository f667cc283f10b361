// Tables: numbers stand on the right and words on the left, as a block and as text; a reason stays in the box, a state in one piece.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WordedTable } from '../../../src/reports/word-report.ts';
import { tableBlock, tableText } from '../../../src/slack/blocks/table.ts';

const apps: WordedTable = {
  columns: ['App', 'State', 'Now', 'As of'],
  rows: [
    ['Production chat (prod, IMKit)', 'critical', '140 active users, 41.8 % memory free', 'just now'],
    [
      'China (china, JMessage)',
      'unknown',
      'China did not answer: HTTP 403, the key lacks platform permission. Give the key the Platform API permission.',
      '19 min ago, stale',
    ],
  ],
};

const numbers: WordedTable = {
  columns: ['Metric', 'Sunday', 'Saturday'],
  rows: [
    ['Messages', '41,203', '34,900'],
    ['Active users', '412', 'not measured'],
  ],
  numeric: true,
};

const linesOf = (table: WordedTable): string[] => tableText(table, 2_900).drawn.split('\n').slice(1, -1);

describe('a table', () => {
  it('has words on the left, also those that begin with a digit, and numbers on the right', () => {
    const settings = (table: WordedTable) => tableBlock(table, 6_000).drawn['column_settings'];
    expect(settings(apps)).toMatchObject(Array(4).fill({ align: 'left' }));
    expect(settings(numbers)).toMatchObject([{ align: 'left' }, { align: 'right' }, { align: 'right' }]);
  });

  it('never wraps a column of short words, such as a state', () => {
    const { drawn } = tableBlock(apps, 6_000);
    expect(drawn['column_settings']).toMatchObject([
      { is_wrapped: true },
      { is_wrapped: false },
      { is_wrapped: true },
      { is_wrapped: true },
    ]);
  });

  it('as text has the same sides', () => {
    expect(linesOf(numbers)).toEqual([
      'Metric        Sunday      Saturday',
      'Messages      41,203        34,900',
      'Active users     412  not measured',
    ]);
  });

  it('as text goes on below in the column of a long reason, and every line stays in the box', () => {
    const lines = linesOf(apps);
    expect(lines[0]).toMatch(/^App +State +Now +As of$/);
    expect(lines.every((line) => line.length <= 72)).toBe(true);
    expect(lines.join('\n')).toContain('critical  ');
    const words = lines.join(' ').split(/\s+/);
    for (const word of apps.rows.flat().join(' ').split(' ')) expect(words).toContain(word);
    expect(tableText(apps, 2_900).rows).toBe(2);
  });

  it('as text has no line that is wider than the box, whatever words are in it', () => {
    const cell = fc.oneof(fc.string({ maxLength: 120 }), fc.constantFrom('连接峰值'.repeat(20), 'x'.repeat(150), ''));
    const row = fc.array(cell, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        for (const line of linesOf({ columns: ['a', 'b', 'c'], rows })) {
          const shown = line.replace(/&(amp|lt|gt);/g, '.').replaceAll('\u200B', '');
          expect(shown.length).toBeLessThanOrEqual(72);
        }
      }),
      { numRuns: 60 },
    );
  });
});
