// The chart of an alert, from the stored numbers at the time when it is drawn.
import type { AlertChart } from '../alerting/notification.ts';
import { minute } from '../clock.ts';
import { metric } from '../metrics/catalog.ts';
import { stepOf } from '../metrics/range.ts';
import { evenPoints } from '../metrics/series.ts';
import { chartOf } from '../reports/chart.ts';
import type { ChartModel } from '../reports/report.ts';
import type { JobsDeps } from './job.ts';

/** Undefined when the app is gone or nothing was measured in the span. */
export async function alertChart(
  wanted: AlertChart,
  deps: Pick<JobsDeps, 'store' | 'apps' | 'clock'>,
): Promise<ChartModel | undefined> {
  const app = deps.apps.find(({ id }) => id === wanted.app);
  if (app === undefined) return undefined;
  const now = deps.clock.now();
  // The sample of this very moment belongs to it as well.
  const span = { from: wanted.from, to: Math.max(wanted.from + minute, Math.min(wanted.to, now) + 1) };
  const step = stepOf(span, app.pollEvery, now);
  const width = step.width === 'day' ? 24 * 60 * minute : step.width;
  const buckets = await deps.store.samples.read(app.id, wanted.metric, step.tier, span.from - width, span.to);
  const { title, unit } = metric(wanted.metric);
  return chartOf({
    kind: 'line',
    title: `${title}, ${app.name}`,
    unit,
    curves: [{ name: title, points: evenPoints(buckets, wanted.metric, { ...span, width }) }],
    limits: wanted.limits,
    zone: app.timezone,
    each: 'moment',
    now,
  });
}
