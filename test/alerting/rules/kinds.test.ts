// What each kind of rule measures, against numbers worked out by hand.
import { describe, expect, test } from 'vitest';
import type { MeasureInput, Measurement, Rule } from '../../../src/alerting/rule.ts';
import { ruleFromConfig } from '../../../src/alerting/rule-config.ts';
import { kindOf, ruleKinds } from '../../../src/alerting/rules/index.ts';
import { unreachableRule } from '../../../src/alerting/rules/unreachable.ts';
import { explainReading, explainTerms } from '../../../src/alerting/why.ts';
import { day, hour, minute } from '../../../src/clock.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import type { Bucket } from '../../../src/metrics/sample.ts';
import { englishWording } from '../../../src/wording.ts';
import { inEnglish } from '../../support/in-english.ts';
import { app, gib, ruleWith, start, tell } from '../sample-rules.ts';

const m = minute;
const say = englishWording.text;
const explained = (...[rule, measurement, app, reading]: Parameters<typeof explainReading>): string[] =>
  [...explainReading(rule, measurement, app, reading), ...explainTerms(rule, app)].map(say);
const holds = 'Acknowledge holds 8 h on a warning and 1 h on critical, unless you name a time; then you are asked.';

function rule(raw: Record<string, unknown>): Rule {
  const result = ruleFromConfig({ id: 'it', app: 'prod', channel: 'C0ONCALL', ...raw }, { app });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.rule;
}

function measure(of: Rule, input: Partial<MeasureInput>): Measurement {
  return kindOf(of).measure(of, { now: start, values: {}, zone: app.timezone, data: [], ...input });
}

function measuredBy(of: Rule, input: Partial<MeasureInput>): Extract<Measurement, { state: 'measured' }> {
  const measured = measure(of, input);
  if (measured.state !== 'measured') throw new Error(measured.state);
  return measured;
}

const bucket = (at: number, value: number): Bucket => ({
  at: start + at,
  min: value,
  max: value,
  mean: value,
  last: value,
  lastAt: start + at,
  samples: 1,
});

test('every kind has its own name', () => {
  expect(new Set(ruleKinds.map(({ kind }) => kind)).size).toBe(ruleKinds.length);
});

describe('a threshold', () => {
  test('is the metric itself, with what it is part of', () => {
    expect(measure(ruleWith(), { values: { 'memory.free_ratio': 0.074, 'memory.total': 8 * gib } })).toEqual({
      state: 'measured',
      value: 0.074,
      shown: 0.074,
      whole: 8 * gib,
      words: [],
    });
  });

  test('is unknown, and never 0, where the platform did not say', () => {
    expect(measure(ruleWith(), { values: { 'memory.total': gib } })).toEqual({ state: 'unknown' });
  });

  test('explains itself', () => {
    const threshold = ruleWith();
    const measured = measure(threshold, { values: { 'memory.free_ratio': 0.074, 'memory.total': 8 * gib } });
    const number = { now: start, shown: 0.074, whole: 8 * gib };
    const rate = { perHour: -40 * 2 ** 20, unit: 'bytes' } as const;
    expect(explained(threshold, measured, app, { ...number, rate })).toEqual([
      'Now 606 MiB of 8.0 GiB, falling 40 MiB an hour.',
      'Warning: under 15 % for 5 min, closes at 20 %.',
      'Critical: under 8 % for 2 min, a warning again at 12 %.',
      'It closes once that has held for 10 min.',
      holds,
    ]);
    expect(explained(threshold, measured, app, { ...number, seenAt: start - hour })[0]).toBe(
      'Last seen at 02:00: 606 MiB of 8.0 GiB.',
    );
    expect(explained(threshold, { state: 'unknown' }, app, { now: start })[0]).toBe(
      'Free memory of Production chat: not measured.',
    );
  });

  test('says of each level where it ends, and nothing where it ends where it begins or at once', () => {
    const sharp = ruleWith({ keepFiring: 0, levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: 0 } } });
    expect(explained(sharp, { state: 'unknown' }, app, { now: start }).slice(1)).toEqual([
      'Warning: under 15 %, at once.',
      holds,
    ]);
  });
});

describe('a platform that does not answer', () => {
  const rules = unreachableRule(app, 'C0ONCALL', ['S0ONCALL']);
  const poll = (transition: number, failures: number, last: number) => ({
    at: start + transition * m,
    measured: measuredBy(rules, {
      now: start + transition * m,
      poll: { failures, lastGoodAt: start + last * m, reason: verbatim('HTTP 503.') },
    }),
  });
  const failing = Array.from({ length: 17 }, (_, index) => ({
    type: 'sample' as const,
    ...poll(index + 1, index + 1, 0),
  }));
  const good = (transition: number) => ({ type: 'sample' as const, ...poll(transition, 0, transition) });
  const heads = (events: Parameters<typeof tell>[1]): string[] =>
    tell(rules, events).allNotes.flatMap(({ message, operation }) =>
      message.kind === 'alert' && operation !== 'edit'
        ? [say(message.view.headline)]
        : message.kind === 'line'
          ? [say(message.text)]
          : [],
    );

  test('warns after three failed polls, is critical after 15 min, and closes with the second good poll', () => {
    expect(heads([...failing, good(18), good(19)])).toEqual([
      'Warning: Production chat has not answered since 03:00',
      'Critical now: Production chat has not answered since 03:00, for 16 min. (03:16)',
      '03:18 Recovering: Production chat answers, closes with the next good poll.',
      'Resolved after 18 min: Production chat answers again. (03:19)',
    ]);
  });

  test('stays one alert when only every other poll is good', () => {
    const limping = [
      ...failing.slice(0, 3),
      good(4),
      { type: 'sample' as const, ...poll(5, 1, 4) },
      good(6),
      { type: 'sample' as const, ...poll(7, 1, 6) },
    ];
    expect(heads(limping).filter((head) => head.startsWith('Warning'))).toHaveLength(1);
  });

  test('two failed polls are nothing', () => {
    expect(heads([...failing.slice(0, 2), good(3)])).toEqual([]);
  });

  test('explains itself', () => {
    expect(explained(rules, measure(rules, { poll: { failures: 0 } }), app, { now: start })).toEqual([
      'Production chat answers.',
      'Its other alerts wait until it answers.',
      'Warning after 3 failed polls in a row, critical after 15 min without numbers.',
      'It closes with the second good poll.',
      holds,
    ]);
  });
});

describe('a drop', () => {
  const drop = rule({ kind: 'drop', metric: 'connections.current' });
  const flat = Array.from({ length: 60 }, (_, index) => bucket((index - 60) * m, 1_000));
  const value = (history: readonly Bucket[], now: number): number =>
    measuredBy(drop, { values: { 'connections.current': now }, data: [history] }).value;

  test('of exactly 40 % within 5 min is 1', () => {
    expect(value(flat, 600)).toBeCloseTo(1);
    expect(value(flat, 601)).toBeLessThan(1);
  });

  test('that is made good again is none', () => {
    const dip = [...flat, bucket(-2 * m, 500)];
    expect(value(dip, 1_000)).toBe(0);
    expect(value(dip, 900)).toBeCloseTo(0.25);
  });

  test('still counts while the number stays down, for an hour', () => {
    const down = [...flat.slice(0, 20), ...Array.from({ length: 40 }, (_, index) => bucket((index - 40) * m, 500))];
    expect(value(down, 500)).toBeCloseTo(1.25);
  });

  test('that takes an hour is not sudden', () => {
    const slide = Array.from({ length: 60 }, (_, index) => bucket((index - 60) * m, 1_000 - index * 8));
    expect(value(slide, 520)).toBeLessThan(0.2);
  });

  test('among a handful of people is none', () => {
    expect(
      value(
        flat.map((one) => ({ ...one, last: 10 })),
        2,
      ),
    ).toBe(0);
  });

  test('says from where to where', () => {
    expect(inEnglish(measuredBy(drop, { values: { 'connections.current': 540 }, data: [flat] }).brief)).toBe(
      'lost 46 % of its connections in 5 min (1,000 → 540)',
    );
  });

  test('can also be far under the usual for this hour', () => {
    const withUsual = rule({ kind: 'drop', metric: 'connections.current', belowUsual: '50%' });
    const hours = Array.from({ length: 6 * 168 }, (_, index) => bucket(-(6 * 168 - index) * hour, 1_000));
    const measured = measuredBy(withUsual, {
      values: { 'connections.current': 400 },
      data: [[bucket(-m, 405)], hours],
    });
    expect(measured.value).toBeCloseTo(1.2);
    expect(inEnglish(measured.brief)).toBe('has 40 % of its usual connections (400, usually about 1,000)');
    expect(kindOf(withUsual).needs(withUsual, start)).toHaveLength(2);
  });
});

describe('a forecast', () => {
  const forecast = rule({ kind: 'forecast', metric: 'memory.free_ratio', reaches: '8%', critical: {} });
  /** Falls by 2.4 points an hour and is at 22.8 % now: 8 % is 6 h 10 min away. */
  const falling = Array.from({ length: 36 }, (_, index) => bucket((index - 36) * 5 * m, 0.3 - (index + 1) * 0.002));
  const at = (value: number, data: readonly Bucket[]) =>
    measuredBy(forecast, { values: { 'memory.free_ratio': value, 'memory.total': 8 * gib }, data: [data] });

  test('is the time that is left', () => {
    const measured = at(0.228, falling);
    expect(measured.value / hour).toBeCloseTo((0.228 - 0.08) / 0.024, 5);
    expect(inEnglish(measured.brief)).toBe('free memory reaches 8 % in about 6 h, at about 09:00');
  });

  test('says the range in which half of the slopes put it', () => {
    const noisy = falling.map((one, index) => ({
      ...one,
      min: one.min + ([0, 0.009, -0.007, 0.004, -0.005][index % 5] ?? 0),
    }));
    expect(inEnglish(at(0.228, noisy).brief)).toMatch(
      /^free memory reaches 8 % in [\d.]+ to [\d.]+ h, at about 09:\d\d$/,
    );
  });

  test('is far away and finite without a trend', () => {
    const measured = at(
      0.3,
      Array.from({ length: 36 }, (_, index) => bucket((index - 36) * 5 * m, 0.3)),
    );
    expect(measured.value).toBeGreaterThan(365 * day);
    expect(JSON.parse(JSON.stringify(measured.value))).toBe(measured.value);
  });

  test('begins anew after a restart of the host', () => {
    const restarted = [
      ...falling.slice(0, 26),
      ...Array.from({ length: 10 }, (_, index) => bucket((index - 10) * 5 * m, 0.7)),
    ];
    expect(at(0.7, restarted).value).toBeGreaterThan(365 * day);
  });

  test('is learning below 8 points or 30 min', () => {
    const learning = measure(forecast, { values: { 'memory.free_ratio': 0.2 }, data: [falling.slice(-7)] });
    expect(inEnglish(learning)).toEqual({
      state: 'learning',
      words: ['Forecast: learning (7 five-minute values over 30 min; 8 over 30 min are needed).'],
    });
  });

  test('is never critical by itself while the number is still high', () => {
    const steep = Array.from({ length: 36 }, (_, index) => bucket((index - 36) * 5 * m, 0.9 - (index + 1) * 0.02));
    const high = at(0.18, steep);
    expect(high.value).toBe(2 * hour);
    expect(inEnglish(high.brief)).toContain('in about');
    expect(inEnglish(high.words)).toEqual([
      expect.stringMatching(
        /^Falling 1\.\d* GiB \(\d+ points\) an hour, from 36 five-minute values over 2 h 55 min\.$/,
      ),
      expect.stringContaining('not known yet'),
    ]);
    const low = at(
      0.14,
      steep.map((one) => ({ ...one, min: one.min - 0.04 })),
    );
    expect(low.value).toBeLessThan(2 * hour);
  });

  test('rises towards a limit above', () => {
    const rising = rule({ kind: 'forecast', metric: 'connections.current' });
    const points = Array.from({ length: 36 }, (_, index) => bucket((index - 36) * 5 * m, 1_000 + (index + 1) * 10));
    expect(measuredBy(rising, { values: { 'connections.current': 1_360 }, data: [points] }).value / hour).toBeCloseTo(
      (2_000 - 1_360) / 120,
      5,
    );
  });
});

describe('a baseline', () => {
  const baseline = rule({ kind: 'baseline', metric: 'connections.current' });
  /** Six weeks at 400, give or take 8: median 400, median distance from it 8. */
  const steady = Array.from({ length: 6 * 168 }, (_, index) =>
    bucket(-(6 * 168 - index) * hour, 400 + ([8, -8, 0][Math.floor(index / 168) % 3] ?? 0)),
  );
  const at = (value: number, hours: readonly Bucket[], more: Partial<MeasureInput> = {}) =>
    measure(baseline, { values: { 'connections.current': value }, data: [hours], ...more });

  test('is the distance from the middle in spreads, with the numbers of the decision', () => {
    // 1.4826 × 8 = 11.9 and 5 % of 400 = 20, but a quarter of 400 over four spreads is 25.
    expect(inEnglish(at(150, steady))).toEqual({
      state: 'measured',
      value: 10,
      shown: 150,
      usual: 400,
      brief: '38 % of its usual connections: 150, usually about 400',
      words: ['Usual is 300 to 500, closes inside 325 to 475. Learned from 17 such hours of 6 weeks.'],
    });
  });

  test('is far from the usual from its trigger on, and near it once it clears', () => {
    const brief = (of: Rule, value: number) =>
      inEnglish(measuredBy(of, { values: { 'connections.current': value }, data: [steady] }).brief);
    expect(brief(baseline, 402)).toBe('402 connections, about the usual 400');
    expect(brief(baseline, 490)).toBe('490 connections, over the usual 400');
    expect(brief(baseline, 510)).toBe('1.3 times its usual connections: 510, usually about 400');
    const low = rule({ kind: 'baseline', metric: 'connections.current', unusual: 'low' });
    expect(brief(low, 4_000)).toBe('10 times its usual connections: 4,000, usually about 400');
  });

  test('is learning until three days of the kind are there, then takes those, then three weeks', () => {
    const last = (hours: number) => steady.slice(-hours);
    expect(inEnglish(at(150, last(48)))).toEqual({ state: 'learning', words: ['Baseline: learning (0 of 3 weeks).'] });
    expect(inEnglish(at(150, last(10 * 24)))).toMatchObject({
      words: [expect.stringContaining('such hours of days of this kind, because three weeks are not measured yet')],
    });
    expect(inEnglish(at(150, last(22 * 24)))).toMatchObject({
      words: [expect.stringContaining('such hours of 3 weeks')],
    });
  });

  test('one wild week changes nothing', () => {
    const wild = steady.map((one) =>
      one.at > start - 8 * day && one.at < start - 6 * day ? bucket(one.at - start, 5_000) : one,
    );
    expect(at(400, wild)).toMatchObject({ value: 0 });
  });

  test('does not learn from incidents and maintenance', () => {
    const spoilt = steady.map((one) => (one.at > start - 30 * day ? bucket(one.at - start, 10) : one));
    expect(at(400, spoilt)).toMatchObject({ value: expect.any(Number) });
    expect(at(400, spoilt, { excluded: [{ from: start - 30 * day, to: start }] })).not.toEqual(at(400, spoilt));
    expect(at(400, steady, { excluded: [{ from: start - 60 * day, to: start }] })).toMatchObject({ state: 'learning' });
  });

  test('can look in one direction only', () => {
    const low = rule({ kind: 'baseline', metric: 'connections.current', unusual: 'low' });
    expect(measure(low, { values: { 'connections.current': 4_000 }, data: [steady] })).toMatchObject({ value: 0 });
    expect(measure(low, { values: { 'connections.current': 150 }, data: [steady] })).toMatchObject({ value: 10 });
  });

  test('asks for the same span during a whole hour', () => {
    expect(kindOf(baseline).needs(baseline, start)).toEqual(kindOf(baseline).needs(baseline, start + 59 * m));
  });
});
