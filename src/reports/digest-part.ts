// The part of one app in a digest: what it reads, its section, and what was not measured. Made app by app, so that the readings of only one are in memory.
import type { ImApp } from '../app.ts';
import { day, type Instant } from '../clock.ts';
import { hasDays, hasMoments } from '../metrics/capabilities.ts';
import { metric, metricsIn } from '../metrics/catalog.ts';
import { signedCell } from '../metrics/compare.ts';
import {
  capitalise,
  formatCount,
  formatMoment,
  formatRatio,
  formatTime,
  formatValue,
  listWords,
  notMeasured,
  sparkline,
} from '../metrics/format.ts';
import { coverageWords, dayPoints, isWellMeasured, pointsOf } from '../metrics/series.ts';
import { addDays, localDate } from '../time-zone.ts';
import { chartOf, pointsTitle } from './chart.ts';
import { activeUsersChart, dayFacts } from './day-summary.ts';
import {
  type DigestRow,
  digestAppNeeds,
  digestMetrics,
  digestRows,
  type Highlight,
  hasPast,
  highlightsOf,
  isBeyond,
  rowChange,
  titleOf,
} from './digest-comparison.ts';
import { type Column, type Comparisons, comparisonsOf, type DigestPeriod, dayName } from './digest-period.ts';
import type { Needs, Readings } from './readings.ts';
import type { ChartModel, Report, Section } from './report.ts';
import { hoursOf, type SliceValue, sliceCoverage, sliceValue, slotsIn } from './slices.ts';
import { chartLimits, concernsOf, isSilent, limitsOf, roundShare, sentence, silenceWords } from './status.ts';
import { mainNumbers } from './summary.ts';

/** The digest that a part belongs to. */
export interface DigestFrame {
  readonly of: DigestPeriod;
  readonly now: Instant;
  /** When a platform that reports days had completed the period, where that is known. */
  readonly completeAt?: Instant | undefined;
}

/** The contents of a digest on one app. */
export interface DigestPart {
  readonly app: ImApp;
  readonly standing: Report['standing'];
  readonly highlights: readonly Highlight[];
  readonly section: Section;
  /** Sentences on coverage and completeness. */
  readonly notes: readonly string[];
  /** The facts for the line of a digest without highlights; absent for an app that has no numbers for such a period. */
  readonly quiet?: Quiet;
}

/** Whether the numbers of an app in the period can be compared, and whether they crossed a limit. */
export interface Quiet {
  readonly isMeasured: boolean;
  /** There are enough earlier periods to know what is usual. */
  readonly hasPast: boolean;
  /** An hour or a day of it is beyond the limit of a rule. */
  readonly isCrossed: boolean;
}

/** What the digest reads of one app, beside its newest snapshot, poll state and limits. */
export function digestNeeds(app: ImApp, of: DigestPeriod, now: Instant): Needs {
  return digestAppNeeds({ app, now }, of, comparisonsOf(of));
}

/** The part of one app; `zone` of its readings is that of the digest. */
export function digestPart(readings: Readings, frame: DigestFrame): DigestPart {
  const { of } = frame;
  const comparisons = comparisonsOf(of);
  const quiet: Quiet = {
    isMeasured: sliceCoverage(readings, of).measured > 0,
    hasPast: hasPast(readings, of, comparisons),
    isCrossed: isCrossed(readings, of),
  };
  return {
    app: readings.app,
    standing: standingOf(readings),
    highlights: highlightsOf(readings, of, comparisons),
    section: digestApp(readings, of, comparisons),
    notes: measuredNotes(readings, frame),
    ...(of.period === 'hour' && !hasMoments(readings.app) ? {} : { quiet }),
  };
}

/** The status of an app when the digest is made, by its silence and its limits; the numbers of a day have no status. */
function standingOf(readings: Readings): Report['standing'] {
  if (isSilent(readings)) return 'unknown';
  const worst = readings.latest === undefined ? undefined : concernsOf(readings, readings.latest.values)[0]?.standing;
  return worst ?? 'good';
}

function isCrossed(readings: Readings, of: DigestPeriod): boolean {
  return limitsOf(readings).some((limit) =>
    slotsIn(readings, limit.metric, of).values.some((value) => isBeyond(limit, value)),
  );
}

/** `24 of 24 hours measured on Production chat.`, `China's Sunday was complete at 08:50.` */
function measuredNotes(readings: Readings, frame: DigestFrame): string[] {
  const { app } = readings;
  const { of } = frame;
  if (of.period === 'hour' && !hasMoments(app)) return [];
  return [
    ...(hasMoments(app) ? [`${coverageWords(sliceCoverage(readings, of))} on ${app.name}.`] : []),
    ...(hasDays(app) && of.period !== 'hour' ? dayNotes(readings, frame) : []),
    ...readings.notes.map((note) => sentence(`${app.name}: ${note}`)),
  ];
}

function dayNotes(readings: Readings, frame: DigestFrame): string[] {
  const { app } = readings;
  const isElsewhere = app.timezone !== frame.of.zone;
  return [completeWords(readings, frame), ...(isElsewhere ? [`${app.name}'s days are days in ${app.timezone}.`] : [])];
}

function completeWords(readings: Readings, { of, completeAt, now }: DigestFrame): string {
  const { app, days } = readings;
  const rows = days.filter((row) => row.date >= of.dates.from && row.date <= of.dates.to);
  const what = `${app.name}'s ${of.period === 'day' ? dayName(of.dates.from) : of.period}`;
  if (rows.length === 0) return `${what} is not there yet.`;
  const wanted = Math.round((of.span.to - of.span.from) / 86_400_000);
  if (rows.some((row) => !row.complete))
    return `${what} is not complete: the numbers are what the platform had at ${formatTime(now, of.zone)}, and may still grow.`;
  if (rows.length < wanted) return `${coverageWords({ measured: rows.length, of: wanted }, 'day')} on ${app.name}.`;
  return completeAt === undefined
    ? `${what} is complete.`
    : `${what} was complete at ${formatTime(completeAt, of.zone)}.`;
}

/** The sentence for a period without any number. */
export function missingWords(readings: Readings, of: DigestPeriod): string {
  if (hasMoments(readings.app)) return `Nothing was measured in this period (${of.words}).`;
  return `${capitalise(of.words)} is not there yet: the platform reports a day some hours after it ends.`;
}

/** Since when the platform has not answered, why, and its last numbers. */
export function failureLines(readings: Readings): string[] {
  const { poll, latest, now, zone } = readings;
  if (!isSilent(readings)) return [];
  const facts = hasMoments(readings.app) ? mainNumbers(latest?.values ?? {}) : dayFacts(readings);
  const at = latest === undefined || !hasMoments(readings.app) ? '' : ` ${formatMoment(latest.at, zone, now)}`;
  const last = facts.length === 0 ? [] : [`The last numbers${at}: ${listWords(facts)}.`];
  return [`${silenceWords(readings)}.`, ...(poll?.reason === undefined ? [] : [sentence(poll.reason)]), ...last];
}

/** The coverage, where it is too low for a comparison. */
export function gapLines(readings: Readings, of: DigestPeriod): string[] {
  const coverage = sliceCoverage(readings, of);
  if (isWellMeasured(coverage)) return [];
  const unit = hasMoments(readings.app) ? 'hour' : 'day';
  return [`${coverageWords(coverage, unit)}: sums are of what was measured, and nothing is compared with them.`];
}

/** The section on the first day of an app: what was measured since the period ended. */
export function soFar(readings: Readings, of: DigestPeriod, before: readonly string[]): Omit<Section, 'title'> {
  const { now, app, latest, zone } = readings;
  const today = localDate(now, app.timezone);
  const slice = { span: { from: of.span.to, to: now }, dates: { from: today, to: today } };
  const ids = digestMetrics(readings);
  const hours = ids.map((id) => ({ id, value: sliceValue(readings, id, slice).value })).filter(isKnown);
  const values = hours.length > 0 ? hours : ids.map((id) => ({ id, value: latest?.values[id] })).filter(isKnown);
  const nothing = `Nothing was measured in this period (${of.words})`;
  if (values.length === 0)
    return { figures: [], lines: [...before, `${nothing}, and no number is known since then.`], charts: [] };
  const column =
    hours.length > 0 ? `so far, to ${formatTime(now, zone)}` : `now, at ${formatTime(latest?.at ?? now, zone)}`;
  const rows = values.map(({ id, value }) => [
    titleOf(readings, id, hours.length > 0 ? slice : undefined),
    formatValue(value, metric(id).unit),
  ]);
  return {
    figures: [],
    table: { columns: ['', column], rows },
    lines: [...before, `${nothing}: this is what is measured so far.`],
    charts: [],
  };
}

function isKnown(one: { value: number | undefined }): boolean {
  return one.value !== undefined;
}

/** The section of one app. */
export function digestApp(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Section {
  const { app } = readings;
  const { platformName } = app.capabilities;
  const title = hasMoments(app) ? app.name : `${app.name} (${platformName})`;
  if (of.period === 'hour' && !hasMoments(app)) {
    return {
      title,
      figures: [],
      lines: [`${platformName} reports whole days: its numbers are in the daily digest.`],
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

/** `34,918 (▲ +18 %)`: the value of the other period, and the change of the main one on it. */
function otherCell(row: DigestRow, other: SliceValue | undefined): string {
  const value = formatValue(other?.value, metric(row.id).unit);
  const change = value === notMeasured ? undefined : rowChange(row, other);
  return change === undefined ? value : `${value} (${signedCell(change)})`;
}

function chartsOf(readings: Readings, of: DigestPeriod): ChartModel[] {
  if (!hasMoments(readings.app)) {
    const days = { from: of.period === 'day' ? addDays(of.dates.to, -13) : of.dates.from, to: of.dates.to };
    const chart = activeUsersChart(readings, days);
    return chart === undefined ? [] : [chart];
  }
  const from: Instant = of.period === 'hour' ? of.span.to - day : of.span.from;
  const charts = metricsIn('digestCharts').map((id) => {
    const { title, unit, combine } = metric(id);
    const hours = hoursOf(readings, id, { from, to: of.span.to });
    const isLong = of.period === 'week' || of.period === 'month';
    const points = isLong ? dayPoints(hours, id, { ...of.dates, zone: of.zone }) : pointsOf(hours);
    const each = isLong ? 'day' : 'hour';
    return chartOf({
      kind: combine === 'sum' ? 'bar' : 'line',
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
