// How an answer survives what Slack refuses: pictures, tables, blocks, the address itself.
import { afterEach, describe, expect, it } from 'vitest';
import type { Renderer } from '../../src/charts/index.ts';
import { systemClock } from '../../src/clock.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { china, prod } from '../support/sample-app.ts';
import { fillDay, imkit, png, startBot, type TestBot, undoAll, values, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const ask = ({ workspace, person, channel }: TestBot, text: string) =>
  workspace.command({ user: person, channel, text });

/** True for a request whose blocks hold one of this type. */
const holds = (type: string) => (args: Readonly<Record<string, unknown>>) =>
  JSON.stringify(args['blocks'] ?? '').includes(`"${type}"`);

describe('pictures', () => {
  it('that Slack refuses for good are drawn in another way', async () => {
    const hasty = { ...systemClock, after: (delay: number, run: () => void) => systemClock.after(delay / 10, run) };
    const bot = await startBot(undo, { clock: hasty });
    await fillDay(bot.store);
    bot.workspace.fault({ method: 'response_url', kind: { error: 'invalid_blocks' }, times: 9, when: holds('image') });
    const outcome = await ask(bot, '');
    await outcome.replied();
    expect(bot.workspace.renderText(await outcome.replied(2))).toContain('▁▂▃');
  });

  it('that cannot be uploaded are drawn in another way', async () => {
    const bot = await startBot(undo);
    await fillDay(bot.store);
    bot.workspace.fault({ method: 'files.getUploadURLExternal', kind: { error: 'missing_scope' }, times: 9 });
    const outcome = await ask(bot, '');
    expect(bot.workspace.renderText(await outcome.replied(2))).toContain('▁▂▃');
    expect(bot.log).toContainEqual(expect.objectContaining({ message: 'Chart not drawn' }));
  });

  it('that nothing can draw leave the text as it stands', async () => {
    const broken = { id: 'image' as const, draw: async () => Promise.reject(new Error('no canvas')) };
    const bot = await startBot(undo, { renderers: [broken] });
    await fillDay(bot.store);
    const outcome = await ask(bot, '');
    await outcome.replied();
    await bot.slack.stop();
    expect(outcome.replies).toHaveLength(1);
  });

  it('of Slack itself are taken out of the text that it refuses, and drawn otherwise', async () => {
    const block = {
      type: 'data_visualization' as const,
      title: 'x',
      chart: { type: 'line' as const, series: [], axis_config: { categories: [] } },
    };
    const own = { id: 'slack' as const, draw: async () => ({ kind: 'block' as const, block }) };
    const bot = await startBot(undo, { renderers: [own, words] });
    await fillDay(bot.store);
    const outcome = await ask(bot, '');
    expect(bot.workspace.renderText(await outcome.replied())).toContain('Production chat');
    expect(bot.workspace.renderText(await outcome.replied(2))).toContain('▁▂▃');
  });
});

describe('text', () => {
  it('goes out with tables as text where Slack refuses the block, and bare where it refuses all', async () => {
    const bot = await startBot(undo, { renderers: [] });
    bot.workspace.fault({ method: 'response_url', kind: { error: 'invalid_blocks' }, times: 1, when: holds('table') });
    const first = await (await ask(bot, 'apps')).replied();
    expect(first.blocks.map((block) => block.type)).not.toContain('table');
    expect(bot.workspace.renderText(first)).toContain('Production chat (prod, IMKit)');

    bot.workspace.fault({
      method: 'response_url',
      kind: { error: 'invalid_blocks' },
      times: 9,
      when: (args) => args['blocks'] !== undefined,
    });
    const bare = await (await ask(bot, 'apps')).replied();
    expect(bare.blocks).toEqual([]);
    expect(bare.text).toContain('Production chat (prod, IMKit)');
  });

  it('goes out privately by another way when the address has expired', async () => {
    const bot = await startBot(undo, { renderers: [] });
    bot.workspace.join(bot.channel, bot.workspace.bot.userId);
    bot.workspace.fault({ method: 'response_url', kind: { error: 'expired_url' }, times: 9 });
    await ask(bot, 'users');
    const told = await bot.workspace.until(
      () => bot.workspace.ephemerals(bot.person, bot.channel)[0],
      'a private answer',
    );
    expect(bot.workspace.renderText(told)).toContain('active users');
  });

  it('is not repeated in public when nobody knows whether it arrived', async () => {
    const bot = await startBot(undo, { renderers: [] });
    bot.workspace.join(bot.channel, bot.workspace.bot.userId);
    bot.workspace.fault({ method: 'response_url', kind: 'cut-after', times: 1 });
    await ask(bot, 'users public');
    await bot.workspace.until(() => bot.workspace.ephemerals(bot.person, bot.channel)[0], 'a private word about it');
    expect(bot.workspace.messages(bot.channel)).toHaveLength(1);
  });
});

describe('too many questions at once', () => {
  it('are answered with a polite word, and the next one is served again', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = imkit(systemClock, () => gate.then(() => values));
    const bot = await startBot(undo, { platforms: new Map([['prod', slow]]), renderers: [] });
    const waiting = await Promise.all(Array.from({ length: 50 }, () => ask(bot, 'users')));
    const refused = await (await ask(bot, 'users')).replied();
    expect(bot.workspace.renderText(refused)).toContain('imstats is answering 50 questions already.');
    release();
    await Promise.all(waiting.map((one) => one.replied()));
    expect(bot.workspace.renderText(await (await ask(bot, 'users')).replied())).toContain('active users');
  });
});

describe('the picture', () => {
  it('is the one that was uploaded, whose name says nothing of the app', async () => {
    const bot = await startBot(undo, { renderers: [png] });
    await fillDay(bot.store);
    const outcome = await ask(bot, '');
    const picture = await outcome.replied(2);
    const id = /"slack_file":\{"id":"(\w+)"/.exec(JSON.stringify(picture.blocks))?.[1] ?? '';
    const file = bot.workspace.file(id);
    expect(file).toMatchObject({ name: 'chart.png', channels: [] });
    expect(file?.altText).toContain('Connection peak');
  });

  it.each(['', '7d', 'users 7d', 'trend users.active 7d'])(
    'that "%s" gives for several apps says whose it is, in its title and in its alt text',
    async (question) => {
      const drawn: ChartModel[] = [];
      const noting: Renderer = {
        id: 'text',
        draw: async (model) => {
          drawn.push(model);
          return { kind: 'text', text: model.title };
        },
      };
      const bot = await startBot(undo, { values: { apps: [prod, china] }, renderers: [noting] });
      await fillDay(bot.store);
      await (await ask(bot, question)).replied();
      expect(drawn.length).toBe(2);
      for (const [index, name] of ['Production chat', 'China'].entries()) {
        expect(drawn[index]?.title).toMatch(new RegExp(`^${name}: [a-z]`));
        expect(drawn[index]?.alt).toMatch(new RegExp(`^${name}: [a-z].*[Ll]ow [\\d,]+ `));
      }
    },
  );
});
