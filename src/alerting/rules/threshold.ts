// A rule with fixed limits: `below` or `above` a value, cleared at another, in one or two levels.

import type { z } from 'zod';
import type { ImApp } from '../../app.ts';
import { closed } from '../../config-field.ts';
import { connectionLimitOf, type MetricId, metric } from '../../metrics/catalog.ts';
import type { thresholdPhrases } from '../fixed-rule-phrases.ts';
import { alertPhrasesOf } from '../notification.ts';
import {
  type BuildContext,
  type BuiltOptions,
  type Level,
  type Limits,
  lowestLevel,
  type Phrases,
  type Rule,
  type RuleKind,
  type RuleProblem,
} from '../rule.ts';
import { duration, type ReadParts, readParts, valueFor } from '../rule-fields.ts';
import type { rulePhrases } from '../rule-phrases.ts';
import type { whyPhrases } from '../why-phrases.ts';

/**
 * In the configuration:
 *
 *     metric: memory.free_ratio
 *     below: 15%                # or above
 *     clearAt: 20%              # default: the limit itself
 *     for: 5m                   # default: 0s
 *     critical: { below: 8%, clearAt: 12%, for: 2m }   # default of its `for`: that of the rule
 */
export const threshold: RuleKind = {
  kind: 'threshold',
  written: { schema, build },
  needs: () => [],
  measure: (rule, { values }) => {
    const value = rule.metric === undefined ? undefined : values[rule.metric];
    if (value === undefined) return { state: 'unknown' };
    return { state: 'measured', value, shown: value, whole: wholeOf(rule.metric, values), words: [] };
  },
  worst: (rule) => (rule.direction === 'below' ? 'lowest' : 'highest'),
  phrases,
};

/** The whole that a value of memory is part of. */
export function wholeOf(id: MetricId | undefined, values: { readonly 'memory.total'?: number }): number | undefined {
  return id !== undefined && metric(id).group === 'memory' ? values['memory.total'] : undefined;
}

function schema(context: BuildContext) {
  const value = valueFor(context.metric, context.app);
  const critical = closed({
    below: value.optional(),
    above: value.optional(),
    clearAt: value.optional(),
    for: duration('2m').optional(),
  });
  return closed({
    below: value.optional(),
    above: value.optional(),
    clearAt: value.optional(),
    critical: critical.optional(),
  });
}
type Written = z.infer<ReturnType<typeof schema>>;

function build(
  raw: Readonly<Record<string, unknown>>,
  context: BuildContext,
): BuiltOptions | { problems: readonly RuleProblem[] } {
  const parts = readParts(schema(context), raw);
  const written = parts.value ?? {};
  const direction = written.below !== undefined || parts.isWrong('below') ? 'below' : 'above';
  const trigger = written[direction];
  const isMissing = trigger === undefined && !parts.isWrong(direction);
  const limit = `has no limit; write below: or above: with ${exampleOf(context.metric)}`;
  const problems = [
    ...parts.problems,
    ...(isMissing
      ? [{ path: [], message: limit }]
      : [...wrongSides(parts, direction), ...wrongOrder(parts, direction)]),
  ];
  if (trigger === undefined || problems.length > 0) return { problems };
  const holdFor = context.holdFor ?? 0;
  const warning: Limits = { trigger, clear: written.clearAt ?? trigger, holdFor };
  const second = written.critical?.[direction];
  const critical =
    second === undefined
      ? undefined
      : { trigger: second, clear: written.critical?.clearAt ?? second, holdFor: written.critical?.for ?? holdFor };
  return {
    metric: context.metric,
    direction,
    levels: critical === undefined ? { warning } : { warning, critical },
    options: {},
    warnings: meaningless(context, written.critical?.for),
  };
}

function exampleOf(id: MetricId): string {
  const [size, number] = ['a size such as 512MB', 'a number such as'];
  return { ratio: 'a share such as 15%', bytes: size, count: `${number} 1600`, mean: `${number} 2.5` }[metric(id).unit];
}

type Side = 'below' | 'above';

function wrongSides({ value: written = {}, isWrong }: ReadParts<Written>, direction: Side): RuleProblem[] {
  const other = direction === 'below' ? 'above' : 'below';
  const problems: RuleProblem[] = [];
  if (written[other] !== undefined)
    problems.push({ path: [other], message: 'cannot stand beside below; write two rules' });
  const { critical } = written;
  if (critical === undefined) return problems;
  if (critical[other] !== undefined)
    problems.push({ path: ['critical', other], message: `must be ${direction}, as in the rule itself` });
  else if (critical[direction] === undefined && !isWrong('critical', direction))
    problems.push({ path: ['critical', direction], message: 'is missing; write the limit of the critical level' });
  return problems;
}

/** The clearing value lies on the good side of its limit, and critical lies beyond the warning. */
function wrongOrder({ value: written = {}, isWrong }: ReadParts<Written>, direction: Side): RuleProblem[] {
  const isGood = (value: number, than: number): boolean => (direction === 'below' ? value >= than : value <= than);
  const least = direction === 'below' ? 'at least' : 'at most';
  const problems: RuleProblem[] = [];
  const trigger = written[direction];
  const second = written.critical?.[direction];
  const { clearAt } = written;
  if (trigger !== undefined && clearAt !== undefined && !isGood(clearAt, trigger))
    problems.push({ path: ['clearAt'], message: `must be ${least} the value of ${direction}` });
  const secondClear = written.critical?.clearAt;
  if (second !== undefined && secondClear !== undefined && !isGood(secondClear, second))
    problems.push({ path: ['critical', 'clearAt'], message: `must be ${least} the value of critical.${direction}` });
  // Where the alert itself is over, critical must be as well.
  const lasts = isWrong('clearAt') ? undefined : (clearAt ?? trigger);
  if (lasts !== undefined && secondClear !== undefined && !isGood(lasts, secondClear))
    problems.push({
      path: ['critical', 'clearAt'],
      message: `must not be beyond clearAt of the rule: ${direction === 'below' ? 'at most' : 'at least'} that value`,
    });
  if (trigger !== undefined && second !== undefined && !isGood(trigger, second)) {
    problems.push({
      path: ['critical', direction],
      message: `must be beyond the limit of the rule: ${direction === 'below' ? 'smaller' : 'larger'} than the value of ${direction}`,
    });
  }
  return problems;
}

function meaningless(context: BuildContext, criticalFor: number | undefined): readonly string[] {
  if (context.metric !== 'connections.peak' || !((context.holdFor ?? 0) > 0 || (criticalFor ?? 0) > 0)) return [];
  return [
    '`for` means nothing on connections.peak, which is the peak of the last hour: one short peak keeps it up for an hour. Watch connections.current where the platform answers it.',
  ];
}

const phrase = alertPhrasesOf<typeof rulePhrases & typeof thresholdPhrases>();
const endPhrase = alertPhrasesOf<typeof whyPhrases>();

/** The limits of a level, with where the alert itself closes. */
function limitsOf(rule: Rule, level: Level) {
  const limits = rule.levels[level];
  return limits && { ...limits, closes: rule.levels[lowestLevel(rule)]?.clear };
}

function phrases(rule: Rule, app: Pick<ImApp, 'name' | 'connectionLimit'>): Phrases {
  const id = rule.metric ?? 'connections.current';
  const { name } = app;
  const connectionLimit = connectionLimitOf(id, app);
  const isBelow = rule.direction === 'below';
  const lowest = rule.levels[lowestLevel(rule)]?.trigger;
  const lines = (['critical', 'warning'] as const).flatMap((level) => {
    const value = rule.levels[level]?.trigger;
    return value === undefined ? [] : [{ label: phrase('threshold.level', { metric: id, value, level }), value }];
  });
  const atLimit =
    connectionLimit === undefined
      ? []
      : [{ label: phrase('threshold.limit', { metric: id, value: connectionLimit }), value: connectionLimit }];
  return {
    now: ({ shown }) => phrase('rule.now', { metric: id, shown, connectionLimit, app: name }),
    beyond: (level) =>
      phrase('threshold.beyond', { metric: id, value: rule.levels[level]?.trigger, direction: rule.direction }),
    subject: phrase('rule.subject', { metric: id, app: name }),
    seen: ({ shown }) => phrase('rule.seen', { metric: id, shown }),
    // A number that was too high may have fallen through the floor: that it is no longer over its limit is all that is known.
    back: ({ shown }) =>
      phrase(isBelow ? 'rule.backAt' : 'rule.now', { metric: id, shown, connectionLimit, app: name }),
    ...(isBelow ? {} : { cleared: phrase('threshold.noLonger', { metric: id, value: lowest, direction: 'above' }) }),
    isBeyondTold: !(isBelow && (lowest ?? 0) <= 1 && metric(id).unit === 'count'),
    worst: (shown) =>
      phrase('rule.worst', { metric: id, shown, is: rule.direction === 'below' ? 'lowest' : 'highest' }),
    numbers: (level, { shown, whole }, isOld) => {
      const limits = limitsOf(rule, level);
      // Value and limit stand in line 1.
      if (whole === undefined && limits?.trigger === limits?.closes) return [];
      return [phrase('threshold.numbers', { metric: id, shown, whole, connectionLimit, isOld, limits })];
    },
    lines: [...lines, ...atLimit],
    end: (level) => {
      const { trigger, clear } = rule.levels[level] ?? {};
      if (clear === undefined || clear === trigger) return undefined;
      return endPhrase('why.at', { value: phrase('rule.seen', { metric: id, shown: clear }) });
    },
    caveat: id === 'connections.peak' ? phrase('threshold.peak', {}) : undefined,
  };
}
