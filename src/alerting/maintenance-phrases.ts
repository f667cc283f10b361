// The English of maintenance: what is told when it begins and ends, how it is listed, and what a person is answered.
import type { Instant } from '../clock.ts';
import { capitalise } from '../metrics/format.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
import type { WhenWritten } from './alert-phrases.ts';
import { userToken } from './notification.ts';

interface Covered {
  /** Names of apps and ids of rules; none: all of them. */
  readonly subjects: readonly string[];
}
interface Begun extends Covered, WhenWritten {
  readonly until: Instant;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}
interface Over extends Begun {
  readonly from: Instant;
  readonly at: Instant;
  /** `time`: it was to end then. */
  readonly how: 'time' | 'person' | 'undone';
  readonly endedBy?: string | undefined;
}

const person = (by: string | undefined): string => (by === undefined ? 'somebody' : userToken(by));
const whose = ({ subjects }: Covered, { list }: Wording): string =>
  subjects.length === 0 ? 'everything' : list(subjects);
const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);

/** `Maintenance of Production chat from 03:00 to 03:30, 30 min: deploy` */
function overWords(one: Over, wording: Wording): string {
  const { from, at, how, endedBy, reason, now, zone } = one;
  if (how === 'undone') return `Maintenance of ${whose(one, wording)} was undone by ${person(endedBy)}`;
  const early = how === 'person' ? `, ended early by ${person(endedBy)}` : '';
  const span = `from ${wording.clock(from, now, zone)} to ${wording.clock(at, now, zone)}, ${wording.duration(at - from)}`;
  return `Maintenance of ${whose(one, wording)} is over, ${span}${early}${because(reason)}`;
}

interface ListedOne extends Begun {
  readonly from: Instant;
  readonly isNow: boolean;
  /** The name of a window of the configuration. */
  readonly name?: string | undefined;
}

/** `Production chat until 03:30, begun by @bob: deploy`; `next sunday-night of all, on Sun 29 Nov at 02:00 for 2 h`. */
function listedWords(one: ListedOne, wording: Wording): string {
  const { from, until, isNow, name, by, reason, now, zone } = one;
  const { clock, moment, duration } = wording;
  const what = name === undefined ? whose(one, wording) : `${name} of ${whose(one, wording)}`;
  const begun = by === undefined ? '' : `, begun by ${userToken(by)}`;
  if (isNow) return `${what} until ${clock(until, now, zone)}${begun}${because(reason)}`;
  return `${what} ${moment(from, zone, now)} for ${duration(until - from)}${begun}${because(reason)}`;
}

export const maintenancePhrases = {
  'maintenance.begun': (one: Begun, wording) =>
    `Maintenance of ${whose(one, wording)} until ${wording.clock(one.until, one.now, one.zone)}, begun by ${person(one.by)}${because(one.reason)}`,
  'maintenance.quiet': ({ rules, more }: { readonly rules: readonly string[]; readonly more: number }, { list }) =>
    `Nobody is told of ${list(more === 0 ? rules : [...rules, `${more} more`])} meanwhile, critical included. What still fires at the end is told then.`,
  'maintenance.over': overWords,
  'maintenance.goesOn': (one: Begun, wording) =>
    `Maintenance of ${whose(one, wording)} goes on until ${wording.clock(one.until, one.now, one.zone)}, by ${person(one.by)}`,
  'maintenance.still': ({ rules }: { readonly rules: readonly string[] }, { list }) =>
    rules.length === 0 ? 'None of its alerts fires.' : `Still firing, told now: ${list(rules)}.`,
  'maintenance.sentences': ({ parts }: { readonly parts: readonly Phrase[] }, { text }) =>
    parts.map((part) => text(part).replace(/(?<![.!?])$/, '.')).join(' '),
  'maintenance.story': (one: Over, wording) => `${overWords(one, wording)}.`,
  'maintenance.listed': listedWords,
  'maintenance.now': ({ listed }: { readonly listed: readonly Phrase[] }, { text }) =>
    `In maintenance: ${listed.map(text).join('; ')}.`,
  'maintenance.next': ({ listed }: { readonly listed: Phrase }, { text }) => `Next maintenance: ${text(listed)}.`,
  'maintenance.none': () => 'Nothing is in maintenance.',
  'maintenance.noneOf': (one: Covered, wording) => `${capitalise(whose(one, wording))}: no maintenance goes on.`,
  'maintenance.ofFile': ({ name, until, now, zone }: WhenWritten & { name: string; until: Instant }, { clock }) =>
    `${name} stands in the configuration and ends at ${clock(until, now, zone)}.`,
  'maintenance.noRule': (one: Covered, wording) => `No alert watches ${whose(one, wording)}.`,
  /** For a digest. */
  'maintenance.was': (
    {
      app,
      count,
      from,
      to,
      lasted,
      now,
      zone,
    }: WhenWritten & Record<'count' | 'from' | 'to' | 'lasted', number> & { app: string },
    { clock, duration },
  ) =>
    count === 1
      ? `${app} was in maintenance from ${clock(from, now, zone)} to ${clock(to, now, zone)}: nobody was told of its alerts.`
      : `${app} was in maintenance ${count} times, ${duration(lasted)} in all: nobody was told of its alerts.`,
  'maintenance.notUndone': () => 'There is nothing to undo any more: the maintenance has ended or goes on already.',
  'button.endMaintenance': ({ name }: { readonly name?: string | undefined }) =>
    name === undefined ? 'End maintenance' : `End ${name}`,
} satisfies PhraseSet;
