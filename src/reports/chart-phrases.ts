// English for charts: titles, limits, the alt text and the words of a chart that is drawn as text.
import { type Duration, day, hour, type Instant, minute } from '../clock.ts';
import { type MetricId, metric, type Unit } from '../metrics/catalog.ts';
import { capitalise, lowerFirst } from '../metrics/format.ts';
import { type Phrase, type PhraseSet, phrasesOf, type Wording } from '../metrics/phrase.ts';
import type { RangeName, rangePhrases } from '../metrics/range-phrases.ts';
import type { ChartFacts } from './report.ts';

const phrase = phrasesOf<typeof rangePhrases>();

/** How the value that stands for an hour or a day was taken. */
export type PointsKind = 'each' | 'low' | 'high' | 'mean' | 'busiest' | 'last';

const taken: Readonly<Record<Exclude<PointsKind, 'each'>, string>> = {
  low: ', lowest',
  high: ', highest',
  mean: ', on average',
  busiest: ', busiest hour',
  last: '',
};

interface ValueAt {
  readonly value: number;
  readonly at: Phrase;
}

interface PointFacts {
  readonly at: Instant;
  /** The end of a point that is no moment and no day. */
  readonly to?: Instant;
  readonly zone: string;
  readonly each: ChartFacts['each'];
  readonly isLong: boolean;
}

interface CurveFacts {
  readonly name?: Phrase;
  readonly unit: Unit;
  readonly low: ValueAt;
  readonly high: ValueAt;
  readonly total?: number;
  /** The total is of the whole days only. */
  readonly withoutToday?: boolean;
  readonly last: Phrase;
}

interface TextMoment {
  readonly value: number;
  readonly label: string;
}

const joinedAs = { sum: '', low: ', lowest', high: ', highest' } as const;

const unitLength = { minutes: minute, hours: hour, days: day } as const;

/** `low 412 at 03:00`; a label may be empty. */
function textMoment({ value, label }: TextMoment, { unit, isDay }: { unit: Unit; isDay: boolean }, wording: Wording) {
  return `${wording.value(value, unit)}${label === '' ? '' : ` ${isDay ? 'on' : 'at'} ${label}`}`;
}

export const chartPhrases = {
  /** `Messages per day`, `Free memory, lowest by hour`; a daily value of its own is "per day". */
  'chart.points': ({ id, each, kind }: { id: MetricId; each: 'hour' | 'day'; kind: PointsKind }) => {
    const { title, overTime = title } = metric(id);
    return kind === 'each' ? `${title} per ${each}` : `${overTime}${taken[kind]} by ${each}`;
  },
  /** `Free memory, lowest per 30 min`. */
  'chart.slots': ({ id, side, length }: { id: MetricId; side: 'low' | 'high' | 'last'; length: Duration }, wording) => {
    const { title, overTime = title } = metric(id);
    return `${overTime}${taken[side]} per ${wording.duration(length)}`;
  },
  'chart.usersPer': ({ each }: { each: 'moment' | 'hour' | 'day' }) => `Users per ${each}`,
  'chart.hourBefore': ({ id = 'messages.sent' }: { id?: MetricId }) => `${metric(id).title} in the hour before`,
  'chart.single': () => 'Single chats',
  'chart.groups': () => 'Groups',
  /** `Connection peak, last 24 hours`: a title with the span that the labels show as well. */
  'chart.over': ({ name, span }: { name: Phrase; span: Phrase }, { text }) => `${text(name)}, ${text(span)}`,
  'chart.to': ({ span, to }: { span: Phrase; to: Phrase }, { text }) => `${text(span)} to ${text(to)}`,
  /** `09:00 to 12:00`, with the dates that are not that of `now`; what earlier versions stored has none. */
  'chart.hours': (
    { from, to, now, zone }: { from: Instant; to: Instant; now?: Instant | undefined; zone: string },
    { hours, clock },
  ) => (now === undefined ? hours(from, to, zone) : `${clock(from, now, zone)} to ${clock(to, now, zone)}`),
  /** The edges of a band, each as a line. */
  /** A point of the line that nobody measured. */
  'chart.foreseenAt': ({ label }: { readonly label: string }) => `${label} foreseen`,
  'chart.bandEdge': ({ name, side }: { readonly name: string; readonly side: 'low' | 'high' }) =>
    `${name}, ${side === 'low' ? 'lowest' : 'highest'}`,
  /** The name of the app last, because a long title is cut at its end, and two charts of one app differ in what they show. */
  'chart.named': ({ app, text: title }: { app: string; text: Phrase }, { text }) => `${text(title)}, ${app}`,
  'chart.capital': ({ text: inner }: { text: Phrase }, { text }) => capitalise(text(inner)),
  /** `Limit 2,000`, `Warning 15 %`. */
  'chart.limit': (limit: { of: 'platform' | 'warning' | 'critical'; value: number; unit: Unit }, wording) =>
    `${limit.of === 'platform' ? 'Limit' : capitalise(limit.of)} ${wording.value(limit.value, limit.unit)}`,
  'chart.alt': ({ parts }: { parts: readonly Phrase[] }, { text }) => parts.map(text).join(' '),
  'chart.altTitle': ({ title, zone }: { title: Phrase; zone: string }, { text }) => `${text(title)}, ${zone}.`,
  /** `Low 1,102 at 11:00, high 1,893 at 21:00, now 1,102.` */
  'chart.altCurve': (curve: CurveFacts, wording) => {
    const { unit, low, high, total } = curve;
    const say = ({ value, at }: ValueAt): string => `${wording.value(value, unit)} ${wording.text(at)}`;
    const name = curve.name === undefined ? 'Low' : `${wording.text(curve.name)}: low`;
    const rest = curve.withoutToday === true ? ' without today' : '';
    const sum = total === undefined ? [] : [`in all ${wording.value(total, unit)}${rest}`];
    return `${[`${name} ${say(low)}`, `high ${say(high)}`, ...sum, wording.text(curve.last)].join(', ')}.`;
  },
  'chart.altUnmeasured': ({ name }: { name: Phrase }, { text, notMeasured }) => `${text(name)}: ${notMeasured}.`,
  'chart.altLimits': ({ limits }: { limits: readonly Phrase[] }, { text, list }) =>
    `${capitalise(list(limits.map((limit) => lowerFirst(text(limit)))))}.`,
  'chart.altBehind': ({ name }: { name: Phrase }, { text }) => `Dashed behind it: ${lowerFirst(text(name))}.`,
  'chart.altAhead': ({ name }: { name: Phrase }, { text }) => `Dashed from there: ${lowerFirst(text(name))}.`,
  'chart.altUsual': ({ name, low, high, unit }: { name: Phrase; low: number; high: number; unit: Unit }, wording) =>
    `${capitalise(wording.text(name))} at the end: ${wording.value(low, unit)} to ${wording.value(high, unit)}.`,
  'chart.altGaps': (
    { name, missing, of, each }: { name?: Phrase; missing: number; of: number; each: ChartFacts['each'] },
    wording,
  ) => {
    const one = { moment: 'point', hour: 'hour', day: 'day' }[each];
    const curve = name === undefined ? '' : `${wording.text(name)}: `;
    return `${curve}${wording.quantity(missing, { one, other: `${one}s` })} of ${of} ${wording.notMeasured}.`;
  },
  'chart.today': ({ value, unit }: { value: number; unit: Unit }, wording) =>
    `today so far ${wording.value(value, unit)}`,
  'chart.now': ({ value, unit }: { value: number; unit: Unit }, wording) => `now ${wording.value(value, unit)}`,
  'chart.last': ({ value, unit, at }: { value: number; unit: Unit; at: Phrase }, wording) =>
    `last ${wording.value(value, unit)} ${wording.text(at)}`,
  /** `at 21:00`, `in the hour from 21:00`, `on 22 Nov`; with the date where the points span more than a day. */
  'chart.when': (point: PointFacts, { instant, hours }) => {
    const { at, to, zone, each, isLong } = point;
    const date = instant(at, zone, 'd LLL');
    if (each === 'day') return `on ${date}`;
    const time = instant(at, zone, 'HH:mm');
    if (to === at) return isLong ? `on ${date} at ${time}` : `at ${time}`;
    if (to !== undefined) return `${isLong ? `on ${date} ` : ''}from ${hours(at, to, zone)}`;
    if (each === 'hour') return `in the hour from ${isLong ? `${date} ${time}` : time}`;
    return isLong ? `on ${date} at ${time}` : `at ${time}`;
  },
  'chart.soFar': () => 'so far',
  'chart.nothingMeasured': () => 'Nothing was measured in this window.',
  /** Over the end of a chart whose newest points are missing; with the date where its points span more than a day. */
  'chart.noDataSince': (end: { at: Instant; zone: string; isLong: boolean }, { instant }) =>
    `no data since ${instant(end.at, end.zone, end.isLong ? 'd LLL HH:mm' : 'HH:mm')}`,
  'chart.unnamed': () => 'unnamed',
  'chart.untitled': () => 'Chart',
  /** `24 h`, `7 days`, `yesterday`: the span of a short title. */
  'chart.briefSpan': ({ range }: { range: RangeName }, wording) =>
    'count' in range
      ? wording.duration(range.count * unitLength[range.kind])
      : wording.text(phrase('range.short', { range })),
  /** `Connection peak, highest per 2 h`, `Messages per 2 days`: one point for several. */
  'chart.joined': ({ name, join, width }: { name: string; join: 'sum' | 'low' | 'high'; width: Duration }, wording) =>
    `${name}${joinedAs[join]} per ${wording.duration(width)}`,
  'chart.briefGaps': ({ missing }: { missing: number }, wording) => `${wording.count(missing)} ${wording.notMeasured}`,
  'chart.textEmpty': ({ title }: { title: string }) => `${title}: nothing to show`,
  'chart.textUnmeasured': () => 'nothing was measured',
  'chart.textTotal': () => 'total',
  'chart.textMore': ({ count }: { count: number }) => `and ${count} more`,
  'chart.textOnly': ({ only, ...how }: { only: TextMoment; unit: Unit; isDay: boolean }, wording) =>
    `only ${textMoment(only, how, wording)}`,
  /** `low 412 at 03:00, high 1,893 at 21:00, latest 1,650 at 23:00`. */
  'chart.textRange': (
    { low, high, latest, ...how }: Record<'low' | 'high' | 'latest', TextMoment> & { unit: Unit; isDay: boolean },
    wording,
  ) =>
    [`low ${textMoment(low, how, wording)}`, `high ${textMoment(high, how, wording)}`]
      .concat(`latest ${textMoment(latest, how, wording)}`)
      .join(', '),
} satisfies PhraseSet;
