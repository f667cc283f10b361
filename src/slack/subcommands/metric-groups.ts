// The subcommands `users messages groups rooms connections memory`: one group of metrics of an app over a range.
import type { MetricGroup } from '../../metrics/catalog.ts';
import { metricGroupNeeds, metricGroupReport } from '../../reports/metric-group.ts';
import { mainMetric } from '../../reports/slices.ts';
import type { Subcommand } from '../command/subcommand.ts';
import { appsFor, headlineFor, replyForEach, withFailure } from '../command/targets.ts';

/** The subcommand of one group. */
export function metricGroupSubcommand(part: MetricGroup, gives: string): Subcommand {
  return {
    id: part,
    usage: '[app] [range]',
    gives,
    examples: [`${part} 7d`],
    takes: ['app', 'range'],
    needs: [],
    answer: async (query, context) => {
      const targets = appsFor(part, query, context.deps);
      const now = context.deps.clock.now();
      return replyForEach(targets, context, {
        headline: headlineFor(mainMetric[part], targets),
        needs: ({ app, range }) => metricGroupNeeds(app, part, { range, now }),
        report: ({ range }, { readings, failure }) => withFailure(metricGroupReport(readings, part, range), failure),
      });
    },
  };
}

export const users = metricGroupSubcommand('users', 'who is active, registered, new and writing');

export const messages = metricGroupSubcommand('messages', 'messages sent, by kind where the platform tells');

export const groups = metricGroupSubcommand('groups', 'groups that exist, are active, are new');

export const rooms = metricGroupSubcommand('rooms', 'rooms that are active, of how many');

export const connections = metricGroupSubcommand('connections', 'the connection peak against its limit');

export const memory = metricGroupSubcommand('memory', 'free memory of the chat host');
