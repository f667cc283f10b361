// Digests: once for each local date whatever happens, late and skipped in words, and missed when they do not come.
import { afterEach, describe, expect, it } from 'vitest';
import type { ImApp } from '../../src/app.ts';
import { minute, second } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { reportText } from '../../src/reports/plain-text.ts';
import { type WordedReport, wordReport } from '../../src/reports/word-report.ts';
import type { DigestSchedule } from '../../src/service-types.ts';
import { addDays } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';
import { inEnglish } from '../support/in-english.ts';
import { createFakePlatform, createWorld, prod, type World, type WorldOptions } from './job-harness.ts';
import { type Posted, unreachable } from './memory-slack.ts';

let world: World;

const daily: DigestSchedule = {
  id: 'daily',
  channel: 'C0DIGEST',
  cron: '0 9 * * *',
  timezone: 'Asia/Taipei',
  period: 'day',
  apps: ['prod'],
};

async function begin(start: string, options: WorldOptions = {}): Promise<World> {
  world = await createWorld({ start, schedules: [daily], rules: [], ...options });
  await world.start();
  return world;
}

afterEach(async () => {
  world.slack.fault = () => undefined;
  await world.end();
});

const at = (text: string): number => Date.parse(text);

/** Puts the clock to a moment, and gives everything that is then due two minutes. */
async function skipTo(text: string): Promise<void> {
  world.clock.jump(at(text));
  await world.clock.advance(2 * minute);
}

function sentDigests(): Posted[] {
  return world.slack.roots('C0DIGEST').filter(({ message }) => message.kind === 'report');
}

function reportOf(posted: Posted | undefined): WordedReport | undefined {
  return posted?.message.kind === 'report' ? wordReport(posted.message.report, englishWording) : undefined;
}

function textOf(report: WordedReport | undefined): string {
  return report === undefined ? '' : reportText(report);
}

const states = async (): Promise<string[]> =>
  (await world.store.digests.recent('daily', 10)).map(({ period, state }) => `${period} ${state}`);

describe('a digest', () => {
  it('goes out at its time, once, and covers the whole day before', async () => {
    await begin('2026-11-22T08:59:00+08:00');
    await world.clock.advance(3 * minute);
    await skipTo('2026-11-22T09:30:00+08:00');
    expect(sentDigests().map(({ key }) => key)).toEqual(['digest:daily:2026-11-21']);
    expect(sentDigests()[0]?.at).toBeLessThanOrEqual(at('2026-11-22T09:00:40+08:00'));
    expect(reportOf(sentDigests()[0])?.context).toBe('Daily digest, Saturday 21 Nov 2026, Asia/Taipei');
    expect(await states()).toContain('2026-11-21 sent');
  });

  it('is finished with the delivery of its message, without waiting for the next beat', async () => {
    await begin('2026-11-22T08:59:50+08:00');
    await world.clock.advance(32 * second);
    expect(sentDigests().length).toBe(1);
    const [run] = await world.store.digests.recent('daily', 1);
    expect(run).toMatchObject({ period: '2026-11-21', state: 'sent', finishedAt: sentDigests()[0]?.at });
  });

  it('has failed as soon as its message is given up, and the next one says so', async () => {
    await begin('2026-11-22T08:59:00+08:00');
    const error = new DeliveryError('rejected-blocks', 'invalid_blocks', 'Bad blocks.');
    world.slack.fault = (call) => (call.channel === 'C0DIGEST' ? { when: 'before', error } : undefined);
    await world.clock.advance(2 * minute);
    expect(await states()).toContain('2026-11-21 failed');
    world.slack.fault = () => undefined;
    await skipTo('2026-11-23T09:00:00+08:00');
    expect(textOf(reportOf(sentDigests()[0]))).toMatch(/digest of Saturday 21 Nov 2026 .*Slack did not take it/);
  });

  it('is not sent for a time before the schedule was first known', async () => {
    await begin('2026-11-22T10:00:00+08:00');
    await world.clock.advance(minute);
    await skipTo('2026-11-22T14:00:00+08:00');
    expect(sentDigests()).toEqual([]);
  });

  it('comes once a day through restarts at any moment', async () => {
    await begin('2026-11-22T08:59:00+08:00');
    for (let count = 0; count < 12; count += 1) {
      await world.clock.advance(11 * second);
      await world.restart();
    }
    await world.clock.advance(2 * minute);
    expect(sentDigests().length).toBe(1);
  });

  it('is sent late and marked when the process was away at its time', async () => {
    await begin('2026-11-22T08:00:00+08:00');
    world.kill();
    world.clock.jump(at('2026-11-22T13:00:00+08:00'));
    await world.restart();
    await world.clock.advance(2 * minute);
    expect(sentDigests().length).toBe(1);
    expect(reportOf(sentDigests()[0])?.context).toMatch(/late, due at 09:00/);
  });

  it('is skipped after six hours, and the next one says so', async () => {
    await begin('2026-11-22T08:00:00+08:00');
    world.kill();
    world.clock.jump(at('2026-11-22T16:00:00+08:00'));
    await world.restart();
    await world.clock.advance(2 * minute);
    expect(sentDigests()).toEqual([]);
    expect(await states()).toContain('2026-11-21 skipped');
    await skipTo('2026-11-23T09:00:00+08:00');
    expect(sentDigests().map(({ key }) => key)).toEqual(['digest:daily:2026-11-22']);
    expect(textOf(reportOf(sentDigests()[0]))).toMatch(/digest of Saturday 21 Nov 2026 was skipped/);
  });

  it('is not sent again when the clock is set back over its time', async () => {
    await begin('2026-11-22T08:59:00+08:00');
    await world.clock.advance(2 * minute);
    expect(sentDigests().length).toBe(1);
    await skipTo('2026-11-22T08:30:00+08:00');
    await skipTo('2026-11-22T08:59:00+08:00');
    await skipTo('2026-11-22T09:05:00+08:00');
    expect(sentDigests().length).toBe(1);
  });

  it('is still sent when a clock that was a year ahead is put right', async () => {
    await begin('2027-11-22T08:59:00+08:00');
    await world.clock.advance(2 * minute);
    world.kill();
    world.clock.jump(at('2026-11-22T08:30:00+08:00'));
    await world.restart();
    await skipTo('2026-11-23T09:00:00+08:00');
    expect(sentDigests().map(({ key }) => key)).toContain('digest:daily:2026-11-22');
  });

  it('that does not go out for three hours is said in the fallback channel and in health', async () => {
    await begin('2026-11-22T08:59:00+08:00');
    world.slack.fault = (call) => (call.channel === 'C0DIGEST' ? { when: 'before', error: unreachable() } : undefined);
    await world.clock.advance(2 * minute);
    await skipTo('2026-11-22T12:00:00+08:00');
    const said = world.slack
      .roots('C0OPS')
      .map(({ message }) => (message.kind === 'line' ? inEnglish(message.text) : ''));
    expect(said).toEqual([expect.stringMatching(/digest daily of 2026-11-21 did not go out: it was due at 09:00/)]);
    expect(world.jobs.problems().map(({ about }) => englishWording.text(about))).toContain('digest daily');
    world.slack.fault = () => undefined;
    await world.clock.advance(2 * minute);
    expect(sentDigests().length).toBe(1);
    expect(world.jobs.problems()).toEqual([]);
  });
});

describe('a platform whose days come late', () => {
  const china: ImApp = {
    ...prod,
    id: 'china',
    name: 'China',
    platform: 'jmessage',
    capabilities: jmessage.capabilities,
    timezone: 'Asia/Shanghai',
  };

  async function beginWithDays(completeFrom: string): Promise<void> {
    world = await createWorld({
      start: '2026-11-22T08:58:00+08:00',
      rules: [],
      schedules: [{ ...daily, apps: ['china'] }],
    });
    const platform = createFakePlatform(world.clock);
    platform.daily = async (from, to) => {
      const days = [];
      for (let date = from; date <= to; date = addDays(date, 1)) {
        const complete = date < '2026-11-21' || (date === '2026-11-21' && world.clock.now() >= at(completeFrom));
        days.push({ date, zone: 'Asia/Shanghai', complete, values: { 'users.active': 100 } });
      }
      return { days, notes: [] };
    };
    await world.start({ values: { apps: [china] }, platforms: new Map([['china', platform]]) });
  }

  it('are waited for', async () => {
    await beginWithDays('2026-11-22T10:05:00+08:00');
    await skipTo('2026-11-22T09:00:00+08:00');
    await skipTo('2026-11-22T10:02:00+08:00');
    expect(sentDigests()).toEqual([]);
    await skipTo('2026-11-22T10:05:00+08:00');
    expect(sentDigests().length).toBe(1);
    expect(reportOf(sentDigests()[0])?.context).not.toMatch(/late/);
  });

  it('are not waited for longer than two hours', async () => {
    await beginWithDays('2026-11-23T10:05:00+08:00');
    await skipTo('2026-11-22T09:00:00+08:00');
    await skipTo('2026-11-22T10:57:00+08:00');
    expect(sentDigests()).toEqual([]);
    await skipTo('2026-11-22T11:00:00+08:00');
    expect(sentDigests().length).toBe(1);
    expect(textOf(reportOf(sentDigests()[0]))).toMatch(/not complete/);
  });
});

describe('a digest on demand', () => {
  it('is sent beside the scheduled one, once when it is said twice within a minute', async () => {
    await begin('2026-11-22T08:30:00+08:00');
    const both = await Promise.all([world.jobs.digests.now('daily'), world.jobs.digests.now('daily')]);
    expect(both.map((one) => one?.state).sort()).toEqual(['already', 'queued']);
    await world.clock.advance(30 * second);
    expect((await world.jobs.digests.now('daily'))?.state).toBe('already');
    await world.clock.advance(5 * second);
    expect(sentDigests().length).toBe(1);
    expect(reportOf(sentDigests()[0])?.context).toMatch(/on demand/);
    await world.clock.advance(40 * second);
    expect((await world.jobs.digests.now('daily'))?.state).toBe('queued');
    await skipTo('2026-11-22T09:00:00+08:00');
    expect(sentDigests().length).toBe(3);
  });

  it('can be looked at without being sent', async () => {
    await begin('2026-11-22T08:50:00+08:00');
    const preview = await world.jobs.digests.preview('daily');
    expect(preview && wordReport(preview, englishWording).context).toMatch(/preview/);
    await world.clock.advance(minute);
    expect(world.slack.messages).toEqual([]);
  });

  it('is undefined for a schedule that is not there', async () => {
    await begin('2026-11-22T08:50:00+08:00');
    expect(await world.jobs.digests.now('weekly')).toBeUndefined();
    expect(world.jobs.digests.nextRuns()).toMatchObject([{ at: at('2026-11-22T09:00:00+08:00') }]);
  });
});
