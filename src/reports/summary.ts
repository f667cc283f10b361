// The summary of an app, and the report that replaces it when its platform fails.
import type { ImApp } from '../app.ts';
import { day, hour, type Instant } from '../clock.ts';
import { hasMoments, isDaily } from '../metrics/capabilities.ts';
import { type MetricId, type MetricList, type MetricValues, metric, metricsIn } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import { type Range, rangeOf } from '../metrics/range.ts';
import type { rangePhrases } from '../metrics/range-phrases.ts';
import type { BucketNeed } from '../metrics/sample.ts';
import { chartOf } from './chart.ts';
import type { chartPhrases } from './chart-phrases.ts';
import { daySummary, daySummaryNeeds } from './day-summary.ts';
import { momentFigures, yesterdayNeeds } from './figures.ts';
import { curveNeeds, curveOf, drawnCurve, drawnTitle } from './metric-chart.ts';
import { seriesNeeds } from './read-series.ts';
import { bucketsOf, type Needs, type Readings } from './readings.ts';
import type { ChartFacts, Report } from './report.ts';
import { sliceCoverage } from './slices.ts';
import {
  asOf,
  chartLimits,
  concernsOf,
  isFailing,
  isStale,
  isStaleNote,
  notJudged,
  openAlert,
  sentenceOf,
  silence,
  standardNotes,
  statusOf,
} from './status.ts';
import type { statusPhrases } from './status-phrases.ts';

const say = phrasesOf<typeof statusPhrases & typeof chartPhrases & typeof metricPhrases & typeof rangePhrases>();

/** What `summaryReport` reads of an app, beside its newest snapshot, poll state, alerts and limits. */
export function summaryNeeds(app: ImApp, now: number): Needs {
  if (!hasMoments(app)) return daySummaryNeeds(app, now);
  const yesterday = { from: now - day, to: now };
  const asked = { app, now, zone: app.timezone };
  return {
    buckets: [
      ...chartNeeds(app, now),
      ...yesterdayNeeds(app, app.capabilities.metrics, now),
      ...polledIn('presence', app).flatMap((id) => seriesNeeds(id, yesterday, asked)),
    ],
    since: true,
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
    standing: isFailing(readings) ? 'unknown' : statusOf(readings, latest.values),
    headline: headlineOf(readings, latest.values),
    context: say('summary.lastHour', { from: at - hour, to: at, zone }),
    asOf: at,
    zone,
    stale: isStale(readings) || isFailing(readings),
    sections: [
      { figures: momentFigures(readings, latest.values), lines: [], charts: chart === undefined ? [] : [chart] },
    ],
    notes: [...standardNotes(readings, { of: coverage, unit: 'hour' }), ...firstDayNotes(readings)],
  };
}

/** Line 1: that the platform does not answer; else the number nearest to its limit, an open alert, or the main numbers. */
function headlineOf(readings: Readings, values: MetricValues): Phrase {
  if (isFailing(readings)) return silence(readings);
  const app = readings.app.name;
  const words = concernsOf(readings, values)[0]?.words ?? openAlert(readings) ?? notJudged(readings);
  if (words !== undefined) return say('status.ofApp', { app, words });
  const facts = mainNumbers(values);
  return facts.length === 0 ? say('summary.unknown', { app }) : say('summary.quiet', { app, facts });
}

/** The two main numbers, for line 1 when nothing is near a limit. */
export function mainNumbers(values: MetricValues): Phrase[] {
  const {
    'users.active': users,
    'memory.free_ratio': memory,
    'connections.peak': peak,
    'messages.sent': messages,
  } = values;
  return [
    ...(users === undefined ? [] : [say('metric.counted', { id: 'users.active', count: users })]),
    ...(memory === undefined ? [] : [say('summary.memoryFree', { ratio: memory })]),
    ...(peak === undefined ? [] : [say('summary.peak', { count: peak })]),
    ...(messages === undefined ? [] : [say('metric.counted', { id: 'messages.sent', count: messages })]),
  ].slice(0, 2);
}

/** The metrics of a list for which the app is polled; where there is none of them, the first metric for which it is polled. */
function polledIn(list: MetricList, app: ImApp): readonly MetricId[] {
  const polled = app.capabilities.metrics.filter((id) => !isDaily(app, id));
  const listed = metricsIn(list).filter((id) => polled.includes(id));
  return listed.length === 0 ? polled.slice(0, 1) : listed;
}

function chartNeeds(app: ImApp, now: number): BucketNeed[] {
  const range = lastDay({ now, zone: app.timezone });
  return polledIn('summaryChart', app).flatMap((id) => curveNeeds({ app, now }, id, range));
}

const lastDay = (asked: { readonly now: Instant; readonly zone: string }): Range => rangeOf('24h', asked);

/** The first metric of the list that was measured in the last 24 h, with its limit lines. */
function summaryChart(readings: Readings): ChartFacts | undefined {
  const { app, now, zone } = readings;
  const range = lastDay(readings);
  for (const id of polledIn('summaryChart', app)) {
    const drawn = curveOf(readings, id, range);
    const { each, partial } = drawn;
    const name = drawnTitle(readings, id, drawn);
    const chart = chartOf({
      kind: 'line',
      title: say('chart.over', { name, span: say('range.words', { range: range.name }) }),
      unit: metric(id).unit,
      curves: [drawnCurve(drawn, say('metric.title', { id }))],
      limits: chartLimits(readings, id),
      ...{ zone, each, now, partial },
    });
    if (chart !== undefined) return chart;
  }
  return undefined;
}

/** Says why nothing is compared, and since when there are numbers. */
function firstDayNotes(readings: Readings): Phrase[] {
  const { app, now, zone } = readings;
  const wants = yesterdayNeeds(app, app.capabilities.metrics, now);
  if (wants.some((want) => bucketsOf(readings, want).length > 0)) return [];
  const first = readings.since ?? readings.latest?.at;
  return [say('summary.firstDay', first === undefined ? {} : { first: { at: first, zone, now } })];
}

function nothingYet(readings: Readings): Report {
  const { app, zone, poll } = readings;
  return {
    standing: 'unknown',
    headline:
      poll !== undefined && poll.failures > 0
        ? silence(readings)
        : say('summary.nothingYet', { app: app.name, isAsked: poll !== undefined }),
    zone,
    stale: false,
    sections: [],
    notes: standardNotes(readings, undefined),
  };
}

/** What failed, and what to do. */
export interface Failure {
  readonly words: Phrase;
  readonly advice?: Phrase | undefined;
}

/**
 * The failure as line 1, then what to do, of when the last numbers are, and a report of them, marked stale. `answer` is what was asked
 * for; without it the summary. Its own line 1 stays as a line, since the numbers of its range are in it.
 */
export function failureReport({ words, advice }: Failure, readings: Readings, answer?: Report): Report {
  const known = answer ?? summaryReport(readings);
  const at = known.sections.length === 0 ? undefined : asOf(readings);
  const last =
    at === undefined
      ? say('summary.noneBefore')
      : say('summary.lastNumbers', { at, zone: readings.zone, now: readings.now });
  const hint = advice === undefined ? [] : [sentenceOf(advice)];
  const asked = answer === undefined || at === undefined ? [] : [sentenceOf(answer.headline)];
  return {
    standing: 'unknown',
    headline: say('status.withoutStop', { words }),
    ...(known.context === undefined ? {} : { context: known.context }),
    ...(at === undefined ? {} : { asOf: at }),
    zone: known.zone,
    stale: at !== undefined,
    sections: [{ figures: [], lines: [...hint, last, ...asked], charts: [] }, ...known.sections],
    notes: known.notes.filter((note) => !isStaleNote(note)),
  };
}
