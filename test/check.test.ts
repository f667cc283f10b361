// `npm run check` against a local Slack and sample platforms: what it finds, what it says, its exit code.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../src/alerting/rule-override.ts';
import { runCheck } from '../src/check.ts';
import { hour, minute, systemClock } from '../src/clock.ts';
import { loadConfig } from '../src/config/load.ts';
import { type SamplePlatforms, startSamplePlatforms } from '../src/demo/platforms/sample-platforms.ts';
import { startWorkspace, type Workspace } from '../src/demo/workspace/workspace.ts';
import { silentLogger } from '../src/logger.ts';
import { verbatim } from '../src/metrics/phrase.ts';
import { openNetwork } from '../src/network.ts';
import { type Scope, scopes } from '../src/slack/identity.ts';
import { openStore } from '../src/store/index.ts';
import { startChartChild } from './support/chart-child.ts';
import { packageRoot } from './support/package-root.ts';

const manifest = readFileSync(resolve(import.meta.dirname, '../manifest.yml'), 'utf8');

let folder: string;
let workspace: Workspace;
let platforms: SamplePlatforms;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imstats-check-'));
  workspace = await startWorkspace({ clock: systemClock, scopes: manifest });
  platforms = await startSamplePlatforms({ clock: systemClock });
});
afterEach(async () => {
  await Promise.all([workspace.stop(), platforms.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function configure(change: (text: string) => string = (text) => text) {
  const text = `
slack: { botToken: ${workspace.tokens.bot}, appToken: ${workspace.tokens.app}, apiUrl: "${workspace.apiUrl}" }
store: sqlite:data/imstats.db
apps:
  - { id: prod, name: Production chat, platform: imkit, url: "${platforms.imkit.url}", apiKey: ${platforms.imkit.apiKey} }
  - { id: china, platform: jmessage, url: "${platforms.jmessage.url}", appKey: ${platforms.jmessage.appKey}, masterSecret: ${platforms.jmessage.masterSecret} }
digests:
  - { id: daily, channel: C0OPS, schedule: "0 9 * * *" }
alerts:
  - { id: memory-low, app: prod, metric: memory.free_ratio, below: 15%, clearAt: 20%, channel: C0ONCALL }
`;
  writeFileSync(join(folder, 'imstats.yml'), change(text));
  return loadConfig({ folder, environment: {} });
}

async function check(config = configure(), isPosting = false) {
  const printed: string[] = [];
  const code = await runCheck(config, {
    clock: systemClock,
    fetch: globalThis.fetch,
    logger: silentLogger,
    random: () => 0.5,
    root: packageRoot,
    newId: () => 'check',
    startChartChild,
    network: openNetwork({}),
    print: (text) => printed.push(text),
    isPosting,
  });
  return { code, text: printed.join('\n') };
}

describe('the check', () => {
  it('says of every platform, token and channel that it is well, and what each alert says now', async () => {
    const { code, text } = await check();

    expect(text).toMatch(/^ok {4}App prod +answers in \d+ m?s: active users [\d,]+/m);
    expect(text).toMatch(/^ok {4}App china +answers/m);
    expect(text).toMatch(/^ok {4}Slack bot token +signed in as \w+ in .+, with every scope$/m);
    expect(text).toMatch(/^ok {4}Slack channel C0OPS +can be read$/m);
    expect(text).toMatch(/^Alert memory-low: .* has \d.* free memory/im);
    expect(code).toBe(0);
  });

  it('says what a rule would have said over the stored past', async () => {
    const config = configure();
    mkdirSync(join(folder, 'data'));
    const store = await openStore(config.store, { clock: systemClock, logger: silentLogger, owner: 'past' });
    const now = systemClock.now();
    for (let at = now - 3 * hour; at < now; at += minute) {
      const isLow = at > now - 2 * hour && at < now - hour;
      await store.samples.record('prod', at, { 'memory.free_ratio': isLow ? 0.1 : 0.5 });
    }
    await store.close();

    const { text } = await check(config);

    expect(text).toMatch(/would have opened once, .* for 1 h/);
  });

  it('says that a daily curve will trip an alert, and nothing of one that it does not', async () => {
    const rules = `
  - { id: nights, app: prod, metric: connections.current, below: 300, channel: C0ONCALL }
  - { id: always, app: prod, metric: connections.current, below: 5000, channel: C0ONCALL }
  - { id: never, app: prod, metric: connections.current, above: 3000, channel: C0ONCALL }
  - { id: full, app: prod, kind: forecast, metric: connections.current, reaches: 2000, channel: C0ONCALL }
  - { id: stopped, app: prod, kind: drop, metric: connections.current, channel: C0ONCALL }
`;
    const config = configure((text) => `${text}${rules}`);
    const past = async (weeks: number): Promise<void> => {
      mkdirSync(join(folder, 'data'), { recursive: true });
      const store = await openStore(config.store, { clock: systemClock, logger: silentLogger, owner: 'past' });
      const now = systemClock.now();
      const count = weeks * 7 * 24 * 6;
      const polls = Array.from({ length: count }, (_, index) => {
        const at = now - (count - index) * 10 * minute;
        return { at, values: { 'connections.current': 700 + 600 * Math.sin((2 * Math.PI * at) / (24 * hour)) } };
      });
      await store.samples.recordAll('prod', polls);
      await store.close();
    };
    await past(2 / 7);
    const young = (await check(config)).text;
    expect(young).toMatch(
      /^Note: Alert full: .*not known yet \(\d of 3 weeks are stored\)\. Until it is, a rise or fall that/m,
    );
    expect(young).toMatch(/^Note: Alert stopped: .* closing time trips the alert/m);
    await past(5);
    const old = (await check(config)).text;
    expect(old).toMatch(
      /^Note: Alert nights: connections now was under 300 for an hour or more on \d\d of \d\d days and not in between/m,
    );
    expect(old).not.toMatch(/^Note: Alert (always|never|full|stopped|memory-low): .*(curve|usual)/m);
  });

  it('lists the rules that were changed in Slack, has them hold, and says which of them the file ends', async () => {
    const config = configure((text) =>
      text.replace(
        'alerts:',
        'alerts:\n  - { id: peak, app: prod, metric: connections.peak, above: 100000, channel: C0ONCALL }',
      ),
    );
    const owner = { clock: systemClock, logger: silentLogger, owner: 'test' };
    mkdirSync(join(folder, 'data'));
    const store = await openStore(config.store, owner);
    const at = Date.parse('2026-12-03T10:00:00Z');
    const [memory, peak] = ['memory-low', 'peak'].map((id) => config.written.find(({ rule }) => rule.id === id));
    if (memory === undefined || peak === undefined) throw new Error('the rules are not in the file');
    const settings = { below: '10%', clearAt: '20%', channel: ['C0ONCALL'] };
    await store.settings.saveOverride({ rule: 'memory-low', settings, by: 'U0BOB', at, of: fingerprintOf(memory) });
    await store.settings.saveOverride({ rule: 'peak', settings: { above: '9' }, by: 'U0BOB', at, of: 'another text' });
    await store.close();

    const { code, text } = await check(config);

    expect(text).toContain(
      'Note: Alert memory-low: warning under 15 % → under 10 %. Changed in Slack by U0BOB on 3 Dec.',
    );
    expect(text).toContain('Note: Alert peak has the settings of the file again, because its rule was changed there.');
    expect(text).toContain('Warning: under 10 %');
    expect(code).toBe(0);
  });

  it('leaves the store as it is, byte for byte, and nothing new beside it', async () => {
    const config = configure();
    const store = await openStore(config.store, { clock: systemClock, logger: silentLogger, owner: 'past' });
    const before = systemClock.now() - hour;
    await store.samples.record('prod', before, { 'memory.free_ratio': 0.1 });
    await store.savePoll({ app: 'prod', lastTriedAt: before, failures: 7, reason: verbatim('HTTP 503') });
    await store.close();
    const contents = (): [string, string][] =>
      readdirSync(join(folder, 'data'))
        .sort()
        .map((name) => [name, readFileSync(join(folder, 'data', name), 'hex')]);
    const untouched = contents();

    const { code, text } = await check(config);

    expect(text).toMatch(/^ok {4}Store +opens$/m);
    expect(code).toBe(0);
    expect(contents()).toEqual(untouched);
  });

  it('says of no alert that a platform answers which did not', async () => {
    const away = (text: string): string => text.replace(/url: "http:[^"]+"/, 'url: "http://127.0.0.1:9"');
    const { text } = await check(configure(away));
    expect(text).toMatch(/^FAIL {2}App prod /m);
    expect(text).toMatch(/^Alert prod\.unreachable: .*(has not answered|does not answer|gives no numbers)/m);
    expect(text).not.toContain('Production chat answers');
  });

  it.each([
    [
      'a key that is wrong',
      (text: string) => text.replace(/apiKey: \w+/, 'apiKey: wrongkey'),
      /^FAIL {2}App prod +.*401/m,
    ],
    [
      'a channel that is not there',
      (text: string) => text.replace('C0OPS', 'C0NOWHERE'),
      /^FAIL {2}Slack channel C0NOWHERE +Slack says channel_not_found/m,
    ],
    [
      'a token that is wrong',
      (text: string) => text.replace(/botToken: [\w-]+/, 'botToken: xoxb-wrong'),
      /^FAIL {2}Slack bot token +Slack says invalid_auth/m,
    ],
    [
      'a platform that is away',
      (text: string) => text.replace(/url: "http:[^"]+"/, 'url: "http://127.0.0.1:9"'),
      /^FAIL {2}App prod /m,
    ],
  ])('fails on %s and says what to do', async (_name, change, line) => {
    const { code, text } = await check(configure(change));

    expect(text).toMatch(line);
    expect(text).toMatch(/^ok {4}App china/m);
    expect(code).toBe(1);
  });

  it('says of each token what to put in its place, and nothing of what needs the token that is refused', async () => {
    const change = (text: string): string => text.replace(/botToken: [\w-]+/, 'botToken: xoxb-wrong');
    const both = (text: string): string => change(text).replace(/appToken: [\w-]+/, 'appToken: xapp-wrong');
    const { text } = await check(configure(both));
    expect(text).toMatch(/^FAIL {2}Slack bot token +Slack says invalid_auth.*Bot User OAuth Token/m);
    expect(text).toMatch(
      /^FAIL {2}Slack app token +Slack refuses the app token \(invalid_auth\)\. Put an app-level token/m,
    );
    expect(text).toMatch(/^FAIL {2}Slack channels? .*not tried before the bot token works: C0/m);
    expect(text.match(/invalid_auth/g)).toHaveLength(2);
  });

  describe('of an app that lacks scopes', () => {
    const checkWith = async (granted: readonly string[], change?: (text: string) => string) => {
      await workspace.stop();
      workspace = await startWorkspace({ clock: systemClock, scopes: granted });
      return check(configure(change));
    };
    const all = Object.keys(scopes);
    const without = (name: string): string[] => all.filter((one) => one !== name);

    it.each(Object.entries<Scope>(scopes))(
      'says what is lost without %s, and fails where the bot needs it',
      async (name, scope) => {
        const { code, text } = await checkWith(without(name));
        const isOptional = scope.isOptional === true;
        expect(text.replaceAll(/ +/g, ' ')).toContain(
          `${isOptional ? 'ok' : 'FAIL'} Slack scope ${name} is not granted${isOptional ? ', and optional' : ''}. ${scope.lost}`,
        );
        expect(text.match(/Slack scope /g)).toHaveLength(1);
        expect(text).toMatch(/^ok {4}Slack bot token .*paste manifest\.yml into the Slack app again/m);
        expect(code).toBe(isOptional ? 0 : 1);
      },
    );

    it('fails without a scope that the configuration needs', async () => {
      const { code, text } = await checkWith(
        without('usergroups:read'),
        (text) => `${text}access: { manage: [S0ONCALL] }\n`,
      );
      expect(text).toMatch(/^FAIL {2}Slack scope usergroups:read /m);
      expect(code).toBe(1);
    });

    it('says of a channel what can be done in it without being inside', async () => {
      workspace.leave('C0OPS', workspace.bot.userId);
      expect((await check()).text).toMatch(/^ok {4}Slack channel C0OPS +the bot is not in it: it can post there/m);
      const { code, text } = await checkWith(without('channels:history'));
      expect(text).toMatch(/^ok {4}Slack channel C0OPS +cannot be read without the scope for it; only --post/m);
      expect(code).toBe(0);
    });
  });

  it('works beside a bot that runs on the same store', async () => {
    const config = configure();
    const store = await openStore(config.store, { clock: systemClock, logger: silentLogger, owner: 'bot' });
    try {
      const { code, text } = await check(config);

      expect(text).toMatch(/^ok {4}Store +.*without the past/m);
      expect(code).toBe(0);
    } finally {
      await store.close();
    }
  });

  it('shows no secret, whatever fails', async () => {
    platforms.controls.setFault('imkit', 'garbage');
    platforms.controls.setFault('jmessage', 'unauthorized');

    const { text } = await check();

    for (const secret of [
      platforms.imkit.apiKey,
      platforms.jmessage.masterSecret,
      workspace.tokens.bot,
      workspace.tokens.app,
    ])
      expect(text).not.toContain(secret);
  });

  it('posts a line into each channel and removes it only where it is asked to, and says what pings and pictures may do', async () => {
    const config = configure((text) => text.replace('channel: C0ONCALL', 'channel: C0ONCALL, mention: [here]'));
    await check(config);
    expect(workspace.log.filter(({ method }) => method === 'chat.postMessage')).toEqual([]);
    const asked = await check(config, true);
    expect(asked.text).toMatch(/^ok {4}Slack channel C0OPS +can be read; a line was posted and removed$/m);
    expect(asked.text).toMatch(
      /^ok {4}Slack channel C0ONCALL +can be read; a line with @here was posted and removed$/m,
    );
    expect(asked.text).toMatch(/^ok {4}Slack pictures +can be uploaded$/m);
    expect(workspace.everything()).toEqual([]);
    const refused = ({ text }: Readonly<Record<string, unknown>>) => String(text).includes('<!here>');
    workspace.fault({ method: 'chat.postMessage', kind: { error: 'restricted_action' }, times: 9, when: refused });
    expect((await check(config, true)).text).toContain(
      'with @here Slack refuses it (restricted_action): name people or a user group instead',
    );
    expect(workspace.everything()).toEqual([]);
  });
});
