// Gathering for a report: the platform live, the store for the past, days that are missing, whatever either of them lacks.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/alerting/rule.ts';
import type { ImApp } from '../../../src/app.ts';
import { sleep } from '../../../src/clock.ts';
import { PlatformError, StoreError } from '../../../src/errors.ts';
import { silentLogger } from '../../../src/logger.ts';
import { verbatim } from '../../../src/metrics/phrase.ts';
import type { Platform } from '../../../src/platforms/platform.ts';
import type { Needs } from '../../../src/reports/readings.ts';
import {
  type AppData,
  type AppDataDeps,
  type AppDataLoader,
  createAppDataLoader,
} from '../../../src/slack/command/app-data.ts';
import { openStore } from '../../../src/store/index.ts';
import type { Store } from '../../../src/store/store.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { china, prod } from '../../support/sample-app.ts';
import { imkit, jmessage, undoAll, values } from '../slack-harness.ts';

const undo: (() => unknown)[] = [];
afterEach(() => undoAll(undo));

interface Scene {
  /** Of one app alone. */
  gather(app: ImApp, needs: Needs): Promise<AppData>;
  readonly appData: AppDataLoader;
  readonly store: Store;
  readonly clock: FakeClock;
  readonly request: string[];
}

async function scene(
  changes: { readonly platform?: Platform; readonly deps?: Partial<AppDataDeps> } = {},
): Promise<Scene> {
  const clock = createFakeClock('2026-11-22T10:00:00Z');
  const folder = mkdtempSync(join(tmpdir(), 'imstats-gather-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore(
    { kind: 'sqlite', path: join(folder, 'test.db') },
    { clock, logger: silentLogger, owner: 'test' },
  );
  undo.push(() => store.close());
  const request: string[] = [];
  const days = jmessage(clock);
  const counted: Platform = {
    ...days,
    daily: async (from, to) => {
      request.push(`${from}..${to}`);
      return (await days.daily?.(from, to)) ?? { days: [], notes: [] };
    },
  };
  const platforms = new Map([
    ['prod', changes.platform ?? imkit(clock)],
    ['china', counted],
  ]);
  const deps: AppDataDeps = {
    platforms,
    live: { rules: [], version: 1 },
    store,
    clock,
    logger: silentLogger,
    ...changes.deps,
  };
  const appData = createAppDataLoader(deps);
  const gather = async (app: ImApp, needs: Needs): Promise<AppData> => {
    const [data] = await appData.gather([{ app, needs }]);
    if (data === undefined) throw new Error('nothing was gathered');
    return data;
  };
  return { gather, appData, store, clock, request };
}

describe('a platform that answers', () => {
  it('gives the newest numbers; the store gives the past', async () => {
    const { gather, store, clock } = await scene();
    await store.samples.record('prod', clock.now() - 3_600_000, { 'users.active': 100 });
    const need = {
      metric: 'users.active' as const,
      tier: 'hours' as const,
      from: clock.now() - 7_200_000,
      to: clock.now(),
    };
    const { readings, failure } = await gather(prod, { buckets: [need] });
    expect(failure).toBeUndefined();
    expect(readings.latest).toEqual({ at: clock.now(), values });
    expect(readings.buckets[0]?.buckets).toMatchObject([{ last: 100, samples: 1 }]);
    expect(readings.zone).toBe('Asia/Taipei');
  });
});

describe('a question', () => {
  it('counts as a poll: its fresh numbers do not stand beside "has not answered"', async () => {
    const retried: string[] = [];
    const retryPoll = (app: string): void => void retried.push(app);
    const { gather, store, clock } = await scene({ deps: { retryPoll } });
    await gather(prod, { buckets: [] });
    expect(retried).toEqual([]);
    const before = clock.now() - 600_000;
    await store.savePoll({
      app: 'prod',
      lastTriedAt: clock.now(),
      lastGoodAt: before,
      failures: 9,
      reason: verbatim('503'),
    });
    const { readings } = await gather(prod, { buckets: [] });
    expect(readings.poll).toEqual({ app: 'prod', lastTriedAt: clock.now(), lastGoodAt: clock.now(), failures: 0 });
    // What else asks for the health of the platform is to know it as well.
    expect(retried).toEqual(['prod']);
  });

  it('does not lose the types of messages that are stored to days that were fetched without them', async () => {
    const row = { date: '2026-11-20', zone: china.timezone, complete: true };
    const fetched = { ...row, values: { 'messages.sent': 9 } };
    const days = jmessage(createFakeClock('2026-11-22T10:00:00Z'));
    const platform: Platform = { ...days, daily: async () => ({ days: [fetched], notes: [] }) };
    const { gather, store } = await scene({ deps: { platforms: new Map([['china', platform]]) } });
    await store.daily.save('china', [{ ...row, values: { 'messages.sent': 8, 'messages.single.text': 5 } }]);
    const { readings } = await gather(china, { buckets: [], days: { from: '2026-11-19', to: '2026-11-20' } });
    expect(readings.days).toEqual([{ ...row, values: { 'messages.sent': 9, 'messages.single.text': 5 } }]);
  });
});

describe('a platform that does not', () => {
  const failing = (error: unknown): Platform => ({
    snapshot: async () => Promise.reject(error),
  });

  it('leaves the last numbers, with the reason and what to do', async () => {
    const error = new PlatformError('auth', 'The key is wrong.', { hint: 'Check it.' });
    const { gather, store, clock } = await scene({ platform: failing(error) });
    const before = clock.now() - 60_000;
    await store.samples.record('prod', before, values);
    await store.savePoll({ app: 'prod', lastTriedAt: before, lastGoodAt: before, failures: 0 });
    const { readings, failure } = await gather(prod, { buckets: [] });
    expect(failure).toBe(error);
    expect(readings.latest).toEqual({ at: before, values });
    expect(readings.poll).toMatchObject({
      lastGoodAt: before,
      failures: 1,
      reason: verbatim('The key is wrong.'),
    });
  });

  it('is waited for 2 s, and its call is given 12 s', async () => {
    let stopped = false;
    const hanging: Platform = {
      snapshot: (signal) => {
        signal?.addEventListener('abort', () => {
          stopped = true;
        });
        return new Promise(() => {});
      },
    };
    const { gather, clock } = await scene({ platform: hanging });
    const gathered = gather(prod, { buckets: [] });
    await clock.advance(1_999);
    let isAnswered = false;
    const answered = gathered.finally(() => {
      isAnswered = true;
    });
    await clock.advance(0);
    expect(isAnswered).toBe(false);
    await clock.advance(1);
    expect((await answered).failure).toMatchObject({
      kind: 'timeout',
      message: 'Production chat did not answer within 2 s.',
    });
    expect(stopped).toBe(false);
    await clock.advance(10_000);
    expect(stopped).toBe(true);
  });

  it('answers the next question with what comes late, and the days that come late are stored', async () => {
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    const { daily } = jmessage(clock);
    let calls = 0;
    const slow: Platform = {
      snapshot: async () => ({ polledAt: clock.now(), values: { 'users.active': 900 }, notes: [] }),
      daily: async (from, to) => {
        calls += 1;
        await sleep(clock, 5_000);
        return (await daily?.(from, to)) ?? { days: [], notes: [] };
      },
    };
    const { gather, store } = await scene({ deps: { platforms: new Map([['china', slow]]), clock } });
    const needs = { buckets: [], days: { from: '2026-11-20', to: '2026-11-21' } };
    const early = gather(china, needs);
    await clock.advance(2_000);
    expect((await early).failure?.message).toBe('China did not answer within 2 s.');
    expect((await early).readings.days).toEqual([]);
    const next = gather(china, needs);
    await clock.advance(1_900);
    const third = gather(china, needs);
    await clock.advance(1_100);
    expect((await next).failure?.message).toBe('China did not answer within 2 s.');
    expect((await third).readings.days).toHaveLength(2);
    expect(await store.daily.read('china', '2026-11-20', '2026-11-21')).toHaveLength(2);
    expect(calls).toBe(1);
  });

  it('in a way that is our own mistake is a bad response, not a crash', async () => {
    const { gather } = await scene({ platform: failing(new TypeError('x is not a function')) });
    expect((await gather(prod, { buckets: [] })).failure).toMatchObject({ kind: 'bad-response' });
  });
});

describe('days', () => {
  const needs = { buckets: [], days: { from: '2026-11-10', to: '2026-11-22' } };

  it('that the store lacks are asked for and kept; complete ones are not asked for again', async () => {
    const { gather, store, clock, request } = await scene();
    const first = await gather(china, needs);
    expect(first.readings.days.map((row) => row.date)).toHaveLength(13);
    await expect(store.daily.read('china', '2026-11-10', '2026-11-21')).resolves.toHaveLength(12);
    await clock.advance(61_000);
    await gather(china, needs);
    expect(request).toEqual(['2026-11-10..2026-11-22', '2026-11-22..2026-11-22']);
  });

  it('of today are asked for once a minute', async () => {
    const { gather, clock, request } = await scene();
    await gather(china, needs);
    await gather(china, needs);
    await clock.advance(1_000);
    const again = await gather(china, needs);
    expect(again.readings.days).toHaveLength(13);
    expect(request).toHaveLength(2);
  });

  it('are asked for anew under another configuration, in which the app may be another', async () => {
    const live = { rules: [], version: 1 };
    const { gather, request } = await scene({ deps: { live } });
    await gather(china, needs);
    live.version = 2;
    await gather(china, needs);
    expect(request).toEqual(['2026-11-10..2026-11-22', '2026-11-22..2026-11-22']);
  });

  it('that arrive when their app is gone are shown and not kept', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    const platform = jmessage(clock);
    const slow: Platform = {
      ...platform,
      daily: async (from, to) => {
        asked.resolve();
        await answer.promise;
        return (await platform.daily?.(from, to)) ?? { days: [], notes: [] };
      },
    };
    const platforms = new Map([['china', slow]]);
    const { gather, store } = await scene({ deps: { platforms } });
    const gathered = gather(china, needs);
    await asked.promise;
    platforms.delete('china');
    answer.resolve();
    expect((await gathered).readings.days).toHaveLength(13);
    expect(await store.daily.read('china', '2026-11-10', '2026-11-22')).toEqual([]);
  });

  it('older than the platform remembers come from the store alone', async () => {
    const { gather, request } = await scene();
    await gather(china, { buckets: [], days: { from: '2026-01-01', to: '2026-11-22' } });
    expect(request).toEqual(['2026-09-24..2026-11-22']);
  });
});

describe('a store that fails', () => {
  it('leaves the live numbers, and a note', async () => {
    const broken = async () => Promise.reject(new StoreError('The disk is full.'));
    const { gather, store, clock } = await scene();
    const sick = { ...store, samples: { ...store.samples, latest: broken, read: broken } };
    const { gather: other } = await scene({ deps: { store: sick } });
    expect((await gather(prod, { buckets: [] })).readings.notes).toEqual([]);
    const { readings } = await other(prod, { buckets: [] });
    expect(readings.latest?.values).toEqual(values);
    expect(readings.notes.map(({ kind }) => kind)).toEqual(['status.storeUnreadable']);
    expect(readings.now).toBe(clock.now());
  });
});

describe('limits and alerts', () => {
  it('are those of the app: thresholds as lines, alerts without names of people', async () => {
    const rule = {
      id: 'a',
      kind: 'threshold',
      app: 'prod',
      metric: 'memory.free_ratio',
      direction: 'below',
      levels: { warning: { trigger: 0.15, clear: 0.2, holdFor: 0 } },
    };
    const rules = [
      rule,
      { ...rule, id: 'b', kind: 'forecast' },
      { ...rule, id: 'c', app: 'china' },
    ] as unknown as Rule[]; // parts of rules
    const line = {
      rule: 'a',
      app: prod,
      condition: 'firing' as const,
      level: 'critical' as const,
      incident: 'i1',
      words: { kind: 'alert.silencedBy', values: { by: 'U0BOB', until: 0, now: 0, zone: 'UTC' } },
    };
    const alerts = {
      list: async () => [line, { ...line, rule: 'quiet', incident: undefined }, { ...line, rule: 'c', app: china }],
      why: async () => undefined,
      act: async () => ({ state: 'done' as const, words: verbatim('') }),
    };
    const { gather } = await scene({ deps: { live: { rules, version: 1 }, alerts } });
    const { readings } = await gather(prod, { buckets: [] });
    expect(readings.limits).toEqual([
      { metric: 'memory.free_ratio', level: 'warning', direction: 'below', value: 0.15 },
    ]);
    expect(readings.alerts).toMatchObject([{ rule: 'a', level: 'critical' }]);
    expect(JSON.stringify(readings.alerts)).not.toContain('U0BOB');
  });

  it('are read once, however many apps are asked', async () => {
    let lists = 0;
    const alerts = {
      list: async () => {
        lists += 1;
        return [];
      },
    };
    const { appData } = await scene({ deps: { alerts } });
    const wanted = [prod, china].map((app) => ({ app, needs: { buckets: [] } }));
    expect((await appData.gather(wanted)).map(({ readings }) => readings.app)).toEqual([prod, china]);
    expect(lists).toBe(1);
    expect((await appData.recall(wanted)).map(({ app }) => app)).toEqual([prod, china]);
    expect(lists).toBe(2);
  });
});
