// The subcommand `trend METRIC`: one metric over a range with the period before.
import { UserError } from '../../errors.ts';
import { trendNeeds, trendReport } from '../../reports/trend.ts';
import type { Subcommand } from '../command/subcommand.ts';
import { appsFor, headlineFor, replyForEach, withFailure } from '../command/targets.ts';

export const trend: Subcommand = {
  id: 'trend',
  usage: 'METRIC [app] [range]',
  gives: 'one metric over a range with the period before it',
  examples: ['trend messages.sent 7d', 'trend memory.free_ratio 24h'],
  takes: ['metric', 'app', 'range'],
  needs: ['metric'],
  answer: async (query, context) => {
    const { metric } = query;
    if (metric === undefined)
      throw new UserError('"trend" needs a metric.', { hint: 'Try: /imstats trend messages.sent' });
    const targets = appsFor(metric, query, context.deps);
    const now = context.deps.clock.now();
    return replyForEach(targets, context, {
      headline: headlineFor(metric, targets),
      needs: ({ app, range }) => trendNeeds(app, metric, { range, now }),
      report: ({ range }, { readings, failure }) => withFailure(trendReport(readings, metric, range), failure),
    });
  },
};
