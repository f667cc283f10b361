// The table and the charts of an app in a digest: what moved first, each change beside the value that changed, steady rows in one line.
import { day, hour, type Instant } from '../clock.ts';
import { hasMoments, isDaily } from '../metrics/capabilities.ts';
import { type MetricId, metric, metricsIn } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { datesOf, type Span } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import type { Point } from '../metrics/sample.ts';
import { extreme, isWellMeasured, newest, slotsOf } from '../metrics/series.ts';
import { addDays, localDate } from '../time-zone.ts';
import { chartOf, pointsTitle } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import { activeUsersChart } from './day-summary.ts';
import { type DigestRow, movementOf } from './digest-comparison.ts';
import { type Comparisons, type DigestPeriod, periodName } from './digest-period.ts';
import type { digestPhrases } from './digest-phrases.ts';
import { daySlots, seriesOf } from './read-series.ts';
import type { Readings } from './readings.ts';
import type { ChartFacts, CurveWhole, Table } from './report.ts';
import { rangeTitle, type Slice, type SliceValue, shownValue } from './slices.ts';
import { chartLimits, roundShare } from './status.ts';

const say = phrasesOf<typeof digestPhrases & typeof metricPhrases & typeof rangePhrases & typeof chartPhrases>();

/** More would hide what moved. */
const mostRows = 6;

/** The rows that moved, furthest first, and lines on the others. `rows` are those of which the period has a number. */
export function digestTable(
  readings: Readings,
  rows: readonly DigestRow[],
  comparisons: Comparisons,
): { readonly table: Table; readonly lines: readonly Phrase[] } {
  const moved = rows.filter((row) => !isUnchanged(row)).sort((a, b) => movementOf(b) - movementOf(a));
  const steady = rows.filter(isUnchanged);
  // Where nothing moved the table stays.
  const shown = (moved.length === 0 ? steady : moved).slice(0, mostRows);
  const left = moved.slice(mostRows).flatMap(changedItem);
  const same = steady.filter((row) => !shown.includes(row));
  return {
    table: tableOf(readings, shown, comparisons),
    lines: [
      ...(left.length === 0 ? [] : [say('digest.also', { items: left })]),
      ...(same.length === 0 ? [] : [say('digest.unchanged', { items: same.flatMap(itemOf) })]),
    ],
  };
}

/** True where a row was compared, and every change is none, as far as it is shown; a sum may differ though its rate is the same. */
function isUnchanged({ changes }: DigestRow): boolean {
  const known = changes.filter((one) => one !== undefined);
  return known.length > 0 && known.every(({ change, isRate }) => change.direction === 'same' && !isRate);
}

const nameOf = ({ id }: { readonly id: MetricId }): Phrase => say('metric.name', { id });

/** `active groups 121, up 1 % vs Saturday`. */
function changedItem(row: DigestRow): Phrase[] {
  const first = row.changes.find((one) => one !== undefined);
  return itemOf(row).map((item) =>
    first === undefined
      ? item
      : say('metric.listed', {
          items: [item, say('change.inSentence', { change: first.change, on: first.short })],
        }),
  );
}

function itemOf({ id, main }: DigestRow): Phrase[] {
  return items.said(items.known([{ id, value: main.value }]));
}

interface KnownValue {
  readonly id: MetricId;
  readonly value: number;
}

/** Numbers in a sentence: `active users 412`. */
export const items = {
  known: (values: readonly { readonly id: MetricId; readonly value: number | undefined }[]): KnownValue[] =>
    values.flatMap(({ id, value }) => (value === undefined ? [] : [{ id, value }])),
  said: (values: readonly KnownValue[]): Phrase[] =>
    values.map(({ id, value }) => say('digest.item', { name: nameOf({ id }), value: shownValue(id, value) })),
};

function tableOf(readings: Readings, rows: readonly DigestRow[], { main, others, history }: Comparisons): Table {
  const kept = others.flatMap((column, index) =>
    rows.some((row) => row.others[index]?.value !== undefined) ? [{ column, index }] : [],
  );
  const hasHistory = rows.some((row) => row.earlier.some((one) => isWellMeasured(one.coverage)));
  return {
    columns: [
      say('digest.noColumn'),
      main.name,
      ...kept.map(({ column }) => column.name),
      ...(hasHistory ? [history.name] : []),
    ],
    numeric: false,
    rows: rows.map((row) => [
      titleOf(readings, row.id, main.slice),
      mainCell(readings, row),
      ...kept.map(({ index }) => otherCell(readings, row.id, row.others[index])),
      ...(hasHistory ? [rangeCell(row)] : []),
    ]),
  };
}

/** "busiest hour" only where the period has several hours. */
function titleOf(readings: Readings, id: MetricId, slice: Slice): Phrase {
  const isOne = isDaily(readings.app, id)
    ? slice.dates.from === slice.dates.to
    : slice.span.to - slice.span.from <= hour;
  return rangeTitle(readings, id, isOne ? 'hour' : 'longer');
}

/** `33,004 ▼ 10 % vs Saturday`, `1,893 of 2,000 (95 %)`: the value, its limit, and its change on the first period that it can be compared with. */
function mainCell({ app }: Readings, { id, main, changes }: DigestRow): Phrase {
  const { value = 0 } = main;
  const limit = metric(id).group === 'connections' ? app.connectionLimit : undefined;
  const isLimited = limit !== undefined && limit > 0;
  const shown = isLimited
    ? say('digest.ofLimit', { value, share: roundShare(value / limit), limit })
    : shownValue(id, value);
  const first = changes.find((one) => one !== undefined);
  return first === undefined ? shown : say('change.beside', { value: shown, change: first.change, on: first.short });
}

/** The value of another period, with how much of it is known where that makes it smaller than it was. */
function otherCell(readings: Readings, id: MetricId, other: SliceValue | undefined): Phrase {
  const value = shownValue(id, other?.value);
  if (other?.value === undefined) return value;
  const { coverage } = other;
  const isWhole = metric(id).combine === 'sum' ? coverage.measured === coverage.of : isWellMeasured(coverage);
  if (isWhole) return value;
  const unit = isDaily(readings.app, id) ? 'day' : 'hour';
  return say('digest.partOf', { value, coverage: say('metric.coverage', { ...coverage, unit }) });
}

/** The ends of the periods that were measured well: one of which a part is known would look like a fall. */
function rangeCell({ id, earlier, main }: DigestRow): Phrase {
  const all = [...earlier, main];
  const known = all.flatMap(({ value, coverage }) => (value !== undefined && isWellMeasured(coverage) ? [value] : []));
  if (known.length === 0) return shownValue(id, undefined);
  const ends = { low: Math.min(...known), high: Math.max(...known) };
  return say('digest.range', { ...ends, unit: metric(id).unit, known: known.length, of: all.length });
}

/** The charts of the period: by hour, of a week or a month by day; of an hour the day that it ends. */
export function digestCharts(readings: Readings, of: DigestPeriod): ChartFacts[] {
  if (!hasMoments(readings.app)) {
    const chart = activeUsersChart(readings, daysOfChart(readings, of));
    return chart === undefined ? [] : [chart];
  }
  return metricsIn('digestCharts').flatMap((id) => momentChart(readings, id, of) ?? []);
}

/** The days of the period, of one day the fortnight that it ends; a day that still runs is none of them. */
function daysOfChart({ app, now }: Readings, { period, dates }: DigestPeriod): DigestPeriod['dates'] {
  const ended = addDays(localDate(now, app.timezone), -1);
  const to = dates.to < ended ? dates.to : ended;
  return { from: period === 'day' ? addDays(to, -13) : dates.from, to };
}

function momentChart(readings: Readings, id: MetricId, of: DigestPeriod): ChartFacts | undefined {
  const { unit, combine } = metric(id);
  const from: Instant = of.period === 'hour' ? of.span.to - day : of.span.from;
  const each = of.period === 'week' || of.period === 'month' ? 'day' : 'hour';
  const span =
    of.period === 'hour'
      ? say('range.length', { count: 24, unit: 'hour' })
      : say('digest.span', { of: periodName(of) });
  return chartOf({
    kind: combine === 'sum' ? 'bar' : 'line',
    title: say('chart.over', { name: pointsTitle(readings.app, id, each), span }),
    unit,
    curves: [{ name: say('metric.title', { id }), ...pointsIn(readings, id, { from, to: of.span.to }, each) }],
    limits: chartLimits(readings, id),
    zone: of.zone,
    each,
  });
}

/** Hours, or days of which nine tenths were measured: another one would be drawn as a fall. */
function pointsIn(
  readings: Readings,
  id: MetricId,
  span: Span,
  each: 'hour' | 'day',
): { readonly points: readonly Point[]; readonly whole?: CurveWhole } {
  const series = seriesOf(readings, id, { span, dates: datesOf(span, readings.zone) });
  const { from, values, shares } = each === 'day' ? daySlots(readings, series) : series.slots;
  const isDrawn = (share = 0): boolean => each === 'hour' || isWellMeasured({ measured: share, of: 1 });
  const points = values.map((value, index) => ({
    at: from[index] ?? Number.NaN,
    value: isDrawn(shares[index]) ? value : undefined,
  }));
  const isAll = points.every(({ value }, index) => value === values[index]);
  return { points, ...(isAll ? {} : withoutTotal(points)) };
}

/** The alt text gives no sum of points where one is left out: it would not be that of the period. */
function withoutTotal(points: readonly Point[]): { readonly whole?: CurveWhole } {
  const slots = slotsOf(points);
  const [low, high, last] = [extreme(slots, 'low'), extreme(slots, 'high'), newest(points)];
  if (low === undefined || high === undefined || last?.value === undefined) return {};
  const told = (at: Instant, value: number): CurveWhole['low'] => ({ value, from: at, to: at });
  return { whole: { low: told(low.at, low.value), high: told(high.at, high.value), last: told(last.at, last.value) } };
}
