// Home over the local Slack: published when it is opened or pressed, kept fresh for ten minutes, sixty times a minute at most.
import { afterEach, describe, expect, it } from 'vitest';
import { minute, second } from '../../../src/clock.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import type { AlertService } from '../../../src/service-types.ts';
import { keptFresh, lookEvery, publishesPerMinute } from '../../../src/slack/home/home-publisher.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { startBot, type TestBot, undoAll, words } from '../slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const app = { id: 'prod', name: 'Production chat' };
const nothing = async () => ({ state: 'done', words: verbatim('Done.') }) as const;

/** An alert whose words a test changes, with how often it was asked for. */
function alertService(): AlertService & { words: string; lists: number } {
  const open = { rule: 'memory-low', app, condition: 'firing', level: 'warning', incident: 'memory-low@1' } as const;
  const service = {
    words: 'Low: 14 %.',
    lists: 0,
    list: async () => {
      service.lists += 1;
      return [{ ...open, words: verbatim(service.words) }];
    },
    why: async () => undefined,
    ...{ test: nothing, act: nothing, undoLast: nothing },
  };
  return service;
}

interface Opened {
  readonly bot: TestBot;
  readonly clock: FakeClock;
  readonly alerts: ReturnType<typeof alertService>;
  /** The published Homes of everybody, so far. */
  readonly published: () => number;
  readonly shown: (user?: string) => string;
}

async function start(): Promise<Opened> {
  const clock = createFakeClock(Date.now());
  const alerts = alertService();
  const bot = await startBot(undo, { clock, alerts, renderers: [words] });
  return {
    ...{ bot, clock, alerts },
    published: () => bot.workspace.log.filter(({ method }) => method === 'views.publish').length,
    shown: (user = bot.person) => {
      const home = bot.workspace.home(user);
      return home === undefined ? '' : bot.workspace.renderView(home);
    },
  };
}

const until = (one: Opened, text: string): Promise<unknown> =>
  one.bot.workspace.until(() => one.shown().includes(text), `Home with ${text}`);

/** Lets time pass from look to look until it is so. */
async function look(one: Opened, isSo: () => boolean): Promise<void> {
  let before = -1;
  await one.bot.workspace.until(() => {
    if (isSo()) return true;
    if (before === one.alerts.lists) void one.clock.advance(lookEvery);
    before = one.alerts.lists;
    return false;
  }, 'a look');
}

async function lookFor(one: Opened, text: string): Promise<void> {
  one.alerts.words = text;
  await look(one, () => one.shown().includes(text));
}

describe('Home that was opened', () => {
  it('follows what changes, without being opened again, and is published for nothing else', async () => {
    const one = await start();
    await one.bot.workspace.openHome({ user: one.bot.person });
    await one.bot.workspace.until(() => one.published() === 1, 'a publish');
    const before = one.alerts.lists;
    await look(one, () => one.alerts.lists > before + 4);
    await lookFor(one, 'Low: 9 %.');
    expect(one.published()).toBe(2);
    expect(one.bot.workspace.violations).toEqual([]);
  });

  it('is left as it is ten minutes after the last opening or press', async () => {
    const one = await start();
    await one.bot.workspace.openHome({ user: one.bot.person });
    await until(one, 'Low: 14 %.');
    await one.clock.advance(keptFresh - minute);
    const viewId = one.bot.workspace.home(one.bot.person)?.id ?? '';
    await one.bot.workspace.click({ user: one.bot.person, viewId, action: 'refresh_home' });
    await one.bot.workspace.until(() => one.published() === 2, 'a press');
    await one.clock.advance(keptFresh - minute);
    await lookFor(one, 'Low: 9 %.');
    await one.clock.advance(minute);
    one.alerts.words = 'Low: 3 %.';
    await one.clock.advance(2 * minute);
    await one.bot.workspace.openHome({ user: 'U0ADMIN' });
    await one.bot.workspace.until(() => one.shown('U0ADMIN').includes('Low: 3 %.'), 'the Home of another');
    expect(one.shown()).toContain('Low: 9 %.');
  });

  it('is drawn anew where somebody else has published another one meanwhile', async () => {
    const one = await start();
    const { workspace, person } = one.bot;
    await workspace.openHome({ user: person });
    await until(one, 'Low: 14 %.');
    await Promise.all([workspace.openHome({ user: person }), workspace.openHome({ user: person })]);
    // The later of the two knows the view of before.
    await workspace.until(() => one.published() >= 4, 'both openings');
    const refusals = workspace.log.flatMap(({ method, error }) => (method === 'views.publish' ? [error] : []));
    expect(refusals).toEqual([undefined, undefined, 'hash_conflict', undefined]);
    await lookFor(one, 'Low: 9 %.');
    expect(one.bot.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is published sixty times a minute at most; who comes later has it with the next look that may', async () => {
    const one = await start();
    const { workspace } = one.bot;
    const people = Array.from({ length: publishesPerMinute + 5 }, (_, index) => `U0READER${index}`);
    const template = workspace.users.find(({ role }) => role === 'member');
    if (template === undefined) throw new Error('there is no member');
    for (const id of people) workspace.addUser({ ...template, id, name: id.toLowerCase() });
    await Promise.all(people.map((user) => workspace.openHome({ user })));
    await workspace.until(() => one.published() === publishesPerMinute, 'sixty');
    const before = one.alerts.lists;
    await one.clock.advance(lookEvery);
    await workspace.until(() => one.alerts.lists > before, 'a look');
    expect(one.published()).toBe(publishesPerMinute);
    await look(one, () => people.every((user) => workspace.home(user) !== undefined));
    await workspace.until(() => one.published() === people.length, 'one publish each');
  });

  it('says why there is none to who may not ask', async () => {
    const one = await start();
    await one.bot.apply({ access: { run: ['U0ADMIN'], manage: [] } });
    await one.bot.workspace.openHome({ user: one.bot.person });
    await until(one, 'You are not on the list of people who may ask imstats');
    expect(one.shown()).not.toContain('Low');
  });

  it('is left alone by a bot that has stopped', async () => {
    const one = await start();
    await one.bot.workspace.openHome({ user: one.bot.person });
    await until(one, 'Low: 14 %.');
    await one.bot.slack.stop();
    one.alerts.words = 'Low: 9 %.';
    await one.clock.advance(2 * lookEvery + second);
    expect(one.published()).toBe(1);
  });
});
