// English for numbers over a range: figures, line 1, the reports on a group, on a metric and on several apps, and what was not measured.
import type { Instant } from '../clock.ts';
import { type MetricGroup, type MetricId, metric } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { type RangeName, rangePhrases } from '../metrics/range-phrases.ts';
import { type LocalDate, localDate } from '../time-zone.ts';
import type { Standing } from './report.ts';

interface OfApp {
  readonly app: string;
}

interface OverRange {
  readonly words: Phrase;
  readonly range: RangeName;
}

/** Which of several values stands for them. */
export type Taken = 'busiest' | 'lowest' | 'average';

const titled: Readonly<Record<Taken, (unit: 'hour' | 'day') => string>> = {
  busiest: (unit) => `busiest ${unit}`,
  lowest: () => 'lowest',
  average: () => 'on average',
};

const afterNumber: Readonly<Record<Taken, (unit: 'hour' | 'day') => string>> = {
  busiest: (unit) => (unit === 'day' ? ' on the busiest day' : ' in the busiest hour'),
  lowest: () => ' at the lowest',
  average: () => ' on average',
};

const inRange = (range: RangeName, wording: Wording): string => rangePhrases['range.in']({ range }, wording);
const ofRange = (range: RangeName, wording: Wording): string => rangePhrases['range.of']({ range }, wording);

const standings: Readonly<Record<Standing, string>> = {
  good: 'fine',
  warning: 'warning',
  critical: 'critical',
  unknown: 'not known',
};

const things: Readonly<Partial<Record<MetricGroup, string>>> = { users: 'user', rooms: 'room', groups: 'group' };

export const figurePhrases = {
  /** `Active users, busiest hour`, `Free memory, lowest`, `Connections, on average`. */
  'figure.title': ({ id, how, unit }: { id: MetricId; how: Taken; unit: 'hour' | 'day' }) => {
    const { title, overTime = title } = metric(id);
    return `${how === 'average' ? overTime : title}, ${titled[how](unit)}`;
  },
  'figure.ofLimit': ({ limit, share }: { limit: number; share: number }, { count, ratio }) =>
    `of ${count(limit)} (${ratio(share)})`,
  'figure.ofTotal': ({ total }: { total: number }, { count }) => `of ${count(total)}`,
  'figure.inBrackets': ({ words, at }: { words: Phrase; at?: Phrase }, { text }) =>
    `(${text(words)})${at === undefined ? '' : ` ${text(at)}`}`,
  'figure.over': ({ words, range }: OverRange, wording) => `${wording.text(words)} ${inRange(range, wording)}`,
  'figure.lowest': ({ words, range }: OverRange, wording) =>
    `${wording.text(words)} at the lowest ${inRange(range, wording)}`,
  'figure.mean': ({ words, range }: OverRange, wording) =>
    `${wording.text(words)} on average ${inRange(range, wording)}`,
  'figure.busiest': ({ words, range, unit }: OverRange & { unit: 'hour' | 'day' }, wording) =>
    `${wording.text(words)}${afterNumber.busiest(unit)} ${ofRange(range, wording)}`,
  'figure.at': ({ words, at }: { words: Phrase; at: Phrase }, { text }) => `${text(words)} ${text(at)}`,
  'figure.todayRuns': ({ isSum, isCounted, isOfDays }: { isSum: boolean; isCounted?: boolean; isOfDays?: boolean }) => {
    if (isCounted !== true)
      return `Today is not over: ${isSum ? 'it is in the chart, not in the sum' : 'changes are between whole days'}.`;
    if (!isSum && isOfDays !== true) return 'Today is not over: its numbers are those so far.';
    return `Today is not over: ${isSum ? 'the sum has today so far' : 'its number is that so far'}${isOfDays === true ? ', and changes are between whole days' : ''}.`;
  },
  /** The hour of the platform that a window cuts: its share of the time is taken. */
  'figure.estimated': (
    { from, to, zone, share }: { from: Instant; to: Instant; zone: string; share: number },
    wording,
  ) =>
    `The platform counts whole hours, so ${wording.hours(from, to, zone)} is estimated as its part of one: ${wording.ratio(Math.round(share * 100) / 100)} of the sum.`,
  'figure.unfinished': ({ date }: { date: LocalDate }, { dates }) =>
    `${dates(date, date)} is not complete yet; its numbers may still grow.`,
  /** Line 1: the number, what follows it, and an open alert: `China: 3,012 active users yesterday, up 4 % vs the day before`. */
  'figure.headline': ({ app, parts, alert }: OfApp & { parts: readonly Phrase[]; alert?: Phrase }, { text }) =>
    `${app}: ${parts.map(text).join(', ')}${alert === undefined ? '' : `; ${text(alert)}`}`,
  'figure.unknown': ({ id, range }: { id: MetricId; range: RangeName }, wording) =>
    `${metric(id).title.toLowerCase()} ${wording.notMeasured} ${inRange(range, wording)}`,
  'figure.nothing': ({ range }: { range: RangeName }, wording) => `${wording.notMeasured} ${inRange(range, wording)}`,
  'group.atPeak': ({ peak }: { peak: number }, { quantity }) =>
    `${quantity(peak, { one: 'connection', other: 'connections' })} at the peak`,
  'group.memoryFree': ({ ratio }: { ratio: number }, wording) => `${wording.ratio(ratio)} memory free`,
  'group.peak': ({ peak, range, share }: { peak: number; range: RangeName; share?: number }, wording) => {
    const of = share === undefined ? ' (no limit set)' : `, ${wording.ratio(share)} of the limit`;
    const counted = wording.quantity(peak, { one: 'connection', other: 'connections' });
    return `${counted} at the peak ${inRange(range, wording)}${of}`;
  },
  /** `39.6 % memory free now, lowest 20.8 % in the last hour, at 14:32`; without a time where there is one for all. */
  'group.memory': (
    { lowest, range, now, when }: { lowest: number; range: RangeName; now?: NewestShare; when?: Phrase },
    wording,
  ) => {
    const low = wording.ratio(lowest);
    const time = when === undefined ? '' : `, ${wording.text(when)}`;
    if (now === undefined) return `${low} memory free at the lowest ${inRange(range, wording)}${time}`;
    return `${wording.ratio(now.ratio)} memory free ${wording.text(now.at)}, lowest ${low} ${inRange(range, wording)}${time}`;
  },
  'group.upTo': ({ words, unit }: { words: Phrase; unit: 'hour' | 'day' }, { text }) =>
    `up to ${text(words)} ${unit === 'day' ? 'a day' : 'an hour'}`,
  'group.distinct': ({ group, unit }: { group: MetricGroup; unit: 'hour' | 'day' }) =>
    `A ${things[group] ?? group} counts once ${unit === 'day' ? 'a day' : 'an hour'}: ${unit}s cannot be added, so the busiest ${unit} stands for a longer time.`,
  'group.peakSource': () => 'The platform reports the peak of the hour before each poll.',
  'group.memorySource': () => 'Memory of the host that answered; what its system caches counts as used.',
  'group.types': ({ measured, of }: { measured?: number; of?: number }, { quantity }) => {
    const days = of === undefined ? '' : `, ${measured} of ${quantity(of, { one: 'day', other: 'days' })}`;
    return `Messages by type${days}`;
  },
  'group.type': ({ type }: { type: string }) => capitalise(type),
  'trend.end': ({ side, unit }: { side: 'low' | 'high'; unit: 'hour' | 'day' | 'moment' }) =>
    `${side === 'low' ? 'Lowest' : 'Highest'}${unit === 'moment' ? '' : ` ${unit}`}`,
  'trend.inAll': ({ id }: { id: MetricId }) => `${metric(id).title}, in all`,
  'trend.yesterday': () => 'Yesterday, the whole day',
  /** `Mon 23 Nov, the whole day`. */
  'trend.wholeDay': ({ date }: { date: LocalDate }, { instant }) =>
    `${instant(Date.parse(date), 'utc', 'ccc d LLL')}, the whole day`,
  'table.slot': ({ unit }: { unit: 'hour' | 'day' }) => (unit === 'hour' ? 'Hour' : 'Day'),
  'table.lowest': () => 'Lowest',
  'table.highest': () => 'Highest',
  'table.mean': () => 'On average',
  /** `Sat 28 Nov`, `Sun 29 Nov so far`. */
  'table.day': ({ date, isRunning }: { date: LocalDate; isRunning: boolean }, { instant }) =>
    `${instant(Date.parse(date), 'utc', 'ccc d LLL')}${isRunning ? ' so far' : ''}`,
  /** `14:27 to 15:27`, `Sat 28 Nov, 23:27 to 00:27`. */
  'table.hour': (
    { from, to, zone, isLong }: { from: Instant; to: Instant; zone: string; isLong: boolean },
    { instant, hours },
  ) => `${isLong ? `${instant(from, zone, 'ccc d LLL')}, ` : ''}${hours(from, to, zone)}`,
  'range.keeps': ({ platform, days, since }: { platform: string; days: number; since: LocalDate }, wording) =>
    `${platform} keeps ${wording.count(days)} days, since ${wording.dates(since, since)}; of earlier days imstats has only those that it stored.`,
  'range.notGiven': ({ platform, app }: OfApp & { platform: string }) =>
    `${platform} has given no such number for ${app} in this time.`,
  'range.notStored': ({ app }: OfApp) => `imstats has not stored a number of ${app} yet.`,
  'range.measuredSince': (
    { app, since, zone, now, isEmpty }: OfApp & { since: Instant; zone: string; now: Instant; isEmpty: boolean },
    { instant },
  ) => {
    const tokens = localDate(since, zone) === localDate(now, zone) ? 'HH:mm' : 'd LLL yyyy, HH:mm';
    const none = isEmpty ? ', and has no such number of this time' : '';
    return `imstats measures ${app} since ${instant(since, zone, tokens)} ${zone}${none}.`;
  },
  'apps.none': () => 'No app is configured',
  /** `Active users in the last 7 days: Production chat 437 in the busiest hour, China 1,405 on the busiest day`. */
  'apps.numbers': (
    { title, range, numbers, more }: { title: Phrase; range: RangeName; numbers: readonly Phrase[]; more: number },
    wording,
  ) => {
    const said = numbers.map(wording.text);
    const rest = wording.quantity(more, { one: 'more app', other: 'more apps' });
    const all = more > 0 ? wording.list([...said, rest]) : said.join(', ');
    return `${wording.text(title)} ${inRange(range, wording)}: ${all}`;
  },
  'apps.number': (
    {
      app,
      value,
      taken,
      range,
      when,
    }: OfApp & { value?: Phrase; taken?: { how: Taken; unit: 'hour' | 'day' }; range?: RangeName; when?: Phrase },
    wording,
  ) => {
    if (value === undefined) return `${app} ${wording.notMeasured}`;
    const own = range === undefined ? '' : ` ${inRange(range, wording)}`;
    const time = when === undefined ? own : ` ${wording.text(when)}`;
    return `${app} ${wording.text(value)}${taken === undefined ? '' : afterNumber[taken.how](taken.unit)}${time}`;
  },
  /** `last hour, 09:00 to 10:00, Asia/Taipei, as of 10:00:12, stale`. */
  'apps.frame': (
    { context, asOf, zone, isStale }: { context?: Phrase; asOf?: Instant; zone: string; isStale: boolean },
    { text, instant },
  ) =>
    [
      ...(context === undefined ? [] : [text(context)]),
      ...(asOf === undefined ? [] : [`as of ${instant(asOf, zone, 'HH:mm:ss')}`]),
      ...(isStale ? ['stale'] : []),
    ].join(', '),
  'apps.notes': ({ notes }: { notes: readonly Phrase[] }, { text }) => notes.map(text).join(' '),
  /** `2 apps, all fine`, `2 apps: Production chat needs a look`. */
  'apps.overview': ({ count, troubled }: { count: number; troubled: readonly string[] }, { quantity, list }) => {
    const all = quantity(count, { one: 'app', other: 'apps' });
    if (troubled.length === 0) return `${all}, ${count === 1 ? 'and it is' : 'all'} fine`;
    return `${all}: ${list(troubled)} ${troubled.length === 1 ? 'needs' : 'need'} a look`;
  },
  'apps.app': () => 'App',
  'apps.state': () => 'State',
  'apps.numbersColumn': () => 'Numbers',
  'apps.asOf': () => 'As of',
  'apps.standing': ({ standing }: { standing: Standing }) => standings[standing],
  'apps.nothing': () => 'nothing measured yet',
  'apps.never': () => 'never',
  'apps.stale': ({ age }: { age: Phrase }, { text }) => `${text(age)}, stale`,
} satisfies PhraseSet;

/** The newest share of free memory, and when it was. */
interface NewestShare {
  readonly ratio: number;
  readonly at: Phrase;
}
