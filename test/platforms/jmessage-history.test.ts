import { afterEach, describe, expect, it } from 'vitest';
import type { HistoryScope } from '../../src/metrics/message-history.ts';
import { createHttp } from '../../src/platforms/http.ts';
import { type HistoryWalk, walkHistory } from '../../src/platforms/jmessage/history.ts';
import { createRecentMessages } from '../../src/platforms/jmessage/history-messages.ts';
import type { HistoryPage } from '../../src/platforms/platform.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { inEnglish } from '../support/in-english.ts';
import { borrowed, json, startServer, type TestServer } from './server.ts';

const zone = 'Asia/Shanghai';
const now = Date.parse('2026-11-22T04:00:00Z'); // noon in Shanghai
const hour = 3_600_000;
const day = 24 * hour;

let server: TestServer | undefined;
afterEach(() => server?.stop());

interface Ask {
  readonly path: string;
  readonly query: URLSearchParams;
}

type Reply = { readonly status?: number; readonly body: unknown } | 'cut';

/** A history server with one answer per request, in order; the last one repeats. */
async function serve(replies: readonly Reply[] | ((ask: Ask, turn: number) => Reply)): Promise<TestServer> {
  let turn = 0;
  server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const reply =
      typeof replies === 'function'
        ? replies({ path: pathname, query: searchParams }, turn)
        : replies[Math.min(turn, replies.length - 1)];
    turn += 1;
    if (reply === 'cut' || reply === undefined) request.socket.destroy();
    else json(response, reply.body, reply.status);
  });
  return server;
}

function message(id: number, at: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    msgid: id,
    msg_ctime: at,
    msg_type: 'text',
    target_type: 'single',
    from_id: 'a',
    from_platform: 'i',
    target_id: 'b',
    ...changes,
  };
}

function page(messages: readonly unknown[], cursor?: string): Reply {
  return { body: { total: 3000, count: messages.length, cursor, messages } };
}

const expired: Reply = { status: 400, body: { error: { code: 899003, message: 'Parameter invalid' } } };
const empty = page([]);

async function walk(changes: Partial<HistoryWalk> = {}): Promise<HistoryPage[]> {
  const clock = createFakeClock(now);
  const endpoint = { name: 'China', hints: {}, codes: {}, secrets: [] };
  const http = createHttp({ ...borrowed(clock), baseUrl: server?.url ?? '', headers: {}, endpoint });
  const pages: HistoryPage[] = [];
  const all: HistoryWalk = { http, clock, zone, scope: { of: 'all' }, from: now - hour, to: now, ...changes };
  for await (const found of walkHistory(all)) pages.push(inEnglish(found) as HistoryPage); // reasons as they read
  return pages;
}

function ids(pages: readonly HistoryPage[]): string[] {
  return pages.flatMap((found) => found.messages.map((one) => one.id.split(':')[0] ?? ''));
}

describe('a walk through the message history', () => {
  it('asks for a thousand a page, in the zone of the platform, and then by cursor alone', async () => {
    const { requests } = await serve([
      page([message(1, now - 5_000)], 'A/B+C='),
      page([message(2, now - 4_000)], 'D'),
      empty,
    ]);
    const pages = await walk();
    expect(requests).toEqual([
      '/messages?count=1000&begin_time=2026-11-22%2010%3A59%3A59&end_time=2026-11-22%2012%3A00%3A00',
      '/messages?cursor=A%2FB%2BC%3D',
      '/messages?cursor=D',
    ]);
    expect(ids(pages)).toEqual(['1', '2']);
    expect(pages[0]).toMatchObject({ total: 3000, partial: false });
  });

  it.each<[string, HistoryScope, string]>([
    ['a user', { of: 'user', name: 'wang fang/../x?' }, '/users/wang%20fang%2F..%2Fx%3F/messages'],
    ['a group', { of: 'group', id: '10055201' }, '/groups/10055201/messages'],
    ['a room', { of: 'room', id: '7' }, '/chatrooms/7/messages'],
  ])('can be about %s', async (_what, scope, path) => {
    const { requests } = await serve([empty]);
    await walk({ scope });
    expect(requests[0]?.split('?')[0]).toBe(path);
  });

  it.each(['', '.', '..'])('refuses the name "%s", which no address can hold', async (name) => {
    const { requests } = await serve([empty]);
    await expect(walk({ scope: { of: 'user', name } })).rejects.toMatchObject({ kind: 'bad-request' });
    expect(requests).toEqual([]);
  });

  it('keeps who, when and which kind, and no text', async () => {
    await serve([
      page([
        message(1, now - 9_000, { msg_body: { text: 'secret words' }, target_type: 'group', msg_type: 'voice' }),
        message(2, now - 8_000, { target_type: 'chatroom', msg_type: 'image' }),
        message(3, now - 7_000, { target_type: 'planet', msg_type: 'eventNotification' }),
        { msgid: 4, create_time: (now - 6_000) / 1_000, from_id: 'x'.repeat(500) },
        { msgid: 5 },
        'nonsense',
      ]),
    ]);
    const [found] = await walk();
    expect(found?.messages).toMatchObject([
      { target: 'group', type: 'voice', from: 'a', client: 'ios', to: 'b', at: now - 9_000 },
      { target: 'room', type: 'image' },
      { target: 'other', type: 'other' },
      { at: now - 6_000, from: 'x'.repeat(128), target: 'other' },
    ]);
    expect(JSON.stringify(found)).not.toContain('secret words');
  });

  it('splits a long span into weeks that share their border second, and gives a message of that second once', async () => {
    const border = now - 3 * day - 1_000;
    const { requests } = await serve((_ask, turn) => page(turn === 2 ? [] : [message(7, border)]));
    const pages = await walk({ from: now - 10 * day, to: now });
    const spans = requests.map((request) => new URLSearchParams(request.split('?')[1]));
    expect(spans.map((query) => [query.get('begin_time'), query.get('end_time')])).toEqual([
      ['2026-11-12 11:59:59', '2026-11-19 11:59:59'],
      ['2026-11-19 11:59:59', '2026-11-22 12:00:00'],
    ]);
    expect(ids(pages)).toEqual(['7']);
    expect(pages.every((found) => found.total === undefined)).toBe(true);
  });

  it('leaves out what the platform adds at the borders, and believes it about clocks that are far off', async () => {
    const from = now - hour;
    await serve([page([message(1, from - 500), message(2, from), message(3, from - 3 * day), message(4, now)])]);
    expect(ids(await walk())).toEqual(['2', '3']);
  });

  it('gives one empty page when there is nothing, or nothing is asked', async () => {
    await serve([empty]);
    expect(await walk()).toEqual([expect.objectContaining({ messages: [], total: 0, partial: false })]);
    expect(await walk({ from: now, to: now - hour })).toEqual([
      expect.objectContaining({ messages: [], total: 0, partial: false }),
    ]);
  });

  it('tells messages apart whose numbers are too large for JSON', async () => {
    await serve([{ body: { messages: [message(2 ** 53, now - 2_000), message(2 ** 53, now - 1_000)] } }]);
    expect((await walk())[0]?.messages).toHaveLength(2);
  });
});

describe('the end of a walk', () => {
  it.each([
    ['no cursor', undefined],
    ['an empty cursor', ''],
    ['a cursor that is null', null],
  ])('comes with %s', async (_what, cursor) => {
    const { requests } = await serve([{ body: { cursor, messages: [message(1, now - 1_000)] } }]);
    expect(await walk()).toHaveLength(1);
    expect(requests).toHaveLength(1);
  });

  it('comes with an empty page, even when that has a cursor too', async () => {
    const { requests } = await serve([page([message(1, now - 1_000)], 'A'), page([], 'B')]);
    expect(ids(await walk())).toEqual(['1']);
    expect(requests).toHaveLength(2);
  });

  it('comes when the same page is sent for ever', async () => {
    const { requests } = await serve([{ body: { total: 1, cursor: 'A', messages: [message(1, now - 1_000)] } }]);
    const pages = await walk();
    expect(ids(pages)).toEqual(['1']);
    expect(pages.some(({ partial }) => partial)).toBe(false);
    expect(requests).toHaveLength(2);
  });

  it('is said to be early when the same page is sent for ever and there are more messages', async () => {
    await serve([page([message(1, now - 1_000)], 'A')]);
    const pages = await walk();
    expect(ids(pages)).toEqual(['1']);
    expect(pages.at(-1)).toMatchObject({ partial: true, reasons: [expect.stringContaining('again and again')] });
  });

  it('does not come with a page of repeats: new messages may stand behind it', async () => {
    const [a, b, c] = [1, 2, 3].map((id) => message(id, now - 10_000 + id));
    await serve([page([a, b], 'A'), page([b, a], 'B'), page([c], 'C'), empty]);
    expect(ids(await walk())).toEqual(['1', '2', '3']);
  });

  it('comes after everything when a later walk goes on among what an earlier one has had', async () => {
    const recent = createRecentMessages();
    const minutes = (from: number, to: number): Record<string, unknown>[] =>
      Array.from({ length: (to - from) * 10 }, (_, index) =>
        message(from * 10 + index, now - 600_000 + (from * 10 + index) * 6_000),
      );
    const serveInPages = (all: readonly Record<string, unknown>[]) =>
      serve(({ query }) => {
        const skip = Number(query.get('cursor') ?? 0);
        return page(all.slice(skip, skip + 4), `${skip + 4}`);
      });
    await serveInPages(minutes(0, 1));
    expect(ids(await walk({ recent }))).toHaveLength(10);
    await server?.stop();
    await serveInPages(minutes(0, 3));
    expect(ids(await walk({ recent }))).toHaveLength(20);
  });

  it('comes early, and says so, when there are more pages than allowed', async () => {
    await serve((_ask, turn) => page([message(turn, now - 60_000 + turn)], `C${turn}`));
    const pages = await walk({ maxPages: 3 });
    expect(ids(pages)).toEqual(['0', '1', '2']);
    expect(pages.at(-1)).toMatchObject({
      messages: [],
      partial: true,
      reasons: [expect.stringContaining('more pages')],
    });
  });

  it('says from when on JMessage still keeps messages', async () => {
    const { requests } = await serve([empty]);
    const pages = await walk({ from: now - 61 * day, to: now - 58 * day });
    expect(requests[0]).toContain('begin_time=2026-09-23%2012%3A00%3A59');
    expect(pages.at(-1)).toMatchObject({ partial: true, reasons: [expect.stringContaining('60 days')] });
  });

  it.each([['cut' as const], [{ status: 503, body: {} }], [{ status: 429, body: { retryAfter: 60 } }]])(
    'comes early with what there is when the platform fails later on (%j)',
    async (failure) => {
      await serve([page([message(1, now - 1_000)], 'A'), failure]);
      const pages = await walk();
      expect(ids(pages)).toEqual(['1']);
      expect(pages.at(-1)).toMatchObject({ partial: true, reasons: [expect.stringContaining('China did not answer')] });
    },
  );

  it.each([
    ['at the first page', [{ status: 503, body: {} }], 'unavailable'],
    ['because the key is refused', [page([message(1, now - 1_000)], 'A'), { status: 401, body: {} }], 'auth'],
    ['because it may not', [page([message(1, now - 1_000)], 'A'), { status: 403, body: {} }], 'forbidden'],
    ['because no message has a time', [page([{ msgid: 1 }], 'A')], 'bad-response'],
  ])('is an error when it fails %s', async (_when, replies, kind) => {
    await serve(replies);
    await expect(walk()).rejects.toMatchObject({ kind });
  });

  it('is an error when somebody stops it', async () => {
    await serve([page([message(1, now - 1_000)], 'A')]);
    const stop = new AbortController();
    const clock = createFakeClock(now);
    const endpoint = { name: 'China', hints: {}, codes: {}, secrets: [] };
    const http = createHttp({ ...borrowed(clock), baseUrl: server?.url ?? '', headers: {}, endpoint });
    const pages = walkHistory({
      http,
      clock,
      zone,
      scope: { of: 'all' },
      from: now - hour,
      to: now,
      signal: stop.signal,
    });
    await pages.next();
    stop.abort();
    await expect(pages.next()).rejects.toMatchObject({ kind: 'aborted' });
  });
});

describe('a cursor that expires', () => {
  it('is replaced by asking again from a minute before the last message, without repeats', async () => {
    const old = message(1, now - 30 * 60_000);
    const last = message(2, now - 10 * 60_000);
    const fresh = message(3, now - 5 * 60_000);
    const { requests } = await serve([page([old, last], 'A'), expired, page([last, fresh], 'B'), empty]);
    const pages = await walk();
    expect(ids(pages)).toEqual(['1', '2', '3']);
    expect(pages.some((found) => found.partial)).toBe(false);
    expect(requests[2]).toContain('begin_time=2026-11-22%2011%3A49%3A00');
  });

  it('is not taken for the end when a page after it holds repeats only', async () => {
    const last = message(2, now - 10 * 60_000);
    await serve([page([last], 'A'), expired, page([last], 'B'), page([message(3, now - 60_000)])]);
    expect(ids(await walk())).toEqual(['2', '3']);
  });

  it('ends the walk early when it happens a fourth time', async () => {
    let turn = 0;
    const { requests } = await serve(({ query }) => {
      turn += 1;
      return query.has('cursor') ? expired : page([message(turn, now - hour + turn * 60_000)], 'A');
    });
    const pages = await walk();
    expect(requests).toHaveLength(8);
    expect(pages.at(-1)).toMatchObject({ partial: true, reasons: [expect.stringContaining('expired too often')] });
  });

  it('is no reason to doubt a first request that is refused', async () => {
    await serve([expired]);
    await expect(walk()).rejects.toMatchObject({ kind: 'bad-request' });
  });
});
