// A digest as a report: line 1, a section for each app, the recap of incidents, the words for a day without changes.
import { type Duration, hour, type Instant } from '../clock.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Span } from '../metrics/range.ts';
import { localDate } from '../time-zone.ts';
import { withNamedCharts } from './chart.ts';
import { pickHighlights } from './digest-comparison.ts';
import type { DigestPart, Quiet } from './digest-part.ts';
import { type DigestPeriod, digestTitle, periodName } from './digest-period.ts';
import type { digestPhrases } from './digest-phrases.ts';
import type { Report, Section } from './report.ts';
import { worstStatus } from './status.ts';

const say = phrasesOf<typeof digestPhrases>();

/** `Nothing changed: …` of all apps, or which of them were as usual and which have nothing to compare with. */
function quietLine(parts: readonly DigestPart[], recap: RecapReading, of: DigestPeriod): Phrase {
  const apps = parts.flatMap(({ app, quiet }) => (quiet === undefined ? [] : [{ name: app.name, ...quiet }]));
  if (apps.length === 0) return say('digest.noHours');
  const usual = apps.filter((one) => one.isMeasured && one.hasPast);
  return say('digest.quiet', {
    usual: usual.map(({ name }) => name),
    fresh: apps.filter((one) => !usual.includes(one)).map(({ name }) => name),
    isCalm: isWithinLimits(apps, recap),
    of: periodName(of),
  });
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
  /** The metric or the condition: "free memory". */
  readonly what: Phrase;
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
export function recapLine(
  { longest, ...counts }: RecapReading,
  span: Span,
  { now, zone }: { readonly now: Instant; readonly zone: string },
): Phrase {
  if (longest === undefined) return say('digest.noAlerts');
  const { what, app, openedAt, closedAt } = longest.incident;
  const isOneDay =
    localDate(span.from, zone) === localDate(openedAt, zone) &&
    (closedAt ?? now) < span.to &&
    span.to - span.from <= 25 * hour;
  const closed = closedAt === undefined ? {} : { closedAt };
  return say('digest.alerts', { ...counts, longest: { what, app, openedAt, ...closed, isOneDay, zone } });
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
  /** Earlier runs that were never sent: the period, and a reason. */
  readonly skipped: readonly { readonly period: string; readonly reason: Phrase }[];
  readonly next?: Instant | undefined;
}

/** The whole digest; it states when nothing changed, when a platform failed and when a day is not complete. */
export function digestReport(digest: DigestContents): Report {
  const { of, now, parts } = digest;
  const standing = worstStatus(parts.map((part) => part.standing));
  const mark = modeMark(digest);
  const window = say('digest.window', { of: periodName(of) });
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: digestTitle(of),
    context: mark === undefined ? window : say('digest.marked', { mark, window }),
    asOf: now,
    zone: of.zone,
    stale: false,
    sections: [
      changes(digest),
      ...parts.map((part) => sectionOf(part, digest)),
      { figures: [], lines: [recapLine(digest.recap, of.span, { now, zone: of.zone })], charts: [] },
    ],
    notes: [
      ...parts.flatMap((part) => part.notes),
      ...skippedNotes(digest),
      ...(digest.next === undefined ? [] : [say('digest.next', { next: digest.next, now, zone: of.zone })]),
    ],
  };
}

function changes({ of, parts, recap }: DigestContents): Section {
  const all = parts.flatMap((part) => part.highlights);
  const lines = all.length > 0 ? pickHighlights(all) : [quietLine(parts, recap, of)];
  return { title: say('digest.changed'), figures: [], lines, charts: [] };
}

/** Charts carry the name of the app where there are several: people may open a chart alone. */
function sectionOf({ section, app }: DigestPart, { parts }: DigestContents): Section {
  return parts.length > 1 ? withNamedCharts(section, app) : section;
}

function modeMark({ mode, dueAt, of, now }: DigestContents): Phrase | undefined {
  if (mode === 'scheduled') return undefined;
  if (mode === 'preview') return say('digest.preview');
  if (mode === 'on demand') return say('digest.onDemand');
  return say('digest.late', dueAt === undefined ? {} : { late: { length: now - dueAt, dueAt, zone: of.zone } });
}

function skippedNotes({ skipped }: DigestContents): Phrase[] {
  return skipped.map(({ period, reason }) => say('digest.skipped', { period, reason }));
}
