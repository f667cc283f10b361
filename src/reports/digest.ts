// A digest as a report: line 1, a section for each app, the recap of incidents, the words for a day without changes.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import { capitalise, formatDuration, formatQuantity, formatTime, listWords } from '../metrics/format.ts';
import { type Span, spellDates } from '../metrics/range.ts';
import { formatInstant, localDate } from '../time-zone.ts';
import { withNamedCharts } from './chart.ts';
import { pickHighlights } from './digest-comparison.ts';
import type { DigestPart, Quiet } from './digest-part.ts';
import { type Comparisons, comparisonsOf, type DigestPeriod, digestTitle, nextWords } from './digest-period.ts';
import type { Report, Section } from './report.ts';
import { sentence, worstStatus } from './status.ts';

/** `Nothing changed: …` of all apps, or which of them were as usual and which have nothing to compare with. */
export function quietWords(
  parts: readonly DigestPart[],
  recap: RecapReading,
  kind: Comparisons['history']['kind'],
): string {
  const apps = parts.flatMap(({ app, quiet }) => (quiet === undefined ? [] : [{ name: app.name, ...quiet }]));
  if (apps.length === 0) return 'No app of this digest is measured by the hour.';
  const usual = apps.filter((one) => one.isMeasured && one.hasPast);
  const fresh = apps.filter((one) => !usual.includes(one));
  const isCalm = isWithinLimits(apps, recap);
  const tooFew = `there are too few earlier ${kind}s.`;
  if (usual.length === 0) return `Nothing to compare with yet: ${tooFew}${isCalm ? ' No limit was near.' : ''}`;
  const asUsual = `every number was as usual${fresh.length === 0 ? '' : ` on ${namesOf(usual)}`}.`;
  const first = isCalm ? `Nothing changed: no limit was near, and ${asUsual}` : capitalise(asUsual);
  return fresh.length === 0 ? first : `${first} Nothing to compare with yet on ${namesOf(fresh)}: ${tooFew}`;
}

function namesOf(apps: readonly { readonly name: string }[]): string {
  return listWords(apps.map(({ name }) => name));
}

/**
 * True when no limit was near: every app was measured, no hour or day is beyond the limit of a rule, and no incident was open in the
 * period. Numbers near the limits of connections and memory are highlights already.
 */
function isWithinLimits(apps: readonly Quiet[], recap: RecapReading): boolean {
  return recap.longest === undefined && apps.every((one) => one.isMeasured && !one.isCrossed);
}

/** An incident that was open at some time in the period. */
export interface IncidentReading {
  /** The metric or condition in plain words: "free memory". */
  readonly what: string;
  /** Name of the app. */
  readonly app: string;
  readonly openedAt: Instant;
  /** Absent while it is open. */
  readonly closedAt?: Instant | undefined;
}

/** The alerts of a period in figures. */
export interface RecapReading {
  readonly opened: number;
  readonly resolved: number;
  /** Open at the end of the period. */
  readonly open: number;
  /** Time of the period in which at least one was open, in ms. */
  readonly over: Duration;
  /** The one that was open longest within the period; undefined where none was open. */
  readonly longest: { readonly incident: IncidentReading } | undefined;
}

/** `Alerts: 2 opened, 2 resolved, 41 minutes over a limit. Longest: free memory, Production chat, 03:04 to 03:45.` */
export function recapWords(
  { opened, resolved, open, over, longest }: RecapReading,
  span: Span,
  frame: { readonly now: Instant; readonly zone: string },
): string {
  if (longest === undefined) return 'Alerts: none.';
  const counts = [`${opened} opened`, `${resolved} resolved`, ...(open > 0 ? [`${open} still open at the end`] : [])];
  return `Alerts: ${counts.join(', ')}, ${lengthWords(over)} over a limit. ${longestWords(longest.incident, span, frame)}`;
}

/** Minutes in words up to two hours, then hours. */
function lengthWords(length: Duration): string {
  if (length < minute) return 'less than a minute';
  return length < 2 * hour ? formatQuantity(Math.round(length / minute), 'minute') : formatDuration(length);
}

function longestWords(longest: IncidentReading, span: Span, frame: { now: Instant; zone: string }): string {
  const end = longest.closedAt ?? frame.now;
  const isOneDay = localDate(span.from, frame.zone) === localDate(longest.openedAt, frame.zone) && end < span.to;
  const tokens = isOneDay && span.to - span.from <= 25 * hour ? 'HH:mm' : 'ccc d LLL HH:mm';
  const from = formatInstant(longest.openedAt, frame.zone, tokens);
  const to =
    longest.closedAt === undefined ? 'and still open' : `to ${formatInstant(longest.closedAt, frame.zone, tokens)}`;
  return `Longest: ${longest.what}, ${longest.app}, ${from} ${to}.`;
}

/** Why the digest is made: on schedule, late, on demand, or as a preview. */
export type DigestMode = 'scheduled' | 'late' | 'on demand' | 'preview';

/** The contents of a digest. */
export interface DigestContents {
  readonly of: DigestPeriod;
  readonly now: Instant;
  readonly mode: DigestMode;
  /** When it was due; for `late`. */
  readonly dueAt?: Instant | undefined;
  /** The parts of the apps, in the order of the configuration. */
  readonly parts: readonly DigestPart[];
  /** The alerts of the period, of the apps of this digest. */
  readonly recap: RecapReading;
  /** Earlier runs that were never sent, in words: the period, and a reason. */
  readonly skipped: readonly { readonly period: string; readonly reason: string }[];
  readonly next?: Instant | undefined;
}

/** The whole digest; it states when nothing changed, when a platform failed and when a day is not complete. */
export function digestReport(digest: DigestContents): Report {
  const { of, now, parts } = digest;
  const standing = worstStatus(parts.map((part) => part.standing));
  const mark = modeWords(digest);
  const window = windowWords(of);
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: digestTitle(of),
    context: mark === undefined ? window : `${mark}; ${window}`,
    asOf: now,
    zone: of.zone,
    stale: false,
    sections: [
      changes(digest),
      ...parts.map((part) => sectionOf(part, digest)),
      { figures: [], lines: [recapWords(digest.recap, of.span, { now, zone: of.zone })], charts: [] },
    ],
    notes: [
      ...parts.flatMap((part) => part.notes),
      ...skippedNotes(digest),
      ...(digest.next === undefined ? [] : [nextWords(digest.next, now, of.zone)]),
    ],
  };
}

function changes({ of, parts, recap }: DigestContents): Section {
  const all = parts.flatMap((part) => part.highlights);
  const { kind } = comparisonsOf(of).history;
  const lines = all.length > 0 ? pickHighlights(all).map((words) => `• ${words}`) : [quietWords(parts, recap, kind)];
  return { title: 'What changed', figures: [], lines, charts: [] };
}

/** Charts carry the name of the app where there are several: people may open a chart alone. */
function sectionOf({ section, app }: DigestPart, { parts }: DigestContents): Section {
  return parts.length > 1 ? withNamedCharts(section, app) : section;
}

function modeWords({ mode, dueAt, of, now }: DigestContents): string | undefined {
  if (mode === 'scheduled') return undefined;
  if (mode === 'preview') return 'preview, seen by you only';
  if (mode === 'on demand') return 'on demand, beside the scheduled one';
  return dueAt === undefined
    ? 'sent late'
    : `sent ${formatDuration(now - dueAt)} late, due at ${formatTime(dueAt, of.zone)}`;
}

/** `the whole of 22 Nov, 00:00 to 24:00, Asia/Taipei`, `16 to 22 Nov 2026, Asia/Taipei`. */
function windowWords({ period, span, dates, zone }: DigestPeriod): string {
  if (period === 'day') return `the whole of ${formatInstant(span.from, zone, 'd LLL')}, 00:00 to 24:00, ${zone}`;
  if (period === 'hour')
    return `${formatInstant(span.from, zone, 'HH:mm')} to ${formatInstant(span.to, zone, 'HH:mm')}, ${zone}`;
  return `${spellDates(dates.from, dates.to)}, ${zone}`;
}

function skippedNotes({ skipped }: DigestContents): string[] {
  return skipped.map(({ period, reason }) => sentence(`The digest of ${period} was skipped: ${reason}`));
}
