// Threads and edits: an edited mention changes nothing, words for people are met with silence, a click in a thread is answered inside it.
import { afterEach, describe, expect, it } from 'vitest';
import { second, systemClock } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { fillDay, postSigned, startBot, type TestBot, undoAll, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

async function inChannel(): Promise<TestBot> {
  const bot = await startBot(undo, { renderers: [words] });
  bot.workspace.join(bot.channel, bot.workspace.bot.userId);
  await fillDay(bot.store);
  return bot;
}

/** The replies of the bot in a thread. */
const replies = ({ workspace, channel }: TestBot, ts: string): readonly Message[] =>
  workspace.thread(channel, ts).filter(({ user }) => user === workspace.bot.userId);

/** What Slack sends for a mention whose message was edited: another event of the same message. */
function edited({ workspace, person, channel }: TestBot, ts: string, text: string): string {
  return JSON.stringify({
    type: 'event_callback',
    event_id: `Ev${text.replaceAll(' ', '')}`,
    team_id: workspace.bot.teamId,
    event: {
      type: 'app_mention',
      user: person,
      channel,
      ts,
      text: `<@${workspace.bot.userId}> ${text}`,
      edited: { user: person, ts: `${ts}1` },
    },
  });
}

describe('an edited mention', () => {
  it('that was answered changes nothing', async () => {
    const bot = await inChannel();
    const { ts } = await bot.workspace.mention({ user: bot.person, channel: bot.channel, text: 'memory 24h' });
    await bot.workspace.until(() => replies(bot, ts)[0], 'the answer');
    expect(await postSigned(bot, edited(bot, ts, 'users 24h'))).toBe(200);
    await bot.slack.stop();
    expect(replies(bot, ts)).toHaveLength(1);
    expect(bot.log.filter(({ message }) => message === 'Question answered')).toHaveLength(1);
  });

  it('from before the start changes nothing either, because it may have been answered', async () => {
    const bot = await inChannel();
    const ts = String(systemClock.now() / second - 60);
    expect(await postSigned(bot, edited(bot, ts, 'users 24h'))).toBe(200);
    await bot.slack.stop();
    expect(bot.log.filter(({ message }) => message === 'Question answered')).toEqual([]);
  });

  it('is answered where the bot was only mentioned by the edit', async () => {
    const bot = await inChannel();
    const { ts } = bot.workspace.say({ user: bot.person, channel: bot.channel, text: 'users 24h' });
    expect(await postSigned(bot, edited(bot, ts, 'users 24h'))).toBe(200);
    await bot.workspace.until(() => replies(bot, ts)[0], 'the answer');
  });
});

describe('a mention in a thread', () => {
  it.each(['thanks', 'thank you!', 'can you all look at this bug', 'thanks, see you tomorrow', '谢谢'])(
    'that says "%s" is met with silence',
    async (text) => {
      const bot = await inChannel();
      const { ts } = bot.workspace.say({ user: bot.person, channel: bot.channel, text: 'look' });
      await bot.workspace.mention({ user: bot.person, channel: bot.channel, text, threadTs: ts });
      await bot.workspace.until(
        () => bot.log.some(({ message, fields }) => message === 'Question answered' && fields['result'] === 'ignored'),
        'the line in the log',
      );
      expect(replies(bot, ts)).toEqual([]);
      expect(bot.workspace.ephemerals(bot.person)).toEqual([]);
    },
  );

  it('with a misspelt command is helped, for the person alone', async () => {
    const bot = await inChannel();
    const { ts } = bot.workspace.say({ user: bot.person, channel: bot.channel, text: 'look' });
    await bot.workspace.mention({ user: bot.person, channel: bot.channel, text: 'memroy', threadTs: ts });
    const told = await bot.workspace.until(() => bot.workspace.ephemerals(bot.person)[0], 'the help');
    expect(told).toMatchObject({ threadTs: ts });
    expect(told.text).toContain('Did you mean memory?');
  });
});

describe('a click on an answer in a thread', () => {
  it('is answered inside it', async () => {
    const bot = await inChannel();
    const { ts } = bot.workspace.say({ user: bot.person, channel: bot.channel, text: 'look' });
    await bot.workspace.mention({ user: bot.person, channel: bot.channel, text: 'memory 24h', threadTs: ts });
    const answer = await bot.workspace.until(() => replies(bot, ts)[0], 'the answer');
    await bot.workspace.click({ user: bot.person, action: 'Refresh', channel: bot.channel, ts: answer.ts });
    const fresh = await bot.workspace.until(() => bot.workspace.ephemerals(bot.person)[0], 'a fresh answer');
    expect(fresh).toMatchObject({ threadTs: ts });
    expect(bot.workspace.messages(bot.channel).filter(({ threadTs }) => threadTs === undefined)).toHaveLength(1);
    expect(bot.workspace.violations).toEqual([]);
  });
});

describe('a button of a suggestion', () => {
  it('asks what was meant, in place of the mistake', async () => {
    const bot = await inChannel();
    const mistake = await (
      await bot.workspace.command({ user: bot.person, channel: bot.channel, text: 'memroy 24h' })
    ).replied();
    expect(JSON.stringify(mistake.blocks)).toContain('/imstats memory 24h');
    await bot.workspace.click({ user: bot.person, action: 'try', channel: bot.channel, ts: mistake.ts });
    const answer = await bot.workspace.until(
      () => bot.workspace.ephemerals(bot.person).find(({ text }) => text.includes('memory')),
      'the answer',
    );
    expect(answer.ts).toBe(mistake.ts);
    expect(bot.workspace.violations).toEqual([]);
  });
});
