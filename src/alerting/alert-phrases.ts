// The English of alerts: line 1 of an incident, the lines below it, the lines of its thread, its story, and a storm.
import type { Duration, Instant } from '../clock.ts';
import type { MetricId } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { metricName, wasOf } from '../metrics/metric-phrases.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { localDate } from '../time-zone.ts';
import { userToken } from './notification.ts';
import type { Level } from './rule.ts';
import type { CloseReason } from './state.ts';

/** The day that a time is written on is left out when it is that of `now`. */
export interface WhenWritten {
  readonly now: Instant;
  readonly zone: string;
}
/** What an alert is about; the metric of a platform that does not answer is undefined. */
interface Subject {
  readonly subject: Phrase;
  readonly metric?: MetricId | undefined;
}
type Optional<Name extends string> = { readonly [name in Name]?: Phrase | undefined };
interface Person {
  /** A Slack user id. */
  readonly by?: string | undefined;
}

const person = ({ by }: Person): string => (by === undefined ? 'Somebody' : userToken(by));
const was = (metric: MetricId | undefined): string => (metric === undefined ? 'was' : wasOf(metric));
const tail = (phrase: Phrase | undefined, { text }: Wording): string =>
  phrase === undefined ? '' : `, ${text(phrase)}`;
const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

type Unseen = WhenWritten & Optional<'seen' | 'response'> & { readonly since: Instant };

/** `03:20; last seen 6.1 %, acknowledged by …`. */
function unseen({ since, now, zone, seen, response }: Unseen, wording: Wording): string {
  const last = seen === undefined ? '' : `; last seen ${wording.text(seen)}`;
  return `${wording.clock(since, now, zone)}${last}${tail(response, wording)}`;
}

type Ended = Optional<'worst'> & { readonly lasted: Duration };
const ended = ({ lasted, worst }: Ended, wording: Wording): string =>
  `after ${wording.duration(lasted)}${tail(worst, wording)}`;

type Handled = WhenWritten & Person & { readonly until: Instant };
const somebody = ({ by }: Person): string => (by === undefined ? 'somebody' : userToken(by));

interface Held extends WhenWritten {
  readonly until: Instant;
  /** Undefined where no level is worse. */
  readonly worse?: Level | undefined;
  /** The value as far away again; undefined where it cannot be written or reached. */
  readonly at?: Phrase | undefined;
}

/** `it opens again at 07:04, at critical or at 2 %`. */
function heldWords({ until, worse, at, now, zone }: Held, { clock, text }: Wording): string {
  const ends = [
    clock(until, now, zone),
    ...(worse === undefined ? [] : [worse]),
    ...(at === undefined ? [] : [text(at)]),
  ];
  const last = ends.pop() ?? '';
  return `it opens again at ${ends.length === 0 ? last : `${ends.join(', at ')} or at ${last}`}, if it is not clear before`;
}

interface OfUnjudged {
  readonly metric?: MetricId | undefined;
  readonly app: string;
  readonly rule: string;
}

const numberOf = ({ metric, app }: OfUnjudged): string =>
  metric === undefined ? app : `${metricName(metric)} of ${app}`;

type NotJudged = OfUnjudged & WhenWritten & { because: 'missing' | 'failed'; since: Instant; isNew: boolean };

/** `Not judged: free memory of Production chat is not reported since 14:01; the rule memory-low cannot say anything`. */
function notJudged({ because, since, isNew, now, zone, ...of }: NotJudged, { clock }: Wording): string {
  const at = clock(since, now, zone);
  if (because === 'failed')
    return `Not judged: the rule ${of.rule} on ${numberOf(of)} ends in an error of imstats since ${at}`;
  const is = of.metric === undefined || wasOf(of.metric) === 'was' ? ['is', 'was'] : ['are', 'were'];
  const told = isNew ? `${is[1]} never reported, asked since ${at}` : `${is[0]} not reported since ${at}`;
  return `Not judged: ${numberOf(of)} ${told}; the rule ${of.rule} cannot say anything`;
}

interface StormWords {
  readonly count: number;
  /** How many alerts had opened before these; undefined where that is not known. */
  readonly after?: number | undefined;
  readonly apps: readonly string[];
  readonly open: number;
  readonly recovering?: number | undefined;
  /** What all of them are about. */
  readonly shared?: Phrase | undefined;
}

/** `6 to 8 of 8 alerts at once, all on connections of Production chat: 2 open, 1 recovering`. */
function stormOf(
  { count, after, apps, open, recovering = 0, shared }: StormWords,
  { quantity, text }: Wording,
): string {
  const all = (after ?? 0) + count;
  const which = count === 1 ? `Alert ${all} of ${all}` : `${(after ?? 0) + 1} to ${all} of ${all} alerts`;
  const alerts = after === undefined ? quantity(count, { one: 'more alert', other: 'more alerts' }) : which;
  const places = apps.length > 3 ? quantity(apps.length, { one: 'app', other: 'apps' }) : apps.join(', ');
  const where = shared === undefined ? ` on ${places}` : `, all on ${text(shared)}`;
  const firing = open - recovering;
  const states = [...(firing > 0 ? [`${firing} open`] : []), ...(recovering > 0 ? [`${recovering} recovering`] : [])];
  return `${alerts} at once${where}: ${open === 0 ? 'all closed' : states.join(', ')}`;
}

/** Line 1, without a full stop. */
export const headlinePhrases = {
  'alert.firing': (
    {
      level,
      reading,
      age,
      response,
    }: Optional<'response'> & { level: Level; reading: Phrase; age?: Duration | undefined },
    wording,
  ) =>
    `${capitalise(level)}: ${wording.text(reading)}${age === undefined ? '' : `, ${wording.duration(age)}`}${tail(response, wording)}`,
  'alert.recovering': (
    { reading, closes, response }: Optional<'response'> & { readonly reading: Phrase; readonly closes: Phrase },
    wording,
  ) => `Recovering: ${wording.text(reading)}, ${wording.text(closes)}${tail(response, wording)}`,
  'alert.closesSoon': () => 'closes soon if it holds',
  'alert.closesAt': ({ at, now, zone }: WhenWritten & { readonly at: Instant }, { clock }) =>
    `closes at ${clock(at, now, zone)} if it holds`,
  'alert.unanswered': ({ app, ...since }: Unseen & { readonly app: string }, wording) =>
    `No data: ${app} has not answered since ${unseen(since, wording)}`,
  'alert.unmeasured': ({ subject, metric, ...since }: Unseen & Subject, wording) =>
    `No data: ${wording.text(subject)} ${was(metric)} not measured since ${unseen(since, wording)}`,
  'alert.unknown': ({ subject, metric, ...since }: Unseen & Subject, wording) =>
    `Not known: ${wording.text(subject)} ${was(metric)} not measured since ${unseen(since, wording)}`,
  'alert.acknowledgedBy': ({ until, now, zone, ...by }: Handled, { clock }) =>
    `acknowledged by ${somebody(by)} until ${clock(until, now, zone)}`,
  'alert.silencedBy': (
    { until, now, zone, reason, ...by }: Handled & { readonly reason?: string | undefined },
    { clock },
  ) => `silenced by ${somebody(by)} until ${clock(until, now, zone)}${reason === undefined ? '' : ` (${reason})`}`,
  'alert.closedUnknown': ({ subject, metric, since, now, zone }: Subject & WhenWritten & { since: Instant }, wording) =>
    `Closed: ${wording.text(subject)} ${was(metric)} not measured since ${wording.clock(since, now, zone)}, not known to be recovered`,
  'alert.ruleRemoved': ({ rule }: { readonly rule: string }) => `Closed: rule ${rule} was removed`,
  'alert.ruleReplaced': ({ rule }: { readonly rule: string }) => `Closed: rule ${rule} watches something else now`,
  'alert.ruleOff': ({ rule }: { readonly rule: string }) => `Closed: rule ${rule} was switched off`,
  /** The number stayed, and counts as usual now. */
  'alert.settled': ({ words }: { readonly words: Phrase }, { text }) => `Closed, not recovered: ${text(words)}`,
  'alert.closedAsNormal': ({ reading, ...end }: Ended & { readonly reading: Phrase }, wording) =>
    `Closed as normal now ${ended(end, wording)}: ${wording.text(reading)}`,
  'alert.closedByHand': (end: Ended, wording) => `Closed: resolved by hand ${ended(end, wording)}`,
  'alert.closedForNow': ({ held, ...end }: Ended & { readonly held: Phrase }, wording) =>
    `Closed for now ${ended(end, wording)}: ${wording.text(held)}`,
  'alert.held': heldWords,
  'alert.resolved': ({ reading, ...end }: Ended & { readonly reading: Phrase }, wording) =>
    `Resolved: ${wording.text(reading)} ${ended(end, wording)}`,
  'alert.unreadable': () =>
    'Closed: what imstats had stored of this alert could not be read. If its limit is still crossed, it opens anew',
  'alert.late': ({ story, because }: { readonly story: Phrase; readonly because: 'away' | 'short' }, { text }) =>
    `${text(story)} ${because === 'away' ? 'Slack could not be reached; nobody was told then.' : 'It was over before anybody could be told.'}`,
  'alert.storm': stormOf,
  'alert.stormMoved': ({ rule }: { readonly rule: string }) => `${rule} is critical and has a message of its own`,
  /** `because`: its number is not in the answers, or the rule itself fails. `isNew`: it was never measured. */
  'alert.notJudged': notJudged,
  'alert.judgedAgain': ({ rule, reading }: Optional<'reading'> & { readonly rule: string }, wording) =>
    `Judged again, ${rule}${reading === undefined ? '' : `: ${wording.text(reading)}`}`,
  'alert.pending': ({ reading, since, now, zone }: WhenWritten & { reading: Phrase; since: Instant }, wording) =>
    `Pending: ${wording.text(reading)}, since ${wording.clock(since, now, zone)}`,
  'alert.quiet': ({ reading }: { readonly reading: Phrase }, { text }) => `Quiet: ${text(reading)}`,
  'alert.notYet': ({ subject }: Pick<Subject, 'subject'>, { text }) => `${text(subject)} not measured yet`,
  /** An alert that was closed by hand while its value was not clear. */
  'alert.butClosed': ({ line, held }: { readonly line: Phrase; readonly held: Phrase }, { text }) =>
    `${text(line)}. Closed for now by hand: ${text(held)}`,
  /** A silence that covers an alert which is not open. */
  'alert.butSilenced': ({ line, silenced }: { readonly line: Phrase; readonly silenced: Phrase }, { text }) =>
    `${text(line)}. ${capitalise(text(silenced))}`,
} satisfies PhraseSet;

interface Span extends WhenWritten {
  readonly is: 'firing' | 'recovering' | 'stale';
  /** What its owner wrote of the rule. */
  readonly summary?: string | undefined;
  readonly beyond: Phrase;
  readonly since: Instant;
  readonly until: Instant;
  /** Undefined for less than a second. */
  readonly held?: Duration | undefined;
}

/** `under 8 % since 03:04, for 6 min`; without data it ends at the last measurement. */
function spanOf({ is, beyond, since, until, held, now, zone }: Span, { text, clock, duration }: Wording): string {
  const lasted = held === undefined ? '' : `, for ${duration(held)}`;
  const at = (instant: Instant): string => clock(instant, now, zone);
  if (is === 'firing') return `${text(beyond)} since ${at(since)}${lasted}`;
  if (is === 'recovering') return `was ${text(beyond)} since ${at(since)}${lasted}`;
  return `was ${text(beyond)} ${held === undefined ? `at ${at(until)}` : `from ${at(since)} to ${at(until)}`}${lasted}`;
}

interface Story extends Subject, WhenWritten, Optional<'worst'> {
  readonly rule: string;
  readonly beyond: Phrase;
  readonly closed?: CloseReason | undefined;
  readonly crossedAt: Instant;
  readonly closedAt: Instant;
  readonly lastAt: Instant;
  /** Its rule watches something else now. */
  readonly isReplaced?: boolean | undefined;
  /** Crossed and closed within one minute: times have no seconds. */
  readonly isShort: boolean;
}

/** `Free memory of Production chat was under 8 % from 03:04 to 03:45, lowest 5.9 %.` */
function storyOf(story: Story, wording: Wording): string {
  const { subject, metric, beyond, closed, crossedAt, closedAt, lastAt, rule, now, zone } = story;
  const at = (instant: Instant): string => wording.clock(instant, now, zone);
  const worst = tail(story.worst, wording);
  const what = `${capitalise(wording.text(subject))} ${was(metric)} ${wording.text(beyond)}`;
  const begin = `${what} from ${at(crossedAt)}`;
  if (closed === 'unknown')
    return `${begin}${worst}, and is not known to be recovered: nothing was measured since ${at(lastAt)}.`;
  if (story.isReplaced === true) return `${begin}${worst}; rule ${rule} watches something else since ${at(closedAt)}.`;
  if (closed === 'rule_removed') return `${begin}${worst}; rule ${rule} was removed at ${at(closedAt)}.`;
  if (closed === 'paused') return `${begin}${worst}; rule ${rule} was switched off at ${at(closedAt)}.`;
  if (closed === 'manual') return `${begin}${worst}; it was resolved by hand at ${at(closedAt)}.`;
  if (closed === 'settled')
    return `${begin}${worst}; since ${at(closedAt)} it counts as normal, and nothing came back.`;
  if (closed === 'accepted') return `${begin}${worst}; since ${at(closedAt)} it counts as normal, as a person said.`;
  if (story.isShort) return `${what} at ${at(closedAt)}, for ${wording.duration(closedAt - crossedAt)}${worst}.`;
  return `${begin} to ${at(closedAt)}${worst}.`;
}

interface History extends WhenWritten {
  /** This time counts. */
  readonly count: number;
  readonly days: number;
  readonly last?: { readonly openedAt: Instant; readonly lasted?: Duration | undefined } | undefined;
}

const ordinals = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth', 'Tenth'];

function ordinal(count: number): string {
  const tens = count % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th');
  return ordinals[count - 1] ?? `${count}${ending}`;
}

/** `Third time in 30 days, last on 21 Nov for 18 min.` */
function historyOf({ count, days, last, now, zone }: History, { time, shortDate, duration }: Wording): string {
  const line = `${ordinal(count)} time in ${days} days`;
  if (last === undefined) return `${line}.`;
  const date = localDate(last.openedAt, zone);
  const when = date === localDate(now, zone) ? `at ${time(last.openedAt, zone)}` : `on ${shortDate(date)}`;
  return `${line}, last ${when}${last.lasted === undefined ? '' : ` for ${duration(last.lasted)}`}.`;
}

/** The lines below line 1. */
export const messagePhrases = {
  'alert.sentences': ({ parts }: { readonly parts: readonly Phrase[] }, { text }) => parts.map(text).join(' '),
  'alert.sentence': ({ line }: { readonly line: Phrase }, { text }) => `${text(line)}.`,
  'alert.since': (span: Span, wording) =>
    span.summary === undefined
      ? `${capitalise(spanOf(span, wording))}.`
      : `${span.summary.replace(/[.:]$/, '')}: ${spanOf(span, wording)}.`,
  'alert.story': storyOf,
  'alert.flapping': ({ count, keep }: { readonly count: number; readonly keep: Duration }, { duration }) =>
    `Flapping: it came back ${count} times within an hour, so it now closes only after ${duration(keep)} without it.`,
  'alert.acknowledgementOver': (by: Person) => `The acknowledgement of ${person(by)} has run out.`,
  'alert.untilJudged': ({ because }: { readonly because: 'missing' | 'failed' }) =>
    because === 'missing'
      ? 'The platform answers, without this number. Until it is there again the rule opens and closes nothing: see whether the platform still has it, or remove the rule.'
      : 'The log of imstats has the error. Until it is gone the rule opens and closes nothing.',
  'alert.wasNotJudged': (
    { since, at, now, zone, ...of }: OfUnjudged & WhenWritten & { readonly since: Instant; readonly at: Instant },
    { clock },
  ) => `${capitalise(numberOf(of))} could not be judged from ${clock(since, now, zone)} to ${clock(at, now, zone)}.`,
  'alert.paged': ({ at, now, zone }: WhenWritten & { readonly at: Instant }, { clock }) =>
    `The pager was called at ${clock(at, now, zone)}; what is acknowledged there is not seen here.`,
  'alert.wasAcknowledged': (by: Person) => `Acknowledged by ${person(by)}.`,
  'alert.rule': ({ rule }: { readonly rule: string }) => `Rule ${rule}.`,
  'alert.history': historyOf,
  'alert.saidAgain': ({ count }: { readonly count: number }) => `Said again ${times(count)}.`,
  'alert.asOf': ({ at, now, zone }: WhenWritten & { readonly at: Instant }, { clock }) =>
    `As of ${clock(at, now, zone)}, ${zone}.`,
  'alert.runbook': () => 'Runbook',
  'alert.console': () => 'Console',
  'alert.stormMember': ({ rule, line }: { readonly rule: string; readonly line: Phrase }, { text }) =>
    `${rule}: ${text(line)}`,
  'alert.more': ({ count }: { readonly count: number }) => `… ${count} more`,
  'alert.othersQuiet': () => 'Its other alerts are quiet.',
  'alert.otherOpen': ({ rule, line }: { readonly rule: string; readonly line: Phrase }, { text }) =>
    `Still open, ${rule}: ${text(line)}.`,
} satisfies PhraseSet;
