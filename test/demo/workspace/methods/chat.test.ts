// Posting, pace, editing, deleting and ephemerals.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { allScopes, callRaw, createClient, errorOf, type RawCall } from '../clients.ts';

let clock: FakeClock;
let slack: Workspace;

beforeEach(async () => {
  clock = createFakeClock('2026-11-23T10:00:00Z');
  slack = await startWorkspace({ clock, scopes: allScopes });
});
afterEach(() => slack.stop());

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const raw = (method: string, call: RawCall) => callRaw(slack, method, call);
const next = () => clock.advance(1000);

describe('posting', () => {
  it('keeps blocks, text and metadata, and gives them back', async () => {
    const client = createClient(slack);
    const metadata = { event_type: 'imstats', event_payload: { key: 'alert:1', nested: [{ a: 1 }] } };

    const { ts = '' } = await client.chat.postMessage({
      channel: 'C0OPS',
      text: 'a &lt; b',
      blocks: [section('*hi*')],
      metadata,
    });
    const plain = await client.conversations.history({ channel: 'C0OPS' });
    const whole = await client.conversations.history({ channel: 'C0OPS', include_all_metadata: true });

    expect(slack.messages('C0OPS')).toMatchObject([{ ts, text: 'a &lt; b', metadata, user: slack.bot.userId }]);
    expect(slack.messages('C0OPS')[0]?.blocks[0]?.block_id).toMatch(/^\w+$/);
    expect(plain.messages?.[0]?.metadata).toBeUndefined();
    expect(whole.messages?.[0]).toMatchObject({ ts, metadata, bot_id: slack.bot.botId });
  });

  it('takes JSON as well as a form', async () => {
    const json = { channel: 'C0OPS', text: 'x', blocks: [section('x')] };
    expect((await raw('chat.postMessage', { token: slack.tokens.bot, json })).body['ok']).toBe(true);
  });

  it.each<[string, object, string]>([
    ['no channel', { text: 'x' }, 'invalid_arguments'],
    ['an unknown channel', { channel: 'C0NOWHERE', text: 'x' }, 'channel_not_found'],
    ['a channel by name', { channel: '#ops', text: 'x' }, 'channel_not_found'],
    ['a private channel without the bot', { channel: 'G0PRIVATE', text: 'x' }, 'channel_not_found'],
    ['a public channel without the bot', { channel: 'C0RANDOM', text: 'x' }, 'not_in_channel'],
    ['an archived channel', { channel: 'C0OLD', text: 'x' }, 'is_archived'],
    ['nothing to say', { channel: 'C0OPS' }, 'no_text'],
    ['blocks that are no JSON', { channel: 'C0OPS', text: 'x', blocks: '[{' }, 'invalid_blocks_format'],
    ['a wrong block', { channel: 'C0OPS', text: 'x', blocks: [{ type: 'nope' }] }, 'invalid_blocks'],
    [
      'too much text',
      { channel: 'C0OPS', text: 'x', blocks: [1, 2, 3, 4].map(() => section('y'.repeat(3000))) },
      'msg_blocks_too_long',
    ],
    [
      'metadata without a type',
      { channel: 'C0OPS', text: 'x', metadata: { event_payload: {} } },
      'invalid_metadata_format',
    ],
    [
      'metadata of over 16 kB',
      { channel: 'C0OPS', text: 'x', metadata: { event_type: 'e', event_payload: { a: 'x'.repeat(16_000) } } },
      'metadata_too_large',
    ],
    ['a thread that is not there', { channel: 'C0OPS', text: 'x', thread_ts: '1700000000.000000' }, 'thread_not_found'],
  ])('%s is refused', async (_name, args, error) => {
    slack.addChannel({ id: 'G0PRIVATE', name: 'secret', kind: 'private', archived: false, members: ['U0ALICE'] });
    slack.addChannel({ id: 'C0OLD', name: 'old', kind: 'public', archived: true, members: [slack.bot.userId] });

    const { body } = await raw('chat.postMessage', { token: slack.tokens.bot, json: args });

    expect(body).toMatchObject({ ok: false, error });
    expect(slack.everything()).toEqual([]);
  });

  it('points at each wrong block', async () => {
    const json = { channel: 'C0OPS', text: 'x', blocks: [section('ok'), section('')] };
    const { body } = await raw('chat.postMessage', { token: slack.tokens.bot, json });
    const said = 'must be more than 0 characters [json-pointer:/blocks/1/text/text]';
    expect(body).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: [said],
      response_metadata: { messages: [`[ERROR] ${said}`] },
    });
  });

  it('lets the bot into any public channel with chat:write.public', async () => {
    const open = await startWorkspace({ clock, scopes: ['chat:write', 'chat:write.public'] });
    await createClient(open).chat.postMessage({ channel: 'C0RANDOM', text: 'x' });
    expect(open.messages('C0RANDOM')).toHaveLength(1);
    await open.stop();
  });

  it('notes blocks without a text, and attachments', async () => {
    const client = createClient(slack);
    await client.chat.postMessage({ channel: 'C0OPS', blocks: [section('x')], text: '' });
    await client.chat.postMessage({ channel: 'C0IMOPS', text: 'x', attachments: [{ text: 'y' }] });
    expect(slack.violations).toEqual([
      'chat.postMessage: blocks without a top-level text',
      'chat.postMessage: attachments are legacy; use blocks',
    ]);
  });

  it('cuts a text at 40,000 characters', async () => {
    await createClient(slack).chat.postMessage({ channel: 'C0OPS', text: 'x'.repeat(40_001) });
    expect(slack.messages('C0OPS')[0]?.text).toHaveLength(40_000);
  });

  it('writes to a person directly', async () => {
    const client = createClient(slack);
    await client.chat.postMessage({ channel: 'U0ALICE', text: 'psst' });
    const opened = await client.conversations.open({ users: 'U0ALICE' });

    expect(opened.channel?.id).toBe(slack.direct('U0ALICE'));
    expect(slack.messages(slack.direct('U0ALICE'))).toMatchObject([{ text: 'psst' }]);
    expect(await errorOf(client.conversations.open({ users: 'U0NOBODY' }))).toBe('user_not_found');
  });

  it('gives every message a later ts, also in one instant and after the clock went back', async () => {
    const client = createClient(slack);
    const stamps: string[] = [];
    for (const channel of ['C0OPS', 'C0IMOPS', 'C0ONCALL']) {
      const { ts = '' } = await client.chat.postMessage({ channel, text: 'x' });
      stamps.push(ts);
      clock.jump(clock.now() - 3_600_000);
    }
    expect(stamps).toEqual([...new Set(stamps)].sort());
    expect(stamps[0]).toBe('1795428000.000000');
  });
});

describe('one message a second per channel', () => {
  it('answers 429 with Retry-After to the second, and takes it a second later', async () => {
    const post = (channel: string) =>
      raw('chat.postMessage', { token: slack.tokens.bot, json: { channel, text: 'x' } });

    expect((await post('C0OPS')).status).toBe(200);
    const early = await post('C0OPS');
    expect(early.status).toBe(429);
    expect(early.headers.get('retry-after')).toBe('1');
    expect((await post('C0ONCALL')).status).toBe(200);
    await clock.advance(999);
    expect((await post('C0OPS')).status).toBe(429);
    await clock.advance(1);
    expect((await post('C0OPS')).status).toBe(200);
  });

  it('can be switched off', async () => {
    const fast = await startWorkspace({ clock, scopes: allScopes, rateLimit: 'off' });
    const client = createClient(fast);
    await client.chat.postMessage({ channel: 'C0OPS', text: '1' });
    await client.chat.postMessage({ channel: 'C0OPS', text: '2' });
    expect(fast.messages('C0OPS')).toHaveLength(2);
    await fast.stop();
  });
});

describe('editing and deleting', () => {
  const post = async (more: object = {}) => {
    const metadata = { event_type: 'e', event_payload: { key: 'k' } };
    const { ts = '' } = await createClient(slack).chat.postMessage({
      channel: 'C0OPS',
      text: 'old',
      blocks: [section('old')],
      metadata,
      ...more,
    });
    return ts;
  };

  it('drops blocks that are not given again, and keeps the metadata', async () => {
    const ts = await post();
    await createClient(slack).chat.update({ channel: 'C0OPS', ts, text: 'new' });
    expect(slack.messages('C0OPS')).toMatchObject([
      { ts, text: 'new', blocks: [], metadata: { event_payload: { key: 'k' } } },
    ]);
  });

  it.each<[string, (ts: string) => object, string]>([
    ['a message that is not there', () => ({ ts: '1.000000', text: 'x' }), 'message_not_found'],
    ['a text of 4,001 characters', (ts) => ({ ts, text: 'x'.repeat(4001) }), 'msg_too_long'],
    ['nothing to say', (ts) => ({ ts }), 'no_text'],
    ['an unknown channel', (ts) => ({ ts, channel: 'C0NOWHERE', text: 'x' }), 'channel_not_found'],
  ])('%s cannot be edited in', async (_name, args, error) => {
    const ts = await post();
    const json = { channel: 'C0OPS', ...args(ts) };
    expect((await raw('chat.update', { token: slack.tokens.bot, json })).body).toMatchObject({ ok: false, error });
    expect(slack.messages('C0OPS')[0]?.text).toBe('old');
  });

  it("a person's message, an ephemeral and an archived channel cannot be edited", async () => {
    const client = createClient(slack);
    const theirs = slack.say({ user: 'U0ALICE', channel: 'C0OPS', text: 'mine' });
    const { message_ts: shown = '' } = await client.chat.postEphemeral({
      channel: 'C0OPS',
      user: 'U0ALICE',
      text: 'psst',
    });
    const ts = await post();

    expect(await errorOf(client.chat.update({ channel: 'C0OPS', ts: theirs.ts, text: 'x' }))).toBe(
      'cant_update_message',
    );
    expect(await errorOf(client.chat.update({ channel: 'C0OPS', ts: shown, text: 'x' }))).toBe('message_not_found');
    slack.archive('C0OPS');
    expect(await errorOf(client.chat.update({ channel: 'C0OPS', ts, text: 'x' }))).toBe('is_archived');
  });

  it('a deleted root with replies leaves a tombstone that cannot be edited', async () => {
    const client = createClient(slack);
    const ts = await post();
    await next();
    await client.chat.postMessage({ channel: 'C0OPS', text: 'reply', thread_ts: ts });
    slack.remove('C0OPS', ts);

    expect(slack.thread('C0OPS', ts)).toMatchObject([{ tombstone: true, blocks: [] }, { text: 'reply' }]);
    expect(await errorOf(client.chat.update({ channel: 'C0OPS', ts, text: 'x' }))).toBe('message_not_found');
  });

  it('chat.delete takes the bot its own message', async () => {
    const ts = await post();
    await createClient(slack).chat.delete({ channel: 'C0OPS', ts });
    expect(slack.messages('C0OPS')).toEqual([]);
  });
});

describe('ephemerals', () => {
  it('are seen by their person only, and are no part of the history', async () => {
    const client = createClient(slack);
    await client.chat.postEphemeral({ channel: 'C0OPS', user: 'U0ALICE', text: 'psst' });

    expect(slack.ephemerals('U0ALICE', 'C0OPS')).toMatchObject([{ text: 'psst', ephemeralTo: 'U0ALICE' }]);
    expect(slack.ephemerals('U0BOB')).toEqual([]);
    expect((await client.conversations.history({ channel: 'C0OPS' })).messages).toEqual([]);
    expect(await errorOf(client.chat.postEphemeral({ channel: 'C0OPS', user: 'U0GUEST', text: 'x' }))).toBe(
      'user_not_in_channel',
    );
    expect(await errorOf(client.chat.postEphemeral({ channel: 'C0RANDOM', user: 'U0ALICE', text: 'x' }))).toBe(
      'not_in_channel',
    );
  });
});
