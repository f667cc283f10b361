// Slack breaks in every way that passes, at every kind of message: each is told once, in order, and says so in the log.
import { describe, expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import type { FaultSpec } from '../../src/demo/workspace/workspace.ts';
import { dailyDigest, places } from './configuration.ts';
import { expectOnceEach, rootOf, toldOf } from './delivery-assertions.ts';
import { beforeNine, night } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

type Args = Readonly<Record<string, unknown>>;
type Moment = Pick<FaultSpec, 'method' | 'when'>;

const opening: Moment = {
  method: 'chat.postMessage',
  when: (args: Args) => args['channel'] === places.alerts && args['thread_ts'] === undefined,
};
const line: Moment = { method: 'chat.postMessage', when: (args: Args) => args['thread_ts'] !== undefined };
const edit: Moment = { method: 'chat.update', when: (args: Args) => args['channel'] === places.alerts };
const digest: Moment = { method: 'chat.postMessage', when: (args: Args) => args['channel'] === places.digests };

interface Trouble extends Pick<FaultSpec, 'kind' | 'retryAfter' | 'times'> {
  readonly name: string;
  /** What the log calls it. */
  readonly code: string;
}

/** What a call meets, and how the log names it. */
const problems: readonly Trouble[] = [
  { name: '429 with Retry-After', kind: '429', retryAfter: 25, code: 'ratelimited' },
  { name: '503', kind: '503', code: 'http_503' },
  { name: '503 three times', kind: '503', times: 3, code: 'http_503' },
  { name: 'a connection cut before it is processed', kind: 'cut-before', code: 'connection_lost' },
  { name: 'a connection cut after it is processed', kind: 'cut-after', code: 'connection_lost' },
  { name: 'an answer that breaks off', kind: 'cut-body', code: 'no_answer' },
  { name: 'a web page instead of an answer', kind: 'html', code: 'bad_answer' },
  { name: 'internal_error', kind: { error: 'internal_error' }, code: 'internal_error' },
];

describe.concurrent('each message is told once, in order, when it meets', () => {
  it.each(problems)('$name', async ({ name: _name, code, times = 1, ...trouble }) => {
    await withWholeBot({ at: beforeNine, digests: dailyDigest }, async (whole) => {
      const arm = (moment: Moment) => whole.workspace.fault({ ...moment, ...trouble, times });
      const armed = [opening, line, edit, digest].map(arm);
      await night(whole);
      expect(armed.map(({ hits }) => hits)).toEqual([times, times, times, times]);
      expectOnceEach(whole.workspace, whole);
      const warned = whole.log.filter(({ msg, level }) => msg === 'delivery not taken' && level === 40);
      expect(new Set(warned.map((one) => one['code']))).toEqual(new Set([code]));
      expect(new Set(warned.map((one) => one['key'])).size).toBe(4);
    });
  });

  it('a Slack that takes the message, does not say so, and cannot be asked for a while', async () => {
    await withWholeBot({ at: beforeNine, digests: dailyDigest }, async (whole) => {
      const armed = [opening, line, digest].map((moment) => whole.workspace.fault({ ...moment, kind: 'cut-after' }));
      const asked = ['conversations.history', 'conversations.replies'].map((method) =>
        whole.workspace.fault({ method, kind: '503', times: 2 }),
      );
      await night(whole);
      expect(armed.map(({ hits }) => hits)).toEqual([1, 1, 1]);
      expect(asked.map(({ hits }) => hits)).toEqual([2, 2]);
      expectOnceEach(whole.workspace, whole);
    });
  });
});

describe.concurrent('a rate limit', () => {
  it('is waited out for as long as Slack asks, and nothing goes to the channel meanwhile', async () => {
    await withWholeBot({}, async (whole) => {
      const { workspace, clock } = whole;
      workspace.fault({ ...opening, kind: '429', retryAfter: 90 });
      whole.memory(0.1);
      const calls = (): number[] =>
        workspace.log.filter(({ method }) => method === 'chat.postMessage').map(({ at }) => at);
      await whole.reach(() => calls().length === 1, minute, 'the first try');
      const limitedAt = clock.now();
      await whole.reach(() => rootOf(workspace, 'memory-low'), 3 * minute, 'the opening');
      const [, second_] = calls();
      expect((second_ ?? 0) - limitedAt).toBeGreaterThanOrEqual(88 * second);
      expect((second_ ?? 0) - limitedAt).toBeLessThan(95 * second);
    });
  });

  it('of one channel holds up no other', async () => {
    await withWholeBot({ at: beforeNine, digests: dailyDigest }, async (whole) => {
      const { workspace } = whole;
      workspace.fault({ ...opening, kind: '429', retryAfter: 600 });
      whole.memory(0.1);
      await whole.advance(3 * minute);
      expect(rootOf(workspace, 'memory-low')).toBeUndefined();
      expect(workspace.messages(places.digests).map(({ text }) => text)).toEqual([
        expect.stringContaining('Daily digest'),
      ]);
    });
  });
});

describe.concurrent('a Slack that never answers', () => {
  const held: readonly { what: string; moment: Moment; kind: 'hang' | 'delay' }[] = [
    { what: 'an opening that was not taken', moment: opening, kind: 'hang' },
    { what: 'an opening that is taken after we left', moment: opening, kind: 'delay' },
    { what: 'a line that was not taken', moment: line, kind: 'hang' },
    { what: 'an edit that was not taken', moment: edit, kind: 'hang' },
  ];

  it.each(held)('is given up after 10 s: $what is told once', async ({ moment, kind }) => {
    await withWholeBot({ at: beforeNine, digests: dailyDigest }, async (whole) => {
      const fault = whole.workspace.fault({ ...moment, kind });
      await whole.advance(20 * second);
      whole.memory(0.05);
      if (moment !== opening) {
        await whole.reach(() => rootOf(whole.workspace, 'memory-low'), minute, 'the opening');
        whole.memory(undefined);
      }
      await whole.reach(() => fault.hits === 1, minute, 'the call that hangs');
      await noticed(whole);
      fault.release();
      whole.memory(0.05);
      await night(whole);
      expectOnceEach(whole.workspace, whole);
    });
  });

  /** The limit is one of real time: it bounds a socket, not a decision. */
  async function noticed(whole: WholeBot): Promise<void> {
    const began = performance.now();
    while (!whole.log.some((one) => one['code'] === 'timeout')) {
      if (performance.now() - began > 40_000) throw new Error('nobody noticed that Slack hangs');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});

it('the end of an alert that opened and resolved behind a rate limit is told, with its opening, in one message', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    workspace.fault({ ...opening, kind: '429', retryAfter: 300 });
    whole.memory(0.05);
    await whole.advance(30 * second);
    whole.memory(undefined);
    await whole.advance(6 * minute);
    expectOnceEach(workspace, whole);
    const [incident] = whole.rows('select id from incident');
    const { roots, lines } = toldOf(workspace, String(incident?.['id']));
    expect(lines).toEqual([]);
    expect(roots.map(({ text }) => text)).toEqual([
      expect.stringMatching(/was under 8 % at 08:30, for \d+ s, lowest 5 %/),
    ]);
  });
});
