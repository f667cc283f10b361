// Slash commands and the address for their replies.
import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, startWorkspace, type Workspace } from '../../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { allScopes, connectSockets, type RunningBot } from '../clients.ts';

let clock: FakeClock;
let slack: Workspace;
let bot: RunningBot;
let app: App;

beforeEach(async () => {
  clock = createFakeClock('2026-11-23T10:00:00Z');
  slack = await startWorkspace({ clock, scopes: allScopes });
  bot = await connectSockets(slack);
  app = bot.app;
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
});

const ask = (text = '', more: object = {}) => slack.command({ user: 'U0ALICE', channel: 'C0ONCALL', text, ...more });
async function reply(address: string | undefined, body: object): Promise<{ status: number; error?: string }> {
  const response = await fetch(address ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { error } = (await response.json()) as { error?: string };
  return error === undefined ? { status: response.status } : { status: response.status, error };
}

describe('a command', () => {
  beforeEach(() =>
    app.command('/imstats', async ({ ack, command }) => ack({ text: command.text, response_type: 'ephemeral' })),
  );

  it('carries handles, groups, channels and addresses with their ids', async () => {
    const outcome = await ask('@bob @oncall #im-ops https://example.com/a @nobody a@b');
    expect(outcome.replies[0]?.text).toBe(
      '<@U0BOB|bob> <!subteam^S0ONCALL|@oncall> <#C0IMOPS|im-ops> <https://example.com/a> @nobody a@b',
    );
  });

  it('does not exist in threads, nor under another name', async () => {
    const inThread = await ask('x', { threadTs: '1.000000' });
    const other = await ask('x', { command: '/imstat' });

    expect(inThread).toMatchObject({
      acknowledged: 'dispatch_failed',
      replies: [{ text: '/imstats is not supported in threads. Sorry!', origin: 'slack' }],
    });
    expect(other.replies[0]?.text).toBe('/imstat is not a valid command.');
  });

  it('can be typed only by people of the channel', async () => {
    await expect(slack.command({ user: 'U0GUEST', channel: 'C0ONCALL', text: '' })).rejects.toThrow(
      'U0GUEST is not in C0ONCALL',
    );
  });

  it('is answered in public when the acknowledgement says so', async () => {
    await bot.stop();
    bot = await connectSockets(slack);
    bot.app.command('/imstats', async ({ ack }) => ack({ text: 'for all', response_type: 'in_channel' }));
    await ask();
    expect(slack.messages('C0ONCALL')).toMatchObject([{ text: 'for all' }]);
  });

  it('notes an acknowledgement that Slack would not show', async () => {
    await bot.stop();
    bot = await connectSockets(slack);
    bot.app.command('/imstats', async ({ ack }) => ack({ text: 'x', blocks: [{ type: 'nope' }] }));
    expect((await ask()).replies).toEqual([]);
    expect(slack.violations).toEqual([expect.stringContaining('acknowledgement of /imstats: invalid_blocks')]);
  });
});

describe('response_url of a command', () => {
  let outcome: Outcome;
  beforeEach(async () => {
    app.command('/imstats', async ({ ack }) => ack());
    outcome = await ask();
  });

  it('takes five replies, each shown to its person only', async () => {
    for (const text of ['1', '2', '3', '4', '5'])
      expect(await reply(outcome.responseUrl, { text })).toEqual({ status: 200 });
    expect(await reply(outcome.responseUrl, { text: '6' })).toEqual({ status: 404, error: 'used_url' });

    expect(outcome.replies.map((message) => message.text).join('')).toBe('12345');
    expect(slack.ephemerals('U0ALICE')).toHaveLength(5);
    expect(slack.ephemerals('U0BOB')).toEqual([]);
  });

  it('lives for 30 minutes', async () => {
    await clock.advance(30 * 60_000 - 1);
    expect((await reply(outcome.responseUrl, { text: 'x' })).status).toBe(200);
    await clock.advance(1);
    expect(await reply(outcome.responseUrl, { text: 'x' })).toEqual({ status: 404, error: 'expired_url' });
  });

  it('posts for everyone with in_channel, also where the bot is no member, and in a thread', async () => {
    slack.leave('C0ONCALL', slack.bot.userId);
    await reply(outcome.responseUrl, { text: 'root', response_type: 'in_channel' });
    const [root] = slack.messages('C0ONCALL');
    await reply(outcome.responseUrl, {
      text: 'reply',
      response_type: 'in_channel',
      thread_ts: root?.ts,
      replace_original: false,
    });

    expect(slack.thread('C0ONCALL', root?.ts ?? '').map((message) => message.text)).toEqual(['root', 'reply']);
  });

  it('refuses wrong blocks without using up a reply', async () => {
    const wrong = { text: 'x', blocks: [{ type: 'nope' }] };
    for (let turn = 0; turn < 6; turn += 1)
      expect(await reply(outcome.responseUrl, wrong)).toMatchObject({ status: 400, error: 'invalid_blocks' });
    expect((await reply(outcome.responseUrl, { text: 'x' })).status).toBe(200);
  });

  it('has no original to replace or delete: a second message appears, and it is noted', async () => {
    await reply(outcome.responseUrl, { text: '1' });
    await reply(outcome.responseUrl, { text: '2', replace_original: true });
    await reply(outcome.responseUrl, { delete_original: true });

    expect(slack.ephemerals('U0ALICE').map((message) => message.text)).toEqual(['1', '2']);
    expect(slack.violations).toHaveLength(2);
  });
});
