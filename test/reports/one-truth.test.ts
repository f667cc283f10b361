// One truth: every number of an answer, in line 1, figures, table, chart and alt text, against sums of this file's own over the same polls.
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import type { MetricId } from '../../src/metrics/catalog.ts';
import { isRange, parseRange } from '../../src/metrics/parse-range.ts';
import type { Phrase } from '../../src/metrics/phrase.ts';
import type { Range } from '../../src/metrics/range.ts';
import type { Report } from '../../src/reports/report.ts';
import { trendNeeds, trendReport } from '../../src/reports/trend.ts';
import { type Poll, readingsOfPolls } from '../support/polled-past.ts';
import { prod } from '../support/sample-app.ts';

const zones = ['Asia/Shanghai', 'Asia/Kolkata', 'Europe/Berlin', 'Pacific/Auckland'];
const words = ['1h', '6h', '24h', 'today', 'yesterday', '3d', '7d', '09:00..now', 'this-week', '36h'];
const metrics = ['messages.sent', 'users.active', 'memory.free_ratio', 'connections.current'] as const;
type Asked = (typeof metrics)[number];

const world = fc.record({
  zone: fc.constantFrom(...zones),
  /** Around both changes of the clock in Berlin and in Auckland, and on ordinary days. */
  date: fc.constantFrom('2026-10-26', '2026-09-28', '2026-11-29', '2026-03-30', '2026-11-18'),
  minuteOfDay: fc.constantFrom(22, 61, 8 * 60 + 55, 15 * 60 + 27, 23 * 60 + 58),
  /** Seconds past the minute of each poll. */
  offset: fc.integer({ min: 1, max: 58 }),
  /** Spans without polls: how long before the end, and how long. */
  gaps: fc.array(fc.record({ back: fc.integer({ min: 3, max: 15_000 }), length: fc.integer({ min: 1, max: 700 }) }), {
    maxLength: 5,
  }),
  /** Low memory and many connections for some minutes. */
  dips: fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 4 }),
  days: fc.constantFrom(0.01, 0.2, 2, 16),
  seed: fc.integer({ min: 1, max: 1_000 }),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function nowOf({ zone, date, minuteOfDay }: World): number {
  return DateTime.fromISO(date, { zone }).startOf('day').plus({ minutes: minuteOfDay }).toMillis() + 30_000;
}

/** A poll each minute that no gap holds; the numbers move from poll to poll. */
function pollsOf(given: World): Poll[] {
  const now = nowOf(given);
  const polls: Poll[] = [];
  const count = Math.floor((given.days * day) / minute);
  for (let back = count; back >= 0; back -= 1) {
    const at = now - back * minute - given.offset * 500;
    if (given.gaps.some((gap) => back <= gap.back && back > gap.back - gap.length)) continue;
    const wave = Math.sin((at / hour) * 0.7 + given.seed) + Math.sin(at / day);
    const isDip = given.dips.some((dip) => back <= dip && back > dip - 3);
    polls.push({
      at,
      values: {
        'messages.sent': Math.round(1_200 + 500 * wave + ((at / minute) % 7)),
        'users.active': Math.round(300 + 100 * wave + ((at / minute) % 5)),
        'memory.free_ratio': isDip ? 0.05 : 0.5 + 0.1 * wave,
        'connections.current': isDip ? 2_600 : Math.round(900 + 300 * wave),
      },
    });
  }
  return polls;
}

/** The window that the words name, made here from the calendar. */
function windowsOf(word: string, { zone }: World, now: number): { named: [number, number]; full: [number, number] } {
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  const back = (days: number): number => today.minus({ days }).toMillis();
  const hours = /^(\d+)h$/.exec(word)?.[1];
  if (hours !== undefined) return both(now - Number(hours) * hour, now);
  const days = /^(\d+)d$/.exec(word)?.[1];
  if (days !== undefined) return { named: [back(Number(days)), today.toMillis()], full: [back(Number(days)), now] };
  if (word === 'today') return both(today.toMillis(), now);
  if (word === 'yesterday') return both(back(1), today.toMillis());
  if (word === 'this-week') return both(today.startOf('week').toMillis(), now);
  const nine = today.set({ hour: 9 }).toMillis();
  return both(nine < now ? nine : today.minus({ days: 1 }).set({ hour: 9 }).toMillis(), now);
}

const both = (from: number, to: number): { named: [number, number]; full: [number, number] } => ({
  named: [from, to],
  full: [from, to],
});

/** The hours of a window, oldest first: counted back from its end, for days from the midnight after each. */
function hoursOf([from, to]: readonly [number, number], zone: string): [number, number][] {
  const midnight = DateTime.fromMillis(to, { zone }).startOf('day').toMillis();
  const isOfDays = DateTime.fromMillis(from, { zone }).startOf('day').toMillis() === from;
  if (isOfDays && from < midnight && midnight < to && (to - midnight) % hour !== 0)
    return [...hoursOf([from, midnight], zone), ...hoursOf([midnight, to], zone)];
  const hours: [number, number][] = [];
  for (let end = to; end > from; end -= hour) hours.unshift([Math.max(from, end - hour), end]);
  const [first, second] = hours;
  // Some minutes are no hour of their own.
  if (first !== undefined && second !== undefined && first[1] - first[0] <= 3 * minute)
    hours.splice(0, 2, [first[0], second[1]]);
  return hours;
}

/** The sample nearest to the end of an hour, which may be two and a half minutes away. */
function nearest(polls: readonly Poll[], at: number, id: Asked): number | undefined {
  const first = polls[0]?.at ?? at;
  const place = Math.floor((at - first) / minute) - 5 - missing(polls);
  const near = polls.slice(Math.max(0, place), place + 12 + 2 * missing(polls));
  const sorted = near
    .filter((poll) => Math.abs(poll.at - at) <= 155_000)
    .toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at));
  return sorted[0]?.values[id];
}

/** How many polls the gaps took: so far may a poll be from its place. */
function missing(polls: readonly Poll[]): number {
  const [first, last] = [polls[0]?.at ?? 0, polls.at(-1)?.at ?? 0];
  return Math.round((last - first) / minute) + 1 - polls.length;
}

interface Truth {
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly slots: readonly (number | undefined)[];
}

function truthOf(polls: readonly Poll[], id: Asked, word: string, given: World): Truth {
  const now = nowOf(given);
  const { named, full } = windowsOf(word, given, now);
  if (id === 'memory.free_ratio' || id === 'connections.current') {
    const inside = (span: readonly [number, number]): number[] =>
      polls.filter(({ at }) => at >= span[0] && at <= span[1]).flatMap(({ values }) => values[id] ?? []);
    const all = inside(full);
    const part = inside(named);
    const low = all.length === 0 ? undefined : Math.min(...all);
    const high = all.length === 0 ? undefined : Math.max(...all);
    const mean = part.length === 0 ? undefined : part.reduce((sum, one) => sum + one, 0) / part.length;
    return { value: id === 'connections.current' ? mean : low, low, high, slots: [] };
  }
  const slotsOf = (span: readonly [number, number]) =>
    hoursOf(span, given.zone).map(([from, to]) => {
      const value = nearest(polls, to, id);
      return { value, share: Math.min(1, (to - from) / hour) };
    });
  const [all, part] = [slotsOf(full), slotsOf(named)];
  const whole = all.filter(({ share }) => share === 1).flatMap(({ value }) => value ?? []);
  const sums = part.flatMap(({ value, share }) => (value === undefined ? [] : [value * share]));
  const high = whole.length === 0 ? undefined : Math.max(...whole);
  const low = whole.length === 0 ? undefined : Math.min(...whole);
  const sum = sums.length === 0 ? undefined : sums.reduce((total, one) => total + one, 0);
  const slots = all.map(({ value, share }) => {
    if (value === undefined) return undefined;
    return id === 'messages.sent' ? value * share : share < 1 ? undefined : value;
  });
  return { value: id === 'messages.sent' ? sum : high, low, high, slots };
}

/** Every number that stands as a fact in a phrase under one of these names. */
function factsIn(phrase: Phrase, names: readonly string[]): number[] {
  return Object.entries(phrase.values).flatMap(([name, value]) => {
    if (typeof value === 'number') return names.includes(name) ? [value] : [];
    const inner = Array.isArray(value) ? value : [value];
    return inner.flatMap((one) => (isPhrase(one) ? factsIn(one, names) : []));
  });
}

const isPhrase = (value: unknown): value is Phrase =>
  typeof value === 'object' && value !== null && 'kind' in value && 'values' in value;

const isTooShort = ({ headline }: Report): boolean => JSON.stringify(headline).includes('range.tooShort');

function expectOneTruth(id: Asked, word: string, given: World): void {
  const polls = pollsOf(given);
  const now = nowOf(given);
  const app = { ...prod, timezone: given.zone };
  const range = rangeAsked(word, { now, zone: given.zone });
  const report = trendReport(readingsOfPolls(trendNeeds(app, id, { range, now }), polls, { app, now }), id, range);
  const truth = truthOf(polls, id, word, given);
  const [main] = report.sections;
  const [figure] = main?.figures ?? [];
  const chart = main?.charts[0]?.series[0];
  const table = report.sections[1]?.table;
  if (isTooShort(report)) {
    const newest = polls.at(-1);
    const isFresh = newest !== undefined && now - newest.at <= 2 * minute;
    const said = factsIn(report.headline, ['count', 'peak', 'ratio', 'value']);
    expect(said).toEqual(isFresh ? [newest.values[id]] : []);
    return;
  }
  if (truth.value === undefined) {
    expect(JSON.stringify(report.headline)).toMatch(/figure\.unknown|"hours"|moment\.now/);
    return;
  }
  const close = expect.closeTo(truth.value, 6);
  expect(factsIn(report.headline, ['count', 'peak', 'lowest', 'value'])[0]).toEqual(close);
  expect(figure?.value.values['value']).toEqual(close);
  for (const side of ['low', 'high'] as const) {
    const title = `"side":"${side}"`;
    const shown = main?.figures.find((one) => JSON.stringify(one.title).includes(title));
    if (shown !== undefined) expect(shown.value.values['value']).toEqual(expect.closeTo(truth[side] ?? Number.NaN, 6));
    const drawnByHour = main?.charts[0]?.each !== 'day' && !(word === '1h' && truth.slots.length > 0);
    if (chart?.whole !== undefined && drawnByHour && id !== 'messages.sent')
      expect(chart.whole[side].value).toEqual(expect.closeTo(truth[side] ?? Number.NaN, 6));
  }
  if (chart?.whole?.total !== undefined) expect(chart.whole.total).toEqual(close);
  if (main?.charts[0]?.each === 'hour' && truth.slots.length > 0)
    expect(chart?.values).toEqual(truth.slots.map((one) => (one === undefined ? undefined : expect.closeTo(one, 6))));
  if (table !== undefined && truth.slots.length > 0 && table.rows.length === truth.slots.length) {
    const cells = table.rows.map((row) => (row[1] === undefined ? [] : factsIn(row[1], ['value']))[0]);
    expect(cells).toEqual(truth.slots.map((one) => (one === undefined ? undefined : expect.closeTo(one, 6))));
  }
}

function rangeAsked(word: string, context: { now: number; zone: string }): Range {
  const found = parseRange(word, context);
  if (found === undefined || !isRange(found)) throw new Error(`${word} is no range`);
  return found;
}

describe('one truth', () => {
  test.each(metrics)(
    'of %s: line 1, figures, chart, table and alt text are of the polls and of the window named',
    (id) => {
      fc.assert(
        fc.property(world, fc.constantFrom(...words), (given, word) =>
          expectOneTruth(id satisfies MetricId, word, given),
        ),
        { numRuns: 60 },
      );
    },
  );
});
