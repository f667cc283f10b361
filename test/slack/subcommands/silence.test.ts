// `why silence unsilence acknowledge`: the one alert that fits is acted on and named; at none or several the ids are listed. `alerts` of a range.
import { afterEach, describe, expect, it } from 'vitest';
import { allOf } from '../../../src/alerting/transitions.ts';
import { day, hour, minute, systemClock } from '../../../src/clock.ts';
import { type Phrase, verbatim } from '../../../src/metrics/phrase.ts';
import type { ActResult, AlertLine, AlertService } from '../../../src/service-types.ts';
import { ruleWith } from '../../alerting/sample-rules.ts';
import { china, prod } from '../../support/sample-app.ts';
import { startBot, type TestBot, undoAll, words } from '../slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

const rules = [
  ruleWith({ id: 'memory-low' }),
  ruleWith({ id: 'connections-high', metric: 'connections.peak', direction: 'above' }),
  ruleWith({ id: 'quiet-users', app: 'china', metric: 'users.active' }),
];

type Act = Parameters<AlertService['act']>[0];

/** An alert that is open, or only listed because it is silenced. */
const line = (rule: string, incident?: string): AlertLine => ({
  rule,
  app: { id: 'prod', name: 'Production chat' },
  condition: incident === undefined ? 'inactive' : 'firing',
  level: undefined,
  incident,
  isSilenced: incident === undefined,
  words: verbatim('Low.'),
});

interface Place extends TestBot {
  readonly acts: Act[];
  readonly ask: (text: string) => Promise<string>;
}

async function withAlerts(
  lines: readonly AlertLine[] = [],
  some = rules,
  outcome?: Phrase,
  offer?: ActResult['offer'],
): Promise<Place> {
  const acts: Act[] = [];
  const alerts: AlertService = {
    undoLast: async () => ({ state: 'done', words: verbatim('Undone.') }),
    list: async () => lines,
    test: async ({ rule }) => ({ state: 'done', words: verbatim(`Tested ${rule}.`) }),
    why: async (rule) => ({
      report: { headline: verbatim(`Why ${rule}`), zone: 'UTC', stale: false, sections: [], notes: [] },
    }),
    act: async (act) => {
      acts.push(act);
      return {
        state: offer?.kind === 'takeOver' && act.takesOver !== true ? 'not-open' : 'done',
        offer,
        words: outcome ?? verbatim(`Done by {user:${act.actor}}.`),
      };
    },
  };
  const bot = await startBot(undo, { alerts, values: { rules: some, apps: [prod, china] }, renderers: [words] });
  const ask = async (text: string): Promise<string> => {
    const asked = await bot.workspace.command({ user: bot.person, channel: bot.channel, text });
    return bot.workspace.renderText(await asked.replied());
  };
  return { ...bot, acts, ask };
}

/** The root of an incident that is over stands in the channel, at `ts`. */
async function withPast(): Promise<Place & { readonly ts: string }> {
  const bot = await withAlerts();
  const { workspace, channel, person, store } = bot;
  workspace.join(channel, workspace.bot.userId);
  const { ts } = workspace.say({ user: person, channel, text: 'the alert' });
  await store.outbox.saveRoot({ stream: 'memory-low@1', channel, ts, pictures: [], shown: undefined });
  const now = systemClock.now();
  const times = { openedAt: now - hour, closedAt: now - minute };
  await store.alerts.saveIncident({ id: 'memory-low@1', rule: 'memory-low', app: 'prod', level: 'warning', ...times });
  return { ...bot, ts };
}

describe('a verb acts on the one alert that fits', () => {
  it.each([
    ['silence memory-low 2h', 'memory-low'],
    ['silence mem 2h', 'memory-low'],
    ['silence memory 2h', 'memory-low'],
    ['mute the memory of prod for 2 hours please', 'memory-low'],
    ['silence china 2h', 'quiet-users'],
    ['acknowledge connections', 'connections-high'],
    ['ack conne 2h', 'connections-high'],
    ['unsilence users china', 'quiet-users'],
  ])('"%s" means %s, and the answer names it', async (text, rule) => {
    const { ask, acts, person } = await withAlerts();
    expect(await ask(text)).toContain(`${rule}: Done by @`);
    expect(acts).toMatchObject([{ target: rule, actor: person }]);
  });

  it('"acknowledge" takes a duration of at most a day', async () => {
    const { ask, acts } = await withAlerts();
    const before = systemClock.now();
    await ask('acknowledge memory-low 2h');
    expect((acts[0]?.until ?? 0) - before).toBeGreaterThanOrEqual(2 * hour);
    expect((acts[0]?.until ?? 0) - before).toBeLessThan(2 * hour + minute);
    await ask('acknowledge memory-low');
    expect(acts[1]?.until).toBeUndefined();
    expect(await ask('acknowledge memory-low 3d')).toContain('from 1 minute to 24 hours');
    expect(acts).toHaveLength(2);
  });

  it('without a name it is the only open one', async () => {
    const { ask, acts } = await withAlerts([line('connections-high', 'connections-high@1'), line('quiet-users')]);
    expect(await ask('acknowledge')).toContain('connections-high: Done');
    expect(await ask('silence 2h')).toContain('connections-high: Done');
    expect(await ask('unsilence')).toContain('quiet-users: Done');
    expect(await ask('why')).toContain('Why connections-high');
    expect(acts.map(({ target }) => target)).toEqual(['connections-high', 'connections-high', 'quiet-users']);
  });

  it('an app alone is all of its alerts, with the reason in own words', async () => {
    const { ask, acts } = await withAlerts();
    await ask('silence prod 2h deploying the new build');
    expect(acts).toMatchObject([{ target: allOf('prod'), action: 'silence', text: 'deploying the new build' }]);
  });

  it.each([
    ['note restarted node 2', { target: 'memory-low@1', action: 'note', text: 'restarted node 2' }],
    ['ack', { target: 'memory-low@1', action: 'acknowledge' }],
    ['resolve', { target: 'memory-low@1', action: 'resolve' }],
    ['silence 1h', { target: 'memory-low@1', action: 'silence' }],
    ['unsilence', { target: 'memory-low@1', action: 'unsilence' }],
    ['take over 2h', { target: 'memory-low@1', action: 'acknowledge', takesOver: true }],
    ['extend 1h', { target: 'memory-low@1', action: 'extend', longer: hour }],
    ['call now', { target: 'memory-low@1', action: 'call' }],
  ])('"%s" in the thread of an incident that is over is about that one', async (text, act) => {
    const { workspace, channel, person, acts, ts } = await withPast();
    await workspace.mention({ user: person, channel, text, threadTs: ts });
    await workspace.until(() => acts.length > 0, 'the act');
    expect(acts).toMatchObject([act]);
  });

  it('"why" in the thread of an incident that is over tells that one', async () => {
    const { workspace, channel, person, ts } = await withPast();
    await workspace.mention({ user: person, channel, text: 'why', threadTs: ts });
    const told = await workspace.until(() => workspace.thread(channel, ts)[2], 'the answer');
    expect(workspace.renderText(told).replaceAll('\u200B', '')).toContain('Why memory-low@1');
  });

  it('what somebody else has in hand is offered with a button', async () => {
    const bot = await withAlerts([], rules, verbatim('memory-low is in hand.'), { kind: 'takeOver' });
    const { workspace, channel, person, acts } = bot;
    const asked = await workspace.command({ user: person, channel, text: 'acknowledge memory-low' });
    const { ts } = await asked.replied();
    await (await workspace.click({ user: person, action: 'Take over', channel, ts })).replied();
    expect(acts[1]).toEqual({ target: 'memory-low', action: 'acknowledge', takesOver: true, actor: person });
    expect(workspace.violations).toEqual([]);
  });

  it('a silence that leaves out critical offers it until the same time', async () => {
    const bot = await withAlerts([], rules, verbatim('memory-low is silenced.'), { kind: 'silenceCritical', until: 5 });
    const { workspace, channel, person, acts } = bot;
    const asked = await workspace.command({ user: person, channel, text: 'silence memory-low 2h' });
    const { ts } = await asked.replied();
    await (await workspace.click({ user: person, action: 'Silence critical too', channel, ts })).replied();
    expect(acts[1]).toEqual({ target: 'memory-low', action: 'silence', until: 5, level: 'critical', actor: person });
  });

  it('what everybody read is followed, where a button changes it, by a word for everybody', async () => {
    const bot = await withAlerts([], rules, verbatim('memory-low is silenced.'), { kind: 'silenceCritical', until: 5 });
    const { workspace, channel, person } = bot;
    workspace.join(channel, workspace.bot.userId);
    const mine = await workspace.mention({ user: person, channel, text: 'silence memory-low 2h' });
    const [, told] = await workspace.until(() => {
      const thread = workspace.thread(channel, mine.ts);
      return thread.length === 2 && thread;
    }, 'the answer');
    await workspace.click({ user: person, action: 'Silence critical too', channel, ts: told?.ts ?? '' });
    await workspace.until(() => workspace.thread(channel, mine.ts).length === 3, 'a second answer for everybody');
    expect(workspace.ephemerals(person)).toEqual([]);
    expect(workspace.violations).toEqual([]);
  });

  it('in the thread of an incident it is that one', async () => {
    const lines = [line('memory-low', 'memory-low@1'), line('connections-high', 'connections-high@1')];
    const { workspace, channel, person, store, acts } = await withAlerts(lines);
    workspace.join(channel, workspace.bot.userId);
    const { ts } = workspace.say({ user: person, channel, text: 'the alert' });
    const root = { stream: 'connections-high@1', channel, ts, pictures: [], shown: undefined };
    await store.outbox.saveRoot(root);
    await workspace.mention({ user: person, channel, text: 'ack 1h', threadTs: ts });
    await workspace.until(() => acts.length > 0, 'the act');
    expect(acts).toMatchObject([{ target: 'connections-high', action: 'acknowledge' }]);
  });
});

it('an outcome that names the alert itself is not named again', async () => {
  const { ask } = await withAlerts([], rules, { kind: 'why.asItWas', values: { rule: 'memory-low' } });
  expect(await ask('unsilence memory-low')).toBe('memory-low is as it was.');
});

describe('a verb asks', () => {
  it.each([
    ['take over', 'No alert is open.', '/imstats alerts', 'alerts'],
    ['call', 'No alert is open.', '/imstats alerts', 'alerts'],
    ['extend 1h', 'No alert is open or silenced.', '/imstats alerts', 'alerts'],
    ['extend memory-low 30h', 'An extension lasts from 1 minute to 24 hours.', 'Try:', 'extend memory-low 2h'],
    ['extnd memory-low 1h', 'Did you mean extend?', '/imstats extend memory-low 1h', 'extend'],
    ['undoo', 'Did you mean undo?', '/imstats undo', 'undo'],
    ['silence 2h staging', 'There is no alert "staging".', 'memory-low, connections-high and quiet-users', 'alerts'],
    ['silence 2h', '3 alerts fit', '/imstats silence memory-low 2h', '/imstats silence quiet-users 2h'],
    ['acknowledge', 'No alert is open.', '/imstats alerts', 'alerts'],
    ['resolve', 'No alert is open.', '/imstats alerts', 'alerts'],
    ['normal', 'No alert is open.', '/imstats alerts', 'alerts'],
    ['unsilence', 'No alert is silenced.', '/imstats alerts', 'alerts'],
    ['why groups', 'No alert fits.', '/imstats why memory-low', '/imstats why quiet-users'],
    [
      'silence staging 2h',
      'There is no alert "staging".',
      'memory-low, connections-high and quiet-users',
      'Try: /imstats alerts',
    ],
  ])('"%s": %s', async (text, message, first, second) => {
    const { ask, acts } = await withAlerts();
    const said = await ask(text);
    for (const part of [message, first, second]) expect(said).toContain(part);
    expect(acts).toEqual([]);
  });

  it('ends by the name of an app what was silenced by it, whatever is open there, and says why of the open one', async () => {
    const { ask, acts } = await withAlerts([line('memory-low', 'memory-low@1')]);
    await ask('unsilence prod');
    expect(acts).toMatchObject([{ target: allOf('prod'), action: 'unsilence' }]);
    expect(await ask('why prod')).toContain('Why memory-low');
  });

  it('says so where no rule is configured', async () => {
    const { ask } = await withAlerts([], []);
    expect(await ask('acknowledge')).toContain('No alert rule is configured.');
  });
});

describe('alerts', () => {
  it('names the ids of all rules, or of those of an app or a metric', async () => {
    const { ask } = await withAlerts([line('memory-low', 'memory-low@1'), line('quiet-users', 'quiet-users@1')]);
    expect(await ask('alerts')).toMatch(/2 open alerts[\s\S]*Watched: memory-low, connections-high and quiet-users/);
    expect(await ask('alerts china')).toMatch(/1 open alert[\s\S]*Watched: quiet-users\./);
    expect(await ask('alerts memory')).toMatch(/1 open alert[\s\S]*Watched: memory-low\./);
  });

  it('lists the incidents of a range with when they opened, how long they lasted and their worst value', async () => {
    const { ask, store } = await withAlerts();
    const now = systemClock.now();
    const incident = { rule: 'memory-low', app: 'prod', level: 'critical' as const };
    const openedAt = now - 2 * day;
    await store.alerts.saveIncident({
      ...incident,
      id: 'a',
      openedAt,
      closedAt: openedAt + 18 * minute,
      extreme: 0.059,
    });
    await store.alerts.saveIncident({
      ...incident,
      id: 'b',
      rule: 'gone',
      app: 'china',
      level: 'warning',
      openedAt: now - hour,
    });
    await store.alerts.saveIncident({ ...incident, id: 'c', openedAt: now - 20 * day, closedAt: now - 19 * day });
    const said = await ask('alerts 7d');
    expect(said).toContain('2 alerts in the last 7 days');
    expect(said.replaceAll('\n', ' ')).toMatch(
      /On .* at \d\d:\d\d, memory-low, Production chat, critical: open until \d\d:\d\d, 18 min, worst 5.9 %; closed \d\d:\d\d\./,
    );
    expect(said).toMatch(/gone, China, warning: open for 1 h; still open\./);
    await store.outbox.saveRoot({ stream: 'a', channel: 'C0OPS', ts: '1795.000100', pictures: [], shown: undefined });
    expect(await ask('alerts 7d')).toContain('Open thread');
    expect(await ask('alerts prod 7d')).toContain('1 alert of Production chat in the last 7 days');
    expect(await ask('alerts connections 30d')).toContain('No alerts in the last 30 days');
  });
});
