// Whether a step of the state machine may give notifications, and when it edits the root message: soon after it was posted, then less often.
import { createHash } from 'node:crypto';
import { type Duration, type Instant, minute, second } from '../clock.ts';
import { metric } from '../metrics/catalog.ts';
import { type AlertContext, headlineOf } from './alert-lines.ts';
import { contextOf, linesOf } from './alert-message.ts';
import type { Effect } from './events.ts';
import { isAnnouncement, isEdit, isLine } from './notification.ts';
import { type AlertState, isOpen } from './state.ts';
import type { StormPlace } from './storm.ts';

/** As exactly as numbers are written: counts whole, all others in three digits. */
const asWritten = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(3)));

/** When the root may be edited for new numbers: soon after it was posted, then less often, and rarely for the time alone. */
export const firstEdit: Duration = 10 * second;
export const laterEdits: Duration = 45 * second;
const timeOnly: Duration = 5 * minute;

/** True when a different text, or the time alone, is a reason to edit the root. Each sample is compared once. */
export function mayEdit(state: AlertState, now: Instant): boolean {
  if (!isOpen(state)) return false;
  const { editAfter = now, comparedAt } = state.notification;
  return now >= editAfter && (state.machine.lastAt !== comparedAt || isTimeEditDue(state, now));
}

/** True when the time alone is a reason: what the root says of it is old. */
function isTimeEditDue({ notification: { editAfter } }: AlertState, now: Instant): boolean {
  return now >= (editAfter ?? now) - laterEdits + timeOnly;
}

/** Changes with what the message says, in whatever language, and not with mere time: an edit is due only when it changes. */
export function rootHashOf(alert: AlertContext): string {
  const { machine } = alert.state;
  const { last, worst, openedAt = alert.now } = machine;
  const isSize = alert.rule.metric !== undefined && metric(alert.rule.metric).unit === 'bytes';
  const written = (shown: number): number => (isSize ? Number(shown.toPrecision(3)) : asWritten(shown));
  const atOpening: AlertContext = {
    ...alert,
    now: openedAt,
    state: {
      ...alert.state,
      machine: {
        ...machine,
        last: last && { ...last, shown: written(last.shown) },
        worst: worst && { ...worst, shown: written(worst.shown) },
      },
    },
  };
  // `now` only says on which day a time is written without its date.
  const facts = JSON.stringify(
    [headlineOf(atOpening), linesOf(atOpening), contextOf(atOpening)],
    (name, value: unknown) => (name === 'now' ? undefined : typeof value === 'number' ? asWritten(value) : value),
  );
  return `${hashForm}${createHash('sha256').update(facts).digest('base64url').slice(0, 22)}`;
}

/** Changes with the parts of which a message is made, so that the message of another version is no news by itself. */
const hashForm = '2.';

/** False for the hash of a root that another version made, and where there is none. */
function isComparable(rootHash: string | undefined): boolean {
  return rootHash?.startsWith(hashForm) === true;
}

/**
 * Whether the roots are edited with a step. `known`: they say already what is so; `adopted`: another version made them, and what
 * they say counts as known. Undefined where that was not asked.
 */
export type RootEdit = 'due' | 'adopted' | 'known' | undefined;

/** At once for an effect; for mere numbers not before the last edit has had its time, and only when they differ. */
export function rootEditOf(alert: AlertContext, effects: readonly Effect[]): RootEdit {
  const { state, now } = alert;
  if (effects.some(isEdit)) return 'due';
  if (!mayEdit(state, now)) return undefined;
  const { rootHash } = state.notification;
  // What a root says that another version made counts as known with the first measurement after that.
  if (!isComparable(rootHash)) return state.machine.lastAt === now ? 'adopted' : 'known';
  return rootHashOf(alert) !== rootHash || isTimeEditDue(state, now) ? 'due' : 'known';
}

/** A step of the state machine, with all that its notifications show. */
export interface NotificationInput extends Omit<AlertContext, 'state' | 'level'> {
  readonly before: AlertState;
  readonly after: AlertState;
  readonly effects: readonly Effect[];
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
