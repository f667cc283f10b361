// The table and data_table blocks.
import { z } from 'zod';
import { richText } from './rich-text.ts';
import { blockId, string } from './text.ts';

/** Characters over all cells of all tables of one message. */
export const tableCharacters = { table: 10_000, data_table: 20_000 } as const;

const rawText = z.strictObject({ type: z.literal('raw_text'), text: string(10_000) });
const rawNumber = z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: string(255) });
const cell = z.discriminatedUnion('type', [rawText, rawNumber, richText]);

const columnSetting = z.strictObject({
  align: z.enum(['left', 'center', 'right']).optional(),
  is_wrapped: z.boolean().optional(),
});

export const table = z.strictObject({
  type: z.literal('table'),
  block_id: blockId,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z.array(columnSetting.nullable()).max(20).optional(),
});

export const dataTable = z
  .strictObject({
    type: z.literal('data_table'),
    block_id: blockId,
    caption: string(255),
    rows: z.array(z.array(cell).min(1).max(20)).min(2).max(201),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).max(19).optional(),
  })
  .superRefine((block, context) => {
    const width = block.rows[0]?.length;
    block.rows.forEach((row, index) => {
      if (row.length === width) return;
      context.addIssue({
        code: 'custom',
        path: ['rows', index],
        message: 'all rows must have the same number of cells',
      });
    });
    block.rows[0]?.forEach((head, index) => {
      if (head.type !== 'rich_text') return;
      context.addIssue({ code: 'custom', path: ['rows', 0, index], message: 'header cells must not be rich_text' });
    });
  });
