// Evaluates the rules of an app against a poll: measures each, and saves the poll and what it means in one transaction.
import { LRUCache } from 'lru-cache';
import { eventOf } from '../alerting/advance.ts';
import type { AlertEvent } from '../alerting/events.ts';
import { isInhibited, type MaintenanceCalendar } from '../alerting/maintenance.ts';
import { isPlatformRule, type Measurement, type Rule, type RuleIndex } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/index.ts';
import { unusualSpans } from '../alerting/seasonal-level.ts';
import type { AlertState, PollOrder } from '../alerting/state.ts';
import { unjudgedAfter } from '../alerting/timers.ts';
import type { ImApp } from '../app.ts';
import { type Duration, day, type Instant } from '../clock.ts';
import { retryConflicts } from '../concurrency.ts';
import { ConcurrentChangeError, StoreError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { PollHealth } from '../metrics/sample.ts';
import { readBuckets } from '../store/samples.ts';
import type { Store } from '../store/store.ts';
import { type AdvancedAlert, advanceWithin } from './advance-alert.ts';

/** What rules are evaluated with. */
export interface EvaluationDeps {
  readonly store: Store;
  readonly windows: MaintenanceCalendar | undefined;
  readonly ruleIndex: RuleIndex;
  readonly logger: Pick<Logger, 'error'>;
}

/** One poll. `values` are empty when the platform did not answer; `health.reason` then says why. */
export interface PolledApp {
  readonly app: ImApp;
  readonly at: Instant;
  readonly values: MetricValues;
  readonly health: PollHealth;
  /** Absent for a question, which is no poll. */
  readonly order?: PollOrder;
}

/**
 * Saves the poll, its samples, the states of its alerts and their outbox rows: all or nothing. The configuration may have
 * changed while the platform was asked: an app that is gone, or that `isWatched` denies, saves nothing and gives undefined.
 */
export async function evaluateRules(
  rules: readonly Rule[],
  polled: PolledApp,
  deps: EvaluationDeps,
  isWatched: () => boolean = () => true,
): Promise<readonly AdvancedAlert[] | undefined> {
  const { at, values, health } = polled;
  const measured: MeasuredRule[] = [];
  for (const rule of rules) measured.push(...(await eventsOf(rule, polled, deps)));
  return retryConflicts(() =>
    deps.store.transaction(async (tx) => {
      const app = deps.ruleIndex.apps.get(polled.app.id);
      if (app === undefined || !isWatched()) return undefined;
      if (health.failures === 0) await tx.samples.record(app.id, at, values);
      await tx.savePoll(health);
      const current = { ...polled, app };
      return advanceAll(tx, await asNow(measured, current, { ...deps, store: tx }), current, deps);
    }),
  );
}

/** Leaves out rules that are gone since they were measured, and measures those anew that have changed. */
async function asNow(
  measured: readonly MeasuredRule[],
  polled: PolledApp,
  deps: EvaluationDeps,
): Promise<readonly MeasuredRule[]> {
  const current: MeasuredRule[] = [];
  for (const one of measured) {
    const rule = deps.ruleIndex.rules.get(one.rule.id);
    if (rule === undefined || rule.app !== polled.app.id) continue;
    if (rule.version === one.rule.version) current.push({ rule, event: one.event });
    else current.push(...(await eventsOf(rule, polled, deps)));
  }
  return current;
}

/** The event of a rule; none where it cannot be measured, so that the others and the poll are saved all the same. */
async function eventsOf(rule: Rule, polled: PolledApp, deps: EvaluationDeps): Promise<readonly MeasuredRule[]> {
  const { at, health, order } = polled;
  const broken = { type: 'broken', at, ...(order === undefined ? {} : { order }) } as const;
  const measured = await withoutFailure(rule, deps, async () => {
    const measurement = await measureRule(rule, polled, deps);
    if (measurement.state === 'measured' && !Number.isFinite(measurement.value))
      throw new RangeError('The measurement is no number.');
    return [{ rule, event: eventOf(measurement, { at, why: health.reason, order }) }];
  });
  // Of a poll that failed nothing could have been judged anyway.
  return measured.length > 0 || health.failures > 0 ? measured : [{ rule, event: broken }];
}

/** Nothing for a rule that fails. An error of the store is none of the rule, and rejects. */
async function withoutFailure<Result>(
  rule: Rule,
  { logger }: Pick<EvaluationDeps, 'logger'>,
  work: () => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError || error instanceof ConcurrentChangeError) throw error;
    logger.error('rule not evaluated', { rule: rule.id, ...errorFields(error) });
    return [];
  }
}

/** What the rule says of the poll; reads what its kind needs. */
export async function measureRule(
  rule: Rule,
  polled: PolledApp,
  deps: Pick<EvaluationDeps, 'store' | 'windows'>,
): Promise<Measurement> {
  const kind = kindOf(rule);
  const { app, at } = polled;
  const needs = kind.needs(rule, at);
  const data = await Promise.all(needs.map((need) => readBuckets(deps.store, app.id, need)));
  const since = Math.min(...needs.map((need) => need.from));
  const excluded = needs.length === 0 ? [] : await excludedSpans(rule, { from: since, to: at }, deps);
  const accepted = kind.learns === true ? (await deps.store.alerts.get(rule.id))?.state.accepted : undefined;
  return kind.measure(rule, {
    now: at,
    values: polled.values,
    zone: app.timezone,
    data,
    poll: polled.health,
    excluded,
    accepted,
  });
}

/** So many series are kept; where more are learned from, the others are read at each poll. */
const mostKept = 100;

/** The store for polls: the hours that a rule learns from, which are over, are read once while the same ones are asked for. */
export function withHoursKept(store: Store): Store {
  const known = new LRUCache<string, ReturnType<Store['samples']['read']>>({ max: mostKept });
  const once = (
    key: string,
    work: () => ReturnType<Store['samples']['read']>,
  ): ReturnType<Store['samples']['read']> => {
    const kept = known.get(key) ?? work();
    known.set(key, kept);
    // What failed is read again.
    kept.catch(() => known.delete(key));
    return kept;
  };
  const read: Store['samples']['read'] = (app, metric, tier, from, to, near) => {
    if (tier !== 'hours') return store.samples.read(app, metric, tier, from, to, near);
    return once(JSON.stringify([app, metric, from, to]), () => store.samples.read(app, metric, tier, from, to));
  };
  const buckets: Store['hourly']['buckets'] = (app, metric, from, to) => {
    const work = () => store.hourly.buckets(app, metric, from, to);
    return to - from <= fewHours ? work() : once(JSON.stringify(['counted', app, metric, from, to]), work);
  };
  return { ...store, samples: { ...store.samples, read }, hourly: { ...store.hourly, buckets } };
}

/** A few newest hours are read at each poll: one of them may have been counted since. */
const fewHours: Duration = day;

type Span = { readonly from: Instant; readonly to: Instant };

/** Times that were not usual: the beginnings of the incidents of the rule, and maintenance. */
async function excludedSpans(
  rule: Rule,
  span: Span,
  { store, windows }: Pick<EvaluationDeps, 'store' | 'windows'>,
): Promise<readonly Span[]> {
  const incidents = await store.alerts.incidents(span.from, span.to);
  const own = incidents.filter((incident) => incident.rule === rule.id);
  return [...unusualSpans(own, span.to), ...(windows?.spans(rule, span) ?? [])];
}

interface MeasuredRule {
  readonly rule: Rule;
  readonly event: AlertEvent;
}

/**
 * The alert on a silent platform goes first, because it suppresses the others. When the platform answers it goes last,
 * because its end lists how the others stand then.
 */
async function advanceAll(
  tx: Store,
  measured: readonly MeasuredRule[],
  { app, at, health }: PolledApp,
  { windows, ruleIndex, logger }: EvaluationDeps,
): Promise<readonly AdvancedAlert[]> {
  const own = measured.filter(({ rule }) => isPlatformRule(rule));
  const others = measured.filter(({ rule }) => !isPlatformRule(rule));
  let unreachable: AlertState | undefined;
  const advanced: AdvancedAlert[] = [];
  for (const { rule, event } of health.failures === 0 ? [...others, ...own] : [...own, ...others]) {
    const inhibited = unreachable !== undefined && isInhibited(rule, unreachable);
    const now = { muted: windows?.at(rule, at)?.name, inhibited };
    // What is not of the store fails before anything of this rule is written.
    const advance = (by: AlertEvent): Promise<readonly AdvancedAlert[]> =>
      withoutFailure(rule, { logger }, async () => {
        const context = by.type === 'sample' ? now : { ...now, unjudgedAfter: unjudgedAfter(rule, app) };
        return [await advanceWithin(tx, { rule, app, event: by, context }, ruleIndex)];
      });
    const first = await advance(event);
    const isBroken = first.length === 0 && event.type === 'sample';
    const saved = isBroken ? await advance({ type: 'broken', at }) : first;
    if (isPlatformRule(rule)) unreachable = saved[0]?.state;
    advanced.push(...saved);
  }
  return advanced;
}
