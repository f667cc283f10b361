// What people do with alerts, and what time does to them: acknowledge, silence, repeat, storm, and the answers.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allOf } from '../../src/alerting/transitions.ts';
import { hour, minute, second } from '../../src/clock.ts';
import { type WordedReport, wordReport } from '../../src/reports/word-report.ts';
import type { Message } from '../../src/store/outbox.ts';
import { englishWording } from '../../src/wording.ts';
import { inEnglish } from '../support/in-english.ts';
import { createWorld, down, memoryRule, type World } from './job-harness.ts';

let world: World;

beforeEach(async () => {
  world = await createWorld({ app: { pollEvery: 10 * second } });
  await world.start();
  await world.clock.advance(15 * second);
});

afterEach(() => world.end());

async function open(): Promise<void> {
  world.free(0.05);
  await world.clock.advance(15 * second);
}

const say = englishWording.text;

const headline = (): string => {
  const [root] = world.slack.roots();
  return root?.message.kind === 'alert' ? say(root.message.view.headline) : '';
};

const lines = (): string[] =>
  world.slack.thread(world.slack.roots()[0]).map(({ message }) => (message.kind === 'line' ? say(message.text) : ''));

const act = async (action: 'acknowledge' | 'silence' | 'unsilence', target = 'memory-low', until?: number) => {
  const { state, words } = await world.jobs.alerts.act({ target, action, actor: 'U0BOB', until });
  return { state, words: say(words) };
};

describe('a person', () => {
  it('acknowledges, by rule or by incident, and everybody sees who', async () => {
    await open();
    const incident = (await world.jobs.alerts.list())[0]?.incident ?? '';
    expect(await act('acknowledge', incident)).toMatchObject({
      state: 'done',
      words: expect.stringContaining('{user:U0BOB}'),
    });
    await world.clock.advance(5 * second);
    expect(headline()).toMatch(/acknowledged by \{user:U0BOB\} until/);
    expect(lines().at(-1)).toMatch(/Acknowledged by \{user:U0BOB\}/);
  });

  it('silences all alerts of an app at once, with the reason, and takes that back at once', async () => {
    const target = allOf('prod');
    const until = world.clock.now() + hour;
    const request = { target, action: 'silence', actor: 'U0BOB', until, text: 'deploying' } as const;
    const { words, undo = '', offer } = await world.jobs.alerts.act(request);
    expect(say(words)).toBe(
      'Silenced by {user:U0BOB} until 04:00: prod.unreachable and memory-low, their warnings; critical still pages. Reason: deploying.',
    );
    expect(offer).toEqual({ kind: 'silenceCritical', until });
    expect(await world.jobs.alerts.list()).toHaveLength(2);
    const undone = await world.jobs.alerts.act({ target, action: 'undo', actor: 'U0ALICE', undo });
    expect(say(undone.words)).toBe('Undone by {user:U0ALICE}, the silence: prod.unreachable and memory-low.');
    expect(await world.jobs.alerts.list()).toEqual([]);
    expect(await world.jobs.alerts.act({ ...request, target: allOf('nothing') })).toMatchObject({ state: 'unknown' });
  });

  it('silences an app in which one alert is critical, and the word says of which only the warnings are silenced', async () => {
    world.free(0.03);
    await world.clock.advance(30 * second);
    expect((await world.jobs.alerts.list())[0]).toMatchObject({ rule: 'memory-low', level: 'critical' });
    const { words } = await act('silence', allOf('prod'), world.clock.now() + hour);
    expect(words).toMatch(
      /: prod\.unreachable and memory-low; of prod\.unreachable only warnings, critical still pages; of memory-low critical in this incident only, it still pages after it\.$/,
    );
  });

  it('lists what was closed by hand as still wrong', async () => {
    await open();
    await world.jobs.alerts.act({ target: 'memory-low', action: 'resolve', actor: 'U0BOB' });
    expect(await world.jobs.alerts.list()).toMatchObject([{ rule: 'memory-low', incident: undefined, isHeld: true }]);
  });

  it('writes a note, which is kept with the incident, open or over, and shown by why', async () => {
    await open();
    const incident = (await world.jobs.alerts.list())[0]?.incident ?? '';
    const note = { action: 'note', actor: 'U0BOB' } as const;
    await world.jobs.alerts.act({ ...note, target: 'memory-low', text: 'restarted node 2' });
    world.free(0.5);
    await world.clock.advance(15 * second);
    await open();
    await world.jobs.alerts.act({ ...note, target: incident, text: 'it was the cache' });
    const kept = (await world.store.alerts.events(incident)).filter(({ kind }) => kind === 'noted');
    expect(kept.map(({ words }) => say(words))).toEqual([
      'Note by {user:U0BOB}: memory-low, "restarted node 2".',
      'Note by {user:U0BOB}: memory-low, "it was the cache".',
    ]);
    expect(JSON.stringify((await explained('memory-low'))?.sections)).not.toContain('restarted node 2');
    await world.jobs.alerts.act({ ...note, target: 'memory-low', text: 'again' });
    expect(JSON.stringify((await explained('memory-low'))?.sections)).toContain('again');
  });

  it('is told what cannot be done', async () => {
    expect(await act('acknowledge')).toMatchObject({ state: 'not-open' });
    expect(await act('acknowledge', 'nothing')).toEqual({ state: 'unknown', words: 'There is no alert "nothing".' });
  });

  it('takes back what was done, over a restart as well, and once only', async () => {
    await open();
    const { undo = '' } = await world.jobs.alerts.act({ target: 'memory-low', action: 'resolve', actor: 'U0BOB' });
    await world.clock.advance(10 * second);
    expect(headline()).toMatch(/^Closed/);
    await world.restart();
    const takeBack = { target: 'memory-low', action: 'undo', actor: 'U0ALICE', undo } as const;
    expect(await world.jobs.alerts.act(takeBack)).toMatchObject({ state: 'done', undo: undefined });
    await world.clock.advance(10 * second);
    expect(headline()).toMatch(/^Critical/);
    expect(world.slack.roots()).toHaveLength(1);
    expect(lines().at(-1)).toMatch(/Open again/);
    const again = await world.jobs.alerts.act({ ...takeBack, actor: 'U0BOB' });
    expect([again.state, say(again.words)]).toEqual(['not-open', 'It was undone already, by {user:U0ALICE}.']);
  });

  it('silences before anything happens: the alert is watched and not told', async () => {
    expect(await act('silence', 'memory-low', world.clock.now() + hour)).toMatchObject({ state: 'done' });
    world.free(0.1);
    await world.clock.advance(15 * second);
    expect(world.slack.messages).toEqual([]);
    expect(await world.jobs.alerts.list()).toMatchObject([
      { rule: 'memory-low', condition: 'firing', level: 'warning' },
    ]);
    await act('unsilence');
    await world.clock.advance(10 * second);
    expect(world.slack.roots().length).toBe(1);
  });
});

describe('a platform that answers again', () => {
  it('keeps no other alert quiet from its first good poll on', async () => {
    world.platform.failure = down();
    await world.clock.advance(20 * minute);
    world.platform.failure = undefined;
    world.free(0.05);
    const before = world.slack.roots().length;
    await world.clock.advance(70 * second);
    expect(
      world.slack
        .roots()
        .slice(before)
        .map(({ message }) => (message.kind === 'alert' ? say(message.view.headline) : '')),
    ).toEqual([expect.stringMatching(/^Critical: Production chat has 5 % free memory/)]);
  });
});

describe('time', () => {
  it('repeats a critical alert that nobody acknowledges, and not one that somebody has', async () => {
    await open();
    await world.clock.advance(29 * minute);
    expect(lines().some((line) => /Still critical/.test(line))).toBe(false);
    await world.clock.advance(2 * minute);
    expect(lines().filter((line) => /Still critical/.test(line)).length).toBe(1);
  });

  it('ends an acknowledgement with a reminder to that person', async () => {
    await open();
    await act('acknowledge', 'memory-low', world.clock.now() + 5 * minute);
    await world.clock.advance(6 * minute);
    expect(lines().at(-1)).toMatch(/your acknowledgement has run out/);
  });
});

/** What a message of a thread says, line by line. */
const linesOf = (message: Message): string[] =>
  message.kind === 'line' ? [message.text, ...(message.others ?? [])].map((line) => say(line)) : [];

describe('a storm', () => {
  it('of more than five openings within a minute becomes one summary', async () => {
    const rules = Array.from({ length: 9 }, (_, index) => memoryRule({ id: `low-${index}` }));
    await world.restart({ values: { rules } });
    await world.clock.advance(minute);
    world.free(0.1);
    await world.clock.advance(40 * second);
    const headlines = world.slack
      .roots()
      .map(({ message }) => (message.kind === 'alert' ? say(message.view.headline) : ''));
    expect(headlines.length).toBe(6);
    expect(headlines.at(-1)).toMatch(/^6 to 9 of 9 alerts at once, all on free memory of Production chat: 4 open$/);
    const [storm = ''] = (await world.store.alerts.all()).flatMap(({ state: { notification } }) =>
      notification.stream?.startsWith('storm@') === true ? [notification.stream] : [],
    );
    const summary = () => {
      const message = world.slack.roots().at(-1)?.message;
      return message?.kind === 'alert' ? message.view : undefined;
    };
    expect(summary()?.actions).toEqual(['acknowledge', 'silence']);
    const thread = () => world.slack.thread(world.slack.roots().at(-1)).map(({ message }) => linesOf(message));
    expect(
      thread()
        .flat()
        .join('\n')
        .match(/low-\d: Opened/g),
    ).toHaveLength(4);
    const taken = await world.jobs.alerts.act({ target: storm, action: 'acknowledge', actor: 'U0BOB' });
    expect(say(taken.words)).toMatch(
      /^Acknowledged by \{user:U0BOB\} until \d\d:\d\d: low-\d, low-\d, low-\d and low-\d\.$/,
    );
    await world.clock.advance(10 * second);
    const answers = thread()
      .flat()
      .filter((line) => line.includes('Acknowledged'));
    expect(answers).toHaveLength(4);
    for (const line of answers) expect(line.match(/low-\d/g)).toHaveLength(1);
    // Nothing is left to acknowledge.
    expect(summary()?.actions).toEqual(['silence']);
    world.free(0.5);
    await world.clock.advance(minute + 40 * second);
    expect(thread().at(-1)).toEqual(Array(4).fill(expect.stringMatching(/^low-\d: Resolved after/)));
    expect(summary()?.actions).toEqual([]);
    expect(world.slack.roots().length).toBe(6);
    expect(
      world.slack.roots().every(({ message }) => message.kind === 'alert' && message.view.closedAt !== undefined),
    ).toBe(true);
  });
});

/** Why an alert stands as it does, as it reads. */
async function explained(rule: string): Promise<WordedReport | undefined> {
  const report = (await world.jobs.alerts.why(rule))?.report;
  return report && wordReport(report, englishWording);
}

describe('why', () => {
  it('says value, limits, history and what the rule would have said before', async () => {
    await open();
    const report = (await world.jobs.alerts.why('memory-low'))?.report;
    expect(report?.standing).toBe('critical');
    const text = JSON.stringify(inEnglish(report?.sections));
    expect(text).toMatch(/What it says now.*under 8 %/);
    expect(text).toMatch(/What happened.*Opened/);
    expect(text).toMatch(/When it opens and closes.*Critical: under 8 %/);
    expect(text).toMatch(/Before.*It opened once, at 03:0\d, and is open, in the last 14 days/);
  });

  it('lets everything else go on while it tries a baseline on the past', async () => {
    const baseline = memoryRule({
      id: 'unusual',
      kind: 'baseline',
      metric: 'connections.peak',
      direction: 'above',
      levels: { warning: { trigger: 4, clear: 3, holdFor: 0 } },
    });
    await world.restart({ values: { rules: [baseline] } });
    const now = world.clock.now();
    // Six days of five minutes, with one hour that is unusual.
    const polls = Array.from({ length: 1_728 }, (_, index) => ({
      at: now - (1_728 - index) * 5 * minute,
      values: { 'connections.peak': index >= 1_300 && index < 1_312 ? 900 : 100 + (index % 7) },
    }));
    await world.store.samples.recordAll('prod', polls);
    const progress = { turns: 0, isDone: false };
    const count = (): void => {
      progress.turns += 1;
      if (!progress.isDone) setImmediate(count);
    };
    setImmediate(count);
    const report = (await world.jobs.alerts.why('unusual'))?.report;
    progress.isDone = true;
    expect(JSON.stringify(inEnglish(report?.sections))).toMatch(
      /would have opened once, on Fri 20 Nov at 15:\d\d for /,
    );
    expect(progress.turns).toBeGreaterThan(60);
  });

  it('says of old numbers that they were seen last, and calls nothing quiet that nobody measures', async () => {
    world.free(0.3);
    await world.clock.advance(2 * minute);
    const why = () => explained('memory-low');
    expect((await why())?.headline).toBe('Quiet: Production chat has 30 % free memory');
    world.platform.failure = down();
    // From the first poll that fails on nothing is of now.
    await world.clock.advance(10 * second);
    expect((await why())?.headline).toMatch(/^Not known: /);
    await world.clock.advance(30 * minute);
    const report = await why();
    expect(report?.headline).toMatch(
      /^Not known: free memory of Production chat was not measured since \d\d:\d\d; last seen 30 %$/,
    );
    expect(report?.sections[0]?.lines[0]).toMatch(/^Last seen at \d\d:\d\d: 2\.2 of 7\.5 GiB\.$/);
  });

  it('says of an open alert without data what its message says', async () => {
    await open();
    world.platform.failure = down();
    await world.clock.advance(30 * minute);
    const report = await explained('memory-low');
    expect(report?.headline).toMatch(
      /^No data: Production chat (does not answer|gives no numbers|has not answered since|has given no numbers since)/,
    );
    expect(report?.sections[0]?.lines[0]).toMatch(/^Last seen /);
  });

  it('is undefined for a rule that is not there', async () => {
    expect(await world.jobs.alerts.why('nothing')).toBeUndefined();
  });

  it('counts the alerts by state', async () => {
    await open();
    expect(await world.telemetry.text()).toContain('imstats_alerts{state="firing"} 1');
  });
});

describe('a rule whose number is not reported any more', () => {
  const stopReporting = (): void => {
    const { 'memory.free_ratio': _ratio, ...rest } = world.platform.values;
    world.platform.values = rest;
  };

  it('is told once, also over a restart, listed, counted, and told again when it is back', async () => {
    stopReporting();
    await world.clock.advance(2 * minute);
    expect(headline()).toBe(
      'Not judged: free memory of Production chat is not reported since 03:00; the rule memory-low cannot say anything',
    );
    expect(await world.jobs.alerts.list()).toMatchObject([{ rule: 'memory-low', isNotJudged: true }]);
    expect(await world.telemetry.text()).toContain('imstats_rules{state="not_judged"} 1');

    await world.restart();
    await world.clock.advance(5 * minute);
    expect(world.slack.roots()).toHaveLength(1);

    world.free(0.4);
    await world.clock.advance(30 * second);
    expect(headline()).toMatch(/^Judged again, memory-low: /);
    expect(lines()).toHaveLength(1);
    expect(await world.jobs.alerts.list()).toEqual([]);
    expect(await world.telemetry.text()).toContain('imstats_rules{state="not_judged"} 0');
  });

  it('is not listed while its platform does not answer, which has an alert of its own', async () => {
    stopReporting();
    await world.clock.advance(2 * minute);
    world.platform.failure = down();
    await world.clock.advance(minute);
    expect((await world.jobs.alerts.list()).map(({ rule }) => rule)).toEqual(['prod.unreachable']);
  });
});

describe('a number that falls through the floor', () => {
  const rule = (over: Parameters<typeof memoryRule>[0]) => {
    const { version: _version, ...made } = memoryRule({ metric: 'connections.current', ...over });
    return { ...made, version: JSON.stringify(made) };
  };
  const limits = (trigger: number) => ({ warning: { trigger, clear: trigger, holdFor: 0 } });
  const connections = async (count: number): Promise<void> => {
    world.platform.values = { ...world.platform.values, 'connections.current': count };
    await world.clock.advance(25 * second);
  };

  it('ends no alert in green, nor in the channel, while another rule says that it fell', async () => {
    const high = rule({ id: 'too-many', direction: 'above', levels: limits(1_800) });
    const low = rule({ id: 'too-few', direction: 'below', levels: limits(300) });
    await world.restart({ values: { rules: [low, high] } });
    await connections(1_950);
    await connections(120);
    const [root] = world.slack
      .roots()
      .filter(({ message }) => message.kind === 'alert' && message.view.rule === 'too-many');
    const view = root?.message.kind === 'alert' ? root.message.view : undefined;
    expect(view?.colour).toBe('grey');
    expect(say(view?.headline ?? { kind: '', values: {} })).toMatch(
      /^Closed, not recovered, after \d+ s: Production chat has 120 .*, no longer over 1,800, highest 1,950; see too-few$/,
    );
    expect(world.slack.thread(root).filter(({ broadcast }) => broadcast)).toEqual([]);
  });

  it('is resolved in the channel where nothing speaks against it', async () => {
    await world.restart({ values: { rules: [rule({ id: 'too-many', direction: 'above', levels: limits(1_800) })] } });
    await connections(1_950);
    await connections(1_500);
    const [root] = world.slack.roots();
    expect(headline()).toMatch(/^Resolved after .*: Production chat has 1,500 .*, no longer over 1,800/);
    expect(world.slack.thread(root).filter(({ broadcast }) => broadcast)).toHaveLength(1);
  });
});
