// English for digests: their periods, tables, what was measured, the alerts of a period and the runs that were skipped.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import type { Unit } from '../metrics/catalog.ts';
import { capitalise, lowerFirst } from '../metrics/format.ts';
import { messageMark, type Phrase, type PhraseSet, type Wording } from '../metrics/phrase.ts';
import { addDays, type LocalDate, localDate, type Period } from '../time-zone.ts';
import { sentence } from './status-phrases.ts';

/** A period by its kind, its dates (both included) and its ends. */
export interface PeriodName {
  readonly period: Period;
  readonly from: Instant;
  readonly to: Instant;
  readonly dates: { readonly from: LocalDate; readonly to: LocalDate };
  readonly zone: string;
}

interface OfPeriod {
  readonly of: PeriodName;
}

interface OfApp {
  readonly app: string;
}

const titles: Readonly<Record<Period, string>> = { hour: 'Hourly', day: 'Daily', week: 'Weekly', month: 'Monthly' };

/** `Sunday 22 Nov 2026`, `Monday 23 Nov 2026, 08:00 to 09:00`, `week 47, 16 to 22 Nov 2026`, `October 2026`. */
export function periodWords({ period, from, to, dates, zone }: PeriodName, wording: Wording): string {
  if (period === 'hour') return `${wording.dates(dates.from, dates.from)}, ${wording.hours(from, to, zone)}`;
  if (period === 'day') return wording.dates(dates.from, dates.from);
  if (period === 'month') return wording.instant(from, zone, 'LLLL yyyy');
  return `week ${wording.instant(from, zone, 'W')}, ${wording.dates(dates.from, dates.to)}`;
}

/** `Sunday`, `hour`, `week`: what a period is one of. */
export const kindOf = ({ period, dates }: PeriodName, { dayName }: Wording): string =>
  period === 'day' ? dayName(dates.from) : period;

/** `Sunday`, `08:00 to 09:00`, `16 to 22 Nov`, `October`. */
export function columnName(of: PeriodName, wording: Wording): string {
  const { period, from, to, dates, zone } = of;
  if (period === 'hour') return wording.hours(from, to, zone);
  if (period === 'day') return wording.dayName(dates.from);
  return period === 'month' ? wording.instant(from, zone, 'LLLL') : wording.shortDates(dates.from, dates.to);
}

/** The words after a number on when it was. */
export const when = (moment: Phrase | undefined, { text }: Wording): string =>
  moment === undefined ? '' : ` ${text(moment)}`;

export const quantityOf = (count: number, unit: string, { quantity }: Wording): string =>
  quantity(count, { one: unit, other: `${unit}s` });

/** The ends of a row's values, and of how many they are. */
interface RowRange {
  readonly low: number;
  readonly high: number;
  readonly unit: Unit;
  readonly known: number;
  readonly of: number;
}

/** `lowest 1,204, highest 1,892`, `412 each time`; with `of 5` where some of the periods are not known. */
export function rangeWords({ low, high, unit, known, of }: RowRange, wording: Wording): string {
  const [least, most] = [wording.value(low, unit), wording.value(high, unit)];
  const ends = least === most ? `${least} each time` : `lowest ${least}, highest ${most}`;
  return known < of ? `${ends} (${known} of ${of} known)` : ends;
}

/** Minutes up to two hours, then hours. */
function overLimit(length: Duration, wording: Wording): string {
  if (length < minute) return 'less than a minute';
  return length < 2 * hour ? quantityOf(Math.round(length / minute), 'minute', wording) : wording.duration(length);
}

/** The incident that was open longest; `what` is the metric or condition. */
interface Longest extends OfApp {
  readonly what: Phrase;
  readonly openedAt: Instant;
  readonly closedAt?: Instant;
  readonly isOneDay: boolean;
  readonly zone: string;
  /** Of its message. */
  readonly address?: string | undefined;
}

function longestWords(
  { what, app, openedAt, closedAt, isOneDay, zone, address }: Longest,
  { text, instant }: Wording,
): string {
  const tokens = isOneDay ? 'HH:mm' : 'ccc d LLL HH:mm';
  const end = closedAt === undefined ? 'and still open' : `to ${instant(closedAt, zone, tokens)}`;
  return `Longest: ${text(what)}, ${app}, ${instant(openedAt, zone, tokens)} ${end}.${messageMark(address)}`;
}

/** Why a run is not out, by its stored state. */
const unsent: Readonly<Record<string, string>> = {
  collecting: 'its numbers are still being gathered',
  queued: 'Slack has not taken it yet',
  failed: 'Slack did not take it',
};

export const digestPhrases = {
  /** `Daily digest, Sunday 22 Nov 2026, Asia/Taipei`; a day on which the clock changes has its length. */
  'digest.title': ({ of }: OfPeriod, wording) => {
    const hours = Math.round((of.to - of.from) / hour);
    const length = of.period === 'day' && hours !== 24 ? `, ${quantityOf(hours, 'hour', wording)}` : '';
    return `${titles[of.period]} digest, ${periodWords(of, wording)}${length}, ${of.zone}`;
  },
  'digest.titled': ({ title, mark }: { title: Phrase; mark: Phrase }, { text }) => `${text(title)}; ${text(mark)}`,
  'digest.preview': () => 'preview, seen by you only, nothing was sent',
  'digest.onDemand': () => 'on demand, beside the scheduled one',
  'digest.late': ({ late }: { late?: { length: Duration; dueAt: Instant; zone: string } }, { duration, time }) =>
    late === undefined ? 'sent late' : `sent ${duration(late.length)} late, due at ${time(late.dueAt, late.zone)}`,
  'digest.column': ({ of }: OfPeriod, wording) => columnName(of, wording),
  'digest.lastDay': ({ of }: OfPeriod, { dayName }) => `last ${dayName(of.dates.from)}`,
  'digest.weekAgo': () => 'a week ago',
  'digest.sameHour': () => 'the same hour a week ago',
  'digest.lastYear': ({ of }: OfPeriod, { instant }) => instant(of.from, of.zone, 'LLLL yyyy'),
  'digest.before': ({ period }: { period: Period }) => `the ${period} before`,
  'digest.this': ({ period }: { period: Period }) => `this ${period}`,
  /** `8 Sundays`, `24 hours`. */
  'digest.history': ({ count, of }: OfPeriod & { count: number }, wording) => `${count} ${kindOf(of, wording)}s`,
  'digest.noColumn': () => '',
  /** What a chart covers: `Sun 22 Nov`, `16 to 22 Nov`, `October 2026`. */
  'digest.span': ({ of }: OfPeriod, wording) => {
    if (of.period === 'day') return wording.instant(of.from, of.zone, 'ccc d LLL');
    return of.period === 'month' ? periodWords(of, wording) : wording.shortDates(of.dates.from, of.dates.to);
  },
  /** `lowest 1,204, highest 1,892`: of the periods that were measured well. */
  'digest.range': (range: RowRange, wording) => rangeWords(range, wording),
  /** `6,003 (5 of 7 days known)`. */
  'digest.partOf': ({ value, coverage }: { value: Phrase; coverage: Phrase }, { text }) =>
    `${text(value)} (${text(coverage)})`,
  /** `active users 412`. */
  'digest.item': ({ name, value }: { name: Phrase; value: Phrase }, { text }) =>
    `${lowerFirst(text(name))} ${text(value)}`,
  'digest.unchanged': ({ items }: Items, { text }) => `Unchanged: ${items.map(text).join(', ')}.`,
  'digest.also': ({ items }: Items, { text }) => `Also: ${items.map(text).join('; ')}.`,
  /** The numbers of an earlier period, where there are none of this one. */
  'digest.instead': ({ name, items }: Items & { name: Phrase }, { text }) =>
    `${capitalise(text(name))}: ${items.map(text).join(', ')}.`,
  'digest.itemsSoFar': ({ items }: Items, { text }) => `So far: ${items.map(text).join(', ')}.`,
  /** `Measured since 08:30 today; the first whole day comes tomorrow.` */
  'digest.measuredSince': ({ since, first, period, zone, now }: FirstPeriod, wording) => {
    const isToday = localDate(since, zone) === localDate(now, zone);
    const began = isToday ? `${wording.time(since, zone)} today` : wording.instant(since, zone, 'ccc d LLL HH:mm');
    return `Measured since ${began}; the first whole ${period} ${firstWords({ first, period, zone, now }, wording)}.`;
  },
  'digest.between': ({ from, to, zone }: { from: Instant; to: Instant; zone: string }, { time }) => {
    const end = time(to, zone);
    return `between ${time(from, zone)} and ${end === '00:00' ? '24:00' : end}`;
  },
  'digest.noAlerts': () => 'Alerts: none.',
  /** `Alerts: 2 opened, 2 resolved, 41 minutes with an alert open. Longest: free memory, Production chat, 03:04 to 03:45.` */
  'digest.alerts': (
    {
      opened,
      resolved,
      open,
      over,
      longest,
    }: Record<'opened' | 'resolved' | 'open' | 'over', number> & { longest: Longest },
    wording,
  ) => {
    const counts = [`${opened} opened`, `${resolved} resolved`, ...(open > 0 ? [`${open} still open at the end`] : [])];
    return `Alerts: ${counts.join(', ')}, ${overLimit(over, wording)} with an alert open. ${longestWords(longest, wording)}`;
  },
  'digest.noAnswer': () => 'no answer',
  /** `app` in digests that were stored before apps that were measured alike stood together. */
  'digest.measuredOn': (
    { coverage, app, apps = [app ?? ''] }: Partial<OfApp> & { coverage: Phrase; apps?: readonly string[] },
    { text, list },
  ) => `${text(coverage)} on ${list(apps)}.`,
  'digest.noteOf': ({ app, note }: OfApp & { note: Phrase }, { text }) => sentence(`${app}: ${text(note)}`),
  'digest.daysIn': ({ app, zone }: OfApp & { zone: string }) => `${app}'s days are days in ${zone}.`,
  /** `China's Sunday was complete at 08:50.` */
  'digest.complete': ({ app, of, at: time, state }: OfApp & OfPeriod & Completeness, wording) => {
    const what = `${app}'s ${kindOf(of, wording)}`;
    const clock = time === undefined ? '' : wording.time(time, of.zone);
    if (state === 'missing') return `${what} is not there yet.`;
    if (state === 'partial')
      return `${what} is not complete: the numbers are what the platform had at ${clock}, and may still grow.`;
    return clock === '' ? `${what} is complete.` : `${what} was complete at ${clock}.`;
  },
  'digest.nothingMeasured': ({ of }: OfPeriod, wording) =>
    `Nothing was measured in this period (${periodWords(of, wording)}).`,
  'digest.dayMissing': ({ of }: OfPeriod, wording) =>
    `${capitalise(periodWords(of, wording))} is not there yet: the platform reports a day some hours after it ends.`,
  'digest.lastNumbers': ({ facts, when: moment }: { facts: readonly Phrase[]; when?: Phrase }, wording) =>
    `The last numbers${when(moment, wording)}: ${wording.list(facts.map(wording.text))}.`,
  'digest.gaps': ({ coverage }: { coverage: Phrase }, { text }) =>
    `${text(coverage)}: sums are of what was measured, and nothing is compared with them.`,
  'digest.fewGaps': ({ coverage, unit }: { coverage: Phrase; unit: 'hour' | 'day' }, { text }) =>
    `${text(coverage)}: sums are of these, and changes of the ${unit}s that are known both times.`,
  /** `1,893 of 2,000 (95 %)`. */
  'digest.ofLimit': ({ value, share, limit }: Record<'value' | 'share' | 'limit', number>, { count, ratio }) =>
    `${count(value)} of ${count(limit)} (${ratio(share)})`,
  /** `Next digest: tomorrow 09:00 Asia/Taipei.` */
  'digest.next': ({ next, now, zone }: { next: Instant; now: Instant; zone: string }, { time, instant }) => {
    const [date, today] = [localDate(next, zone), localDate(now, zone)];
    const isTomorrow = date === addDays(today, 1);
    const day = date === today ? 'today' : isTomorrow ? 'tomorrow' : instant(next, zone, 'cccc d LLL');
    return `Next digest: ${day} ${time(next, zone)} ${zone}.`;
  },
  /** Reasons of runs that were not sent, or not yet. */
  'digest.newSchedule': () => 'the schedule is new',
  'digest.removed': () => 'the digest was removed',
  'digest.notRunning': () => 'imstats was not running',
  'digest.waitsForDays': () => 'waits for the days of a platform',
  'digest.notTaken': () => 'Slack did not take it',
  'digest.unreadable': () => 'The stored message could not be read.',
  'digest.notOut': (
    {
      id,
      period,
      dueAt,
      zone,
      now,
      state,
    }: { id: string; period: string; dueAt: Instant; zone: string; now: Instant; state: string },
    { moment },
  ) =>
    `The digest ${id} of ${period} did not go out: it was due ${moment(dueAt, zone, now)}, and ${unsent[state] ?? state}. /imstats health says more.`,
  'digest.notSent': () => 'it could not be sent',
  'digest.noneConfigured': () => 'No digest is configured',
  'digest.nextRun': ({ id, at, zone, now }: NextRun, { moment }) =>
    `Next digest: ${id}, ${moment(at, zone, now)} ${zone}`,
  'digest.run': ({ id, at, zone, now, period, apps }: NextRun & { period: Period; apps: readonly string[] }, wording) =>
    `${id}: ${wording.moment(at, zone, now)} ${zone}, in ${wording.roughly(at - now)}; each ${period}, about ${wording.list(apps)}`,
  /** `24 hourly digests were skipped (28 Nov 15:00 to 29 Nov 14:00): imstats was not running.` */
  'digest.skippedRuns': (
    { first, last, count, reason }: { first: PeriodName; last: PeriodName; count: number; reason: Phrase },
    wording,
  ) => {
    const which =
      count === 1
        ? `The digest of ${periodWords(first, wording)} was`
        : `${wording.count(count)} ${titles[first.period].toLowerCase()} digests were`;
    const span = count === 1 ? '' : ` (${runsWords(first, last, wording)})`;
    return sentence(`${which} skipped${span}: ${wording.text(reason)}`);
  },
} satisfies PhraseSet;

interface Items {
  readonly items: readonly Phrase[];
}

/** The first whole period of an app that is measured since `since`; `first` is when it begins. */
interface FirstPeriod {
  readonly since: Instant;
  readonly first: Instant;
  readonly period: Period;
  readonly zone: string;
  readonly now: Instant;
}

/** `comes tomorrow`, `is today`, `begins at 16:00`, `begins on Mon 30 Nov`. */
function firstWords({ first, period, zone, now }: Omit<FirstPeriod, 'since'>, wording: Wording): string {
  if (period === 'hour') return `begins at ${wording.time(first, zone)}`;
  const [date, today] = [localDate(first, zone), localDate(now, zone)];
  if (date === today) return 'began today';
  if (date === addDays(today, 1)) return period === 'day' ? 'comes tomorrow' : 'begins tomorrow';
  return `${date < today ? 'began' : 'begins'} on ${wording.instant(first, zone, 'ccc d LLL')}`;
}

/** The first and the last of several periods: `28 Nov 15:00 to 29 Nov 14:00`, `20 to 22 Nov 2026`. */
function runsWords(first: PeriodName, last: PeriodName, wording: Wording): string {
  if (first.period !== 'hour') return wording.dates(first.dates.from, last.dates.to);
  return `${wording.instant(first.from, first.zone, 'd LLL HH:mm')} to ${wording.instant(last.from, last.zone, 'd LLL HH:mm')}`;
}

/** A digest that is due. */
interface NextRun {
  readonly id: string;
  readonly at: Instant;
  readonly zone: string;
  readonly now: Instant;
}

/** How complete the days of a period are, and at what time that was known. */
interface Completeness {
  readonly state: 'missing' | 'partial' | 'complete';
  readonly at?: Instant;
}
