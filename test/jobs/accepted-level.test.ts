// "This is normal now" through the jobs: stored with who said it, kept over a restart, and what the next polls are compared with.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import { englishWording } from '../../src/wording.ts';
import { createWorld, memoryRule, type World } from './job-harness.ts';

const say = englishWording.text;
let world: World;

const odd = memoryRule({
  id: 'memory-odd',
  kind: 'baseline',
  direction: 'above',
  levels: { warning: { trigger: 4, clear: 3, holdFor: 0 } },
  pollEvery: 10 * second,
  options: { unusual: 'both', margin: 0.25, spreads: 4 },
});

beforeEach(async () => {
  world = await createWorld({ app: { pollEvery: 10 * second }, rules: [odd] });
  const now = world.clock.now();
  const past = Array.from({ length: 28 * 24 }, (_, index) => now - (index + 1) * hour);
  await world.store.samples.recordAll(
    'prod',
    past.toReversed().map((at) => ({ at, values: { 'memory.free_ratio': 0.5 } })),
  );
  world.free(0.5);
  await world.start();
  await world.clock.advance(30 * second);
});

afterEach(() => world.end());

async function openAt(free: number): Promise<void> {
  world.free(free);
  await world.clock.advance(30 * second);
}

const conditions = async (): Promise<readonly string[]> =>
  (await world.jobs.alerts.list()).map(({ condition }) => condition);
const headline = (): string => {
  const root = world.slack.roots().at(-1);
  return root?.message.kind === 'alert' ? say(root.message.view.headline) : '';
};

it('closes the alert, and the level opens nothing any more, after a restart neither', async () => {
  await openAt(0.9);
  expect(await conditions()).toEqual(['firing']);
  expect(headline()).toBe('Warning: Production chat has 90 % free memory, usually about 50 % at this hour');
  const { words, state } = await world.jobs.alerts.act({ target: 'memory-odd', action: 'normal', actor: 'U0BOB' });
  expect(state).toBe('done');
  expect(say(words)).toMatch(
    /^\{user:U0BOB\} said that this is normal now: memory-odd, .*It counts as usual from now on\.$/,
  );
  await world.clock.advance(minute);
  expect(headline()).toMatch(/^Closed as normal now after /);
  await world.restart();
  await world.clock.advance(5 * minute);
  expect(await conditions()).toEqual([]);
  expect(world.slack.roots()).toHaveLength(1);
  const { accepted } = (await world.store.alerts.get('memory-odd'))?.state ?? {};
  expect(accepted).toMatchObject({ by: 'U0BOB', shown: 0.9, usual: 0.5 });
});

it('another level than the accepted one still opens', async () => {
  await openAt(0.9);
  await world.jobs.alerts.act({ target: 'memory-odd', action: 'normal', actor: 'U0BOB' });
  await world.clock.advance(minute);
  await openAt(0.4);
  expect(await conditions()).toEqual(['firing']);
});

it('undone, the same incident goes on against what was usual before', async () => {
  await openAt(0.9);
  const { undo } = await world.jobs.alerts.act({ target: 'memory-odd', action: 'normal', actor: 'U0BOB' });
  await world.clock.advance(10 * second);
  const taken = await world.jobs.alerts.act({ target: 'memory-odd', action: 'undo', actor: 'U0ALICE', undo });
  expect(taken.state).toBe('done');
  await world.clock.advance(minute);
  expect(await conditions()).toEqual(['firing']);
  expect(world.slack.roots()).toHaveLength(1);
});
