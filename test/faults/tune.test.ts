// The whole bot: a manager changes limits in a modal after looking at what they would have done, and what goes wrong on the way.
import { expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { arrivalWindow } from '../../src/slack/command/admission.ts';
import { memoryRule, places } from './configuration.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

vi.setConfig({ testTimeout: 120_000 });

const access = 'access: { manage: [U0BOB] }\n';
const written = { alerts: memoryRule, more: access };

const shown = ({ workspace }: WholeBot, user: string): string => {
  const view = workspace.modals(user).at(-1);
  return view === undefined ? '' : workspace.renderView(view, { timezone: 'Asia/Taipei' });
};

/** Opens the form by the slash command. */
async function openForm(whole: WholeBot, user = 'U0BOB', words = 'tune memory-low'): Promise<void> {
  await whole.workspace.command({ user, channel: places.digests, text: words });
  await whole.advance(arrivalWindow);
  await whole.reach(() => whole.workspace.modals(user).length > 0, 5 * second, 'the form');
}

/** Submits what the form holds, with these values in it, and waits for the view that follows. */
async function submit(whole: WholeBot, values: Record<string, string | string[]>, then: RegExp, user = 'U0BOB') {
  const outcome = await whole.workspace.submitView({ user, values });
  if (outcome.action === 'update') await whole.reach(() => then.test(shown(whole, user)), 10 * second, String(then));
  return outcome;
}

it('shows what other limits would have done, saves them, says so with a picture, and goes back to the file', async () => {
  await withWholeBot({ ...written, charts: '[image]' }, async (whole) => {
    const { workspace } = whole;
    await whole.advance(minute);
    await openForm(whole);
    expect(shown(whole, 'U0BOB')).toContain('Warning below');
    expect(shown(whole, 'U0BOB')).toContain('15%');
    await submit(
      whole,
      { limit: '１２％', clearAt: '14%', critical_limit: '', critical_clearAt: '', critical_for: '' },
      /With these limits|With the present/,
    );
    const tried = shown(whole, 'U0BOB');
    expect(tried).toContain('warning under 15 % → under 12 %');
    expect(tried).toMatch(/critical under 8 % →\s+none\./);
    expect(tried).toContain('With these limits: no opening in the last ');
    expect(tried).toContain('- id: memory-low\nbelow: 12%\nclearAt: 14%');
    await submit(whole, {}, /under 12 %/);
    expect(shown(whole, 'U0BOB')).toContain('Back to the file');
    await whole.advance(10 * second);
    const told = workspace.messages(places.alerts).at(-1);
    expect(told && workspace.renderText(told)).toContain('changed the limits of memory-low');
    expect(told?.blocks.map(({ type }) => type)).toContain('image');
    expect(await whole.ask('why memory-low')).toContain('Changed in Slack by');
    expect(await whole.ask('alerts changes')).toMatch(/in Slack by .*memory-low: warning under 15 % → under 12 %/);
    await whole.stop();
    await whole.start();
    expect(await whole.ask('why memory-low')).toContain('Warning: under 12 %, at once, closes at 14 %.');
    const view = workspace.modals('U0BOB').at(-1)?.id ?? '';
    await workspace.click({ user: 'U0BOB', action: 'tune_restore', viewId: view });
    await whole.reach(() => shown(whole, 'U0BOB').includes('settings of the file again'), 10 * second, 'the way back');
    expect(await whole.ask('why memory-low')).toContain('Warning: under 15 %, at once, closes at 20 %.');
    expect(workspace.violations).toEqual([]);
  });
});

it('refuses wrong values at their fields, in the words of the file, and keeps the form', async () => {
  await withWholeBot(written, async (whole) => {
    await whole.advance(minute);
    await openForm(whole);
    const wrong = { limit: '12 apples', clearAt: '5%', for: 'soon', critical_limit: '', critical_clearAt: '3%' };
    const outcome = await submit(whole, wrong, /./);
    expect(outcome.action).toBe('errors');
    expect(outcome.errors).toMatchObject({
      limit: '"12 apples" does not fit; write a share such as 15% or 0.15',
      for: '"soon" does not fit; write a duration such as 5m',
      critical_limit: 'Is missing; write the limit of the critical level',
    });
    expect(whole.rows('select * from rule_override')).toEqual([]);
    const order = await submit(
      whole,
      { ...wrong, limit: '12%', for: '0s', critical_clearAt: '', critical_for: '' },
      /./,
    );
    expect(order.errors).toEqual({ clearAt: 'Must be at least the value of below' });
  });
});

it('lets whoever may ask try limits, and managers alone save them; also when their right ends meanwhile', async () => {
  await withWholeBot(written, async (whole) => {
    const { workspace } = whole;
    await whole.advance(minute);
    await openForm(whole, 'U0ALICE');
    await submit(whole, { limit: '12%' }, /With these limits|With the present/, 'U0ALICE');
    expect(shown(whole, 'U0ALICE')).toContain('may do this');
    expect(workspace.modals('U0ALICE').at(-1)?.submit).toBeUndefined();
    await openForm(whole);
    await submit(whole, { limit: '12%' }, /With these limits|With the present/);
    await whole.apply({ ...written, more: 'access: { manage: [U0ADMIN] }\n' });
    await submit(whole, {}, /may do this/);
    expect(whole.rows('select * from rule_override')).toEqual([]);
    expect(workspace.violations).toEqual([]);
  });
});

it('saves nothing over a rule that was changed or removed while its form was open', async () => {
  await withWholeBot(written, async (whole) => {
    await whole.advance(minute);
    await openForm(whole);
    await submit(whole, { limit: '12%' }, /With these limits|With the present/);
    await whole.apply({ ...written, alerts: memoryRule.replace('below: 15%', 'below: 16%') });
    await submit(whole, {}, /changed meanwhile/);
    await openForm(whole);
    await whole.apply({ more: access, alerts: memoryRule.replace('memory-low', 'other') });
    await submit(whole, { limit: '12%' }, /open it again/);
    expect(whole.rows('select * from rule_override')).toEqual([]);
  });
});

it('proves a new channel by a line there, and saves nothing where Slack does not take it', async () => {
  await withWholeBot(written, async (whole) => {
    const { workspace } = whole;
    await whole.advance(minute);
    await openForm(whole);
    await submit(whole, { channel: [places.fallback] }, /With these limits|With the present/);
    const closed = workspace.fault({ method: 'chat.postMessage', kind: { error: 'not_in_channel' } });
    await submit(whole, {}, /nothing was saved/);
    closed.release();
    expect(whole.rows('select * from rule_override')).toEqual([]);
    await openForm(whole);
    await submit(whole, { channel: [places.fallback] }, /With these limits|With the present/);
    await submit(whole, {}, /channel/);
    const lines = workspace.messages(places.fallback).map((message) => workspace.renderText(message));
    expect(lines.some((line) => line.includes('has alerts of memory-low on'))).toBe(true);
    expect(whole.rows('select * from rule_override')).toHaveLength(1);
  });
});

it('opens by a button from a mention, which has no trigger, and from why', async () => {
  await withWholeBot(written, async (whole) => {
    const { workspace } = whole;
    await whole.advance(minute);
    await workspace.mention({ user: 'U0BOB', channel: places.digests, text: 'tune memory-low' });
    const answer = () => workspace.everything().find(({ text }) => text.startsWith('Press the button'));
    await whole.reach(answer, 5 * second, 'the button');
    const ts = answer()?.ts ?? '';
    await workspace.click({ user: 'U0BOB', action: 'tune', channel: places.digests, ts });
    await whole.reach(() => workspace.modals('U0BOB').length > 0, 5 * second, 'the form');
    expect(shown(whole, 'U0BOB')).toContain('The limits of memory-low');
    expect(await whole.ask('why memory-low')).toContain('[Tune]');
  });
});

it('goes from what was tried back to the form, with what was written into it', async () => {
  await withWholeBot(written, async (whole) => {
    const { workspace } = whole;
    await whole.advance(minute);
    await openForm(whole);
    await submit(whole, { limit: '11%' }, /With these limits/);
    const viewId = workspace.modals('U0BOB').at(-1)?.id ?? '';
    await workspace.click({ user: 'U0BOB', action: 'tune_change', viewId });
    await whole.reach(() => shown(whole, 'U0BOB').includes('Warning below'), 5 * second, 'the form');
    expect(shown(whole, 'U0BOB')).toContain('11%');
    await submit(whole, {}, /With these limits/);
    expect(shown(whole, 'U0BOB')).toContain('under 15 % → under 11 %');
    expect(workspace.violations).toEqual([]);
  });
});

it('suggests nothing before a week was measured, and says so', async () => {
  await withWholeBot(written, async (whole) => {
    await whole.advance(minute);
    expect(await whole.ask('suggest memory-low')).toMatch(
      /No limits can be suggested for memory-low on Production chat[\s\S]*was measured on 1 day; it takes 7/,
    );
    expect(whole.workspace.violations).toEqual([]);
  });
});
