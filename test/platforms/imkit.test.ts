import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import type { Phrase } from '../../src/metrics/phrase.ts';
import { imkit } from '../../src/platforms/imkit/index.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { describePlatform } from './contract.ts';
import { borrowed, impatient, json, startServer, type TestServer, testApp } from './server.ts';

const inEnglish = (notes: readonly Phrase[]): string[] => notes.map(englishWording.text);

const apiKey = 'ak_CANARY1234567890';

describePlatform('IMKit', async () => {
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const sample = await startSamplePlatforms({ clock });
  return {
    definition: imkit,
    platform: imkit.open({ ...borrowed(clock), app: testApp(imkit), access: sample.imkit }),
    clock,
    secrets: [sample.imkit.apiKey],
    breakDown: () => sample.controls.setFault('imkit', 'down'),
    stop: sample.stop,
  };
});

/** The example of the vendor's page, year slip included, with both keys in it. */
const documented = {
  clientKey: `ck_${apiKey}`,
  apiKey,
  startTime: '2026-04-11T09:00:00.000Z',
  endTime: '2026-04-11T10:00:00.000Z',
  start: 1744362000,
  end: 1744365600,
  userList: ['user001', 'user002', 'user003', 'user004', 'user005'],
  roomCount: 12,
  totalRoomCount: 358,
  messageCount: 2467,
  peakConnectionCount: 1893,
  totalMem: 8589934592,
  freeMem: 3221225472,
};

type Answers = (path: string) => { readonly status?: number; readonly body: unknown } | 'hangs' | undefined;

let server: TestServer | undefined;
afterEach(() => server?.stop());

/** An IMKit server; what `answers` leaves open is not there. */
async function open(answers: Answers, clock = createFakeClock('2026-04-11T10:00:05Z')) {
  server = await startServer((request, response) => {
    const answer = answers(request.url ?? '') ?? { status: 404, body: { RC: 404, RM: 'Not Found' } };
    if (answer === 'hangs') return;
    if (typeof answer.body === 'string') response.end(answer.body);
    else json(response, answer.body, answer.status);
  });
  const tools = borrowed(clock);
  const access = { url: server.url, apiKey };
  const platform = imkit.open({ ...tools, limits: impatient, app: testApp(imkit), access });
  return { platform, server, clock, lines: tools.logger.lines };
}

function stats(changes: Record<string, unknown> = {}): Answers {
  return (path) =>
    path === '/admin/stats' ? { body: { RC: 0, RM: 'OK', result: { ...documented, ...changes } } } : undefined;
}

describe('a snapshot of IMKit', () => {
  it('has the numbers of the documented example, and nothing of its keys or users', async () => {
    const { platform } = await open(stats());
    const snapshot = await platform.snapshot();
    expect(snapshot).toEqual({
      polledAt: Date.parse('2026-04-11T10:00:05Z'),
      window: { from: Date.parse(documented.startTime), to: Date.parse(documented.endTime) },
      values: {
        'users.active': 5,
        'messages.sent': 2467,
        'rooms.active': 12,
        'rooms.total': 358,
        'rooms.active_ratio': 12 / 358,
        'messages.per_user': 2_467 / 5,
        'connections.peak': 1893,
        'memory.free': 3221225472,
        'memory.total': 8589934592,
        'memory.free_ratio': 0.375,
      },
      notes: [],
    });
    expect(inspect(snapshot, { depth: 10 })).not.toMatch(/CANARY|user001/);
  });

  it.each([
    ['users as objects', { userList: [{ id: 'a' }, { id: 'b' }] }, { 'users.active': 2 }],
    ['no users', { userList: [] }, { 'users.active': 0 }],
    ['a missing number', { roomCount: undefined }, { 'rooms.active': undefined, 'rooms.total': 358 }],
    ['a number as text', { messageCount: '2467' }, { 'messages.sent': 2467 }],
    ['a number that is null', { messageCount: null }, { 'messages.sent': undefined }],
    ['a negative count', { peakConnectionCount: -1 }, { 'connections.peak': undefined }],
    ['a broken count', { peakConnectionCount: 12.5 }, { 'connections.peak': undefined }],
    ['no memory free', { freeMem: 0 }, { 'memory.free': 0, 'memory.free_ratio': 0 }],
    [
      'more memory free than there is',
      { freeMem: 9589934592 },
      { 'memory.free': undefined, 'memory.free_ratio': undefined },
    ],
    ['negative memory', { freeMem: -5 }, { 'memory.free': undefined, 'memory.total': 8589934592 }],
    ['no memory at all', { totalMem: 0 }, { 'memory.total': undefined, 'memory.free_ratio': undefined }],
    ['memory beyond any host', { totalMem: 1e30 }, { 'memory.total': undefined, 'memory.free_ratio': undefined }],
  ])('takes what it can from %s', async (_what, changes, expected) => {
    const { platform } = await open(stats(changes));
    const { values } = await platform.snapshot();
    const seen = Object.keys(expected).map((metric) => [
      metric,
      Object.entries(values).find(([id]) => id === metric)?.[1],
    ]);
    expect(Object.fromEntries(seen)).toEqual(expected);
  });

  it('counts a list whose name is written with escapes', async () => {
    const { platform } = await open(() => ({ body: '{"result":{"user\\u004cist":["a","b"]}}' }));
    expect((await platform.snapshot()).values).toEqual({ 'users.active': 2 });
  });

  it('says once that the server names two windows', async () => {
    const { platform, lines } = await open(stats());
    await platform.snapshot();
    await platform.snapshot();
    expect(lines.map((line) => line.message)).toEqual(['IMKit names two different windows']);
  });

  it('notes when answers come from hosts of different size, until one of them is gone for an hour', async () => {
    let total = 8589934592;
    const { platform, clock } = await open((path) => stats({ totalMem: total })(path));
    expect((await platform.snapshot()).notes).toEqual([]);
    total = 17179869184;
    expect(inEnglish((await platform.snapshot()).notes).join()).toContain('more than one host');
    clock.jump(clock.now() + 61 * 60_000);
    expect(inEnglish((await platform.snapshot()).notes).join()).not.toContain('more than one host');
  });
});

describe('a refusal of IMKit', () => {
  it.each([
    [
      '401 with a nested code',
      401,
      { RC: 401, error: { code: 'INVALID_API_KEY' } },
      { kind: 'auth', vendorCode: 'INVALID_API_KEY' },
    ],
    ['403 with a nested code', 403, { RC: 403, error: { code: 'PERMISSION_DENIED' } }, { kind: 'forbidden' }],
    ['400 whose code says more', 400, { error: 'MISSING_API_KEY' }, { kind: 'auth', status: 400 }],
    ['RC 401 with HTTP 200', 200, { RC: 401, RM: apiKey }, { kind: 'auth', status: 200, vendorCode: '401' }],
    ['RC 403 with HTTP 200', 200, { RC: 403, error: { code: 'INSUFFICIENT_PERMISSIONS' } }, { kind: 'forbidden' }],
    ['RC 429 with HTTP 200', 200, { RC: 429, retryAfter: 60 }, { kind: 'rate-limited', retryAfterMs: 60_000 }],
    ['RC 500 with HTTP 200', 200, { RC: '500', result: documented }, { kind: 'unavailable' }],
    ['RC 1 with HTTP 200', 200, { RC: 1, RM: apiKey }, { kind: 'bad-response', vendorCode: '1' }],
    [
      'RC 403 with HTTP 200 and a code that nobody documents',
      200,
      { RC: 403, error: { code: 'IP_NOT_ALLOWED' } },
      { kind: 'forbidden', vendorCode: 'IP_NOT_ALLOWED', hint: expect.stringContaining('PLATFORM_API_SOURCE_FILTER') },
    ],
    [
      'RC 429 with HTTP 200 and an error of text',
      200,
      { RC: 429, error: 'TOO_MANY_REQUESTS', retryAfter: 30 },
      { kind: 'rate-limited', retryAfterMs: 30_000 },
    ],
    ['an error without RC, with HTTP 200', 200, { error: 'INVALID_API_KEY' }, { kind: 'auth' }],
    ['no result', 200, { RC: 0, RM: 'OK' }, { kind: 'bad-response' }],
    ['an empty result', 200, { RC: 0, result: { apiKey } }, { kind: 'bad-response' }],
  ])('is understood: %s', async (_what, status, body, expected) => {
    const { platform } = await open(() => ({ status, body }));
    const error = await platform.snapshot().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(expected);
    expect(inspect(error, { depth: 10 })).not.toContain('CANARY');
  });

  it('is not read into a good answer whose RC is null', async () => {
    const { platform } = await open((path) =>
      path === '/admin/stats' ? { body: { RC: null, result: documented } } : undefined,
    );
    expect((await platform.snapshot()).values).toMatchObject({ 'connections.peak': 1893 });
  });

  it('says which permission is missing and where to look', async () => {
    const { platform } = await open(() => ({ status: 403, body: {} }));
    await expect(platform.snapshot()).rejects.toMatchObject({
      message: 'Production chat did not answer: HTTP 403, the key lacks platform permission.',
      hint: expect.stringContaining('PLATFORM_API_SOURCE_FILTER'),
    });
  });
});

describe('the connections of now', () => {
  const countPath = '/admin/connection-count';
  const counted = (request: string): boolean => request === countPath;

  it('are there where the server tells them', async () => {
    const answers: Answers = (path) =>
      path === countPath ? { body: { RC: 0, result: { count: 42 } } } : stats()(path);
    const { platform } = await open(answers);
    expect((await platform.snapshot()).values).toMatchObject({ 'connections.current': 42, 'connections.peak': 1893 });
  });

  it.each([
    ['404', 404, {}],
    ['403', 403, {}],
    ['410', 410, {}],
    ['RC 403 with HTTP 200', 200, { RC: 403 }],
  ])('are not asked for again within an hour after %s', async (_what, status, body) => {
    const {
      platform,
      server: asked,
      clock,
    } = await open((path) => (path === countPath ? { status, body } : stats()(path)));
    await platform.snapshot();
    expect((await platform.snapshot()).values).not.toHaveProperty(['connections.current']);
    expect(asked.requests.filter(counted)).toHaveLength(1);
    clock.jump(clock.now() + 61 * 60_000);
    await platform.snapshot();
    expect(asked.requests.filter(counted)).toHaveLength(2);
  });

  it.each([
    ['a server error', 500, {}],
    ['garbage', 200, { result: { count: 'many' } }],
  ])('do not cost the rest when there is %s, and are asked for again', async (_what, status, body) => {
    const { platform, server: asked } = await open((path) => (path === countPath ? { status, body } : stats()(path)));
    expect((await platform.snapshot()).values).toMatchObject({ 'connections.peak': 1893 });
    await platform.snapshot();
    expect(asked.requests.filter(counted)).toHaveLength(2);
  });

  it('are waited for once in five minutes where their server hangs, and the rest is there', async () => {
    const { platform, server: asked, clock } = await open((path) => (path === countPath ? 'hangs' : stats()(path)));
    const { values } = await platform.snapshot();
    expect(values).toMatchObject({ 'connections.peak': 1893 });
    expect(values).not.toHaveProperty(['connections.current']);
    clock.jump(clock.now() + 4 * 60_000);
    await platform.snapshot();
    expect(asked.requests.filter(counted)).toHaveLength(1);
    clock.jump(clock.now() + 2 * 60_000);
    await platform.snapshot();
    expect(asked.requests.filter(counted)).toHaveLength(2);
  });
});
