// Polling: numbers, alerts and what is to be told saved together; a platform that fails is an alert of its own.
import { afterEach, describe, expect, it } from 'vitest';
import { hour, minute, second } from '../../src/clock.ts';
import { PlatformError, StoreError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import type { Store } from '../../src/store/store.ts';
import { englishWording } from '../../src/wording.ts';
import { inEnglish } from '../support/in-english.ts';
import {
  createFakePlatform,
  createWorld,
  down,
  memoryRule,
  prod,
  type World,
  type WorldOptions,
} from './job-harness.ts';

let world: World;

async function begin(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  await world.start();
  return world;
}

afterEach(() => world.end());

const texts = (): string[] =>
  world.slack.messages.map(({ message }) =>
    message.kind === 'alert'
      ? englishWording.text(message.view.headline)
      : message.kind === 'line'
        ? englishWording.text(message.text)
        : '',
  );

const condition = async (rule: string): Promise<string | undefined> =>
  (await world.store.alerts.get(rule))?.state.machine.condition;

/** Every line that is logged, as text. */
function recorder(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const write = (message: string, fields: object = {}): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, logger: { debug: () => {}, info: write, warn: write, error: write } };
}

describe('a platform that has answered a question', () => {
  it('is polled at once where its polls fail, and on its interval where they do not', async () => {
    await begin();
    await world.clock.advance(minute);
    const { polls } = world.platform;
    world.jobs.retry('prod');
    await world.clock.advance(second);
    expect(world.platform.polls).toBe(polls);
    world.platform.failure = down();
    await world.clock.advance(10 * minute);
    const failed = world.platform.polls;
    world.platform.failure = undefined;
    await world.clock.advance(5 * second);
    expect((await world.store.polls()).find(({ app }) => app === 'prod')?.failures).toBeGreaterThan(4);
    world.jobs.retry('prod');
    await world.clock.advance(second);
    expect(world.platform.polls).toBe(failed + 1);
    expect((await world.store.polls()).find(({ app }) => app === 'prod')?.failures).toBe(0);
  });
});

describe('a platform that asks to wait', () => {
  it('is left in peace for as long as it asks, and then asked on its interval again', async () => {
    await begin();
    const waits = { status: 429, retryAfterMs: 5 * minute };
    world.platform.failure = new PlatformError('rate-limited', 'Production chat did not answer: HTTP 429.', waits);
    await world.clock.advance(minute);
    expect(world.platform.polls).toBe(2);
    world.platform.failure = undefined;
    await world.clock.advance(4 * minute + 50 * second);
    expect(world.platform.polls).toBe(2);
    await world.clock.advance(10 * second);
    expect(world.platform.polls).toBe(3);
    await world.clock.advance(3 * minute);
    expect(world.platform.polls).toBe(6);
  });

  it('is told of after as many polls as one that gives no time, though it is not asked again', async () => {
    await begin();
    const waits = { status: 503, retryAfterMs: 15 * minute };
    world.platform.failure = new PlatformError('unavailable', 'Production chat answered HTTP 503.', waits);
    await world.clock.advance(2 * minute + 30 * second);
    expect(texts()).toEqual([]);
    await world.clock.advance(minute);
    expect(texts()).toEqual([
      expect.stringMatching(
        /^Warning: Production chat (does not answer|gives no numbers|has not answered since|has given no numbers since)/,
      ),
    ]);
    await world.clock.advance(12 * minute);
    expect(world.platform.polls).toBe(2);
    const [poll] = await world.store.polls();
    expect(poll?.failures).toBe(15);
    expect(poll?.lastTriedAt).toBeLessThan(Date.parse('2026-11-22T03:01:10+08:00'));
    await world.clock.advance(minute);
    expect(world.platform.polls).toBe(3);
    expect(texts()[0]).toMatch(
      /^Critical: Production chat (does not answer|gives no numbers|has not answered since|has given no numbers since)/,
    );
  });

  it('for a minute is no alert where it is asked each second', async () => {
    await begin({ app: { pollEvery: second } });
    const waits = { status: 429, retryAfterMs: minute };
    world.platform.failure = new PlatformError('rate-limited', 'Production chat answered HTTP 429.', waits);
    await world.clock.advance(second);
    world.platform.failure = undefined;
    await world.clock.advance(2 * minute);
    expect(texts()).toEqual([]);
    expect(await world.store.polls()).toMatchObject([{ failures: 0 }]);
  });
});

describe('a platform that answers', () => {
  it('is asked at once and then on its interval, and its numbers are kept', async () => {
    await begin();
    expect(world.platform.polls).toBe(1);
    await world.clock.advance(5 * minute);
    expect(world.platform.polls).toBe(6);
    expect((await world.store.samples.latest('prod'))?.values).toMatchObject({ 'connections.peak': 100 });
    expect(await world.store.polls()).toMatchObject([{ app: 'prod', failures: 0 }]);
  });

  it('opens, escalates and closes an alert, each told once', async () => {
    await begin();
    await world.clock.advance(minute);
    for (const ratio of [0.1, 0.05, 0.5]) {
      world.free(ratio);
      await world.clock.advance(minute);
    }
    await world.clock.advance(5 * second);
    expect(world.slack.roots().length).toBe(1);
    expect(texts()).toEqual([
      expect.stringMatching(/^Resolved after .* is back to 50 % free memory/),
      expect.stringMatching(/Critical now/),
      expect.stringMatching(/Resolved after .* is back to 50 % free memory/),
    ]);
    const [incident] = await world.store.alerts.incidents(0, world.clock.now());
    expect(incident).toMatchObject({ rule: 'memory-low', level: 'critical', extreme: 0.05, reason: 'recovered' });
    expect((await world.store.alerts.events(incident?.id ?? '')).map(({ kind }) => kind)).toEqual([
      'opened',
      'escalated',
      'resolved',
    ]);
  });

  it('does not open anything in a maintenance window, and tells it when the window ends', async () => {
    const maintenance = [
      { id: 'night', cron: '0 3 * * *', timezone: 'Asia/Taipei', duration: 4 * minute, apps: ['prod'], rules: [] },
    ];
    await begin({ values: { maintenance } });
    world.free(0.05);
    await world.clock.advance(3 * minute);
    expect(world.slack.messages).toEqual([]);
    await world.clock.advance(2 * minute);
    expect(world.slack.roots().length).toBe(1);
  });
});

describe('a platform that does not answer', () => {
  const quick = { app: { pollEvery: 10 * second, unreachable: { polls: 3, critical: 3 * minute } } };

  it('is an alert after three polls, critical when it lasts, and closes when it answers again', async () => {
    await begin(quick);
    world.platform.failure = down();
    await world.clock.advance(25 * second);
    expect(world.slack.messages).toEqual([]);
    await world.clock.advance(10 * second);
    expect(texts()).toEqual([
      expect.stringMatching(
        /^Warning: Production chat (does not answer|gives no numbers|has not answered since|has given no numbers since)/,
      ),
    ]);
    await world.clock.advance(4 * minute);
    expect(texts()[0]).toMatch(/^Critical: Production chat/);
    world.platform.failure = undefined;
    await world.clock.advance(80 * second);
    expect(world.slack.roots().length).toBe(1);
    expect(texts()[0]).toMatch(/^Resolved after .*: Production chat answers again/);
  });

  it('freezes the other alerts, and its end says what they show now', async () => {
    await begin(quick);
    await world.clock.advance(15 * second);
    world.free(0.05);
    await world.clock.advance(15 * second);
    world.platform.failure = down();
    await world.clock.advance(5 * minute);
    const frozen = world.slack
      .roots()
      .find(({ message }) => message.kind === 'alert' && message.view.rule === 'memory-low');
    expect(inEnglish(frozen?.message)).toMatchObject({
      view: { colour: 'grey', headline: expect.stringMatching(/^No data/) },
    });
    world.platform.failure = undefined;
    world.free(0.04);
    await world.clock.advance(80 * second);
    const own = world.slack
      .roots()
      .find(({ message }) => message.kind === 'alert' && message.view.rule === 'prod.unreachable');
    expect(JSON.stringify(inEnglish(own?.message))).toMatch(
      /Still open, memory-low: Critical[^:]*: Production chat has 4 % free memory/,
    );
  });

  it('keeps another rule of its app quiet while it fires, and not once it answers again', async () => {
    await begin(quick);
    await world.clock.advance(15 * second);
    world.platform.failure = down();
    await world.clock.advance(5 * minute);
    expect(await condition('prod.unreachable')).toBe('firing');
    world.platform.failure = undefined;
    world.free(0.05);
    while ((await condition('prod.unreachable')) === 'firing') await world.clock.advance(second);
    await world.clock.advance(second);
    expect(await condition('prod.unreachable')).toBe('recovering');
    expect(await world.store.alerts.incidents(0, world.clock.now())).toMatchObject([
      { rule: 'memory-low', level: 'critical' },
      { rule: 'prod.unreachable' },
    ]);
    expect(texts()).toContainEqual(expect.stringMatching(/^Critical.*: Production chat has 5 % free memory/));
  });

  it('says at its end that the other alerts are quiet, where they are', async () => {
    await begin(quick);
    world.platform.failure = down();
    await world.clock.advance(5 * minute);
    world.platform.failure = undefined;
    await world.clock.advance(80 * second);
    expect(JSON.stringify(inEnglish(world.slack.roots()[0]?.message))).toContain('Its other alerts are quiet.');
  });

  it('is asked only once a minute after five failures, and at once on its interval when it is back', async () => {
    await begin({ app: { pollEvery: second } });
    world.platform.failure = down();
    await world.clock.advance(10 * second);
    const polls = world.platform.polls;
    await world.clock.advance(3 * minute);
    expect(world.platform.polls - polls).toBe(3);
    world.platform.failure = undefined;
    await world.clock.advance(minute);
    const back = world.platform.polls;
    await world.clock.advance(10 * second);
    expect(world.platform.polls - back).toBe(10);
  });

  it('that hangs is given up in time and counted as silent', async () => {
    await begin();
    world.platform.snapshot = () => new Promise(() => {});
    await world.clock.advance(3 * minute);
    const [poll] = await world.store.polls();
    expect(poll?.failures).toBe(2);
    expect(poll?.reason && englishWording.text(poll.reason)).toMatch(/within 30 s/);
  });

  it('is logged when it falls silent and when it answers, not at each poll', async () => {
    const { logger, lines } = recorder();
    await begin({ ...quick, deps: { logger }, rules: [] });
    world.platform.failure = down();
    await world.clock.advance(3 * minute);
    world.platform.failure = undefined;
    await world.clock.advance(80 * second);
    expect(lines.filter((line) => line.startsWith('platform does not answer')).length).toBe(1);
    expect(lines.filter((line) => line.startsWith('platform answers again')).length).toBe(1);
  });

  it('never delays another app', async () => {
    world = await createWorld({ rules: [] });
    const hung = createFakePlatform(world.clock);
    hung.snapshot = () => new Promise(() => {});
    const apps = [{ ...prod, id: 'hung' }, prod];
    await world.start({
      values: { apps },
      platforms: new Map([
        ['hung', hung],
        ['prod', world.platform],
      ]),
    });
    await world.clock.advance(5 * minute);
    expect(world.platform.polls).toBe(6);
  });
});

describe('a start of the process', () => {
  it('announces nothing anew, and closes what ended while it was away', async () => {
    await begin();
    await world.clock.advance(minute);
    world.free(0.05);
    await world.clock.advance(minute + 5 * second);
    await world.restart();
    await world.clock.advance(2 * minute);
    expect(world.slack.roots().length).toBe(1);
    world.kill();
    world.free(0.5);
    world.clock.jump(world.clock.now() + hour);
    await world.restart();
    await world.clock.advance(3 * minute);
    expect(world.slack.roots().length).toBe(1);
    expect(texts()[0]).toMatch(/^Resolved/);
  });

  it('closes the alert of a rule that is gone, with that reason', async () => {
    await begin();
    await world.clock.advance(minute);
    world.free(0.05);
    await world.clock.advance(minute + 5 * second);
    await world.restart({ values: { rules: [] } });
    await world.clock.advance(10 * second);
    expect(texts()[0]).toMatch(/^Closed, because rule memory-low was removed: Production chat has .+ free memory$/);
    expect(await world.store.alerts.get('memory-low')).toBeUndefined();
  });

  it('takes over new limits of a rule without losing its incident', async () => {
    await begin();
    await world.clock.advance(minute);
    world.free(0.14);
    await world.clock.advance(minute + 5 * second);
    const stricter = memoryRule({ levels: { warning: { trigger: 0.1, clear: 0.12, holdFor: 0 } } });
    await world.restart({ values: { rules: [stricter] } });
    await world.clock.advance(3 * minute);
    expect(world.slack.roots().length).toBe(1);
    expect(texts()[0]).toMatch(/^Resolved/);
  });
});

describe('a store that fails', () => {
  it('loses that poll and nothing else', async () => {
    world = await createWorld();
    let isFull = false;
    const store: Store = {
      ...world.store,
      transaction: (work) =>
        isFull ? Promise.reject(new StoreError('The disk is full.')) : world.store.transaction(work),
    };
    await world.start({ store });
    await world.clock.advance(minute);
    isFull = true;
    world.free(0.05);
    await world.clock.advance(3 * minute);
    expect(world.slack.messages).toEqual([]);
    isFull = false;
    await world.clock.advance(2 * minute);
    expect(world.slack.roots().length).toBe(1);
  });
});

describe('two replicas on one store', () => {
  it('tell everything once', async () => {
    await begin({ app: { pollEvery: 10 * second } });
    await world.start();
    for (const ratio of [0.5, 0.1, 0.05, 0.3, 0.5]) {
      world.free(ratio);
      await world.clock.advance(25 * second);
    }
    expect(world.slack.roots().length).toBe(1);
    const keys = world.slack.messages.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(texts().filter((text) => /Resolved/.test(text)).length).toBe(2);
  });
});
