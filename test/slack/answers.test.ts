// How an answer survives what Slack refuses: pictures, tables, blocks, the address itself.
import { afterEach, describe, expect, it } from 'vitest';
import type { Renderer } from '../../src/charts/index.ts';
import { systemClock } from '../../src/clock.ts';
import type { ChartModel } from '../../src/reports/word-report.ts';
import { china, prod } from '../support/sample-app.ts';
import { fillDay, imkit, jmessage, png, startBot, type TestBot, undoAll, values, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const ask = ({ workspace, person, channel }: TestBot, text: string) =>
  workspace.command({ user: person, channel, text });

/** True for a request whose blocks hold one of this type. */
const holds = (type: string) => (args: Readonly<Record<string, unknown>>) =>
  JSON.stringify(args['blocks'] ?? '').includes(`"${type}"`);

/** The kinds of blocks of everything that was sent to the address of a command, in order. */
const triedKinds = ({ workspace }: TestBot): string[] =>
  workspace.log
    .filter(({ method }) => method === 'response_url')
    .map(({ args }) => ['image', 'data_visualization', 'table'].filter((type) => holds(type)(args)).join(', '));

const slackChart: Renderer = {
  id: 'slack',
  draw: async () => {
    const data = [1, 2].map((value) => ({ label: String(value), value }));
    const chart = { type: 'line' as const, series: [{ name: 'x', data }], axis_config: { categories: ['1', '2'] } };
    return { kind: 'block', block: { type: 'data_visualization', title: 'Drawn by Slack', chart } };
  },
};

describe('a public answer', () => {
  it('waits for its picture and comes as one message', async () => {
    const bot = await startBot(undo);
    await fillDay(bot.store);
    const outcome = await ask(bot, 'public');
    const answer = await outcome.replied();
    expect(answer.blocks.map(({ type }) => type)).toContain('image');
    expect(answer.text).toContain('Production chat');
    await bot.slack.stop();
    expect(outcome.replies).toHaveLength(1);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('has its chart in another way where Slack refuses the picture, and the five uses are not exceeded', async () => {
    const bot = await startBot(undo, { renderers: [png, slackChart, words] });
    bot.workspace.join(bot.channel, bot.workspace.bot.userId);
    await fillDay(bot.store);
    const isFull = (args: Readonly<Record<string, unknown>>): boolean => args['blocks'] !== undefined;
    bot.workspace.fault({ method: 'response_url', kind: { error: 'invalid_blocks' }, times: 9, when: isFull });
    const answer = await (await ask(bot, 'public')).replied();
    expect(answer.blocks).toEqual([]);
    expect(answer.text).toContain('Production chat');
    expect(triedKinds(bot)).toEqual(['image', 'image', 'data_visualization', '', '']);
  });

  it('has its chart in another way at once where the upload takes too long', async () => {
    const bot = await startBot(undo);
    await fillDay(bot.store);
    bot.workspace.fault({ method: 'upload', kind: 'delay', times: 1 });
    const answer = await (await ask(bot, 'public')).replied();
    expect(bot.workspace.renderText(answer)).toContain('▁▂▃');
  });

  it('has its chart in another way where it cannot be uploaded', async () => {
    const bot = await startBot(undo);
    await fillDay(bot.store);
    bot.workspace.fault({ method: 'files.getUploadURLExternal', kind: { error: 'missing_scope' }, times: 9 });
    expect(bot.workspace.renderText(await (await ask(bot, 'public')).replied())).toContain('▁▂▃');
    expect(bot.log).toContainEqual(expect.objectContaining({ message: 'Chart not drawn' }));
  });
});

describe('a private answer', () => {
  it('comes without a chart where nothing can draw it', async () => {
    const broken = { id: 'slack' as const, draw: async () => Promise.reject(new Error('no block')) };
    const bot = await startBot(undo, { renderers: [broken] });
    await fillDay(bot.store);
    const outcome = await ask(bot, '');
    await outcome.replied();
    await bot.slack.stop();
    expect(outcome.replies).toHaveLength(1);
  });

  it('has its chart as text where Slack refuses its own block, which is not tried there again', async () => {
    const bot = await startBot(undo, { renderers: [slackChart, words] });
    await fillDay(bot.store);
    const refused = { method: 'response_url', kind: { error: 'invalid_blocks' }, times: 9 } as const;
    bot.workspace.fault({ ...refused, when: holds('data_visualization') });
    for (let times = 0; times < 2; times += 1) {
      const outcome = await ask(bot, '');
      expect(bot.workspace.renderText(await outcome.replied())).toContain('▁▂▃');
      expect(outcome.replies).toHaveLength(1);
    }
    expect(triedKinds(bot)).toEqual(['data_visualization', '', '']);
    const shared = await (await ask(bot, 'public')).replied();
    expect(triedKinds(bot).slice(3)).toEqual(['data_visualization', '']);
    expect(bot.workspace.renderText(shared)).toContain('▁▂▃');
  });

  it('uploads nothing', async () => {
    const bot = await startBot(undo, { renderers: [png, words] });
    await fillDay(bot.store);
    await (await ask(bot, '')).replied();
    await bot.slack.stop();
    expect(bot.workspace.log.filter(({ method }) => method.startsWith('files.'))).toEqual([]);
  });

  it('to each of two questions at once is a whole message, in the order of the answers of the platforms', async () => {
    const releases: (() => void)[] = [];
    const held = imkit(systemClock, () => new Promise((resolve) => releases.push(() => resolve(values))));
    const platforms = new Map([
      ['prod', held],
      ['china', jmessage(systemClock)],
    ]);
    const bot = await startBot(undo, { values: { apps: [prod, china] }, platforms, renderers: [slackChart, words] });
    await fillDay(bot.store);
    const first = await ask(bot, 'prod');
    const second = await ask(bot, 'china');
    const told = [await second.replied()];
    expect(first.replies).toEqual([]);
    await bot.workspace.until(() => releases.length > 0, 'the question to the platform');
    for (const release of releases) release();
    told.push(await first.replied());
    for (const [index, name] of ['China', 'Production chat'].entries()) {
      expect(told[index]?.text).toContain(name);
      expect(told[index]?.blocks.map(({ type }) => type)).toContain('data_visualization');
    }
    await bot.slack.stop();
    expect(bot.workspace.ephemerals(bot.person)).toHaveLength(2);
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
    const picture = await (await ask(bot, 'public')).replied();
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
        expect(drawn[index]?.title).toMatch(new RegExp(`^[A-Z].*, ${name}$`));
        expect(drawn[index]?.alt).toMatch(new RegExp(`^[A-Z].*, ${name}, .*[Ll]ow [\\d,]+ `));
      }
    },
  );
});
