// Starting and stopping: a wrong token, Slack away, a port in use, connections that come and go, a clean end.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { BotError } from '../../src/errors.ts';
import { imkit, postSigned, startBot, type TestBot, undoAll, values, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const connection = ({ workspace }: TestBot) => ({
  botToken: workspace.tokens.bot,
  signingSecret: workspace.tokens.signingSecret,
  port: 0,
  host: '127.0.0.1',
  apiUrl: workspace.apiUrl.replace(/\/$/, ''),
});

describe('start', () => {
  it('needs an app token or a signing secret', async () => {
    const slack = { botToken: 'xoxb-1', port: 0 };
    await expect(startBot(undo, { slack, start: 'no' })).rejects.toThrow(
      'Slack needs an app token or a signing secret.',
    );
  });

  it('takes an address of the Web API without its last slash', async () => {
    const first = await startBot(undo, { start: 'no' });
    const bot = await startBot(undo, { slack: connection(first) });
    await first.workspace.until(() => bot.slack.ready(), 'ready');
  });

  it('refuses a wrong bot token with what to do', async () => {
    const other = await startBot(undo, { start: 'no' });
    const slack = { ...connection(other), botToken: 'xoxb-wrong' };
    const failure = await startBot(undo, { slack }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BotError);
    expect(failure).toMatchObject({
      message: 'Slack refuses the bot token (invalid_auth).',
      hint: expect.stringContaining('xoxb'),
    });
  });

  it('refuses a wrong app token with what to do', async () => {
    const other = await startBot(undo, { start: 'no' });
    const slack = {
      botToken: other.workspace.tokens.bot,
      appToken: 'xapp-wrong',
      port: 0,
      apiUrl: other.workspace.apiUrl,
    };
    await expect(startBot(undo, { slack })).rejects.toThrow('Slack refuses the app token (invalid_auth).');
  });

  it('says which port is in use', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    undo.push(() => blocker.close());
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo; // a TCP server has such an address
    const other = await startBot(undo, { start: 'no' });
    await expect(startBot(undo, { slack: { ...connection(other), port } })).rejects.toThrow(`Port ${port} is in use`);
  });

  it('keeps trying while Slack is away, not ready meanwhile', async () => {
    const bot = await startBot(undo, { start: 'no' });
    bot.workspace.fault({ method: 'auth.test', kind: '503', times: 1 });
    await bot.slack.start();
    expect(bot.slack.ready()).toBe(false);
    expect(bot.log).toContainEqual(expect.objectContaining({ message: 'Slack does not answer yet' }));
    await expect.poll(() => bot.slack.ready(), { timeout: 5_000 }).toBe(true);
  });
});

describe('Socket Mode', () => {
  it('stays ready through a refresh of one connection', async () => {
    const bot = await startBot(undo, { mode: 'socket', renderers: [words] });
    await bot.workspace.until(() => bot.workspace.openSockets === 2, 'two connections');
    bot.workspace.disconnect('link_disabled', 1);
    await bot.workspace.until(() => bot.workspace.openSockets === 1, 'one connection');
    expect(bot.slack.ready()).toBe(true);
    const outcome = await bot.workspace.command({ user: bot.person, channel: bot.channel, text: 'help' });
    expect(outcome.acknowledged).toBe('in time');
  });
});

describe('the HTTP entrance', () => {
  it('refuses what Slack did not sign, what is too long and what is elsewhere', async () => {
    const bot = await startBot(undo);
    const url = `http://127.0.0.1:${bot.slack.port()}`;
    const post = (path: string, body: string) =>
      fetch(`${url}${path}`, { method: 'POST', body }).then((response) => response.status);
    expect(await post('/slack/events', 'command=/imstats')).toBe(401);
    expect(await post('/slack/events', 'x'.repeat(300_000))).toBe(413);
    expect(await post('/', 'x')).toBe(404);
    expect((await fetch(`${url}//`)).status).toBeGreaterThanOrEqual(400);
    expect(bot.slack.ready()).toBe(true);
  });

  it('handles a request that comes twice once', async () => {
    const request = imkit(systemClock);
    const bot = await startBot(undo, { platforms: new Map([['prod', request]]), renderers: [] });
    const { responseUrl, triggerId } = await bot.workspace.command({
      user: bot.person,
      channel: bot.channel,
      text: 'help',
    });
    const body = new URLSearchParams({
      command: '/imstats',
      text: 'users',
      user_id: bot.person,
      channel_id: bot.channel,
      team_id: bot.workspace.bot.teamId,
      response_url: responseUrl ?? '',
      trigger_id: `${triggerId}.again`,
    }).toString();
    expect(await Promise.all([postSigned(bot, body), postSigned(bot, body)])).toEqual([200, 200]);
    await bot.workspace.until(() => bot.workspace.ephemerals(bot.person).length === 2, 'help and one answer');
    await bot.slack.stop();
    expect(request.request()).toBe(1);
    expect(bot.workspace.ephemerals(bot.person)).toHaveLength(2);
  });
});

describe('stop', () => {
  it('waits for an answer that is being given', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = imkit(systemClock, () => gate.then(() => values));
    const bot = await startBot(undo, { platforms: new Map([['prod', slow]]), renderers: [] });
    const outcome = await bot.workspace.command({ user: bot.person, channel: bot.channel, text: 'users' });
    await expect.poll(() => slow.request()).toBe(1);
    const stopped = bot.slack.stop();
    expect(bot.slack.ready()).toBe(false);
    release();
    await stopped;
    expect(outcome.replies).toHaveLength(1);
  });

  it('before the start does nothing', async () => {
    const bot = await startBot(undo, { start: 'no' });
    await expect(bot.slack.stop()).resolves.toBeUndefined();
    expect(bot.slack.ready()).toBe(false);
  });
});
