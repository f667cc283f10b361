// Tokens, scopes, unknown methods and the log, met by Slack's own client.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { allScopes, callRaw, createClient, errorOf, type RawCall } from './clients.ts';

let clock: FakeClock;
let slack: Workspace;

beforeEach(async () => {
  clock = createFakeClock('2026-11-23T10:00:00Z');
  slack = await startWorkspace({ clock, scopes: allScopes });
});
afterEach(() => slack.stop());

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const raw = (method: string, call: RawCall) => callRaw(slack, method, call);

describe('tokens and scopes', () => {
  it.each([
    ['no token', {}, 'not_authed'],
    ['a foreign token', { token: 'xoxb-other' }, 'invalid_auth'],
    ['the app token', { token: 'xapp-local-app-token' }, 'not_allowed_token_type'],
  ])('%s is refused', async (_name, init, error) => {
    expect((await raw('auth.test', init)).body).toEqual({ ok: false, error });
  });

  it('a token in the body of a form counts too', async () => {
    expect((await raw('auth.test', { form: { token: slack.tokens.bot } })).body['ok']).toBe(true);
  });

  it('auth.test says who the bot is and what it may', async () => {
    const answer = await createClient(slack).auth.test();

    expect(answer).toMatchObject({ user_id: slack.bot.userId, bot_id: slack.bot.botId, team_id: slack.bot.teamId });
    expect(answer.response_metadata?.scopes).toEqual(allScopes);
  });

  it('a revoked token is told so', async () => {
    slack.revoke('bot');
    expect(await errorOf(createClient(slack).auth.test())).toBe('token_revoked');
  });

  it.each([
    ['chat.postMessage', 'chat:write'],
    ['chat.update', 'chat:write'],
    ['chat.delete', 'chat:write'],
    ['chat.postEphemeral', 'chat:write'],
    ['files.getUploadURLExternal', 'files:write'],
    ['files.completeUploadExternal', 'files:write'],
    ['files.info', 'files:read'],
    ['users.info', 'users:read'],
    ['usergroups.list', 'usergroups:read'],
    ['usergroups.users.list', 'usergroups:read'],
    ['conversations.open', 'im:write'],
    ['conversations.history', 'channels:history,groups:history,im:history'],
    ['conversations.replies', 'channels:history,groups:history,im:history'],
    ['conversations.info', 'channels:read,groups:read,im:read'],
  ])('%s needs %s', async (method, needed) => {
    const poor = await startWorkspace({ clock, scopes: ['commands'] });
    const args = { channel: 'C0OPS', ts: '1.0' };
    const answer = await fetch(`${poor.apiUrl}${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${poor.tokens.bot}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });

    expect(await answer.json()).toEqual({ ok: false, error: 'missing_scope', needed, provided: 'commands' });
    await poor.stop();
  });

  it('an unknown method is refused and remembered', async () => {
    expect((await raw('chat.shout', { token: slack.tokens.bot })).body).toEqual({ ok: false, error: 'unknown_method' });
    expect(slack.violations).toEqual(['unknown method chat.shout']);
  });
});

describe('the log', () => {
  it('holds each call with its arguments and outcome, and never a token', async () => {
    await createClient(slack).chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: [section('x')] });
    await raw('chat.postMessage', { form: { token: slack.tokens.bot, channel: 'C0NONE', text: 'x' } });

    expect(slack.log).toMatchObject([
      { method: 'chat.postMessage', ok: true, status: 200, args: { channel: 'C0OPS', blocks: [{ type: 'section' }] } },
      { method: 'chat.postMessage', ok: false, status: 200, error: 'channel_not_found' },
    ]);
    expect(JSON.stringify(slack.log)).not.toContain('xoxb');
  });
});

describe('blocks.validate', () => {
  it('needs no token and says what is wrong', async () => {
    expect((await raw('blocks.validate', { json: { blocks: [section('x')] } })).body).toEqual({ ok: true });
    expect((await raw('blocks.validate', { json: { message: { blocks: [section('')] } } })).body).toMatchObject({
      ok: false,
      error: 'invalid_message',
      errors: [{ pointer: '/blocks/0/text/text', message: 'must be more than 0 characters' }],
    });
    expect((await raw('blocks.validate', { json: { view: { type: 'home', blocks: [] } } })).body).toMatchObject({
      error: 'invalid_view',
    });
  });
});
