// An HTTP server with fault injection, which stops without waiting for open connections.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `down` destroys every connection; `hang` accepts the request and never answers; the others send a wrong response. */
export const faults = [
  'none',
  'down',
  'slow',
  'rate-limited',
  'garbage',
  'html',
  'unauthorized',
  'forbidden',
  'not-entitled',
  'unavailable',
  'hang',
] as const;

export type PlatformFault = (typeof faults)[number];

/** A response before it is sent. */
export interface SampleResponse {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A parsed request. */
export interface SampleRequest {
  readonly path: string;
  /** The query before decoding. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export interface FaultyServer {
  readonly port: number;
  fault(): PlatformFault;
  /** Takes effect at once, also for connections that are open. */
  setFault(fault: PlatformFault): void;
  stop(): Promise<void>;
}

interface FaultyServerOptions {
  readonly host: string;
  readonly port: number;
  /** How long `slow` takes, ms. */
  readonly slowness: number;
  readonly answer: (request: SampleRequest, fault: PlatformFault) => SampleResponse;
}

export async function startFaultyServer(options: FaultyServerOptions): Promise<FaultyServer> {
  let fault: PlatformFault = 'none';
  const waiting = new Set<NodeJS.Timeout>();
  const server = createServer((incoming, response) => {
    const address = new URL(incoming.url ?? '/', 'http://sample');
    const request = {
      path: address.pathname,
      rawQuery: address.search,
      query: address.searchParams,
      headers: incoming.headers,
    };
    if (fault === 'hang') return;
    if (fault === 'down') incoming.socket.destroy();
    else if (fault === 'html')
      send(response, { status: 200, body: '<!doctype html><title>Sign in</title><h1>Sign in</h1>' });
    else if (fault === 'garbage') send(response, { status: 200, body: '{"RC":0,"result":{"roomCount":1' });
    else if (fault === 'unavailable') send(response, { status: 503, body: 'upstream connect error' });
    else if (fault === 'slow') {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        send(response, options.answer(request, 'none'));
      }, options.slowness);
      waiting.add(timer);
    } else send(response, options.answer(request, fault));
  });
  server.on('connection', (socket) => {
    if (fault === 'down') socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo; // listening on a port, so it is no pipe
  return {
    port,
    fault: () => fault,
    setFault: (next) => {
      if (next === 'down' || fault === 'hang') server.closeAllConnections();
      fault = next;
    },
    stop: () => {
      for (const timer of waiting) clearTimeout(timer);
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function send(response: ServerResponse, { status, body, headers }: SampleResponse): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text);
}
