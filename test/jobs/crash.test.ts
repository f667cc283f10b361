// The process dies at every call to Slack in turn, before and after it took effect, and is started again: one root, one end, one digest.
import { afterEach, describe, expect, it } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { createWorld, type World } from './job-harness.ts';
import type { Call } from './memory-slack.ts';

let world: World;

afterEach(() => world.end());

/** Opens, edits, acknowledges and resolves one incident, starting the process again whenever it has died. */
async function liveThrough(dies: (call: Call, index: number) => 'before' | 'after' | undefined): Promise<number> {
  world = await createWorld({ app: { pollEvery: 5 * second } });
  let calls = 0;
  let deaths = 0;
  let isDead = false;
  world.slack.crash = () => {
    isDead = true;
    deaths += 1;
    world.kill();
  };
  world.slack.fault = (call) => {
    if (call.method === 'find') return undefined;
    const when = dies(call, calls);
    calls += 1;
    return when === undefined ? undefined : { when, error: 'crash' };
  };
  const pass = async (length: number): Promise<void> => {
    for (let passed = 0; passed < length; passed += 5 * second) {
      await world.clock.advance(5 * second);
      // It may die again while it starts.
      while (isDead) {
        isDead = false;
        await world.restart();
      }
    }
  };
  await world.start();
  await pass(15 * second);
  for (const ratio of [0.1, 0.05, 0.04, 0.5]) {
    world.free(ratio);
    await pass(20 * second);
  }
  await pass(minute);
  return deaths;
}

function expectOneOfEach(): void {
  const roots = world.slack.roots();
  expect(roots.map(({ key }) => key).length).toBe(1);
  expect(roots[0]?.message).toMatchObject({ kind: 'alert', view: { colour: 'green', closedAt: expect.any(Number) } });
  const keys = world.slack.messages.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
}

describe('the process dies once, at any call', () => {
  it.each([0, 1, 2, 3, 4].flatMap((index) => (['before', 'after'] as const).map((when) => ({ index, when }))))(
    '$when call $index',
    async ({ index, when }) => {
      const deaths = await liveThrough((_call, count) => (count === index ? when : undefined));
      expect(deaths).toBe(1);
      expectOneOfEach();
      expect((await world.store.outbox.status()).depth).toBe(0);
    },
  );
});

describe('the process dies again and again', () => {
  it.each([
    ['after every second call', (index: number) => (index % 2 === 0 ? 'after' : undefined)],
    ['before every second call', (index: number) => (index % 2 === 0 ? 'before' : undefined)],
    ['after two of three calls', (index: number) => (index % 3 === 0 ? undefined : 'after')],
  ] as const)('%s', async (_words, dies) => {
    const deaths = await liveThrough((_call, count) => dies(count));
    expect(deaths).toBeGreaterThan(2);
    expectOneOfEach();
  });
});
