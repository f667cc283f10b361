// Random lives of the bot: memory goes up and down, the configuration changes, Slack fails in every way, the process dies; at the end all
// is told once, in order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unreachableRule } from '../../src/alerting/rules/unreachable.ts';
import { second } from '../../src/clock.ts';
import type { LiveValues } from '../../src/service-types.ts';
import { createWorld, memoryRule, prod, type World } from './job-harness.ts';
import { type Fault, noAnswer, tooFast, unreachable } from './memory-slack.ts';

const faults: Readonly<Record<string, () => Fault>> = {
  'no answer, not done': () => ({ when: 'before', error: noAnswer() }),
  'no answer, done': () => ({ when: 'after', error: noAnswer() }),
  unreachable: () => ({ when: 'before', error: unreachable() }),
  'too fast': () => ({ when: 'before', error: tooFast(7_000) }),
  'death before': () => ({ when: 'before', error: 'crash' }),
  'death after': () => ({ when: 'after', error: 'crash' }),
};

const own = unreachableRule({ ...prod, pollEvery: 5 * second }, 'C0ONCALL', []);
const usual: Partial<LiveValues> = {
  apps: [{ ...prod, pollEvery: 5 * second }],
  rules: [own, memoryRule()],
};

/** Other configurations, each made of the usual one. */
const changes: Readonly<Record<string, Partial<LiveValues>>> = {
  usual,
  'no rule': { ...usual, rules: [own] },
  'no app': { ...usual, apps: [], rules: [] },
  'another limit': {
    ...usual,
    rules: [own, memoryRule({ levels: { warning: { trigger: 0.07, clear: 0.09, holdFor: 0 } } })],
  },
  'another channel': { ...usual, rules: [own, memoryRule({ channel: 'C0ELSE' })] },
  'another name': { ...usual, apps: [{ ...prod, name: 'Other chat', timezone: 'UTC', pollEvery: 5 * second }] },
};

interface Life {
  /** Free memory, in per cent, for ten seconds each. */
  readonly memory: readonly number[];
  /** Another configuration at the beginning of each of these times; nothing leaves it as it is. */
  readonly configured: readonly (string | undefined)[];
  /** What becomes of each call; nothing means that it passes. */
  readonly calls: readonly (string | undefined)[];
}

const life: fc.Arbitrary<Life> = fc.record({
  memory: fc.array(fc.constantFrom(50, 50, 18, 10, 10, 5, 3), { minLength: 3, maxLength: 12 }),
  configured: fc.array(fc.constantFrom(undefined, undefined, ...Object.keys(changes)), { maxLength: 12 }),
  calls: fc.array(fc.constantFrom(undefined, undefined, undefined, ...Object.keys(faults)), { maxLength: 40 }),
});

async function live({ memory, configured, calls }: Life): Promise<World> {
  const world = await createWorld({ values: usual });
  let values = usual;
  const left = [...calls];
  let isDead = false;
  world.slack.crash = () => {
    isDead = true;
    world.kill();
  };
  world.slack.fault = (call) => {
    const kind = left.shift();
    const fault = kind === undefined ? undefined : faults[kind]?.();
    // A look-up changes nothing: done and not done are the same.
    return call.method === 'find' && fault?.error !== 'crash' && fault !== undefined
      ? { when: 'before', error: unreachable() }
      : fault;
  };
  const pass = async (length: number): Promise<void> => {
    for (let passed = 0; passed < length; passed += 5 * second) {
      await world.clock.advance(5 * second);
      while (isDead) {
        isDead = false;
        await world.restart({ values });
      }
    }
  };
  const apply = async (name: string | undefined): Promise<void> => {
    const next = name === undefined ? undefined : changes[name];
    if (next === undefined) return;
    values = next;
    // A process that dies meanwhile reads the file of that configuration when it is started again.
    void world.apply(next);
    await pass(5 * second);
  };
  await world.start();
  await pass(10 * second);
  for (const [index, percent] of memory.entries()) {
    world.free(percent / 100);
    await apply(configured[index]);
    await pass(10 * second);
  }
  await apply('usual');
  world.free(0.5);
  // An alert that flaps stays open for ten minutes of calm; every other wait is shorter.
  for (let rounds = 0; rounds < 50 && (await isBusy(world)); rounds += 1) await pass(20 * second);
  return world;
}

async function isBusy({ store }: World): Promise<boolean> {
  const { depth } = await store.outbox.status();
  return depth > 0 || (await store.alerts.all()).some(({ state }) => state.machine.condition !== 'inactive');
}

describe('a random life', () => {
  it('ends with one root for each incident, closed, and its history in order', { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(life, async (chosen) => {
      const world = await live(chosen);
      const { slack, store, clock } = world;
      const incidents = await store.alerts.incidents(0, clock.now());
      const roots = slack.roots();
      const keys = slack.messages.map(({ key }) => key);
      expect((await store.outbox.status()).depth).toBe(0);
      expect(incidents.every(({ closedAt }) => closedAt !== undefined)).toBe(true);
      expect(new Set(keys).size).toBe(keys.length);
      expect(roots.map((root) => (root.message.kind === 'alert' ? root.message.view.incident : '')).sort()).toEqual(
        incidents.map(({ id }) => id).sort(),
      );
      for (const root of roots) {
        expect(root.message).toMatchObject({ view: { closedAt: expect.any(Number) } });
        const order = slack.thread(root).map(({ key }) => Number(key.split(':').at(-1)));
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }
      await world.end();
    });
    await fc.assert(property, { numRuns: 15, endOnFailure: true });
  });
});
