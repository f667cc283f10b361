// What one poll and one event read and write.
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alerting/events.ts';
import { day, hour, minute, second } from '../../src/clock.ts';
import { advanceAlert } from '../../src/jobs/advance-alert.ts';
import { evaluateRules, measureRule, withHoursKept } from '../../src/jobs/evaluate-rules.ts';
import { silentLogger } from '../../src/logger.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { memoryRule, prod } from './job-harness.ts';

const start = Date.parse('2026-11-22T03:00:00+08:00');
const rule = memoryRule();
const ruleIndex = { rules: new Map([[rule.id, rule]]), apps: new Map([[prod.id, prod]]) };

/** The store with a list of what is called of alerts, samples and transactions, within transactions as well. */
function watched(store: Store, calls: string[]): Store {
  const listed =
    <Given extends unknown[], Result>(name: string, call: (...given: Given) => Result) =>
    (...given: Given): Result => {
      calls.push(name);
      return call(...given);
    };
  const { alerts, samples } = store;
  return {
    ...store,
    alerts: {
      ...alerts,
      get: listed('get', alerts.get),
      all: listed('all', alerts.all),
      save: listed('save', alerts.save),
      incidents: listed('incidents', alerts.incidents),
    },
    samples: { ...samples, read: listed('read', samples.read) },
    transaction: async (work) => {
      calls.push('transaction');
      return store.transaction((tx) => work(watched(tx, calls)));
    },
  };
}

async function createStore() {
  const calls: string[] = [];
  const store = await openSqlite(':memory:', { clock: createFakeClock(start), logger: silentLogger });
  const deps = { store: watched(store, calls), windows: undefined, ruleIndex, logger: silentLogger };
  const poll = async (after: number, ratio: number) => {
    calls.length = 0;
    const at = start + after;
    const health = { app: prod.id, lastTriedAt: at, lastGoodAt: at, failures: 0 };
    return evaluateRules([rule], { app: prod, at, values: { 'memory.free_ratio': ratio }, health }, deps);
  };
  const send = async (event: AlertEvent) => {
    calls.length = 0;
    return advanceAlert({ rule, app: prod, event, context: {} }, deps);
  };
  return { store, calls, poll, send };
}

describe('a poll', () => {
  it('opens one transaction, and reads what only notifications show when there is one', async () => {
    const { calls, poll, store } = await createStore();
    await poll(0, 0.5);
    expect(calls).toEqual(['transaction', 'get', 'save']);
    expect((await poll(minute, 0.1))?.[0]).toMatchObject({ isSaved: true, rows: 2 });
    expect(calls).toEqual(['transaction', 'get', 'incidents', 'read', 'read', 'all', 'save']);
    // Not before 10 s have passed may the root be edited.
    expect((await poll(minute + 5 * second, 0.09))?.[0]).toMatchObject({ isSaved: true, rows: 0 });
    expect(calls).toEqual(['transaction', 'get', 'save']);
    await store.close();
  });

  it('that is older than the newest changes no alert', async () => {
    const { calls, poll, store } = await createStore();
    await poll(minute, 0.5);
    expect((await poll(30 * second, 0.1))?.[0]).toMatchObject({ isSaved: false, rows: 0 });
    expect(calls).toEqual(['transaction', 'get']);
    await store.close();
  });
});

describe('a tick', () => {
  it('that changes nothing costs one read and no transaction', async () => {
    const { calls, poll, send, store } = await createStore();
    await poll(0, 0.1);
    await send({ type: 'tick', at: start + 5 * second });
    expect(calls).toEqual(['get']);
    await store.close();
  });

  it('compares a sample that came too soon with the root once', async () => {
    const { calls, poll, send, store } = await createStore();
    await poll(0, 0.1);
    await poll(5 * second, 0.1);
    expect(await send({ type: 'tick', at: start + 10 * second })).toMatchObject({ isSaved: true, rows: 0 });
    expect(calls).toContain('incidents');
    expect(await send({ type: 'tick', at: start + 15 * second })).toMatchObject({ isSaved: false, rows: 0 });
    expect(calls).toEqual(['get']);
    await store.close();
  });
});

describe('an alert that is changed in between', () => {
  it('is read again, and the event is applied to what it is then', async () => {
    const { store, poll } = await createStore();
    await poll(0, 0.1);
    let isFirst = true;
    const racing: Store = {
      ...store,
      transaction: async (work) => {
        if (isFirst) {
          isFirst = false;
          const alert = await store.alerts.get(rule.id);
          if (alert !== undefined) await store.alerts.save(alert);
        }
        return store.transaction(work);
      },
    };
    const event = { type: 'user', action: 'acknowledge', who: 'U0BOB', at: start + second } as const;
    const deps = { store: racing, windows: undefined, ruleIndex };
    const advanced = await advanceAlert({ rule, app: prod, event, context: {} }, deps);
    expect(advanced).toMatchObject({ isSaved: true, isRefused: false, state: { response: { as: 'acknowledged' } } });
    expect((await store.alerts.get(rule.id))?.rev).toBe(3);
    await store.close();
  });
});

describe('a rule that fails', () => {
  it('is counted as not judged: the poll and the other rules are saved all the same', async () => {
    const broken = memoryRule({ id: 'broken', kind: 'forecast', options: { reaches: Number.NaN } });
    const failures: string[] = [];
    const clock = createFakeClock(start);
    const store = await openSqlite(':memory:', { clock, logger: silentLogger });
    const rules = [broken, rule];
    const index = { rules: new Map(rules.map((one) => [one.id, one])), apps: new Map([[prod.id, prod]]) };
    const failing: Store['samples']['read'] = async () => {
      throw new RangeError('no such bucket');
    };
    const deps = {
      store: { ...store, samples: { ...store.samples, read: failing } },
      windows: undefined,
      ruleIndex: index,
      logger: { error: (message: string) => failures.push(message) },
    };
    const health = { app: prod.id, lastTriedAt: start, lastGoodAt: start, failures: 0 };
    const polled = { app: prod, at: start, values: { 'memory.free_ratio': 0.1 }, health };
    const evaluated = await evaluateRules(rules, polled, deps);
    expect(evaluated?.map((one) => [one.rule.id, one.state.machine.unjudged?.because])).toEqual([
      ['broken', 'failed'],
      ['memory-low', undefined],
    ]);
    expect(failures).toEqual(['rule not evaluated']);
    expect((await store.samples.latest(prod.id))?.values).toEqual({ 'memory.free_ratio': 0.1 });
    await store.close();
  });

  it('is noted as well when it fails while its alert is decided', async () => {
    const failures: string[] = [];
    const store = await openSqlite(':memory:', { clock: createFakeClock(start), logger: silentLogger });
    const rules = [memoryRule({ id: 'broken' }), rule];
    const index = { rules: new Map(rules.map((one) => [one.id, one])), apps: new Map([[prod.id, prod]]) };
    let isFirst = true;
    const failing: Store = {
      ...store,
      transaction: (work) =>
        store.transaction((tx) => {
          const get: Store['alerts']['get'] = async (id) => {
            if (id === 'broken' && isFirst) {
              isFirst = false;
              throw new TypeError('a state that its rule cannot read');
            }
            return tx.alerts.get(id);
          };
          return work({ ...tx, alerts: { ...tx.alerts, get } });
        }),
    };
    const logger = { error: (message: string) => failures.push(message) };
    const deps = { store: failing, windows: undefined, ruleIndex: index, logger };
    const poll = (at: number) => {
      const health = { app: prod.id, lastTriedAt: at, lastGoodAt: at, failures: 0 };
      return evaluateRules(rules, { app: prod, at, values: { 'memory.free_ratio': 0.1 }, health }, deps);
    };
    expect((await poll(start))?.map((one) => [one.rule.id, one.state.machine.unjudged?.because])).toEqual([
      ['broken', 'failed'],
      ['memory-low', undefined],
    ]);
    expect(failures).toEqual(['rule not evaluated']);
    expect((await store.samples.latest(prod.id))?.at).toBe(start);
    expect((await poll(start + 60_000))?.map((one) => one.rule.id)).toEqual(['broken', 'memory-low']);
    await store.close();
  });
});

describe('the hours that a rule learns from', () => {
  it('are read once an hour, and again where reading failed', async () => {
    const { store } = await createStore();
    const asked: string[] = [];
    let isDown = false;
    const read: Store['samples']['read'] = (...of) => {
      asked.push(of[2]);
      return isDown ? Promise.reject(new Error('The disk is away.')) : store.samples.read(...of);
    };
    const kept = withHoursKept({ ...store, samples: { ...store.samples, read } });
    const measure = async (at: number): Promise<void> => {
      const usual = memoryRule({ id: 'usual', kind: 'baseline', metric: 'connections.peak', direction: 'above' });
      const health = { app: prod.id, lastTriedAt: at, lastGoodAt: at, failures: 0 };
      await measureRule(
        usual,
        { app: prod, at, values: { 'connections.peak': 5 }, health },
        { store: kept, windows: undefined },
      );
    };
    await measure(start + minute);
    await measure(start + 59 * minute);
    expect(asked).toEqual(['hours']);
    isDown = true;
    await expect(measure(start + hour)).rejects.toThrow('The disk is away.');
    isDown = false;
    await measure(start + hour + minute);
    await measure(start + hour + 2 * minute);
    expect(asked).toHaveLength(3);
    // Every other reading is of now.
    await kept.samples.read(prod.id, 'connections.peak', 'raw', start, start + hour);
    await kept.samples.read(prod.id, 'connections.peak', 'raw', start, start + hour);
    expect(asked).toHaveLength(5);
  });

  it('that the platform counts are read once too, but for the newest, of which one may have been counted since', async () => {
    const { store } = await createStore();
    const asked: string[] = [];
    const buckets: Store['hourly']['buckets'] = async (_app, _metric, from, to) => {
      asked.push(to - from > day ? 'learned' : 'newest');
      return [];
    };
    const kept = withHoursKept({ ...store, hourly: { ...store.hourly, buckets } });
    const options = { unusual: 'both', byHour: true };
    const odd = memoryRule({ id: 'odd', kind: 'baseline', metric: 'messages.sent', direction: 'above', options });
    for (const at of [start + minute, start + 2 * minute]) {
      const health = { app: prod.id, lastTriedAt: at, lastGoodAt: at, failures: 0 };
      const polled = { app: prod, at, values: { 'messages.sent': 5 }, health };
      expect((await measureRule(odd, polled, { store: kept, windows: undefined })).state).toBe('learning');
    }
    expect(asked).toEqual(['learned', 'newest', 'newest']);
  });
});
