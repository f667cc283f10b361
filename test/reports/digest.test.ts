import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { IncidentReading } from '../../src/reports/digest.ts';
import { digestNeeds, digestPeriod } from '../../src/reports/digest-period.ts';
import { reportText } from '../../src/reports/plain-text.ts';
import { englishWording } from '../../src/wording.ts';
import { digestOf } from '../support/digest.ts';
import { type Past, readingsFor, taipei, zone } from '../support/readings.ts';
import { prod } from '../support/sample-app.ts';
import { digest, now, past, section, sunday } from '../support/sample-digest.ts';

describe('the daily digest', () => {
  const incidents: IncidentReading[] = [
    {
      what: verbatim('free memory'),
      app: 'Production chat',
      level: 'critical',
      condition: 'limit',
      limit: { side: 'below', value: 0.08, unit: 'ratio' },
      beyond: 31 * minute,
      openedAt: taipei('2026-11-22T03:04:00'),
      closedAt: taipei('2026-11-22T03:45:00'),
    },
    {
      what: verbatim('connection peak'),
      app: 'Production chat',
      level: 'warning',
      condition: 'other',
      openedAt: taipei('2026-11-22T03:30:00'),
      closedAt: taipei('2026-11-22T03:40:00'),
    },
  ];
  const completeAt = new Map([['china', taipei('2026-11-23T08:50:00')]]);
  const report = digest({ digest: { incidents, completeAt } });

  test('tells the worst of the day and what moved in line 1, its day and zone in line 2, and what changed first', () => {
    expect(report).toMatchObject({
      headline:
        'Sunday: free memory of Production chat under 8 % for 31 min, and 1 more alert; 41,203 messages, +18 % vs Saturday',
      context: 'Daily digest, Sunday 22 Nov 2026, Asia/Taipei',
      standing: 'critical',
      stale: false,
    });
    expect(report.sections[0]).toMatchObject({
      title: 'What changed',
      lines: [
        '• Production chat: connection peak 1,893 between 21:00 and 22:00, 95 % of the limit',
        '• China: 12 new users, half of a usual Sunday',
      ],
    });
    const busier: Past = (id, at) => (id === 'messages.sent' && at > sunday ? 2_000 : past(id, at));
    expect(digest({ prod: { past: busier } }).sections[0]?.lines).toContain(
      '• Production chat: 48,000 messages, +37 % vs Saturday and +21 % vs last Sunday; the busiest Sunday in 8 weeks',
    );
  });

  test('sets each number beside the day before, the same weekday and eight such weekdays, what moved first', () => {
    const { table, lines } = section(report, 'Production chat');
    expect(table).toEqual({
      columns: ['', 'Sunday', 'Saturday', 'last Sunday', '8 Sundays'],
      rows: [
        [
          'Connection peak',
          '1,893 of 2,000 (95 %) ▲ 58 % vs Saturday',
          '1,200',
          '1,200',
          'lowest 1,200, highest 1,893',
        ],
        ['Messages', '41,203 ▲ 18 % vs Saturday', '34,918', '39,619', 'lowest 33,600, highest 41,203'],
      ],
    });
    expect(lines).toEqual(['Unchanged: active users 412, active rooms 12, free memory 37.5 %.']);
    expect(section(report, 'China (JMessage)').table?.rows).toEqual([
      ['New users', '12 ▼ 50 % vs Saturday', '24', '24', 'lowest 12, highest 24'],
    ]);
  });

  test('has six rows of an app at most, and the others in a line', () => {
    const every = [
      'users.active',
      'users.new',
      'users.total',
      'users.senders',
      'groups.active',
      'groups.total',
    ] as const;
    const more = ['messages.sent', 'messages.single', 'messages.group'] as const;
    const moving = (date: string): MetricValues =>
      Object.fromEntries(
        [...every, ...more].map((id, index) => [id, 1_000 + (12 - index) * 4 * Number(date.slice(8))]),
      );
    const part = section(digest({ china: { day: moving } }), 'China (JMessage)');
    expect(part.table?.rows.map(([title]) => title)).toHaveLength(6);
    expect(part.lines).toEqual([
      'Also: messages 1,528, up 2 % vs Saturday; single-chat messages 1,440, up 1 % vs Saturday; group messages 1,352, up 1 % vs Saturday.',
    ]);
  });

  test('draws messages and the connection peak by hour, with the limit, and a fortnight of users', () => {
    expect(section(report, 'Production chat').charts).toMatchObject([
      { kind: 'bar', title: 'Messages per hour, Sun 22 Nov, Production chat' },
      {
        kind: 'line',
        title: 'Connection peak per hour, Sun 22 Nov, Production chat',
        limits: [{ label: 'Limit 2,000', value: 2_000 }],
      },
    ]);
    expect(section(report, 'China (JMessage)').charts).toMatchObject([
      {
        title: 'Active users per day, 14 days to 22 Nov, China',
        alt: expect.stringMatching(/^Active users per day, 14 days to 22 Nov, China, Asia\/Shanghai\. Low 8,120 /),
      },
    ]);
  });

  test('of one app does not repeat its name in every chart', () => {
    const of = digestPeriod('day', now, zone);
    const apps = [readingsFor(digestNeeds(prod, of, now), { app: prod, now, past, zone })];
    const alone = digestOf({ of, now, mode: 'scheduled', apps, incidents: [], skipped: [] });
    expect(section(alone, 'Production chat').charts.map((chart) => chart.title)).toEqual([
      'Messages per hour, Sun 22 Nov',
      'Connection peak per hour, Sun 22 Nov',
    ]);
  });

  test('ends with the alerts, the gaps and the next digest', () => {
    expect(report.sections.at(-1)?.lines).toEqual([
      'Alerts: 2 opened, 2 resolved, 41 minutes with an alert open. Longest: free memory, Production chat, 03:04 to 03:45.',
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
    expect(text).toContain(
      'Messages: Sunday 41,203, up 18 % vs Saturday, Saturday 34,918, last Sunday 39,619, 8 Sundays lowest 33,600, highest 41,203.',
    );
    expect(text).not.toMatch(/[▁▅█▲▼]/);
  });
});

describe('the circle', () => {
  const calm: Past = (id, at) => (id === 'connections.peak' ? 1_200 : past(id, at));
  const limits = [{ metric: 'memory.free_ratio', level: 'warning', direction: 'below', value: 0.15 }] as const;
  const dip: Past = (id, at) => (id === 'memory.free_ratio' && at === sunday + 3 * hour ? 0.1 : calm(id, at));

  test.each([
    ['green on a calm day', { past: calm }, 'good', '; no limit crossed'],
    [
      'orange by a limit that was crossed',
      { past: dip, limits },
      'warning',
      ': free memory of Production chat down to',
    ],
    ['orange near the limit of the platform', {}, 'warning', ': connection peak of Production chat 1,893, 95 % of'],
    ['not that of now', { past: calm, latest: { at: now, values: { 'memory.free_ratio': 0.05 } } }, 'good', ''],
  ] as const)('is %s', (_what, given, standing, words) => {
    const report = digest({ prod: given });
    expect([report.standing, report.headline]).toEqual([standing, expect.stringContaining(words)]);
  });

  test('of several apps is that of the worst, and line 1 counts the others', () => {
    const of = digestPeriod('day', now, zone);
    const apps = ['Chat A', 'Chat B', 'Chat C'].map((name) => {
      const app = { ...prod, name };
      return readingsFor(digestNeeds(app, of, now), { app, now, past: dip, limits, zone });
    });
    const report = digestOf({ of, now, mode: 'scheduled', apps, incidents: [], skipped: [] });
    expect(report.headline).toMatch(
      /^Sunday: free memory of Chat A .*; 2 more apps near or beyond a limit; 41,203 mess/,
    );
    expect(report.notes[0]).toBe('24 of 24 hours measured on Chat A, Chat B and Chat C.');
  });

  test('is never green where an alert is open now, which line 1 says and a line of its own', () => {
    const alerts = [{ rule: 'users-low', level: 'critical', words: verbatim('Few users.') }] as const;
    const report = digest({ prod: { past: calm, alerts } });
    expect(report.standing).toBe('critical');
    expect(report.headline).toMatch(/; a critical alert is open now$/);
    expect(report.sections[0]?.lines).toEqual(['Now on Production chat: critical alert users-low is open.']);
  });

  test('says nothing of what nobody measured', () => {
    const half: Past = (id, at) => (at >= sunday + 10 * hour ? undefined : calm(id, at));
    expect(digest({ prod: { past: half } }).standing).toBe('unknown');
    expect(digest({ prod: { past: () => undefined }, china: { day: () => undefined } }).standing).toBe('unknown');
  });
});

test('a digest that an earlier version stored reads on', () => {
  const { text } = englishWording;
  const bars = (values: readonly (number | null)[]): string => text({ kind: 'digest.bars', values: { values } });
  expect(bars([1_204, null, 1_892])).toBe('lowest 1,204, highest 1,892 (2 of 3 known)');
  expect(bars([0.375, 0.4])).toBe('lowest 37.5 %, highest 40 %');
  const period = digestPeriod('day', now, zone);
  const of = { ...period, from: period.span.from, to: period.span.to };
  expect(text({ kind: 'digest.window', values: { of } })).toBe('Sunday 22 Nov 2026, Asia/Taipei');
});

describe('a digest that is not on time', () => {
  test.each([
    [
      { mode: 'late', dueAt: now - 3 * hour },
      'Daily digest, Sunday 22 Nov 2026, Asia/Taipei; sent 3 h late, due at 06:00',
    ],
    [{ mode: 'on demand' }, 'Daily digest, Sunday 22 Nov 2026, Asia/Taipei; on demand, beside the scheduled one'],
    [{ mode: 'preview' }, 'Daily digest, Sunday 22 Nov 2026, Asia/Taipei; preview, seen by you only, nothing was sent'],
  ] as const)('is marked: %j', (given, context) => {
    expect(digest({ digest: given }).context).toBe(context);
  });

  test('mentions the ones that were skipped, all of one reason in one sentence', () => {
    const reason = { kind: 'digest.notRunning', values: {} };
    const late = verbatim('it was more than 6 h late');
    const hours = Array.from({ length: 24 }, (_, index) => ({
      of: digestPeriod('hour', now - (24 - index) * hour, zone),
      reason,
    }));
    const one = { of: digestPeriod('day', now - day, zone), reason: late };
    expect(digest({ digest: { skipped: [one] } }).notes).toContain(
      'The digest of Saturday 21 Nov 2026 was skipped: it was more than 6 h late.',
    );
    expect(digest({ digest: { skipped: [...hours, one] } }).notes.filter((note) => note.includes('skipped'))).toEqual([
      '24 hourly digests were skipped (22 Nov 08:00 to 23 Nov 07:00): imstats was not running.',
      'The digest of Saturday 21 Nov 2026 was skipped: it was more than 6 h late.',
    ]);
    const weeks = [3, 2].map((back) => ({ of: digestPeriod('week', now - back * 7 * day, zone), reason }));
    expect(digest({ digest: { skipped: weeks } }).notes).toContain(
      '2 weekly digests were skipped (26 Oct to 8 Nov 2026): imstats was not running.',
    );
  });
});

describe('other periods', () => {
  test('an hourly digest compares with the hour before and the same hour last week', () => {
    const report = digest({ period: 'hour' });
    expect(report.headline).toBe(
      'The hour to 09:00: 1,717 messages on Production chat, same as the hour before; no limit crossed',
    );
    expect(report.context).toBe('Hourly digest, Monday 23 Nov 2026, 08:00 to 09:00, Asia/Taipei');
    expect(section(report, 'Production chat').table?.columns).toEqual([
      '',
      '08:00 to 09:00',
      '07:00 to 08:00',
      'a week ago',
      '24 hours',
    ]);
    expect(section(report, 'Production chat').lines).toEqual([
      'Unchanged: active users 412, connection peak 1,200, active rooms 12, free memory 37.5 %.',
    ]);
    expect(reportText(report)).not.toMatch(/China|JMessage|1 of 1 hour/);
    expect(section(report, 'Production chat').charts.map(({ title }) => title)).toEqual([
      'Messages per hour, 24 hours',
      'Connection peak per hour, 24 hours',
    ]);
  });

  test('an hourly digest does not call the quietest hour of the night a record', () => {
    const falling: Past = (id, at) =>
      id === 'messages.sent' ? 2_000 - Math.floor((at - sunday) / hour) * 5 : past(id, at);
    expect(digest({ period: 'hour', prod: { past: falling } }).sections[0]?.lines.join(' ')).not.toContain('quietest');
  });

  test('a weekly digest adds seven days and compares with the week before', () => {
    const report = digest({ period: 'week' });
    expect(report.context).toBe('Weekly digest, week 47, 16 to 22 Nov 2026, Asia/Taipei');
    expect(section(report, 'Production chat').table?.columns).toEqual(['', '16 to 22 Nov', '9 to 15 Nov', '8 weeks']);
    expect(section(report, 'China (JMessage)').table?.rows).toEqual([
      ['New users', '156 ▼ 7 % vs the week before', '168', 'lowest 156, highest 168'],
    ]);
    expect(section(report, 'Production chat').charts[0]).toMatchObject({
      title: 'Messages per day, 16 to 22 Nov, Production chat',
      labels: expect.arrayContaining(['16 Nov', '22 Nov']),
    });
    expect(report.notes[0]).toBe('168 of 168 hours measured on Production chat.');
  });

  test('a monthly digest compares with the month before and the same month last year', () => {
    const report = digest({ period: 'month' });
    expect(report.context).toBe('Monthly digest, October 2026, Asia/Taipei');
    expect(section(report, 'Production chat').table?.columns).toEqual([
      '',
      'October',
      'September',
      'October 2025',
      '12 months',
    ]);
    expect(section(report, 'Production chat').charts[0]?.labels).toHaveLength(31);
  });

  test('months are compared by the day, because they differ in length', () => {
    const even = (date: string): MetricValues => ({ 'messages.sent': date < '2026-10-01' ? 1_000 : 1_100 });
    const report = digest({ period: 'month', prod: { past: () => undefined }, china: { day: even } });
    expect(section(report, 'China (JMessage)').table?.rows).toEqual([
      ['Messages', '34,100 ▲ 10 % vs September, per day', '30,000', '31,000', 'lowest 28,000, highest 34,100'],
    ]);
    const steady = digest({ period: 'month', china: { day: () => ({ 'messages.sent': 1_000, 'groups.total': 9 }) } });
    expect(section(steady, 'China (JMessage)').table?.rows[0]?.[1]).toBe('31,000, same as September, per day');
    expect(section(steady, 'China (JMessage)').lines).toEqual(['Unchanged: groups 9.']);
  });

  test.each([
    ['Pacific/Auckland', '2026-09-28T09:00:00+13:00', 'Sunday 27 Sep 2026, 23 hours', '23 of 23 hours measured'],
    ['America/New_York', '2026-11-02T09:00:00-05:00', 'Sunday 1 Nov 2026, 25 hours', '25 of 25 hours measured'],
  ])('a day of %s on which the clock changes has its length, and is compared as it is', (place, at, title, hours) => {
    const time = Date.parse(at);
    const of = digestPeriod('day', time, place);
    const app = { ...prod, timezone: place };
    const readings = readingsFor(digestNeeds(app, of, time), { app, now: time, past: () => 100, zone: place });
    const report = digestOf({ of, now: time, mode: 'scheduled', apps: [readings], incidents: [], skipped: [] });
    expect(report.context).toBe(`Daily digest, ${title}, ${place}`);
    expect(section(report, 'Production chat').table?.rows[0]?.[1]).toMatch(
      /^2,300 ▼ 4 % vs Saturday$|^2,500 ▲ 4 % vs Saturday$/,
    );
    expect(report.notes[0]).toBe(`${hours} on Production chat.`);
  });

  test('a month without a year before it leaves that column out', () => {
    const report = digest({
      period: 'month',
      prod: { past: (id, at) => (at < taipei('2026-09-01T00:00:00') ? undefined : past(id, at)) },
    });
    expect(section(report, 'Production chat').table?.columns).toEqual(['', 'October', 'September', '12 months']);
  });
});
