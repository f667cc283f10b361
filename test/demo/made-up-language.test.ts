// The whole bot in a made-up language: no English is left in what the workspace gets of digests, answers, alerts, health and Home.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bot, createBotOn, openResources } from '../../src/bot.ts';
import { createRenderers, privateOrder } from '../../src/charts/index.ts';
import { systemClock } from '../../src/clock.ts';
import { demoApps, demoIds, demoZone } from '../../src/demo/configuration.ts';
import { type Environment, openEnvironment } from '../../src/demo/environment.ts';
import { createMovingClock } from '../../src/demo/moving-clock.ts';
import { seedDailyStatistics, seedDigestRuns, seedHistory } from '../../src/demo/seed-history.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { silentLogger } from '../../src/logger.ts';
import { startChartChild } from '../support/chart-child.ts';
import { foreignWords, madeUpWording } from '../support/made-up-wording.ts';
import { packageRoot } from '../support/package-root.ts';

let environment: Environment;
let bot: Bot;
const seen: string[] = [];

beforeAll(async () => {
  const clock = createMovingClock(systemClock);
  environment = await openEnvironment(clock, packageRoot);
  const { config, platforms, workspace } = environment;
  let ids = 0;
  const newId = (): string => `id${++ids}`;
  const { fetch } = globalThis;
  const deps = { clock, fetch, random: () => 0.5, root: packageRoot, newId, startChartChild, logger: silentLogger };
  const opened = await openResources(config, deps);
  const { chartProcess, store } = opened;
  const wording = madeUpWording;
  const needs = { ...deps, quickchart: config.quickchart, chartProcess, wording };
  const renderers = createRenderers(config.charts, needs);
  const privateRenderers = createRenderers(privateOrder(undefined, config.charts), needs);
  bot = createBotOn({ ...opened, wording, renderers, privateRenderers });
  workspace.on((event) => {
    if (event.type === 'file') seen.push(event.file.title);
    if (event.type === 'message' || event.type === 'ephemeral' || event.type === 'changed') keep(event.message);
  });
  const now = clock.now();
  await seedHistory(store, platforms.controls, now);
  await seedDailyStatistics(store, opened.platforms.get(demoApps.messages), now);
  await seedDigestRuns(store, config.digests, now);
  await bot.start();
});
afterAll(async () => {
  await bot?.stop();
  await environment?.close();
});

/** Keys of a block whose text nobody reads. */
const unread = /^(type|.*_id|id|value|url|style|align|channel|user)$/;

function textsOf(part: unknown, name = ''): string[] {
  // What is read aloud of a button ends with the command that it repeats.
  if (name === 'accessibility_label') return [String(part).replace(/\/imstats .*$/, '')];
  if (typeof part === 'string') return unread.test(name) ? [] : [part];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => textsOf(value, Array.isArray(part) ? name : key));
}

function keep({ blocks, text }: Message): void {
  seen.push(...textsOf(blocks), text);
}

const ask = async (text: string): Promise<void> => {
  const asked = await environment.workspace.command({ user: 'U0ALICE', channel: demoIds.ops, text });
  await asked.replied();
};

/** Names of the configuration and of people, codes, commands to paste, products, and Slack's markup. */
const names = [
  ...['Production chat', 'China', demoZone, demoApps.messagesZone, 'Free memory of the chat host is low'],
  ...['memory-low', 'connections-high', 'prod.unreachable', 'china.unreachable', 'prod', 'china', 'daily'],
  ...['IMKit', 'JMessage', 'Socket Mode', 'HTTP', '/imstats why ALERT', '/imstats help', '/imstats'],
  ...['INVALID_API_KEY', 'is_archived', ...Object.values(demoIds), 'Alice (on call)', 'Bob (on call)'],
];

function english(text: string): string[] {
  const bare = text.replaceAll(/<!date\^\d+\^[^|]*\||<!subteam\^\w+>|<@\w+>|<https?:[^|>]*\|?/g, ' ');
  return foreignWords(bare, names);
}

it('tells the digest, answers, an alert and its end, a platform that fails and Home without English', {
  timeout: 120_000,
}, async () => {
  const { workspace, platforms } = environment;
  const roots = (): Message[] => workspace.messages(demoIds.onCall).filter(({ threadTs }) => threadTs === undefined);
  await workspace.until(() => workspace.messages(demoIds.ops).length > 0, 'the digest');
  for (const words of ['', 'prod', 'china', 'apps', 'memory 7d', 'messages china 7d', 'trend memory.free_ratio 24h'])
    await ask(words);
  const long = workspace.ephemerals('U0ALICE').findLast(({ blocks }) => JSON.stringify(blocks).includes('"numbers"'));
  const numbers = { user: 'U0ALICE', channel: demoIds.ops, ts: long?.ts ?? '', action: 'numbers' };
  await (await workspace.click(numbers)).replied();
  platforms.controls.setFreeMemory({ ratio: 0.074 });
  const root = await workspace.until(() => roots()[0], 'the alert');
  for (const words of ['', 'alerts', 'why memory-low', 'health', 'digest preview']) await ask(words);
  await workspace.click({ user: 'U0ALICE', channel: demoIds.onCall, ts: root.ts, action: 'acknowledge' });
  platforms.controls.setFreeMemory(undefined);
  await workspace.until(() => /🟢/u.test(roots()[0]?.text ?? ''), 'the end of the alert');
  workspace.archive(demoIds.onCall);
  platforms.controls.setFreeMemory({ ratio: 0.05 });
  const isElsewhere = ({ text }: Message): boolean => text.includes('is_archived');
  await workspace.until(() => workspace.messages(demoIds.ops).find(isElsewhere), 'the alert in the other channel');
  await ask('health');
  expect(seen.at(-1)).toContain('is_archived');
  platforms.controls.setFault('imkit', 'unauthorized');
  const hasOpened = ({ text }: Message): boolean => text.includes('prod.unreachable');
  await workspace.until(() => workspace.messages(demoIds.ops).find(hasOpened), 'the alert of the platform');
  for (const words of ['prod', 'apps', 'alerts', 'health', 'memory prod', 'why prod.unreachable']) await ask(words);
  await workspace.openHome({ user: 'U0ALICE' });
  const home = await workspace.until(() => workspace.home('U0ALICE'), 'Home');
  seen.push(...textsOf(home.blocks));
  expect(seen.length).toBeGreaterThan(300);
  expect([...new Set(seen.flatMap(english))]).toEqual([]);
});
