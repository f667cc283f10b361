// A range beside another one: which values stand beside each other, where they are drawn, and what is left out.
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { minute } from '../../src/clock.ts';
import type { MetricGroup, MetricId, MetricValues } from '../../src/metrics/catalog.ts';
import { comparedWith } from '../../src/metrics/compare-range.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import type { Range } from '../../src/metrics/range.ts';
import { metricGroupNeeds } from '../../src/reports/metric-group.ts';
import { trendNeeds } from '../../src/reports/trend.ts';
import type { WordedReport } from '../../src/reports/word-report.ts';
import { type Poll, readingsOfPolls } from '../support/polled-past.ts';
import { readingsFor } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { metricGroupReport, trendReport } from '../support/worded-reports.ts';

const at = (text: string, zone = 'Asia/Shanghai'): number => DateTime.fromISO(text, { zone }).toMillis();
const dayIn = (time: number, zone: string): number => DateTime.fromMillis(time, { zone }).day;

function polls(from: number, to: number, values: (at: number) => MetricValues | undefined): Poll[] {
  const made: Poll[] = [];
  for (let time = from; time <= to; time += 5 * minute) {
    const measured = values(time);
    if (measured !== undefined) made.push({ at: time, values: measured });
  }
  return made;
}

function rangeOf(word: string, now: number, zone: string): Range {
  const [own = '', other] = word.split(' vs ');
  const read = (text: string): Range => {
    const found = parseRange(text, { now, zone });
    if (found === undefined || !isRange(found)) throw new Error(`${text} is no range`);
    return found;
  };
  return other === undefined ? read(own) : comparedWith(read(own), read(other));
}

interface Given {
  readonly now: number;
  readonly past: readonly Poll[];
  readonly zone?: string;
}

function part(of: MetricGroup, word: string, { now, past, zone = 'Asia/Shanghai' }: Given): WordedReport {
  const app = { ...prod, pollEvery: 5 * minute, timezone: zone };
  const range = rangeOf(word, now, zone);
  return metricGroupReport(readingsOfPolls(metricGroupNeeds(app, of, { range, now }), past, { app, now }), of, range);
}

function trend(id: MetricId, word: string, { now, past, zone = 'Asia/Shanghai' }: Given): WordedReport {
  const app = { ...prod, pollEvery: 5 * minute, timezone: zone };
  const range = rangeOf(word, now, zone);
  return trendReport(readingsOfPolls(trendNeeds(app, id, { range, now }), past, { app, now }), id, range);
}

/** The numbers of the dashed curve of the first chart, where it has one. */
function dashed(report: WordedReport): { name: string; values: readonly (number | undefined)[] } | undefined {
  return report.sections[0]?.charts[0]?.series.find(({ role }) => role === 'previous');
}

const now = at('2026-11-29T15:27');
const start = at('2026-11-12T00:00');

/** So many messages an hour as the day of the month of its end. */
const byDate = (time: number): MetricValues => ({
  'messages.sent': dayIn(time - 1, 'Asia/Shanghai'),
  'connections.peak': 100 * dayIn(time - 1, 'Asia/Shanghai'),
  'memory.free_ratio': dayIn(time, 'Asia/Shanghai') / 100,
});
const past = polls(start, now, byDate);

describe('a part beside the period that was asked for', () => {
  it('draws that period behind its main metric and says the change on it', () => {
    const report = part('messages', '3d vs 11-17..11-19', { now, past });
    expect(report.headline).toBe('Production chat: 1,944 messages in the last 3 days, up 50 % vs 17 to 19 Nov 2026');
    expect(report.sections[0]?.figures[0]).toMatchObject({ value: '1,944', change: '▲ 50 % vs 17 to 19 Nov 2026' });
    expect(dashed(report)).toMatchObject({ name: '17 to 19 Nov 2026', values: [408, 432, 456, undefined] });
  });

  it('does so for an extreme, a moment and an hour of another day', () => {
    expect(dashed(part('connections', '3d vs 11-17..11-19', { now, past }))?.values.slice(0, 2)).toEqual([1700, 1700]);
    expect(dashed(part('memory', 'yesterday vs 11-18', { now, past }))?.values.at(0)).toBe(0.18);
    expect(part('connections', '1h vs yesterday', { now, past }).headline).toContain('vs yesterday by this time');
  });

  it('draws none where none was asked for', () => {
    expect(dashed(part('messages', '3d', { now, past }))).toBeUndefined();
  });
});

describe('the earlier curve of a trend', () => {
  it('is cut like the main one, which has today so far', () => {
    expect(dashed(trend('messages.sent', '2d', { now, past }))?.values).toEqual([600, 624, undefined]);
    const values = dashed(trend('memory.free_ratio', '2d', { now, past }))?.values ?? [];
    expect(values.slice(0, 48)).toEqual([...Array(24).fill(0.25), ...Array(24).fill(0.26)]);
  });

  it('has its place by the clock where a day has 25 hours', () => {
    const zone = 'Europe/Berlin';
    const evening = at('2026-10-25T18:00', zone);
    // The hour of the day.
    const clock = polls(at('2026-10-22T00:00', zone), evening, (time) => ({
      'connections.peak': 10 + DateTime.fromMillis(time - 1, { zone }).hour,
    }));
    const chart = trend('connections.peak', 'today', { now: evening, past: clock, zone }).sections[0]?.charts[0];
    const [main, earlier] = [chart?.series.find(({ role }) => role === 'main'), chart?.series[1]];
    expect(main?.values.slice(0, 6)).toEqual([10, 11, 12, 12, 13, 14]);
    expect(earlier?.values.slice(0, 6)).toEqual([10, 11, 12, 12, 13, 14]);
  });
});

describe('the changes in a table', () => {
  it('are left out beside the sum of a day that was not measured whole', () => {
    const isGap = (time: number): boolean => time > at('2026-11-27T06:10') && time <= at('2026-11-27T08:10');
    const report = part('messages', '3d', {
      now,
      past: polls(start, now, (time) => (isGap(time) ? undefined : byDate(time))),
    });
    expect(report.sections[1]?.table?.rows.map(([, cell]) => cell)).toEqual([
      '624 ▲ 13 % vs the 3 days before',
      '594',
      '672 ▲ 12 % vs the 3 days before',
      expect.stringMatching(/^\d+$/),
    ]);
  });
});

describe('a day of a platform that is not over', () => {
  const today = at('2026-11-23T10:00');
  /** So many active users as the day of the month, today 1. */
  const readings = readingsFor(
    { buckets: [], days: { from: '2026-11-01', to: '2026-11-23' } },
    {
      ...{ app: china, now: today, zone: china.timezone },
      days: Array.from({ length: 23 }, (_, index) => ({
        date: `2026-11-${String(index + 1).padStart(2, '0')}`,
        zone: china.timezone,
        complete: index < 22,
        values: { 'users.active': index === 22 ? 1 : 100 + index, 'messages.sent': index === 22 ? 2 : 500 + index },
      })),
    },
  );
  const report = (id: MetricId, word: string): WordedReport =>
    trendReport(readings, id, rangeOf(word, today, china.timezone));

  it.each([
    ['users.active', '3d', '119 on Fri 20 Nov'],
    ['users.active', 'this-month', '100 on Sun 1 Nov'],
    ['messages.sent', 'this-month', '500 on Sun 1 Nov'],
  ] as const)('is not the lowest day of %s over %s', (id, word, low) => {
    const figures = report(id, word).sections[0]?.figures ?? [];
    const found = figures.find(({ title }) => title === 'Lowest day');
    expect(`${found?.value} ${found?.detail}`).toBe(low);
    expect(report(id, word).sections[0]?.charts[0]?.alt).toContain(`Low ${low.split(' ')[0]} `);
  });

  it('is compared by name: a Monday of this week with last Monday, today with yesterday', () => {
    const titles = (word: string) =>
      report('users.active', word).sections[0]?.figures.map(({ title, value }) => `${title}: ${value}`);
    expect(titles('this-week')).toContain('Mon 16 Nov, the whole day: 115');
    expect(titles('today')).toContain('Yesterday, the whole day: 121');
  });
});
