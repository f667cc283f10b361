// The Slack side as a person meets it: commands, mentions in threads, the Home tab, and what goes wrong.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/clock.ts';
import { PlatformError } from '../../src/errors.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { china, prod } from '../support/sample-app.ts';
import { fillDay, imkit, jmessage, png, startBot, type TestBot, undoAll, values, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const platforms = (answer: Parameters<typeof imkit>[1]) =>
  new Map([
    ['prod', imkit(systemClock, answer)],
    ['china', jmessage(systemClock)],
  ]);

/** What the person reads first after typing `/imstats` and the text. */
async function ask({ workspace, person, channel }: TestBot, text: string): Promise<string> {
  const outcome = await workspace.command({ user: person, channel, text });
  expect(outcome.acknowledged).toBe('in time');
  return workspace.renderText(await outcome.replied());
}

describe('/imstats', () => {
  it('is answered privately in one message, with its chart in it', async () => {
    const bot = await startBot(undo);
    await fillDay(bot.store);

    const outcome = await bot.workspace.command({ user: bot.person, channel: bot.channel, text: '' });
    const answer = await outcome.replied();

    expect(bot.workspace.renderText(answer)).toContain(
      'Production chat: 1,893 connections at the peak, 95 % of the limit',
    );
    expect(answer.text).toContain('Connection peak: 1,893 of 2,000 (95 %)');
    expect(answer.text).toContain('Connection peak per hour, last 24 hours');
    expect(bot.workspace.renderText(answer)).toContain('▁▂▃');
    await bot.slack.stop();
    expect(outcome.replies).toHaveLength(1);
    expect(bot.workspace.messages(bot.channel)).toEqual([]);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('works over Socket Mode as well', async () => {
    const bot = await startBot(undo, { mode: 'socket', renderers: [words] });
    expect(bot.slack.ready()).toBe(true);
    await bot.workspace.until(() => bot.workspace.openSockets === 2, 'the second connection');
    expect(await ask(bot, 'users')).toContain('Production chat');
  });

  it('puts a drawing that needs no upload into the first message', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    await fillDay(bot.store);
    expect(await ask(bot, '')).toContain('▁▂▃');
  });

  it('is shown to everyone with "public", mistakes never', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    await ask(bot, 'users public');
    expect(bot.workspace.messages(bot.channel)).toHaveLength(1);
    await ask(bot, 'usrs public');
    expect(bot.workspace.messages(bot.channel)).toHaveLength(1);
  });

  it('asks a platform once for everybody who asks at the same time', async () => {
    // A platform that takes longer to answer than the three take to come in.
    const slow = imkit(systemClock, async () => {
      await sleep(systemClock, 400);
      return values;
    });
    const bot = await startBot(undo, { platforms: new Map([['prod', slow]]), renderers: [] });
    const { workspace, channel, person } = bot;
    const outcomes = await Promise.all(
      ['users', 'memory', ''].map((text) => workspace.command({ user: person, channel, text })),
    );
    await Promise.all(outcomes.map((outcome) => outcome.replied()));
    expect(slow.request()).toBe(1);
  });
});

describe('the acknowledgement', () => {
  const send = ({ workspace, person, channel }: TestBot, text: string) =>
    workspace.command({ user: person, channel, text });

  it.each(['http', 'socket'] as const)('carries what takes no work to say, over %s', async (mode) => {
    const bot = await startBot(undo, { mode, renderers: [words] });
    const [help, mistake, work] = [await send(bot, 'help'), await send(bot, 'memroy'), await send(bot, 'users')];
    expect(help.replies[0]).toMatchObject({ origin: 'acknowledgement' });
    expect(bot.workspace.renderText(await help.replied())).toContain('What you can ask imstats');
    expect(mistake.replies[0]).toMatchObject({ origin: 'acknowledgement' });
    expect(bot.workspace.renderText(await mistake.replied())).toContain('Did you mean memory?');
    expect(await work.replied()).toMatchObject({ origin: 'response_url' });
    expect(bot.workspace.messages(bot.channel)).toEqual([]);
    await send(bot, 'help public');
    expect(bot.workspace.messages(bot.channel)).toHaveLength(1);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('carries nothing where somebody must be asked first who may run it', async () => {
    const bot = await startBot(undo, { values: { access: { run: ['S0NOBODY'], manage: [] } }, renderers: [words] });
    const outcome = await send(bot, 'help');
    expect(outcome.replies).toEqual([]);
    expect(bot.workspace.renderText(await outcome.replied())).toContain('access.run');
  });

  it('is counted like every other answer, and logged where somebody looks closely', async () => {
    const telemetry = createTelemetry();
    const bot = await startBot(undo, { telemetry, renderers: [words] });
    await send(bot, 'help');
    await send(bot, 'memroy');
    await bot.slack.stop();
    const answered = bot.log
      .filter(({ message }) => message === 'Question answered')
      .map(({ level, fields }) => ({ level, ...fields }));
    expect(answered).toMatchObject([
      { level: 'debug', view: 'help', result: 'answered', user: bot.person },
      { level: 'debug', view: 'unknown', result: 'refused', user: bot.person },
    ]);
    expect(await telemetry.text()).toContain('{view="help",result="answered"} 1');
  });
});

describe('each view and mistake', () => {
  const undoLast: (() => unknown)[] = [];
  let bot: TestBot;
  beforeAll(async () => {
    bot = await startBot(undoLast, { values: { apps: [prod, china] }, renderers: [words] });
    await fillDay(bot.store);
  });
  afterAll(() => undoAll(undoLast));

  it.each([
    ['help', 'What you can ask imstats'],
    ['users', 'active users'],
    ['messages 7d', 'messages'],
    ['rooms', 'active rooms'],
    ['connections 6h', 'connections'],
    ['memory', 'memory free'],
    ['trend connections 24h', 'connection peak'],
    ['prod 7d', 'Production chat: 1,893 connections at the peak in the last hour, measured since'],
    ['apps', '2 apps'],
    ['health', 'imstats'],
    ['digest', 'No digest is configured'],
    ['groups', 'China'],
    ['messages china', 'China: 35,000 messages in the last 7 days'],
    ['', '2 apps: Production chat needs a look'],
    ['memroy prod 24h', 'I don\'t know "memroy". Did you mean memory?\nTry: /imstats memory prod 24h'],
    ['groups prod', 'IMKit does not report groups'],
    ['messages china 24h', 'reports whole days'],
    ['24h china', 'Try: /imstats china 7d'],
    ['messages 2027-01-01', 'has not come yet'],
  ])('%s', async (text, expected) => {
    expect((await ask(bot, text)).toLowerCase()).toContain(expected.toLowerCase());
    expect(bot.workspace.violations).toEqual([]);
  });
});

describe('a platform that fails', () => {
  it('is named with what to do, over the last numbers, marked stale', async () => {
    const failing = async () => {
      throw new PlatformError(
        'forbidden',
        'Production chat did not answer: HTTP 403, the key lacks platform permission.',
        {
          hint: 'Give the key the Platform API permission.',
        },
      );
    };
    const bot = await startBot(undo, { platforms: platforms(failing), renderers: [words] });
    await bot.store.samples.record('prod', systemClock.now() - 19 * 60_000, values);

    const summary = await ask(bot, '');
    expect(summary).toContain('HTTP 403, the key lacks platform permission');
    expect(summary).toContain('Give the key the Platform API permission.');
    expect(summary).toContain('19 min ago');
    expect(summary).toContain('stale');
    expect(await ask(bot, 'memory')).toContain('HTTP 403');
  });

  it('without numbers from before is told as well', async () => {
    const failing = async () => {
      throw new PlatformError('timeout', 'Production chat did not answer within 10 s.');
    };
    const bot = await startBot(undo, { platforms: platforms(failing), renderers: [words] });
    expect(await ask(bot, '')).toContain('There are no numbers from before.');
  });

  it('in a way nobody thought of gets an id that the log has too, and no detail', async () => {
    const { store, ...rest } = await startBot(undo, { renderers: [] });
    await store.close();
    const broken = { ...rest, store };
    const said = await ask(broken, 'health');
    expect(said).toMatch(/id id\d+\.\nAsk again; if it stays so, tell whoever runs imstats the id id\d+\./);
    const id = /id (id\d+)\./.exec(said)?.[1];
    expect(rest.log).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'Question failed', fields: expect.objectContaining({ id }) }),
    );
  });

  it('leaves the live numbers standing when it is the store that fails', async () => {
    const bot = await startBot(undo, { renderers: [] });
    await bot.store.close();
    const said = await ask(bot, '');
    expect(said).toContain('1,893 connections at the peak');
    expect(said.replaceAll(/\s+/g, ' ')).toContain('The stored numbers cannot be read just now');
  });
});

describe('a mention', () => {
  it('is answered in its thread by one message with its picture, which is not edited', async () => {
    const bot = await startBot(undo, { renderers: [png, words] });
    await fillDay(bot.store);
    const { workspace, channel, person } = bot;
    workspace.join(channel, workspace.bot.userId);
    const { ts } = await workspace.mention({ user: person, channel, text: 'connections 24h' });
    const answer = await workspace.until(() => workspace.thread(channel, ts)[1], 'an answer');
    expect(answer.blocks.map((block) => block.type)).toContain('image');
    await bot.slack.stop();
    expect(workspace.thread(channel, ts).map(({ editedAt }) => editedAt)).toEqual([undefined, undefined]);
    expect(workspace.violations).toEqual([]);
  });

  it('with a wrong word is answered to its author alone', async () => {
    const bot = await startBot(undo);
    const { workspace, channel, person } = bot;
    workspace.join(channel, workspace.bot.userId);
    const { ts } = await workspace.mention({ user: person, channel, text: 'memroy' });
    const told = await workspace.until(() => workspace.ephemerals(person, channel)[0], 'a private answer');
    expect(workspace.renderText(told)).toContain('Did you mean memory?');
    expect(workspace.thread(channel, ts)).toHaveLength(1);
  });
});

describe('the Home tab', () => {
  it('shows how the apps stand when it is opened', async () => {
    const bot = await startBot(undo, { values: { apps: [prod, china] } });
    await fillDay(bot.store);
    await bot.workspace.openHome({ user: bot.person });
    const home = await bot.workspace.until(() => bot.workspace.home(bot.person), 'a Home tab');
    const shown = bot.workspace.renderView(home);
    expect(shown).toContain('Your apps');
    expect(shown).toContain('Production chat');
    expect(shown).toContain('No digest is scheduled.');
    expect(bot.workspace.violations).toEqual([]);
  });
});

describe('the log', () => {
  it('has one flat line for each question and no secret', async () => {
    const bot = await startBot(undo, { renderers: [] });
    await ask(bot, 'users');
    await bot.workspace
      .until(() => bot.log.some((line) => line.message === 'Question answered'), 'a log line')
      .catch(() => {});
    const line = bot.log.find((one) => one.message === 'Question answered');
    expect(line?.fields).toMatchObject({ view: 'users', result: 'answered', user: bot.person, channel: bot.channel });
    const { tokens } = bot.workspace;
    for (const secret of [tokens.bot, tokens.app, tokens.signingSecret])
      expect(JSON.stringify(bot.log)).not.toContain(secret);
  });
});
