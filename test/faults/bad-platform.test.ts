// What platforms get wrong: a short, private, helpful answer, a flat line in the log that says how it failed, and nothing that was known changes.
import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { second } from '../../src/clock.ts';
import { startServer } from '../platforms/server.ts';
import { askBadly, questionLine } from './ask-badly.ts';
import { chinaApp } from './configuration.ts';
import { poll } from './scenario.ts';
import { type WholeBot, type WholeOptions, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

interface BadPlatform {
  readonly what: string;
  readonly reads: RegExp;
  /** The kind of failure in the line of the question. */
  readonly failure: string;
  answer(response: ServerResponse): void;
}

const status =
  (code: number, body = '{"RC":1,"RM":"no"}') =>
  (response: ServerResponse) =>
    void response.writeHead(code, { 'content-type': 'application/json' }).end(body);

const page = '<!doctype html><h1>Sign in</h1>';
const garbage = '\u0000{"RC":0,"result"';

const badPlatforms: readonly BadPlatform[] = [
  { what: 'a web page', reads: /web page/, failure: 'bad-response', answer: (response) => void response.end(page) },
  { what: 'nothing', reads: /empty/, failure: 'bad-response', answer: (response) => void response.end() },
  { what: 'garbage', reads: /not JSON/, failure: 'bad-response', answer: (response) => void response.end(garbage) },
  {
    what: 'numbers of another shape',
    reads: /not as documented/,
    failure: 'bad-response',
    answer: (response) => void response.end('{"RC":0,"result":[1,2]}'),
  },
  { what: '401', reads: /HTTP 401.*key/, failure: 'auth', answer: status(401) },
  { what: '403', reads: /HTTP 403/, failure: 'forbidden', answer: status(403) },
  { what: '404', reads: /HTTP 404/, failure: 'not-found', answer: status(404) },
  { what: '410', reads: /HTTP 410/, failure: 'gone', answer: status(410) },
  {
    what: '429',
    reads: /HTTP 429/,
    failure: 'rate-limited',
    answer: status(429, '{"error":"RATE_LIMIT_EXCEEDED","retryAfter":60}'),
  },
  { what: '500', reads: /HTTP 500/, failure: 'unavailable', answer: status(500) },
  {
    what: 'a connection that breaks',
    reads: /connection/,
    failure: 'network',
    answer: (response) => void response.destroy(),
  },
];

const platforms = [
  {
    app: 'prod',
    name: 'IMKit',
    options: (url: string, pollEvery: string): WholeOptions => ({ imkitUrl: url, pollEvery }),
  },
  {
    app: 'china',
    name: 'JMessage',
    options: (url: string, pollEvery: string): WholeOptions => ({
      jmessageUrl: url,
      apps: chinaApp(pollEvery),
      alerts: '',
    }),
  },
] as const;

/** A bot whose only platform answers like this. */
async function withPlatform(
  { options }: (typeof platforms)[number],
  answer: (response: ServerResponse) => void,
  work: (whole: WholeBot) => Promise<void>,
  pollEvery = '10s',
): Promise<void> {
  const server = await startServer((_request, response) => answer(response));
  try {
    await withWholeBot(options(server.url, pollEvery), work);
  } finally {
    await server.stop();
  }
}

/** No key of a platform is anywhere in the log. */
function expectNoKeys({ log, platforms: { imkit, jmessage } }: WholeBot): void {
  const logged = JSON.stringify(log);
  for (const key of [imkit.apiKey, jmessage.appKey, jmessage.masterSecret]) expect(logged).not.toContain(key);
}

describe.each(platforms)('$name', (platform) => {
  const { app } = platform;

  it.each(badPlatforms)(
    'that answers $what: the answer says so and what to do; the log says how it failed',
    async ({ reads, failure, answer }) => {
      await withPlatform(platform, answer, async (whole) => {
        await poll(whole);
        const said = await askBadly(whole, app);
        expect(said).toMatch(reads);
        // More than that it failed: a next step.
        expect(said).toMatch(/Copy|Check|Give|[Aa]sk|imstats keeps asking|wait/);
        const lines = whole.log.filter(({ msg }) => msg === 'platform does not answer');
        expect(lines).toHaveLength(1);
        expect(String(lines[0]?.['reason'])).toMatch(reads);
        expect(await questionLine(whole)).toMatchObject({ result: 'platform', failed: app, failure });
        expectNoKeys(whole);
      });
    },
  );

  it('that hangs: the answer says so after twelve seconds of the clock', async () => {
    await withPlatform(
      platform,
      () => {},
      async (whole) => {
        // The first poll gives up before, and no other begins meanwhile.
        await whole.advance(11 * second);
        const said = await askBadly(whole, app, () => whole.advance(12 * second));
        expect(said).toMatch(/did not answer within 2 s/);
        expect(said).toContain('/imstats health');
        expect(await questionLine(whole)).toMatchObject({ result: 'platform', failed: app, failure: 'timeout' });
      },
      '1h',
    );
  });
});

describe('IMKit', () => {
  it('that answers an error with HTTP 200: the answer says so', async () => {
    await withPlatform(platforms[0], status(200, '{"RC":17,"RM":"broken"}'), async (whole) => {
      await poll(whole);
      expect(await askBadly(whole, 'prod')).toMatch(/no usable answer|did not answer|RC/);
      expect(await questionLine(whole)).toMatchObject({ result: 'platform', failed: 'prod' });
    });
  });

  it('whose text looks like Slack’s own marks mentions nobody and breaks nothing', async () => {
    const users = '["<!channel>","<@U0BOB>"]';
    const evil = `{"RC":0,"result":{"userList":${users},"roomCount":"<!here>","freeMem":"NaN","totalMem":1e400}}`;
    await withPlatform(
      platforms[0],
      (response) => void response.end(evil),
      async (whole) => {
        await poll(whole);
        await askBadly(whole, 'prod');
        const everything = JSON.stringify([whole.workspace.ephemerals('U0ALICE'), whole.workspace.everything()]);
        expect(everything).not.toMatch(/<!channel>|<!here>|<@U0BOB>|NaN/);
      },
    );
  });
});
