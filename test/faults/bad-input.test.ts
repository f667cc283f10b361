// What people and platforms get wrong: a short, private, helpful answer, a flat line in the log, and nothing that was known changes.
import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { minute } from '../../src/clock.ts';
import { startServer } from '../platforms/server.ts';
import { places } from './configuration.ts';
import { poll } from './night.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

/** The numbers that the store knows; a question must not change them. */
function known(whole: WholeBot): unknown[] {
  return ['sample', 'rollup', 'daily', 'alert', 'incident', 'outbox', 'digest_run'].map((table) =>
    whole.rows(`select * from ${table}`),
  );
}

/** Asks, and holds what every answer to bad input must be. */
async function askBadly(whole: WholeBot, words: string): Promise<string> {
  const { workspace } = whole;
  const before = known(whole);
  const asked = await workspace.command({ user: 'U0ALICE', channel: places.digests, text: words });
  expect(asked.acknowledged).toBe('in time');
  const answer = await asked.replied();
  expect(answer.ephemeralTo).toBe('U0ALICE');
  expect(known(whole)).toEqual(before);
  const line = whole.log.findLast(({ msg }) => msg.startsWith('Question'));
  expect(Object.values(line ?? {}).filter((value) => typeof value === 'object')).toEqual([]);
  expect(workspace.violations).toEqual([]);
  return workspace.renderText(answer, { timezone: 'Asia/Taipei' });
}

describe('a person', () => {
  const slips: readonly { words: string; says: readonly RegExp[] }[] = [
    { words: 'memroy', says: [/memroy/, /memory/, /\/imstats/] },
    { words: 'memory prdo', says: [/prdo/, /prod/] },
    { words: 'memory prod 3d', says: [/3d/, /Write one of 1h, 6h/, /Try: \/imstats memory prod 7d/] },
    { words: 'messages prod 2026-02-30', says: [/2026-02-30/] },
    { words: 'memory prod 2031-01-01', says: [/2031|future|not measured|nothing/i] },
    { words: 'trend nothing.known', says: [/nothing\.known/] },
    { words: 'silence', says: [/silence/] },
    { words: 'why no-such-rule', says: [/no-such-rule/] },
    { words: 'digest now', says: [/access\.manage/] },
    { words: '<!channel> `*_~<https://example.com|x>', says: [/\/imstats/] },
    { words: 'x'.repeat(3_000), says: [/\/imstats/] },
  ];

  it('is told which word was not understood, and what to write instead', async () => {
    await withWholeBot({}, async (whole) => {
      await whole.advance(minute);
      for (const { words, says } of slips) {
        const answer = await askBadly(whole, words);
        for (const part of says) expect(answer).toMatch(part);
        expect(answer.split('\n').length, words.slice(0, 40)).toBeLessThanOrEqual(14);
      }
      // What a person wrote mentions nobody.
      const said = whole.workspace
        .ephemerals('U0ALICE')
        .map((message) => JSON.stringify([message.text, message.blocks]));
      expect(said.filter((text) => text.includes('<!channel>'))).toEqual([]);
    });
  });
});

interface BadPlatform {
  readonly what: string;
  readonly reads: RegExp;
  answer(response: ServerResponse): void;
}

const status =
  (code: number, body = '{"RC":1,"RM":"no"}') =>
  (response: ServerResponse) =>
    void response.writeHead(code, { 'content-type': 'application/json' }).end(body);

const badPlatforms: readonly BadPlatform[] = [
  { what: 'a web page', reads: /web page/, answer: (response) => void response.end('<!doctype html><h1>Sign in</h1>') },
  { what: 'nothing', reads: /empty/, answer: (response) => void response.end() },
  { what: 'garbage', reads: /not JSON/, answer: (response) => void response.end('\u0000{"RC":0,"result"') },
  {
    what: 'numbers of another shape',
    reads: /not as documented/,
    answer: (response) => void response.end('{"RC":0,"result":[1,2]}'),
  },
  { what: '401', reads: /HTTP 401.*key/, answer: status(401) },
  { what: '403', reads: /HTTP 403/, answer: status(403) },
  { what: '404', reads: /HTTP 404/, answer: status(404) },
  { what: '410', reads: /HTTP 410/, answer: status(410) },
  { what: '429', reads: /HTTP 429/, answer: status(429, '{"error":"RATE_LIMIT_EXCEEDED","retryAfter":60}') },
  { what: '500', reads: /HTTP 500/, answer: status(500) },
  {
    what: 'an error with HTTP 200',
    reads: /no usable answer|did not answer|RC/,
    answer: status(200, '{"RC":17,"RM":"broken"}'),
  },
  { what: 'a connection that breaks', reads: /connection/, answer: (response) => void response.destroy() },
];

describe('a platform', () => {
  it.each(badPlatforms)(
    'that answers $what: the answer says so and what to do; the log has one line',
    async ({ reads, answer }) => {
      const server = await startServer((_request, response) => answer(response));
      try {
        await withWholeBot({ imkitUrl: server.url }, async (whole) => {
          await poll(whole);
          const said = await askBadly(whole, 'prod');
          expect(said).toMatch(reads);
          // More than that it failed: a next step.
          expect(said).toMatch(/Copy|Check|Give|Ask|imstats keeps asking|wait/);
          const lines = whole.log.filter(({ msg }) => msg === 'platform does not answer');
          expect(lines).toHaveLength(1);
          expect(String(lines[0]?.['reason'])).toMatch(reads);
          expect(JSON.stringify(whole.log)).not.toContain(whole.platforms.imkit.apiKey);
        });
      } finally {
        await server.stop();
      }
    },
  );

  it('whose text looks like Slack’s own marks mentions nobody and breaks nothing', async () => {
    const users = '["<!channel>","<@U0BOB>"]';
    const evil = `{"RC":0,"result":{"userList":${users},"roomCount":"<!here>","freeMem":"NaN","totalMem":1e400}}`;
    const server = await startServer((_request, response) => void response.end(evil));
    try {
      await withWholeBot({ imkitUrl: server.url }, async (whole) => {
        await poll(whole);
        await askBadly(whole, 'prod');
        const everything = JSON.stringify([whole.workspace.ephemerals('U0ALICE'), whole.workspace.everything()]);
        expect(everything).not.toMatch(/<!channel>|<!here>|<@U0BOB>|NaN/);
      });
    } finally {
      await server.stop();
    }
  });
});
