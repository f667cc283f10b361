import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './server.ts';

interface Figures {
  readonly users: number;
  readonly longestHold: number;
  readonly extraMegabytes: number;
}

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.stop())));

/** An IMKit server whose answer is made once, so that it costs the measured process nothing. */
async function serve(users: number): Promise<string> {
  const userList = Array.from({ length: users }, (_, index) => `user${String(index).padStart(8, '0')}`);
  const body = Buffer.from(JSON.stringify({ RC: 0, result: { userList, roomCount: 3, totalMem: 8, freeMem: 4 } }));
  const server = await startServer((request, response) => {
    if (request.url === '/admin/stats') response.end(body);
    else response.writeHead(404).end();
  });
  servers.push(server);
  return server.url;
}

describe('a user list of a million', () => {
  it('is counted in under 80 MB, without holding the event loop for 50 ms', async () => {
    const addresses = [await serve(5), await serve(1_000_000)];
    const script = new URL('./million.ts', import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...addresses]);
    const figures = JSON.parse(stdout) as Figures; // printed by our own script
    expect(figures.users).toBe(1_000_000);
    expect(figures.extraMegabytes).toBeLessThan(80);
    expect(figures.longestHold).toBeLessThan(50);
  });
});
