import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { digestNeeds } from '../../src/reports/digest-part.ts';
import { digestPeriod } from '../../src/reports/digest-period.ts';
import { reportText } from '../../src/reports/plain-text.ts';
import type { Readings } from '../../src/reports/readings.ts';
import type { WordedReport, WordedSection } from '../../src/reports/word-report.ts';
import { type DigestOf, digestOf } from '../support/digest.ts';
import { type Past, readingsFor, taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';

const now = taipei('2026-11-23T09:00:03');
const sunday = taipei('2026-11-22T00:00:00');
const saturday = sunday - day;

/** Sunday 41,203 messages, Saturday 34,918, last Sunday 39,618, earlier Sundays less; the peak on Sunday from 21:00. */
const past: Past = (id, at) => {
  const isPeak = at >= taipei('2026-11-22T21:00:00') && at < taipei('2026-11-22T22:00:00');
  if (id === 'messages.sent') return messages(at);
  return (
    {
      'users.active': 412,
      'connections.peak': isPeak ? 1_893 : 1_200,
      'rooms.active': 12,
      'memory.free_ratio': 0.375,
    } as MetricValues
  )[id];
};

function messages(at: number): number {
  const isFirst = (at - sunday + 70 * day) % day < hour;
  if (at >= sunday) return isFirst ? 1_712 : 1_717;
  if (at >= saturday) return isFirst ? 1_453 : 1_455;
  if (at >= sunday - 7 * day && at < sunday - 6 * day) return isFirst ? 1_669 : 1_650;
  return 1_400;
}

const days = (date: string): MetricValues | undefined => ({
  'users.active': 8_120,
  'users.new': date === '2026-11-22' ? 12 : 24,
  'messages.sent': 4_000,
  'groups.active': 120,
});

interface Given {
  readonly digest?: Partial<DigestOf>;
  readonly prod?: Partial<Readings> & { past?: Past };
  readonly china?: Partial<Readings> & { day?: (date: string) => MetricValues | undefined };
  readonly period?: 'hour' | 'day' | 'week' | 'month';
}

function digest(given: Given = {}): WordedReport {
  const of = digestPeriod(given.period ?? 'day', now, zone);
  const first = readingsFor(digestNeeds(prod, of, now), { app: prod, now, past, ...given.prod, zone });
  const second = readingsFor(digestNeeds(china, of, now), { app: china, now, day: days, ...given.china, zone });
  return digestOf({
    of,
    now,
    mode: 'scheduled',
    apps: [first, second],
    incidents: [],
    skipped: [],
    next: now + day - 3_000,
    ...given.digest,
  });
}

function section(report: WordedReport, title: string): WordedSection {
  const found = report.sections.find((one) => one.title === title);
  if (found === undefined) throw new Error(`no section ${title}`);
  return found;
}

describe('the daily digest', () => {
  const incidents = [
    {
      what: verbatim('free memory'),
      app: 'Production chat',
      openedAt: taipei('2026-11-22T03:04:00'),
      closedAt: taipei('2026-11-22T03:45:00'),
    },
    {
      what: verbatim('connection peak'),
      app: 'Production chat',
      openedAt: taipei('2026-11-22T03:30:00'),
      closedAt: taipei('2026-11-22T03:40:00'),
    },
  ];
  const completeAt = new Map([['china', taipei('2026-11-23T08:50:00')]]);
  const report = digest({ digest: { incidents, completeAt } });

  test('has its day and zone in line 1 and says what changed first', () => {
    expect(report).toMatchObject({
      headline: 'Daily digest, Sunday 22 Nov 2026, Asia/Taipei',
      context: 'the whole of 22 Nov, 00:00 to 24:00, Asia/Taipei',
      standing: 'good',
      stale: false,
    });
    expect(report.sections[0]).toMatchObject({
      title: 'What changed',
      lines: [
        '• Production chat: 41,203 messages, +18 % vs Saturday and +4 % vs last Sunday; the busiest Sunday in 8 weeks',
        '• Production chat: connection peak 1,893 between 21:00 and 22:00, 95 % of the limit',
        '• China: 12 new users, half of a usual Sunday',
      ],
    });
  });

  test('sets each number beside the day before, the same weekday and eight such weekdays', () => {
    expect(section(report, 'Production chat').table).toEqual({
      numeric: true,
      columns: ['', 'Sunday', 'Saturday', 'last Sunday', '8 Sundays'],
      rows: [
        ['Messages', '41,203', '34,918 (▲ 18 %)', '39,619 (▲ 4 %)', '▁▁▁▁▁▁▇█'],
        ['Active users, busiest hour', '412', '412 (same)', '412 (same)', '▅▅▅▅▅▅▅▅'],
        ['Connection peak', '1,893 (95 % of 2,000)', '1,200 (▲ 58 %)', '1,200 (▲ 58 %)', '▁▁▁▁▁▁▁█'],
        ['Active rooms, busiest hour', '12', '12 (same)', '12 (same)', '▅▅▅▅▅▅▅▅'],
        ['Free memory, lowest', '37.5 %', '37.5 % (same)', '37.5 % (same)', '▅▅▅▅▅▅▅▅'],
      ],
    });
    expect(section(report, 'China (JMessage)').table?.rows[2]).toEqual([
      'New users',
      '12',
      '24 (▼ 50 %)',
      '24 (▼ 50 %)',
      '███████▁',
    ]);
  });

  test('draws messages and the connection peak by hour, with the limit, and a fortnight of users', () => {
    expect(section(report, 'Production chat').charts).toMatchObject([
      { kind: 'bar', title: 'Production chat: messages per hour' },
      {
        kind: 'line',
        title: 'Production chat: connection peak per hour',
        limits: [{ label: 'Limit 2,000', value: 2_000 }],
      },
    ]);
    expect(section(report, 'China (JMessage)').charts).toMatchObject([
      {
        title: 'China: active users per day, 14 days to 22 Nov',
        alt: expect.stringMatching(/^China: active users per day, 14 days to 22 Nov, Asia\/Shanghai\. Low 8,120 /),
      },
    ]);
  });

  test('of one app does not repeat its name in every chart', () => {
    const of = digestPeriod('day', now, zone);
    const apps = [readingsFor(digestNeeds(prod, of, now), { app: prod, now, past, zone })];
    const alone = digestOf({ of, now, mode: 'scheduled', apps, incidents: [], skipped: [] });
    expect(section(alone, 'Production chat').charts.map((chart) => chart.title)).toEqual([
      'Messages per hour',
      'Connection peak per hour',
    ]);
  });

  test('ends with the alerts, the gaps and the next digest', () => {
    expect(report.sections.at(-1)?.lines).toEqual([
      'Alerts: 2 opened, 2 resolved, 41 minutes over a limit. Longest: free memory, Production chat, 03:04 to 03:45.',
    ]);
    expect(report.notes).toEqual([
      '24 of 24 hours measured on Production chat.',
      "China's Sunday was complete at 08:50.",
      "China's days are days in Asia/Shanghai.",
      'Next digest: tomorrow 09:00 Asia/Taipei.',
    ]);
  });

  test('tells all of it as text too', () => {
    const text = reportText(report);
    for (const line of [...report.sections.flatMap((part) => part.lines), ...report.notes])
      expect(text).toContain(line);
    expect(text).toContain('Messages: Sunday 41,203, Saturday 34,918 (up 18 %), last Sunday 39,619 (up 4 %).');
    expect(text).not.toMatch(/[▁▅█▲▼]/);
  });
});

describe('a digest with little to say', () => {
  const calm: Past = (id, at) => (id === 'connections.peak' ? 1_200 : id === 'messages.sent' ? 1_400 : past(id, at));

  test('says in one line that nothing changed, and keeps the tables', () => {
    const report = digest({ prod: { past: calm }, china: { day: () => ({ 'users.active': 8_000 }) } });
    expect(report.sections[0]?.lines).toEqual(['Nothing changed: no limit was near, and every number was as usual.']);
    expect(section(report, 'Production chat').table?.rows).toHaveLength(5);
    expect(report.sections.at(-1)?.lines).toEqual(['Alerts: none.']);
  });

  test('does not say that no limit was near when an alert was open', () => {
    const openedAt = taipei('2026-11-22T03:04:00');
    const incidents = [
      { what: verbatim('connection peak'), app: 'Production chat', openedAt, closedAt: openedAt + hour },
    ];
    const report = digest({
      digest: { incidents },
      prod: { past: calm },
      china: { day: () => ({ 'users.active': 8_000 }) },
    });
    expect(report.sections[0]?.lines).toEqual(['Every number was as usual.']);
  });

  test('on the first day shows what is measured so far and says so', () => {
    const young: Past = (id, at) => (at < taipei('2026-11-23T06:00:00') ? undefined : calm(id, at));
    const report = digest({
      prod: { past: young },
      china: { day: (date) => (date === '2026-11-23' ? { 'users.active': 900 } : undefined) },
    });
    expect(report.sections[0]?.lines).toEqual(['Nothing to compare with yet: there are too few earlier Sundays.']);
    expect(section(report, 'Production chat')).toMatchObject({
      table: {
        numeric: true,
        columns: ['', 'so far, to 09:00'],
        rows: expect.arrayContaining([
          ['Messages', '4,200'],
          ['Active users, busiest hour', '412'],
        ]),
      },
      lines: ['Nothing was measured in this period (Sunday 22 Nov 2026): this is what is measured so far.'],
    });
    expect(section(report, 'China (JMessage)').table?.rows).toEqual([['Active users', '900']]);
    expect(report.notes).toContain('0 of 24 hours measured on Production chat.');
    expect(report.notes).toContain("China's Sunday is not there yet.");
  });

  test('within the first hour the newest snapshot speaks', () => {
    const latest = { at: now, values: { 'users.active': 7 } };
    const report = digest({ prod: { past: () => undefined, latest } });
    expect(section(report, 'Production chat').table).toEqual({
      numeric: true,
      columns: ['', 'now, at 09:00'],
      rows: [['Active users', '7']],
    });
  });

  test('with nothing known at all it says that', () => {
    const report = digest({ prod: { past: () => undefined } });
    expect(section(report, 'Production chat').lines).toEqual([
      'Nothing was measured in this period (Sunday 22 Nov 2026), and no number is known since then.',
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
    expect(report.sections[0]?.lines).toEqual([
      '• Production chat has not answered since Sun 22 Nov at 15:00',
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

  test('a day that is missing keeps its place in the table', () => {
    const report = digest({ china: { day: (date) => (date >= '2026-11-22' ? undefined : days(date)) } });
    expect(report.sections[0]?.lines).toContain('• China: Sunday is not there yet');
    expect(section(report, 'China (JMessage)').table?.rows[0]?.slice(0, 3)).toEqual([
      'Messages',
      'not measured',
      '4,000',
    ]);
    expect(section(report, 'China (JMessage)').lines).toEqual([
      'Sunday 22 Nov 2026 is not there yet: the platform reports a day some hours after it ends.',
    ]);
  });
});

test('one failed poll is no silence', () => {
  const poll = { app: 'prod', lastTriedAt: now, lastGoodAt: now - minute, failures: 1, reason: verbatim('HTTP 503') };
  const report = digest({ prod: { poll } });
  expect(report.standing).toBe('good');
  expect(report.sections[0]?.lines.join(' ')).not.toContain('has not answered');
  expect(section(report, 'Production chat').lines).toEqual([]);
});

describe('a digest that is not on time', () => {
  test.each([
    [
      { mode: 'late', dueAt: now - 3 * hour },
      'sent 3 h late, due at 06:00; the whole of 22 Nov, 00:00 to 24:00, Asia/Taipei',
    ],
    [{ mode: 'on demand' }, 'on demand, beside the scheduled one; the whole of 22 Nov, 00:00 to 24:00, Asia/Taipei'],
    [{ mode: 'preview' }, 'preview, seen by you only; the whole of 22 Nov, 00:00 to 24:00, Asia/Taipei'],
  ] as const)('is marked: %j', (given, context) => {
    expect(digest({ digest: given }).context).toBe(context);
  });

  test('mentions the ones that were skipped', () => {
    const skipped = [{ period: 'Saturday 21 Nov 2026', reason: verbatim('it was more than 6 h late') }];
    expect(digest({ digest: { skipped } }).notes).toContain(
      'The digest of Saturday 21 Nov 2026 was skipped: it was more than 6 h late.',
    );
  });
});

describe('other periods', () => {
  test('an hourly digest compares with the hour before and the same hour last week', () => {
    const report = digest({ period: 'hour' });
    expect(report.headline).toBe('Hourly digest, Monday 23 Nov 2026, 08:00 to 09:00, Asia/Taipei');
    expect(section(report, 'Production chat').table?.columns).toEqual([
      '',
      '08:00 to 09:00',
      '07:00 to 08:00',
      'last Monday',
      '24 hours',
    ]);
    expect(section(report, 'Production chat').table?.rows[1]?.[0]).toBe('Active users');
    expect(section(report, 'China (JMessage)').lines).toEqual([
      'JMessage reports whole days: its numbers are in the daily digest.',
    ]);
    expect(report.notes[0]).toBe('1 of 1 hour measured on Production chat.');
  });

  test('an hourly digest does not call the quietest hour of the night a record', () => {
    const falling: Past = (id, at) =>
      id === 'messages.sent' ? 2_000 - Math.floor((at - sunday) / hour) * 5 : past(id, at);
    expect(digest({ period: 'hour', prod: { past: falling } }).sections[0]?.lines.join(' ')).not.toContain('quietest');
  });

  test('a weekly digest adds seven days and compares with the week before', () => {
    const report = digest({ period: 'week' });
    expect(report.headline).toBe('Weekly digest, week 47, 16 to 22 Nov 2026, Asia/Taipei');
    expect(section(report, 'Production chat').table?.columns).toEqual(['', '16 to 22 Nov', '9 to 15 Nov', '8 weeks']);
    expect(section(report, 'China (JMessage)').table?.rows[0]?.slice(0, 3)).toEqual([
      'Messages',
      '28,000',
      '28,000 (same)',
    ]);
    expect(section(report, 'Production chat').charts[0]).toMatchObject({
      title: 'Production chat: messages per day',
      labels: expect.arrayContaining(['16 Nov', '22 Nov']),
    });
    expect(report.notes[0]).toBe('168 of 168 hours measured on Production chat.');
  });

  test('a monthly digest compares with the month before and the same month last year', () => {
    const report = digest({ period: 'month' });
    expect(report.headline).toBe('Monthly digest, October 2026, Asia/Taipei');
    expect(section(report, 'Production chat').table?.columns).toEqual([
      '',
      'October',
      'September',
      'October 2025',
      '12 months',
    ]);
    expect(section(report, 'Production chat').charts[0]?.labels).toHaveLength(31);
  });

  test('a month without a year before it leaves that column out', () => {
    const report = digest({
      period: 'month',
      prod: { past: (id, at) => (at < taipei('2026-09-01T00:00:00') ? undefined : past(id, at)) },
    });
    expect(section(report, 'Production chat').table?.columns).toEqual(['', 'October', 'September', '12 months']);
  });
});

test('the circle speaks of now: a number beyond its limit at the time of sending', () => {
  const latest = { at: now, values: { 'memory.free_ratio': 0.05 } };
  expect(digest({ prod: { latest } }).standing).toBe('critical');
  expect(digest({ prod: { latest: { at: now - minute, values: { 'memory.free_ratio': 0.5 } } } }).standing).toBe(
    'good',
  );
});
