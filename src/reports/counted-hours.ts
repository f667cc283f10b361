// The hours that a platform counts itself, of one local day: what is read for them, their series, and what is said of them.
import type { ImApp } from '../app.ts';
import { hour } from '../clock.ts';
import { isHourly } from '../metrics/capabilities.ts';
import type { MetricId } from '../metrics/catalog.ts';
import { hourStartsOf } from '../metrics/hours-of-day.ts';
import { emptyColumns, type MeasuredSeries, seriesOfSlots, type ValueInTime } from '../metrics/measured-series.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range, Span } from '../metrics/range.ts';
import { type Coverage, combineValues } from '../metrics/series.ts';
import { addDays, datesWithin, localDate, startOfDate } from '../time-zone.ts';
import type { countedPhrases } from './counted-phrases.ts';
import type { Needs, Readings } from './readings.ts';

const say = phrasesOf<typeof countedPhrases>();

/** The hours of a single day and of the one that it is compared with; of a longer range those of today, which make its number so far. */
export function hourNeeds({ capabilities }: ImApp, { dates, previous, todayPartial }: Range): Pick<Needs, 'hours'> {
  if (capabilities.hourly === undefined) return {};
  if (dates.from === dates.to) return { hours: { from: previous.dates.from, to: dates.to } };
  return todayPartial ? { hours: { from: dates.to, to: dates.to } } : {};
}

/** What the hours of today say of it so far; undefined where none is known. */
export function countedToday({ hours = [], app, now }: Readings, id: MetricId): number | undefined {
  const start = startOfDate(localDate(now, app.timezone), app.timezone);
  return combineValues(
    hours.filter(({ at }) => at >= start).map(({ values }) => values[id]),
    'sum',
  );
}

/** The hours of a single day up to now; undefined where the platform counts none, and where less than two are known. */
export function countedHours(readings: Readings, id: MetricId, dates: Range['dates']): MeasuredSeries | undefined {
  const { app, now } = readings;
  if (!isHourly(app, id) || dates.from !== dates.to) return undefined;
  return seriesOfHours(readings, id, {
    from: startOfDate(dates.from, app.timezone),
    to: Math.min(now, startOfDate(addDays(dates.to, 1), app.timezone)),
  });
}

/** The counted hours that begin in a span; undefined where less than two are known. */
export function seriesOfHours(readings: Readings, id: MetricId, { from, to }: Span): MeasuredSeries | undefined {
  const { app, hours = [], now } = readings;
  const dates = datesWithin({ from, to }, app.timezone);
  const starts = dates.flatMap(({ date }) => hourStartsOf(date, app.timezone)).filter((at) => at >= from && at < to);
  const known = new Map(hours.map(({ at, values }) => [at, values[id]]));
  const slots = emptyColumns();
  for (const at of starts) {
    const value = known.get(at);
    slots.from.push(at);
    slots.to.push(at + hour);
    for (const column of [slots.values, slots.lows, slots.highs, slots.lasts]) column.push(value);
    slots.sums.push(value ?? 0);
    slots.counts.push(value === undefined ? 0 : 1);
    slots.shares.push(value === undefined ? 0 : 1);
  }
  const measured = slots.values.filter((value) => value !== undefined).length;
  if (measured < 2) return undefined;
  const window = { from: starts[0] ?? 0, to: (starts.at(-1) ?? 0) + hour };
  const partial = starts.flatMap((at, index) => (at + hour > now ? [index] : []));
  const ended = slots.values.flatMap((value, index) => {
    const from = starts[index] ?? 0;
    return value === undefined || partial.includes(index) ? [] : [{ value, from, to: from + hour }];
  });
  const coverage = { measured, of: starts.length };
  return seriesOfSlots({ id, window, each: 'hour', slots }, { coverage, partial, ...endsOf(ended) });
}

/** The earliest of the lowest and of the highest hours that are over. */
function endsOf(ended: readonly ValueInTime[]): Pick<MeasuredSeries, 'low' | 'high'> {
  const [first, ...rest] = ended;
  const best = (isBetter: (a: number, b: number) => boolean): ValueInTime | undefined =>
    rest.reduce((found, one) => (found === undefined || isBetter(one.value, found.value) ? one : found), first);
  return { low: best((a, b) => a < b), high: best((a, b) => a > b) };
}

/** Which hour of the day was the busiest, how many are known where not all are, and which one was worked out. */
export function hourLines(readings: Readings, id: MetricId, { dates, todayPartial }: Range): Phrase[] {
  const series = countedHours(readings, id, dates);
  if (series === undefined) return [];
  const { timezone: zone } = readings.app;
  const { high, window } = series;
  const derived = (readings.hours ?? []).find((one) => one.isDerived && one.at >= window.from && one.at < window.to);
  const { measured, of } = endedCoverage(series);
  return [
    ...(high === undefined ? [] : [say('hours.busiest', { ...high, id, zone })]),
    ...(derived?.values[id] === undefined
      ? []
      : [say('hours.derived', { from: derived.at, to: derived.at + hour, zone })]),
    ...(measured < of ? [say('hours.known', { measured, of, isOver: !todayPartial })] : []),
  ];
}

/** The hour that runs is none of them. */
function endedCoverage({ slots, partial }: MeasuredSeries): Coverage {
  const ended = slots.values.filter((_, index) => !partial.includes(index));
  return { measured: ended.filter((value) => value !== undefined).length, of: ended.length };
}
