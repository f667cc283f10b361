// What a start of the process and a correction of the machine's clock do to an alert.
import { hour, minute } from '../clock.ts';
import { levelsOf } from './limits.ts';
import { forget, later } from './outage.ts';
import type { AlertState } from './state.ts';
import { change, say, type Turn } from './turn.ts';

/** After a longer outage of the bot a pending alert starts again. */
const pendingSurvives = hour;

/** Open alerts go on as they were; nothing is announced again. */
export function boot(turn: Turn): void {
  const { state, rule, at, context } = turn;
  change(turn, { bootAt: at, cold: context.coldStart !== 'off' });
  if (state.condition !== 'pending' || state.lastAt === undefined) return;
  const outage = at - state.lastAt;
  if (outage > pendingSurvives) {
    forget(turn, 'the bot was away for too long');
    return;
  }
  if (outage <= rule.maxGap) return;
  const since = levelsOf(rule).map((level) => {
    const moved = later(state.since[level], outage);
    const holdFor = rule.levels[level]?.holdFor ?? 0;
    const latest = at - holdFor + Math.min(holdFor, 2 * rule.pollEvery);
    return [level, moved === undefined ? undefined : Math.max(moved, latest)];
  });
  // The outage is now accounted for; the next sample must not count it again.
  change(turn, { since: Object.fromEntries(since), lastAt: at - 1 });
}

/** No replica is so late: a sample this much older than the newest means that the machine's clock was set back. */
const lateBy = 5 * minute;

/** True for a sample that is already known, or that another replica has overtaken. */
export function isOvertaken(state: AlertState, at: number): boolean {
  return state.lastAt !== undefined && at <= state.lastAt && state.lastAt - at <= lateBy;
}

/** Moves every remembered time by the correction, so that each timer goes on where it was. */
export function followClock(turn: Turn): void {
  const { state, rule, at } = turn;
  if (state.lastAt === undefined || at > state.lastAt) return;
  const by = at - rule.pollEvery - state.lastAt;
  const { handling } = state;
  const moved = handling.as === 'open' ? handling : { ...handling, at: handling.at + by, until: handling.until + by };
  change(turn, {
    ...Object.fromEntries(movable.map((name) => [name, later(state[name], by)])),
    since: { warning: later(state.since.warning, by), critical: later(state.since.critical, by) },
    flaps: state.flaps.map((flap) => ({ ...flap, at: flap.at + by })),
    handling: moved.as === 'acknowledged' ? { ...moved, remindedAt: later(moved.remindedAt, by) } : moved,
    last:
      state.last === undefined
        ? undefined
        : { ...state.last, at: state.last.at + by, since: later(state.last.since, by) },
    stale: state.stale === undefined ? undefined : { ...state.stale, since: state.stale.since + by },
  });
  say(turn, 'clockMoved', { reason: 'the clock of the machine was set back' });
}

const movable = [
  'recoverSince',
  'easeSince',
  'lastAt',
  'openedAt',
  'begunAt',
  'firedAt',
  'heldSince',
  'lastNoteAt',
  'toldAt',
  'changedAt',
  'closedAt',
  'calmSince',
  'bootAt',
  'editAfter',
] as const satisfies readonly (keyof AlertState)[];
