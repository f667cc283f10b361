// Which digest is due now: a pure function of the schedule, the time and the last run.
import { type Duration, hour, type Instant, minute } from '../clock.ts';
import { nextRun, previousRun } from '../cron.ts';
import { type DigestPeriod, digestPeriod } from '../reports/digest-period.ts';
import type { DigestSchedule } from '../service-types.ts';

/** A digest that is later than this is skipped and mentioned in the next one. */
export const latestStart: Duration = 6 * hour;

/** A digest that is later than this is marked as late. */
export const lateFrom: Duration = 15 * minute;

/** A digest and its due time. Its key is `of.key`. */
export interface DueRun {
  readonly of: DigestPeriod;
  readonly dueAt: Instant;
}

/** What is due by a schedule. `missed` are earlier runs that did not happen, oldest first, at most 31. */
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
  for (let count = 0; count < 31; count += 1) {
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
