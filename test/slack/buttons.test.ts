// Buttons below answers and alerts: ask again, other ranges, share once, acknowledge, silence, why.
import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { AlertService } from '../../src/service-types.ts';
import { drawAlert } from '../../src/slack/blocks/alert.ts';
import { nextTime } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';
import { china, prod } from '../support/sample-app.ts';
import { fillDay, png, startBot, type TestBot, undoAll, words } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

/** The first answer to a command. */
async function answer({ workspace, person, channel }: TestBot, text: string): Promise<Message> {
  return (await workspace.command({ user: person, channel, text })).replied();
}

const at = (message: Message) => ({ channel: message.channel, ts: message.ts });
const labels = (message: Message) => JSON.stringify(message.blocks.filter((block) => block.type === 'actions'));

describe('the buttons of an answer', () => {
  it('ask again in place of the private answer, picture included', async () => {
    const bot = await startBot(undo, { renderers: [], privateRenderers: [png] });
    await fillDay(bot.store);
    const said = await answer(bot, 'connections');
    await bot.workspace.click({ user: bot.person, action: '7 days', ...at(said) });
    const changed = await bot.workspace.until(
      () =>
        bot.workspace
          .ephemerals(bot.person)
          .find((one) => one.ts === said.ts && JSON.stringify(one.blocks).includes('last 7 days')),
      'a changed answer with its picture',
    );
    expect(changed.blocks.map(({ type }) => type)).toContain('image');
    expect(bot.workspace.violations).toEqual([]);
  });

  it('leave the answer as it is when asking again goes wrong', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    const said = await answer(bot, 'health');
    await bot.store.close();
    const told = await (await bot.workspace.click({ user: bot.person, action: 'Refresh', ...at(said) })).replied();
    expect(told.text).toContain('tell whoever runs imstats the id');
    expect(bot.workspace.ephemerals(bot.person).find((one) => one.ts === said.ts)).toEqual(said);
  });

  it('share that answer with the channel, once, with its picture, and say who did', async () => {
    const bot = await startBot(undo, { renderers: [png, words] });
    await fillDay(bot.store);
    const said = await answer(bot, 'connections');
    await bot.workspace.click({ user: bot.person, action: 'Share to channel', ...at(said) });
    const shared = await bot.workspace.until(() => bot.workspace.messages(bot.channel)[0], 'a shared answer');
    expect(shared.blocks.map((block) => block.type)).toContain('image');
    expect(JSON.stringify(shared.blocks)).toContain(`Shared by <@${bot.person}>`);
    expect(labels(shared)).not.toContain('Share to channel');

    const first = await bot.workspace.until(
      () =>
        bot.workspace
          .ephemerals(bot.person)
          .find((one) => JSON.stringify(one.blocks).includes('Shared to the channel.')),
      'the mark',
    );
    expect(labels(first)).not.toContain('Share to channel');
    expect(bot.workspace.renderText(first)).toContain('▁▂▃');
    expect(bot.workspace.messages(bot.channel)).toHaveLength(1);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('share once, however often they are pressed at the same time', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    const said = await answer(bot, 'users');
    const press = () => bot.workspace.click({ user: bot.person, action: 'Share to channel', ...at(said) });
    const [, second] = await Promise.all([press(), press()]);
    expect((await second?.replied())?.text).toBeDefined();
    await bot.slack.stop();
    expect(bot.workspace.messages(bot.channel)).toHaveLength(1);
    const told = bot.workspace.ephemerals(bot.person).map((one) => one.text);
    expect(told.some((text) => text.includes('in the channel already'))).toBe(true);
  });

  it('follow the access of the configuration from the next press on', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    const said = await answer(bot, 'users');
    const press = async () =>
      (await bot.workspace.click({ user: bot.person, action: 'Refresh', ...at(said) })).replied();
    await bot.apply({ access: { run: ['U0SOMEBODY'], manage: [] } });
    expect((await press()).text).toContain('access.run');
    expect((await answer(bot, 'users')).text).toContain('access.run');
    await bot.apply({ access: { run: [bot.person], manage: [] } });
    expect((await press()).text).toContain('users');
    expect((await answer(bot, 'users')).text).toContain('users');
  });

  it('answer a person privately below a shared answer', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    await answer(bot, 'users public');
    const [shared] = bot.workspace.messages(bot.channel);
    if (shared === undefined) throw new Error('nothing is in the channel');
    const other = bot.workspace.users.find((one) => one.role === 'admin')?.id ?? '';
    const clicked = await bot.workspace.click({ user: other, action: 'Refresh', ...at(shared) });
    const told = await clicked.replied();
    expect(told.ephemeralTo).toBe(other);
    expect(bot.workspace.messages(bot.channel)).toEqual([shared]);
  });

  it('ask anew for everybody when the bot has forgotten the answer', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    const said = await answer(bot, 'users');
    const restarted = await startBot(undo, { renderers: [words], slack: await sameWorkspace(bot) });
    bot.workspace.connectHttp(`http://127.0.0.1:${restarted.slack.port()}/slack/events`);
    await bot.workspace.click({ user: bot.person, action: 'Share to channel', ...at(said) });
    const shared = await bot.workspace.until(() => bot.workspace.messages(bot.channel)[0], 'a shared answer');
    expect(bot.workspace.renderText(shared)).toContain('active users');
  });
});

describe('the button for numbers', () => {
  const press = async (bot: TestBot, message: Message, action: string): Promise<Message> =>
    (await bot.workspace.click({ user: bot.person, action, ...at(message) })).replied();
  const rowsOf = (message: Message): number =>
    message.blocks.flatMap(({ rows }) => (Array.isArray(rows) ? rows : [])).length;

  it('gives every value of a long answer as tables in pages, to the person alone and newest first', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    await fillDay(bot.store);
    const said = await answer(bot, 'trend connections.peak 7d public');
    expect(labels(said)).toContain('Numbers');
    const first = await press(bot, said, 'Numbers');
    expect(first.ephemeralTo).toBe(bot.person);
    const told = bot.workspace.renderText(first);
    expect(told).toMatch(/^Connection peak.*, last 7 days\nAsia\/Taipei, newest first, page 1 of 2/);
    expect(told).toMatch(/\d \w{3} \d\d:\d\d +1,\d{3}/);
    const second = await press(bot, first, 'Page 2 of 2');
    expect(second.ts).toBe(first.ts);
    expect(bot.workspace.renderText(second)).toContain('not measured');
    expect(labels(second)).toContain('Page 1 of 2');
    expect([first, second].map(rowsOf)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(rowsOf(first) + rowsOf(second)).toBeGreaterThanOrEqual(168 + 2);
    expect(rowsOf(first)).toBeLessThanOrEqual(100);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('tells each value with its change on the period before', async () => {
    const bot = await startBot(undo, { values: { apps: [china] }, renderers: [words] });
    const said = await answer(bot, 'trend messages.sent 30d');
    const told = bot.workspace.renderText(await press(bot, said, 'Numbers'));
    expect(told).toMatch(/5,000 \(same\)\s+5,000/);
    expect(told).toContain('so far');
  });

  it('is not there where the values stand in the answer, or where there are none', async () => {
    const bot = await startBot(undo, { values: { apps: [china] }, renderers: [words] });
    expect(labels(await answer(bot, 'trend messages.sent 7d'))).not.toContain('Numbers');
    expect(labels(await answer(bot, 'apps'))).not.toContain('Numbers');
  });

  it('offers to ask again when the bot has forgotten the answer', async () => {
    const bot = await startBot(undo, { renderers: [words] });
    await fillDay(bot.store);
    const said = await answer(bot, 'connections 24h');
    const restarted = await startBot(undo, { renderers: [words], slack: await sameWorkspace(bot) });
    bot.workspace.connectHttp(`http://127.0.0.1:${restarted.slack.port()}/slack/events`);
    const told = await press(bot, said, 'Numbers');
    expect(told.text).toContain('are not kept any more');
    expect(labels(told)).toContain('/imstats connections 24h');
  });
});

async function sameWorkspace({ workspace }: TestBot) {
  const { bot, signingSecret } = workspace.tokens;
  return { botToken: bot, signingSecret, port: 0, host: '127.0.0.1', apiUrl: workspace.apiUrl };
}

describe('the controls of an alert', () => {
  const view = {
    incident: 'i-1',
    rule: 'memory-low',
    app: { id: 'prod', name: 'Production chat' },
    colour: 'red' as const,
    level: 'critical' as const,
    headline: verbatim('Critical: free memory 7.4 % on Production chat'),
    lines: [verbatim('Free memory is low.')],
    mentions: [],
    runbook: 'https://runbooks.example.com/memory',
    console: 'https://dashboard.example.com',
    actions: ['acknowledge' as const, 'silence' as const, 'why' as const],
    openedAt: 0,
  };
  type Act = Parameters<AlertService['act']>[0];

  async function alerting(acts: Act[]): Promise<TestBot & { readonly root: { channel: string; ts: string } }> {
    const alerts: AlertService = {
      undoLast: async () => ({ state: 'done', words: verbatim('Undone.') }),
      list: async () => [
        {
          rule: 'memory-low',
          app: prod,
          condition: 'firing',
          level: 'critical',
          incident: 'i-1',
          words: verbatim('Free memory is low.'),
        },
      ],
      why: async (rule) => ({
        report: {
          headline: verbatim(`Why ${rule}`),
          zone: 'Asia/Taipei',
          stale: false,
          sections: [{ figures: [], lines: [verbatim('acknowledged by {user:U0ALICE}')], charts: [] }],
          notes: [],
        },
      }),
      test: async () => ({ state: 'done', words: verbatim('Tested.') }),
      act: async (act) => {
        acts.push(act);
        const taken = act.action === 'undo' ? undefined : 'k3x9';
        return { state: 'done', words: verbatim(`Done by {user:${act.actor}}.`), undo: taken };
      },
    };
    const bot = await startBot(undo, { alerts, renderers: [words] });
    const { blocks, text } = drawAlert(view, englishWording);
    bot.workspace.join(bot.channel, bot.workspace.bot.userId);
    const response = await fetch(`${bot.workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bot.workspace.tokens.bot}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: bot.channel, text, blocks }),
    });
    const { ts } = (await response.json()) as { ts: string }; // the stand-in answers like Slack
    return { ...bot, root: { channel: bot.channel, ts } };
  }

  it('acknowledge by the incident, and tell the person privately', async () => {
    const acts: Act[] = [];
    const bot = await alerting(acts);
    const told = await (await bot.workspace.click({ user: bot.person, action: 'acknowledge', ...bot.root })).replied();
    expect(acts).toEqual([{ target: 'i-1', action: 'acknowledge', actor: bot.person }]);
    expect(told.text).toBe(`Done by <@${bot.person}>.`);
    expect(told.ephemeralTo).toBe(bot.person);
  });

  it('answer with a button that undoes exactly that, below whose answer there is none', async () => {
    const acts: Act[] = [];
    const bot = await alerting(acts);
    const told = await (await bot.workspace.click({ user: bot.person, action: 'acknowledge', ...bot.root })).replied();
    const undone = await (await bot.workspace.click({ user: bot.person, action: 'Undo', ...at(told) })).replied();
    expect(acts[1]).toEqual({ target: 'i-1', action: 'undo', undo: 'k3x9', actor: bot.person });
    expect(labels(undone)).toBe('[]');
    expect(undone.ts).toBe(told.ts);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('silence for the time that was chosen', async () => {
    const acts: Act[] = [];
    const bot = await alerting(acts);
    const before = Date.now();
    await (
      await bot.workspace.click({ user: bot.person, action: 'silence', choice: '2 hours', ...bot.root })
    ).replied();
    await (
      await bot.workspace.click({ user: bot.person, action: 'silence', choice: 'until 09:00', ...bot.root })
    ).replied();
    expect((acts[0]?.until ?? 0) - before).toBeGreaterThanOrEqual(7_200_000);
    expect(acts[1]?.until).toBe(nextTime('09:00', 'Asia/Taipei', before));
  });

  it('show why, with people named', async () => {
    const bot = await alerting([]);
    const told = await (await bot.workspace.click({ user: bot.person, action: 'why', ...bot.root })).replied();
    expect(JSON.stringify(told.blocks)).toContain('Why memory-low');
    expect(JSON.stringify(told.blocks)).toContain('<@U0ALICE>');
  });

  it('open the runbook without a word', async () => {
    const bot = await alerting([]);
    const clicked = await bot.workspace.click({ user: bot.person, action: 'open_runbook', ...bot.root });
    expect(clicked).toMatchObject({ acknowledged: 'in time', openedUrl: 'https://runbooks.example.com/memory' });
  });

  it('work by command too, longer silences for managers only', async () => {
    const acts: Act[] = [];
    const rule = { id: 'memory-low' } as never; // only its id is looked at here
    const alerts: AlertService = {
      undoLast: async () => ({ state: 'done', words: verbatim('Undone.') }),
      list: async () => [],
      test: async () => ({ state: 'done', words: verbatim('Tested.') }),
      why: async () => undefined,
      act: async (act) => {
        acts.push(act);
        return { state: 'not-open', words: verbatim('memory-low is not open.') };
      },
    };
    const bot = await startBot(undo, { alerts, values: { rules: [rule] }, renderers: [words] });
    expect((await answer(bot, 'acknowledge memory-low')).text).toContain('memory-low is not open.');
    expect(acts).toMatchObject([{ target: 'memory-low', action: 'acknowledge' }]);
    expect((await answer(bot, 'silence memory-low 30h')).text).toContain('Nobody may do this yet');
    expect((await answer(bot, 'alerts')).text).toContain('No open alerts');
    expect((await answer(bot, 'why memory-low')).text).toContain('There is no alert "memory-low".');
    expect(acts).toHaveLength(1);
  });
});

describe('the next 09:00', () => {
  it.each([
    ['2026-11-22T00:30:00Z', '2026-11-22T01:00:00Z'],
    ['2026-11-22T01:00:00Z', '2026-11-23T01:00:00Z'],
    ['2026-11-22T12:00:00Z', '2026-11-23T01:00:00Z'],
  ])('after %s in Taipei is %s', (now, next) => {
    expect(new Date(nextTime('09:00', 'Asia/Taipei', Date.parse(now))).toISOString()).toBe(next.replace('Z', '.000Z'));
  });
});
