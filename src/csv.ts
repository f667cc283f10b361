// CSV, written and read: the only file that imports csv-stringify and csv-parse.
import { pipeline, Readable } from 'node:stream';
import type { CsvError } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { BotError } from './errors.ts';

/** An undefined cell is unknown and written as an empty one. */
export type CsvCell = string | number | undefined;

/** Begins a file, so that a spreadsheet reads it as UTF-8. */
export const byteOrderMark = '\uFEFF';

/**
 * The lines of rows. A text that a spreadsheet would take for a formula gets an apostrophe before it; a number never does, a negative
 * one neither.
 */
export function csvLines(rows: readonly (readonly CsvCell[])[]): string {
  // Of line ends it would quote that of its own rows alone.
  return stringify([...rows], { escape_formulas: true, quoted_match: /[\r\n;]/, record_delimiter: 'windows' });
}

/** A row of a file. `line` is the number of its line, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The longest row that is read, in characters. */
const longestRow = 100_000;

/**
 * The rows of a file, read as they are asked for; empty lines are left out. Cells are parted by commas or, as spreadsheets of some
 * countries write them, by semicolons. Raises `BotError` where it is no CSV, and the errors of the source.
 */
export async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  // A running bot reads none.
  const { CsvError: ParseError, parse } = await import('csv-parse');
  const parser = parse({
    bom: true,
    delimiter: [',', ';'],
    info: true,
    max_record_size: longestRow,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  // An error of the source destroys the parser with it; it is raised where the rows are read.
  pipeline(Readable.from(source), parser, () => {});
  try {
    // What the parser gives with the option `info`.
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>)
      yield { line: info.lines, cells: record };
  } catch (error) {
    throw error instanceof ParseError ? unreadable(error) : error;
  }
}

function unreadable(error: CsvError): BotError {
  const place = typeof error['lines'] === 'number' ? `Line ${error['lines']}` : 'The file';
  return new BotError(`${place} is no CSV: a quote is not in its place, or a row has over ${longestRow} characters.`, {
    hint: 'Export the file again, or save it as CSV in UTF-8.',
    cause: error,
  });
}
