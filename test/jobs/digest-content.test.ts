// The content of a digest: read from the store for each app, and once for what concerns all of them.
import { expect, it } from 'vitest';
import { minute } from '../../src/clock.ts';
import { buildDigest } from '../../src/jobs/digest-run.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { digestPeriod } from '../../src/reports/digest-period.ts';
import type { AlertLine, DigestSchedule } from '../../src/service-types.ts';
import { openStore } from '../../src/store/index.ts';
import { englishWording } from '../../src/wording.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { china, prod } from '../support/sample-app.ts';

it('asks for the alerts and the polls once, however many apps it covers', async () => {
  const clock = createFakeClock('2026-11-22T01:00:00Z');
  const opened = await openStore({ kind: 'sqlite', path: ':memory:' }, { clock, logger: silentLogger, owner: 'test' });
  const asked: string[] = [];
  const store = {
    ...opened,
    polls: () => {
      asked.push('polls');
      return opened.polls();
    },
  };
  await store.samples.record('prod', clock.now() - minute, { 'memory.free_ratio': 0.05 });
  const schedule: DigestSchedule = {
    id: 'daily',
    channel: 'C0DIGEST',
    cron: '0 9 * * *',
    timezone: 'Asia/Taipei',
    period: 'day',
    apps: ['prod', 'china'],
  };
  const open: AlertLine = {
    rule: 'memory-low',
    app: { id: 'prod', name: prod.name },
    condition: 'firing',
    level: 'critical',
    incident: 'i-1',
    words: verbatim('Free memory is low.'),
  };
  const list = async (): Promise<readonly AlertLine[]> => {
    asked.push('alerts');
    return [open];
  };
  const of = digestPeriod('day', clock.now(), schedule.timezone);
  const sources = { clock, store, apps: [prod, china], rules: [], wording: englishWording };
  const report = await buildDigest(
    schedule,
    { of, mode: 'scheduled', dueAt: clock.now(), skipped: [] },
    {
      ...sources,
      live: { apps: [prod, china], rules: [], timezone: 'Asia/Taipei' },
      alerts: { list },
      completeAt: () => undefined,
      notesOf: () => [],
    },
  );
  expect(asked.toSorted()).toEqual(['alerts', 'polls']);
  expect(report.sections.map(({ title }) => title?.values['text'])).toEqual(
    expect.arrayContaining([expect.stringContaining('China')]),
  );
  await opened.close();
});
