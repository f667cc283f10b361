// The English of the rules that learn: what a drop, a forecast and a baseline say of a number beside what is usual.
import type { Duration, Instant } from '../clock.ts';
import type { MetricId, Unit } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { limitValue, metricName, possessed, shortValue } from '../metrics/metric-phrases.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { isTrailing } from '../metrics/series.ts';
import type { Level } from './rule.ts';
import { type Numbers, type OnApp, type RuleReading, reading, unitOf, type Value } from './rule-phrases.ts';

interface Fall {
  readonly drop: number;
  readonly within: Duration;
  /** A share of what is usual. */
  readonly belowUsual?: number | undefined;
}
type At = { readonly at: Instant; readonly now: Instant; readonly zone: string };
type MaybeAt = { readonly [name in keyof At]?: At[name] | undefined };
type Brief = OnApp & { readonly brief: Phrase };

const wholePercent = (share: number): number => Math.round(share * 100) / 100;

/** `in the last hour` behind a number of it. */
const ofHour = (id: MetricId): string => (isTrailing(id) ? ' in the last hour' : '');

const orUsual = ({ belowUsual }: Fall, { ratio }: Wording): string =>
  belowUsual === undefined ? '' : ` or under ${ratio(belowUsual)} of the usual`;

export const dropPhrases = {
  'drop.now': ({ brief, app }: Brief, { text }) => `${app} ${text(brief)}`,
  'drop.fell': (
    { metric: id, share, within, from, shown }: RuleReading & { share: number; within: Duration; from: number },
    { ratio, duration, count },
  ) =>
    `lost ${ratio(wholePercent(share))} of its ${metricName(id)} in ${duration(within)} (${count(from)} → ${count(shown)})`,
  'drop.low': ({ metric: id, shown, share, usual }: RuleReading & { share: number; usual: number }, { count, ratio }) =>
    `has ${ratio(wholePercent(share))} of its usual ${metricName(id)} (${count(shown)}, usually about ${about(usual, 'count', { count })})`,
  'drop.usual': ({ usual }: { readonly usual: number }, { count }) => `Usual for this hour is ${count(usual)}.`,
  'drop.beyond': (fall: Fall, wording) => `${wording.ratio(fall.drop)} or more down${orUsual(fall, wording)}`,
  'drop.back': ({ metric: id, shown, app, ...whole }: RuleReading & OnApp, wording) =>
    `${app} has ${possessed(id, shown, whole, wording)}`,
  'drop.numbers': (
    { metric: id, shown, isOld, connectionLimit, clearAt, drop, ...fall }: Numbers & Fall & { clearAt: number },
    wording,
  ) => {
    const opens = `${wording.ratio(drop)} less within ${wording.duration(fall.within)}${orUsual({ drop, ...fall }, wording)}`;
    return `${isOld ? 'Last seen' : 'Now'} ${shortValue(id, shown, { connectionLimit }, wording)}. Limit ${opens}, closes when less than ${wording.ratio(clearAt)} is missing.`;
  },
  'drop.until': ({ at, now, zone }: At, { clock }) => `At ${clock(at, now, zone)} the new height counts as normal.`,
  /** An end without a recovery, in the middle of a sentence. */
  'drop.settled': (
    { metric: id, shown, share, from, at, now, zone }: RuleReading & At & { share: number; from: number },
    { count, ratio, clock },
  ) =>
    `${metricName(id)} still ${count(shown)}, ${ratio(wholePercent(share))} under the ${count(from)} of ${clock(at, now, zone)}; from now on that counts as normal`,
  /** Names of lines in a picture. */
  'drop.before': ({ value, at, now, zone }: At & { readonly value: number }, { count, clock }) =>
    `${count(value)} at ${clock(at, now, zone)}`,
  'drop.closes': ({ value }: { readonly value: number }, { count }) => `closes at ${count(value)}`,
  /** Stored by earlier versions. */
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

/** A change of a metric in its unit; of a share of a known whole in bytes too. */
interface Rate {
  readonly perHour: number;
  readonly unit: Unit;
  readonly bytes?: number | undefined;
  /** On top of the change that is usual at these hours. */
  readonly isBeyondUsual?: boolean | undefined;
}

/** `falling 40 MiB (0.5 points) an hour`. */
function rateOf({ perHour, unit, bytes, isBeyondUsual }: Rate, { magnitude }: Wording): string {
  const size = magnitude(Math.abs(perHour), unit);
  const both = bytes === undefined ? size : `${magnitude(Math.abs(bytes), 'bytes')} (${size})`;
  const more = isBeyondUsual === true ? ' more than usual' : '';
  return `${perHour < 0 ? 'falling' : 'rising'} ${both} an hour${more}`;
}

/** `, at about 07:00`: a length of time alone grows old in a message. */
const atAbout = ({ at, now, zone }: MaybeAt, { clock }: Wording): string =>
  at === undefined || now === undefined || zone === undefined ? '' : `, at about ${clock(at, now, zone)}`;

type Held = { readonly metric: MetricId };

export const forecastPhrases = {
  /** `Falling 40 MiB an hour: empty in about 15 h (12 to 19 h).` */
  'trend.reaches': (
    { is, after, soonest, latest, at, now, zone, ...rate }: Rate & Reach & MaybeAt & { is: 'full' | 'empty' },
    wording,
  ) => {
    const about = `in about ${wording.roughly(after)}`;
    const range = latest === undefined ? `${wording.roughly(soonest)} or more` : wording.roughRange(soonest, latest);
    return `${capitalise(rateOf(rate, wording))}: ${is} ${about}${atAbout({ at, now, zone }, wording)}${range === undefined ? '' : ` (${range})`}.`;
  },
  'forecast.now': ({ brief, app }: Brief, { text }) => `${app}: ${text(brief)}`,
  'forecast.reaches': ({ metric: id, value, after, soonest, latest, ...when }: Value & Reach & MaybeAt, wording) => {
    const { roughly, roughRange } = wording;
    const target = `${metricName(id)} reaches ${wording.value(value, unitOf(id))}`;
    if (latest === undefined) return `${target} in ${roughly(soonest)} or more`;
    return `${target} in ${roughRange(soonest, latest) ?? `about ${roughly(after)}`}${atAbout(when, wording)}`;
  },
  'forecast.reached': ({ metric: id, value }: Value, wording) =>
    `${metricName(id)} has reached ${wording.value(value, unitOf(id))}`,
  'forecast.beyond': ({ metric: id, value }: Value, wording) => `on course to ${wording.value(value, unitOf(id))}`,
  'forecast.ahead': ({ at, now, zone }: At, { clock }) => `Foreseen: the limit at about ${clock(at, now, zone)}`,
  'forecast.back': ({ metric: id, shown, value, app }: RuleReading & Value & OnApp, wording) =>
    `${app} has ${possessed(id, shown, {}, wording)}, no longer on course to ${wording.value(value, unitOf(id))}`,
  'forecast.numbers': ({ value, limits, ...last }: Numbers & Value & { limits?: Away | undefined }, wording) => {
    const limit = wording.value(value, unitOf(last.metric));
    const opens = limits === undefined ? '' : ` Opens when ${limit} is ${away(limits, wording)}.`;
    return `${reading(last, wording)}. Limit ${limitValue(last.metric, value, last.whole, wording)}.${opens}`;
  },
  'forecast.terms': (
    { metric: id, value, level, holdFor, ...limits }: Value & Away & { level: Level; holdFor: Duration },
    wording,
  ) =>
    `${capitalise(level)}: when ${wording.value(value, unitOf(id))} is ${away(limits, wording)}, for ${wording.duration(holdFor)}.`,
  'forecast.rate': ({ points, span, ...rate }: Rate & Learned, wording) =>
    `${capitalise(rateOf(rate, wording))}, from ${learnedFrom({ points, span }, wording)}.`,
  'forecast.noTrend': () => 'No trend towards the limit.',
  'forecast.usual': ({ metric: id, edge, is }: Held & { edge: number; is: 'rising' | 'falling' }, { value }) =>
    `Usual for this hour: nothing is foreseen while it is not ${is === 'rising' ? 'over' : 'under'} ${value(edge, unitOf(id))}.`,
  'forecast.accepted': ({ metric: id, halfWay }: Held & { readonly halfWay: number }, { value }) =>
    `Said to be normal: nothing is foreseen before ${value(halfWay, unitOf(id))}.`,
  'forecast.unlearned': () =>
    'What is usual at this hour is not known yet, which takes three days, and three weeks for every hour of the week: until then a daily curve may be taken for a trend.',
  'forecast.learning': (learned: Learned, wording) =>
    `Forecast: learning (${learnedFrom(learned, wording)}; 8 over 30 min are needed).`,
} satisfies PhraseSet;

/** How near in time a limit opens a level, and how far away it closes. */
interface Away {
  readonly trigger: Duration;
  readonly clear: Duration;
}

function away({ trigger, clear }: Away, { duration }: Wording): string {
  return `under ${duration(trigger)} away, closes when over ${duration(clear)} away`;
}

/** A usual value is only roughly that: two digits are enough of it. */
function about(
  value: number,
  unit: Unit,
  { count, value: write }: Pick<Wording, 'count'> & Partial<Pick<Wording, 'value'>>,
): string {
  const rounded = Number(value.toPrecision(2));
  return write === undefined || unit === 'count' ? count(rounded) : write(rounded, unit);
}

interface Band {
  readonly low: number;
  readonly high: number;
}

interface Usual {
  readonly metric: MetricId;
  readonly centre: number;
  /** Outside of it the rule opens, inside the other it closes. */
  readonly band: Band;
  readonly inside: Band;
  readonly by: 'week' | 'day';
  readonly weeks: number;
  readonly values: number;
}

const places = { near: 'about', under: 'under', over: 'over' } as const;
type Where = keyof typeof places | 'farUnder' | 'farOver';

/** `2.5 times`, `13 % of`. */
function timesUsual(shown: number, centre: number, { ratio, magnitude }: Wording): string {
  const factor = shown / centre;
  return factor < 1
    ? `${ratio(wholePercent(factor))} of`
    : `${magnitude(Number(factor.toPrecision(2)), 'count')} times`;
}

interface NewUsual {
  readonly metric: MetricId;
  readonly centre: number;
  readonly since: Instant;
  readonly now: Instant;
  readonly zone: string;
}

/** `about 2,000 is the new usual for this hour since 12 Nov 10:00`. */
const newUsual = ({ metric: id, centre, since, now, zone }: NewUsual, wording: Wording): string =>
  `about ${about(centre, unitOf(id), wording)} is the new usual for this hour since ${wording.clock(since, now, zone)}`;

export const baselinePhrases = {
  'baseline.now': ({ brief, app }: Brief, { text }) => `${app} has ${text(brief)}`,
  /** Behind `has`. */
  'baseline.brief': ({ metric: id, shown, centre, where }: RuleReading & { centre: number; where: Where }, wording) => {
    const unit = unitOf(id);
    const now = `${wording.value(shown, unit)}${ofHour(id)}`;
    const usual = about(centre, unit, wording);
    if (where !== 'farUnder' && where !== 'farOver')
      return `${wording.value(shown, unit)} ${metricName(id)}${ofHour(id)}, ${places[where]} the usual ${usual}`;
    if (unit !== 'count' || centre <= 0) return `${now} ${metricName(id)}, usually about ${usual} at this hour`;
    return `${timesUsual(shown, centre, wording)} its usual ${metricName(id)}: ${now}, usually about ${usual}`;
  },
  'baseline.beyond': () => 'outside the usual',
  'baseline.back': ({ metric: id, shown, app }: RuleReading & OnApp, wording) =>
    `${app} is back to ${possessed(id, shown, {}, wording)}, as usual for this hour`,
  'baseline.numbers': (last: Numbers, wording) => `${reading(last, wording)}${ofHour(last.metric)}.`,
  /** Only for people who ask why. */
  'baseline.terms': (
    { level, trigger, clear, holdFor }: { level: Level; trigger: number; clear: number; holdFor: Duration },
    { magnitude, duration },
  ) =>
    `${capitalise(level)}: ${magnitude(trigger, 'count')} spreads or more from the middle of the usual for ${duration(holdFor)}, closes at ${magnitude(clear, 'count')}.`,
  'baseline.usual': ({ metric: id, band, inside, by, weeks, values }: Usual, { value, quantity }) => {
    const unit = unitOf(id);
    const range = ({ low, high }: Band): string => `${value(low, unit)} to ${value(high, unit)}`;
    const hours = quantity(values, { one: 'such hour', other: 'such hours' });
    const from =
      by === 'week'
        ? `${hours} of ${quantity(weeks, { one: 'week', other: 'weeks' })}`
        : `${hours} of days of this kind, because three weeks are not measured yet`;
    return `Usual is ${range(band)}, closes inside ${range(inside)}. Learned from ${from}.`;
  },
  /** In the middle of a sentence. */
  'baseline.newUsual': ({ shown, metric: id, centre, since, now, zone }: RuleReading & NewUsual, wording) =>
    `${metricName(id)} still ${wording.value(shown, unitOf(id))}; ${newUsual({ metric: id, centre, since, now, zone }, wording)}`,
  'baseline.newUsualSince': (usual: NewUsual, wording) => `${capitalise(newUsual(usual, wording))}.`,
  'baseline.band': () => 'Usual',
  'baseline.learning': ({ weeks, of }: { readonly weeks: number; readonly of: number }) =>
    `Baseline: learning (${weeks} of ${of} weeks).`,
} satisfies PhraseSet;
