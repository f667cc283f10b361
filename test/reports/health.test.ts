import { describe, expect, test } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { verbatim } from '../../src/metrics/phrase.ts';
import type { HealthReadings } from '../../src/reports/health.ts';
import { taipei, zone } from '../support/readings.ts';
import { china, prod } from '../support/sample-app.ts';
import { healthReport } from '../support/worded-reports.ts';

const now = taipei('2026-11-23T10:00:12');
const good = { app: 'prod', lastTriedAt: now - minute, lastGoodAt: now - minute, failures: 0 };

const well: HealthReadings = {
  now,
  zone,
  startedAt: now - 25 * hour,
  apps: [
    { app: prod, poll: good },
    { app: china, poll: good },
  ],
  outbox: { depth: 0, dead: 0 },
  digests: [
    {
      id: 'daily',
      zone,
      nextAt: now + day - hour,
      last: { at: taipei('2026-11-23T09:00:00'), state: 'sent' },
    },
  ],
  slack: { connected: true, mode: 'Socket Mode' },
  knownProblems: [],
};

const failing = {
  app: 'prod',
  lastTriedAt: now,
  lastGoodAt: now - 19 * minute,
  failures: 19,
  reason: verbatim('HTTP 503.'),
};

function lines(health: Partial<HealthReadings>, title: string): readonly string[] {
  return healthReport({ ...well, ...health }).sections.find((one) => one.title === title)?.lines ?? [];
}

describe('the health of a bot that is well', () => {
  const report = healthReport(well);

  test('is one good line, and everything below it', () => {
    expect(report).toMatchObject({
      standing: 'good',
      headline: 'imstats is well: every platform answers and every message was delivered',
      context: 'running for 25 h, Asia/Taipei',
    });
    expect(report.sections.map((one) => one.title)).toEqual(['Platforms', 'Delivery', 'Digests']);
    expect(report.sections[0]?.table?.rows).toEqual([
      ['Production chat (IMKit)', '1 min ago', 'answers, asked every minute'],
      ['China (JMessage)', '1 min ago', 'answers, asked every hour'],
    ]);
  });

  test('knows its deliveries and digests', () => {
    expect(report.sections[1]?.lines).toEqual(['Slack is connected by Socket Mode.', 'No message waits.']);
    expect(report.sections[2]?.lines).toEqual(['daily: next on Tue 24 Nov at 09:00 Asia/Taipei; last at 09:00: sent.']);
  });
});

describe('trouble', () => {
  test.each([
    ['a platform is silent', { apps: [{ app: prod, poll: failing }] }, 'warning', 'Production chat does not answer'],
    [
      'two are',
      {
        apps: [
          { app: prod, poll: failing },
          { app: china, poll: { ...failing, lastGoodAt: now - 3 * hour } },
        ],
      },
      'warning',
      'Production chat and China do not answer',
    ],
    ['a message is dead', { outbox: { depth: 0, dead: 1 } }, 'warning', '1 message could not be delivered'],
    [
      'a message waits too long',
      { outbox: { depth: 2, oldest: now - hour, dead: 0 } },
      'warning',
      'A message has waited for 1 h',
    ],
    ['Slack is away', { slack: { connected: false, mode: 'HTTP' } }, 'critical', 'Slack is not connected'],
    [
      'a digest failed',
      { digests: [{ id: 'daily', zone, last: { at: taipei('2026-11-23T09:00:00'), state: 'failed' } }] },
      'warning',
      'The last run of digest daily did not go out',
    ],
  ] as const)('comes into line 1 when %s', (_what, health, standing, headline) => {
    expect(healthReport({ ...well, ...health })).toMatchObject({ standing, headline });
  });

  const trouble = { about: verbatim('mention in C0ONCALL'), words: verbatim('restricted_action'), at: now - hour };
  const of = (kind: string, words = verbatim('token_revoked')) => ({ ...trouble, about: { kind, values: {} }, words });
  test.each([
    ['one that is listed', [trouble], 'warning', 'The trouble below needs a look'],
    ['several that are', [trouble, { ...trouble, at: now }], 'warning', '2 troubles below need a look'],
    ['Slack, which takes no call', [trouble, of('problem.slack')], 'critical', '2 troubles below need a look'],
    ['a store that takes nothing', [of('problem.store')], 'critical', 'The trouble below needs a look'],
    [
      'a row that could not be read',
      [of('problem.store', { kind: 'problem.unreadable', values: { count: 1 } })],
      'warning',
      'The trouble below needs a look',
    ],
  ])('keeps line 1 from saying that all is well: %s', (_what, knownProblems, standing, headline) => {
    expect(healthReport({ ...well, knownProblems })).toMatchObject({ standing, headline });
  });

  test('comes into line 1 once, and the worst first', () => {
    const lost = { ...trouble, about: { kind: 'problem.delivery', values: { key: 'digest:daily' } } };
    const missed = { ...trouble, about: { kind: 'problem.digest', values: { digest: 'daily' } } };
    const last = { at: now - hour, state: 'failed' };
    expect(
      healthReport({
        ...well,
        outbox: { depth: 0, dead: 1 },
        digests: [{ id: 'daily', zone, last }],
        knownProblems: [lost, missed],
      }).headline,
    ).toBe('1 message could not be delivered; the last run of digest daily did not go out');
    expect(
      healthReport({ ...well, apps: [{ app: prod, poll: failing }], knownProblems: [of('problem.slack')] }).headline,
    ).toBe('The trouble below needs a look; Production chat does not answer');
  });

  test('that may pass by itself is not called well either', () => {
    const once = { ...good, failures: 1, lastGoodAt: now - minute };
    expect(healthReport({ ...well, apps: [{ app: prod, poll: once }] })).toMatchObject({
      standing: 'warning',
      headline: 'Production chat did not answer the last poll',
    });
    const underWay = { depth: 2, oldest: now - 20_000, dead: 0 };
    expect(healthReport({ ...well, outbox: underWay })).toMatchObject({
      standing: 'good',
      headline: 'imstats is well: every platform answers, 2 messages on the way',
    });
    expect(healthReport({ ...well, apps: [{ app: prod }] }).headline).toBe(
      'imstats is well: every platform that was asked has answered and every message was delivered',
    );
  });

  test('of several kinds is counted', () => {
    const report = healthReport({
      ...well,
      apps: [{ app: prod, poll: failing }],
      outbox: { depth: 1, oldest: now - hour, dead: 2 },
    });
    expect(report.headline).toBe('Production chat does not answer; 2 messages could not be delivered; and 1 more');
  });

  test('of a platform has its count and its reason', () => {
    expect(healthReport({ ...well, apps: [{ app: prod, poll: failing }] }).sections[0]?.table?.rows).toEqual([
      ['Production chat (IMKit)', '19 min ago', 'failing for 19 min, 19 failed polls: HTTP 503'],
    ]);
    const once = { ...failing, failures: 1 };
    expect(healthReport({ ...well, apps: [{ app: prod, poll: once }] }).sections[0]?.table?.rows).toEqual([
      ['Production chat (IMKit)', '19 min ago', '1 failed poll: HTTP 503'],
    ]);
  });

  test('is listed newest first, ten at most', () => {
    const troubles = Array.from({ length: 12 }, (_, index) => ({
      about: verbatim('C0ONCALL'),
      words: verbatim(`channel_not_found ${index}`),
      at: now - hour,
    }));
    expect(lines({ knownProblems: troubles }, 'Troubles')).toHaveLength(11);
    expect(lines({ knownProblems: troubles }, 'Troubles')[0]).toBe('C0ONCALL, 1 h ago: channel_not_found 0.');
    expect(lines({ knownProblems: troubles }, 'Troubles').at(-1)).toBe('… 2 more');
  });
});

describe('what is not known', () => {
  test('is not spoken of', () => {
    const { slack: _slack, startedAt: _startedAt, ...less } = well;
    const report = healthReport({ ...less, apps: [{ app: prod }], digests: [] });
    expect(report.sections[0]?.table?.rows).toEqual([
      ['Production chat (IMKit)', 'not asked yet', 'waiting for the first poll'],
    ]);
    expect(report.sections[1]?.lines).toEqual(['No message waits.']);
    expect(report.sections[2]?.lines).toEqual(['No digest is scheduled.']);
  });

  test('one message waits, two wait', () => {
    expect(lines({ outbox: { depth: 1, oldest: now - 20_000, dead: 0 } }, 'Delivery')[1]).toBe(
      '1 message waits, the oldest for 20 s.',
    );
    expect(lines({ outbox: { depth: 2, dead: 0 } }, 'Delivery')[1]).toBe('2 messages wait.');
  });
});

describe('a rule that cannot be judged', () => {
  const words = verbatim('Not judged: free memory of Production chat is not reported since 14:01.');
  const rules = { count: 4, notJudged: [{ rule: 'memory-low', words }] };

  test('is in line 1, and in its own lines', () => {
    const health = { ...well, rules };
    expect(healthReport(health)).toMatchObject({ standing: 'warning', headline: 'Rule memory-low cannot be judged' });
    expect(lines(health, 'Alert rules')).toEqual([
      '1 of 4 rules cannot be judged.',
      'Not judged: free memory of Production chat is not reported since 14:01.',
    ]);
  });

  test('is not there where every rule can', () => {
    const health = { ...well, rules: { count: 4, notJudged: [] } };
    expect(healthReport(health).standing).toBe('good');
    expect(lines(health, 'Alert rules')).toEqual(['4 rules, all judged at every poll.']);
  });
});

describe('a platform that answers with an error', () => {
  const what = { kind: 'platform.http', values: { status: 401, why: verbatim('the key is not accepted') } };
  const advice = verbatim('Copy the API key again.');
  const reason = { kind: 'platform.failed', values: { app: 'Production chat', isAnswer: false, what, advice } };
  const health = { apps: [{ app: prod, poll: { ...failing, reason } }] };

  test('is in line 1 with the cause, and what to do stands below', () => {
    expect(healthReport({ ...well, ...health }).headline).toBe(
      'Production chat gives no numbers: HTTP 401, the key is not accepted',
    );
    expect(lines(health, 'Platforms')).toEqual(['Production chat: Copy the API key again.']);
  });
});
