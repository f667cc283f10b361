// The digest: what changed first, then each app against the earlier periods, the alerts, the gaps, and when the next one comes.
import type { Instant } from '../clock.ts';
import { formatDuration, formatTime } from '../metrics/format.ts';
import { spellDates } from '../metrics/range.ts';
import { formatInstant } from '../time-zone.ts';
import type { DigestPart } from './digest-part.ts';
import { comparisonsOf, type DigestPeriod, digestTitle, nextWords } from './digest-period.ts';
import { quietWords } from './digest-quiet.ts';
import { pickHighlights } from './highlights.ts';
import { withNamedCharts } from './named-chart.ts';
import { sentence } from './notes.ts';
import { type RecapReading, recapWords } from './recap.ts';
import type { Report, Section } from './report.ts';
import { worstStanding } from './standing.ts';

/** Why this digest is made: on time, after its time, because somebody asked, or only to be looked at. */
export type DigestManner = 'scheduled' | 'late' | 'on demand' | 'preview';

/** All that a digest is made of. */
export interface DigestContents {
  readonly of: DigestPeriod;
  readonly now: Instant;
  readonly manner: DigestManner;
  /** When it should have gone out; for `late`. */
  readonly dueAt?: Instant | undefined;
  /** What each app gives to it, in the order of the configuration. */
  readonly parts: readonly DigestPart[];
  /** The alerts of the period, of the apps of this digest. */
  readonly recap: RecapReading;
  /** Earlier runs that never went out, in words: the period, and a reason. */
  readonly skipped: readonly { readonly period: string; readonly reason: string }[];
  readonly next?: Instant | undefined;
}

/** The whole digest. Says so when nothing changed, when a platform failed and when a day is not complete. */
export function digestReport(digest: DigestContents): Report {
  const { of, now, parts } = digest;
  const standing = worstStanding(parts.map((part) => part.standing));
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

/** A picture is looked at by itself, so it says whose it is where there are several apps. */
function sectionOf({ section, app }: DigestPart, { parts }: DigestContents): Section {
  return parts.length > 1 ? withNamedCharts(section, app) : section;
}

function mannerWords({ manner, dueAt, of, now }: DigestContents): string | undefined {
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

function skippedNotes({ skipped }: DigestContents): string[] {
  return skipped.map(({ period, reason }) => sentence(`The digest of ${period} was skipped: ${reason}`));
}
