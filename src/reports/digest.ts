// A digest as a report: line 1, what is so now, what changed, a section for each app, the recap of incidents and the runs that were skipped.
import { type Duration, hour, type Instant } from '../clock.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Span } from '../metrics/range.ts';
import { localDate } from '../time-zone.ts';
import { withNamedCharts } from './chart.ts';
import type { AlertTime, digestChangePhrases } from './digest-change-phrases.ts';
import type { Highlight } from './digest-comparison.ts';
import type { DigestPart } from './digest-part.ts';
import { type DigestPeriod, digestTitle, periodName } from './digest-period.ts';
import type { digestPhrases } from './digest-phrases.ts';
import type { Report, Section, Standing } from './report.ts';
import { worstStatus } from './status.ts';

const say = phrasesOf<typeof digestPhrases & typeof digestChangePhrases & typeof metricPhrases>();

/** An incident that was open at some time in the period. */
export interface IncidentReading extends Pick<AlertTime, 'what' | 'app' | 'condition' | 'limit'> {
  readonly level: 'warning' | 'critical';
  readonly openedAt: Instant;
  /** Absent while it is open. */
  readonly closedAt?: Instant | undefined;
  /** How long the number was beyond `limit` within the period, where its samples are known. */
  readonly beyond?: Duration | undefined;
}

/** The alerts of a period in figures. */
export interface RecapReading {
  readonly opened: number;
  readonly resolved: number;
  /** Open at the end of the period. */
  readonly open: number;
  /** Time of the period in which at least one was open, in ms; two at once count once. */
  readonly over: Duration;
  /** Those that were open within the period, the longest first, each with that part of its time. */
  readonly lived: readonly { readonly incident: IncidentReading; readonly from: Instant; readonly to: Instant }[];
  /** Of the message of the longest. */
  readonly address?: string;
}

/** `incidents` in any order; those outside the span are ignored. `to` is exclusive, and the present for a span that has not ended. */
export function recapOf(incidents: readonly IncidentReading[], { from, to }: Span): RecapReading {
  const lived = incidents
    .map((incident) => ({
      incident,
      from: Math.max(from, incident.openedAt),
      to: Math.min(to, incident.closedAt ?? to),
    }))
    .filter((part) => part.to > part.from || (part.incident.openedAt >= from && part.incident.openedAt < to));
  const isIn = (at: Instant | undefined): boolean => at !== undefined && at >= from && at < to;
  return {
    opened: lived.filter(({ incident }) => isIn(incident.openedAt)).length,
    resolved: lived.filter(({ incident }) => isIn(incident.closedAt)).length,
    open: lived.filter(({ incident }) => incident.closedAt === undefined || incident.closedAt >= to).length,
    over: covered(lived.toSorted((a, b) => a.from - b.from)),
    lived: lived.toSorted((a, b) => b.to - b.from - (a.to - a.from)),
  };
}

/** Length of the union; the parts are in order of their begin. */
function covered(parts: readonly { readonly from: Instant; readonly to: Instant }[]): Duration {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    total += Math.max(0, part.to - Math.max(part.from, end));
    end = Math.max(end, part.to);
  }
  return total;
}

/** `Alerts: 2 opened, 2 resolved, 41 minutes with an alert open. Longest: free memory, Production chat, 03:04 to 03:45.` */
export function recapLine(
  { lived, address, ...counts }: RecapReading,
  span: Span,
  { now, zone }: { readonly now: Instant; readonly zone: string },
): Phrase {
  const [longest] = lived;
  if (longest === undefined) return say('digest.noAlerts');
  const { what, app, openedAt, closedAt } = longest.incident;
  const isOneDay =
    localDate(span.from, zone) === localDate(openedAt, zone) &&
    (closedAt ?? now) < span.to &&
    span.to - span.from <= 25 * hour;
  const closed = closedAt === undefined ? {} : { closedAt };
  return say('digest.alerts', { ...counts, longest: { what, app, openedAt, ...closed, isOneDay, zone, address } });
}

/** Why the digest is made: on schedule, late, on demand, or as a preview. */
export type DigestMode = 'scheduled' | 'late' | 'on demand' | 'preview';

/** A run that was never sent, and why. */
export interface SkippedRun {
  readonly of: DigestPeriod;
  readonly reason: Phrase;
}

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
  /** Earlier runs that were never sent, oldest first. */
  readonly skipped: readonly SkippedRun[];
  readonly next?: Instant | undefined;
}

/** The whole digest; it states when nothing changed, when a platform failed and when a day is not complete. */
export function digestReport(digest: DigestContents): Report {
  const { of, now, parts, recap, next } = digest;
  const standing = standingOf(digest);
  const mark = modeMark(digest);
  const title = digestTitle(of);
  const present = parts.flatMap((part) => part.present);
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: headlineOf(digest),
    context: mark === undefined ? title : say('digest.titled', { title, mark }),
    asOf: now,
    zone: of.zone,
    stale: false,
    sections: [
      ...(present.length === 0 ? [] : [{ figures: [], lines: present, charts: [] }]),
      changes(digest),
      ...parts.map((part) => sectionOf(part, digest)),
      { figures: [], lines: [recapLine(recap, of.span, { now, zone: of.zone })], charts: [] },
    ],
    notes: [
      ...measuredNotes(parts),
      ...parts.flatMap((part) => part.notes),
      ...skippedNotes(digest),
      ...(next === undefined ? [] : [say('digest.next', { next, now, zone: of.zone })]),
    ],
  };
}

/** `24 of 24 hours measured on Production chat and Staging chat.`: apps that were measured alike in one sentence. */
function measuredNotes(parts: readonly DigestPart[]): Phrase[] {
  const known = parts.flatMap(({ measured, app }) => (measured === undefined ? [] : [{ ...measured, app: app.name }]));
  const alike = Map.groupBy(known, ({ measured, of }) => `${measured} ${of}`);
  return [...alike.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const coverage = say('metric.coverage', { measured: first.measured, of: first.of, unit: 'hour' });
    return [say('digest.measuredOn', { coverage, apps: some.map(({ app }) => app) })];
  });
}

/**
 * The worst limit that was crossed in the period, or alert that was open in it or is now; grey where one app was not measured well. Undefined without any app.
 */
function standingOf({ parts, recap }: DigestContents): Standing | undefined {
  const levels = [...recap.lived.map(({ incident }) => incident.level), ...parts.map(({ openNow }) => openNow)];
  const all = [...levels, ...parts.map((part) => part.standing)];
  // What is known to be wrong tells more than what is not known.
  return worstStatus(all.filter((one) => one === 'critical' || one === 'warning')) ?? worstStatus(all);
}

/** `Sunday: free memory of Production chat under 8 % for 31 min; 41,203 messages, +18 % vs Saturday`, `A quiet Sunday: …`. */
function headlineOf(digest: DigestContents): Phrase {
  const { of, parts, recap } = digest;
  const own = { of: periodName(of) };
  const first = parts.filter((part) => part.first !== undefined);
  if (parts.length === 0) return digestTitle(of);
  if (first.length === parts.length && recap.lived.length === 0)
    return say('digest.first', {
      ...own,
      apps: first.map(({ app }) => app.name),
      facts: first[0]?.first?.facts.slice(0, 2) ?? [],
    });
  const trouble = troubleOf(digest);
  const all = highlightsIn(parts);
  const missing = all.filter(({ isGap }) => isGap).slice(0, 2);
  const isCalm = trouble === undefined && missing.length === 0 && isWithinLimits(digest);
  const top = all.find(({ id, standing, isGap }) => id !== 'messages.sent' && standing === undefined && !isGap);
  const moved = trouble === undefined ? top : undefined;
  const open = worstStatus(parts.map(({ openNow }) => openNow));
  const isAnswering = parts.every(({ present }) => present.length === 0);
  const isQuiet = isCalm && isAnswering && all.length === 0 && open === undefined;
  const level = open === 'critical' ? open : 'warning';
  const others = new Set(all.flatMap(({ app, standing }) => (standing && app !== trouble?.app ? [app] : [])));
  const said = [
    trouble?.words,
    others.size === 0 || recap.lived.length > 0 ? undefined : say('digest.moreBeyond', { count: others.size }),
    ...missing.map(({ brief }) => brief),
    moved?.brief,
    numberOf(digest, trouble?.app ?? moved?.app, isQuiet),
    isCalm ? say('digest.noLimit') : undefined,
    first.length === 0 ? undefined : say('digest.noneWhole', { ...own, apps: first.map(({ app }) => app.name) }),
    open === undefined || recap.open > 0 ? undefined : say('digest.openNow', { level }),
  ];
  return say('digest.headline', { ...own, isQuiet, parts: said.filter((one) => one !== undefined) });
}

/** All highlights, what weighs most first. */
function highlightsIn(parts: readonly DigestPart[]): Highlight[] {
  return parts.flatMap((part) => part.highlights).toSorted((a, b) => b.weight - a.weight);
}

/** The worst of the period in words: its worst alert, else a limit that was crossed. */
function troubleOf({ recap, parts }: DigestContents): { readonly words: Phrase; readonly app?: string } | undefined {
  const worst = recap.lived.find(({ incident }) => incident.level === 'critical') ?? recap.lived[0];
  const crossed = highlightsIn(parts).find(({ standing }) => standing !== undefined);
  if (worst === undefined) return crossed === undefined ? undefined : { words: crossed.brief, app: crossed.app };
  const { what, app, condition, limit, beyond = 0 } = worst.incident;
  const isKnown = limit !== undefined && beyond > 0;
  const words = say('digest.alertTime', {
    ...{ what, app },
    ...(isKnown ? { condition, limit } : { condition: condition === 'limit' ? 'other' : condition }),
    length: isKnown ? beyond : worst.to - worst.from,
    more: recap.lived.length - 1,
  });
  return { words, app };
}

/** The main number of the app that moved most, else of the first one that has a number; its app is named once. */
function numberOf({ parts }: DigestContents, named: string | undefined, isQuiet: boolean): Phrase | undefined {
  const moved = highlightsIn(parts).find(({ id }) => id === 'messages.sent');
  const part =
    parts.find(({ highlights }) => moved !== undefined && highlights.includes(moved)) ??
    parts.find(({ number }) => number);
  if (part?.number === undefined) return undefined;
  const { app, number } = part;
  return say('digest.number', {
    counted: number.counted,
    ...(named === app.name ? {} : { app: app.name }),
    ...(number.change === undefined || isQuiet ? {} : { change: number.change }),
  });
}

/** True when no limit was near: every app was measured, no hour or day is beyond a limit, and no incident was open in the period. */
function isWithinLimits({ parts, recap }: Pick<DigestContents, 'parts' | 'recap'>): boolean {
  return recap.lived.length === 0 && parts.every(({ quiet }) => quiet.isMeasured && !quiet.isCrossed);
}

function changes(digest: DigestContents): Section {
  const all = highlightsIn(digest.parts).map(({ words }) => say('digest.point', { words }));
  const most = 8;
  const more = all.length - most + 1;
  const shown = all.length <= most ? all : [...all.slice(0, most - 1), say('digest.moreBelow', { count: more })];
  return {
    title: say('digest.changed'),
    figures: [],
    lines: shown.length > 0 ? shown : [quietLine(digest)],
    charts: [],
  };
}

/** `Nothing changed: …` of all apps, or which of them were as usual and which have nothing to compare with. */
function quietLine({ parts, recap, of }: DigestContents): Phrase {
  if (parts.length === 0) return say('digest.noHours');
  const isUsual = ({ quiet }: DigestPart): boolean => quiet.isMeasured && quiet.hasPast;
  const names = (some: readonly DigestPart[]): string[] => some.map(({ app }) => app.name);
  return say('digest.quiet', {
    usual: names(parts.filter(isUsual)),
    fresh: names(parts.filter((part) => !isUsual(part))),
    isCalm: isWithinLimits({ parts, recap }),
    of: periodName(of),
  });
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

/** A sentence for each reason: of a bot that was away for a day, 24 hourly digests are missing. */
function skippedNotes({ skipped }: DigestContents): Phrase[] {
  const reasons = new Map<string, SkippedRun[]>();
  for (const run of skipped) {
    const key = JSON.stringify(run.reason);
    reasons.set(key, [...(reasons.get(key) ?? []), run]);
  }
  return [...reasons.values()].flatMap((runs) => {
    const [first, last] = [runs[0], runs.at(-1)];
    if (first === undefined || last === undefined) return [];
    const ends = { first: periodName(first.of), last: periodName(last.of) };
    return [say('digest.skippedRuns', { ...ends, count: runs.length, reason: first.reason })];
  });
}
