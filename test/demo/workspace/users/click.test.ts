// Buttons and selects in messages and ephemerals.
import type { App, BlockAction } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { allScopes, connectSockets, createClient, type RunningBot } from '../clients.ts';

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

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = (id: string, more: object = {}) => ({
  type: 'button' as const,
  text: plain(`Do ${id}`),
  action_id: id,
  value: '7',
  ...more,
});
const actions = (...elements: object[]) => ({
  type: 'actions' as const,
  block_id: 'row',
  elements: elements as never[],
});
async function reply(address: string | undefined, body: object): Promise<{ status: number; error?: string }> {
  const response = await fetch(address ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { error } = (await response.json()) as { error?: string };
  return error === undefined ? { status: response.status } : { status: response.status, error };
}

/** Posts a message with that row of elements. */
async function posted(...elements: object[]): Promise<{ channel: string; ts: string }> {
  const { ts = '' } = await createClient(slack).chat.postMessage({
    channel: 'C0ONCALL',
    text: 'row',
    blocks: [actions(...elements)],
  });
  return { channel: 'C0ONCALL', ts };
}

/** The body of the next click, acknowledged. */
function nextClick(): Promise<BlockAction> {
  return new Promise((resolve) => {
    app.action(/.*/, async ({ ack, body }) => {
      await ack();
      resolve(body as BlockAction);
    });
  });
}

describe('a click', () => {
  it('tells the bot who, where, what and the message', async () => {
    const place = await posted(button('go'));
    const seen = nextClick();
    const outcome = await slack.click({ user: 'U0BOB', ...place, action: 'Do go' });

    expect(outcome.acknowledged).toBe('in time');
    expect(await seen).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0BOB', username: 'bob' },
      channel: { id: 'C0ONCALL', name: 'oncall' },
      container: { type: 'message', message_ts: place.ts, is_ephemeral: false },
      message: { ts: place.ts, text: 'row', bot_id: slack.bot.botId },
      actions: [{ type: 'button', action_id: 'go', block_id: 'row', value: '7' }],
      trigger_id: outcome.triggerId,
      response_url: outcome.responseUrl,
    });
  });

  it('in an ephemeral is for its person only, and Slack does not send its content back', async () => {
    const { message_ts: ts = '' } = await createClient(slack).chat.postEphemeral({
      channel: 'C0ONCALL',
      user: 'U0ALICE',
      text: 'psst',
      blocks: [actions(button('go'))],
    });
    const seen = nextClick();
    await slack.click({ user: 'U0ALICE', channel: 'C0ONCALL', ts, action: 'go' });

    expect((await seen).container).toMatchObject({ is_ephemeral: true, message_ts: ts });
    expect((await seen).message).toBeUndefined();
    await expect(slack.click({ user: 'U0BOB', channel: 'C0ONCALL', ts, action: 'go' })).rejects.toThrow(
      'does not see a message',
    );
  });

  it('may replace or delete its message, or answer privately', async () => {
    const place = await posted(button('go'));
    app.action('go', async ({ ack }) => ack());
    const { responseUrl } = await slack.click({ user: 'U0BOB', ...place, action: 'go' });

    await reply(responseUrl, { text: 'only for you' });
    expect(slack.ephemerals('U0BOB')).toMatchObject([{ text: 'only for you' }]);
    await reply(responseUrl, { text: 'done', replace_original: true });
    expect(slack.messages('C0ONCALL')).toMatchObject([{ ts: place.ts, text: 'done', blocks: [] }]);
    await reply(responseUrl, { delete_original: true });
    expect(slack.messages('C0ONCALL')).toEqual([]);
  });

  it('can replace an ephemeral, which stays private', async () => {
    const { message_ts: ts = '' } = await createClient(slack).chat.postEphemeral({
      channel: 'C0ONCALL',
      user: 'U0ALICE',
      text: 'psst',
      blocks: [actions(button('go'))],
    });
    app.action('go', async ({ ack }) => ack());
    const { responseUrl } = await slack.click({ user: 'U0ALICE', channel: 'C0ONCALL', ts, action: 'go' });
    await reply(responseUrl, { text: 'done', replace_original: true, response_type: 'in_channel' });

    expect(slack.ephemerals('U0ALICE')).toMatchObject([{ ts, text: 'done', ephemeralTo: 'U0ALICE' }]);
    expect(slack.messages('C0ONCALL')).toEqual([]);
  });

  it('in a select carries the option, and the state carries initial values and earlier picks', async () => {
    const option = (value: string) => ({ text: plain(value), value });
    const select = (id: string, more: object = {}) => ({
      type: 'static_select',
      action_id: id,
      options: [option('a'), option('b')],
      ...more,
    });
    const place = await posted(select('first'), select('second', { initial_option: option('b') }), button('go'));
    const bodies: BlockAction[] = [];
    app.action(/.*/, async ({ ack, body }) => {
      await ack();
      bodies.push(body as BlockAction);
    });

    await slack.click({ user: 'U0BOB', ...place, action: 'first', choice: 'a' });
    await slack.click({ user: 'U0BOB', ...place, action: 'go' });

    expect(bodies[0]?.actions[0]).toMatchObject({ type: 'static_select', selected_option: option('a') });
    expect(bodies[1]?.state?.values['row']).toEqual({
      first: { type: 'static_select', selected_option: option('a') },
      second: { type: 'static_select', selected_option: option('b') },
    });
    await expect(slack.click({ user: 'U0BOB', ...place, action: 'first', choice: 'c' })).rejects.toThrow(
      'no option c; there are a, b',
    );
  });

  it('on a link opens it and still tells the bot', async () => {
    const place = await posted(button('console', { url: 'https://example.com/' }));
    app.action('console', async ({ ack }) => ack());
    const outcome = await slack.click({ user: 'U0BOB', ...place, action: 'console' });
    expect(outcome).toMatchObject({ openedUrl: 'https://example.com/', acknowledged: 'in time' });
  });

  it('on something that is not there names what there is', async () => {
    const place = await posted(button('go'));
    await expect(slack.click({ user: 'U0BOB', ...place, action: 'stop' })).rejects.toThrow(
      'no element stop; there are go (Do go)',
    );
  });
});
