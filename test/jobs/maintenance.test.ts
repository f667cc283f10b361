// Maintenance that people begin: told in the channel, muting all levels, ended early or by time, undone, and kept through a restart.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import type { ActResult } from '../../src/service-types.ts';
import { inEnglish } from '../support/in-english.ts';
import { createWorld, memoryRule, prod, type World } from './job-harness.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld({ values: { apps: [prod], rules: [memoryRule()] } });
  await world.start();
  await world.clock.advance(minute);
});
afterEach(() => world.end());

const begin = (length = 30 * minute, reason?: string): Promise<ActResult> =>
  world.jobs.maintenance.begin({
    ...{ apps: ['prod'], rules: [], actor: 'U0BOB' },
    until: world.clock.now() + length,
    reason,
  });
const end = (): Promise<ActResult> =>
  world.jobs.maintenance.end({ target: { kind: 'app', id: 'prod' }, actor: 'U0ALICE' });
const said = ({ words }: ActResult): unknown => inEnglish(words);

/** Line 1 of every root as it is now, and every line of a thread. */
const told = (): string[] => {
  const roots = world.slack.roots();
  const shown = [...roots, ...roots.flatMap((root) => world.slack.thread(root))];
  return shown.map(({ message }) =>
    String(inEnglish(message.kind === 'alert' ? message.view.headline : message.kind === 'line' ? message.text : '')),
  );
};

describe('a maintenance', () => {
  it('is told in the channel with who, its end and its reason, and mutes critical as well', async () => {
    const begun = await begin(30 * minute, 'deploy');
    expect(said(begun)).toBe('Maintenance of Production chat until 03:31, begun by {user:U0BOB}: deploy.');
    await world.clock.advance(5 * second);
    expect(told()).toEqual(['Maintenance of Production chat until 03:31, begun by {user:U0BOB}: deploy']);
    world.free(0.05);
    await world.clock.advance(10 * minute);
    expect(told()).toHaveLength(1);
    const why = await world.jobs.alerts.why('memory-low');
    const untold = /^Critical for 9 min: .*; nobody was told: in maintenance \(deploy\) until 03:31/;
    expect(inEnglish(why?.report.headline)).toMatch(untold);
    expect(inEnglish((await world.jobs.alerts.list())[0]?.words)).toMatch(untold);
  });

  it('ends by itself, says what still fires, and that opens then', async () => {
    await begin(10 * minute, 'deploy');
    world.free(0.05);
    await world.clock.advance(10 * minute + 20 * second);
    const all = told();
    expect(all).toContain('Maintenance of Production chat is over, from 03:01 to 03:11, 10 min: deploy');
    expect(all).toContain(
      'Maintenance of Production chat is over, from 03:01 to 03:11, 10 min: deploy. Still firing, told now: memory-low.',
    );
    expect(all.some((line) => /^Critical.*: Production chat has 5 % free memory/.test(line))).toBe(true);
  });

  it('is ended early by a person, goes on again when that is undone, and is listed until it is over', async () => {
    await begin();
    const ended = await end();
    expect(said(ended)).toBe(
      'Maintenance of Production chat is over, from 03:01 to 03:01, 0 s, ended early by {user:U0ALICE}.',
    );
    expect((await world.jobs.maintenance.list()).length).toBe(0);
    const undone = await world.jobs.alerts.act({
      ...{ target: ended.target ?? '', action: 'undo', undo: ended.undo, actor: 'U0BOB' },
    });
    expect(said(undone)).toBe('Maintenance of Production chat goes on until 03:31, by {user:U0BOB}.');
    expect(await world.jobs.maintenance.list()).toMatchObject([{ isNow: true, apps: ['prod'], by: 'U0BOB' }]);
    await world.clock.advance(20 * second);
    expect(told().at(-1)).toBe('Maintenance of Production chat goes on until 03:31, by {user:U0BOB}');
    await world.clock.advance(hour);
    expect(await world.jobs.maintenance.list()).toEqual([]);
  });

  it('is taken back by Undo, once', async () => {
    const begun = await begin();
    const undo = { target: begun.target ?? '', action: 'undo', undo: begun.undo, actor: 'U0BOB' } as const;
    expect(said(await world.jobs.alerts.act(undo))).toBe('Maintenance of Production chat was undone by {user:U0BOB}.');
    world.free(0.05);
    await world.clock.advance(4 * minute);
    expect(told().some((line) => line.startsWith('Critical: '))).toBe(true);
    expect(await world.jobs.alerts.act(undo)).toMatchObject({ state: 'not-open' });
  });

  it('goes on after a restart, and ends in time when the bot was away', async () => {
    await begin(10 * minute);
    world.free(0.05);
    await world.restart({});
    await world.clock.advance(5 * minute);
    expect(await world.jobs.maintenance.list()).toMatchObject([{ isNow: true }]);
    expect(told().some((line) => line.startsWith('Critical'))).toBe(false);
    await world.clock.advance(6 * minute);
    expect(told().some((line) => line.startsWith('Critical'))).toBe(true);
  });

  it('stands in one list with the windows of the configuration, which are ended there alone', async () => {
    const nightly = {
      ...{ id: 'nightly', cron: '0 3 * * *', timezone: prod.timezone, duration: hour, apps: ['prod'], rules: [] },
    };
    const later = { ...nightly, id: 'later', cron: '0 5 * * *' };
    await world.restart({ values: { apps: [prod], rules: [memoryRule()], maintenance: [later, nightly] } });
    const line = async () =>
      inEnglish(await Promise.all((await world.jobs.maintenance.list()).map(world.jobs.maintenance.wordsOf)));
    expect(await line()).toEqual([
      'nightly of Production chat until 04:00',
      'later of Production chat at 05:00 for 1 h',
    ]);
    const refused = await end();
    expect(refused.state).toBe('not-open');
    expect(said(refused)).toBe('nightly stands in the configuration and ends at 04:00.');
    await begin(2 * hour);
    expect(await line()).toContain('Production chat until 05:01, begun by {user:U0BOB}');
  });

  it('stands in the digest of the time', async () => {
    await begin(10 * minute);
    await world.clock.advance(20 * minute);
    const digest = {
      id: 'hourly',
      channel: 'C0OPS',
      cron: '0 * * * *',
      timezone: prod.timezone,
      period: 'hour',
    } as const;
    await world.restart({ values: { apps: [prod], rules: [memoryRule()], digests: [{ ...digest, apps: ['prod'] }] } });
    await world.clock.advance(hour);
    const preview = await world.jobs.digests.preview('hourly');
    expect(inEnglish(preview?.notes)).toContain(
      'Production chat was in maintenance from 03:01 to 03:11: nobody was told of its alerts.',
    );
  });
});
