// The view `trend METRIC`: one metric over a range with the period before.
import { inTurns } from '../../concurrency.ts';
import { UserError } from '../../errors.ts';
import { metrics } from '../../metrics/catalog.ts';
import { severalAppsReport } from '../../reports/several-apps.ts';
import { trendNeeds, trendReport } from '../../reports/trend.ts';
import { gatheredReply } from '../command/reply.ts';
import type { Subcommand } from '../command/subcommand.ts';
import { appsFor, lineOneOf, withFailure } from '../command/targets.ts';

export const trend: Subcommand = {
  id: 'trend',
  usage: 'METRIC [app] [range]',
  gives: 'one metric over a range with the period before it',
  examples: ['trend messages.sent 7d', 'trend memory.free_ratio 24h'],
  takes: ['metric', 'app', 'range'],
  needs: ['metric'],
  answer: async (question, { deps, appData }) => {
    const { metric } = question;
    if (metric === undefined)
      throw new UserError('"trend" needs a metric.', { hint: 'Try: /imstats trend messages.sent' });
    const request = appsFor(metric, question, deps);
    const gathered = await Promise.all(
      request.map(async ({ app, range }) => {
        const needs = trendNeeds(app, metric, { range, now: deps.clock.now() });
        return { app, range, ...(await appData.gather(app, needs)) };
      }),
    );
    const frame = {
      lineOne: lineOneOf(metrics[metric].title, request),
      zone: deps.timezone,
      now: deps.clock.now(),
    };
    return gatheredReply(gathered, async (all) => {
      const reports = await inTurns(all, ({ app, range, readings, failure }) => ({
        app,
        report: withFailure(trendReport(readings, metric, range), failure),
      }));
      return severalAppsReport(reports, frame);
    });
  },
};
