// The part of one app in a digest: what it reads, its section, and what was not measured. Made app by app, so that the readings of only one are in memory.
import type { ImApp } from '../app.ts';
import { day, type Instant } from '../clock.ts';
import { hasDays, hasMoments } from '../metrics/capabilities.ts';
import { metric, metricsIn } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf, verbatim } from '../metrics/phrase.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import { type Coverage, dayPoints, isWellMeasured, pointsOf } from '../metrics/series.ts';
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
import { type Comparisons, comparisonsOf, type DigestPeriod, periodName } from './digest-period.ts';
import type { digestPhrases } from './digest-phrases.ts';
import type { Needs, Readings } from './readings.ts';
import type { ChartFacts, Report, Section } from './report.ts';
import { hoursOf, type SliceValue, shownValue, sliceCoverage, sliceValue, slotsIn } from './slices.ts';
import { chartLimits, concernsOf, isSilent, limitsOf, reasonOf, roundShare, sentenceOf, silence } from './status.ts';
import { mainNumbers } from './summary.ts';

const say = phrasesOf<typeof digestPhrases & typeof metricPhrases & typeof rangePhrases>();

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
  readonly notes: readonly Phrase[];
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
function measuredNotes(readings: Readings, frame: DigestFrame): Phrase[] {
  const { app } = readings;
  const { of } = frame;
  if (of.period === 'hour' && !hasMoments(app)) return [];
  return [
    ...(hasMoments(app) ? [measuredOn(readings, sliceCoverage(readings, of), 'hour')] : []),
    ...(hasDays(app) && of.period !== 'hour' ? dayNotes(readings, frame) : []),
    ...readings.notes.map((note) => say('digest.noteOf', { app: app.name, note })),
  ];
}

function measuredOn({ app }: Readings, coverage: Coverage, unit: 'hour' | 'day'): Phrase {
  return say('digest.measuredOn', { coverage: say('metric.coverage', { ...coverage, unit }), app: app.name });
}

function dayNotes(readings: Readings, frame: DigestFrame): Phrase[] {
  const { name: app, timezone: zone } = readings.app;
  const isElsewhere = zone !== frame.of.zone;
  return [completeNote(readings, frame), ...(isElsewhere ? [say('digest.daysIn', { app, zone })] : [])];
}

function completeNote(readings: Readings, { of, completeAt, now }: DigestFrame): Phrase {
  const rows = readings.days.filter((row) => row.date >= of.dates.from && row.date <= of.dates.to);
  const what = { app: readings.app.name, of: periodName(of) };
  if (rows.length === 0) return say('digest.complete', { ...what, state: 'missing' });
  const wanted = Math.round((of.span.to - of.span.from) / 86_400_000);
  if (rows.some((row) => !row.complete)) return say('digest.complete', { ...what, state: 'partial', at: now });
  if (rows.length < wanted) return measuredOn(readings, { measured: rows.length, of: wanted }, 'day');
  const at = completeAt === undefined ? {} : { at: completeAt };
  return say('digest.complete', { ...what, state: 'complete', ...at });
}

/** The sentence for a period without any number. */
export function missingNote(readings: Readings, of: DigestPeriod): Phrase {
  const kind = hasMoments(readings.app) ? 'digest.nothingMeasured' : 'digest.dayMissing';
  return say(kind, { of: periodName(of) });
}

/** Since when the platform has not answered, why, and its last numbers. */
export function failureLines(readings: Readings): Phrase[] {
  const { poll, latest, now, zone, app } = readings;
  if (!isSilent(readings)) return [];
  const facts = hasMoments(app) ? mainNumbers(latest?.values ?? {}) : dayFacts(readings);
  const hasTime = latest !== undefined && hasMoments(app);
  const when = hasTime ? { when: say('moment.at', { at: latest.at, zone, now }) } : {};
  const last = facts.length === 0 ? [] : [say('digest.lastNumbers', { facts, ...when })];
  return [sentenceOf(silence(readings)), ...reasonOf(poll).map(sentenceOf), ...last];
}

/** The coverage, where it is too low for a comparison. */
export function gapLines(readings: Readings, of: DigestPeriod): Phrase[] {
  const coverage = sliceCoverage(readings, of);
  if (isWellMeasured(coverage)) return [];
  const unit = hasMoments(readings.app) ? 'hour' : 'day';
  return [say('digest.gaps', { coverage: say('metric.coverage', { ...coverage, unit }) })];
}

/** The section on the first day of an app: what was measured since the period ended. */
export function soFar(readings: Readings, of: DigestPeriod, before: readonly Phrase[]): Omit<Section, 'title'> {
  const { now, app, latest, zone } = readings;
  const today = localDate(now, app.timezone);
  const slice = { span: { from: of.span.to, to: now }, dates: { from: today, to: today } };
  const ids = digestMetrics(readings);
  const hours = ids.map((id) => ({ id, value: sliceValue(readings, id, slice).value })).filter(isKnown);
  const values = hours.length > 0 ? hours : ids.map((id) => ({ id, value: latest?.values[id] })).filter(isKnown);
  const period = { of: periodName(of) };
  if (values.length === 0) return { figures: [], lines: [...before, say('digest.noneSince', period)], charts: [] };
  const column =
    hours.length > 0 ? say('digest.soFar', { now, zone }) : say('digest.now', { at: latest?.at ?? now, zone });
  const rows = values.map(({ id, value }) => [
    titleOf(readings, id, hours.length > 0 ? slice : undefined),
    shownValue(id, value),
  ]);
  return {
    figures: [],
    table: { columns: [say('digest.noColumn'), column], rows, numeric: true },
    lines: [...before, say('digest.sinceThen', period)],
    charts: [],
  };
}

function isKnown(one: { value: number | undefined }): boolean {
  return one.value !== undefined;
}

/** The section of one app. */
export function digestApp(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Section {
  const { app } = readings;
  const platform = app.capabilities.platformName;
  const title = verbatim(hasMoments(app) ? app.name : `${app.name} (${platform})`);
  if (of.period === 'hour' && !hasMoments(app)) {
    return {
      title,
      figures: [],
      lines: [say('digest.wholeDays', { platform })],
      charts: [],
    };
  }
  const rows = digestRows(readings, of, comparisons);
  const failure = failureLines(readings);
  if (rows.length === 0) return { title, ...soFar(readings, of, failure) };
  const isMeasured = rows.some((row) => row.main.value !== undefined);
  const gaps = isMeasured ? gapLines(readings, of) : [missingNote(readings, of)];
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
      say('digest.noColumn'),
      main.name,
      ...kept.map(({ column }) => column.name),
      ...(hasHistory ? [history.name] : []),
    ],
    numeric: true,
    rows: rows.map((row) => [
      titleOf(readings, row.id, main.slice),
      mainCell(readings, row),
      ...kept.map(({ index }) => otherCell(row, row.others[index])),
      ...(hasHistory ? [barsOf(row)] : []),
    ]),
  };
}

/** The values of all periods, oldest first; a gap is stored as null. */
function barsOf({ earlier, main }: DigestRow): Phrase {
  return say('digest.bars', { values: [...earlier, main].map(({ value }) => value ?? null) });
}

/** `1,893 (95 % of 2,000)` beside a limit. */
function mainCell({ app }: Readings, { id, main }: DigestRow): Phrase {
  const { value } = main;
  const limit = app.connectionLimit;
  if (metric(id).group !== 'connections' || value === undefined || limit === undefined || limit <= 0)
    return shownValue(id, value);
  return say('digest.ofLimit', { value, share: roundShare(value / limit), limit });
}

/** `34,918 (▲ 18 %)`: the value of the other period, and the change of the main one on it. */
function otherCell(row: DigestRow, other: SliceValue | undefined): Phrase {
  const change = rowChange(row, other);
  if (other?.value === undefined || change === undefined) return shownValue(row.id, other?.value);
  return say('change.cell', { value: other.value, unit: metric(row.id).unit, change });
}

function chartsOf(readings: Readings, of: DigestPeriod): ChartFacts[] {
  if (!hasMoments(readings.app)) {
    const days = { from: of.period === 'day' ? addDays(of.dates.to, -13) : of.dates.from, to: of.dates.to };
    const chart = activeUsersChart(readings, days);
    return chart === undefined ? [] : [chart];
  }
  const from: Instant = of.period === 'hour' ? of.span.to - day : of.span.from;
  const charts = metricsIn('digestCharts').map((id) => {
    const { unit, combine } = metric(id);
    const hours = hoursOf(readings, id, { from, to: of.span.to });
    const isLong = of.period === 'week' || of.period === 'month';
    const points = isLong ? dayPoints(hours, id, { ...of.dates, zone: of.zone }) : pointsOf(hours);
    const each = isLong ? 'day' : 'hour';
    return chartOf({
      kind: combine === 'sum' ? 'bar' : 'line',
      title: pointsTitle(readings.app, id, each),
      unit,
      curves: [{ name: say('metric.title', { id }), points }],
      limits: chartLimits(readings, id),
      zone: of.zone,
      each,
    });
  });
  return charts.filter((chart) => chart !== undefined);
}
