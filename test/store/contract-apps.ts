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
