// A real Bolt app meets the stand-in, over Socket Mode with two receivers and over signed HTTP.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../src/demo/workspace/workspace.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { allScopes, connectHttp, connectSockets, type RunningBot } from './clients.ts';

let clock: FakeClock;
let slack: Workspace;
let bot: RunningBot | undefined;

beforeEach(async () => {
  clock = createFakeClock(Date.now()); // a bare Bolt compares the time of a request with the clock of the machine
  slack = await startWorkspace({ clock, scopes: allScopes });
});
afterEach(async () => {
  await bot?.stop();
  bot = undefined;
  await slack.stop();
});

const ask = (text = 'memory') => slack.command({ user: 'U0ALICE', channel: 'C0ONCALL', text });

const connections = [
  { how: 'Socket Mode', connect: () => connectSockets(slack, 2) },
  { how: 'signed HTTP', connect: () => connectHttp(slack) },
];

describe.each(connections)('over $how', ({ connect }) => {
  it('a command is acknowledged, with a private reply at once and another later', async () => {
    bot = await connect();
    bot.app.command('/imstats', async ({ ack, respond, command }) => {
      await ack(`looking at ${command.text}`);
      await respond({ text: 'done' });
    });

    const outcome = await ask();
    await outcome.replied(2);

    expect(outcome.acknowledged).toBe('in time');
    expect(outcome.replies).toMatchObject([
      { text: 'looking at memory', ephemeralTo: 'U0ALICE', origin: 'acknowledgement' },
      { text: 'done', ephemeralTo: 'U0ALICE', origin: 'response_url' },
    ]);
    expect(slack.messages('C0ONCALL')).toEqual([]);
    expect(slack.violations).toEqual([]);
  });

  it('a command that is not acknowledged in 3 s shows the time-out', async () => {
    bot = await connect();
    let release = (): void => {};
    bot.app.command('/imstats', async ({ ack }) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      await ack('too late');
    });
    const events: unknown[] = [];
    slack.on((event) => events.push(event));

    const pending = ask();
    await clock.advance(3000);
    const outcome = await pending;
    release();

    expect(outcome).toMatchObject({ acknowledged: 'operation_timeout', replies: [] });
    expect(events).toContainEqual({ type: 'failed', user: 'U0ALICE', what: '/imstats', outcome: 'operation_timeout' });
  });

  it('a mention reaches the bot, which answers in the thread', async () => {
    bot = await connect();
    bot.app.event('app_mention', async ({ event, client }) => {
      await client.chat.postMessage({
        channel: event.channel,
        text: event.text,
        thread_ts: event.thread_ts ?? event.ts,
      });
    });

    const { ts, attempts } = await slack.mention({ user: 'U0BOB', channel: 'C0ONCALL', text: 'help' });
    const answer = await slack.until(() => slack.thread('C0ONCALL', ts)[1]);

    expect(attempts).toBe(1);
    expect(answer).toMatchObject({ text: `<@${slack.bot.userId}> help`, threadTs: ts });
  });

  it('the Home tab is published when it is opened', async () => {
    bot = await connect();
    bot.app.event('app_home_opened', async ({ event, client }) => {
      const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: `Hello <@${event.user}>` } }];
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
    });

    await slack.openHome({ user: 'U0ALICE' });
    const view = await slack.until(() => slack.home('U0ALICE'));

    expect(slack.renderView(view)).toBe('Hello @alice');
    expect(slack.home('U0BOB')).toBeUndefined();
  });
});

describe('Socket Mode', () => {
  it('two receivers of one app both get commands', async () => {
    bot = await connectSockets(slack, 2);
    bot.app.command('/imstats', async ({ ack }) => ack('yes'));

    const outcomes = await Promise.all([ask('1'), ask('2'), ask('3'), ask('4')]);

    expect(slack.openSockets).toBe(2);
    expect(outcomes.map((outcome) => outcome.acknowledged)).toEqual(Array.from({ length: 4 }, () => 'in time'));
    expect(outcomes.map((outcome) => outcome.replies[0]?.text)).toEqual(['yes', 'yes', 'yes', 'yes']);
  });

  it('nobody connected is told to the person', async () => {
    expect(await ask()).toMatchObject({ acknowledged: 'dispatch_failed', replies: [] });
  });

  it('a ticket opens one connection only', async () => {
    const headers = { authorization: `Bearer ${slack.tokens.app}` };
    const open = await fetch(`${slack.apiUrl}apps.connections.open`, { method: 'POST', headers });
    const { url } = (await open.json()) as { url: string };
    const connect = () =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url);
        socket.addEventListener('message', (event) => resolve(String(event.data)));
        socket.addEventListener('error', () => resolve('refused'));
      });

    expect(JSON.parse(await connect())).toMatchObject({
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: slack.bot.appId },
    });
    expect(await connect()).toBe('refused');
  });

  it('an eleventh connection is sent away', async () => {
    bot = await connectSockets(slack, 10);
    const headers = { authorization: `Bearer ${slack.tokens.app}` };
    const open = await fetch(`${slack.apiUrl}apps.connections.open`, { method: 'POST', headers });
    const { url } = (await open.json()) as { url: string };
    const first = await new Promise<string>((resolve) => {
      new WebSocket(url).addEventListener('message', (event) => resolve(String(event.data)));
    });

    expect(JSON.parse(first)).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    expect(slack.openSockets).toBe(10);
  });

  it('a refresh makes the client come back by itself', async () => {
    bot = await connectSockets(slack, 2);
    bot.app.command('/imstats', async ({ ack }) => ack('yes'));
    const counts: number[] = [];
    slack.on((event) => event.type === 'sockets' && counts.push(event.open));

    slack.disconnect('refresh_requested', 1);
    expect((await ask()).acknowledged).toBe('in time');
    await slack.until(() => counts.at(-1) === 2, 'two connections again');

    expect(counts).toEqual([1, 2]);
    expect((await ask()).acknowledged).toBe('in time');
  });

  it('a connection that is cut before it acknowledges fails the command at once', async () => {
    bot = await connectSockets(slack);
    bot.app.command('/imstats', async () => slack.cutSockets());
    expect((await ask()).acknowledged).toBe('dispatch_failed');
  });
});

describe('HTTP', () => {
  it("Bolt refuses a request that is signed with another app's secret", async () => {
    bot = await connectHttp(slack, 'another-secret');
    bot.app.command('/imstats', async ({ ack }) => ack('yes'));
    expect(await ask()).toMatchObject({ acknowledged: 'dispatch_failed', status: 401, replies: [] });
  });

  it('an address where nobody listens is told to the person', async () => {
    slack.connectHttp('http://127.0.0.1:1/slack/events');
    expect((await ask()).acknowledged).toBe('dispatch_failed');
  });
});
