// A response_url: five uses, private or public or in place, and what happens when it is dead.
import { webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { afterEach, describe, expect, it } from 'vitest';
import { minute, systemClock } from '../../src/clock.ts';
import { startWorkspace, type Workspace } from '../../src/demo/workspace/workspace.ts';
import { openTarget, type ResponseDeps, type ResponseTarget } from '../../src/slack/response-target.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { undoAll } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const drawn = (text: string) => ({ blocks: [], text });

interface Place {
  readonly workspace: Workspace;
  readonly responseDeps: ResponseDeps;
  readonly user: string;
  readonly channel: string;
}

async function place(rateLimit: 'strict' | 'off' = 'off'): Promise<Place> {
  const workspace = await startWorkspace({ clock: systemClock, scopes: ['commands', 'chat:write'], rateLimit });
  undo.push(() => workspace.stop());
  const channel = workspace.channels.find((one) => one.kind === 'public')?.id ?? '';
  workspace.join(channel, workspace.bot.userId);
  const client = new webApi.WebClient(workspace.tokens.bot, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  return {
    workspace,
    responseDeps: { client, fetch: globalThis.fetch, clock: systemClock, urlUses: new LRUCache({ max: 10 }) },
    user: workspace.users[0]?.id ?? '',
    channel,
  };
}

/** Opens a conversation at an address that Slack would give to a command. */
async function open(
  here: Place,
  visibility: 'private' | 'public',
  responseDeps = here.responseDeps,
): Promise<ResponseTarget> {
  const outcome = here.workspace.command({ user: here.user, channel: here.channel, text: '' });
  const { responseUrl = '' } = await outcome;
  return openTarget(
    { kind: 'response_url', url: responseUrl, user: here.user, channel: here.channel },
    visibility,
    responseDeps,
  );
}

describe('a response_url', () => {
  it('is used five times; the sixth answer takes another way', async () => {
    const here = await place();
    const responseTarget = await open(here, 'private');
    for (const left of [4, 3, 2, 1, 0]) {
      await responseTarget.say(drawn(`answer, ${left} left`));
      expect(responseTarget.left()).toBe(left);
    }
    await responseTarget.say(drawn('the sixth'));
    const origins = here.workspace.ephemerals(here.user, here.channel).map((one) => one.origin);
    expect(origins.filter((origin) => origin === 'response_url')).toHaveLength(5);
    expect(origins.at(-1)).toBe('api');
  });

  it('is used five times in all by the answers to one request', async () => {
    const here = await place();
    const { user, channel } = here;
    const { responseUrl = '' } = await here.workspace.command({ user, channel, text: '' });
    const at = { kind: 'response_url', url: responseUrl, user, channel } as const;
    const answer = openTarget(at, 'private', here.responseDeps);
    const problem = openTarget(at, 'private', here.responseDeps);
    for (const one of [answer, problem, answer]) await one.say(drawn('said'));
    expect([answer.left(), problem.left()]).toEqual([2, 2]);
    for (const one of [problem, answer, problem]) await one.say(drawn('said'));
    const origins = here.workspace.ephemerals(user, channel).map((one) => one.origin);
    expect(origins.filter((origin) => origin === 'response_url')).toHaveLength(5);
    expect(origins.at(-1)).toBe('api');
  });

  it('is nothing to wait for after half an hour', async () => {
    const here = await place();
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    const responseTarget = await open(here, 'private', { ...here.responseDeps, clock });
    expect(responseTarget.left()).toBe(5);
    await clock.advance(30 * minute);
    expect(responseTarget.left()).toBe(0);
  });

  it('that does not answer in time is given up', async () => {
    const here = await place();
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    here.workspace.fault({ method: 'response_url', kind: 'hang', times: 1 });
    const responseTarget = await open(here, 'public', { ...here.responseDeps, clock });
    const said = responseTarget.say(drawn('hello')).catch((error: unknown) => error);
    await clock.advance(10_000);
    expect(await said).toMatchObject({ code: 'timeout', outcome: 'unknown' });
  });

  it.each(['503', 'cut-before', 'html'] as const)('that fails with %s still brings a private answer', async (kind) => {
    const here = await place();
    here.workspace.fault({ method: 'response_url', kind, times: 1 });
    const responseTarget = await open(here, 'private');
    await responseTarget.say(drawn('hello'));
    expect(here.workspace.ephemerals(here.user, here.channel).map((one) => one.text)).toContain('hello');
  });
});

describe('a thread', () => {
  it('is answered inside it', async () => {
    const here = await place();
    const { ts: root } = here.workspace.say({ user: here.user, channel: here.channel, text: 'look' });
    const { channel, user } = here;
    const responseTarget = openTarget(
      { kind: 'thread', channel, threadTs: root, isReply: false, user },
      'public',
      here.responseDeps,
    );
    await responseTarget.say(drawn('answer'));
    expect(here.workspace.thread(here.channel, root).map((one) => one.text)).toEqual(['look', 'answer']);
  });

  it('gets both of two answers in one second, the second as soon as Slack takes it', async () => {
    const here = await place('strict');
    const { channel, user } = here;
    const { ts: root } = here.workspace.say({ user, channel, text: 'look' });
    const thread = { kind: 'thread', channel, threadTs: root, isReply: false, user } as const;
    await openTarget(thread, 'public', here.responseDeps).say(drawn('first'));
    await openTarget(thread, 'public', here.responseDeps).say(drawn('second'));
    expect(here.workspace.thread(channel, root).map((one) => one.text)).toEqual(['look', 'first', 'second']);
  });
});
