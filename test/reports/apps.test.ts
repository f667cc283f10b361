import { describe, expect, test } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { reportText } from '../../src/reports/plain-text.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { appsNeeds } from '../../src/reports/several-apps.ts';
import { summaryNeeds } from '../../src/reports/summary.ts';
import { readingsFor, taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { appsReport, failureReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');
const latest = {
  at: now - minute,
  values: { 'users.active': 412, 'memory.free_ratio': 0.375, 'connections.peak': 1_893 },
};
const advice = "Give the key the Platform API permission in IMKit's dashboard, or check the address filter there.";
const calm = { at: now, values: { 'users.active': 412, 'memory.free_ratio': 0.375 } };

function of(app: typeof prod, given: Partial<Readings> = {}): Readings {
  return readingsFor(appsNeeds(app, now), {
    app,
    now,
    day: () => ({ 'users.active': 8_120, 'messages.sent': 40_000 }),
    ...given,
  });
}

describe('the list of apps', () => {
  test('has a row for each with how it stands, and names those that need a look', () => {
    const poll = { app: 'prod', lastTriedAt: now - hour, lastGoodAt: now - hour, failures: 0 };
    const report = appsReport([of(prod, { latest }), of(china, { poll })], { now, zone });
    expect(report).toMatchObject({ standing: 'warning', headline: '2 apps: Production chat needs a look' });
    expect(report.sections[0]?.table).toEqual({
      columns: ['App', 'State', 'Numbers', 'As of'],
      rows: [
        ['Production chat (prod, IMKit)', 'warning', '1,893 connections at the peak, 95 % of the limit', '1 min ago'],
        ['China (china, JMessage)', 'fine', '8,120 active users and 40,000 messages yesterday', '1 h ago'],
      ],
    });
  });

  test('says when all are fine, in singular and plural', () => {
    expect(appsReport([of(prod, { latest: calm })], { now, zone }).headline).toBe('1 app, and it is fine');
    expect(appsReport([of(prod, { latest: calm }), of(china)], { now, zone })).toMatchObject({
      headline: '2 apps, all fine',
      standing: 'good',
    });
  });

  test('shows why an app does not answer and which alerts are open', () => {
    const poll = { app: 'prod', lastTriedAt: now, failures: 3, reason: verbatim('HTTP 401, the key is wrong') };
    const alerts = [{ rule: 'memory-low', level: 'critical', words: verbatim('low') }] as const;
    const report = appsReport([of(prod, { poll, alerts })], { now, zone });
    expect(report.sections[0]?.table?.rows[0]).toEqual([
      'Production chat (prod, IMKit)',
      'not known',
      'HTTP 401, the key is wrong',
      'never',
    ]);
    expect(report.notes).toEqual(['Production chat: 1 open alert, memory-low.']);
  });

  test('calls no app fine whose newest try has failed just now', () => {
    const poll = {
      app: 'prod',
      lastTriedAt: now,
      lastGoodAt: now - minute,
      failures: 1,
      reason: verbatim('HTTP 403, the key may not'),
    };
    const report = appsReport([of(prod, { latest: { ...calm, at: now - minute }, poll })], { now, zone });
    expect(report).toMatchObject({ standing: 'unknown', headline: '1 app: Production chat needs a look' });
    expect(report.sections[0]?.table?.rows[0]).toEqual([
      'Production chat (prod, IMKit)',
      'not known',
      'HTTP 403, the key may not',
      '1 min ago',
    ]);
  });

  test('marks numbers that are old', () => {
    const report = appsReport([of(prod, { latest: { ...calm, at: now - 19 * minute } })], { now, zone });
    expect(report.sections[0]?.table?.rows[0]).toEqual([
      'Production chat (prod, IMKit)',
      'not known',
      '412 active users, 37.5 % memory free',
      '19 min ago, stale',
    ]);
  });
});

describe('a platform that fails', () => {
  const failure = {
    words: verbatim('Production chat did not answer: HTTP 403, the key lacks platform permission'),
    advice: verbatim(advice),
  };
  const at = now - 19 * minute;
  const readings = readingsFor(summaryNeeds(prod, now), {
    app: prod,
    now,
    latest: { ...latest, at },
    poll: { app: 'prod', lastTriedAt: now, lastGoodAt: at, failures: 19, reason: verbatim('HTTP 403') },
  });

  test('is told first with what to do, then the last numbers with their age, marked stale', () => {
    const report = failureReport(failure, readings);
    expect(report).toMatchObject({
      standing: 'unknown',
      stale: true,
      asOf: at,
      headline: 'Production chat did not answer: HTTP 403, the key lacks platform permission',
    });
    expect(reportText(report).split('\n').slice(0, 6)).toEqual([
      'Production chat did not answer: HTTP 403, the key lacks platform permission.',
      'Last hour, 08:41 to 09:41, Asia/Taipei.',
      'As of 23 Nov 2026 09:41:12, Asia/Taipei, stale.',
      advice,
      'Last numbers are from 09:41 (19 min ago).',
      'Active users: 412.',
    ]);
    expect(report.notes.join(' ')).not.toContain('has not answered');
  });

  test('without numbers from before it says that there are none', () => {
    const { latest: _none, ...never } = readings;
    const report = failureReport(failure, { ...never, poll: { app: 'prod', lastTriedAt: now, failures: 1 } });
    expect(report).toMatchObject({
      stale: false,
      sections: [{ lines: [advice, 'There are no numbers from before.'] }],
    });
  });

  test('numbers of another day are told with their date', () => {
    const old = taipei('2026-11-21T09:41:00');
    const report = failureReport(failure, {
      ...readings,
      latest: { ...latest, at: old },
      poll: { app: 'prod', lastTriedAt: now, lastGoodAt: old, failures: 99 },
    });
    expect(report.sections[0]?.lines[1]).toBe('Last numbers are from Sat 21 Nov, 09:41 (2 days ago).');
  });
});
