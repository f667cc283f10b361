// What comes from Slack: any request over HTTP and any frame of a socket is answered or left aside, and the next right one is answered.
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { isValidSlackRequest } from '@slack/bolt';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { startBot, type TestBot, undoAll, words } from '../slack/slack-harness.ts';
import { json, jsonText, localFetch, mutated, text, trials, uncaughtDuring } from './inputs.ts';

// The long form takes minutes.
vi.setConfig({ testTimeout: 900_000 });

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const responseUrl = 'http://127.0.0.1:1/response';
const command = {
  command: '/imstats',
  text: 'help',
  user_id: 'U0ALICE',
  channel_id: 'C0IMOPS',
  team_id: 'T0LOCAL',
  response_url: responseUrl,
  trigger_id: '1.2.a',
};
const click = {
  type: 'block_actions',
  trigger_id: '1.2.b',
  user: { id: 'U0ALICE', team_id: 'T0LOCAL' },
  team: { id: 'T0LOCAL', enterprise_id: null },
  channel: { id: 'C0IMOPS' },
  container: { is_ephemeral: true, message_ts: '1.2', thread_ts: '1.1' },
  response_url: responseUrl,
  actions: [{ action_id: 'numbers', value: 'a', selected_option: { value: 'b' } }],
};
const submission = {
  type: 'view_submission',
  trigger_id: '1.2.c',
  user: { id: 'U0ALICE' },
  team: { id: 'T0LOCAL' },
  view: { id: 'V1', callback_id: 'x', private_metadata: '', title: { text: 't' }, state: { values: { a: { b: 1 } } } },
};
const event = {
  type: 'event_callback',
  event_id: 'Ev1',
  team_id: 'T0LOCAL',
  authorizations: [{ team_id: 'T0LOCAL', enterprise_id: null, is_enterprise_install: false }],
  event: {
    type: 'app_mention',
    user: 'U0ALICE',
    text: '<@U0BOT> help',
    channel: 'C0IMOPS',
    ts: '1.2',
    thread_ts: '1.1',
  },
};
const home = { ...event, event: { type: 'app_home_opened', user: 'U0ALICE', tab: 'home' } };
const challenge = { type: 'url_verification', challenge: 'abc' };
const payloads = fc.oneof(...[click, submission, event, home, challenge].map(mutated), json);

/** The fields of a form, with a field that may be there twice. */
const form = fc.oneof(
  mutated(command).map((fields) =>
    new URLSearchParams(
      Object.entries(fields ?? {}).map(([name, value]): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ).toString(),
  ),
  jsonText(payloads).map((payload) => `payload=${encodeURIComponent(payload.toWellFormed())}`),
  jsonText(payloads).map((payload) => `payload=${encodeURIComponent(payload.toWellFormed())}&payload=null&ssl_check=2`),
  fc.constantFrom(
    'payload=null',
    'payload=0',
    'payload=[]',
    'payload=%',
    'ssl_check=1',
    'ssl_check=1&payload=null',
    '%%%',
    '=',
  ),
);

const requests: fc.Arbitrary<Request> = fc.record({
  body: fc.oneof(form, jsonText(payloads), text),
  type: fc.constantFrom(
    ...['application/x-www-form-urlencoded', 'application/json', 'application/json; charset=utf-16', 'text/plain', ''],
  ),
  headers: fc.subarray(
    [
      'content-encoding: gzip, br, gzip',
      'x-slack-retry-num: 9999999999999999999',
      'x-slack-retry-num: none',
      'x-slack-signature: v0=again',
      'x-slack-request-timestamp: -1',
      'expect: 100-continue',
    ],
    { maxLength: 1 },
  ),
  signed: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  path: fc.oneof(
    { weight: 19, arbitrary: fc.constant('/slack/events') },
    { weight: 1, arbitrary: fc.constantFrom('//', '/slack/events?x=%', '*', '/%E0%A4%A', '/slack/events/') },
  ),
  /** Ends the connection before the end of the body. */
  isCut: fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
interface Request {
  readonly body: string;
  readonly type: string;
  readonly headers: readonly string[];
  readonly signed: boolean;
  readonly path: string;
  readonly isCut: boolean;
}

/** Posts it as bytes on a connection of its own; resolves with the status, undefined when the connection was ended first. */
function post(
  { slack, workspace }: TestBot,
  { body, type, headers, signed, path, isCut }: Request,
): Promise<number | undefined> {
  const bytes = Buffer.from(body);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const hmac = createHmac('sha256', workspace.tokens.signingSecret)
    .update(`v0:${timestamp}:${bytes.toString()}`)
    .digest('hex');
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    'connection: close',
    ...(type === '' ? [] : [`content-type: ${type}`]),
    `content-length: ${bytes.length + (isCut ? 10 : 0)}`,
    `x-slack-request-timestamp: ${timestamp}`,
    `x-slack-signature: v0=${signed ? hmac : 'wrong'}`,
    ...headers,
  ];
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(slack.port() ?? 0, '127.0.0.1', () => {
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      socket.write(bytes);
      if (isCut) socket.end();
    });
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', (error) => (isCut ? resolve(undefined) : reject(error)));
    socket.on('close', () => {
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
      resolve(statuses.at(-1));
    });
  });
}

async function expectAnswers({ workspace, person, channel }: TestBot): Promise<void> {
  const asked = await workspace.command({ user: person, channel, text: 'help' });
  expect(asked.acknowledged).toBe('in time');
  expect((await asked.replied()).ephemeralTo).toBe(person);
}

describe('over HTTP', () => {
  it(`answers ${trials} requests of any content at once, and then a right one`, async () => {
    const bot = await startBot(undo, { renderers: [words], fetch: localFetch });
    const uncaught = await uncaughtDuring(async () => {
      await fc.assert(
        fc.asyncProperty(requests, async (request) => {
          const began = performance.now();
          const status = await post(bot, request);
          if (request.isCut) return;
          expect([200, 400, 401, 404, 413]).toContain(status);
          // Bolt would leave what it does not know without an answer for three seconds.
          expect(performance.now() - began).toBeLessThan(2_500);
        }),
        { numRuns: trials },
      );
      await expectAnswers(bot);
    });
    expect(uncaught).toEqual([]);
    expect(bot.slack.ready()).toBe(true);
  });

  it.each([
    'payload=null',
    'payload=0',
    'payload=%5B%5D',
    'null',
    '0',
    '[]',
    '{"type":"url_verification","challenge":null}',
    '{"event":null}',
    '{"type":{"toString":1}}',
  ])('answers the signed body %s with 400', async (body) => {
    const bot = await startBot(undo);
    const type = body.startsWith('payload') ? 'application/x-www-form-urlencoded' : 'application/json';
    const plain = { headers: [], signed: true, path: '/slack/events', isCut: false };
    const uncaught = await uncaughtDuring(async () => {
      expect(await post(bot, { ...plain, body, type })).toBe(400);
    });
    expect(uncaught).toEqual([]);
  });

  it(`believes ${trials} signatures and times where Bolt believes them, and no time far ahead`, async () => {
    const { slack, workspace } = await startBot(undo);
    const { signingSecret } = workspace.tokens;
    const attempts = fc.record({
      secret: fc.oneof({ weight: 3, arbitrary: fc.constant(signingSecret) }, { weight: 1, arbitrary: fc.string() }),
      version: fc.oneof({ weight: 3, arbitrary: fc.constant('v0') }, { weight: 1, arbitrary: fc.constant('v1') }),
      signed: text,
      sent: fc.option(text, { freq: 3 }),
      seconds: fc.constantFrom(-86_400, -310, -290, -1, 0, 1, 290, 310, 86_400),
      change: fc.constantFrom<(signature: string) => string>(
        ...[(all: string) => all, (all: string) => all, (all: string) => all.toUpperCase()],
        ...[(all: string) => all.slice(0, -1), (all: string) => `${all}0`, () => 'v0', () => 'v0=', () => '='],
      ),
    });
    await fc.assert(
      fc.asyncProperty(attempts, async ({ secret, version, signed, sent, seconds, change }) => {
        const timestamp = Math.floor(Date.now() / 1_000) + seconds;
        const body = (sent ?? signed).toWellFormed();
        const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:${signed.toWellFormed()}`).digest('hex');
        const headers = {
          'x-slack-signature': change(`${version}=${hmac}`),
          'x-slack-request-timestamp': timestamp,
        };
        const isBelieved = isValidSlackRequest({ signingSecret, body, headers }) && seconds < 300;
        const answer = await localFetch(`http://127.0.0.1:${slack.port()}/slack/events`, {
          method: 'POST',
          headers: { ...headers, 'x-slack-request-timestamp': String(timestamp), 'content-type': 'application/json' },
          body,
        });
        expect(answer.status !== 401).toBe(isBelieved);
      }),
      {
        numRuns: trials,
        examples: [
          [{ secret: signingSecret, version: 'v0', signed: '{}', sent: null, seconds: 310, change: (all) => all }],
        ],
      },
    );
  });

  it('counts what it cannot read, and logs it once a minute, without its content', async () => {
    const bot = await startBot(undo);
    const plain = { headers: [], signed: true, path: '/slack/events', isCut: false, type: 'application/json' };
    for (let count = 0; count < 5; count += 1) await post(bot, { ...plain, body: '{"secret-content":"' });
    await post(bot, { ...plain, body: '{"command":"/imstats","text":"secret-content"}' });
    const lines = bot.log.filter(({ message }) => message === 'What Slack sent could not be read');
    expect(lines.map(({ fields }) => fields['entrance'])).toEqual(['http', 'payload']);
    expect(JSON.stringify(bot.log)).not.toContain('secret-content');
    const metrics = await bot.telemetry.text();
    expect(metrics).toContain('imstats_unreadable_requests_total{entrance="http"} 5');
    expect(metrics).toContain('imstats_unreadable_requests_total{entrance="payload"} 1');
  });
});

describe('over a socket', () => {
  const envelopes = fc.oneof(
    ...[
      { type: 'slash_commands', payload: command },
      { type: 'interactive', payload: click },
      { type: 'interactive', payload: submission },
      { type: 'events_api', payload: event },
      { type: 'events_api', payload: home },
      { type: 'hello', num_connections: 1 },
    ].map((envelope) => mutated({ envelope_id: 'e1', accepts_response_payload: true, retry_attempt: 0, ...envelope })),
    json,
    fc
      .constantFrom('error', 'close', 'connected', 'disconnected', 'ws_message', 'slack_event', 'authenticated')
      .chain((type) =>
        fc.constantFrom({ type }, { type: 'events_api', envelope_id: 'e', payload: { event: { type } } }),
      ),
  );
  const frames = fc.oneof(
    { weight: 9, arbitrary: jsonText(envelopes) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
  // This one is understood: the connection is opened anew, as other tests hold.
  const isGoodbye = (frame: string | Uint8Array): boolean =>
    typeof frame === 'string' && frame.includes('"disconnect"');

  it(`survives ${trials} frames of any content, and answers a right one`, async () => {
    const slack = await startSockets();
    const bot = await startBot(undo, { mode: 'socket', renderers: [words], fetch: slack.fetch });
    const uncaught = await uncaughtDuring(async () => {
      await fc.assert(
        fc.asyncProperty(
          frames.filter((frame) => !isGoodbye(frame)),
          async (frame) => {
            const socket = await slack.socket();
            socket.send(frame);
            await passed(socket);
          },
        ),
        { numRuns: trials },
      );
      const answer = await slack.ask({ type: 'slash_commands', payload: { ...command, trigger_id: '9.9.a' } });
      expect(JSON.stringify(answer)).toContain('/imstats');
    });
    expect(uncaught).toEqual([]);
    expect(bot.slack.ready()).toBe(true);
  });

  it('opens a connection anew when bytes come that are no frame', async () => {
    const slack = await startSockets();
    const bot = await startBot(undo, { mode: 'socket', renderers: [words], fetch: slack.fetch });
    const uncaught = await uncaughtDuring(async () => {
      for (const bytes of [Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from('HTTP/1.1 400 no\r\n\r\n')]) {
        await expect.poll(() => slack.open.length, { timeout: 20_000 }).toBe(2);
        const before = slack.opened();
        slack.rawWrite(bytes);
        await expect.poll(() => slack.opened(), { timeout: 20_000 }).toBe(before + 2);
      }
      await expect.poll(() => slack.open.length, { timeout: 20_000 }).toBe(2);
      const answer = await slack.ask({ type: 'slash_commands', payload: { ...command, trigger_id: '9.9.z' } });
      expect(JSON.stringify(answer)).toContain('/imstats');
    });
    expect(uncaught).toEqual([]);
    expect(bot.slack.ready()).toBe(true);
  });

  /** Whatever Slack answers to the request for a connection, the next right answer opens one. */
  it('keeps asking for a connection, whatever the answer is', async () => {
    const slack = await startSockets();
    const answers = [{ ok: true }, { ok: true, url: 'no address' }, { ok: false, error: 'internal_error' }, null];
    const fetchBadly: typeof fetch = async (input, init) => {
      const isOpen = String(input).includes('apps.connections.open');
      return isOpen && answers.length > 0 ? Response.json(answers.shift()) : slack.fetch(input, init);
    };
    const uncaught = await uncaughtDuring(async () => {
      const bot = await startBot(undo, { mode: 'socket', renderers: [words], fetch: fetchBadly });
      await expect.poll(() => bot.slack.ready(), { timeout: 30_000 }).toBe(true);
      expect(answers).toEqual([]);
    });
    expect(uncaught).toEqual([]);
  }, 60_000);
});

/** Sockets of Slack that say what a test wants; all else is asked of the local Slack. */
async function startSockets() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  undo.push(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  let opened = 0;
  const open: WebSocket[] = [];
  server.on('connection', (socket) => {
    opened += 1;
    open.push(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.splice(open.indexOf(socket), 1));
    socket.send(JSON.stringify({ type: 'hello' }));
  });
  undo.push(() => open.forEach((socket) => void socket.terminate()));
  const fetch: typeof globalThis.fetch = async (input, init) =>
    String(input).includes('apps.connections.open') ? Response.json({ ok: true, url }) : localFetch(input, init);
  const socket = async (): Promise<WebSocket> => {
    await expect.poll(() => open.length, { timeout: 20_000 }).toBeGreaterThan(0);
    const [first] = open;
    if (first === undefined) throw new Error('no connection is open');
    return first;
  };
  return {
    fetch,
    socket,
    open,
    opened: () => opened,
    /** Bytes beneath the protocol, to every connection. */
    rawWrite: (bytes: Uint8Array) => {
      for (const one of open) (one as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket.write(bytes);
    },
    ask: async (envelope: object): Promise<unknown> => {
      const one = await socket();
      const id = `ask-${opened}-${performance.now()}`;
      return new Promise((resolve) => {
        one.on('message', (data) => {
          const answer: { envelope_id?: string; payload?: unknown } = JSON.parse(String(data));
          if (answer.envelope_id === id) resolve(answer.payload);
        });
        one.send(JSON.stringify({ envelope_id: id, accepts_response_payload: true, ...envelope }));
      });
    },
  };
}

/** Resolves when everything that was sent before has been read: the answer to a ping comes in its turn. */
function passed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('pong', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('pong', done);
    socket.on('close', done);
    socket.ping();
  });
}
