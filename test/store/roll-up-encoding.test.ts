// Packed numbers and blocks: what goes in comes out, and damaged bytes are told from good ones.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSample, type Cell, packBlock, unpackBlock, unpackBuckets } from '../../src/store/roll-up-encoding.ts';
import {
  createNumberReader,
  createNumberWriter,
  packReadings,
  unpackReadings,
} from '../../src/store/sample-encoding.ts';

// Nothing measured is a negative zero, and packing does not keep its sign.
const anyNumber = fc
  .oneof(fc.nat(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => (value === 0 ? 0 : value));

const sample = fc.record({ index: fc.nat({ max: 23 }), offset: fc.nat({ max: 3_599_999 }), value: anyNumber });

const block = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.array(sample, { minLength: 1, maxLength: 30 })), {
    maxLength: 6,
  })
  .map((metrics) => {
    const cells = new Map<number, readonly Cell[]>();
    for (const [code, samples] of metrics) {
      for (const { index, offset, value } of samples)
        cells.set(code, addSample(cells.get(code) ?? [], { index, offset }, value));
    }
    return cells;
  });

describe('packed numbers', () => {
  it('are exactly what they were', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 50 }), (values) => {
        const writer = createNumberWriter(1);
        for (const value of values) writer.number(value);
        const reader = createNumberReader(writer.finish());
        for (const value of values) expect(reader.number()).toBe(value);
        expect(reader.atEnd()).toBe(true);
      }),
    );
  });

  it.each([
    [0, 1],
    [63, 1],
    [64, 2],
    [8_191, 2],
    [8_589_934_592, 5],
    [0.375, 9],
    [-1, 9],
  ])('%d takes %d bytes', (value, size) => {
    const writer = createNumberWriter(16);
    writer.number(value);
    expect(writer.finish()).toHaveLength(size);
  });

  it('keep a sparse poll of nine metrics in under 60 bytes', () => {
    const values = [412, 2_467, 12, 358, 1_893, 1_702, 3_221_225_472, 8_589_934_592, 0.375];
    expect(packReadings(values.map((value, code) => ({ code, value }))).length).toBeLessThan(60);
  });
});

describe('a block', () => {
  it('comes out as it went in, whole or one metric of it', () => {
    fc.assert(
      fc.property(block, (cells) => {
        const read = unpackBlock(packBlock(cells));
        expect([...read.keys()]).toEqual([...cells.keys()]);
        for (const [code, list] of cells) {
          // The sum of a flat bucket is told from its value, so only that may differ in its last digit.
          const expected = list.map((cell) => ({
            ...cell,
            sum: cell.min === cell.max ? cell.min * cell.samples : cell.sum,
          }));
          expect(read.get(code)).toEqual(expected);
          const buckets = unpackBuckets(packBlock(cells), code, { start: 48_000, width: 2_000 });
          expect(buckets).toEqual(
            expected.map(({ index, min, max, sum, last, lastOffset, samples }) => {
              const mean = min === max ? min : sum / samples;
              const at = 48_000 + 2_000 * index;
              return { at, min, max, mean, last, lastAt: at + lastOffset, samples };
            }),
          );
        }
      }),
    );
  });

  it('that is damaged is told by a RangeError or gives possible buckets, and nothing else happens', () => {
    fc.assert(
      fc.property(
        block,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 5 }),
        fc.nat(),
        (cells, changes, cut) => {
          const bytes = packBlock(cells).slice();
          for (const [place, value] of changes) bytes[place % bytes.length] = value;
          const damaged = bytes.subarray(0, cut % (bytes.length + 1));
          try {
            for (const list of unpackBlock(damaged).values()) {
              for (const { index, samples } of list) expect(index < 24 && samples >= 1).toBe(true);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
    );
  });

  it('that ends too early is always told', () => {
    const bytes = packBlock(new Map([[3, addSample([], { index: 1, offset: 0 }, 0.5)]]));
    for (let length = 0; length < bytes.length; length += 1) {
      if (length === 1) continue; // a block without a metric
      expect(() => unpackBlock(bytes.subarray(0, length))).toThrow(RangeError);
    }
    expect(() => unpackReadings(new Uint8Array([9]))).toThrow(RangeError);
  });
});
