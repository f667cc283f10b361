import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../platforms/server.ts';

interface Figures {
  readonly end: string;
  readonly messages: number;
  readonly senders: number;
  /** Of imstats for a page. */
  readonly pageMilliseconds: number;
  readonly longestHold: number;
  /** Resident, garbage included. */
  readonly peakMegabytes: number;
  /** Held at 190,000 messages beyond what was held at 50,000. */
  readonly grownMegabytes: number;
}

const servers: TestServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.stop())));

const pages = 200;

/** A page of a thousand comes from the vendor no faster than this. */
const vendorPage = 100;

/** A vendor that answers at once, and lets an account call 6,000 times a minute. */
async function serve(): Promise<string> {
  const from = Date.now() - 3_600_000 + 60_000;
  const bodyOf = (page: number): string => {
    const messages = Array.from({ length: 1_000 }, (_, index) => ({
      msgid: page * 1_000 + index,
      msg_ctime: from + (page * 1_000 + index) * 17,
      msg_type: index % 9 === 0 ? 'image' : 'text',
      target_type: index % 3 === 0 ? 'group' : 'single',
      target_id: `1005${index % 500}`,
      from_id: `user${(page * 1_000 + index) % 30_000}`,
      from_platform: 'a',
      msg_body: { text: 'a text of ordinary length that nobody is to read', extras: {} },
    }));
    return JSON.stringify({ total: pages * 1_000, count: 1_000, cursor: `C${page + 1}`, messages });
  };
  const made = Array.from({ length: pages }, (_, page) => bodyOf(page));
  const server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const page = Number(/\d+$/.exec(searchParams.get('cursor') ?? '0')?.[0]);
    const isSmall = pathname.includes('small');
    const body = isSmall || page >= pages ? '{"total":0,"messages":[]}' : made[page];
    response.writeHead(200, { 'content-type': 'application/json', 'x-rate-limit-limit': '6000' });
    response.end(body);
  });
  servers.push(server);
  return server.url;
}

describe('a history of 200,000 messages', () => {
  it('is counted within 1.5 times what its pages take, in flat memory, without holding the event loop', {
    timeout: 120_000,
  }, async () => {
    const url = await serve();
    const script = new URL('./history-size.ts', import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, url, String(pages)]);
    const figures = JSON.parse(stdout) as Figures; // printed by our own script
    expect(figures).toMatchObject({ end: 'whole', messages: pages * 1_000, senders: 30_000 });
    // Time on the processor, because a busy machine says nothing of us: the wait for the vendor and this are 1.5 times the wait.
    expect(figures.pageMilliseconds).toBeLessThan(vendorPage / 2);
    expect(figures.longestHold).toBeLessThan(50);
    expect(figures.peakMegabytes).toBeLessThan(250);
    expect(figures.grownMegabytes).toBeLessThan(10);
  });
});
