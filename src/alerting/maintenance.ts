// What keeps alerts quiet that are evaluated all the same: maintenance, planned or begun by a person, and a platform that does not answer.
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Duration, type Instant, minute } from '../clock.ts';
import { nextRun, previousRun } from '../cron.ts';
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

const period = z.object({
  id: z.string(),
  from: z.number(),
  /** When it was to end as it was begun. */
  until: z.number(),
  apps: z.array(z.string()),
  rules: z.array(z.string()),
  /** Slack user id. */
  by: z.string(),
  /** As the person wrote it. */
  reason: z.string().optional(),
  /** Set once it is over and that was told. No `by`: its time had come. */
  ended: z.object({ at: z.number(), by: z.string().optional(), isUndone: z.boolean().optional() }).optional(),
  /** Where its begin was told. */
  told: z.array(z.object({ stream: z.string(), channel: z.string() })),
  /** How often it was changed since: each change has messages of its own. */
  changes: z.number().default(0),
});

/** A maintenance that a person began. Without apps and rules it is of all. */
export type MaintenancePeriod = z.infer<typeof period>;

/** As it is stored; fields of a later version are kept. */
export const MaintenancePeriod: z.ZodType<MaintenancePeriod> = period.loose();

type Subject = Pick<Rule, 'id' | 'app'>;
type Span = { readonly from: Instant; readonly to: Instant };

/** A maintenance that a rule is in: its name for people, and its end. */
export interface InMaintenance {
  readonly name: string;
  readonly until: Instant;
}

/** The name of a window, or the reason that a person gave. */
export function maintenanceName({ id, reason }: Pick<MaintenancePeriod, 'id' | 'reason'>): string {
  return reason ?? id;
}

const endOf = ({ until, ended }: MaintenancePeriod): Instant => ended?.at ?? until;

/** The maintenance that the rule is in at `now`; the one that ends last when there are several. */
export function maintenanceOf(
  rule: Subject,
  windows: readonly MaintenanceWindow[],
  now: Instant,
  periods: readonly MaintenancePeriod[] = [],
): InMaintenance | undefined {
  const planned = windows
    .filter((window) => covers(window, rule))
    .map(({ id, cron, timezone, duration }) => ({ name: id, until: previousRun(cron, timezone, now) + duration }));
  const begun = periods
    .filter((one) => one.from <= now && covers(one, rule))
    .map((one) => ({ name: maintenanceName(one), until: endOf(one) }));
  return [...planned, ...begun].filter(({ until }) => until > now).toSorted((a, b) => b.until - a.until)[0];
}

/** True for a rule that a maintenance is of. */
export function covers({ apps, rules }: Pick<MaintenanceWindow, 'apps' | 'rules'>, rule: Subject): boolean {
  if (apps.length === 0 && rules.length === 0) return true;
  return apps.includes(rule.app) || rules.includes(rule.id);
}

/** The times of the maintenance of a rule in a span, for a baseline that must not learn from them. At most the last 1,000 of each window. */
export function maintenanceSpans(
  rule: Subject,
  windows: readonly MaintenanceWindow[],
  span: Span,
  periods: readonly MaintenancePeriod[] = [],
): Span[] {
  const planned = windows.filter((window) => covers(window, rule)).flatMap((window) => spansOf(window, span));
  const begun = periods
    .filter((one) => covers(one, rule) && one.from < span.to && endOf(one) > span.from)
    .map((one) => ({ from: one.from, to: endOf(one) }));
  return [...planned, ...begun];
}

function spansOf({ cron, timezone, duration }: MaintenanceWindow, span: Span): Span[] {
  const spans: Span[] = [];
  let at = span.to;
  while (spans.length < 1_000) {
    const from = previousRun(cron, timezone, at);
    if (from + duration <= span.from) break;
    spans.push({ from, to: from + duration });
    at = from - 1;
  }
  return spans.reverse();
}

/** A maintenance as it is listed: one that goes on, or the next time of a window. */
export interface ListedMaintenance {
  /** Of a maintenance that a person began, with which it is ended; undefined for a window of the configuration. */
  readonly id: string | undefined;
  readonly name: string;
  readonly apps: readonly string[];
  readonly rules: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
  readonly isNow: boolean;
  /** Slack user id of who began it. */
  readonly by?: string | undefined;
}

/** What goes on at `now`, and the next time of each window, the soonest first: those of the configuration and those of people. */
export function listMaintenance(
  windows: readonly MaintenanceWindow[],
  periods: readonly MaintenancePeriod[],
  now: Instant,
): readonly ListedMaintenance[] {
  const planned = windows.map(({ id: name, cron, timezone, duration, apps, rules }): ListedMaintenance => {
    const last = previousRun(cron, timezone, now);
    const isNow = last + duration > now;
    const from = isNow ? last : nextRun(cron, timezone, now);
    return { id: undefined, name, apps, rules, from, until: from + duration, isNow };
  });
  const begun = periods
    .filter((one) => endOf(one) > now)
    .map((one): ListedMaintenance => {
      const { id, apps, rules, from, by } = one;
      return { id, name: maintenanceName(one), apps, rules, from, until: endOf(one), isNow: from <= now, by };
    });
  return [...planned, ...begun].sort((a, b) => Number(b.isNow) - Number(a.isNow) || a.from - b.from);
}

/** All maintenance, with what was found for each rule in the configuration remembered until the next minute. */
export interface MaintenanceCalendar {
  /** The maintenance that a rule is in at `now`; undefined outside of all. */
  at(rule: Subject, now: Instant): InMaintenance | undefined;
  /** The maintenance of a rule that touches a span. */
  spans(rule: Subject, span: Span): readonly Span[];
}

/** More rules than a configuration has; with a smaller cache the windows would be computed at each poll. */
const rulesKept = 10_000;

/** `periods` are those that people began, as they are known at each call. */
export function createMaintenanceCalendar(
  windows: readonly MaintenanceWindow[],
  periods: () => readonly MaintenancePeriod[],
): MaintenanceCalendar {
  const known = new LRUCache<
    string,
    { readonly from: Instant; readonly until: Instant; readonly found?: InMaintenance }
  >({
    max: rulesKept,
  });
  const planned = (rule: Subject, now: Instant): InMaintenance | undefined => {
    if (windows.length === 0) return undefined;
    const before = known.get(rule.id);
    if (before !== undefined && now >= before.from && now < before.until) return before.found;
    const found = maintenanceOf(rule, windows, now);
    // Windows begin at whole minutes; one may end at any time.
    const next = Math.floor(now / minute) * minute + minute;
    const until = Math.min(next, found?.until ?? next);
    known.set(rule.id, { from: now, until, ...(found === undefined ? {} : { found }) });
    return found;
  };
  return {
    at: (rule, now) => {
      const [one, other] = [planned(rule, now), maintenanceOf(rule, [], now, periods())];
      return one !== undefined && other !== undefined && other.until > one.until ? other : (one ?? other);
    },
    spans: (rule, span) => maintenanceSpans(rule, windows, span, periods()),
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
