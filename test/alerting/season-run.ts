// Runs rules over a season minute by minute: the real kinds measure what the real roll-ups would hold, and the real machine steps.
import { eventOf, step } from '../../src/alerting/advance.ts';
import type { Effect } from '../../src/alerting/events.ts';
import type { LastMeasured, Rule } from '../../src/alerting/rule.ts';
import { ruleFromConfig } from '../../src/alerting/rule-config.ts';
import { kindOf } from '../../src/alerting/rules/index.ts';
import { unusualSpans } from '../../src/alerting/seasonal-level.ts';
import { type AlertState, type CloseReason, initialState } from '../../src/alerting/state.ts';
import { type Duration, hour, minute } from '../../src/clock.ts';
import type { Bucket, BucketNeed } from '../../src/metrics/sample.ts';
import { bucketsWithin } from '../../src/metrics/series.ts';
import { app as sampleApp } from './sample-rules.ts';
import { firstMonday, type Season } from './seasons.ts';

/** The rules of a season with their defaults: a drop is of what can fall at once. */
function rulesOf({ metric }: Season, pollEvery: RunOptions['pollEvery']): readonly Rule[] {
  const kinds = metric === 'memory.free_ratio' ? ['forecast', 'baseline'] : ['forecast', 'baseline', 'drop'];
  return kinds.map((kind) => {
    const reaches = metric === 'memory.free_ratio' && kind === 'forecast' ? { reaches: '8%' } : {};
    const raw = { id: kind, app: 'prod', channel: 'C0ONCALL', kind, metric, ...reaches };
    const read = ruleFromConfig(raw, { app: sampleApp, pollEvery: pollEvery[kind] ?? 5 * minute });
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    return read.rule;
  });
}

/** An incident of the run; `worst` is the worst level that it reached. */
export interface RunIncident {
  readonly rule: string;
  readonly openedAt: number;
  readonly crossedAt: number;
  readonly opened: LastMeasured | undefined;
  closedAt?: number;
  reason?: CloseReason;
  ended?: LastMeasured | undefined;
}

export interface SeasonRun {
  readonly incidents: readonly RunIncident[];
  /** What each rule measured last. */
  readonly states: ReadonlyMap<string, AlertState>;
}

/** Buckets of one width that grow as samples arrive, as the roll-ups of the store do. */
function createRollUp(width: number) {
  const buckets: Bucket[] = [];
  return {
    buckets,
    add(at: number, value: number): void {
      const start = Math.floor(at / width) * width;
      const last = buckets.at(-1);
      if (last?.at !== start) {
        buckets.push({ at: start, min: value, max: value, mean: value, last: value, lastAt: at, samples: 1 });
        return;
      }
      const samples = last.samples + 1;
      buckets[buckets.length - 1] = {
        at: start,
        min: Math.min(last.min, value),
        max: Math.max(last.max, value),
        mean: last.mean + (value - last.mean) / samples,
        last: value,
        lastAt: at,
        samples,
      };
    },
  };
}

export interface RunOptions {
  /** By kind, whole numbers of minutes; five minutes where absent. */
  readonly pollEvery: Readonly<Record<string, Duration>>;
  /** Before that samples are stored and nothing is measured. */
  readonly measuredFrom?: number;
  /** All rules of the season where absent. */
  readonly kinds?: readonly string[];
}

/** Runs a season from its first minute on; samples are stored every minute. */
export function runSeason(season: Season, values: Float64Array, options: RunOptions): SeasonRun {
  const { pollEvery, measuredFrom = firstMonday, kinds } = options;
  const rules = rulesOf(season, pollEvery).filter(({ kind }) => kinds === undefined || kinds.includes(kind));
  const tiers = { raw: createRollUp(minute), fiveMinutes: createRollUp(5 * minute), hours: createRollUp(hour) };
  const states = new Map(rules.map((rule) => [rule.id, initialState(rule)]));
  const incidents: RunIncident[] = [];
  const read = ({ tier, from, to }: BucketNeed): readonly Bucket[] => bucketsWithin(tiers[tier].buckets, { from, to });
  for (const [index, value] of values.entries()) {
    const now = firstMonday + index * minute;
    for (const tier of Object.values(tiers)) tier.add(now, value);
    if (now < measuredFrom) continue;
    for (const rule of rules) {
      if ((now - firstMonday) % rule.pollEvery !== 0) continue;
      const kind = kindOf(rule);
      const before = states.get(rule.id) ?? initialState(rule);
      const own = incidents.filter((one) => one.rule === rule.id);
      const learning = { excluded: unusualSpans(own, now), accepted: before.accepted };
      const input = { now, values: { [season.metric]: value }, zone: season.zone, ...learning };
      const measured = kind.measure(rule, { ...input, data: kind.needs(rule, now).map(read) });
      const stepped = step(before, eventOf(measured, { at: now, why: undefined }), rule, { coldStart: 'off' });
      states.set(rule.id, stepped.state);
      note(incidents, { rule, state: stepped.state, effects: stepped.effects, now });
    }
  }
  return { incidents, states };
}

interface Stepped {
  readonly rule: Rule;
  readonly state: AlertState;
  readonly effects: readonly Effect[];
  readonly now: number;
}

function note(incidents: RunIncident[], { rule, state, effects, now }: Stepped): void {
  for (const { kind, closed } of effects) {
    const { last, crossedAt = now } = state.machine;
    if (kind === 'opened') incidents.push({ rule: rule.id, openedAt: now, crossedAt, opened: last });
    const open = incidents.findLast((one) => one.rule === rule.id && one.closedAt === undefined);
    if (closed !== undefined && open !== undefined) Object.assign(open, { closedAt: now, reason: closed, ended: last });
  }
}
