// What a change of the rule itself does to its alert: new limits, another subject, removal.
import { close } from './incidents.ts';
import { isHit, isWorse, levelsOf, lowestLevel } from './limits.ts';
import { forget } from './outage.ts';
import { Rule } from './rule.ts';
import { initialState, isOpen } from './state.ts';
import { change, say, type Turn } from './turn.ts';

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
export function adopt(turn: Turn): void {
  const { state, rule } = turn;
  if (state.ruleVersion === rule.version) return;
  const old = storedRule(state.ruleVersion);
  change(turn, { ruleVersion: rule.version });
  if (old !== undefined && subjectOf(old) !== subjectOf(rule)) {
    restart(turn);
    return;
  }
  if (old !== undefined && decisionOf(old) === decisionOf(rule)) return;
  change(turn, { needsClear: false });
  if (state.condition === 'pending') adoptPending(turn);
  if (isOpen(state)) adoptOpen(turn);
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
function restart(turn: Turn): void {
  if (isOpen(turn.state)) close(turn, 'rule_removed', 'the rule now watches something else');
  forget(turn, 'the rule now watches something else');
  const fresh = { ...initialState(turn.rule), handling: turn.state.handling, cold: true };
  const closed = turn.effects.length > 0;
  // The state of a closed incident stays until its last words are said.
  change(turn, closed ? { lastAt: undefined, last: undefined, needsClear: false, cold: true } : fresh);
}

function adoptPending(turn: Turn): void {
  const { state, rule } = turn;
  const value = state.last?.value;
  const hit = value === undefined ? [] : levelsOf(rule).filter((level) => isHit(rule, level, value));
  if (hit.length === 0) {
    forget(turn, 'the new limits are not crossed');
    return;
  }
  change(turn, { since: Object.fromEntries(hit.map((level) => [level, state.since[level] ?? turn.at])) });
}

function adoptOpen(turn: Turn): void {
  const { state, rule, at } = turn;
  const level = state.level ?? lowestLevel(rule);
  const value = state.last?.value;
  say(turn, 'limitsChanged', { reason: 'the rule was changed', level });
  const hit =
    value === undefined
      ? undefined
      : levelsOf(rule).findLast((other) => isHit(rule, other, value) && !isWorse(other, level));
  if (hit === level) return;
  const kept = hit ?? (rule.levels[level] === undefined ? lowestLevel(rule) : level);
  change(turn, {
    level: kept,
    easeSince: undefined,
    ...(kept === level ? {} : { firedAt: at, changedAt: at, heldSince: state.begunAt }),
  });
  if (kept !== level && kept === 'warning') {
    change(turn, { told: state.told === undefined ? undefined : 'warning' });
    say(turn, 'downgraded', { reason: 'the new critical limit is not crossed', level: kept });
  }
  if (hit !== undefined) return;
  change(turn, { recoverBy: 'unhit' });
  if (turn.state.condition === 'recovering') return;
  change(turn, {
    condition: 'recovering',
    recoverSince: at,
    changedAt: at,
    since: { ...turn.state.since, critical: undefined },
  });
  say(turn, 'recovering', { reason: 'the new limits are not crossed', level: kept });
}

/** The rule is gone or switched off. */
export function remove(turn: Turn, paused: boolean): void {
  forget(turn, 'the rule is gone');
  if (!isOpen(turn.state)) return;
  if (paused) close(turn, 'paused', 'the rule was switched off');
  else close(turn, 'rule_removed', 'the rule was removed');
}
