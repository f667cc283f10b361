// The short number of each metric, handed out by the database and kept for ever.
import type { Kysely } from 'kysely';
import { isMetricId, type MetricId, metricIds } from '../metrics/catalog.ts';
import type { Tables } from './tables.ts';

export interface MetricCodes {
  codeOf(id: string): number | undefined;
  idOf(code: number): MetricId | undefined;
}

/** Gives a code to every metric that has none yet, and reads them all. */
export async function openMetricCodes(db: Kysely<Tables>): Promise<MetricCodes> {
  const stored = await db.selectFrom('metric').select(['code', 'id']).execute();
  const missing = metricIds.filter((id) => !stored.some((row) => row.id === id));
  if (missing.length > 0) {
    await db
      .insertInto('metric')
      .values(missing.map((id) => ({ id })))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  const rows = missing.length === 0 ? stored : await db.selectFrom('metric').select(['code', 'id']).execute();
  const codes = new Map(rows.map((row) => [row.id, row.code]));
  const ids = new Map<number, MetricId>();
  for (const { code, id } of rows) if (isMetricId(id)) ids.set(code, id);
  return { codeOf: (id) => codes.get(id), idOf: (code) => ids.get(code) };
}
