// What a person does with an alert: acknowledge, silence, unsilence, resolve by hand.
import { day, hour, second } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import type { Level } from './rule.ts';
import { type AlertEvent, isOpen } from './state.ts';
import { closeIncident, emit, patch, type Transition } from './transitions.ts';

type Action = Extract<AlertEvent, { type: 'user' }>;

/** How long an acknowledgement holds where the person does not say. */
const acknowledgedFor: Readonly<Record<Level, number>> = { critical: hour, warning: 8 * hour };

/** A second click of the same person within so long is the same wish. */
const doubleClick = 10 * second;

/** No silence is longer. */
const longestSilence = 7 * day;

/** How long a silence is where the person does not say. */
const usualSilence = 2 * hour;

/** What cannot be done is an effect too, `ignored`, whose reason is the answer to the person. */
export function applyUserAction(transition: Transition, event: Action): void {
  if (event.action === 'acknowledge') acknowledge(transition, event);
  else if (event.action === 'silence') silence(transition, event);
  else if (event.action === 'unsilence') unsilence(transition, event);
  else resolve(transition, event);
}

function refuse(transition: Transition, event: Action, reason: string): void {
  emit(transition, 'ignored', { reason, actor: event.who });
}

function acknowledge(transition: Transition, event: Action): void {
  const { state, at } = transition;
  if (!isOpen(state)) {
    refuse(transition, event, 'There is nothing to acknowledge: the alert is not open.');
    return;
  }
  const { handling } = state;
  const isTwice = handling.as === 'acknowledged' && handling.by === event.who && at - handling.at < doubleClick;
  if (isTwice && handling.remindedAt === undefined) {
    refuse(transition, event, 'You have acknowledged it already.');
    return;
  }
  const lasts = acknowledgedFor[state.level ?? 'warning'];
  const until = event.until !== undefined && event.until > at ? event.until : at + lasts;
  patch(transition, { handling: { as: 'acknowledged', by: event.who, at, until }, acknowledgedBy: event.who });
  emit(transition, 'acknowledged', {
    reason: `acknowledged for ${formatDuration(until - at)}`,
    actor: event.who,
    level: state.level,
  });
}

function silence(transition: Transition, event: Action): void {
  const { state, at } = transition;
  const wished = event.until ?? at + usualSilence;
  if (wished <= at) {
    refuse(transition, event, 'A silence must end in the future.');
    return;
  }
  const until = Math.min(wished, at + longestSilence);
  patch(transition, {
    handling: { as: 'silenced', by: event.who, at, until, level: isOpen(state) ? state.level : undefined },
  });
  emit(transition, 'silenced', {
    reason: `silenced for ${formatDuration(until - at)}`,
    actor: event.who,
    level: state.level,
  });
}

function unsilence(transition: Transition, event: Action): void {
  const { state, at } = transition;
  if (state.handling.as !== 'silenced') {
    refuse(transition, event, 'There is nothing to end: the alert is not silenced.');
    return;
  }
  const told = state.told === undefined ? {} : { lastNoteAt: at };
  patch(transition, { handling: { as: 'open' }, repeatIndex: 0, ...told });
  emit(transition, 'unsilenced', { reason: 'the silence was ended', actor: event.who, level: state.level });
}

function resolve(transition: Transition, event: Action): void {
  if (!isOpen(transition.state)) {
    refuse(transition, event, 'There is nothing to resolve: the alert is not open.');
    return;
  }
  closeIncident(transition, 'manual', 'resolved by hand');
  const last = transition.effects.pop();
  if (last !== undefined) transition.effects.push({ ...last, actor: event.who });
  patch(transition, { needsClear: true });
}
