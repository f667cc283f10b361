// What every store must do with the hours that platforms count.
import { describe, expect, it } from 'vitest';
import { day, hour } from '../../src/clock.ts';
import type { HourlyStatistics } from '../../src/metrics/sample.ts';
import type { OpenTestStore } from './contract.ts';

const at = Date.parse('2026-11-22T01:00:00+08:00');
const counted = (values: HourlyStatistics['values'], start = at): HourlyStatistics => ({ at: start, values });
const derived = (values: HourlyStatistics['values']): HourlyStatistics => ({ at, values, isDerived: true });

export function describeHourly(open: OpenTestStore): void {
  describe('hourly statistics', () => {
    const merges: { name: string; answers: HourlyStatistics[]; stored: HourlyStatistics[] }[] = [
      {
        name: 'a later answer replaces what it says and keeps what it lacks',
        answers: [counted({ 'messages.sent': 1, 'messages.group': 2 }), counted({ 'messages.sent': 3 })],
        stored: [counted({ 'messages.sent': 3, 'messages.group': 2 })],
      },
      {
        name: 'what is counted replaces what was derived, whole',
        answers: [derived({ 'messages.sent': 1, 'messages.group': 2 }), counted({ 'messages.sent': 3 })],
        stored: [counted({ 'messages.sent': 3 })],
      },
      {
        name: 'what is derived never replaces what was counted',
        answers: [counted({ 'messages.sent': 3 }), derived({ 'messages.sent': 1 })],
        stored: [counted({ 'messages.sent': 3 })],
      },
      {
        name: 'what is derived of a corrected total replaces what was derived before',
        answers: [derived({ 'messages.sent': 1, 'messages.group': 1 }), derived({ 'messages.sent': 2 })],
        stored: [derived({ 'messages.sent': 2 })],
      },
      {
        name: 'a value that is no number is not kept',
        answers: [counted({ 'messages.sent': Number.NaN, 'messages.group': 0 })],
        stored: [counted({ 'messages.group': 0 })],
      },
    ];
    it.each(merges)('$name', async ({ answers, stored }) => {
      const { store, reopen } = await open();
      for (const answer of answers) await store.hourly.save('china', [answer]);
      expect(await (await reopen()).hourly.read('china', at, at + 1)).toEqual(stored);
    });

    it('are read from their start to before their end, oldest first, of one app', async () => {
      const { store } = await open();
      const starts = [3, 1, 2, 0].map((index) => at + index * hour);
      await store.hourly.save(
        'china',
        starts.map((start) => counted({ 'messages.sent': 1 }, start)),
      );
      await store.hourly.save('other', [counted({ 'messages.sent': 1 })]);
      const read = await store.hourly.read('china', at + hour, at + 3 * hour);
      expect(read.map((one) => one.at)).toEqual([at + hour, at + 2 * hour]);
    });

    it('are deleted when they are older than hours are kept, of an app without samples too', async () => {
      const { store, clock } = await open();
      const now = clock.now();
      const ages = [1, 399, 401, 500].map((days) => days * day);
      await store.hourly.save(
        'china',
        ages.map((age) => counted({ 'messages.sent': 1 }, now - age)),
      );
      expect(await store.prune(now, { raw: day, fiveMinutes: day, hours: 400 * day })).toBe(2);
      expect((await store.hourly.read('china', 0, now)).map((one) => (now - one.at) / day)).toEqual([399, 1]);
    });

    it('go with their app to its other name', async () => {
      const { store } = await open();
      await store.hourly.save('china', [counted({ 'messages.sent': 7 })]);
      const rules = { from: 'unreachable:china', to: 'unreachable:mainland' };
      expect(await store.apps.rename({ from: 'china', to: 'mainland', rules })).toBe('moved');
      expect(await store.hourly.read('mainland', at, at + 1)).toEqual([counted({ 'messages.sent': 7 })]);
    });

    it('that cannot be read are set aside, and a metric that this version does not know is left out', async () => {
      const { store, execute } = await open();
      await store.hourly.save('china', [counted({ 'messages.sent': 1 }), counted({ 'messages.sent': 2 }, at + hour)]);
      await execute(`update hourly set readings = '{"messages.sent":"many"}' where at = ${at}`);
      await execute(`update hourly set readings = '{"messages.sent":2,"users.future":3}' where at = ${at + hour}`);
      expect(await store.hourly.read('china', at, at + 2 * hour)).toEqual([counted({ 'messages.sent': 2 }, at + hour)]);
      expect((await store.outbox.status()).unreadable).toBe(1);
    });
  });
}
