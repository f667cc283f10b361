// The subcommands `users messages groups rooms connections memory`: one group of metrics of an app over a range.
import { inTurns } from '../../concurrency.ts';
import { type MetricGroup, metric } from '../../metrics/catalog.ts';
import { metricGroupNeeds, metricGroupReport } from '../../reports/metric-group.ts';
import { severalAppsReport } from '../../reports/several-apps.ts';
import { mainMetric } from '../../reports/slices.ts';
import { gatheredReply } from '../command/reply.ts';
import type { Subcommand } from '../command/subcommand.ts';
import { appsFor, lineOneOf, withFailure } from '../command/targets.ts';

/** The view of a part. */
export function metricGroupSubcommand(part: MetricGroup, gives: string): Subcommand {
  return {
    id: part,
    usage: '[app] [range]',
    gives,
    examples: [`${part} 7d`],
    takes: ['app', 'range'],
    needs: [],
    answer: async (question, { deps, appData }) => {
      const request = appsFor(part, question, deps);
      const gathered = await Promise.all(
        request.map(async ({ app, range }) => {
          const needs = metricGroupNeeds(app, part, { range, now: deps.clock.now() });
          return { app, range, ...(await appData.gather(app, needs)) };
        }),
      );
      const frame = {
        lineOne: lineOneOf(metric(mainMetric[part]).title, request),
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

export const users = metricGroupSubcommand('users', 'who is active, registered, new and writing');

export const messages = metricGroupSubcommand('messages', 'messages sent, by kind where the platform tells');

export const groups = metricGroupSubcommand('groups', 'groups that exist, are active, are new');

export const rooms = metricGroupSubcommand('rooms', 'rooms that are active, of how many');

export const connections = metricGroupSubcommand('connections', 'the connection peak against its limit');

export const memory = metricGroupSubcommand('memory', 'free memory of the chat host');
