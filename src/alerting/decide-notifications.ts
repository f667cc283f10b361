// Which notifications a step of the state machine gives, where and to whom: in order, ready for the outbox.
import { type Duration, type Instant, minute, second } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { type AlertContext, effectLine, whenWritten } from './alert-lines.ts';
import { alertViewOf, rootHashOf } from './alert-message.ts';
import type { Effect } from './events.ts';
import type { threadPhrases } from './history-phrases.ts';
import {
  type AlertView,
  alertPhrasesOf,
  isAnnouncement,
  isBroadcast,
  isEdit,
  isLine,
  mentionsOf,
  type Notification,
  pagerAction,
  pinged,
} from './notification.ts';
import type { AlertApp, Level, Rule } from './rule.ts';
import { type AlertState, type Incident, isOpen, isSilenced, type NotificationState } from './state.ts';
import { type Storm, stormView } from './storm.ts';

const phrase = alertPhrasesOf<typeof threadPhrases>();

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
  /** Where the number is going, for rules that do not forecast themselves. */
  readonly trend?: Phrase | undefined;
  /** How the other alerts of the app stand, for the end of the alert on its platform. */
  readonly otherAlerts?: readonly Phrase[];
  /** The storm that this incident is part of. */
  readonly storm?: Storm | undefined;
  /** The storm that this incident leaves, because it is critical now. */
  readonly stormLeft?: Storm | undefined;
}

/** Notifications in order, and the state with what they used up (numbers, the time of the next edit). */
export interface DecidedNotifications {
  readonly notifications: readonly Notification[];
  readonly state: AlertState;
}

/** When the root may be edited for new numbers: soon after it was posted, then less often, and rarely for the time alone. */
const firstEdit: Duration = 10 * second;
const laterEdits: Duration = 45 * second;
const timeOnly: Duration = 5 * minute;

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
  return closed !== undefined || kind === 'noted';
}

/** True when a different text, or the time alone, is a reason to edit the root. Each sample is compared once. */
function mayEdit(state: AlertState, now: Instant): boolean {
  if (!isOpen(state) || isSilenced(state, now)) return false;
  const { editAfter = now, comparedAt } = state.notification;
  return now >= editAfter && (state.machine.lastAt !== comparedAt || isTimeEditDue(state, now));
}

function isTimeEditDue({ notification: { editAfter } }: AlertState, now: Instant): boolean {
  return now >= (editAfter ?? now) - laterEdits + timeOnly;
}

/** Pure. No notifications where `mayNotify` is false. */
export function decideNotifications(input: NotificationInput): DecidedNotifications {
  const { effects, after } = input;
  if (!mayNotify(input)) return { notifications: [], state: after };
  const builder = createBuilder(input);
  const announced = effects.find(isAnnouncement) ?? leavingEffect(input);
  if (announced === undefined) {
    for (const effect of effects) addLine(builder, effect);
    addRootEdit(builder);
  } else {
    addAnnouncement(builder, announced);
    const later = effects.slice(effects.indexOf(announced) + 1);
    for (const effect of later) if (effect.kind !== 'flapping') addLine(builder, effect);
  }
  for (const effect of effects) addPage(builder, effect);
  return { notifications: builder.notifications, state: builder.state };
}

/** The escalation of an incident that leaves its storm: it announces the incident in a message of its own. */
function leavingEffect({ effects, stormLeft }: NotificationInput): Effect | undefined {
  return stormLeft === undefined ? undefined : effects.find(({ kind }) => kind === 'escalated');
}

/** The work in progress of one call of `decideNotifications`. */
interface NotificationBuilder {
  readonly input: NotificationInput;
  readonly alert: AlertContext;
  readonly stream: string;
  readonly notifications: Notification[];
  state: AlertState;
}

function createBuilder(input: NotificationInput): NotificationBuilder {
  const { after, before, effects, rule, app, now, history, trend, otherAlerts, storm, stormLeft } = input;
  const { incident = rule.id } = after.machine;
  const closing = effects.findLast((effect) => effect.closed !== undefined);
  const level: Level = after.machine.level ?? closing?.level ?? before.machine.level ?? 'warning';
  const isResolved = effects.some((effect) => effect.kind === 'resolved');
  return {
    input,
    alert: { state: after, level, rule, app, now, history, trend, otherAlerts: isResolved ? otherAlerts : undefined },
    stream: stormLeft === undefined ? (storm?.stream ?? after.notification.stream ?? incident) : incident,
    notifications: [],
    state: after,
  };
}

type Draft = Pick<Notification, 'lane' | 'operation' | 'message'> &
  Partial<Pick<Notification, 'stream' | 'broadcast' | 'causedAt'>>;

function add(builder: NotificationBuilder, { stream = builder.stream, ...draft }: Draft): void {
  const { now, rule } = builder.input;
  const { incident = rule.id } = builder.state.machine;
  const { channel = rule.channel, seq } = builder.state.notification;
  // A storm holds several incidents, whose own numbers say nothing of each other; time orders them.
  const order = stream === incident ? seq : now * 16 + (seq % 16);
  const rest = { broadcast: false, causedAt: undefined, ...draft };
  builder.notifications.push({
    key: `${incident}:${seq}`,
    stream,
    seq: order,
    channel,
    createdAt: now,
    notBefore: now,
    ...rest,
  });
  remember(builder, { stream: builder.stream, seq: seq + 1 });
}

function remember(builder: NotificationBuilder, sent: Partial<NotificationState>): void {
  builder.state = { ...builder.state, notification: { ...builder.state.notification, ...sent } };
}

function addAnnouncement(builder: NotificationBuilder, effect: Effect): void {
  const { alert, input } = builder;
  const mentions = pinged(alert);
  const causedAt = causeOf(builder, effect);
  if (input.stormLeft !== undefined) addStormEdit(builder, input.stormLeft);
  if (input.storm !== undefined && input.storm.members.length > 0) {
    addThreadLine(builder, effect, { mentions, causedAt });
    add(builder, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view: rootView(builder) } });
  } else {
    const view = { ...rootView(builder), mentions: [...mentions] };
    add(builder, { lane: 'slack', operation: 'post', message: { kind: 'alert', view }, causedAt });
  }
  rememberRoot(builder, rootHashOf(alert), firstEdit);
}

/** The summary that the incident is part of no more. */
function addStormEdit(builder: NotificationBuilder, storm: Storm): void {
  const { now, app } = builder.input;
  const view = stormView(alertViewOf(builder.alert), storm, { now, zone: app.timezone, isLeft: true });
  add(builder, { stream: storm.stream, lane: 'slack', operation: 'edit', message: { kind: 'alert', view } });
}

function rememberRoot(builder: NotificationBuilder, rootHash: string, pause: Duration): void {
  const { now, after } = builder.input;
  remember(builder, { rootHash, editAfter: now + pause, comparedAt: after.machine.lastAt });
}

function rootView(builder: NotificationBuilder): AlertView {
  const { alert, input } = builder;
  const own = alertViewOf(alert);
  return input.storm === undefined ? own : stormView(own, input.storm, { now: input.now, zone: input.app.timezone });
}

function causeOf({ input }: NotificationBuilder, effect: Effect): Instant | undefined {
  return ['opened', 'escalated', 'resolved'].includes(effect.kind) && input.after.machine.lastAt === input.now
    ? input.now
    : undefined;
}

function addThreadLine(
  builder: NotificationBuilder,
  effect: Effect,
  about: { mentions: readonly string[]; broadcast?: boolean; causedAt?: Instant | undefined },
): void {
  const { mentions, broadcast: isBroadcast = false, causedAt } = about;
  const { alert } = builder;
  const line = effectLine(effect, alert);
  const text = phrase('thread.line', { at: alert.now, ...whenWritten(alert), isBroadcast, line });
  add(builder, {
    lane: 'slack',
    operation: 'reply',
    broadcast: isBroadcast,
    causedAt,
    message: { kind: 'line', text, mentions: [...mentions], about: effect.kind },
  });
}

function addLine(builder: NotificationBuilder, effect: Effect): void {
  const { alert, state } = builder;
  if (!isLine(effect, state.machine.flapping)) return;
  const isSuppressed = effect.suppressedBy !== undefined;
  const broadcast = !isSuppressed && isBroadcast(effect, alert);
  addThreadLine(builder, effect, {
    mentions: isSuppressed ? [] : mentionsOf(effect, alert),
    broadcast,
    causedAt: causeOf(builder, effect),
  });
}

/** At once for an effect; for mere numbers not before the last edit has had its time, and only when they differ. */
function addRootEdit(builder: NotificationBuilder): void {
  const { alert, input, state } = builder;
  const isCompared = mayEdit(state, input.now);
  if (!isCompared && !input.effects.some(isEdit)) return;
  const hash = rootHashOf(alert);
  const { rootHash } = state.notification;
  const isNews = (rootHash !== undefined && hash !== rootHash) || isTimeEditDue(state, input.now);
  if (!isNews && !input.effects.some(isEdit)) {
    // A root from before there was a hash: what it says counts as known with the first measurement after that.
    const isAdopted = rootHash === undefined && state.machine.lastAt === input.now;
    remember(builder, { rootHash: isAdopted ? hash : rootHash, comparedAt: state.machine.lastAt });
    return;
  }
  add(builder, { lane: 'slack', operation: 'edit', message: { kind: 'alert', view: rootView(builder) } });
  rememberRoot(builder, hash, laterEdits);
}

function addPage(builder: NotificationBuilder, effect: Effect): void {
  const isHandled = builder.state.response.as !== 'open';
  const action = pagerAction(effect, builder.alert, { paged: builder.state.notification.paged, isHandled });
  if (action === undefined) return;
  add(builder, {
    lane: 'pager',
    operation: 'page',
    message: { kind: 'pager', action, view: alertViewOf(builder.alert) },
    causedAt: causeOf(builder, effect),
  });
  remember(builder, { paged: action !== 'resolve' });
}
