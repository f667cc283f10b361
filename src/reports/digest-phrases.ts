// English for digests: their periods, what changed, what was measured, the alerts of a period and the runs that were skipped.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { capitalise } from '../metrics/format.ts';
import type { Phrase, PhraseSet, Wording } from '../metrics/phrase.ts';
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
function periodWords({ period, from, to, dates, zone }: PeriodName, wording: Wording): string {
  if (period === 'hour') return `${wording.dates(dates.from, dates.from)}, ${wording.hours(from, to, zone)}`;
  if (period === 'day') return wording.dates(dates.from, dates.from);
  if (period === 'month') return wording.instant(from, zone, 'LLLL yyyy');
  return `week ${wording.instant(from, zone, 'W')}, ${wording.dates(dates.from, dates.to)}`;
}

/** `Sunday`, `hour`, `week`: what a period is one of. */
const kindOf = ({ period, dates }: PeriodName, { dayName }: Wording): string =>
  period === 'day' ? dayName(dates.from) : period;

/** `Sunday`, `08:00 to 09:00`, `16 to 22 Nov`, `October`. */
function columnName(of: PeriodName, wording: Wording): string {
  const { period, from, to, dates, zone } = of;
  if (period === 'hour') return wording.hours(from, to, zone);
  if (period === 'day') return wording.dayName(dates.from);
  return period === 'month' ? wording.instant(from, zone, 'LLLL') : wording.shortDates(dates.from, dates.to);
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

const at = (when: Phrase | undefined, { text }: Wording): string => (when === undefined ? '' : ` ${text(when)}`);

const quantityOf = (count: number, unit: string, { quantity }: Wording): string =>
  quantity(count, { one: unit, other: `${unit}s` });

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
}

function longestWords({ what, app, openedAt, closedAt, isOneDay, zone }: Longest, { text, instant }: Wording): string {
  const tokens = isOneDay ? 'HH:mm' : 'ccc d LLL HH:mm';
  const end = closedAt === undefined ? 'and still open' : `to ${instant(closedAt, zone, tokens)}`;
  return `Longest: ${text(what)}, ${app}, ${instant(openedAt, zone, tokens)} ${end}.`;
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

/** Why a run is not out, by its stored state. */
const unsent: Readonly<Record<string, string>> = {
  collecting: 'its numbers are still being gathered',
  queued: 'Slack has not taken it yet',
  failed: 'Slack did not take it',
};

export const digestPhrases = {
  /** `Daily digest, Sunday 22 Nov 2026, Asia/Taipei`. */
  'digest.title': ({ of }: OfPeriod, wording) => `${titles[of.period]} digest, ${periodWords(of, wording)}, ${of.zone}`,
  /** `the whole of 22 Nov, 00:00 to 24:00, Asia/Taipei`, `16 to 22 Nov 2026, Asia/Taipei`. */
  'digest.window': ({ of }: OfPeriod, wording) => {
    const { period, from, to, zone, dates } = of;
    if (period === 'day') return `the whole of ${wording.instant(from, zone, 'd LLL')}, 00:00 to 24:00, ${zone}`;
    if (period === 'hour') return `${wording.time(from, zone)} to ${wording.time(to, zone)}, ${zone}`;
    return `${wording.dates(dates.from, dates.to)}, ${zone}`;
  },
  'digest.marked': ({ mark, window }: { mark: Phrase; window: Phrase }, { text }) => `${text(mark)}; ${text(window)}`,
  'digest.preview': () => 'preview, seen by you only',
  'digest.onDemand': () => 'on demand, beside the scheduled one',
  'digest.late': ({ late }: { late?: { length: Duration; dueAt: Instant; zone: string } }, { duration, time }) =>
    late === undefined ? 'sent late' : `sent ${duration(late.length)} late, due at ${time(late.dueAt, late.zone)}`,
  'digest.column': ({ of }: OfPeriod, wording) => columnName(of, wording),
  'digest.lastDay': ({ of }: OfPeriod, { dayName }) => `last ${dayName(of.dates.from)}`,
  'digest.sameHour': ({ of }: OfPeriod, { dayName }) => `the same hour last ${dayName(of.dates.from)}`,
  'digest.lastYear': ({ of }: OfPeriod, { instant }) => instant(of.from, of.zone, 'LLLL yyyy'),
  'digest.before': ({ period }: { period: Period }) => `the ${period} before`,
  'digest.this': ({ period }: { period: Period }) => `this ${period}`,
  /** `8 Sundays`, `24 hours`. */
  'digest.history': ({ count, of }: OfPeriod & { count: number }, wording) => `${count} ${kindOf(of, wording)}s`,
  'digest.noColumn': () => '',
  'digest.bars': ({ values }: { values: readonly (number | null | undefined)[] }, { bars }) => bars(values),
  'digest.changed': () => 'What changed',
  'digest.point': ({ words }: { words: Phrase }, { text }) => `• ${capitalise(text(words))}`,
  'digest.moreBelow': ({ count }: { count: number }) => `• … ${count} more below`,
  'digest.only': ({ coverage }: { coverage: Phrase }, { text }) => `only ${text(coverage)}`,
  'digest.missing': ({ of, isDay }: OfPeriod & { isDay: boolean }, wording) =>
    isDay ? `${columnName(of, wording)} is not there yet` : `nothing was measured (${columnName(of, wording)})`,
  /** `41,203 messages, +18 % vs Saturday and +4 % vs last Sunday; the busiest Sunday in 8 weeks`. */
  'digest.main': (
    { count, changes, record }: { count: number; changes: readonly Phrase[]; record?: Phrase },
    wording,
  ) => {
    const against = changes.length === 0 ? '' : `, ${wording.list(changes.map(wording.text))}`;
    const rest = record === undefined ? '' : `; ${wording.text(record)}`;
    return `${quantityOf(count, 'message', wording)}${against}${rest}`;
  },
  'digest.record': (
    { side, of, span, unit }: OfPeriod & { side: 'high' | 'low'; span: number; unit: 'week' | 'month' },
    wording,
  ) => `the ${side === 'high' ? 'busiest' : 'quietest'} ${kindOf(of, wording)} in ${quantityOf(span, unit, wording)}`,
  'digest.near': ({ peak, when, share }: { peak: number; when?: Phrase; share: number }, wording) =>
    `connection peak ${wording.count(peak)}${at(when, wording)}, ${wording.ratio(share)} of the limit`,
  /** `free memory down to 7.4 % between 03:00 and 04:00, under 8 %`. */
  'digest.crossed': (
    {
      id,
      value,
      when,
      limit,
      side,
    }: { id: MetricId; value: number; when?: Phrase; limit: number; side: 'below' | 'above' },
    wording,
  ) => {
    const { title, unit } = metric(id);
    const [to, beyond] = side === 'below' ? [' down to', 'under'] : ['', 'over'];
    const number = `${title.toLowerCase()}${to} ${wording.value(value, unit)}${at(when, wording)}`;
    return `${number}, ${beyond} ${wording.value(limit, unit)}`;
  },
  'digest.between': ({ from, to, zone }: { from: Instant; to: Instant; zone: string }, { time }) => {
    const end = time(to, zone);
    return `between ${time(from, zone)} and ${end === '00:00' ? '24:00' : end}`;
  },
  /** `12 new users, half of a usual Sunday`. */
  'digest.usual': ({ counted, of, ...usual }: OfPeriod & Usual & { counted: Phrase }, wording) =>
    `${wording.text(counted)}, ${usualWords(usual, wording)} a usual ${kindOf(of, wording)}`,
  'digest.quiet': (apps: QuietApps, wording) => quietWords(apps, wording),
  'digest.noHours': () => 'No app of this digest is measured by the hour.',
  'digest.noAlerts': () => 'Alerts: none.',
  /** `Alerts: 2 opened, 2 resolved, 41 minutes over a limit. Longest: free memory, Production chat, 03:04 to 03:45.` */
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
    return `Alerts: ${counts.join(', ')}, ${overLimit(over, wording)} over a limit. ${longestWords(longest, wording)}`;
  },
  'digest.noAnswer': () => 'no answer',
  'digest.measuredOn': ({ coverage, app }: OfApp & { coverage: Phrase }, { text }) => `${text(coverage)} on ${app}.`,
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
  'digest.noneSince': ({ of }: OfPeriod, wording) =>
    `Nothing was measured in this period (${periodWords(of, wording)}), and no number is known since then.`,
  'digest.sinceThen': ({ of }: OfPeriod, wording) =>
    `Nothing was measured in this period (${periodWords(of, wording)}): this is what is measured so far.`,
  'digest.soFar': ({ now, zone }: { now: Instant; zone: string }, { time }) => `so far, to ${time(now, zone)}`,
  'digest.now': ({ at: when, zone }: { at: Instant; zone: string }, { time }) => `now, at ${time(when, zone)}`,
  'digest.lastNumbers': ({ facts, when }: { facts: readonly Phrase[]; when?: Phrase }, wording) =>
    `The last numbers${at(when, wording)}: ${wording.list(facts.map(wording.text))}.`,
  'digest.gaps': ({ coverage }: { coverage: Phrase }, { text }) =>
    `${text(coverage)}: sums are of what was measured, and nothing is compared with them.`,
  'digest.wholeDays': ({ platform }: { platform: string }) =>
    `${platform} reports whole days: its numbers are in the daily digest.`,
  /** `1,893 (95 % of 2,000)`. */
  'digest.ofLimit': ({ value, share, limit }: Record<'value' | 'share' | 'limit', number>, { count, ratio }) =>
    `${count(value)} (${ratio(share)} of ${count(limit)})`,
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
  'digest.notRunning': () => 'imstats was not running in time',
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
  'digest.previewNote': () => 'This is a preview that only you see; nothing was sent.',
  'digest.noneConfigured': () => 'No digest is configured',
  'digest.nextRun': ({ id, at: when, zone, now }: NextRun, { moment }) =>
    `Next digest: ${id}, ${moment(when, zone, now)} ${zone}`,
  'digest.run': (
    { id, at: when, zone, now, period, apps }: NextRun & { period: Period; apps: readonly string[] },
    wording,
  ) =>
    `${id}: ${wording.moment(when, zone, now)} ${zone}, in ${wording.roughly(when - now)}; each ${period}, about ${wording.list(apps)}`,
  'digest.skipped': ({ period, reason }: { period: string; reason: Phrase }, { text }) =>
    sentence(`The digest of ${period} was skipped: ${text(reason)}`),
} satisfies PhraseSet;

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
