// A platform that fails, asked in public: the reason is for the person who asked, the numbers of the others are for everyone.

import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { PlatformError } from '../../src/errors.ts';
import type { MetricValues } from '../../src/metrics/catalog.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { china, prod } from '../support/sample-app.ts';
import { imkit, jmessage, startBot, type TestBot, undoAll, values, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const hint = 'Give the key the Platform API permission.';
const failing = async (): Promise<MetricValues> => {
  const message = 'Production chat did not answer: HTTP 403, the key lacks platform permission.';
  throw new PlatformError('forbidden', message, { hint });
};

/** Two apps, of which prod fails and China answers; `answer` can be changed on the way. */
async function start(answer: { now: () => Promise<MetricValues> } = { now: failing }): Promise<TestBot> {
  const platforms = new Map([
    ['prod', imkit(systemClock, () => answer.now())],
    ['china', jmessage(systemClock)],
  ]);
  const bot = await startBot(undo, { values: { apps: [prod, china] }, platforms, renderers: [words] });
  bot.workspace.join(bot.channel, bot.workspace.bot.userId);
  await bot.store.samples.record('prod', systemClock.now() - 19 * 60_000, values);
  return bot;
}

const ask = ({ workspace, person, channel }: TestBot, text: string) =>
  workspace.command({ user: person, channel, text });

/** The fields of the line of the newest question. */
async function line(bot: TestBot): Promise<Record<string, unknown> | undefined> {
  await bot.slack.stop();
  return bot.log.findLast(({ message }) => message === 'Question answered')?.fields;
}

describe('an app that fails', () => {
  it('is not called fine beside others when only its days cannot be fetched', async () => {
    const daily = async (): Promise<never> => {
      throw new PlatformError('unavailable', 'China did not answer: HTTP 503.');
    };
    const platforms = new Map<string, Platform>([
      ['prod', imkit(systemClock)],
      ['china', { ...jmessage(systemClock), daily }],
    ]);
    const calm = { ...prod, connectionLimit: 20_000 };
    const bot = await startBot(undo, { values: { apps: [calm, china] }, platforms, renderers: [words] });
    const told = bot.workspace.renderText(await (await ask(bot, '')).replied());
    expect(told).toMatch(/^⚪ 2 apps: China needs a look/);
    expect(told).toContain('China did not answer: HTTP 503\n');
  });

  it.each(['prod', 'memory prod', 'connections prod 7d', 'messages prod', 'prod 6h', 'trend users.active prod 24h'])(
    'is line 1 of the answer to "%s", said once, with of when the numbers are',
    async (text) => {
      const bot = await start();
      const told = bot.workspace.renderText(await (await ask(bot, text)).replied());
      const reason = 'HTTP 403, the key lacks platform permission';
      expect(told).toMatch(/^⚪ Production chat did not answer: HTTP 403, the key lacks platform permission\n/);
      expect(told.split(reason)).toHaveLength(2);
      expect(told.split(hint)).toHaveLength(2);
      expect(told).toMatch(/Last numbers are from .*19 min ago/);
      expect(told).toContain('stale');
    },
  );

  it('is not called quiet in Home, of which the poll has failed for long', async () => {
    const bot = await start();
    const at = systemClock.now();
    const lastGoodAt = at - 19 * 60_000;
    await bot.store.savePoll({ app: 'prod', lastTriedAt: at, lastGoodAt, failures: 5 });
    await bot.workspace.openHome({ user: bot.person });
    const home = await bot.workspace.until(() => bot.workspace.home(bot.person), 'a Home tab');
    const told = bot.workspace.renderView(home);
    expect(told).toContain('Production chat has not answered since');
    expect(told).not.toContain('Production chat is quiet');
  });

  it('is told in Home by its reason, which names the app once', async () => {
    const bot = await start();
    const at = systemClock.now();
    const reason = verbatim('Production chat did not answer: HTTP 503, the server has trouble of its own.');
    await bot.store.savePoll({ app: 'prod', lastTriedAt: at, lastGoodAt: at - 19 * 60_000, failures: 5, reason });
    await bot.workspace.openHome({ user: bot.person });
    const home = await bot.workspace.until(() => bot.workspace.home(bot.person), 'a Home tab');
    const told = bot.workspace.renderView(home);
    expect(told).toContain('Production chat did not answer: HTTP 503');
    expect(told).not.toContain('has not answered since');
    expect(told).toContain('stale');
  });

  it('is explained to the person alone, however public the question was', async () => {
    const bot = await start();
    const told = await (await ask(bot, 'prod public')).replied();
    expect(told.ephemeralTo).toBe(bot.person);
    expect(bot.workspace.renderText(told)).toContain(hint);
    expect(bot.workspace.renderText(told)).toContain('19 min ago');
    expect(bot.workspace.messages(bot.channel)).toEqual([]);
    expect(await line(bot)).toMatchObject({
      view: 'summary',
      result: 'platform',
      failed: 'prod',
      failure: 'forbidden',
    });
    expect(bot.workspace.violations).toEqual([]);
  });

  it('is explained to the person alone after a mention', async () => {
    const bot = await start();
    const { workspace, channel, person } = bot;
    const { ts } = await workspace.mention({ user: person, channel, text: 'memory prod' });
    const told = await workspace.until(() => workspace.ephemerals(person, channel)[0], 'a private answer');
    expect(workspace.renderText(told)).toContain(hint);
    expect(workspace.thread(channel, ts)).toHaveLength(1);
  });

  it('leaves the answer as it stands when its reason cannot be delivered', async () => {
    const bot = await start();
    const { workspace, channel, person } = bot;
    workspace.fault({ method: 'chat.postEphemeral', kind: { error: 'user_not_in_channel' }, times: 9 });
    const { ts } = await workspace.mention({ user: person, channel, text: 'users' });
    await workspace.until(
      () => bot.log.find(({ message }) => message === 'Reason of a failure not delivered'),
      'a line',
    );
    expect(await line(bot)).toMatchObject({ view: 'users', result: 'partly', failed: 'prod' });
    expect(bot.log.filter(({ message }) => message === 'Question failed')).toEqual([]);
    expect(workspace.thread(channel, ts)).toHaveLength(2);
  });

  it('is told in place of a private answer that is refreshed, so that no old numbers look new', async () => {
    const answer = { now: async (): Promise<MetricValues> => values };
    const bot = await start(answer);
    const said = await (await ask(bot, 'memory prod')).replied();
    answer.now = failing;
    await bot.workspace.click({ user: bot.person, action: 'Refresh', channel: said.channel, ts: said.ts });
    const changed = await bot.workspace.until(
      () =>
        bot.workspace
          .ephemerals(bot.person)
          .find((one) => one.ts === said.ts && bot.workspace.renderText(one).includes(hint)),
      'a changed answer',
    );
    expect(bot.workspace.renderText(changed)).toContain('stale');
  });
});

describe('one app of two that fails', () => {
  it.each(['public', 'users public', 'users 7d public', '7d public', 'trend users public', 'apps public'])(
    '"%s": the numbers in public without a word of keys, the reason in private',
    async (text) => {
      const bot = await start();
      const request = await ask(bot, text);
      const told = await request.replied(2);
      const [shown, ...more] = bot.workspace.messages(bot.channel);
      const everyone = shown === undefined ? '' : `${bot.workspace.renderText(shown)}\n${shown.text}`;
      expect(more).toEqual([]);
      expect(everyone).toContain('China');
      expect(everyone).not.toMatch(/403|key|permission/i);
      expect(told.ephemeralTo).toBe(bot.person);
      expect(bot.workspace.renderText(told)).toContain(`HTTP 403, the key lacks platform permission.\n${hint}`);
      expect(await line(bot)).toMatchObject({ result: 'partly', failed: 'prod', failure: 'forbidden' });
      expect(bot.workspace.violations).toEqual([]);
    },
  );

  it('says in public that it did not answer, and how old its numbers are', async () => {
    const bot = await start();
    await (await ask(bot, 'public')).replied(2);
    const [shown] = bot.workspace.messages(bot.channel);
    const everyone = shown === undefined ? '' : bot.workspace.renderText(shown);
    expect(everyone).toContain('Production chat did not answer just now');
    expect(everyone).toContain('19 min ago');
  });

  it('is asked again when the private answer is shared, so that its reason stays private', async () => {
    const bot = await start();
    const said = await (await ask(bot, 'users')).replied();
    expect(bot.workspace.renderText(said)).toContain(hint);
    await bot.workspace.click({ user: bot.person, action: 'Share to channel', channel: said.channel, ts: said.ts });
    const shared = await bot.workspace.until(() => bot.workspace.messages(bot.channel)[0], 'a shared answer');
    expect(`${bot.workspace.renderText(shared)}\n${shared.text}`).not.toMatch(/403|key|permission/i);
  });
});

describe('the record of a question', () => {
  it('counts platforms that failed apart from answers', async () => {
    const telemetry = createTelemetry();
    const platforms = new Map([['prod', imkit(systemClock, failing)]]);
    const bot = await startBot(undo, { platforms, telemetry, renderers: [] });
    await (await ask(bot, 'memory')).replied();
    expect(await line(bot)).toMatchObject({ view: 'memory', result: 'platform', failed: 'prod', failure: 'forbidden' });
    expect(await telemetry.text()).toContain('{view="memory",result="platform"} 1');
  });

  it('names no failure where every platform answered', async () => {
    const bot = await startBot(undo, { renderers: [] });
    await (await ask(bot, 'memory')).replied();
    const fields = await line(bot);
    expect(fields).toMatchObject({ view: 'memory', result: 'answered' });
    expect(fields).not.toHaveProperty('failed');
  });
});
