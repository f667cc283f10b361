// One event of one rule, all the way: the next state, its incident and history, and what people are told.
import type { ImApp } from '../app.ts';
import { effectLine } from './alert-phrases.ts';
import { decideNotifications, flappingEffects, type NotificationInput } from './decide-notifications.ts';
import { applyMeasurement } from './measurement.ts';
import type { Notification } from './notification.ts';
import type { Rule } from './rule.ts';
import { adoptRule, boot, followClock, isOvertaken, removeRule } from './rule-change.ts';
import {
  type AlertEvent,
  type AlertState,
  type Effect,
  type EffectKind,
  type Incident,
  type IncidentEvent,
  isOpen,
  type StepContext,
  type StepResult,
} from './state.ts';
import { runTimers } from './timers.ts';
import { noteDataGap, type Transition } from './transitions.ts';
import { applyUserAction } from './user-actions.ts';

/**
 * Pure. A sample that is not newer than the newest changes nothing, so that two replicas that see the same poll agree.
 * A state that was saved under another definition of the rule is taken over to the present one first.
 */
export function step(state: AlertState, event: AlertEvent, rule: Rule, context: StepContext): StepResult {
  if ((event.type === 'sample' || event.type === 'fail') && isOvertaken(state, event.at)) return { state, effects: [] };
  const transition: Transition = { state, effects: [], rule, context, at: event.at };
  if (event.type !== 'ruleRemoved') adoptRule(transition);
  dispatch(transition, event);
  return { state: transition.state, effects: transition.effects };
}

function dispatch(transition: Transition, event: AlertEvent): void {
  if (event.type === 'boot') boot(transition);
  else if (event.type === 'ruleRemoved') removeRule(transition, event.paused === true);
  else if (event.type !== 'ruleChanged') {
    observe(transition, event);
    runTimers(transition);
  }
}

type Observed = Extract<AlertEvent, { type: 'sample' | 'fail' | 'tick' | 'user' }>;

function observe(transition: Transition, event: Observed): void {
  if (event.type === 'user') applyUserAction(transition, event);
  else if (event.type === 'sample') {
    followClock(transition);
    applyMeasurement(transition, event.measured);
  } else {
    noteDataGap(transition, event.type === 'fail' ? event.why : undefined);
  }
}

export interface AdvanceInput extends Pick<NotificationInput, 'history' | 'trend' | 'frozen' | 'storm'> {
  readonly state: AlertState;
  readonly event: AlertEvent;
  readonly rule: Rule;
  readonly app: ImApp;
  readonly context: StepContext;
}

/** Everything to save in one transaction. `changed` is false when nothing is to be saved at all. */
export interface Advance {
  readonly changed: boolean;
  readonly state: AlertState;
  readonly effects: readonly Effect[];
  /** The incident that began, changed or ended, to be stored as it is here; undefined when nothing about it changed. */
  readonly incident: Incident | undefined;
  readonly history: readonly IncidentEvent[];
  readonly notes: readonly Notification[];
  /** What a person is told of their own action; may hold `{user:U…}`. Undefined for other events. */
  readonly answer: string | undefined;
  /** True when that action changed nothing. */
  readonly isRefused: boolean;
}

/** Pure. */
export function advance(input: AdvanceInput): Advance {
  const { event, rule, context } = input;
  const stepped = step(input.state, event, rule, context);
  const told = decideNotifications({
    ...input,
    before: input.state,
    after: stepped.state,
    effects: stepped.effects,
    now: event.at,
  });
  const history = historyOf(input, told.state, stepped.effects);
  const { notification } = told.state;
  const state =
    history.length === 0
      ? told.state
      : { ...told.state, notification: { ...notification, seq: notification.seq + history.length } };
  return {
    changed: state !== input.state,
    state,
    effects: stepped.effects,
    incident: incidentOf(input, state, stepped.effects),
    history,
    notes: told.notes,
    answer: answerOf(input, state, stepped.effects),
    isRefused: stepped.effects.some((effect) => effect.kind === 'ignored'),
  };
}

function answerOf(input: AdvanceInput, state: AlertState, effects: readonly Effect[]): string | undefined {
  const { event, rule, app } = input;
  const own = event.type === 'user' ? effects.find((effect) => effect.actor === event.who) : undefined;
  if (own === undefined) return undefined;
  if (own.kind === 'ignored') return own.reason;
  return effectLine(own, { state, level: own.level ?? 'warning', rule, app, now: event.at, history: [] });
}

/** What belongs to no incident, or is of no interest afterwards. */
const passing: ReadonlySet<EffectKind> = new Set(['pending', 'pendingCancelled', 'changed', 'ignored', 'clockMoved']);

function historyOf(input: AdvanceInput, state: AlertState, effects: readonly Effect[]): IncidentEvent[] {
  const { incident, level: firing } = state.machine;
  const isAbout = isOpen(state) || effects.some((effect) => effect.closed !== undefined);
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

function incidentOf(input: AdvanceInput, state: AlertState, effects: readonly Effect[]): Incident | undefined {
  const { incident, openedAt, worst, worstLevel } = state.machine;
  const { acknowledgedBy } = state.response;
  const closing = effects.find((effect) => effect.closed !== undefined);
  if (incident === undefined || openedAt === undefined || (!isOpen(state) && closing === undefined)) return undefined;
  const isNews = effects.some((effect) => !passing.has(effect.kind)) || worst?.at !== input.state.machine.worst?.at;
  if (!isNews) return undefined;
  return {
    id: incident,
    rule: input.rule.id,
    app: input.rule.app,
    level: worstLevel ?? 'warning',
    openedAt,
    ...(closing === undefined ? {} : { closedAt: closing.at, reason: closing.closed ?? closing.reason }),
    ...(worst === undefined ? {} : { extreme: worst.shown }),
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
  };
}
