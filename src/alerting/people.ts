// What a person does with an alert: acknowledge, silence, unsilence, resolve by hand.
import { day, hour, second } from '../clock.ts';
import { formatDuration } from '../metrics/format.ts';
import type { AlertEvent } from './event.ts';
import { close } from './incidents.ts';
import type { Level } from './rule.ts';
import { isOpen } from './state.ts';
import { change, say, type Turn } from './turn.ts';

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
export function act(turn: Turn, event: Action): void {
  if (event.action === 'acknowledge') acknowledge(turn, event);
  else if (event.action === 'silence') silence(turn, event);
  else if (event.action === 'unsilence') unsilence(turn, event);
  else resolve(turn, event);
}

function refuse(turn: Turn, event: Action, reason: string): void {
  say(turn, 'ignored', { reason, actor: event.who });
}

function acknowledge(turn: Turn, event: Action): void {
  const { state, at } = turn;
  if (!isOpen(state)) {
    refuse(turn, event, 'There is nothing to acknowledge: the alert is not open.');
    return;
  }
  const { handling } = state;
  const isTwice = handling.as === 'acknowledged' && handling.by === event.who && at - handling.at < doubleClick;
  if (isTwice && handling.remindedAt === undefined) {
    refuse(turn, event, 'You have acknowledged it already.');
    return;
  }
  const lasts = acknowledgedFor[state.level ?? 'warning'];
  const until = event.until !== undefined && event.until > at ? event.until : at + lasts;
  change(turn, { handling: { as: 'acknowledged', by: event.who, at, until }, acknowledgedBy: event.who });
  say(turn, 'acknowledged', {
    reason: `acknowledged for ${formatDuration(until - at)}`,
    actor: event.who,
    level: state.level,
  });
}

function silence(turn: Turn, event: Action): void {
  const { state, at } = turn;
  const wished = event.until ?? at + usualSilence;
  if (wished <= at) {
    refuse(turn, event, 'A silence must end in the future.');
    return;
  }
  const until = Math.min(wished, at + longestSilence);
  change(turn, {
    handling: { as: 'silenced', by: event.who, at, until, level: isOpen(state) ? state.level : undefined },
  });
  say(turn, 'silenced', { reason: `silenced for ${formatDuration(until - at)}`, actor: event.who, level: state.level });
}

function unsilence(turn: Turn, event: Action): void {
  const { state, at } = turn;
  if (state.handling.as !== 'silenced') {
    refuse(turn, event, 'There is nothing to end: the alert is not silenced.');
    return;
  }
  const told = state.told === undefined ? {} : { lastNoteAt: at };
  change(turn, { handling: { as: 'open' }, repeatIndex: 0, ...told });
  say(turn, 'unsilenced', { reason: 'the silence was ended', actor: event.who, level: state.level });
}

function resolve(turn: Turn, event: Action): void {
  if (!isOpen(turn.state)) {
    refuse(turn, event, 'There is nothing to resolve: the alert is not open.');
    return;
  }
  close(turn, 'manual', 'resolved by hand');
  const last = turn.effects.pop();
  if (last !== undefined) turn.effects.push({ ...last, actor: event.who });
  change(turn, { needsClear: true });
}
