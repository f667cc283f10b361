// What services answer: bytes of any kind end in a value or in an error of ours, soon and caught, and the next right answer is taken.
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import type { AlertView } from '../../src/alerting/notification.ts';
import { createQuickChartRenderer } from '../../src/charts/quickchart-renderer.ts';
import { minute, second, systemClock } from '../../src/clock.ts';
import { createPagerDuty } from '../../src/delivery/pagerduty.ts';
import { BotError, DeliveryError, PlatformError } from '../../src/errors.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { limitAnswers, openNetwork } from '../../src/network.ts';
import { imkit } from '../../src/platforms/imkit/index.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { createWebClient } from '../../src/slack/client.ts';
import { toDeliveryError } from '../../src/slack/errors.ts';
import { identify } from '../../src/slack/identity.ts';
import { englishWording } from '../../src/wording.ts';
import { chartModel } from '../charts/sample-models.ts';
import { borrowed, impatient, testApp } from '../platforms/server.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { json, jsonText, mutated, trials, uncaughtDuring } from './inputs.ts';

// The long form takes minutes.
vi.setConfig({ testTimeout: 900_000 });

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

/** A server that answers every request with the bytes of now and ends the connection. */
async function rawServer() {
  let bytes: Uint8Array = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => server.close());
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    answer: (next: Uint8Array) => {
      bytes = next;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

function written({ status, headers, body }: Answer): Uint8Array {
  const head = [`HTTP/1.1 ${status} Status`, 'connection: close', ...headers];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

const seven = Array.from({ length: 7 }, () => 'gzip').join(', ');
const encodings = [
  'gzip',
  'br',
  'deflate',
  'zstd',
  'x-gzip',
  'identity',
  'nonsense',
  seven,
  'gzip, br, gzip',
  ',,,',
  '',
];
const waits = [
  '0',
  '-1',
  '60',
  '2678400',
  '1e999',
  'NaN',
  'soon',
  'Wed, 21 Oct 2099 07:28:00 GMT',
  '99999999999999999999',
];

const header = fc.oneof(
  fc.constantFrom(...encodings).map((encoding) => `content-encoding: ${encoding}`),
  fc.constantFrom(...waits).map((wait) => `retry-after: ${wait}`),
  fc.constantFrom(...waits).map((wait) => `x-rate-limit-reset: ${wait}`),
  fc.constantFrom('0', '5', '999999', '-1', 'x', '1e9').map((length) => `content-length: ${length}`),
  fc.constantFrom(
    'content-type: application/json',
    'content-type: image/png',
    'content-type: text/html; charset=utf-16',
    'transfer-encoding: chunked',
    'location: http://127.0.0.1:1/',
    'location: //',
    'set-cookie: a=b',
    'no colon at all',
    `x-long: ${'x'.repeat(20_000)}`,
    'upgrade: websocket',
  ),
);

const statuses = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      100,
      101,
      103,
      201,
      204,
      205,
      301,
      302,
      304,
      400,
      401,
      403,
      404,
      408,
      410,
      413,
      429,
      500,
      502,
      503,
      599,
      999,
    ),
  },
);

/** Bytes that a service may answer with where `right` would be its answer. */
function answers(right: unknown): fc.Arbitrary<Uint8Array> {
  const body = fc.oneof(
    { weight: 60, arbitrary: jsonText(fc.oneof(mutated(right), json)).map((text) => Buffer.from(text)) },
    { weight: 10, arbitrary: fc.constant(gzipSync(JSON.stringify(right))) },
    { weight: 10, arbitrary: fc.constant(gzipSync(JSON.stringify(right)).subarray(0, 20)) },
    { weight: 10, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    // A bomb: 9 MB of zeros in 9 KB. It is the same one each time, and takes as long as a hundred other answers.
    { weight: 3, arbitrary: fc.constant(bomb) },
  );
  const whole = fc
    .record({ status: statuses, headers: fc.array(header, { maxLength: 3 }), body })
    .map((answer) => written(answer));
  return fc.oneof(
    { weight: 12, arbitrary: whole },
    { weight: 1, arbitrary: fc.tuple(whole, fc.nat(300)).map(([bytes, at]) => bytes.subarray(0, at)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
  );
}

const bomb = gzipSync(Buffer.alloc(9_000_000));

interface Service {
  readonly name: string;
  readonly right: unknown;
  readonly type?: string;
  /** Asks it once; what is raised is of one of these kinds. */
  open(url: string): () => Promise<unknown>;
  readonly raises: typeof BotError | typeof PlatformError | typeof DeliveryError;
}

const view: AlertView = {
  incident: 'memory-low@1',
  rule: 'memory-low',
  app: { id: 'prod', name: 'Production chat' },
  colour: 'red',
  level: 'critical',
  headline: verbatim('Critical: free memory 5 %'),
  lines: [],
  mentions: [],
  actions: [],
  openedAt: 1_795_287_600_000,
};

const clock = createFakeClock('2026-11-22T10:00:05Z');
const network = openNetwork({});
const fetch = limitAnswers(network.fetch);
const quick = { ...impatient, headers: 2 * second, body: 2 * second, retries: 1, longestWait: 5 };

const services: readonly Service[] = [
  {
    name: 'IMKit',
    right: {
      RC: 0,
      result: {
        startTime: '2026-11-22T09:00:00Z',
        end: 1_795_341_600,
        userList: ['a', 'b'],
        roomCount: 1,
        messageCount: 7,
        totalMem: 9,
        freeMem: 3,
      },
    },
    open: (url) => {
      const platform = imkit.open({
        ...borrowed(clock),
        fetch: network.fetch,
        limits: quick,
        app: testApp(imkit),
        access: { url, apiKey: 'ak_1' },
      });
      return () => platform.snapshot();
    },
    raises: PlatformError,
  },
  {
    name: 'JMessage',
    right: [{ active_users: 29, total_users: 66_938, send_msg_users: 7, new_users: 2, date: '2026-11-22' }],
    open: (url) => {
      const access = { url, appKey: 'a', masterSecret: 'b' };
      const platform = jmessage.open({
        ...borrowed(clock),
        fetch: network.fetch,
        limits: quick,
        app: testApp(jmessage),
        access,
      });
      return () => platform.snapshot();
    },
    raises: PlatformError,
  },
  {
    name: 'Slack',
    right: {
      ok: true,
      user_id: 'U0BOT',
      team_id: 'T0',
      team: 'x',
      response_metadata: { scopes: ['commands'], messages: ['a'] },
      error: 'fatal_error',
    },
    open: (url) => {
      const client = createWebClient('xoxb-1', { apiUrl: url, fetch, logger: silentLogger, secrets: [] });
      return () =>
        identify(client).catch((error: unknown) => {
          throw error instanceof DeliveryError ? error : toDeliveryError(error);
        });
    },
    raises: DeliveryError,
  },
  {
    name: 'PagerDuty',
    right: { status: 'success', message: 'Event processed', errors: ['a'] },
    open: (url) => {
      const pager = createPagerDuty({ url, routingKey: 'R0', fetch, clock: systemClock, wording: englishWording });
      return () => pager.send('trigger', view);
    },
    raises: DeliveryError,
  },
  {
    name: 'QuickChart',
    right: [0x89, 0x50],
    type: 'image/png',
    open: (url) => {
      const renderer = createQuickChartRenderer({ url, fetch, clock: systemClock });
      return () => renderer.draw(chartModel());
    },
    raises: BotError,
  },
];

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

it.each(services)(
  `$name may answer ${trials} times with any bytes, and then rightly`,
  async ({ right, type = 'application/json', open, raises }) => {
    const server = await rawServer();
    const ask = open(server.url);
    const uncaught = await uncaughtDuring(async () => {
      await fc.assert(
        fc.asyncProperty(answers(right), async (bytes) => {
          server.answer(bytes);
          const began = performance.now();
          const failure: unknown = await ask().then(
            () => undefined,
            (error: unknown) => error,
          );
          if (failure !== undefined) expect(failure).toBeInstanceOf(raises);
          if (failure instanceof DeliveryError || failure instanceof PlatformError) {
            expect(failure.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
            expect(failure.retryAfterMs ?? 0).toBeLessThanOrEqual(15 * minute);
          }
          if (failure instanceof BotError) expect(failure.message.length).toBeLessThan(1_000);
          expect(performance.now() - began).toBeLessThan(5 * second);
        }),
        { numRuns: trials },
      );
      const body = type === 'image/png' ? png : Buffer.from(JSON.stringify(right));
      server.answer(written({ status: 200, headers: [`content-type: ${type}`], body }));
      // Opened anew: after a refusal JMessage knows which statistics are not paid for.
      await open(server.url)();
    });
    expect(uncaught).toEqual([]);
  },
);

it.each(services)('an answer of $name in seven encodings is a failure like any other', async ({ open, raises }) => {
  const server = await rawServer();
  const ask = open(server.url);
  const uncaught = await uncaughtDuring(async () => {
    for (const status of [200, 503]) {
      server.answer(written({ status, headers: [`content-encoding: ${seven}`], body: Buffer.from('x') }));
      await expect(ask()).rejects.toBeInstanceOf(raises);
    }
  });
  expect(uncaught).toEqual([]);
});
