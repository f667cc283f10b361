// Slack is away: nothing is lost, nothing is doubled, and what opened and resolved meanwhile is one message.
import { describe, expect, it, vi } from 'vitest';
import { hour, minute } from '../../src/clock.ts';
import { dailyDigest, memoryRule, places } from './configuration.ts';
import { expectOnceEach, keyOf, rootOf, toldOf } from './delivery-assertions.ts';
import { allTold, comeBack, digestSent, fall, openIncidents } from './scenario.ts';
import { type WholeBot, withWholeBot } from './whole-bot.ts';

// Minutes and hours of the clock pass in seconds, on a machine that is busy in more.
vi.setConfig({ testTimeout: 120_000 });

const connectionsRule = `  - id: connections-high
    app: prod
    metric: connections.current
    above: 1800
    clearAt: 1600
    for: 0s
    keepFiring: 20s
    channel: ${places.alerts}
    mention: [S0ONCALL]
`;

/** Every minute is often enough for an hour. */
const slow = { pollEvery: '60s', alerts: `${memoryRule}${connectionsRule}` };

function said(whole: WholeBot): string[] {
  return whole.workspace
    .everything()
    .filter((message) => keyOf(message) !== '')
    .map(({ text }) => text);
}

function incidentsOf(whole: WholeBot, rule: string): string[] {
  return whole.rows(`select id from incident where rule = '${rule}' order by opened_at`).map(({ id }) => String(id));
}

/**
 * For an hour nothing of Slack answers. One alert opened before; it resolves, opens again and resolves again meanwhile.
 * Another opens meanwhile and still fires afterwards. A digest is due in between.
 */
async function hourWithoutSlack(whole: WholeBot): Promise<void> {
  const { workspace, platforms } = whole;
  await fall(whole, 0.05);
  await allTold(whole);
  workspace.down();
  const before = said(whole);
  await whole.advance(5 * minute);
  await comeBack(whole);
  await fall(whole, 0.06);
  await whole.advance(15 * minute);
  platforms.controls.setConnections(1_900);
  await whole.reach(() => openIncidents(whole) === 2, 2 * minute, 'the second alert');
  whole.memory(undefined);
  await whole.advance(hour - 24 * minute);
  expect(said(whole)).toEqual(before);
  expect(rootOf(workspace, 'memory-low')?.text).toContain('Production chat has 5 % free memory');
}

describe('Slack is away for an hour', () => {
  it('afterwards each end is told once, what began and ended meanwhile in one message, and what still fires pings', async () => {
    await withWholeBot({ ...slow, digests: dailyDigest, at: '2026-04-14T08:20:00+08:00' }, async (whole) => {
      const { workspace } = whole;
      await hourWithoutSlack(whole);
      const { text } = await whole.health('/metrics');
      expect(Number(/^imstats_outbox_oldest_seconds (\d+)/m.exec(text)?.[1])).toBeGreaterThan(50 * 60);
      expect(whole.log.some(({ level, msg }) => level === 40 && msg === 'delivery not taken')).toBe(true);
      workspace.up();
      await digestSent(whole);
      await allTold(whole);
      expectOnceEach(workspace, whole);

      const [first = '', second = ''] = incidentsOf(whole, 'memory-low');
      const openedBefore = toldOf(workspace, first);
      expect(openedBefore.roots[0]?.text).toContain('is back to 40 % free memory');
      expect(openedBefore.closes.map(({ broadcast }) => broadcast)).toEqual([true]);

      const within = toldOf(workspace, second);
      expect(within.lines).toEqual([]);
      expect(within.roots[0]?.text).toMatch(
        /Free memory of Production chat was under 8 % from 08:\d\d to 08:\d\d, lowest 6 %\. Slack could not be reached; nobody was told then\./,
      );
      expect(within.roots[0]?.text).not.toContain('S0ONCALL');

      const [third = ''] = incidentsOf(whole, 'connections-high');
      const stillOn = toldOf(workspace, third);
      expect(stillOn.roots[0]?.text).toContain('1,900');
      expect(stillOn.roots[0]?.text).toContain('S0ONCALL');
      // What happened meanwhile stands in the thread, and pings nobody a second time.
      expect(stillOn.lines.filter((line) => line.broadcast || line.text.includes('S0ONCALL'))).toEqual([]);
    });
  });
});

it('a bot that is started anew while Slack is away tells what was decided before, once', async () => {
  await withWholeBot({ digests: dailyDigest, at: '2026-04-14T08:57:00+08:00' }, async (whole) => {
    await fall(whole, 0.05);
    await allTold(whole);
    whole.workspace.down();
    await comeBack(whole);
    await whole.advance(4 * minute);
    await whole.stop();
    await whole.start();
    await whole.advance(2 * minute);
    whole.workspace.up();
    await digestSent(whole);
    await allTold(whole);
    expectOnceEach(whole.workspace, whole);
    expect(whole.workspace.messages(places.digests)).toHaveLength(1);
  });
});

it('a bot that starts while Slack is away is alive, says that it is not ready, and is ready when Slack is back', async () => {
  await withWholeBot({}, async (whole) => {
    await whole.stop();
    whole.workspace.down();
    await whole.start();
    expect(await whole.health('/healthz')).toMatchObject({ status: 200 });
    const before = await whole.health('/readyz');
    expect(before.status).toBe(503);
    expect(JSON.parse(before.text)).toEqual({ ready: false, store: true, slack: false });
    whole.workspace.up();
    await whole.advance(minute);
    const after = await whole.health('/readyz');
    expect(after.status).toBe(200);
    expect(JSON.parse(after.text)).toEqual({ ready: true, store: true, slack: true });
    expect(whole.log).toContainEqual(expect.objectContaining({ level: 40, msg: 'Slack does not answer yet' }));
  });
});
