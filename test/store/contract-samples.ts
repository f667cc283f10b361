// What every store must do with samples.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day, hour, minute, second } from '../../src/clock.ts';
import type { Bucket } from '../../src/metrics/sample.ts';
import type { OpenTestStore } from './contract.ts';

const start = Date.UTC(2026, 10, 22, 8);
const end = start + 10 * day;

/** The buckets of some samples, made the plain way. */
function expectedBuckets(samples: ReadonlyMap<number, number>, width: number): Bucket[] {
  const byBucket = Map.groupBy(
    [...samples].sort(([a], [b]) => a - b),
    ([at]) => Math.floor(at / width) * width,
  );
  return [...byBucket].map(([at, inside]) => {
    const values = inside.map(([, value]) => value);
    return {
      at,
      min: Math.min(...values),
      max: Math.max(...values),
      mean: expect.closeTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9),
      last: values.at(-1) ?? Number.NaN,
      lastAt: inside.at(-1)?.[0] ?? Number.NaN,
      samples: values.length,
    };
  });
}

export function describeSamples(open: OpenTestStore): void {
  describe('samples', () => {
    it('gives back each poll, and the newest one whole', async () => {
      const { store } = await open();
      await store.samples.record('prod', start, { 'users.active': 412, 'memory.free_ratio': 0.375 });
      await store.samples.record('prod', start + minute, { 'users.active': 0, 'memory.total': 2 ** 53 - 1 });
      expect(await store.samples.read('prod', 'users.active', 'raw', start, end)).toEqual([
        { at: start, min: 412, max: 412, mean: 412, last: 412, lastAt: start, samples: 1 },
        { at: start + minute, min: 0, max: 0, mean: 0, last: 0, lastAt: start + minute, samples: 1 },
      ]);
      expect(await store.samples.latest('prod')).toEqual({
        at: start + minute,
        values: { 'users.active': 0, 'memory.total': 2 ** 53 - 1 },
      });
    });

    it('knows nothing of an app that was never polled, nor of a metric that was never measured', async () => {
      const { store } = await open();
      await store.samples.record('prod', start, { 'users.active': 1 });
      expect(await store.samples.latest('other')).toBeUndefined();
      expect(await store.samples.oldest('other')).toBeUndefined();
      for (const tier of ['raw', 'fiveMinutes', 'hours'] as const) {
        expect(await store.samples.read('other', 'users.active', tier, start, end)).toEqual([]);
        expect(await store.samples.read('prod', 'groups.new', tier, start, end)).toEqual([]);
      }
    });

    it('stores no value that is absent or no number', async () => {
      const { store } = await open();
      await store.samples.record('prod', start, { 'users.active': 5, 'rooms.active': Number.NaN });
      await store.samples.record('prod', start + minute, {});
      await store.samples.record('prod', start + minute, { 'rooms.active': Number.POSITIVE_INFINITY });
      expect(await store.samples.latest('prod')).toEqual({ at: start, values: { 'users.active': 5 } });
      expect(await store.samples.read('prod', 'rooms.active', 'hours', start, end)).toEqual([]);
    });

    it('changes nothing when the same poll is said twice, also with other numbers', async () => {
      const { store } = await open();
      await store.samples.record('prod', start, { 'users.active': 5 });
      await store.samples.record('prod', start, { 'users.active': 500, 'users.total': 9 });
      const bucket = { at: start, min: 5, max: 5, mean: 5, last: 5, lastAt: start, samples: 1 };
      for (const tier of ['raw', 'fiveMinutes', 'hours'] as const) {
        expect(await store.samples.read('prod', 'users.active', tier, start, end)).toEqual([bucket]);
        expect(await store.samples.read('prod', 'users.total', tier, start, end)).toEqual([]);
      }
    });

    it('rolls up to 5 minutes and hours, where the last value is the one measured last', async () => {
      const { store } = await open();
      const at = (minutes: number): number => start + minutes * minute;
      for (const [minutes, value] of [
        [1, 10],
        [4, 40],
        [3, 5],
        [5, 7],
        [59, 8],
        [60, 9],
      ] as const) {
        await store.samples.record('prod', at(minutes), { 'connections.peak': value });
      }
      expect(await store.samples.read('prod', 'connections.peak', 'fiveMinutes', start, end)).toEqual([
        { at: at(0), min: 5, max: 40, mean: 55 / 3, last: 40, lastAt: at(4), samples: 3 },
        { at: at(5), min: 7, max: 7, mean: 7, last: 7, lastAt: at(5), samples: 1 },
        { at: at(55), min: 8, max: 8, mean: 8, last: 8, lastAt: at(59), samples: 1 },
        { at: at(60), min: 9, max: 9, mean: 9, last: 9, lastAt: at(60), samples: 1 },
      ]);
      expect(await store.samples.read('prod', 'connections.peak', 'hours', start, end)).toEqual([
        { at: at(0), min: 5, max: 40, mean: 14, last: 8, lastAt: at(59), samples: 5 },
        { at: at(60), min: 9, max: 9, mean: 9, last: 9, lastAt: at(60), samples: 1 },
      ]);
    });

    it('reads of raw samples only those near a time of every hour, on both sides of it', async () => {
      const { store } = await open();
      const times = Array.from({ length: 180 }, (_, index) => start + index * minute);
      await store.samples.recordAll(
        'prod',
        times.map((at) => ({ at, values: { 'users.active': 1 } })),
      );
      for (const at of [start + 27 * minute, start + 27 * minute + 5 * hour]) {
        const near = { at, within: minute };
        const read = await store.samples.read('prod', 'users.active', 'raw', start + 26 * minute, end, near);
        expect(read.map((bucket) => (bucket.at - start) / minute)).toEqual([26, 27, 28, 86, 87, 88, 146, 147, 148]);
      }
    });

    it('reads from the first instant on and up to the last one exclusively, by the start of the bucket', async () => {
      const { store } = await open();
      for (let hours = 0; hours < 60; hours += 1) {
        await store.samples.record('prod', start + hours * hour, { 'users.active': hours });
      }
      for (const tier of ['raw', 'fiveMinutes', 'hours'] as const) {
        const read = await store.samples.read('prod', 'users.active', tier, start + 20 * hour, start + 50 * hour);
        expect(read.map((bucket) => bucket.last)).toEqual(Array.from({ length: 30 }, (_, index) => index + 20));
        const inside = await store.samples.read('prod', 'users.active', tier, start + 1, start + hour);
        expect(inside).toEqual([]);
      }
    });

    it('keeps apps apart, also those whose ids begin alike', async () => {
      const { store } = await open();
      await store.samples.record('prod', start, { 'users.active': 1 });
      await store.samples.record('prod2', start, { 'users.active': 2 });
      expect(await store.samples.read('prod', 'users.active', 'hours', start, end)).toHaveLength(1);
      expect((await store.samples.latest('prod2'))?.values).toEqual({ 'users.active': 2 });
    });

    it('says since when an app is measured, beyond the raw samples too', async () => {
      const { store, clock } = await open();
      const first = start + 90 * second;
      await store.samples.record('prod', first + 3 * day, { 'users.active': 2 });
      await store.samples.record('prod', first, { 'users.active': 1 });
      expect(await store.samples.oldest('prod')).toBe(first);
      await store.prune(Math.max(clock.now(), start + 5 * day), {
        raw: 3 * day,
        fiveMinutes: 3 * day,
        hours: 30 * day,
      });
      expect(await store.samples.oldest('prod')).toBe(start);
    });

    it('gives the buckets of the plain definition whatever the samples, their order and repeats', async () => {
      const { store } = await open();
      let run = 0;
      const sample = fc.tuple(
        fc.integer({ min: 0, max: 3 * day }),
        fc.oneof(fc.nat(), fc.double({ noNaN: true, min: -1e9, max: 1e9 })),
      );
      const near = fc.tuple(fc.integer({ min: 0, max: 2 * hour }), fc.nat({ max: 3 }));
      await fc.assert(
        fc.asyncProperty(fc.array(fc.oneof(sample, near), { maxLength: 40 }), async (samples) => {
          const app = `app${run++}`;
          const known = new Map<number, number>();
          await store.transaction(async (inside) => {
            for (const [offset, value] of samples) {
              const at = start + offset;
              if (!known.has(at)) known.set(at, value);
              await inside.samples.record(app, at, { 'memory.free': value });
            }
          });
          const atOnce = `${app} at once`;
          const polls = samples.map(([offset, value]) => ({ at: start + offset, values: { 'memory.free': value } }));
          await store.samples.recordAll(atOnce, polls);
          for (const name of [app, atOnce]) {
            const read = (tier: 'fiveMinutes' | 'hours') =>
              store.samples.read(name, 'memory.free', tier, start - day, end);
            expect(await read('fiveMinutes')).toEqual(expectedBuckets(known, 5 * minute));
            expect(await read('hours')).toEqual(expectedBuckets(known, hour));
          }
        }),
        { numRuns: 60 },
      );
    });

    it('sets a damaged row aside and goes on without it', async () => {
      const { store, execute, errors } = await open();
      await store.samples.record('prod', start, { 'users.active': 1 });
      await store.samples.record('prod', start + minute, { 'users.active': 2 });
      await execute(`update sample set readings = x'ff' where at = ${start + minute}`);
      await execute(`update rollup set buckets = x'0101050100' where tier = 'hours'`);
      expect(await store.samples.latest('prod')).toEqual({ at: start, values: { 'users.active': 1 } });
      expect(await store.samples.read('prod', 'users.active', 'hours', start, end)).toEqual([]);
      expect((await store.outbox.status()).unreadable).toBe(2);
      expect(errors).toHaveLength(2);
      await store.samples.record('prod', start + 2 * minute, { 'users.active': 3 });
      expect(await store.samples.read('prod', 'users.active', 'hours', start, end)).toMatchObject([{ samples: 1 }]);
    });
  });
}
