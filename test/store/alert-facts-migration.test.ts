// Alerts from before facts: every old sentence reads as it did, every incident goes on to its end, and a failure in the middle changes nothing.
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { concludeStep, step } from '../../src/alerting/advance.ts';
import type { AlertEvent } from '../../src/alerting/events.ts';
import { storedRule } from '../../src/alerting/rule-change.ts';
import { AlertState, isOpen } from '../../src/alerting/state.ts';
import { hour } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { messageWithFacts, stateWithFacts, WordedState } from '../../src/store/alert-facts-migration.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { inEnglish } from '../support/in-english.ts';
import { copyWitness, witness } from './witness-bot.ts';

const { now } = witness.subjects;
const folders: string[] = [];
const stores: Store[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function copy(): string {
  const { folder, file } = copyWitness();
  folders.push(folder);
  return file;
}

async function open(path: string): Promise<Store> {
  const store = await openStore(
    { kind: 'sqlite', path },
    { clock: createFakeClock(now), logger: silentLogger, owner: 'reader' },
  );
  stores.push(store);
  return store;
}

type Row = Readonly<Record<string, unknown>>;

/** Rows as they stand in the file. */
function rows(file: string, query: string): Row[] {
  const database = new DatabaseSync(file);
  try {
    return database
      .prepare(query)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

/** Reports have words of their own, which are not looked at here. */
const isOfAlert = (column: string): string => `json_extract(${column}, '$.kind') in ('alert', 'line', 'pager')`;

const json = (value: unknown): unknown => JSON.parse(String(value));

describe('the words of the version before', () => {
  it('read as they did, in what waits, in what is shown and in the history', async () => {
    const file = copy();
    const queries = {
      messages: `select id, message as facts from outbox where ${isOfAlert('message')} order by id`,
      roots: `select stream as id, shown as facts from root where ${isOfAlert('shown')} order by stream`,
    };
    const before = Object.values(queries).map((query) => rows(file, query));
    const events = 'select incident, seq, words from incident_event order by incident, seq';
    const said = rows(file, events).map(({ words }) => words);
    expect(said.length).toBeGreaterThan(30);
    await open(file);
    for (const [index, query] of Object.values(queries).entries()) {
      const after = rows(file, query).map(({ id, facts }) => ({ id, facts: inEnglish(json(facts)) }));
      const old = before[index]?.map(({ id, facts }) => ({ id, facts: json(facts) }));
      expect(old?.length).toBeGreaterThan(5);
      expect(after).toEqual(old);
    }
    expect(rows(file, events).map(({ words }) => inEnglish(json(words)))).toEqual(said);
  });

  it('become facts wherever they stand, beside fields that nobody knows', () => {
    const text = fc.string();
    const view = fc.record({ headline: text, lines: fc.array(text), extra: fc.nat() });
    const message = fc.oneof(
      fc.record({ kind: fc.constant('line' as const), text, about: text, extra: fc.nat() }),
      fc.record({ kind: fc.constantFrom('alert' as const, 'pager' as const), view, extra: fc.nat() }),
    );
    fc.assert(
      fc.property(message, (old) => {
        expect(inEnglish(messageWithFacts(old))).toEqual(old);
      }),
    );
    const last = { at: 1, value: 1, shown: 1, brief: 'a', words: ['b'], mood: 'calm' };
    const state = WordedState.parse({
      machine: { last, stale: { since: 1, why: 'c' }, condition: 'firing' },
      response: { as: 'open' },
      notification: { rootText: 'd', seq: 3 },
      extra: true,
    });
    expect(inEnglish(stateWithFacts(state))).toEqual({ ...state, notification: { seq: 3 } });
  });
});

/** A sample on the good side of every limit. */
function clear(rule: { readonly direction: 'below' | 'above' }, at: number): AlertEvent {
  const value = rule.direction === 'below' ? 1e15 : 0;
  return { type: 'sample', at, measured: { state: 'measured', value, shown: value, words: [] } };
}

describe('an incident of the version before', () => {
  const rules = Object.entries(witness.facts.alerts).flatMap(([rule, { condition }]) =>
    condition === 'firing' || condition === 'recovering' ? [rule] : [],
  );

  it.each(rules)('goes on to its end, told from facts: %s', async (id) => {
    const store = await open(copy());
    const state = (await store.alerts.get(id))?.state;
    const rule = state && storedRule(state.machine.ruleVersion);
    if (state === undefined || rule === undefined) throw new Error('The alert or its rule cannot be read.');
    expect(isOpen(state)).toBe(true);
    const app = { id: rule.app, name: 'Production chat', timezone: 'Asia/Taipei' };
    const kinds: string[] = [];
    let current = state;
    for (let at = now + rule.pollEvery; at < now + 3 * hour && isOpen(current); at += rule.pollEvery) {
      const event = clear(rule, at);
      const { state: after, effects } = step(current, event, rule, {});
      const advance = concludeStep({ before: current, after, effects, rule, app, event, history: [] });
      current = AlertState.parse(JSON.parse(JSON.stringify(advance.state)));
      const facts = JSON.stringify([advance.notifications.map(({ message }) => message), advance.history]);
      expect(facts).not.toContain('verbatim');
      kinds.push(...effects.map(({ kind }) => kind));
    }
    expect(current.machine.closed).toBe('recovered');
    expect(kinds.at(-1)).toBe('resolved');
  });
});

describe('a migration that ends in the middle', () => {
  it('leaves the file as it was, and runs whole the next time', async () => {
    const file = copy();
    const tables = ['alert', 'outbox', 'root', 'incident', 'incident_event', 'kysely_migration'];
    const contents = (): Row[][] => tables.map((table) => rows(file, `select * from ${table}`));
    const before = contents();
    const database = new DatabaseSync(file);
    // The history is rewritten last: by then everything else has been.
    database.exec(`create trigger stop before update on incident_event when new.seq > 1
      begin select raise(abort, 'stopped'); end`);
    await expect(open(file)).rejects.toThrow();
    expect(contents()).toEqual(before);
    database.exec('drop trigger stop');
    database.close();
    const store = await open(file);
    for (const { state } of await store.alerts.all()) expect(AlertState.safeParse(state).success).toBe(true);
    expect(contents()).not.toEqual(before);
  });
});
