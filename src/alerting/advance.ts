// One event of one rule: the step of the state machine, and what it comes to (incident, history, notifications).
import { type Instant, minute } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import { effectLine, endOf, rulePhrasesOf, worstOf } from './alert-lines.ts';
import { decideNotifications } from './decide-notifications.ts';
import type { AlertEvent, Effect, EffectKind, StepContext, StepResult } from './events.ts';
import { applyMeasurement } from './measurement.ts';
import { notJudgedNotes } from './not-judged.ts';
import { flappingEffects, type Notification } from './notification.ts';
import { takenWords, usualHoldWords } from './response-lines.ts';
import { isOfIncident, mayNotify, type NotificationInput } from './root-edit.ts';
import { lowestLevel, type Measurement, type Rule } from './rule.ts';
import { adoptRule, boot, followClock, removeRule } from './rule-change.ts';
import {
  type AlertState,
  type Incident,
  type IncidentDetails,
  type IncidentEvent,
  isOpen,
  type PollOrder,
} from './state.ts';
import { stormsOf } from './storm.ts';
import { noteDataGap, noteJudged, noteLearning, noteUnjudged, runTimers } from './timers.ts';
import { patch, type Transition } from './transitions.ts';
import { unmeasuredAt } from './unmeasured.ts';
import { applyUserAction } from './user-actions.ts';

/**
 * The state machine; pure, and run once for each event. A sample that is not newer than the newest changes nothing, so that
 * two replicas that see the same poll agree. A state that was saved under another definition of its rule adopts the present
 * one first.
 */
export function step(state: AlertState, event: AlertEvent, rule: Rule, context: StepContext): StepResult {
  if (isPoll(event) && isOvertaken(state, event)) return { state, effects: [] };
  const transition: Transition = { state, effects: [], rule, context, at: event.at };
  if (event.type !== 'ruleRemoved' && state.machine.ruleVersion !== rule.version) adoptRule(transition);
  dispatch(transition, event);
  return { state: transition.state, effects: transition.effects };
}

const isPoll = (event: AlertEvent): event is Extract<AlertEvent, { type: 'sample' | 'fail' | 'broken' }> =>
  event.type === 'sample' || event.type === 'fail' || event.type === 'broken';

/** Larger than any delay of a replica: a sample this much older than the newest means that the machine's clock was set back. */
const lateBy = 5 * minute;

/**
 * True for a sample that is already known, or older than one that another replica has evaluated. Polls of one process are in the
 * order of their numbers, whatever its clock says.
 */
function isOvertaken(
  { machine: { lastAt, order } }: AlertState,
  event: { readonly at: number; readonly order?: PollOrder },
): boolean {
  const { at, order: own } = event;
  if (order !== undefined && order.process === own?.process) return own.number <= order.number;
  return lastAt !== undefined && at <= lastAt && lastAt - at <= lateBy;
}

function isSetBack({ state, at }: Transition): boolean {
  return state.machine.lastAt !== undefined && at <= state.machine.lastAt;
}

function dispatch(transition: Transition, event: AlertEvent): void {
  if (event.type === 'boot') boot(transition);
  else if (event.type === 'ruleRemoved') removeRule(transition, event.because);
  else if (event.type !== 'ruleChanged') {
    observe(transition, event);
    runTimers(transition);
  }
}

type Observed = Exclude<AlertEvent, { type: 'ruleChanged' | 'ruleRemoved' | 'boot' }>;

function observe(transition: Transition, event: Observed): void {
  const { type } = event;
  if (type === 'user') applyUserAction(transition, event);
  else if (type === 'learning') {
    noteJudged(transition);
    noteLearning(transition);
  } else if (type === 'sample') {
    if (isSetBack(transition)) followClock(transition);
    applyMeasurement(transition, event.measured);
    noteJudged(transition);
  } else {
    noteDataGap(transition, type === 'fail' ? event.why : undefined);
    if (type === 'broken') noteUnjudged(transition, 'failed');
    else if (type === 'fail' && event.why === undefined) noteUnjudged(transition, 'missing');
  }
  if (event.type === 'sample' && event.order !== undefined) patch(transition, { machine: { order: event.order } });
}

/** What a measurement means for an alert. */
export function eventOf(
  measurement: Measurement,
  {
    at,
    why,
    order,
  }: { readonly at: Instant; readonly why: Phrase | undefined; readonly order?: PollOrder | undefined },
): AlertEvent {
  const place = order === undefined ? {} : { order };
  if (measurement.state === 'learning') return { type: 'learning', at };
  if (measurement.state === 'measured') return { type: 'sample', at, measured: measurement, ...place };
  return { type: 'fail', at, why, ...place };
}

/** True when a step changed the state or may have something to say. */
export function needsSaving(stepped: Parameters<typeof mayNotify>[0] & { readonly before: AlertState }): boolean {
  return stepped.after !== stepped.before || mayNotify(stepped);
}

/** A step of the state machine with its event. */
export interface AdvanceInput extends Omit<NotificationInput, 'now'> {
  readonly event: AlertEvent;
}

/** Everything to save in one transaction. */
export interface Advance {
  readonly state: AlertState;
  /** The incident that began, changed or ended; undefined when nothing about it changed. */
  readonly incident: Incident | undefined;
  readonly history: readonly IncidentEvent[];
  readonly notifications: readonly Notification[];
}

/** Pure. What a step comes to: its incident, the incident's history, and the notifications, decided once. */
export function concludeStep(input: AdvanceInput): Advance {
  const told = { ...input, now: input.event.at };
  const { notifications, state: notified } = decideNotifications(told);
  const isJudgingNews = input.effects.some(({ kind }) => kind === 'unjudged' || kind === 'judged');
  const history = historyOf(input, notified);
  const { notification } = notified;
  const state =
    history.length === 0
      ? notified
      : { ...notified, notification: { ...notification, seq: notification.seq + history.length } };
  return {
    state,
    incident: incidentOf(input, state),
    history,
    notifications: isJudgingNews ? [...notifications, ...notJudgedNotes(told)] : notifications,
  };
}

/** The answer to a person's own action. `isRefused`: it changed nothing. `undo` names the action for the button that undoes it. */
export interface UserAnswer {
  readonly answer: Phrase | undefined;
  readonly isRefused: boolean;
  readonly undo?: string | undefined;
  readonly offer?: Effect['offer'];
}

/** Pure. `answer` is undefined for events that no person caused. */
export function answerOf(input: Pick<AdvanceInput, 'event' | 'effects' | 'after' | 'rule' | 'app'>): UserAnswer {
  const { event, effects, after: state, rule, app } = input;
  const own = event.type === 'user' ? effects.find((effect) => effect.actor === event.who) : undefined;
  if (own === undefined) return { answer: undefined, isRefused: false };
  const { kind, offer } = own;
  const alert = { state, level: own.level ?? 'warning', rule, app, now: event.at, history: [] };
  if (kind === 'ignored') {
    const answer = offer === 'takeOver' ? takenWords(alert) : own.refusal;
    return { answer, isRefused: true, offer };
  }
  const isUndoable = !['undone', 'reopened', 'noted', 'unnoted', 'called'].includes(kind);
  const line = effectLine(own, alert);
  const isUsual =
    (kind === 'acknowledged' || kind === 'takenOver') &&
    event.type === 'user' &&
    event.until === undefined &&
    event.longer === undefined;
  const answer = isUsual ? usualHoldWords(line, rule.id) : line;
  return { answer, isRefused: false, undo: isUndoable ? state.lastAction?.id : undefined, offer };
}

/** Effects that belong to no incident, or are of no interest afterwards. */
const passing: ReadonlySet<EffectKind> = new Set([
  'pending',
  'pendingCancelled',
  'changed',
  'ignored',
  'clockMoved',
  'unjudged',
  'judged',
]);

function historyOf(input: AdvanceInput, state: AlertState): IncidentEvent[] {
  const { effects } = input;
  const { incident, level: firing } = state.machine;
  const isAbout = isOpen(state) || effects.some(isOfIncident);
  if (incident === undefined || !isAbout) return [];
  const level = firing ?? effects.find((effect) => effect.closed !== undefined)?.level ?? 'warning';
  const alert = { state, level, rule: input.rule, app: input.app, now: input.event.at, history: [] };
  return effects
    .filter(({ kind }) => !passing.has(kind) && !(state.machine.flapping && flappingEffects.has(kind)))
    .map((effect, index) => ({
      incident,
      seq: state.notification.seq + index,
      at: effect.at,
      kind: effect.kind,
      words: effectLine(effect, alert),
      ...(effect.actor === undefined ? {} : { actor: effect.actor }),
    }));
}

function incidentOf(input: AdvanceInput, state: AlertState): Incident | undefined {
  const { effects, before } = input;
  const { incident, openedAt, worst, worstLevel } = state.machine;
  const { acknowledgedBy } = state.response;
  const closing = effects.find((effect) => effect.closed !== undefined);
  if (incident === undefined || openedAt === undefined || (!isOpen(state) && closing === undefined)) return undefined;
  const isNews = effects.some((effect) => !passing.has(effect.kind)) || worst?.at !== before.machine.worst?.at;
  if (!isNews) return undefined;
  return {
    id: incident,
    rule: input.rule.id,
    app: input.rule.app,
    level: worstLevel ?? 'warning',
    openedAt,
    ...(closing === undefined
      ? {}
      : { closedAt: closing.at, ...(closing.closed === undefined ? {} : { reason: closing.closed }) }),
    ...(worst === undefined ? {} : { extreme: worst.shown }),
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
    details: detailsOf(input, state, closing),
  };
}

/** In words of the rule as it is now, because it may be gone when they are read. */
function detailsOf(
  { rule, app, event, before }: AdvanceInput,
  state: AlertState,
  closing: Effect | undefined,
): IncidentDetails {
  const { crossedAt = event.at, beganAt = crossedAt } = state.machine;
  const { announcedAt, notifiedAt, notifiedLevel } = state.notification;
  // What earlier versions stored says only that people were told.
  const isTold = notifiedLevel !== undefined;
  const storms = stormsOf(state);
  const alert = { state, level: lowestLevel(rule), rule, app, now: event.at, history: [] };
  const phrases = rulePhrasesOf(alert);
  // Also what is still open, or was closed by hand, is over once the number came back.
  const { condition, recoverSince, insideSince } = (closing === undefined ? state : before).machine;
  const cameBack = condition === 'recovering' ? (insideSince?.[alert.level] ?? recoverSince) : undefined;
  return {
    beyond: phrases.beyond(alert.level),
    beganAt,
    clearedAt: closing?.closed === 'recovered' ? endOf(alert) : cameBack,
    unmeasured: unmeasuredAt(alert, alert.level),
    toldAt: announcedAt ?? notifiedAt ?? (isTold ? state.machine.openedAt : undefined),
    worst: worstOf(alert),
    metric: rule.metric,
    limits: [...phrases.lines],
    ...(storms.length === 0 ? {} : { storms }),
  };
}
