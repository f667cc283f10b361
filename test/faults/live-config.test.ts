// The whole bot takes another configuration while an incident is open, a digest is due and Slack does not answer.
import { expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { ConfigError } from '../../src/errors.ts';
import { chinaApp, dailyDigest, memoryRule, places } from './configuration.ts';
import { expectOnceEach, rootOf, toldOf } from './delivery-assertions.ts';
import { allTold, beforeNine, comeBack, digestSent, fall } from './scenario.ts';
import { withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

const prodApp = (name: string, more = ''): string =>
  `  - { id: prod, name: ${name}, platform: imkit, url: "$\{IMKIT_URL}", apiKey: "$\{IM_API_KEY}", pollEvery: 10s${more} }\n`;

it('goes on under the same root with other names and limits, polls what is new, and sends one digest', async () => {
  await withWholeBot({ at: beforeNine, digests: dailyDigest }, async (whole) => {
    const { workspace } = whole;
    await whole.advance(10 * second);
    await fall(whole);
    await whole.reach(() => rootOf(workspace, 'memory-low'), minute, 'the opening');
    const opened = rootOf(workspace, 'memory-low');
    const apps = prodApp('Chat of Berlin') + chinaApp('30s');
    const alerts = memoryRule.replace('below: 8%', 'below: 9%').replace(places.alerts, places.fallback);
    const applied = await whole.apply({ apps, alerts, digests: dailyDigest, more: 'access: { run: [U0BOB] }\n' });
    expect(applied).toEqual({ atNextStart: [] });
    expect(await whole.ask('users')).toContain('access.run');
    whole.memory(0.085);
    await whole.advance(20 * second);
    expect(rootOf(workspace, 'memory-low')).toMatchObject({ ts: opened?.ts, channel: opened?.channel });
    expect(rootOf(workspace, 'memory-low')?.text).toMatch(/^.*Critical: Chat of Berlin has /);
    await comeBack(whole);
    await digestSent(whole);
    await allTold(whole);
    expectOnceEach(workspace, whole);
    expect(whole.rows("select app from poll where app = 'china'").length).toBe(1);
    expect(whole.rows('select id from incident').length).toBe(1);
  });
});

it('closes what an app that is removed has left open, although Slack is away just then', async () => {
  await withWholeBot({ apps: prodApp('Production chat') + chinaApp('1h') }, async (whole) => {
    const { workspace } = whole;
    await whole.advance(10 * second);
    await fall(whole);
    await whole.reach(() => rootOf(workspace, 'memory-low'), minute, 'the opening');
    const away = workspace.fault({ method: 'chat.update', kind: 'cut-after', times: 2 });
    await whole.apply({ apps: chinaApp('1h'), alerts: '' });
    await whole.reach(() => away.hits === 2, 2 * minute, 'two tries in vain');
    await allTold(whole);
    expectOnceEach(workspace, whole);
    expect(toldOf(workspace, String(whole.rows('select id from incident')[0]?.['id'])).roots[0]?.text).toContain(
      'Closed, because Production chat was removed from the configuration',
    );
    const polls = whole.rows("select last_tried_at from poll where app = 'prod'");
    await whole.advance(minute);
    expect(whole.rows("select last_tried_at from poll where app = 'prod'")).toEqual(polls);
  });
});

it('says what takes effect at the next start only, and hides the secrets of a later configuration', async () => {
  await withWholeBot({}, async (whole) => {
    const secret = 'im_a_later_key_of_another_app';
    const apps = `${prodApp('Production chat')}  - { id: other, platform: imkit, url: "$\{IMKIT_URL}", apiKey: ${secret} }\n`;
    const written = { apps, charts: '[image]', entrance: 'socket' as const };
    const { atNextStart } = await whole.apply(written);
    expect(atNextStart).toEqual(['slack.appToken', 'slack.signingSecret', 'slack.port', 'slack.host', 'charts']);
    const said = whole.log.map(({ msg }) => msg).filter((msg) => msg.includes('next start'));
    expect(said).toEqual([`Changes of ${atNextStart.join(', ')} take effect at the next start.`]);
    whole.logger().info(`the key is ${secret}`, { key: secret });
    expect(JSON.stringify(whole.log.at(-1))).not.toContain(secret);
    expect((await whole.apply({})).atNextStart).toEqual([]);
  });
});

it('tells a wrong configuration in the fallback channel and in health until it is mended, and then how it differs', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    const told = (): string[] => workspace.messages(places.fallback).map(({ text }) => text.replaceAll('\u200b', ''));
    const mistakes = ['a', 'b', 'c', 'd'].map((at) => ({ where: `imstats.yml:${at}`, what: 'is wrong' }));
    await whole.bot().refuse(new ConfigError(mistakes));
    await whole.reach(() => told().length === 1, minute, 'the refusal');
    expect(told()[0]).toBe(
      'The changed configuration has 4 mistakes, so the one before it goes on: imstats.yml:a: is wrong; imstats.yml:b: is wrong; imstats.yml:c: is wrong; and 1 more, which the log has.',
    );
    expect(await whole.ask('health')).toMatch(/configuration, .*: The changed configuration has 4 mistakes/);
    await whole.apply({ apps: prodApp('Production chat') + chinaApp('1h'), alerts: '' });
    await whole.reach(() => told().length === 2, minute, 'the mending');
    expect(told()[1]).toBe('The configuration is right again, and was taken.');
    const health = await whole.ask('health');
    expect(health).not.toContain('mistakes');
    expect(health).toMatch(/Taken anew .*: added apps\.china; changed apps\.prod; removed alerts\.memory-low\./);
    expect(whole.log.findLast(({ msg }) => msg === 'configuration changed')).toMatchObject({
      ...{ added: 'apps.china', changed: 'apps.prod', removed: 'alerts.memory-low' },
    });
  });
});

it('takes a new bot token that Slack accepts, keeps the old one instead of a wrong one, and hides both', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    const next = { botToken: 'xoxb-reissued-token' };
    await whole.apply(next);
    expect(whole.log.at(-1)).toMatchObject({
      msg: 'Tokens of Slack were not taken; the old ones go on.',
      tokens: 'slack.botToken',
    });
    const told = (): string[] => workspace.messages(places.fallback).map(({ text }) => text);
    await whole.reach(() => told().length === 1, minute, 'the refusal');
    const refused =
      /Changed tokens of Slack were not taken, so the old ones go on; .*invalid_auth.* They are tried again every minute\./;
    expect(told()[0]).toMatch(refused);
    const health = (await whole.ask('health')).replace(/\s+/g, ' ');
    expect(health).toMatch(refused);
    expect(health).toMatch(/Taken anew .*: nothing differs\./);
    await fall(whole);
    await whole.reach(() => rootOf(workspace, 'memory-low'), minute, 'the opening with the old token');
    workspace.reissue('bot', next.botToken);
    expect(await whole.apply(next)).toEqual({ atNextStart: [] });
    await comeBack(whole);
    await allTold(whole);
    expectOnceEach(workspace, whole);
    expect(told()).toHaveLength(2);
    expect(await whole.ask('health')).toContain('imstats is well');
    whole.logger().info(`the token is ${next.botToken}`);
    expect(JSON.stringify(whole.log)).not.toContain(next.botToken);
  });
});

it('keeps the history and the open incident of an app that gets another id, also over a restart', async () => {
  const chat = prodApp('Chat', ', channel: C0ONCALL, was: [prod]').replace('id: prod', 'id: chat');
  const renamed = { apps: chat, alerts: memoryRule.replace('app: prod', 'app: chat') };
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    await whole.advance(10 * second);
    await fall(whole);
    await whole.reach(() => rootOf(workspace, 'memory-low'), minute, 'the opening');
    const opened = rootOf(workspace, 'memory-low');
    const samples = (app: string): number => whole.rows(`select at from sample where app = '${app}'`).length;
    const before = samples('prod');
    await whole.apply(renamed);
    await whole.advance(minute);
    expect(samples('prod')).toBe(0);
    expect(samples('chat')).toBeGreaterThan(before);
    await whole.stop();
    await whole.start(renamed);
    expect(whole.log.filter(({ msg }) => msg === 'App chat has the history of prod, its former id.')).toHaveLength(1);
    await comeBack(whole);
    await allTold(whole);
    expectOnceEach(workspace, whole);
    expect(rootOf(workspace, 'memory-low')?.ts).toBe(opened?.ts);
    expect(whole.rows('select app, reason from incident')).toEqual([{ app: 'chat', reason: 'recovered' }]);
    await whole.apply({});
    expect(whole.log.map(({ msg }) => msg)).toContainEqual(
      expect.stringMatching(/^App chat is gone and app prod is new/),
    );
  });
});
