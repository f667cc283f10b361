// A measurement arrives: pending, firing, recovering and back.
import { formatDuration } from '../metrics/format.ts';
import { isClear, isHit, type Level, levelsOf, lowestLevel, worstHit } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { isOpen, type MeasuredValue } from './state.ts';
import {
  afterDataGap,
  cancelPending,
  closeIncident,
  countFlap,
  emit,
  keepCriticalFor,
  keepFor,
  markNotified,
  openIncident,
  patch,
  suppressionReason,
  type Transition,
} from './transitions.ts';

/** Steps through one measurement. The caller has checked that it is newer than the last. */
export function applyMeasurement(transition: Transition, measured: MeasuredValue): void {
  afterDataGap(transition);
  const { at } = transition;
  patch(transition, {
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
  if (isOpen(transition.state)) {
    noteWorst(transition, measured);
    stepOpen(transition, measured.value);
  } else {
    stepClosed(transition, measured);
  }
  patch(transition, { cold: false });
}

/** Remembers the worst measurement. */
function noteWorst(transition: Transition, measured: MeasuredValue): void {
  const { extreme } = transition.state;
  const { value, shown } = measured;
  if (extreme === undefined || isWorseThan(transition, measured, extreme))
    patch(transition, { extreme: { at: transition.at, value, shown } });
}

function isWorseThan(
  { rule }: Transition,
  measured: MeasuredValue,
  extreme: { value: number; shown: number },
): boolean {
  const worst = kindOf(rule).worst(rule);
  if (worst === 'lowest') return measured.shown < extreme.shown;
  if (worst === 'highest') return measured.shown > extreme.shown;
  return rule.direction === 'below' ? measured.value < extreme.value : measured.value > extreme.value;
}

function stepClosed(transition: Transition, measured: MeasuredValue): void {
  const { rule, at } = transition;
  const { value } = measured;
  if (transition.state.needsClear && !isClear(rule, lowestLevel(rule), value)) return;
  patch(transition, { needsClear: false });
  const hit = levelsOf(rule).filter((level) => isHit(rule, level, value));
  if (hit.length === 0) {
    cancelPending(transition, 'the value is back within its limits');
    return;
  }
  const isNew = transition.state.condition === 'inactive';
  const since = Object.fromEntries(hit.map((level) => [level, transition.state.since[level] ?? at]));
  patch(transition, { condition: 'pending', since, ...(isNew ? { extreme: undefined, changedAt: at } : {}) });
  noteWorst(transition, measured);
  const ripe = hit.findLast((level) => isRipe(transition, level));
  if (ripe !== undefined) openIncident(transition, ripe, crossedFor(transition, ripe));
  else if (isNew) emit(transition, 'pending', { reason: `the ${hit.at(-1)} limit is crossed`, level: hit.at(-1) });
}

/** Held for long enough; after a start a single sample is not enough. */
function isRipe({ state, rule, at }: Transition, level: Level): boolean {
  const holdFor = rule.levels[level]?.holdFor ?? 0;
  const since = state.since[level] ?? at;
  return at - since >= holdFor && !(holdFor === 0 && state.cold);
}

function crossedFor({ state, at }: Transition, level: Level): string {
  const held = at - (state.since[level] ?? at);
  return held === 0
    ? `the ${level} limit is crossed`
    : `the ${level} limit has been crossed for ${formatDuration(held)}`;
}

function stepOpen(transition: Transition, value: number): void {
  const before = transition.effects.length;
  noteCriticalClear(transition, value);
  if (transition.state.condition === 'recovering') stepRecovering(transition, value);
  if (transition.state.condition === 'firing') stepFiring(transition, value);
  if (transition.effects.length === before) emit(transition, 'changed', { reason: 'new numbers' });
}

/** Since when critical has been clear, for the way down to a warning. */
function noteCriticalClear(transition: Transition, value: number): void {
  const { state, rule, at } = transition;
  const eases = state.level === 'critical' && isClear(rule, 'critical', value);
  patch(transition, { easeSince: eases ? (state.easeSince ?? at) : undefined });
}

function stepRecovering(transition: Transition, value: number): void {
  const { state, rule, at } = transition;
  const since = state.recoverSince ?? at;
  const isStillGood =
    state.recoverBy === 'clear' ? isClear(rule, lowestLevel(rule), value) : worstHit(rule, value) === undefined;
  if (isStillGood) {
    if (at - since >= keepFor(transition))
      closeIncident(transition, 'recovered', `clear for ${formatDuration(at - since)}`);
    return;
  }
  patch(transition, { condition: 'firing', recoverSince: undefined, recoverBy: 'clear', changedAt: at });
  emit(transition, 'returned', { reason: 'the value did not stay clear', level: state.level });
  countFlap(transition, at - since);
}

function stepFiring(transition: Transition, value: number): void {
  const { rule } = transition;
  if (transition.state.level === 'warning') escalate(transition, value);
  if (isClear(rule, lowestLevel(rule), value) && worstHit(rule, value) === undefined) {
    recover(transition);
    return;
  }
  if (transition.state.level === 'critical') downgrade(transition);
}

function escalate(transition: Transition, value: number): void {
  const { state, rule, at } = transition;
  const limits = rule.levels.critical;
  if (limits === undefined) return;
  const since = isHit(rule, 'critical', value) ? (state.since.critical ?? at) : undefined;
  patch(transition, { since: { ...state.since, critical: since } });
  if (since === undefined || at - since < limits.holdFor) return;
  const quiet = suppressionReason(transition, 'critical');
  const isCovered = quiet !== undefined && state.handling.as === 'silenced';
  patch(transition, {
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
  if (quiet === undefined) emitEscalation(transition);
  else emit(transition, 'escalated', { reason: crossedFor(transition, 'critical'), level: 'critical', quiet });
}

/** An incident that was kept quiet is announced instead: people see its first message, at its present level. */
export function emitEscalation(transition: Transition, because?: string): void {
  const kind = transition.state.told === undefined ? 'announced' : 'escalated';
  const reason = because ?? crossedFor(transition, 'critical');
  markNotified(transition, 'critical');
  emit(transition, kind, { reason, level: 'critical' });
}

function downgrade(transition: Transition): void {
  const { state, rule, at } = transition;
  if (state.easeSince === undefined || rule.levels.warning === undefined) return;
  if (at - state.easeSince < keepCriticalFor(transition)) return;
  patch(transition, {
    level: 'warning',
    firedAt: at,
    heldSince: state.begunAt,
    changedAt: at,
    easeSince: undefined,
    repeatIndex: 0,
    since: { ...state.since, critical: undefined },
    told: state.told === undefined ? undefined : 'warning',
  });
  emit(transition, 'downgraded', {
    reason: `critical has been clear for ${formatDuration(at - state.easeSince)}`,
    level: 'warning',
  });
}

function recover(transition: Transition): void {
  const { at } = transition;
  patch(transition, { recoverSince: at });
  if (keepFor(transition) === 0) {
    closeIncident(transition, 'recovered', 'clear');
    return;
  }
  patch(transition, {
    condition: 'recovering',
    changedAt: at,
    since: { ...transition.state.since, critical: undefined },
  });
  emit(transition, 'recovering', { reason: 'every limit is clear', level: transition.state.level });
}
