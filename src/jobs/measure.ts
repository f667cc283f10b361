// What a poll means for each rule of its app: the events, with the stored numbers that the rules want.
import type { Measurement, Rule } from '../alerting/rule.ts';
import { kindOf } from '../alerting/rules/index.ts';
import type { AlertEvent } from '../alerting/state.ts';
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import type { PollHealth } from '../metrics/sample.ts';
import type { Store } from '../store/store.ts';
import type { Windows } from './maintenance.ts';

/** One poll, good or not. `values` are empty and `why` says why when the platform did not answer. */
export interface Polled {
  readonly app: ImApp;
  readonly at: Instant;
  readonly values: MetricValues;
  readonly health: PollHealth;
  readonly why: string | undefined;
}

/** What the rule says of the poll; reads what its kind needs. */
export async function measureRule(
  rule: Rule,
  polled: Polled,
  from: { readonly store: Store; readonly windows: Windows },
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
  { store, windows }: { readonly store: Store; readonly windows: Windows },
): Promise<readonly { readonly from: Instant; readonly to: Instant }[]> {
  const incidents = await store.alerts.incidents(span.from, span.to);
  const own = incidents.filter((incident) => incident.rule === rule.id);
  return [
    ...own.map(({ openedAt, closedAt }) => ({ from: openedAt, to: closedAt ?? span.to })),
    ...windows.spans(rule, span),
  ];
}

/** The event of a measurement; undefined while a rule learns and so has nothing to say. */
export function eventOf(measurement: Measurement, polled: Polled): AlertEvent | undefined {
  const { at } = polled;
  if (measurement.state === 'measured') return { type: 'sample', at, measured: measurement };
  if (measurement.state === 'learning') return undefined;
  return { type: 'fail', at, why: polled.why };
}
