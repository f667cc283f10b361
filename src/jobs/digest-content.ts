// What a digest holds: the report of its apps for a period, and its rows in the outbox.
import { recapOf } from '../alerting/inhibition.ts';
import type { Rule } from '../alerting/rule.ts';
import type { Incident } from '../alerting/state.ts';
import type { ImApp } from '../app.ts';
import { hour, type Instant } from '../clock.ts';
import { inTurns } from '../concurrency.ts';
import { metricName } from '../metrics/metric-words.ts';
import { type DigestManner, digestReport, type IncidentReading } from '../reports/digest.ts';
import { digestNeeds, digestPart } from '../reports/digest-part.ts';
import type { DigestPeriod } from '../reports/digest-period.ts';
import type { Report } from '../reports/report.ts';
import type { AlertService, DigestSchedule } from '../service-types.ts';
import { digestStream } from '../store/digest-runs.ts';
import { loadReadings } from '../store/load-readings.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import type { DigestRun, Store } from '../store/store.ts';
import { lateFrom, nextDigest } from './digest-schedule.ts';
import type { JobsDeps } from './job.ts';

/** What a digest is made from. */
export type DigestSources = Pick<JobsDeps, 'clock' | 'store' | 'apps' | 'rules'> & {
  readonly alerts: Pick<AlertService, 'list'>;
  readonly completeAt: (app: string, date: string) => Instant | undefined;
  /** Notes about the newest days of an app. */
  readonly notesOf: (app: string) => readonly string[];
};

/** Which digest, and why it is sent. */
export interface DigestRequest {
  readonly of: DigestPeriod;
  readonly manner: DigestManner;
  readonly dueAt: Instant | undefined;
  readonly skipped: readonly { readonly period: string; readonly reason: string }[];
}

/** The digest of a schedule for a period, from what is stored now. */
export async function buildDigest(
  schedule: DigestSchedule,
  wanted: DigestRequest,
  sources: DigestSources,
): Promise<Report> {
  const now = sources.clock.now();
  const apps = schedule.apps.flatMap((id) => sources.apps.find((app) => app.id === id) ?? []);
  const { of } = wanted;
  const { store, rules } = sources;
  const shared = { store, rules, alerts: await sources.alerts.list(), polls: await store.polls(), now };
  // In turns: a month of fifty apps at once held the event loop for half a second.
  const parts = await inTurns(apps, async (app) => {
    const stored = await loadReadings(app, digestNeeds(app, of, now), shared);
    const readings = { ...stored, zone: schedule.timezone, notes: sources.notesOf(app.id) };
    return digestPart(readings, { of, now, completeAt: sources.completeAt(app.id, of.dates.to) });
  });
  const incidents = await store.alerts.incidents(of.span.from, of.span.to);
  const lived = incidents.flatMap((incident) => incidentReading(incident, apps, rules));
  return digestReport({
    ...wanted,
    now,
    parts,
    recap: recapOf(lived, of.span.from, Math.min(of.span.to, now)),
    next: nextDigest(schedule, now),
  });
}

function incidentReading(incident: Incident, apps: readonly ImApp[], rules: readonly Rule[]): IncidentReading[] {
  const app = apps.find(({ id }) => id === incident.app);
  if (app === undefined) return [];
  const rule = rules.find(({ id }) => id === incident.rule);
  const metric = rule?.metric;
  const what = rule === undefined ? incident.rule : metric === undefined ? 'no answer' : metricName(metric);
  return [{ what, app: app.name, openedAt: incident.openedAt, closedAt: incident.closedAt }];
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
  deps: Pick<JobsDeps, 'clock' | 'store'> & { readonly wake: () => void },
): Promise<void> {
  const now = deps.clock.now();
  await deps.store.transaction(async (tx) => {
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
