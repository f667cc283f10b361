// A measurement arrives: pending, firing, recovering and back.
import { formatDuration } from '../metrics/format.ts';
import type { Measured } from './event.ts';
import { close, open, tell } from './incidents.ts';
import { isClear, isHit, levelsOf, lowestLevel, worstHit } from './limits.ts';
import { afterOutage, forget } from './outage.ts';
import type { Level } from './rule.ts';
import { kindOf } from './rules/list.ts';
import { isOpen } from './state.ts';
import { change, countFlap, keepCriticalFor, keepFor, quietReason, say, type Turn } from './turn.ts';

/** Steps through one measurement. The caller has checked that it is newer than the last. */
export function takeSample(turn: Turn, measured: Measured): void {
  afterOutage(turn);
  const { at } = turn;
  change(turn, {
    lastAt: at,
    last: {
      at,
      value: measured.value,
      shown: measured.shown,
      since: measured.since,
      whole: measured.whole,
      brief: measured.brief,
      words: [...measured.words],
    },
  });
  if (isOpen(turn.state)) {
    noteExtreme(turn, measured);
    stepOpen(turn, measured.value);
  } else {
    stepClosed(turn, measured);
  }
  change(turn, { cold: false });
}

/** Remembers the worst measurement. */
function noteExtreme(turn: Turn, measured: Measured): void {
  const { extreme } = turn.state;
  const { value, shown } = measured;
  if (extreme === undefined || isWorseThan(turn, measured, extreme))
    change(turn, { extreme: { at: turn.at, value, shown } });
}

function isWorseThan({ rule }: Turn, measured: Measured, extreme: { value: number; shown: number }): boolean {
  const worst = kindOf(rule).worst(rule);
  if (worst === 'lowest') return measured.shown < extreme.shown;
  if (worst === 'highest') return measured.shown > extreme.shown;
  return rule.direction === 'below' ? measured.value < extreme.value : measured.value > extreme.value;
}

function stepClosed(turn: Turn, measured: Measured): void {
  const { rule, at } = turn;
  const { value } = measured;
  if (turn.state.needsClear && !isClear(rule, lowestLevel(rule), value)) return;
  change(turn, { needsClear: false });
  const hit = levelsOf(rule).filter((level) => isHit(rule, level, value));
  if (hit.length === 0) {
    forget(turn, 'the value is back within its limits');
    return;
  }
  const isNew = turn.state.condition === 'inactive';
  const since = Object.fromEntries(hit.map((level) => [level, turn.state.since[level] ?? at]));
  change(turn, { condition: 'pending', since, ...(isNew ? { extreme: undefined, changedAt: at } : {}) });
  noteExtreme(turn, measured);
  const ripe = hit.findLast((level) => isRipe(turn, level));
  if (ripe !== undefined) open(turn, ripe, crossedFor(turn, ripe));
  else if (isNew) say(turn, 'pending', { reason: `the ${hit.at(-1)} limit is crossed`, level: hit.at(-1) });
}

/** Held for long enough; after a start a single sample is not enough. */
function isRipe({ state, rule, at }: Turn, level: Level): boolean {
  const holdFor = rule.levels[level]?.holdFor ?? 0;
  const since = state.since[level] ?? at;
  return at - since >= holdFor && !(holdFor === 0 && state.cold);
}

function crossedFor({ state, at }: Turn, level: Level): string {
  const held = at - (state.since[level] ?? at);
  return held === 0
    ? `the ${level} limit is crossed`
    : `the ${level} limit has been crossed for ${formatDuration(held)}`;
}

function stepOpen(turn: Turn, value: number): void {
  const before = turn.effects.length;
  noteEase(turn, value);
  if (turn.state.condition === 'recovering') stepRecovering(turn, value);
  if (turn.state.condition === 'firing') stepFiring(turn, value);
  if (turn.effects.length === before) say(turn, 'changed', { reason: 'new numbers' });
}

/** Since when critical has been clear, for the way down to a warning. */
function noteEase(turn: Turn, value: number): void {
  const { state, rule, at } = turn;
  const eases = state.level === 'critical' && isClear(rule, 'critical', value);
  change(turn, { easeSince: eases ? (state.easeSince ?? at) : undefined });
}

function stepRecovering(turn: Turn, value: number): void {
  const { state, rule, at } = turn;
  const since = state.recoverSince ?? at;
  const isStillGood =
    state.recoverBy === 'clear' ? isClear(rule, lowestLevel(rule), value) : worstHit(rule, value) === undefined;
  if (isStillGood) {
    if (at - since >= keepFor(turn)) close(turn, 'recovered', `clear for ${formatDuration(at - since)}`);
    return;
  }
  change(turn, { condition: 'firing', recoverSince: undefined, recoverBy: 'clear', changedAt: at });
  say(turn, 'returned', { reason: 'the value did not stay clear', level: state.level });
  countFlap(turn, at - since);
}

function stepFiring(turn: Turn, value: number): void {
  const { rule } = turn;
  if (turn.state.level === 'warning') escalate(turn, value);
  if (isClear(rule, lowestLevel(rule), value) && worstHit(rule, value) === undefined) {
    recover(turn);
    return;
  }
  if (turn.state.level === 'critical') ease(turn);
}

function escalate(turn: Turn, value: number): void {
  const { state, rule, at } = turn;
  const limits = rule.levels.critical;
  if (limits === undefined) return;
  const since = isHit(rule, 'critical', value) ? (state.since.critical ?? at) : undefined;
  change(turn, { since: { ...state.since, critical: since } });
  if (since === undefined || at - since < limits.holdFor) return;
  const quiet = quietReason(turn, 'critical');
  const isCovered = quiet !== undefined && state.handling.as === 'silenced';
  change(turn, {
    level: 'critical',
    worst: 'critical',
    firedAt: at,
    heldSince: state.last?.since ?? since,
    changedAt: at,
    easeSince: undefined,
    handling: isCovered ? state.handling : { as: 'open' },
    repeatIndex: 0,
    summoned: false,
  });
  if (quiet === undefined) tellEscalation(turn);
  else say(turn, 'escalated', { reason: crossedFor(turn, 'critical'), level: 'critical', quiet });
}

/** An incident that was kept quiet is announced instead: people see its first message, at its present level. */
export function tellEscalation(turn: Turn, because?: string): void {
  const kind = turn.state.told === undefined ? 'announced' : 'escalated';
  const reason = because ?? crossedFor(turn, 'critical');
  tell(turn, 'critical');
  say(turn, kind, { reason, level: 'critical' });
}

function ease(turn: Turn): void {
  const { state, rule, at } = turn;
  if (state.easeSince === undefined || rule.levels.warning === undefined) return;
  if (at - state.easeSince < keepCriticalFor(turn)) return;
  change(turn, {
    level: 'warning',
    firedAt: at,
    heldSince: state.begunAt,
    changedAt: at,
    easeSince: undefined,
    repeatIndex: 0,
    since: { ...state.since, critical: undefined },
    told: state.told === undefined ? undefined : 'warning',
  });
  say(turn, 'downgraded', {
    reason: `critical has been clear for ${formatDuration(at - state.easeSince)}`,
    level: 'warning',
  });
}

function recover(turn: Turn): void {
  const { at } = turn;
  change(turn, { recoverSince: at });
  if (keepFor(turn) === 0) {
    close(turn, 'recovered', 'clear');
    return;
  }
  change(turn, { condition: 'recovering', changedAt: at, since: { ...turn.state.since, critical: undefined } });
  say(turn, 'recovering', { reason: 'every limit is clear', level: turn.state.level });
}
