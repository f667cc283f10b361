// What is said of an alert: with its picture and what can be done, of a quiet one and of a past incident; and a marked test of one.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { day, hour, minute, second } from '../../src/clock.ts';
import { PlatformError } from '../../src/errors.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { inEnglish } from '../support/in-english.ts';
import { createWorld, memoryRule, prod, type World } from './job-harness.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld({ values: { apps: [prod], rules: [memoryRule()] } });
  await world.start();
  await world.clock.advance(10 * minute);
});
afterEach(() => world.end());

const explained = async (target = 'memory-low') => {
  const found = await world.jobs.alerts.why(target);
  if (found === undefined) throw new Error(`nothing is known of ${target}`);
  const { headline, sections } = found.report;
  return {
    ...found,
    line1: String(inEnglish(headline)),
    text: JSON.stringify(inEnglish(sections.map(({ lines }) => lines))),
  };
};

const incident = async (): Promise<string> => (await world.store.alerts.incidents(0, world.clock.now()))[0]?.id ?? '';

describe('why', () => {
  it('has the picture of the alert and its buttons, and says where its message is', async () => {
    world.free(0.05);
    await world.clock.advance(5 * minute);
    const { report, view, message } = await explained();
    expect(report.sections[0]?.charts).toHaveLength(1);
    expect(view?.actions).toEqual(['acknowledge', 'silence']);
    expect(view?.takesNotes).toBe(true);
    expect(view?.closing).toBe('forNow');
    expect(message).toEqual({ channel: 'C0ONCALL', ts: world.slack.roots()[0]?.ts });
  });

  it('has the circle of the message: orange while it recovers, grey where nothing is measured', async () => {
    const circles = async (): Promise<readonly unknown[]> => {
      await world.clock.advance(5 * second);
      const message = (await world.store.outbox.root(await incident()))?.shown;
      return [(await explained()).report.standing, message?.kind === 'alert' && message.view.colour];
    };
    await world.apply({ rules: [memoryRule({ keepFiring: 10 * minute, keepCritical: 10 * minute })] });
    world.free(0.05);
    await world.clock.advance(5 * minute);
    expect(await circles()).toEqual(['critical', 'red']);
    world.free(0.5);
    await world.clock.advance(2 * minute);
    expect(await circles()).toEqual(['warning', 'orange']);
    world.free(0.05);
    await world.clock.advance(2 * minute);
    world.platform.failure = new PlatformError('unavailable', 'HTTP 503.', { words: verbatim('HTTP 503.') });
    await world.clock.advance(5 * minute);
    expect(await circles()).toEqual(['unknown', 'grey']);
  });

  it('shows the present of a quiet alert, and not its last incident', async () => {
    world.free(0.05);
    await world.clock.advance(5 * minute);
    world.free(0.5);
    await world.clock.advance(4 * hour);
    const chart = (await explained()).report.sections[0]?.charts[0];
    expect(world.clock.now() - (chart?.times.at(-1) ?? 0)).toBeLessThanOrEqual(minute);
    // The picture of the incident itself ends with it.
    const past = (await explained(await incident())).report.sections[0]?.charts[0];
    const [{ closedAt = 0 } = {}] = await world.store.alerts.incidents(0, world.clock.now());
    expect((past?.times.at(-1) ?? 0) - closedAt).toBeLessThanOrEqual(10 * minute);
  });

  it('draws what a rule goes by as its message does: the fall of a drop', async () => {
    const levels = { critical: { trigger: 1, clear: 0.5, holdFor: 0 } };
    const fall = { kind: 'drop', metric: 'connections.current', direction: 'above', levels } as const;
    const rule = memoryRule({ id: 'chat-stopped', ...fall, options: { drop: 0.4, within: 5 * minute } });
    await world.apply({ rules: [rule] });
    const connections = (value: number): void => {
      world.platform.values = { ...world.platform.values, 'connections.current': value };
    };
    connections(1_700);
    await world.clock.advance(20 * minute);
    connections(600);
    await world.clock.advance(5 * minute);
    const lines = (await explained(rule.id)).report.sections[0]?.charts[0]?.limits.map(({ label }) => inEnglish(label));
    expect(lines).toEqual([expect.stringMatching(/^1,700 at \d\d:\d\d$/), 'closes at 1,360']);
  });

  it('offers to silence a quiet alert, and to end that', async () => {
    expect((await explained()).view).toMatchObject({ incident: 'memory-low', actions: ['silence'] });
    await world.jobs.alerts.act({ target: 'memory-low', action: 'silence', actor: 'U0BOB', text: 'deploy' });
    const { line1, view } = await explained();
    expect(line1).toMatch(
      /^Silenced by \{user:U0BOB\} until \d\d:\d\d, warnings only \(deploy\): Production chat has 50 % free memory/,
    );
    expect(view?.actions).toEqual(['unsilence']);
  });

  it('calls nothing quiet that was closed by hand beyond its limit', async () => {
    world.free(0.05);
    await world.clock.advance(5 * minute);
    await world.jobs.alerts.act({ target: 'memory-low', action: 'resolve', actor: 'U0BOB' });
    expect((await explained()).line1).toMatch(
      /^Closed by hand at \d\d:\d\d by \{user:U0BOB\}, still under 8 %: Production chat has 5 % free memory; it opens again at /,
    );
  });

  it('says the number that was seen last and why there is no newer one from the first failed poll on', async () => {
    world.platform.failure = new PlatformError('unavailable', 'HTTP 503.', { words: verbatim('HTTP 503.') });
    await world.clock.advance(90 * second);
    const { line1, text } = await explained();
    expect(line1).toMatch(/^Not known: /);
    expect(text).toMatch(/Last seen at \d\d:\d\d: .*HTTP 503/);
    expect(text).not.toContain('Now ');
  });

  it('counts what really opened, and tries no past that is too short', async () => {
    const { text } = await explained();
    expect(text).toContain('It has not opened in the last 14 days.');
    expect(text).toMatch(/Measured since \d\d:\d\d: too short to try it on\./);
  });
});

describe('a past incident', () => {
  it('is told whole: the time of its condition apart from when it was told and closed, its worst, who had it, its notes', async () => {
    world.free(0.05);
    await world.clock.advance(5 * minute);
    await world.jobs.alerts.act({ target: 'memory-low', action: 'acknowledge', actor: 'U0BOB' });
    await world.jobs.alerts.act({ target: 'memory-low', action: 'note', actor: 'U0BOB', text: 'restarted node 2' });
    world.free(0.5);
    await world.clock.advance(20 * minute);
    const { line1, text, report, view, message } = await explained(await incident());
    expect(line1).toMatch(
      /^Incident memory-low, Production chat, \d\d? \w{3}: under 15 % from 03:1\d to 03:1\d, 5 min, lowest 5 %$/,
    );
    expect(text).toMatch(/Told at 03:1\d as critical, closed at 03:\d\d\./);
    expect(text).toContain('{user:U0BOB} had it in hand.');
    expect(text).toMatch(/At 03:1\d: Note by \{user:U0BOB\}: memory-low, .*restarted node 2/);
    expect(report.sections[0]?.charts).toHaveLength(1);
    expect(view).toBeUndefined();
    expect(message?.channel).toBe('C0ONCALL');
    // The alert itself is quiet meanwhile.
    expect((await explained()).line1).toMatch(/^Quiet: /);
  });

  it('is the alert itself while it is open', async () => {
    world.free(0.05);
    await world.clock.advance(5 * minute);
    expect((await explained(await incident())).line1).toMatch(/^Critical for 4 min: /);
  });

  it('of an earlier version reads well', async () => {
    const openedAt = world.clock.now() - 5 * hour;
    const old = { id: `memory-low@${openedAt}`, rule: 'memory-low', app: 'prod', level: 'warning', openedAt } as const;
    await world.store.alerts.saveIncident({ ...old, closedAt: openedAt + 18 * minute, reason: 'recovered' });
    const { line1, text } = await explained(old.id);
    expect(line1).toMatch(/^Incident memory-low, Production chat, \d\d? \w{3}: open until \d\d:\d\d, 18 min$/);
    expect(text).toMatch(/"Closed at \d\d:\d\d\."/);
    expect(text).not.toMatch(/undefined|NaN/);
  });
});

describe('the earlier incidents in the report of one', () => {
  const report = async (daysBefore: readonly number[]): Promise<string> => {
    const openedAt = world.clock.now() - 5 * hour;
    const saved = { rule: 'memory-low', app: 'prod', level: 'warning', reason: 'recovered' } as const;
    for (const days of [0, ...daysBefore]) {
      const at = openedAt - days * day;
      const one = { ...saved, id: `memory-low@${at}`, openedAt: at, closedAt: at + (days + 6) * minute };
      await world.store.alerts.saveIncident(one);
    }
    await world.store.samples.record('prod', openedAt - 40 * day, { 'memory.free_ratio': 0.5 });
    return (await explained(`memory-low@${openedAt}`)).text;
  };

  it.each([
    [[], /"First in 30 days\."/],
    [[13], /"Second in 30 days; the other: 19 min on \d+ \w{3}\."/],
    [[1, 13], /"Third in 30 days; the others: 7 min on \d+ \w{3}, 19 min on \d+ \w{3}\."/],
    [[1, 2, 3, 4, 5, 6, 7], /"Eighth in 30 days; the last of the others: 7 min on .*, 11 min on \d+ \w{3}\."/],
    [[31], /"First in 30 days\."/],
  ])('with others %s days before are %s', async (daysBefore, line) => {
    expect(await report(daysBefore)).toMatch(line);
  });
});

describe('a test of an alert', () => {
  it('is a marked message with the mention of its rule, and opens nothing', async () => {
    const sent = await world.jobs.alerts.test({ rule: 'memory-low', actor: 'U0BOB' });
    expect(inEnglish(sent.words)).toBe('A test of memory-low is on its way to {channel:C0ONCALL}.');
    await world.clock.advance(5 * second);
    const [root] = world.slack.roots();
    expect(inEnglish(root?.message)).toMatchObject({
      view: {
        headline: 'Test of memory-low on Production chat: nothing is wrong',
        mentions: memoryRule().mention,
        actions: [],
      },
    });
    expect(await world.store.alerts.incidents(0, world.clock.now())).toEqual([]);
    expect(await world.jobs.alerts.test({ rule: 'nothing', actor: 'U0BOB' })).toMatchObject({ state: 'unknown' });
  });
});
