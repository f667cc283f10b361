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
import { availableGroups } from '../../reports/unavailable.ts';
import { appsFor, appsOf, lineOneOf, withFailure } from '../apps-asked.ts';
import type { Gathered } from '../gather.ts';
import { gatheredReply } from '../gathered-reply.ts';
import type { Question } from '../question.ts';
import type { Reply, View, ViewContext } from '../view.ts';

export const summary: View = {
  id: '',
  usage: '[app] [range]',
  gives: 'every headline number with its change, a chart, freshness and open alerts',
  examples: ['', '7d'],
  takes: ['app', 'range'],
  needs: [],
  answer: (question, context) => (question.range === undefined ? now(question, context) : overRange(question, context)),
};

/** How the apps stand now. */
async function now(question: Question, context: ViewContext): Promise<Reply> {
  const { deps, gatherer } = context;
  const apps = appsOf(question, deps);
  const gathered = await Promise.all(apps.map((app) => gatherer.gather(app, needsOf(app, context))));
  const frame = { zone: deps.timezone, now: deps.clock.now() };
  return gatheredReply(gathered, async (all) => {
    const reports = await inTurns(all, (one) => ({ app: one.readings.app, report: reportOf(one) }));
    const lineOne = overviewWords(reports.map(({ app, report }) => ({ app, standing: report.standing })));
    return severalAppsReport(reports, { lineOne, ...frame });
  });
}

function needsOf(app: ImApp, { deps }: ViewContext): ReturnType<typeof summaryNeeds> {
  const now = deps.clock.now();
  const needs = summaryNeeds(app, now);
  const days = needs.days ?? appsNeeds(app, now).days;
  return days === undefined ? needs : { ...needs, days };
}

function reportOf({ readings, failure }: Gathered): Report {
  return failure === undefined ? summaryReport(readings) : failureReport(failure, readings);
}

/** The summary of a range. */
async function overRange(question: Question, { deps, gatherer }: ViewContext): Promise<Reply> {
  const asked = appsFor(undefined, question, deps);
  const wanted = asked.flatMap(({ app, range }) => availableGroups(app).map((part) => ({ app, range, part })));
  const gathered = await Promise.all(
    wanted.map(async ({ app, range, part }) => {
      const needs = metricGroupNeeds(app, part, { range, now: deps.clock.now() });
      return { part, ...(await gatherer.gather(app, needs)) };
    }),
  );
  const lineOne = lineOneOf(metric(mainMetric.messages).title, asked);
  const frame = { lineOne, zone: deps.timezone, now: deps.clock.now() };
  return gatheredReply(gathered, async (all) => {
    const reports = await inTurns(asked, ({ app, range }) => {
      const parts = all.filter(({ readings }) => readings.app.id === app.id);
      const report = rangeSummary(parts, range);
      const failure = parts.find((one) => one.failure !== undefined)?.failure;
      return report === undefined ? [] : [{ app, report: withFailure(report, failure) }];
    });
    return severalAppsReport(reports.flat(), frame);
  });
}
