// Roll-ups as bytes: a block is 24 buckets of one tier with all metrics of an app.
//
// Reason: a row for each metric and bucket takes about 45 bytes (key, header, six numbers, pages two thirds full),
// and ten apps with nine metrics have 3.2 million of them. In a block a bucket takes 15 to 20 bytes, a poll touches
// one row of each tier instead of nine, and a year of hours is 365 rows to read instead of 8,760.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import type { Tier } from '../metrics/range.ts';
import type { Bucket } from '../metrics/sample.ts';
import { createNumberReader, createNumberWriter, type NumberReader, type NumberWriter } from './sample-encoding.ts';

const format = 1;
const bucketsPerBlock = 24;
/** Size of a full block of nine metrics, in bytes. */
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

/** The aggregate of one bucket. `lastOffset` is the time of the last sample in ms from the start of the bucket. */
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
export type RollUpBlock = ReadonlyMap<number, readonly Cell[]>;

/** The cells with one more sample added; samples may come in any order. */
export function addSample(
  cells: readonly Cell[],
  at: { index: number; offset: number },
  value: number,
): readonly Cell[] {
  const { index, offset: lastOffset } = at;
  return addCell(cells, { index, samples: 1, min: value, max: value, sum: value, last: value, lastOffset });
}

/** The cells with the samples of another cell added. */
export function addCell(cells: readonly Cell[], added: Cell): readonly Cell[] {
  const place = cells.findLastIndex((cell) => cell.index <= added.index);
  const old = cells[place];
  if (old === undefined || old.index !== added.index) return cells.toSpliced(place + 1, 0, added);
  const isLater = added.lastOffset >= old.lastOffset;
  return cells.with(place, {
    index: old.index,
    samples: old.samples + added.samples,
    min: Math.min(old.min, added.min),
    max: Math.max(old.max, added.max),
    sum: old.sum + added.sum,
    last: isLater ? added.last : old.last,
    lastOffset: isLater ? added.lastOffset : old.lastOffset,
  });
}

export function packBlock(block: RollUpBlock): Uint8Array {
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

/** The cells of all metrics of a block. Throws `RangeError` for bytes that are not a block. */
export function unpackBlock(bytes: Uint8Array): Map<number, readonly Cell[]> {
  const block = new Map<number, Cell[]>();
  eachCell(bytes, undefined, (cell, code) => {
    const cells = block.get(code);
    if (cells === undefined) block.set(code, [{ ...cell }]);
    else cells.push({ ...cell });
  });
  return block;
}

/** The buckets of one metric, of the block that begins at `start`. Throws as `unpackBlock` does. */
export function unpackBuckets(bytes: Uint8Array, code: number, place: { start: Instant; width: Duration }): Bucket[] {
  const buckets: Bucket[] = [];
  eachCell(bytes, code, (cell) => buckets.push(toBucket(cell, place)));
  return buckets;
}

/** Calls `visit` with each cell of one metric, or of all, in order. The object is reused for every cell: a year has thousands of them. */
function eachCell(bytes: Uint8Array, only: number | undefined, visit: (cell: Cell, code: number) => void): void {
  const reader = createNumberReader(bytes);
  if (reader.whole() !== format) throw new RangeError('A block has an unknown format.');
  const cell: Fields = { index: 0, samples: 0, min: 0.5, max: 0.5, sum: 0.5, last: 0.5, lastOffset: 0 };
  while (!reader.atEnd()) {
    const code = reader.whole();
    const size = reader.section();
    const end = reader.position() + size;
    if (only !== undefined && code !== only) {
      reader.skip(size);
      continue;
    }
    while (reader.position() < end) {
      readCell(reader, cell);
      visit(cell, code);
    }
    if (reader.position() !== end) throw new RangeError('A block has a section of the wrong length.');
  }
}

/** A bucket in which all samples are equal is written as one value; most buckets of a total are like that. */
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

type Fields = { -readonly [field in keyof Cell]: Cell[field] };

function readCell(reader: NumberReader, into: Fields): void {
  into.index = reader.whole();
  const head = reader.whole();
  into.lastOffset = reader.whole();
  into.samples = Math.floor(head / 2);
  into.min = reader.number();
  if (into.index >= bucketsPerBlock || into.samples === 0) throw new RangeError('A block has an impossible bucket.');
  const isFlat = head % 2 === 1;
  into.max = isFlat ? into.min : reader.number();
  into.sum = isFlat ? into.min * into.samples : reader.number();
  into.last = isFlat ? into.min : reader.number();
}

/** A cell of the block that begins at `start`. */
export function toBucket(cell: Cell, { start, width }: { start: Instant; width: Duration }): Bucket {
  const { min, max, last, samples } = cell;
  const at = start + cell.index * width;
  const mean = min === max ? min : cell.sum / samples;
  return { at, min, max, mean, last, lastAt: at + cell.lastOffset, samples };
}
