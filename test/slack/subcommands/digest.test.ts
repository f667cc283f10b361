// `/imstats digest`: when it comes, sending it now (managers), showing it to oneself.
import { afterEach, expect, it } from 'vitest';
import { hour, systemClock } from '../../../src/clock.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import type { DigestService } from '../../../src/service-types.ts';
import { beforeStart } from '../../../src/store/digest-runs.ts';
import { startBot, type TestBot, undoAll, words } from '../slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const schedule = (id: string) => ({
  id,
  channel: 'C0DIGEST',
  cron: '0 9 * * *',
  timezone: 'Asia/Taipei',
  period: 'day' as const,
  apps: ['prod'],
});
const report = {
  headline: verbatim('Daily digest, Sunday 22 Nov 2026'),
  zone: 'Asia/Taipei',
  stale: false,
  sections: [],
  notes: [verbatim('24 of 24 hours measured.')],
};

/** Digests that remember which were sent. */
function digests(ids: readonly string[], sent: string[] = []): DigestService {
  return {
    schedules: ids.map(schedule),
    now: async (id) => {
      sent.push(id);
      return { state: sent.length > 1 ? 'already' : 'queued', channel: 'C0DIGEST' };
    },
    preview: async () => report,
    nextRuns: () =>
      ids.map((id, index) => ({ schedule: schedule(id), at: systemClock.now() + (ids.length - index) * hour })),
  };
}

async function ask({ workspace, person, channel }: TestBot, text: string): Promise<string> {
  return workspace.renderText(await (await workspace.command({ user: person, channel, text })).replied());
}

it('says when the next one comes, the soonest first', async () => {
  const bot = await startBot(undo, { digests: digests(['daily', 'weekly']), renderers: [words] });
  const said = await ask(bot, 'digest');
  expect(said).toMatch(/^Next digest: weekly, .* Asia\/Taipei/);
  expect(said).toMatch(/in (60 min|1 h)/);
  expect(said.indexOf('weekly:')).toBeLessThan(said.indexOf('daily:'));
});

it('answers of the one that is named, with the names of its apps', async () => {
  const bot = await startBot(undo, { digests: digests(['daily', 'weekly']), renderers: [words] });
  const said = await ask(bot, 'digest daily');
  expect(said).toMatch(/^Next digest: daily, /);
  expect(said).not.toContain('weekly');
  expect(said).toContain('about Production chat');
});

it('is well in health before the first one, which the new schedule did not miss', async () => {
  const bot = await startBot(undo, { digests: digests(['daily']), renderers: [words] });
  const missed = {
    schedule: 'daily',
    period: '2026-11-22',
    dueAt: systemClock.now() - hour,
    state: 'skipped' as const,
  };
  const finishedAt = systemClock.now();
  await bot.store.digests.claim({ ...missed, reason: beforeStart, finishedAt }, 'test', finishedAt, 60_000);
  expect(await ask(bot, 'health')).toContain('imstats is well');
  await bot.store.digests.finish({ ...missed, reason: verbatim('imstats was not running in time'), finishedAt });
  expect(await ask(bot, 'health')).toContain('The last run of digest daily did not go out');
});

it('sends it now for managers only, and says so when it is on its way already', async () => {
  const sent: string[] = [];
  const first = await startBot(undo, { digests: digests(['daily'], sent), renderers: [words] });
  expect(await ask(first, 'digest now')).toContain('Nobody may do this yet');
  expect(sent).toEqual([]);

  const bot = await startBot(undo, {
    digests: digests(['daily'], sent),
    values: { access: { run: 'everyone', manage: [first.person] } },
    renderers: [words],
  });
  expect(await ask(bot, 'digest now')).toContain('The digest daily is on its way to');
  expect(await ask(bot, 'now digest daily')).toContain('was asked for within the last minute');
  expect(sent).toEqual(['daily', 'daily']);
});

it('shows it to one person, without a way to share it', async () => {
  const bot = await startBot(undo, { digests: digests(['daily']), renderers: [words] });
  const said = await ask(bot, 'digest preview');
  expect(said).toContain('Daily digest, Sunday 22 Nov 2026');
  expect(said).not.toContain('Share to channel');
  expect(bot.workspace.messages(bot.channel)).toEqual([]);
});

it('asks which one is meant when there are several', async () => {
  const bot = await startBot(undo, { digests: digests(['daily', 'weekly']), renderers: [words] });
  expect(await ask(bot, 'digest preview')).toContain(
    'There are 2 digests: daily, weekly.\nTry: /imstats digest preview daily',
  );
  expect(await ask(bot, 'digest preview weekly')).toContain('Daily digest');
});
