// The summary, for which no word is needed: every headline number of an app, or of all of them in short.
import type { ImApp } from '../../app.ts';
import { UserError } from '../../errors.ts';
import { appsNeeds, appsReport } from '../../reports/apps.ts';
import { availableParts } from '../../reports/explain.ts';
import { failureReport } from '../../reports/failure.ts';
import { partNeeds } from '../../reports/part.ts';
import { rangeSummary } from '../../reports/range-summary.ts';
import type { Report } from '../../reports/report.ts';
import { summaryNeeds, summaryReport } from '../../reports/summary.ts';
import { type AskedApp, appsFor, appsOf, mergeReports, withFailure } from '../apps-asked.ts';
import type { Gathered } from '../gather.ts';
import type { Question } from '../question.ts';
import { reportReply, type View, type ViewContext } from '../view.ts';

export const summary: View = {
  id: '',
  usage: '[app] [range]',
  gives: 'every headline number with its change, a chart, freshness and open alerts',
  examples: ['', '7d'],
  takes: ['app', 'range'],
  needs: [],
  answer: async (question, context) => {
    const { deps } = context;
    const apps = appsOf(question, deps);
    if (question.range !== undefined) return reportReply(await overRange(question, context));
    const gathered = await Promise.all(apps.map((app) => context.gatherer.gather(app, needsOf(app, context))));
    const reports = gathered.map((one) => ({ app: one.readings.app, report: reportOf(one) }));
    const overview = appsReport(
      gathered.map((one) => one.readings),
      { now: deps.clock.now(), zone: deps.timezone },
    );
    return reportReply(
      mergeReports(reports, { headline: overview.headline, zone: deps.timezone, now: deps.clock.now() }),
    );
  },
};

function needsOf(app: ImApp, { deps }: ViewContext): ReturnType<typeof summaryNeeds> {
  const now = deps.clock.now();
  const needs = summaryNeeds(app, now);
  const days = needs.days ?? appsNeeds(app, now).days;
  return days === undefined ? needs : { ...needs, days };
}

function reportOf({ readings, failure }: Gathered): Report {
  return failure === undefined ? summaryReport(readings) : failureReport(failure, readings);
}

/** The summary of a range: what each part says of it, with two charts. */
async function overRange(question: Question, context: ViewContext): Promise<Report> {
  const reports = await Promise.all(
    appsFor(undefined, question, context.deps).map(async (asked) => ({
      app: asked.app,
      report: await appOverRange(asked, context),
    })),
  );
  return mergeReports(reports, { zone: context.deps.timezone, now: context.deps.clock.now() });
}

async function appOverRange({ app, range }: AskedApp, { deps, gatherer }: ViewContext): Promise<Report> {
  const gathered = await Promise.all(
    availableParts(app).map(async (part) => {
      const needs = partNeeds(app, part, { range, now: deps.clock.now() });
      return { part, ...(await gatherer.gather(app, needs)) };
    }),
  );
  const whole = rangeSummary(gathered, range);
  if (whole === undefined) throw new UserError(`${app.name} reports nothing.`);
  return withFailure(whole, gathered.find(({ failure }) => failure !== undefined)?.failure);
}
