// What the passing of time alone does: repeats, reminders, ends of silences, the second mention.
import { minute } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import { emitEscalation } from './measurement.ts';
import { highestLevel } from './rule.ts';
import { type AlertState, isOpen } from './state.ts';
import { emit, flapWindow, markNotified, patch, suppressionReason, type Transition } from './transitions.ts';

/** After the reminder, so long is waited for an answer before the alert is open again. */
const answerWithin = 30 * minute;

/** Runs every timer that is due. Without data only the end of a silence counts. */
export function runTimers(transition: Transition): void {
  endSilence(transition);
  endFlapping(transition);
  const { state } = transition;
  if (state.condition !== 'firing' || !hasData(transition)) return;
  const level = state.level ?? 'warning';
  if (suppressionReason(transition, level) !== undefined) return;
  if (announce(transition)) return;
  remindAcknowledger(transition);
  repeat(transition);
  escalateToOthers(transition);
}

/** False as soon as the newest measurement is too old to say that anything still fires. */
function hasData({ state, rule, at }: Transition): boolean {
  return state.stale === undefined && at - (state.lastAt ?? at) <= rule.maxGap;
}

function endSilence(transition: Transition): void {
  const { handling } = transition.state;
  if (handling.as !== 'silenced' || handling.until > transition.at) return;
  patch(transition, { handling: { as: 'open' }, repeatIndex: 0 });
  emit(transition, 'silenceEnded', { reason: 'the silence has run out', actor: handling.by });
  const { condition, told, level } = transition.state;
  const speaks = condition === 'firing' && told !== undefined && hasData(transition);
  if (speaks && suppressionReason(transition, level ?? 'warning') === undefined)
    repeatNow(transition, 'still firing after the silence');
}

function endFlapping(transition: Transition): void {
  const { state, at } = transition;
  if (!state.flapping || at - (state.changedAt ?? at) < flapWindow) return;
  patch(transition, { flapping: false, keepMultiplier: 1, flaps: [] });
  emit(transition, 'calm', { reason: 'no change for an hour' });
}

/** What was kept quiet and still fires is told once nothing keeps it quiet. */
function announce(transition: Transition): boolean {
  const { told, level } = transition.state;
  if (level === undefined || told === level || told === 'critical') return false;
  const reason = 'it still fires, and nothing keeps it quiet any longer';
  if (level === 'critical') {
    emitEscalation(transition, reason);
    return true;
  }
  markNotified(transition, level);
  emit(transition, 'announced', { reason, level });
  return true;
}

function remindAcknowledger(transition: Transition): void {
  const { state, at } = transition;
  const { handling } = state;
  if (handling.as !== 'acknowledged' || handling.until > at) return;
  if (handling.remindedAt === undefined) {
    patch(transition, { handling: { ...handling, remindedAt: at } });
    emit(transition, 'reminded', { reason: 'the acknowledgement has run out', actor: handling.by, level: state.level });
  } else if (at - handling.remindedAt >= answerWithin) {
    patch(transition, { handling: { as: 'open' }, repeatIndex: 0, summoned: false });
    emit(transition, 'lapsed', {
      reason: `no answer for ${formatDuration(at - handling.remindedAt)}`,
      actor: handling.by,
      level: state.level,
    });
    repeatNow(transition, 'nobody has it in hand any longer');
    patch(transition, { toldAt: at });
  }
}

/** Gaps between repeats grow; the last one stays. */
function repeat(transition: Transition): void {
  const { state, rule, at } = transition;
  if (state.handling.as !== 'open' || state.level === undefined || state.lastNoteAt === undefined) return;
  const gaps = rule.repeat[state.level];
  const gap = gaps[Math.min(state.repeatIndex, gaps.length - 1)];
  if (gap === undefined || at - state.lastNoteAt < gap) return;
  patch(transition, { repeatIndex: state.repeatIndex + 1 });
  repeatNow(transition, `still firing, said last ${formatDuration(at - state.lastNoteAt)} ago`);
}

function repeatNow(transition: Transition, reason: string): void {
  patch(transition, { lastNoteAt: transition.at, repeats: transition.state.repeats + 1 });
  emit(transition, 'repeated', { reason, level: transition.state.level });
}

/** Nobody acknowledged the highest level: others are asked. */
function escalateToOthers(transition: Transition): void {
  const { state, rule, at } = transition;
  if (rule.escalate === undefined || state.summoned || state.handling.as !== 'open') return;
  if (state.level !== highestLevel(rule) || state.toldAt === undefined || at - state.toldAt < rule.escalate.after)
    return;
  patch(transition, { summoned: true });
  emit(transition, 'summoned', {
    reason: `nobody acknowledged it for ${formatDuration(at - state.toldAt)}`,
    level: state.level,
  });
}

/** True while a timer of the alert may still run out: an alert that is neither open nor silenced needs no ticks. */
export function needsTicks(state: AlertState): boolean {
  return isOpen(state) || state.condition === 'pending' || state.handling.as === 'silenced' || state.flapping;
}
