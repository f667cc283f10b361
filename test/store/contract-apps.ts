// What every store must do with the names of apps.
import { describe, expect, it } from 'vitest';
import { minute } from '../../src/clock.ts';
import type { StoredApp } from '../../src/store/store.ts';
import type { OpenTestStore } from './contract.ts';

const prod: StoredApp = {
  id: 'prod',
  name: 'Production chat',
  timezone: 'Asia/Taipei',
  platform: 'imkit',
  pollEvery: minute,
  connectionLimit: 2_000,
  console: 'https://dashboard.example.com',
};
const china: StoredApp = {
  id: 'china',
  name: 'China',
  timezone: 'Asia/Shanghai',
  platform: 'jmessage',
  pollEvery: 30 * minute,
};

export function describeApps(open: OpenTestStore): void {
  describe('apps', () => {
    it('are named as they were saved last, also when a later save knows nothing of them', async () => {
      const { store, reopen } = await open();
      expect(await store.apps.get('prod')).toBeUndefined();
      await store.apps.save([prod, china]);
      const renamed: StoredApp = { ...china, name: 'Mainland', connectionLimit: 500 };
      await store.apps.save([renamed]);
      await store.apps.save([{ ...china, name: 'Mainland' }]);
      const again = await reopen();
      expect(await again.apps.get('prod')).toEqual(prod);
      expect(await again.apps.get('china')).toEqual({ ...china, name: 'Mainland' });
    });

    it('have the history of a former id, once', async () => {
      const { store } = await open();
      const names = { from: 'prod', to: 'chat', rules: { from: 'prod.unreachable', to: 'chat.unreachable' } };
      expect(await store.apps.rename(names)).toBe('nothing');
      await store.apps.save([prod]);
      await store.samples.record('prod', 7 * minute, { 'connections.peak': 5 });
      await store.savePoll({ app: 'prod', lastTriedAt: 7 * minute, lastGoodAt: 7 * minute, failures: 0 });
      expect(await store.apps.rename(names)).toBe('moved');
      expect(await store.apps.rename(names)).toBe('nothing');
      expect((await store.samples.latest('chat'))?.values).toEqual({ 'connections.peak': 5 });
      expect(await store.samples.latest('prod')).toBeUndefined();
      const span = { from: 0, to: 60 * minute };
      expect(await store.samples.read('chat', 'connections.peak', 'hours', span.from, span.to)).toHaveLength(1);
      expect((await store.polls()).map(({ app }) => app)).toEqual(['chat']);
      expect(await store.apps.get('prod')).toBeUndefined();
    });

    it('keep their own history where a former id has one as well', async () => {
      const { store } = await open();
      for (const app of ['prod', 'chat']) await store.samples.record(app, 7 * minute, { 'connections.peak': 5 });
      const names = { from: 'prod', to: 'chat', rules: { from: 'prod.unreachable', to: 'chat.unreachable' } };
      expect(await store.apps.rename(names)).toBe('clash');
      expect(await store.samples.latest('prod')).toBeDefined();
    });

    it('are left as they were by a transaction that fails', async () => {
      const { store } = await open();
      await store.apps.save([prod]);
      const failed = store.transaction(async (tx) => {
        await tx.apps.save([{ ...prod, name: 'Other' }]);
        throw new Error('no');
      });
      await expect(failed).rejects.toThrow('no');
      expect((await store.apps.get('prod'))?.name).toBe('Production chat');
    });
  });
}
