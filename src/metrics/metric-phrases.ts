// English for metrics: their titles and values, how much of a span was measured, and how a number changed.
import type { Duration } from '../clock.ts';
import { connectionLimitOf, type MetricId, metric, type Unit } from './catalog.ts';
import type { Change } from './compare.ts';
import { type Formatter, lowerFirst } from './format.ts';
import type { Noun } from './language.ts';
import type { Phrase, PhraseSet, Wording } from './phrase.ts';

interface OfMetric {
  readonly id: MetricId;
}

const slots: Readonly<Record<'hour' | 'day', Noun>> = {
  hour: { one: 'hour', other: 'hours' },
  day: { one: 'day', other: 'days' },
};

/** `Connections` for `Connections now`. */
const overTime = (id: MetricId): string => metric(id).overTime ?? metric(id).title;

/** `41,203 messages`, `1 new user`. */
const counted = (id: MetricId, count: number, { quantity }: Formatter): string => {
  const other = lowerFirst(overTime(id));
  return quantity(count, { one: metric(id).one ?? other, other });
};

/** `12 %`, `2.1 points`, `412`. */
const amountOf = ({ amount }: Exclude<Change, { direction: 'same' }>, { magnitude, count }: Wording): string =>
  amount.kind === 'share' ? `${count(amount.share * 100)} %` : magnitude(amount.size, amount.unit);

const signed = (change: Exclude<Change, { direction: 'same' }>, wording: Wording): string =>
  `${change.direction === 'up' ? '+' : '−'}${amountOf(change, wording)}`;

const sameAs = (isExact: boolean, on: string): string => (isExact ? `same as ${on}` : `about the same as ${on}`);

interface On {
  readonly change: Change;
  readonly on: Phrase;
}

/** `up 12 % vs yesterday`, `same as yesterday`: "on yesterday" would read as if it had risen then. */
function changedOn({ change, on }: On, wording: Wording): string {
  if (change.direction === 'same') return sameAs(change.exactly, wording.text(on));
  return `${change.direction} ${amountOf(change, wording)} vs ${wording.text(on)}`;
}

/** `▲ 12 %`, `up 12 %` where it is spoken: an arrow beside the word would say it twice. */
const moved = (change: Exclude<Change, { direction: 'same' }>, wording: Wording): string =>
  `${wording.arrow(change.direction) || `${change.direction} `}${amountOf(change, wording)}`;

/** `▲ 12 % vs yesterday`, `same as yesterday`. */
function movedOn({ change, on }: On, wording: Wording): string {
  return change.direction === 'same'
    ? changedOn({ change, on }, wording)
    : `${moved(change, wording)} vs ${wording.text(on)}`;
}

/** An app, as far as its limit of connections goes. */
interface WithConnectionLimit {
  readonly connectionLimit?: number | undefined;
}

/** `free memory`, `connection peak`, `active users`. */
export function metricName(id: MetricId): string {
  const { title, inSentence } = metric(id);
  return inSentence ?? lowerFirst(title);
}

/** `was` or `were`: a size, a share and a peak are one thing, everything else is counted. */
export function wasOf(id: MetricId): 'was' | 'were' {
  const { unit, isSingular, isPlural } = metric(id);
  return isPlural === true || (unit === 'count' && isSingular !== true) ? 'were' : 'was';
}

/** `95 %` of a limit. */
const ofLimit = (shown: number, limit: number, { ratio }: Formatter): string =>
  ratio(Math.round((shown / limit) * 100) / 100);

/** `7.4 %`, or `1,893 of 2,000 (95 %)` where the limit is known. */
export function shortValue(id: MetricId, shown: number, app: WithConnectionLimit, formatter: Formatter): string {
  const { count, value } = formatter;
  const limit = connectionLimitOf(id, app);
  if (limit === undefined) return value(shown, metric(id).unit);
  return `${count(shown)} of ${count(limit)} (${ofLimit(shown, limit, formatter)})`;
}

/** What an app has: `7.4 % free memory`, `1,893 of 2,000 connections (95 %)`, `a connection peak of 1,893`, `no active rooms`. */
export function possessed(id: MetricId, shown: number, app: WithConnectionLimit, formatter: Formatter): string {
  const { unit, isSingular } = metric(id);
  const limit = connectionLimitOf(id, app);
  if (unit !== 'count') return `${formatter.value(shown, unit)} ${metricName(id)}`;
  if (isSingular === true) return `a ${metricName(id)} of ${shortValue(id, shown, app, formatter)}`;
  if (shown === 0) return `no ${lowerFirst(overTime(id))}`;
  if (limit === undefined) return counted(id, shown, formatter);
  return `${formatter.count(shown)} of ${counted(id, limit, formatter)} (${ofLimit(shown, limit, formatter)})`;
}

/** The value with its whole where one is known: `606 MiB of 8.0 GiB`, `1,893 of 2,000 (95 %)`, `412`. */
export function longValue(
  id: MetricId,
  last: { readonly shown: number; readonly whole?: number | undefined } & WithConnectionLimit,
  formatter: Formatter,
): string {
  const { shown, whole } = last;
  if (whole === undefined || metric(id).group !== 'memory') return shortValue(id, shown, last, formatter);
  return formatter.share(metric(id).unit === 'ratio' ? shown * whole : shown, whole);
}

/** A limit: `8 % (655 MiB)` where the whole is known, else `1,600`. */
export function limitValue(id: MetricId, limit: number, whole: number | undefined, { value }: Formatter): string {
  const { unit } = metric(id);
  const text = value(limit, unit);
  return unit === 'ratio' && whole !== undefined ? `${text} (${value(limit * whole, 'bytes')})` : text;
}

export const metricPhrases = {
  'metric.title': ({ id }: OfMetric) => metric(id).title,
  /** `free memory`, `connections`: in the middle of a sentence. */
  'metric.name': ({ id }: OfMetric) => metricName(id),
  'metric.overTime': ({ id }: OfMetric) => overTime(id),
  'metric.value': ({ value, unit }: { value?: number | null | undefined; unit: Unit }, wording) =>
    wording.value(value ?? undefined, unit),
  /** `3.0 of 8.0 GiB`. */
  'metric.share': ({ part, whole }: { part: number; whole: number }, wording) => wording.share(part, whole),
  'metric.counted': ({ id, count }: OfMetric & { count: number }, wording) => counted(id, count, wording),
  /** `7.4 % memory`: a value that is no count, before its name. */
  'metric.valueNamed': ({ id, value }: OfMetric & { value: number }, wording) =>
    `${wording.value(value, metric(id).unit)} ${lowerFirst(metric(id).title)}`,
  /** `22 of 24 hours measured`, `6 of 7 days known`. */
  'metric.coverage': ({ measured, of, unit }: { measured: number; of: number; unit: 'hour' | 'day' }, wording) => {
    const all = wording.quantity(of, slots[unit]);
    return `${wording.count(measured)} of ${all} ${unit === 'hour' ? 'measured' : 'known'}`;
  },
  /** `a, b, c`. */
  'metric.listed': ({ items }: { items: readonly Phrase[] }, { text }) => items.map(text).join(', '),
  /** `▲ 12 % vs yesterday`, `same as yesterday`, `about the same as yesterday`; spoken `up 12 % vs yesterday`. */
  'change.on': (values: On, wording) => movedOn(values, wording),
  /** In the middle of a sentence, which has no arrow. */
  'change.inSentence': (values: On, wording) => changedOn(values, wording),
  /** `▼ 2 points in 24 h`, `unchanged in 24 h`. */
  'change.within': ({ change, length }: { change: Change; length: Duration }, wording) => {
    const span = wording.duration(length);
    if (change.direction === 'same') return `unchanged in ${span}`;
    return `${moved(change, wording)} in ${span}`;
  },
  /** `+18 % vs Saturday`, `−412 vs Saturday`, `same as Saturday`. */
  'change.signed': ({ change, on }: On, wording) => {
    const against = wording.text(on);
    return change.direction === 'same' ? sameAs(change.exactly, against) : `${signed(change, wording)} vs ${against}`;
  },
  /** `33,004 ▼ 10 % vs Saturday`, `412, same as Saturday`: a value with its own change beside it. */
  'change.beside': ({ value, ...on }: On & { value: Phrase }, wording) => {
    const hasArrow = on.change.direction !== 'same' && wording.arrow(on.change.direction) !== '';
    return `${wording.text(value)}${hasArrow ? '' : ','} ${movedOn(on, wording)}`;
  },
  /** `34,918 (▲ 18 %)`, `34,918 (same)`: in tables that were stored before a change stood beside its own value. */
  'change.cell': ({ value, unit, change }: { value: number; unit: Unit; change: Change }, wording) => {
    const same = 'exactly' in change && change.exactly ? 'same' : 'about the same';
    const how = change.direction === 'same' ? same : moved(change, wording);
    return `${wording.value(value, unit)} (${how})`;
  },
} satisfies PhraseSet;
