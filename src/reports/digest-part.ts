// The part of one app in a digest: what it reads, its section, and what was not measured. Made app by app, so that the readings of only one are in memory.
import type { ImApp } from '../app.ts';
import { day, type Instant } from '../clock.ts';
import { hasDays, hasMoments, isDaily } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { isBeyond } from '../metrics/compare.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf, verbatim } from '../metrics/phrase.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import { type Coverage, isWellMeasured } from '../metrics/series.ts';
import { localDate } from '../time-zone.ts';
import { dayFacts } from './day-summary.ts';
import type { digestChangePhrases } from './digest-change-phrases.ts';
import { digestMetrics, digestRows, type Highlight, highlight, highlightsOf, numberOf } from './digest-comparison.ts';
import { type Comparisons, comparisonsOf, type DigestPeriod, firstWhole, periodName } from './digest-period.ts';
import type { digestPhrases } from './digest-phrases.ts';
import { digestCharts, digestTable, items } from './digest-table.ts';
import { seriesOf } from './read-series.ts';
import type { Readings } from './readings.ts';
import type { Section, Standing } from './report.ts';
import { type Slice, sliceCoverage, sliceValue, slotsIn } from './slices.ts';
import {
  adviceOf,
  concernsOf,
  isSilent,
  isStale,
  limitsOf,
  nearStanding,
  notJudged,
  openAlert,
  sentenceOf,
  silence,
} from './status.ts';
import type { statusPhrases } from './status-phrases.ts';
import { mainNumbers } from './summary.ts';

const say = phrasesOf<
  typeof digestPhrases & typeof digestChangePhrases & typeof metricPhrases & typeof rangePhrases & typeof statusPhrases
>();

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
  /** The worst limit that was crossed in the period, or `unknown` where it was not measured well; its alerts are not in it. */
  readonly standing: Standing;
  readonly highlights: readonly Highlight[];
  /** Its main number, for line 1; undefined where none was measured. */
  readonly number: { readonly counted: Phrase; readonly change?: Phrase } | undefined;
  /** Set on its first day: what is measured since. */
  readonly first: { readonly facts: readonly Phrase[] } | undefined;
  /** What is so now and was not in the period, a sentence each. */
  readonly present: readonly Phrase[];
  /** The worst level of the alerts that are open now. */
  readonly openNow: 'warning' | 'critical' | undefined;
  readonly section: Section;
  /** How many hours were measured, where that is to be told; undefined for a platform that reports only days. */
  readonly measured: Coverage | undefined;
  /** Sentences on completeness, and of the platform. */
  readonly notes: readonly Phrase[];
  readonly quiet: Quiet;
}

/** Whether the numbers of an app in the period can be compared, and whether they crossed a limit. */
export interface Quiet {
  readonly isMeasured: boolean;
  /** There are enough earlier periods to know what is usual. */
  readonly hasPast: boolean;
  /** An hour or a day of it is beyond the limit of a rule. */
  readonly isCrossed: boolean;
}

/** The part of one app; `zone` of its readings is that of the digest. Undefined for an app that has no numbers for such a period. */
export function digestPart(readings: Readings, frame: DigestFrame): DigestPart | undefined {
  const { of } = frame;
  if (of.period === 'hour' && !hasMoments(readings.app)) return undefined;
  const comparisons = comparisonsOf(of);
  const coverage = sliceCoverage(readings, of);
  const crossed = crossedStanding(readings, of);
  const isNew = coverage.measured === 0 && !wasMeasuredBefore(readings, comparisons);
  const { alerts } = readings;
  return {
    app: readings.app,
    // Nobody knows what the hours were like that nobody measured.
    standing: crossed ?? (isWellMeasured(coverage) ? 'good' : 'unknown'),
    highlights: [...gapHighlight(readings, of, comparisons), ...highlightsOf(readings, of, comparisons)],
    number: mainNumber(readings, of, comparisons),
    first: isNew ? { facts: factsSince(readings, of).map(({ id, value }) => numberOf(id, value)) } : undefined,
    present: presentLines(readings),
    openNow: alerts.find(({ level }) => level === 'critical')?.level ?? alerts[0]?.level,
    section: sectionOf(readings, of, comparisons),
    // Of one hour it would be said 24 times a day, and that it was not measured stands above.
    measured: hasMoments(readings.app) && of.period !== 'hour' ? coverage : undefined,
    notes: notesOf(readings, frame),
    quiet: {
      isMeasured: coverage.measured > 0,
      hasPast: digestRows(readings, of, comparisons).some((row) => row.known >= 3),
      isCrossed: crossed !== undefined,
    },
  };
}

/** That a part of the period was not measured, or nothing of it though earlier ones were. It weighs more than a change. */
function gapHighlight(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Highlight[] {
  const measured = sliceCoverage(readings, of);
  const rest = { weight: 20, isGap: true } as const;
  if (measured.measured === 0) {
    if (!wasMeasuredBefore(readings, comparisons)) return [];
    const values = { of: periodName(of), isDay: !hasMoments(readings.app) };
    return [highlight(readings, (named) => say('digest.missing', { ...values, ...named }), rest)];
  }
  if (isWellMeasured(measured)) return [];
  const coverage = say('metric.coverage', { ...measured, unit: hasMoments(readings.app) ? 'hour' : 'day' });
  return [highlight(readings, (named) => say('digest.only', { coverage, ...named }), rest)];
}

/** False on the first day of an app: none of the earlier periods has a number. */
function wasMeasuredBefore(readings: Readings, { others, history }: Comparisons): boolean {
  const before = [...others.map((column) => column.slice), ...history.slices.slice(0, -1)];
  return before.some((slice) => sliceCoverage(readings, slice).measured > 0);
}

/** By the hours or days that were beyond the limit of a rule, and by the peak beside the platform's limit of connections. */
function crossedStanding(readings: Readings, of: DigestPeriod): 'warning' | 'critical' | undefined {
  const { connectionLimit } = readings.app;
  const peak = sliceValue(readings, 'connections.peak', of).value;
  const crossed = limitsOf(readings).filter((limit) =>
    slotsIn(readings, limit.metric, of).values.some((value) => isBeyond(limit, value)),
  );
  const levels = [nearStanding(peak, connectionLimit), ...crossed.map(({ level }) => level)];
  return levels.includes('critical') ? 'critical' : levels.find((level) => level !== undefined);
}

/** The first of its rows that has a number, with its change on the period before. */
function mainNumber(readings: Readings, of: DigestPeriod, comparisons: Comparisons): DigestPart['number'] {
  const rows = digestRows(readings, of, comparisons);
  const row = rows.find(({ main, id }) => main.value !== undefined && metric(id).unit === 'count');
  if (row?.main.value === undefined) return undefined;
  const change = row.changes.find((one) => one !== undefined);
  return {
    counted: numberOf(row.id, row.main.value),
    ...(change === undefined ? {} : { change: say('change.signed', { change: change.change, on: change.on }) }),
  };
}

function presentLines(readings: Readings): Phrase[] {
  const { app, latest } = readings;
  if (isSilent(readings)) return [sentenceOf(say('digest.present', { words: silence(readings) }))];
  const concern = latest === undefined || isStale(readings) ? undefined : concernsOf(readings, latest.values)[0]?.words;
  const all = [openAlert(readings) ?? concern, notJudged(readings)].filter((words) => words !== undefined);
  return all.map((words) => sentenceOf(say('digest.presentOn', { app: app.name, words })));
}

/** `China's Sunday was complete at 08:50.` */
function notesOf(readings: Readings, frame: DigestFrame): Phrase[] {
  const { app, notes } = readings;
  return [
    ...(hasDays(app) && frame.of.period !== 'hour' ? dayNotes(readings, frame) : []),
    ...notes.map((note) => say('digest.noteOf', { app: app.name, note })),
  ];
}

function dayNotes(readings: Readings, frame: DigestFrame): Phrase[] {
  const { name: app, timezone: zone } = readings.app;
  const isElsewhere = zone !== frame.of.zone;
  return [completeNote(readings, frame), ...(isElsewhere ? [say('digest.daysIn', { app, zone })] : [])];
}

function completeNote(readings: Readings, { of, completeAt, now }: DigestFrame): Phrase {
  // A day that still runs is none of the period.
  const today = localDate(now, readings.app.timezone);
  const isOf = (date: string): boolean => date >= of.dates.from && date <= of.dates.to && date < today;
  const rows = readings.days.filter(({ date }) => isOf(date));
  const what = { app: readings.app.name, of: periodName(of) };
  if (rows.length === 0) return say('digest.complete', { ...what, state: 'missing' });
  const wanted = Math.round((of.span.to - of.span.from) / day);
  if (rows.some((row) => !row.complete)) return say('digest.complete', { ...what, state: 'partial', at: now });
  if (rows.length < wanted)
    return say('digest.measuredOn', {
      coverage: say('metric.coverage', { measured: rows.length, of: wanted, unit: 'day' }),
      apps: [what.app],
    });
  const at = completeAt === undefined ? {} : { at: completeAt };
  return say('digest.complete', { ...what, state: 'complete', ...at });
}

/** Since when the platform has not answered, why, and its last numbers. */
function failureLines(readings: Readings): Phrase[] {
  const { poll, latest, now, zone, app } = readings;
  if (!isSilent(readings)) return [];
  const facts = hasMoments(app) ? mainNumbers(latest?.values ?? {}) : dayFacts(readings);
  const hasTime = latest !== undefined && hasMoments(app);
  const when = hasTime ? { when: say('moment.at', { at: latest.at, zone, now }) } : {};
  const last = facts.length === 0 ? [] : [say('digest.lastNumbers', { facts, ...when })];
  return [sentenceOf(silence(readings)), ...adviceOf(poll).map(sentenceOf), ...last];
}

/** How much of the period was measured, where that is not all of it: too little to be compared, or compared by what both periods have. */
function gapLines(readings: Readings, of: DigestPeriod): Phrase[] {
  const measured = sliceCoverage(readings, of);
  if (measured.measured === measured.of) return [];
  const unit = hasMoments(readings.app) ? 'hour' : 'day';
  const coverage = say('metric.coverage', { ...measured, unit });
  return [isWellMeasured(measured) ? say('digest.fewGaps', { coverage, unit }) : say('digest.gaps', { coverage })];
}

/** What was measured since the period ended: of whole hours or of today, else of the newest poll. */
function factsSince(readings: Readings, of: DigestPeriod): ReturnType<typeof items.known> {
  const { now, app, latest } = readings;
  const today = localDate(now, app.timezone);
  const slice = { span: { from: of.span.to, to: now }, dates: { from: today, to: today } };
  const ids = digestMetrics(readings);
  const ofHours = items.known(ids.map((id) => ({ id, value: valueSoFar(readings, id, slice) })));
  return ofHours.length > 0 ? ofHours : items.known(ids.map((id) => ({ id, value: latest?.values[id] })));
}

/** Of a day that a platform counts itself a 0 may be no number yet. */
function valueSoFar(readings: Readings, id: MetricId, slice: Slice): number | undefined {
  if (!isDaily(readings.app, id)) return sliceValue(readings, id, slice).value;
  const { value } = seriesOf(readings, id, slice);
  return value === 0 ? undefined : value;
}

/** The lines of an app without a number of the period: that it is new, or what was measured before. */
function unmeasuredLines(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Phrase[] {
  const { now, since, zone, app } = readings;
  if (wasMeasuredBefore(readings, comparisons)) {
    const missing = hasMoments(app) ? 'digest.nothingMeasured' : 'digest.dayMissing';
    return [say(missing, { of: periodName(of) }), ...insteadLines(readings, comparisons)];
  }
  const facts = items.said(factsSince(readings, of));
  const { period } = of;
  const began =
    since === undefined || since < of.span.from || !hasMoments(app)
      ? say(hasMoments(app) ? 'digest.nothingMeasured' : 'digest.dayMissing', { of: periodName(of) })
      : say('digest.measuredSince', { since, first: firstWhole(period, since, of.zone), period, zone, now });
  return [began, ...(facts.length === 0 ? [] : [say('digest.itemsSoFar', { items: facts })])];
}

/** `Saturday: messages 34,918, active users 412.` */
function insteadLines(readings: Readings, { others }: Comparisons): Phrase[] {
  for (const { name, slice } of others) {
    const values = digestMetrics(readings).map((id) => ({ id, value: sliceValue(readings, id, slice).value }));
    const known = items.said(items.known(values));
    if (known.length > 0) return [say('digest.instead', { name, items: known })];
  }
  return [];
}

function sectionOf(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Section {
  const { app } = readings;
  const { name, capabilities } = app;
  const title = hasMoments(app) ? verbatim(name) : say('status.named', { app: name, of: [capabilities.platformName] });
  const rows = digestRows(readings, of, comparisons).filter((row) => row.main.value !== undefined);
  const charts = digestCharts(readings, of);
  const failure = failureLines(readings);
  if (rows.length === 0)
    return { title, figures: [], lines: [...failure, ...unmeasuredLines(readings, of, comparisons)], charts };
  const { table, lines } = digestTable(readings, rows, comparisons);
  return { title, figures: [], table, lines: [...failure, ...gapLines(readings, of), ...lines], charts };
}
