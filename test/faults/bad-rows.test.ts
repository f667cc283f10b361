// Rows of the store that nobody can read: each is set aside, said in the log and in health, and keeps nobody else from being told.
import { describe, expect, it, vi } from 'vitest';
import { minute } from '../../src/clock.ts';
import { memoryRule, places } from './configuration.ts';
import { expectOnceEach, keyOf, rootOf, toldOf } from './delivery-assertions.ts';
import { allTold, comeBack, fall, openIncidents } from './scenario.ts';
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
`;

/** Something else wrote into the file while the bot was not there. */
async function whileStopped(whole: WholeBot, ...statements: readonly string[]): Promise<void> {
  await whole.stop();
  for (const sql of statements) whole.write(sql);
  await whole.start();
}

function setAside(whole: WholeBot): unknown[] {
  return whole.log
    .filter(({ msg, level }) => level === 50 && msg.startsWith('A stored row could not be read'))
    .map((line) => line['table']);
}

it('the state of an alert that fires: its incident is closed and said to be, and what still holds opens anew', async () => {
  await withWholeBot({}, async (whole) => {
    const { workspace } = whole;
    await fall(whole, 0.05);
    await allTold(whole);
    const [first] = whole.rows('select id from incident');
    await whileStopped(whole, `update alert set state = '{"condition":"firing"' where rule = 'memory-low'`);
    await whole.advance(minute);
    await allTold(whole);
    const closed = toldOf(workspace, String(first?.['id']));
    expect(closed.roots[0]?.text).toContain('Closed: what imstats had stored of this alert could not be read');
    expect(closed.closes).toHaveLength(1);
    expect(openIncidents(whole)).toBe(1);
    expect(rootOf(workspace, 'memory-low')?.text).toContain('Production chat has 5 % free memory');
    expect(setAside(whole)).toEqual(['alert']);
    expect(await whole.ask('health')).toContain('1 stored row could not be read');
    await comeBack(whole);
    await allTold(whole);
    expectOnceEach(workspace, whole);
    // The row itself is kept for a person to look at.
    expect(whole.rows('select source, key, content from unreadable')).toEqual([
      { source: 'alert', key: 'memory-low', content: '{"condition":"firing"' },
    ]);
  });
});

describe('the state of an alert in several channels', () => {
  const inAll = memoryRule
    .replace(`channel: ${places.alerts}`, `channel: [${places.alerts}, ${places.digests}]`)
    .replace('clearAt: 12%', `channel: ${places.fallback}, clearAt: 12%`);
  const broken = `update alert set state = '{"condition":"firing"' where rule = 'memory-low'`;
  const [critical, closed] = [expect.stringContaining('Critical'), expect.stringContaining('Closed: what imstats')];
  const channels = [places.alerts, places.digests, places.fallback];
  /** What stands in each channel of the incident, and what its threads and the channel say of its end. */
  const ofIncident = ({ workspace }: WholeBot, incident: string) =>
    channels.map((channel) => {
      const own = workspace.messages(channel).filter((message) => keyOf(message).startsWith(incident));
      const root = own.find(({ threadTs }) => threadTs === undefined);
      return {
        root: root?.text.split('\n')[0],
        ends: own.filter(({ text }) => /Closed: what imstats/.test(text)).length,
      };
    });

  it('is closed in each of them', async () => {
    await withWholeBot({ alerts: inAll }, async (whole) => {
      await fall(whole, 0.05);
      await allTold(whole);
      const incident = String(whole.rows('select id from incident')[0]?.['id']);
      expect(ofIncident(whole, incident)).toEqual(channels.map(() => ({ root: critical, ends: 0 })));
      whole.memory(undefined);
      await whileStopped(whole, broken);
      await allTold(whole);
      expect(ofIncident(whole, incident)).toEqual(channels.map(() => ({ root: closed, ends: 2 })));
      expect(whole.workspace.violations).toEqual([]);
    });
  });

  it('is closed in each of them where it has not been told yet', async () => {
    await withWholeBot({ alerts: inAll }, async (whole) => {
      const away = whole.workspace.fault({ method: 'chat.postMessage', kind: '429', retryAfter: 5, times: 1_000 });
      await fall(whole, 0.05);
      const incident = String(whole.rows('select id from incident')[0]?.['id']);
      whole.memory(undefined);
      await whileStopped(whole, broken);
      away.release();
      await allTold(whole);
      expect(ofIncident(whole, incident).map(({ root }) => root)).toEqual(channels.map(() => closed));
      expect(whole.workspace.violations).toEqual([]);
    });
  });
});

it('a message that waits: the others go out, and this one is seen to be lost', async () => {
  await withWholeBot({ alerts: `${memoryRule}${connectionsRule}` }, async (whole) => {
    const { workspace, platforms } = whole;
    const away = workspace.fault({ method: 'chat.postMessage', kind: '429', retryAfter: 5, times: 1_000 });
    platforms.controls.setConnections(1_900);
    await fall(whole, 0.05);
    await whole.reach(() => openIncidents(whole) === 2, minute, 'both alerts');
    const waits = `update outbox set message = '{"kind":"alert","view":7}' where key like 'memory-low@%:0'`;
    await whileStopped(whole, waits);
    away.release();
    await whole.reach(() => rootOf(workspace, 'connections-high'), minute, 'the other opening');
    // It is found when its time comes.
    const lost = { level: 50, msg: 'A stored row could not be read and was given up', table: 'outbox' };
    await whole.reach(() => whole.log.some(({ msg }) => msg === lost.msg), minute, 'the lost message');
    expect(whole.log).toContainEqual(expect.objectContaining(lost));
    expect(await whole.ask('health')).toMatch(/1 (message|delivery)/i);
    // What comes later of the same alert is told all the same.
    await comeBackBoth(whole);
    expect(rootOf(workspace, 'memory-low')?.text).toContain('is back to 40 % free memory');
    expect(rootOf(workspace, 'connections-high')?.text).toContain('Resolved');
    expect(workspace.violations).toEqual([]);
  });
});

async function comeBackBoth(whole: WholeBot): Promise<void> {
  whole.platforms.controls.setConnections(900);
  await comeBack(whole);
  await allTold(whole);
}

describe('numbers', () => {
  const damage: readonly { what: string; source: string; sql: string }[] = [
    {
      what: 'a poll',
      source: 'sample',
      sql: `update sample set readings = x'ff00ff' where at = (select max(at) from sample)`,
    },
    { what: 'every poll', source: 'sample', sql: `update sample set readings = x''` },
    { what: 'rolled-up numbers', source: 'rollup', sql: `update rollup set buckets = x'010203'` },
  ];

  it.each(damage)('$what: questions are answered with what is left, and alerts go on', async ({ sql, source }) => {
    await withWholeBot({}, async (whole) => {
      await whole.advance(2 * minute);
      await whileStopped(whole, sql);
      expect(await whole.ask('memory prod')).toContain('40 %');
      await fall(whole, 0.05);
      await allTold(whole);
      await comeBack(whole);
      await allTold(whole);
      expectOnceEach(whole.workspace, whole);
      expect(await whole.ask('trend memory.free_ratio 1h')).toMatch(/free memory/i);
      expect(whole.log.filter(({ level, msg }) => level === 50 && !msg.startsWith('A stored row'))).toEqual([]);
      expect(setAside(whole)).toContain(source);
      expect(await whole.ask('health')).toMatch(/stored rows? could not be read/);
    });
  });
});

it('what stands in Slack: the message is found by where it is, and drawn anew', async () => {
  await withWholeBot({}, async (whole) => {
    await fall(whole, 0.05);
    await allTold(whole);
    await whileStopped(whole, `update root set shown = 'not json', pictures = '{}'`);
    await comeBack(whole);
    await allTold(whole);
    expectOnceEach(whole.workspace, whole);
  });
});
