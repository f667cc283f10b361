// A real HTTP server on one port that can be told to fail, and that stops at once.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `down` cuts every connection; `hang` takes the request and never answers; the others answer wrongly. */
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

export type Fault = (typeof faults)[number];

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is asked, taken apart. */
export interface Question {
  readonly path: string;
  /** The query as it came, before decoding. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export interface FaultyServer {
  readonly port: number;
  fault(): Fault;
  /** Takes effect at once, also for connections that are open. */
  setFault(fault: Fault): void;
  stop(): Promise<void>;
}

interface FaultyServerOptions {
  readonly host: string;
  readonly port: number;
  /** How long `slow` takes, ms. */
  readonly slowness: number;
  readonly answer: (question: Question, fault: Fault) => Answer;
}

export async function startFaultyServer(options: FaultyServerOptions): Promise<FaultyServer> {
  let fault: Fault = 'none';
  const waiting = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://sample');
    const question = {
      path: address.pathname,
      rawQuery: address.search,
      query: address.searchParams,
      headers: request.headers,
    };
    if (fault === 'hang') return;
    if (fault === 'down') request.socket.destroy();
    else if (fault === 'html')
      send(response, { status: 200, body: '<!doctype html><title>Sign in</title><h1>Sign in</h1>' });
    else if (fault === 'garbage') send(response, { status: 200, body: '{"RC":0,"result":{"roomCount":1' });
    else if (fault === 'unavailable') send(response, { status: 503, body: 'upstream connect error' });
    else if (fault === 'slow') {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        send(response, options.answer(question, 'none'));
      }, options.slowness);
      waiting.add(timer);
    } else send(response, options.answer(question, fault));
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

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text);
}
