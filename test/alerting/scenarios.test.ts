// What stands around the machine: storms, maintenance, inhibition, recap, back test, trend.
import { describe, expect, test } from 'vitest';
import {
  isInhibited,
  type MaintenanceWindow,
  maintenanceOf,
  maintenanceSpans,
} from '../../src/alerting/maintenance.ts';
import { type AlertState, initialState } from '../../src/alerting/state.ts';
import { decideStorm, type Opening, otherAlertLines, stormMember } from '../../src/alerting/storm.ts';
import { trendNeeds, trendOf } from '../../src/alerting/trend.ts';
import { conditionOf } from '../../src/alerting/why.ts';
import { day, hour, minute, second } from '../../src/clock.ts';
import type { Bucket } from '../../src/metrics/sample.ts';
import { englishWording } from '../../src/wording.ts';
import { inEnglish } from '../support/in-english.ts';
import { app, every, gib, plain, ruleWith, run, sample, start, tell, user } from './sample-rules.ts';

const m = minute;
const say = englishWording.text;
const trendWords = (buckets: readonly Bucket[], hours: readonly Bucket[] = []): string | undefined => {
  const shown = buckets.at(-1)?.last ?? 0;
  const trend = trendOf(ruleWith(), app, { now: start, shown, whole: 8 * gib, data: [buckets, hours] });
  return trend && say(trend);
};
const bucket = (at: number, value: number, more: Partial<Bucket> = {}): Bucket => ({
  at: start + at,
  min: value,
  max: value,
  mean: value,
  last: value,
  lastAt: start + at,
  samples: 1,
  ...more,
});

describe('a storm', () => {
  const opening = (transition: number, stream?: string): Opening => ({
    incident: `rule-${transition}@0`,
    channel: 'C0ONCALL',
    at: start + transition * second,
    stream,
  });

  test('begins with the sixth opening within a minute in one channel', () => {
    const five = [0, 1, 2, 3, 4].map((transition) => opening(transition));
    expect(decideStorm(opening(4), five.slice(0, 4))).toEqual({ gather: false, reason: '5 openings within a minute' });
    expect(decideStorm(opening(5), five)).toEqual({
      gather: true,
      stream: `storm@C0ONCALL@${start + 5 * second}`,
      after: 5,
      reason: '6 openings within a minute',
    });
  });

  test('goes on as long as openings keep coming', () => {
    const stream = 'storm@C0ONCALL@1';
    expect(decideStorm(opening(100), [opening(50, stream)])).toMatchObject({ gather: true, stream });
    expect(decideStorm(opening(200), [opening(50, stream)])).toMatchObject({ gather: false });
  });

  test('of another channel is another storm', () => {
    const others = [0, 1, 2, 3, 4].map((transition) => ({ ...opening(transition), channel: 'C0OTHER' }));
    expect(decideStorm(opening(5), others)).toMatchObject({ gather: false });
  });

  test('has one summary: posted by the first, edited by the others, whose lines go to its thread', () => {
    const stream = 'storm@C0ONCALL@1';
    const one = ruleWith({ ...plain, id: 'one', mention: ['S0ONCALL'] });
    const two = ruleWith({ ...plain, id: 'two', mention: ['S0ONCALL'] });
    const first = tell(one, [sample(0, 0.1)], {
      storms: [{ channel: 'C0ONCALL', storm: { stream, members: [], after: 5 } }],
    });
    expect(first.notifications.map(({ operation, lane, stream: to }) => [operation, lane, to])).toEqual([
      ['post', 'slack', stream],
      ['reply', 'slack', stream],
      ['page', 'pager', first.state.machine.incident],
    ]);
    const member = stormMember({ state: first.state, rule: one, app }, start);
    const second_ = tell(two, [sample(second, 0.05)], {
      storms: [{ channel: 'C0ONCALL', storm: { stream, members: [member], after: 5 } }],
    });
    expect(
      second_.notifications
        .slice(0, 2)
        .map(({ operation, message }) => [operation, 'mentions' in message ? message.mentions : []]),
    ).toEqual([
      ['edit', []],
      ['reply', ['S0ONCALL']],
    ]);
    const summary = second_.notifications[0]?.message;
    expect(inEnglish(summary)).toMatchObject({
      view: {
        headline: '6 to 7 of 7 alerts at once, all on free memory of Production chat: 2 open',
        lines: [
          'one: Warning: Production chat has 10 % free memory, under 15 %',
          'two: Warning: Production chat has 5 % free memory, under 15 %',
          'As of 03:00.',
        ],
        actions: ['acknowledge', 'silence'],
      },
    });
    const closed = tell(two, [sample(m, 0.5)], {
      state: second_.state,
      storms: [{ channel: 'C0ONCALL', storm: { stream, members: [member], after: 5 } }],
    });
    expect(closed.notifications.map(({ operation, stream: to }) => [operation, to])).toEqual([
      ['edit', stream],
      ['reply', stream],
      ['page', second_.state.machine.incident],
    ]);
    expect(inEnglish(closed.notifications[0]?.message)).toMatchObject({
      view: { headline: '6 to 7 of 7 alerts at once, all on free memory of Production chat: 1 open' },
    });
    const rows = [...first.notifications, ...second_.notifications, ...closed.notifications];
    const numbers = rows.filter(({ lane }) => lane === 'slack').map(({ seq }) => seq);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });
});

describe('maintenance', () => {
  const nightly: MaintenanceWindow = {
    id: 'nightly',
    cron: '0 2 * * *',
    timezone: 'Asia/Taipei',
    duration: 2 * hour,
    apps: ['prod'],
    rules: [],
  };
  const rule = ruleWith();

  test('holds from its start for its duration, in its own zone', () => {
    expect(maintenanceOf(rule, [nightly], start)).toEqual({ name: 'nightly', until: start + hour });
    expect(maintenanceOf(rule, [nightly], start - hour)).toEqual({ name: 'nightly', until: start + hour });
    expect(maintenanceOf(rule, [nightly], start - hour - 1)).toBeUndefined();
    expect(maintenanceOf(rule, [nightly], start + hour)).toBeUndefined();
  });

  test('is for the apps and rules that it names, or for all', () => {
    expect(maintenanceOf(rule, [{ ...nightly, apps: ['china'] }], start)).toBeUndefined();
    expect(maintenanceOf(rule, [{ ...nightly, apps: [], rules: ['memory-low'] }], start)?.name).toBe('nightly');
    expect(maintenanceOf(rule, [{ ...nightly, apps: [] }], start)?.name).toBe('nightly');
  });

  test('of several windows the one that ends last counts', () => {
    expect(maintenanceOf(rule, [nightly, { ...nightly, id: 'long', duration: 5 * hour }], start)?.name).toBe('long');
  });

  test('lists its times of a span', () => {
    expect(maintenanceSpans(rule, [nightly], { from: start - 2 * day, to: start })).toEqual([
      { from: start - 2 * day - hour, to: start - 2 * day + hour },
      { from: start - day - hour, to: start - day + hour },
      { from: start - hour, to: start + hour },
    ]);
  });
});

describe('a platform that does not answer', () => {
  const stateOf = (machine: Partial<AlertState['machine']>): AlertState => {
    const initial = initialState(plain);
    return { ...initial, machine: { ...initial.machine, ...machine } };
  };
  const state = stateOf({ condition: 'firing', level: 'critical' });

  test('keeps the other alerts of its app quiet once that is critical', () => {
    expect(isInhibited(plain, state)).toBe(true);
    expect(isInhibited(plain, stateOf({ condition: 'firing', level: 'warning' }))).toBe(false);
    expect(isInhibited(plain, stateOf({ condition: 'recovering', level: 'critical' }))).toBe(false);
    expect(isInhibited(plain, undefined)).toBe(false);
    expect(isInhibited({ kind: 'unreachable' }, state)).toBe(false);
  });

  test('says at its end what the others say now', () => {
    const open = { rule: plain, state: run(plain, [sample(0, 0.1)]).state };
    const quiet = { rule: ruleWith(), state: initialState(ruleWith()) };
    expect(inEnglish(otherAlertLines([open, quiet], app, start))).toEqual([
      'Still open, plain: Warning: Production chat has 10 % free memory, under 15 %.',
    ]);
    expect(inEnglish(otherAlertLines([quiet], app, start))).toEqual(['Its other alerts are quiet.']);
    expect(otherAlertLines([], app, start)).toEqual([]);
  });
});

describe('how an alert stands', () => {
  test.each([
    ['quiet', [sample(0, 0.5)], 'Quiet: Production chat has 50 % free memory.'],
    ['pending', every(0, 2 * m, 0.1), 'Pending: Production chat has 10 % free memory, since 03:00.'],
    ['open', every(0, 5 * m, 0.1), 'Warning for 6 min: Production chat has 10 % free memory, under 15 %.'],
    [
      'silenced',
      [sample(0, 0.5), user(m, 'silence', hour)],
      'Silenced by {user:U0BOB} until 04:00, warnings only: Production chat has 50 % free memory.',
    ],
  ])('%s', (_name, events, words) => {
    const line = conditionOf(run(ruleWith(), events).state, ruleWith(), app, start + 6 * m);
    expect(`${say(line)}.`).toBe(words);
  });
});

describe('where a number is heading', () => {
  const rule = ruleWith();

  test('is said in bytes and hours', () => {
    // 40 MiB of 8 GiB an hour, 606 MiB are left.
    const step = 40 / 1024 / 8 / 12;
    const buckets = Array.from({ length: 36 }, (_, index) => bucket((index - 36) * 5 * m, 0.074 + (35 - index) * step));
    expect(trendWords(buckets)).toBe('Falling 40 MiB an hour: empty in about 15 h, at about 18:00.');
    const collapse = { ...buckets.at(-1), min: 0.01, mean: 0.01, last: 0.01 } as (typeof buckets)[number]; // the last one, lower
    const full = buckets.map((bucket) => ({
      ...bucket,
      min: bucket.min + 0.5,
      mean: bucket.mean + 0.5,
      last: bucket.last + 0.5,
    }));
    expect(trendWords([...full.slice(0, -1), collapse])).toBeUndefined();
    expect(trendNeeds(rule, start)).toMatchObject([{ tier: 'fiveMinutes' }, { tier: 'hours' }]);
  });

  test('is not said when the newest value lies far from the course before it', () => {
    const slow = Array.from({ length: 36 }, (_, index) => bucket((index - 36) * 5 * m, 0.15 + (35 - index) * 0.0015));
    expect(trendWords(slow)).toMatch(/^Falling .* empty in about/);
    const fallen = { ...slow.at(-1), at: 0, min: 0.074, mean: 0.074, last: 0.074 } as (typeof slow)[number]; // the last one, lower
    expect(trendWords([...slow, fallen])).toBeUndefined();
  });

  test('is not said of a fall that has stood still for half an hour', () => {
    /** A fall of 1.75 points in five minutes that ended so many steps ago. */
    const fallen = (steps: number): Bucket[] =>
      Array.from({ length: 22 }, (_, index) => {
        const value = 0.07 + Math.max(0, 21 - steps - index) * 0.0175 + 0.001 * Math.sin(index * 2);
        return bucket((index - 21) * 5 * m, value);
      });
    expect(trendWords(fallen(0))).toMatch(/^Falling .* empty in about/);
    for (const steps of [5, 6, 8, 12]) expect(trendWords(fallen(steps)), `${steps} steps`).toBeUndefined();
  });

  test('is not said of the peak of the last hour, nor where nothing falls', () => {
    expect(trendNeeds(ruleWith({ metric: 'connections.peak' }), start)).toBeUndefined();
    expect(trendWords(Array.from({ length: 36 }, (_, index) => bucket(index * 5 * m, 0.3)))).toBeUndefined();
  });
});
