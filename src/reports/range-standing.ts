// How an app stood over a range: as it stands now where the range ends now, else by the numbers of the range itself.
import type { MetricId, MetricValues } from '../metrics/catalog.ts';
import type { Range } from '../metrics/range.ts';
import { openAlertWords } from './notes.ts';
import { compareRange } from './range-words.ts';
import type { Readings } from './readings.ts';
import type { Standing } from './report.ts';
import { byStanding, type Concern, concernsOf, isStale, knownValues, standingOf, worstStanding } from './standing.ts';
import { rangeValue } from './unmeasured.ts';

/** The newest values of these metrics alone, so that the numbers of another part do not colour it; undefined when nothing is known. */
export function newestOf(readings: Readings, ids: readonly MetricId[]): MetricValues | undefined {
  const values = knownValues(readings);
  return values && pick(ids, (id) => values[id]);
}

/** What is or was near its limit among these metrics, the worst first. */
export function rangeConcerns(readings: Readings, ids: readonly MetricId[], range: Range): readonly Concern[] {
  if (range.todayPartial) return concernsOf(readings, newestOf(readings, ids) ?? {});
  return concernsOf(
    readings,
    pick(ids, (id) => compareRange(readings, id, range).main.value),
  );
}

/** The standing of these metrics over a range. How the app stands now says nothing of a time in which the main one was not measured. */
export function rangeStanding(
  readings: Readings,
  { main, ids }: { readonly main: MetricId; readonly ids: readonly MetricId[] },
  range: Range,
): Standing {
  if (rangeValue(readings, main, range) === undefined) return 'unknown';
  if (range.todayPartial) return standingOf(readings, newestOf(readings, ids));
  return rangeConcerns(readings, ids, range)[0]?.standing ?? 'good';
}

/** `; critical alert memory-low is open`: what line 1 adds where an open alert colours a range, and not the numbers in it. */
export function colouredByWords(readings: Readings, ids: readonly MetricId[], range: Range): string {
  if (!range.todayPartial || isStale(readings)) return '';
  const [concern] = rangeConcerns(readings, ids, range);
  const alerts = worstStanding(readings.alerts.map(({ level }) => level));
  if (alerts === undefined || byStanding(concern?.standing, alerts) <= 0) return '';
  return `; ${openAlertWords(readings)}`;
}

function pick(ids: readonly MetricId[], valueFor: (id: MetricId) => number | undefined): MetricValues {
  return Object.fromEntries(
    ids.flatMap((id) => {
      const value = valueFor(id);
      return value === undefined ? [] : [[id, value]];
    }),
  );
}
