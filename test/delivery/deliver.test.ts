// The outbox sender against a Slack that fails in every way: nothing lost, nothing doubled, in order.
import { afterEach, describe, expect, it } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import type { DeliveryError } from '../../src/errors.ts';
import { englishWording } from '../../src/wording.ts';
import { createWorld, memoryRule, type World, type WorldOptions } from '../jobs/job-harness.ts';
import {
  badBlocks,
  type Call,
  type Fault,
  noAnswer,
  type Posted,
  refusal,
  tooFast,
  unreachable,
} from '../jobs/memory-slack.ts';

let world: World;

/** The known problems in words. */
function told(): { about: string; words: string }[] {
  const { text } = englishWording;
  return world.jobs.problems().map(({ about, words }) => ({ about: text(about), words: text(words) }));
}

async function begin(options: WorldOptions = {}): Promise<World> {
  world = await createWorld({ app: { pollEvery: 10 * second }, ...options });
  await world.start();
  await world.clock.advance(15 * second);
  return world;
}

afterEach(async () => {
  world.slack.fault = () => undefined;
  await world.end();
});

/** Memory falls under the critical limit at the next poll. */
async function open(): Promise<void> {
  world.free(0.05);
  await world.clock.advance(11 * second);
}

async function close(): Promise<void> {
  world.free(0.5);
  await world.clock.advance(15 * second);
}

/** The next calls of a method fail in order; then all is well. */
function failNext(method: Call['method'], ...faults: (Fault | undefined)[]): void {
  world.slack.fault = (call) => (call.method === method ? faults.shift() : undefined);
}

const undone = (error: DeliveryError): Fault => ({ when: 'before', error });
const unheard = (error: DeliveryError): Fault => ({ when: 'after', error });

function headline(message: Posted | undefined): string {
  return message?.message.kind === 'alert' ? englishWording.text(message.message.view.headline) : '';
}

function lines(root: Posted | undefined): string[] {
  return world.slack
    .thread(root)
    .map(({ message }) => (message.kind === 'line' ? englishWording.text(message.text) : ''));
}

/** One root, and its end is told once, whatever happened on the way. */
function expectOneIncident(): void {
  const roots = world.slack.roots();
  expect(roots.length).toBe(1);
  expect(roots[0]?.message).toMatchObject({ kind: 'alert', view: { closedAt: expect.any(Number) } });
  expect(lines(roots[0]).filter((line) => /Resolved/.test(line)).length).toBeLessThanOrEqual(1);
}

describe('a Slack that is well', () => {
  it('gets one root, edited as things change, with the history in its thread', async () => {
    await begin();
    await open();
    expect(world.slack.roots('C0ONCALL').length).toBe(1);
    expect(headline(world.slack.roots()[0])).toMatch(/^Critical.*: Production chat has 5 % free memory/);
    await close();
    expectOneIncident();
    expect(headline(world.slack.roots()[0])).toMatch(/^Resolved after .* is back to 50 % free memory/);
    expect(lines(world.slack.roots()[0]).at(-1)).toMatch(/Resolved/);
  });

  it('is told within a second of the poll that crossed the limit', async () => {
    await begin();
    await open();
    const text = await world.telemetry.text();
    expect(text).toMatch(/imstats_sample_to_slack_seconds_bucket\{le="1"\} 1/);
  });

  it('gets one message in 1.1 s in a channel, and other channels do not wait for it', async () => {
    const rules = Array.from({ length: 4 }, (_, index) =>
      memoryRule({ id: `low-${index}`, channel: index < 3 ? 'C1' : 'C2' }),
    );
    await begin({ rules });
    world.free(0.05);
    await world.clock.advance(20 * second);
    const times = world.slack.roots('C1').map(({ at }) => at);
    expect(times.length).toBe(3);
    for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(1_100);
    expect(world.slack.roots('C2')[0]?.at).toBe(times[0]);
  });
});

describe('a Slack that fails', () => {
  it('honours Retry-After in place, and loses no order', async () => {
    await begin();
    failNext('post', undone(tooFast(30_000)), undone(tooFast(10_000)));
    await open();
    expect(world.slack.roots().length).toBe(0);
    await world.clock.advance(50 * second);
    const tries = world.slack.calls.filter(({ method }) => method === 'post').map(({ at }) => at);
    expect(tries.length).toBe(3);
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThanOrEqual(30_000);
    expect((tries[2] ?? 0) - (tries[1] ?? 0)).toBeGreaterThanOrEqual(10_000);
    await close();
    expectOneIncident();
  });

  it.each([
    ['after it was posted', 'after', 0],
    ['before it was posted', 'before', 30 * second],
  ] as const)('looks for the message when no answer came %s', async (_words, when, wait) => {
    await begin();
    failNext('post', { when, error: noAnswer() });
    await open();
    await world.clock.advance(wait + 10 * second);
    expect(world.slack.roots().length).toBe(1);
    await close();
    expectOneIncident();
    expect(await world.telemetry.text()).toContain('imstats_unknown_outcomes_total 1');
  });

  it('waits half a minute and marks a possible repeat where it may not read', async () => {
    await begin();
    world.slack.fault = (call) => {
      if (call.method === 'find') return undone(refusal('not_in_channel'));
      const isFirst = world.slack.calls.filter(({ method }) => method === 'post').length === 1;
      return call.method === 'post' && isFirst ? undone(noAnswer()) : undefined;
    };
    await open();
    await world.clock.advance(20 * second);
    expect(world.slack.roots().length).toBe(0);
    await world.clock.advance(20 * second);
    expect(world.slack.roots()[0]?.note).toMatch(/may be a repeat/);
  });

  it.each(['channel_not_found', 'is_archived', 'not_in_channel', 'restricted_action'])(
    'goes to the fallback channel with the reason when the channel says %s, and stays there',
    async (code) => {
      await begin();
      world.slack.fault = (call) => (call.channel === 'C0ONCALL' ? undone(refusal(code)) : undefined);
      await open();
      await close();
      await world.clock.advance(minute);
      expectOneIncident();
      const [root] = world.slack.roots();
      expect(root).toMatchObject({ channel: 'C0OPS', note: expect.stringContaining(code) });
      expect(told()).toMatchObject([{ about: '{channel:C0ONCALL}', words: expect.stringContaining(code) }]);
    },
  );

  it('keeps trying for a day when the token is revoked, then gives up in the open', async () => {
    await begin();
    world.slack.fault = () => undone(refusal('token_revoked'));
    await open();
    world.clock.jump(world.clock.now() + 23 * hour);
    await world.clock.advance(2 * minute);
    expect((await world.store.outbox.status()).dead).toBe(0);
    world.clock.jump(world.clock.now() + hour);
    await world.clock.advance(2 * minute);
    expect((await world.store.outbox.status()).dead).toBeGreaterThanOrEqual(1);
    expect(told().some(({ words }) => words.includes('token_revoked'))).toBe(true);
  });

  it('tells in the channel what was in doubt when the thread is gone, and goes on', async () => {
    await begin();
    await open();
    world.slack.fault = (call) => (call.method === 'reply' ? undone(noAnswer()) : undefined);
    world.free(0.5);
    await world.clock.advance(12 * second);
    const [root] = world.slack.roots();
    if (root !== undefined) root.deleted = true;
    world.slack.fault = () => undefined;
    await world.clock.advance(minute);
    expect((await world.store.outbox.status()).depth).toBe(0);
    const posted = world.slack.roots().map(({ message }) => message.kind);
    expect(posted.filter((kind) => kind === 'line').length).toBeGreaterThanOrEqual(1);
  });

  it('gives up what is in doubt when no look-up was answered for a day, and goes on', async () => {
    await begin();
    await open();
    world.slack.fault = (call) => (call.method === 'reply' ? undone(noAnswer()) : undefined);
    await close();
    world.slack.fault = (call) => (call.method === 'find' ? undone(noAnswer()) : undefined);
    await world.clock.advance(10 * minute);
    // The message itself does not wait for the line below it.
    expect(headline(world.slack.roots()[0])).toMatch(/^Resolved/);
    expect((await world.store.outbox.status()).depth).toBe(1);
    world.clock.jump(world.clock.now() + 24 * hour);
    await world.clock.advance(2 * minute);
    expect(headline(world.slack.roots()[0])).toMatch(/^Resolved/);
    const { depth, dead } = await world.store.outbox.status();
    expect([depth, dead]).toEqual([0, 1]);
    expect(told().map(({ words }) => words)).toEqual([expect.stringContaining('timeout')]);
  });

  it('posts a new root when somebody deleted the old one', async () => {
    await begin();
    await open();
    const [root] = world.slack.roots();
    if (root !== undefined) root.deleted = true;
    await close();
    const [, second] = world.slack.roots();
    expect(world.slack.roots().length).toBe(2);
    expect(headline(second)).toMatch(/^Resolved/);
  });

  it('sends a simpler form once when the blocks are refused', async () => {
    await begin();
    world.slack.fault = (call) => (call.outgoing?.form === 'full' ? undone(badBlocks()) : undefined);
    await open();
    expect(world.slack.roots()).toMatchObject([{ form: 'plain' }]);
  });
});

describe('what waited while Slack was away', () => {
  it.each([
    ['an hour', 'down', hour, minute, unreachable],
    ['five minutes', 'silent', 5 * minute, 10 * second, noAnswer],
  ])(
    'open and resolved within %s of a Slack that is %s become one message that says so',
    async (_time, _how, away, pollEvery, error) => {
      await begin({ app: { pollEvery } });
      world.slack.fault = () => undone(error());
      await open();
      await world.clock.advance(away / 2);
      await close();
      await world.clock.advance(away / 2);
      world.slack.fault = () => undefined;
      await world.clock.advance(2 * minute);
      expect(world.slack.messages.length).toBe(1);
      expect(headline(world.slack.roots()[0])).toMatch(
        /was under 8 % from .* Slack could not be reached; nobody was told then/,
      );
      expect((await world.store.outbox.status()).depth).toBe(0);
    },
  );

  it('a message that had arrived after all is found and closed, not told a second time', async () => {
    await begin();
    world.slack.fault = (call) => (call.method === 'post' ? unheard(noAnswer()) : undone(unreachable()));
    await open();
    await world.clock.advance(3 * minute);
    await close();
    world.slack.fault = () => undefined;
    await world.clock.advance(minute);
    expectOneIncident();
    expect(lines(world.slack.roots()[0]).some((line) => /Resolved/.test(line))).toBe(true);
  });

  it('people are pinged once, by the first message, also when the process starts anew before the lines in its thread', async () => {
    await begin({ rules: [memoryRule({ mention: ['S0ONCALL'] })] });
    world.slack.fault = () => undone(unreachable());
    world.free(0.14);
    await world.clock.advance(12 * second);
    world.free(0.05);
    await world.clock.advance(12 * second);
    world.slack.fault = (call) => (call.method === 'reply' ? { when: 'before', error: 'crash' } : undefined);
    await world.clock.advance(minute);
    expect(world.slack.roots()).toMatchObject([{ message: { view: { mentions: ['S0ONCALL'] } } }]);
    world.slack.fault = () => undefined;
    await world.restart();
    await world.clock.advance(minute);
    const thread = world.slack.thread(world.slack.roots()[0]);
    expect(thread.length).toBeGreaterThanOrEqual(1);
    expect(thread.every(({ message }) => message.kind === 'line' && message.mentions.length === 0)).toBe(true);
    expect(thread.some(({ broadcast }) => broadcast)).toBe(false);
  });

  it('edits that waited become the last one of them', async () => {
    await begin();
    await open();
    world.slack.fault = () => undone(unreachable());
    for (const ratio of [0.04, 0.03, 0.02]) {
      world.free(ratio);
      await world.clock.advance(50 * second);
    }
    const [root] = world.slack.roots();
    const edits = root?.edits ?? 0;
    world.slack.fault = () => undefined;
    await world.clock.advance(45 * second);
    expect((root?.edits ?? 0) - edits).toBe(1);
    expect(headline(root)).toMatch(/has 2 % free memory/);
  });
});
