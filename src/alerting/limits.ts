// Compares a value with the limits of a rule.
import type { Level, Rule } from './rule.ts';

const order: readonly Level[] = ['warning', 'critical'];

/** The levels that the rule has, mildest first. */
export function levelsOf(rule: Rule): readonly Level[] {
  return order.filter((level) => rule.levels[level] !== undefined);
}

/** The level that clears last. */
export function lowestLevel(rule: Rule): Level {
  return levelsOf(rule)[0] ?? 'warning';
}

/** The level that pings people. */
export function highestLevel(rule: Rule): Level {
  return levelsOf(rule).at(-1) ?? 'warning';
}

export function isWorse(level: Level, than: Level): boolean {
  return order.indexOf(level) > order.indexOf(than);
}

/** True when the value is beyond the limit of the level. */
export function isHit(rule: Rule, level: Level, value: number): boolean {
  const limits = rule.levels[level];
  if (limits === undefined) return false;
  return rule.direction === 'below' ? value < limits.trigger : value > limits.trigger;
}

/** True when the value is at the clearing value of the level or on its good side. */
export function isClear(rule: Rule, level: Level, value: number): boolean {
  const limits = rule.levels[level];
  if (limits === undefined) return true;
  return rule.direction === 'below' ? value >= limits.clear : value <= limits.clear;
}

/** The worst level whose limit the value crosses. */
export function worstHit(rule: Rule, value: number): Level | undefined {
  return levelsOf(rule).findLast((level) => isHit(rule, level, value));
}
