// The summary of a range: the main figure of each group of metrics, then the other figures, with two charts.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { isDaily } from '../metrics/capabilities.ts';
import type { MetricGroup } from '../metrics/catalog.ts';
import { formatQuantity } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';
import { countedWords, isSingleValue, partlyWords, rangePhrase } from './figures.ts';
import { metricGroupNeeds, metricGroupReport } from './metric-group.ts';
import { colouredByWords, rangeConcerns, rangeValue, unmeasuredLines } from './range-status.ts';
import { joinNeeds, type Needs, type Readings } from './readings.ts';
import type { Figure, Report } from './report.ts';
import { mainMetric, mainMetricOf, metricsOf } from './slices.ts';
import { byStatus, worstStatus } from './status.ts';

/** The readings for one group of metrics of the app. */
export interface MetricGroupReadings {
  readonly part: MetricGroup;
  readonly readings: Readings;
}

/** A group with its own report. */
interface PartAnswer extends MetricGroupReadings {
  readonly report: Report;
}

/** What the groups of one app read over a range, without duplicates. */
export function rangeSummaryNeeds(
  app: ImApp,
  parts: readonly MetricGroup[],
  scope: { readonly range: Range; readonly now: Instant },
): Needs {
  return joinNeeds(parts.map((part) => metricGroupNeeds(app, part, scope)));
}

/** The report on one app over a range. Groups that were not measured affect the status only when no group was. Undefined for no groups. */
export function rangeSummary(parts: readonly MetricGroupReadings[], range: Range): Report | undefined {
  const answers = parts.map(
    (one): PartAnswer => ({ ...one, report: metricGroupReport(one.readings, one.part, range) }),
  );
  const [first] = answers;
  if (first === undefined) return undefined;
  const missing = answers.filter(({ report }) => report.standing === 'unknown').map(({ report }) => report.headline);
  const reasons = parts.flatMap(({ part, readings }) =>
    unmeasuredLines(readings, mainMetricOf(readings.app, part), range),
  );
  const known = answers.map(({ report }) => report.standing).filter((standing) => standing !== 'unknown');
  return {
    ...first.report,
    standing: worstStatus(known) ?? 'unknown',
    headline: concernHeadline(answers, range) ?? withinLimitsHeadline(answers, range),
    sections: [
      {
        figures: figuresOf(answers),
        lines: [...(known.length === 0 ? [] : missing), ...new Set(reasons)],
        charts: answers.flatMap(({ report }) => report.sections.flatMap(({ charts }) => charts)).slice(0, 2),
      },
    ],
  };
}

/** Line 1 of the group whose number is nearest to its limit. */
function concernHeadline(answers: readonly PartAnswer[], range: Range): string | undefined {
  const concerns = answers.flatMap(({ part, readings, report }) =>
    rangeConcerns(readings, metricsOf(readings, part), range).map(({ standing }) => ({ standing, report })),
  );
  return concerns.sort((a, b) => byStatus(a.standing, b.standing))[0]?.report.headline;
}

/** `Production chat: 220,411 messages in the last 7 days, up to 437 active users an hour`. */
function withinLimitsHeadline(answers: readonly PartAnswer[], range: Range): string {
  const facts = (['messages', 'users'] as const).flatMap((part) => {
    const readings = answers.find((one) => one.part === part)?.readings;
    const value = readings === undefined ? undefined : rangeValue(readings, mainMetric[part], range);
    return readings === undefined || value === undefined ? [] : [{ part, readings, value }];
  });
  const words = facts.map(({ part, readings, value }, index) => {
    const counted = part === 'users' ? usersWords(value, readings, range) : formatQuantity(value, 'message');
    return index === 0 ? `${counted} ${rangePhrase(range)}` : counted;
  });
  const [first] = facts;
  const name = answers[0]?.readings.app.name ?? '';
  const known = answers.find(({ report }) => report.standing !== 'unknown')?.readings;
  // No metric is passed: no number is near a limit here.
  const alerts = known === undefined ? '' : colouredByWords(known, [], range);
  if (first === undefined) return `${name}: not measured ${rangePhrase(range)}${alerts}`;
  return `${name}: ${words.join(', ')}${partlyWords(first.readings, mainMetric[first.part], range)}${alerts}`;
}

function usersWords(users: number, { app }: Readings, range: Range): string {
  const counted = countedWords('users.active', users);
  const byDay = isDaily(app, 'users.active');
  return isSingleValue(range, byDay ? 'day' : 'hour') ? counted : `up to ${counted} ${byDay ? 'a day' : 'an hour'}`;
}

/** The first figure of each group, all of memory, then the rest, which is cut in a message about several apps. */
function figuresOf(answers: readonly PartAnswer[]): Figure[] {
  const figures = answers.map(({ part, report }) => {
    const own = report.sections.flatMap((section) => section.figures);
    const heads = part === 'memory' ? own.length : 1;
    return { heads: own.slice(0, heads), rest: own.slice(heads) };
  });
  return [...figures.flatMap(({ heads }) => heads), ...figures.flatMap(({ rest }) => rest)];
}
