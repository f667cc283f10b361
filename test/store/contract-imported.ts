// What every store must do with all metrics of a slot at once, and with what is filled in where nothing was measured.
import { describe, expect, it } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import type { MetricId } from '../../src/metrics/catalog.ts';
import type { Tier } from '../../src/metrics/range.ts';
import type { TierSlot } from '../../src/metrics/stored-slot.ts';
import type { Store } from '../../src/store/store.ts';
import type { OpenTestStore } from './contract.ts';

const start = Date.UTC(2026, 10, 22, 8);
const widths: Readonly<Record<Tier, number>> = { raw: 0, fiveMinutes: 5 * minute, hours: hour };

function slot(
  tier: Tier,
  at: number,
  value: number,
  samples = 1,
  ids: readonly MetricId[] = ['messages.sent'],
): TierSlot {
  const lastAt = tier === 'raw' ? at : at + widths[tier] - 1;
  const bucket = { at, min: value, max: value, mean: value, last: value, lastAt, samples };
  return { tier, at, buckets: new Map(ids.map((id) => [id, bucket])) };
}

/** The values and the number of samples of each bucket of a tier. */
const read = async ({ samples }: Store, tier: Tier) =>
  (await samples.read('prod', 'messages.sent', tier, start - hour, start + hour)).map((one) => [one.last, one.samples]);

export function describeImported(open: OpenTestStore): void {
  describe('slots', () => {
    it.each(['raw', 'fiveMinutes', 'hours'] as const)('of %s give every metric as it is read alone', async (tier) => {
      const { store } = await open();
      const ids = ['messages.sent', 'memory.free'] as const;
      for (let index = 0; index < 20; index += 1)
        await store.samples.record('prod', start + index * 4 * minute, {
          'messages.sent': index,
          ...(index % 3 === 0 ? { 'memory.free': index * 2 } : {}),
        });
      const slots = await store.samples.slots('prod', tier, start, start + hour);
      expect(slots.map(({ at }) => at)).toEqual([...slots.map(({ at }) => at)].sort((a, b) => a - b));
      for (const id of ids)
        expect(slots.flatMap(({ buckets }) => buckets.get(id) ?? [])).toEqual(
          await store.samples.read('prod', id, tier, start, start + hour),
        );
      expect(await store.samples.slots('other', tier, start, start + hour)).toEqual([]);
    });
  });

  describe('what is filled', () => {
    it('stands in its own tier and in the coarser ones, once', async () => {
      const { store } = await open();
      const given = [
        slot('hours', start - hour, 5, 60),
        slot('fiveMinutes', start, 6, 5),
        slot('raw', start + 6 * minute, 7),
      ];
      expect(await store.samples.fill('prod', given)).toEqual({ filled: 3, kept: 0 });
      const all = async () => [await read(store, 'raw'), await read(store, 'fiveMinutes'), await read(store, 'hours')];
      const expected = [[[7, 1]], [[6, 5], [7, 1]], [[5, 60], [7, 6]]]; // biome-ignore format: one line
      expect(await all()).toEqual(expected);
      expect(await store.samples.fill('prod', given)).toEqual({ filled: 0, kept: 3 });
      expect(await all()).toEqual(expected);
    });

    it('leaves every slot as it is that holds something', async () => {
      const { store } = await open();
      await store.samples.record('prod', start + minute, { 'memory.free': 1 });
      const given = [slot('raw', start + 2 * minute, 7), slot('fiveMinutes', start + 10 * minute, 8, 5)];
      expect(await store.samples.fill('prod', given)).toEqual({ filled: 1, kept: 1 });
      expect(await read(store, 'raw')).toEqual([]);
      expect(await read(store, 'hours')).toEqual([]);
    });

    it('gives its place to what is measured, of every metric', async () => {
      const { store } = await open();
      const ids = ['messages.sent', 'memory.free'] as const;
      await store.samples.fill('prod', [slot('raw', start, 7, 1, ids), slot('raw', start + minute, 8, 1, ids)]);
      await store.samples.record('prod', start, { 'messages.sent': 1 });
      await store.samples.record('prod', start + 2 * minute, { 'messages.sent': 2 });
      expect(await read(store, 'raw')).toEqual([[1, 1], [2, 1]]); // biome-ignore format: one line
      expect(await read(store, 'fiveMinutes')).toEqual([[2, 2]]);
      expect(await read(store, 'hours')).toEqual([[2, 2]]);
      expect(await store.samples.slots('prod', 'hours', start, start + hour)).toMatchObject([{ buckets: { size: 1 } }]);
    });

    it('of a day gives its place to what is saved of it, and never takes one', async () => {
      const { store } = await open();
      const dayOf = (value: number, complete: boolean) => ({
        ...{ date: '2026-11-20', zone: 'Asia/Shanghai', complete },
        values: { 'messages.sent': value },
      });
      expect(await store.daily.fill('china', [dayOf(5, true)])).toEqual({ filled: 1, kept: 0 });
      expect(await store.daily.fill('china', [dayOf(6, true)])).toEqual({ filled: 0, kept: 1 });
      expect(await store.daily.read('china', '2026-11-20', '2026-11-20')).toEqual([dayOf(5, true)]);
      await store.daily.save('china', [dayOf(7, false)]);
      expect(await store.daily.fill('china', [dayOf(8, true)])).toEqual({ filled: 0, kept: 1 });
      expect(await store.daily.read('china', '2026-11-20', '2026-11-20')).toEqual([dayOf(7, false)]);
    });

    it('is there again after a restart, with its marks', async () => {
      const { store, reopen } = await open();
      await store.samples.fill('prod', [slot('hours', start, 7, 60)]);
      const again = await reopen();
      await again.samples.record('prod', start + minute, { 'messages.sent': 1 });
      expect(await read(again, 'hours')).toEqual([[1, 1]]);
    });
  });
}
