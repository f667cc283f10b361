// The part of one app in a digest: made app by app, so that the readings of only one app are in memory at a time.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { hasDays, hasMoments } from '../metrics/capabilities.ts';
import { formatTime } from '../metrics/format.ts';
import { coverageWords } from '../metrics/series.ts';
import { digestAppNeeds, type Highlight, hasPast, highlightsOf, isBeyond } from './digest-comparison.ts';
import { comparisonsOf, type DigestPeriod, dayName } from './digest-period.ts';
import { digestApp } from './digest-section.ts';
import type { Needs, Readings } from './readings.ts';
import type { Report, Section } from './report.ts';
import { sliceCoverage, slotsIn } from './slices.ts';
import { concernsOf, isSilent, limitsOf, sentence } from './status.ts';

/** The digest that a part belongs to. */
export interface DigestFrame {
  readonly of: DigestPeriod;
  readonly now: Instant;
  /** When a platform that reports days had completed the period, where that is known. */
  readonly completeAt?: Instant | undefined;
}

/** The contents of a digest on one app. */
export interface DigestPart {
  readonly app: ImApp;
  readonly standing: Report['standing'];
  readonly highlights: readonly Highlight[];
  readonly section: Section;
  /** Sentences on coverage and completeness. */
  readonly notes: readonly string[];
  /** The facts for the line of a digest without highlights; absent for an app that has no numbers for such a period. */
  readonly quiet?: Quiet;
}

/** Whether the numbers of an app in the period can be compared, and whether they crossed a limit. */
export interface Quiet {
  readonly isMeasured: boolean;
  /** There are enough earlier periods to know what is usual. */
  readonly hasPast: boolean;
  /** An hour or a day of it is beyond the limit of a rule. */
  readonly isCrossed: boolean;
}

/** What the digest reads of one app, beside its newest snapshot, poll state and limits. */
export function digestNeeds(app: ImApp, of: DigestPeriod, now: Instant): Needs {
  return digestAppNeeds({ app, now }, of, comparisonsOf(of));
}

/** The part of one app; `zone` of its readings is that of the digest. */
export function digestPart(readings: Readings, frame: DigestFrame): DigestPart {
  const { of } = frame;
  const comparisons = comparisonsOf(of);
  const quiet: Quiet = {
    isMeasured: sliceCoverage(readings, of).measured > 0,
    hasPast: hasPast(readings, of, comparisons),
    isCrossed: isCrossed(readings, of),
  };
  return {
    app: readings.app,
    standing: standingOf(readings),
    highlights: highlightsOf(readings, of, comparisons),
    section: digestApp(readings, of, comparisons),
    notes: measuredNotes(readings, frame),
    ...(of.period === 'hour' && !hasMoments(readings.app) ? {} : { quiet }),
  };
}

/** The status of an app when the digest is made, by its silence and its limits; the numbers of a day have no status. */
function standingOf(readings: Readings): Report['standing'] {
  if (isSilent(readings)) return 'unknown';
  const worst = readings.latest === undefined ? undefined : concernsOf(readings, readings.latest.values)[0]?.standing;
  return worst ?? 'good';
}

function isCrossed(readings: Readings, of: DigestPeriod): boolean {
  return limitsOf(readings).some((limit) =>
    slotsIn(readings, limit.metric, of).values.some((value) => isBeyond(limit, value)),
  );
}

/** `24 of 24 hours measured on Production chat.`, `China's Sunday was complete at 08:50.` */
function measuredNotes(readings: Readings, frame: DigestFrame): string[] {
  const { app } = readings;
  const { of } = frame;
  if (of.period === 'hour' && !hasMoments(app)) return [];
  return [
    ...(hasMoments(app) ? [`${coverageWords(sliceCoverage(readings, of))} on ${app.name}.`] : []),
    ...(hasDays(app) && of.period !== 'hour' ? dayNotes(readings, frame) : []),
    ...readings.notes.map((note) => sentence(`${app.name}: ${note}`)),
  ];
}

function dayNotes(readings: Readings, frame: DigestFrame): string[] {
  const { app } = readings;
  const isElsewhere = app.timezone !== frame.of.zone;
  return [completeWords(readings, frame), ...(isElsewhere ? [`${app.name}'s days are days in ${app.timezone}.`] : [])];
}

function completeWords(readings: Readings, { of, completeAt, now }: DigestFrame): string {
  const { app, days } = readings;
  const rows = days.filter((row) => row.date >= of.dates.from && row.date <= of.dates.to);
  const what = `${app.name}'s ${of.period === 'day' ? dayName(of.dates.from) : of.period}`;
  if (rows.length === 0) return `${what} is not there yet.`;
  const wanted = Math.round((of.span.to - of.span.from) / 86_400_000);
  if (rows.some((row) => !row.complete))
    return `${what} is not complete: the numbers are what the platform had at ${formatTime(now, of.zone)}, and may still grow.`;
  if (rows.length < wanted) return `${coverageWords({ measured: rows.length, of: wanted }, 'day')} on ${app.name}.`;
  return completeAt === undefined
    ? `${what} is complete.`
    : `${what} was complete at ${formatTime(completeAt, of.zone)}.`;
}
