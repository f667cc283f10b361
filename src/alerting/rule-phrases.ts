// The English of rules: what each kind says of a measurement, of its limits, and of what it learned.
import type { Duration, Instant } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { limitValue, longValue, metricName, shortValue } from '../metrics/metric-phrases.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import type { Level } from './rule.ts';

/** A value of a metric on an app, as it was measured. */
interface Reading {
  readonly metric: MetricId;
  readonly shown: number;
  readonly connectionLimit?: number | undefined;
  readonly whole?: number | undefined;
}
type OnApp = { readonly app: string };
type Value = { readonly metric: MetricId; readonly value: number };
type Limit = { readonly metric: MetricId; readonly value?: number | undefined; readonly direction: 'below' | 'above' };
/** `isOld`: it is the last one before the data ended. */
type Numbers = Reading & { readonly isOld: boolean };

const unitOf = (id: MetricId) => metric(id).unit;

/** `Now 606 MiB of 8.0 GiB`. */
function reading({ isOld, metric: id, ...last }: Numbers, wording: Wording): string {
  return `${isOld ? 'Last seen' : 'Now'} ${longValue(id, last, wording)}`;
}

/** Phrases that several kinds of rules share, and those of a threshold. */
export const rulePhrases = {
  'rule.now': ({ metric: id, shown, app, ...whole }: Reading & OnApp, wording) =>
    `${metricName(id)} ${shortValue(id, shown, whole, wording)} on ${app}`,
  'rule.brief': ({ brief, app }: OnApp & { readonly brief: Phrase }, { text }) => `${text(brief)} on ${app}`,
  'rule.name': ({ metric: id, app }: OnApp & { readonly metric: MetricId }) => `${metricName(id)} on ${app}`,
  'rule.subject': ({ metric: id, app }: OnApp & { readonly metric: MetricId }) => `${metricName(id)} of ${app}`,
  'rule.seen': ({ metric: id, shown }: Reading, { value }) => value(shown, unitOf(id)),
  'rule.back': ({ metric: id, shown, app }: Reading & OnApp, { value }) =>
    `${metricName(id)} back to ${value(shown, unitOf(id))} on ${app}`,
  'rule.worst': ({ metric: id, shown, is }: Reading & { readonly is: 'lowest' | 'highest' | 'farthest' }, { value }) =>
    `${is} ${value(shown, unitOf(id))}`,
  'threshold.beyond': ({ metric: id, value, direction }: Limit, wording) =>
    `${direction === 'below' ? 'under' : 'over'} ${wording.value(value, unitOf(id))}`,
  'threshold.numbers': (
    { limits, ...last }: Numbers & { readonly limits?: { trigger: number; clear: number } | undefined },
    wording,
  ) => {
    const of =
      limits === undefined
        ? ''
        : ` Limit ${limitValue(last.metric, limits.trigger, last.whole, wording)}, clears at ${wording.value(limits.clear, unitOf(last.metric))}.`;
    return `${reading(last, wording)}.${of}`;
  },
  'threshold.level': ({ metric: id, value, level }: Value & { readonly level: Level }, wording) =>
    `${capitalise(level)} ${wording.value(value, unitOf(id))}`,
  'threshold.limit': ({ metric: id, value }: Value, wording) => `limit ${wording.value(value, unitOf(id))}`,
  'threshold.peak': () =>
    'It is the peak of the last hour: one short peak keeps it up for an hour, so `for` means nothing on it and it resolves up to an hour late.',
} satisfies PhraseSet;

interface Fall {
  readonly drop: number;
  readonly within: Duration;
  /** A share of what is usual. */
  readonly belowUsual?: number | undefined;
}

function fallOf({ drop, within, belowUsual }: Fall, by: 'by' | 'less', { ratio, duration }: Wording): string {
  const orUsual = belowUsual === undefined ? '' : ` or under ${ratio(belowUsual)} of the usual`;
  const size = by === 'by' ? `down by ${ratio(drop)} or more` : `${ratio(drop)} less`;
  return `${size} within ${duration(within)}${orUsual}`;
}

export const dropPhrases = {
  'drop.fell': (
    { metric: id, share, within, from, shown }: Reading & { share: number; within: Duration; from: number },
    { ratio, duration, count },
  ) =>
    `${metricName(id)} fell by ${ratio(Math.round(share * 100) / 100)} within ${duration(within)}, from ${count(from)} to ${count(shown)},`,
  'drop.low': ({ metric: id, shown, share, usual }: Reading & { share: number; usual: number }, { count, ratio }) =>
    `${metricName(id)} ${count(shown)}, ${ratio(share)} of the usual ${count(usual)},`,
  'drop.usual': ({ usual }: { readonly usual: number }, { count }) => `Usual for this hour is ${count(usual)}.`,
  'drop.beyond': (fall: Fall, wording) => fallOf(fall, 'by', wording),
  'drop.back': ({ metric: id, shown, app, ...whole }: Reading & OnApp, wording) =>
    `${metricName(id)} at ${shortValue(id, shown, whole, wording)} on ${app}`,
  'drop.numbers': (
    { metric: id, shown, isOld, connectionLimit, clearAt, ...fall }: Numbers & Fall & { readonly clearAt: number },
    wording,
  ) =>
    `${isOld ? 'Last seen' : 'Now'} ${shortValue(id, shown, { connectionLimit }, wording)}. Limit ${fallOf(fall, 'less', wording)}, clears when less than ${wording.ratio(clearAt)} is missing.`,
  'drop.caveat': () => 'After an hour the new height counts as normal.',
} satisfies PhraseSet;

/** How much of the past a trend line is made of. */
interface Learned {
  readonly points: number;
  readonly span: Duration;
}

/** `36 five-minute values over 2 h 55 min`. */
function learnedFrom({ points, span }: Learned, { quantity, duration }: Wording): string {
  return `${quantity(points, { one: 'five-minute value', other: 'five-minute values' })} over ${duration(span)}`;
}

/** When a limit is met. Without `latest` a half of the slopes never reach it. */
interface Reach {
  readonly after: Duration;
  readonly soonest: Duration;
  readonly latest?: Duration | undefined;
}

/** A change of a metric, in its unit or in bytes for a share of a known whole. */
interface Rate {
  readonly perHour: number;
  readonly unit: 'count' | 'bytes' | 'ratio';
}

/** `falling 40 MiB an hour`. */
function rateOf({ perHour, unit }: Rate, { magnitude }: Wording): string {
  return `${perHour < 0 ? 'falling' : 'rising'} ${magnitude(Math.abs(perHour), unit)} an hour`;
}

export const forecastPhrases = {
  /** `Falling 40 MiB an hour: empty in about 15 h (12 to 19 h).` */
  'trend.reaches': ({ is, after, soonest, latest, ...rate }: Rate & Reach & { is: 'full' | 'empty' }, wording) => {
    const about = `in about ${wording.roughly(after)}`;
    const range = latest === undefined ? `${wording.roughly(soonest)} or more` : wording.roughRange(soonest, latest);
    return `${capitalise(rateOf(rate, wording))}: ${is} ${about}${range === undefined ? '' : ` (${range})`}.`;
  },
  'forecast.reaches': (
    { metric: id, value, after, soonest, latest }: Value & Reach,
    { roughly, roughRange, ...wording },
  ) => {
    const target = `${metricName(id)} reaches ${wording.value(value, unitOf(id))}`;
    if (latest === undefined) return `${target} in ${roughly(soonest)} or more`;
    return `${target} in ${roughRange(soonest, latest) ?? `about ${roughly(after)}`}`;
  },
  'forecast.reached': ({ metric: id, value }: Value, wording) =>
    `${metricName(id)} has reached ${wording.value(value, unitOf(id))}`,
  'forecast.beyond': ({ metric: id, value, within }: Value & { readonly within: Duration }, wording) =>
    `foreseen to reach ${wording.value(value, unitOf(id))} within ${wording.duration(within)}`,
  'forecast.back': ({ metric: id, shown, value, app }: Reading & Value & OnApp, wording) =>
    `${metricName(id)} ${wording.value(shown, unitOf(id))} on ${app}, no longer near ${wording.value(value, unitOf(id))}`,
  'forecast.numbers': (
    { value, limits, ...last }: Numbers & Value & { limits?: { trigger: Duration; clear: Duration } | undefined },
    wording,
  ) => {
    const { duration } = wording;
    const opens =
      limits === undefined ? '' : ` Opens under ${duration(limits.trigger)}, clears over ${duration(limits.clear)}.`;
    return `${reading(last, wording)}. Limit ${limitValue(last.metric, value, last.whole, wording)}.${opens}`;
  },
  'forecast.rate': ({ points, span, ...rate }: Rate & Learned, wording) =>
    `${capitalise(rateOf(rate, wording))}, from ${learnedFrom({ points, span }, wording)}.`,
  'forecast.noTrend': () => 'No trend towards the limit.',
  'forecast.learning': (learned: Learned, wording) =>
    `Forecast: learning (${learnedFrom(learned, wording)}; 8 over 30 min are needed).`,
} satisfies PhraseSet;

interface Usual {
  readonly metric: MetricId;
  readonly centre: number;
  readonly spread: number;
  /** How far from the centre the rule opens, in the unit of the metric. */
  readonly band: number;
  readonly by: 'week' | 'day';
  readonly weeks: number;
  readonly values: number;
}

const places = { near: 'near', under: 'under', over: 'over', farUnder: 'far under', farOver: 'far over' } as const;
type Where = keyof typeof places;

export const baselinePhrases = {
  'baseline.brief': ({ metric: id, shown, centre, where }: Reading & { centre: number; where: Where }, { value }) =>
    `${metricName(id)} ${value(shown, unitOf(id))}, ${places[where]} the usual ${value(centre, unitOf(id))} for this hour`,
  'baseline.beyond': ({ spreads }: { readonly spreads: number }, { count }) =>
    `${count(spreads)} spreads or more from the usual`,
  'baseline.back': ({ metric: id, shown, app }: Reading & OnApp, { value }) =>
    `${metricName(id)} back to ${value(shown, unitOf(id))} on ${app}, usual for this hour`,
  'baseline.numbers': (
    { away, trigger, clear, ...last }: Numbers & { away: number; trigger: number; clear: number },
    wording,
  ) =>
    `${reading(last, wording)}, ${wording.magnitude(away, 'count')} spreads from the usual. Limit ${wording.count(trigger)} spreads, clears at ${wording.magnitude(clear, 'count')}.`,
  'baseline.usual': ({ metric: id, centre, spread, band, by, weeks, values }: Usual, wording) => {
    const { value, magnitude, quantity, count } = wording;
    const unit = unitOf(id);
    const from =
      by === 'week'
        ? `this hour in the last ${quantity(weeks, { one: 'week', other: 'weeks' })}`
        : 'this hour on days of this kind, because three weeks are not measured yet';
    return `Usual is ${value(centre, unit)}, from ${value(Math.max(0, centre - band), unit)} to ${value(centre + band, unit)} (one spread is ${magnitude(spread, unit)}): learned from ${from}, ${count(values)} hours.`;
  },
  'baseline.learning': ({ weeks, of }: { readonly weeks: number; readonly of: number }) =>
    `Baseline: learning (${weeks} of ${of} weeks).`,
} satisfies PhraseSet;

export const unreachablePhrases = {
  'unreachable.now': ({ app, brief }: OnApp & { readonly brief?: Phrase | undefined }, { text }) =>
    `${app} ${brief === undefined ? 'does not answer' : text(brief)}`,
  'unreachable.answers': () => 'answers',
  'unreachable.never': () => 'has not answered yet',
  'unreachable.since': ({ since, now, zone }: { since: Instant; now: Instant; zone: string }, { clock }) =>
    `has not answered since ${clock(since, now, zone)}`,
  'unreachable.subject': ({ app }: OnApp) => app,
  'unreachable.beyond': () => 'without an answer',
  'unreachable.back': ({ app }: OnApp) => `${app} answers again`,
  'unreachable.reason': ({ reason }: { readonly reason: Phrase }, { text }) => `The last try failed: ${text(reason)}`,
  'unreachable.opens': ({ polls, critical }: { polls: number; critical: Duration }, { quantity, duration }) =>
    `Warning after ${quantity(polls, { one: 'failed poll', other: 'failed polls' })} in a row, critical after ${duration(critical)} without an answer.`,
  'unreachable.closes': () => 'It closes with the second good poll.',
  'unreachable.caveat': () => 'Its other alerts stand still until it answers.',
} satisfies PhraseSet;
