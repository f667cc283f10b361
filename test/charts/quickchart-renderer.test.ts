import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createQuickChartRenderer } from '../../src/charts/quickchart-renderer.ts';
import { systemClock } from '../../src/clock.ts';
import { BotError } from '../../src/errors.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { chartModel } from './sample-models.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A QuickChart server on a free port that answers every request alike and remembers them. */
async function quickChartServer(answer: Answer): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      answer(request, response, body);
    });
  });
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, seen };
}

const sends =
  (status: number, type: string, body: Buffer | string): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);

async function failureOf(answer: Answer): Promise<BotError> {
  const { url } = await quickChartServer(answer);
  const error = await createQuickChartRenderer({ url, fetch, clock: systemClock })
    .draw(chartModel())
    .catch((thrown: unknown) => thrown);
  if (error instanceof BotError) return error;
  throw new Error(`expected a BotError, got ${String(error)}`);
}

const Posted = z.object({
  chart: z.string(),
  version: z.string(),
  format: z.string(),
  width: z.number(),
  height: z.number(),
  devicePixelRatio: z.number(),
  backgroundColor: z.string(),
});

describe('QuickChart', () => {
  it('is asked with a POST of strict JSON for a Chart.js 4 picture, and nothing stands in the address', async () => {
    const { url, seen } = await quickChartServer(sends(200, 'image/png', png));
    const bytes = await createQuickChartRenderer({ url, fetch, clock: systemClock }).draw(
      chartModel({ limits: [{ label: 'limit (hard)', value: 2_000 }] }),
    );
    expect(Buffer.from(bytes).equals(png)).toBe(true);
    const [request] = seen;
    expect([request?.method, request?.url]).toEqual(['POST', '/chart']);
    const body: unknown = JSON.parse(request?.body ?? '');
    const posted = Posted.parse(body);
    expect(posted).toMatchObject({
      version: '4',
      format: 'png',
      width: 400,
      height: 250,
      devicePixelRatio: 3.5,
      backgroundColor: '#FFFFFF',
    });
    expect(body).not.toHaveProperty('key');
    const chart: unknown = JSON.parse(posted.chart);
    expect(chart).toMatchObject({
      type: 'line',
      data: { datasets: [{ label: 'Connection peak' }, { label: 'limit (hard)' }] },
    });
    expect(posted.chart).not.toContain('(');
  });

  it.each(['', '/', '/charts/', '/charts'])('may live under the path "%s"', async (path) => {
    const { url, seen } = await quickChartServer(sends(200, 'image/png', png));
    await createQuickChartRenderer({ url: `${url}${path}`, fetch, clock: systemClock }).draw(chartModel());
    expect(seen[0]?.url).toBe(`${path.replace(/\/$/, '')}/chart`);
  });

  it.each(['__BEGINFUNCTION__function(){}__ENDFUNCTION__', 'a__BEGINFUNCTION__'])(
    'is never sent the name %s, which it would run',
    async (name) => {
      const { url, seen } = await quickChartServer(sends(200, 'image/png', png));
      const draw = createQuickChartRenderer({ url, fetch, clock: systemClock }).draw(chartModel({ title: name }));
      await expect(draw).rejects.toThrow(BotError);
      expect(seen).toEqual([]);
    },
  );

  it.each([
    ['an error as a picture', sends(500, 'image/png', png), /HTTP 500/],
    ['too many charts', sends(429, 'text/plain', 'slow down'), /HTTP 429/],
    ['a wrong address', sends(404, 'text/html', 'no'), /HTTP 404/],
    ['HTML', sends(200, 'text/html', '<p>hello</p>'), /did not send a picture: it answered text\/html/],
    [
      'no type at all',
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(200).end(png),
      /it answered nothing/,
    ],
    ['something else called PNG', sends(200, 'image/png', 'GIF89a'), /not a PNG/],
    ['an empty body', sends(200, 'image/png', ''), /not a PNG/],
    ['more than 5 MB', sends(200, 'image/png', Buffer.concat([png, Buffer.alloc(5_000_001)])), /more than 5 MB/],
    [
      'a redirect',
      (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      /could not be reached/,
    ],
    ['a cut connection', (request: IncomingMessage) => request.socket.destroy(), /could not be reached/],
  ] satisfies [string, Answer, RegExp][])('%s becomes one sentence and a hint', async (_, answer, message) => {
    const error = await failureOf(answer);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^The QuickChart server 127\.0\.0\.1:\d+ .*\.$/);
    expect(error.hint).toMatch(/\.$/);
  });

  it('that hangs, before or in the middle of its answer, is given up after the time-out', async () => {
    const halfway: Answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).write(png.subarray(0, 10));
    for (const answer of [() => {}, halfway]) {
      const clock = createFakeClock('2026-11-23T00:00:00Z');
      const { url, seen } = await quickChartServer(answer);
      const draw = createQuickChartRenderer({ url, fetch, clock, timeoutMs: 3_000 }).draw(chartModel());
      const failure = draw.catch((error: unknown) => error);
      while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(3_000);
      expect(await failure).toMatchObject({
        name: 'BotError',
        message: expect.stringContaining('did not answer within 3 s'),
      });
    }
  });

  it('keeps the rest of its address, which may hold a token, out of errors', async () => {
    const error = await createQuickChartRenderer({ url: 'http://127.0.0.1:1/t0ken', fetch, clock: systemClock })
      .draw(chartModel())
      .catch((thrown: unknown) => thrown);
    expect(JSON.stringify([error, String(error)])).not.toContain('t0ken');
    expect(error).toBeInstanceOf(BotError);
  });
});
