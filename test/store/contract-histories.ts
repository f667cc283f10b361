// What every store must do with the counts of message histories, and with who asked for them.
import { describe, expect, it } from 'vitest';
import { day } from '../../src/clock.ts';
import type { DatedCounts } from '../../src/metrics/history-counts.ts';
import type { HistoryQuestion } from '../../src/store/store.ts';
import type { OpenTestStore } from './contract.ts';

const zone = 'Asia/Shanghai';

const counted = (date: string, count: number): DatedCounts => ({
  date,
  kinds: { 'single.text': count, 'room.other': 2 },
  clients: { android: count, other: 2 },
  hours: Array.from({ length: 24 }, (_, hour) => (hour === 20 ? count + 2 : 0)),
});

export function describeHistories(open: OpenTestStore): void {
  describe('counts of message histories', () => {
    const dates = { from: '2026-11-01', to: '2026-11-30' };

    it('come back by date, those of another app and another zone apart', async () => {
      const { store, reopen } = await open();
      await store.histories.saveDays('china', zone, [counted('2026-11-21', 5), counted('2026-11-20', 4)]);
      await store.histories.saveDays('other', zone, [counted('2026-11-20', 9)]);
      await store.histories.saveDays('china', zone, [counted('2026-11-21', 6)]);
      const again = await reopen();
      const found = await again.histories.days('china', zone, dates);
      expect(found).toEqual([counted('2026-11-20', 4), counted('2026-11-21', 6)]);
      expect(await again.histories.days('china', 'Asia/Tokyo', dates)).toEqual([]);
      expect(await again.histories.days('china', zone, { from: '2026-11-21', to: '2026-11-21' })).toHaveLength(1);
    });

    it.each([
      ['no JSON', 'nonsense'],
      ['a negative count', '{"kinds":{"single.text":-1},"clients":{},"hours":[]}'],
      ['a kind of a later version', '{"kinds":{"single.sticker":1},"clients":{},"hours":[]}'],
    ])('are set aside where they cannot be read: %s', async (_what, counts) => {
      const { store, execute, errors } = await open();
      await store.histories.saveDays('china', zone, [counted('2026-11-20', 4), counted('2026-11-21', 5)]);
      await execute(`update history_day set counts = '${counts}' where date = '2026-11-20'`);
      expect(await store.histories.days('china', zone, dates)).toEqual([counted('2026-11-21', 5)]);
      expect(await store.histories.days('china', zone, dates)).toHaveLength(1);
      expect(errors.join()).toContain('could not be read');
      expect((await store.outbox.status()).unreadable).toBe(1);
    });

    it('that are no numbers are not stored', async () => {
      const { store } = await open();
      const wrong = { ...counted('2026-11-20', 4), hours: [Number.NaN] };
      await expect(store.histories.saveDays('china', zone, [wrong])).rejects.toThrow('cannot be stored');
    });

    it('stay, and who asked is forgotten with the incidents', async () => {
      const { store, clock } = await open();
      const question = (at: number): HistoryQuestion => ({
        at,
        actor: 'U1',
        app: 'china',
        scope: 'user',
        subject: 'caiyh',
      });
      await store.histories.saveDays('china', zone, [counted('2020-01-01', 4)]);
      await store.histories.addQuestion(question(clock.now() - 401 * day));
      await store.histories.addQuestion(question(clock.now() - day));
      await store.histories.addQuestion({ at: clock.now(), actor: 'U2', app: 'china', scope: 'all' });
      await store.prune(clock.now(), { raw: 14 * day, fiveMinutes: 90 * day, hours: 400 * day });
      expect(await store.histories.questions(10)).toEqual([
        { at: clock.now(), actor: 'U2', app: 'china', scope: 'all' },
        question(clock.now() - day),
      ]);
      expect(await store.histories.days('china', zone, { from: '2020-01-01', to: '2020-01-01' })).toHaveLength(1);
    });

    it('go with an app that gets another id', async () => {
      const { store, clock } = await open();
      await store.histories.saveDays('china', zone, [counted('2026-11-20', 4)]);
      await store.histories.addQuestion({ at: clock.now(), actor: 'U2', app: 'china', scope: 'all' });
      const rules = { from: 'china', to: 'cn' };
      expect(await store.apps.rename({ from: 'china', to: 'cn', rules })).toBe('moved');
      expect(await store.histories.days('cn', zone, dates)).toHaveLength(1);
      expect(await store.histories.questions(1)).toMatchObject([{ app: 'cn' }]);
    });
  });
}
