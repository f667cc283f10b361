// The summary of an app, and the report that replaces it when its platform fails.
import type { ImApp } from '../app.ts';
import { day, hour } from '../clock.ts';
import { hasMoments, isDaily } from '../metrics/capabilities.ts';
import { type MetricId, type MetricList, type MetricValues, metric, metricsIn } from '../metrics/catalog.ts';
import {
  formatAge,
  formatMoment,
  formatQuantity,
  formatRatio,
  formatTime,
  formatWindow,
  lowerFirst,
} from '../metrics/format.ts';
import { rangeOf, stepOf } from '../metrics/range.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import { evenPoints, pointsOf } from '../metrics/series.ts';
import { formatInstant, localDate } from '../time-zone.ts';
import { chartOf } from './chart.ts';
import { daySummary, daySummaryNeeds } from './day-summary.ts';
import { momentFigures, yesterdayNeeds } from './figures.ts';
import { bucketsOf, type Needs, type Readings } from './readings.ts';
import type { ChartModel, Report } from './report.ts';
import { hourNeeds, hoursOf, sliceCoverage } from './slices.ts';
import {
  asOf,
  chartLimits,
  concernsOf,
  isStale,
  openAlertWords,
  sentence,
  silenceWords,
  staleNotes,
  standardNotes,
  statusOf,
} from './status.ts';

/** What `summaryReport` reads of an app, beside its newest snapshot, poll state, alerts and limits. */
export function summaryNeeds(app: ImApp, now: number): Needs {
  if (!hasMoments(app)) return daySummaryNeeds(app, now);
  const yesterday = { from: now - day, to: now };
  return {
    buckets: [
      ...chartNeeds(app, now),
      ...yesterdayNeeds(app.capabilities.metrics, now),
      ...hourNeeds(polledIn('presence', app), yesterday),
    ],
  };
}

/** The summary of one app, whatever its platform. */
export function summaryReport(readings: Readings): Report {
  if (!hasMoments(readings.app)) return daySummary(readings);
  const { now, zone, latest } = readings;
  if (latest === undefined) return nothingYet(readings);
  const at = asOf(readings) ?? latest.at;
  const span = { from: now - day, to: now };
  const coverage = sliceCoverage(readings, { span, dates: rangeOf('24h', { now, zone }).dates });
  const chart = summaryChart(readings);
  return {
    standing: statusOf(readings, latest.values),
    headline: headlineOf(readings, latest.values),
    context: `last hour, ${formatWindow(at - hour, at, zone)}`,
    asOf: at,
    zone,
    stale: isStale(readings),
    sections: [
      { figures: momentFigures(readings, latest.values), lines: [], charts: chart === undefined ? [] : [chart] },
    ],
    notes: [...standardNotes(readings, { of: coverage, unit: 'hour' }), ...firstDayNotes(readings)],
  };
}

/** Line 1: the number nearest to its limit; without one an open alert; without that the main numbers. */
function headlineOf(readings: Readings, values: MetricValues): string {
  const { app } = readings;
  const [concern] = concernsOf(readings, values);
  if (concern !== undefined) return `${app.name}: ${concern.words}`;
  const open = openAlertWords(readings);
  if (open !== '') return `${app.name}: ${open}`;
  return withinLimitsHeadline(app.name, values);
}

/** `Production chat is quiet: 412 active users, 37.5 % memory free`. */
function withinLimitsHeadline(name: string, values: MetricValues): string {
  const facts = mainNumbers(values);
  return facts.length === 0
    ? `${name} answers, without any number that is known`
    : `${name} is quiet: ${facts.join(', ')}`;
}

/** The two main numbers, for line 1 when nothing is near a limit. */
export function mainNumbers(values: MetricValues): string[] {
  const {
    'users.active': users,
    'memory.free_ratio': memory,
    'connections.peak': peak,
    'messages.sent': messages,
  } = values;
  return [
    ...(users === undefined ? [] : [formatQuantity(users, 'active user')]),
    ...(memory === undefined ? [] : [`${formatRatio(memory)} memory free`]),
    ...(peak === undefined ? [] : [`${formatQuantity(peak, 'connection')} at the peak`]),
    ...(messages === undefined ? [] : [formatQuantity(messages, 'message')]),
  ].slice(0, 2);
}

/** The metrics of a list for which the app is polled; where there is none of them, the first metric for which it is polled. */
function polledIn(list: MetricList, app: ImApp): readonly MetricId[] {
  const polled = app.capabilities.metrics.filter((id) => !isDaily(app, id));
  const listed = metricsIn(list).filter((id) => polled.includes(id));
  return listed.length === 0 ? polled.slice(0, 1) : listed;
}

function chartNeeds(app: ImApp, now: number): BucketNeed[] {
  const span = { from: now - day, to: now };
  const { tier, width } = stepOf(span, app.pollEvery, now);
  const from = now - day - (width === 'day' ? day : width);
  return polledIn('summaryChart', app).map((id) => ({ metric: id, tier, from, to: now + 1 }));
}

/** The first metric of the list that was measured in the last 24 h, with its limit lines. */
function summaryChart(readings: Readings): ChartModel | undefined {
  const { app, now, zone } = readings;
  const { width } = stepOf({ from: now - day, to: now }, app.pollEvery, now);
  for (const need of chartNeeds(app, now)) {
    const { title, unit } = metric(need.metric);
    const points = evenPoints(bucketsOf(readings, need), need.metric, {
      from: now - day,
      to: now,
      width: width === 'day' ? day : width,
    });
    const limits = chartLimits(readings, need.metric);
    const chart = chartOf({
      kind: 'line',
      title: `${title}, last 24 hours`,
      unit,
      curves: [{ name: title, points }],
      limits,
      zone,
      each: 'moment',
      now,
    });
    if (chart !== undefined) return chart;
  }
  return undefined;
}

/** Says why nothing is compared, and since when there are numbers. */
function firstDayNotes(readings: Readings): string[] {
  const { app, now, zone } = readings;
  const wants = yesterdayNeeds(app.capabilities.metrics, now);
  if (wants.some((want) => bucketsOf(readings, want).length > 0)) return [];
  const hours = polledIn('presence', app).flatMap((id) =>
    pointsOf(hoursOf(readings, id, { from: now - day, to: now })),
  );
  const first = Math.min(...hours.filter((point) => point.value !== undefined).map((point) => point.at));
  const since = Number.isFinite(first)
    ? ` The first hour measured since then began ${formatMoment(first, zone, now)}.`
    : '';
  return [`Nothing was measured at this time yesterday, so there is nothing to compare with.${since}`];
}

function nothingYet(readings: Readings): Report {
  const { app, zone, poll } = readings;
  const why = poll === undefined ? 'it has not been asked' : 'it has not given a number';
  const isSilent = poll !== undefined && poll.failures > 0;
  return {
    standing: 'unknown',
    headline: isSilent ? silenceWords(readings) : `${app.name}: nothing is measured yet, because ${why}`,
    zone,
    stale: false,
    sections: [],
    notes: standardNotes(readings, undefined),
  };
}

/** The message of the platform error: full sentences without secrets. */
export interface Failure {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The failure, followed by the summary of the last known numbers, marked stale. */
export function failureReport(failure: Failure, readings: Readings): Report {
  const { app } = readings;
  const known = summaryReport(readings);
  const old = staleNotes(readings);
  const at = known.sections.length === 0 ? undefined : asOf(readings);
  const named = failure.message.includes(app.name)
    ? failure.message
    : `${app.name} did not answer: ${lowerFirst(failure.message)}`;
  const last =
    at === undefined
      ? 'There are no numbers from before.'
      : `Last numbers are from ${clockWords(at, readings)} (${formatAge(at, readings.now)}).`;
  const hint = failure.hint === undefined ? [] : [sentence(failure.hint)];
  return {
    standing: 'unknown',
    headline: named.trim().replace(/\.$/, ''),
    ...(known.context === undefined ? {} : { context: known.context }),
    ...(at === undefined ? {} : { asOf: at }),
    zone: known.zone,
    stale: at !== undefined,
    sections: [{ figures: [], lines: [...hint, last], charts: [] }, ...known.sections],
    notes: known.notes.filter((note) => !old.includes(note)),
  };
}

function clockWords(at: number, { now, zone }: Readings): string {
  const time = formatTime(at, zone);
  return localDate(at, zone) === localDate(now, zone) ? time : `${formatInstant(at, zone, 'ccc d LLL')}, ${time}`;
}
