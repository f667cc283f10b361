// What every transition is made of: patch the state, emit effects, count flaps, open and close incidents.
import { minute } from '../clock.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { Effect, EffectKind, StepContext, UserEvent } from './events.ts';
import type { threadPhrases } from './history-phrases.ts';
import { alertPhrasesOf } from './notification.ts';
import { type AlertResponse, afterIncident, coversLevel, isSilenced } from './response.ts';
import type { Level, Rule } from './rule.ts';
import type { AlertState, CloseReason, MachineState, NotificationState } from './state.ts';
import { crossingOf } from './unmeasured.ts';

const phrase = alertPhrasesOf<typeof threadPhrases>();

/** The work in progress of one call of `step`. */
export interface Transition {
  state: AlertState;
  readonly effects: Effect[];
  readonly rule: Rule;
  readonly context: StepContext;
  readonly at: number;
}

/** Changed fields by part of the state; a part that is absent stays as it is. */
export interface StatePatch {
  readonly machine?: Partial<MachineState>;
  readonly response?: AlertResponse;
  readonly notification?: Partial<NotificationState>;
}

export function patch(transition: Transition, { machine, response, notification }: StatePatch): void {
  const { state } = transition;
  transition.state = {
    ...state,
    machine: machine === undefined ? state.machine : { ...state.machine, ...machine },
    response: response ?? state.response,
    notification: notification === undefined ? state.notification : { ...state.notification, ...notification },
  };
}

/** Replaces the response; who acknowledged last stays known. */
export function respond(transition: Transition, response: AlertResponse): void {
  patch(transition, { response: { acknowledgedBy: transition.state.response.acknowledgedBy, ...response } });
}

/** Adds an effect. It is suppressed when people were never notified of the incident, unless `effect` says otherwise. */
export function emit(transition: Transition, kind: EffectKind, effect: Omit<Effect, 'kind' | 'at'>): void {
  const isNotified = transition.state.notification.notifiedLevel !== undefined;
  const suppressedBy = isNotified ? undefined : phrase('unpinged.notTold', {});
  transition.effects.push({ kind, at: transition.at, suppressedBy, ...effect });
}

/** Nothing changes; the person is told why. */
export function refuse(transition: Transition, { who: actor }: UserEvent, refusal: Phrase): void {
  emit(transition, 'ignored', { reason: 'it changes nothing', refusal, actor });
}

/** Why nobody may be notified now; undefined when they may be. A silence does not suppress a level worse than its own. */
export function suppressionReason(transition: Transition, level: Level): Phrase | undefined {
  const { muted, inhibited } = transition.context;
  if (muted !== undefined) return phrase('unpinged.maintenance', { window: muted });
  if (inhibited === true) return phrase('unpinged.platform', {});
  const { response } = transition.state;
  const isQuiet = response.as === 'silenced' && isSilenced(transition.state, transition.at);
  return isQuiet && coversLevel(response, level) ? phrase('unpinged.silenced', {}) : undefined;
}

/** Flapping: at least so many returns to firing within `flapWindow`. */
const flapsToFlap = 4;
export const flapWindow = 60 * minute;
/** Each further return multiplies `keepFiring` by `growth`, up to `longestKeep`. */
const longestKeep = 60 * minute;
const growth = 1.5;
/** A flapping alert stays open for at least so many polls without firing. */
const leastClearPolls = 10;
/** No more returns than this are remembered. */
const mostFlaps = 60;

/** How long the alert must be clear before it is closed; while it flaps, longer than its longest clear time so far. */
export function keepFor(transition: Transition): number {
  return grown(transition, transition.rule.keepFiring);
}

/** How long critical must be clear before the alert is downgraded to a warning. */
export function keepCriticalFor(transition: Transition): number {
  return grown(transition, transition.rule.keepCritical);
}

function grown({ state: { machine }, rule }: Transition, keep: number): number {
  if (!machine.flapping) return keep;
  const longestClear = Math.max(0, ...machine.flaps.map((flap) => flap.calm));
  return Math.max(
    keep,
    Math.min(
      longestKeep,
      Math.max(keep * machine.keepMultiplier, longestClear * growth, leastClearPolls * rule.pollEvery),
    ),
  );
}

/** Counts a return to firing after `calm` ms without it. */
export function countFlap(transition: Transition, calm: number): void {
  const { machine } = transition.state;
  const recent = machine.flaps.filter((flap) => transition.at - flap.at < flapWindow);
  const flaps = [...recent, { at: transition.at, calm }].slice(-mostFlaps);
  patch(transition, { machine: { flaps } });
  if (flaps.length < flapsToFlap) return;
  const most = transition.rule.keepFiring > 0 ? Math.max(1, longestKeep / transition.rule.keepFiring) : 1;
  patch(transition, { machine: { flapping: true, keepMultiplier: Math.min(machine.keepMultiplier * growth, most) } });
  if (!machine.flapping) emit(transition, 'flapping', { reason: `it came back ${flaps.length} times within an hour` });
}

/**
 * The id of an incident: the rule and the instant of its opening, so that two replicas make the same one. After a clock was set
 * back it is later than that of the incident before, so that no two are the same.
 */
export function incidentId(rule: string, openedAt: number, before: string | undefined): string {
  const last = before === undefined ? Number.NaN : Number(before.slice(before.lastIndexOf('@') + 1));
  return `${rule}@${last >= openedAt ? last + 1 : openedAt}`;
}

/** The rule of an incident, from its id. */
export function ruleOfIncident(incident: string): string {
  return incident.slice(0, incident.lastIndexOf('@'));
}

const everyAlert = 'all@@';

/** What names every alert of an app where one alert can be named: no id of an incident looks like it. */
export function allOf(app: string): string {
  return `${everyAlert}${app}`;
}

/** The app of which all alerts are meant; undefined for the name of one alert. */
export function appOfAll(target: string): string | undefined {
  return target.startsWith(everyAlert) ? target.slice(everyAlert.length) : undefined;
}

/** pending → firing: an incident begins. People are notified at once unless it is suppressed. */
export function openIncident(transition: Transition, level: Level, reason: string): void {
  const { rule, at } = transition;
  const { machine, response } = transition.state;
  const suppressedBy = suppressionReason(transition, level);
  const isReopened = machine.closedAt !== undefined && at - machine.closedAt < flapWindow;
  const hitSince = crossingOf(machine, level) ?? at;
  const calm = hitSince - (machine.calmSince ?? machine.closedAt ?? hitSince);
  const isCovered = isSilenced(transition.state, at) && coversLevel(response, level);
  const id = incidentId(rule.id, at, machine.incident);
  patch(transition, {
    machine: opened(machine, {
      ...{ id, level, at, crossedAt: machine.last?.since ?? hitSince },
      beganAt: machine.last?.since ?? Math.min(hitSince, crossingOf(machine, 'warning') ?? hitSince),
    }),
    response: isCovered ? { ...response, acknowledgedBy: undefined } : { as: 'open' },
    notification: {
      ...unsent,
      channel: rule.channel,
      ...notifiedNow(level, suppressedBy === undefined ? at : undefined),
      announcedAt: suppressedBy === undefined ? at : undefined,
      keptQuiet: suppressedBy,
      brokenSilence: isCovered ? undefined : silenceOf(transition),
    },
  });
  emit(transition, 'opened', { reason, level, suppressedBy });
  if (isReopened) countFlap(transition, Math.max(0, calm));
}

/** The machine at the beginning of an incident. */
function opened(
  machine: MachineState,
  incident: Readonly<Record<'at' | 'crossedAt' | 'beganAt', number>> & { readonly id: string; readonly level: Level },
): MachineState {
  const { id, level, at, crossedAt, beganAt } = incident;
  return {
    ...machine,
    condition: 'firing',
    level,
    worstLevel: level,
    incident: id,
    openedAt: at,
    crossedAt,
    beganAt,
    firedAt: at,
    heldSince: crossedAt,
    insideSince: undefined,
    returned: undefined,
    changedAt: at,
    recoverSince: undefined,
    criticalClearSince: undefined,
    recoverBy: 'clear',
    closedAt: undefined,
    closed: undefined,
    replaced: undefined,
    appGone: undefined,
    needsClear: false,
    held: undefined,
  };
}

/** The silence that is on the alert; undefined for none. */
export function silenceOf({ state, at }: Transition): NotificationState['brokenSilence'] {
  const { response } = state;
  if (response.as !== 'silenced' || !isSilenced(state, at)) return undefined;
  return { by: response.by, until: response.until };
}

/** Nothing has been sent about the incident. */
const unsent: NotificationState = {
  seq: 0,
  stream: undefined,
  repeatIndex: 0,
  repeats: 0,
  escalatedToOthers: false,
  paged: false,
  elsewhere: undefined,
  stormAfter: undefined,
  calls: undefined,
  calledAt: undefined,
  keptQuiet: undefined,
  brokenSilence: undefined,
  lostAcknowledgement: undefined,
  rootHash: undefined,
  editAfter: undefined,
};

function notifiedNow(
  level: Level,
  at: number | undefined,
): Pick<NotificationState, 'notifiedLevel' | 'notifiedAt' | 'lastNotificationAt'> {
  return { notifiedLevel: at === undefined ? undefined : level, notifiedAt: at, lastNotificationAt: at };
}

/** Notes that people are notified of the level with this event. */
export function markNotified(transition: Transition, level: Level): void {
  const { announcedAt = transition.at } = transition.state.notification;
  patch(transition, {
    notification: { ...notifiedNow(level, transition.at), announcedAt, repeatIndex: 0, escalatedToOthers: false },
  });
}

/** Any open condition → inactive. The incident's own fields stay in the state, for its last notification. */
export function closeIncident(transition: Transition, closed: CloseReason, reason: string): void {
  const { at, rule } = transition;
  const { machine, response, notification } = transition.state;
  const level = machine.level ?? 'warning';
  const suppressedBy =
    notification.notifiedLevel === undefined ? phrase('unpinged.notTold', {}) : suppressionReason(transition, level);
  emit(transition, closed === 'recovered' ? 'resolved' : 'closed', { reason, level, closed, suppressedBy });
  patch(transition, {
    machine: {
      condition: 'inactive',
      level: undefined,
      since: {},
      calmSince: machine.recoverSince ?? at,
      recoverSince: undefined,
      criticalClearSince: undefined,
      recoverBy: 'clear',
      changedAt: at,
      closedAt: at,
      closed,
      stale: undefined,
    },
  });
  respond(transition, afterIncident(response, rule));
}

export function shifted(at: number | undefined, by: number): number | undefined {
  return at === undefined ? undefined : at + by;
}

/** pending → inactive; nobody is notified. */
export function cancelPending(transition: Transition, reason: string): void {
  if (transition.state.machine.condition !== 'pending') return;
  patch(transition, { machine: { condition: 'inactive', since: {}, changedAt: transition.at } });
  emit(transition, 'pendingCancelled', { reason });
}

/** For an incident that was suppressed until now this is its first notification: `announced` instead of `escalated`. */
export function emitEscalation(transition: Transition, reason: string): void {
  const kind = transition.state.notification.notifiedLevel === undefined ? 'announced' : 'escalated';
  markNotified(transition, 'critical');
  emit(transition, kind, { reason, level: 'critical' });
}
