// One report on several apps, and the table with one row for each app.
import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import { hasMoments } from '../metrics/capabilities.ts';
import { formatAge, formatQuantity, listWords } from '../metrics/format.ts';
import type { Range } from '../metrics/range.ts';
import { addDays, formatInstant, localDate } from '../time-zone.ts';
import { withNamedCharts } from './chart.ts';
import { dayFacts } from './day-summary.ts';
import { rangePhrase } from './figures.ts';
import type { Needs, Readings } from './readings.ts';
import type { Report, Section, Standing } from './report.ts';
import {
  asOf,
  byStatus,
  concernsOf,
  isFailing,
  isStale,
  knownValues,
  sentence,
  silenceWords,
  statusOf,
  worstStatus,
} from './status.ts';
import { mainNumbers, summaryNeeds } from './summary.ts';

/** The report on one app. */
export interface AppReport {
  readonly app: Pick<ImApp, 'name'>;
  readonly report: Report;
}

/** Line 1: these words or, where all apps are fine, the figure with this title of each app. */
export type SharedHeadline = string | { readonly title: string; readonly range: Range };

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
  if (answers.length === 1 && only !== undefined) return only.report;
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

function headlineOf(answers: readonly AppReport[], headline: SharedHeadline): string {
  const [worst] = answers;
  if (worst === undefined) return 'No app is configured';
  if (typeof headline === 'string') return headline;
  return worst.report.standing === 'good' ? numbersWords(answers, headline) : worst.report.headline;
}

/** `Active users in the last 7 days: Production chat 437 in the busiest hour, China 1,405 on the busiest day`. */
function numbersWords(answers: readonly AppReport[], { title, range }: Exclude<SharedHeadline, string>): string {
  const numbers = answers.slice(0, maxNamed).map(({ app, report }) => `${app.name} ${numberOf(report, title)}`);
  const more = answers.length - numbers.length;
  const all = more > 0 ? listWords([...numbers, formatQuantity(more, 'more app')]) : numbers.join(', ');
  return `${title} ${rangePhrase(range)}: ${all}`;
}

/** Words in the middle of a sentence for the second part of the title of a figure. */
const qualifiers: Readonly<Record<string, string>> = {
  'busiest hour': ' in the busiest hour',
  'busiest day': ' on the busiest day',
  lowest: ' at the lowest',
  'on average': ' on average',
};

/** The value of the figure with a title; that of the range where there is also a current one. */
function numberOf(report: Report, title: string): string {
  const figures = report.sections.flatMap((part) => part.figures);
  const found = figures.findLast((one) => one.title === title || one.title.startsWith(`${title}, `));
  return found === undefined
    ? 'not measured'
    : `${found.value}${qualifiers[found.title.slice(title.length + 2)] ?? ''}`;
}

/** A report as one section: its line 1, window, first figures, own lines and one chart. */
function compact(report: Report, charts: number): Section {
  const asOf = report.asOf === undefined ? undefined : `as of ${formatInstant(report.asOf, report.zone, 'HH:mm:ss')}`;
  const frame = [report.context, asOf, report.stale ? 'stale' : undefined]
    .filter((part) => part !== undefined)
    .join(', ');
  return {
    title: report.headline,
    figures: report.sections.flatMap((part) => part.figures).slice(0, 6),
    lines: [frame, ...report.sections.flatMap((part) => part.lines).slice(0, 3), report.notes.join(' ')].filter(
      (line) => line !== '',
    ),
    charts: report.sections.flatMap((part) => part.charts).slice(0, charts),
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

const standingWords: Readonly<Record<Standing, string>> = {
  good: 'fine',
  warning: 'warning',
  critical: 'critical',
  unknown: 'not known',
};

/** One row per app; line 1 counts them and names those that need a look. */
export function appsReport(apps: readonly Readings[], frame: { readonly now: Instant; readonly zone: string }): Report {
  const rows = apps.map((readings) => ({ readings, standing: appStanding(readings) }));
  const standing = worstStatus(rows.map((row) => row.standing));
  return {
    ...(standing === undefined ? {} : { standing }),
    headline: overviewWords(rows.map(({ readings: { app }, standing: one }) => ({ app, standing: one }))),
    asOf: frame.now,
    zone: frame.zone,
    stale: false,
    sections: [
      {
        figures: [],
        table: {
          columns: ['App', 'State', 'Numbers', 'As of'],
          rows: rows.map(({ readings, standing: one }) => [
            nameOf(readings.app),
            standingWords[one],
            numbersOf(readings),
            ageOf(readings),
          ]),
        },
        lines: [],
        charts: [],
      },
    ],
    notes: rows.flatMap(({ readings }) => alertNote(readings)),
  };
}

/** `2 apps, all fine`, `2 apps: Production chat needs a look`. */
export function overviewWords(
  apps: readonly { readonly app: Pick<ImApp, 'name'>; readonly standing: Standing | undefined }[],
): string {
  const troubled = apps.filter(({ standing }) => standing !== 'good').map(({ app }) => app.name);
  const all = formatQuantity(apps.length, 'app');
  if (troubled.length === 0) return `${all}, ${apps.length === 1 ? 'and it is' : 'all'} fine`;
  return `${all}: ${listWords(troubled)} ${troubled.length === 1 ? 'needs' : 'need'} a look`;
}

/** `Production chat (prod, IMKit)`: the id is what commands take. */
function nameOf(app: ImApp): string {
  return `${app.name} (${app.id}, ${app.capabilities.platformName})`;
}

function appStanding(readings: Readings): Standing {
  return isFailing(readings) ? 'unknown' : statusOf(readings, knownValues(readings));
}

function numbersOf(readings: Readings): string {
  const { poll, latest } = readings;
  if (isFailing(readings)) return poll?.reason ?? silenceWords(readings);
  const [concern] = latest === undefined ? [] : concernsOf(readings, latest.values);
  if (concern !== undefined) return concern.words;
  const facts = hasMoments(readings.app) ? mainNumbers(latest?.values ?? {}) : dayFacts(readings);
  return facts.length === 0 ? 'nothing measured yet' : facts.join(', ');
}

function ageOf(readings: Readings): string {
  const at = asOf(readings);
  if (at === undefined) return 'never';
  return `${formatAge(at, readings.now)}${isStale(readings) ? ', stale' : ''}`;
}

function alertNote({ app, alerts }: Readings): string[] {
  if (alerts.length === 0) return [];
  return [
    sentence(
      `${app.name}: ${formatQuantity(alerts.length, 'open alert')}, ${listWords(alerts.map((alert) => alert.rule))}`,
    ),
  ];
}
