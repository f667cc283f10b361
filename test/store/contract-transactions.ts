// What every store must do with transactions.
import { describe, expect, it } from 'vitest';
import { initialState } from '../../src/alerting/state.ts';
import type { StoredAlert } from '../../src/store/store.ts';
import type { OpenTestStore } from './contract.ts';

const poll = (app: string, failures = 0) => ({ app, lastTriedAt: 1_000, failures });
const alert: StoredAlert = { rule: 'memory-low', app: 'prod', rev: 0, state: initialState({ version: 'v1' }) };

export function describeTransactions(open: OpenTestStore): void {
  describe('a transaction', () => {
    it('gives what its work gives, and keeps all that it wrote', async () => {
      const { store } = await open();
      const result = await store.transaction(async (inside) => {
        await inside.savePoll(poll('prod'));
        await inside.alerts.save(alert);
        await inside.samples.record('prod', 1_000, { 'users.active': 1 });
        return (await inside.polls()).length;
      });
      expect(result).toBe(1);
      expect(await store.alerts.get('memory-low')).toMatchObject({ rev: 1 });
      expect(await store.samples.latest('prod')).toMatchObject({ at: 1_000 });
    });

    it('keeps nothing when its work rejects, and passes the reason on', async () => {
      const { store } = await open();
      const reason = new Error('changed my mind');
      const work = store.transaction(async (inside) => {
        await inside.savePoll(poll('prod'));
        await inside.samples.record('prod', 1_000, { 'users.active': 1 });
        await inside.daily.save('prod', [{ date: '2026-01-01', zone: 'UTC', complete: true, values: {} }]);
        throw reason;
      });
      await expect(work).rejects.toBe(reason);
      expect(await store.polls()).toEqual([]);
      expect(await store.samples.latest('prod')).toBeUndefined();
      expect(await store.samples.oldest('prod')).toBeUndefined();
      expect(await store.daily.read('prod', '2026-01-01', '2026-01-01')).toEqual([]);
    });

    it('holds back calls from outside until it has ended, and undoes none of theirs', async () => {
      const { store } = await open();
      const order: string[] = [];
      const gate = Promise.withResolvers<void>();
      const rejected = store.transaction(async (inside) => {
        await inside.savePoll(poll('inside'));
        await gate.promise;
        order.push('transaction');
        throw new Error('no');
      });
      const outside = store.savePoll(poll('outside')).then(() => order.push('write'));
      const read = store.polls().then((polls) => {
        order.push('read');
        return polls.map(({ app }) => app);
      });
      const second = store.transaction(async (inside) => {
        order.push('second transaction');
        return (await inside.polls()).length;
      });
      gate.resolve();
      await expect(rejected).rejects.toThrow('no');
      await outside;
      expect(await read).toEqual(['outside']);
      expect(await second).toBe(1);
      expect(order[0]).toBe('transaction');
      expect(order.toSorted()).toEqual(['read', 'second transaction', 'transaction', 'write']);
    });

    it('runs beside many others without mixing with them', async () => {
      const { store } = await open();
      const works = Array.from({ length: 30 }, (_, n) =>
        store.transaction(async (inside) => {
          const before = (await inside.polls()).length;
          await inside.savePoll(poll(`a${n}`));
          await inside.samples.record(`a${n}`, 1_000, { 'users.active': n });
          expect(await inside.polls()).toHaveLength(before + 1);
          if (n % 2 === 1) throw new Error('odd');
        }),
      );
      const results = await Promise.allSettled(works);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
      expect(await store.polls()).toHaveLength(15);
    });

    it('within a transaction fails alone, or with the outer one', async () => {
      const { store } = await open();
      await store.transaction(async (outer) => {
        await outer.savePoll(poll('outer'));
        await outer.transaction((inner) => inner.savePoll(poll('kept')));
        const failed = outer.transaction(async (inner) => {
          await inner.transaction((innermost) => innermost.savePoll(poll('innermost')));
          throw new Error('inner');
        });
        await expect(failed).rejects.toThrow('inner');
      });
      expect((await store.polls()).map(({ app }) => app)).toEqual(['kept', 'outer']);
      const outer = store.transaction(async (inside) => {
        await inside.transaction((inner) => inner.savePoll(poll('lost')));
        throw new Error('outer');
      });
      await expect(outer).rejects.toThrow('outer');
      expect(await store.polls()).toHaveLength(2);
    });

    it('may do many things at once', async () => {
      const { store } = await open();
      await store.transaction(async (inside) => {
        const records = Array.from({ length: 20 }, (_, n) =>
          inside.samples.record('prod', n * 60_000, { 'users.active': n }),
        );
        await Promise.all([...records, inside.transaction((inner) => inner.savePoll(poll('prod')))]);
      });
      expect(await store.samples.read('prod', 'users.active', 'hours', 0, 1)).toMatchObject([{ samples: 20 }]);
    });

    it('says so when its work uses the store from outside, which would wait for ever', async () => {
      const { store } = await open();
      const mistakes: (() => Promise<unknown>)[] = [
        () => store.polls(),
        () => store.savePoll(poll('prod')),
        () => store.transaction((inside) => inside.polls()),
        () => store.samples.record('prod', 1_000, { 'users.active': 1 }),
      ];
      for (const mistake of mistakes) {
        await expect(store.transaction(mistake)).rejects.toMatchObject({ name: 'StoreError' });
      }
      const inner = store.transaction((outer) =>
        outer.transaction(() => outer.transaction((inside) => inside.polls())),
      );
      await expect(inner).rejects.toMatchObject({ name: 'StoreError' });
      expect(await store.polls()).toEqual([]);
    });

    it('may start what goes on after it with the store from outside', async () => {
      const { store } = await open();
      const gate = Promise.withResolvers<void>();
      let later: Promise<unknown> = Promise.resolve();
      await store.transaction(async () => {
        later = gate.promise.then(() => store.savePoll(poll('later')));
      });
      gate.resolve();
      await later;
      expect(await store.polls()).toHaveLength(1);
    });

    it('cannot close the store', async () => {
      const { store } = await open();
      await expect(store.transaction((inside) => inside.close())).rejects.toMatchObject({ name: 'StoreError' });
      expect(await store.polls()).toEqual([]);
    });
  });

  describe('a closed store', () => {
    it('has finished what was asked of it, and refuses everything else', async () => {
      const { store, reopen } = await open();
      const last = store.transaction((inside) => inside.savePoll(poll('last')));
      const closed = store.close();
      await last;
      await closed;
      await store.close();
      await expect(store.polls()).rejects.toMatchObject({ name: 'StoreError' });
      await expect(store.savePoll(poll('more'))).rejects.toMatchObject({ name: 'StoreError' });
      await expect(store.transaction((inside) => inside.polls())).rejects.toMatchObject({ name: 'StoreError' });
      expect(await (await reopen()).polls()).toEqual([poll('last')]);
    });
  });
}
