// Evaluates the rules of an app against a poll: measures each, and saves the poll and what it means in one transaction.
import { eventOf } from '../alerting/advance.ts';
import type { AlertEvent } from '../alerting/events.ts';
import { isInhibited, type MaintenanceCalendar } from '../alerting/maintenance.ts';
import { isPlatformRule, type Measurement, type Rule, type RuleIndex } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/index.ts';
import type { AlertState } from '../alerting/state.ts';
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { retryConflicts } from '../concurrency.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { PollHealth } from '../metrics/sample.ts';
import type { Store } from '../store/store.ts';
import { type AdvancedAlert, advanceWithin } from './advance-alert.ts';

/** What rules are evaluated with. */
export interface EvaluationDeps {
  readonly store: Store;
  readonly windows: MaintenanceCalendar | undefined;
  readonly ruleIndex: RuleIndex;
}

/** One poll. `values` are empty when the platform did not answer; `health.reason` then says why. */
export interface PolledApp {
  readonly app: ImApp;
  readonly at: Instant;
  readonly values: MetricValues;
  readonly health: PollHealth;
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
  for (const rule of rules) {
    const event = eventOf(await measureRule(rule, polled, deps), { at: polled.at, why: polled.health.reason });
    if (event !== undefined) measured.push({ rule, event });
  }
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
    const isSame = rule.version === one.rule.version;
    const event = isSame
      ? one.event
      : eventOf(await measureRule(rule, polled, deps), { at: polled.at, why: polled.health.reason });
    if (event !== undefined) current.push({ rule, event });
  }
  return current;
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
  const data = await Promise.all(
    needs.map((need) => deps.store.samples.read(app.id, need.metric, need.tier, need.from, need.to)),
  );
  const since = Math.min(...needs.map((need) => need.from));
  const excluded = needs.length === 0 ? [] : await excludedSpans(rule, { from: since, to: at }, deps);
  return kind.measure(rule, {
    now: at,
    values: polled.values,
    zone: app.timezone,
    data,
    poll: polled.health,
    excluded,
  });
}

type Span = { readonly from: Instant; readonly to: Instant };

/** Times that were not usual: incidents of the rule and maintenance. */
async function excludedSpans(
  rule: Rule,
  span: Span,
  { store, windows }: Pick<EvaluationDeps, 'store' | 'windows'>,
): Promise<readonly Span[]> {
  const incidents = await store.alerts.incidents(span.from, span.to);
  const own = incidents.filter((incident) => incident.rule === rule.id);
  return [
    ...own.map(({ openedAt, closedAt }) => ({ from: openedAt, to: closedAt ?? span.to })),
    ...(windows?.spans(rule, span) ?? []),
  ];
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
  { windows, ruleIndex }: EvaluationDeps,
): Promise<readonly AdvancedAlert[]> {
  const own = measured.filter(({ rule }) => isPlatformRule(rule));
  const others = measured.filter(({ rule }) => !isPlatformRule(rule));
  let unreachable: AlertState | undefined;
  const advanced: AdvancedAlert[] = [];
  for (const { rule, event } of health.failures === 0 ? [...others, ...own] : [...own, ...others]) {
    const inhibited = unreachable !== undefined && isInhibited(rule, unreachable);
    const context = { muted: windows?.at(rule, at), inhibited };
    const saved = await advanceWithin(tx, { rule, app, event, context }, ruleIndex);
    if (isPlatformRule(rule)) unreachable = saved.state;
    advanced.push(saved);
  }
  return advanced;
}
