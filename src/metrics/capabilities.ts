// What the platform of an app can do, as every floor may ask it: no vendor is named here, each platform's definition says it.
import type { MetricId } from './catalog.ts';

/**
 * How the numbers of a platform are made: of `moments`, when it is polled; as whole `days` of a calendar, which it counts
 * itself; or both, where `days` names the metrics that it gives as days and all others are of moments.
 */
export type ReportsBy = 'moments' | 'days' | { readonly days: readonly MetricId[] };

export interface Capabilities {
  /** As its vendor writes it. */
  readonly platformName: string;
  readonly reportsBy: ReportsBy;
  /** Every metric that it can give, in the order of display. */
  readonly metrics: readonly MetricId[];
  /** For so many days it still answers, today included; absent where it keeps no past. */
  readonly daysKept?: number;
  /** True where the messages themselves can be counted. */
  readonly hasMessageHistory?: true;
  /** Metrics that it counts by the hour too, on the day itself; absent where it has no hours of its own. */
  readonly hourly?: readonly MetricId[];
}

/** An app, as far as what its platform can do. */
export interface WithCapabilities {
  readonly capabilities: Capabilities;
}

/** True where at least a part of the numbers is measured by polling, so that there are hours and a newest snapshot. */
export function hasMoments({ capabilities }: WithCapabilities): boolean {
  return capabilities.reportsBy !== 'days';
}

/** True where the platform counts days itself, for at least a part of the metrics. */
export function hasDays({ capabilities }: WithCapabilities): boolean {
  return capabilities.reportsBy !== 'moments';
}

/** True for a metric that this platform gives as whole days of a calendar, false for one that is polled. */
export function isDaily({ capabilities: { reportsBy } }: WithCapabilities, id: MetricId): boolean {
  return typeof reportsBy === 'object' ? reportsBy.days.includes(id) : reportsBy === 'days';
}

/** `day` or `hour`: the longest time that one value of the metric stands for. */
export function unitOf(app: WithCapabilities, id: MetricId): 'day' | 'hour' {
  return isDaily(app, id) ? 'day' : 'hour';
}

/** True for a metric of whole days that the platform counts by the hour too. */
export function isHourly(app: WithCapabilities, id: MetricId): boolean {
  return isDaily(app, id) && app.capabilities.hourly?.includes(id) === true;
}
