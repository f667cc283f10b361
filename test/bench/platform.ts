// A stand-in for IMKit on loopback: any number of apps, each below its own path, with a fixed time to answer.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SamplePlatform {
  /** Address of the app of that name. */
  urlOf(app: string): string;
  /** How long each answer takes from now on, ms. */
  setLatency(latency: number): void;
  /** Free memory of an app as a share, from now on. */
  setFreeMemory(app: string, share: number): void;
  /** When each poll of `/admin/stats` came, epoch ms, by app. */
  readonly polls: ReadonlyMap<string, readonly number[]>;
  stop(): Promise<void>;
}

const totalMemory = 8 * 2 ** 30;

export async function startPlatform(): Promise<SamplePlatform> {
  const free = new Map<string, number>();
  const polls = new Map<string, number[]>();
  let latency = 0;
  const server = createServer((request, response) => {
    const [, app = '', ...path] = (request.url ?? '').split('/');
    const isStats = path.join('/') === 'admin/stats';
    if (isStats) note(polls, app);
    const body = isStats ? statsOf(free.get(app) ?? 0.5) : '{"RC":0,"RM":"OK","result":{"count":1280}}';
    if (latency === 0) send(response, body);
    else setTimeout(() => send(response, body), latency);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo; // listening on a port, so it is no pipe
  return {
    polls,
    urlOf: (app) => `http://127.0.0.1:${port}/${app}`,
    setLatency: (next) => {
      latency = next;
    },
    setFreeMemory: (app, share) => {
      free.set(app, share);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function note(polls: Map<string, number[]>, app: string): void {
  const known = polls.get(app);
  if (known === undefined) polls.set(app, [Date.now()]);
  else known.push(Date.now());
}

const userList = JSON.stringify(Array.from({ length: 400 }, (_, index) => `user${String(index).padStart(4, '0')}`));

/** The vendor's answer for an app of ordinary size. */
function statsOf(free: number): string {
  const now = Date.now();
  const times = `"start":${Math.floor(now / 1_000) - 3_600},"end":${Math.floor(now / 1_000)}`;
  const numbers = '"roomCount":12,"totalRoomCount":358,"messageCount":2467,"peakConnectionCount":1310';
  const memory = `"totalMem":${totalMemory},"freeMem":${Math.round(free * totalMemory)}`;
  return `{"RC":0,"RM":"OK","result":{${times},"userList":${userList},${numbers},${memory}}}`;
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(body);
}
