// CSV as it is written for spreadsheets, and read back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteOrderMark, type CsvCell, type CsvRow, csvLines, readCsv } from '../src/csv.ts';
import './support/properties.ts';

async function all(source: AsyncIterable<Uint8Array>): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of readCsv(source)) rows.push(row);
  return rows;
}

async function rowsOf(text: string, size = 7): Promise<CsvRow[]> {
  const bytes = new TextEncoder().encode(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  return all(chunks());
}

const formula = /^[=+\-@\t\r＝＋－＠]/u;

describe('csvLines', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1', '＋1', '－1', '＠x', '=HYPERLINK("http://x","y")'])(
    'puts an apostrophe before the text %j, which a spreadsheet would take for a formula',
    async (text) => {
      expect((await rowsOf(csvLines([[text, 'b']])))[0]?.cells).toEqual([`'${text}`, 'b']);
    },
  );

  it.each([-5, 0, 0.1, -1.5e-7, 8_589_934_592, 1e21])('writes the number %d as it is', async (value) => {
    expect(csvLines([[value]])).toBe(`${value}\r\n`);
  });

  it('leaves what is unknown empty', () => {
    expect(csvLines([['a', undefined, 0, undefined]])).toBe('a,,0,\r\n');
  });

  it('gives back every text and number, whatever stands in it', async () => {
    const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const row = fc.array(cell, { minLength: 1, maxLength: 6 }).map((cells): CsvCell[] => ['row', ...cells]);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), async (rows, size) => {
        const read = await rowsOf(byteOrderMark + csvLines(rows), size);
        const shown = (one: CsvCell): string =>
          typeof one === 'string' && formula.test(one) ? `'${one}` : Object.is(one, -0) ? '0' : String(one);
        expect(read.map(({ cells }) => cells)).toEqual(rows.map((cells) => cells.map(shown)));
      }),
    );
  });
});

describe('readCsv', () => {
  it('names the line of each row, and leaves empty lines out', async () => {
    expect(await rowsOf('a,b\r\n\r\n1,"x\ny"\r\n2,z\r\n')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 4, cells: ['1', 'x\ny'] },
      { line: 5, cells: ['2', 'z'] },
    ]);
  });

  it('reads what a spreadsheet has saved with semicolons', async () => {
    expect((await rowsOf('\uFEFFa;b\n1;2\n')).map(({ cells }) => cells)).toEqual([['a', 'b'], ['1', '2']]); // biome-ignore format: one line
  });

  it.each(['a,"b', 'a\n1,"x"y\n', `a\n"${'x'.repeat(300_000)}"\n`])('says where a text is no CSV', async (text) => {
    await expect(rowsOf(text, 1_000)).rejects.toThrow(/^(Line \d|The file) is no CSV/);
  });

  it('reads any bytes, or says that they are no CSV', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        async function* source() {
          yield bytes;
        }
        const outcome = await all(source()).catch((error: unknown) => error);
        if (!Array.isArray(outcome)) expect(String(outcome)).toContain('is no CSV');
      }),
    );
  });

  it('ends with the error of its source', async () => {
    async function* broken() {
      yield new TextEncoder().encode('a,b\n');
      throw new Error('the disk is gone');
    }
    await expect(all(broken())).rejects.toThrow('the disk is gone');
  });
});
