// A measurement arrives: pending, firing, recovering and back.
import { formatDuration } from '../metrics/format.ts';
import type { threadPhrases } from './history-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import { atLevel, inHand } from './response.ts';
import { isClear, isHit, isWorse, type Level, levelsOf, lowestLevel, worstHit } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { isOpen, type MeasuredValue } from './state.ts';
import { afterDataGap } from './timers.ts';
import {
  cancelPending,
  closeIncident,
  countFlap,
  emit,
  emitEscalation,
  flapWindow,
  keepCriticalFor,
  keepFor,
  openIncident,
  patch,
  respond,
  silenceOf,
  suppressionReason,
  type Transition,
} from './transitions.ts';
import { crossingOf, keptGaps } from './unmeasured.ts';

const phrase = alertPhrasesOf<typeof threadPhrases>();

/** Applies one measurement. The caller has checked that it is newer than the last. */
export function applyMeasurement(transition: Transition, measured: MeasuredValue): void {
  afterDataGap(transition);
  const { at } = transition;
  const { value, shown, since, whole, usual, settled, brief, words } = measured;
  const last = { at, value, shown, since, whole, usual, settled, brief, words: [...words] };
  patch(transition, { machine: { lastAt: at, last } });
  if (isOpen(transition.state)) {
    noteWorst(transition, measured);
    stepOpen(transition, value);
  } else {
    stepClosed(transition, measured);
  }
  patch(transition, { machine: { awaitingFirstSample: false } });
}

function noteWorst(transition: Transition, measured: MeasuredValue): void {
  const { worst } = transition.state.machine;
  const { value, shown } = measured;
  if (worst === undefined || isWorseThan(transition, measured, worst))
    patch(transition, { machine: { worst: { at: transition.at, value, shown } } });
}

function isWorseThan({ rule }: Transition, measured: MeasuredValue, worst: { value: number; shown: number }): boolean {
  const worstIs = kindOf(rule).worst(rule);
  if (worstIs === 'lowest') return measured.shown < worst.shown;
  if (worstIs === 'highest') return measured.shown > worst.shown;
  return rule.direction === 'below' ? measured.value < worst.value : measured.value > worst.value;
}

function stepClosed(transition: Transition, measured: MeasuredValue): void {
  const { rule, at } = transition;
  const { value } = measured;
  if (transition.state.machine.needsClear && !isHeld(transition, value))
    patch(transition, { machine: { needsClear: false, held: undefined } });
  const { held: covered, needsClear } = transition.state.machine;
  const isCovered = (level: Level): boolean => needsClear && (covered === undefined || !isWorse(level, covered.level));
  const hit = levelsOf(rule).filter((level) => isHit(rule, level, value) && !isCovered(level));
  if (hit.length === 0) {
    cancelPending(transition, 'the value is back within its limits');
    return;
  }
  const isNew = transition.state.machine.condition === 'inactive';
  const since = Object.fromEntries(hit.map((level) => [level, transition.state.machine.since[level] ?? at]));
  patch(transition, {
    machine: {
      condition: 'pending',
      since,
      unmeasured: keptGaps(transition.state.machine),
      ...(isNew ? { worst: undefined, changedAt: at } : {}),
    },
  });
  noteWorst(transition, measured);
  const held = hit.findLast((level) => hasHeld(transition, level));
  if (held !== undefined) openIncident(transition, held, crossedFor(transition, held));
  else if (isNew) emit(transition, 'pending', { reason: `the ${hit.at(-1)} limit is crossed`, level: hit.at(-1) });
}

/** True while a close by hand goes on: the value has not been clear since, nor fallen as far again, and its time has not passed. */
function isHeld({ state: { machine }, rule, at }: Transition, value: number): boolean {
  const { until, beyond } = machine.held ?? { until: Number.POSITIVE_INFINITY };
  if (isClear(rule, lowestLevel(rule), value) || at >= until) return false;
  return beyond === undefined || !(rule.direction === 'below' ? value <= beyond : value >= beyond);
}

/** True when the level has been hit for its `for`; after a start a single sample is not enough. */
function hasHeld({ state, rule, at }: Transition, level: Level): boolean {
  const holdFor = rule.levels[level]?.holdFor ?? 0;
  const since = state.machine.since[level] ?? at;
  return at - since >= holdFor && !(holdFor === 0 && state.machine.awaitingFirstSample);
}

function crossedFor({ state, at }: Transition, level: Level): string {
  const held = at - (state.machine.since[level] ?? at);
  return held === 0
    ? `the ${level} limit is crossed`
    : `the ${level} limit has been crossed for ${formatDuration(held)}`;
}

function stepOpen(transition: Transition, value: number): void {
  const before = transition.effects.length;
  noteInside(transition, value);
  noteCriticalClear(transition, value);
  if (transition.state.machine.condition === 'recovering') stepRecovering(transition, value);
  if (transition.state.machine.condition === 'firing') stepFiring(transition, value);
  if (transition.effects.length === before) emit(transition, 'changed', { reason: 'new numbers' });
}

/** Between its limit and where it ends a level fires on, but nobody may say that the limit is crossed. */
function noteInside(transition: Transition, value: number): void {
  const { state, rule, at } = transition;
  const { insideSince = {}, returned = {} } = state.machine;
  const inside = levelsOf(rule).filter((level) => !isHit(rule, level, value));
  const times = Object.fromEntries(inside.map((level) => [level, insideSince[level] ?? at]));
  const crossedAgain = levelsOf(rule).filter((level) => insideSince[level] !== undefined && !inside.includes(level));
  const sums = crossedAgain.map((level) => [level, (returned[level] ?? 0) + at - (insideSince[level] ?? at)]);
  patch(transition, { machine: { insideSince: times, returned: { ...returned, ...Object.fromEntries(sums) } } });
}

/** Keeps since when critical has been clear, for a downgrade. A swing of an alert that flaps is a change that keeps it flapping. */
function noteCriticalClear(transition: Transition, value: number): void {
  const { machine } = transition.state;
  const isCriticalClear = machine.level === 'critical' && isClear(transition.rule, 'critical', value);
  const criticalClearSince = isCriticalClear ? (machine.criticalClearSince ?? transition.at) : undefined;
  const isBack = machine.flapping && machine.criticalClearSince !== undefined && criticalClearSince === undefined;
  patch(transition, { machine: { criticalClearSince, ...(isBack ? { changedAt: transition.at } : {}) } });
}

function stepRecovering(transition: Transition, value: number): void {
  const { state, rule, at } = transition;
  const since = state.machine.recoverSince ?? at;
  const isStillClear =
    state.machine.recoverBy === 'clear' ? isClear(rule, lowestLevel(rule), value) : worstHit(rule, value) === undefined;
  if (isStillClear && settle(transition)) return;
  if (isStillClear) {
    if (at - since >= keepFor(transition))
      closeIncident(transition, 'recovered', `clear for ${formatDuration(at - since)}`);
    return;
  }
  patch(transition, {
    machine: { condition: 'firing', recoverSince: undefined, recoverBy: 'clear', changedAt: at },
  });
  emit(transition, 'refired', { reason: 'the value did not stay clear', level: state.machine.level });
  countFlap(transition, at - since);
}

function stepFiring(transition: Transition, value: number): void {
  const { rule } = transition;
  if (transition.state.machine.level === 'warning') escalate(transition, value);
  if (isClear(rule, lowestLevel(rule), value) && worstHit(rule, value) === undefined) {
    if (!settle(transition)) recover(transition);
    return;
  }
  if (transition.state.machine.level === 'critical') downgrade(transition);
}

function escalate(transition: Transition, value: number): void {
  const { state, rule, at } = transition;
  const limits = rule.levels.critical;
  if (limits === undefined) return;
  const since = isHit(rule, 'critical', value) ? (state.machine.since.critical ?? at) : undefined;
  const unmeasured = {
    ...state.machine.unmeasured,
    ...(state.machine.since.critical === undefined ? { critical: 0 } : {}),
  };
  patch(transition, { machine: { since: { ...state.machine.since, critical: since }, unmeasured } });
  if (since === undefined || at - since < limits.holdFor) return;
  const suppressedBy = suppressionReason(transition, 'critical');
  const { worstLevel, firedAt = at } = state.machine;
  const swungFor = at - firedAt;
  const isSwing = worstLevel === 'critical' && swungFor < flapWindow;
  const calm = swungFor + keepCriticalFor(transition);
  patch(transition, {
    machine: {
      level: 'critical',
      worstLevel: 'critical',
      firedAt: at,
      heldSince: state.machine.last?.since ?? crossingOf(transition.state.machine, 'critical'),
      returned: { ...state.machine.returned, critical: undefined },
      changedAt: at,
      criticalClearSince: undefined,
    },
    notification: { repeatIndex: 0, escalatedToOthers: false },
  });
  const isHandled = breakMilder(transition);
  if (suppressedBy !== undefined)
    emit(transition, 'escalated', { reason: crossedFor(transition, 'critical'), level: 'critical', suppressedBy });
  else if (isHandled && state.notification.notifiedLevel !== undefined) escalateInHand(transition);
  else emitEscalation(transition, crossedFor(transition, 'critical'));
  if (isSwing) countFlap(transition, calm);
}

/** Ends what was said of a milder level only; true where somebody has critical in hand. */
function breakMilder(transition: Transition): boolean {
  const { response } = transition.state;
  const kept = atLevel(response, 'critical');
  if (kept !== response) {
    const had = kept.as === 'open' ? inHand(response) : undefined;
    const lostAcknowledgement = had && { by: had.by };
    patch(transition, { notification: { brokenSilence: silenceOf(transition), lostAcknowledgement } });
    respond(transition, kept);
  }
  return kept.as === 'acknowledged';
}

/** Critical came back while the acknowledgement that was said for it holds: it is told, and nobody is pinged. */
function escalateInHand(transition: Transition): void {
  patch(transition, { notification: { notifiedLevel: 'critical' } });
  const suppressedBy = phrase('unpinged.acknowledged', {});
  emit(transition, 'escalated', { reason: crossedFor(transition, 'critical'), level: 'critical', suppressedBy });
}

function downgrade(transition: Transition): void {
  const { state, rule, at } = transition;
  if (state.machine.criticalClearSince === undefined || rule.levels.warning === undefined) return;
  if (at - state.machine.criticalClearSince < keepCriticalFor(transition)) return;
  // An incident that opened as critical may have been beyond the limit of the warning for longer.
  const { beganAt: crossedAt = state.machine.crossedAt } = state.machine;
  patch(transition, {
    machine: {
      level: 'warning',
      firedAt: at,
      crossedAt,
      heldSince: crossedAt,
      changedAt: at,
      criticalClearSince: undefined,
      since: { ...state.machine.since, critical: undefined },
    },
    notification: {
      repeatIndex: 0,
      notifiedLevel: state.notification.notifiedLevel === undefined ? undefined : 'warning',
    },
  });
  emit(transition, 'downgraded', {
    reason: `critical has been clear for ${formatDuration(at - state.machine.criticalClearSince)}`,
    level: 'warning',
  });
}

/** Clear only because another level counts as usual now: nothing recovers that would have to hold. */
function settle(transition: Transition): boolean {
  const { last, crossedAt = transition.at } = transition.state.machine;
  if (last?.settled === undefined || crossedAt >= last.settled.before) return false;
  closeIncident(transition, 'settled', 'the number stayed, and counts as usual now');
  return true;
}

function recover(transition: Transition): void {
  const { at } = transition;
  patch(transition, { machine: { recoverSince: at } });
  if (keepFor(transition) === 0) {
    closeIncident(transition, 'recovered', 'clear');
    return;
  }
  const since = { ...transition.state.machine.since, critical: undefined };
  patch(transition, { machine: { condition: 'recovering', changedAt: at, since } });
  emit(transition, 'recovering', { reason: 'every limit is clear', level: transition.state.machine.level });
}
