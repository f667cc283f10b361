// The rows of a digest compared with earlier periods, and the highlights among them.
import { hour } from '../clock.ts';
import { hasMoments, isDaily } from '../metrics/capabilities.ts';
import { type MetricId, metric, metricsIn } from '../metrics/catalog.ts';
import { type Common, compareCommon } from '../metrics/common-slots.ts';
import { againstUsual, type Change, changeOf, isBeyond, recordOf, standsOut } from '../metrics/compare.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { isWellMeasured } from '../metrics/series.ts';
import type { digestChangePhrases } from './digest-change-phrases.ts';
import { type Column, type Comparisons, type DigestPeriod, periodName } from './digest-period.ts';
import type { digestPhrases } from './digest-phrases.ts';
import { extremeMoment } from './figures.ts';
import { seriesOf } from './read-series.ts';
import type { Readings } from './readings.ts';
import { type Slice, type SliceValue, shownValue, sliceValue } from './slices.ts';
import { limitsOf, nearStanding, roundShare } from './status.ts';
import type { statusPhrases } from './status-phrases.ts';

const say = phrasesOf<
  typeof digestPhrases & typeof digestChangePhrases & typeof metricPhrases & typeof statusPhrases
>();

/** One metric in all periods of a digest. */
export interface DigestRow {
  readonly id: MetricId;
  readonly main: SliceValue;
  /** In the order of the columns. */
  readonly others: readonly SliceValue[];
  /** The change of the main period on each of the others, in their order; undefined where one is not measured well enough. */
  readonly changes: readonly (RowChange | undefined)[];
  /** Oldest first, without the main period. */
  readonly earlier: readonly SliceValue[];
  /** How many earlier values are known in all. */
  readonly known: number;
}

/** A change, and the two numbers that were compared: of the same length, and of the slots that both periods have. */
interface RowChange {
  readonly change: Change;
  /** On what, with the slots where that is not all of them. */
  readonly on: Phrase;
  /** Without the slots: for the cell of a table, below which the gaps are told. */
  readonly short: Phrase;
  /** True for sums of periods that differ in length. */
  readonly isRate: boolean;
  /** How many slots of a sum both periods have. */
  readonly measured: number | undefined;
  readonly now: number;
  readonly before: number;
}

/** The metrics of an app that a digest shows as rows: those of moments first, then the daily ones. */
export function digestMetrics({ app }: Pick<Readings, 'app'>): readonly MetricId[] {
  const moments = metricsIn('digestMoments').filter((id) => !isDaily(app, id));
  return [...moments, ...metricsIn('digestDays').filter((id) => isDaily(app, id))];
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
    if ([main, ...others].every((one) => one.value === undefined)) return [];
    const changes = comparisons.others.map((column, index) => {
      const other = others[index];
      // Nine tenths of both must be measured; extremes need that as much as sums.
      if (other === undefined || ![main, other].every(({ coverage }) => isWellMeasured(coverage))) return undefined;
      return changeOn(readings, { id, of, column, known, main, other });
    });
    return [{ id, main, others, changes, earlier, known }];
  });
}

interface Compared {
  readonly id: MetricId;
  readonly of: Slice;
  readonly column: Column;
  readonly known: number;
  readonly main: SliceValue;
  readonly other: SliceValue;
}

/** Sums are compared over the slots that both periods have, or by the day where the periods differ in length. */
function changeOn(readings: Readings, { id, of, column, known, main, other }: Compared): RowChange | undefined {
  const { unit, combine } = metric(id);
  const common = combine === 'sum' ? commonSums(readings, id, [of, column.slice]) : undefined;
  const { now, before } = common ?? { now: main.value, before: other.value };
  const change = changeOf({ now, before, unit, known });
  if (change === undefined || now === undefined || before === undefined) return undefined;
  const on = common === undefined ? column.on : onSums(common, column.on, isDaily(readings.app, id) ? 'day' : 'hour');
  const isRate = common?.isPerSlot === true;
  return { change, on, short: isRate ? on : column.on, isRate, measured: common?.measured, now, before };
}

/** What was sent in the slots of both; in periods that differ in length what was sent a day. */
function commonSums(readings: Readings, id: MetricId, [of, other]: readonly [Slice, Slice]): Common {
  const [main, earlier] = [seriesOf(readings, id, of), seriesOf(readings, id, other)];
  const common = compareCommon(main, earlier, of.span.to - of.span.from > hour ? readings.zone : undefined);
  const { now, before, isPerSlot } = common;
  if (!isPerSlot || main.each === 'day' || now === undefined || before === undefined) return common;
  return { ...common, now: now * 24, before: before * 24 };
}

function onSums({ isPerSlot, measured, of }: Common, on: Phrase, unit: 'day' | 'hour'): Phrase {
  if (isPerSlot) return say('change.per', { on, per: 'day' });
  return measured === of ? on : say('change.inBoth', { on, measured, unit });
}

/** How far a row moved, as a share of the number before; noise counts little. Unknown for a row that cannot be compared: 0. */
export function movementOf({ id, changes }: DigestRow): number {
  const shares = changes.flatMap((one) => (one === undefined ? [] : [shareOf(one, id)]));
  return Math.max(0, ...shares);
}

function shareOf({ now, before }: RowChange, id: MetricId): number {
  const size = Math.abs(now - before);
  if (metric(id).unit === 'ratio') return size;
  const share = size / Math.max(before, 1);
  return metric(id).unit === 'count' && !standsOut(now, before) ? share / 10 : share;
}

/** What is worth a line under "What changed"; what weighs more comes first. */
export interface Highlight {
  readonly weight: number;
  /** The name of its app. */
  readonly app: string;
  /** With its app first: `Production chat: only 15 of 24 hours measured`. */
  readonly words: Phrase;
  /** With its app within, for line 1: `only 15 of 24 hours measured on Production chat`. */
  readonly brief: Phrase;
  /** Absent for a change that is no trouble by itself. */
  readonly standing?: 'warning' | 'critical';
  /** True where it tells that a part of the period was not measured. */
  readonly isGap?: true;
  readonly id?: MetricId;
}

/** Above every change, which weighs what the number moved by, at most 10. */
const weights = { critical: 40, warning: 30 } as const;

/** The smallest relative change that is a highlight. */
const notable = 0.15;

/** The highlights of one app; empty when every number is as usual. */
export function highlightsOf(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Highlight[] {
  const rows = digestRows(readings, of, comparisons);
  const lines = rows.map(
    (row) =>
      nearHighlight(readings, row, of) ??
      crossedHighlight(readings, row, of) ??
      (metricsIn('unusual').includes(row.id)
        ? unusualHighlight(readings, row, { of, comparisons })
        : movedHighlight(readings, row, { of, comparisons })),
  );
  return lines.filter((one) => one !== undefined);
}

/** A highlight from the words of a kind, which name the app where they are given it. */
export function highlight(
  { app }: Pick<Readings, 'app'>,
  words: (named: { readonly app?: string }) => Phrase,
  rest: Omit<Highlight, 'app' | 'words' | 'brief'>,
): Highlight {
  const { name } = app;
  return {
    ...rest,
    app: name,
    words: say('status.ofApp', { app: name, words: words({}) }),
    brief: words({ app: name }),
  };
}

interface Frame {
  readonly of: DigestPeriod;
  readonly comparisons: Comparisons;
}

/** `41,203 messages, +18 % vs Saturday and +4 % vs last Sunday; the busiest Sunday in 8 weeks`. */
function movedHighlight(readings: Readings, row: DigestRow, { of, comparisons }: Frame): Highlight | undefined {
  const { id, main, changes } = row;
  // The parts of all messages would tell the same again.
  const isPart = metric(id).group === 'messages' && id !== 'messages.sent';
  if (isPart || main.value === undefined || !isWellMeasured(main.coverage)) return undefined;
  const record = id === 'messages.sent' ? recordIn(row, of, comparisons) : undefined;
  if (record === undefined && !isNotable(row)) return undefined;
  const counted = numberOf(id, main.value);
  const against = signedChanges(changes);
  const words = ({ app }: { readonly app?: string }): Phrase =>
    app === undefined
      ? say('digest.moved', { counted, changes: against, ...(record === undefined ? {} : { record }) })
      : say('digest.moved', { counted, changes: against.slice(0, 1), app });
  return highlight(readings, words, { weight: Math.min(10, movementOf(row)), id });
}

/** The slots that were compared are said once, after the last change, where they are as many each time. */
function signedChanges(changes: DigestRow['changes']): Phrase[] {
  const known = changes.filter((one) => one !== undefined);
  const isAlike = known.every(({ measured }) => measured === known[0]?.measured);
  return known.map(({ change, on, short }, index) =>
    say('change.signed', { change, on: isAlike && index < known.length - 1 ? short : on }),
  );
}

/** `41,203 messages`, `7.4 % free memory`, `connection peak 1,893`. */
export function numberOf(id: MetricId, value: number): Phrase {
  const { unit, isSingular } = metric(id);
  if (isSingular) return say('digest.item', { name: say('metric.name', { id }), value: shownValue(id, value) });
  return unit === 'count' ? say('metric.counted', { id, count: value }) : say('metric.valueNamed', { id, value });
}

/** Compares with the same weekday where that is known, because traffic differs by weekday; else with the period before. */
function isNotable({ id, changes, known }: DigestRow): boolean {
  const base = changes.findLast((one) => one !== undefined);
  if (base === undefined || known < 3 || metric(id).unit !== 'count') return false;
  const { now, before } = base;
  return standsOut(now, before) && Math.abs(now - before) >= notable * before;
}

/** `the busiest Sunday in 8 weeks`: only against periods that were measured well. */
function recordIn(row: DigestRow, of: DigestPeriod, { history: { unit } }: Comparisons): Phrase | undefined {
  // An hour that is the quietest of its day is not a record: every day has one.
  if (unit === 'hour') return undefined;
  const record = recordOf(row.main.value, newestFirst(row));
  return record && say('digest.record', { ...record, of: periodName(of), unit });
}

/** The earlier values that were measured well; sums as they would be of a period as long, and as fully measured, as the main one. */
function newestFirst({ id, main, earlier }: DigestRow): (number | undefined)[] {
  const isSum = metric(id).combine === 'sum';
  return [...earlier].reverse().map(({ value, coverage }) => {
    if (value === undefined || !isWellMeasured(coverage)) return undefined;
    return isSum ? (value / coverage.measured) * main.coverage.measured : value;
  });
}

/** `connection peak 1,893 between 21:00 and 22:00, 95 % of the limit`. */
function nearHighlight(readings: Readings, row: DigestRow, of: DigestPeriod): Highlight | undefined {
  const limit = readings.app.connectionLimit;
  const peak = row.main.value;
  if (row.id !== 'connections.peak' || limit === undefined || limit <= 0) return undefined;
  const standing = nearStanding(peak, limit);
  if (peak === undefined || standing === undefined) return undefined;
  const values = { peak, share: roundShare(peak / limit) };
  const words = (named: { readonly app?: string }): Phrase =>
    say('digest.near', { ...values, ...whenOf(readings, row, of), ...named });
  return highlight(readings, words, { weight: weights[standing], standing, id: row.id });
}

/** `free memory down to 7.4 % between 03:00 and 04:00, under 8 %`, `active users 1,700, over 1,600`: beyond a rule. */
function crossedHighlight(readings: Readings, row: DigestRow, of: DigestPeriod): Highlight | undefined {
  const { id, main } = row;
  const { combine } = metric(id);
  // A sum of hours, or their maximum under a lower limit, does not show whether a rule on single samples was crossed.
  const side = combine === 'max' ? 'above' : combine === 'min' ? 'below' : undefined;
  const crossed = limitsOf(readings).filter(
    (limit) => limit.metric === id && limit.direction === side && isBeyond(limit, main.value),
  );
  const worst = crossed.find(({ level }) => level === 'critical') ?? crossed[0];
  if (main.value === undefined || worst === undefined || side === undefined) return undefined;
  const values = { id, value: main.value, side, limit: worst.value } as const;
  const words = (named: { readonly app?: string }): Phrase =>
    say('digest.crossed', { ...values, ...whenOf(readings, row, of), ...named });
  return highlight(readings, words, { weight: weights[worst.level], standing: worst.level, id });
}

/** The time of an extreme of the period, where one is known and the period has several hours. */
function whenOf(readings: Readings, { id, main: { when } }: DigestRow, of: DigestPeriod): { readonly when?: Phrase } {
  if (when === undefined || of.period === 'hour') return {};
  const { from, to } = when;
  if (of.period !== 'day' || from === to) return { when: extremeMoment(readings, { id, at: from, to }, of) };
  return { when: say('digest.between', { from, to, zone: of.zone }) };
}

/** `12 new users, half of a usual Sunday`; not for hours, because the usual value depends on the time of day. */
function unusualHighlight(readings: Readings, row: DigestRow, { of, comparisons }: Frame): Highlight | undefined {
  const { id, main } = row;
  const isHour = comparisons.history.unit === 'hour';
  if (main.value === undefined || isHour || !isWellMeasured(main.coverage)) return undefined;
  const usual = againstUsual(main.value, newestFirst(row));
  if (usual === undefined) return undefined;
  const values = { counted: numberOf(id, main.value), of: periodName(of), ...usual };
  const weight = Math.min(10, Math.max(Math.abs(main.value / usual.usual - 1), movementOf(row)));
  return highlight(readings, (named) => say('digest.usual', { ...values, ...named }), { weight, id });
}
