import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { reportText } from '../../src/reports/plain-text.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { Report } from '../../src/reports/report.ts';
import { summaryReport as summaryFacts, summaryNeeds } from '../../src/reports/summary.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { type Past, readingsFor, taipei, sampleValues as values } from '../support/readings.ts';
import { prod } from '../support/sample-app.ts';
import { summaryReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');
const GiB = 2 ** 30;

const latest = { at: now, values };

/** Yesterday at this time as in the picture of the summary; the connection peak has its low and high in the chart. */
const past: Past = (id, at) => {
  if (id === 'connections.peak' && at >= now - day + hour)
    return at >= taipei('2026-11-22T21:00:00') && at < taipei('2026-11-22T21:30:00') ? 1_893 : 1_102;
  return {
    'users.active': 368,
    'messages.sent': 2_543,
    'connections.peak': 1_753,
    'rooms.active': 12,
    'memory.free_ratio': 0.395,
  }[id as string];
};

function summary(given: Partial<Readings> & { past?: Past } = {}): WordedReport {
  const app = given.app ?? prod;
  return summaryReport(readingsFor(summaryNeeds(app, now), { app, now, past, latest, ...given }));
}

describe('the summary of an app near its connection limit', () => {
  test('says so in line 1, then every number with its change, the chart, alerts, coverage and platform', () => {
    const report = summary();
    expect(report).toMatchObject({
      standing: 'warning',
      headline: 'Production chat: 1,893 connections at the peak, 95 % of the limit',
      context: 'last hour, 09:00 to 10:00, Asia/Taipei',
      asOf: now,
      zone: 'Asia/Taipei',
      stale: false,
      notes: ['No open alerts.', 'Numbers come from IMKit.'],
    });
    expect(report.sections[0]?.figures).toEqual([
      { title: 'Active users', value: '412', change: '▲ 12 % vs yesterday' },
      { title: 'Messages', value: '2,467', change: '▼ 3 % vs yesterday' },
      { title: 'Connection peak', value: '1,893', detail: 'of 2,000 (95 %)', change: '▲ 8 % vs yesterday' },
      { title: 'Active rooms', value: '12', detail: 'of 358', change: 'same as yesterday' },
      { title: 'Free memory', value: '3.0 of 8.0 GiB', detail: '(37.5 %)', change: '▼ 2 points in 24 h' },
    ]);
  });

  test('its chart is the connection peak of 24 hours with the limit line and the numbers in its alt text', () => {
    const [chart] = summary().sections[0]?.charts ?? [];
    expect(chart).toMatchObject({
      kind: 'line',
      title: 'Connection peak per hour, last 24 hours',
      limits: [{ label: 'Limit 2,000', value: 2_000 }],
    });
    expect(chart?.labels).toHaveLength(24);
    expect(new Set(chart?.labels).size).toBe(24);
    expect(chart?.alt).toBe(
      'Connection peak per hour, last 24 hours, Asia/Taipei. Low 1,102 on 22 Nov from 11:00 to 12:00, high 1,893 on 22 Nov from 20:00 to 21:00, last 1,893 on 23 Nov from 09:00 to 10:00. Limit 2,000.',
    );
  });

  test('its text tells the same story whole', () => {
    expect(reportText(summary())).toBe(
      [
        'Production chat: 1,893 connections at the peak, 95 % of the limit.',
        'Last hour, 09:00 to 10:00, Asia/Taipei.',
        'As of 23 Nov 2026 10:00:12, Asia/Taipei.',
        'Active users: 412, up 12 % vs yesterday.',
        'Messages: 2,467, down 3 % vs yesterday.',
        'Connection peak: 1,893 of 2,000 (95 %), up 8 % vs yesterday.',
        'Active rooms: 12 of 358, same as yesterday.',
        'Free memory: 3.0 of 8.0 GiB (37.5 %), down 2 points in 24 h.',
        'Connection peak per hour, last 24 hours, Asia/Taipei. Low 1,102 on 22 Nov from 11:00 to 12:00, high 1,893 on 22 Nov from 20:00 to 21:00, last 1,893 on 23 Nov from 09:00 to 10:00. Limit 2,000.',
        'No open alerts. Numbers come from IMKit.',
      ].join('\n'),
    );
  });

  test('survives being stored as JSON', () => {
    const report = summaryFacts(readingsFor(summaryNeeds(prod, now), { app: prod, now, past, latest }));
    expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });
});

describe('line 1', () => {
  test.each([
    [
      'is calm when nothing is near',
      { 'connections.peak': 900 },
      'good',
      'Production chat is quiet: 412 active users, 37.5 % memory free',
    ],
    [
      'names one user in the singular',
      { 'users.active': 1, 'connections.peak': 9 },
      'good',
      'Production chat is quiet: 1 active user, 37.5 % memory free',
    ],
    [
      'warns of little memory',
      { 'memory.free_ratio': 0.12, 'memory.free': 0.96 * GiB, 'connections.peak': 900 },
      'warning',
      'Production chat: 12 % memory free (983 MiB), under 15 %',
    ],
    [
      'puts the worst first',
      { 'memory.free_ratio': 0.074, 'memory.free': 606 * 2 ** 20 },
      'critical',
      'Production chat: 7.4 % memory free (606 MiB), under 8 %',
    ],
    [
      'says when the limit is as good as reached',
      { 'connections.peak': 1_999 },
      'critical',
      'Production chat: 1,999 connections at the peak, 99 % of the limit',
    ],
    [
      'says when it is crossed',
      { 'connections.peak': 2_100 },
      'critical',
      'Production chat: 2,100 connections at the peak, 105 % of the limit',
    ],
  ] as const)('%s', (_what, changed, standing, headline) => {
    expect(summary({ latest: { at: now, values: { ...values, ...changed } } })).toMatchObject({ standing, headline });
  });

  test('a rule of the app decides before our own idea of little memory', () => {
    const limits = [{ metric: 'memory.free_ratio', level: 'warning', direction: 'below', value: 0.4 }] as const;
    const report = summary({ limits, latest: { at: now, values: { ...values, 'connections.peak': 900 } } });
    expect(report).toMatchObject({
      standing: 'warning',
      headline: 'Production chat: 37.5 % memory free (3 GiB), under 40 %',
    });
  });

  test('without a connection limit none is invented', () => {
    const { connectionLimit: _none, ...free } = prod;
    const report = summary({ app: free });
    expect(report.headline).toBe('Production chat is quiet: 412 active users, 37.5 % memory free');
    expect(report.sections[0]?.figures[2]).toEqual({
      title: 'Connection peak',
      value: '1,893',
      change: '▲ 8 % vs yesterday',
    });
    expect(report.sections[0]?.charts[0]?.limits).toEqual([]);
  });

  test('an open alert on a number that is calm is named', () => {
    const alerts = [
      { rule: 'sudden-drop', level: 'warning', words: verbatim('Connections fell by half') },
      { rule: 'messages-odd', level: 'critical', words: verbatim('twice the usual') },
    ] as const;
    const report = summary({ alerts, latest: { at: now, values: { ...values, 'connections.peak': 900 } } });
    expect(report).toMatchObject({
      standing: 'critical',
      headline: 'Production chat: critical alert messages-odd is open, and 1 more alert',
    });
    expect(report.notes.slice(0, 3)).toEqual([
      '2 open alerts.',
      'Critical: twice the usual (messages-odd).',
      'Warning: Connections fell by half (sudden-drop).',
    ]);
  });

  test('an open alert whose words begin with its level has it once, by their kind and not by how they read', () => {
    const reading = verbatim('messages fell to 12');
    const line = { kind: 'alert.firing', values: { level: 'critical', reading } };
    const [one, two, three] = [
      { rule: 'one', level: 'critical', words: line },
      { rule: 'two', level: 'critical', words: { kind: 'alert.sentence', values: { line } } },
      { rule: 'three', level: 'critical', words: verbatim('Critical mass') },
    ] as const;
    expect(summary({ alerts: [one, two] }).notes.slice(1, 3)).toEqual([
      'Critical: messages fell to 12 (one).',
      'Critical: messages fell to 12 (two).',
    ]);
    expect(summary({ alerts: [three] }).notes).toContain('Critical: Critical mass (three).');
  });

  test.each([
    [2, 7, '9 open alerts: 2 critical (c1, c2), 7 warnings. /imstats alerts lists them.'],
    [0, 5, '5 open alerts: 5 warnings (w1, w2, w3, 2 more). /imstats alerts lists them.'],
    [4, 1, '5 open alerts: 4 critical (c1, c2, c3, 1 more), 1 warning. /imstats alerts lists them.'],
  ])('%i critical and %i other alerts are one short line at the end', (critical, warning, line) => {
    const made = (count: number, level: 'critical' | 'warning') =>
      Array.from({ length: count }, (_, index) => ({
        rule: `${level.charAt(0)}${index + 1}`,
        level,
        words: verbatim('free memory 7.4 %'),
      }));
    const { notes } = summary({ alerts: [...made(warning, 'warning'), ...made(critical, 'critical')] });
    expect(notes).toEqual([line, 'Numbers come from IMKit.']);
  });
});

describe('numbers that are missing or old', () => {
  test('what was not measured is left out, never shown as 0', () => {
    const report = summary({ latest: { at: now, values: { 'users.active': 0 } } });
    expect(report.headline).toBe('Production chat is quiet: 0 active users');
    expect(report.sections[0]?.figures).toEqual([
      { title: 'Active users', value: '0', change: '▼ 100 % vs yesterday' },
    ]);
  });

  test('on the first day there is no change, and it says since when it measures', () => {
    const young: Past = (id, at) => (at < taipei('2026-11-23T07:30:00') ? undefined : past(id, at));
    const report = summary({ past: young, since: taipei('2026-11-23T07:30:00') });
    expect(report.sections[0]?.figures.every((one) => one.change === undefined)).toBe(true);
    expect(report.notes).toContain('Numbers come from IMKit; 3 of 24 hours measured.');
    expect(report.notes.at(-1)).toBe(
      'Nothing was measured at this time yesterday, so there is nothing to compare with. It is measured since 07:30.',
    );
  });

  test('older than two polls is stale, and its circle is grey', () => {
    const at = now - 19 * minute;
    expect(summary({ latest: { at: now - 2 * minute, values } }).stale).toBe(false);
    const report = summary({
      latest: { at, values },
      poll: { app: 'prod', lastTriedAt: now, lastGoodAt: at, failures: 19, reason: verbatim('HTTP 503') },
    });
    expect(report).toMatchObject({
      stale: true,
      standing: 'unknown',
      asOf: at,
      context: 'last hour, 08:41 to 09:41, Asia/Taipei',
    });
    expect(report.notes.slice(0, 2)).toEqual(['Production chat has not answered since 09:41.', 'HTTP 503.']);
  });

  test('an answer that came after the last failure is not called silence', () => {
    const report = summary({
      poll: {
        app: 'prod',
        lastTriedAt: now - minute,
        lastGoodAt: now - 9 * minute,
        failures: 3,
        reason: verbatim('HTTP 503'),
      },
    });
    expect(report.stale).toBe(false);
    expect(report.notes[0]).toBe('No open alerts.');
  });

  test('before the first answer there is nothing but the reason', () => {
    const { latest: _none, ...nothing } = readingsFor(summaryNeeds(prod, now), { app: prod, now, latest });
    expect(summaryReport(nothing)).toMatchObject({
      standing: 'unknown',
      headline: 'Production chat: nothing is measured yet, because it has not been asked',
      sections: [],
    });
    const silent = summaryReport({
      ...nothing,
      poll: { app: 'prod', lastTriedAt: now, failures: 4, reason: verbatim('The key is wrong.') },
    });
    expect(silent.headline).toBe('Production chat has never answered');
    expect(silent.notes).toContain('The key is wrong.');
  });

  test('what the platform says of its numbers is passed on', () => {
    expect(summary({ notes: [verbatim('The host changed between two polls')] }).notes.at(-1)).toBe(
      'The host changed between two polls.',
    );
  });

  test('readings gathered a little earlier than the report is made are still found', () => {
    const readings = readingsFor(summaryNeeds(prod, now), { app: prod, now, past, latest });
    const later = summaryReport({ ...readings, now: now + 3_000 });
    expect(later.sections[0]?.figures[0]?.change).toBe('▲ 12 % vs yesterday');
    expect(later.sections[0]?.charts).toHaveLength(1);
  });
});
