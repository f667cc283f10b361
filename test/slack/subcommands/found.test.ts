// What can be found and need not be guessed: every metric, my own id and rights, whether the bot is in the channel.
import { afterEach, describe, expect, it } from 'vitest';
import { metricIds } from '../../../src/metrics/catalog.ts';
import { china, prod } from '../../support/sample-app.ts';
import { type Changes, startBot, type TestBot, undoAll, words } from '../slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

async function place(
  values: Changes['values'] = {},
): Promise<TestBot & { readonly ask: (text: string) => Promise<string> }> {
  const bot = await startBot(undo, { values: { apps: [prod, china], ...values }, renderers: [words] });
  const ask = async (text: string): Promise<string> => {
    const asked = await bot.workspace.command({ user: bot.person, channel: bot.channel, text });
    return bot.workspace.renderText(await asked.replied());
  };
  return { ...bot, ask };
}

describe('metrics', () => {
  it.each(['metrics', 'trend'])('"%s" names every id with what it means and who reports it', async (text) => {
    const { ask, workspace } = await place();
    const said = await ask(text);
    for (const id of metricIds) expect(said, id).toContain(id);
    expect(said).toContain('memory.free_ratio: Free memory, in percent (Production chat); also memory share');
    expect(said).toContain('users.active: Active users, of an hour or a day; also dau and active users');
    expect(workspace.violations).toEqual([]);
  });

  it('of one app are those that it reports, and the others in one line', async () => {
    const { ask } = await place();
    const said = await ask('metrics prod');
    expect(said).toContain('11 metrics of Production chat');
    expect(said).toMatch(/Not reported by Production chat: [\s\S]*groups\.active/);
  });

  it('"trend" with an unknown metric lists them too, and says in line 1 that there is none of that name', async () => {
    const { ask } = await place();
    expect(await ask('trend xyzzy')).toMatch(
      /^There is no metric xyzzy; these are all of them\.\n.*metrics of your apps/,
    );
  });
});

describe('whoami', () => {
  it('gives the ids to copy, and what one may do with the lines to add', async () => {
    const { ask, person, channel } = await place();
    const said = await ask('whoami');
    expect(said).toContain(`Your id is ${person}`);
    expect(said).toContain(`This channel is ${channel}.`);
    expect(said).toContain('You may ask, acknowledge, and silence for up to a day. Nobody may do this yet.');
    expect(said).toContain(`manage: [${person}]`);
  });

  it('says where the bot is not inside', async () => {
    const { workspace, person } = await place();
    const outside = workspace.channels.find(
      (one) => one.kind === 'public' && !one.members.includes(workspace.bot.userId),
    );
    const asked = await workspace.command({ user: person, channel: outside?.id ?? '', text: 'whoami' });
    expect(workspace.renderText(await asked.replied())).toContain('I am not in it: /invite me');
  });

  it('says that the bot is inside and that one may manage', async () => {
    const { workspace } = await place();
    const person = workspace.users.find((one) => one.role === 'member')?.id ?? '';
    const bot = await place({ access: { run: 'everyone', manage: [person] } });
    bot.workspace.join(bot.channel, bot.workspace.bot.userId);
    const said = await bot.ask('who am i?');
    expect(said).toContain('I am in it.');
    expect(said).toContain('You may ask, send digests and silence for more than a day.');
  });
});

describe('an answer in part', () => {
  it('says in line 1 what it is not about, and at its end how the words were understood', async () => {
    const { ask, workspace } = await place();
    expect(await ask('内存 staging 1h')).toMatch(/^There is no app staging; this is all apps\.\n/);
    expect((await ask('内存 prod 24h')).replaceAll(/\s+/g, ' ')).toContain('Understood: 内存 (memory), prod, 24h.');
    expect(await ask('mem prod')).toContain('Understood: mem (memory), prod.');
    expect(await ask('how many users on china last friday')).toContain('Understood: users, china, last friday.');
    expect(await ask('memory prod 24h')).not.toContain('Understood');
    expect(await ask('please show me the memory of prod')).not.toContain('Understood');
    expect(await ask('dau')).toContain('Understood: dau (users.active).');
    expect(workspace.violations).toEqual([]);
  });

  it('has a button where a word is near to a known one', async () => {
    const { workspace, person, channel } = await place();
    const asked = await workspace.command({ user: person, channel, text: 'memory prdo' });
    const answer = await asked.replied();
    expect(workspace.renderText(answer)).toMatch(/^There is no app prdo; this is all apps\. Did you mean prod\?\n/);
    expect(JSON.stringify(answer.blocks)).toContain('"/imstats memory prod"');
  });

  it('reads a date that only the reader of dates knows, after the acknowledgement', async () => {
    const { workspace, person, channel } = await place();
    const asked = await workspace.command({ user: person, channel, text: 'messages china two days before yesterday' });
    expect(asked).toMatchObject({ acknowledged: 'in time' });
    expect(workspace.renderText(await asked.replied())).toContain('China');
    expect((await asked.replied()).origin).toBe('response_url');
  });
});
