// Every kind of rule: a new one is a file beside this and a line here.
import type { Rule, RuleKind } from '../rule.ts';
import { baseline } from './baseline.ts';
import { drop } from './drop.ts';
import { forecast } from './forecast.ts';
import { threshold } from './threshold.ts';
import { unreachable } from './unreachable.ts';

export const ruleKinds: readonly RuleKind[] = [threshold, drop, forecast, baseline, unreachable];

/** The kind of a rule. A stored rule of a kind that no longer exists is treated as a threshold, which only compares. */
export function kindOf(rule: Pick<Rule, 'kind'>): RuleKind {
  return ruleKinds.find(({ kind }) => kind === rule.kind) ?? threshold;
}
