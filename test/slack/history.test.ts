// `history` in Slack: who may see what, what is not there, long counts with their buttons, in private and in a thread.
import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { PlatformError } from '../../src/errors.ts';
import { type HeldHistory, holdHistory, startHistoryBot } from './history-platform.ts';
import { undoAll } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

type Bot = Awaited<ReturnType<typeof startHistoryBot>>;

async function open(changes: Partial<HeldHistory> = {}, isFree = true): Promise<{ bot: Bot; held: HeldHistory }> {
  const held = Object.assign(holdHistory(), changes);
  if (isFree) held.release();
  return { held, bot: await startHistoryBot(undo, held) };
}

async function ask({ workspace, channel }: Bot, user: string, text: string): Promise<Message> {
  return (await workspace.command({ user, channel, text })).replied();
}

const shown = ({ workspace }: Bot, message: Message): string => workspace.renderText(message);
const at = (message: Message) => ({ channel: message.channel, ts: message.ts });

/** The first private message of a person that holds the words. */
const told = ({ workspace }: Bot, user: string, words: string): Promise<Message> =>
  workspace.until(
    () => workspace.ephemerals(user).find((one) => `${one.text}${JSON.stringify(one.blocks)}`.includes(words)),
    `a message with ${words}`,
  );

const people = /sender\d|100552\d\d/;

describe('the history of an app', () => {
  it('is told to everybody without the names of people and groups', async () => {
    const { bot } = await open();
    const said = await ask(bot, bot.person, 'history');
    expect(said.text).toContain('China: 200 messages yesterday');
    expect(said.text).toContain('Different senders: 3');
    expect(`${shown(bot, said)}${said.text}`).not.toMatch(people);
    expect(await bot.store.histories.questions(9)).toEqual([]);
  });

  it('names who sent most to a manager, and keeps who asked', async () => {
    const { bot } = await open();
    const said = await ask(bot, bot.manager, 'history china yesterday');
    expect(said.text).toContain('1. sender0: 68 (34 %)');
    expect(said.text).toContain('1. 10055201: 100 (50 %)');
    expect(await bot.store.histories.questions(9)).toMatchObject([{ actor: bot.manager, app: 'china', scope: 'all' }]);
  });

  it.each([
    [
      'public',
      async (bot: Bot) =>
        void (await bot.workspace.command({ user: bot.manager, channel: bot.channel, text: 'history public' })),
    ],
    [
      'a mention',
      async (bot: Bot) =>
        void (await bot.workspace.mention({ user: bot.manager, channel: bot.channel, text: 'history' })),
    ],
    [
      'Share',
      async (bot: Bot) => {
        const said = await ask(bot, bot.manager, 'history');
        expect(said.text).toMatch(people);
        await bot.workspace.click({ user: bot.manager, action: 'Share to channel', ...at(said) });
      },
    ],
  ])('names nobody in %s', async (_where, act) => {
    const { bot } = await open();
    await act(bot);
    const { workspace, channel } = bot;
    const found = await workspace.until(() => {
      const all = workspace.messages(channel).flatMap((one) => [one, ...workspace.thread(channel, one.ts)]);
      return all.find((one) => one.user === workspace.bot.userId && one.text.includes('200 messages'));
    }, 'the answer for all');
    expect(`${shown(bot, found)}${found.text}`).not.toMatch(people);
    expect(workspace.violations).toEqual([]);
  });

  it('is not counted again, and says that people are not kept', async () => {
    const { bot, held } = await open();
    const first = await ask(bot, bot.manager, 'history');
    expect(first.text).not.toContain('Counted earlier');
    await bot.workspace.command({ user: bot.manager, channel: bot.channel, text: 'history' });
    const again = await told(bot, bot.manager, 'Counted earlier and kept.');
    expect(held.asked).toHaveLength(1);
    expect(again.text).not.toMatch(people);
    await bot.workspace.click({ user: bot.manager, action: 'Count who sent most', ...at(again) });
    await bot.workspace.until(() => (held.asked.length === 2 ? true : undefined), 'another count');
    await bot.workspace.until(
      () => bot.workspace.ephemerals(bot.manager).find((one) => one.ts === again.ts && one.text.includes('1. sender0')),
      'the answer in place of the other',
    );
  });
});

describe('the history of one', () => {
  it.each(['user sender1', 'group 10055201', 'room 7'])('%s is refused to who may not manage', async (one) => {
    const { bot, held } = await open();
    const said = await ask(bot, bot.person, `history ${one} china 7d`);
    expect(said.text).toContain('Only');
    expect(held.asked).toEqual([]);
  });

  it('user is told to a manager, without a button to share it, and kept without a word in the log', async () => {
    const { bot, held } = await open();
    const said = await ask(bot, bot.manager, 'history user "Wang Fang/%" china 7d');
    expect(said.text).toContain('User Wang Fang/% on China: 200 messages in the last 7 days');
    expect(JSON.stringify(said.blocks)).not.toContain('Share to channel');
    expect(held.asked).toEqual([{ of: 'user', name: 'Wang Fang/%' }]);
    const [question] = await bot.store.histories.questions(9);
    expect(question).toMatchObject({ actor: bot.manager, app: 'china', scope: 'user', subject: 'Wang Fang/%' });
    expect(JSON.stringify(bot.log)).not.toContain('Wang Fang');
    expect(bot.workspace.violations).toEqual([]);
  });

  it.each(['history user sender1 public', 'history group 10055201 everyone'])(
    'is never told in public: %s',
    async (text) => {
      const { bot, held } = await open();
      const said = await ask(bot, bot.manager, text);
      expect(said.text).toContain('told to you alone');
      expect(held.asked).toEqual([]);
    },
  );

  it('is never told in a thread', async () => {
    const { bot, held } = await open();
    await bot.workspace.mention({ user: bot.manager, channel: bot.channel, text: 'history user sender1' });
    await told(bot, bot.manager, 'told to you alone');
    expect(held.asked).toEqual([]);
  });
});

describe('what is not there', () => {
  const gone = new PlatformError('not-found', 'China did not answer: HTTP 404.');
  const forbidden = new PlatformError('forbidden', 'China did not answer: HTTP 403.');
  it.each<[string, string, string, PlatformError?]>([
    ['an unknown user', 'history user nobody china', 'JMessage knows no user "nobody" in China.', gone],
    ['an unknown group', 'history group 1 china', 'JMessage knows no group "1" in China.', gone],
    ['an unknown room', 'history room 1 china', 'JMessage knows no chat room "1" in China.', gone],
    ['an account that may not', 'history china', 'JMessage does not let China read its message history.', forbidden],
    ['an app of another platform', 'history prod', 'Production chat is on IMKit, which gives no message history.'],
    ['a range before all that is kept', 'history 2020-01-01', 'JMessage keeps messages for 60 days'],
    ['a user without a name', 'history user', 'Name the user behind the word.'],
    ['too long a name', `history user ${'x'.repeat(129)}`, 'No user has so long a name'],
  ])('is told in a sentence: %s', async (_what, text, words, failure) => {
    const { bot } = await open({ failure });
    const said = await ask(bot, bot.manager, text);
    expect(said.text).toContain(words);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('is told with the days that are counted all the same', async () => {
    const { bot } = await open({ pages: 1, calls: 1 });
    const said = await ask(bot, bot.person, 'history 65d');
    expect(said.text).toMatch(/JMessage keeps messages for 60 days: \w+day/);
  });
});

describe('a long count', () => {
  it('is asked for first, and begins with its button', async () => {
    const { bot, held } = await open({ calls: 1_200, pages: 4 });
    const question = await ask(bot, bot.person, 'history');
    expect(question.text).toMatch(/China: about 400 messages to count, which takes about 8 min\./);
    await bot.workspace.click({ user: bot.person, action: 'Start', ...at(question) });
    await told(bot, bot.person, 'China: 400 messages yesterday');
    expect(held.asked).toHaveLength(2);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('says one line, tells how far it is, and gives one whole answer', async () => {
    const { bot, held } = await open({ pages: 4, calls: 4 }, false);
    held.release(1);
    const line = await ask(bot, bot.person, 'history');
    expect(line.text).toContain('China: 100 of about 400 messages counted');
    held.release(1);
    await bot.workspace.click({ user: bot.person, action: 'How far?', ...at(line) });
    await bot.workspace.until(
      () => bot.workspace.ephemerals(bot.person).find((one) => one.ts === line.ts && one.text.includes('200 of about')),
      'the line as it is now',
    );
    held.release();
    const answer = await told(bot, bot.person, 'China: 400 messages yesterday');
    expect(answer.ts).not.toBe(line.ts);
    await bot.workspace.click({ user: bot.person, action: 'How far?', ...at(line) });
    await told(bot, bot.person, 'This count is over.');
    expect(bot.workspace.violations).toEqual([]);
  });

  it('that is stopped gives what it has and says what is missing', async () => {
    const { bot, held } = await open({ pages: 4, calls: 4 }, false);
    held.release(2);
    const line = await ask(bot, bot.person, 'history');
    await bot.workspace.click({ user: bot.person, action: 'Stop', ...at(line) });
    const answer = await told(bot, bot.person, 'stopped before the end, 200 messages counted until then');
    expect(answer.text).toMatch(/Counted up to \d+ \w+ 11:\d\d; what was sent from then to \d+ \w+ 00:00 is missing\./);
  });

  it('is stopped by who asked or by a manager alone', async () => {
    const { bot, held } = await open({ pages: 4, calls: 4 }, false);
    held.release(1);
    const { ts } = await bot.workspace.mention({ user: bot.manager, channel: bot.channel, text: 'history' });
    const line = await bot.workspace.until(
      () => bot.workspace.thread(bot.channel, ts).find((one) => one.text.includes('messages counted')),
      'the line',
    );
    await bot.workspace.click({ user: bot.person, action: 'Stop', ...at(line) });
    await told(bot, bot.person, 'Only');
    held.release();
  });

  it('is one message in a thread, which is edited until it is the answer', async () => {
    const { bot, held } = await open({ pages: 4, calls: 4 }, false);
    held.release(1);
    const { ts } = await bot.workspace.mention({ user: bot.person, channel: bot.channel, text: 'history' });
    const inThread = (): readonly Message[] =>
      bot.workspace.thread(bot.channel, ts).filter(({ user }) => user === bot.workspace.bot.userId);
    const has = (words: string) => bot.workspace.until(() => inThread().find((one) => one.text.includes(words)), words);
    await has('China: 100 of about 400');
    held.release(1);
    await has('China: 200 of about 400');
    held.release();
    await has('China: 400 messages yesterday');
    expect(inThread()).toHaveLength(1);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('whose first page is late says that it counts, and its answer comes', async () => {
    const { bot, held } = await open({}, false);
    const line = await ask(bot, bot.person, 'history');
    expect(line.text).toBe('China: counting. The answer comes by itself.');
    held.release();
    await told(bot, bot.person, 'China: 200 messages yesterday');
  });

  it('whose first page never comes says so in the thread, and why to who asked', async () => {
    const failure = new PlatformError('unavailable', 'China did not answer: HTTP 503.');
    const { bot, held } = await open({ failure }, false);
    const { ts } = await bot.workspace.mention({ user: bot.person, channel: bot.channel, text: 'history' });
    const has = (words: string) =>
      bot.workspace.until(() => bot.workspace.thread(bot.channel, ts).find((one) => one.text.includes(words)), words);
    await has('China: counting.');
    held.release();
    await told(bot, bot.person, 'China did not answer: HTTP 503.');
    await has('China: the messages could not be counted.');
  });
});
