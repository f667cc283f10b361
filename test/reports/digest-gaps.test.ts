// Digests with little to say, of a first day, and with something missing.
import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { IncidentReading } from '../../src/reports/digest.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import { reportText } from '../../src/reports/plain-text.ts';
import { digestOf } from '../support/digest.ts';
import { type Past, readingsFor, taipei, zone } from '../support/readings.ts';
import { china } from '../support/sample-app.ts';
import { days, digest, now, past, section, sunday } from '../support/sample-digest.ts';

describe('a digest with little to say', () => {
  const calm: Past = (id, at) => (id === 'connections.peak' ? 1_200 : id === 'messages.sent' ? 1_400 : past(id, at));

  test('says in one line that nothing changed, and keeps the tables', () => {
    const report = digest({ prod: { past: calm }, china: { day: () => ({ 'users.active': 8_000 }) } });
    expect(report.headline).toBe('A quiet Sunday: 33,600 messages on Production chat, no limit crossed');
    expect(report.standing).toBe('good');
    expect(report.sections[0]?.lines).toEqual(['Nothing changed: no limit was near, and every number was as usual.']);
    expect(section(report, 'Production chat').table?.rows).toHaveLength(5);
    expect(section(report, 'Production chat').table?.rows[0]?.[1]).toBe('33,600, same as Saturday');
    expect(section(report, 'Production chat').lines).toEqual([]);
    expect(report.sections.at(-1)?.lines).toEqual(['Alerts: none.']);
  });

  test('does not say that no limit was near when an alert was open', () => {
    const openedAt = taipei('2026-11-22T03:04:00');
    const incidents: IncidentReading[] = [
      {
        what: verbatim('connection peak'),
        app: 'Production chat',
        level: 'warning',
        condition: 'other',
        openedAt,
        closedAt: openedAt + hour,
      },
    ];
    const report = digest({
      digest: { incidents },
      prod: { past: calm },
      china: { day: () => ({ 'users.active': 8_000 }) },
    });
    expect(report.sections[0]?.lines).toEqual(['Every number was as usual.']);
    expect(report.standing).toBe('warning');
    expect(report.headline).toBe(
      'Sunday: an alert on connection peak of Production chat for 1 h; 33,600 messages, same as Saturday',
    );
  });

  test('on the first day shows what is measured so far and says so, in one line above', () => {
    const since = taipei('2026-11-23T06:00:00');
    const young: Past = (id, at) => (at < since ? undefined : calm(id, at));
    const report = digest({
      prod: { past: young, since },
      china: { day: (date) => (date === '2026-11-23' ? { 'users.active': 900 } : undefined) },
    });
    expect(report.headline).toBe('First day of Production chat and China: 5,600 messages, 412 active users so far');
    expect(report.standing).toBe('unknown');
    expect(report.sections[0]?.lines).toEqual(['Nothing to compare with yet: there are too few earlier Sundays.']);
    expect(section(report, 'Production chat')).toMatchObject({
      lines: [
        'Measured since 06:00 today; the first whole day comes tomorrow.',
        'So far: messages 5,600, active users 412, connection peak 1,200, active rooms 12, free memory 37.5 %.',
      ],
    });
    expect(section(report, 'Production chat').table).toBeUndefined();
    expect(section(report, 'China (JMessage)').lines).toContain('So far: active users 900.');
    expect(report.notes).toContain('0 of 24 hours measured on Production chat.');
    expect(report.notes).toContain("China's Sunday is not there yet.");
  });

  test('beside an app with a past, the new one is named in line 1', () => {
    const since = taipei('2026-11-23T06:00:00');
    const report = digest({ prod: { past: (id, at) => (at < since ? undefined : calm(id, at)), since } });
    expect(report.headline).toBe(
      'Sunday: 12 new users on China, half of a usual Sunday; 4,000 messages, same as Saturday; no whole day of Production chat yet',
    );
    expect(report.standing).toBe('unknown');
  });

  test('within the first hour the newest snapshot speaks', () => {
    const latest = { at: now, values: { 'users.active': 7 } };
    const report = digest({ prod: { past: () => undefined, latest, since: now } });
    expect(section(report, 'Production chat').lines).toEqual([
      'Measured since 09:00 today; the first whole day comes tomorrow.',
      'So far: active users 7.',
    ]);
  });

  test.each([
    ['week', 'the first whole week begins on Mon 30 Nov'],
    ['month', 'the first whole month begins on Tue 1 Dec'],
  ] as const)('of a %s says when the first whole one begins', (period, words) => {
    const latest = { at: now, values: { 'users.active': 7 } };
    const report = digest({ period, prod: { past: () => undefined, latest, since: now } });
    expect(section(report, 'Production chat').lines[0]).toBe(`Measured since 09:00 today; ${words}.`);
  });

  test('of an hour has the number of the sample at its end, which covers it', () => {
    const latest = { at: now, values: { 'users.active': 7 } };
    const report = digest({ period: 'hour', prod: { past: () => undefined, latest, since: now } });
    expect(JSON.stringify(section(report, 'Production chat'))).toContain('7');
  });

  test('with nothing known at all it says that', () => {
    const report = digest({ prod: { past: () => undefined } });
    expect(section(report, 'Production chat').lines).toEqual([
      'Nothing was measured in this period (Sunday 22 Nov 2026).',
    ]);
  });
});

describe('a digest with something missing', () => {
  test('a platform that failed has its reason and its last numbers in its part, the rest is sent', () => {
    const at = taipei('2026-11-22T15:00:00');
    const report = digest({
      prod: {
        past: (id, moment) => (moment >= at ? undefined : past(id, moment)),
        poll: {
          app: 'prod',
          lastTriedAt: now,
          lastGoodAt: at,
          failures: 99,
          reason: verbatim('HTTP 503 from the platform.'),
        },
        latest: { at, values: { 'users.active': 398, 'memory.free_ratio': 0.4 } },
      },
    });
    expect(report.standing).toBe('unknown');
    expect(report.headline).toBe(
      'Sunday: only 15 of 24 hours measured on Production chat; 12 new users on China, half of a usual Sunday; 25,750 messages on Production chat',
    );
    expect(report.sections[0]?.lines).toEqual(['Now: Production chat has not answered since Sun 22 Nov at 15:00.']);
    expect(report.sections[1]?.lines).toEqual([
      '• Production chat: only 15 of 24 hours measured',
      '• China: 12 new users, half of a usual Sunday',
    ]);
    expect(section(report, 'Production chat').lines).toEqual([
      'Production chat has not answered since Sun 22 Nov at 15:00.',
      'HTTP 503 from the platform.',
      'The last numbers on Sun 22 Nov at 15:00: 398 active users and 40 % memory free.',
      '15 of 24 hours measured: sums are of what was measured, and nothing is compared with them.',
    ]);
    expect(section(report, 'Production chat').table?.rows[0]?.[2]).toBe('34,918');
    expect(report.notes).toContain('15 of 24 hours measured on Production chat.');
  });

  test('a day that is not complete is said to be partial', () => {
    const of = digestPeriod('day', now, zone);
    const given = readingsFor(digestNeeds(china, of, now), { app: china, now, day: days, zone });
    const readings = {
      ...given,
      days: given.days.map((row) => (row.date === '2026-11-22' ? { ...row, complete: false } : row)),
    };
    const report = digestOf({ of, now, mode: 'scheduled', apps: [readings], incidents: [], skipped: [] });
    expect(report.notes).toContain(
      "China's Sunday is not complete: the numbers are what the platform had at 09:00, and may still grow.",
    );
  });

  test('a day that is missing leaves no rows without a number, but what the day before had', () => {
    const report = digest({ china: { day: (date) => (date >= '2026-11-22' ? undefined : days(date)) } });
    expect(report.standing).toBe('warning');
    expect(report.headline).toContain('; not there yet on China; 41,203 messages');
    expect(report.sections[0]?.lines).toContain('• China: Sunday is not there yet');
    expect(section(report, 'China (JMessage)').table).toBeUndefined();
    expect(section(report, 'China (JMessage)').lines).toEqual([
      'Sunday 22 Nov 2026 is not there yet: the platform reports a day some hours after it ends.',
      'Saturday: messages 4,000, active users 8,120, new users 24, active groups 120.',
    ]);
  });

  test('a gap is no fall: what both days have is compared, and that is said', () => {
    const isGap = (at: number): boolean => at >= sunday + 10 * hour && at < sunday + 12 * hour;
    const report = digest({ prod: { past: (id, at) => (isGap(at) ? undefined : past(id, at)) } });
    expect(report.headline).toContain('39,486 messages, +18 % vs Saturday in the 23 hours measured both times');
    const { table, lines } = section(report, 'Production chat');
    expect(table?.rows[1]?.[1]).toBe('39,486 ▲ 18 % vs Saturday');
    expect(lines[0]).toBe(
      '23 of 24 hours measured: sums are of these, and changes of the hours that are known both times.',
    );
  });

  test('half-known weeks are marked, and are neither compared nor an end of the range', () => {
    const since = taipei('2026-11-11T00:00:00');
    const report = digest({
      period: 'week',
      prod: { past: (id, at) => (at < since ? undefined : past(id, at)) },
      china: { day: (date) => (date < '2026-11-11' ? undefined : days(date)) },
    });
    expect(section(report, 'Production chat').table).toMatchObject({
      columns: ['', '16 to 22 Nov', '9 to 15 Nov'],
      rows: expect.arrayContaining([
        ['Messages', expect.not.stringContaining('vs'), '175,419 (121 of 168 hours measured)'],
      ]),
    });
    expect(section(report, 'China (JMessage)').table?.rows[0]).toEqual([
      'Messages',
      '28,000',
      '20,000 (5 of 7 days known)',
    ]);
  });

  test('a day of which a part was measured is a gap in the chart of a week', () => {
    const report = digest({
      period: 'week',
      prod: { past: (id, at) => (at >= sunday - day && at < sunday - 4 * hour ? undefined : past(id, at)) },
    });
    const [chart] = section(report, 'Production chat').charts;
    expect(chart?.series[0]?.values.slice(-2)).toEqual([undefined, 41_203]);
    // A sum of the other days would not be that of the week.
    expect(chart?.alt).not.toContain('in all');
  });
});

test('a period is not quiet while a platform does not answer', () => {
  const poll = { app: 'prod', lastTriedAt: now, lastGoodAt: now - hour, failures: 60 };
  const calm: Past = (id, at) => (id === 'connections.peak' ? 1_200 : id === 'messages.sent' ? 1_400 : past(id, at));
  const report = digest({ prod: { past: calm, poll }, china: { day: () => ({ 'users.active': 8_000 }) } });
  expect(report.headline).toBe('Sunday: 33,600 messages on Production chat, same as Saturday; no limit crossed');
  expect(report.sections[0]?.lines).toEqual(['Now: Production chat has not answered since 08:00.']);
});

test('one failed poll is no silence', () => {
  const poll = { app: 'prod', lastTriedAt: now, lastGoodAt: now - minute, failures: 1, reason: verbatim('HTTP 503') };
  const report = digest({ prod: { poll } });
  expect(reportText(report)).not.toContain('has not answered');
});
