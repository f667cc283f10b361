// The digest: what changed first, then each app against the earlier periods, the alerts, the gaps, and when the next one comes.
import type { ImApp } from '../app.ts';
import { formatInstant } from '../civil.ts';
import type { Instant } from '../clock.ts';
import { reportsDays } from '../metrics/available.ts';
import { formatDuration, formatTime } from '../metrics/format.ts';
import { coverageWords } from '../metrics/points.ts';
import { spellDates } from '../metrics/window.ts';
import { digestApp } from './digest-app.ts';
import {
  type Comparisons,
  comparisonsOf,
  type DigestPeriod,
  dayName,
  digestTitle,
  nextWords,
} from './digest-period.ts';
import { quietWords } from './digest-quiet.ts';
import { digestAppNeeds } from './digest-rows.ts';
import { highlightsOf, pickHighlights } from './highlights.ts';
import { sliceCoverage } from './measured.ts';
import { withNamedCharts } from './named-chart.ts';
import { sentence } from './notes.ts';
import type { Needs, Readings } from './readings.ts';
import { type IncidentReading, recapWords } from './recap.ts';
import type { Report, Section } from './report.ts';
import { concernsOf, isSilent, worstStanding } from './standing.ts';

/** Why this digest is made: on time, after its time, because somebody asked, or only to be looked at. */
export type DigestManner = 'scheduled' | 'late' | 'on demand' | 'preview';

/** All that a digest is made of. */
export interface DigestReadings {
  readonly of: DigestPeriod;
  readonly now: Instant;
  readonly manner: DigestManner;
  /** When it should have gone out; for `late`. */
  readonly dueAt?: Instant | undefined;
  /** In the order of the configuration, each with `zone` the zone of the digest. */
  readonly apps: readonly Readings[];
  /** Those that were open at some time in the period, of the apps of this digest. */
  readonly incidents: readonly IncidentReading[];
  /** Earlier runs that never went out, in words: the period, and a reason. */
  readonly skipped: readonly { readonly period: string; readonly reason: string }[];
  readonly next?: Instant | undefined;
  /** By app id: when a platform of days had the day complete, where that is known. */
  readonly completeAt?: ReadonlyMap<string, Instant>;
}

/** What the digest wants to know of one app beside its newest snapshot, poll state and limits. */
export function digestNeeds(app: ImApp, of: DigestPeriod, now: Instant): Needs {
  return digestAppNeeds({ app, now }, of, comparisonsOf(of));
}

/** The whole digest. Says so when nothing changed, when a platform failed and when a day is not complete. */
export function digestReport(digest: DigestReadings): Report {
  const { of, now, apps } = digest;
  const comparisons = comparisonsOf(of);
  const standing = worstStanding(apps.map((readings) => digestStanding(readings)));
  const mark = mannerWords(digest);
  const window = windowWords(of);
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: digestTitle(of),
    context: mark === undefined ? window : `${mark}; ${window}`,
    asOf: now,
    zone: of.zone,
    stale: false,
    sections: [
      changes(digest, comparisons),
      ...apps.map((readings) => appSection(readings, digest, comparisons)),
      { figures: [], lines: [recapWords(digest.incidents, of.span, { now, zone: of.zone })], charts: [] },
    ],
    notes: [
      ...apps.flatMap((readings) => measuredNotes(readings, digest)),
      ...skippedNotes(digest),
      ...(digest.next === undefined ? [] : [nextWords(digest.next, now, of.zone)]),
    ],
  };
}

/** How an app stands when the digest is made: silence and limits; numbers of a day carry no circle of their own. */
function digestStanding(readings: Readings): Report['standing'] {
  if (isSilent(readings)) return 'unknown';
  const worst = readings.latest === undefined ? undefined : concernsOf(readings, readings.latest.values)[0]?.standing;
  return worst ?? 'good';
}

function changes(digest: DigestReadings, comparisons: Comparisons): Section {
  const { of, apps } = digest;
  const all = apps.flatMap((readings) => highlightsOf(readings, of, comparisons));
  const lines = all.length > 0 ? pickHighlights(all).map((words) => `• ${words}`) : [quietWords(digest, comparisons)];
  return { title: 'What changed', figures: [], lines, charts: [] };
}

function appSection(readings: Readings, { of, apps }: DigestReadings, comparisons: Comparisons): Section {
  const section = digestApp(readings, of, comparisons);
  return apps.length > 1 ? withNamedCharts(section, readings.app) : section;
}

function mannerWords({ manner, dueAt, of, now }: DigestReadings): string | undefined {
  if (manner === 'scheduled') return undefined;
  if (manner === 'preview') return 'preview, seen by you only';
  if (manner === 'on demand') return 'on demand, beside the scheduled one';
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

/** `24 of 24 hours measured on Production chat.`, `China's Sunday was complete at 08:50.` */
function measuredNotes(readings: Readings, digest: DigestReadings): string[] {
  const { app } = readings;
  const { of } = digest;
  if (of.period === 'hour' && reportsDays(app.platform)) return [];
  const platform = readings.notes.map((note) => sentence(`${app.name}: ${note}`));
  if (!reportsDays(app.platform)) return [`${coverageWords(sliceCoverage(readings, of))} on ${app.name}.`, ...platform];
  return [
    completeWords(readings, digest),
    ...(app.timezone === of.zone ? [] : [`${app.name}'s days are days in ${app.timezone}.`]),
    ...platform,
  ];
}

function completeWords(readings: Readings, { of, completeAt, now }: DigestReadings): string {
  const { app, days } = readings;
  const rows = days.filter((row) => row.date >= of.dates.from && row.date <= of.dates.to);
  const what = `${app.name}'s ${of.period === 'day' ? dayName(of.dates.from) : of.period}`;
  if (rows.length === 0) return `${what} is not there yet.`;
  const at = completeAt?.get(app.id);
  const wanted = Math.round((of.span.to - of.span.from) / 86_400_000);
  if (rows.some((row) => !row.complete))
    return `${what} is not complete: the numbers are what the platform had at ${formatTime(now, of.zone)}, and may still grow.`;
  if (rows.length < wanted) return `${coverageWords({ measured: rows.length, of: wanted }, 'day')} on ${app.name}.`;
  return at === undefined ? `${what} is complete.` : `${what} was complete at ${formatTime(at, of.zone)}.`;
}

function skippedNotes({ skipped }: DigestReadings): string[] {
  return skipped.map(({ period, reason }) => sentence(`The digest of ${period} was skipped: ${reason}`));
}
