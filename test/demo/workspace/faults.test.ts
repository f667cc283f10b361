// What a test can break: single calls, the whole workspace; and what a client sees of it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultSpec, startWorkspace, type Workspace } from '../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { allScopes, createClient } from './clients.ts';

let clock: FakeClock;
let slack: Workspace;

beforeEach(async () => {
  clock = createFakeClock('2026-11-23T10:00:00Z');
  slack = await startWorkspace({ clock, scopes: allScopes, rateLimit: 'off' });
});
afterEach(() => slack.stop());

/** What the client makes of one post: `ok`, or the name of its error. */
async function post(text = 'x', channel = 'C0OPS'): Promise<string> {
  try {
    await createClient(slack).chat.postMessage({ channel, text });
    return 'ok';
  } catch (error) {
    const { name, data } = error as { name: string; data?: { error?: string } };
    return data?.error === undefined ? name : `${name} ${data.error.slice(0, 20)}`;
  }
}

describe('a fault of one call', () => {
  it.each<[FaultSpec['kind'], string, number]>([
    ['429', 'WebAPIRateLimitedError', 0],
    ['503', 'WebAPIHTTPError', 0],
    ['cut-before', 'WebAPIRequestError', 0],
    ['cut-after', 'WebAPIRequestError', 1],
    ['cut-body', 'TypeError', 1],
    ['html', 'WebAPIPlatformError <h1>Be right back</h', 0],
    [{ error: 'channel_not_found' }, 'WebAPIPlatformError channel_not_found', 0],
  ])('%j looks like %s and leaves %i messages', async (kind, error, messages) => {
    const fault = slack.fault({ method: 'chat.postMessage', kind });

    expect(await post()).toBe(error);
    expect(slack.messages('C0OPS')).toHaveLength(messages);
    expect(fault.hits).toBe(1);
    expect(await post()).toBe('ok');
    expect(slack.log[0]).toMatchObject({ ok: false, fault: typeof kind === 'string' ? kind : kind.error });
  });

  it('429 says how long to wait', async () => {
    slack.fault({ method: 'chat.postMessage', kind: '429', retryAfter: 30 });
    await expect(createClient(slack).chat.postMessage({ channel: 'C0OPS', text: 'x' })).rejects.toMatchObject({
      retryAfter: 30,
    });
  });

  it('meets as many calls as it is told, and only those that fit', async () => {
    slack.fault({ method: 'chat.postMessage', kind: '503', times: 2, when: (args) => args['channel'] === 'C0OPS' });
    expect(await post('x', 'C0ONCALL')).toBe('ok');
    expect([await post(), await post(), await post()]).toEqual(['WebAPIHTTPError', 'WebAPIHTTPError', 'ok']);
  });

  it('a delay ends by the clock, or when it is released', async () => {
    const timed = slack.fault({ method: 'chat.postMessage', kind: 'delay', ms: 5000 });
    const held = slack.fault({ method: 'chat.postMessage', kind: 'delay' });
    const first = post('first');
    await slack.until(() => timed.hits === 1, 'the first call');
    const second = post('second');
    await slack.until(() => held.hits === 1, 'the second call');

    expect(slack.messages('C0OPS')).toEqual([]);
    await clock.advance(5000);
    expect(await first).toBe('ok');
    held.release();
    expect(await second).toBe('ok');
  });

  it('a delayed call is still done when the caller has left', async () => {
    const held = slack.fault({ method: 'chat.postMessage', kind: 'delay' });
    const leave = new AbortController();
    const body = new URLSearchParams({ channel: 'C0OPS', text: 'late', token: slack.tokens.bot });
    const call = fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', body, signal: leave.signal }).catch(
      () => 'left',
    );
    await slack.until(() => held.hits === 1, 'the call');
    leave.abort();
    expect(await call).toBe('left');
    held.release();
    await slack.until(() => slack.messages('C0OPS').length === 1, 'the late message');
  });

  it('a hanging call is ended by the stop of the workspace', async () => {
    const fault = slack.fault({ method: 'chat.postMessage', kind: 'hang' });
    const call = post();
    await slack.until(() => fault.hits === 1, 'the call');
    await slack.stop();
    expect(await call).toBe('WebAPIRequestError');
  });

  it('also meets uploads and replies', async () => {
    slack.fault({ method: 'upload', kind: '503' });
    const client = createClient(slack);
    const { upload_url: url = '' } = await client.files.getUploadURLExternal({ filename: 'a.png', length: 1 });
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(503);
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(200);
    slack.fault({ method: 'response_url', kind: '503' });
    expect((await fetch(`${slack.url}/response/none`, { method: 'POST', body: '{}' })).status).toBe(503);
    expect((await fetch(`${slack.url}/response/none`, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

describe('the whole workspace', () => {
  it('refuses everything while down, and keeps what it had', async () => {
    expect(await post('before')).toBe('ok');
    slack.down();
    expect(await post('while')).toBe('WebAPIRequestError');
    slack.up();
    expect(await post('after')).toBe('ok');
    expect(slack.messages('C0OPS').map((message) => message.text)).toEqual(['before', 'after']);
  });

  it('stops at once and leaves its port', async () => {
    const port = Number(new URL(slack.url).port);
    await slack.stop();
    slack = await startWorkspace({ clock, scopes: allScopes, port });
    expect(new URL(slack.url).port).toBe(String(port));
  });

  it('says when its port is taken', async () => {
    const port = Number(new URL(slack.url).port);
    await expect(startWorkspace({ clock, scopes: [], port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
