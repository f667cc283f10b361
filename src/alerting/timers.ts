// What the passing of time alone does: repeats, reminders, ends of silences, the second mention.
import { minute } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import { tell } from './incidents.ts';
import { highestLevel } from './limits.ts';
import { tellEscalation } from './sample.ts';
import { type AlertState, isOpen } from './state.ts';
import { change, flapWindow, quietReason, say, type Turn } from './turn.ts';

/** After the reminder, so long is waited for an answer before the alert is open again. */
const answerWithin = 30 * minute;

/** Runs every timer that is due. Without data only the end of a silence counts. */
export function runTimers(turn: Turn): void {
  endSilence(turn);
  endFlapping(turn);
  const { state } = turn;
  if (state.condition !== 'firing' || !hasData(turn)) return;
  const level = state.level ?? 'warning';
  if (quietReason(turn, level) !== undefined) return;
  if (announce(turn)) return;
  remind(turn);
  repeat(turn);
  summon(turn);
}

/** False as soon as the newest measurement is too old to say that anything still fires. */
function hasData({ state, rule, at }: Turn): boolean {
  return state.stale === undefined && at - (state.lastAt ?? at) <= rule.maxGap;
}

function endSilence(turn: Turn): void {
  const { handling } = turn.state;
  if (handling.as !== 'silenced' || handling.until > turn.at) return;
  change(turn, { handling: { as: 'open' }, repeatIndex: 0 });
  say(turn, 'silenceEnded', { reason: 'the silence has run out', actor: handling.by });
  const { condition, told, level } = turn.state;
  const speaks = condition === 'firing' && told !== undefined && hasData(turn);
  if (speaks && quietReason(turn, level ?? 'warning') === undefined) repeatNow(turn, 'still firing after the silence');
}

function endFlapping(turn: Turn): void {
  const { state, at } = turn;
  if (!state.flapping || at - (state.changedAt ?? at) < flapWindow) return;
  change(turn, { flapping: false, keepMultiplier: 1, flaps: [] });
  say(turn, 'calm', { reason: 'no change for an hour' });
}

/** What was kept quiet and still fires is told once nothing keeps it quiet. */
function announce(turn: Turn): boolean {
  const { told, level } = turn.state;
  if (level === undefined || told === level || told === 'critical') return false;
  const reason = 'it still fires, and nothing keeps it quiet any longer';
  if (level === 'critical') {
    tellEscalation(turn, reason);
    return true;
  }
  tell(turn, level);
  say(turn, 'announced', { reason, level });
  return true;
}

function remind(turn: Turn): void {
  const { state, at } = turn;
  const { handling } = state;
  if (handling.as !== 'acknowledged' || handling.until > at) return;
  if (handling.remindedAt === undefined) {
    change(turn, { handling: { ...handling, remindedAt: at } });
    say(turn, 'reminded', { reason: 'the acknowledgement has run out', actor: handling.by, level: state.level });
  } else if (at - handling.remindedAt >= answerWithin) {
    change(turn, { handling: { as: 'open' }, repeatIndex: 0, summoned: false });
    say(turn, 'lapsed', {
      reason: `no answer for ${formatDuration(at - handling.remindedAt)}`,
      actor: handling.by,
      level: state.level,
    });
    repeatNow(turn, 'nobody has it in hand any longer');
    change(turn, { toldAt: at });
  }
}

/** Gaps between repeats grow; the last one stays. */
function repeat(turn: Turn): void {
  const { state, rule, at } = turn;
  if (state.handling.as !== 'open' || state.level === undefined || state.lastNoteAt === undefined) return;
  const gaps = rule.repeat[state.level];
  const gap = gaps[Math.min(state.repeatIndex, gaps.length - 1)];
  if (gap === undefined || at - state.lastNoteAt < gap) return;
  change(turn, { repeatIndex: state.repeatIndex + 1 });
  repeatNow(turn, `still firing, said last ${formatDuration(at - state.lastNoteAt)} ago`);
}

function repeatNow(turn: Turn, reason: string): void {
  change(turn, { lastNoteAt: turn.at, repeats: turn.state.repeats + 1 });
  say(turn, 'repeated', { reason, level: turn.state.level });
}

/** Nobody acknowledged the highest level: others are asked. */
function summon(turn: Turn): void {
  const { state, rule, at } = turn;
  if (rule.escalate === undefined || state.summoned || state.handling.as !== 'open') return;
  if (state.level !== highestLevel(rule) || state.toldAt === undefined || at - state.toldAt < rule.escalate.after)
    return;
  change(turn, { summoned: true });
  say(turn, 'summoned', {
    reason: `nobody acknowledged it for ${formatDuration(at - state.toldAt)}`,
    level: state.level,
  });
}

/** True while a timer of the alert may still run out: an alert that is neither open nor silenced needs no ticks. */
export function needsTicks(state: AlertState): boolean {
  return isOpen(state) || state.condition === 'pending' || state.handling.as === 'silenced' || state.flapping;
}
