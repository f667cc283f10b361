// What a person does with an alert: acknowledge, silence, unsilence, resolve by hand.
import { day, hour, second } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import { phrasesOf } from '../metrics/phrase.ts';
import type { threadPhrases } from './history-phrases.ts';
import type { Level } from './rule.ts';
import { type AlertEvent, isOpen } from './state.ts';
import { closeIncident, emit, patch, respond, type Transition } from './transitions.ts';

type Action = Extract<AlertEvent, { type: 'user' }>;

/** Default length of an acknowledgement. */
const acknowledgedFor: Readonly<Record<Level, number>> = { critical: hour, warning: 8 * hour };

/** A second click of the same person within this time is a double click. */
const doubleClick = 10 * second;

/** No silence is longer. */
const longestSilence = 7 * day;

/** Default length of a silence. */
const usualSilence = 2 * hour;

/** An action that cannot be done gives an effect `ignored` with the answer to the person. */
export function applyUserAction(transition: Transition, event: Action): void {
  if (event.action === 'acknowledge') acknowledge(transition, event);
  else if (event.action === 'silence') silence(transition, event);
  else if (event.action === 'unsilence') unsilence(transition, event);
  else resolve(transition, event);
}

const phrase = phrasesOf<typeof threadPhrases>();

type Refusal = Extract<keyof typeof threadPhrases, `refused.${string}`>;

function refuse(transition: Transition, event: Action, kind: Refusal): void {
  emit(transition, 'ignored', { reason: 'it changes nothing', refusal: phrase(kind, {}), actor: event.who });
}

function acknowledge(transition: Transition, event: Action): void {
  const { state, at } = transition;
  if (!isOpen(state)) {
    refuse(transition, event, 'refused.acknowledge');
    return;
  }
  const { response } = state;
  const isTwice = response.as === 'acknowledged' && response.by === event.who && at - response.at < doubleClick;
  if (isTwice && response.remindedAt === undefined) {
    refuse(transition, event, 'refused.acknowledged');
    return;
  }
  const lasts = acknowledgedFor[state.machine.level ?? 'warning'];
  const until = event.until !== undefined && event.until > at ? event.until : at + lasts;
  respond(transition, { as: 'acknowledged', by: event.who, at, until, acknowledgedBy: event.who });
  emit(transition, 'acknowledged', {
    reason: `acknowledged for ${formatDuration(until - at)}`,
    actor: event.who,
    level: state.machine.level,
  });
}

function silence(transition: Transition, event: Action): void {
  const { state, at } = transition;
  const wished = event.until ?? at + usualSilence;
  if (wished <= at) {
    refuse(transition, event, 'refused.silence');
    return;
  }
  const until = Math.min(wished, at + longestSilence);
  const level = isOpen(state) ? state.machine.level : undefined;
  respond(transition, { as: 'silenced', by: event.who, at, until, level });
  emit(transition, 'silenced', {
    reason: `silenced for ${formatDuration(until - at)}`,
    actor: event.who,
    level: state.machine.level,
  });
}

function unsilence(transition: Transition, event: Action): void {
  const { state, at } = transition;
  if (state.response.as !== 'silenced') {
    refuse(transition, event, 'refused.unsilence');
    return;
  }
  respond(transition, { as: 'open' });
  const isNotified = state.notification.notifiedLevel !== undefined;
  patch(transition, { notification: { repeatIndex: 0, ...(isNotified ? { lastNotificationAt: at } : {}) } });
  emit(transition, 'unsilenced', { reason: 'the silence was ended', actor: event.who, level: state.machine.level });
}

function resolve(transition: Transition, event: Action): void {
  if (!isOpen(transition.state)) {
    refuse(transition, event, 'refused.resolve');
    return;
  }
  closeIncident(transition, 'manual', 'resolved by hand');
  const last = transition.effects.pop();
  if (last !== undefined) transition.effects.push({ ...last, actor: event.who });
  patch(transition, { machine: { needsClear: true } });
}
