// A real HTTP server on loopback that answers as a test says, and the platforms opened against it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ImApp } from '../../src/app.ts';
import type { Clock } from '../../src/clock.ts';
import type { LogFields, Logger } from '../../src/logger.ts';
import type { HttpLimits } from '../../src/platforms/http.ts';
import type { PlatformDefinition } from '../../src/platforms/platform.ts';

export interface TestServer {
  readonly url: string;
  /** Path and query of every request, as it came. */
  readonly requests: string[];
  stop(): Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export async function startServer(handler: Handler): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo; // listening on a port, so it is no pipe
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** For tests of a platform that hangs: the only ones that wait for a limit. */
export const impatient: Partial<HttpLimits> = { headers: 150, body: 150, backoff: 5, longestWait: 50 };

export function testApp({ id, capabilities }: PlatformDefinition, timezone = 'Asia/Shanghai'): ImApp {
  return {
    id: 'prod',
    name: 'Production chat',
    platform: id,
    capabilities,
    timezone,
    pollEvery: 60_000,
    unreachable: { polls: 3, critical: 900_000 },
  };
}

export interface RecordingLogger extends Logger {
  readonly lines: { readonly message: string; readonly fields: LogFields | undefined }[];
}

export function recordingLogger(): RecordingLogger {
  const lines: { message: string; fields: LogFields | undefined }[] = [];
  const write = (message: string, fields?: LogFields): void => {
    lines.push({ message, fields });
  };
  return { lines, debug: write, info: write, warn: write, error: write };
}

/** What a platform borrows from the outside, without chance in it. */
export function borrowed(clock: Clock): {
  fetch: typeof globalThis.fetch;
  clock: Clock;
  random: () => number;
  logger: RecordingLogger;
  limits: Partial<HttpLimits>;
} {
  return {
    fetch: globalThis.fetch,
    clock,
    random: () => 0.5,
    logger: recordingLogger(),
    limits: { backoff: 5, longestWait: 50 },
  };
}
