// Why an app cannot answer a question about a metric, a part or a range, and what it can answer instead.
import type { ImApp } from '../app.ts';
import { UserError } from '../errors.ts';
import { hasMoments, isDaily, type WithCapabilities } from '../metrics/capabilities.ts';
import { isMetricId, type MetricGroup, type MetricId, metric } from '../metrics/catalog.ts';
import { listWords } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';
import { mainMetricOf } from './slices.ts';

/** The parts that the app's platform has any number of, in the order of display. */
export function availableGroups(app: WithCapabilities): MetricGroup[] {
  return [...new Set(app.capabilities.metrics.map((id) => metric(id).group))];
}

/** What to tell a person who asks an app for a metric or a part that its platform does not report; undefined when it does. */
export function explainMissing(wanted: MetricId | MetricGroup, app: ImApp): UserError | undefined {
  const parts = availableGroups(app);
  if (isMetricId(wanted) ? app.capabilities.metrics.includes(wanted) : parts.includes(wanted)) return undefined;
  const { platformName: platform, metrics } = app.capabilities;
  const part = isMetricId(wanted) ? metric(wanted).group : wanted;
  const message = `${platform} does not report ${missingWords(wanted)}, so I have no such number for ${app.name}.`;
  if (isMetricId(wanted) && parts.includes(part)) {
    const others = metrics.filter((id) => metric(id).group === part);
    return new UserError(message, { hint: `Of ${part} it has ${listWords(others)}.\nTry: /imstats ${part} ${app.id}` });
  }
  const first = parts[0];
  const hint = `It has ${listWords(parts)}.${first === undefined ? '' : `\nTry: /imstats ${first} ${app.id}`}`;
  return new UserError(message, { hint });
}

function missingWords(wanted: MetricId | MetricGroup): string {
  return isMetricId(wanted) ? `${wanted} (${metric(wanted).title.toLowerCase()})` : wanted;
}

/** True where the numbers of a part, a metric, or of the summary (undefined) are whole days of a calendar. */
export function isAnsweredByDay(wanted: MetricId | MetricGroup | undefined, app: WithCapabilities): boolean {
  if (wanted === undefined) return !hasMoments(app);
  return isDaily(app, isMetricId(wanted) ? wanted : mainMetricOf(app, wanted));
}

/** What to tell a person who asks an app of whole days for some hours; undefined when the range can be served. No `wanted` is the summary. */
export function explainRange(
  range: Range,
  wanted: MetricId | MetricGroup | undefined,
  app: ImApp,
): UserError | undefined {
  if (range.wholeDays || !isAnsweredByDay(wanted, app)) return undefined;
  const what = wanted === undefined ? '' : isMetricId(wanted) ? `trend ${wanted} ` : `${wanted} `;
  return new UserError(`${app.capabilities.platformName} reports whole days, so ${app.name} has no "${range.word}".`, {
    hint: `Try: /imstats ${what}${app.id} 7d\nToday so far: /imstats ${what}${app.id} today`,
  });
}

/** The range of a view when none is asked for: a day of moments, or a week of days. */
export function defaultRangeWord(wanted: MetricId | MetricGroup | undefined, app: WithCapabilities): '24h' | '7d' {
  return isAnsweredByDay(wanted, app) ? '7d' : '24h';
}
