// One report on several apps, and the table with one row for each app.
import { z } from 'zod';
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { hasMoments } from '../metrics/capabilities.ts';
import type { MetricId } from '../metrics/catalog.ts';
import type { metricPhrases } from '../metrics/metric-phrases.ts';
import { type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { Range } from '../metrics/range.ts';
import type { RangeName, rangePhrases } from '../metrics/range-phrases.ts';
import { failureOf } from '../metrics/sample.ts';
import { addDays, localDate } from '../time-zone.ts';
import { withNamedCharts } from './chart.ts';
import { dayFacts } from './day-summary.ts';
import type { figurePhrases, Taken } from './figure-phrases.ts';
import type { Needs, Readings } from './readings.ts';
import type { Report, Section, Standing } from './report.ts';
import {
  adviceOf,
  asOf,
  byStatus,
  concernsOf,
  isFailing,
  isStale,
  knownValues,
  notJudged,
  reasonOf,
  sentenceOf,
  silence,
  statusOf,
  worstStatus,
} from './status.ts';
import type { statusPhrases } from './status-phrases.ts';
import { mainNumbers, summaryNeeds } from './summary.ts';

const say = phrasesOf<typeof figurePhrases & typeof metricPhrases & typeof rangePhrases & typeof statusPhrases>();

/** The report on one app. `range`: what its numbers are of, where it was asked for a range; two platforms may differ in that. */
export interface AppReport {
  readonly app: Pick<ImApp, 'id' | 'name'>;
  readonly report: Report;
  readonly range?: RangeName | undefined;
}

/** Line 1: these words or, where all apps are fine, the number of this metric of each app. */
export type SharedHeadline = { readonly words: Phrase } | { readonly metric: MetricId; readonly range: Range };

/** The most charts in a report on several apps. */
const maxCharts = 4;

/** The most apps that line 1 names. */
const maxNamed = 3;

/** The report on several apps; for a single app its own report. */
export function severalAppsReport(
  answers: readonly AppReport[],
  frame: { readonly headline: SharedHeadline; readonly zone: string; readonly now: number },
): Report {
  const [only] = answers;
  if (answers.length === 1 && only !== undefined) return aboutOne(only);
  const sorted = [...answers].sort((a, b) => byStatus(a.report.standing, b.report.standing));
  const standing = worstStatus(sorted.map(({ report }) => report.standing));
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: headlineOf(sorted, frame.headline),
    asOf: frame.now,
    zone: frame.zone,
    stale: false,
    sections: sorted.map(({ app, report }, index) => withNamedCharts(compact(report, index < maxCharts ? 1 : 0), app)),
    notes: [],
  };
}

/** The report on one app, whose charts know its name. */
function aboutOne({ app, report }: AppReport): Report {
  const sections = report.sections.map((part) => ({
    ...part,
    charts: part.charts.map((chart) => ({ ...chart, subject: app.name, appId: app.id })),
  }));
  return { ...report, sections };
}

function headlineOf(answers: readonly AppReport[], headline: SharedHeadline): Phrase {
  const [worst] = answers;
  if (worst === undefined) return say('apps.none');
  if ('words' in headline) return headline.words;
  return worst.report.standing === 'good' ? numbersOfAll(answers, headline) : worst.report.headline;
}

/** `Active users in the last 7 days: Production chat 437 in the busiest hour, China 1,405 on the busiest day`; a number of another range says so. */
function numbersOfAll(
  answers: readonly AppReport[],
  { metric: id, range }: Exclude<SharedHeadline, { words: Phrase }>,
): Phrase {
  const numbers = answers.slice(0, maxNamed).map((answer) => numberIn(answer, id, range.name));
  const more = answers.length - numbers.length;
  return say('apps.numbers', { title: say('metric.title', { id }), range: range.name, numbers, more });
}

/** The value of the metric in a report; that of the range where there is also a current one. */
function numberIn({ app: { name: app }, report, range }: AppReport, id: MetricId, shared: RangeName): Phrase {
  const figures = report.sections.flatMap((part) => part.figures);
  const found = figures.findLast((one) => one.metric === id);
  if (found === undefined) return say('apps.number', { app });
  const taken = TakenBy.safeParse(found.title);
  const when = OwnTime.safeParse(found.detail);
  if (when.success) return say('apps.number', { app, value: found.value, when: when.data });
  const name = isOfToday(found.detail) && range?.kind === 'days' ? { ...range, isWithToday: true as const } : range;
  const own = name === undefined || JSON.stringify(name) === JSON.stringify(shared) ? {} : { range: name };
  return say('apps.number', {
    app,
    value: found.value,
    ...(taken.success ? { taken: taken.data.values } : {}),
    ...own,
  });
}

/** The title of a figure for which one of several values was taken. */
const TakenBy = z.object({
  kind: z.literal('figure.title' satisfies keyof typeof figurePhrases),
  values: z.object({ how: z.enum(['busiest', 'lowest', 'average'] satisfies Taken[]), unit: z.enum(['hour', 'day']) }),
});

/** The detail of a figure that is not of the range, because the app is measured too short for it: `in the last hour`, `now`. */
const OwnTime = z
  .object({
    kind: z.enum(['range.in', 'moment.now', 'moment.lastSeen'] satisfies (keyof typeof rangePhrases)[]),
    values: z.record(z.string(), z.unknown()),
  })
  .readonly();

/** A time of today, alone or beside a limit. */
const TimeOfToday = z.object({
  kind: z.enum(['moment.inHour', 'moment.sample'] satisfies (keyof typeof rangePhrases)[]),
  values: z.object({ day: z.literal('today') }),
});
const Listed = z.object({ values: z.object({ items: z.array(z.unknown()) }) });

function isOfToday(detail: Phrase | undefined): boolean {
  const listed = Listed.safeParse(detail);
  const all: readonly unknown[] = listed.success ? listed.data.values.items : [detail];
  return all.some((one) => TimeOfToday.safeParse(one).success);
}

/** A report as one section: its line 1, window, first figures, own lines and one chart. */
function compact(report: Report, charts: number): Section {
  const { headline, context, asOf: at, zone, stale, sections, notes } = report;
  const hasFrame = context !== undefined || at !== undefined || stale;
  const frame = {
    ...(context === undefined ? {} : { context }),
    ...(at === undefined ? {} : { asOf: at }),
    zone,
    isStale: stale,
  };
  return {
    title: headline,
    figures: sections.flatMap((part) => part.figures).slice(0, 6),
    lines: [
      ...(hasFrame ? [say('apps.frame', frame)] : []),
      ...sections.flatMap((part) => part.lines).slice(0, 3),
      ...(notes.length === 0 ? [] : [say('apps.notes', { notes })]),
    ],
    charts: sections.flatMap((part) => part.charts).slice(0, charts),
  };
}

/** What `appsReport` reads of each app, beside its newest snapshot, poll state, alerts and limits. */
export function appsNeeds(app: ImApp, now: Instant): Needs {
  if (hasMoments(app)) return { buckets: [] };
  const today = localDate(now, app.timezone);
  return { buckets: [], days: { from: addDays(today, -3), to: today } };
}

/** What the summary of an app reads, and the days for its row in an overview. */
export function overviewNeeds(app: ImApp, now: Instant): Needs {
  const needs = summaryNeeds(app, now);
  const days = needs.days ?? appsNeeds(app, now).days;
  return days === undefined ? needs : { ...needs, days };
}

/** One row per app; line 1 counts them and names those that need a look. */
export function appsReport(apps: readonly Readings[], frame: { readonly now: Instant; readonly zone: string }): Report {
  const rows = apps.map((readings) => ({ readings, standing: appStanding(readings) }));
  const standing = worstStatus(rows.map((row) => row.standing));
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: overviewOf(rows.map(({ readings: { app }, standing: one }) => ({ app, standing: one }))),
    asOf: frame.now,
    zone: frame.zone,
    stale: false,
    sections: [
      {
        figures: [],
        table: {
          columns: [say('apps.app'), say('apps.state'), say('apps.numbersColumn'), say('apps.asOf')],
          rows: rows.map(({ readings, standing: one }) => [
            nameOf(readings.app),
            say('apps.standing', { standing: one }),
            numbersOf(readings),
            ageOf(readings),
          ]),
          numeric: false,
        },
        lines: [],
        charts: [],
      },
    ],
    notes: rows.flatMap(({ readings }) => alertNote(readings)),
  };
}

/** `2 apps, all fine`, `2 apps: Production chat needs a look`. */
export function overviewOf(
  apps: readonly { readonly app: Pick<ImApp, 'id' | 'name'>; readonly standing: Standing | undefined }[],
): Phrase {
  const troubled = apps.filter(({ standing }) => standing !== 'good').map(({ app }) => app.name);
  return say('apps.overview', { count: apps.length, troubled });
}

/** `Production chat (prod, IMKit)`: the id is what commands take. */
function nameOf(app: ImApp): Phrase {
  return say('status.named', { app: app.name, of: [app.id, app.capabilities.platformName] });
}

function appStanding(readings: Readings): Standing {
  return isFailing(readings) ? 'unknown' : statusOf(readings, knownValues(readings));
}

function numbersOf(readings: Readings): Phrase {
  const { poll, latest } = readings;
  const cause = failureOf(poll?.reason)?.cause;
  if (isFailing(readings) && cause !== undefined) return say('status.outage', { cause });
  if (isFailing(readings)) return reasonOf(poll)[0] ?? silence(readings);
  const [concern] = latest === undefined ? [] : concernsOf(readings, latest.values);
  if (concern !== undefined) return concern.words;
  const items = hasMoments(readings.app) ? mainNumbers(latest?.values ?? {}) : dayFacts(readings);
  return items.length === 0 ? say('apps.nothing') : say('metric.listed', { items });
}

function ageOf(readings: Readings): Phrase {
  const at = asOf(readings);
  if (at === undefined) return say('apps.never');
  const age = say('moment.age', { at, now: readings.now });
  return isStale(readings) ? say('apps.stale', { age }) : age;
}

function alertNote(readings: Readings): Phrase[] {
  const { app, alerts } = readings;
  const rules = alerts.map((alert) => alert.rule);
  const open = alerts.length === 0 ? [] : [say('status.notesOf', { app: app.name, count: alerts.length, rules })];
  const words = notJudged(readings);
  const unjudged = words === undefined ? [] : [sentenceOf(say('status.ofApp', { app: app.name, words }))];
  // What to do about an outage, the cause of which stands in the table.
  const advice = isFailing(readings) && failureOf(readings.poll?.reason) !== undefined ? adviceOf(readings.poll) : [];
  const hints = advice.map((one) => sentenceOf(say('status.ofApp', { app: app.name, words: one })));
  return [...open, ...unjudged, ...hints];
}
