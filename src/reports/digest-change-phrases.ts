// English for what a digest tells first: its line 1, what changed, and what is so now.
import type { Duration } from '../clock.ts';
import { type MetricId, metric, type Unit } from '../metrics/catalog.ts';
import { capitalise, lowerFirst } from '../metrics/format.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import type { Period } from '../time-zone.ts';
import { when as at, columnName, kindOf, type PeriodName, quantityOf } from './digest-phrases.ts';

interface OfPeriod {
  readonly of: PeriodName;
}

/** Named only where the words do not follow the name of the app. */
interface OfApp {
  readonly app?: string;
}

const on = (app: string | undefined): string => (app === undefined ? '' : ` on ${app}`);
const ofApp = (app: string | undefined): string => (app === undefined ? '' : ` of ${app}`);

/** `Sunday`, `hour to 09:00`, `week 47`, `October`. */
function shortName({ period, from, to, dates, zone }: PeriodName, wording: Wording): string {
  if (period === 'day') return wording.dayName(dates.from);
  if (period === 'hour') return `hour to ${wording.hours(from, to, zone).slice(-5)}`;
  return period === 'week' ? `week ${wording.instant(from, zone, 'W')}` : wording.instant(from, zone, 'LLLL');
}

/** A value beside the usual one of its kind. */
interface Usual {
  readonly share: number;
  readonly usual: number;
  readonly isSmall: boolean;
}

function usualWords({ share, usual, isSmall }: Usual, wording: Wording): string {
  if (share === 0 || isSmall) return `unlike the ${wording.magnitude(usual, 'count')} of`;
  if (share < 0.3) return `${Math.max(1, Math.round(share * 100))} % of`;
  if (share < 0.37) return 'a third of';
  if (share >= 0.45 && share <= 0.55) return 'half of';
  if (share >= 1.9 && share <= 2.1) return 'twice';
  if (share >= 2.9 && share <= 3.1) return 'three times';
  return share < 3.1 ? `${Math.round(share * 100)} % of` : `${wording.count(share)} times`;
}

/** Which apps can be compared: `fresh` ones have too few earlier periods. */
interface QuietApps extends OfPeriod {
  readonly usual: readonly string[];
  readonly fresh: readonly string[];
  readonly isCalm: boolean;
}

function quietWords({ usual, fresh, isCalm, of }: QuietApps, wording: Wording): string {
  const tooFew = `there are too few earlier ${kindOf(of, wording)}s.`;
  if (usual.length === 0) return `Nothing to compare with yet: ${tooFew}${isCalm ? ' No limit was near.' : ''}`;
  const asUsual = `every number was as usual${fresh.length === 0 ? '' : ` on ${wording.list(usual)}`}.`;
  const first = isCalm ? `Nothing changed: no limit was near, and ${asUsual}` : capitalise(asUsual);
  return fresh.length === 0 ? first : `${first} Nothing to compare with yet on ${wording.list(fresh)}: ${tooFew}`;
}

/** An alert that was open in the period: how long its number was beyond the limit, or how long it was open where that is not known. */
export interface AlertTime {
  readonly what: Phrase;
  readonly app: string;
  /** `silence`: the platform did not answer. */
  readonly condition: 'limit' | 'silence' | 'other';
  readonly limit?: { readonly side: 'below' | 'above'; readonly value: number; readonly unit: Unit };
  readonly length: Duration;
  /** Other alerts of the period. */
  readonly more: number;
}

function alertWords({ what, app, condition, limit, length, more }: AlertTime, wording: Wording): string {
  const time = wording.duration(length);
  const others = more === 0 ? '' : `, and ${quantityOf(more, 'more alert', wording)}`;
  if (condition === 'silence') return `no answer from ${app} for ${time}${others}`;
  if (condition === 'other' || limit === undefined)
    return `an alert on ${wording.text(what)} of ${app} for ${time}${others}`;
  const beyond = `${limit.side === 'below' ? 'under' : 'over'} ${wording.value(limit.value, limit.unit)}`;
  return `${wording.text(what)} of ${app} ${beyond} for ${time}${others}`;
}

interface CrossedLimit extends OfApp {
  readonly id: MetricId;
  readonly value: number;
  readonly when?: Phrase;
  readonly limit: number;
  readonly side: 'below' | 'above';
}

/** In line 1, which names the app, the time would be too much. */
function crossedWords({ id, value, when, limit, side, app }: CrossedLimit, wording: Wording): string {
  const { title, unit } = metric(id);
  const [to, beyond] = side === 'below' ? [' down to', 'under'] : ['', 'over'];
  const number = `${lowerFirst(title)}${ofApp(app)}${to} ${wording.value(value, unit)}${at(app === undefined ? when : undefined, wording)}`;
  return `${number}, ${beyond} ${wording.value(limit, unit)}`;
}

export const digestChangePhrases = {
  /** `Sunday: free memory of Production chat under 8 % for 31 min; 41,203 messages, +18 % vs Saturday`, `A quiet Sunday: …`. */
  'digest.headline': ({ of, isQuiet, parts }: OfPeriod & { isQuiet: boolean; parts: readonly Phrase[] }, wording) => {
    const words = parts.map(wording.text);
    const name = shortName(of, wording);
    if (isQuiet) return `A quiet ${name}: ${words.join(', ')}`;
    return `${of.period === 'hour' ? `The ${name}` : capitalise(name)}: ${words.join('; ')}`;
  },
  /** `41,203 messages on Production chat, +18 % vs Saturday`. */
  'digest.number': ({ counted, app, change }: OfApp & { counted: Phrase; change?: Phrase }, { text }) =>
    `${text(counted)}${on(app)}${change === undefined ? '' : `, ${text(change)}`}`,
  /** After the app that is the worst: `3 more apps near or beyond a limit`. */
  'digest.moreBeyond': ({ count }: { count: number }, wording) =>
    `${quantityOf(count, 'more app', wording)} near or beyond a limit`,
  /** Of apps on their first day, beside others with a past. */
  'digest.noneWhole': ({ of, apps }: OfPeriod & { apps: readonly string[] }, { list }) =>
    `no whole ${of.period} of ${list(apps)} yet`,
  'digest.noLimit': () => 'no limit crossed',
  'digest.alertTime': (alert: AlertTime, wording) => alertWords(alert, wording),
  'digest.openNow': ({ level }: { level: 'warning' | 'critical' }) =>
    level === 'critical' ? 'a critical alert is open now' : 'a warning is open now',
  'digest.first': ({ of, apps, facts }: OfPeriod & { apps: readonly string[]; facts: readonly Phrase[] }, wording) => {
    const numbers = facts.length === 0 ? 'nothing is measured yet' : `${facts.map(wording.text).join(', ')} so far`;
    return `First ${of.period} of ${wording.list(apps)}: ${numbers}`;
  },
  /** What is so when the digest is made, and no part of its period. */
  'digest.present': ({ words }: { words: Phrase }, { text }) => `Now: ${text(words)}`,
  'digest.presentOn': ({ app, words }: { app: string; words: Phrase }, { text }) => `Now on ${app}: ${text(words)}`,
  'digest.changed': () => 'What changed',
  'digest.point': ({ words }: { words: Phrase }, { text }) => `• ${capitalise(text(words))}`,
  'digest.moreBelow': ({ count }: { count: number }) => `• … ${count} more below`,
  'digest.only': ({ coverage, app }: OfApp & { coverage: Phrase }, { text }) => `only ${text(coverage)}${on(app)}`,
  'digest.missing': ({ of, isDay, app }: OfApp & OfPeriod & { isDay: boolean }, wording) => {
    if (app !== undefined) return isDay ? `not there yet${on(app)}` : `nothing was measured${on(app)}`;
    return isDay ? `${columnName(of, wording)} is not there yet` : `nothing was measured (${columnName(of, wording)})`;
  },
  /** `41,203 messages, +18 % vs Saturday and +4 % vs last Sunday; the busiest Sunday in 8 weeks`. */
  'digest.moved': (
    { counted, changes, record, app }: OfApp & { counted: Phrase; changes: readonly Phrase[]; record?: Phrase },
    wording,
  ) => {
    const against = changes.length === 0 ? '' : `, ${wording.list(changes.map(wording.text))}`;
    const rest = record === undefined ? '' : `; ${wording.text(record)}`;
    return `${wording.text(counted)}${on(app)}${against}${rest}`;
  },
  'digest.record': (
    { side, of, span, unit }: OfPeriod & { side: 'high' | 'low'; span: number; unit: 'week' | 'month' },
    wording,
  ) => `the ${side === 'high' ? 'busiest' : 'quietest'} ${kindOf(of, wording)} in ${quantityOf(span, unit, wording)}`,
  'digest.near': ({ peak, when, share, app }: OfApp & { peak: number; when?: Phrase; share: number }, wording) =>
    `connection peak${ofApp(app)} ${wording.count(peak)}${at(app === undefined ? when : undefined, wording)}, ${wording.ratio(share)} of the limit`,
  /** `free memory down to 7.4 % between 03:00 and 04:00, under 8 %`. */
  'digest.crossed': (crossed: CrossedLimit, wording) => crossedWords(crossed, wording),
  /** `12 new users, half of a usual Sunday`. */
  'digest.usual': ({ counted, of, app, ...usual }: OfApp & OfPeriod & Usual & { counted: Phrase }, wording) =>
    `${wording.text(counted)}${on(app)}, ${usualWords(usual, wording)} a usual ${kindOf(of, wording)}`,
  'digest.quiet': (apps: QuietApps, wording) => quietWords(apps, wording),
  'digest.noHours': () => 'No app of this digest is measured by the hour.',
  /** After "vs": `September, per day`: sums of periods that differ in length. */
  'change.per': ({ on: other, per }: { on: Phrase; per: Period }, { text }) => `${text(other)}, per ${per}`,
  /** After "vs": `Saturday in the 22 hours measured both times`. */
  'change.inBoth': ({ on: other, measured, unit }: { on: Phrase; measured: number; unit: 'hour' | 'day' }, wording) =>
    `${wording.text(other)} in the ${quantityOf(measured, unit, wording)} ${unit === 'hour' ? 'measured' : 'known'} both times`,
} satisfies PhraseSet;
