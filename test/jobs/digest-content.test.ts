// The content of a digest: read from the store for each app, and once for what concerns all of them.
import { expect, it } from 'vitest';
import { minute } from '../../src/clock.ts';
import { buildDigest } from '../../src/jobs/digest-run.ts';
import { silentLogger } from '../../src/logger.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import { digestPeriod } from '../../src/reports/digest-period.ts';
import { wordReport } from '../../src/reports/word-report.ts';
import type { AlertLine, DigestSchedule } from '../../src/service-types.ts';
import { drawReport } from '../../src/slack/blocks/report.ts';
import { openStore } from '../../src/store/index.ts';
import { englishWording } from '../../src/wording.ts';
import { ruleWith } from '../alerting/sample-rules.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { china, prod } from '../support/sample-app.ts';

const daily: DigestSchedule = {
  id: 'daily',
  channel: 'C0DIGEST',
  cron: '0 9 * * *',
  timezone: 'Asia/Taipei',
  period: 'day',
  apps: ['prod', 'china'],
};

it('tells how long the number was beyond the limit, not how long the alert was open', async () => {
  const clock = createFakeClock('2026-11-22T01:00:00Z');
  const store = await openStore({ kind: 'sqlite', path: ':memory:' }, { clock, logger: silentLogger, owner: 'test' });
  const start = Date.parse('2026-11-21T03:00:00+08:00');
  // Under 8 % from 03:04 to 03:35; the alert opens two minutes after and is closed ten minutes after.
  const polls = Array.from({ length: 90 }, (_, index) => ({
    at: start + index * minute,
    values: { 'memory.free_ratio': index >= 4 && index < 35 ? 0.06 : 0.4 },
  }));
  await store.samples.recordAll('prod', polls);
  const incident = { id: 'i-1', app: 'prod', level: 'critical', openedAt: start + 6 * minute } as const;
  await store.alerts.saveIncident({ ...incident, rule: 'memory-low', closedAt: start + 45 * minute });
  await store.alerts.saveIncident({
    ...incident,
    id: 'i-2',
    rule: 'gone',
    level: 'warning',
    closedAt: start + 7 * minute,
  });
  await store.outbox.saveRoot({ stream: 'i-1', channel: 'C0ONCALL', ts: '1.000002', pictures: [], shown: undefined });
  const rule = ruleWith({
    id: 'memory-low',
    app: 'prod',
    metric: 'memory.free_ratio',
    direction: 'below',
    levels: { critical: { trigger: 0.08, clear: 0.12, holdFor: 2 * minute } },
  });
  const report = await buildDigest(
    { ...daily, apps: ['prod'] },
    { of: digestPeriod('day', clock.now(), daily.timezone), mode: 'scheduled', dueAt: clock.now(), skipped: [] },
    {
      ...{ clock, store },
      live: { apps: [prod], rules: [rule], timezone: 'Asia/Taipei' },
      alerts: { list: async () => [] },
      completeAt: () => undefined,
      notesOf: () => [],
      permalink: async (channel, ts) => `https://local.slack.com/archives/${channel}/p${ts.replace('.', '')}`,
    },
  );
  const { blocks, text } = drawReport(wordReport(report, englishWording));
  const thread = 'to 03:45. <https://local.slack.com/archives/C0ONCALL/p1000002|Open thread>';
  expect(JSON.stringify(blocks)).toContain(thread);
  expect(text).toContain(thread);
  expect(englishWording.text(report.headline)).toMatch(
    /^Saturday: free memory of Production chat under 8 % for 31 min, and 1 more alert/,
  );
  expect(report.standing).toBe('critical');
  await store.close();
});

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
  const schedule = daily;
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
      permalink: () => Promise.reject(new Error('nothing was open, so nobody is asked')),
    },
  );
  expect(asked.toSorted()).toEqual(['alerts', 'polls']);
  expect(report.sections.map(({ title }) => title && englishWording.text(title))).toEqual(
    expect.arrayContaining([expect.stringContaining('China')]),
  );
  await opened.close();
});
