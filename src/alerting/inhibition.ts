// A platform that does not answer speaks for its other alerts; when it answers again they say how they stand.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { headlineOf } from './headline.ts';
import type { Rule } from './rule.ts';
import { type AlertState, isOpen } from './state.ts';

/** The rule that watches the platform rather than a number of it. */
export function isPlatformRule(rule: Pick<Rule, 'kind'>): boolean {
  return rule.kind === 'unreachable';
}

/**
 * True for the alerts of an app while its platform is known not to answer; `unreachable` is the state of that alert. Its
 * first good poll takes it to recovering, and from then on the others are told again: they are measured.
 */
export function isInhibited(rule: Pick<Rule, 'kind'>, unreachable: AlertState | undefined): boolean {
  return !isPlatformRule(rule) && unreachable?.condition === 'firing' && unreachable.level === 'critical';
}

export interface StandingAlert {
  readonly rule: Rule;
  readonly state: AlertState;
}

/** What the other alerts of the app say now, a line each; one line when all are quiet, none when there are none. */
export function frozenLines(alerts: readonly StandingAlert[], app: ImApp, now: Instant): readonly string[] {
  const others = alerts.filter(({ rule }) => rule.app === app.id && !isPlatformRule(rule));
  if (others.length === 0) return [];
  const open = others.filter(({ state }) => isOpen(state));
  if (open.length === 0) return ['Its other alerts are quiet.'];
  return open.map(
    ({ rule, state }) =>
      `Still open, ${rule.id}: ${headlineOf({ rule, state, app, now, level: state.level ?? 'warning', history: [] })}.`,
  );
}
