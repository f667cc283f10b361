// The readings of one poll as bytes: codes of metrics and their values, as numbers of variable length.
import type { MetricId, MetricValues } from '../metrics/catalog.ts';
import type { MetricCodes } from './connection.ts';

/** Integers below this are written as varints, 7 bits a byte; larger, negative and fractional numbers as a 64-bit float. */
const largestShort = 2 ** 51;

/** Size of the length field before a section, in bytes. */
const lengthSize = 4;

export interface NumberWriter {
  /** Writes an integer from 0 to 2^52. */
  whole(value: number): void;
  /** Writes any finite number without loss. */
  number(value: number): void;
  /** Writes a section: the length, then what `write` writes, so that a reader can skip it. */
  section(write: () => void): void;
  finish(): Uint8Array;
}

/** `capacity` is the initial size of the buffer in bytes; it grows as needed. */
export function createNumberWriter(capacity: number): NumberWriter {
  let bytes = new Uint8Array(capacity);
  let view = new DataView(bytes.buffer);
  let length = 0;
  const makeRoom = (size: number): void => {
    if (length + size <= bytes.length) return;
    const larger = new Uint8Array(Math.max(bytes.length * 2, length + size));
    larger.set(bytes);
    bytes = larger;
    view = new DataView(bytes.buffer);
  };
  const whole = (value: number): void => {
    makeRoom(9);
    let rest = value;
    while (rest >= 128) {
      const low = rest % 128;
      bytes[length++] = low + 128;
      rest = (rest - low) / 128;
    }
    bytes[length++] = rest;
  };
  return {
    whole,
    number: (value) => {
      if (Number.isInteger(value) && value >= 0 && value < largestShort) {
        whole(value * 2);
        return;
      }
      whole(1);
      makeRoom(8);
      view.setFloat64(length, value);
      length += 8;
    },
    section: (write) => {
      makeRoom(lengthSize);
      const start = length + lengthSize;
      length = start;
      write();
      view.setUint32(start - lengthSize, length - start);
    },
    finish: () => bytes.subarray(0, length),
  };
}

export interface NumberReader {
  whole(): number;
  number(): number;
  /** Reads the length of the section that begins here, in bytes. */
  section(): number;
  skip(size: number): void;
  /** The offset of the next byte to read. */
  position(): number;
  atEnd(): boolean;
}

/** Reads what the writer wrote. Throws `RangeError` when the bytes end too early or are invalid. */
export function createNumberReader(bytes: Uint8Array): NumberReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  const whole = (): number => {
    let value = 0;
    for (let weight = 1; weight < 2 ** 56; weight *= 128) {
      const byte = view.getUint8(position++);
      if (byte < 128) return value + byte * weight;
      value += (byte - 128) * weight;
    }
    throw new RangeError('A packed number is too long.');
  };
  return {
    whole,
    number: () => {
      const token = whole();
      if (token % 2 === 0) return token / 2;
      if (token !== 1) throw new RangeError('A packed number has an unknown mark.');
      position += 8;
      return view.getFloat64(position - 8);
    },
    section: () => {
      position += lengthSize;
      return view.getUint32(position - lengthSize);
    },
    skip: (size) => {
      position += size;
      if (position > bytes.length) throw new RangeError('Packed numbers end too early.');
    },
    position: () => position,
    atEnd: () => position >= bytes.length,
  };
}

const format = 1;

export interface MetricReading {
  readonly code: number;
  readonly value: number;
}

/** The readings of a poll; a value that is not a finite number is unknown and left out. */
export function knownReadings(values: MetricValues, codes: MetricCodes): readonly MetricReading[] {
  const known: MetricReading[] = [];
  for (const [id, value] of Object.entries(values)) {
    const code = codes.codeOf(id);
    if (code !== undefined && value !== undefined && Number.isFinite(value)) known.push({ code, value });
  }
  return known;
}

export function packReadings(readings: readonly MetricReading[]): Uint8Array {
  const writer = createNumberWriter(128);
  writer.whole(format);
  for (const { code, value } of readings) {
    writer.whole(code);
    writer.number(value);
  }
  return writer.finish();
}

/** Throws `RangeError` for bytes that are not readings. */
export function unpackReadings(bytes: Uint8Array): readonly MetricReading[] {
  const reader = createNumberReader(bytes);
  if (reader.whole() !== format) throw new RangeError('Packed readings have an unknown format.');
  const readings: MetricReading[] = [];
  while (!reader.atEnd()) readings.push({ code: reader.whole(), value: reader.number() });
  return readings;
}

/** The values by metric id; unknown codes are left out. */
export function toMeasured(readings: readonly MetricReading[], codes: MetricCodes): MetricValues {
  const values: { [id in MetricId]?: number } = {};
  for (const { code, value } of readings) {
    const id = codes.idOf(code);
    if (id !== undefined) values[id] = value;
  }
  return values;
}
