// What every store must do with the outbox.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { NewOutboxRow, OutboxRow } from '../../src/store/outbox.ts';
import type { Store } from '../../src/store/store.ts';
import type { OpenTestStore } from './contract.ts';

const lease = 60_000;

function newRow(key: string, fields: Partial<NewOutboxRow> = {}): NewOutboxRow {
  return {
    key,
    stream: 'incident-1',
    lane: 'slack',
    seq: 1,
    channel: 'C0ONCALL',
    operation: 'reply',
    broadcast: false,
    message: { kind: 'line', text: verbatim(`line ${key}`), mentions: [] },
    causedAt: undefined,
    createdAt: 1_000,
    notBefore: 1_000,
    ...fields,
  };
}

async function addAll(store: Store, rows: readonly NewOutboxRow[]): Promise<void> {
  for (const row of rows) expect(await store.outbox.add(row)).toBe(true);
}

const keys = (rows: readonly OutboxRow[]): string[] => rows.map(({ key }) => key);

/** The one row that can be leased. */
async function leaseOne(store: Store, owner: string, now: number): Promise<OutboxRow> {
  const [row] = await store.outbox.lease(owner, now, lease, 1);
  if (row === undefined) throw new Error('There is nothing to lease.');
  return row;
}

export function describeOutbox(open: OpenTestStore): void {
  describe('adding to the outbox', () => {
    it('takes a key once and leaves the first row as it is', async () => {
      const { store } = await open();
      expect(await store.outbox.add(newRow('a', { broadcast: true, causedAt: 900 }))).toBe(true);
      expect(await store.outbox.add(newRow('a', { channel: 'C0OTHER' }))).toBe(false);
      expect(await store.outbox.waiting('incident-1')).toEqual([
        {
          ...newRow('a', { broadcast: true, causedAt: 900 }),
          id: expect.any(Number),
          state: 'pending',
          attempts: 0,
          firstTriedAt: undefined,
          ts: undefined,
          error: undefined,
        },
      ]);
    });

    it('takes no key again that was told already', async () => {
      const { store } = await open();
      await store.outbox.add(newRow('a'));
      await store.outbox.settle({ ...(await leaseOne(store, 'me', 1_000)), state: 'sent', ts: '1.2' }, 'me');
      expect(await store.outbox.add(newRow('a'))).toBe(false);
      expect(await store.outbox.lease('me', 99_000, lease, 9)).toEqual([]);
    });

    it('keeps fields of a message that a later version wrote', async () => {
      const { store } = await open();
      const message = { kind: 'line', text: verbatim('x'), mentions: [], tone: 'calm' } as const;
      await store.outbox.add(newRow('a', { message: { ...message, mentions: [] } }));
      expect(await store.outbox.waiting('incident-1')).toMatchObject([{ message }]);
    });

    it('refuses what could not be read back', async () => {
      const { store } = await open();
      const message = { kind: 'line', text: verbatim('x'), mentions: [], about: 7 };
      // A caller that the type checker did not see.
      const row = { ...newRow('a'), message } as unknown as NewOutboxRow;
      await expect(store.outbox.add(row)).rejects.toMatchObject({ name: 'StoreError' });
    });
  });

  describe('leasing from the outbox', () => {
    it('gives only the first unfinished row of each stream and lane', async () => {
      const { store } = await open();
      await addAll(store, [
        newRow('a2', { seq: 2 }),
        newRow('a1', { seq: 1 }),
        newRow('a3 pager', { seq: 3, lane: 'pager' }),
        newRow('b5', { stream: 'incident-2', seq: 5 }),
      ]);
      expect(keys(await store.outbox.lease('me', 1_000, lease, 9)).sort()).toEqual(['a1', 'a3 pager', 'b5']);
      expect(await store.outbox.lease('me', 1_000, lease, 9)).toEqual([]);
    });

    it('holds back what comes later while an earlier row waits, is in doubt or is being sent', async () => {
      const { store } = await open();
      await addAll(store, [newRow('first', { notBefore: 5_000 }), newRow('second', { seq: 2 })]);
      expect(await store.outbox.lease('me', 4_999, lease, 9)).toEqual([]);
      const first = await leaseOne(store, 'me', 5_000);
      expect(await store.outbox.lease('me', 5_000, lease, 9)).toEqual([]);
      await store.outbox.settle({ ...first, state: 'unknown', notBefore: 8_000 }, 'me');
      expect(await store.outbox.lease('me', 7_999, lease, 9)).toEqual([]);
      await store.outbox.settle({ ...(await leaseOne(store, 'me', 8_000)), state: 'dead' }, 'me');
      expect(keys(await store.outbox.lease('me', 8_000, lease, 9))).toEqual(['second']);
    });

    it('holds charts back until the message that they belong in is posted, and no longer', async () => {
      const { store } = await open();
      await addAll(store, [
        newRow('root', { operation: 'post', notBefore: 5_000 }),
        newRow('charts', { operation: 'picture', lane: 'picture' }),
        newRow('line', { seq: 2 }),
      ]);
      expect(await store.outbox.lease('me', 4_000, lease, 9)).toEqual([]);
      const root = await leaseOne(store, 'me', 5_000);
      expect(await store.outbox.lease('me', 5_000, lease, 9)).toEqual([]);
      await store.outbox.settle({ ...root, state: 'sent' }, 'me');
      expect(keys(await store.outbox.lease('me', 5_000, lease, 9)).sort()).toEqual(['charts', 'line']);
    });

    it('gives no more than asked for, the longest due first', async () => {
      const { store } = await open();
      await addAll(
        store,
        [3, 1, 2].map((n) => newRow(`${n}`, { stream: `s${n}`, notBefore: n })),
      );
      expect(keys(await store.outbox.lease('me', 10, lease, 2))).toEqual(['1', '2']);
      expect(keys(await store.outbox.lease('me', 10, lease, 2))).toEqual(['3']);
    });

    it('never gives a row to two', async () => {
      const { store } = await open();
      await addAll(
        store,
        Array.from({ length: 20 }, (_, n) => newRow(`${n}`, { stream: `s${n}` })),
      );
      const taken = await Promise.all(['a', 'b', 'c'].map((owner) => store.outbox.lease(owner, 1_000, lease, 9)));
      expect(new Set(taken.flat().map(({ key }) => key)).size).toBe(20);
      expect(taken.flat()).toHaveLength(20);
    });

    it('marks a first try as being sent and remembers when it began', async () => {
      const { store } = await open();
      await store.outbox.add(newRow('a'));
      expect(await leaseOne(store, 'me', 2_000)).toMatchObject({
        state: 'sending',
        firstTriedAt: 2_000,
        leasedUntil: 62_000,
      });
      expect(await store.outbox.waiting('incident-1')).toMatchObject([{ state: 'sending' }]);
    });

    it('gives a row whose lease ran out to the next one, as unknown, with the time of the first try', async () => {
      const { store } = await open();
      await store.outbox.add(newRow('a'));
      await leaseOne(store, 'me', 2_000);
      expect(await store.outbox.lease('you', 61_999, lease, 9)).toEqual([]);
      expect(await leaseOne(store, 'you', 62_000)).toMatchObject({ state: 'unknown', firstTriedAt: 2_000 });
    });

    it('keeps an outcome unknown until somebody says what it was', async () => {
      const { store } = await open();
      await store.outbox.add(newRow('a'));
      await store.outbox.settle({ ...(await leaseOne(store, 'me', 2_000)), state: 'unknown', attempts: 1 }, 'me');
      const again = await leaseOne(store, 'me', 3_000);
      expect(again).toMatchObject({ state: 'unknown', attempts: 1 });
      await store.outbox.settle({ ...again, state: 'pending', attempts: 2, error: 'not found' }, 'me');
      expect(await leaseOne(store, 'me', 4_000)).toMatchObject({ state: 'sending', attempts: 2, error: 'not found' });
    });

    it('gives everything back at a start, in doubt', async () => {
      const { store, reopen } = await open();
      await addAll(store, [newRow('a'), newRow('b', { stream: 's2' }), newRow('c', { stream: 's3' })]);
      await store.outbox.lease('me', 2_000, lease, 2);
      expect(await store.outbox.release(3_000)).toBe(2);
      expect(await store.outbox.release(3_000)).toBe(0);
      await store.outbox.lease('me', 3_000, lease, 9);
      const rows = await (await reopen()).outbox.lease('you', 3_001, lease, 9);
      expect(rows.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
    });
  });

  describe('settling in the outbox', () => {
    it('writes back what became of a row', async () => {
      const { store } = await open();
      await store.outbox.add(newRow('a'));
      const row = await leaseOne(store, 'me', 2_000);
      const failed = {
        ...row,
        state: 'pending' as const,
        attempts: 1,
        notBefore: 9_000,
        error: 'in 9 s',
        errorCode: 'ratelimited',
      };
      expect(await store.outbox.settle(failed, 'me')).toBe(true);
      const { leasedUntil: _, ...given } = failed;
      expect(await store.outbox.waiting('incident-1')).toEqual([given]);
    });

    it('is for the holder of the lease only', async () => {
      const { store } = await open();
      await addAll(store, [newRow('a'), newRow('b', { seq: 2 })]);
      const row = await leaseOne(store, 'me', 2_000);
      const [, behind] = await store.outbox.waiting('incident-1');
      if (behind === undefined) throw new Error('The second row is gone.');
      expect(await store.outbox.settle({ ...row, state: 'sent' }, 'you')).toBe(false);
      expect(await store.outbox.settle({ ...behind, state: 'dropped' }, 'you')).toBe(false);
      await store.outbox.lease('you', 70_000, lease, 9);
      expect(await store.outbox.settle({ ...row, state: 'sent' }, 'me')).toBe(false);
    });

    it('is refused to the holder of an earlier lease of the same owner', async () => {
      const { store } = await open();
      await store.outbox.add(newRow('a'));
      const early = await leaseOne(store, 'me', 2_000);
      const late = await leaseOne(store, 'me', 70_000);
      expect(await store.outbox.settle({ ...early, state: 'sent' }, 'me')).toBe(false);
      expect(await store.outbox.settle({ ...late, state: 'sent' }, 'me')).toBe(true);
      expect(await store.outbox.settle({ ...late, state: 'pending' }, 'me')).toBe(false);
    });

    it('lets the holder of an earlier row coalesce what waits behind it, in its own lane', async () => {
      const { store } = await open();
      await addAll(store, [
        newRow('open'),
        newRow('edit', { seq: 2 }),
        newRow('resolve', { seq: 3 }),
        newRow('pager', { seq: 4, lane: 'pager', notBefore: 90_000 }),
      ]);
      const first = await leaseOne(store, 'me', 2_000);
      const [, ...behind] = await store.outbox.waiting('incident-1');
      const drop = (): Promise<boolean[]> =>
        Promise.all(behind.map((row) => store.outbox.settle({ ...row, state: 'dropped' }, 'me')));
      expect(await drop()).toEqual([true, true, false]);
      expect(await store.outbox.settle({ ...first, state: 'sent' }, 'me')).toBe(true);
      expect(keys(await store.outbox.waiting('incident-1'))).toEqual(['pager']);
    });
  });

  describe('rewriting in the outbox', () => {
    it('changes what a row that waits has left to tell, for the holder of an earlier row only', async () => {
      const { store } = await open();
      await addAll(store, [newRow('open'), newRow('line', { seq: 2, broadcast: true })]);
      const [, line] = await store.outbox.waiting('incident-1');
      if (line === undefined) throw new Error('The second row is gone.');
      const message: OutboxRow['message'] = { kind: 'line', text: verbatim('less'), mentions: [] };
      const reduced = { ...line, broadcast: false, message };
      expect(await store.outbox.rewrite(reduced, 'me')).toBe(false);
      const first = await leaseOne(store, 'me', 2_000);
      expect(await store.outbox.rewrite(reduced, 'you')).toBe(false);
      expect(await store.outbox.rewrite({ ...first, broadcast: true }, 'me')).toBe(false);
      expect(await store.outbox.rewrite(reduced, 'me')).toBe(true);
      expect(await store.outbox.waiting('incident-1')).toMatchObject([{ key: 'open', broadcast: false }, reduced]);
    });
  });

  describe('the outbox as a whole', () => {
    it('says how much waits, since when, and what nobody could be given', async () => {
      const { store } = await open();
      expect(await store.outbox.status()).toEqual({ depth: 0, oldest: undefined, dead: 0, unreadable: 0 });
      await addAll(store, [newRow('a'), newRow('b', { seq: 2, createdAt: 3_000 }), newRow('c', { seq: 3 })]);
      await store.outbox.settle({ ...(await leaseOne(store, 'me', 2_000)), state: 'dead', error: 'is_archived' }, 'me');
      await leaseOne(store, 'me', 2_000);
      expect(await store.outbox.status()).toEqual({ depth: 2, oldest: 1_000, dead: 1, unreadable: 0 });
    });

    it('buries a row whose message cannot be read, counts it, and goes on with the next', async () => {
      const { store, execute, errors } = await open();
      await addAll(store, [newRow('bad'), newRow('good', { seq: 2 }), newRow('worse', { seq: 3 })]);
      await execute(`update outbox set message = '{"kind":"poem"}' where key = 'bad'`);
      await execute(`update outbox set message = '{' where key = 'worse'`);
      expect(await store.outbox.lease('me', 2_000, lease, 9)).toEqual([]);
      expect(keys(await store.outbox.lease('me', 2_000, lease, 9))).toEqual(['good']);
      expect(keys(await store.outbox.waiting('incident-1'))).toEqual(['good']);
      expect(await store.outbox.status()).toMatchObject({ depth: 1, dead: 2 });
      expect(errors).toHaveLength(2);
    });

    it('remembers the message that a stream lives in', async () => {
      const { store, execute } = await open();
      expect(await store.outbox.root('incident-1')).toBeUndefined();
      const shown = newRow('a').message;
      const pictures = [
        { kind: 'file', id: 'F1', alt: { kind: 'verbatim', values: { text: 'Low 1, high 2' } } },
        { kind: 'inline', by: 'text' },
      ] as const;
      await store.outbox.saveRoot({ stream: 'incident-1', channel: 'C1', ts: '1.0', pictures: [], shown: undefined });
      const root = { stream: 'incident-1', channel: 'C1', ts: '2.0', pictures, shown };
      await store.outbox.saveRoot(root);
      expect(await store.outbox.root('incident-1')).toEqual(root);
      await execute(`update root set pictures = '[1]', shown = 'x'`);
      expect(await store.outbox.root('incident-1')).toEqual({ ...root, pictures: [], shown: undefined });
    });

    it('tells every row once and in order, whoever works, stops in the middle or comes late', async () => {
      const { store } = await open();
      let run = 0;
      const step = fc.record({
        owner: fc.constantFrom('a', 'b'),
        limit: fc.integer({ min: 1, max: 3 }),
        end: fc.constantFrom('sent', 'later', 'crash'),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (steps, count) => {
          const stream = `run ${run++}`;
          for (let seq = count; seq >= 1; seq -= 1) await store.outbox.add(newRow(`${stream} ${seq}`, { stream, seq }));
          const told: number[] = [];
          let now = 10_000;
          const work = async ({ owner, limit, end }: (typeof steps)[number]): Promise<void> => {
            for (const row of await store.outbox.lease(owner, now, lease, limit)) {
              if (end === 'sent') told.push(row.seq);
              const state = end === 'sent' ? 'sent' : 'pending';
              if (end !== 'crash') expect(await store.outbox.settle({ ...row, state }, owner)).toBe(true);
            }
            now += end === 'crash' ? lease : 1;
          };
          for (const one of steps) await work(one);
          while ((await store.outbox.status()).depth > 0) await work({ owner: 'a', limit: 3, end: 'sent' });
          expect(told).toEqual(Array.from({ length: count }, (_, index) => index + 1));
        }),
        { numRuns: 60 },
      );
    });
  });
}
