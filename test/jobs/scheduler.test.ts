// The guarded scheduler: what it refuses, what it survives, when it runs, and that all who read a schedule read it alike.

import fc from 'fast-check';
import { scheduledJobs } from 'node-schedule';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { maintenanceOf, maintenanceSpans } from '../../src/alerting/maintenance.ts';
import { hour, minute, second, systemClock } from '../../src/clock.ts';
import { cronProblem } from '../../src/cron.ts';
import { newestRun, nextDigest } from '../../src/jobs/digest-run.ts';
import { createScheduler, type Scheduler } from '../../src/jobs/scheduler.ts';
import { silentLogger } from '../../src/logger.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { cronStrings } from '../support/cron-strings.ts';

const toFake = ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;

let scheduler: Scheduler;
const telemetry = createTelemetry();

beforeEach(() => {
  vi.useFakeTimers({ toFake: [...toFake], now: Date.parse('2026-11-22T08:00+08:00') });
  scheduler = createScheduler({ clock: systemClock, logger: silentLogger, telemetry });
});

afterEach(async () => {
  const stopped = scheduler.stop();
  await vi.advanceTimersByTimeAsync(10 * second);
  await stopped;
  vi.useRealTimers();
});

const job = (run: () => Promise<void>, over: { name?: string; cron?: string; zone?: string } = {}) => ({
  name: 'daily',
  cron: '0 9 * * *',
  zone: 'Asia/Taipei',
  run,
  ...over,
});

describe('a scheduler', () => {
  it('runs at the wall time of the zone', async () => {
    const runs: string[] = [];
    scheduler.add(job(async () => void runs.push(new Date().toISOString())));
    await vi.advanceTimersByTimeAsync(25 * hour);
    expect(runs.map((at) => at.slice(0, 19))).toEqual(['2026-11-22T01:00:00', '2026-11-23T01:00:00']);
  });

  it.each([
    ['an empty string', '', 'Asia/Taipei'],
    ['four fields', '0 9 * *', 'Asia/Taipei'],
    ['a minute that is none', '61 9 * * *', 'Asia/Taipei'],
    ['a date', '9 12 2027', 'Asia/Taipei'],
    ['a zone that is none', '0 9 * * *', 'Mars/Olympus'],
    ['no zone', '0 9 * * *', ''],
  ])('refuses %s in words', (_words, cron, zone) => {
    expect(() => scheduler.add(job(async () => {}, { cron, zone }))).toThrow(/schedule daily/);
  });

  it('refuses a second job of the same name', () => {
    scheduler.add(job(async () => {}));
    expect(() => scheduler.add(job(async () => {}))).toThrow(/two schedules/);
  });

  it('survives a run that throws and runs again', async () => {
    let runs = 0;
    scheduler.add(
      job(
        async () => {
          runs += 1;
          throw new Error('no');
        },
        { cron: '* * * * *' },
      ),
    );
    await vi.advanceTimersByTimeAsync(3 * minute);
    expect(runs).toBe(3);
    expect(await telemetry.text()).toContain('imstats_job_failures_total{job="schedule"} 3');
  });

  it('does not start a run while the one before it is going', async () => {
    let runs = 0;
    const slow = async (): Promise<void> => {
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, 150 * second));
    };
    scheduler.add(job(slow, { cron: '* * * * *' }));
    await vi.advanceTimersByTimeAsync(4 * minute);
    expect(runs).toBe(2);
  });

  it('drops the burst of runs that a jump of the clock brings', async () => {
    let runs = 0;
    const count = async (): Promise<void> => {
      runs += 1;
    };
    scheduler.add(job(count, { cron: '* * * * *' }));
    await vi.advanceTimersByTimeAsync(2 * minute);
    vi.setSystemTime(Date.now() + hour);
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(runs).toBeLessThanOrEqual(7);
  });

  it('runs nothing after its stop', async () => {
    let runs = 0;
    const count = async (): Promise<void> => {
      runs += 1;
    };
    scheduler.add(job(count, { cron: '* * * * *' }));
    await scheduler.stop();
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(runs).toBe(0);
  });
});

describe('a schedule', () => {
  const zones = fc.constantFrom('Asia/Taipei', 'UTC', 'Asia/Kolkata', 'Asia/Shanghai', 'America/Bogota');
  const instants = fc.integer({ min: Date.parse('2024-01-01T00:00Z'), max: Date.parse('2032-01-01T00:00Z') });
  const rule = { id: 'memory-low', app: 'prod' };

  const messageOf = (work: () => unknown): string => {
    try {
      work();
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : 'not an error';
    }
  };

  it('is understood alike, or refused with one reason, by the check, the scheduler, digests and maintenance', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(cronStrings, zones, instants, (cron, timezone, now) => {
        vi.setSystemTime(now);
        const own = createScheduler({ clock: systemClock, logger: silentLogger, telemetry });
        const digest = { id: 'daily', channel: 'C0OPS', cron, timezone, period: 'day', apps: ['prod'] } as const;
        const window = { id: 'night', cron, timezone, duration: minute, apps: [], rules: [] };
        const before = new Set(Object.keys(scheduledJobs));
        const problem = cronProblem(cron, timezone);
        const refusals = [
          () => own.add({ name: 'it', cron, zone: timezone, run: async () => {} }),
          () => nextDigest(digest, now),
          () => newestRun(digest, now),
          () => maintenanceOf(rule, [window], now),
        ].map(messageOf);
        if (problem !== undefined) {
          seen.refused += 1;
          for (const refusal of refusals) expect(refusal).toContain(problem);
          return;
        }
        seen.accepted += 1;
        expect(refusals).toEqual(['', '', '', '']);
        const added = Object.keys(scheduledJobs).find((name) => !before.has(name));
        const fires = scheduledJobs[added ?? '']?.nextInvocation()?.getTime();
        const due = nextDigest(digest, now);
        expect(fires).toBe(due);
        expect(newestRun(digest, due).dueAt).toBe(due);
        expect(newestRun(digest, due - 1).dueAt).toBeLessThanOrEqual(now);
        expect(maintenanceOf(rule, [window], due)?.until).toBe(due + minute);
        expect(maintenanceSpans(rule, [window], { from: now + minute, to: due }).map(({ from }) => from)).toEqual([
          due,
        ]);
        void own.stop();
      }),
      { numRuns: 2_000 },
    );
    expect(seen.accepted).toBeGreaterThan(700);
    expect(seen.refused).toBeGreaterThan(300);
  });
});
