// A run of a digest: when it is due, what it holds, and its rows in the outbox.

import type { MaintenanceCalendar } from '../alerting/maintenance.ts';
import type { maintenancePhrases } from '../alerting/maintenance-phrases.ts';
import { alertPhrasesOf, withoutPeople } from '../alerting/notification.ts';
import type { Rule } from '../alerting/rule.ts';
import type { Incident } from '../alerting/state.ts';
import type { ImApp } from '../app.ts';
import { type Duration, hour, type Instant, minute, second, withTimeout } from '../clock.ts';
import { mapYielding } from '../concurrency.ts';
import { nextRun, previousRun } from '../cron.ts';
import { DeliveryError } from '../errors.ts';
import { metric } from '../metrics/catalog.ts';
import { timeBeyond } from '../metrics/compare.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf, verbatim } from '../metrics/phrase.ts';
import type { Span } from '../metrics/range.ts';
import { type DigestMode, digestReport, type IncidentReading, recapOf, type SkippedRun } from '../reports/digest.ts';
import { digestPart } from '../reports/digest-part.ts';
import { type DigestPeriod, digestNeeds, digestPeriod } from '../reports/digest-period.ts';
import type { digestPhrases } from '../reports/digest-phrases.ts';
import type { Report } from '../reports/report.ts';
import type { AlertService, DigestSchedule, LiveConfig } from '../service-types.ts';
import { findApp } from '../store/app-names.ts';
import { digestStream } from '../store/digest-runs.ts';
import { loadReadings } from '../store/load-readings.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { DigestRun, Store } from '../store/store.ts';
import type { JobsDeps } from './job.ts';

const sayMuted = alertPhrasesOf<typeof maintenancePhrases>();
const say = phrasesOf<typeof digestPhrases & typeof metricPhrases>();

/** A digest that is later than this is skipped and mentioned in the next one. */
export const latestStart: Duration = 6 * hour;

/** A digest that is later than this is marked as late. */
export const lateFrom: Duration = 15 * minute;

/** A digest and its due time. Its key is `of.key`. */
export interface DueRun {
  readonly of: DigestPeriod;
  readonly dueAt: Instant;
}

/** As many missed runs of a schedule are recorded: more than a week of hours. */
export const mostMissed = 200;

/** What is due by a schedule. `missed` are earlier runs that did not happen, oldest first, at most `mostMissed`. */
export type Due =
  | { readonly state: 'nothing' }
  | ({ readonly state: 'send' | 'skip'; readonly missed: readonly DueRun[] } & DueRun);

/** The newest known run of a schedule. */
export interface LastRun {
  readonly period: string;
  readonly dueAt: Instant;
}

/** The newest past time of the schedule, with the whole period before it. */
export function newestRun(schedule: DigestSchedule, now: Instant): DueRun {
  return runAt(schedule, previousRun(schedule.cron, schedule.timezone, now));
}

function runAt(schedule: DigestSchedule, dueAt: Instant): DueRun {
  return { dueAt, of: digestPeriod(schedule.period, dueAt, schedule.timezone) };
}

/**
 * The digest to send or skip now. There is one for each period, however often its time comes and however the clock is set.
 * `last` is undefined for a schedule that never ran: then nothing that was due before now is sent.
 */
export function dueDigest(schedule: DigestSchedule, now: Instant, last: LastRun | undefined): Due {
  if (last === undefined) return { state: 'nothing' };
  const dueAt = previousRun(schedule.cron, schedule.timezone, now);
  if (dueAt <= last.dueAt) return { state: 'nothing' };
  const newest = runAt(schedule, dueAt);
  if (newest.of.key === last.period) return { state: 'nothing' };
  const state = now - newest.dueAt > latestStart ? 'skip' : 'send';
  return { state, ...newest, missed: missedBefore(schedule, newest, last) };
}

function missedBefore(schedule: DigestSchedule, newest: DueRun, last: LastRun): readonly DueRun[] {
  const missed = new Map<string, DueRun>();
  let { dueAt } = newest;
  for (let count = 0; count < mostMissed; count += 1) {
    dueAt = previousRun(schedule.cron, schedule.timezone, dueAt - 1);
    if (dueAt <= last.dueAt) break;
    const run = runAt(schedule, dueAt);
    if (run.of.key !== newest.of.key && run.of.key !== last.period) missed.set(run.of.key, run);
  }
  return [...missed.values()].reverse();
}

/** The next time of a schedule. */
export function nextDigest(schedule: DigestSchedule, now: Instant): Instant {
  return nextRun(schedule.cron, schedule.timezone, now);
}

/** What a digest is made from. */
export type DigestSources = Pick<JobsDeps, 'clock' | 'store' | 'permalink'> & {
  readonly live: Pick<LiveConfig, 'apps' | 'rules' | 'timezone'>;
} & {
  readonly alerts: Pick<AlertService, 'list'>;
  readonly completeAt: (app: string, date: string) => Instant | undefined;
  /** Notes about the newest days of an app. */
  readonly notesOf: (app: string) => readonly Phrase[];
  /** Absent where nothing is ever in maintenance. */
  readonly windows?: Pick<MaintenanceCalendar, 'spans'> | undefined;
};

/** Which digest, and why it is sent. */
export interface DigestRequest {
  readonly of: DigestPeriod;
  readonly mode: DigestMode;
  readonly dueAt: Instant | undefined;
  readonly skipped: readonly SkippedRun[];
}

/** The digest of a schedule for a period, from what is stored now. */
export async function buildDigest(
  schedule: DigestSchedule,
  wanted: DigestRequest,
  sources: DigestSources,
): Promise<Report> {
  const now = sources.clock.now();
  const { apps: watched, rules } = sources.live;
  const apps = schedule.apps.flatMap((id) => watched.find((app) => app.id === id) ?? []);
  const { of } = wanted;
  const { store } = sources;
  // Where a digest goes, nobody is named.
  const listed = await sources.alerts.list();
  const alerts = listed.map((line) => ({ ...line, words: withoutPeople(line.words) }));
  const shared = { store, rules, alerts, polls: await store.polls(), now };
  // In turns: a month of fifty apps at once held the event loop for half a second.
  const made = await mapYielding(apps, async (app) => {
    const stored = await loadReadings(app, digestNeeds(app, of, now), shared);
    const readings = { ...stored, zone: schedule.timezone, notes: sources.notesOf(app.id) };
    return digestPart(readings, { of, now, completeAt: sources.completeAt(app.id, of.dates.to) });
  });
  const incidents = await store.alerts.incidents(of.span.from, of.span.to);
  const span = { from: of.span.from, to: Math.min(of.span.to, now) };
  const lived = new Map<IncidentReading, Incident>();
  for (const incident of incidents) {
    const app = await recappedApp(incident, schedule, sources);
    if (app !== undefined) lived.set(await incidentReading(incident, { app, span }, sources), incident);
  }
  const recap = recapOf([...lived.keys()], span);
  const [longest] = recap.lived.flatMap(({ incident }) => lived.get(incident) ?? []);
  const address = longest && (await addressOf(longest, sources));
  const report = digestReport({
    ...wanted,
    now,
    parts: made.filter((part) => part !== undefined),
    recap: address === undefined ? recap : { ...recap, address },
    next: nextDigest(schedule, now),
  });
  const muted = apps.flatMap((app) => mutedNote(app, span, { zone: schedule.timezone, now, windows: sources.windows }));
  return { ...report, notes: [...muted, ...report.notes] };
}

/** A digest waits no longer for the address of a message. */
const addressWait: Duration = 2 * second;

/** Where the message of an incident is; undefined where there is none, or Slack does not say. */
async function addressOf({ id }: Incident, { store, clock, permalink }: DigestSources): Promise<string | undefined> {
  const root = await store.outbox.root(id);
  if (root?.permalink !== undefined || root === undefined) return root?.permalink;
  const late = (): DeliveryError =>
    new DeliveryError('unknown', 'timeout', 'Slack did not say in time where a message is.');
  try {
    return await withTimeout(clock, { after: addressWait, late }, () => permalink(root.channel, root.ts));
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return undefined;
  }
}

/** When an app was in maintenance within the span, in which nobody was told of its alerts. */
function mutedNote(
  { id: app, name }: ImApp,
  span: Span,
  { zone, now, windows }: Pick<DigestSources, 'windows'> & { readonly zone: string; readonly now: Instant },
): readonly Phrase[] {
  const spans = (windows?.spans({ id: '', app }, span) ?? [])
    .map(({ from, to }) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter(({ from, to }) => to > from);
  const [first] = spans;
  if (first === undefined) return [];
  const lasted = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  return [sayMuted('maintenance.was', { app: name, count: spans.length, ...first, lasted, now, zone })];
}

/** The app of an incident that the digest tells of. A digest of every app tells of those too that are gone since. */
async function recappedApp(
  { app: id }: Incident,
  schedule: DigestSchedule,
  { live, store }: DigestSources,
): Promise<Pick<ImApp, 'name'> | undefined> {
  const isWatched = live.apps.some((app) => app.id === id);
  const isCovered = isWatched ? schedule.apps.includes(id) : live.apps.every((app) => schedule.apps.includes(app.id));
  return isCovered ? findApp(id, { live, store }) : undefined;
}

interface Recapped {
  readonly app: Pick<ImApp, 'name'>;
  readonly span: Span;
}

async function incidentReading(
  incident: Incident,
  { app, span }: Recapped,
  { live, store }: DigestSources,
): Promise<IncidentReading> {
  const { level, openedAt, closedAt } = incident;
  const rule = live.rules.find(({ id }) => id === incident.rule);
  const times = { app: app.name, level, openedAt, closedAt };
  if (rule === undefined) return { ...times, what: verbatim(incident.rule), condition: 'other' };
  if (rule.metric === undefined) return { ...times, what: say('digest.noAnswer'), condition: 'silence' };
  const what = say('metric.name', { id: rule.metric });
  const value = rule.levels[level]?.trigger;
  // The limits of the other kinds are hours left or distances from the usual.
  if (rule.kind !== 'threshold' || value === undefined) return { ...times, what, condition: 'other' };
  const limit = { side: rule.direction, value, unit: metric(rule.metric).unit };
  // It was beyond the limit for `for` before it opened.
  const longestHold = Math.max(...Object.values(rule.levels).map((limits) => limits?.holdFor ?? 0));
  const lived = { from: Math.max(openedAt - longestHold, span.from), to: Math.min(closedAt ?? span.to, span.to) };
  return { ...times, what, condition: 'limit', limit, beyond: await beyondLimit(rule, { ...lived, value }, store) };
}

/** How long the number of a rule was beyond a limit within a span, by single samples up to six hours, else by spans of five minutes. */
async function beyondLimit(
  { app, metric: id, direction, maxGap, pollEvery }: Rule,
  { from, to, value }: Span & { readonly value: number },
  store: Pick<Store, 'samples'>,
): Promise<Duration> {
  if (id === undefined) return 0;
  const tier = to - from <= 6 * hour ? 'raw' : 'fiveMinutes';
  const buckets = await store.samples.read(app, id, tier, from, to);
  const values = buckets.map((bucket) => (direction === 'below' ? bucket.min : bucket.max));
  const at = (index: number): Instant => buckets[index]?.at ?? Number.NaN;
  const width = tier === 'raw' ? Math.max(maxGap, 2 * pollEvery) : 5 * minute;
  return timeBeyond({ values, at }, { direction, value }, { to, maxGap: width });
}

/** True when a run is later than its tolerance, which is longer for one that waits for the days of a platform. */
export function isLate(run: DigestRun, now: Instant): boolean {
  const late = now - run.dueAt;
  return late > (run.reason === undefined ? lateFrom : 2 * hour + lateFrom);
}

/** A digest that is ready to be queued. */
export interface Queued {
  readonly schedule: Pick<DigestSchedule, 'channel'>;
  readonly run: DigestRun;
  readonly report: Report;
}

/** The message and the state of the run in one transaction. A message that is there already stays as it is. */
export async function queueDigest(
  { schedule, run, report }: Queued,
  deps: Pick<JobsDeps, 'clock' | 'store'> & { readonly wake: () => void; readonly isCurrent: () => boolean },
): Promise<void> {
  const now = deps.clock.now();
  await deps.store.transaction(async (tx) => {
    if (!deps.isCurrent()) return;
    await addMessage(tx, { schedule, run, report }, now);
    await tx.digests.finish({ schedule: run.schedule, period: run.period, dueAt: run.dueAt, state: 'queued' });
  });
  deps.wake();
}

/** `tx` is the store within a transaction. False when the message was there already. */
export async function addMessage(tx: Store, { schedule, run, report }: Queued, now: number): Promise<boolean> {
  const stream = digestStream(run);
  const row: NewOutboxRow = {
    key: stream,
    stream,
    lane: 'slack',
    seq: 1,
    channel: schedule.channel,
    operation: 'post',
    broadcast: false,
    message: { kind: 'report', report, mentions: [] },
    causedAt: undefined,
    createdAt: now,
    notBefore: now,
  };
  const isNew = await tx.outbox.add(row);
  if (report.sections.some((section) => section.charts.length > 0)) {
    const picture = { lane: 'picture', seq: 2, operation: 'picture', message: { kind: 'picture' } } as const;
    await tx.outbox.add({ ...row, ...picture, key: `${stream}:picture` });
  }
  return isNew;
}
