// The readings of one poll as bytes: for each metric its code and its value.
import type { MetricId, MetricValues } from '../metrics/catalog.ts';
import type { MetricCodes } from './metric-codes.ts';
import { createNumberReader, createNumberWriter } from './numbers.ts';

const format = 1;

export interface Reading {
  readonly code: number;
  readonly value: number;
}

/** What is known of a poll; a value that is no finite number is unknown and left out. */
export function knownReadings(values: MetricValues, codes: MetricCodes): readonly Reading[] {
  const known: Reading[] = [];
  for (const [id, value] of Object.entries(values)) {
    const code = codes.codeOf(id);
    if (code !== undefined && value !== undefined && Number.isFinite(value)) known.push({ code, value });
  }
  return known;
}

export function packReadings(readings: readonly Reading[]): Uint8Array {
  const writer = createNumberWriter(128);
  writer.whole(format);
  for (const { code, value } of readings) {
    writer.whole(code);
    writer.number(value);
  }
  return writer.finish();
}

/** Throws `RangeError` for bytes that are no readings. */
export function unpackReadings(bytes: Uint8Array): readonly Reading[] {
  const reader = createNumberReader(bytes);
  if (reader.whole() !== format) throw new RangeError('Packed readings have an unknown format.');
  const readings: Reading[] = [];
  while (!reader.atEnd()) readings.push({ code: reader.whole(), value: reader.number() });
  return readings;
}

/** By metric id; codes that this program does not know are left out. */
export function toMeasured(readings: readonly Reading[], codes: MetricCodes): MetricValues {
  const values: { [id in MetricId]?: number } = {};
  for (const { code, value } of readings) {
    const id = codes.idOf(code);
    if (id !== undefined) values[id] = value;
  }
  return values;
}
