// The guarded scheduler: what it refuses, what it survives, and when it runs.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hour, minute, second, systemClock } from '../../src/clock.ts';
import { createScheduler, type Scheduler } from '../../src/jobs/scheduler.ts';
import { silentLogger } from '../../src/logger.ts';
import { createTelemetry } from '../../src/telemetry.ts';

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
