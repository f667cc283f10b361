// The rows of a digest compared with earlier periods, and the highlights among them.
import { day, hour } from '../clock.ts';
import { hasDays, hasMoments, isDaily } from '../metrics/capabilities.ts';
import { type MetricId, metric, metricsIn } from '../metrics/catalog.ts';
import {
  againstUsual,
  type Change,
  changeOf,
  type Outstanding,
  recordOf,
  signedOn,
  standsOut,
} from '../metrics/compare.ts';
import { capitalise, formatCount, formatQuantity, formatRatio, formatValue, listWords } from '../metrics/format.ts';
import { coverageWords, isWellMeasured } from '../metrics/series.ts';
import { addDays, localDate } from '../time-zone.ts';
import type { Comparisons, DigestPeriod } from './digest-period.ts';
import { countedWords, extremeWords, hourWords } from './figures.ts';
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
import { isSilent, limitsOf, nearLimit, roundShare, silenceWords } from './status.ts';

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
export function titleOf(readings: Readings, id: MetricId, slice: Slice | undefined): string {
  return rangeTitle(readings, id, slice === undefined || isSingle(readings, id, slice) ? 'hour' : 'longer');
}

/** A line for "What changed"; lines of a higher weight come first. */
export interface Highlight {
  readonly weight: number;
  readonly words: string;
}

/** The smallest relative change that is a highlight. */
const notable = 0.15;

/** The highlights of one app; empty when every number is as usual. */
export function highlightsOf(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Highlight[] {
  if (of.period === 'hour' && !hasMoments(readings.app)) return [];
  const rows = digestRows(readings, of, comparisons);
  const find = (id: MetricId): DigestRow | undefined => rows.find((row) => row.id === id);
  const { name } = readings.app;
  const lines = [
    silence(readings),
    line(mainWords(find('messages.sent'), comparisons), 3),
    ...rows.map((row) => line(nearWords(readings, row, of) ?? crossedWords(readings, row, of), 2)),
    ...metricsIn('unusual').map((id) => line(usualWords(find(id), comparisons), 1)),
    rows.some((row) => row.main.value !== undefined) ? gap(readings, of) : missingPeriod(readings, comparisons),
  ];
  return lines
    .filter((one) => one !== undefined)
    .map((one) => (one.words.startsWith(name) ? one : { ...one, words: `${name}: ${one.words}` }));
}

function line(words: string | undefined, weight: number): Highlight | undefined {
  return words === undefined ? undefined : { weight, words };
}

/** True when there are enough earlier periods to know what is usual. */
export function hasPast(readings: Readings, of: DigestPeriod, comparisons: Comparisons): boolean {
  return digestRows(readings, of, comparisons).some((row) => row.known >= 3);
}

function silence(readings: Readings): Highlight | undefined {
  return isSilent(readings) ? { weight: 5, words: silenceWords(readings) } : undefined;
}

function gap(readings: Readings, of: DigestPeriod): Highlight | undefined {
  const coverage = sliceCoverage(readings, of);
  if (coverage.of === 0 || isWellMeasured(coverage)) return undefined;
  return { weight: 4, words: `only ${coverageWords(coverage, hasMoments(readings.app) ? 'hour' : 'day')}` };
}

/** A highlight for a missing period; none where no earlier period was measured either. */
function missingPeriod(readings: Readings, comparisons: Comparisons): Highlight | undefined {
  const { main, others, history } = comparisons;
  const before = [...others.map((column) => column.slice), ...history.slices.slice(0, -1)];
  if (before.every((slice) => sliceCoverage(readings, slice).measured === 0)) return undefined;
  const isDay = !hasMoments(readings.app);
  return { weight: 4, words: isDay ? `${main.name} is not there yet` : `nothing was measured (${main.name})` };
}

/** `41,203 messages, +18 % on Saturday and +4 % on last Sunday; the busiest Sunday in 8 weeks`. */
function mainWords(row: DigestRow | undefined, comparisons: Comparisons): string | undefined {
  if (row?.main.value === undefined || !isWellMeasured(row.main.coverage)) return undefined;
  const record = recordWords(row, comparisons);
  if (record === undefined && !isNotable(row)) return undefined;
  const changes = comparisons.others.flatMap(({ on }, index) => {
    const change = rowChange(row, row.others[index]);
    return change === undefined ? [] : [signedOn(change, on)];
  });
  const against = changes.length === 0 ? '' : `, ${listWords(changes)}`;
  return `${formatQuantity(row.main.value, 'message')}${against}${record === undefined ? '' : `; ${record}`}`;
}

/** Compares with the same weekday where that is known, because traffic differs by weekday; else with the period before. */
function isNotable(row: DigestRow): boolean {
  const base = row.others.findLast((other) => other.value !== undefined && isWellMeasured(other.coverage));
  const { value } = row.main;
  if (base?.value === undefined || value === undefined || row.known < 3) return false;
  return standsOut(value, base.value) && Math.abs(value - base.value) >= notable * base.value;
}

/** `the busiest Sunday in 8 weeks`: only against periods that were measured well. */
function recordWords(row: DigestRow, { history }: Comparisons): string | undefined {
  // An hour that is the quietest of its day is not a record: every day has one.
  const record = history.unit === 'hour' ? undefined : recordOf(row.main.value, newestFirst(row));
  return record === undefined
    ? undefined
    : `the ${superlative(record)} ${history.kind} in ${formatQuantity(record.span, history.unit)}`;
}

function superlative({ side }: Outstanding): string {
  return side === 'high' ? 'busiest' : 'quietest';
}

function newestFirst(row: DigestRow): (number | undefined)[] {
  return [...row.earlier].reverse().map((one) => (isWellMeasured(one.coverage) ? one.value : undefined));
}

/** `connection peak 1,893 between 21:00 and 22:00, 95 % of the limit`. */
function nearWords(readings: Readings, row: DigestRow, of: DigestPeriod): string | undefined {
  const limit = readings.app.connectionLimit;
  const { value } = row.main;
  if (row.id !== 'connections.peak' || limit === undefined || limit <= 0) return undefined;
  if (value === undefined || value / limit < nearLimit) return undefined;
  return `connection peak ${formatCount(value)}${whenWords(readings, row, of)}, ${formatRatio(roundShare(value / limit))} of the limit`;
}

/** `free memory down to 7.4 % between 03:00 and 04:00, under 8 %`, `active users 1,700, over 1,600`: beyond a rule. */
function crossedWords(readings: Readings, { id, main }: DigestRow, of: DigestPeriod): string | undefined {
  const { value } = main;
  const { title, unit, combine } = metric(id);
  // A sum of hours, or their maximum under a lower limit, does not show whether a rule on single samples was crossed.
  const direction = combine === 'max' ? 'above' : combine === 'min' ? 'below' : undefined;
  const crossed = limitsOf(readings).find(
    (limit) => limit.metric === id && limit.direction === direction && isBeyond(limit, value),
  );
  if (value === undefined || crossed === undefined) return undefined;
  const [to, side] = direction === 'below' ? [' down to', 'under'] : ['', 'over'];
  const words = `${title.toLowerCase()}${to} ${formatValue(value, unit)}${whenWords(readings, { id, main }, of)}`;
  return `${words}, ${side} ${formatValue(crossed.value, unit)}`;
}

/** True when the value is beyond the trigger of a rule. */
export function isBeyond({ direction, value: trigger }: Limit, value: number | undefined): boolean {
  if (value === undefined) return false;
  return direction === 'below' ? value < trigger : value > trigger;
}

function whenWords(readings: Readings, { id, main: { at } }: Pick<DigestRow, 'id' | 'main'>, of: DigestPeriod): string {
  if (at === undefined || of.period === 'hour') return '';
  if (of.period !== 'day') return ` ${extremeWords(readings, { id, at })}`;
  return ` between ${hourWords(at, of.zone).replace(' to ', ' and ')}`;
}

/** `12 new users, half of a usual Sunday`; not for hours, because the usual value depends on the time of day. */
function usualWords(row: DigestRow | undefined, { history }: Comparisons): string | undefined {
  if (row?.main.value === undefined || history.kind === 'hour' || !isWellMeasured(row.main.coverage)) return undefined;
  const words = againstUsual(row.main.value, newestFirst(row), history.kind);
  if (words === undefined) return undefined;
  return `${countedWords(row.id, row.main.value)}, ${words}`;
}

/** The highlights by weight, at most `most`, and a line with the number of those left out. */
export function pickHighlights(all: readonly Highlight[], most = 8): string[] {
  const sorted = [...all].sort((a, b) => b.weight - a.weight).map((one) => capitalise(one.words));
  return sorted.length <= most ? sorted : [...sorted.slice(0, most - 1), `… ${sorted.length - most + 1} more below`];
}
