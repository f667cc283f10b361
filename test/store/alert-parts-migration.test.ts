// Alerts of the version before: every value of a flat state is found again in its three parts, in every condition.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { AlertState } from '../../src/alerting/state.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { stateWithFacts, WordedState } from '../../src/store/alert-facts-migration.ts';
import { type FlatAlertState, renamedKinds, splitAlertState } from '../../src/store/alert-parts-migration.ts';
import { openStore } from '../../src/store/index.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** A state that was never measured, and one in the middle of an incident. */
const inactive: FlatAlertState = {
  condition: 'inactive',
  since: {},
  recoverBy: 'clear',
  handling: { as: 'open' },
  repeatIndex: 0,
  summoned: false,
  flaps: [],
  flapping: false,
  keepMultiplier: 1,
  cold: false,
  needsClear: false,
  ruleVersion: '{}',
  seq: 0,
  paged: false,
  repeats: 0,
};
const firing: FlatAlertState = {
  ...inactive,
  condition: 'firing',
  level: 'critical',
  worst: 'critical',
  since: { warning: 1, critical: 2 },
  lastAt: 9,
  last: { at: 9, value: 0.05, shown: 0.05, whole: 8, words: ['Falling.'] },
  extreme: { at: 8, value: 0.04, shown: 0.04 },
  incident: 'memory-low@3',
  openedAt: 3,
  begunAt: 1,
  firedAt: 3,
  heldSince: 2,
  told: 'critical',
  toldAt: 3,
  lastNoteAt: 7,
  seq: 5,
  stream: 'memory-low@3',
  channel: 'C0OPS',
  paged: true,
  rootText: 'Critical',
  editAfter: 12,
  repeats: 2,
};

const rows: readonly (readonly [string, FlatAlertState, object])[] = [
  ['inactive', inactive, { machine: { condition: 'inactive' }, response: { as: 'open' }, notification: { seq: 0 } }],
  [
    'pending',
    { ...inactive, condition: 'pending', since: { warning: 4 }, cold: true },
    { machine: { condition: 'pending', since: { warning: 4 }, awaitingFirstSample: true } },
  ],
  [
    'firing',
    firing,
    {
      machine: { level: 'critical', worstLevel: 'critical', worst: { shown: 0.04 }, crossedAt: 1, heldSince: 2 },
      notification: { notifiedLevel: 'critical', notifiedAt: 3, lastNotificationAt: 7, paged: true, repeats: 2 },
    },
  ],
  [
    'firing and suppressed',
    { ...firing, told: undefined, toldAt: undefined, lastNoteAt: undefined },
    { machine: { condition: 'firing' }, notification: { channel: 'C0OPS' } },
  ],
  [
    'recovering',
    { ...firing, condition: 'recovering', recoverSince: 10, recoverBy: 'unhit', easeSince: 9 },
    { machine: { condition: 'recovering', recoverSince: 10, recoverBy: 'unhit', criticalClearSince: 9 } },
  ],
  [
    'acknowledged',
    { ...firing, handling: { as: 'acknowledged', by: 'U1', at: 5, until: 99, remindedAt: 98 }, acknowledgedBy: 'U1' },
    { response: { as: 'acknowledged', by: 'U1', at: 5, until: 99, remindedAt: 98, acknowledgedBy: 'U1' } },
  ],
  [
    'open again after an acknowledgement',
    { ...firing, acknowledgedBy: 'U1', summoned: true, repeatIndex: 3 },
    { response: { as: 'open', acknowledgedBy: 'U1' }, notification: { escalatedToOthers: true, repeatIndex: 3 } },
  ],
  [
    'silenced',
    { ...firing, handling: { as: 'silenced', by: 'U2', at: 5, until: 99, level: 'warning' } },
    { response: { as: 'silenced', by: 'U2', at: 5, until: 99, level: 'warning' } },
  ],
  [
    'flapping',
    { ...firing, flapping: true, flaps: [{ at: 4, calm: 2 }], keepMultiplier: 1.5 },
    { machine: { flapping: true, flaps: [{ at: 4, calm: 2 }], keepMultiplier: 1.5 } },
  ],
  ['not measured', { ...firing, stale: { since: 9, why: 'HTTP 503' } }, { machine: { stale: { since: 9 } } }],
  [
    'in a storm',
    { ...firing, stream: 'storm@C0OPS@3' },
    { notification: { stream: 'storm@C0OPS@3' }, machine: { incident: 'memory-low@3' } },
  ],
  [
    'closed by hand',
    { ...firing, condition: 'inactive', level: undefined, closedAt: 20, closed: 'manual', needsClear: true },
    { machine: { condition: 'inactive', closedAt: 20, closed: 'manual', needsClear: true } },
  ],
];

/** The state as the step after this one leaves it. */
const withFacts = (flat: FlatAlertState): object =>
  asStored(stateWithFacts(WordedState.parse(asStored(splitAlertState(flat)))));

describe('a flat state in three parts', () => {
  it.each(rows)('%s', (_name, flat, parts) => {
    expect(AlertState.parse(withFacts(flat))).toMatchObject(parts);
  });

  it('holds every value of any state, and nothing else', () => {
    fc.assert(
      fc.property(anyFlat, (flat) => {
        expect(AlertState.parse(withFacts(flat))).toEqual(withFacts(flat));
        const { machine, response, notification } = splitAlertState(flat);
        const { acknowledgedBy, ...handling } = response;
        const values = { ...machine, ...notification, acknowledgedBy, handling };
        const renamed = Object.entries(values).map(([name, value]) => [flatNames[name] ?? name, value]);
        expect(asStored(Object.fromEntries(renamed))).toEqual(asStored(flat));
      }),
    );
  });
});

/** The names that are not the same in both shapes. */
const flatNames: Readonly<Record<string, string>> = {
  criticalClearSince: 'easeSince',
  worst: 'extreme',
  worstLevel: 'worst',
  crossedAt: 'begunAt',
  awaitingFirstSample: 'cold',
  notifiedLevel: 'told',
  notifiedAt: 'toldAt',
  lastNotificationAt: 'lastNoteAt',
  escalatedToOthers: 'summoned',
};

function asStored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

const someTime = fc.option(fc.integer({ min: 0, max: 2 ** 45 }), { nil: undefined });
const sometime = fc.integer({ min: 0, max: 2 ** 45 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0);
const text = fc.option(fc.string(), { nil: undefined });
const anyLevel = fc.option(fc.constantFrom('warning' as const, 'critical' as const), { nil: undefined });
const person = { by: fc.string(), at: sometime, until: sometime };
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const anyFlat: fc.Arbitrary<FlatAlertState> = fc.record({
  condition: fc.constantFrom('inactive', 'pending', 'firing', 'recovering'),
  level: anyLevel,
  since: fc.record({ warning: someTime, critical: someTime }),
  recoverSince: someTime,
  easeSince: someTime,
  recoverBy: fc.constantFrom('clear', 'unhit'),
  lastAt: someTime,
  last: optional(
    fc.record({
      at: sometime,
      value: number,
      shown: number,
      since: someTime,
      whole: optional(number),
      brief: text,
      words: fc.array(fc.string()),
    }),
  ),
  extreme: optional(fc.record({ at: sometime, value: number, shown: number })),
  incident: text,
  worst: anyLevel,
  openedAt: someTime,
  begunAt: someTime,
  firedAt: someTime,
  heldSince: someTime,
  handling: fc.oneof(
    fc.record({ as: fc.constant('open' as const) }),
    fc.record({ as: fc.constant('acknowledged' as const), ...person, remindedAt: someTime }),
    fc.record({ as: fc.constant('silenced' as const), ...person, level: anyLevel }),
  ),
  acknowledgedBy: text,
  repeatIndex: fc.nat(),
  lastNoteAt: someTime,
  told: anyLevel,
  toldAt: someTime,
  summoned: fc.boolean(),
  flaps: fc.array(fc.record({ at: sometime, calm: fc.nat() })),
  flapping: fc.boolean(),
  keepMultiplier: number,
  changedAt: someTime,
  closedAt: someTime,
  closed: optional(fc.constantFrom('recovered', 'unknown', 'rule_removed', 'paused', 'manual')),
  calmSince: someTime,
  stale: optional(fc.record({ since: sometime, why: text })),
  cold: fc.boolean(),
  bootAt: someTime,
  needsClear: fc.boolean(),
  ruleVersion: fc.string(),
  seq: fc.nat(),
  stream: text,
  channel: text,
  paged: fc.boolean(),
  rootText: text,
  editAfter: someTime,
  repeats: fc.nat(),
});

describe('a store of the version before', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  /** A copy of the witness with what `write` does to it before this version opens it. */
  function copy(write: (database: DatabaseSync) => void): string {
    const folder = mkdtempSync(join(tmpdir(), 'imstats-parts-'));
    folders.push(folder);
    const file = join(folder, 'witness.db');
    copyFileSync(join(import.meta.dirname, 'fixtures', 'witness.db'), file);
    const database = new DatabaseSync(file);
    write(database);
    database.close();
    return file;
  }

  const open = (path: string) =>
    openStore({ kind: 'sqlite', path }, { clock: createFakeClock(0), logger: silentLogger, owner: 'reader' });

  it('gets the new names of effects in its history and in what waits to be sent', async () => {
    const kinds = Object.entries(renamedKinds);
    const file = copy((database) => {
      const event = database.prepare("insert into incident_event values ('x@1', ?, 1, ?, 'words', null)");
      const row = database.prepare(
        `insert into outbox (key, stream, lane, seq, channel, operation, broadcast, message, created_at, state, unfinished,
          not_before, waiting_since, attempts)
          values (?, 'x@1', 'slack', ?, 'C1', 'reply', 0, ?, 1, 'pending', 1, 1, 1, 0)`,
      );
      for (const [seq, [old]] of kinds.entries()) {
        event.run(seq, old);
        const message = { kind: 'line', text: `not "about":"${old}"`, mentions: [], about: old };
        row.run(`x@1:${seq}`, seq, JSON.stringify(message));
      }
    });
    const store = await open(file);
    expect((await store.alerts.events('x@1')).map(({ kind }) => kind)).toEqual(kinds.map(([, kind]) => kind));
    const waiting = await store.outbox.waiting('x@1');
    expect(waiting.map(({ message }) => message)).toEqual(
      kinds.map(([old, kind]) => ({ kind: 'line', text: verbatim(`not "about":"${old}"`), mentions: [], about: kind })),
    );
    await store.close();
  });

  it('sets aside an alert that cannot be read, and converts the others', async () => {
    const file = copy((database) => {
      database.exec("update alert set state = '{' where rule = 'prod-warning'");
    });
    const whole = await open(copy(() => undefined));
    const rules = (await whole.alerts.all()).map(({ rule }) => rule);
    await whole.close();
    const store = await open(file);
    const kept = (await store.alerts.all()).map(({ rule }) => rule);
    expect(kept).toEqual(rules.filter((rule) => rule !== 'prod-warning'));
    expect((await store.outbox.status()).unreadable).toBe(1);
    await store.close();
  });
});
