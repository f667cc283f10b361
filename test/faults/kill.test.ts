// kill -9 of the real process at random moments: each incident has one root and one close, each digest one message, nothing waits.
import { expect, it } from 'vitest';
import { day, minute, systemClock } from '../../src/clock.ts';
import type { Workspace } from '../../src/demo/workspace/workspace.ts';
import { newestRun } from '../../src/jobs/digest-run.ts';
import { silentLogger } from '../../src/logger.ts';
import { beforeStart } from '../../src/store/digest-runs.ts';
import { openStore } from '../../src/store/index.ts';
import { formatInstant } from '../../src/time-zone.ts';
import { places } from './configuration.ts';
import { expectOnceEach, rootOf } from './delivery-assertions.ts';
import { type Life, openWard, pause, until, type Ward } from './process.ts';

/** A longer trial names more of them. */
const kills = Number(process.env['IMSTATS_KILLS'] ?? 24);
const wards = 6;
const zone = 'Asia/Taipei';

/** Give the seed of a run that failed to see the same choices again; what falls between them is up to the machine. */
const seed = Number(process.env['IMSTATS_KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Numbers from 0 to 1 that a seed fixes (mulberry32). */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const alerts = `  - id: memory-low
    app: prod
    metric: memory.free_ratio
    below: 15%
    clearAt: 20%
    for: 0s
    keepFiring: 1s
    critical: { below: 8%, clearAt: 12%, for: 0s }
    channel: ${places.alerts}
  - id: connections-high
    app: prod
    metric: connections.current
    above: 1800
    clearAt: 1600
    for: 0s
    keepFiring: 0s
    channel: ${places.fallback}
`;

const schedules = ['first', 'second', 'third', 'fourth'];

/** Digests that are due in this very minute, in one channel, so that they go out one after the other. */
function dueNow(cron: string): string {
  return schedules
    .map((id) => `  - id: ${id}\n    channel: ${places.digests}\n    schedule: "${cron}"\n    period: day\n`)
    .join('');
}

/** The runs of yesterday are known: a schedule without a past would begin tomorrow. */
async function rememberYesterday(ward: Ward, cron: string): Promise<void> {
  const now = systemClock.now();
  const store = await openStore(
    { kind: 'sqlite', path: ward.file },
    { clock: systemClock, logger: silentLogger, owner: 'past' },
  );
  for (const id of schedules) {
    const schedule = { id, channel: places.digests, cron, timezone: zone, period: 'day' as const, apps: ['prod'] };
    const { of, dueAt } = newestRun(schedule, now - day);
    await store.digests.claim(
      { schedule: id, period: of.key, dueAt, state: 'skipped', reason: beforeStart, finishedAt: dueAt },
      'past',
      now,
      minute,
    );
  }
  await store.close();
}

/** Moves the numbers of the platform as soon as what they mean was told, so that something happens in every life. */
function drive(ward: Ward, random: () => number): () => void {
  const { workspace, platforms } = ward;
  let goes = true;
  const told = (rule: string, isOver: boolean): boolean =>
    /Resolved after|Slack could not|It was over/.test(rootOf(workspace, rule)?.text ?? '') === isOver;
  const swing = async (rule: string, set: (isBad: boolean) => void): Promise<void> => {
    while (goes) {
      set(true);
      await until(() => !goes || (rootOf(workspace, rule) !== undefined && told(rule, false)), 20_000, rule).catch(
        () => {},
      );
      await pause(random() * 1_500);
      set(false);
      await until(() => !goes || told(rule, true), 20_000, rule).catch(() => {});
      await pause(random() * 500);
    }
    set(false);
  };
  void swing('memory-low', (isBad) =>
    platforms.controls.setFreeMemory({ ratio: isBad ? (random() < 0.5 ? 0.1 : 0.05) : 0.4 }),
  );
  void swing('connections-high', (isBad) => platforms.controls.setConnections(isBad ? 1_900 : 900));
  return () => {
    goes = false;
  };
}

/** Resolves at the moment to kill: while it starts, some time after, or right in or after one of the next things that Slack sees. */
async function momentToKill(life: Life, workspace: Workspace, random: () => number): Promise<string> {
  if (random() < 0.1) return pause(random() * 600).then(() => 'while it starts');
  await life.up;
  if (random() < 0.2) return pause(random() * 2_500).then(() => 'at any time');
  const type = random() < 0.6 ? (random() < 0.6 ? 'message' : 'changed') : 'call';
  const late = [0, 0, 0, 1, 3, 10, 30][Math.floor(random() * 7)] ?? 0;
  return eventToKill(workspace, { type, after: Math.ceil(random() * 3), late });
}

/** With no delay at all the bot is gone before it can hear that Slack has taken what it sent. */
function eventToKill(
  workspace: Workspace,
  { type, after, late }: { readonly type: string; readonly after: number; readonly late: number },
): Promise<string> {
  return new Promise((resolve) => {
    let seen = 0;
    const end = (moment: string): void => {
      stop();
      clearTimeout(timer);
      if (late === 0) resolve(moment);
      else setTimeout(() => resolve(moment), late);
    };
    const stop = workspace.on((event) => {
      if (event.type !== type) return;
      seen += 1;
      if (seen === after) end(late === 0 ? `in a ${type}` : `after a ${type}`);
    });
    const timer = setTimeout(() => end('when nothing happened'), 2_500);
  });
}

interface Tally {
  readonly moments: Record<string, number>;
  inFlight: number;
  /** Seconds until everything was told after the last kill. */
  settled: number;
  killed: number;
  incidents: number;
}

async function killAgainAndAgain(ward: Ward, count: number, random: () => number): Promise<Tally> {
  const tally: Tally = { moments: {}, inFlight: 0, settled: 0, killed: 0, incidents: 0 };
  const stop = drive(ward, random);
  const began = performance.now();
  for (let kill = 0; kill < count; kill += 1) {
    const life = ward.start();
    const moment = await momentToKill(life, ward.workspace, random);
    life.child.kill('SIGKILL');
    const { signal } = await life.ended;
    expect({ signal, said: life.complaint() }).toEqual({ signal: 'SIGKILL', said: '' });
    tally.moments[moment] = (tally.moments[moment] ?? 0) + 1;
    tally.inFlight += ward.rows("select id from outbox where state = 'sending' and lane = 'slack'").length > 0 ? 1 : 0;
  }
  stop();
  tally.killed = Math.round((performance.now() - began) / 1_000);
  return tally;
}

/** The last life is left alone until everything is over and told, and is then asked to go. */
async function settleDown(ward: Ward): Promise<number> {
  const began = performance.now();
  const life = ward.start();
  await life.up;
  const open = `select (select count(*) from incident where closed_at is null) + (select count(*) from outbox where unfinished = 1)
    + (select count(*) from digest_run where state not in ('sent', 'skipped')) as left`;
  await until(() => ward.rows(open)[0]?.['left'] === 0, 90_000, 'everything to be told');
  life.child.kill('SIGTERM');
  expect(await life.ended).toMatchObject({ code: 0 });
  return Math.round((performance.now() - began) / 1_000);
}

it(`${kills} kills: nothing is lost and nothing is doubled`, async () => {
  process.stdout.write(`IMSTATS_KILL_SEED=${seed}\n`);
  const undo: (() => unknown)[] = [];
  try {
    const share = async (number: number): Promise<Tally> => {
      const random = createRandom(seed + number);
      const cron = formatInstant(systemClock.now(), zone, "m H '* * *'");
      const ward = await openWard(undo, {
        pollEvery: '1s',
        timezone: zone,
        alerts,
        digests: dueNow(cron),
        charts: number === 0 ? '[image, text]' : '[text]',
      });
      await rememberYesterday(ward, cron);
      const tally = await killAgainAndAgain(ward, Math.floor((kills + number) / wards), random);
      const settled = await settleDown(ward);
      expectOnceEach(ward.workspace, ward);
      expect(ward.rows("select schedule from digest_run where state = 'sent'")).toHaveLength(schedules.length);
      return { ...tally, settled, incidents: ward.rows('select id from incident').length };
    };
    const tallies = await Promise.all(Array.from({ length: wards }, (_, number) => share(number)));
    process.stdout.write(`${JSON.stringify(tallies)}\n`);
    const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
    // The moments were worth something: incidents came and went, and kills met messages on their way.
    expect(sum(({ incidents }) => incidents)).toBeGreaterThanOrEqual(wards * 2);
    expect(sum(({ inFlight }) => inFlight)).toBeGreaterThanOrEqual(kills / 10);
  } finally {
    for (const one of undo.reverse()) await one();
  }
}, 240_000);
