import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PlatformError } from '../../src/errors.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { createHttp, type Http, type HttpLimits } from '../../src/platforms/http.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { borrowed, type Handler, impatient, json, startServer, type TestServer } from './server.ts';

const canary = 'CANARY7c1e9b';
const clock = createFakeClock('2026-11-22T01:00:00Z');
let server: TestServer | undefined;

async function open(handler: Handler): Promise<{ http: Http; server: TestServer }> {
  server = await startServer(handler);
  return { http: client(server.url), server };
}

function client(baseUrl: string, limits?: Partial<HttpLimits>): Http {
  return createHttp({
    ...borrowed(clock),
    ...(limits === undefined ? {} : { limits }),
    baseUrl,
    headers: { 'IM-API-KEY': canary, authorization: `Basic ${canary}` },
    endpoint: { name: 'Production chat', hints: { auth: verbatim('Check the key.') }, codes: {}, secrets: [canary] },
  });
}

/** The error of one call, which must be a flat one without any secret in it. */
async function failureOf(http: Http, signal?: AbortSignal): Promise<PlatformError> {
  const call = http.getJson('admin/stats', z.object({ count: z.number() }), { query: { cursor: canary }, signal });
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PlatformError)) throw new Error(`no PlatformError: ${inspect(error)}`);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(canary);
  expect(JSON.stringify(error)).not.toContain(canary);
  expect(error.cause).toBeUndefined();
  expect(error.message).toMatch(/^Production chat .*\.$/);
  expect(error.hint ?? '').not.toBe('');
  return error;
}

afterEach(() => server?.stop());

describe('an answer that is an error', () => {
  const vendorBody = { RC: 401, RM: canary, error: { code: 'INVALID_API_KEY', message: canary } };
  it.each([
    ['401 with a nested code', 401, vendorBody, { kind: 'auth', vendorCode: 'INVALID_API_KEY' }, 1],
    [
      '401 with a flat code',
      401,
      { error: 'MISSING_API_KEY', message: canary },
      { kind: 'auth', vendorCode: 'MISSING_API_KEY' },
      1,
    ],
    ['403 with nothing but RC', 403, { RC: 403, RM: canary }, { kind: 'forbidden', vendorCode: '403' }, 1],
    ['404 as a web page', 404, `<h1>${canary}</h1>`, { kind: 'not-found', vendorCode: undefined }, 1],
    [
      '400 with a numeric code',
      400,
      { error: { code: 899003, message: canary } },
      { kind: 'bad-request', vendorCode: '899003' },
      1,
    ],
    ['a code that is the key', 401, { error: canary }, { kind: 'auth', vendorCode: undefined }, 1],
    [
      'a code that is a sentence',
      400,
      { code: `the key ${canary} is bad` },
      { kind: 'bad-request', vendorCode: undefined },
      1,
    ],
    ['410', 410, '', { kind: 'gone' }, 1],
    ['418', 418, {}, { kind: 'bad-request' }, 1],
    ['408', 408, {}, { kind: 'timeout', isTransient: true }, 3],
    ['500', 500, { error: canary }, { kind: 'unavailable', isTransient: true }, 3],
    ['502 as a web page', 502, `<html>${canary}</html>`, { kind: 'unavailable' }, 3],
    ['503 without a body', 503, '', { kind: 'unavailable' }, 3],
    ['429 without a time', 429, {}, { kind: 'rate-limited', retryAfterMs: undefined }, 3],
    [
      '429 with seconds in the body',
      429,
      { error: 'RATE_LIMIT_EXCEEDED', retryAfter: 60 },
      { kind: 'rate-limited', retryAfterMs: 60_000 },
      1,
    ],
  ])('becomes a flat error: %s', async (_what, status, body, expected, tries) => {
    const { http, server: asked } = await open((_request, response) => {
      if (typeof body !== 'string') return json(response, body, status);
      response.writeHead(status, { 'content-type': 'text/html' }).end(body);
    });
    expect(await failureOf(http)).toMatchObject({ status, ...expected });
    expect(asked.requests).toHaveLength(tries);
  });

  it.each([
    ['seconds', { 'retry-after': '7' }, 7_000, '7 s'],
    ['a date', { 'retry-after': 'Sun, 22 Nov 2026 01:02:00 GMT' }, 120_000, '2 min'],
    ['a date in the past', { 'retry-after': 'Sun, 22 Nov 2026 00:00:00 GMT' }, 0, undefined],
    ['the reset of the window', { 'X-Rate-Limit-Reset': '42' }, 42_000, '42 s'],
    ['a day, which is cut to a quarter of an hour', { 'retry-after': '86400' }, 900_000, '15 min'],
    ['nonsense', { 'retry-after': 'soon' }, undefined, undefined],
  ])('tells how long a rate limit lasts from %s', async (_what, headers, expected, words) => {
    const { http } = await open((_request, response) => response.writeHead(429, headers).end());
    const failure = await failureOf(http);
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterMs: expected });
    expect(/; it asks to wait (.+)\.$/.exec(failure.message)?.[1]).toBe(words);
  });

  it('is tried again after the time that the platform asks for, when that is short', async () => {
    let calls = 0;
    const { http } = await open((_request, response) => {
      calls += 1;
      if (calls < 3) response.writeHead(calls === 1 ? 503 : 429, { 'retry-after': '0' }).end();
      else json(response, { count: 5 });
    });
    expect(await http.getJson('x', z.object({ count: z.number() }))).toEqual({ count: 5 });
  });
});

describe('an answer that is of no use', () => {
  it.each([
    ['an empty body', '', 'empty'],
    ['space only', ' \n', 'empty'],
    ['a web page', `<!doctype html>${canary}`, 'web page'],
    ['garbage', `not json ${canary}`, 'not JSON'],
    ['JSON that is cut off', `{"count":1,"apiKey":"${canary}`, 'cut off'],
    ['a wrong shape', JSON.stringify({ count: canary }), 'not as documented: count'],
    ['a list', '[]', 'not as documented'],
  ])('says what came: %s', async (_what, body, words) => {
    const { http, server: asked } = await open((_request, response) => response.end(body));
    const error = await failureOf(http);
    expect(error).toMatchObject({ kind: 'bad-response', isTransient: false });
    expect(error.message).toContain(words);
    expect(asked.requests).toHaveLength(1);
  });

  it('follows no redirect, so that no key goes astray', async () => {
    const elsewhere = await startServer((_request, response) => json(response, { count: 1 }));
    const { http, server: asked } = await open((_request, response) =>
      response.writeHead(302, { location: `${elsewhere.url}/${canary}` }).end(),
    );
    expect(await failureOf(http)).toMatchObject({ kind: 'bad-response' });
    expect(asked.requests).toHaveLength(1);
    expect(elsewhere.requests).toHaveLength(0);
    await elsewhere.stop();
  });

  it.each([
    ['plain', (body: Buffer) => body, {}],
    ['compressed', gzipSync, { 'content-encoding': 'gzip' }],
  ])('is not read further than 8 MiB, %s', async (_what, pack, headers) => {
    const body = pack(Buffer.from(JSON.stringify({ count: 1, more: 'x'.repeat(9 << 20) })));
    const { http } = await open((_request, response) => response.writeHead(200, headers).end(body));
    const error = await failureOf(http);
    expect(error).toMatchObject({ kind: 'bad-response' });
    expect(error.message).toContain('larger');
  });
});

describe('a connection that fails', () => {
  it('is given up after the time for headers', async () => {
    const { server: asked } = await open(() => {});
    expect(await failureOf(client(asked.url, impatient))).toMatchObject({ kind: 'timeout', isTransient: true });
    expect(asked.requests).toHaveLength(1);
  });

  it('is given up after the time for the body', async () => {
    const { server: asked } = await open((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"count":');
    });
    expect(await failureOf(client(asked.url, impatient))).toMatchObject({ kind: 'timeout' });
  });

  it('is given up after the time for all tries together', async () => {
    const { server: asked } = await open((_request, response) => response.writeHead(429, { 'retry-after': '1' }).end());
    const http = client(asked.url, { total: 100, longestWait: 5_000 });
    expect(await failureOf(http)).toMatchObject({ kind: 'timeout' });
  });

  it.each([
    ['before the headers', false],
    ['in the body', true],
  ])('is tried again when it is cut %s', async (_when, inBody) => {
    let calls = 0;
    const { http } = await open((request, response) => {
      calls += 1;
      if (calls === 3) return json(response, { count: 3 });
      if (!inBody) return void request.socket.destroy();
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"count":', () => request.socket.destroy());
    });
    expect(await http.getJson('x', z.object({ count: z.number() }))).toEqual({ count: 3 });
  });

  it('says so when it is cut each time', async () => {
    const { http, server: asked } = await open((request) => request.socket.destroy());
    expect(await failureOf(http)).toMatchObject({ kind: 'network', isTransient: true });
    expect(asked.requests).toHaveLength(3);
  });

  it('names a refused connection and a host that does not exist', async () => {
    const { http, server: gone } = await open(() => {});
    await gone.stop();
    expect((await failureOf(http)).message).toContain('refused');
    const lookup = new TypeError('fetch failed', { cause: Object.assign(new Error(canary), { code: 'ENOTFOUND' }) });
    const nowhere = createHttp({
      ...borrowed(clock),
      fetch: () => Promise.reject(lookup),
      baseUrl: 'http://127.0.0.1',
      headers: {},
      endpoint: { name: 'Production chat', hints: {}, codes: {}, secrets: [canary] },
    });
    const error = await failureOf(nowhere);
    expect(error.message).toContain('there is no host ');
    expect(error.hint).toContain('url of the app');
  });

  it('ends at once when the caller stops it, also between two tries', async () => {
    const stop = new AbortController();
    const { http } = await open((_request, response) => {
      response.writeHead(500).end();
      setImmediate(() => stop.abort());
    });
    expect(await failureOf(http, stop.signal)).toMatchObject({ kind: 'aborted', isTransient: false });
  });
});

describe('a request', () => {
  it('keeps the path of the base address and writes spaces as %20', async () => {
    server = await startServer((_request, response) => json(response, {}));
    for (const base of [`${server.url}/v2`, `${server.url}/v2/`]) {
      await client(base).getJson('messages', z.object({}), { query: { begin_time: '2026-11-22 09:00:00', count: 5 } });
    }
    const expected = '/v2/messages?begin_time=2026-11-22%2009%3A00%3A00&count=5';
    expect(server.requests).toEqual([expected, expected]);
  });

  it('asks for JSON and sends its headers', async () => {
    let seen: unknown;
    const { http } = await open((request, response) => {
      seen = request.headers;
      json(response, {});
    });
    await http.getJson('x', z.object({}));
    expect(seen).toMatchObject({ accept: 'application/json', 'im-api-key': canary });
  });

  it.each([
    ['an address with a password in it', `http://user:${canary}@127.0.0.1`, 'key'],
    ['an address that is none', `nonsense ${canary}`, 'key'],
    ['a key that no header can hold', 'http://127.0.0.1', `${canary}\n`],
  ])('that cannot be made is an error like the others: %s', async (_what, baseUrl, key) => {
    const endpoint = { name: 'Production chat', hints: {}, codes: {}, secrets: [canary] };
    const http = createHttp({ ...borrowed(clock), baseUrl, headers: { 'IM-API-KEY': key }, endpoint });
    expect(await failureOf(http)).toMatchObject({ kind: 'network' });
  });
});
