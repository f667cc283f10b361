// What a history server does wrong: cursors that lead nowhere, numbers of the wrong kind, a limit in the middle, silence.
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/platforms/http.ts';
import { createCallPace } from '../../src/platforms/jmessage/call-pace.ts';
import { type HistoryWalk, walkHistory } from '../../src/platforms/jmessage/history.ts';
import type { HistoryPage } from '../../src/platforms/platform.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { inEnglish } from '../support/in-english.ts';
import { borrowed, impatient, json, startServer, type TestServer } from './server.ts';

const zone = 'Asia/Shanghai';
const now = Date.parse('2026-11-22T04:00:00Z');
const hour = 3_600_000;

let server: TestServer | undefined;
afterEach(() => server?.stop());

type Answer = { readonly status?: number; readonly body: unknown } | 'silence';

async function walk(
  answer: (query: URLSearchParams, turn: number, path: string) => Answer,
  changes: Partial<HistoryWalk> = {},
): Promise<{ pages: HistoryPage[]; ids: string[]; turns: number }> {
  let turn = 0;
  server = await startServer((request, response) => {
    const { searchParams, pathname } = new URL(request.url ?? '', 'http://x');
    const reply = answer(searchParams, turn, pathname);
    turn += 1;
    if (reply !== 'silence') json(response, reply.body, reply.status);
  });
  const clock = createFakeClock(now);
  const tools = { ...borrowed(clock), limits: { ...impatient, retries: 0 } };
  const endpoint = { name: 'China', hints: {}, codes: { '2002': 'rate-limited' as const }, secrets: [] };
  const http = createHttp({ ...tools, baseUrl: server.url, headers: {}, endpoint });
  const pages: HistoryPage[] = [];
  const all: HistoryWalk = { http, clock, zone, scope: { of: 'all' }, from: now - hour, to: now, ...changes };
  for await (const page of walkHistory(all)) pages.push(inEnglish(page) as HistoryPage); // reasons as they read
  return { pages, ids: pages.flatMap(({ messages }) => messages.map(({ id }) => id.split(':')[0] ?? '')), turns: turn };
}

const message = (id: number, at: number): Record<string, unknown> => ({
  msgid: id,
  msg_ctime: at,
  msg_type: 'text',
  target_type: 'single',
  from_id: 'a',
});

/** Pages of three messages each, of which `turn` gives one. */
const pageOf = (turn: number, total: unknown = 3_000): Answer => ({
  body: {
    total,
    cursor: `C${turn}`,
    messages: [0, 1, 2].map((place) => message(turn * 3 + place, now - hour + (turn * 3 + place) * 1_000)),
  },
});

describe('a cursor that leads nowhere', () => {
  it('is given up when pages go round in a circle', async () => {
    const { pages, ids, turns } = await walk((_query, turn) => pageOf(turn % 4));
    expect(ids).toHaveLength(12);
    expect(turns).toBeLessThan(40);
    expect(pages.at(-1)).toMatchObject({ partial: true, reasons: ['JMessage sent 26 pages without a new message.'] });
  });

  it('is given up when it brings more and more than there is', async () => {
    const thousand = (turn: number) =>
      Array.from({ length: 500 }, (_, place) => message(turn * 500 + place, now - hour + turn * 500 + place));
    const { pages, ids } = await walk((_query, turn) => ({
      body: { total: 1_000, cursor: `C${turn}`, messages: thousand(turn) },
    }));
    expect(ids.length).toBeLessThanOrEqual(2_000);
    expect(pages.at(-1)).toMatchObject({ partial: true, reasons: [expect.stringContaining('more and more')] });
  });

  it('may expire any number of times in a long walk, as long as it works in between', async () => {
    const times = Array.from({ length: 60 }, (_, index) => now - hour + index * 60_000);
    const { pages, ids } = await walk((query, turn) => {
      const cursor = query.get('cursor');
      if (cursor !== null && turn % 4 === 3) return { status: 400, body: { error: { code: 899003 } } };
      const begin = Date.parse(`${query.get('begin_time')?.replace(' ', 'T')}+08:00`);
      const first = cursor === null ? times.findIndex((at) => at >= begin) : Number(cursor);
      const shown = times.slice(first, first + 3).map((at) => message(times.indexOf(at), at));
      return { body: { total: 60 - first, cursor: `${first + 3}`, messages: shown } };
    });
    expect(ids).toEqual(times.map((_, index) => String(index)));
    expect(pages.some(({ partial }) => partial)).toBe(false);
  });
});

describe('numbers of the wrong kind', () => {
  it.each([
    ['strings', { msgid: '7', msg_ctime: String(now - 60_000), create_time: '1' }],
    ['seconds where milliseconds belong', { msgid: 7, msg_ctime: (now - 60_000) / 1_000 }],
    ['milliseconds where seconds belong', { msgid: 7, create_time: now - 60_000 }],
    [
      'nothing of the server and the time of the sender',
      { msgid: 7, msg_ctime: 0, create_time: (now - 60_000) / 1_000 },
    ],
  ])('are read: %s', async (_what, row) => {
    const { pages } = await walk(() => ({ body: { total: '1', count: '1', messages: [row] } }));
    expect(pages[0]).toMatchObject({ total: 1, messages: [{ at: now - 60_000 }] });
  });

  it.each([[-1], ['many'], [null], [1e308], [0]])('make no length of a total of %j', async (total) => {
    const { pages } = await walk((_query, turn) => (turn > 1 ? { body: { messages: [] } } : pageOf(turn, total)));
    expect(pages[0]?.length.of === undefined || pages[0].length.of > 0).toBe(true);
    expect(pages.flatMap(({ messages }) => messages)).toHaveLength(6);
  });
});

describe('the length of a walk', () => {
  it('is known from the first page on', async () => {
    const { pages } = await walk((_query, turn) => (turn > 1 ? { body: { messages: [] } } : pageOf(turn, 480_000)));
    expect(pages[0]?.length).toEqual({ calls: 1, of: 481, messages: 480_000, perMinute: undefined });
  });

  it('counts weeks that are not begun like the one that is read', async () => {
    const from = now - 14 * 24 * hour;
    const { pages } = await walk(
      (_query, turn) => ({
        body: turn > 0 ? { messages: [] } : { total: 99_000, cursor: 'A', messages: [message(1, from)] },
      }),
      { from },
    );
    expect(pages[0]?.length.of).toBeGreaterThanOrEqual(200);
    expect(pages[0]?.length.of).toBeLessThanOrEqual(202);
  });
});

describe('a vendor in trouble', () => {
  it('that answers one page and hangs leaves what it gave', async () => {
    const { pages, ids } = await walk((_query, turn) => (turn === 0 ? pageOf(0) : 'silence'));
    expect(ids).toHaveLength(3);
    expect(pages.at(-1)).toMatchObject({ partial: true, reasons: [expect.stringContaining('China did not answer')] });
  });

  it('that refuses the rate in the middle is asked again, and nothing is missing', async () => {
    const clock = createFakeClock(now);
    const pace = createCallPace({ ...clock, after: (_delay, run) => clock.after(0, run) });
    const waiting = setInterval(() => clock.advance(0), 1);
    const { pages, ids, turns } = await walk(
      (_query, turn) => {
        if (turn === 1 || turn === 2) return { status: 429, body: { error: { code: 2002, message: 'Rate limit' } } };
        return turn > 4 ? { body: { messages: [] } } : pageOf(turn);
      },
      { pace },
    ).finally(() => clearInterval(waiting));
    expect(ids).toEqual(['0', '1', '2', '9', '10', '11', '12', '13', '14']);
    expect(turns).toBe(6);
    expect(pages.some(({ partial }) => partial)).toBe(false);
  });
});

it.each(['a/b', '100%', '小明', '😀', '..x', 'a?b#c', 'x'.repeat(128), '王'.repeat(42)])(
  'a user called %j is asked for by exactly that name',
  async (name) => {
    let asked = '';
    await walk(
      (_query, _turn, path) => {
        asked = path;
        return { body: { messages: [] } };
      },
      { scope: { of: 'user', name } },
    );
    expect(asked.split('/')).toHaveLength(4);
    expect(decodeURIComponent(asked.split('/')[2] ?? '')).toBe(name);
  },
);

it('a name that is half a sign cannot be looked up', async () => {
  const half = walk(() => ({ body: { messages: [] } }), { scope: { of: 'user', name: '\ud83d' } });
  await expect(half).rejects.toMatchObject({ kind: 'bad-request' });
});

it('the limit that an account has is read from every answer, also from one that is refused', async () => {
  let turn = 0;
  server = await startServer((_request, response) => {
    turn += 1;
    const headers = { 'content-type': 'application/json', 'X-Rate-Limit-Limit': turn === 1 ? '2000' : '4000' };
    response.writeHead(turn === 1 ? 200 : 404, headers);
    response.end(JSON.stringify(turn === 1 ? { messages: [] } : { error: { code: 899002, message: 'no such user' } }));
  });
  const clock = createFakeClock(now);
  const endpoint = { name: 'China', hints: {}, codes: {}, secrets: [] };
  const http = createHttp({ ...borrowed(clock), baseUrl: server.url, headers: {}, endpoint });
  const pace = createCallPace(clock);
  const read = async (): Promise<void> => {
    const user = { of: 'user', name: 'a' } as const;
    for await (const page of walkHistory({ http, clock, zone, scope: user, from: now - hour, to: now, pace }))
      expect(page.messages).toEqual([]);
  };
  await read();
  expect(pace.perMinute()).toBe(500);
  await expect(read()).rejects.toMatchObject({ kind: 'not-found' });
  expect(pace.perMinute()).toBe(1_000);
});
