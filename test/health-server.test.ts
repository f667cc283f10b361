// The health server: what it answers, what it refuses, and that no malformed request ends it.
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { BotError } from '../src/errors.ts';
import { createHealthServer, type HealthServer, type Readiness } from '../src/health-server.ts';
import { createTelemetry } from '../src/telemetry.ts';

let running: HealthServer[] = [];
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
});

async function start(readiness: () => readonly Readiness[] = () => []): Promise<string> {
  const health = createHealthServer({ host: '127.0.0.1', port: 0, readiness, telemetry: createTelemetry() });
  running.push(health);
  return `http://127.0.0.1:${await health.start()}`;
}

describe('the health server', () => {
  it('is ready only while every part is well, and names the parts', async () => {
    let isWell = false;
    const url = await start(() => [
      { name: 'store', ok: true },
      { name: 'slack', ok: isWell },
    ]);

    const before = await fetch(`${url}/readyz`);
    isWell = true;
    const after = await fetch(`${url}/readyz`);

    expect([before.status, await before.json()]).toEqual([503, { ready: false, store: true, slack: false }]);
    expect([after.status, await after.json()]).toEqual([200, { ready: true, store: true, slack: true }]);
  });

  it.each([
    ['GET', '/healthz', 200],
    ['HEAD', '/healthz', 200],
    ['GET', '/healthz?probe=1', 200],
    ['GET', '/metrics', 200],
    ['GET', '/', 404],
    ['POST', '/healthz', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await fetch(`${await start()}${path}`, { method })).status).toBe(status);
  });

  it('gives its metrics in the text format of Prometheus', async () => {
    const answer = await fetch(`${await start()}/metrics`);

    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    expect(await answer.text()).toContain('# TYPE imstats_outbox_depth gauge');
  });

  it.each(['GET // HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /%ZZ HTTP/1.1\r\nHost: x\r\n\r\n', 'garbage\r\n\r\n'])(
    'lives on after %j',
    async (request) => {
      const url = await start();

      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(request));
        socket.on('error', () => {});
        socket.on('close', () => resolve());
        socket.resume();
      });

      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    },
  );

  it('says that its port is in use and what to do', async () => {
    const port = Number(new URL(await start()).port);
    const second = createHealthServer({ host: '127.0.0.1', port, readiness: () => [], telemetry: createTelemetry() });

    const error = await second.start().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(BotError);
    expect(error).toMatchObject({
      message: `Port ${port} is in use.`,
      hint: expect.stringContaining('http.port'),
    });
  });
});
