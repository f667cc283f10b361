// What a person does with an alert: acknowledge, silence, end a silence, resolve by hand; and each of these undone.
import { day, hour, minute, second } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { UserEvent } from './events.ts';
import type { threadPhrases } from './history-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import { highestLevel, isClear, isPlatformRule, isWorse, lowestLevel, type Rule } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { type AlertState, isOpen, type LastAction, type UndoableAction } from './state.ts';
import { acknowledgedFor, closeIncident, emit, patch, respond, type Transition } from './transitions.ts';

/** A second click of the same person within this time is a double click. */
const doubleClick = 10 * second;

/** No silence is longer. */
const longestSilence = 7 * day;

/** Default length of a silence. */
const usualSilence = 2 * hour;

/** An action that cannot be done gives an effect `ignored` with the answer to the person. */
export function applyUserAction(transition: Transition, event: UserEvent): void {
  if (event.action === 'undo') {
    undo(transition, event);
    return;
  }
  if (event.action === 'note' || event.action === 'call') {
    (event.action === 'note' ? note : call)(transition, event);
    return;
  }
  const { state } = transition;
  const before = transition.effects.length;
  actions[event.action](transition, event);
  const isDone = transition.effects.slice(before).some(({ kind }) => kind !== 'ignored');
  if (isDone) remember(transition, event, event.action, state);
}

type Act = (transition: Transition, event: UserEvent) => void;

const actions: Readonly<Record<UndoableAction, Act>> = { acknowledge, silence, unsilence, resolve, normal };

/** Keeps what the action replaced, so that it can be undone. */
function remember(
  transition: Transition,
  { who: by, at, id = String(at) }: UserEvent,
  action: UndoableAction,
  { response: before, accepted, machine: { condition, level, worst } }: AlertState,
): void {
  const closed = action === 'resolve' || action === 'normal' ? { closed: { condition, level, worst } } : {};
  const earlier = action === 'normal' && accepted !== undefined ? { accepted } : {};
  transition.state = { ...transition.state, lastAction: { id, action, by, at, before, ...closed, ...earlier } };
}

const phrase = alertPhrasesOf<typeof threadPhrases>();

function refuse(transition: Transition, { who: actor }: UserEvent, refusal: Phrase): void {
  emit(transition, 'ignored', { reason: 'it changes nothing', refusal, actor });
}

function acknowledge(transition: Transition, event: UserEvent): void {
  const { state, at } = transition;
  const { response, machine } = state;
  if (!isOpen(state)) {
    refuse(transition, event, phrase('refused.acknowledge', {}));
    return;
  }
  const running = response.as === 'acknowledged' && response.remindedAt === undefined ? response : undefined;
  const isOwn = running?.by === event.who;
  if (isOwn && Math.abs(at - running.at) < doubleClick) {
    refuse(transition, event, phrase('refused.acknowledged', {}));
    return;
  }
  if (running !== undefined && !isOwn && event.takesOver !== true) {
    emit(transition, 'ignored', { reason: 'somebody has it', actor: event.who, offer: 'takeOver' });
    return;
  }
  const { level = 'warning' } = machine;
  const usual = Math.max(at + acknowledgedFor[level], isOwn ? running.until : at);
  const until = event.until !== undefined && event.until > at ? event.until : usual;
  respond(transition, { as: 'acknowledged', by: event.who, at, until, level, acknowledgedBy: event.who });
  const about = { reason: `acknowledged for ${formatDuration(until - at)}`, actor: event.who, level };
  if (running === undefined || isOwn) emit(transition, 'acknowledged', about);
  else emit(transition, 'takenOver', { ...about, from: running.by });
}

function silence(transition: Transition, event: UserEvent): void {
  const { state, at, rule } = transition;
  const wished = event.until ?? at + usualSilence;
  if (wished <= at) {
    refuse(transition, event, phrase('refused.silence', {}));
    return;
  }
  const until = Math.min(wished, at + longestSilence);
  const { level = (isOpen(state) ? state.machine.level : undefined) ?? lowestLevel(rule) } = event;
  // Silencing critical as well goes on with the same reason.
  const kept = event.level !== undefined && state.response.as === 'silenced' ? state.response.reason : undefined;
  const { who: by, text: reason = kept } = event;
  respond(transition, { as: 'silenced', by, at, until, level, ...(reason === undefined ? {} : { reason }) });
  emit(transition, 'silenced', {
    reason: `silenced for ${formatDuration(until - at)}`,
    actor: by,
    level: state.machine.level,
    offer: isWorse(highestLevel(rule), level) ? 'silenceCritical' : undefined,
  });
}

/** What a person writes of the incident that is open, or of the last one. */
function note(transition: Transition, event: UserEvent): void {
  const { machine } = transition.state;
  if (machine.incident === undefined) refuse(transition, event, phrase('refused.note', {}));
  else emit(transition, 'noted', { reason: 'a note', actor: event.who, level: machine.level, text: event.text });
}

/** A second call within this time is a double click. */
const callAgainAfter = minute;

/** Somebody is called by the pager at once, whatever the level and whoever has the alert in hand. */
function call(transition: Transition, event: UserEvent): void {
  const { state, rule, at } = transition;
  const { calledAt, notifiedLevel } = state.notification;
  const { level } = state.machine;
  if (rule.pager === undefined) refuse(transition, event, phrase('refused.noPager', {}));
  else if (!isOpen(state) || notifiedLevel === undefined) refuse(transition, event, phrase('refused.call', {}));
  else if (calledAt !== undefined && Math.abs(at - calledAt) < callAgainAfter)
    refuse(transition, event, phrase('refused.called', {}));
  else emit(transition, 'called', { reason: 'a person calls somebody', actor: event.who, level });
}

function unsilence(transition: Transition, event: UserEvent): void {
  const { state, at } = transition;
  if (state.response.as !== 'silenced') {
    refuse(transition, event, phrase('refused.unsilence', {}));
    return;
  }
  respond(transition, { as: 'open' });
  const isNotified = state.notification.notifiedLevel !== undefined;
  patch(transition, { notification: { repeatIndex: 0, ...(isNotified ? { lastNotificationAt: at } : {}) } });
  emit(transition, 'unsilenced', { reason: 'the silence was ended', actor: event.who, level: state.machine.level });
}

/** No close by hand covers more time. */
const closedForNow = 4 * hour;

/** While the value is not clear it is closed for now: a worse level, a fall as large again or four hours open it again. */
function resolve(transition: Transition, event: UserEvent): void {
  const { state, rule, at } = transition;
  if (!isOpen(state)) {
    refuse(transition, event, phrase('refused.resolve', {}));
    return;
  }
  const { level = lowestLevel(rule), last } = state.machine;
  closeByHand(transition, event, 'manual');
  const isGood = last !== undefined && isClear(rule, lowestLevel(rule), last.value);
  const held = { level, until: at + closedForNow, beyond: last && asFarAgain(rule, last.value) };
  patch(transition, { machine: isGood ? { needsClear: false } : { needsClear: true, held } });
}

function closeByHand(transition: Transition, { who: actor }: UserEvent, closed: 'manual' | 'accepted'): void {
  closeIncident(transition, closed, 'closed by hand');
  const closing = transition.effects.pop();
  if (closing !== undefined) transition.effects.push({ ...closing, actor });
}

/** The present level counts as usual from now on. Only for rules that go by what is usual. */
function normal(transition: Transition, event: UserEvent): void {
  const { state, rule, at } = transition;
  const { last, crossedAt: since = at } = state.machine;
  if (kindOf(rule).learns !== true) {
    refuse(transition, event, phrase('refused.fixed', { rule: rule.id }));
    return;
  }
  if (!isOpen(state) || last === undefined) {
    refuse(transition, event, phrase('refused.normal', {}));
    return;
  }
  closeByHand(transition, event, 'accepted');
  const { shown, usual } = last;
  const accepted = { by: event.who, at, since, shown, ...(usual === undefined ? {} : { usual }) };
  transition.state = { ...transition.state, accepted };
}

/**
 * A value as far beyond this one as this one is from clear, and at least a tenth of the limit. Undefined for a platform that does not
 * answer: its failures only grow with time.
 */
function asFarAgain(rule: Rule, value: number): number | undefined {
  const limits = rule.levels[lowestLevel(rule)];
  if (limits === undefined || isPlatformRule(rule)) return undefined;
  const distance = Math.max(Math.abs(limits.clear - value), Math.abs(limits.trigger) / 10);
  return rule.direction === 'below' ? value - distance : value + distance;
}

/** Puts back what was before, as long as it is the last thing that anybody did and still holds. */
function undo(transition: Transition, event: UserEvent): void {
  const { lastAction } = transition.state;
  const refusal = undoRefusal(transition, event.id);
  if (refusal !== undefined || lastAction === undefined) {
    refuse(transition, event, refusal ?? phrase('refused.undoUnknown', {}));
    return;
  }
  const { action: undid, closed, before } = lastAction;
  if (closed !== undefined) reopen(transition, closed);
  if (undid === 'normal') transition.state = { ...transition.state, accepted: lastAction.accepted };
  patch(transition, { response: before });
  const undone = { by: event.who, at: transition.at };
  transition.state = { ...transition.state, lastAction: { ...lastAction, undone } };
  const { level } = transition.state.machine;
  const kind = closed === undefined ? 'undone' : 'reopened';
  emit(transition, kind, { reason: 'a person undid it', actor: event.who, level, undid });
}

/** Why an action cannot be undone; undefined when it can be. */
function undoRefusal({ state, at, rule }: Transition, id: string | undefined): Phrase | undefined {
  const { lastAction } = state;
  if (lastAction === undefined) return phrase('refused.undoUnknown', {});
  const { by, undone } = lastAction;
  if (lastAction.id !== id) return phrase('refused.changedSince', { rule: rule.id, by, action: lastAction.action });
  if (undone !== undefined) return phrase('refused.undone', { by: undone.by });
  if (!stillHolds(state, lastAction)) return phrase('refused.undoOver', { rule: rule.id });
  const { before, action } = lastAction;
  return action === 'unsilence' && before.as === 'silenced' && before.until <= at
    ? phrase('refused.undoOver', { rule: rule.id })
    : undefined;
}

/** False once time or a worse level has ended what the action did. */
function stillHolds(state: AlertState, { action, by, at }: LastAction): boolean {
  const { response, machine } = state;
  if (action === 'resolve') return !isOpen(state) && machine.closed === 'manual';
  if (action === 'normal') return !isOpen(state) && machine.closed === 'accepted';
  if (action === 'unsilence') return response.as === 'open';
  const as = action === 'acknowledge' ? 'acknowledged' : 'silenced';
  return response.as === as && response.by === by && response.at === at;
}

/** The incident goes on as the same one; its clear time and critical's `for` begin anew, because nobody counted meanwhile. */
function reopen(transition: Transition, { condition, level, worst }: NonNullable<LastAction['closed']>): void {
  const { at } = transition;
  patch(transition, {
    machine: {
      condition,
      level,
      worst,
      since: {},
      recoverSince: condition === 'recovering' ? at : undefined,
      changedAt: at,
      closedAt: undefined,
      closed: undefined,
      needsClear: false,
      held: undefined,
    },
  });
}
