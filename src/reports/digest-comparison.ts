// The rows of a digest compared with earlier periods, and the highlights among them.
import { day, hour } from '../clock.ts';
import { hasDays, hasMoments, isDaily } from '../metrics/capabilities.ts';
import { type MetricId, metric, metricsIn } from '../metrics/catalog.ts';
import { againstUsual, type Change, changeOf, recordOf, standsOut } from '../metrics/compare.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { isWellMeasured } from '../metrics/series.ts';
import { addDays, localDate } from '../time-zone.ts';
import { type Comparisons, type DigestPeriod, periodName } from './digest-period.ts';
import type { digestPhrases } from './digest-phrases.ts';
import { extremeMoment } from './figures.ts';
import { distinctNeeds, type Limit, type Needs, type Readings } from './readings.ts';
import {
  areComparable,
  hourNeeds,
  rangeTitle,
  type Slice,
  type SliceValue,
  sliceCoverage,
  sliceValue,
} from './slices.ts';
import { isSilent, limitsOf, nearLimit, roundShare, silence } from './status.ts';
import type { statusPhrases } from './status-phrases.ts';

const say = phrasesOf<typeof digestPhrases & typeof metricPhrases & typeof statusPhrases>();

/** One metric in all periods of a digest. */
export interface DigestRow {
  readonly id: MetricId;
  readonly main: SliceValue;
  /** In the order of the columns. */
  readonly others: readonly SliceValue[];
  /** Oldest first, without the main period. */
  readonly earlier: readonly SliceValue[];
  /** How many earlier values are known in all. */
  readonly known: number;
}

/** The metrics of an app that a digest shows as rows: those of moments first, then the daily ones. */
export function digestMetrics({ app }: Pick<Readings, 'app'>): readonly MetricId[] {
  const moments = metricsIn('digestMoments').filter((id) => !isDaily(app, id));
  return [...moments, ...metricsIn('digestDays').filter((id) => isDaily(app, id))];
}

/** What a digest reads of an app: the numbers of all its periods, and of the time since then for a first day. */
export function digestAppNeeds(
  readings: Pick<Readings, 'app' | 'now'>,
  of: DigestPeriod,
  comparisons: Comparisons,
): Needs {
  const { app, now } = readings;
  const slices = [of, ...comparisons.others.map((column) => column.slice), ...comparisons.history.slices];
  const first = slices.map((slice) => slice.dates.from).sort()[0] ?? of.dates.from;
  const fortnight = addDays(of.dates.to, -13);
  const days = { from: first < fortnight ? first : fortnight, to: localDate(now, app.timezone) };
  const ofDays = hasDays(app) ? { days } : {};
  if (!hasMoments(app)) return { buckets: [], ...ofDays };
  const spans = [
    ...slices.map((slice) => slice.span),
    { from: of.span.to, to: Math.max(now, of.span.to) },
    { from: of.span.to - day, to: of.span.to },
  ];
  return { buckets: distinctNeeds(spans.flatMap((span) => hourNeeds(metricsIn('digestMoments'), span))), ...ofDays };
}

/** The values of every row; a metric that is known in no period is left out. */
export function digestRows(readings: Readings, of: Slice, comparisons: Comparisons): DigestRow[] {
  const { app } = readings;
  const isPartOfDay = hasMoments(app) && of.span.to - of.span.from < 20 * hour;
  // An hourly digest has no values of days, also where a platform reports moments and days.
  const ids = digestMetrics(readings).filter((id) => !isPartOfDay || !isDaily(app, id));
  return ids.flatMap((id) => {
    const main = sliceValue(readings, id, of);
    const others = comparisons.others.map((column) => sliceValue(readings, id, column.slice));
    const earlier = comparisons.history.slices.slice(0, -1).map((slice) => sliceValue(readings, id, slice));
    const known = [...earlier, ...others.slice(0, 1)].filter((one) => one.value !== undefined).length;
    return [main, ...others].every((one) => one.value === undefined) ? [] : [{ id, main, others, earlier, known }];
  });
}

/** The change of the main period on another one; undefined where one of them is not measured well enough. */
export function rowChange(row: DigestRow, other: SliceValue | undefined): Change | undefined {
  if (other === undefined || !areComparable(row.main, other)) return undefined;
  return changeOf({ now: row.main.value, before: other.value, unit: metric(row.id).unit, known: row.known });
}

/** True when the period is a single value: one day of a platform that reports days, one hour of the others. */
function isSingle(readings: Readings, id: MetricId, slice: Slice): boolean {
  if (isDaily(readings.app, id)) return slice.dates.from === slice.dates.to;
  return slice.span.to - slice.span.from <= hour;
}

/** The title of a row; "busiest hour" only where the period has several hours. */
export function titleOf(readings: Readings, id: MetricId, slice: Slice | undefined): Phrase {
  return rangeTitle(readings, id, slice === undefined || isSingle(readings, id, slice) ? 'hour' : 'longer');
}

/** A line for "What changed"; lines of a higher weight come first. */
export interface Highlight {
  readonly weight: number;
  readonly words: Phrase;
}

/** The smallest relative change that is a highlight. */
const notable = 0.15;

/** The highlights of one app; empty when every number is as usual. */
export function highlightsOf(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Highlight[] {
  if (of.period === 'hour' && !hasMoments(readings.app)) return [];
  const rows = digestRows(readings, of, comparisons);
  const find = (id: MetricId): DigestRow | undefined => rows.find((row) => row.id === id);
  const lines = [
    line(mainHighlight(find('messages.sent'), of, comparisons), 3),
    ...rows.map((row) => line(nearHighlight(readings, row, of) ?? crossedHighlight(readings, row, of), 2)),
    ...metricsIn('unusual').map((id) => line(unusualHighlight(find(id), of, comparisons), 1)),
    rows.some((row) => row.main.value !== undefined) ? gap(readings, of) : missingPeriod(readings, of, comparisons),
  ];
  const named = lines
    .filter((one) => one !== undefined)
    .map(({ weight, words }) => ({ weight, words: say('status.ofApp', { app: readings.app.name, words }) }));
  return isSilent(readings) ? [{ weight: 5, words: silence(readings) }, ...named] : named;
}

function line(words: Phrase | undefined, weight: number): Highlight | undefined {
  return words === undefined ? undefined : { weight, words };
}

/** True when there are enough earlier periods to know what is usual. */
export function hasPast(readings: Readings, of: DigestPeriod, comparisons: Comparisons): boolean {
  return digestRows(readings, of, comparisons).some((row) => row.known >= 3);
}

function gap(readings: Readings, of: DigestPeriod): Highlight | undefined {
  const coverage = sliceCoverage(readings, of);
  if (coverage.of === 0 || isWellMeasured(coverage)) return undefined;
  const unit = hasMoments(readings.app) ? 'hour' : 'day';
  return { weight: 4, words: say('digest.only', { coverage: say('metric.coverage', { ...coverage, unit }) }) };
}

/** A highlight for a missing period; none where no earlier period was measured either. */
function missingPeriod(readings: Readings, of: DigestPeriod, { others, history }: Comparisons): Highlight | undefined {
  const before = [...others.map((column) => column.slice), ...history.slices.slice(0, -1)];
  if (before.every((slice) => sliceCoverage(readings, slice).measured === 0)) return undefined;
  return { weight: 4, words: say('digest.missing', { of: periodName(of), isDay: !hasMoments(readings.app) }) };
}

/** `41,203 messages, +18 % vs Saturday and +4 % vs last Sunday; the busiest Sunday in 8 weeks`. */
function mainHighlight(row: DigestRow | undefined, of: DigestPeriod, comparisons: Comparisons): Phrase | undefined {
  if (row?.main.value === undefined || !isWellMeasured(row.main.coverage)) return undefined;
  const record = recordIn(row, of, comparisons);
  if (record === undefined && !isNotable(row)) return undefined;
  const changes = comparisons.others.flatMap(({ on }, index) => {
    const change = rowChange(row, row.others[index]);
    return change === undefined ? [] : [say('change.signed', { change, on })];
  });
  return say('digest.main', { count: row.main.value, changes, ...(record === undefined ? {} : { record }) });
}

/** Compares with the same weekday where that is known, because traffic differs by weekday; else with the period before. */
function isNotable(row: DigestRow): boolean {
  const base = row.others.findLast((other) => other.value !== undefined && isWellMeasured(other.coverage));
  const { value } = row.main;
  if (base?.value === undefined || value === undefined || row.known < 3) return false;
  return standsOut(value, base.value) && Math.abs(value - base.value) >= notable * base.value;
}

/** `the busiest Sunday in 8 weeks`: only against periods that were measured well. */
function recordIn(row: DigestRow, of: DigestPeriod, { history: { unit } }: Comparisons): Phrase | undefined {
  // An hour that is the quietest of its day is not a record: every day has one.
  const record = unit === 'hour' ? undefined : recordOf(row.main.value, newestFirst(row));
  if (unit === 'hour' || record === undefined) return undefined;
  return say('digest.record', { ...record, of: periodName(of), unit });
}

function newestFirst(row: DigestRow): (number | undefined)[] {
  return [...row.earlier].reverse().map((one) => (isWellMeasured(one.coverage) ? one.value : undefined));
}

/** `connection peak 1,893 between 21:00 and 22:00, 95 % of the limit`. */
function nearHighlight(readings: Readings, row: DigestRow, of: DigestPeriod): Phrase | undefined {
  const limit = readings.app.connectionLimit;
  const peak = row.main.value;
  if (row.id !== 'connections.peak' || limit === undefined || limit <= 0) return undefined;
  if (peak === undefined || peak / limit < nearLimit) return undefined;
  return say('digest.near', { peak, share: roundShare(peak / limit), ...whenOf(readings, row, of) });
}

/** `free memory down to 7.4 % between 03:00 and 04:00, under 8 %`, `active users 1,700, over 1,600`: beyond a rule. */
function crossedHighlight(readings: Readings, row: DigestRow, of: DigestPeriod): Phrase | undefined {
  const { id, main } = row;
  const { combine } = metric(id);
  // A sum of hours, or their maximum under a lower limit, does not show whether a rule on single samples was crossed.
  const side = combine === 'max' ? 'above' : combine === 'min' ? 'below' : undefined;
  const crossed = limitsOf(readings).find(
    (limit) => limit.metric === id && limit.direction === side && isBeyond(limit, main.value),
  );
  if (main.value === undefined || crossed === undefined || side === undefined) return undefined;
  return say('digest.crossed', { id, value: main.value, side, limit: crossed.value, ...whenOf(readings, row, of) });
}

/** True when the value is beyond the trigger of a rule. */
export function isBeyond({ direction, value: trigger }: Limit, value: number | undefined): boolean {
  if (value === undefined) return false;
  return direction === 'below' ? value < trigger : value > trigger;
}

/** The time of an extreme of the period, where one is known and the period has several hours. */
function whenOf(readings: Readings, { id, main: { at } }: DigestRow, of: DigestPeriod): { readonly when?: Phrase } {
  if (at === undefined || of.period === 'hour') return {};
  if (of.period !== 'day') return { when: extremeMoment(readings, { id, at }) };
  return { when: say('digest.between', { from: at, to: at + hour, zone: of.zone }) };
}

/** `12 new users, half of a usual Sunday`; not for hours, because the usual value depends on the time of day. */
function unusualHighlight(row: DigestRow | undefined, of: DigestPeriod, { history }: Comparisons): Phrase | undefined {
  if (row?.main.value === undefined || history.unit === 'hour' || !isWellMeasured(row.main.coverage)) return undefined;
  const usual = againstUsual(row.main.value, newestFirst(row));
  if (usual === undefined) return undefined;
  const counted = say('metric.counted', { id: row.id, count: row.main.value });
  return say('digest.usual', { counted, of: periodName(of), ...usual });
}

/** The highlights by weight as points of a list, at most `most`, and a line with the number of those left out. */
export function pickHighlights(all: readonly Highlight[], most = 8): Phrase[] {
  const sorted = [...all].sort((a, b) => b.weight - a.weight).map(({ words }) => say('digest.point', { words }));
  if (sorted.length <= most) return sorted;
  return [...sorted.slice(0, most - 1), say('digest.moreBelow', { count: sorted.length - most + 1 })];
}
