// What every store must do with runs of digests.
import { describe, expect, it } from 'vitest';
import { verbatim } from '../../src/metrics/phrase.ts';
import { digestStream } from '../../src/store/digest-runs.ts';
import type { DigestRun } from '../../src/store/store.ts';
import type { OpenTestStore } from './contract.ts';

const run: DigestRun = { schedule: 'daily', period: '2026-11-22', dueAt: 5_000, state: 'collecting' };

export function describeDigests(open: OpenTestStore): void {
  describe('runs of digests', () => {
    it('are claimed by one of two, and by nobody else before the lease is over', async () => {
      const { store } = await open();
      const claims = await Promise.all(['a', 'b'].map((owner) => store.digests.claim(run, owner, 10_000, 60_000)));
      expect(claims).toEqual([true, false]);
      expect(await store.digests.claim(run, 'b', 69_999, 60_000)).toBe(false);
      expect(await store.digests.claim(run, 'b', 70_000, 60_000)).toBe(true);
      expect(await store.digests.claim(run, 'a', 70_001, 60_000)).toBe(false);
      expect(await store.digests.claim({ ...run, period: '2026-11-23' }, 'a', 70_001, 60_000)).toBe(true);
    });

    it('are held longer by their holder', async () => {
      const { store } = await open();
      await store.digests.claim(run, 'a', 10_000, 60_000);
      expect(await store.digests.claim(run, 'a', 40_000, 60_000)).toBe(true);
      expect(await store.digests.claim(run, 'b', 70_000, 60_000)).toBe(false);
      expect(await store.digests.claim(run, 'b', 100_000, 60_000)).toBe(true);
    });

    it.each(['queued', 'sent', 'skipped', 'failed'] as const)('that are %s are claimed by nobody', async (state) => {
      const { store } = await open();
      await store.digests.claim(run, 'a', 10_000, 60_000);
      await store.digests.finish({ ...run, state, reason: verbatim('why'), finishedAt: 11_000 });
      expect(await store.digests.claim(run, 'a', 900_000, 60_000)).toBe(false);
      expect(await store.digests.claim(run, 'b', 900_000, 60_000)).toBe(false);
      expect(await store.digests.recent('daily', 9)).toEqual([
        { ...run, state, reason: verbatim('why'), finishedAt: 11_000 },
      ]);
    });

    it('that nobody claimed are not made by finishing them', async () => {
      const { store } = await open();
      await store.digests.finish({ ...run, state: 'sent' });
      expect(await store.digests.recent('daily', 9)).toEqual([]);
    });

    it('are finished once by the stream of their message, and only while they are queued', async () => {
      const { store } = await open();
      const stream = digestStream(run);
      const end = { state: 'failed', reason: verbatim('refused'), finishedAt: 12_000 } as const;
      await store.digests.claim(run, 'a', 10_000, 60_000);
      await store.digests.claim({ ...run, schedule: 'weekly', state: 'queued' }, 'a', 10_000, 60_000);
      expect(await store.digests.finishQueued(stream, end)).toBeUndefined();
      await store.digests.finish({ ...run, state: 'queued' });
      expect(await store.digests.finishQueued(stream, end)).toEqual({ ...run, ...end });
      expect(await store.digests.finishQueued(stream, { state: 'sent', finishedAt: 13_000 })).toBeUndefined();
      expect(await store.digests.recent('daily', 9)).toEqual([{ ...run, ...end }]);
      expect(await store.digests.recent('weekly', 9)).toMatchObject([{ state: 'queued' }]);
    });

    it('fail with a message that cannot be read', async () => {
      const { store, execute } = await open();
      const stream = digestStream(run);
      await store.digests.claim({ ...run, state: 'queued' }, 'a', 10_000, 60_000);
      const row = { key: stream, stream, lane: 'slack', seq: 1, channel: 'C1', operation: 'post' } as const;
      const times = { causedAt: undefined, createdAt: 1_000, notBefore: 1_000 };
      const message = { kind: 'line' as const, text: verbatim('x'), mentions: [] };
      await store.outbox.add({ ...row, ...times, message, broadcast: false });
      await execute("update outbox set message = '{'");
      expect(await store.outbox.lease('me', 2_000, 60_000, 9)).toEqual([]);
      expect(await store.digests.recent('daily', 9)).toMatchObject([{ state: 'failed' }]);
    });

    it('are listed newest first, of one schedule', async () => {
      const { store } = await open();
      for (const [period, dueAt] of [
        ['b', 2],
        ['c', 3],
        ['a', 1],
      ] as const) {
        await store.digests.claim({ ...run, period, dueAt }, 'a', 10, 1);
      }
      await store.digests.claim({ ...run, schedule: 'weekly' }, 'a', 10, 1);
      expect((await store.digests.recent('daily', 2)).map(({ period }) => period)).toEqual(['c', 'b']);
      expect(await store.digests.recent('never', 2)).toEqual([]);
    });

    it('keep when they were due and are free at once for the process that starts next', async () => {
      const { store, reopen } = await open();
      await store.digests.claim(run, 'a', 10_000, 3_600_000);
      const next = await reopen();
      expect(await next.digests.claim({ ...run, dueAt: 6_000 }, 'b', 10_001, 60_000)).toBe(true);
      expect(await next.digests.recent('daily', 9)).toEqual([run]);
    });
  });
}
