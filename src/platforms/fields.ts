// Single fields of an answer: numbers that may be text, missing or impossible, as known values or as nothing.
import { z } from 'zod';
import type { MetricId, MetricValues } from '../metrics/catalog.ts';

/** A number, or digits as text. A field of another type is unknown: it must not cost us the fields beside it. */
export const wireNumber = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .optional()
  .catch(undefined);

/** Text, or a number as text; anything else is unknown. */
export const wireText = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);

/** A count that can be one; anything else is unknown. */
export function plausibleCount(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The metric with its value, or nothing at all when the value is not known. */
export function given(id: MetricId, value: number | undefined): MetricValues {
  return value === undefined ? {} : { [id]: value };
}
