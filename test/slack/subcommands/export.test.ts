// `/imstats export`: a file to the person, to the channel only in public; refusals with a way out; stopped; ended with the bot.
import { afterEach, describe, expect, it } from 'vitest';
import { hour, systemClock } from '../../../src/clock.ts';
import { readCsv } from '../../../src/csv.ts';
import { china, prod } from '../../support/sample-app.ts';
import { fillDay, startBot, type TestBot, undoAll, words } from '../slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

async function startFilled(): Promise<TestBot> {
  const bot = await startBot(undo, { renderers: [words] });
  await fillDay(bot.store);
  return bot;
}

const ask = (bot: TestBot, text: string, user = bot.person, channel = bot.channel) =>
  bot.workspace.command({ user, channel, text });

async function said(bot: TestBot, text: string, user = bot.person): Promise<string> {
  return bot.workspace.renderText(await (await ask(bot, text, user)).replied());
}

/** The message with the file in a conversation. */
const fileIn = ({ workspace }: TestBot, channel: string) =>
  workspace.until(() => workspace.messages(channel).find(({ files }) => files.length > 0), 'a file');

async function contentOf({ workspace }: TestBot, id: string | undefined): Promise<string[][]> {
  const file = workspace.file(id ?? '');
  async function* source() {
    yield file?.bytes ?? new Uint8Array();
  }
  const rows: string[][] = [];
  for await (const { cells } of readCsv(source())) rows.push([...cells]);
  return rows;
}

describe('an export', () => {
  it('comes to the person as one message with a file, and says so to nobody else', async () => {
    const bot = await startFilled();
    const { workspace, person } = bot;
    const before = workspace.messages(bot.channel).length;
    expect(await said(bot, 'export memory prod 24h')).toBe('The file comes to you as a direct message.');
    const message = await fileIn(bot, workspace.direct(person));
    await workspace.until(() => workspace.messages(workspace.direct(person)).length === 1, 'the file alone');
    expect(message.text).toMatch(
      /^Export of memory of Production chat: last 24 hours, .*Asia\/Taipei\n\d+ rows\. Each is a sample/,
    );
    expect(workspace.messages(bot.channel)).toHaveLength(before);
    const file = workspace.file(message.files[0] ?? '');
    expect(file?.name).toMatch(/^imstats prod memory \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\.csv$/);
    expect([...(file?.bytes.slice(0, 3) ?? [])]).toEqual([0xef, 0xbb, 0xbf]);
    const [head = [], ...rows] = await contentOf(bot, message.files[0]);
    expect(head.slice(0, 8)).toEqual([
      ...['time', 'local', 'resolution', 'app'],
      ...['memory.free value', 'memory.free low', 'memory.free high', 'memory.free samples'],
    ]);
    expect(rows).toHaveLength(Number(/(\d+) rows/.exec(message.text)?.[1]));
    expect(rows.every((row) => row[2] === 'sample' && row[4] === '3221225472')).toBe(true);
    expect(workspace.violations).toEqual([]);
  });

  it('is of every app and every metric without a word of either, each in its own range', async () => {
    const bot = await startBot(undo, { renderers: [words], values: { apps: [prod, china] } });
    await fillDay(bot.store);
    await bot.store.daily.save('china', [
      {
        date: new Date(systemClock.now() - 48 * hour).toISOString().slice(0, 10),
        zone: 'Asia/Shanghai',
        complete: true,
        values: { 'messages.sent': 5_000 },
      },
    ]);
    await ask(bot, 'export');
    const message = await fileIn(bot, bot.workspace.direct(bot.person));
    expect(message.text).toMatch(/^Export of Production chat \(last 24 hours, .*\) and China \(last 7 days.*\)\n/);
    const [head = [], ...rows] = await contentOf(bot, message.files[0]);
    expect(head).toEqual(expect.arrayContaining(['connections.peak value', 'groups.new samples']));
    expect(new Set(rows.map((row) => row[3]))).toEqual(new Set(['prod', 'china']));
  });

  it('is of one metric where one is named', async () => {
    const bot = await startFilled();
    await ask(bot, 'export messages.sent prod');
    const message = await fileIn(bot, bot.workspace.direct(bot.person));
    expect((await contentOf(bot, message.files[0]))[0]).toHaveLength(8);
  });

  it('comes into the channel in public, where the bot is inside', async () => {
    const bot = await startFilled();
    expect(await said(bot, 'export connections prod 24h public')).toBe('The file comes into this channel.');
    const message = await fileIn(bot, bot.channel);
    expect(message.text).toContain('Export of connections of Production chat');
    expect(bot.workspace.messages(bot.workspace.direct(bot.person))).toEqual([]);
  });

  it('is refused in a channel that the bot is not in, with both ways out', async () => {
    const bot = await startFilled();
    const outcome = await ask(bot, 'export prod public', bot.person, 'C0RANDOM');
    const text = bot.workspace.renderText(await outcome.replied());
    expect(text).toContain('I cannot send a file here, because I am not in this conversation.');
    expect(text).toMatch(/\/invite .*imstats, or leave "public" out/);
    expect(bot.workspace.everything()).toEqual([]);
  });

  it('asked by a mention comes to the person as well, unless public was said', async () => {
    const bot = await startFilled();
    const { ts } = await bot.workspace.mention({ user: bot.person, channel: bot.channel, text: 'export memory prod' });
    await fileIn(bot, bot.workspace.direct(bot.person));
    expect(bot.workspace.thread(bot.channel, ts).slice(1)).toEqual([]);
    await bot.workspace.mention({
      user: bot.person,
      channel: bot.channel,
      text: 'export memory prod public',
      threadTs: ts,
    });
    const posted = await bot.workspace.until(
      () => bot.workspace.thread(bot.channel, ts).find(({ files }) => files.length > 0),
      'a file in the thread',
    );
    expect(posted.text).toContain('Export of memory');
  });

  it('says where nothing is stored of what was asked, and sends no file', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    await ask(bot, 'export memory prod 24h');
    const { workspace } = bot;
    const direct = workspace.direct(bot.person);
    const message = await workspace.until(
      () => workspace.messages(direct).find(({ text }) => text.includes('Nothing is stored')),
      'the end',
    );
    expect(workspace.renderText(message)).not.toContain('Stop');
    expect(workspace.log.filter(({ method }) => method.startsWith('files.'))).toEqual([]);
  });

  it('of a part and a metric of another one is refused', async () => {
    const bot = await startFilled();
    expect(await said(bot, 'export users memory.free')).toContain(
      'An export is of users or of memory.free, not of both.',
    );
  });
});

describe('an export that cannot be', () => {
  it.each([
    ['export memroy', 'Did you mean memory?', '/imstats export memory'],
    ['export china 6h', 'JMessage reports whole days, so China has no "6h".', '/imstats export china'],
    ['export groups.new prod', 'IMKit does not report groups.new', '/imstats export prod'],
    ['export prod 900d', '"900d" is longer than 400 days.', '/imstats export prod 400d'],
  ])('as %s is answered with one that can, and nothing is sent', async (text, why, other) => {
    const bot = await startBot(undo, { renderers: [words], values: { apps: [prod, china] } });
    const answer = await said(bot, text);
    expect(answer).toContain(why);
    expect(answer).toContain(`Try: ${other}`);
    expect(bot.workspace.messages(bot.workspace.direct(bot.person))).toEqual([]);
  });
});

describe('an export that Slack refuses', () => {
  it('says how the messages tab is switched on, and offers the channel', async () => {
    const bot = await startFilled();
    bot.workspace.fault({ method: 'chat.postMessage', kind: { error: 'messages_tab_disabled' } });
    const reply = await (await ask(bot, 'export memory prod')).replied();
    const text = bot.workspace.renderText(reply);
    expect(text).toContain('The messages tab of the Slack app is switched off.');
    expect(text).toContain('App Home');
    await bot.workspace.click({
      user: bot.person,
      action: '/imstats export memory prod public',
      channel: bot.channel,
      ts: reply.ts,
    });
    expect((await fileIn(bot, bot.channel)).text).toContain('Export of memory');
  });

  it.each(['file_uploads_disabled', 'storage_limit_reached', 'file_upload_size_restricted'])(
    'by %s says so in its message, with whom to ask',
    async (code) => {
      const bot = await startFilled();
      bot.workspace.fault({ method: 'files.getUploadURLExternal', kind: { error: code } });
      await ask(bot, 'export memory prod');
      const direct = bot.workspace.direct(bot.person);
      const message = await bot.workspace.until(
        () => bot.workspace.messages(direct).find(({ text }) => text.includes('could not be sent')),
        'the refusal',
      );
      expect(message.text).toContain('Ask an admin of the workspace to let apps upload files.');
      expect(bot.workspace.renderText(message)).not.toContain('Stop');
    },
  );

  it('without an answer to the last call says that it is not known', async () => {
    const bot = await startFilled();
    bot.workspace.fault({ method: 'files.completeUploadExternal', kind: 'cut-after', times: 9 });
    await ask(bot, 'export memory prod');
    const direct = bot.workspace.direct(bot.person);
    await bot.workspace.until(
      () => bot.workspace.messages(direct).find(({ text }) => text.includes('did not say whether it took the file')),
      'the end',
    );
  });
});

/** An export that stands before its upload until it is released. */
async function startHeld(bot: TestBot) {
  const held = bot.workspace.fault({ method: 'files.getUploadURLExternal', kind: 'delay' });
  undo.push(() => held.release());
  await ask(bot, 'export memory prod');
  const direct = bot.workspace.direct(bot.person);
  const message = await bot.workspace.until(
    () => bot.workspace.messages(direct).find(({ text }) => text.includes('on its way to Slack')),
    'the export',
  );
  return { held, direct, message };
}

describe('an export that goes on', () => {
  it('is stopped by the button of its message, and sends no file', async () => {
    const bot = await startFilled();
    const { held, direct, message } = await startHeld(bot);
    await bot.workspace.click({ user: bot.person, action: 'Stop', channel: direct, ts: message.ts });
    held.release();
    const end = await bot.workspace.until(
      () => bot.workspace.messages(direct).find(({ text }) => text.includes('Stopped by')),
      'the end',
    );
    expect(end.text).toContain(`Stopped by <@${bot.person}>; no file was sent.`);
    expect(bot.workspace.messages(direct)).toHaveLength(1);
  });

  it('is the only one of its person', async () => {
    const bot = await startFilled();
    await startHeld(bot);
    expect(await said(bot, 'export connections prod')).toContain('Your other export is still being made.');
    expect(await said(bot, 'export connections prod', 'U0BOB')).toContain('direct message');
    const waiting = await bot.workspace.until(
      () => bot.workspace.messages(bot.workspace.direct('U0BOB')).at(0),
      'the second one',
    );
    expect(waiting.text).toContain('Waits for 1 export before it.');
  });

  it('is said to be over when the bot ends', async () => {
    const bot = await startFilled();
    const { held, direct } = await startHeld(bot);
    const ended = bot.slack.stop();
    held.release();
    await ended;
    expect(bot.workspace.messages(direct).map(({ text }) => text)).toEqual([
      expect.stringContaining('imstats was stopped before the file was whole. Ask again.'),
    ]);
  });
});
