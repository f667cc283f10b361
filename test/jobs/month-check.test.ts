// The months of a platform beside the sums of the days that are stored.
import { afterEach, expect, it } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { createMonthCheck } from '../../src/jobs/month-check.ts';
import { createProblems } from '../../src/jobs/problems.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import { platformError } from '../../src/platforms/platform-error.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { addDays, startOfDate } from '../../src/time-zone.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { china } from '../support/sample-app.ts';
import { createSampleConfig } from '../support/sample-config.ts';
import { createFakePlatform, down } from './job-harness.ts';

let store: Store;

afterEach(() => store?.close());

const zone = china.timezone;
const october = Array.from({ length: 31 }, (_, index) => addDays('2026-10-01', index));

/** On 1 November, with 100 messages on each day of October; the platform says `theirs`. */
async function begin(theirs: number | undefined | Error) {
  const clock = createFakeClock('2026-11-01T00:30:00+08:00');
  store = await openSqlite(':memory:', { clock, logger: silentLogger });
  const said = { theirs, asked: 0 };
  const platform: Platform = {
    ...createFakePlatform(clock),
    months: async () => {
      said.asked += 1;
      if (said.theirs instanceof Error) throw said.theirs;
      return [
        { at: startOfDate('2026-10-01', zone), value: said.theirs },
        { at: startOfDate('2026-11-01', zone), value: 5 },
      ];
    },
  };
  const problems = createProblems(clock);
  const deps = { clock, store, problems, logger: silentLogger, telemetry: createTelemetry(), random: () => 0 };
  const platforms = new Map([['china', platform]]);
  const job = createMonthCheck({ ...deps, live: createSampleConfig({ apps: [china] }), platforms });
  const troubles = (): string[] => problems.list().map(({ words }) => englishWording.text(words));
  return { clock, job, said, troubles };
}

const saveDays = (dates: readonly string[], sent = 100, complete = true): Promise<void> =>
  store.daily.save(
    'china',
    dates.map((date) => ({ date, zone, complete, values: { 'messages.sent': sent } })),
  );

it('agrees with the sum of the days and is asked once', async () => {
  const { clock, job, said, troubles } = await begin(3_100);
  await saveDays(october);
  job.start();
  await clock.advance(5 * hour);
  expect(said.asked).toBe(1);
  expect(troubles()).toEqual([]);
  await job.stop();
});

it('that differs is told, until a corrected day makes them equal', async () => {
  const { clock, job, said, troubles } = await begin(3_150);
  await saveDays(october);
  job.start();
  await clock.advance(minute);
  expect(troubles()).toEqual([
    'JMessage counts 3,150 messages in October 2026, and the 31 days that imstats has of it make 3,100. Where one of them was counted late, the number of the platform is right.',
  ]);
  await saveDays(['2026-10-31'], 150);
  await clock.advance(hour);
  expect(troubles()).toEqual([]);
  expect(said.asked).toBe(2);
  await job.stop();
});

it('that differs for good stands there, and is not asked for again once no day can change', async () => {
  const { clock, job, said, troubles } = await begin(3_150);
  await saveDays(october);
  job.start();
  await clock.advance(4 * day);
  const { asked } = said;
  await clock.advance(3 * day);
  expect(said.asked).toBe(asked);
  expect(troubles()).toHaveLength(1);
  await job.stop();
});

it.each([
  ['a day is missing', october.slice(1), true],
  ['the last day is not complete', october, false],
])('is not asked for while %s: what is missing is no difference', async (_what, dates, complete) => {
  const { clock, job, said } = await begin(9_999);
  await saveDays(dates.slice(0, -1));
  await saveDays(dates.slice(-1), 100, complete);
  job.start();
  await clock.advance(3 * hour);
  expect(said.asked).toBe(0);
  await job.stop();
});

it.each([
  ['without the paid statistics is not asked for again', notEntitled(), 1],
  ['of a platform that fails is asked for again', down(), 4],
])('%s, and is no trouble', async (_what, failure, asked) => {
  const { clock, job, said, troubles } = await begin(failure);
  await saveDays(october);
  job.start();
  await clock.advance(3 * hour + minute);
  expect(said.asked).toBe(asked);
  expect(troubles()).toEqual([]);
  await job.stop();
});

function notEntitled(): Error {
  return platformError(
    { name: 'China', hints: {}, phrases: {}, codes: {}, secrets: [] },
    'not-entitled',
    verbatim('VIP only'),
  );
}
