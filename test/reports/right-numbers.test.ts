// Numbers that were wrong once, each as what is right: sums, changes, coverage, first minutes, and the platform's own today.
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import type { MetricGroup, MetricId, MetricValues } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import type { Range } from '../../src/metrics/range.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import { rangeSummaryNeeds } from '../../src/reports/range-summary.ts';
import type { Readings } from '../../src/reports/readings.ts';
import { summaryNeeds } from '../../src/reports/summary.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { type Poll, readingsOfPolls } from '../support/polled-past.ts';
import { readingsFor } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { metricGroupReport, rangeSummary, summaryReport, trendReport } from '../support/worded-reports.ts';

const shanghai = { ...prod, timezone: 'Asia/Shanghai' };

const at = (text: string, zone = 'Asia/Shanghai'): number => DateTime.fromISO(text, { zone }).toMillis();

/** A poll each minute from `from` to `now`; the values may leave a poll out. */
function polls(from: number, now: number, values: (at: number) => MetricValues | undefined): Poll[] {
  const made: Poll[] = [];
  for (let time = from; time <= now; time += minute) {
    const measured = values(time);
    if (measured !== undefined) made.push({ at: time, values: measured });
  }
  return made;
}

function rangeOf(word: string, now: number, zone: string): Range {
  const found = parseRange(word, { now, zone });
  if (found === undefined || !isRange(found)) throw new Error(`${word} is no range`);
  return found;
}

type Given = Partial<Readings> & { readonly now: number; readonly polls: readonly Poll[] };

function part(of: MetricGroup, word: string, { polls: past, now, ...given }: Given): WordedReport {
  const app = given.app ?? shanghai;
  const range = rangeOf(word, now, app.timezone);
  const readings = readingsOfPolls(metricGroupNeeds(app, of, { range, now }), past, { ...given, app, now });
  return metricGroupReport(readings, of, range);
}

function trend(id: MetricId, word: string, { polls: past, now, ...given }: Given): WordedReport {
  const app = given.app ?? shanghai;
  const range = rangeOf(word, now, app.timezone);
  return trendReport(readingsOfPolls(trendNeeds(app, id, { range, now }), past, { ...given, app, now }), id, range);
}

const now = at('2026-11-29T15:27');
const fortnight = at('2026-11-14T00:00');

describe('sums and changes', () => {
  const steady = (time: number): MetricValues => ({ 'messages.sent': 100, 'users.active': (time / hour) % 24 });

  test('hours without a sample are said in line 1, and are no fall', () => {
    const isGap = (time: number): boolean => {
      const local = DateTime.fromMillis(time, { zone: 'Asia/Shanghai' });
      const minutes = local.hour * 60 + local.minute;
      return time > at('2026-11-22T00:00') && minutes > 14 * 60 + 5 && minutes <= 16 * 60 + 5;
    };
    const past = polls(fortnight, now, (time) => (isGap(time) ? undefined : steady(time)));
    expect(part('messages', '7d', { now, polls: past }).headline).toBe(
      'Production chat: 15,400 messages in the last 7 days, 154 of 168 hours measured, same as the 7 days before, in the 154 hours measured both times',
    );
  });

  test('a past of a poll each quarter of an hour loses no hour, wherever in it the polls are', () => {
    const rare = polls(fortnight, now, steady).filter((poll) => (poll.at / minute) % 15 === 3);
    expect(part('messages', '7d', { now, polls: rare }).headline).toBe(
      'Production chat: 16,800 messages in the last 7 days, same as the 7 days before',
    );
  });

  test('today is summed to this minute, the hour that midnight cuts by its part', () => {
    const report = part('messages', 'today', { now, polls: polls(fortnight, now, steady) });
    expect(report.headline).toBe('Production chat: 1,545 messages today so far, same as yesterday by this time');
    const early = at('2026-11-29T00:22');
    const young = part('messages', 'today', { now: early, polls: polls(fortnight, early, steady) });
    expect(young.headline).toBe('Production chat: 37 messages today so far, same as yesterday by this time');
    expect(young.sections[0]?.lines).toContain(
      'The platform counts whole hours, so 00:00 to 00:22 is estimated as its part of one: 100 % of the sum.',
    );
  });

  test('the day after a change of clocks is compared by the clock', () => {
    const zone = 'Europe/Berlin';
    const noon = at('2026-10-26T12:40', zone);
    const past = polls(at('2026-10-23T00:00', zone), noon, steady);
    const report = part('messages', 'today', { app: { ...prod, timezone: zone }, now: noon, polls: past });
    // Yesterday had an hour more by this time.
    expect(report.headline).toContain('1,267 messages today so far, down 7 % vs yesterday by this time');
  });

  test('a trend of one hour says one number', () => {
    const report = trend('messages.sent', '1h', { now, polls: polls(fortnight, now, steady) });
    expect(report.headline).toBe('Production chat: 100 messages in the last hour');
    expect(report.sections[0]?.figures).toEqual([
      { title: 'Messages', value: '100', change: 'same as the hour before' },
      { title: 'The hour before', value: '100' },
    ]);
  });
});

describe('moments', () => {
  /** 40 %, for two minutes 6 %, then 31 %. */
  const dip = at('2026-11-29T08:58');
  const past = polls(fortnight, now, (time) => {
    const isDip = time >= dip && time < dip + 2 * minute;
    return { 'memory.free_ratio': isDip ? 0.06 : time < dip ? 0.4 : 0.31, 'memory.total': 8 * 2 ** 30 };
  });

  test.each([
    ['24h', '31 % memory free now, lowest 6 % in the last 24 hours, today at 08:59', 'Low 6 % on 29 Nov at 08:59'],
    [
      '7d',
      '31 % memory free now, lowest 6 % in the last 7 days and today so far, today at 08:59',
      'Low 6 % on 29 Nov at 08:59',
    ],
  ])('over %s the words and the picture have one low, with its time', (word, headline, alt) => {
    const report = part('memory', word, { now, polls: past });
    expect(report.headline).toContain(headline);
    expect(report.sections[0]?.charts[0]?.alt).toContain(alt);
    const figures = trend('memory.free_ratio', word, { now, polls: past }).sections[0]?.figures;
    expect(figures?.filter(({ value }) => value === '6 %')).toHaveLength(2);
  });

  test('up to six hours the low is that of its sample, and the newest is not the lowest', () => {
    const soon = dip + 20 * minute;
    const report = part('memory', '1h', { now: soon, polls: past.filter((poll) => poll.at <= soon) });
    expect(report.headline).toContain('31 % memory free now, lowest 6 % in the last hour, at 08:58');
    expect(report.sections[0]?.charts[0]?.alt).toContain('Low 6 % at 08:58, high 40 % at 08:18, now 31 %.');
  });

  test('a day that just began has no peak of its own yet', () => {
    const early = at('2026-11-29T00:22');
    const peaks = polls(fortnight, early, () => ({ 'connections.peak': 405 }));
    expect(part('connections', 'today', { now: early, polls: peaks }).headline).toBe(
      'Production chat: 405 connections at the peak in the last hour',
    );
  });
});

describe('the first minutes and hours', () => {
  const values = { 'messages.sent': 721, 'users.active': 139, 'memory.free_ratio': 0.4, 'connections.peak': 419 };

  test.each([
    ['messages', '24h', '721 messages in the last hour, measured since 15:26, too short for 24 hours yet'],
    ['users', '7d', '139 active users in the last hour, measured since 15:26, too short for 7 days yet'],
    ['memory', '24h', '40 % memory free now, measured since 15:26, too short for 24 hours yet'],
    [
      'connections',
      '7d',
      '419 connections at the peak in the last hour, measured since 15:26, too short for 7 days yet',
    ],
  ] as const)('%s over %s is the newest number with its own window', (of, word, words) => {
    const report = part(of, word, { now, polls: polls(now - minute, now, () => values) });
    expect(report).toMatchObject({ headline: `Production chat: ${words}`, standing: 'unknown' });
  });

  test('a store of five hours does not speak of seven days', () => {
    const past = polls(now - 5 * hour, now, () => values);
    const range = rangeOf('7d', now, 'Asia/Shanghai');
    const groups = ['users', 'messages', 'connections', 'memory'] as const;
    const needs = rangeSummaryNeeds(shanghai, groups, { range, now });
    const readings = readingsOfPolls(needs, past, { app: shanghai, now });
    const report = rangeSummary(
      groups.map((of) => ({ part: of, readings })),
      range,
    );
    expect(report?.headline).toBe(
      'Production chat: 139 active users in the last hour, measured since 10:27, too short for 7 days yet',
    );
  });
});

describe('days that the platform counts', () => {
  const ask = (word: string, day: (date: string) => MetricValues | undefined, more: Partial<Readings> = {}) => {
    const range = rangeOf(word, more.now ?? now, china.timezone);
    const needs = metricGroupNeeds(china, 'messages', { range, now: more.now ?? now });
    return metricGroupReport(readingsFor(needs, { app: china, now, day, ...more }), 'messages', range);
  };

  test('missing days are said in line 1, and are no fall', () => {
    const day = (date: string): MetricValues | undefined =>
      ['2026-11-10', '2026-11-11', '2026-11-12'].includes(date) ? undefined : { 'messages.sent': 1_000 };
    expect(ask('30d', day).headline).toBe(
      'China: 27,000 messages in the last 30 days, 27 of 30 days known, same as the 30 days before, in the 27 days known both times',
    );
  });

  test('a range whose words name today counts today, and says that it is not over', () => {
    const day = (date: string): MetricValues => ({ 'messages.sent': date === '2026-11-29' ? 554 : 1_000 });
    const report = ask('2026-11-27..2026-11-29', day);
    expect(report.headline).toBe(
      'China: 2,554 messages from 27 to 29 Nov 2026, today so far, same as the 3 days before by this time, in the 2 days known both times',
    );
    expect(report.sections[0]?.lines.join(' ')).toContain('Today is not over: the sum has today so far');
    expect(report.sections[0]?.charts[0]?.alt).toContain('in all 2,554, today so far 554');
  });

  const hours = Array.from({ length: 16 }, (_, index) => ({
    at: at('2026-11-29T00:00') + index * hour,
    values: { 'messages.sent': index === 15 ? 52 : 34 },
  }));

  test.each([
    ['zero', { 'messages.sent': 0, 'users.active': 0 }],
    ['missing', undefined],
    ['late', { 'messages.sent': 100 }],
  ])('a row of today that is %s does not speak against its hours', (_, row) => {
    const day = (date: string): MetricValues | undefined =>
      date === '2026-11-29' ? row : { 'messages.sent': 1_000, 'users.active': 50 };
    const report = ask('today', day, { hours });
    expect(report.headline).toContain('562 messages today so far');
    expect(report.sections[0]?.figures[0]).toMatchObject({ title: 'Messages', value: '562' });
    const needs = summaryNeeds(china, now);
    const summary = summaryReport(readingsFor(needs, { app: china, now, day, hours }));
    expect(summary.sections[0]?.lines[0]).toBe('Today so far: 562 messages.');
  });

  test('yesterday is shown as not complete where it is there', () => {
    const early = at('2026-11-29T00:22');
    const rows = ['2026-11-26', '2026-11-27', '2026-11-28'].map((date) => ({
      date,
      zone: china.timezone,
      complete: date !== '2026-11-28',
      values: { 'messages.sent': date === '2026-11-28' ? 995 : 1_000 },
    }));
    const summary = summaryReport(readingsFor(summaryNeeds(china, early), { app: china, now: early, days: rows }));
    expect(summary.sections[0]?.lines.join(' ')).toContain('Yesterday: 995 messages so far, not complete');
    const report = ask('yesterday', () => undefined, { days: rows, now: early });
    expect(report.headline).toContain('995 messages yesterday');
    expect(report.sections[0]?.lines).toContain(
      'Saturday 28 Nov 2026 is not complete yet; its numbers may still grow.',
    );
  });

  test('the alt text counts the gaps of each curve', () => {
    const day = (date: string): MetricValues | undefined =>
      date < '2026-11-25' ? { 'messages.single': 5 } : { 'messages.single': 5, 'messages.group': 2 };
    expect(ask('7d', day).sections[0]?.charts[0]?.alt).toContain('Groups: 3 days of 8 not measured.');
  });
});

test('up to 14 slots stand in a table, the change beside its own value', () => {
  const past = polls(fortnight, now, (time) => ({ 'messages.sent': time > at('2026-11-28T01:00') ? 120 : 100 }));
  const table = part('messages', '7d', { now, polls: past }).sections[1]?.table;
  expect(table?.columns).toEqual(['Day', 'Messages']);
  expect(table?.rows.map(([name]) => name)).toEqual([
    ...['Sun 22 Nov', 'Mon 23 Nov', 'Tue 24 Nov', 'Wed 25 Nov', 'Thu 26 Nov', 'Fri 27 Nov', 'Sat 28 Nov'],
    'Sun 29 Nov so far',
  ]);
  expect(table?.rows.at(-2)?.[1]).toMatch(/^2,860 ▲ 19 % vs the 7 days before$/);
  expect(table?.rows.at(-1)?.[1]).toBe('1,854');
});
