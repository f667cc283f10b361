// What a rule would have done over the stored past: when it would have opened, and what other limits would have made of it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backtest, createReplay } from '../../src/alerting/backtest.ts';
import { type PastCourse, tryLimits } from '../../src/alerting/limits-trial.ts';
import type { Rule } from '../../src/alerting/rule.ts';
import { day, hour, minute } from '../../src/clock.ts';
import type { Bucket } from '../../src/metrics/sample.ts';
import '../support/properties.ts';
import { app, every, plain, ruleWith, start } from './sample-rules.ts';

const m = minute;
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

const atOnce = async (): Promise<void> => {};

describe('a rule over the stored past', () => {
  const past = [
    ...every(0, 9 * m, 0.5),
    ...every(10 * m, 20 * m, 0.1),
    ...every(21 * m, 22 * m, 0.05),
    ...every(23 * m, 40 * m, 0.4),
  ];
  const buckets = past.flatMap((event) =>
    event.type === 'sample' ? [bucket(event.at - start, event.measured.value)] : [],
  );

  test('says which openings it would have had', async () => {
    const result = await backtest(
      {
        rule: ruleWith(),
        zone: app.timezone,
        tier: 'raw',
        now: start + 40 * m,
        series: [{ metric: 'memory.free_ratio', tier: 'raw', buckets }],
      },
      atOnce,
    );
    expect(result).toEqual({
      openings: [
        {
          ...{ level: 'warning', beganAt: start + 10 * m, openedAt: start + 15 * m, extreme: 0.05 },
          ...{ clearedAt: start + 23 * m, closedAt: start + 33 * m },
        },
      ],
      moments: buckets.length,
      from: start,
      to: start + 40 * m,
      learning: 0,
    });
  });

  test('lets everything else have its turn every 10 moments', async () => {
    const many = Array.from({ length: 400 }, (_, index) => bucket(index * m, 0.5));
    const series = [{ metric: 'memory.free_ratio' as const, tier: 'raw' as const, buckets: many }];
    let turns = 0;
    await backtest({ rule: plain, zone: app.timezone, now: start + 400 * m, tier: 'raw', series }, async () => {
      turns += 1;
    });
    expect(turns).toBe(40);
  });

  test('takes the worst of a coarse bucket, and what is still open at the end', async () => {
    const coarse = [bucket(0, 0.5), bucket(5 * m, 0.5, { min: 0.1 }), bucket(10 * m, 0.12)];
    const result = await backtest(
      {
        rule: plain,
        zone: app.timezone,
        tier: 'fiveMinutes',
        now: start + 15 * m,
        series: [{ metric: 'memory.free_ratio', tier: 'fiveMinutes', buckets: coarse }],
      },
      atOnce,
    );
    expect(result.openings).toMatchObject([{ level: 'warning', openedAt: start + 10 * m, extreme: 0.1 }]);
  });

  test('does not reach into the future, where the newest bucket still runs', async () => {
    const running = [bucket(0, 0.5), bucket(5 * m, 0.1)];
    const series = [{ metric: 'memory.free_ratio', tier: 'fiveMinutes', buckets: running }] as const;
    const now = start + 7 * m;
    const result = await backtest({ rule: plain, zone: app.timezone, now, tier: 'fiveMinutes', series }, atOnce);
    expect(result.openings).toMatchObject([{ level: 'warning', openedAt: now, extreme: 0.1 }]);
  });

  test('of nothing is nothing', async () => {
    expect(await backtest({ rule: plain, zone: app.timezone, now: start, tier: 'raw', series: [] }, atOnce)).toEqual({
      openings: [],
      moments: 0,
      from: undefined,
      to: undefined,
      learning: 0,
    });
  });
});

describe('other limits over the stored past', () => {
  const valuesOf = (values: readonly number[], apart: number, from = start): PastCourse['samples'] =>
    values.map((value, index) => ({ at: from + index * apart, value }));
  /** Free memory that is low for so many minutes, every so often. */
  const dips = (count: number, length: number): readonly number[] =>
    Array.from({ length: count }, () => [...Array(length).fill(0.1), ...Array(120 - length).fill(0.5)]).flat();
  const memory = (below: number, over: Partial<Rule> = {}): Rule =>
    ruleWith({ levels: { warning: { trigger: below, clear: below, holdFor: 0 } }, keepFiring: 10 * m, ...over });

  test.each([
    ['that none of it crosses', memory(0.05), 0, 0],
    ['that short dips cross', memory(0.15), 6, 6],
    [
      'that short dips do not hold for',
      memory(0.15, { levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: 10 * m } } }),
      0,
      0,
    ],
  ])('%s are counted on every sample', async (_name, rule, count, brief) => {
    const samples = valuesOf(dips(6, 3), m);
    const trial = await tryLimits(rule, { steps: [], step: 5 * m, samples, now: start + day }, atOnce);
    expect(trial.exact).toEqual({ from: start, to: start + day, count, brief });
    expect(trial.stepped).toBeUndefined();
  });

  test('count a condition of 5 min and more as no brief one, however long it is kept open', async () => {
    const samples = [...valuesOf(dips(3, 3), m), ...valuesOf(dips(2, 6), m, start + 6 * hour)];
    const trial = await tryLimits(memory(0.15), { steps: [], step: 5 * m, samples, now: start + day }, atOnce);
    expect(trial.exact).toMatchObject({ count: 5, brief: 3 });
  });

  test('count apart what is known in steps only, and what goes on across the edge once', async () => {
    const steps = valuesOf([0.5, 0.1, 0.5, 0.5, 0.5, 0.5, 0.1], 5 * m);
    const samples = valuesOf([0.1, 0.1, ...dips(2, 3).slice(3)], m, start + 31 * m);
    const trial = await tryLimits(memory(0.15), { steps, step: 5 * m, samples, now: start + day }, atOnce);
    expect(trial.stepped).toMatchObject({ count: 2, from: start - 5 * m, to: start + 31 * m, step: 5 * m });
    expect(trial.exact).toMatchObject({ count: 1 });
  });

  test('of an empty past are no counts', async () => {
    const trial = await tryLimits(plain, { steps: [], step: 5 * m, samples: [], now: start }, atOnce);
    expect(trial).toEqual({ openings: [], exact: undefined, stepped: undefined });
  });

  test('come to the same as the state machine on every sample, whatever is passed over', async () => {
    const level = fc.constantFrom(0.02, 0.06, 0.09, 0.13, 0.16, 0.19, 0.3, 0.6);
    const run = fc.tuple(level, fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 1, 1, 1, 2, 4, 30));
    const rules = fc.record({ holdFor: fc.constantFrom(0, 2 * m, 10 * m), keepFiring: fc.constantFrom(0, 10 * m) });
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 30 }), rules, async (runs, { holdFor, keepFiring }) => {
        const levels = {
          warning: { trigger: 0.15, clear: 0.2, holdFor },
          critical: { trigger: 0.08, clear: 0.12, holdFor },
        };
        const rule = ruleWith({ levels, keepFiring });
        let at = start;
        const samples = runs.flatMap(([value, times, apart]) =>
          Array.from({ length: times }, () => {
            at += apart * m;
            return { at, value };
          }),
        );
        const whole = createReplay(rule);
        for (const one of samples)
          whole.take(one.at, { state: 'measured', value: one.value, shown: one.value, words: [] });
        const trial = await tryLimits(rule, { steps: [], step: 5 * m, samples, now: at + m }, atOnce);
        expect(trial.openings).toEqual(whole.openings);
      }),
      { numRuns: 150 },
    );
  });

  test('let everything else have its turn, at every 100 values that count', async () => {
    let turns = 0;
    const samples = valuesOf(Array(2_000).fill(0.1), m);
    await tryLimits(memory(0.15), { steps: [], step: 5 * m, samples, now: start + 2 * day }, async () => void turns++);
    expect(turns).toBe(20);
  });
});
