// The words of one part of an app: line 1 with its main number, and what a reader must know to read the numbers right.
import { reportsDays } from '../metrics/capabilities.ts';
import { type MetricGroup, metric } from '../metrics/catalog.ts';
import { formatQuantity, formatRatio } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';
import { mainMetric } from './measured.ts';
import { againstWords, busiestWords, countedWords, newestWords, rangePhrase, todayWords } from './range-words.ts';
import type { Readings } from './readings.ts';
import { roundShare } from './standing.ts';
import { rangeValue } from './unmeasured.ts';

/** Line 1 of a part: its main number over the range, and how it stands to its limit or to the range before. */
export function partHeadline(readings: Readings, part: MetricGroup, range: Range): string {
  const id = mainMetric[part];
  const { app } = readings;
  const value = rangeValue(readings, id, range);
  if (value === undefined) return `${app.name}: ${metric(id).title.toLowerCase()} not measured ${rangePhrase(range)}`;
  return `${app.name}: ${mainWords[part](value, readings, range)}${againstWords(readings, id, range)}`;
}

type Words = (value: number, readings: Readings, range: Range) => string;

const mainWords: Readonly<Record<MetricGroup, Words>> = {
  messages: (value, _readings, range) => `${formatQuantity(value, 'message')} ${rangePhrase(range)}`,
  users: (value, readings, range) => busiestWords(countedWords('users.active', value), readings, range),
  rooms: (value, readings, range) => busiestWords(countedWords('rooms.active', value), readings, range),
  groups: (value, readings, range) => busiestWords(countedWords('groups.active', value), readings, range),
  connections: (value, { app }, range) => {
    const limit = app.connectionLimit;
    const share =
      limit === undefined || limit <= 0
        ? ' (no limit set)'
        : `, ${formatRatio(roundShare(value / limit))} of the limit`;
    return `${formatQuantity(value, 'connection')} at the peak ${rangePhrase(range)}${share}`;
  },
  memory: (value, readings, range) => {
    const { latest, now } = readings;
    const newest = range.todayPartial && range.to >= now - 60_000 ? latest?.values['memory.free_ratio'] : undefined;
    if (latest === undefined || newest === undefined)
      return `${formatRatio(value)} memory free at the lowest ${rangePhrase(range)}`;
    return `${formatRatio(newest)} memory free ${newestWords(readings)}, lowest ${formatRatio(value)} ${rangePhrase(range)}`;
  },
};

/** Sentences on how the numbers are made. */
export function partLines(readings: Readings, part: MetricGroup, range: Range): string[] {
  const days = reportsDays(readings.app.platform);
  const isSingle = days ? range.dates.from === range.dates.to : range.word === '1h';
  return [...(isSingle ? [] : distinctLines(part, days)), ...sourceLines[part], ...todayWords(range, mainMetric[part])];
}

function distinctLines(part: MetricGroup, days: boolean): string[] {
  const thing = ({ users: 'user', rooms: 'room', groups: 'group' } as Readonly<Record<string, string>>)[part];
  if (thing === undefined) return [];
  const one = days ? 'day' : 'hour';
  return [
    `A ${thing} counts once ${days ? 'a day' : 'an hour'}: ${one}s cannot be added, so the busiest ${one} stands for a longer time.`,
  ];
}

const sourceLines: Readonly<Record<MetricGroup, readonly string[]>> = {
  users: [],
  messages: [],
  groups: [],
  rooms: [],
  connections: ['The platform reports the peak of the hour before each poll.'],
  memory: ['Memory of the host that answered; what its system caches counts as used.'],
};
