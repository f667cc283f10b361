// A JMessage server that answers each interface as a test says, for the tests of statistics and of counting.
import { afterEach } from 'vitest';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { borrowed, json, startServer, type TestServer, testApp } from './server.ts';

const masterSecret = 'CANARY6de02c9a41f7b35e88';
const appKey = 'CANARY0b7c33ad91e6f25470';

export interface Reply {
  readonly status?: number;
  readonly body: unknown;
}

export type Replies = Readonly<
  Partial<Record<'users' | 'groups' | 'messages' | 'history', (query: URLSearchParams) => Reply>>
>;

let server: TestServer | undefined;
afterEach(() => server?.stop());

/** A JMessage server; a statistic without a reply has no rows. */
export async function open(replies: Replies, clock: FakeClock = createFakeClock('2026-11-22T04:00:00Z')) {
  server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const name = pathname === '/v2/messages' ? 'history' : (pathname.split('/').at(-1) ?? '');
    const reply = Object.entries(replies).find(([known]) => known === name)?.[1];
    const nothing = name === 'messages' ? { send_msg_stat: [] } : name === 'history' ? { messages: [] } : [];
    const { status = 200, body } = reply?.(searchParams) ?? { body: nothing };
    json(response, body, status);
  });
  const tools = borrowed(clock);
  const access = { url: `${server.url}/v2`, appKey, masterSecret };
  const platform: Platform = jmessage.open({ ...tools, app: testApp(jmessage), access, maxPages: 3 });
  return { platform, server, clock, lines: tools.logger.lines };
}

/** The days of a platform that has them. */
export const daily = async (platform: Platform, from: string, to: string) => {
  if (platform.daily === undefined) throw new Error('JMessage has days');
  return platform.daily(from, to);
};

/** A refusal that repeats a secret, as servers do. */
export const refused =
  (status: number, code = 2003) =>
  () => ({ status, body: { error: { code, message: masterSecret } } });
export const allRefused = (status: number): Replies => ({
  users: refused(status),
  groups: refused(status),
  messages: refused(status),
});
