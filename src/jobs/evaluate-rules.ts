// Evaluates the rules of an app against one poll: measure, decide, save.
import { LRUCache } from 'lru-cache';
import { frozenLines, isInhibited, isPlatformRule } from '../alerting/inhibition.ts';
import { type MaintenanceWindow, maintenanceOf, maintenanceSpans } from '../alerting/maintenance.ts';
import type { Measurement, Rule } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/index.ts';
import type { AlertEvent } from '../alerting/state.ts';
import type { ImApp } from '../app.ts';
import { type Instant, minute } from '../clock.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { PollHealth } from '../metrics/sample.ts';
import type { Store } from '../store/store.ts';
import { type AdvancedAlert, advanceAlert, type RuleIndex } from './advance-alert.ts';

/** One poll, good or not. `values` are empty and `why` says why when the platform did not answer. */
export interface PolledApp {
  readonly app: ImApp;
  readonly at: Instant;
  readonly values: MetricValues;
  readonly health: PollHealth;
  readonly why: string | undefined;
}

/** What the rule says of the poll; reads what its kind needs. */
export async function measureRule(
  rule: Rule,
  polled: PolledApp,
  from: { readonly store: Store; readonly windows: MaintenanceWindows },
): Promise<Measurement> {
  const kind = kindOf(rule);
  const { app, at } = polled;
  const needs = kind.needs(rule, at);
  const data = await Promise.all(
    needs.map((need) => from.store.samples.read(app.id, need.metric, need.tier, need.from, need.to)),
  );
  const since = Math.min(...needs.map((need) => need.from));
  const excluded = needs.length === 0 ? [] : await excludedSpans(rule, { from: since, to: at }, from);
  const input = { now: at, values: polled.values, zone: app.timezone, data, poll: polled.health, excluded };
  return kind.measure(rule, input);
}

/** Times that were not usual: incidents of the rule and maintenance. */
async function excludedSpans(
  rule: Rule,
  span: { readonly from: Instant; readonly to: Instant },
  { store, windows }: { readonly store: Store; readonly windows: MaintenanceWindows },
): Promise<readonly { readonly from: Instant; readonly to: Instant }[]> {
  const incidents = await store.alerts.incidents(span.from, span.to);
  const own = incidents.filter((incident) => incident.rule === rule.id);
  return [
    ...own.map(({ openedAt, closedAt }) => ({ from: openedAt, to: closedAt ?? span.to })),
    ...windows.spans(rule, span),
  ];
}

/** The event of a measurement; undefined while a rule learns and so has nothing to say. */
export function eventOf(measurement: Measurement, polled: PolledApp): AlertEvent | undefined {
  const { at } = polled;
  if (measurement.state === 'measured') return { type: 'sample', at, measured: measurement };
  if (measurement.state === 'learning') return undefined;
  return { type: 'fail', at, why: polled.why };
}

/** A rule with what it says of a poll. */
export interface RuleMeasurement {
  readonly rule: Rule;
  readonly measurement: Measurement;
}

/** A rule with what became of its alert. */
export interface EvaluatedRule extends AdvancedAlert {
  readonly rule: Rule;
}

/** What a poll is applied with beside itself. */
interface Round {
  readonly said: readonly RuleMeasurement[];
  readonly windows: MaintenanceWindows;
  readonly ruleIndex: RuleIndex;
}

/** `tx` is the store within a transaction. */
export async function evaluateMeasurements(
  tx: Store,
  polled: PolledApp,
  round: Round,
): Promise<readonly EvaluatedRule[]> {
  const own = round.said.filter(({ rule }) => isPlatformRule(rule));
  const others = round.said.filter(({ rule }) => !isPlatformRule(rule));
  if (polled.health.failures === 0) {
    // The platform answers: the others are measured first, because its alert ends with how they stand.
    const measured = await applyAll(tx, polled, { ...round, said: others });
    return [...measured, ...(await applyAll(tx, polled, { ...round, said: own }))];
  }
  const silent = await applyAll(tx, polled, { ...round, said: own });
  return [...silent, ...(await applyAll(tx, polled, { ...round, said: others }, silent))];
}

/** `platform`: the alert on the platform as this poll left it. */
async function applyAll(
  tx: Store,
  polled: PolledApp,
  { said, windows, ruleIndex }: Round,
  platform: readonly EvaluatedRule[] = [],
): Promise<readonly EvaluatedRule[]> {
  const applied: EvaluatedRule[] = [];
  for (const { rule, measurement } of said) {
    const event = eventOf(measurement, polled);
    if (event === undefined) continue;
    const inhibited = platform.some(({ state }) => isInhibited(rule, state));
    const context = { muted: windows.at(rule, polled.at), inhibited };
    const othersNow = (): Promise<readonly string[]> => frozenLinesOf(tx, polled, ruleIndex);
    const stepped = await advanceAlert(tx, { rule, app: polled.app, event, context, ruleIndex, othersNow });
    applied.push({ rule, ...stepped });
  }
  return applied;
}

/** What the other alerts of the app say, for the end of the alert on its platform. */
async function frozenLinesOf(tx: Store, { app, at }: PolledApp, ruleIndex: RuleIndex): Promise<readonly string[]> {
  const alerts = (await tx.alerts.all()).flatMap(({ rule: id, state }) => {
    const rule = ruleIndex.rules.get(id);
    return rule === undefined ? [] : [{ rule, state }];
  });
  return frozenLines(alerts, app, at);
}

type Subject = Pick<Rule, 'id' | 'app'>;

/** The maintenance windows of the configuration. */
export interface MaintenanceWindows {
  /** The id of the window that keeps a rule quiet at `now`; undefined outside of all. */
  at(rule: Subject, now: Instant): string | undefined;
  /** The windows of a rule that touch a span. */
  spans(
    rule: Subject,
    span: { readonly from: Instant; readonly to: Instant },
  ): readonly { from: Instant; to: Instant }[];
}

/** More than a configuration has; fewer would be worked out anew at each poll. */
const rulesKept = 10_000;

/** Answers are remembered until the next minute. */
export function createMaintenanceWindows(windows: readonly MaintenanceWindow[]): MaintenanceWindows {
  if (windows.length === 0) return { at: () => undefined, spans: () => [] };
  const known = new LRUCache<string, { readonly from: Instant; readonly until: Instant; readonly id?: string }>({
    max: rulesKept,
  });
  return {
    at: (rule, now) => {
      const before = known.get(rule.id);
      if (before !== undefined && now >= before.from && now < before.until) return before.id;
      const found = maintenanceOf(rule, windows, now);
      // Windows begin at whole minutes; one may end at any time.
      const next = Math.floor(now / minute) * minute + minute;
      const until = Math.min(next, found?.until ?? next);
      known.set(rule.id, { from: now, until, ...(found === undefined ? {} : { id: found.id }) });
      return found?.id;
    },
    spans: (rule, span) => maintenanceSpans(rule, windows, span),
  };
}
