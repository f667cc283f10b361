// What every store must do with what people set in Slack, and with the record of every change.
import { describe, expect, it } from 'vitest';
import type { RuleOverride } from '../../src/alerting/rule-override.ts';
import type { SettingChange } from '../../src/alerting/setting-change.ts';
import { day, minute } from '../../src/clock.ts';
import type { OpenTestStore } from './contract.ts';

const override: RuleOverride = {
  rule: 'memory-low',
  settings: { below: '12%', for: '5m', critical: { below: '6%' }, mention: ['S0ONCALL'], channel: ['C0ONCALL'] },
  by: 'U0BOB',
  at: 7 * minute,
  of: 'a fingerprint',
};
const change = (id: string, at: number, more: Partial<SettingChange> = {}): SettingChange => ({
  ...{ id, at, from: 'slack', by: 'U0BOB', subject: 'memory-low' },
  what: { kind: 'verbatim', values: { text: `changed ${id}` } },
  ...more,
});

export function describeSettings(open: OpenTestStore): void {
  describe('settings', () => {
    it('are the newest of each rule, and the same after a start', async () => {
      const { store, reopen } = await open();
      expect(await store.settings.overrides()).toEqual([]);
      await store.settings.saveOverride({ ...override, rule: 'peak' });
      await store.settings.saveOverride({ ...override, settings: { below: '10%' } });
      await store.settings.saveOverride(override);
      const ended = { ...override, rule: 'peak', ended: { at: 8 * minute, by: 'U0ANN', because: 'file' } } as const;
      await store.settings.saveOverride(ended);
      expect(await (await reopen()).settings.overrides()).toEqual([override, ended]);
    });

    it('that cannot be read are set aside, and said so, so that the others hold', async () => {
      const { store, execute, errors } = await open();
      await store.settings.saveOverride(override);
      await execute(`insert into rule_override (rule, override) values ('peak', '{"rule": 7}')`);
      expect(await store.settings.overrides()).toEqual([override]);
      expect(errors).toHaveLength(1);
      expect((await store.outbox.status()).unreadable).toBe(1);
    });

    it('keep every change once, and give the newest of a span first', async () => {
      const { store, reopen } = await open();
      const told = change('b', 2 * minute, {
        before: { kind: 'a', values: { n: 1 } },
        after: { kind: 'b', values: {} },
      });
      const { by: _, ...unsigned } = change('c', 3 * minute, { from: 'file' });
      for (const one of [change('a', minute), told, unsigned, change('d', 4 * minute)])
        expect(await store.settings.addChange(one)).toBe(true);
      expect(await store.settings.addChange(change('b', 9 * minute))).toBe(false);
      const again = await reopen();
      expect(await again.settings.changes(minute, 4 * minute, 10)).toEqual([unsigned, told, change('a', minute)]);
      expect(await again.settings.changes(0, day, 1)).toEqual([change('d', 4 * minute)]);
    });

    it('forget a change as late as an incident', async () => {
      const { store, clock } = await open();
      const now = clock.now();
      await store.settings.addChange(change('old', now - 401 * day));
      await store.settings.addChange(change('new', now - 399 * day));
      await store.prune(now, { raw: 14 * day, fiveMinutes: 90 * day, hours: 400 * day });
      expect((await store.settings.changes(0, now, 10)).map(({ id }) => id)).toEqual(['new']);
    });
  });
}
