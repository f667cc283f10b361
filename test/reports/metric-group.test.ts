import { describe, expect, test } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import type { MetricGroup, MetricValues } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { Range } from '../../src/metrics/range.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { type Past, readingsFor, taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { metricGroupReport, trendReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');
const GiB = 2 ** 30;

const latest = {
  at: now,
  values: {
    'users.active': 412,
    'messages.sent': 2_467,
    'connections.peak': 1_200,
    'rooms.active': 12,
    'rooms.total': 358,
    'memory.free': 3 * GiB,
    'memory.total': 8 * GiB,
    'memory.free_ratio': 0.375,
  },
};

/** 100 messages each hour, 120 since Sunday; the peak and the busiest hour were on Sunday from 20:00 to 21:00, each sample of the hour before it. */
const past: Past = (id, at) => {
  const isPeak = at > taipei('2026-11-22T20:00:00') && at <= taipei('2026-11-22T21:00:00');
  const isSunday = at > taipei('2026-11-22T00:00:00');
  const known: MetricValues = {
    'users.active': isPeak ? 812 : 300,
    'messages.sent': isSunday ? 120 : 100,
    'connections.peak': isPeak ? 1_893 : 1_000,
    'rooms.active': 10,
    'rooms.total': 358,
    'memory.free': isPeak ? 2 * GiB : 4 * GiB,
    'memory.free_ratio': isPeak ? 0.25 : 0.5,
  };
  return known[id];
};

const days = (date: string): MetricValues | undefined => {
  const day = Number(date.slice(8));
  return {
    'users.active': 8_000 + day,
    'users.senders': 4_000,
    'users.new': 20,
    'messages.sent': 400,
    'messages.single': 300,
    'messages.group': 100,
    'messages.single.text': 250,
    'messages.single.image': 50,
    'messages.group.text': 100,
    'groups.active': 120,
    'groups.total': 900,
  };
};

function range(word: string): Range {
  const found = parseRange(word, { now, zone });
  if (found === undefined || !isRange(found)) throw new Error(`${word} is no range`);
  return found;
}

function part(
  of: MetricGroup,
  word: string,
  given: Partial<Readings> & { past?: Past; day?: (date: string) => MetricValues | undefined } = {},
): WordedReport {
  const app = given.app ?? prod;
  const asked = range(word);
  const readings = readingsFor(metricGroupNeeds(app, of, { range: asked, now }), {
    app,
    now,
    past,
    day: days,
    ...(app.platform === 'imkit' ? { latest } : {}),
    ...given,
  });
  return metricGroupReport(readings, of, asked);
}

describe('numbers that are older than two polls', () => {
  const stale = { ...latest, at: now - 2 * hour };

  test('are not called now', () => {
    const asked = range('24h');
    const given = readingsFor(metricGroupNeeds(prod, 'memory', { range: asked, now }), {
      app: prod,
      now,
      latest: stale,
      past,
    });
    expect(metricGroupReport(given, 'memory', asked).headline).toContain(
      '37.5 % memory free when last seen, at 08:00, lowest 25 % in the last 24 hours',
    );
  });

  test('are not those of the last hour', () => {
    const asked = range('1h');
    const given = readingsFor(metricGroupNeeds(prod, 'connections', { range: asked, now }), {
      app: prod,
      now,
      latest: stale,
    });
    const report = metricGroupReport(given, 'connections', asked);
    expect(report).toMatchObject({
      standing: 'unknown',
      headline: 'Production chat: connection peak not measured in the last hour',
    });
    expect(report.sections[0]?.figures).toEqual([]);
  });
});

describe('connections on average', () => {
  // As many samples of 100 as of 300 in every five minutes and in every hour.
  const swinging: Past = (_id, at) => ((at / minute) % 2 === 0 ? 100 : 300);

  test.each(['24h', '7d', '30d'])('over %s are the mean of what was measured, not of the highest moments', (word) => {
    const figures = part('connections', word, { past: swinging }).sections[0]?.figures;
    expect(figures?.find(({ title }) => title === 'Connections, on average')?.value).toBe('200');
  });

  test('are what a chart of days shows, while a chart of hours shows the highest moment of each', () => {
    const drawn = (word: string): unknown => {
      const asked = range(word);
      const needs = trendNeeds(prod, 'connections.current', { range: asked, now });
      const readings = readingsFor(needs, { app: prod, now, past: swinging });
      const main = trendReport(readings, 'connections.current', asked).sections[0]?.charts[0]?.series[0];
      return { name: main?.name, values: [...new Set(main?.values.slice(1, -1))] };
    };
    expect(drawn('30d')).toEqual({ name: 'Connections', values: [200] });
    expect(drawn('7d')).toEqual({ name: 'Connections', values: [300] });
    expect(drawn('24h')).toMatchObject({ name: 'Connections now' });
  });
});

describe('an open alert that no number of the answer explains', () => {
  const low = { rule: 'memory-low', level: 'warning', words: verbatim('Warning: free memory 7.4 %') } as const;
  const dropped = { rule: 'messages-drop', level: 'critical', words: verbatim('Critical: messages fell') } as const;

  test('is named in line 1 that it colours', () => {
    expect(part('messages', '7d', { alerts: [low] })).toMatchObject({
      standing: 'warning',
      headline:
        'Production chat: 17,280 messages in the last 7 days, up 3 % vs the 7 days before; warning alert memory-low is open',
    });
    expect(part('messages', '7d', { alerts: [low, dropped] }).headline).toMatch(
      /; critical alert messages-drop is open, and 1 more alert$/,
    );
  });

  test.each([
    { level: 'warning', isNamed: false },
    { level: 'critical', isNamed: true },
  ] as const)('is named beside a number that warns only where it is worse: $level', ({ level, isNamed }) => {
    const values = { ...latest.values, 'memory.free_ratio': 0.1, 'memory.free': 0.8 * GiB };
    const { headline } = part('memory', '24h', { alerts: [{ ...low, level }], latest: { at: now, values } });
    expect(headline.endsWith(`; ${level} alert memory-low is open`)).toBe(isNamed);
  });

  test('says nothing of a time that is over, nor of numbers that are not known', () => {
    expect(part('messages', 'yesterday', { alerts: [dropped] })).toMatchObject({
      standing: 'good',
      headline: 'Production chat: 2,880 messages yesterday, up 20 % vs the day before',
    });
    expect(part('messages', '2026-11-16..2026-11-22', { alerts: [dropped], past: () => undefined }).headline).toBe(
      'Production chat: messages not measured from 16 to 22 Nov 2026',
    );
  });
});

describe('line 1 of a part of an app of moments', () => {
  test.each([
    [
      'users',
      '24h',
      'Production chat: 812 active users in the busiest hour of the last 24 hours, up 171 % vs the 24 hours before',
    ],
    ['users', '1h', 'Production chat: 412 active users in the last hour'],
    [
      'users',
      'yesterday',
      'Production chat: 812 active users in the busiest hour yesterday, up 171 % vs the day before',
    ],
    ['messages', 'yesterday', 'Production chat: 2,880 messages yesterday, up 20 % vs the day before'],
    ['messages', 'today', 'Production chat: 3,547 messages today so far, up 196 % vs yesterday by this time'],
    ['messages', '7d', 'Production chat: 17,280 messages in the last 7 days, up 3 % vs the 7 days before'],
    [
      'messages',
      '2026-11-01..2026-11-07',
      'Production chat: 16,800 messages from 1 to 7 Nov 2026, same as the 7 days before',
    ],
    ['rooms', '1h', 'Production chat: 12 active rooms in the last hour'],
    [
      'connections',
      '24h',
      'Production chat: 1,893 connections at the peak in the last 24 hours, 95 % of the limit, up 89 % vs the 24 hours before',
    ],
    [
      'connections',
      '6h',
      'Production chat: 1,200 connections at the peak in the last 6 hours, 60 % of the limit, up 20 % vs the 6 hours before',
    ],
    [
      'memory',
      '24h',
      'Production chat: 37.5 % memory free now, lowest 25 % in the last 24 hours, on Sun 22 Nov at 20:04, down 25 points vs the 24 hours before',
    ],
    [
      'memory',
      'yesterday',
      'Production chat: 25 % memory free at the lowest yesterday, at 20:04, down 25 points vs the day before',
    ],
  ] as const)('%s %s: %s', (of, word, headline) => {
    expect(part(of, word).headline).toBe(headline);
  });

  test('without a limit it says that there is none', () => {
    const { connectionLimit: _none, ...free } = prod;
    expect(part('connections', 'yesterday', { app: free, latest }).headline).toContain('yesterday (no limit set)');
  });
});

describe('line 1 of a part of an app of days', () => {
  test.each([
    ['groups', '7d', 'China: 120 active groups on the busiest day of the last 7 days, same as the 7 days before'],
    ['users', 'yesterday', 'China: 8,022 active users yesterday, about the same as the day before'],
    ['messages', '7d', 'China: 2,800 messages in the last 7 days, same as the 7 days before'],
    ['groups', '2026-11-20', 'China: 120 active groups on Friday 20 Nov 2026, same as the day before'],
  ] as const)('%s %s: %s', (of, word, headline) => {
    expect(part(of, word, { app: china }).headline).toBe(headline);
  });
});

describe('the figures of a part', () => {
  test('an extreme says when it was, and how far from the limit', () => {
    expect(part('connections', '24h').sections[0]?.figures).toEqual([
      {
        title: 'Connection peak',
        value: '1,893',
        detail: 'of 2,000 (95 %), on Sun 22 Nov from 20:00 to 21:00',
        change: '▲ 89 % vs the 24 hours before',
      },
    ]);
  });

  test('the newest number counts where it is the extreme itself', () => {
    expect(part('connections', '6h').sections[0]?.figures[0]).toEqual({
      title: 'Connection peak',
      value: '1,200',
      detail: 'of 2,000 (60 %), from 09:00 to 10:00',
      change: '▲ 20 % vs the 6 hours before',
    });
  });

  test('memory shows now with its change and the lowest with its size', () => {
    expect(
      part('memory', '24h').sections[0]?.figures.map(({ title, value, detail }) => [title, value, detail]),
    ).toEqual([
      ['Free memory', '3.0 of 8.0 GiB', '(37.5 %)'],
      ['Free memory, lowest', '25 %', '(2 GiB) on Sun 22 Nov at 20:04'],
    ]);
  });

  test('types that are not known of all days say of how many they are', () => {
    const title = (word: string, from: string): string | undefined => {
      const day = (date: string): MetricValues | undefined => {
        const known = days(date) ?? {};
        const others = Object.entries(known).filter(([id]) => !/^messages\..*\./.test(id));
        return date < from ? Object.fromEntries(others) : known;
      };
      return part('messages', word, { app: china, day }).sections[0]?.table?.columns[0];
    };
    expect(title('7d', '2026-11-01')).toBe('Messages by type');
    expect(title('7d', '2026-11-17')).toBe('Messages by type, 6 of 7 days');
    expect(title('30d', '2026-11-17')).toBe('Messages by type, 6 of 30 days');
  });

  test('sums of types agree with the sum of messages, and today is in neither', () => {
    const report = part('messages', '7d', { app: china });
    expect(report.sections[0]?.figures[1]).toMatchObject({ title: 'Single-chat messages', value: '2,100' });
    expect(report.sections[0]?.table?.rows).toEqual([
      ['Text', '1,750', '700'],
      ['Image', '350', 'not measured'],
    ]);
    expect(report.sections[0]?.lines).toContain('Today is not over: it is in the chart, not in the sum.');
  });
});

describe('the chart of a part', () => {
  test('messages are bars for each hour, for more than two days for each day', () => {
    expect(part('messages', '24h').sections[0]?.charts[0]).toMatchObject({
      kind: 'bar',
      title: 'Messages per hour, last 24 hours',
    });
    const week = part('messages', '7d').sections[0]?.charts[0];
    expect(week).toMatchObject({ kind: 'bar', title: 'Messages per day, last 7 days' });
    expect(week?.labels.at(-1)).toBe('23 Nov');
    expect(week?.isPartial).toBe(true);
    expect(week?.series[0]?.values.at(-2)).toBe(2_880);
  });

  test('messages of single chats and groups are stacked', () => {
    const chart = part('messages', '7d', { app: china }).sections[0]?.charts[0];
    expect(chart).toMatchObject({ kind: 'stacked', series: [{ name: 'Single chats' }, { name: 'Groups' }] });
    expect(chart?.labels).toHaveLength(8);
    expect(chart?.alt).toContain(
      'Single chats: low 300 on 16 Nov, high 300 on 16 Nov, in all 2,100 without today, today so far 300.',
    );
  });

  test('one day of a platform of days is shown at the end of a fortnight', () => {
    const chart = part('users', 'yesterday', { app: china }).sections[0]?.charts[0];
    expect(chart?.title).toBe('Users per day, 14 days');
    expect(chart?.labels).toHaveLength(14);
    expect(chart?.series.map((one) => one.name)).toEqual(['Active users', 'Users who sent a message', 'New users']);
  });

  test('memory has the limits of its rules, connections the limit of the app', () => {
    const limits = [
      { metric: 'memory.free_ratio', level: 'critical', direction: 'below', value: 0.08 },
      { metric: 'memory.free_ratio', level: 'warning', direction: 'below', value: 0.15 },
    ] as const;
    expect(part('memory', '6h', { limits }).sections[0]?.charts[0]?.limits).toEqual([
      { label: 'Critical 8 %', value: 0.08, meaning: 'critical' },
      { label: 'Warning 15 %', value: 0.15, meaning: 'warning' },
    ]);
    expect(part('connections', '6h').sections[0]?.charts[0]?.limits).toEqual([
      { label: 'Limit 2,000', value: 2_000, meaning: 'capacity' },
    ]);
  });

  test('the last hour of messages is a line of overlapping counts and is called so', () => {
    expect(part('messages', '1h').sections[0]?.charts[0]).toMatchObject({
      kind: 'line',
      title: 'Messages in the hour before, last hour',
    });
  });
});

describe('what is missing', () => {
  test('gaps are counted, and what was measured both times is compared', () => {
    const report = part('messages', 'yesterday', {
      past: (id, at) =>
        at > taipei('2026-11-22T12:02:00') && at <= taipei('2026-11-22T15:02:00') ? undefined : past(id, at),
    });
    expect(report.headline).toBe(
      'Production chat: 2,520 messages yesterday, 21 of 24 hours measured, up 20 % vs the day before, in the 21 hours measured both times',
    );
    expect(report.notes).toContain('Numbers come from IMKit; 21 of 24 hours measured.');
    expect(report.sections[0]?.charts[0]?.series[0]?.values.filter((value) => value === undefined)).toHaveLength(3);
  });

  test('without a number line 1 says so and there is no chart', () => {
    const report = part('messages', 'yesterday', { past: () => undefined });
    expect(report.headline).toBe('Production chat: messages not measured yesterday');
    expect(report.sections[0]).toMatchObject({ figures: [], charts: [] });
    expect(report.notes).toContain('Numbers come from IMKit; 0 of 24 hours measured.');
  });

  test('users and rooms explain why hours are not added', () => {
    expect(part('rooms', '24h').sections[0]?.lines).toEqual([
      'A room counts once an hour: hours cannot be added, so the busiest hour stands for a longer time.',
    ]);
    expect(part('connections', '24h').sections[0]?.lines).toEqual([
      'The platform reports the peak of the hour before each poll.',
    ]);
  });
});

test('the context names the span, the dates and the zone', () => {
  expect(part('messages', '24h').context).toBe('last 24 hours, 22 Nov 10:00 to 23 Nov 10:00, Asia/Taipei');
  expect(part('messages', '7d').context).toBe('last 7 days and today so far, 16 Nov to 23 Nov 2026, Asia/Taipei');
  expect(part('messages', 'yesterday').context).toBe('yesterday, Sunday 22 Nov 2026, Asia/Taipei');
  expect(part('messages', 'last-week').context).toBe('Monday 16 to Sunday 22 Nov 2026, Asia/Taipei');
  expect(part('messages', '07:30..now').context).toBe('last 2 h 30 min, 07:30 to 10:00, Asia/Taipei');
});
