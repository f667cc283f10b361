// What every store must do with what is old.
import { describe, expect, it } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { OpenTestStore } from './contract.ts';

const retention = { raw: 14 * day, fiveMinutes: 90 * day, hours: 400 * day };

export function describePrune(open: OpenTestStore): void {
  describe('pruning', () => {
    it('deletes each tier by its own retention, a block of roll-ups when all of it is too old', async () => {
      const { store, clock } = await open();
      const now = clock.now();
      const ages = [1, 13, 15, 89, 92, 399, 402].map((days) => days * day);
      for (const age of ages) await store.samples.record('prod', now - age, { 'users.active': age / day });
      expect(await store.prune(now, retention)).toBe(5 + 3 + 1);
      const left = async (tier: 'raw' | 'fiveMinutes' | 'hours'): Promise<number[]> =>
        (await store.samples.read('prod', 'users.active', tier, 0, now)).map(({ last }) => last);
      expect(await left('raw')).toEqual([13, 1]);
      expect(await left('fiveMinutes')).toEqual([89, 15, 13, 1]);
      expect(await left('hours')).toEqual([399, 92, 89, 15, 13, 1]);
      expect(await store.prune(now, retention)).toBe(0);
    });

    it('finds the samples of every app, also of one that is polled no longer', async () => {
      const { store, clock } = await open();
      const now = clock.now();
      for (const app of ['a', 'aa', 'b', 'ü']) await store.samples.record(app, now - 500 * day, { 'users.active': 1 });
      expect(await store.prune(now, retention)).toBe(12);
      expect(await store.samples.oldest('ü')).toBeUndefined();
    });

    it('lets others run between two batches', async () => {
      const { store, clock } = await open();
      const now = clock.now();
      await store.transaction(async (inside) => {
        for (let n = 0; n < 3_000; n += 1) {
          await inside.samples.record('prod', now - 500 * day + n * 5 * minute, { 'users.active': n });
        }
      });
      let turns = 0;
      let isRunning = true;
      const watch = (): void => {
        turns += 1;
        if (isRunning) setImmediate(watch);
      };
      setImmediate(watch);
      const gone = await store.prune(now, retention);
      isRunning = false;
      expect(gone).toBe(3_000 + 125 + 11);
      expect(turns).toBeGreaterThan(3_000 / 200);
    });

    it('deletes what was told, and keeps what waits or could not be told', async () => {
      const { store, clock } = await open();
      const now = clock.now();
      const row = {
        lane: 'slack',
        seq: 1,
        channel: 'C1',
        operation: 'reply',
        broadcast: false,
        causedAt: undefined,
      } as const;
      const message = { kind: 'line', text: verbatim('x'), mentions: [] } as const;
      for (const state of ['sent', 'dropped', 'dead', 'pending'] as const) {
        for (const age of [13 * day, 15 * day]) {
          const key = `${state} ${age / day}`;
          const at = now - age;
          const mentions = [...message.mentions];
          await store.outbox.add({
            ...row,
            key,
            stream: key,
            message: { ...message, mentions },
            createdAt: at,
            notBefore: at,
          });
          const [leased] = await store.outbox.lease('me', at, minute, 1);
          if (leased !== undefined) await store.outbox.settle({ ...leased, state, notBefore: now + hour }, 'me');
        }
      }
      expect(await store.prune(now, { ...retention, raw: hour })).toBe(2);
      expect(await store.outbox.status()).toMatchObject({ depth: 2, dead: 2 });
    });

    it('deletes closed incidents, their history and finished runs of digests after the longest retention', async () => {
      const { store, clock } = await open();
      const now = clock.now();
      const incident = { rule: 'r', app: 'prod', level: 'warning' } as const;
      const old = now - 450 * day;
      await store.alerts.saveIncident({ ...incident, id: 'old', openedAt: old, closedAt: old + hour });
      await store.alerts.saveIncident({ ...incident, id: 'open', openedAt: old });
      await store.alerts.saveIncident({ ...incident, id: 'long', openedAt: old, closedAt: now - day });
      for (const id of ['old', 'open', 'long']) {
        await store.alerts.addEvent({ incident: id, seq: 1, at: old, kind: 'opened', words: verbatim('Opened') });
      }
      await store.digests.claim({ schedule: 'daily', period: 'old', dueAt: old, state: 'collecting' }, 'me', old, hour);
      await store.digests.finish({ schedule: 'daily', period: 'old', dueAt: old, state: 'sent' });
      await store.prune(now, retention);
      expect((await store.alerts.incidents(0, now)).map(({ id }) => id)).toEqual(['open', 'long']);
      expect(await store.alerts.events('old')).toEqual([]);
      expect(await store.alerts.events('long')).toHaveLength(1);
      expect(await store.digests.recent('daily', 9)).toEqual([]);
    });
  });
}
