// The English of line 1 of an alert in each of its states, and of a storm.
import type { Duration, Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import {
  type Lasted,
  lastedWords,
  type Optional,
  type Person,
  type Subject,
  somebody,
  tail,
  type WhenWritten,
  was,
} from './alert-phrases.ts';
import { userToken } from './notification.ts';
import type { Level } from './rule.ts';

/** Behind line 1: who has it in hand, or why nobody is told. */
const handled = (phrase: Phrase | undefined, { text }: Wording): string =>
  phrase === undefined ? '' : `; ${text(phrase)}`;

type Unseen = WhenWritten & Optional<'seen' | 'response'> & { readonly since: Instant };

/** `03:20; last seen 6.1 %, acknowledged by …`. */
function unseen({ since, now, zone, seen, response }: Unseen, wording: Wording): string {
  const last = seen === undefined ? '' : `; last seen ${wording.text(seen)}`;
  return `${wording.clock(since, now, zone)}${last}${handled(response, wording)}`;
}

type Ended = Optional<'worst'> & Lasted;

type Handled = WhenWritten & Person & { readonly until: Instant };
/** Neither: every level, for as long as it lasts. */
export interface SilenceCover {
  /** True where a worse level is told all the same. */
  readonly isPart?: boolean | undefined;
  /** True where critical is covered until the end of its incident only. */
  readonly isOfIncident?: boolean | undefined;
}

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

interface Firing extends Optional<'response' | 'beyond'> {
  readonly level: Level;
  readonly reading: Phrase;
  /** For how long the level has fired; undefined for a new one. */
  readonly age?: Duration | undefined;
  readonly unmeasured?: Duration | undefined;
  readonly isFlapping?: boolean | undefined;
}

/** `Critical for 22 min: Production chat has 6.1 % free memory, under 8 %; acknowledged by @bob until 04:12`. */
function firing({ level, reading, age, unmeasured, beyond, isFlapping, response }: Firing, wording: Wording): string {
  const lasted = age === undefined ? '' : ` for ${lastedWords({ lasted: age, unmeasured }, wording)}`;
  const flaps = isFlapping === true ? ', flapping' : '';
  return `${capitalise(level)}${lasted}${flaps}: ${wording.text(reading)}${tail(beyond, wording)}${handled(response, wording)}`;
}

interface Recovering extends Optional<'response' | 'cleared'> {
  readonly reading: Phrase;
  readonly closes: Phrase;
  readonly isFlapping?: boolean | undefined;
}

/** `Recovering: Production chat has 12.8 % free memory, closes at 03:45 if it holds`, `No longer over 1,600: …`. */
function recovering({ reading, closes, cleared, isFlapping, response }: Recovering, wording: Wording): string {
  const label = cleared === undefined ? 'Recovering' : capitalise(wording.text(cleared));
  return `${label}${isFlapping === true ? ', flapping' : ''}: ${wording.text(reading)}, ${wording.text(closes)}${handled(response, wording)}`;
}

interface Resolved extends Optional<'cleared'>, Ended {
  readonly reading: Phrase;
  /** Rules that say that the same number is wrong in another way. */
  readonly others?: readonly string[] | undefined;
}

/** `Resolved after 31 min: Production chat is back to 21 % free memory, lowest 5.9 %`. */
function resolved({ reading, worst, cleared, others = [], ...lasted }: Resolved, wording: Wording): string {
  const { text, list } = wording;
  const is = others.length === 0 ? 'Resolved' : 'Closed, not recovered,';
  const open = others.length === 0 ? '' : `; see ${list(others)}`;
  return `${is} after ${lastedWords(lasted, wording)}: ${text(reading)}${tail(cleared, wording)}${tail(worst, wording)}${open}`;
}

type ClosedByHand = Optional<'reading' | 'beyond' | 'held'> & Ended & Person;

/** `Closed for now by @bob after 10 min, still under 8 %: Production chat has 7.4 % free memory`. */
function closedByHand({ reading, beyond, held, ...ended }: ClosedByHand, wording: Wording): string {
  const { text } = wording;
  const still = held === undefined || beyond === undefined ? '' : `, still ${text(beyond)}`;
  const now = held === undefined ? 'Closed' : 'Closed for now';
  const what = reading === undefined ? '' : `: ${text(reading)}`;
  return `${now} by ${somebody(ended)} after ${lastedWords(ended, wording)}${still}${what}`;
}

/** `Closed, because rule memory-low was removed: Production chat had …`; what earlier versions stored has no reading. */
const gone =
  (how: string) =>
  ({ rule, reading }: Optional<'reading'> & { readonly rule: string }, { text }: Wording) =>
    `Closed, because rule ${rule} ${how}${reading === undefined ? '' : `: ${text(reading)}`}`;

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
  'alert.firing': firing,
  /** Behind a number that is between its limit and where the level ends. */
  'alert.wasBeyond': ({ beyond }: { readonly beyond: Phrase }, { text }) => `was ${text(beyond)}`,
  'alert.recovering': recovering,
  'alert.closesSoon': () => 'closes with the next good poll',
  'alert.closesAt': ({ at, now, zone }: WhenWritten & { readonly at: Instant }, { clock }) =>
    `closes at ${clock(at, now, zone)} if it holds`,
  'alert.unanswered': ({ app, ...since }: Unseen & { readonly app: string }, wording) =>
    `No data: ${app} has given no numbers since ${unseen(since, wording)}`,
  'alert.unmeasured': ({ subject, metric, ...since }: Unseen & Subject, wording) =>
    `No data: ${wording.text(subject)} ${was(metric)} not measured since ${unseen(since, wording)}`,
  'alert.unknown': ({ subject, metric, ...since }: Unseen & Subject, wording) =>
    `Not known: ${wording.text(subject)} ${was(metric)} not measured since ${unseen(since, wording)}`,
  'alert.acknowledgementOverAt': ({ until, now, zone, ...by }: Handled, { clock }) =>
    `the acknowledgement of ${somebody(by)} ran out at ${clock(until, now, zone)}`,
  'alert.acknowledgedBy': ({ until, now, zone, ...by }: Handled, { clock }) =>
    `acknowledged by ${somebody(by)} until ${clock(until, now, zone)}`,
  'alert.silencedBy': (
    { until, now, zone, reason, isPart, isOfIncident, ...by }: Handled & SilenceCover & { reason?: string | undefined },
    { clock },
  ) => {
    const part = isPart === true ? ', warnings only' : '';
    const cover = isOfIncident === true ? ', critical for this incident only' : part;
    return `silenced by ${somebody(by)} until ${clock(until, now, zone)}${cover}${reason === undefined ? '' : ` (${reason})`}`;
  },
  'alert.closedUnknown': ({ subject, metric, since, now, zone }: Subject & WhenWritten & { since: Instant }, wording) =>
    `Closed, not known to be recovered: ${wording.text(subject)} ${was(metric)} not measured since ${wording.clock(since, now, zone)}`,
  'alert.appRemoved': ({ app, reading }: { readonly app: string; readonly reading: Phrase }, { text }) =>
    `Closed, because ${app} was removed from the configuration: ${text(reading)}`,
  'alert.ruleRemoved': gone('was removed'),
  'alert.ruleReplaced': gone('watches something else now'),
  'alert.ruleOff': gone('was switched off'),
  /** The number stayed, and counts as usual now. */
  'alert.settled': ({ words, app }: { readonly words: Phrase; readonly app?: string | undefined }, { text }) =>
    `Closed, not recovered: ${app === undefined ? '' : `${app}, `}${text(words)}`,
  'alert.closedAsNormal': ({ reading, by, ...lasted }: Ended & Person & { readonly reading: Phrase }, wording) =>
    `Closed as normal now after ${lastedWords(lasted, wording)}${by === undefined ? '' : `, said ${userToken(by)}`}: ${wording.text(reading)}`,
  'alert.closedByHand': closedByHand,
  'alert.closedForNow': closedByHand,
  'alert.held': heldWords,
  'alert.resolved': resolved,
  'alert.unreadable': () =>
    'Closed: what imstats had stored of this alert could not be read. If its limit is still crossed, it opens anew',
  'alert.late': ({ story, because }: { readonly story: Phrase; readonly because: 'away' | 'short' }, { text }) =>
    `${text(story)} ${because === 'away' ? 'Slack could not be reached; nobody was told then.' : 'It was over before anybody could be told.'}`,
  'alert.storm': stormOf,
  'alert.stormMoved': ({ rule }: { readonly rule: string }) => `${rule} is critical and has a message of its own`,
  'alert.pending': ({ reading, since, now, zone }: WhenWritten & { reading: Phrase; since: Instant }, wording) =>
    `Pending: ${wording.text(reading)}, since ${wording.clock(since, now, zone)}`,
  'alert.quiet': ({ reading }: { readonly reading: Phrase }, { text }) => `Quiet: ${text(reading)}`,
  /** Beyond its limit, and nothing has opened: it was seen for the first time, or does not hold for long enough. */
  'alert.notOpen': ({ reading }: { readonly reading: Phrase }, { text }) => `No alert open: ${text(reading)}`,
  'alert.notYet': ({ subject }: Pick<Subject, 'subject'>, { text }) => `${text(subject)} not measured yet`,
} satisfies PhraseSet;
