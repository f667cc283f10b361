// Threads and history in pages.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { allScopes, createClient, errorOf } from '../clients.ts';

let clock: FakeClock;
let slack: Workspace;

beforeEach(async () => {
  clock = createFakeClock('2026-11-23T10:00:00Z');
  slack = await startWorkspace({ clock, scopes: allScopes });
});
afterEach(() => slack.stop());
const next = () => clock.advance(1000);

describe('threads', () => {
  it('a reply shows in the thread only, unless it is broadcast', async () => {
    const client = createClient(slack);
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text: 'root' });
    await next();
    const reply = await client.chat.postMessage({ channel: 'C0OPS', text: 'reply', thread_ts: ts });
    await next();
    await client.chat.postMessage({ channel: 'C0OPS', text: 'loud', thread_ts: ts, reply_broadcast: true });
    await next();

    const history = await client.conversations.history({ channel: 'C0OPS' });
    const replies = await client.conversations.replies({ channel: 'C0OPS', ts });
    const inReply = client.chat.postMessage({ channel: 'C0OPS', text: 'x', thread_ts: reply.ts ?? '' });

    expect(slack.messages('C0OPS').map((message) => message.text)).toEqual(['root', 'loud']);
    expect(slack.thread('C0OPS', ts).map((message) => message.text)).toEqual(['root', 'reply', 'loud']);
    expect(history.messages?.map((message) => message.text)).toEqual(['loud', 'root']);
    expect(replies.messages?.map((message) => message.text)).toEqual(['root', 'reply', 'loud']);
    expect(history.messages?.[0]).toMatchObject({ subtype: 'thread_broadcast', thread_ts: ts });
    expect(await errorOf(inReply)).toBe('cannot_reply_to_message');
    expect(await errorOf(client.conversations.replies({ channel: 'C0OPS', ts: '1.000000' }))).toBe('thread_not_found');
  });

  it('history comes in pages, newest first, between oldest and latest', async () => {
    const client = createClient(slack);
    const stamps: string[] = [];
    for (const text of ['1', '2', '3', '4', '5']) {
      const { ts = '' } = await client.chat.postMessage({ channel: 'C0OPS', text });
      stamps.push(ts);
      await next();
    }
    const texts = async (args: object) => {
      const page = await client.conversations.history({ channel: 'C0OPS', ...args });
      return {
        said: page.messages?.map((message) => message.text).join(''),
        more: page.has_more,
        cursor: page.response_metadata?.next_cursor,
      };
    };

    const first = await texts({ limit: 2 });
    expect(first).toMatchObject({ said: '54', more: true });
    expect(await texts({ limit: 2, cursor: first.cursor })).toMatchObject({ said: '32', more: true });
    expect((await texts({ oldest: stamps[2] })).said).toBe('54');
    expect((await texts({ oldest: stamps[2], inclusive: true })).said).toBe('543');
    expect((await texts({ latest: stamps[1] })).said).toBe('1');
    expect(await errorOf(client.conversations.history({ channel: 'C0OPS', cursor: 'bad' }))).toBe('invalid_cursor');
    expect(await errorOf(client.conversations.history({ channel: 'C0RANDOM' }))).toBe('not_in_channel');
  });
});

describe('people and channels', () => {
  it('are described as Slack does', async () => {
    const client = createClient(slack);

    expect((await client.users.info({ user: 'U0GUEST', include_locale: true })).user).toMatchObject({
      is_restricted: true,
      tz: 'Asia/Taipei',
      locale: 'en-US',
    });
    expect((await client.usergroups.users.list({ usergroup: 'S0ONCALL' })).users).toEqual(['U0ALICE', 'U0BOB']);
    expect((await client.usergroups.list({ include_users: true })).usergroups?.[0]).toMatchObject({
      handle: 'oncall',
      users: ['U0ALICE', 'U0BOB'],
    });
    expect((await client.conversations.info({ channel: 'C0RANDOM' })).channel).toMatchObject({
      name: 'random',
      is_member: false,
    });
    expect(await errorOf(client.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
    expect(await errorOf(client.usergroups.users.list({ usergroup: 'S0NONE' }))).toBe('no_such_subteam');
  });
});
