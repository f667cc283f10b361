// The summary, for which no word is needed: every headline number of an app, or of all of them in short; and `apps`, a line each.
import type { MetricGroup } from '../../metrics/catalog.ts';
import { availableGroups, explainRange } from '../../reports/range-status.ts';
import { rangeSummary, rangeSummaryNeeds } from '../../reports/range-summary.ts';
import { appsNeeds, appsReport, overviewNeeds, overviewOf } from '../../reports/several-apps.ts';
import { mainMetric } from '../../reports/slices.ts';
import { failureReport, summaryReport } from '../../reports/summary.ts';
import type { Query, Reply, Subcommand, SubcommandContext } from '../command/subcommand.ts';
import {
  appsFor,
  appsOf,
  gatheredReply,
  headlineFor,
  replyForEach,
  type TargetApp,
  withFailure,
} from '../command/targets.ts';

export const summary: Subcommand = {
  id: '',
  words: [
    'overview',
    'status',
    'stats',
    'top',
    'dashboard',
    'report',
    'state',
    'everything',
    '概览',
    '概覽',
    '状态',
    '狀態',
    '总览',
    '總覽',
    '概况',
    '概況',
  ],
  usage: '[app] [range]',
  group: 'numbers',
  gives: 'every headline number with its change, a chart, freshness and open alerts',
  examples: ['', '7d'],
  takes: ['app', 'range', 'against'],
  needs: [],
  answer: (query, context) =>
    query.range === undefined && query.against === undefined ? now(query, context) : overRange(query, context),
};

/** How the apps stand now. */
function now(query: Query, context: SubcommandContext): Promise<Reply> {
  const targets = appsOf(query, context.deps.live).map((app) => ({ app }));
  const at = context.deps.clock.now();
  return replyForEach(targets, context, {
    headline: (answers) => ({
      words: overviewOf(answers.map(({ app, report }) => ({ app, standing: report.standing }))),
    }),
    needs: ({ app }) => overviewNeeds(app, at),
    report: (_target, { readings, failure }) =>
      failure === undefined ? summaryReport(readings) : failureReport(failure, readings),
  });
}

/** The summary of a range. */
async function overRange(query: Query, context: SubcommandContext): Promise<Reply> {
  const targets = appsFor(undefined, query, context.deps);
  const at = context.deps.clock.now();
  const groupsOf = ({ app, range }: TargetApp): readonly MetricGroup[] =>
    availableGroups(app).filter((group) => explainRange(range, group, app) === undefined);
  return replyForEach(targets, context, {
    headline: headlineFor(mainMetric.messages, targets),
    needs: (target) => rangeSummaryNeeds(target.app, groupsOf(target), { range: target.range, now: at }),
    report: (target, data) => {
      const parts = groupsOf(target).map((part) => ({ part, readings: data.readings }));
      const summed = rangeSummary(parts, target.range);
      return summed === undefined ? undefined : withFailure(summed, data);
    },
  });
}

export const apps: Subcommand = {
  id: 'apps',
  words: ['applications', 'list apps', 'all apps', '应用列表', '應用列表', '所有应用', '所有應用'],
  usage: '',
  group: 'bot',
  gives: 'every app with its id and how it stands',
  examples: ['apps'],
  takes: [],
  needs: [],
  answer: async (_query, { deps, appData }) => {
    const startedAt = deps.clock.now();
    const gathered = await appData.gather(deps.live.apps.map((app) => ({ app, needs: appsNeeds(app, startedAt) })));
    const frame = { now: deps.clock.now(), zone: deps.live.timezone };
    return gatheredReply(gathered, (all) =>
      appsReport(
        all.map(({ readings }) => readings),
        frame,
      ),
    );
  },
};
