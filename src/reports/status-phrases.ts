// English for how an app stands: its concerns, alerts and stale numbers, its summary, and the failure of its platform.
import type { Instant } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { Phrase, type PhraseSet, type Wording } from '../metrics/phrase.ts';
import type { LocalDate } from '../time-zone.ts';
import type { OpenAlert } from './readings.ts';

interface OfApp {
  readonly app: string;
}

/** Why a platform gives no numbers. */
interface Caused {
  readonly cause?: Phrase;
}

const because = (cause: Phrase | undefined, { text }: Wording): string =>
  cause === undefined ? '' : `: ${text(cause)}`;

interface Moment {
  readonly at: Instant;
  readonly zone: string;
  readonly now: Instant;
}

/** The text with a full stop, where it has no mark at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?:…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** `03:20`, `Sat 21 Nov at 09:41` when that was another day. */
function sinceWords({ at, zone, now }: Moment, { time, clock, instant }: Wording): string {
  const isSameDay = clock(at, now, zone) === time(at, zone);
  return isSameDay ? time(at, zone) : `${instant(at, zone, 'ccc d LLL')} at ${time(at, zone)}`;
}

/** A value beyond the trigger of a rule. `free` is the size that a share stands for. */
export interface BeyondLimit {
  readonly metric: MetricId;
  readonly value: number;
  readonly free?: number | undefined;
  readonly direction: 'below' | 'above';
  readonly limit: number;
}

/** `7.4 % memory free (606 MiB), under 8 %`, `1,893 connections at the peak, over 1,600`. */
function beyondWords({ metric: id, value, free, direction, limit }: BeyondLimit, wording: Wording): string {
  const { unit, title } = metric(id);
  const side = `${direction === 'below' ? 'under' : 'over'} ${wording.value(limit, unit)}`;
  if (id === 'memory.free_ratio') {
    const size = free === undefined ? '' : ` (${wording.bytes(free)})`;
    return `${wording.ratio(value)} memory free${size}, ${side}`;
  }
  if (id === 'connections.peak') return `${connections(value, wording)} at the peak, ${side}`;
  return `${title.toLowerCase()} ${wording.value(value, unit)}, ${side}`;
}

/** More alerts than are told one by one. */
interface AlertCounts {
  readonly critical: number;
  readonly warning: number;
  readonly rules: readonly string[];
}

/** Kinds of phrases on an alert that begin with how it stands themselves. */
const namesLevel: ReadonlySet<string> = new Set([
  'alert.firing',
  'alert.recovering',
  'alert.unanswered',
  'alert.unmeasured',
]);

/** The kind of a line of an alert, also where it was made a sentence. */
function kindOfLine({ kind, values }: Phrase): string {
  const line = kind === 'alert.sentence' ? Phrase.safeParse(values['line']) : undefined;
  return line?.success === true ? line.data.kind : kind;
}

const connections = (count: number, { quantity }: Wording): string =>
  quantity(count, { one: 'connection', other: 'connections' });

export const statusPhrases = {
  /** What is said of an app: `Production chat: 7.4 % memory free`. */
  'status.ofApp': ({ app, words }: OfApp & { words: Phrase }, { text }) => `${app}: ${text(words)}`,
  /** `Production chat (prod, IMKit)`. */
  'status.named': ({ app, of }: OfApp & { of: readonly string[] }) => `${app} (${of.join(', ')})`,
  'status.sentence': ({ words }: { words: Phrase }, { text }) => sentence(text(words)),
  /** For line 1, which has no full stop. */
  'status.withoutStop': ({ words }: { words: Phrase }, { text }) => text(words).replace(/\.$/, ''),
  'status.nearLimit': ({ peak, isNow, share }: { peak: number; isNow: boolean; share: number }, wording) =>
    `${wording.count(peak)} ${isNow ? 'connections now' : 'connections at the peak'}, ${wording.ratio(share)} of the limit`,
  'status.beyond': (values: BeyondLimit, wording) => beyondWords(values, wording),
  'status.noAlerts': () => 'No open alerts.',
  /** `rule memory-low cannot be judged`. */
  'status.notJudged': ({ rules }: { rules: readonly string[] }, { list }) =>
    `${rules.length === 1 ? 'rule' : 'rules'} ${list(rules)} cannot be judged`,
  'status.seeAlerts': ({ words }: { words: Phrase }, { text }) =>
    `${capitalise(text(words))}: /imstats alerts says why.`,
  'status.openAlerts': ({ count }: { count: number }, { quantity }) =>
    `${quantity(count, { one: 'open alert', other: 'open alerts' })}.`,
  /** `9 open alerts: 2 critical (chat-stopped, memory-low), 7 warnings. /imstats alerts lists them.` `rules` are those of the worst level. */
  'status.manyAlerts': ({ critical, warning, rules }: AlertCounts, wording) => {
    const more = Math.max(critical === 0 ? warning : critical, rules.length) - rules.length;
    const named = ` (${rules.join(', ')}${more === 0 ? '' : `, ${wording.count(more)} more`})`;
    const warnings = wording.quantity(warning, { one: 'warning', other: 'warnings' });
    const levels = [
      ...(critical === 0 ? [] : [`${wording.count(critical)} critical${named}`]),
      ...(warning === 0 ? [] : [`${warnings}${critical === 0 ? named : ''}`]),
    ];
    return `${wording.count(critical + warning)} open alerts: ${levels.join(', ')}. /imstats alerts lists them.`;
  },
  /** `Numbers come from IMKit.`, `Numbers come from IMKit; 22 of 24 hours measured.` */
  'status.source': ({ platform, coverage }: { platform: string; coverage?: Phrase }, { text }) =>
    `Numbers come from ${platform}${coverage === undefined ? '' : `; ${text(coverage)}`}.`,
  /** `Critical: free memory 7.4 % (memory-low).` */
  'status.alert': ({ rule, level, words }: OpenAlert, { text }) => {
    const label = namesLevel.has(kindOfLine(words)) ? '' : `${capitalise(level)}: `;
    return `${label}${text(words).replace(/[.]$/, '')} (${rule}).`;
  },
  /** `critical alert memory-low is open, and 1 more alert`. */
  'status.alertIsOpen': ({ rule, level, more }: Pick<OpenAlert, 'rule' | 'level'> & { more: number }, { quantity }) =>
    `${level} alert ${rule} is open${more > 0 ? `, and ${quantity(more, { one: 'more alert', other: 'more alerts' })}` : ''}`,
  'status.notesOf': ({ app, count, rules }: OfApp & { count: number; rules: readonly string[] }, { quantity, list }) =>
    `${app}: ${quantity(count, { one: 'open alert', other: 'open alerts' })}, ${list(rules)}.`,
  /** `Production chat has given no numbers since 03:20: HTTP 401, the key is not accepted`. */
  'status.silent': ({ app, cause, ...moment }: OfApp & Moment & Caused, wording) =>
    `${app} has ${cause === undefined ? 'not answered' : 'given no numbers'} since ${sinceWords(moment, wording)}${because(cause, wording)}`,
  'status.neverAnswered': ({ app, cause }: OfApp & Caused, wording) =>
    `${app} has never ${cause === undefined ? 'answered' : 'given a number'}${because(cause, wording)}`,
  /** `no numbers: HTTP 401, the key is not accepted`, of an app that is named beside it. */
  'status.outage': ({ cause }: Required<Caused>, { text }) => `no numbers: ${text(cause)}`,
  'status.stale': ({ words }: { words: Phrase }, { text }) => sentence(text(words)),
  'status.older': ({ at, zone, now }: Moment, { moment, age }) =>
    `The newest numbers are older than two polls: ${moment(at, zone, now)}, ${age(at, now)}.`,
  'status.ownError': ({ app }: OfApp) => `Asking ${app} ended in an error of imstats itself.`,
  'status.storeUnreadable': () => 'The stored numbers cannot be read just now, so there is nothing to compare with',
  /** The words around a report. `moment` is written already, with Slack's markup where that is drawn. */
  'report.asOf': ({ moment }: { moment: string }) => `as of ${moment}`,
  'report.asOfLine': ({ moment, isStale }: { moment: string; isStale: boolean }) =>
    `As of ${moment}${isStale ? ', stale' : ''}.`,
  'report.stale': () => 'stale',
  'report.hasMore': () => 'The message has more.',
  'report.moreRows': ({ count }: { count: number }) => `… ${count} more rows`,
  'report.more': ({ count }: { count: number }) => `… ${count} more`,
  'summary.lastHour': ({ from, to, zone }: { from: Instant; to: Instant; zone: string }, { window }) =>
    `last hour, ${window(from, to, zone)}`,
  /** `Production chat is quiet: 412 active users, 37.5 % memory free`. */
  'summary.quiet': ({ app, facts }: OfApp & { facts: readonly Phrase[] }, { text }) =>
    `${app} is quiet: ${facts.map(text).join(', ')}`,
  'summary.unknown': ({ app }: OfApp) => `${app} answers, without any number that is known`,
  'summary.memoryFree': ({ ratio }: { ratio: number }, wording) => `${wording.ratio(ratio)} memory free`,
  'summary.peak': ({ count }: { count: number }, wording) => `${connections(count, wording)} at the peak`,
  'summary.firstDay': ({ first }: { first?: Moment }, { clock }) => {
    const since = first === undefined ? '' : ` It is measured since ${clock(first.at, first.now, first.zone)}.`;
    return `Nothing was measured at this time yesterday, so there is nothing to compare with.${since}`;
  },
  'summary.nothingYet': ({ app, isAsked }: OfApp & { isAsked: boolean }) =>
    `${app}: nothing is measured yet, because ${isAsked ? 'it has not given a number' : 'it has not been asked'}`,
  'summary.noneBefore': () => 'There are no numbers from before.',
  'summary.lastNumbers': ({ at, zone, now }: Moment, wording) => {
    const time = wording.time(at, zone);
    const isSameDay = wording.clock(at, now, zone) === time;
    return `Last numbers are from ${isSameDay ? time : `${wording.instant(at, zone, 'ccc d LLL')}, ${time}`} (${wording.age(at, now)}).`;
  },
  'day.window': ({ date, when, zone }: OfDay & { zone: string }, wording) =>
    `${dayWords({ date, when }, wording)}, ${zone}`,
  /** `8,120 active users and 41,203 messages yesterday`. */
  'day.facts': ({ facts, date, when }: OfDay & { facts: readonly Phrase[] }, wording) =>
    `${wording.list(facts.map(wording.text))} ${onDay({ date, when }, wording)}`,
  'day.unknown': ({ date, when }: OfDay, wording) =>
    `neither users nor messages are known for ${dayWords({ date, when }, wording)}`,
  'day.asMany': ({ facts, of, isExact }: { facts: Phrase; of: 'messages' | 'users'; isExact: boolean }, { text }) =>
    `${text(facts)}, ${isExact ? '' : 'about '}as many ${of} as the day before`,
  'day.changed': ({ facts, of, change }: { facts: Phrase; of: 'messages' | 'users'; change: Phrase }, { text }) =>
    `${text(facts)}, ${of} ${text(change)}`,
  'day.soFar': ({ facts }: { facts: readonly Phrase[] }, { list, text }) => `Today so far: ${list(facts.map(text))}.`,
  'day.yesterdaySoFar': ({ facts }: { facts: readonly Phrase[] }, { list, text }) =>
    `Yesterday: ${list(facts.map(text))} so far, not complete; the platform reports a day some hours after it ends.`,
  'day.noneYet': () => 'No whole day is known yet.',
  'day.incomplete': ({ date }: { date: LocalDate }, { dates }) =>
    `${dates(date, date)} is not complete yet; its numbers may still grow.`,
  'day.late': () => 'Yesterday is not there yet; the platform reports a day some hours after it ends.',
  'day.noDays': ({ app, asked }: OfApp & { asked?: Moment }, { moment }) =>
    `${app}: no day is known yet, ${asked === undefined ? 'it has not answered yet' : `it was asked ${moment(asked.at, asked.zone, asked.now)}`}`,
} satisfies PhraseSet;

/** A day, and whether it is the one that runs or the one before. */
export interface OfDay {
  readonly date: LocalDate;
  readonly when: 'today' | 'yesterday' | 'earlier';
}

/** `yesterday, Sunday 22 Nov 2026`. */
function dayWords({ date, when }: OfDay, { dates }: Wording): string {
  const name = dates(date, date);
  return when === 'earlier' ? name : `${when === 'today' ? 'today so far' : 'yesterday'}, ${name}`;
}

/** `today so far`, `yesterday`, `on Friday 20 Nov 2026`. */
function onDay({ date, when }: OfDay, { dates }: Wording): string {
  if (when === 'earlier') return `on ${dates(date, date)}`;
  return when === 'today' ? 'today so far' : 'yesterday';
}
