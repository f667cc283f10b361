// The HTTP server for operators: /healthz, /readyz and /metrics. Plain node:http, so that no malformed request can end the process.
import { createServer, type Server } from 'node:http';
import { listenError } from './errors.ts';
import type { Telemetry } from './telemetry.ts';

export interface HealthServer {
  /** Resolves with the port that it listens on. Rejects with `BotError` when the port is in use or not permitted. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

/** One condition of readiness. */
export interface Readiness {
  readonly name: string;
  readonly ok: boolean;
}

/** `/readyz` answers 200 when all of `readiness()` is ok, else 503; both list the conditions. */
export function createHealthServer(options: {
  host: string;
  port: number;
  readiness: () => readonly Readiness[];
  telemetry: Telemetry;
}): HealthServer {
  const server = createServer(
    { requestTimeout: 5_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
    (request, response) => {
      answer(request.method ?? '', request.url ?? '', options)
        .catch(() => ({ status: 500, type: 'text/plain', body: 'the answer could not be made\n' }))
        .then(({ status, type, body }) => {
          response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
          response.end(request.method === 'HEAD' ? undefined : body);
        })
        .catch(() => response.destroy());
    },
  );
  return { start: () => listen(server, options), stop: () => close(server) };
}

async function answer(
  method: string,
  url: string,
  options: { readiness: () => readonly Readiness[]; telemetry: Telemetry },
) {
  const path = url.split('?')[0];
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: 'text/plain', body: 'only GET\n' };
  if (path === '/healthz') return { status: 200, type: 'text/plain', body: 'alive\n' };
  if (path === '/readyz') {
    const parts = options.readiness();
    const body = `${JSON.stringify({ ready: parts.every(({ ok }) => ok), ...Object.fromEntries(parts.map(({ name, ok }) => [name, ok])) })}\n`;
    return { status: parts.every(({ ok }) => ok) ? 200 : 503, type: 'application/json', body };
  }
  if (path === '/metrics')
    return { status: 200, type: 'text/plain; version=0.0.4', body: await options.telemetry.text() };
  return { status: 404, type: 'text/plain', body: 'there is /healthz, /readyz and /metrics\n' };
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port, 'http.port')));
    server.listen(port, host, () => {
      server.on('error', () => {}); // errors of single connections are ignored
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
