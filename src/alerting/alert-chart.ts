// Which picture the message of an alert has: of what, from when to when, with which limits.
import { hour, type Instant } from '../clock.ts';
import { type AlertContext, rulePhrasesOf } from './alert-lines.ts';
import type { AlertChart } from './notification.ts';
import { comparesHours } from './rule.ts';
import { isOpen } from './state.ts';

const usualSpan = 3 * hour;
const longestSpan = 24 * hour;

/** The picture of the alert: from before its limit was crossed to now, or to its end. */
export function alertChartOf(alert: AlertContext): AlertChart | undefined {
  const { state, now } = alert;
  const { crossedAt, closedAt = now } = state.machine;
  return chartTo(isOpen(state) ? now : closedAt, alert, crossedAt);
}

/** The same of an alert as it stands: where it is over, of the present and not of its last incident. */
export function presentChartOf(alert: AlertContext): AlertChart | undefined {
  return isOpen(alert.state) ? alertChartOf(alert) : chartTo(alert.now, alert);
}

function chartTo(to: Instant, alert: AlertContext, crossedAt: Instant = to): AlertChart | undefined {
  const { rule, app } = alert;
  if (rule.metric === undefined) return undefined;
  const byHour = comparesHours(rule);
  const { chartSpan = byHour ? longestSpan : usualSpan } = rule;
  const longest = Math.max(longestSpan, chartSpan);
  const from = Math.max(to - longest, Math.min(to - chartSpan, crossedAt - chartSpan / 3));
  const limits = [...rulePhrasesOf(alert).lines];
  return { app: app.id, metric: rule.metric, from, to, limits, ...(byHour ? { byHour } : {}) };
}
