// No data: what a gap between two measurements does to timers, and when an alert is given up as unknown.
import { day } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import { close } from './incidents.ts';
import { isOpen } from './state.ts';
import { change, say, type Turn } from './turn.ts';

/** An alert without data for longer than this is closed, as not known to be recovered. */
const givenUpAfter = day;

/** Called when time has passed without a measurement: by a failed poll or a tick. */
export function noteSilence(turn: Turn, why: string | undefined): void {
  const { state, rule, at } = turn;
  if (state.lastAt === undefined) return;
  const isLong = at - Math.max(state.lastAt, state.bootAt ?? state.lastAt) > rule.maxGap;
  if (!isLong) return;
  if (closeUnknown(turn)) return;
  forget(turn, 'there was no data for too long');
  if (!isOpen(state) || state.stale !== undefined) return;
  change(turn, { stale: { since: state.lastAt, why } });
  say(turn, 'stale', { reason: why ?? `no data for ${formatDuration(at - state.lastAt)}` });
}

/** Closes an alert that had no data for a day. */
export function closeUnknown(turn: Turn): boolean {
  const { state, at } = turn;
  if (!isOpen(state) || state.lastAt === undefined || at - state.lastAt <= givenUpAfter) return false;
  close(turn, 'unknown', `no data for ${formatDuration(at - state.lastAt)}; not known to be recovered`);
  return true;
}

/** Data again. The outage counts for no timer: an open alert goes on as if it had not been, a pending one starts again. */
export function afterOutage(turn: Turn): void {
  const { state, rule, at } = turn;
  if (state.lastAt === undefined) return;
  const gap = at - state.lastAt;
  if (gap > rule.maxGap && state.condition === 'pending') change(turn, { since: {} });
  if (!isOpen(state)) return;
  // A new incident never begins with the very sample that ended an unknown one.
  if (closeUnknown(turn)) {
    change(turn, { cold: true });
    return;
  }
  if (gap <= rule.maxGap) return;
  const { lastAt } = state;
  // What ran before the outage goes on from there; what began within it begins now.
  const resumed = (time: number | undefined): number | undefined =>
    time !== undefined && time > lastAt ? at : later(time, gap);
  change(turn, {
    since: { warning: resumed(state.since.warning), critical: resumed(state.since.critical) },
    recoverSince: resumed(state.recoverSince),
    easeSince: resumed(state.easeSince),
    lastNoteAt: resumed(state.lastNoteAt),
    stale: undefined,
  });
  if (state.stale !== undefined) say(turn, 'fresh', { reason: `data again after ${formatDuration(gap)}` });
}

export function later(at: number | undefined, by: number): number | undefined {
  return at === undefined ? undefined : at + by;
}

/** pending → inactive, without a word to people. */
export function forget(turn: Turn, reason: string): void {
  if (turn.state.condition !== 'pending') return;
  change(turn, { condition: 'inactive', since: {}, changedAt: turn.at });
  say(turn, 'forgotten', { reason });
}
