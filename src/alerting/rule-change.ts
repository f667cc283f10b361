// What becomes of an alert when its rule changes or goes, and when the process or its clock starts anew.
import { hour, minute } from '../clock.ts';
import { isHit, isWorse, levelsOf, lowestLevel, Rule } from './rule.ts';
import { type AlertState, initialState, isOpen } from './state.ts';
import { cancelPending, closeIncident, emit, moveOn, patch, type Transition } from './transitions.ts';

/** The rule as it was when the state was saved, to speak of one that is gone; undefined when it cannot be read. */
export function storedRule(version: string): Rule | undefined {
  try {
    return Rule.parse({ ...JSON.parse(version), version });
  } catch {
    return undefined;
  }
}

/** The definition of a rule as text: changes whenever the rule changes, and gives the rule back. */
export function versionOf(rule: Omit<Rule, 'version'>): string {
  return JSON.stringify(rule);
}

/** Takes the state over to the present definition of its rule. */
export function adoptRule(transition: Transition): void {
  const { state, rule } = transition;
  if (state.ruleVersion === rule.version) return;
  const old = storedRule(state.ruleVersion);
  patch(transition, { ruleVersion: rule.version });
  if (old !== undefined && subjectOf(old) !== subjectOf(rule)) {
    watchAnew(transition);
    return;
  }
  if (old !== undefined && decisionOf(old) === decisionOf(rule)) return;
  patch(transition, { needsClear: false });
  if (state.condition === 'pending') adoptPending(transition);
  if (isOpen(state)) adoptOpen(transition);
}

/** What a rule looks at. */
function subjectOf(rule: Rule): string {
  return JSON.stringify([rule.app, rule.kind, rule.metric]);
}

/** What a rule decides by; the rest is only about how it is told. */
function decisionOf(rule: Rule): string {
  return JSON.stringify([rule.direction, rule.levels, rule.keepFiring, rule.keepCritical, rule.options]);
}

/** The rule now watches something else: what it knew says nothing of it. */
function watchAnew(transition: Transition): void {
  if (isOpen(transition.state)) closeIncident(transition, 'rule_removed', 'the rule now watches something else');
  cancelPending(transition, 'the rule now watches something else');
  const fresh = { ...initialState(transition.rule), handling: transition.state.handling, cold: true };
  const closed = transition.effects.length > 0;
  // The state of a closed incident stays until its last words are said.
  patch(transition, closed ? { lastAt: undefined, last: undefined, needsClear: false, cold: true } : fresh);
}

function adoptPending(transition: Transition): void {
  const { state, rule } = transition;
  const value = state.last?.value;
  const hit = value === undefined ? [] : levelsOf(rule).filter((level) => isHit(rule, level, value));
  if (hit.length === 0) {
    cancelPending(transition, 'the new limits are not crossed');
    return;
  }
  patch(transition, { since: Object.fromEntries(hit.map((level) => [level, state.since[level] ?? transition.at])) });
}

function adoptOpen(transition: Transition): void {
  const { state, rule, at } = transition;
  const level = state.level ?? lowestLevel(rule);
  const value = state.last?.value;
  emit(transition, 'limitsChanged', { reason: 'the rule was changed', level });
  const hit =
    value === undefined
      ? undefined
      : levelsOf(rule).findLast((other) => isHit(rule, other, value) && !isWorse(other, level));
  if (hit === level) return;
  const kept = hit ?? (rule.levels[level] === undefined ? lowestLevel(rule) : level);
  patch(transition, {
    level: kept,
    easeSince: undefined,
    ...(kept === level ? {} : { firedAt: at, changedAt: at, heldSince: state.begunAt }),
  });
  if (kept !== level && kept === 'warning') {
    patch(transition, { told: state.told === undefined ? undefined : 'warning' });
    emit(transition, 'downgraded', { reason: 'the new critical limit is not crossed', level: kept });
  }
  if (hit !== undefined) return;
  patch(transition, { recoverBy: 'unhit' });
  if (transition.state.condition === 'recovering') return;
  patch(transition, {
    condition: 'recovering',
    recoverSince: at,
    changedAt: at,
    since: { ...transition.state.since, critical: undefined },
  });
  emit(transition, 'recovering', { reason: 'the new limits are not crossed', level: kept });
}

/** The rule is gone or switched off. */
export function removeRule(transition: Transition, paused: boolean): void {
  cancelPending(transition, 'the rule is gone');
  if (!isOpen(transition.state)) return;
  if (paused) closeIncident(transition, 'paused', 'the rule was switched off');
  else closeIncident(transition, 'rule_removed', 'the rule was removed');
}

/** After a longer outage of the bot a pending alert starts again. */
const pendingSurvives = hour;

/** Open alerts go on as they were; nothing is announced again. */
export function boot(transition: Transition): void {
  const { state, rule, at, context } = transition;
  patch(transition, { bootAt: at, cold: context.coldStart !== 'off' });
  if (state.condition !== 'pending' || state.lastAt === undefined) return;
  const outage = at - state.lastAt;
  if (outage > pendingSurvives) {
    cancelPending(transition, 'the bot was away for too long');
    return;
  }
  if (outage <= rule.maxGap) return;
  const since = levelsOf(rule).map((level) => {
    const moved = moveOn(state.since[level], outage);
    const holdFor = rule.levels[level]?.holdFor ?? 0;
    const latest = at - holdFor + Math.min(holdFor, 2 * rule.pollEvery);
    return [level, moved === undefined ? undefined : Math.max(moved, latest)];
  });
  // The outage is now accounted for; the next sample must not count it again.
  patch(transition, { since: Object.fromEntries(since), lastAt: at - 1 });
}

/** No replica is so late: a sample this much older than the newest means that the machine's clock was set back. */
const lateBy = 5 * minute;

/** True for a sample that is already known, or that another replica has overtaken. */
export function isOvertaken(state: AlertState, at: number): boolean {
  return state.lastAt !== undefined && at <= state.lastAt && state.lastAt - at <= lateBy;
}

/** Moves every remembered time by the correction, so that each timer goes on where it was. */
export function followClock(transition: Transition): void {
  const { state, rule, at } = transition;
  if (state.lastAt === undefined || at > state.lastAt) return;
  const by = at - rule.pollEvery - state.lastAt;
  const { handling } = state;
  const moved = handling.as === 'open' ? handling : { ...handling, at: handling.at + by, until: handling.until + by };
  patch(transition, {
    ...Object.fromEntries(movable.map((name) => [name, moveOn(state[name], by)])),
    since: { warning: moveOn(state.since.warning, by), critical: moveOn(state.since.critical, by) },
    flaps: state.flaps.map((flap) => ({ ...flap, at: flap.at + by })),
    handling: moved.as === 'acknowledged' ? { ...moved, remindedAt: moveOn(moved.remindedAt, by) } : moved,
    last:
      state.last === undefined
        ? undefined
        : { ...state.last, at: state.last.at + by, since: moveOn(state.last.since, by) },
    stale: state.stale === undefined ? undefined : { ...state.stale, since: state.stale.since + by },
  });
  emit(transition, 'clockMoved', { reason: 'the clock of the machine was set back' });
}

const movable = [
  'recoverSince',
  'easeSince',
  'lastAt',
  'openedAt',
  'begunAt',
  'firedAt',
  'heldSince',
  'lastNoteAt',
  'toldAt',
  'changedAt',
  'closedAt',
  'calmSince',
  'bootAt',
  'editAfter',
] as const satisfies readonly (keyof AlertState)[];
