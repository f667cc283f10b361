// Rules with several channels: one root for each incident and channel, all alike and linked, each with its thread; critical in a channel of its own.
import { afterEach, describe, expect, it } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { englishWording } from '../../src/wording.ts';
import { createWorld, memoryRule, type World } from './job-harness.ts';
import type { Posted } from './memory-slack.ts';

const one = 'C0ONCALL';
const two = 'C0SECOND';
const bad = 'C0CRITICAL';
const rule = memoryRule({ channels: [two], criticalChannels: [bad], mention: ['S0ONCALL', 'here'] });

let world: World;

async function begin(rules = [rule]): Promise<void> {
  world = await createWorld({ app: { pollEvery: 10 * second }, rules });
  await world.start();
  await world.clock.advance(15 * second);
}

afterEach(async () => {
  world.slack.fault = () => undefined;
  await world.end();
});

async function reach(ratio: number): Promise<void> {
  world.free(ratio);
  await world.clock.advance(14 * second);
}

const { text } = englishWording;
const headline = (root: Posted | undefined): string =>
  root?.message.kind === 'alert' ? text(root.message.view.headline) : '';
const mentions = ({ message }: Posted): readonly string[] =>
  message.kind === 'alert' ? message.view.mentions : message.kind === 'line' ? message.mentions : [];
const rootIn = (channel: string): Posted | undefined => world.slack.roots(channel)[0];
const lines = (channel: string): string[] =>
  world.slack
    .thread(rootIn(channel))
    .map(({ message, broadcast }) => `${broadcast ? '! ' : ''}${message.kind === 'line' ? text(message.text) : ''}`);

describe('an incident in several channels', () => {
  it('has one root in each, all edited alike and linked to each other, and a thread in each', async () => {
    await begin();
    await reach(0.1);
    expect(world.slack.roots().map(({ channel }) => channel)).toEqual([one, two]);
    expect([rootIn(one)?.links, rootIn(two)?.links]).toEqual([[two], [one]]);
    await world.jobs.alerts.act({ target: 'memory-low', action: 'note', actor: 'U0BOB', text: 'looking' });
    await world.clock.advance(3 * second);
    expect(lines(one)).toEqual([expect.stringContaining('looking')]);
    expect(lines(two)).toEqual(lines(one));
    await reach(0.5);
    for (const channel of [one, two]) {
      expect(world.slack.roots(channel)).toHaveLength(1);
      expect(headline(rootIn(channel))).toMatch(/^Resolved after .* is back to 50 % free memory/);
      expect(lines(channel).at(-1)).toMatch(/^! .*Resolved/);
    }
    expect(world.slack.roots(bad)).toEqual([]);
  });

  it('comes into the channel for critical when it is that, and people are pinged there alone', async () => {
    await begin();
    await reach(0.1);
    await reach(0.05);
    expect(rootIn(bad)).toMatchObject({ channel: bad });
    const pinged = world.slack.messages.filter((message) => mentions(message).length > 0);
    expect(pinged.map((message) => [message.channel, message.threadTs, mentions(message)])).toEqual([
      [bad, undefined, ['S0ONCALL', 'here']],
    ]);
    for (const channel of [one, two]) expect(lines(channel).at(-1)).toMatch(/^! .*Critical now/);
    expect([...(rootIn(one)?.links ?? [])].sort()).toEqual([bad, two]);
    expect([...(rootIn(bad)?.links ?? [])].sort()).toEqual([one, two]);
    await world.jobs.alerts.act({ target: 'memory-low', action: 'acknowledge', actor: 'U0BOB' });
    await world.clock.advance(3 * second);
    for (const channel of [one, two, bad]) expect(headline(rootIn(channel))).toContain('acknowledged by {user:U0BOB}');
    await reach(0.5);
    for (const channel of [one, two, bad]) expect(headline(rootIn(channel))).toMatch(/^Resolved/);
    expect(world.slack.roots()).toHaveLength(3);
  });

  it('pings each person once, and those who are here in each channel, where critical has none of its own', async () => {
    await begin([memoryRule({ channels: [two], mention: ['S0ONCALL', 'here'] })]);
    await reach(0.05);
    const pinged = world.slack.roots().map((root) => [root.channel, mentions(root)]);
    expect(pinged).toEqual([
      [one, ['S0ONCALL', 'here']],
      [two, ['here']],
    ]);
  });

  it('opens at critical in all of them at once', async () => {
    await begin();
    await reach(0.05);
    expect(
      world.slack
        .roots()
        .map(({ channel }) => channel)
        .sort(),
    ).toEqual([bad, one, two].sort());
    expect(new Set(world.slack.roots().map(headline)).size).toBe(1);
  });
});

describe('exactly once', () => {
  it.each(Array.from({ length: 14 }, (_, index) => index + 1))('also when the process dies at call %i', async (at) => {
    await begin();
    let calls = 0;
    world.slack.fault = () => {
      calls += 1;
      return calls === at ? { when: at % 2 === 0 ? 'before' : 'after', error: 'crash' } : undefined;
    };
    const steps = [0.1, 0.05, 0.5];
    for (const ratio of steps) {
      await reach(ratio);
      if (calls >= at) {
        world.slack.fault = () => undefined;
        await world.restart();
        calls = Number.NEGATIVE_INFINITY;
        await world.clock.advance(45 * second);
      }
    }
    await world.clock.advance(45 * second);
    expect((await world.store.outbox.status()).depth).toBe(0);
    const keys = world.slack.messages.map(({ key }) => key);
    expect(keys).toEqual([...new Set(keys)]);
    const incidents = await world.store.alerts.incidents(0, Number.MAX_SAFE_INTEGER);
    for (const { id } of incidents)
      for (const channel of [one, two]) {
        const roots = world.slack.roots(channel).filter(({ key }) => key.startsWith(id));
        expect(roots).toHaveLength(1);
        expect(roots[0]?.message).toMatchObject({ view: { closedAt: expect.any(Number) } });
      }
  });
});

describe('a storm in two channels', () => {
  it('has a summary in each, and the buttons of either act on all of it', async () => {
    const rules = Array.from({ length: 8 }, (_, index) =>
      memoryRule({ id: `low-${index}`, channels: [two], mention: [] }),
    );
    await begin(rules);
    await reach(0.1);
    await world.clock.advance(20 * second);
    const storms = [one, two].map((channel) =>
      world.slack.roots(channel).find((root) => headline(root).includes(' of 8 alerts')),
    );
    for (const storm of storms) {
      expect(headline(storm)).toBe('6 to 8 of 8 alerts at once, all on free memory of Production chat: 3 open');
      expect(storm?.message).toMatchObject({ view: { isStorm: true, actions: ['acknowledge', 'silence'] } });
    }
    const [, other] = storms;
    const target = other?.message.kind === 'alert' ? other.message.view.incident : '';
    const taken = await world.jobs.alerts.act({ target, action: 'acknowledge', actor: 'U0BOB' });
    expect(text(taken.words)).toMatch(/^Acknowledged by \{user:U0BOB\} until \d\d:\d\d: low-\d, low-\d and low-\d\.$/);
    await world.clock.advance(30 * second);
    await reach(0.5);
    await world.clock.advance(40 * second);
    expect(world.slack.roots()).toHaveLength(12);
    for (const root of world.slack.roots())
      expect(root.message).toMatchObject({ view: { closedAt: expect.any(Number) } });
  });
});

it('an incident of before the rule had more channels stays where it is, and the next one is in all', async () => {
  await begin([memoryRule()]);
  await reach(0.1);
  await world.restart({ values: { rules: [rule] } });
  await reach(0.09);
  await world.clock.advance(minute);
  expect(world.slack.roots().map(({ channel }) => channel)).toEqual([one]);
  await reach(0.5);
  await reach(0.1);
  expect(world.slack.roots().map(({ channel }) => channel)).toEqual([one, one, two]);
});
