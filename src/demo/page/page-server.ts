// The HTTP server of the page: its files, the event stream, uploaded files, and the user's actions.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type ActionDeps, performAction } from './page-actions.ts';
import type { PageFeed } from './page-feed.ts';
import { type PageFile, readPageFiles } from './page-files.ts';
import { listen } from './page-port.ts';

export interface PageServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface PageParts extends ActionDeps {
  readonly feed: PageFeed;
  /** The requested port; undefined for the default or the next free one. */
  readonly port: number | undefined;
  /** Folder of package.json. */
  readonly root: string;
}

/** The page may run its own code and connect to its own server, and nothing else. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const maxBytes = 64_000;

/** Listens on the loopback interface only. Rejects with `BotError` when the port cannot be used. */
export async function startPageServer(parts: PageParts): Promise<PageServer> {
  const files = readPageFiles(join(parts.root, 'src/demo/page'));
  const server = createServer((request, response) => {
    answer(request, response, { ...parts, files }).catch(() => response.destroy());
  });
  const port = await listen(server, parts.port);
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(server, parts.feed) };
}

function stop(server: Server, feed: PageFeed): Promise<void> {
  feed.stop();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

type RequestContext = PageParts & { readonly files: ReadonlyMap<string, PageFile> };

async function answer(request: IncomingMessage, response: ServerResponse, context: RequestContext): Promise<void> {
  // DNS rebinding: a foreign name that resolves to this address must not read the page.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) return refuse(response, 403);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page');
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  if (request.method === 'POST' && pathname === '/act') return act(request, response, context);
  if (request.method !== 'GET') return refuse(response, 405);
  if (pathname === '/feed') {
    if (!context.feed.open(response, searchParams.get('as') ?? '')) refuse(response, 404);
    return;
  }
  const file = /^\/file\/F\w+$/.test(pathname) ? uploadedFile(pathname.slice(6), context) : context.files.get(pathname);
  if (file === undefined) return refuse(response, 404);
  response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-cache' });
  response.end(file.bytes);
}

/** An uploaded file; anything but an image is offered for download, never run. */
function uploadedFile(id: string, { workspace }: RequestContext): PageFile | undefined {
  const file = workspace.file(id);
  if (file === undefined) return undefined;
  const isPicture = /^image\/(png|jpeg|gif)$/.test(file.mimetype);
  return { type: isPicture ? file.mimetype : 'application/octet-stream', bytes: file.bytes };
}

async function act(request: IncomingMessage, response: ServerResponse, context: RequestContext): Promise<void> {
  // CSRF: another site can make a browser send a request, but not with the origin of this page.
  if (request.headers.origin !== `http://${request.headers.host}`) return refuse(response, 403);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return refuse(response, 413);
    chunks.push(chunk);
  }
  const result = await performAction(parse(Buffer.concat(chunks)), context);
  response.writeHead(result.ok ? 200 : 422, { 'content-type': 'application/json' });
  response.end(JSON.stringify(result));
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${status}\n`);
}
