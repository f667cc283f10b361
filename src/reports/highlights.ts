// What changed, in words made by rules: records, changes that stand out, numbers near a limit, gaps and silence.
import { reportsDays } from '../metrics/capabilities.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { againstUsual, type Outstanding, recordOf, signedOn, standsOut } from '../metrics/compare.ts';
import { capitalise, formatCount, formatQuantity, formatRatio, formatValue, listWords } from '../metrics/format.ts';
import { coverageWords, isWellMeasured } from '../metrics/series.ts';
import type { Comparisons, DigestPeriod } from './digest-period.ts';
import { type DigestRow, digestRows, rowChange } from './digest-rows.ts';
import { sliceCoverage } from './measured.ts';
import { silenceWords } from './notes.ts';
import { countedWords, extremeWords, hourWords } from './range-words.ts';
import type { Limit, Readings } from './readings.ts';
import { isSilent, limitsOf, nearLimit, roundShare } from './standing.ts';

/** A line for "What changed"; the heavier ones come first. */
export interface Highlight {
  readonly weight: number;
  readonly words: string;
}

/** A change smaller than this is everyday life. */
const notable = 0.15;

/** All lines of one app; empty when nothing is out of the ordinary. */
export function highlightsOf(readings: Readings, of: DigestPeriod, comparisons: Comparisons): Highlight[] {
  if (of.period === 'hour' && reportsDays(readings.app.platform)) return [];
  const rows = digestRows(readings, of, comparisons);
  const find = (id: MetricId): DigestRow | undefined => rows.find((row) => row.id === id);
  const { name } = readings.app;
  const lines = [
    silence(readings),
    line(mainWords(find('messages.sent'), comparisons), 3),
    ...rows.map((row) => line(nearWords(readings, row, of) ?? crossedWords(readings, row, of), 2)),
    ...(['users.active', 'users.new', 'groups.active', 'groups.new'] as const).map((id) =>
      line(usualWords(find(id), comparisons), 1),
    ),
    rows.some((row) => row.main.value !== undefined) ? gap(readings, of) : nothing(readings, comparisons),
  ];
  return lines
    .filter((one) => one !== undefined)
    .map((one) => (one.words.startsWith(name) ? one : { ...one, words: `${name}: ${one.words}` }));
}

function line(words: string | undefined, weight: number): Highlight | undefined {
  return words === undefined ? undefined : { weight, words };
}

/** Whether there is enough of the past to say what is usual. */
export function hasPast(readings: Readings, of: DigestPeriod, comparisons: Comparisons): boolean {
  return digestRows(readings, of, comparisons).some((row) => row.known >= 3);
}

function silence(readings: Readings): Highlight | undefined {
  return isSilent(readings) ? { weight: 5, words: silenceWords(readings) } : undefined;
}

function gap(readings: Readings, of: DigestPeriod): Highlight | undefined {
  const coverage = sliceCoverage(readings, of);
  if (coverage.of === 0 || isWellMeasured(coverage)) return undefined;
  return { weight: 4, words: `only ${coverageWords(coverage, reportsDays(readings.app.platform) ? 'day' : 'hour')}` };
}

/** A period that should be there and is not, unless there never was one: then there is no past to miss it in. */
function nothing(readings: Readings, comparisons: Comparisons): Highlight | undefined {
  const { main, others, history } = comparisons;
  const before = [...others.map((column) => column.slice), ...history.slices.slice(0, -1)];
  if (before.every((slice) => sliceCoverage(readings, slice).measured === 0)) return undefined;
  const isDay = reportsDays(readings.app.platform);
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

/** Against the same weekday where it is known, because a week has its own rhythm; else against the period before. */
function isNotable(row: DigestRow): boolean {
  const base = row.others.findLast((other) => other.value !== undefined && isWellMeasured(other.coverage));
  const { value } = row.main;
  if (base?.value === undefined || value === undefined || row.known < 3) return false;
  return standsOut(value, base.value) && Math.abs(value - base.value) >= notable * base.value;
}

/** `the busiest Sunday in 8 weeks`: only against periods that were measured well. */
function recordWords(row: DigestRow, { history }: Comparisons): string | undefined {
  // The quietest hour of a day comes every day.
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
  // A sum of hours, or the highest of them under a lower limit, says nothing of a rule on one moment.
  const direction = combine === 'max' ? 'above' : combine === 'min' ? 'below' : undefined;
  const crossed = limitsOf(readings).find(
    (limit) => limit.metric === id && limit.direction === direction && isBeyond(limit, value),
  );
  if (value === undefined || crossed === undefined) return undefined;
  const [to, side] = direction === 'below' ? [' down to', 'under'] : ['', 'over'];
  const words = `${title.toLowerCase()}${to} ${formatValue(value, unit)}${whenWords(readings, { main }, of)}`;
  return `${words}, ${side} ${formatValue(crossed.value, unit)}`;
}

/** Whether a value lies on the wrong side of the trigger of a rule. */
export function isBeyond({ direction, value: trigger }: Limit, value: number | undefined): boolean {
  if (value === undefined) return false;
  return direction === 'below' ? value < trigger : value > trigger;
}

function whenWords(readings: Readings, { main: { at } }: Pick<DigestRow, 'main'>, of: DigestPeriod): string {
  if (at === undefined || of.period === 'hour') return '';
  if (of.period !== 'day') return ` ${extremeWords(readings, at)}`;
  return ` between ${hourWords(at, of.zone).replace(' to ', ' and ')}`;
}

/** `12 new users, half of a usual Sunday`; not for hours, whose usual depends on the time of day. */
function usualWords(row: DigestRow | undefined, { history }: Comparisons): string | undefined {
  if (row?.main.value === undefined || history.kind === 'hour' || !isWellMeasured(row.main.coverage)) return undefined;
  const words = againstUsual(row.main.value, newestFirst(row), history.kind);
  if (words === undefined) return undefined;
  return `${countedWords(row.id, row.main.value)}, ${words}`;
}

/** The heaviest first, at most `most`, and how many were left out. */
export function pickHighlights(all: readonly Highlight[], most = 8): string[] {
  const sorted = [...all].sort((a, b) => b.weight - a.weight).map((one) => capitalise(one.words));
  return sorted.length <= most ? sorted : [...sorted.slice(0, most - 1), `… ${sorted.length - most + 1} more below`];
}
