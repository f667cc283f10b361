// The English of alerts: the lines below line 1 of an incident, and its story.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import type { MetricId } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { wasOf } from '../metrics/metric-phrases.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { localDate } from '../time-zone.ts';
import { userToken } from './notification.ts';
import type { CloseReason } from './state.ts';

/** The day that a time is written on is left out when it is that of `now`. */
export interface WhenWritten {
  readonly now: Instant;
  readonly zone: string;
}
/** What an alert is about; the metric of a platform that does not answer is undefined. */
export interface Subject {
  readonly subject: Phrase;
  readonly metric?: MetricId | undefined;
}
export type Optional<Name extends string> = { readonly [name in Name]?: Phrase | undefined };
export interface Person {
  /** A Slack user id. */
  readonly by?: string | undefined;
}

/** At the beginning of a sentence, and within one. */
export const person = ({ by }: Person): string => (by === undefined ? 'Somebody' : userToken(by));
export const somebody = ({ by }: Person): string => (by === undefined ? 'somebody' : userToken(by));
export const was = (metric: MetricId | undefined): string => (metric === undefined ? 'was' : wasOf(metric));
export const tail = (phrase: Phrase | undefined, { text }: Wording): string =>
  phrase === undefined ? '' : `, ${text(phrase)}`;
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** ` for 28 min`, ` for 28 min (12 min not measured)`: what nobody measured is not told as if it had been seen. */
export interface Lasted {
  readonly lasted: Duration;
  /** How much of it was not measured. */
  readonly unmeasured?: Duration | undefined;
}
export const lastedWords = ({ lasted, unmeasured }: Lasted, { duration }: Wording): string =>
  `${duration(lasted)}${unmeasured === undefined ? '' : ` (${duration(unmeasured)} not measured)`}`;

/** `20 of 40 min`. */
function partOf(part: Duration, of: Duration, { count, duration }: Wording): string {
  return of < hour ? `${count(Math.round(part / minute))} of ${duration(of)}` : `${duration(part)} of ${duration(of)}`;
}

const gapWords = (unmeasured: Duration | undefined, { duration }: Wording): string =>
  unmeasured === undefined ? '' : `, not measured for ${duration(unmeasured)} of that time`;

const onAndOff = (isSo: boolean): string => (isSo ? 'on and off ' : '');

interface Span extends WhenWritten {
  /** `inside`: it fires, and its number is between the limit and where the level ends. */
  readonly is: 'firing' | 'inside' | 'recovering' | 'stale';
  /** What its owner wrote of the rule. */
  readonly summary?: string | undefined;
  readonly beyond: Phrase;
  readonly since: Instant;
  /** The milder level, where it was crossed earlier. */
  readonly before?: { readonly beyond: Phrase; readonly since: Instant; readonly isOnAndOff: boolean } | undefined;
  readonly until: Instant;
  /** Undefined where line 1 says it, or for less than a second. */
  readonly held?: Duration | undefined;
  /** How much of the time since then it was beyond the limit, where it came and went. */
  readonly returns?: { readonly beyond: Duration; readonly of: Duration } | undefined;
  /** For how long of that time nothing was measured; undefined where line 1 says it. */
  readonly unmeasured?: Duration | undefined;
}

/**
 * `under 15 % since 02:58, under 8 % since 03:04`, `over 1,600 on and off since 03:00 (20 of 40 min)`; without data, and while it
 * recovers, it ends at a time: `was under 8 % from 03:04 to 03:35`.
 */
function spanOf(span: Span, wording: Wording): string {
  const { text, clock, duration } = wording;
  const { is, beyond, before, since, until, held, returns, unmeasured, now, zone } = span;
  const at = (instant: Instant): string => clock(instant, now, zone);
  const gap = gapWords(unmeasured, wording);
  const first =
    before === undefined || at(before.since) === at(since)
      ? ''
      : `${text(before.beyond)} ${onAndOff(before.isOnAndOff)}since ${at(before.since)}, `;
  if (is !== 'firing') {
    const end = at(until) === at(since) ? `at ${at(until)}` : `from ${at(since)} to ${at(until)}`;
    return `${is === 'inside' ? first : ''}was ${text(beyond)} ${onAndOff(returns !== undefined)}${end}${gap}`;
  }
  if (returns !== undefined)
    return `${first}${text(beyond)} ${onAndOff(true)}since ${at(since)} (${partOf(returns.beyond, returns.of, wording)})${gap}`;
  const lasted = held === undefined ? '' : `, for ${duration(held)}`;
  return `${first}${text(beyond)} since ${at(since)}${lasted}${gap}`;
}

interface Story extends Subject, WhenWritten, Optional<'worst'> {
  readonly beyond: Phrase;
  readonly closed?: CloseReason | undefined;
  readonly crossedAt: Instant;
  readonly closedAt: Instant;
  readonly lastAt: Instant;
  /** The worst level, where that is not the last one. */
  readonly also?: Phrase | undefined;
  /** It came back in between. */
  readonly isOnAndOff: boolean;
  /** Crossed and closed within one minute: times have no seconds. */
  readonly isShort: boolean;
  /** It was so when the incident was closed. */
  readonly isStill?: boolean | undefined;
  /** For how long of that time nothing was measured; undefined where line 1 says it. */
  readonly unmeasured?: Duration | undefined;
}

/** `Free memory of Production chat was under 8 % from 03:04 to 03:45, lowest 5.9 %.` */
function storyOf(story: Story, wording: Wording): string {
  const { subject, metric, beyond, closed, crossedAt, closedAt, lastAt, now, zone } = story;
  const at = (instant: Instant): string => wording.clock(instant, now, zone);
  const worst = `${gapWords(story.unmeasured, wording)}${tail(story.worst, wording)}`;
  const what = `${capitalise(wording.text(subject))} ${was(metric)} ${wording.text(beyond)}`;
  const also = story.also === undefined ? '' : ` (also ${wording.text(story.also)})`;
  const begin = `${what}${also} ${onAndOff(story.isOnAndOff)}from ${at(crossedAt)}`;
  if (closed === 'unknown') return `${begin} to ${at(lastAt)} at least${worst}.`;
  if (closed === 'settled')
    return `${begin}${worst}; since ${at(closedAt)} it counts as normal, and nothing came back.`;
  if (closed === 'accepted') return `${begin}${worst}; since ${at(closedAt)} it counts as normal, as a person said.`;
  if (story.isShort && closed === 'recovered')
    return `${what}${also} at ${at(closedAt)}, for ${wording.duration(closedAt - crossedAt)}${worst}.`;
  // What was closed by a person or with its rule has not come back for that.
  const isOpenEnd = story.isStill === true && closed !== undefined && closed !== 'recovered';
  return `${begin} to ${at(closedAt)}${isOpenEnd ? ' at least' : ''}${worst}.`;
}

interface History extends WhenWritten {
  /** This time counts. */
  readonly count: number;
  /** Of how many days it is known; undefined for less than one. */
  readonly days?: number | undefined;
  readonly last?: ({ readonly openedAt: Instant } & Partial<Lasted>) | undefined;
}

const ordinals = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth', 'Tenth'];

/** `Third`, `11th`. */
export function ordinal(count: number): string {
  const tens = count % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th');
  return ordinals[count - 1] ?? `${count}${ending}`;
}

/** `Third time in 30 days, last on 21 Nov for 18 min.` */
function historyOf({ count, days, last, now, zone }: History, wording: Wording): string {
  const { clock, shortDate } = wording;
  const line = `${ordinal(count)} time${days === undefined ? '' : days === 1 ? ' in a day' : ` in ${days} days`}`;
  if (last === undefined) return `${line}.`;
  const date = localDate(last.openedAt, zone);
  const when = date === localDate(now, zone) ? `at ${clock(last.openedAt, now, zone)}` : `on ${shortDate(date)}`;
  const { lasted, unmeasured } = last;
  return `${line}, last ${when}${lasted === undefined ? '' : ` for ${lastedWords({ lasted, unmeasured }, wording)}`}.`;
}

/** The lines below line 1. */
export const messagePhrases = {
  /** `Told at 04:00 and not before: maintenance window sunday-night.` */
  'alert.toldLate': ({ why, at, now, zone }: WhenWritten & { why: Phrase; at: Instant }, { text, clock }) =>
    `Told at ${clock(at, now, zone)} and not before: ${text(why)}.`,
  'alert.silenceBroken': ({ until, now, zone, ...by }: WhenWritten & Person & { readonly until: Instant }, { clock }) =>
    `Critical ended the silence of ${person(by)} (until ${clock(until, now, zone)}).`,
  /** Nobody had it in hand when it became worse, because what was said was said of the warning. */
  'alert.acknowledgementLost': (by: Person) =>
    `${person(by)} had acknowledged the warning; nobody has the critical alert yet.`,
  'alert.heldLine': ({ held }: { readonly held: Phrase }, { text }) => `${capitalise(text(held))}.`,
  'alert.sentences': ({ parts }: { readonly parts: readonly Phrase[] }, { text }) => parts.map(text).join(' '),
  'alert.sentence': ({ line }: { readonly line: Phrase }, { text }) => `${text(line)}.`,
  'alert.since': (span: Span, wording) =>
    span.summary === undefined
      ? `${capitalise(spanOf(span, wording))}.`
      : `${span.summary.replace(/[.:]$/, '')}: ${spanOf(span, wording)}.`,
  'alert.story': storyOf,
  'alert.flapping': ({ count, keep }: { readonly count: number; readonly keep: Duration }, { duration }) =>
    `It came back ${count} times within an hour, so it now closes only after ${duration(keep)} without it.`,
  'alert.acknowledgementOver': (by: Person) => `The acknowledgement of ${person(by)} has run out.`,
  'alert.paged': ({ at, now, zone }: WhenWritten & { readonly at: Instant }, { clock }) =>
    `The pager was called at ${clock(at, now, zone)}; what is acknowledged there is not seen here.`,
  'alert.wasAcknowledged': (by: Person) => `Acknowledged by ${person(by)}.`,
  'alert.rule': ({ rule }: { readonly rule: string }) => `Rule ${rule}.`,
  'alert.history': historyOf,
  'alert.saidAgain': ({ count }: { readonly count: number }) => `Repeated ${times(count)}.`,
  'alert.asOf': ({ at, now, zone }: WhenWritten & { readonly at: Instant }, { clock }) =>
    `As of ${clock(at, now, zone)}.`,
  'alert.runbook': () => 'Runbook',
  'alert.console': () => 'Console',
  'alert.stormMember': ({ rule, line }: { readonly rule: string; readonly line: Phrase }, { text }) =>
    `${rule}: ${text(line)}`,
  'alert.more': ({ count }: { readonly count: number }) => `… ${count} more`,
  'alert.othersQuiet': () => 'Its other alerts are quiet.',
  'alert.otherOpen': ({ rule, line }: { readonly rule: string; readonly line: Phrase }, { text }) =>
    `Still open, ${rule}: ${text(line)}.`,
} satisfies PhraseSet;
