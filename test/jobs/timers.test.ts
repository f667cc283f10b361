// The one timer of all polls: intervals, no overlap, and no trouble that spreads.
import { describe, expect, it } from 'vitest';
import { type Duration, hour, minute, second } from '../../src/clock.ts';
import { createIntervalRunner, type IntervalResult, type IntervalTask } from '../../src/jobs/timers.ts';
import { silentLogger } from '../../src/logger.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const depsOf = (clock: FakeClock) => ({
  clock,
  logger: silentLogger,
  telemetry: createTelemetry(),
  random: () => 0.5,
  name: 'test',
});

/** Counts its runs; each lasts `takes` ms of the clock. */
function item(
  clock: FakeClock,
  id: string,
  over: { every?: Duration; takes?: Duration; result?: Partial<IntervalResult> } = {},
) {
  const { every = minute, takes = 0 } = over;
  const starts: number[] = [];
  let running = 0;
  let overlaps = 0;
  const ticking: IntervalTask = {
    id,
    every,
    run: async () => {
      starts.push(clock.now());
      running += 1;
      if (running > 1) overlaps += 1;
      if (takes > 0) await new Promise<void>((resolve) => clock.after(takes, resolve));
      running -= 1;
      return { failing: false, every, ...over.result };
    },
  };
  return { ticking, starts, overlaps: () => overlaps };
}

describe('a ticker', () => {
  it('runs each item on its own interval, without drift', async () => {
    const clock = createFakeClock(1_000_000);
    const fast = item(clock, 'fast', { every: second });
    const slow = item(clock, 'slow', { every: minute, takes: 5 * second });
    createIntervalRunner([fast.ticking, slow.ticking], depsOf(clock)).start();
    await clock.advance(2 * minute);
    expect(fast.starts.length).toBe(120);
    expect(slow.starts.map((at) => at - (slow.starts[0] ?? 0))).toEqual([0, minute]);
  });

  it('spreads the first runs by chance, so that many apps are not asked in one moment', async () => {
    const clock = createFakeClock(1_000_000);
    let chance = 0;
    const random = (): number => {
      chance = (chance + 0.37) % 1;
      return chance;
    };
    const items = Array.from({ length: 200 }, (_, index) => item(clock, `app-${index}`));
    createIntervalRunner(
      items.map(({ ticking }) => ticking),
      { ...depsOf(clock), random },
    ).start();
    await clock.advance(4 * second);
    const firsts = items.map(({ starts }) => starts[0] ?? Number.NaN);
    expect(firsts.every((at) => at < 1_000_000 + 4 * second)).toBe(true);
    const busiest = Math.max(
      ...[...Map.groupBy(firsts, (at) => Math.floor(at / 500)).values()].map((one) => one.length),
    );
    expect(busiest).toBeLessThanOrEqual(30);
  });

  it('never runs an item twice at once, and goes on with its own rhythm after a slow run', async () => {
    const clock = createFakeClock(1_000_000);
    const busy = item(clock, 'busy', { every: 10 * second, takes: 25 * second });
    createIntervalRunner([busy.ticking], depsOf(clock)).start();
    await clock.advance(95 * second);
    expect(busy.overlaps()).toBe(0);
    expect(busy.starts.map((at) => at - (busy.starts[0] ?? 0))).toEqual([0, 30, 60, 90].map((one) => one * second));
  });

  it('asks less often when a run says so', async () => {
    const clock = createFakeClock(1_000_000);
    const broken = item(clock, 'broken', { every: second, result: { failing: true, every: minute } });
    createIntervalRunner([broken.ticking], depsOf(clock)).start();
    await clock.advance(5 * minute);
    expect(broken.starts.length).toBe(5);
  });

  it('keeps a thousand apps on time while a hundred and fifty of them hang', async () => {
    const clock = createFakeClock(1_000_000);
    const hung = Array.from({ length: 150 }, (_, index) =>
      item(clock, `hung${index}`, { takes: 30 * second, result: { failing: true } }),
    );
    const well = Array.from({ length: 850 }, (_, index) => item(clock, `well${index}`));
    createIntervalRunner(
      [...hung, ...well].map(({ ticking }) => ticking),
      depsOf(clock),
    ).start();
    await clock.advance(5 * minute);
    const gaps = well.flatMap(({ starts }) => starts.slice(2).map((at, index) => at - (starts[index + 1] ?? 0)));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(minute + 5 * second);
    expect(Math.min(...well.map(({ starts }) => starts.length))).toBeGreaterThanOrEqual(4);
  });

  it('goes on after an error, which is counted', async () => {
    const clock = createFakeClock(1_000_000);
    const deps = depsOf(clock);
    let runs = 0;
    const run = async (): Promise<IntervalResult> => {
      runs += 1;
      throw new Error('no');
    };
    createIntervalRunner([{ id: 'bad', every: second, run }], deps).start();
    await clock.advance(3 * second);
    expect(runs).toBe(3);
    expect(await deps.telemetry.text()).toContain('imstats_job_failures_total{job="test"} 3');
  });

  it.each([
    ['back', -hour],
    ['forward', hour],
  ])('goes on within one interval when the clock is set %s by an hour', async (_direction, by) => {
    const clock = createFakeClock(100 * hour);
    const one = item(clock, 'one', { every: minute });
    createIntervalRunner([one.ticking], depsOf(clock)).start();
    await clock.advance(90 * second);
    const before = one.starts.length;
    clock.jump(clock.now() + by);
    await clock.advance(2 * minute + Math.max(0, -by));
    expect(one.starts.length - before).toBeGreaterThanOrEqual(1);
    expect(one.starts.length - before).toBeLessThanOrEqual(63);
  });

  it('begins nothing after its stop, which waits for what runs', async () => {
    const clock = createFakeClock(1_000_000);
    const one = item(clock, 'one', { every: second, takes: 3 * second });
    const ticker = createIntervalRunner([one.ticking], depsOf(clock));
    ticker.start();
    await clock.advance(1.5 * second);
    let ended = false;
    const stopped = ticker.stop().then(() => {
      ended = true;
    });
    await clock.advance(second);
    expect(ended).toBe(false);
    await clock.advance(second);
    await stopped;
    const runs = one.starts.length;
    await clock.advance(minute);
    expect(one.starts.length).toBe(runs);
  });
});
