// Messages by type, for a platform that tells types apart: of one day, or of a range.
import type { MetricId, MetricValues } from '../metrics/catalog.ts';
import { capitalise, formatQuantity, formatValue } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';
import { anyMeasured, combineValues } from '../metrics/series.ts';
import { metricsOf, slicesOf, slotsIn } from './measured.ts';
import type { Readings } from './readings.ts';
import type { Table } from './report.ts';

const types = ['text', 'image', 'voice', 'other'] as const;

/** Messages by type, single chats beside groups; undefined when no type is known. `ofDays` is added to the title. */
export function typesTable(values: MetricValues, ofDays = ''): Table | undefined {
  const rows = types.flatMap((type) => {
    const single = values[`messages.single.${type}`];
    const group = values[`messages.group.${type}`];
    if (single === undefined && group === undefined) return [];
    return [[capitalise(type), formatValue(single, 'count'), formatValue(group, 'count')]];
  });
  return rows.length === 0 ? undefined : { columns: [`Messages by type${ofDays}`, 'Single chats', 'Groups'], rows };
}

/** True for the messages of one type, such as `messages.single.text`. */
export function isType(id: MetricId): boolean {
  return /^messages\..*\./.test(id);
}

/** Messages by type over the range, for a platform that tells types apart; of how many days, where types are not known of all. */
export function rangeTypes(readings: Readings, range: Range): Table | undefined {
  const { main } = slicesOf(range);
  const series = metricsOf(readings, 'messages')
    .filter(isType)
    .map((id) => ({ id, values: slotsIn(readings, id, main).values }));
  const sums = series.flatMap(({ id, values }) => {
    const sum = combineValues(values, 'sum');
    return sum === undefined ? [] : [[id, sum] as const];
  });
  const { measured, of } = anyMeasured(series.map(({ values }) => values));
  return typesTable(Object.fromEntries(sums), measured < of ? `, ${measured} of ${formatQuantity(of, 'day')}` : '');
}
