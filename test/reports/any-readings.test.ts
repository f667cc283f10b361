import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { type MetricGroup, type MetricId, type MetricValues, metricIds } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { type Range, type RangeContext, rangeWords } from '../../src/metrics/range.ts';
import { digestReport, recapOf } from '../../src/reports/digest.ts';
import { digestPart } from '../../src/reports/digest-part.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import { metricGroupNeeds, metricGroupReport } from '../../src/reports/metric-group.ts';
import { longestText, reportText } from '../../src/reports/plain-text.ts';
import { availableGroups, explainRange } from '../../src/reports/range-status.ts';
import type { Needs, Readings } from '../../src/reports/readings.ts';
import { Report } from '../../src/reports/report.ts';
import { appsNeeds, appsReport } from '../../src/reports/several-apps.ts';
import { failureReport, summaryNeeds, summaryReport } from '../../src/reports/summary.ts';
import { trendNeeds, trendReport } from '../../src/reports/trend.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { readingsFor, taipei } from '../support/readings.ts';
import { china, mixed, prod } from '../support/sample-app.ts';
import { worded } from '../support/worded-reports.ts';

const start = taipei('2026-01-05T00:00:00');

/** Unknown, nothing, small, usual and huge numbers, whole and not. */
const number = fc.oneof(
  fc.constant(undefined),
  fc.constant(0),
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 0, max: 100_000 }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1e18, noNaN: true }),
);

/** A world: the value of a metric at any time, drawn from a handful of numbers; the same at every look. */
const world = fc.record({
  values: fc.array(number, { minLength: 1, maxLength: 12 }),
  seed: fc.integer({ min: 0, max: 1_000 }),
  age: fc.integer({ min: 0, max: 60 * 24 * 40 }),
  failures: fc.integer({ min: 0, max: 5 }),
  limit: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
  offset: fc.integer({ min: 0, max: 300 * 24 * 60 }),
  app: fc.constantFrom(
    prod,
    china,
    mixed,
    { ...prod, timezone: 'Europe/Berlin' },
    { ...prod, timezone: 'Asia/Kolkata' },
  ),
  alerts: fc.integer({ min: 0, max: 3 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function pick({ values, seed }: World, id: MetricId, slot: number): number | undefined {
  const value = values[(slot * 7 + metricIds.indexOf(id) * 3 + seed) % values.length];
  // A platform never gives a share outside 0 to 1: it is checked at the border.
  return id === 'memory.free_ratio' && value !== undefined ? Math.min(1, value) : value;
}

function measured(given: World, slot: number): MetricValues {
  return Object.fromEntries(
    metricIds.flatMap((id) => (pick(given, id, slot) === undefined ? [] : [[id, pick(given, id, slot)]])),
  );
}

/** Everything that is known in a world, at its now, for what a report needs. */
function look(given: World, needs: (now: number, app: Readings['app']) => Needs): Readings {
  const now = start + 60 * day + given.offset * minute;
  const app = given.limit === undefined ? given.app : { ...given.app, connectionLimit: given.limit };
  const at = now - given.age * minute;
  return readingsFor(needs(now, app), {
    app,
    now,
    latest: { at, values: measured(given, 0) },
    past: (id, moment) => (moment < now - given.age * hour ? undefined : pick(given, id, Math.floor(moment / hour))),
    day: (date) => (Number(date.slice(8)) % 5 === 0 ? undefined : measured(given, Number(date.slice(8)))),
    poll: { app: 'prod', lastTriedAt: now, lastGoodAt: at, failures: given.failures, reason: verbatim('HTTP 503.') },
    alerts: Array.from({ length: given.alerts }, (_, index) => ({
      rule: `rule ${index}`,
      level: index % 2 === 0 ? 'warning' : 'critical',
      words: verbatim('it is so'),
    })),
  });
}

const forbidden = /NaN|undefined|null|Infinity|\[object|\d\.\d{4,}|e\+\d|(?<![\w])-0(?!\d)|\s{2,}/;

/** Every text of a report: none may show what is not a number, a raw float or a hole in a sentence. */
function texts(report: WordedReport): string[] {
  const sections = report.sections.flatMap((part) => [
    part.title ?? '',
    ...part.figures.flatMap((one) => [one.title, one.value, one.detail ?? '', one.change ?? '']),
    ...(part.table === undefined ? [] : [...part.table.columns, ...part.table.rows.flat()]),
    ...part.lines,
    ...part.charts.flatMap((one) => [
      one.title,
      one.alt,
      ...one.labels,
      ...one.series.map((curve) => curve.name),
      ...one.limits.map((limit) => limit.label),
    ]),
  ]);
  return [report.headline, report.context ?? '', ...sections, ...report.notes];
}

function expectSound(facts: Report): WordedReport {
  const report = worded(facts);
  expect(texts(report).filter((text) => forbidden.test(text))).toEqual([]);
  const text = reportText(report);
  expect(text).not.toMatch(/NaN|undefined|null|Infinity|\[object|\d\.\d{4,}/);
  expect(text.length).toBeLessThanOrEqual(longestText);
  expect(report.headline).not.toBe('');
  expect(Report.parse(JSON.parse(JSON.stringify(facts)))).toEqual(facts);
  for (const chart of report.sections.flatMap((part) => part.charts)) {
    expect(chart.labels.length).toBeGreaterThan(0);
    expect(new Set(chart.labels).size).toBe(chart.labels.length);
    expect(chart.labels.filter((label) => label.length > 20)).toEqual([]);
    expect(chart.series.map((curve) => curve.values.length)).toEqual(chart.series.map(() => chart.labels.length));
    // What is longer is cut before its last part.
    expect(chart.title.replace(/, [^,]*$/, '').length).toBeLessThanOrEqual(50);
  }
  return report;
}

/** Ranges of every form. */
const askedWords = [
  ...rangeWords,
  ...['5m', '90m', '3h', '3d', '2w', '2mo', '09:00..now', 'friday', 'last-week-monday', 'this-week', 'last-week'],
  ...['this-month', 'last-month', 'last-quarter', 'november', '11-01', '2d-ago', 'monday..today', '11-01..11-10'],
];

function rangeAsked(word: string, context: RangeContext): Range {
  const found = parseRange(word, context);
  if (found === undefined || !isRange(found)) throw new Error(`${word} is no range`);
  return found;
}

describe('whatever is measured, every sentence is sound', () => {
  const runs = { numRuns: 60 };

  test('of a summary, the list of apps and a failure', () => {
    fc.assert(
      fc.property(world, (given) => {
        const readings = look(given, (now, app) => summaryNeeds(app, now));
        expectSound(summaryReport(readings));
        expectSound(failureReport({ words: verbatim('It did not answer.'), advice: verbatim('Wait.') }, readings));
        expectSound(
          appsReport([look(given, (now, app) => appsNeeds(app, now))], { now: readings.now, zone: 'Asia/Taipei' }),
        );
      }),
      runs,
    );
  });

  test('of each part over each range', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...askedWords), fc.nat(), (given, word, index) => {
        const parts: readonly MetricGroup[] = availableGroups(given.app);
        const part = parts[index % parts.length] ?? 'users';
        const ranges: Range[] = [];
        const readings = look(given, (now, app) => {
          const range = rangeAsked(word, { now, zone: app.timezone });
          ranges.push(range);
          return metricGroupNeeds(app, part, { range, now });
        });
        const [range] = ranges;
        if (range === undefined || explainRange(range, part, given.app) !== undefined) return;
        expectSound(metricGroupReport(readings, part, range));
      }),
      runs,
    );
  });

  test('of each metric as a trend', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...askedWords), fc.constantFrom(...metricIds), (given, word, id) => {
        const now = start + 60 * day + given.offset * minute;
        const range = rangeAsked(word, { now, zone: given.app.timezone });
        if (explainRange(range, id, given.app) !== undefined) return;
        expectSound(
          trendReport(
            look(given, (at, app) => trendNeeds(app, id, { range, now: at })),
            id,
            range,
          ),
        );
      }),
      runs,
    );
  });

  test('of a digest of each period', () => {
    fc.assert(
      fc.property(world, world, fc.constantFrom('hour', 'day', 'week', 'month'), (given, other, period) => {
        const now = start + 60 * day + given.offset * minute;
        const of = digestPeriod(period, now, 'Asia/Taipei');
        const apps = [given, { ...other, offset: given.offset }].map((one) => ({
          ...look(one, (at, app) => digestNeeds(app, of, at)),
          zone: of.zone,
        }));
        const incidents = [
          {
            what: verbatim('free memory'),
            app: 'Production chat',
            level: 'critical',
            condition: 'other',
            openedAt: now - given.age * minute,
          } as const,
        ];
        const parts = apps.flatMap((readings) => digestPart(readings, { of, now }) ?? []);
        const recap = recapOf(incidents, of.span);
        const report = expectSound(
          digestReport({ of, now, mode: 'scheduled', parts, recap, skipped: [], next: now + day }),
        );
        if (parts.length < 2) return;
        for (const chart of report.sections.flatMap((part) => part.charts))
          expect([chart.title, chart.alt]).toEqual([
            expect.stringMatching(/, (Production chat|China|Mixed chat)$/),
            expect.stringMatching(/, (Production chat|China|Mixed chat), Asia/),
          ]);
      }),
      { numRuns: 30 },
    );
  });
});
