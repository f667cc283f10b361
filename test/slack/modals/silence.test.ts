// The form of a silence: opened from Home, checked in the acknowledgement with the words of the command, carried out and taken back.
import { afterEach, describe, expect, it } from 'vitest';
import { allOf } from '../../../src/alerting/transitions.ts';
import { day, hour, minute } from '../../../src/clock.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import { undoAll } from '../slack-harness.ts';
import { type FormBot, incident, inMinutes, startWithForms } from './form-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

async function opened(changes: Parameters<typeof startWithForms>[1] = {}): Promise<FormBot> {
  const bot = await startWithForms(undo, changes);
  await bot.press('silence_form');
  await bot.shows('For how long');
  return bot;
}

describe('the form of a silence', () => {
  it('silences for the length that was chosen, with its reason, and offers to undo it in the same window', async () => {
    const bot = await opened();
    expect(bot.shown()).toContain('Alert memory-low on Production chat');
    const before = Date.now();
    expect(await bot.submit({ length: '4h', reason: ' moving house ' })).toMatchObject({ action: 'update' });
    await bot.shows('It is done.');
    const [act] = bot.acts;
    expect(act).toMatchObject({ target: incident, action: 'silence', actor: bot.person, text: 'moving house' });
    expect(act?.level).toBeUndefined();
    expect((act?.until ?? 0) - before - 4 * hour).toBeLessThan(minute);
    const viewId = bot.workspace.modals(bot.person)[0]?.id ?? '';
    await bot.workspace.click({ user: bot.person, viewId, action: 'undo' });
    await bot.workspace.until(() => bot.acts.length === 2, 'the undo');
    expect(bot.acts[1]).toMatchObject({ action: 'undo', undo: 'u1', target: incident });
    expect(bot.workspace.violations).toEqual([]);
  });

  it.each([
    ['usual', { target: incident, level: undefined }],
    ['critical', { target: incident, level: 'critical' }],
    ['app', { target: allOf('prod'), level: undefined }],
  ])('covers what was chosen: %s', async (covers, expected) => {
    const bot = await opened();
    await bot.submit({ covers });
    await bot.shows('It is done.');
    expect(bot.acts[0]).toMatchObject(expected);
  });

  it('holds an end over a length', async () => {
    const bot = await opened();
    const end = inMinutes(95);
    await bot.submit({ length: '24h', end });
    await bot.shows('It is done.');
    expect(bot.acts[0]?.until).toBe(Number(end) * 1_000);
  });

  it.each([
    ['that is past', -5],
    ['in half a year', (180 * day) / minute],
  ])('refuses an end %s below it, in the words of the command', async (_which, minutes) => {
    const bot = await opened();
    expect(await bot.submit({ end: inMinutes(minutes) })).toMatchObject({
      action: 'errors',
      errors: { end: 'A silence lasts from 1 minute to 30 days.' },
    });
    expect(bot.acts).toEqual([]);
  });

  it('offers days to managers alone, and says who may, with what was given still there', async () => {
    const bot = await opened({ values: { access: { run: 'everyone', manage: ['U0ADMIN'] } } });
    expect(bot.shown()).not.toContain('7 days');
    await bot.submit({ end: inMinutes((3 * day) / minute), reason: 'moving house' });
    await bot.shows('Only');
    expect(bot.shown()).toContain('moving house');
    expect(bot.acts).toEqual([]);
    await bot.submit({ end: inMinutes(90) });
    await bot.shows('It is done.');
    const manager = await startWithForms(undo, { values: { access: { run: 'everyone', manage: [bot.person] } } });
    await manager.press('silence_form');
    await manager.shows('For how long');
    expect(JSON.stringify(manager.workspace.modals(manager.person))).toContain('"30 days"');
  });

  it('says what became of a rule that was removed meanwhile, and of one that cannot be silenced', async () => {
    const removed = await opened();
    await removed.apply({ rules: [] });
    await removed.submit({});
    await removed.shows('The rule memory-low is not there any more.');
    const refused = await opened({ outcome: { state: 'not-open', words: verbatim('It is over.') } });
    await refused.submit({ reason: 'kept' });
    await refused.shows('It is over.');
    expect(refused.shown()).toContain('kept');
  });

  it('says so where its person may not ask any more', async () => {
    const bot = await opened();
    await bot.apply({ access: { run: ['U0ADMIN'], manage: [] } });
    await bot.submit({});
    await bot.shows('You are not on the list of people who may ask imstats');
    expect(bot.acts).toEqual([]);
  });

  it('is carried out once, however often it is sent', async () => {
    const bot = await opened();
    await bot.submit({});
    await bot.shows('It is done.');
    expect(bot.acts).toHaveLength(1);
    await expect(bot.submit({})).resolves.toMatchObject({ action: expect.not.stringMatching('errors') });
    expect(bot.acts).toHaveLength(1);
  });

  it('is not opened on a trigger that has expired; its person reads what to do', async () => {
    const bot = await startWithForms(undo);
    bot.workspace.fault({ method: 'views.open', kind: { error: 'expired_trigger_id' } });
    await bot.press('silence_form');
    const direct = bot.workspace.direct(bot.person);
    const told = await bot.workspace.until(() => bot.workspace.messages(direct)[0], 'the reason');
    expect(bot.workspace.renderText(told)).toContain('Slack gave too little time to open this.');
  });

  it('opens with a line where Slack is slow to say who is in a group, and shows the form when it has', async () => {
    const bot = await startWithForms(undo);
    await bot.press('refresh_home');
    await bot.apply({ access: { run: 'everyone', manage: ['S0ONCALL'] } });
    bot.workspace.fault({ method: 'usergroups.users.list', kind: 'delay', ms: 1_000 });
    const viewId = bot.workspace.home(bot.person)?.id ?? '';
    await bot.workspace.click({ user: bot.person, viewId, action: 'silence_form' });
    await bot.shows('One moment');
    await bot.shows('For how long');
  });
});
