// The English of a past incident: as a line of a list, and the parts of its report.
import type { Duration, Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import { spanLength } from '../metrics/format-time.ts';
import { messageMark, type Phrase, type PhraseSet, type Wording } from '../metrics/phrase.ts';
import { localDate } from '../time-zone.ts';
import { lastedWords, ordinal, type WhenWritten } from './alert-phrases.ts';
import { userToken } from './notification.ts';
import type { Level } from './rule.ts';
import type { CloseReason } from './state.ts';

interface PastIncident extends WhenWritten {
  readonly rule: string;
  readonly app: string;
  readonly level: Level;
  readonly openedAt: Instant;
  readonly closedAt?: Instant | undefined;
  readonly reason?: CloseReason | undefined;
  /** What it meant, from when to when: `under 15 %`. Absent in what earlier versions stored. */
  readonly beyond?: Phrase | undefined;
  readonly beganAt?: Instant | undefined;
  readonly clearedAt?: Instant | undefined;
  /** For how long of that time nothing was measured. */
  readonly unmeasured?: Duration | undefined;
  /** When people were first told. */
  readonly toldAt?: Instant | undefined;
  readonly worst?: Phrase | undefined;
  /** Who had it in hand last. */
  readonly by?: string | undefined;
  readonly notes: number;
  /** The address of its message. */
  readonly address?: string | undefined;
}

const endings: Readonly<Record<CloseReason, string>> = {
  recovered: 'closed',
  settled: 'closed as usual now',
  accepted: 'closed as normal',
  unknown: 'closed without data',
  rule_removed: 'closed with its rule',
  paused: 'closed with its rule',
  manual: 'closed by hand',
};

/** `under 15 % from 02:58 to 03:35, 37 min`; of an older one when it was open. */
function conditionWords(one: PastIncident, wording: Wording): string {
  const { beyond, beganAt, clearedAt, openedAt, closedAt, unmeasured, now, zone } = one;
  const { clock, duration, text } = wording;
  const lastedTo = (end: Instant): string =>
    lastedWords({ lasted: spanLength(beganAt ?? end, end), unmeasured }, wording);
  if (beyond === undefined || beganAt === undefined)
    return closedAt === undefined
      ? `open for ${duration(now - openedAt)}`
      : `open until ${clock(closedAt, openedAt, zone)}, ${duration(spanLength(openedAt, closedAt))}`;
  const what = text(beyond);
  if (clearedAt !== undefined)
    return `${what} from ${clock(beganAt, openedAt, zone)} to ${clock(clearedAt, openedAt, zone)}, ${lastedTo(clearedAt)}`;
  const since = `${what} since ${clock(beganAt, openedAt, zone)}`;
  return closedAt === undefined ? `${since}, ${lastedTo(now)}` : `${since}, not seen to end`;
}

/** `told 03:03, closed 03:45`. */
function toldWords(one: PastIncident, { clock }: Wording): string {
  const { toldAt, closedAt, openedAt, reason, beganAt, zone } = one;
  const told =
    toldAt === undefined ? (beganAt === undefined ? [] : ['not told']) : [`told ${clock(toldAt, openedAt, zone)}`];
  const closed =
    closedAt === undefined ? ['still open'] : [`${endings[reason ?? 'recovered']} ${clock(closedAt, openedAt, zone)}`];
  return [...told, ...closed].join(', ');
}

/** `Sat 21 Nov at 03:03, memory-low, Production chat, critical, under 15 % from 02:58 to 03:35, 37 min, lowest 5.9 %; told …` */
function incidentWords(one: PastIncident, wording: Wording): string {
  const { rule, app, level, openedAt, worst, by, notes, address, now, zone } = one;
  const { moment, quantity, text } = wording;
  const parts = [
    `${rule}, ${app}, ${level}: ${conditionWords(one, wording)}${worst === undefined ? '' : `, ${text(worst)}`}`,
    toldWords(one, wording),
    ...(by === undefined ? [] : [`${userToken(by)} had it`]),
    ...(notes === 0 ? [] : [quantity(notes, { one: 'note', other: 'notes' })]),
  ];
  return `${capitalise(moment(openedAt, zone, now))}, ${parts.join('; ')}.${messageMark(address)}`;
}

/** `Incident memory-low, Production chat, 22 Nov: under 15 % from 02:58 to 03:35, 37 min, lowest 5.9 %` */
function headlineWords(one: PastIncident, wording: Wording): string {
  const { rule, app, openedAt, worst, zone } = one;
  const date = wording.shortDate(localDate(openedAt, zone));
  const extreme = worst === undefined ? '' : `, ${wording.text(worst)}`;
  return `Incident ${rule}, ${app}, ${date}: ${conditionWords(one, wording)}${extreme}`;
}

interface Told {
  readonly told: PastIncident;
  /** When people were told of critical, where they had been told of the warning before. */
  readonly criticalAt?: Instant | undefined;
}

/** `Told at 03:03 as a warning, critical at 03:06, closed at 03:45.` Of what an earlier version stored only the end is known. */
function toldLine({ told: one, criticalAt }: Told, { clock }: Wording): string {
  const { toldAt, beganAt, closedAt, openedAt, reason, level, zone } = one;
  const at = (moment: Instant): string => `at ${clock(moment, openedAt, zone)}`;
  const first = level === 'critical' && criticalAt === undefined ? 'as critical' : 'as a warning';
  const unknown = beganAt === undefined ? [] : ['nobody was told'];
  const parts = [
    ...(toldAt === undefined ? unknown : [`told ${at(toldAt)} ${first}`]),
    ...(criticalAt === undefined ? [] : [`critical ${at(criticalAt)}`]),
    closedAt === undefined ? 'still open' : `${endings[reason ?? 'recovered']} ${at(closedAt)}`,
  ];
  return `${capitalise(parts.join(', '))}.`;
}

interface TookPart {
  /** Who had it in hand last. */
  readonly by?: string | undefined;
  /** Everybody else who did something. */
  readonly others: readonly string[];
}

/** `@bob had it in hand; @alice took part.` */
function peopleLine({ by, others }: TookPart, { list }: Wording): string {
  const had = by === undefined ? 'Nobody acknowledged it' : `${userToken(by)} had it in hand`;
  return others.length === 0 ? `${had}.` : `${had}; ${list(others.map(userToken))} took part.`;
}

interface Earlier {
  /** This one counts. */
  readonly count: number;
  /** Of how many days it is known; undefined for less than one. */
  readonly days?: number | undefined;
  /** The newest of the others, the newest first. */
  readonly others: readonly { readonly openedAt: Instant; readonly lasted?: Duration | undefined }[];
  readonly zone: string;
}

/** `Third in 30 days; the others: 18 min on 21 Nov, 6 min on 9 Nov.` */
function earlierLine({ count, days, others, zone }: Earlier, { duration, shortDate }: Wording): string {
  const within = days === undefined ? '' : days === 1 ? ' in a day' : ` in ${days} days`;
  const first = `${ordinal(count)}${within}`;
  if (others.length === 0) return `${first}.`;
  const named = others.map(({ openedAt, lasted }) => {
    const length = lasted === undefined ? 'one' : duration(lasted);
    return `${length} on ${shortDate(localDate(openedAt, zone))}`;
  });
  const hidden = count - 1 - others.length;
  const which = count === 2 ? 'the other' : hidden > 0 ? 'the last of the others' : 'the others';
  return `${first}; ${which}: ${named.join(', ')}.`;
}

export const incidentPhrases = {
  'incident.line': incidentWords,
  'incident.headline': headlineWords,
  'incident.told': toldLine,
  'incident.people': peopleLine,
  'incident.earlier': earlierLine,
} satisfies PhraseSet;
