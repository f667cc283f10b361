// The views `users messages groups rooms connections memory`: one part of an app over a range, with its chart.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { reportsDays } from '../metrics/capabilities.ts';
import { type MetricGroup, metric } from '../metrics/catalog.ts';
import { formatBytes, formatValue } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';
import { combineValues, slotsOf } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import { curveNeeds } from './curve.ts';
import { figure, momentFigures, yesterdayNeeds } from './figures.ts';
import { hourNeeds, mainMetric, metricsOf, sliceCoverage, slicesOf } from './measured.ts';
import { isType, rangeTypes } from './message-types.ts';
import { standardNotes } from './notes.ts';
import { chartDates, partChart } from './part-chart.ts';
import { partHeadline, partLines } from './part-words.ts';
import { colouredByWords, newestOf, rangeStanding } from './range-standing.ts';
import { compareRange, extremeWords, rangeChange, rangeContext, rangeFigure } from './range-words.ts';
import { distinctNeeds, type Needs, type Readings } from './readings.ts';
import type { Figure, Report } from './report.ts';
import { asOf, isStale } from './standing.ts';
import { rangeValue, unmeasuredLines } from './unmeasured.ts';

/** What `partReport` wants to know beside the newest snapshot, poll state, alerts and limits. */
export function partNeeds(
  app: ImApp,
  part: MetricGroup,
  asked: { readonly range: Range; readonly now: Instant },
): Needs {
  const { range, now } = asked;
  const ids = metricsOf({ app }, part);
  if (reportsDays(app.platform)) return dayNeeds(app, range);
  const curves = ids.flatMap((id) => curveNeeds({ app, now }, id, range));
  const hours = [...hourNeeds(ids, range), ...hourNeeds(ids, range.previous)];
  return { buckets: distinctNeeds([...curves, ...hours, ...yesterdayNeeds(ids, now)]), since: true };
}

/** The days of a range and of the one before, at least four of them, so that a change can be a percentage. */
export function dayNeeds(app: ImApp, range: Range): Needs {
  const firsts = [range.previous.dates.from, addDays(range.dates.from, -4), chartDates({ app }, range).from];
  const from = firsts.sort()[0] ?? range.dates.from;
  return { buckets: [], days: { from, to: range.dates.to }, ...(range.todayPartial ? { hours: true } : {}) };
}

/** One part of an app over a range. Ask `explainMissing` and `explainRange` first whether it can be served. */
export function partReport(given: Readings, part: MetricGroup, range: Range): Report {
  const readings = withHours(given, range);
  const chart = partChart(readings, part, range);
  const table = part === 'messages' ? rangeTypes(readings, range) : undefined;
  const at = asOf(readings);
  const unit = reportsDays(readings.app.platform) ? 'day' : 'hour';
  const isKnown = rangeValue(readings, mainMetric[part], range) !== undefined;
  const ids = metricsOf(readings, part);
  return {
    standing: rangeStanding(readings, { main: mainMetric[part], ids }, range),
    headline: `${partHeadline(readings, part, range)}${isKnown ? colouredByWords(readings, ids, range) : ''}`,
    context: rangeContext(range),
    ...(at === undefined ? {} : { asOf: at }),
    zone: range.zone,
    stale: isStale(readings),
    sections: [
      {
        figures: partFigures(readings, part, range),
        ...(table === undefined ? {} : { table }),
        lines: [
          ...unmeasuredLines(readings, mainMetric[part], range),
          ...(isKnown ? partLines(readings, part, range) : []),
        ],
        charts: chart === undefined ? [] : [chart],
      },
    ],
    notes: standardNotes(readings, { of: sliceCoverage(readings, slicesOf(range).main), unit }),
  };
}

/** The hours of today give the messages of today where the platform has no row for the day yet. */
function withHours(readings: Readings, range: Range): Readings {
  const { hours, days, app } = readings;
  const today = range.dates.to;
  if (
    hours === undefined ||
    !range.todayPartial ||
    days.some((row) => row.date === today && row.values['messages.sent'] !== undefined)
  )
    return readings;
  const sum = combineValues(slotsOf(hours).values, 'sum');
  if (sum === undefined) return readings;
  const row = days.find((one) => one.date === today) ?? {
    date: today,
    zone: app.timezone,
    complete: false,
    values: {},
  };
  const filled = { ...row, values: { ...row.values, 'messages.sent': sum } };
  return { ...readings, days: [...days.filter((one) => one.date !== today), filled] };
}

/** The last hour is what the newest snapshot says; a longer range is put together from hours or days. */
function partFigures(readings: Readings, part: MetricGroup, range: Range): Figure[] {
  const values = newestOf(readings, metricsOf(readings, part));
  if (range.word === '1h' && readings.latest !== undefined && values !== undefined && !isStale(readings))
    return momentFigures(readings, values);
  if (part === 'memory') return memoryFigures(readings, range);
  const ids = metricsOf(readings, part).filter((id) => !isType(id));
  return ids.map((id) => rangeFigure(readings, id, range)).filter((one) => one !== undefined);
}

/** Memory now where the range ends now, and the lowest share with its size and its time. */
function memoryFigures(readings: Readings, range: Range): Figure[] {
  const { latest, now } = readings;
  const endsNow = range.todayPartial && latest !== undefined && now - range.to < 60_000;
  const present = endsNow ? momentFigures(readings, newestOf(readings, metricsOf(readings, 'memory')) ?? {}) : [];
  const id = mainMetric.memory;
  const low = compareRange(readings, id, range).main;
  if (low.value === undefined) return present;
  const bytes = compareRange(readings, 'memory.free', range).main.value;
  const detail = [
    bytes === undefined ? '' : `(${formatBytes(bytes)})`,
    low.at === undefined ? '' : extremeWords(readings, low.at, range),
  ]
    .filter((words) => words !== '')
    .join(' ');
  const value = formatValue(low.value, 'ratio');
  return [
    ...present,
    figure({ title: `${metric(id).title}, lowest`, value, detail, change: rangeChange(readings, id, range) }),
  ];
}
