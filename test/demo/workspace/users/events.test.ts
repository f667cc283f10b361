// Events that the bot does not acknowledge are sent again: at once, after a minute, after five.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sign } from '../../../../src/demo/workspace/event-sender.ts';
import { startWorkspace, type Workspace } from '../../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';

interface Received {
  readonly num: string | undefined;
  readonly reason: string | undefined;
  readonly id: unknown;
  readonly signed: boolean;
}

let clock: FakeClock;
let slack: Workspace;
let server: Server;
let answers: { status: number; headers?: Record<string, string> }[];
let received: Received[];
let tries: number;

beforeEach(async () => {
  clock = createFakeClock('2026-11-23T10:00:00Z');
  slack = await startWorkspace({ clock, scopes: ['app_mentions:read'] });
  answers = [];
  received = [];
  tries = 0;
  slack.on((event) => {
    if (event.type === 'event') tries = event.attempt;
  });
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const header = (name: string) => request.headers[name]?.toString();
    const timestamp = Number(header('x-slack-request-timestamp'));
    received.push({
      num: header('x-slack-retry-num'),
      reason: header('x-slack-retry-reason'),
      id: (JSON.parse(body) as { event_id: unknown }).event_id,
      signed: header('x-slack-signature') === sign(slack.tokens.signingSecret, timestamp, body),
    });
    const answer = answers[received.length - 1];
    if (answer !== undefined) response.writeHead(answer.status, answer.headers).end();
    slack.say({ user: 'U0BOB', channel: 'C0OPS', text: 'so that until looks again' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address of this shape.
  slack.connectHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterEach(async () => {
  await slack.stop();
  server.closeAllConnections();
  server.close();
});

const mention = () => slack.mention({ user: 'U0BOB', channel: 'C0ONCALL', text: 'help' });
const tried = (count: number) => slack.until(() => tries === count, `${count} tries`);

it('four times at most, with the number and the reason of each retry', async () => {
  answers = [{ status: 500 }, { status: 500 }, { status: 404 }, { status: 500 }];
  const pending = mention();
  await tried(2);
  await clock.advance(59_999);
  expect(received).toHaveLength(2);
  await clock.advance(1);
  await tried(3);
  await clock.advance(300_000);

  expect(await pending).toMatchObject({ attempts: 4 });
  expect(received.map((one) => one.num)).toEqual([undefined, '1', '2', '3']);
  expect(received.map((one) => one.reason)).toEqual([undefined, 'http_error', 'http_error', 'http_error']);
  expect(new Set(received.map((one) => one.id)).size).toBe(1);
  expect(received.every((one) => one.signed)).toBe(true);
});

it('an answer that does not come in 3 s counts as a time-out', async () => {
  answers = [undefined as never, { status: 200 }];
  const pending = mention();
  await slack.until(() => received.length === 1, 'the first request');
  await clock.advance(3000);

  expect(await pending).toMatchObject({ attempts: 2 });
  expect(received[1]).toMatchObject({ num: '1', reason: 'http_timeout' });
});

it('the bot may ask for no retry', async () => {
  answers = [{ status: 500, headers: { 'x-slack-no-retry': '1' } }];
  expect(await mention()).toMatchObject({ attempts: 1 });
});

it('is not sent where the bot is no member, or may not hear of mentions', async () => {
  slack.leave('C0ONCALL', slack.bot.userId);
  expect(await mention()).toMatchObject({ attempts: 0 });
  expect(received).toEqual([]);
});
