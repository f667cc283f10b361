// The form of a note: opened by a button or by the shortcut on a message, kept with its incident, shown again where it could not be.
import { afterEach, describe, expect, it } from 'vitest';
import { verbatim } from '../../../src/metrics/phrase.ts';
import { undoAll } from '../slack-harness.ts';
import { type FormBot, incident, startWithForms } from './form-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

async function opened(changes: Parameters<typeof startWithForms>[1] = {}): Promise<FormBot> {
  const bot = await startWithForms(undo, changes);
  await bot.press('note_form');
  await bot.shows('What was seen or done');
  return bot;
}

describe('the form of a note', () => {
  it('keeps the note with its incident and says so in the same window', async () => {
    const bot = await opened();
    await bot.submit({ text: 'restarted node 2' });
    await bot.shows('It is done.');
    expect(bot.acts).toEqual([{ target: incident, action: 'note', text: 'restarted node 2', actor: bot.person }]);
    expect(bot.workspace.violations).toEqual([]);
  });

  it('refuses a note of blanks', async () => {
    const bot = await opened();
    const sent = await bot.submit({ text: '  \n ' });
    expect(sent).toMatchObject({ action: 'errors', errors: { text: expect.stringContaining('needs a text') } });
    expect(bot.acts).toEqual([]);
  });

  it('loses nothing of a note that could not be kept', async () => {
    const bot = await opened({ outcome: { state: 'not-open', words: verbatim('There is no incident.') } });
    await bot.submit({ text: 'restarted node 2' });
    await bot.shows('There is no incident.');
    expect(bot.shown()).toContain('restarted node 2');
    await bot.apply({ access: { run: ['U0ADMIN'], manage: [] } });
    await bot.submit({ text: 'restarted node 2 again' });
    await bot.shows('You are not on the list of people who may ask imstats');
    expect(bot.shown()).toContain('restarted node 2 again');
  });

  it('writes no note into the log', async () => {
    const bot = await opened();
    await bot.submit({ text: 'restarted node 2' });
    await bot.shows('It is done.');
    expect(JSON.stringify(bot.log)).not.toContain('restarted');
  });
});
