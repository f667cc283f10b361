// What becomes of an alert when its rule changes or goes, and when the process or its clock starts anew.
import type { RemovalCause } from './events.ts';
import type { AlertResponse, InHand } from './response.ts';
import { isHit, isWorse, type Level, levelsOf, lowestLevel, Rule } from './rule.ts';
import { type AlertState, initialState, isOpen, type MachineState, type NotificationState } from './state.ts';
import { noteJudged, pendingSurvives } from './timers.ts';
import { cancelPending, closeIncident, emit, patch, shifted, type Transition } from './transitions.ts';
import { keptGaps } from './unmeasured.ts';

/** What a rule watches: with another subject it is another rule. */
const subjectFields = ['app', 'kind', 'metric'] as const satisfies readonly (keyof Rule)[];

/** What a rule decides by; its other fields say only how people are notified. */
const decisionFields = [
  'direction',
  'levels',
  'keepFiring',
  'keepCritical',
  'options',
] as const satisfies readonly (keyof Rule)[];

/**
 * The definition of a rule as JSON: changes whenever the rule changes, and gives the rule back. Keys are sorted, so that
 * it does not depend on how the rule was put together.
 */
export function versionOf(rule: Omit<Rule, 'version'>): string {
  return sortedJson(rule);
}

/** The rule as it was when the state was saved, for notifications about a rule that is gone; undefined when it cannot be read. */
export function storedRule(version: string): Rule | undefined {
  const parsed = Rule.safeParse({ ...storedFields(version), version });
  return parsed.success ? parsed.data : undefined;
}

/** The version of the same rule for an app that has another id now. */
export function renamedVersion(version: string, names: { readonly app: string; readonly id: string }): string {
  const fields = storedFields(version);
  return fields === undefined ? version : sortedJson({ ...fields, ...names });
}

function storedFields(version: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const fields: unknown = JSON.parse(version);
    return isRecord(fields) ? fields : undefined;
  } catch {
    return undefined; // no JSON: the same as a definition that cannot be read
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same for the same values, whatever the order in which they were written. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/** True when the named fields are equal, whatever the order in which a version wrote them. */
function areEqual(old: object, rule: Rule, names: readonly (keyof Rule)[]): boolean {
  const before: Readonly<Record<string, unknown>> = { ...old };
  return names.every((name) => sortedJson(before[name]) === sortedJson(rule[name]));
}

/**
 * The rule that an alert goes on with, of those that hold now. Undefined when it is gone; and for an open alert also when the rule of
 * its id watches another app, kind or metric now: its incident ends as that of the rule and app that it was of.
 */
export function continuingRule(state: AlertState, rule: Rule | undefined): Rule | undefined {
  if (rule === undefined || !isOpen(state)) return rule;
  const old = storedFields(state.machine.ruleVersion);
  return old === undefined || areEqual(old, rule, subjectFields) ? rule : undefined;
}

/** Brings a state that was saved under another definition of its rule to the present one. */
export function adoptRule(transition: Transition): void {
  const { machine } = transition.state;
  const { rule } = transition;
  const old = storedFields(machine.ruleVersion);
  patch(transition, { machine: { ruleVersion: rule.version } });
  if (old !== undefined && !areEqual(old, rule, subjectFields)) {
    startOver(transition);
    return;
  }
  if (old !== undefined && areEqual(old, rule, decisionFields)) return;
  patch(transition, { machine: { needsClear: false, held: undefined } });
  if (machine.condition === 'pending') adoptPending(transition);
  if (isOpen(transition.state)) adoptOpen(transition, old);
}

/** The rule now watches something else, of which the state says nothing. */
function startOver(transition: Transition): void {
  if (isOpen(transition.state)) closeReplaced(transition);
  cancelPending(transition, 'the rule now watches something else');
  noteJudged(transition, { isRuleGone: true });
  if (transition.effects.length > 0) {
    // The state of a closed incident stays until its last notification.
    const unmeasured = {
      ...{ lastAt: undefined, last: undefined, heardAt: undefined },
      ...{ needsClear: false, held: undefined, awaitingFirstSample: true },
    };
    patch(transition, { machine: unmeasured });
    transition.state = { ...transition.state, accepted: undefined };
    return;
  }
  const { machine, notification } = initialState(transition.rule);
  const { response } = transition.state;
  transition.state = {
    ...transition.state,
    machine: { ...machine, awaitingFirstSample: true },
    response,
    notification,
    accepted: undefined,
  };
}

function adoptPending(transition: Transition): void {
  const { rule, at } = transition;
  const { last, since } = transition.state.machine;
  const hit = last === undefined ? [] : levelsOf(rule).filter((level) => isHit(rule, level, last.value));
  if (hit.length === 0) {
    cancelPending(transition, 'the new limits are not crossed');
    return;
  }
  const kept = Object.fromEntries(hit.map((level) => [level, since[level] ?? at]));
  patch(transition, { machine: { since: kept, unmeasured: keptGaps(transition.state.machine) } });
}

function adoptOpen(transition: Transition, old: Readonly<Record<string, unknown>> | undefined): void {
  const { rule } = transition;
  const { last, level = lowestLevel(rule) } = transition.state.machine;
  const before = Rule.safeParse({ ...old, version: '' }).data;
  const isSameMeaning =
    before !== undefined &&
    areEqual(before, rule, ['direction', 'options']) &&
    before.levels[level]?.trigger === rule.levels[level]?.trigger;
  emit(transition, 'limitsChanged', { reason: 'the rule was changed', level, isSameMeaning });
  const hit =
    last === undefined
      ? undefined
      : levelsOf(rule).findLast((other) => isHit(rule, other, last.value) && !isWorse(other, level));
  if (hit === level) return;
  const kept = hit ?? (rule.levels[level] === undefined ? lowestLevel(rule) : level);
  adoptLevel(transition, level, kept);
  if (hit === undefined) recoverByNewLimits(transition, kept);
}

function adoptLevel(transition: Transition, level: Level, kept: Level): void {
  const { at } = transition;
  const { machine, notification } = transition.state;
  const { beganAt: crossedAt = machine.crossedAt } = machine;
  const changed = kept === level ? {} : { firedAt: at, changedAt: at, crossedAt, heldSince: crossedAt };
  patch(transition, { machine: { level: kept, criticalClearSince: undefined, ...changed } });
  if (kept === level || kept !== 'warning') return;
  const notifiedLevel = notification.notifiedLevel === undefined ? undefined : kept;
  patch(transition, { notification: { notifiedLevel } });
  emit(transition, 'downgraded', { reason: 'the new critical limit is not crossed', level: kept });
}

/** None of the new limits is crossed: the alert recovers, though the value need not be clear. */
function recoverByNewLimits(transition: Transition, level: Level): void {
  const { at } = transition;
  const { condition, since } = transition.state.machine;
  patch(transition, { machine: { recoverBy: 'unhit' } });
  if (condition === 'recovering') return;
  patch(transition, {
    machine: { condition: 'recovering', recoverSince: at, changedAt: at, since: { ...since, critical: undefined } },
  });
  emit(transition, 'recovering', { reason: 'the new limits are not crossed', level });
}

/** The rule is gone, is switched off, or its id watches something else. */
export function removeRule(transition: Transition, because: RemovalCause | undefined): void {
  cancelPending(transition, 'the rule is gone');
  noteJudged(transition, { isRuleGone: true });
  if (!isOpen(transition.state)) return;
  if (because === 'paused') closeIncident(transition, 'paused', 'the rule was switched off');
  else if (because === 'replaced') closeReplaced(transition);
  else {
    // What is said of it is drawn from the state, which has the cause before it closes.
    if (because === 'app') patch(transition, { machine: { appGone: true } });
    closeIncident(transition, 'rule_removed', because === 'app' ? 'the app was removed' : 'the rule was removed');
  }
}

function closeReplaced(transition: Transition): void {
  closeIncident(transition, 'rule_removed', 'the rule now watches something else');
  patch(transition, { machine: { replaced: true } });
}

/** Open alerts continue as they were; nothing is announced again. */
export function boot(transition: Transition): void {
  const { rule, at, context } = transition;
  const { condition, lastAt, since, unmeasured = {} } = transition.state.machine;
  patch(transition, { machine: { bootAt: at, awaitingFirstSample: context.coldStart !== 'off' } });
  if (condition !== 'pending' || lastAt === undefined) return;
  const outage = at - lastAt;
  if (outage > pendingSurvives) {
    cancelPending(transition, 'the bot was away for too long');
    return;
  }
  if (outage <= rule.maxGap) return;
  // The outage is accounted for until right before now; the next sample must not count it again.
  const until = at - 1;
  const resumed = levelsOf(rule).map((level) => {
    const time = shifted(since[level], until - lastAt);
    const holdFor = rule.levels[level]?.holdFor ?? 0;
    const latest = until - holdFor + Math.min(holdFor, 2 * rule.pollEvery);
    return [level, time === undefined ? undefined : Math.max(time, latest)] as const;
  });
  const gaps = resumed.flatMap(([level, time]) =>
    time === undefined ? [] : [[level, (unmeasured[level] ?? 0) + time - (since[level] ?? time)] as const],
  );
  patch(transition, {
    machine: { since: Object.fromEntries(resumed), unmeasured: Object.fromEntries(gaps), lastAt: until },
  });
}

/**
 * After the clock was set back: shifts every stored time by as much, so that each timer continues where it was. What a person was
 * told, such as the end of a silence, is a time on the wall and stays.
 */
export function followClock(transition: Transition): void {
  const { rule, at } = transition;
  const { machine, response, notification } = transition.state;
  if (machine.lastAt === undefined || at > machine.lastAt) return;
  const by = at - rule.pollEvery - machine.lastAt;
  transition.state = {
    ...transition.state,
    machine: shiftMachine(machine, by),
    response: shiftResponse(response, by),
    notification: { ...notification, ...shiftFields(notification, notificationTimes, by) },
  };
  emit(transition, 'clockMoved', { reason: 'the clock of the machine was set back' });
}

function shiftMachine(machine: MachineState, by: number): MachineState {
  const { since, insideSince, flaps, last, stale, unjudged } = machine;
  return {
    ...machine,
    ...shiftFields(machine, machineTimes, by),
    since: { warning: shifted(since.warning, by), critical: shifted(since.critical, by) },
    insideSince: insideSince && {
      warning: shifted(insideSince.warning, by),
      critical: shifted(insideSince.critical, by),
    },
    flaps: flaps.map((flap) => ({ ...flap, at: flap.at + by })),
    last: last === undefined ? undefined : { ...last, at: last.at + by, since: shifted(last.since, by) },
    stale: stale === undefined ? undefined : { ...stale, since: stale.since + by },
    unjudged: unjudged === undefined ? undefined : { ...unjudged, since: unjudged.since + by },
  };
}

function shiftResponse(response: AlertResponse, by: number): AlertResponse {
  const late = (said: InHand): InHand => ({ ...said, remindedAt: shifted(said.remindedAt, by) });
  if (response.as === 'acknowledged') return late(response);
  return response.as === 'silenced' && response.over ? { ...response, over: late(response.over) } : response;
}

function shiftFields<T extends object, Name extends keyof T>(
  part: T & { readonly [name in Name]?: number | undefined },
  names: readonly Name[],
  by: number,
): { readonly [name in Name]?: number | undefined } {
  const moved: { [name in Name]?: number | undefined } = {};
  for (const name of names) moved[name] = shifted(part[name], by);
  return moved;
}

const machineTimes = [
  'heardAt',
  'recoverSince',
  'criticalClearSince',
  'lastAt',
  'openedAt',
  'crossedAt',
  'beganAt',
  'firedAt',
  'heldSince',
  'changedAt',
  'closedAt',
  'calmSince',
  'bootAt',
] as const satisfies readonly (keyof MachineState)[];

const notificationTimes = [
  'lastNotificationAt',
  'notifiedAt',
  'announcedAt',
  'editAfter',
  'comparedAt',
  'calledAt',
] as const satisfies readonly (keyof NotificationState)[];
