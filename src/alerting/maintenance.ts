// What keeps alerts quiet that are evaluated all the same: recurring maintenance windows, and a platform that does not answer.
import { LRUCache } from 'lru-cache';
import { type Duration, type Instant, minute } from '../clock.ts';
import { previousRun } from '../cron.ts';
import { isPlatformRule, type Rule } from './rule.ts';
import type { AlertState } from './state.ts';

/** A recurring time in which alerts of some apps or rules are suppressed; of all, where neither is named. */
export interface MaintenanceWindow {
  readonly id: string;
  /** When it begins: five cron fields in `timezone`. */
  readonly cron: string;
  readonly timezone: string;
  readonly duration: Duration;
  readonly apps: readonly string[];
  readonly rules: readonly string[];
}

type Subject = Pick<Rule, 'id' | 'app'>;

/** The window that the rule is in at `now`, with the end of it; the one that ends last when it is in several. */
export function maintenanceOf(
  rule: Subject,
  windows: readonly MaintenanceWindow[],
  now: Instant,
): { readonly id: string; readonly until: Instant } | undefined {
  return windows
    .filter((window) => covers(window, rule))
    .map((window) => ({ id: window.id, until: previousRun(window.cron, window.timezone, now) + window.duration }))
    .filter(({ until }) => until > now)
    .toSorted((a, b) => b.until - a.until)[0];
}

function covers(window: MaintenanceWindow, rule: Subject): boolean {
  if (window.apps.length === 0 && window.rules.length === 0) return true;
  return window.apps.includes(rule.app) || window.rules.includes(rule.id);
}

/** The times of the windows of a rule in a span, for a baseline that must not learn from them. At most the last 1,000 of each. */
export function maintenanceSpans(
  rule: Subject,
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

/** The windows of the configuration, with what was found for each rule remembered until the next minute. */
export interface MaintenanceCalendar {
  /** The id of the window that a rule is in at `now`; undefined outside of all. */
  at(rule: Subject, now: Instant): string | undefined;
  /** The windows of a rule that touch a span. */
  spans(
    rule: Subject,
    span: { readonly from: Instant; readonly to: Instant },
  ): readonly { readonly from: Instant; readonly to: Instant }[];
}

/** More rules than a configuration has; with a smaller cache the windows would be computed at each poll. */
const rulesKept = 10_000;

/** Undefined for a configuration without windows. */
export function createMaintenanceCalendar(windows: readonly MaintenanceWindow[]): MaintenanceCalendar | undefined {
  if (windows.length === 0) return undefined;
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

/**
 * True for the alerts of an app while its platform is known not to answer; `unreachable` is the state of that alert. The
 * first good poll takes it to recovering; from then on the others are measured again, and no longer suppressed.
 */
export function isInhibited(rule: Pick<Rule, 'kind'>, unreachable: AlertState | undefined): boolean {
  return (
    !isPlatformRule(rule) && unreachable?.machine.condition === 'firing' && unreachable.machine.level === 'critical'
  );
}
