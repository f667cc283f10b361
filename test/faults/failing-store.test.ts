// The whole bot whose store fails while it runs, which Slack reaches no more, or whose token Slack refuses: what is told, where, and how often.
import { rmSync, truncateSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { memoryRule, places } from './configuration.ts';
import { expectOnceEach, rootOf } from './delivery-assertions.ts';
import { withLockedFile } from './locked-file.ts';
import { allTold, openIncidents } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

vi.setConfig({ testTimeout: 120_000 });

const mark = 'The store cannot be written: this may be told again.';

function textsIn(whole: WholeBot, channel: string): string[] {
  return whole.workspace
    .everything()
    .filter((message) => message.channel === channel)
    .map(({ text }) => text);
}

const rootsOf = (whole: WholeBot): string[] =>
  textsIn(whole, places.alerts).filter((text) => text.includes('free memory') && text.includes('Production chat'));

describe('a store that cannot be written', () => {
  it('stops no alert: opening, critical and end are told once from memory, marked, and are in the file afterwards', async () => {
    await withWholeBot({ alerts: memoryRule }, async (whole) => {
      await whole.advance(30 * second);
      await withLockedFile(whole.file, async () => {
        whole.memory(0.12);
        await whole.reach(() => rootOf(whole.workspace, 'memory-low'), minute, 'the opening');
        const opened = rootOf(whole.workspace, 'memory-low');
        expect(opened?.text).toContain('12 %');
        expect(opened?.text).toContain(mark);
        whole.memory(0.05);
        await whole.reach(() => rootOf(whole.workspace, 'memory-low')?.text.includes('5 %'), minute, 'critical');
        await whole.advance(2 * minute);
        expect(rootsOf(whole).filter((text) => text.includes(mark))).toHaveLength(1);
        expect(whole.rows('select count(*) as value from incident')).toEqual([{ value: 0 }]);
        const health = await whole.ask('health');
        expect(health.split('\n')[0]).toMatch(/The store cannot be written, alerts are told from memory/);
        expect(health).toMatch(/is locked by another program/);
        expect((await whole.health('/readyz')).status).toBe(200);
        expect((await whole.health('/metrics')).text).toContain('imstats_store_writable 0');
        const told = textsIn(whole, places.fallback);
        expect(told).toHaveLength(1);
        expect(told[0]).toMatch(/imstats is in trouble since .*The store .* is locked by another program/);
      });
      await whole.reach(() => openIncidents(whole) === 1, minute, 'the way back to the file');
      await whole.advance(16 * second);
      // The line on its end waits for a minute, health does not.
      expect(await whole.ask('health')).not.toMatch(/told from memory/);
      whole.memory(undefined);
      await whole.advance(3 * minute);
      await allTold(whole);
      expect(rootOf(whole.workspace, 'memory-low')?.text).not.toContain(mark);
      expect(whole.rows('select closed_at is not null as closed from incident')).toEqual([{ closed: 1 }]);
      expect(await whole.ask('health')).toMatch(/imstats is well/);
      const told = textsIn(whole, places.fallback);
      expect(told).toHaveLength(2);
      expect(told[1]).toMatch(/The store can be written again/);
      expect((await whole.health('/metrics')).text).toContain('imstats_store_writable 1');
      await whole.stop();
      await whole.start();
      await whole.advance(minute);
      expectOnceEach(whole.workspace, whole);
    });
  });

  it('whose file is taken away says so at once, and what to do', async () => {
    await withWholeBot({}, async (whole) => {
      await whole.advance(minute);
      rmSync(whole.file);
      await whole.advance(30 * second);
      expect(textsIn(whole, places.fallback)).toEqual([
        expect.stringMatching(
          /The file of the store is gone while the bot runs\. Stop the bot, put the file or a backup/,
        ),
      ]);
      expect((await whole.ask('health')).split('\n')[0]).toMatch(/The file of the store was taken away/);
      await whole.advance(10 * minute);
      expect(textsIn(whole, places.fallback)).toHaveLength(1);
    });
  });
});

describe('a store that is emptied', () => {
  it('stops no alert: what opens is told once from memory, and the loss is said with what to do', async () => {
    await withWholeBot({ alerts: memoryRule }, async (whole) => {
      await whole.advance(minute);
      truncateSync(whole.file, 0);
      truncateSync(`${whole.file}-wal`, 0);
      whole.memory(0.05);
      await whole.advance(3 * minute);
      expect(rootOf(whole.workspace, 'memory-low')?.text).toContain('5 %');
      expect(rootsOf(whole)).toHaveLength(1);
      expect(textsIn(whole, places.fallback).join()).toMatch(/The file of the store was emptied while the bot runs/);
      expect((await whole.ask('health')).split('\n')[0]).toMatch(/store/);
      expect((await whole.health('/healthz')).status).toBe(200);
    });
  });
});

describe('a bot that Slack', () => {
  it('reaches no more, because the app token was revoked, says so by the bot token, once, with its end', async () => {
    await withWholeBot({ entrance: 'socket' }, async (whole) => {
      await whole.advance(minute);
      whole.workspace.revoke('app');
      whole.workspace.disconnect('refresh_requested');
      await whole.advance(minute);
      expect(textsIn(whole, places.fallback)).toEqual([]);
      await whole.advance(15 * minute);
      expect(textsIn(whole, places.fallback)).toEqual([expect.stringMatching(/No connection from Slack/)]);
      expect((await whole.health('/readyz')).status).toBe(503);
      expect((await whole.health('/metrics')).text).toContain('imstats_slack_connected 0');
    });
  });

  it('refuses the token of is not ready, and says so wherever it still can', async () => {
    await withWholeBot({ alerts: memoryRule }, async (whole) => {
      await whole.advance(minute);
      expect((await whole.health('/readyz')).status).toBe(200);
      whole.workspace.revoke('bot');
      await whole.advance(4 * minute);
      expect((await whole.health('/readyz')).status).toBe(503);
      expect((await whole.health('/metrics')).text).toContain('imstats_slack_token_accepted 0');
      expect(await whole.ask('health')).toMatch(/token_revoked/);
      expect(textsIn(whole, places.fallback)).toEqual([]);
    });
  });
});
