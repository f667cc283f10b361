// The report on an incident that is over, through the whole bot: from its message, from the list of a range, shared and as text.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import type { Message } from '../../src/demo/workspace/workspace.ts';
import { packageRoot } from '../support/package-root.ts';
import { places } from './configuration.ts';
import { allTold, comeBack, fall } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

const root = ({ workspace }: WholeBot): Message => {
  const found = workspace.messages(places.alerts).find(({ text }) => text.includes('memory-low'));
  if (found === undefined) throw new Error('there is no alert');
  return found;
};

/** The newest message that only this person sees, as they read it. */
function shownTo({ workspace }: WholeBot, user: string): { readonly ts: string; readonly text: string } {
  const message = workspace.ephemerals(user).at(-1);
  if (message === undefined) throw new Error(`${user} sees nothing`);
  return { ts: message.ts, text: workspace.renderText(message, { timezone: 'Asia/Taipei' }) };
}

/** Presses a control and waits for what it leads to. */
async function press(whole: WholeBot, control: { user: string; action: string; ts: string; choice?: string }) {
  const { workspace } = whole;
  const seen = (): number => workspace.ephemerals(control.user).length + workspace.messages(places.alerts).length;
  const before = seen();
  const done = await workspace.click({ channel: places.alerts, ...control });
  expect(done.acknowledged).toBe('in time');
  await whole.reach(() => seen() > before, 20 * second, `what ${control.action} leads to`);
}

/** Falls, is acknowledged, gets a note, comes back. */
async function incident(whole: WholeBot): Promise<void> {
  await fall(whole, 0.05);
  await allTold(whole);
  const { ts } = root(whole);
  await whole.workspace.click({ user: 'U0BOB', action: 'Acknowledge', channel: places.alerts, ts });
  await whole.advance(10 * second);
  const note = 'note restarted node 2 & asked <@U0ALICE>';
  await whole.workspace.mention({ user: 'U0ALICE', channel: places.alerts, text: note, threadTs: ts });
  await whole.advance(2 * minute);
  await comeBack(whole);
  await allTold(whole);
}

it('says when it was so, who was told and when, who took part, what happened, and is shared once and had as text without a ping', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    await incident(whole);
    await press(whole, { user: 'U0BOB', action: 'Report', ts: root(whole).ts });
    const report = shownTo(whole, 'U0BOB');
    expect(report.text).toMatch(
      /Incident memory-low, Production chat, 14 Apr: under 15 % from 08:30 to 08:3\d, \d min, lowest 5 %/,
    );
    expect(report.text).toMatch(/Told at 08:3\d as critical, closed at 08:3\d\./);
    expect(report.text).toMatch(/@bob had it in hand; @alice took part\./i);
    expect(report.text).toMatch(/restarted node 2/);
    expect(report.text).toContain('[Share to channel] [As text]');

    await press(whole, { user: 'U0BOB', action: 'As text', ts: report.ts });
    const text = workspace.ephemerals('U0BOB').at(-1);
    const copied = JSON.stringify(text?.blocks);
    expect(copied).toContain('rich_text_preformatted');
    expect(copied).toContain('Person 1 had it in hand; Person 2 took part.');
    expect(copied).toContain('Acknowledged by Person 1 until');
    expect(copied).not.toMatch(/<@U0BOB>|\{user:|<!date/);
    expect(text?.text).not.toMatch(/<@U0/);

    await press(whole, { user: 'U0BOB', action: 'Share to channel', ts: report.ts });
    const shared = workspace.messages(places.alerts).at(-1);
    expect(shared?.text).toContain('Incident memory-low, Production chat');
    expect(JSON.stringify(shared?.blocks)).toContain('Shared by');
    const after = workspace.ephemerals('U0BOB').map((one) => workspace.renderText(one, { timezone: 'Asia/Taipei' }));
    expect(after.some((words) => words.includes('Shared to the channel.') && !words.includes('[Share'))).toBe(true);
    expect(workspace.violations).toEqual([]);
  });
});

it('is opened from the list of a range as well, and an incident that is not kept any more is a sentence', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    await incident(whole);
    const asked = await workspace.command({ user: 'U0ALICE', channel: places.alerts, text: 'alerts today' });
    await whole.advance(second);
    const list = await asked.replied();
    const [id] = whole.rows('select id from incident').map((row) => String(row['id']));
    await press(whole, { user: 'U0ALICE', action: 'why', ts: list.ts, choice: id ?? '' });
    const report = shownTo(whole, 'U0ALICE');
    expect(report.text).toContain('Incident memory-low, Production chat');
    whole.write('delete from incident');
    await press(whole, { user: 'U0ALICE', action: 'As text', ts: report.ts });
    expect(shownTo(whole, 'U0ALICE').text).toContain('This incident is not kept any more.');
  });
});

it('names people in the text where Slack tells their names', async () => {
  const scopes = readFileSync(join(packageRoot, 'manifest.yml'), 'utf8');
  await withWholeBot({ scopes }, async (whole) => {
    await incident(whole);
    await press(whole, { user: 'U0BOB', action: 'Report', ts: root(whole).ts });
    await press(whole, { user: 'U0BOB', action: 'As text', ts: shownTo(whole, 'U0BOB').ts });
    expect(shownTo(whole, 'U0BOB').text).toMatch(/Bob\b.* had it in hand; Alice\b.* took part\./);
  });
});
