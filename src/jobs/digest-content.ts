// What a digest holds: the readings of its apps, drawn up and put into the outbox.
import { recapOf } from '../alerting/inhibition.ts';
import type { Rule } from '../alerting/rule.ts';
import type { Incident } from '../alerting/state.ts';
import type { ImApp } from '../app.ts';
import { hour, type Instant } from '../clock.ts';
import { inTurns } from '../concurrency.ts';
import { metricName } from '../metrics/metric-words.ts';
import type { PollHealth } from '../metrics/sample.ts';
import { type DigestManner, digestReport, type IncidentReading } from '../reports/digest.ts';
import { digestNeeds, digestPart } from '../reports/digest-part.ts';
import type { DigestPeriod } from '../reports/digest-period.ts';
import type { Limit, Readings } from '../reports/readings.ts';
import type { Report } from '../reports/report.ts';
import type { AlertService, DigestSchedule } from '../service-types.ts';
import type { NewOutboxRow } from '../store/outbox.ts';
import { readNeeds } from '../store/samples.ts';
import type { DigestRun, Store } from '../store/store.ts';
import { lateFrom, nextDigest } from './digest-schedule.ts';
import type { JobsDeps } from './job.ts';

/** Where the numbers and words of a digest come from. */
export type DigestSources = Pick<JobsDeps, 'clock' | 'store' | 'apps' | 'rules'> & {
  readonly alerts: Pick<AlertService, 'list'>;
  readonly completeAt: (app: string, date: string) => Instant | undefined;
  /** What the newest days of an app need to be read with. */
  readonly notesOf: (app: string) => readonly string[];
};

/** Which digest, and why it is made. */
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
  const polls = await sources.store.polls();
  const { of } = wanted;
  // In turns: a month of fifty apps at once held the event loop for half a second.
  const parts = await inTurns(apps, async (app) => {
    const readings = await readingsOf(app, { schedule, wanted, polls, now }, sources);
    return digestPart(readings, { of, now, completeAt: sources.completeAt(app.id, of.dates.to) });
  });
  const incidents = await sources.store.alerts.incidents(of.span.from, of.span.to);
  const lived = incidents.flatMap((incident) => incidentReading(incident, apps, sources.rules));
  return digestReport({
    ...wanted,
    now,
    parts,
    recap: recapOf(lived, of.span.from, Math.min(of.span.to, now)),
    next: nextDigest(schedule, now),
  });
}

interface Frame {
  readonly schedule: DigestSchedule;
  readonly wanted: DigestRequest;
  readonly polls: readonly PollHealth[];
  readonly now: Instant;
}

async function readingsOf(app: ImApp, frame: Frame, sources: DigestSources): Promise<Readings> {
  const { store, rules, alerts } = sources;
  const needs = digestNeeds(app, frame.wanted.of, frame.now);
  const buckets = await readNeeds(store.samples, app.id, needs.buckets);
  const latest = await store.samples.latest(app.id);
  const poll = frame.polls.find((one) => one.app === app.id);
  const open = (await alerts.list()).filter((line) => line.app.id === app.id && line.incident !== undefined);
  return {
    app,
    now: frame.now,
    zone: frame.schedule.timezone,
    ...(latest === undefined ? {} : { latest }),
    ...(poll === undefined ? {} : { poll }),
    buckets,
    days: needs.days === undefined ? [] : await store.daily.read(app.id, needs.days.from, needs.days.to),
    alerts: open.map(({ rule, level, words }) => ({ rule, level: level ?? 'warning', words })),
    limits: rules.filter((rule) => rule.app === app.id).flatMap(limitsOf),
    notes: sources.notesOf(app.id),
  };
}

/** Limit lines of rules that compare the metric itself; those of forecasts and baselines are in other units. */
function limitsOf(rule: Rule): Limit[] {
  const { metric, direction } = rule;
  if (rule.kind !== 'threshold' || metric === undefined) return [];
  return (['critical', 'warning'] as const).flatMap((level) => {
    const limits = rule.levels[level];
    return limits === undefined ? [] : [{ metric, level, direction, value: limits.trigger }];
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

/** The stream of a run, which is also the key of its message. */
export function streamOf(run: Pick<DigestRun, 'schedule' | 'period'>): string {
  return `digest:${run.schedule}:${run.period}`;
}

/** Later than its time. A run that waits for the days of a platform has a reason, and is not late for that. */
export function isLate(run: DigestRun, now: Instant): boolean {
  const late = now - run.dueAt;
  return late > (run.reason === undefined ? lateFrom : 2 * hour + lateFrom);
}

/** A digest that is ready to be told. */
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
  const stream = streamOf(run);
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
