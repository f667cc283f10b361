// Roll-ups as bytes: a block is 24 buckets of one tier with all metrics of an app.
//
// Why packed: a row for each metric and bucket takes about 45 bytes (key, header, six numbers, pages two thirds full),
// and ten apps with nine metrics have 3.2 million of them. In a block a bucket takes 15 to 20 bytes, a poll touches
// one row of each tier instead of nine, and a year of hours is 365 rows to read instead of 8,760.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import type { Bucket } from '../metrics/sample.ts';
import { createNumberReader, createNumberWriter, type NumberReader, type NumberWriter } from './numbers.ts';
import type { Tier } from './store.ts';

const format = 1;
const bucketsPerBlock = 24;
/** Bytes of a full block of nine metrics. */
const usualBlockSize = 5_000;

/** Width of a bucket. Buckets and blocks are aligned to the epoch. */
export const bucketWidths: Readonly<Record<Exclude<Tier, 'raw'>, Duration>> = { fiveMinutes: 5 * minute, hours: hour };

export function blockWidth(width: Duration): Duration {
  return width * bucketsPerBlock;
}

/** Start of the block that contains `at`. */
export function blockStart(at: Instant, width: Duration): Instant {
  return Math.floor(at / blockWidth(width)) * blockWidth(width);
}

/** What is kept of one bucket. `lastOffset` is the time of the last sample in ms from the start of the bucket. */
export interface Cell {
  readonly index: number;
  readonly samples: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly last: number;
  readonly lastOffset: number;
}

/** Cells by metric code, each list in order of `index`. */
export type Block = ReadonlyMap<number, readonly Cell[]>;

/** The cells with one more sample in them, whatever the order in which samples come. */
export function addSample(
  cells: readonly Cell[],
  at: { index: number; offset: number },
  value: number,
): readonly Cell[] {
  const first = { index: at.index, samples: 1, min: value, max: value, sum: value, last: value, lastOffset: at.offset };
  const place = cells.findLastIndex((cell) => cell.index <= at.index);
  const old = cells[place];
  if (old === undefined || old.index !== at.index) return cells.toSpliced(place + 1, 0, first);
  const isLater = at.offset >= old.lastOffset;
  return cells.with(place, {
    index: old.index,
    samples: old.samples + 1,
    min: Math.min(old.min, value),
    max: Math.max(old.max, value),
    sum: old.sum + value,
    last: isLater ? value : old.last,
    lastOffset: isLater ? at.offset : old.lastOffset,
  });
}

export function packBlock(block: Block): Uint8Array {
  const writer = createNumberWriter(usualBlockSize);
  writer.whole(format);
  for (const [code, cells] of block) {
    writer.whole(code);
    writer.section(() => {
      for (const cell of cells) packCell(writer, cell);
    });
  }
  return writer.finish();
}

/** All metrics of a block, or only one. Throws `RangeError` for bytes that are no block. */
export function unpackBlock(bytes: Uint8Array, only?: number): Map<number, readonly Cell[]> {
  const reader = createNumberReader(bytes);
  if (reader.whole() !== format) throw new RangeError('A block has an unknown format.');
  const block = new Map<number, readonly Cell[]>();
  while (!reader.atEnd()) {
    const code = reader.whole();
    const size = reader.section();
    const end = reader.position() + size;
    if (only !== undefined && code !== only) {
      reader.skip(size);
      continue;
    }
    const cells: Cell[] = [];
    while (reader.position() < end) cells.push(unpackCell(reader));
    if (reader.position() !== end) throw new RangeError('A block has a section of the wrong length.');
    block.set(code, cells);
  }
  return block;
}

/** A bucket in which nothing moved is written with its one value only; most buckets of a total are such. */
function packCell(writer: NumberWriter, cell: Cell): void {
  const isFlat = cell.min === cell.max;
  writer.whole(cell.index);
  writer.whole(cell.samples * 2 + (isFlat ? 1 : 0));
  writer.whole(cell.lastOffset);
  writer.number(cell.min);
  if (isFlat) return;
  writer.number(cell.max);
  writer.number(cell.sum);
  writer.number(cell.last);
}

function unpackCell(reader: NumberReader): Cell {
  const index = reader.whole();
  const head = reader.whole();
  const lastOffset = reader.whole();
  const samples = Math.floor(head / 2);
  const min = reader.number();
  if (index >= bucketsPerBlock || samples === 0) throw new RangeError('A block has an impossible bucket.');
  if (head % 2 === 1) return { index, samples, min, max: min, sum: min * samples, last: min, lastOffset };
  return { index, samples, min, max: reader.number(), sum: reader.number(), last: reader.number(), lastOffset };
}

/** A cell as everybody else knows it. */
export function toBucket(cell: Cell, start: Instant, width: Duration): Bucket {
  const { min, max, last, samples } = cell;
  return { at: start + cell.index * width, min, max, mean: min === max ? min : cell.sum / samples, last, samples };
}
