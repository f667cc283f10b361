// What time alone does to an alert: repeats, reminders, ends of silences, the second mention; and gaps in the data.
import type { ImApp } from '../app.ts';
import { day, hour } from '../clock.ts';
import { isDaily } from '../metrics/capabilities.ts';
import { formatDuration } from '../metrics/format.ts';
import { asPhrase, type Phrase } from '../metrics/phrase.ts';
import { afterSilence, answerWithin } from './response.ts';
import { highestLevel, lowestLevel, type Rule } from './rule.ts';
import { type AlertState, isOpen, type MachineState } from './state.ts';
import {
  cancelPending,
  closeIncident,
  emit,
  emitEscalation,
  flapWindow,
  markNotified,
  patch,
  respond,
  shifted,
  suppressionReason,
  type Transition,
} from './transitions.ts';
import { withGap } from './unmeasured.ts';

/** Runs every timer that is due. Without data only the end of a silence counts. */
export function runTimers(transition: Transition): void {
  endSilence(transition);
  endFlapping(transition);
  const { state } = transition;
  if (state.machine.condition !== 'firing' || !hasData(transition)) return;
  const level = state.machine.level ?? 'warning';
  if (suppressionReason(transition, level) !== undefined) return;
  if (announce(transition)) return;
  remindAcknowledger(transition);
  repeat(transition);
  escalateToOthers(transition);
}

/** False when the newest measurement is too old to prove that anything still fires. */
function hasData({ state, rule, at }: Transition): boolean {
  return state.machine.stale === undefined && at - (state.machine.lastAt ?? at) <= rule.maxGap;
}

function endSilence(transition: Transition): void {
  const { response, machine, notification } = transition.state;
  if (response.as !== 'silenced' || response.until > transition.at) return;
  respond(transition, afterSilence(response, machine.level));
  patch(transition, { notification: { repeatIndex: 0 } });
  emit(transition, 'silenceEnded', { reason: 'the silence has run out', actor: response.by });
  if (transition.state.response.as !== 'open') return;
  const isDue = machine.condition === 'firing' && notification.notifiedLevel !== undefined && hasData(transition);
  if (isDue && suppressionReason(transition, machine.level ?? 'warning') === undefined)
    repeatNow(transition, 'still firing after the silence');
}

function endFlapping(transition: Transition): void {
  const { state, at } = transition;
  if (!state.machine.flapping || at - (state.machine.changedAt ?? at) < flapWindow) return;
  patch(transition, { machine: { flapping: false, keepMultiplier: 1, flaps: [] } });
  emit(transition, 'flappingEnded', { reason: 'no change for an hour' });
}

/** First notification of a level that was suppressed and still fires. The caller has checked that nothing suppresses it now. */
function announce(transition: Transition): boolean {
  const { level } = transition.state.machine;
  const { notifiedLevel } = transition.state.notification;
  if (level === undefined || notifiedLevel === level || notifiedLevel === 'critical') return false;
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
  const { response } = state;
  const { level } = state.machine;
  if (response.as !== 'acknowledged' || response.until > at) return;
  if (response.remindedAt === undefined) {
    respond(transition, { ...response, remindedAt: at });
    emit(transition, 'reminded', { reason: 'the acknowledgement has run out', actor: response.by, level });
  } else if (at - response.remindedAt >= answerWithin) {
    respond(transition, { as: 'open' });
    patch(transition, { notification: { repeatIndex: 0, escalatedToOthers: false } });
    emit(transition, 'acknowledgementExpired', {
      reason: `no answer for ${formatDuration(at - response.remindedAt)}`,
      actor: response.by,
      level,
    });
    repeatNow(transition, 'nobody has it in hand any longer');
    patch(transition, { notification: { notifiedAt: at } });
  }
}

/** Gaps between repeats grow; the last one is used from then on. */
function repeat(transition: Transition): void {
  const { state, rule, at } = transition;
  const { level } = state.machine;
  const { repeatIndex, lastNotificationAt } = state.notification;
  if (state.response.as !== 'open' || level === undefined || lastNotificationAt === undefined) return;
  const gaps = rule.repeat[level];
  const gap = gaps[Math.min(repeatIndex, gaps.length - 1)];
  if (gap === undefined || at - lastNotificationAt < gap) return;
  patch(transition, { notification: { repeatIndex: repeatIndex + 1 } });
  repeatNow(transition, `still firing, said last ${formatDuration(at - lastNotificationAt)} ago`);
}

function repeatNow(transition: Transition, reason: string): void {
  const { machine, notification } = transition.state;
  patch(transition, { notification: { lastNotificationAt: transition.at, repeats: notification.repeats + 1 } });
  emit(transition, 'repeated', { reason, level: machine.level });
}

/** The second mention, when nobody acknowledged the highest level in time. */
function escalateToOthers(transition: Transition): void {
  const { state, rule, at } = transition;
  const { level } = state.machine;
  const { notifiedAt, escalatedToOthers } = state.notification;
  if (rule.escalate === undefined || escalatedToOthers || state.response.as !== 'open') return;
  if (level !== highestLevel(rule) || notifiedAt === undefined || at - notifiedAt < rule.escalate.after) return;
  patch(transition, { notification: { escalatedToOthers: true } });
  emit(transition, 'escalatedToOthers', {
    reason: `nobody acknowledged it for ${formatDuration(at - notifiedAt)}`,
    level,
  });
}

/** True while a timer of the alert may still run out. */
export function needsTicks(state: AlertState): boolean {
  return (
    isOpen(state) || state.machine.condition === 'pending' || state.response.as === 'silenced' || state.machine.flapping
  );
}

/** An alert without data for longer than this is closed, as not known to be recovered. */
const givenUpAfter = day;

/** A pending alert waits for data for so long. */
export const pendingSurvives = hour;

/** Accounts for time without a measurement: called at a failed poll and at a tick. */
export function noteDataGap(transition: Transition, why: Phrase | string | undefined): void {
  const { rule, at } = transition;
  const { lastAt, bootAt = lastAt, heardAt = lastAt, stale } = transition.state.machine;
  const isWithin = (since: number | undefined): boolean => since !== undefined && at - since <= rule.maxGap;
  if (lastAt === undefined || isWithin(lastAt) || isWithin(bootAt)) return;
  if (closeUnknown(transition)) return;
  if (at - lastAt > pendingSurvives) cancelPending(transition, 'there was no data for too long');
  if (!isOpen(transition.state) || stale !== undefined || isWithin(heardAt)) return;
  patch(transition, { machine: { stale: { since: lastAt, why: why === undefined ? undefined : asPhrase(why) } } });
  emit(transition, 'stale', { reason: `no data for ${formatDuration(at - lastAt)}` });
}

/** Closes an alert that had no data for a day. */
export function closeUnknown(transition: Transition): boolean {
  const { state, at } = transition;
  const { lastAt } = state.machine;
  if (!isOpen(state) || lastAt === undefined || at - lastAt <= givenUpAfter) return false;
  closeIncident(transition, 'unknown', `no data for ${formatDuration(at - lastAt)}; not known to be recovered`);
  // Nobody knows how long it has been clear.
  patch(transition, { machine: { calmSince: at } });
  return true;
}

/** The platform answered while the rule learns: no data is missing, and no timer runs. */
export function noteLearning(transition: Transition): void {
  const { state, at } = transition;
  if (isOpen(state)) patch(transition, { machine: { heardAt: at, stale: undefined } });
  noteDataGap(transition, undefined);
}

/**
 * Data again. Of the gap one poll counts for the timers, and the rest for none: an alert continues as if it had not been. A pending
 * alert starts again after a longer one.
 */
export function afterDataGap(transition: Transition): void {
  const { rule, at } = transition;
  const { machine, notification } = transition.state;
  const { lastAt } = machine;
  if (lastAt === undefined) return;
  const gap = at - lastAt;
  if (gap > pendingSurvives && machine.condition === 'pending')
    patch(transition, { machine: { since: {}, unmeasured: undefined } });
  else if (gap > rule.maxGap && machine.condition === 'pending') resumePending(transition, gap - rule.pollEvery);
  if (!isOpen(transition.state)) return;
  // A new incident never begins with the very sample that ended an unknown one.
  if (closeUnknown(transition)) {
    patch(transition, { machine: { awaitingFirstSample: true } });
    return;
  }
  if (machine.stale !== undefined) {
    patch(transition, { machine: { stale: undefined } });
    emit(transition, 'fresh', { reason: `data again after ${formatDuration(gap)}` });
  }
  if (gap <= rule.maxGap) return;
  // While a rule learned its platform answered, and something was measured.
  const unseen = at - Math.max(lastAt, machine.heardAt ?? lastAt);
  // A timer that ran before the gap is shifted by it; one that began within it begins now.
  const resumed = (time: number | undefined): number | undefined =>
    time !== undefined && time > lastAt ? at : shifted(time, gap - rule.pollEvery);
  patch(transition, {
    machine: {
      unmeasured: withGap(machine, unseen > rule.maxGap ? unseen - rule.pollEvery : 0),
      since: { warning: resumed(machine.since.warning), critical: resumed(machine.since.critical) },
      recoverSince: resumed(machine.recoverSince),
      criticalClearSince: resumed(machine.criticalClearSince),
    },
    notification: { lastNotificationAt: resumed(notification.lastNotificationAt) },
  });
}

function resumePending(transition: Transition, by: number): void {
  const { machine } = transition.state;
  const { warning, critical } = machine.since;
  const since = { warning: shifted(warning, by), critical: shifted(critical, by) };
  patch(transition, { machine: { since, unmeasured: withGap(machine, by) } });
}

/** Where the configuration says nothing. */
const usualPolls = 3;

/** A platform that reports a day some hours after it ends gives nothing for a while after each midnight. */
const dayIsLate = 36 * hour;

/** After so many polls in a row that give a rule of the app nothing, it is not judged. */
export function unjudgedAfter(rule: Pick<Rule, 'metric' | 'pollEvery'>, app: ImApp): number {
  const { polls } = app.unreachable;
  const isOfDays = rule.metric !== undefined && isDaily(app, rule.metric);
  return isOfDays ? Math.max(polls, Math.ceil(dayIsLate / rule.pollEvery)) : polls;
}

type Unjudged = NonNullable<MachineState['unjudged']>;

/** The platform answered, and the rule could not be judged: its number was not in the answer, or the rule itself failed. */
export function noteUnjudged(transition: Transition, because: Unjudged['because']): void {
  const { state, at, context } = transition;
  const before = state.machine.unjudged;
  const { since = state.machine.lastAt ?? at, polls = 0, isSaid = false } = before ?? {};
  const most = context.unjudgedAfter ?? usualPolls;
  const counted = Math.min(polls + 1, most);
  const unjudged = { ...before, since, because, polls: counted, isConfirmed: counted >= most, isSaid };
  if (counted !== polls || because !== before?.because || unjudged.isConfirmed !== before.isConfirmed)
    patch(transition, { machine: { unjudged } });
  if (unjudged.isConfirmed && !isSaid) sayUnjudged(transition, unjudged);
}

/** An open alert says itself that nothing is measured; maintenance, a silence and a platform that does not answer put the note off. */
function sayUnjudged(transition: Transition, unjudged: Unjudged): void {
  const { state, rule, at } = transition;
  if (isOpen(state)) {
    patch(transition, { machine: { unjudged: { ...unjudged, isSaid: true } } });
    return;
  }
  if (suppressionReason(transition, lowestLevel(rule)) !== undefined) return;
  const note = { stream: `${rule.id}@${at}.unjudged`, channel: rule.channel, at };
  patch(transition, { machine: { unjudged: { ...unjudged, isSaid: true, note } } });
  emit(transition, 'unjudged', { reason: unjudgedReason(unjudged.because), suppressedBy: undefined });
}

const unjudgedReason = (because: Unjudged['because']): string =>
  because === 'missing'
    ? 'its number is not in the answers of the platform'
    : 'it fails on the answers of the platform';

/** The rule can be judged again, or is gone. */
export function noteJudged(transition: Transition, { isRuleGone = false } = {}): void {
  const { unjudged } = transition.state.machine;
  if (unjudged === undefined) return;
  patch(transition, { machine: { unjudged: undefined } });
  if (unjudged.note === undefined) return;
  const reason = isRuleGone ? 'the rule is gone' : 'it can be judged again';
  emit(transition, 'judged', { reason, isRuleGone, suppressedBy: undefined });
}
