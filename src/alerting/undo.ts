// Takes back what a person did with an alert, as long as that is the last thing that anybody did with it and still holds.
import type { Phrase } from '../metrics/phrase.ts';
import type { UserEvent } from './events.ts';
import { alertPhrasesOf } from './notification.ts';
import type { refusalPhrases } from './refusal-phrases.ts';
import { type AlertResponse, afterIncident } from './response.ts';
import { type AlertState, isOpen, type LastAction, type UndoableAction } from './state.ts';
import { emit, patch, refuse, type Transition } from './transitions.ts';

const phrase = alertPhrasesOf<typeof refusalPhrases>();

/** Keeps what the action replaced, so that it can be undone. */
export function remember(
  transition: Transition,
  { who: by, at, id = String(at) }: UserEvent,
  action: UndoableAction,
  { response: before, accepted, machine: { condition, level, worst } }: AlertState,
): void {
  const closed = action === 'resolve' || action === 'normal' ? { closed: { condition, level, worst } } : {};
  const earlier = action === 'normal' && accepted !== undefined ? { accepted } : {};
  transition.state = { ...transition.state, lastAction: { id, action, by, at, before, ...closed, ...earlier } };
}

/** Puts back what was before, as long as it is the last thing that anybody did and still holds. */
export function undo(transition: Transition, event: UserEvent): void {
  const { lastAction } = transition.state;
  const refusal = undoRefusal(transition, event.id);
  if (refusal !== undefined || lastAction === undefined) {
    refuse(transition, event, refusal ?? phrase('refused.undoUnknown', {}));
    return;
  }
  const { action: undid, closed, before } = lastAction;
  if (closed !== undefined) reopen(transition, closed);
  if (undid === 'normal') transition.state = { ...transition.state, accepted: lastAction.accepted };
  patch(transition, { response: restored(transition, before) });
  const undone = { by: event.who, at: transition.at };
  transition.state = { ...transition.state, lastAction: { ...lastAction, undone } };
  const { level } = transition.state.machine;
  const kind = closed === undefined ? 'undone' : 'reopened';
  emit(transition, kind, { reason: 'a person undid it', actor: event.who, level, undid });
}

/** As it was before; of an incident that is over since, what would have gone on. */
function restored({ state, rule }: Transition, before: AlertResponse): AlertResponse {
  const isOfThis = before.as === 'open' || (isOpen(state) && before.at >= (state.machine.openedAt ?? 0));
  return isOfThis ? before : { acknowledgedBy: state.response.acknowledgedBy, ...afterIncident(before, rule) };
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
function stillHolds(state: AlertState, { action, by, at, before }: LastAction): boolean {
  const { response, machine } = state;
  if (action === 'resolve') return !isOpen(state) && machine.closed === 'manual';
  if (action === 'normal') return !isOpen(state) && machine.closed === 'accepted';
  if (action === 'unsilence') {
    const over = before.as === 'silenced' ? before.over : undefined;
    return response.as === 'open' || (response.as === 'acknowledged' && response.at === over?.at);
  }
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
