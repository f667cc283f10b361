// The section of one app in a digest: its table against the earlier periods, its charts, and what is missing.
import { day, type Instant } from '../clock.ts';
import { platformName, reportsDays } from '../metrics/capabilities.ts';
import { metric } from '../metrics/catalog.ts';
import { signedCell } from '../metrics/compare.ts';
import { formatCount, formatRatio, formatValue, notMeasured, sparkline } from '../metrics/format.ts';
import { dayPoints, pointsOf } from '../metrics/series.ts';
import { addDays } from '../time-zone.ts';
import { chartOf } from './chart.ts';
import { pointsTitle } from './chart-title.ts';
import { activeUsersChart } from './day-summary.ts';
import { failureLines, gapLines, missingWords, soFar } from './digest-gaps.ts';
import type { Column, Comparisons, DigestPeriod } from './digest-period.ts';
import { type DigestRow, digestRows, rowChange, titleOf } from './digest-rows.ts';
import { hoursOf, type SliceValue } from './measured.ts';
import type { Readings } from './readings.ts';
import type { ChartModel, Section } from './report.ts';
import { chartLimits, roundShare } from './standing.ts';

/** The section of one app. */
export function digestApp(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Section {
  const { app } = readings;
  const title = reportsDays(app.platform) ? `${app.name} (${platformName(app.platform)})` : app.name;
  if (of.period === 'hour' && reportsDays(app.platform)) {
    return {
      title,
      figures: [],
      lines: [`${platformName(app.platform)} reports whole days: its numbers are in the daily digest.`],
      charts: [],
    };
  }
  const rows = digestRows(readings, of, comparisons);
  const failure = failureLines(readings);
  if (rows.length === 0) return { title, ...soFar(readings, of, failure) };
  const isMeasured = rows.some((row) => row.main.value !== undefined);
  const gaps = isMeasured ? gapLines(readings, of) : [missingWords(readings, of)];
  const table = tableOf(readings, rows, comparisons);
  return { title, figures: [], table, lines: [...failure, ...gaps], charts: chartsOf(readings, of) };
}

function tableOf(
  readings: Readings,
  rows: readonly DigestRow[],
  { main, others, history }: Comparisons,
): NonNullable<Section['table']> {
  const shown = others.map((column, index) => ({
    column,
    isKnown: rows.some((row) => row.others[index]?.value !== undefined),
  }));
  const hasHistory = rows.some((row) => row.earlier.some((one) => one.value !== undefined));
  const kept = shown.flatMap(({ column, isKnown }, index) => (isKnown ? [{ column, index }] : []));
  return {
    columns: [
      '',
      main.name,
      ...kept.map(({ column }: { column: Column }) => column.name),
      ...(hasHistory ? [history.name] : []),
    ],
    rows: rows.map((row) => [
      titleOf(readings, row.id, main.slice),
      mainCell(readings, row),
      ...kept.map(({ index }) => otherCell(row, row.others[index])),
      ...(hasHistory ? [sparkline([...row.earlier, row.main].map((one) => one.value))] : []),
    ]),
  };
}

/** `1,893 (95 % of 2,000)` beside a limit. */
function mainCell({ app }: Readings, { id, main }: DigestRow): string {
  const { unit, group: part } = metric(id);
  const limit = app.connectionLimit;
  if (part !== 'connections' || main.value === undefined || limit === undefined || limit <= 0)
    return formatValue(main.value, unit);
  return `${formatCount(main.value)} (${formatRatio(roundShare(main.value / limit))} of ${formatCount(limit)})`;
}

/** `34,918 (▲ +18 %)`: the other period's value, and how the main one stands to it. */
function otherCell(row: DigestRow, other: SliceValue | undefined): string {
  const value = formatValue(other?.value, metric(row.id).unit);
  const change = value === notMeasured ? undefined : rowChange(row, other);
  return change === undefined ? value : `${value} (${signedCell(change)})`;
}

function chartsOf(readings: Readings, of: DigestPeriod): ChartModel[] {
  if (reportsDays(readings.app.platform)) {
    const days = { from: of.period === 'day' ? addDays(of.dates.to, -13) : of.dates.from, to: of.dates.to };
    const chart = activeUsersChart(readings, days);
    return chart === undefined ? [] : [chart];
  }
  const from: Instant = of.period === 'hour' ? of.span.to - day : of.span.from;
  const charts = (['messages.sent', 'connections.peak'] as const).map((id) => {
    const { title, unit } = metric(id);
    const hours = hoursOf(readings, id, { from, to: of.span.to });
    const isLong = of.period === 'week' || of.period === 'month';
    const points = isLong ? dayPoints(hours, id, { ...of.dates, zone: of.zone }) : pointsOf(hours);
    const each = isLong ? 'day' : 'hour';
    return chartOf({
      kind: id === 'messages.sent' ? 'bar' : 'line',
      title: pointsTitle(readings.app, id, each),
      unit,
      curves: [{ name: title, points }],
      limits: chartLimits(readings, id),
      zone: of.zone,
      each,
    });
  });
  return charts.filter((chart) => chart !== undefined);
}
