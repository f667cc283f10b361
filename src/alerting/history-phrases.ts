// The English of what happened to an alert, a line for each effect, and of why it stands as it does.
import type { Duration, Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import { lastedWords, type Optional, type Person, person, somebody, tail, type WhenWritten } from './alert-phrases.ts';
import type { SilenceCover } from './headline-phrases.ts';
import type { Level } from './rule.ts';
import type { UndoableAction } from './state.ts';

interface Now {
  readonly reading: Phrase;
}
/** `held`: undefined for less than a second. `unpinged`: why nobody was pinged. */
interface Beyond extends Now {
  /** Undefined where the reading says it. */
  readonly beyond?: Phrase | undefined;
  readonly held?: Duration | undefined;
  /** How much of that was not measured. */
  readonly unmeasured?: Duration | undefined;
  readonly unpinged?: Phrase | undefined;
}
/** What is stored of earlier versions names no rule. */
interface OfRule {
  readonly rule?: string | undefined;
}
type Until = Person & OfRule & WhenWritten & { readonly until?: Instant | undefined };

function crossed({ reading, beyond, held, unmeasured, unpinged }: Beyond, wording: Wording): string {
  const { text } = wording;
  const lasted = held === undefined ? '' : ` for ${lastedWords({ lasted: held, unmeasured }, wording)}`;
  const nobody = unpinged === undefined ? '' : ` Nobody was pinged: ${text(unpinged)}.`;
  const limit = beyond === undefined ? (held === undefined ? '' : ',') : `, ${text(beyond)}`;
  return `${text(reading)}${limit}${lasted}.${nobody}`;
}

const untilWords = ({ until, now, zone }: Until, { clock }: Wording): string =>
  until === undefined ? '' : ` until ${clock(until, now, zone)}`;

const named = ({ rule }: OfRule): string => (rule === undefined ? '' : `: ${rule}`);

interface DoneToSeveral extends Person, Several, Partial<WhenWritten> {
  readonly action: DoneToAll;
  /** When it ends; undefined where that is not one time of all. */
  readonly until?: Instant | undefined;
  /** Closed while the number is still beyond its limit. */
  readonly isForNow?: boolean | undefined;
  readonly undid?: UndoableAction | undefined;
}

/** `Acknowledged by @bob until 04:12: conn-6 and conn-7.`, `Undone by @bob, the silence: conn-6 and conn-7.` */
function allDoneWords(done: DoneToSeveral, { list, clock }: Wording): string {
  const { action, rules, until, now, zone, isForNow, undid } = done;
  const end = until === undefined || now === undefined || zone === undefined ? '' : ` until ${clock(until, now, zone)}`;
  const what = undid === undefined ? '' : `, the ${actions[undid]}`;
  return `${doneToAll[action]}${isForNow === true ? ' for now' : ''} by ${person(done)}${end}${what}: ${list(rules)}.`;
}

const actions: Readonly<Record<UndoableAction, string>> = {
  acknowledge: 'acknowledgement',
  silence: 'silence',
  unsilence: 'end of the silence',
  resolve: 'resolve by hand',
  normal: 'word that this is normal',
};

interface Undone extends Person, OfRule {
  readonly action: UndoableAction;
  /** How the alert is handled again; undefined: nobody has it and it is not silenced. */
  readonly response?: Phrase | undefined;
}

/** `Undone by @bob, the silence: memory-low, acknowledged by @alice until 04:12.` */
function undoneWords({ action, response, ...by }: Undone, { text }: Wording): string {
  const is = response === undefined ? ' as it was before' : `, ${text(response)}`;
  return `Undone by ${person(by)}, the ${actions[action]}${named(by)}${is}.`;
}

interface Silence extends SilenceCover {
  readonly reason?: string | undefined;
}
type Again = Optional<'response'>;

interface Ended {
  readonly ended?: { readonly by: string; readonly until: Instant } | undefined;
}

/** ` The silence of @bob (until 11:01) is over with that.` */
const endedWords = ({ ended }: Ended, { now, zone }: WhenWritten, { clock }: Wording): string =>
  ended === undefined
    ? ''
    : ` The silence of ${person(ended)} (until ${clock(ended.until, now, zone)}) is over with that.`;

interface Several {
  readonly rules: readonly string[];
}
type DoneToAll = 'acknowledge' | 'extend' | 'unsilence' | 'resolve' | 'normal' | 'undo' | 'note' | 'call';

const partWords = ({ isPart, isOfIncident }: SilenceCover, whose: 'its' | 'their' = 'its'): string => {
  if (isOfIncident === true)
    return `, in this incident critical too, then ${whose} warnings; critical still pages after it`;
  return isPart === true ? `, ${whose} warnings; critical still pages` : '';
};
const reasonWords = (reason: string | undefined): string => (reason === undefined ? '' : ` Reason: ${reason}.`);

const doneToAll: Readonly<Record<DoneToAll, string>> = {
  acknowledge: 'Acknowledged',
  extend: 'Extended',
  unsilence: 'Silence ended',
  resolve: 'Closed',
  normal: 'Said to be normal',
  undo: 'Undone',
  note: 'Noted',
  call: 'Somebody is called',
};

interface Still extends Now {
  readonly age: Duration;
  /** How much of that was not measured. */
  readonly unmeasured?: Duration | undefined;
  /** Somebody had it in hand once. */
  readonly isAcknowledged: boolean;
  /** What earlier versions stored has neither of them. */
  readonly level?: Level | undefined;
  readonly beyond?: Phrase | undefined;
}

/** `Still critical after 32 min: Production chat has 5 % free memory, under 8 %. Nobody has acknowledged it.` */
function stillWords({ reading, age, unmeasured, isAcknowledged, level, beyond }: Still, wording: Wording): string {
  const { text } = wording;
  const is = level === 'critical' ? 'critical' : level === 'warning' ? 'a warning' : 'firing';
  const limit = beyond === undefined ? '' : `, ${text(beyond)}`;
  const nobody = isAcknowledged ? 'Nobody has it in hand now.' : 'Nobody has acknowledged it.';
  return `Still ${is} after ${lastedWords({ lasted: age, unmeasured }, wording)}: ${text(reading)}${limit}. ${nobody}`;
}

/** Lines of a thread, which are the history of the incident and the answers to people too. */
export const threadPhrases = {
  /** `03:12 Acknowledged …`; where the channel sees it too, what happened first: `Resolved … (03:45)`. */
  'thread.line': (
    { at, now, zone, isBroadcast, line }: WhenWritten & { at: Instant; isBroadcast: boolean; line: Phrase },
    w,
  ) => (isBroadcast ? `${w.text(line)} (${w.clock(at, now, zone)})` : `${w.clock(at, now, zone)} ${w.text(line)}`),
  'thread.opened': (now: Beyond, wording) => `Opened: ${crossed(now, wording)}`,
  'thread.announced': (now: Beyond, wording) => `Told now: ${crossed(now, wording)}`,
  /** `broken`: the silence that it ends. */
  'thread.escalated': ({ broken, ...now }: Beyond & { readonly broken?: Phrase | undefined }, wording) =>
    `Critical now: ${crossed(now, wording)}${broken === undefined ? '' : ` ${wording.text(broken)}`}`,
  'thread.downgraded': ({ reading }: Now, { text }) => `Down to a warning: ${text(reading)}.`,
  'thread.recovering': (
    { reading, closes, cleared }: Now & { readonly closes: Phrase; readonly cleared?: Phrase | undefined },
    { text },
  ) => `${cleared === undefined ? 'Recovering' : capitalise(text(cleared))}: ${text(reading)}, ${text(closes)}.`,
  'thread.refired': ({ reading }: Now, { text }) => `Firing again: ${text(reading)}.`,
  'thread.repeated': stillWords,
  'thread.escalatedToOthers': ({ reading, waited }: Now & { readonly waited: Duration }, { text, duration }) =>
    `Nobody has acknowledged this for ${duration(waited)}: ${text(reading)}.`,
  /** `held`: when it opens again; undefined where the value was clear. */
  'thread.closedByHand': (
    { reading, held, ...by }: Now & Person & OfRule & { readonly held?: Phrase | undefined },
    { text },
  ) =>
    held === undefined
      ? `Closed by ${person(by)}${named(by)}, ${text(reading)}.`
      : `Closed for now by ${person(by)}${named(by)}, ${text(reading)}. ${capitalise(text(held))}.`,
  'thread.accepted': ({ reading, ...by }: Now & Person & OfRule, { text }) =>
    `${person(by)} said that this is normal now${named(by)}, ${text(reading)}. It counts as usual from now on.`,
  /** `cause`: `HTTP 401, the key is not accepted`; `why`: a sentence, where the cause is not known by itself. */
  'thread.stale': (
    {
      line,
      why,
      cause,
    }: { readonly line: Phrase; readonly why?: Phrase | undefined; readonly cause?: Phrase | undefined },
    { text },
  ) =>
    cause === undefined
      ? `${text(line)}.${why === undefined ? '' : ` ${text(why)}`}`
      : `${text(line)}; ${text(cause)}.`,
  'thread.fresh': ({ reading }: Now, { text }) => `Data again: ${text(reading)}.`,
  /** `ended`: the silence that it took the place of. */
  'thread.acknowledged': ({ ended, ...until }: Until & Ended, wording) =>
    `Acknowledged by ${person(until)}${untilWords(until, wording)}${named(until)}.${endedWords({ ended }, until, wording)}`,
  'thread.called': ({ rule, ...by }: Person & OfRule) =>
    `The pager calls somebody, asked by ${person(by)}${named({ rule })}.`,
  'thread.silenced': ({ isPart, isOfIncident, reason, ...until }: Until & Silence, wording) =>
    `Silenced by ${person(until)}${untilWords(until, wording)}${named(until)}${partWords({ isPart, isOfIncident })}.${reasonWords(reason)}`,
  /** The same of several alerts; `inPart` are those of which a worse level is told all the same, where that is not so of all. */
  'thread.allSilenced': (
    {
      isPart,
      isOfIncident,
      inPart = [],
      ofIncident = [],
      reason,
      rules,
      ...until
    }: Until & Silence & Several & { inPart?: readonly string[]; ofIncident?: readonly string[] },
    wording,
  ) => {
    const part = inPart.length === 0 ? '' : `; of ${wording.list(inPart)} only warnings, critical still pages`;
    const some =
      ofIncident.length === 0
        ? part
        : `${part}; of ${wording.list(ofIncident)} critical in this incident only, it still pages after it`;
    return `Silenced by ${person(until)}${untilWords(until, wording)}: ${wording.list(rules)}${partWords({ isPart, isOfIncident }, 'their')}${some}.${reasonWords(reason)}`;
  },
  'thread.allDone': allDoneWords,
  'thread.takenOver': ({ from, ended, ...until }: Until & Ended & { readonly from: Person }, wording) =>
    `Taken over by ${person(until)} from ${somebody(from)}${untilWords(until, wording)}${named(until)}.${endedWords({ ended }, until, wording)}`,
  'thread.noted': ({ note, ...by }: Person & OfRule & { readonly note: string }) =>
    `Note by ${person(by)}${named(by)}, "${note}".`,
  'thread.unnoted': ({ note, ...by }: Person & OfRule & { readonly note: string }) =>
    `Taken back by ${person(by)}, the note${named(by)}, "${note}".`,
  /** `line` with how long an acknowledgement holds where nobody said a time. */
  'answer.usualHold': (
    {
      line,
      warning,
      critical,
    }: OfRule & { readonly line: Phrase; readonly warning: Duration; readonly critical: Duration },
    { text, duration },
  ) =>
    `${text(line)} Acknowledge holds ${duration(warning)} on a warning and ${duration(critical)} on critical, unless you name a time; then you are asked.`,
  'refused.taken': (until: Until, wording) =>
    `${person(until)} has ${until.rule ?? 'it'} in hand${untilWords(until, wording)}.`,
  /** `response`: who had it in hand before and has it again. */
  'thread.unsilenced': ({ response, ...by }: Person & OfRule & Again, wording) =>
    `The silence was ended by ${person(by)}${named(by)}${tail(response, wording)}.`,
  'thread.silenceEnded': ({ response, ...by }: Person & OfRule & Again, wording) =>
    `The silence of ${person(by)} has run out${named(by)}${tail(response, wording)}.`,
  'thread.undone': undoneWords,
  'thread.reopened': ({ reading, rule, ...undone }: Undone & Now, wording) =>
    `Open again, the ${actions[undone.action]} was undone by ${person(undone)}: ${wording.text(reading)}.`,
  /** `at`: when nobody has it any more; what earlier versions stored does not say it. */
  'thread.reminded': ({ at, now, zone, ...by }: Person & Partial<WhenWritten> & { at?: Instant | undefined }, w) => {
    const when =
      at === undefined || now === undefined || zone === undefined ? 'in 30 min' : `at ${w.clock(at, now, zone)}`;
    return `${person(by)}: your acknowledgement has run out and this still fires. Acknowledge again if you are on it; without an answer others are asked ${when}.`;
  },
  'thread.acknowledgementExpired': (by: Person) => `No answer from ${person(by)}: this is in nobody's hands again.`,
  'thread.flapping': ({ count }: { readonly count: number }) =>
    `Flapping: it came back ${count} times within an hour. It stays one alert and closes only after a longer calm.`,
  'thread.flappingEnded': () => 'No longer flapping: nothing changed for an hour.',
  'thread.limitsChanged': ({ beyond }: { readonly beyond?: Phrase | undefined }, { text }) =>
    beyond === undefined
      ? 'The rule was changed. Its limit is the same.'
      : `The rule was changed. It now means ${text(beyond)}.`,
  'thread.other': ({ effect }: { readonly effect: string }) => `${effect}.`,
  'unpinged.notTold': () => 'people were not told of the incident',
  'unpinged.maintenance': ({ window }: { readonly window: string }) => `maintenance window ${window}`,
  'unpinged.platform': () => 'the platform does not answer, and its own alert says so',
  'unpinged.silenced': () => 'silenced',
  'unpinged.acknowledged': () => 'somebody has it in hand',
} satisfies PhraseSet;
