// The summary of a range, and one report about several apps: what line 1 says, in which order the apps come, what is cut.

import { describe, expect, test } from 'vitest';
import type { ImApp } from '../../src/app.ts';
import { hour, minute } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { Range } from '../../src/metrics/range.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import { availableGroups } from '../../src/reports/range-status.ts';
import { rangeSummary } from '../../src/reports/range-summary.ts';
import type { Readings } from '../../src/reports/readings.ts';
import type { Report, Standing } from '../../src/reports/report.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { type Past, readingsFor, taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { severalAppsReport, worded } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');

function range(word: string): Range {
  const found = parseRange(word, { now, zone });
  if (found === undefined || !isRange(found)) throw new Error(`${word} is no range`);
  return found;
}

const calm: MetricValues = {
  'users.active': 400,
  'messages.sent': 1_000,
  'rooms.active': 12,
  'rooms.total': 358,
  'connections.peak': 900,
  'connections.current': 800,
  'memory.free_ratio': 0.4,
  'memory.free': 0.4 * 2 ** 33,
  'memory.total': 2 ** 33,
};

/** The same as people read it. */
const summaryOf = (...input: Parameters<typeof factsOf>): WordedReport => worded(factsOf(...input));

/** The summary of an app that measures the same at every moment, and something else now. */
function factsOf(
  app: ImApp,
  word: string,
  given: Partial<Readings> & { always?: MetricValues; past?: Past } = {},
): Report {
  const { always = calm, ...rest } = given;
  const asked = range(word);
  const past: Past = (metric) => always[metric];
  const parts = availableGroups(app).map((part) => ({
    part,
    readings: readingsFor(metricGroupNeeds(app, part, { range: asked, now }), {
      now,
      latest: { at: now, values: always },
      past,
      day: () => ({ 'users.active': 1_200, 'messages.sent': 5_000, 'users.total': 70_000, 'groups.active': 40 }),
      ...rest,
      app,
    }),
  }));
  const report = rangeSummary(parts, asked);
  if (report === undefined) throw new Error('there is no summary');
  return report;
}

describe('line 1 of the summary of a range', () => {
  test.each([
    ['7d', 'Production chat: 168,000 messages in the last 7 days, up to 400 active users an hour'],
    ['24h', 'Production chat: 24,000 messages in the last 24 hours, up to 400 active users an hour'],
    ['1h', 'Production chat: 1,000 messages in the last hour, 400 active users'],
    ['yesterday', 'Production chat: 24,000 messages yesterday, up to 400 active users an hour'],
  ])('has the numbers where nothing is near a limit: %s', (word, headline) => {
    expect(summaryOf(prod, word)).toMatchObject({ standing: 'good', headline });
  });

  test.each([
    ['7d', 'China: 35,000 messages in the last 7 days, up to 1,200 active users a day'],
    ['yesterday', 'China: 5,000 messages yesterday, 1,200 active users'],
  ])('speaks of days where a platform does: %s', (word, headline) => {
    expect(summaryOf(china, word).headline).toBe(headline);
  });

  test('is about the number nearest to its limit, whichever part that is in', () => {
    const full = { ...calm, 'connections.peak': 1_893 };
    expect(summaryOf(prod, '7d', { always: full })).toMatchObject({
      standing: 'warning',
      headline:
        'Production chat: 1,893 connections at the peak in the last 7 days, 95 % of the limit, same as the 7 days before',
    });
    const short = { ...calm, 'memory.free_ratio': 0.074 };
    expect(summaryOf(prod, '7d', { always: short })).toMatchObject({
      standing: 'critical',
      headline: expect.stringContaining('7.4 % memory free now'),
    });
  });

  test('names an open alert where no number is near a limit', () => {
    const alerts = [{ rule: 'messages-drop', level: 'critical', words: verbatim('Critical: messages fell') }] as const;
    expect(summaryOf(prod, '24h', { alerts })).toMatchObject({
      standing: 'critical',
      headline:
        'Production chat: 24,000 messages in the last 24 hours, up to 400 active users an hour; critical alert messages-drop is open',
    });
  });

  test('says nothing of an open alert where it does not colour line 1: nothing was measured', () => {
    const alerts = [{ rule: 'messages-drop', level: 'critical', words: verbatim('Critical: messages fell') }] as const;
    expect(summaryOf(china, '7d', { alerts, days: [] })).toMatchObject({
      standing: 'unknown',
      headline: 'China: not measured in the last 7 days',
    });
  });

  test('of a range that is over is about the numbers of that range, whatever they are now', () => {
    const [from, to] = [taipei('2026-11-22T03:00:00'), taipei('2026-11-22T05:00:00')];
    const past: Past = (metric, at) => (metric === 'memory.free_ratio' && at >= from && at < to ? 0.06 : calm[metric]);
    expect(summaryOf(prod, 'yesterday', { past })).toMatchObject({
      standing: 'critical',
      headline: expect.stringContaining('6 % memory free at the lowest yesterday'),
    });
    const latest = { at: now, values: { ...calm, 'memory.free_ratio': 0.06 } };
    expect(summaryOf(prod, 'yesterday', { latest })).toMatchObject({
      standing: 'good',
      headline: 'Production chat: 24,000 messages yesterday, up to 400 active users an hour',
    });
    expect(summaryOf(prod, '7d', { latest }).standing).toBe('critical');
  });

  test('does not give the number of a range for which the app is measured too short', () => {
    const since = now - 60 * hour;
    const past: Past = (metric, at) => (at < since ? undefined : calm[metric]);
    const words =
      'Production chat: 400 active users in the last hour, measured since 20 Nov 22:00, too short for 7 days yet';
    expect(summaryOf(prod, '7d', { past }).headline).toBe(words);
  });

  test('says that nothing was measured where that is so', () => {
    expect(summaryOf(china, '2026-01-01', { days: [] })).toMatchObject({
      standing: 'unknown',
      headline: 'China: not measured on Thursday 1 Jan 2026',
    });
  });
});

const mainTitles = [
  'Active users, busiest hour',
  'Messages',
  'Active rooms, busiest hour',
  'Connection peak',
  'Free memory',
  'Free memory, lowest',
];

test('the summary of a range says nothing twice: what is a figure is no sentence as well', () => {
  const [section] = summaryOf(prod, '7d').sections;
  expect(section?.lines).toEqual([]);
  expect(section?.figures.map(({ title }) => title)).toEqual([...mainTitles, 'Rooms', 'Connections, on average']);
});

test('a number of a single day needs no date, and one of now is not of now when it is old', () => {
  const detailOf = (report: WordedReport, title: string): string | undefined =>
    report.sections[0]?.figures.find((one) => one.title === title)?.detail;
  expect(detailOf(summaryOf(prod, 'yesterday'), 'Active users, busiest hour')).toBe('from 00:00 to 01:00');
  const fallen = { ...calm, 'memory.free_ratio': 0.2 };
  const lowest = (at: number): string | undefined =>
    detailOf(
      summaryOf(prod, '7d', {
        latest: { at, values: fallen },
        past: (id, time) => (time >= at ? undefined : calm[id]),
      }),
      'Free memory, lowest',
    );
  expect(lowest(now)).toMatch(/ now$/);
  expect(lowest(now - 10 * minute)).toMatch(/ when last seen, at 09:50$/);
});

const busiestHour = { kind: 'figure.title', values: { id: 'users.active', how: 'busiest', unit: 'hour' } };

const plain = (
  name: string,
  standing: Standing,
  value = '412',
): { app: { id: string; name: string }; report: Report } => ({
  app: { id: name.toLowerCase(), name },
  report: {
    standing,
    headline: verbatim(`${name}: ${value} active users in the busiest hour of the last 7 days`),
    zone,
    stale: false,
    sections: [
      {
        figures: [{ metric: 'users.active', title: busiestHour, value: verbatim(value) }],
        lines: [],
        charts: [],
      },
    ],
    notes: [],
  },
});

describe('a report about several apps', () => {
  const headline = { metric: 'users.active', range: range('7d') } as const;
  const frame = { headline, zone, now };

  test('has the number of each in line 1 where all are fine', () => {
    expect(severalAppsReport([plain('A', 'good'), plain('B', 'good', '7')], frame).headline).toBe(
      'Active users in the last 7 days: A 412 in the busiest hour, B 7 in the busiest hour',
    );
  });

  test('names three of many and counts the rest', () => {
    const many = ['A', 'B', 'C', 'D', 'E'].map((name) => plain(name, 'good'));
    expect(severalAppsReport(many, frame).headline).toMatch(/C 412 in the busiest hour and 2 more apps$/);
  });

  test.each([
    [
      '24h',
      '7d',
      'Active users in the last 24 hours: A 412 in the busiest hour, B 7 in the busiest hour in the last 7 days',
    ],
    ['7d', '7d', 'Active users in the last 7 days: A 412 in the busiest hour, B 7 in the busiest hour'],
    [
      'yesterday',
      '24h',
      'Active users yesterday: A 412 in the busiest hour, B 7 in the busiest hour in the last 24 hours',
    ],
  ] as const)('of %s names the range of a number that is of %s', (first, second, expected) => {
    const answers = [
      { ...plain('A', 'good'), range: range(first).name },
      { ...plain('B', 'good', '7'), range: range(second).name },
    ];
    const shared = { metric: 'users.active', range: range(first) } as const;
    expect(severalAppsReport(answers, { ...frame, headline: shared }).headline).toBe(expected);
  });

  test('says which was not measured', () => {
    const silent = plain('B', 'good');
    const empty = { ...silent, report: { ...silent.report, sections: [] } };
    expect(severalAppsReport([plain('A', 'good'), empty], frame).headline).toMatch(/, B not measured$/);
  });

  test('puts the worst first, in line 1 and in the order of the apps', () => {
    const report = severalAppsReport(
      [plain('A', 'good'), plain('B', 'warning', '9'), plain('C', 'good'), plain('D', 'critical', '3')],
      frame,
    );
    expect(report).toMatchObject({ standing: 'critical', headline: expect.stringMatching(/^D: 3 active users/) });
    expect(report.sections.map(({ title }) => title?.charAt(0))).toEqual(['D', 'B', 'A', 'C']);
  });

  test('shows of each app every main number of a range, memory with its lowest', () => {
    const answers = [prod, { ...prod, id: 'two', name: 'Two' }].map((app) => ({ app, report: factsOf(app, '7d') }));
    const report = severalAppsReport(answers, { ...frame, headline: { metric: 'messages.sent', range: range('7d') } });
    expect(report.headline).toBe('Messages in the last 7 days: Production chat 168,000, Two 168,000');
    expect(report.sections[1]?.figures.map(({ title }) => title)).toEqual(mainTitles);
  });

  test('gives each chart the id of its app beside the name, of one app and of several', () => {
    const [one, ...others] = [prod, { ...prod, id: 'two', name: 'Two' }].map((app) => ({
      app,
      report: factsOf(app, '7d'),
    }));
    if (one === undefined) throw new Error('no app');
    const places = (answers: Parameters<typeof severalAppsReport>[0]) =>
      severalAppsReport(answers, frame).sections.flatMap(({ charts }) =>
        charts.map(({ place }) => [place?.id, place?.app]),
      );
    expect(new Set(places([one]).map(String))).toEqual(new Set(['prod,Production chat']));
    expect(places([one, ...others])).toEqual([
      ['prod', 'Production chat'],
      ['two', 'Two'],
    ]);
  });

  test('leaves the report of a single app as it is', () => {
    const one = plain('A', 'good');
    expect(severalAppsReport([one], frame)).toEqual(worded(one.report));
  });
});
