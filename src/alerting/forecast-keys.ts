// Reads the keys that a forecast has in the configuration.
import type { z } from 'zod';
import { hour, minute } from '../clock.ts';
import { type MetricId, metric } from '../metrics/catalog.ts';
import { formatDuration } from '../metrics/format.ts';
import { connectionLimitOf } from '../metrics/metric-words.ts';
import { duration, keys, read, valueFor } from './fields.ts';
import type { BuildContext, BuiltOptions, Limits, RuleProblem } from './rule.ts';

const known = ['reaches', 'within', 'clearAt', 'critical', 'onlyBelow', 'onlyAbove', 'for'];
const usualHold = 15 * minute;

function schema(context: BuildContext) {
  const value = valueFor(context.metric, context.app).optional();
  const time = duration('8h', minute).optional();
  const critical = keys({
    within: time,
    clearAt: time,
    onlyBelow: value,
    onlyAbove: value,
    for: duration('5m').optional(),
  });
  return keys({ reaches: value, within: time, clearAt: time, critical: critical.optional() });
}
type Written = z.infer<ReturnType<typeof schema>>;

/** The options hold `reaches`, the limit, and `only`: beyond it the number is near enough for critical. */
export function buildForecast(
  raw: Readonly<Record<string, unknown>>,
  context: BuildContext,
): BuiltOptions | { problems: readonly RuleProblem[] } {
  const parsed = read(schema(context), raw, known);
  if ('problems' in parsed) return parsed;
  const written = parsed.value;
  const { worse } = metric(context.metric);
  const reaches = written.reaches ?? connectionLimitOf(context.metric, context.app);
  if (worse === undefined || reaches === undefined) return { problems: [missing(context.metric, worse)] };
  const levels = levelsOf(written, context.holdFor ?? usualHold);
  const problems = wrongOrder(levels);
  if (problems.length > 0) return { problems };
  const said = worse === 'low' ? written.critical?.onlyBelow : written.critical?.onlyAbove;
  const only = said ?? nearLimit(context.metric, reaches);
  return { metric: context.metric, direction: 'below', levels, options: { reaches, only } };
}

function missing(id: MetricId, worse: 'low' | 'high' | undefined): RuleProblem {
  const better = 'memory.free_ratio, memory.free or connections.current';
  if (worse === undefined) return { path: ['metric'], message: `${id} has no limit to reach; write ${better}` };
  return { path: ['reaches'], message: 'is missing; write the value whose crossing is to be foreseen' };
}

interface Levels {
  readonly warning: Limits;
  readonly critical: Limits;
}

function levelsOf(written: Written, holdFor: number): Levels {
  const { within = 8 * hour, clearAt = Math.max(within, 48 * hour), critical = {} } = written;
  const near = critical.within ?? Math.min(within, 2 * hour);
  return {
    warning: { trigger: within, clear: clearAt, holdFor },
    critical: { trigger: near, clear: critical.clearAt ?? Math.max(near, 24 * hour), holdFor: critical.for ?? holdFor },
  };
}

/** Where a number is near its limit already, for a rule that does not say. */
function nearLimit(id: MetricId, reaches: number): number {
  if (metric(id).worse === 'high') return 0.8 * reaches;
  return id === 'memory.free_ratio' ? Math.max(0.15, Math.min(1, 1.5 * reaches)) : 2 * reaches;
}

function wrongOrder({ warning, critical }: Levels): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const complain = (path: readonly string[], message: string): void => {
    problems.push({ path, message });
  };
  const within = formatDuration(warning.trigger);
  if (warning.clear < warning.trigger) complain(['clearAt'], `must be at least the ${within} of within`);
  if (critical.clear < critical.trigger) {
    const near = formatDuration(critical.trigger);
    complain(['critical', 'clearAt'], `must be at least the ${near} of critical.within`);
  }
  if (critical.trigger > warning.trigger) {
    complain(['critical', 'within'], `must be shorter than the ${within} of within`);
  }
  return problems;
}
