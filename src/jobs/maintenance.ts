// Which maintenance window a rule is in; remembered for a minute, because a cron string is slow to read.
import { LRUCache } from 'lru-cache';
import { type MaintenanceWindow, maintenanceOf, maintenanceSpans } from '../alerting/maintenance.ts';
import type { Rule } from '../alerting/rule.ts';
import { type Instant, minute } from '../clock.ts';

type Subject = Pick<Rule, 'id' | 'app'>;

/** The maintenance windows of the configuration. */
export interface Windows {
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
export function createWindows(windows: readonly MaintenanceWindow[]): Windows {
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
