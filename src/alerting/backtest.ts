// Runs a rule on the stored past (back test): when it would have opened, by the state machine that decides it every day.
import type { Duration, Instant } from '../clock.ts';
import { type MetricValues, metric } from '../metrics/catalog.ts';
import type { Bucket, BucketNeed } from '../metrics/sample.ts';
import { bucketsWithin } from '../metrics/series.ts';
import { step } from './advance.ts';
import { endOf } from './alert-lines.ts';
import { type Level, lowestLevel, type Rule } from './rule.ts';
import { kindOf } from './rules/index.ts';
import { type AlertState, initialState, type MeasuredValue } from './state.ts';

/** One metric of the past, oldest first. */
export interface PastSeries extends Pick<BucketNeed, 'metric' | 'tier' | 'isCounted'> {
  readonly buckets: readonly Bucket[];
}

/** True for the series that a need is met from. */
export function isOf(series: PastSeries, need: BucketNeed): boolean {
  return series.metric === need.metric && series.tier === need.tier && series.isCounted === need.isCounted;
}

/** An opening of the back test. `extreme` is in the unit of the metric; no `closedAt`: open at the end. */
export interface BacktestOpening {
  readonly level: Level;
  readonly openedAt: Instant;
  /** When the limit was first crossed. */
  readonly beganAt: Instant;
  readonly closedAt?: Instant;
  /** When it was no longer crossed for good. */
  readonly clearedAt?: Instant;
  readonly extreme?: number;
}

export interface Backtest {
  readonly openings: readonly BacktestOpening[];
  /** How many moments of the past were measured, and from when to when. */
  readonly moments: number;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  /** Moments at which a baseline or a forecast was still learning. */
  readonly learning: number;
}

export interface BacktestInput {
  readonly rule: Rule;
  readonly zone: string;
  /** The metric of the rule, whose buckets become samples (each with its worst value), and the rule's other needs. */
  readonly series: readonly PastSeries[];
  /** Which of the series is stepped through. */
  readonly tier: BucketNeed['tier'];
  /** The end of the past: the newest bucket may last longer. */
  readonly now: Instant;
}

export const bucketLength: Readonly<Record<BucketNeed['tier'], number>> = {
  raw: 0,
  fiveMinutes: 300_000,
  hours: 3_600_000,
};

/** So many moments are computed between two pauses: two weeks of a baseline take most of a second. */
const momentsAtOnce = 10;

/**
 * Depends on its input alone. `pause` lets the event loop go on. With coarse buckets `for` and gaps are at least as long as a
 * bucket.
 */
export async function backtest(
  { rule, zone, series, tier, now: end }: BacktestInput,
  pause: () => Promise<unknown>,
): Promise<Backtest> {
  const own = series.find((one) => one.metric === rule.metric && one.tier === tier)?.buckets ?? [];
  const kind = kindOf(rule);
  const used = withGapsOf(rule, bucketLength[tier]);
  const replay = createReplay(used);
  let learning = 0;
  for (const [index, bucket] of own.entries()) {
    if (index % momentsAtOnce === momentsAtOnce - 1) await pause();
    const now = Math.min(bucket.at + bucketLength[tier], end);
    const data = kind.needs(used, now).map((need) => slice(series, need));
    const measured = kind.measure(used, { now, values: valuesAt(rule, bucket, series), zone, data });
    if (measured.state === 'learning') learning += 1;
    if (measured.state === 'measured') replay.take(now, measured);
  }
  return { openings: replay.openings, moments: own.length, from: own[0]?.at, to: own.at(-1)?.at, learning };
}

/** The rule for samples that are so far apart: three of them missing are a gap. */
export function withGapsOf(rule: Rule, apart: Duration): Rule {
  return { ...rule, maxGap: Math.max(rule.maxGap, 3 * apart) };
}

/** The state machine on one sample of the past after the other, with the openings so far. */
interface Replay {
  readonly openings: readonly BacktestOpening[];
  readonly state: () => AlertState;
  /** `by`: the rule for this sample, of the same version; that of the replay where it is left out. */
  take(at: Instant, measured: MeasuredValue, by?: Rule): void;
}

export function createReplay(rule: Rule): Replay {
  const openings: BacktestOpening[] = [];
  let state = initialState(rule);
  return {
    openings,
    state: () => state,
    take: (at, measured, by = rule) => {
      const result = step(state, { type: 'sample', at, measured }, by, { coldStart: 'off' });
      ({ state } = result);
      for (const effect of result.effects) {
        if (effect.kind === 'opened') openings.push(opened(state, { rule, level: effect.level, at }));
        const last = openings.at(-1);
        if (last === undefined || last.closedAt !== undefined) continue;
        openings[openings.length - 1] = continued(last, effect, { after: state, rule, at });
      }
    },
  };
}

function opened(
  { machine: { beganAt, crossedAt } }: AlertState,
  {
    rule,
    level = lowestLevel(rule),
    at,
  }: { readonly rule: Rule; readonly level?: Level | undefined; readonly at: Instant },
): BacktestOpening {
  return { level, openedAt: at, beganAt: beganAt ?? crossedAt ?? at };
}

/** The opening after another effect. */
function continued(
  opening: BacktestOpening,
  effect: ReturnType<typeof step>['effects'][number],
  { after, rule, at }: { readonly after: AlertState; readonly rule: Rule; readonly at: Instant },
): BacktestOpening {
  const extreme = after.machine.worst?.shown;
  const alert = { state: after, rule, level: lowestLevel(rule), now: at };
  return {
    ...opening,
    level: effect.kind === 'escalated' ? 'critical' : opening.level,
    ...(extreme === undefined ? {} : { extreme }),
    ...(effect.closed === undefined ? {} : { closedAt: at, clearedAt: endOf(alert) }),
  };
}

/** The values that a poll at the end of the bucket would have had; of the metric itself the worst. */
function valuesAt(rule: Rule, bucket: Bucket, series: readonly PastSeries[]): MetricValues {
  if (rule.metric === undefined) return {};
  const total = series
    .find((one) => one.metric === 'memory.total')
    ?.buckets.findLast((other) => other.at <= bucket.at)?.last;
  return { [rule.metric]: worstOfBucket(rule, bucket), ...(total === undefined ? {} : { 'memory.total': total }) };
}

/** The value of a bucket that trips the rule soonest. */
export function worstOfBucket({ kind, direction, metric: id }: Rule, { min, max, last }: Bucket): number {
  const ofMetric = id === undefined ? undefined : metric(id).worse;
  const worse = kind === 'threshold' ? (direction === 'below' ? 'low' : 'high') : ofMetric;
  return worse === 'low' ? min : worse === 'high' ? max : last;
}

function slice(series: readonly PastSeries[], need: BucketNeed): readonly Bucket[] {
  const buckets = series.find((one) => isOf(one, need))?.buckets ?? [];
  return bucketsWithin(buckets, need);
}
