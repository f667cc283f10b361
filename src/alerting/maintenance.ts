// Maintenance windows: recurring times in which alerts are watched and not told.
import type { Duration, Instant } from '../clock.ts';
import { previousRun } from '../cron.ts';
import type { Rule } from './rule.ts';

/** A recurring time in which alerts of some apps or rules are not told. Without any of both it is for all. */
export interface MaintenanceWindow {
  readonly id: string;
  /** When it begins: five cron fields in `timezone`. */
  readonly cron: string;
  readonly timezone: string;
  readonly duration: Duration;
  readonly apps: readonly string[];
  readonly rules: readonly string[];
}

/** The window that the rule is in at `now`, with the end of it; the one that ends last when it is in several. */
export function maintenanceOf(
  rule: Pick<Rule, 'id' | 'app'>,
  windows: readonly MaintenanceWindow[],
  now: Instant,
): { readonly id: string; readonly until: Instant } | undefined {
  return windows
    .filter((window) => covers(window, rule))
    .map((window) => ({ id: window.id, until: previousRun(window.cron, window.timezone, now) + window.duration }))
    .filter(({ until }) => until > now)
    .toSorted((a, b) => b.until - a.until)[0];
}

function covers(window: MaintenanceWindow, rule: Pick<Rule, 'id' | 'app'>): boolean {
  if (window.apps.length === 0 && window.rules.length === 0) return true;
  return window.apps.includes(rule.app) || window.rules.includes(rule.id);
}

/** The times of the windows of a rule in a span, for a baseline that must not learn from them. At most the last 1,000 of each. */
export function maintenanceSpans(
  rule: Pick<Rule, 'id' | 'app'>,
  windows: readonly MaintenanceWindow[],
  span: { readonly from: Instant; readonly to: Instant },
): { readonly from: Instant; readonly to: Instant }[] {
  return windows
    .filter((window) => covers(window, rule))
    .flatMap((window) => {
      const spans: { from: Instant; to: Instant }[] = [];
      let at = span.to;
      while (spans.length < 1_000) {
        const from = previousRun(window.cron, window.timezone, at);
        if (from + window.duration <= span.from) break;
        spans.push({ from, to: from + window.duration });
        at = from - 1;
      }
      return spans.reverse();
    });
}
