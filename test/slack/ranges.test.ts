// Ranges as a person meets them in Slack: one that cannot be served is grey and says why, and a date is judged where the app is.
import { afterEach, expect, it } from 'vitest';
import { hour } from '../../src/clock.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { china, prod } from '../support/sample-app.ts';
import { imkit, jmessage, startBot, undoAll, values, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

it.each([
  ['messages china 2026-01-01', 'China: messages not measured', 'JMessage keeps 60 days, since Thursday 24 Sep 2026'],
  [
    'china 2026-01-01',
    'China: not measured on Thursday 1 Jan 2026',
    'JMessage keeps 60 days, since Thursday 24 Sep 2026',
  ],
  [
    'memory prod 2026-01-01',
    'Production chat: free memory not measured',
    'imstats measures Production chat since 15:00',
  ],
  ['trend memory prod 2026-01-01', 'free memory not measured', 'imstats measures Production chat since 15:00'],
])('"%s" is grey and says why', async (text, headline, reason) => {
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const platforms = new Map([
    ['prod', imkit(clock)],
    ['china', jmessage(clock)],
  ]);
  const bot = await startBot(undo, { values: { apps: [prod, china] }, renderers: [words], clock, platforms });
  await bot.store.samples.record('prod', clock.now() - 3 * hour, values);
  const request = await bot.workspace.command({ user: bot.person, channel: bot.channel, text });
  await clock.advance(100);
  const said = bot.workspace.renderText(await request.replied());
  expect(said).toMatch(/^⚪/);
  expect(said).toContain(headline);
  expect(said).toContain(reason);
});

it('asks each app for a date in its own zone, and not in that of the bot', async () => {
  const clock = createFakeClock('2026-11-22T17:00:00Z');
  const platforms = new Map([['china', jmessage(clock)]]);
  const bot = await startBot(undo, {
    values: { apps: [china], timezone: 'UTC' },
    renderers: [words],
    clock,
    platforms,
  });
  const ask = async (text: string): Promise<string> => {
    const request = await bot.workspace.command({ user: bot.person, channel: bot.channel, text });
    await clock.advance(100);
    return bot.workspace.renderText(await request.replied());
  };
  expect(await ask('messages china 2026-11-23')).toContain('China: 5,000 messages today so far');
  expect(await ask('messages china 2026-11-24')).toContain('2026-11-24 has not come yet in Asia/Shanghai.');
});
