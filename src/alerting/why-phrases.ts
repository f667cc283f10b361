// The English of why an alert stands as it does: its number, its limits, what happened, what it would have said.
import type { Duration, Instant } from '../clock.ts';
import type { MetricId, Unit } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import { longValue } from '../metrics/metric-phrases.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { lastedWords, type WhenWritten } from './alert-phrases.ts';
import { userToken } from './notification.ts';
import type { Level } from './rule.ts';

interface LevelTerms {
  readonly level: Level;
  readonly beyond: Phrase;
  readonly holdFor: Duration;
  /** Where it ends: `at 20 %`; undefined where that is where it begins. */
  readonly end?: Phrase | undefined;
  /** True where a milder level goes on. */
  readonly isMilder: boolean;
}

/** `Critical: under 8 % for 2 min, a warning again at 12 %.` */
function levelWords({ level, beyond, holdFor, end, isMilder }: LevelTerms, { text, duration }: Wording): string {
  const held = holdFor === 0 ? ', at once' : ` for ${duration(holdFor)}`;
  const over = end === undefined ? '' : `, ${isMilder ? 'a warning again' : 'closes'} ${text(end)}`;
  return `${capitalise(level)}: ${text(beyond)}${held}${over}.`;
}

interface NowValue {
  readonly metric: MetricId;
  readonly shown: number;
  readonly whole?: number | undefined;
  readonly connectionLimit?: number | undefined;
  /** Since when it was not measured any more. */
  readonly seenAt?: Instant | undefined;
  /** A change in an hour, in bytes for a share of a known whole; undefined where there is none to speak of. */
  readonly rate?: { readonly perHour: number; readonly unit: Unit } | undefined;
}

interface InMaintenance {
  readonly line: Phrase;
  readonly isTold: boolean;
  readonly window: string;
  readonly until: Instant;
}

interface ClosedByHand {
  readonly by?: string | undefined;
  /** Where it still is beyond its limit. */
  readonly beyond?: Phrase | undefined;
  readonly reading: Phrase;
  readonly held: Phrase;
}

/** `Now 606 MiB of 8.0 GiB, falling 40 MiB an hour.`, `Last seen at 15:37: 606 MiB of 8.0 GiB.` */
function nowWords({ metric, seenAt, rate, now, zone, ...last }: NowValue & WhenWritten, wording: Wording): string {
  const value = longValue(metric, last, wording);
  if (seenAt !== undefined) return `Last seen ${wording.moment(seenAt, zone, now)}: ${value}.`;
  if (rate === undefined) return `Now ${value}.`;
  const size = wording.magnitude(Math.abs(rate.perHour), rate.unit);
  return `Now ${value}, ${rate.perHour < 0 ? 'falling' : 'rising'} ${size} an hour.`;
}

interface Openings extends WhenWritten {
  readonly span: Duration;
  readonly count: number;
  readonly last?: Instant | undefined;
  /** Undefined while it is open. */
  readonly lasted?: Duration | undefined;
  /** How much of that was not measured. */
  readonly unmeasured?: Duration | undefined;
}

/** `once, on Sat 21 Nov at 09:10 for 18 min`. */
function openedWords({ count, last, lasted, unmeasured, now, zone }: Openings, wording: Wording): string {
  const { quantity, moment } = wording;
  const times = count === 1 ? 'once' : quantity(count, { one: 'time', other: 'times' });
  const when = last === undefined ? '' : `, ${count === 1 ? '' : 'last '}${moment(last, zone, now)}`;
  return `${times}${when}${lasted === undefined ? ', and is open' : ` for ${lastedWords({ lasted, unmeasured }, wording)}`}`;
}

interface Tried extends Openings {
  /** Undefined where every sample was tried. */
  readonly step?: Duration | undefined;
  /** True where the rule was learning for most of the span. */
  readonly isLearning: boolean;
}

/** `Over the last 13 days, in steps of 5 min, this rule would have opened 4 times, last …` */
function triedWords({ step, isLearning, span, ...openings }: Tried, wording: Wording): string {
  const { duration, quantity, moment } = wording;
  const steps = step === undefined ? '' : `, tried in steps of ${duration(step)},`;
  const over = `Over the last ${duration(span)}${steps} the rule as it is now would`;
  const learned = isLearning ? ' It was learning for most of that.' : '';
  const { count, last, lasted, now, zone } = openings;
  if (count === 0 || last === undefined) return `${over} not have opened.${learned}`;
  const times = count === 1 ? 'once,' : `${quantity(count, { one: 'time', other: 'times' })}, last`;
  const length = lasted === undefined ? ', until now' : ` for ${duration(lasted)}`;
  return `${over} have opened ${times} ${moment(last, zone, now)}${length}.${learned}`;
}

/** The limits of a rule, its history, and what it would have said. */
export const whyPhrases = {
  'why.level': levelWords,
  'why.at': ({ value }: { readonly value: Phrase }, { text }) => `at ${text(value)}`,
  'why.lessMissing': ({ share }: { readonly share: number }, { ratio }) => `when less than ${ratio(share)} is missing`,
  'why.closes': ({ keep }: { readonly keep: Duration }, { duration }) =>
    `It closes once that has held for ${duration(keep)}.`,
  'why.acknowledge': ({ warning, critical }: Record<Level, Duration>, { duration }) =>
    `Acknowledge holds ${duration(warning)} on a warning and ${duration(critical)} on critical, unless you name a time; then you are asked.`,
  'why.unmeasured': ({ subject }: { readonly subject: Phrase }, { text }) =>
    `${capitalise(text(subject))}: not measured.`,
  'why.reading': ({ reading }: { readonly reading: Phrase }, { text }) => `${capitalise(text(reading))}.`,
  'why.nowValue': nowWords,
  'why.handled': ({ response }: { readonly response: Phrase }, { text }) => `${capitalise(text(response))}.`,
  /** Line 1 of an alert that is not open and not simply quiet. */
  'stands.closed': (
    { at, by, beyond, reading, held, now, zone }: WhenWritten & ClosedByHand & { readonly at: Instant },
    { clock, text },
  ) => {
    const who = by === undefined ? '' : ` by ${userToken(by)}`;
    const still = beyond === undefined ? '' : `, still ${text(beyond)}`;
    return `Closed by hand at ${clock(at, now, zone)}${who}${still}: ${text(reading)}; ${text(held)}`;
  },
  'stands.silenced': ({ silenced, reading }: { readonly silenced: Phrase; readonly reading: Phrase }, { text }) =>
    `${capitalise(text(silenced))}: ${text(reading)}`,
  'stands.maintenance': (
    { window, until, reading, now, zone }: WhenWritten & { window: string; until: Instant; reading: Phrase },
    { clock, text },
  ) => `In maintenance (${window}) until ${clock(until, now, zone)}: ${text(reading)}`,
  /** Of an open alert: whether people know of it, and that they are told nothing new. */
  'stands.openInMaintenance': (
    { line, isTold, window, until, now, zone }: WhenWritten & InMaintenance,
    { clock, text },
  ) =>
    `${text(line)}; ${isTold ? '' : 'nobody was told: '}in maintenance (${window}) until ${clock(until, now, zone)}${isTold ? ', nobody is told more' : ''}`,
  'stands.untold': ({ line, why }: { readonly line: Phrase; readonly why: Phrase }, { text }) =>
    `${text(line)}; nobody was told: ${text(why)}`,
  'stands.learning': ({ reading }: { readonly reading: Phrase }, { text }) => `Learning: ${text(reading)}`,
  'why.rule': ({ rule, app, zone }: { rule: string; app: string; zone: string }) => `rule ${rule} on ${app}, ${zone}`,
  'why.ruleGone': ({ zone }: { readonly zone: string }) => `its rule is not in the configuration any more, ${zone}`,
  'why.now': () => 'What it says now',
  'why.terms': () => 'When it opens and closes',
  'why.events': ({ isOpen }: { readonly isOpen: boolean }) => (isOpen ? 'What happened' : 'What happened last'),
  'why.event': ({ at, now, zone, line }: WhenWritten & { at: Instant; line: Phrase }, { moment, text }) =>
    `${capitalise(moment(at, zone, now))}: ${text(line)}`,
  'why.past': () => 'Before',
  'why.opened': ({ span, ...openings }: Openings, wording) =>
    openings.count === 0
      ? `It has not opened in the last ${wording.duration(span)}.`
      : `It opened ${openedWords({ span, ...openings }, wording)}, in the last ${wording.duration(span)}.`,
  'why.nothingStored': () => 'Nothing is stored yet to try it on.',
  'why.tooShort': ({ since, now, zone }: WhenWritten & { readonly since: Instant }, { clock }) =>
    `Measured since ${clock(since, now, zone)}: too short to try it on.`,
  'why.tried': triedWords,
  'test.headline': ({ rule, app }: { readonly rule: string; readonly app: string }) =>
    `Test of ${rule} on ${app}: nothing is wrong`,
  'test.line': ({ by }: { readonly by: string }) =>
    `Sent by ${userToken(by)} to see that this channel and its mention work. It is over already: nobody needs to do anything.`,
  'test.sent': ({ rule, channel }: { readonly rule: string; readonly channel: string }) =>
    `A test of ${rule} is on its way to {channel:${channel}}.`,
  'why.noAlert': ({ target }: { readonly target: string }) => `There is no alert "${target}".`,
  'why.asItWas': ({ rule }: { readonly rule: string }) => `${rule} is as it was.`,
} satisfies PhraseSet;
