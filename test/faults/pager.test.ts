// The whole bot beside a pager that calls nobody twice for one incident: somebody is called when it is meant, and never at repeats.
import { expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { memoryRule } from './configuration.ts';
import { rootOf } from './delivery-assertions.ts';
import { type PagerDutyStandIn, startPagerDuty } from './pagerduty-stand-in.ts';
import { allTold, comeBack, fall } from './scenario.ts';
import { type WholeBot, type WholeOptions, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

async function withPager(
  options: WholeOptions,
  work: (whole: WholeBot, pager: PagerDutyStandIn) => Promise<void>,
): Promise<void> {
  const pager = await startPagerDuty(['KEY-USUAL', 'KEY-NETWORK']);
  try {
    const section = `pagerduty:\n  routingKey: KEY-USUAL\n  keys: { network: KEY-NETWORK }\n  url: ${pager.url}\n`;
    await withWholeBot({ ...options, more: `${section}${options.more ?? ''}` }, (whole) => work(whole, pager));
  } finally {
    await pager.stop();
  }
}

/** The calls so far, without the time in their keys: `KEY-USUAL memory-low`, `KEY-USUAL memory-low/2`. */
const calls = ({ called }: PagerDutyStandIn): string[] => called.map((one) => one.replace(/@\d+/, ''));
const open = ({ incidents }: PagerDutyStandIn): string[] =>
  [...incidents].filter(([, state]) => state !== 'resolved').map(([name]) => name.replace(/@\d+/, ''));

async function press(whole: WholeBot, action: string): Promise<void> {
  const root = rootOf(whole.workspace, 'memory-low');
  if (root === undefined) throw new Error('there is no root');
  await whole.workspace.click({ user: 'U0BOB', channel: root.channel, ts: root.ts, action });
  await whole.advance(2 * second);
}

/** So much time passes at once, and then a few polls. */
async function later(whole: WholeBot, by: number): Promise<void> {
  whole.clock.jump(whole.clock.now() + by);
  await whole.advance(25 * second);
}

it('every call of an incident is resolved whose alert can not be read after a start', async () => {
  await withPager({}, async (whole, pager) => {
    await fall(whole, 0.05);
    await whole.advance(2 * minute);
    await press(whole, 'call');
    expect(open(pager)).toEqual(['KEY-USUAL memory-low/2']);
    await whole.stop();
    whole.write("UPDATE alert SET state = '{}' WHERE rule = 'memory-low'");
    whole.memory(undefined);
    await whole.start();
    await allTold(whole);
    expect(open(pager)).toEqual([]);
  });
});

it('somebody is called for what is new or in nobody’s hands, under a new key each time, and never at repeats', async () => {
  await withPager({ alerts: `${memoryRule}    repeat: [1m]\n` }, async (whole, pager) => {
    await fall(whole, 0.1);
    await whole.advance(2 * second);
    expect(calls(pager)).toEqual([]);
    whole.memory(0.05);
    await whole.advance(15 * second);
    expect(calls(pager)).toEqual(['KEY-USUAL memory-low']);
    expect(rootOf(whole.workspace, 'memory-low')?.text).toMatch(/The pager was called at .*not seen here/);

    pager.acknowledgeAll();
    await whole.advance(130 * second);
    const lines = whole.workspace.everything().map(({ text }) => text);
    expect(lines.filter((text) => text.includes('Still critical'))).toHaveLength(2);
    expect(calls(pager)).toHaveLength(1);

    await press(whole, 'acknowledge');
    await later(whole, 61 * minute);
    await later(whole, 31 * minute);
    expect(calls(pager)).toEqual(['KEY-USUAL memory-low', 'KEY-USUAL memory-low/2']);
    expect(open(pager)).toEqual(['KEY-USUAL memory-low/2']);

    whole.memory(0.14);
    await whole.advance(45 * second);
    expect(calls(pager)).toHaveLength(2);
    whole.memory(0.05);
    await whole.advance(15 * second);
    expect(calls(pager).at(-1)).toBe('KEY-USUAL memory-low/3');
    expect(open(pager)).toEqual(['KEY-USUAL memory-low/3']);

    await later(whole, 2 * minute);
    await press(whole, 'call');
    expect(calls(pager).at(-1)).toBe('KEY-USUAL memory-low/4');
    await press(whole, 'call');
    expect(calls(pager)).toHaveLength(4);

    await comeBack(whole);
    await allTold(whole);
    expect(open(pager)).toEqual([]);
    expect(calls(pager)).toHaveLength(4);
  });
});

it('what fires at the end of a maintenance window calls somebody then', async () => {
  const more = 'maintenance:\n  - id: early\n    schedule: "25 8 * * *"\n    duration: 10m\n';
  await withPager({ more }, async (whole, pager) => {
    await whole.advance(20 * second);
    await fall(whole, 0.05);
    await whole.advance(2 * minute);
    expect(calls(pager)).toEqual([]);
    await whole.advance(4 * minute);
    expect(calls(pager)).toEqual(['KEY-USUAL memory-low']);
    whole.memory(undefined);
    await whole.advance(minute);
    expect(open(pager)).toEqual([]);
  });
});

it('a rule names the service that is called', async () => {
  const named = `${memoryRule}    pagerduty: network\n`;
  await withPager({ alerts: named }, async (whole, pager) => {
    await fall(whole, 0.05);
    await whole.advance(10 * second);
    expect(calls(pager)).toEqual(['KEY-NETWORK memory-low']);
    expect(JSON.stringify(whole.rows('select message from outbox'))).not.toContain('KEY-');
  });
});

it.each([
  { status: 429, times: 2, headers: { 'retry-after': '5' } },
  { status: 503, times: 3, headers: {} },
  { status: 400, times: 1, headers: {} },
])('HTTP $status: somebody is called once as soon as it is taken', async ({ status, times, headers }) => {
  await withPager({}, async (whole, pager) => {
    pager.trouble(status, times, headers);
    await fall(whole, 0.05);
    await whole.advance(5 * second);
    expect(calls(pager)).toEqual([]);
    if (status === 400) expect(await whole.ask('health')).toContain('PagerDuty refused the event (HTTP 400)');
    await whole.advance(90 * second);
    expect(calls(pager)).toEqual(['KEY-USUAL memory-low']);
    whole.memory(undefined);
    await whole.advance(minute);
    expect(open(pager)).toEqual([]);
    const ofRule = pager.taken.filter((one) => one.includes('memory-low'));
    expect(ofRule.map((one) => one.split(' ')[0])).toEqual(['trigger', 'resolve']);
  });
});

it('without a pager there is no such button, and with one it asks first', async () => {
  const buttons = (whole: WholeBot): unknown[] =>
    (rootOf(whole.workspace, 'memory-low')?.blocks ?? [])
      .flatMap((block) => ('elements' in block ? [block['elements']] : []))
      .flat();
  await withWholeBot({}, async (whole) => {
    await fall(whole, 0.05);
    await allTold(whole);
    expect(JSON.stringify(buttons(whole))).not.toContain('"call"');
    expect(await whole.ask('health')).not.toContain('pager');
  });
  await withPager({}, async (whole) => {
    await fall(whole, 0.05);
    await allTold(whole);
    const call = { action_id: 'call', confirm: { title: { text: 'Call somebody now?' } } };
    expect(buttons(whole)).toContainEqual(expect.objectContaining({ action_id: 'call' }));
    expect(buttons(whole).find((one) => JSON.stringify(one).includes('"call"'))).toMatchObject(call);
    expect(whole.workspace.violations).toEqual([]);
  });
});

it('somebody is called while Slack refuses the token of the bot, once, and the call ends with it, also over a restart', async () => {
  await withPager({}, async (whole, pager) => {
    const { workspace } = whole;
    const first = workspace.tokens.bot;
    const call = 'KEY-USUAL imstats:token:C0OPS:prod';
    await whole.advance(minute);
    expect(calls(pager)).toEqual([]);
    workspace.reissue('bot', 'xoxb-other');
    await whole.advance(10 * minute);
    expect({ called: calls(pager), open: open(pager) }).toEqual({ called: [call], open: [call] });
    expect(whole.log.filter(({ msg }) => msg === 'imstats is in trouble')).toHaveLength(1);
    workspace.reissue('bot', first);
    await whole.advance(2 * minute);
    expect(open(pager)).toEqual([]);
    await allTold(whole);

    workspace.reissue('bot', 'xoxb-other');
    await whole.advance(10 * minute);
    expect(open(pager)).toEqual([call]);
    await whole.stop();
    await whole.start({
      botToken: 'xoxb-other',
      more: `pagerduty: { routingKey: KEY-USUAL, url: "${pager.url}" }\n`,
    });
    await whole.advance(2 * minute);
    expect({ called: calls(pager), open: open(pager) }).toEqual({ called: [call, call], open: [] });
    await allTold(whole);
  });
});
