// The configuration of the demo changes while an alert is open: a limit, an app, a schedule, without a restart and without a wrong word.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { demoIds } from '../../src/demo/configuration.ts';
import { type Environment, openEnvironment } from '../../src/demo/environment.ts';
import { createMovingClock } from '../../src/demo/moving-clock.ts';
import { type RunningBot, startBot } from '../../src/demo/start-bot.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { createWorldControls, type WorldControls } from '../../src/demo/world-controls.ts';
import { silentLogger } from '../../src/logger.ts';
import { startChartChild } from '../support/chart-child.ts';
import { packageRoot } from '../support/package-root.ts';

let environment: Environment;
let running: RunningBot;
let controls: WorldControls;

beforeAll(async () => {
  const clock = createMovingClock(systemClock);
  environment = await openEnvironment(clock, packageRoot);
  let ids = 0;
  running = await startBot(environment, {
    clock,
    fetch: globalThis.fetch,
    logger: silentLogger,
    random: () => 0.5,
    root: packageRoot,
    newId: () => {
      ids += 1;
      return `id${ids}`;
    },
    startChartChild,
  });
  controls = createWorldControls({
    platforms: environment.platforms.controls,
    clock,
    store: () => running.store,
    configure: () => (settings) => running.bot.apply(environment.configure(settings)),
  });
});
afterAll(async () => {
  await running?.bot.stop();
  await environment?.close();
});

const roots = (): Message[] =>
  environment.workspace.messages(demoIds.onCall).filter(({ threadTs }) => threadTs === undefined);
const rootSays = (words: RegExp): Promise<Message> =>
  environment.workspace.until(() => roots().find(({ text }) => words.test(text)), `a root with ${words}`);
const ask = async (text: string): Promise<string> =>
  (await (await environment.workspace.command({ user: 'U0ALICE', channel: demoIds.ops, text })).replied()).text;

it('keeps the one root of an open alert while its limit, an app and a schedule change', async () => {
  await controls.apply({ change: 'memory', ratio: 0.1 });
  const { ts } = await rootSays(/has 10 % free memory[\s\S]*under 15 %/);

  await controls.apply({ change: 'memoryLimit', percent: 45 });
  await rootSays(/has 10 % free memory[\s\S]*under 45 %/);

  expect(await ask('apps')).not.toContain('Staging chat');
  await controls.apply({ change: 'staging', isWatched: true });
  expect(await ask('staging')).toMatch(/^.*Staging chat/);

  await controls.apply({ change: 'hourlyDigest', isSent: true });
  await controls.apply({ change: 'time', pass: 'minute' });
  await environment.workspace.until(
    () => environment.workspace.messages(demoIds.ops).find(({ text }) => text.includes('Hourly digest')),
    'the hourly digest',
  );

  await controls.apply({ change: 'staging', isWatched: false });
  expect(await ask('apps')).not.toContain('Staging chat');
  await controls.apply({ change: 'memoryLimit', percent: 15 });
  await controls.apply({ change: 'memory', ratio: null });
  const resolved = await rootSays(/Resolved after .* is back to/);
  expect(resolved.ts).toBe(ts);
  expect(roots()).toHaveLength(1);
  expect(environment.workspace.violations).toEqual([]);
});
