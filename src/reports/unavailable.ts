// Why an app cannot answer a question about a metric, a part or a range, and what it can answer instead.
import type { ImApp } from '../app.ts';
import { UserError } from '../errors.ts';
import { availableMetrics, platformName, reportsDays } from '../metrics/capabilities.ts';
import { isMetricId, type MetricGroup, type MetricId, metric } from '../metrics/catalog.ts';
import { listWords } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';

/** The parts that the app's platform has any number of, in the order of display. */
export function availableGroups(app: Pick<ImApp, 'platform'>): MetricGroup[] {
  return [...new Set(availableMetrics(app.platform).map((id) => metric(id).group))];
}

/** What to tell a person who asks an app for a metric or a part that its platform does not report; undefined when it does. */
export function explainMissing(wanted: MetricId | MetricGroup, app: ImApp): UserError | undefined {
  const parts = availableGroups(app);
  if (isMetricId(wanted) ? availableMetrics(app.platform).includes(wanted) : parts.includes(wanted)) return undefined;
  const platform = platformName(app.platform);
  const part = isMetricId(wanted) ? metric(wanted).group : wanted;
  const message = `${platform} does not report ${missingWords(wanted)}, so I have no such number for ${app.name}.`;
  if (isMetricId(wanted) && parts.includes(part)) {
    const others = availableMetrics(app.platform).filter((id) => metric(id).group === part);
    return new UserError(message, { hint: `Of ${part} it has ${listWords(others)}.\nTry: /imstats ${part} ${app.id}` });
  }
  const first = parts[0];
  const hint = `It has ${listWords(parts)}.${first === undefined ? '' : `\nTry: /imstats ${first} ${app.id}`}`;
  return new UserError(message, { hint });
}

function missingWords(wanted: MetricId | MetricGroup): string {
  return isMetricId(wanted) ? `${wanted} (${metric(wanted).title.toLowerCase()})` : wanted;
}

/** What to tell a person who asks an app of whole days for some hours; undefined when the range can be served. No `wanted` is the summary. */
export function explainRange(
  range: Range,
  wanted: MetricId | MetricGroup | undefined,
  app: ImApp,
): UserError | undefined {
  if (!reportsDays(app.platform) || range.wholeDays) return undefined;
  const what = wanted === undefined ? '' : isMetricId(wanted) ? `trend ${wanted} ` : `${wanted} `;
  return new UserError(`${platformName(app.platform)} reports whole days, so ${app.name} has no "${range.word}".`, {
    hint: `Try: /imstats ${what}${app.id} 7d\nToday so far: /imstats ${what}${app.id} today`,
  });
}

/** The range of a view when none is asked for: a day for an app of moments, a week for an app of days. */
export function defaultRangeWord(app: Pick<ImApp, 'platform'>): '24h' | '7d' {
  return reportsDays(app.platform) ? '7d' : '24h';
}
