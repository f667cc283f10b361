// What a person does with an alert: acknowledge, silence, more time for either, end a silence, resolve by hand, a note, a call.
import { day, hour, minute, second } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import type { UserEvent } from './events.ts';
import { alertPhrasesOf } from './notification.ts';
import type { refusalPhrases } from './refusal-phrases.ts';
import { acknowledgedFor, afterSilence, coverOf, inHand, isSilenced, type Silence } from './response.ts';
import { isClear, isPlatformRule, lowestLevel, type Rule } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { isOpen, type UndoableAction } from './state.ts';
import { closeIncident, emit, patch, refuse, respond, silenceOf, type Transition } from './transitions.ts';
import { remember, undo } from './undo.ts';

/** A second click of the same person within this time is a double click. */
const doubleClick = 10 * second;

/** No silence is longer: it would be forgotten. */
export const longestSilence = 30 * day;

/** Default length of a silence. */
const usualSilence = 2 * hour;

/** An action that cannot be done gives an effect `ignored` with the answer to the person. */
export function applyUserAction(transition: Transition, event: UserEvent): void {
  if (isPassing(event.action)) {
    others[event.action](transition, event);
    return;
  }
  const { state } = transition;
  const before = transition.effects.length;
  actions[event.action](transition, event);
  const isDone = transition.effects.slice(before).some(({ kind }) => kind !== 'ignored');
  const extended = state.response.as === 'silenced' ? 'silence' : 'acknowledge';
  if (isDone) remember(transition, event, event.action === 'extend' ? extended : event.action, state);
}

type Act = (transition: Transition, event: UserEvent) => void;

/** What leaves nothing behind in the state that `undo` could put back. */
const others = { undo, note, unnote, call } as const;

const isPassing = (action: UserEvent['action']): action is keyof typeof others => action in others;

const actions: Readonly<Record<UndoableAction | 'extend', Act>> = {
  acknowledge,
  extend,
  silence,
  unsilence,
  resolve,
  normal,
};

const phrase = alertPhrasesOf<typeof refusalPhrases>();

function acknowledge(transition: Transition, event: UserEvent): void {
  const { state, at } = transition;
  const { response, machine } = state;
  if (!isOpen(state)) {
    refuse(transition, event, phrase('refused.acknowledge', {}));
    return;
  }
  const running = inHand(response);
  const isOwn = running?.by === event.who;
  if (isOwn && event.longer === undefined && response === running && Math.abs(at - running.at) < doubleClick) {
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
  const ended = silenceOf(transition);
  respond(transition, { as: 'acknowledged', by: event.who, at, until, level, acknowledgedBy: event.who });
  patch(transition, { notification: { lostAcknowledgement: undefined } });
  const about = { reason: `acknowledged for ${formatDuration(until - at)}`, actor: event.who, level, ended };
  if (running === undefined || isOwn) emit(transition, 'acknowledged', about);
  else emit(transition, 'takenOver', { ...about, from: running.by });
}

/** No extension ends later than so long ahead. */
const longestExtension = day;

/** More time for what is there, an acknowledgement or a silence; without a length as much as saying it again gives. */
function extend(transition: Transition, event: UserEvent): void {
  const { at, rule, state } = transition;
  const { response } = state;
  if (response.as === 'open' || (response.as === 'silenced' && !isSilenced(state, at))) {
    refuse(transition, event, phrase('refused.extend', { rule: rule.id }));
    return;
  }
  const { longer = response.as === 'silenced' ? usualSilence : undefined } = event;
  const longest = Math.max(response.until, at + longestExtension);
  const until = longer === undefined ? undefined : Math.min(Math.max(response.until, at) + longer, longest);
  if (response.as === 'acknowledged') acknowledge(transition, { ...event, until });
  else saySilenced(transition, { ...response, by: event.who, at, until: until ?? response.until });
}

function silence(transition: Transition, event: UserEvent): void {
  const { state, at, rule } = transition;
  const { response } = state;
  const wished = event.until ?? at + usualSilence;
  if (wished <= at) {
    refuse(transition, event, phrase('refused.silence', {}));
    return;
  }
  const until = Math.min(wished, at + longestSilence);
  const lowest = lowestLevel(rule);
  const { level = (isOpen(state) ? state.machine.level : undefined) ?? lowest } = event;
  // Silencing critical as well goes on with the same reason.
  const kept = event.level !== undefined && response.as === 'silenced' ? response.reason : undefined;
  const { who: by, text: reason = kept } = event;
  const over = response.as === 'acknowledged' ? response : response.as === 'silenced' ? response.over : undefined;
  saySilenced(transition, {
    ...{ as: 'silenced', by, at, until, level },
    // What is said of critical in an incident is said of that one: of the next one nobody knows yet.
    ...(event.level === undefined && level !== lowest ? { isOfIncident: true } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(over === undefined ? {} : { over }),
  });
}

function saySilenced(transition: Transition, said: Silence): void {
  respond(transition, said);
  emit(transition, 'silenced', {
    reason: `silenced for ${formatDuration(said.until - transition.at)}`,
    actor: said.by,
    level: transition.state.machine.level,
    offer: coverOf(said, transition.rule) === 'all' ? undefined : 'silenceCritical',
  });
}

/** What a person writes of the incident that is open, or of the last one. */
function note(transition: Transition, event: UserEvent): void {
  const { machine } = transition.state;
  if (machine.incident === undefined) refuse(transition, event, phrase('refused.note', {}));
  else emit(transition, 'noted', { reason: 'a note', actor: event.who, level: machine.level, text: event.text });
}

/** Takes back a note, which the caller has found. */
function unnote(transition: Transition, event: UserEvent): void {
  const { level } = transition.state.machine;
  emit(transition, 'unnoted', { reason: 'a note is taken back', actor: event.who, level, text: event.text });
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
  const { response } = state;
  if (response.as !== 'silenced') {
    refuse(transition, event, phrase('refused.unsilence', {}));
    return;
  }
  respond(transition, afterSilence(response, state.machine.level));
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
