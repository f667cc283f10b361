// What notifications are decided by: a step of the state machine with all that they show, and whether it may give any.
import type { Instant } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { Effect } from './events.ts';
import { isAnnouncement, isLine } from './notification.ts';
import { mayEdit } from './root-edit.ts';
import type { AlertApp, Rule } from './rule.ts';
import { type AlertState, type Incident, isOpen } from './state.ts';
import type { StormPlace } from './storm.ts';

/** A step of the state machine, with all that its notifications show. */
export interface NotificationInput {
  readonly before: AlertState;
  readonly after: AlertState;
  readonly effects: readonly Effect[];
  readonly rule: Rule;
  readonly app: AlertApp;
  /** Time of the event. */
  readonly now: Instant;
  /** Earlier incidents of the rule, newest first, for "third time in 30 days". */
  readonly history: readonly Incident[];
  readonly watchedSince?: Instant | undefined;
  /** Where the number is going, for rules that do not forecast themselves. */
  readonly trend?: Phrase | undefined;
  /** How the other alerts of the app stand, for the end of the alert on its platform. */
  readonly otherAlerts?: readonly Phrase[];
  /** Other rules that say that the same number is wrong in another way: the end of this one is no recovery. */
  readonly alsoWrong?: readonly string[] | undefined;
  /** What the storms of its channels mean for the incident. */
  readonly storms?: readonly StormPlace[];
}

/**
 * True when the step may give notifications, so that what only they show (history, trend, storm) is worth reading. Nobody
 * is notified of an incident that was suppressed from its beginning, and what is done with a quiet rule is no part of the
 * incident before.
 */
export function mayNotify({ after, effects, now }: Pick<NotificationInput, 'after' | 'effects' | 'now'>): boolean {
  const { machine, notification } = after;
  if (notification.notifiedLevel === undefined || machine.incident === undefined) return false;
  if (!isOpen(after) && !effects.some(isOfIncident)) return false;
  return effects.some((effect) => isAnnouncement(effect) || isLine(effect, machine.flapping)) || mayEdit(after, now);
}

/** True for what belongs to an incident that is open no more: its end, and a note on it. */
export function isOfIncident({ kind, closed }: Effect): boolean {
  return closed !== undefined || kind === 'noted' || kind === 'unnoted';
}
