// What an operator sees of it all: /metrics, /readyz and /healthz tell the truth through a bad morning.
import { expect, it, vi } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { rootOf } from './delivery-assertions.ts';
import { allTold, comeBack, fall } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

/** The value of a metric with its labels as they are written; undefined when it is not there. */
async function figure(whole: WholeBot, name: string): Promise<number | undefined> {
  const { text } = await whole.health('/metrics');
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

/** Several of them, by name. */
async function figures(whole: WholeBot, ...names: readonly string[]): Promise<Record<string, number | undefined>> {
  const found: Record<string, number | undefined> = {};
  for (const name of names) found[name] = await figure(whole, name);
  return found;
}

it('counts what waits, for how long, what was in doubt, what was delivered and how soon, and alerts by state', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    await whole.advance(minute);
    expect(
      await figures(whole, 'imstats_outbox_depth', 'imstats_outbox_oldest_seconds', 'imstats_dead_letters'),
    ).toEqual({
      imstats_outbox_depth: 0,
      imstats_outbox_oldest_seconds: 0,
      imstats_dead_letters: 0,
    });
    expect(await figure(whole, 'imstats_polls_total{app="prod",result="good"}')).toBeGreaterThanOrEqual(6);

    const trouble = workspace.fault({ method: 'chat.postMessage', kind: '503', times: 2 });
    await fall(whole, 0.05);
    await whole.reach(() => trouble.hits === 2, minute, 'two tries in vain');
    await whole.advance(10 * second);
    const waiting = await figures(whole, 'imstats_outbox_depth', 'imstats_unknown_outcomes_total');
    expect(waiting['imstats_unknown_outcomes_total']).toBe(2);
    expect(waiting['imstats_outbox_depth']).toBeGreaterThanOrEqual(1);
    const age = await figure(whole, 'imstats_outbox_oldest_seconds');
    expect(age).toBeGreaterThan(10);
    expect(age).toBeLessThan(120);
    expect(await figure(whole, 'imstats_alerts{state="firing"}')).toBe(1);

    await whole.reach(() => rootOf(workspace, 'memory-low'), 2 * minute, 'the opening');
    await allTold(whole);
    await whole.advance(5 * second);
    expect(await figures(whole, 'imstats_outbox_depth', 'imstats_outbox_oldest_seconds')).toEqual({
      imstats_outbox_depth: 0,
      imstats_outbox_oldest_seconds: 0,
    });
    expect(await figure(whole, 'imstats_deliveries_total{kind="alert",result="unknown"}')).toBe(2);
    expect(await figure(whole, 'imstats_deliveries_total{kind="alert",result="sent"}')).toBeGreaterThanOrEqual(1);
    // From the poll that crossed the limit to Slack's answer: here the minute and more that Slack was not well.
    expect(await figure(whole, 'imstats_sample_to_slack_seconds_count')).toBe(1);
    expect(await figure(whole, 'imstats_sample_to_slack_seconds_sum')).toBeGreaterThan(30);

    whole.memory(undefined);
    await whole.advance(10 * second);
    expect(await figure(whole, 'imstats_alerts{state="recovering"}')).toBe(1);
    await comeBack(whole);
    await allTold(whole);
    expect(await figures(whole, 'imstats_alerts{state="firing"}', 'imstats_alerts{state="recovering"}')).toEqual({
      'imstats_alerts{state="firing"}': 0,
      'imstats_alerts{state="recovering"}': 0,
    });
  });
});

it('counts an undisturbed delivery in seconds', async () => {
  await withWholeBot({}, async (whole) => {
    await whole.advance(minute);
    await fall(whole, 0.05);
    await allTold(whole);
    expect(await figure(whole, 'imstats_sample_to_slack_seconds_count')).toBe(1);
    expect(await figure(whole, 'imstats_sample_to_slack_seconds_sum')).toBeLessThan(1);
    expect(await figure(whole, 'imstats_unknown_outcomes_total')).toBe(0);
  });
});

it('counts failed polls by their kind, and questions by view', async () => {
  await withWholeBot({}, async (whole) => {
    whole.platforms.controls.setFault('imkit', 'unauthorized');
    await whole.advance(minute);
    expect(await figure(whole, 'imstats_polls_total{app="prod",result="auth"}')).toBeGreaterThan(2);
    await whole.ask('health');
    expect(await figure(whole, 'imstats_commands_total{view="health",result="answered"}')).toBe(1);
  });
});

it('lets nobody write, and nothing secret out', async () => {
  await withWholeBot({}, async (whole) => {
    const { text } = await whole.health('/metrics');
    for (const secret of [...Object.values(whole.workspace.tokens), whole.platforms.imkit.apiKey])
      expect(text).not.toContain(secret);
    const { health } = whole.bot().ports();
    const posted = await fetch(`http://127.0.0.1:${health}/metrics`, { method: 'POST', body: 'x' });
    expect(posted.status).toBe(405);
    expect(await whole.health('/elsewhere')).toMatchObject({ status: 404 });
  });
});
