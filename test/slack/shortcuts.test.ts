// The shortcuts of the app over the local Slack: how it all stands from anywhere, and a note on the incident of a message.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readShortcuts } from '../../src/demo/workspace/manifest-shortcuts.ts';
import { packageRoot } from '../support/package-root.ts';
import { startWithForms } from './modals/form-harness.ts';
import { undoAll } from './slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

describe('the shortcut "imstats: how is it?"', () => {
  it('opens the words of Home, whose buttons work there and which is drawn anew on demand', async () => {
    const bot = await startWithForms(undo);
    const { workspace, person: user } = bot;
    await workspace.shortcut({ user, shortcut: 'imstats: how is it?' });
    await bot.shows('Your apps');
    expect(bot.shown()).toContain('Low. (memory-low)');
    const [overview] = workspace.modals(user);
    await workspace.click({ user, viewId: overview?.id ?? '', action: 'refresh_home' });
    await workspace.until(() => workspace.modals(user)[0]?.hash !== overview?.hash, 'a new drawing');
    await workspace.click({ user, viewId: overview?.id ?? '', action: 'note_form' });
    await bot.shows('What was seen or done');
    expect(workspace.modals(user)).toHaveLength(2);
    await bot.submit({ text: 'restarted node 2' });
    await bot.shows('It is done.');
    expect(workspace.violations).toEqual([]);
  });

  it('says why there is nothing to who may not ask', async () => {
    const bot = await startWithForms(undo);
    await bot.apply({ access: { run: ['U0ADMIN'], manage: [] } });
    await bot.workspace.shortcut({ user: bot.person, shortcut: 'how_is_it' });
    await bot.shows('You are not on the list of people who may ask imstats');
  });

  it('that Slack does not open any more is explained directly', async () => {
    const bot = await startWithForms(undo);
    bot.workspace.fault({ method: 'views.open', kind: { error: 'expired_trigger_id' } });
    await bot.workspace.shortcut({ user: bot.person, shortcut: 'how_is_it' });
    const direct = bot.workspace.direct(bot.person);
    const told = await bot.workspace.until(() => bot.workspace.messages(direct)[0], 'the reason');
    expect(bot.workspace.renderText(told)).toMatch(/Slack gave too little time to open this\.\s+Press it once more\./);
  });
});

describe('the shortcut "Note on this incident"', () => {
  /** Where the incident has its message. */
  async function withRoot() {
    const bot = await startWithForms(undo);
    const { workspace, channel, person: user, store } = bot;
    const root = workspace.say({ user, channel, text: 'Low.' });
    await store.outbox.saveRoot({ stream: 'memory-low@1', channel, ts: root.ts, pictures: [], shown: undefined });
    return { bot, root };
  }

  it('keeps a note with the incident of a root or of a message in its thread', async () => {
    const { bot, root } = await withRoot();
    const { workspace, channel, person: user } = bot;
    const reply = workspace.say({ user, channel, text: 'I look at it.', threadTs: root.ts });
    for (const { ts } of [root, reply]) {
      await workspace.shortcut({ user, shortcut: 'note_incident', message: { channel, ts } });
      await bot.shows('Alert memory-low on Production chat');
      await bot.submit({ text: `seen in ${ts}` });
      await bot.shows('It is done.');
      await workspace.closeView({ user });
    }
    expect(bot.acts.map(({ target, text }) => [target, text])).toEqual([
      ['memory-low@1', `seen in ${root.ts}`],
      ['memory-low@1', `seen in ${reply.ts}`],
    ]);
  });

  it('says elsewhere that this is no incident, and what to do', async () => {
    const { bot } = await withRoot();
    const { workspace, channel, person: user } = bot;
    const { ts } = workspace.say({ user, channel, text: 'Lunch?' });
    await workspace.shortcut({ user, shortcut: 'note_incident', message: { channel, ts } });
    await bot.shows('This is no incident');
    expect(bot.shown()).toContain('use the shortcut on the message of an alert');
    expect(bot.acts).toEqual([]);
  });
});

describe('the manifest', () => {
  it('is read by the local Slack for its shortcuts', () => {
    expect(readShortcuts(readFileSync(join(packageRoot, 'manifest.yml'), 'utf8'))).toEqual([
      { name: 'imstats: how is it?', type: 'global', callbackId: 'how_is_it' },
      { name: 'Note on this incident', type: 'message', callbackId: 'note_incident' },
    ]);
  });
});
