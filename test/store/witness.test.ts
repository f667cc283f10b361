// Holds every later version to a store that an earlier one left behind: it reads all of it, and goes on without a word.
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { minute, second } from '../../src/clock.ts';
import { silentLogger } from '../../src/logger.ts';
import { openStore } from '../../src/store/index.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { copyWitness, type Fact, type Facts, readStore, runWitness, witness } from './witness-bot.ts';

/** Long enough for two polls of every IMKit app, short enough that no repeat and no edit is due. */
const twoPolls = 75 * second;

const facts = witness.facts;

/**
 * The alert without what a mere measurement changes. `rootText` is the drawn text that versions before facts compared, `details`
 * are what only later ones store, and `mayEditAfter` moves when another version takes a root as it stands.
 */
function decided({ rev, newestAt, newestValue, extreme, rootText, details, mayEditAfter, ...rest }: Fact): Fact {
  return rest;
}

function mapFacts(all: Readonly<Record<string, Fact>>, pick: (fact: Fact) => Fact): Record<string, Fact> {
  return Object.fromEntries(Object.entries(all).map(([key, fact]) => [key, pick(fact)]));
}

const newKeys = (after: Facts): string[] => Object.keys(after.outbox.rows).filter((key) => !(key in facts.outbox.rows));

describe('the witness store', () => {
  it('is read whole, as it was left', async () => {
    const copy = copyWitness();
    try {
      const alerts = mapFacts(facts.alerts, ({ rootText, ...rest }) => rest);
      expect(await readStore(copy.file, witness.subjects.now)).toEqual({ ...facts, alerts });
    } finally {
      copy.remove();
    }
  });

  it('remembers what was sent, so that nothing is told twice', async () => {
    const copy = copyWitness();
    const clock = createFakeClock(witness.subjects.now);
    const at = { kind: 'sqlite', path: copy.file } as const;
    const store = await openStore(at, { clock, logger: silentLogger, owner: 'reader' });
    const now = clock.now();
    for (const { key, stream } of witness.sent) {
      const place = { key, stream, lane: 'picture', seq: 1, channel: 'C0OPS', operation: 'picture' } as const;
      const message = { kind: 'picture' } as const;
      const times = { causedAt: undefined, createdAt: now, notBefore: now };
      expect(await store.outbox.add({ ...place, message, ...times, broadcast: false })).toBe(false);
    }
    await store.close();
    copy.remove();
  });

  it('takes a digest as sent whose message was posted right before the process ended', async () => {
    const copy = copyWitness();
    const database = new DatabaseSync(copy.file);
    database.exec("update digest_run set state = 'queued', finished_at = null where period = '2026-04-13'");
    database.close();
    const [run] = (await readStore(copy.file, witness.subjects.now)).digestRuns['daily'] ?? [];
    expect(run).toMatchObject({ period: '2026-04-13', state: 'sent', finishedAt: expect.any(Number) });
    copy.remove();
  });

  it('gives back as doubtful what was being sent when the process ended', () => {
    expect(witness.leased.length).toBeGreaterThan(0);
    for (const key of witness.leased) expect(facts.outbox.rows[key]?.['state']).toBe('unknown');
  });
});

describe('a bot that starts on the witness store', () => {
  it('opens nothing, closes nothing and says nothing while no number changes', async () => {
    const after = await runWitness({ slack: 'down' }, ({ clock }) => clock.advance(twoPolls));
    expect(mapFacts(after.alerts, decided)).toEqual(mapFacts(facts.alerts, decided));
    expect(mapFacts(after.incidents, decided)).toEqual(mapFacts(facts.incidents, decided));
    expect(newKeys(after)).toEqual([]);
    // A row of a stream that nobody knew would only show here.
    expect(after.outbox.status.depth).toBe(Object.keys(after.outbox.rows).length);
    expect(after.outbox.dead).toEqual(facts.outbox.dead);
    expect(after.digestRuns).toEqual(facts.digestRuns);
    expect(stillOld(after)).toEqual(unmeasured);
  });

  it('says so when a number crosses its limit', async () => {
    const after = await runWitness({ slack: 'down' }, async ({ clock, numbers }) => {
      const own = numbers.get('prod');
      if (own !== undefined) numbers.set('prod', { ...own, memory: 0.05 });
      await clock.advance(twoPolls);
    });
    expect(after.alerts['prod-warning']).toMatchObject({ condition: 'firing', level: 'critical' });
    expect(newKeys(after).every((key) => key.startsWith('prod-warning@'))).toBe(true);
    expect(newKeys(after)).not.toEqual([]);
  });

  it('says so when the limits of a rule were changed', async () => {
    const rewrite = (text: string): string => text.replace('below: 15%', 'below: 14%');
    const after = await runWitness({ slack: 'down', rewrite }, ({ clock }) => clock.advance(twoPolls));
    expect(newKeys(after)).not.toEqual([]);
    expect(newKeys(after).every((key) => key.startsWith('prod-warning@'))).toBe(true);
  });

  it('tells everything that waited once Slack and the pager answer', async () => {
    const after = await runWitness({ slack: 'up' }, ({ clock }) => clock.advance(3 * minute));
    const waiting = Object.keys(facts.outbox.rows).filter((key) => key in after.outbox.rows);
    expect(waiting).toEqual([]);
    expect(after.outbox.dead).toEqual(facts.outbox.dead);
    const queued = Object.values(after.digestRuns).flat();
    expect(queued.filter(({ state }) => state !== 'sent' && state !== 'skipped')).toEqual([]);
  });
});

/** Alerts whose number does not come: their app is away, or its answer is without it. */
const unmeasured = ['edge-stale', 'lab-not-measured'];

/** Rules that were not measured since the store was made. The jmessage app is asked every ten minutes. */
function stillOld(after: Facts): string[] {
  return Object.entries(after.alerts)
    .filter(([rule, { newestAt }]) => newestAt === facts.alerts[rule]?.['newestAt'])
    .map(([rule]) => rule);
}
