// The summary, for which no word is needed: every headline number of an app, or of all of them in short.
import type { ImApp } from '../../app.ts';
import { inTurns } from '../../concurrency.ts';
import { metric } from '../../metrics/catalog.ts';
import { metricGroupNeeds } from '../../reports/metric-group.ts';
import { rangeSummary } from '../../reports/range-summary.ts';
import type { Report } from '../../reports/report.ts';
import { appsNeeds, overviewWords, severalAppsReport } from '../../reports/several-apps.ts';
import { mainMetric } from '../../reports/slices.ts';
import { failureReport, summaryNeeds, summaryReport } from '../../reports/summary.ts';
import { availableGroups, explainRange } from '../../reports/unavailable.ts';
import type { AppData } from '../command/app-data.ts';
import { gatheredReply } from '../command/reply.ts';
import type { Query, Reply, Subcommand, SubcommandContext } from '../command/subcommand.ts';
import { appsFor, appsOf, lineOneOf, withFailure } from '../command/targets.ts';

export const summary: Subcommand = {
  id: '',
  usage: '[app] [range]',
  gives: 'every headline number with its change, a chart, freshness and open alerts',
  examples: ['', '7d'],
  takes: ['app', 'range'],
  needs: [],
  answer: (question, context) => (question.range === undefined ? now(question, context) : overRange(question, context)),
};

/** How the apps stand now. */
async function now(question: Query, context: SubcommandContext): Promise<Reply> {
  const { deps, appData } = context;
  const apps = appsOf(question, deps);
  const gathered = await Promise.all(apps.map((app) => appData.gather(app, needsOf(app, context))));
  const frame = { zone: deps.timezone, now: deps.clock.now() };
  return gatheredReply(gathered, async (all) => {
    const reports = await inTurns(all, (one) => ({ app: one.readings.app, report: reportOf(one) }));
    const lineOne = overviewWords(reports.map(({ app, report }) => ({ app, standing: report.standing })));
    return severalAppsReport(reports, { lineOne, ...frame });
  });
}

function needsOf(app: ImApp, { deps }: SubcommandContext): ReturnType<typeof summaryNeeds> {
  const now = deps.clock.now();
  const needs = summaryNeeds(app, now);
  const days = needs.days ?? appsNeeds(app, now).days;
  return days === undefined ? needs : { ...needs, days };
}

function reportOf({ readings, failure }: AppData): Report {
  return failure === undefined ? summaryReport(readings) : failureReport(failure, readings);
}

/** The summary of a range. */
async function overRange(question: Query, { deps, appData }: SubcommandContext): Promise<Reply> {
  const request = appsFor(undefined, question, deps);
  const wanted = request.flatMap(({ app, range }) =>
    availableGroups(app)
      .filter((part) => explainRange(range, part, app) === undefined)
      .map((part) => ({ app, range, part })),
  );
  const gathered = await Promise.all(
    wanted.map(async ({ app, range, part }) => {
      const needs = metricGroupNeeds(app, part, { range, now: deps.clock.now() });
      return { part, ...(await appData.gather(app, needs)) };
    }),
  );
  const lineOne = lineOneOf(metric(mainMetric.messages).title, request);
  const frame = { lineOne, zone: deps.timezone, now: deps.clock.now() };
  return gatheredReply(gathered, async (all) => {
    const reports = await inTurns(request, ({ app, range }) => {
      const parts = all.filter(({ readings }) => readings.app.id === app.id);
      const report = rangeSummary(parts, range);
      const failure = parts.find((one) => one.failure !== undefined)?.failure;
      return report === undefined ? [] : [{ app, report: withFailure(report, failure) }];
    });
    return severalAppsReport(reports.flat(), frame);
  });
}
