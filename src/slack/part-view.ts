// The views `users messages groups rooms connections memory` are one idea: a part of an app over a range.
import { inTurns } from '../concurrency.ts';
import { type MetricGroup, metric } from '../metrics/catalog.ts';
import { metricGroupNeeds, metricGroupReport } from '../reports/metric-group.ts';
import { severalAppsReport } from '../reports/several-apps.ts';
import { mainMetric } from '../reports/slices.ts';
import { appsFor, lineOneOf, withFailure } from './apps-asked.ts';
import { gatheredReply } from './gathered-reply.ts';
import type { View } from './view.ts';

/** The view of a part. */
export function partView(part: MetricGroup, gives: string): View {
  return {
    id: part,
    usage: '[app] [range]',
    gives,
    examples: [`${part} 7d`],
    takes: ['app', 'range'],
    needs: [],
    answer: async (question, { deps, gatherer }) => {
      const asked = appsFor(part, question, deps);
      const gathered = await Promise.all(
        asked.map(async ({ app, range }) => {
          const needs = metricGroupNeeds(app, part, { range, now: deps.clock.now() });
          return { app, range, ...(await gatherer.gather(app, needs)) };
        }),
      );
      const frame = {
        lineOne: lineOneOf(metric(mainMetric[part]).title, asked),
        zone: deps.timezone,
        now: deps.clock.now(),
      };
      return gatheredReply(gathered, async (all) => {
        const reports = await inTurns(all, ({ app, range, readings, failure }) => ({
          app,
          report: withFailure(metricGroupReport(readings, part, range), failure),
        }));
        return severalAppsReport(reports, frame);
      });
    },
  };
}
