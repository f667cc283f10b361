// A range that cannot be served, as a person meets it in Slack: no green circle, and the reason from what is really stored.
import { afterEach, expect, it } from 'vitest';
import { hour } from '../../src/clock.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { china, imkit, jmessage, prod, startBot, undoAll, values, words } from './bot.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

it.each([
  ['messages china 2026-01-01', 'China: no messages measured', 'JMessage keeps 60 days, since Thursday 24 Sept 2026'],
  ['china 2026-01-01', 'China on Thursday 1 Jan 2026', 'JMessage keeps 60 days, since Thursday 24 Sept 2026'],
  [
    'memory prod 2026-01-01',
    'Production chat: no free memory measured',
    'imstats measures Production chat since 15:00',
  ],
  ['trend memory prod 2026-01-01', 'no free memory measured', 'imstats measures Production chat since 15:00'],
])('"%s" is grey and says why', async (text, headline, reason) => {
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const platforms = new Map([
    ['prod', imkit(clock)],
    ['china', jmessage(clock)],
  ]);
  const bot = await startBot(undo, { apps: [prod, china], renderers: [words], clock, platforms });
  await bot.store.samples.record('prod', clock.now() - 3 * hour, values);
  const asked = await bot.workspace.command({ user: bot.person, channel: bot.channel, text });
  await clock.advance(100);
  const said = bot.workspace.renderText(await asked.replied());
  expect(said).toMatch(/^⚪/);
  expect(said).toContain(headline);
  expect(said).toContain(reason);
});
