// Tokens, secrets and keys are changed while the bot runs, as people do it: the new one first in Slack or first in the file, back again, and wrong.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { memoryRule, places } from './configuration.ts';
import { expectOnceEach, rootOf } from './delivery-assertions.ts';
import { startPagerDuty } from './pagerduty-stand-in.ts';
import { until, type Ward, withWard } from './process.ts';
import { allTold, comeBack, fall } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

const told = ({ workspace }: Pick<WholeBot, 'workspace'>): string[] =>
  workspace.messages(places.fallback).map(({ text }) => text);

it('takes a bot token later that Slack did not know yet, or did not answer about, and says so', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    const away = workspace.fault({ method: 'auth.test', kind: '503', times: 1 });
    const applied = await whole.apply({ botToken: 'xoxb-next' });
    expect(away.hits).toBe(1);
    expect(applied).toEqual({ atNextStart: [], tokensRefused: ['slack.botToken'] });
    expect(await whole.bot().retryTokens()).toBe(false);
    await whole.reach(() => told(whole).length === 1, minute, 'the refusal');
    expect(await whole.ask('health')).toMatch(/tokens of Slack, .*invalid_auth/s);
    workspace.reissue('bot', 'xoxb-next');
    expect(await whole.bot().retryTokens()).toBe(true);
    await whole.reach(() => told(whole).length === 2, minute, 'the word that they hold');
    expect(told(whole)[1]).toBe('Slack takes the changed tokens now; they hold.');
    await fall(whole);
    await whole.reach(() => rootOf(workspace, 'memory-low'), minute, 'the opening with the new token');
    expect(await whole.ask('health')).toContain('imstats is well');
  });
});

it('asks Slack about the token of the start as about any other, when the file goes back to it', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    const first = workspace.tokens.bot;
    workspace.reissue('bot', 'xoxb-next');
    expect(await whole.apply({ botToken: 'xoxb-next' })).toEqual({ atNextStart: [] });
    expect(await whole.apply({ botToken: first })).toEqual({ atNextStart: [], tokensRefused: ['slack.botToken'] });
    await fall(whole);
    await whole.reach(() => rootOf(workspace, 'memory-low'), minute, 'the opening with the token that holds');
  });
});

it('takes another signing secret at once, also beside a bot token that Slack refuses', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    workspace.reissue('signingSecret', 'another-signing-secret');
    const before = await workspace.command({ user: 'U0ALICE', channel: places.digests, text: 'help' });
    expect(before.acknowledged).not.toBe('in time');
    const written = { signingSecret: 'another-signing-secret', botToken: 'xoxb-wrong' };
    expect(await whole.apply(written)).toEqual({ atNextStart: [], tokensRefused: ['slack.botToken'] });
    expect(await whole.ask('help')).toContain('/imstats');
    expect(JSON.stringify(whole.log)).not.toContain('another-signing-secret');
  });
});

it('calls by another key of PagerDuty from the next call on, and says which one it does not take', async () => {
  const pager = await startPagerDuty(['KEY-OLD', 'KEY-NEW', 'KEY-NETWORK']);
  const named = memoryRule.replace('id: memory-low', 'id: memory-network').concat('    pagerduty: network\n');
  const written = (usual: string, network: string) => ({
    alerts: memoryRule + named,
    more: `pagerduty: { routingKey: ${usual}, keys: { network: ${network} }, url: "${pager.url}" }\n`,
  });
  try {
    await withWholeBot(written('KEY-WRONG', 'KEY-OLD'), async (whole) => {
      const services = (): string[] => pager.called.map((one) => one.replace(/@\d+/, '')).toSorted();
      await fall(whole, 0.05);
      await whole.advance(5 * second);
      expect(services()).toEqual(['KEY-OLD memory-network']);
      expect(await whole.ask('health')).toContain('PagerDuty refused the event');
      expect(await whole.apply(written('KEY-NEW', 'KEY-NETWORK'))).toEqual({ atNextStart: [] });
      await whole.advance(2 * minute);
      expect(services()).toEqual(['KEY-NEW memory-low', 'KEY-OLD memory-network']);
      await comeBack(whole);
      await allTold(whole);
      await fall(whole, 0.05);
      await whole.advance(10 * second);
      expect(services().filter((one) => one.startsWith('KEY-N'))).toContain('KEY-NETWORK memory-network');
      expect(await whole.ask('health')).not.toContain('PagerDuty refused');
      for (const kept of [whole.log, whole.rows('select message from outbox')])
        expect(JSON.stringify(kept)).not.toMatch(/KEY-(OLD|NEW|WRONG|NETWORK)/);
    });
  } finally {
    await pager.stop();
  }
});

function rewrite(ward: Ward, change: (text: string) => string): void {
  const file = join(dirname(ward.file), 'imstats.yml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

it('opens the next connections with another app token, and keeps the old one instead of a wrong one', async () => {
  await withWard({ pollEvery: '1s', entrance: 'socket' }, async (ward) => {
    const { workspace } = ward;
    const life = ward.start();
    await life.up;
    const said = (words: string): boolean => life.log.some(({ msg }) => msg === words);
    rewrite(ward, (text) => text.replace(/appToken: .*/, 'appToken: xapp-wrong'));
    await until(() => told(ward).length === 1, 20_000, 'the refusal in the fallback channel');
    expect(told(ward)[0]).toMatch(/not taken, .*Slack refuses the app token \(invalid_auth\)\. Put an app-level token/);
    rewrite(ward, (text) => text.replace('xapp-wrong', 'xapp-next'));
    workspace.reissue('app', 'xapp-next');
    await until(() => told(ward).length === 2, 20_000, 'the mending');
    expect(said('The changed tokens of Slack were taken.') || said('configuration changed')).toBe(true);
    const opened = (): number => workspace.log.filter(({ method }) => method === 'apps.connections.open').length;
    const before = opened();
    workspace.cutSockets();
    const isReopened = (): boolean => opened() >= before + 2 && workspace.openSockets === 2;
    await until(isReopened, 30_000, 'connections with the new token');
    const asked = await workspace.command({ user: 'U0ALICE', channel: 'C0IMOPS', text: 'health' });
    expect(workspace.renderText(await asked.replied())).toContain('imstats is well');
    expect(JSON.stringify(life.log)).not.toMatch(/xapp-(next|wrong)/);
    ward.platforms.controls.setFreeMemory({ ratio: 0.05 });
    await until(() => rootOf(workspace, 'memory-low'), 20_000, 'the opening');
    await until(() => ward.rows('select id from outbox where unfinished = 1').length === 0, 30_000, 'an empty outbox');
    expectOnceEach(workspace, ward);
  });
});
