// What every store must do with daily statistics and the state of polling.
import { describe, expect, it } from 'vitest';
import { day } from '../../src/clock.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { DailyStatistics } from '../../src/metrics/sample.ts';
import type { OpenTestStore } from './contract.ts';

const zone = 'Asia/Shanghai';
const whole = (date: string, values: DailyStatistics['values']): DailyStatistics => ({
  date,
  zone,
  complete: true,
  values,
});
const partial = (date: string, values: DailyStatistics['values']): DailyStatistics => ({
  date,
  zone,
  complete: false,
  values,
});

export function describeDaily(open: OpenTestStore): void {
  describe('daily statistics', () => {
    const date = '2026-11-20';
    const merges: { name: string; answers: DailyStatistics[]; stored: DailyStatistics }[] = [
      {
        name: 'a later answer replaces what it says and keeps what it lacks',
        answers: [whole(date, { 'users.active': 1, 'users.new': 2 }), whole(date, { 'users.active': 3 })],
        stored: whole(date, { 'users.active': 3, 'users.new': 2 }),
      },
      {
        name: 'a partial day grows',
        answers: [partial(date, { 'users.active': 1 }), partial(date, { 'messages.sent': 5 })],
        stored: partial(date, { 'users.active': 1, 'messages.sent': 5, 'messages.per_user': 5 }),
      },
      {
        name: 'a complete day replaces a partial one',
        answers: [partial(date, { 'users.active': 1 }), whole(date, { 'users.active': 8 })],
        stored: whole(date, { 'users.active': 8 }),
      },
      {
        name: 'a partial day never replaces a complete one',
        answers: [whole(date, { 'users.active': 8 }), partial(date, { 'users.active': 1, 'users.new': 1 })],
        stored: whole(date, { 'users.active': 8 }),
      },
      {
        name: 'a value that was only seen while the day ran leaves the day partial',
        answers: [partial(date, { 'messages.sent': 5 }), whole(date, { 'users.active': 8 })],
        stored: partial(date, { 'messages.sent': 5, 'users.active': 8, 'messages.per_user': 5 / 8 }),
      },
      {
        name: 'and the day is complete once that value is, too',
        answers: [
          partial(date, { 'messages.sent': 5 }),
          whole(date, { 'users.active': 8 }),
          partial(date, { 'users.active': 7, 'messages.sent': 6 }),
          whole(date, { 'messages.sent': 9 }),
        ],
        stored: whole(date, { 'messages.sent': 9, 'users.active': 8, 'messages.per_user': 9 / 8 }),
      },
      {
        name: 'a number that is made of two others never keeps the day partial, and follows them',
        answers: [
          partial(date, { 'messages.sent': 5, 'users.active': 5, 'messages.per_user': 1 }),
          whole(date, { 'messages.sent': 9, 'users.active': 0 }),
        ],
        stored: whole(date, { 'messages.sent': 9, 'users.active': 0 }),
      },
      {
        name: 'a day on which nothing is known is a day',
        answers: [whole(date, {}), partial(date, { 'users.new': Number.NaN })],
        stored: whole(date, {}),
      },
    ];
    it.each(merges)('$name', async ({ answers, stored }) => {
      const { store } = await open();
      for (const answer of answers) await store.daily.save('china', [answer]);
      expect(await store.daily.read('china', date, date)).toEqual([stored]);
    });

    it('reads both ends of a span, oldest first, of one app', async () => {
      const { store } = await open();
      await store.daily.save(
        'china',
        ['2026-03-01', '2026-02-27', '2026-02-28'].map((one) => whole(one, { 'users.new': 1 })),
      );
      await store.daily.save('other', [whole('2026-02-28', { 'users.new': 1 })]);
      const days = await store.daily.read('china', '2026-02-28', '2026-03-01');
      expect(days.map((one) => one.date)).toEqual(['2026-02-28', '2026-03-01']);
    });

    it('is kept whatever the retention of samples', async () => {
      const { store, clock } = await open();
      await store.daily.save('china', [whole('2019-01-01', { 'users.total': 7 })]);
      await store.prune(clock.now(), { raw: day, fiveMinutes: day, hours: day });
      expect(await store.daily.read('china', '2019-01-01', '2019-01-01')).toHaveLength(1);
    });

    it('sets a day aside that cannot be read, and leaves out a metric that this version does not know', async () => {
      const { store, execute } = await open();
      await store.daily.save('china', [
        whole('2026-01-01', { 'users.new': 1 }),
        whole('2026-01-02', { 'users.new': 2 }),
      ]);
      await execute(`update daily set final = '{"users.new":"many"}' where date = '2026-01-01'`);
      await execute(`update daily set final = '{"users.new":2,"users.future":3}' where date = '2026-01-02'`);
      expect(await store.daily.read('china', '2026-01-01', '2026-01-02')).toEqual([
        whole('2026-01-02', { 'users.new': 2 }),
      ]);
      expect((await store.outbox.status()).unreadable).toBe(1);
    });
  });

  describe('the state of polling', () => {
    it('is there for every app that was polled, as it was said last', async () => {
      const { store } = await open();
      await store.savePoll({ app: 'prod', lastTriedAt: 1_000, lastGoodAt: 1_000, failures: 0 });
      await store.savePoll({ app: 'china', lastTriedAt: 2_000, failures: 3, reason: verbatim('HTTP 403') });
      await store.savePoll({
        app: 'prod',
        lastTriedAt: 3_000,
        lastGoodAt: 1_000,
        failures: 1,
        reason: verbatim('no answer'),
      });
      expect(await store.polls()).toEqual([
        { app: 'china', lastTriedAt: 2_000, failures: 3, reason: verbatim('HTTP 403') },
        { app: 'prod', lastTriedAt: 3_000, lastGoodAt: 1_000, failures: 1, reason: verbatim('no answer') },
      ]);
    });
  });
}
