// What every store must do with alerts, incidents and their history.
import { describe, expect, it } from 'vitest';
import { type AlertState, type Incident, initialState } from '../../src/alerting/state.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { StoredAlert } from '../../src/store/store.ts';
import type { OpenTestStore } from './contract.ts';

const state = initialState({ version: 'v1' });
const stateWith = (machine: Partial<AlertState['machine']>): AlertState => ({
  ...state,
  machine: { ...state.machine, ...machine },
});
const alert: StoredAlert = { rule: 'memory-low', app: 'prod', rev: 0, state };
const incident: Incident = { id: 'memory-low/1', rule: 'memory-low', app: 'prod', level: 'warning', openedAt: 1_000 };

export function describeAlerts(open: OpenTestStore): void {
  describe('alerts', () => {
    it('are saved under the rev that was read, by one of two', async () => {
      const { store } = await open();
      expect(await store.alerts.get('memory-low')).toBeUndefined();
      expect(await store.alerts.save(alert)).toBe(true);
      expect(await store.alerts.save(alert)).toBe(false);
      const read = await store.alerts.get('memory-low');
      expect(read).toEqual({ ...alert, rev: 1 });
      const firing = { ...alert, rev: 1, state: stateWith({ condition: 'firing', lastAt: 5 }) };
      const both = await Promise.all([store.alerts.save(firing), store.alerts.save({ ...alert, rev: 1 })]);
      expect(both).toEqual([true, false]);
      expect(await store.alerts.all()).toEqual([{ ...firing, rev: 2 }]);
    });

    it('are gone when removed, and begin anew with rev 0', async () => {
      const { store } = await open();
      await store.alerts.save(alert);
      await store.alerts.remove('memory-low');
      expect(await store.alerts.all()).toEqual([]);
      expect(await store.alerts.save({ ...alert, rev: 1 })).toBe(false);
      expect(await store.alerts.save(alert)).toBe(true);
    });

    it('that could not be read back are refused', async () => {
      const { store } = await open();
      const broken = { ...alert, state: stateWith({ lastAt: Number.NaN }) };
      await expect(store.alerts.save(broken)).rejects.toMatchObject({ name: 'StoreError' });
      expect(await store.alerts.all()).toEqual([]);
    });

    it('that were damaged are set aside, leave the others alone and can be saved anew', async () => {
      const { store, execute, errors } = await open();
      await store.alerts.save(alert);
      await store.alerts.save({ ...alert, rule: 'connections-high' });
      await execute(`update alert set state = '{"condition":"on fire"}' where rule = 'memory-low'`);
      expect((await store.alerts.all()).map(({ rule }) => rule)).toEqual(['connections-high']);
      expect(errors).toEqual(['A stored row could not be read and was set aside']);
      expect((await store.outbox.status()).unreadable).toBe(1);
      expect(await store.alerts.save(alert)).toBe(true);
    });
  });

  describe('alerts under a damaged revision', () => {
    it.each([0, -1, Number.MAX_SAFE_INTEGER])('%s keep their state and are saved again', async (rev) => {
      const { store, execute } = await open();
      await store.alerts.save(alert);
      await execute(`update alert set rev = ${rev} where rule = 'memory-low'`);
      const read = await store.alerts.get('memory-low');
      expect(read?.state).toEqual(state);
      expect(read === undefined ? false : await store.alerts.save(read)).toBe(true);
    });
  });

  describe('incidents', () => {
    it('are saved whole, and once for each id', async () => {
      const { store } = await open();
      await store.alerts.saveIncident(incident);
      expect(await store.alerts.incidents(0, 10_000)).toEqual([incident]);
      const closed: Incident = {
        ...incident,
        level: 'critical',
        closedAt: 9_000,
        reason: 'recovered',
        extreme: 0.059,
        acknowledgedBy: 'U0BOB',
      };
      await store.alerts.saveIncident(closed);
      expect(await store.alerts.incidents(0, 10_000)).toEqual([closed]);
    });

    it('are found by any time at which they were open, newest first', async () => {
      const { store } = await open();
      await store.alerts.saveIncident({ ...incident, id: 'past', openedAt: 1_000, closedAt: 2_000 });
      await store.alerts.saveIncident({ ...incident, id: 'long', openedAt: 1_500, closedAt: 9_000 });
      await store.alerts.saveIncident({ ...incident, id: 'open', openedAt: 4_000 });
      const found = async (from: number, to: number): Promise<string[]> =>
        (await store.alerts.incidents(from, to)).map(({ id }) => id);
      expect(await found(0, 10_000)).toEqual(['open', 'long', 'past']);
      expect(await found(2_001, 3_999)).toEqual(['long']);
      expect(await found(2_000, 4_000)).toEqual(['open', 'long', 'past']);
      expect(await found(9_001, 9_002)).toEqual(['open']);
      expect(await found(0, 999)).toEqual([]);
    });

    it('have a history in order, in which the same line said twice stands once', async () => {
      const { store } = await open();
      const line = { incident: 'a', at: 1_000, kind: 'opened', words: verbatim('Opened') };
      await store.alerts.addEvent({ ...line, seq: 2, words: verbatim('Acknowledged'), actor: 'U0BOB' });
      await store.alerts.addEvent({ ...line, seq: 1 });
      await store.alerts.addEvent({ ...line, seq: 1, words: verbatim('Opened again') });
      await store.alerts.addEvent({ ...line, incident: 'b', seq: 1 });
      expect(await store.alerts.events('a')).toEqual([
        { ...line, seq: 1 },
        { ...line, seq: 2, words: verbatim('Acknowledged'), actor: 'U0BOB' },
      ]);
    });
  });
}
