// Rules as they are written in the configuration: what they become, and what is said of what does not fit.
import { describe, expect, test } from 'vitest';
import type { Rule } from '../../src/alerting/rule.ts';
import { ruleFromConfig } from '../../src/alerting/rule-config.ts';
import { hour, minute } from '../../src/clock.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { app } from './sample-rules.ts';

const m = minute;

function rule(raw: Record<string, unknown>): Rule {
  const result = ruleFromConfig({ id: 'it', app: 'prod', channel: 'C0ONCALL', ...raw }, { app });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.rule;
}

function problems(raw: Record<string, unknown>, of: Partial<typeof app> = {}): string[] {
  const result = ruleFromConfig({ id: 'it', app: 'prod', channel: 'C0ONCALL', ...raw }, { app: { ...app, ...of } });
  return 'problems' in result ? result.problems.map(({ path, message }) => `${path.join('.')} ${message}`) : [];
}

const memory = { metric: 'memory.free_ratio', below: '15%' };

describe('a threshold', () => {
  test('with everything that can be written', () => {
    const read = rule({
      ...memory,
      clearAt: 0.2,
      for: '5m',
      keepFiring: '10m',
      critical: { below: '8%', clearAt: '12%', for: '2m' },
      mention: ['S0ONCALL', 'here'],
      repeat: ['30m', '1h'],
      escalate: { after: '15m', mention: ['U0LEAD'] },
      runbook: 'https://runbooks.example.com/memory',
      summary: 'Free memory of the chat host is low',
    });
    expect(read).toMatchObject({
      id: 'it',
      kind: 'threshold',
      app: 'prod',
      metric: 'memory.free_ratio',
      direction: 'below',
      levels: {
        warning: { trigger: 0.15, clear: 0.2, holdFor: 5 * m },
        critical: { trigger: 0.08, clear: 0.12, holdFor: 2 * m },
      },
      keepFiring: 10 * m,
      keepCritical: 5 * m,
      pollEvery: m,
      maxGap: 3 * m,
      channel: 'C0ONCALL',
      mention: ['S0ONCALL', 'here'],
      repeat: { warning: [30 * m, hour], critical: [30 * m, hour] },
      escalate: { after: 15 * m, mention: ['U0LEAD'] },
      runbook: 'https://runbooks.example.com/memory',
      summary: 'Free memory of the chat host is low',
    });
  });

  test('with as little as possible: no `for`, 10 min of calm, cleared at the limit', () => {
    expect(rule({ metric: 'connections.current', above: 1600 })).toMatchObject({
      direction: 'above',
      levels: { warning: { trigger: 1_600, clear: 1_600, holdFor: 0 } },
      keepFiring: 10 * m,
      mention: [],
      repeat: { warning: [4 * hour, 8 * hour, 24 * hour], critical: [30 * m, hour, 2 * hour, 4 * hour] },
    });
  });

  test('`for` of critical is that of the rule where it is not written', () => {
    expect(rule({ ...memory, for: '5m', critical: { below: '8%' } }).levels.critical).toEqual({
      trigger: 0.08,
      clear: 0.08,
      holdFor: 5 * m,
    });
  });

  test('the channel of the app serves where the rule has none', () => {
    const result = ruleFromConfig({ id: 'it', app: 'prod', ...memory }, { app: { ...app, channel: 'C0APP' } });
    expect(result).toMatchObject({ rule: { channel: 'C0APP' } });
  });

  test('several channels, one for critical, the span of the picture and the service of the pager', () => {
    const raw = { ...memory, channel: ['C0ONCALL', 'C0OPS', 'C0OPS'], chart: '6h' };
    const read = rule({ ...raw, critical: { below: '8%', channel: 'C0PAGED' } });
    const channels = { channel: 'C0ONCALL', channels: ['C0OPS'], criticalChannels: ['C0PAGED'] };
    expect(read).toMatchObject({ ...channels, chartSpan: 6 * hour, levels: { critical: { trigger: 0.08 } } });
    expect(rule(memory)).not.toHaveProperty('channels');
    expect(JSON.parse(rule(memory).version)).not.toHaveProperty('chartSpan');
  });

  test.each([
    [{ ...memory, channel: ['C0ONCALL', '#ops'] }, /^channel\.1 "#ops" does not fit; write the id of a Slack channel/],
    [{ ...memory, channel: [] }, /^channel names no channel/],
    [{ ...memory, critical: { below: '8%', channel: 'ops' } }, /^critical\.channel "ops" does not fit/],
    [{ ...memory, chart: '1m' }, /^chart "1m" does not fit; write a duration from 10m to 7d, such as 3h/],
    [{ ...memory, pagerduty: 'network' }, /^pagerduty names a key of PagerDuty, and there is no section pagerduty$/],
  ])('%j is wrong', (raw, problem) => {
    expect(problems(raw)).toEqual([expect.stringMatching(problem)]);
  });

  test('names the service of the pager, or takes the usual one', () => {
    const pagers = ['default', 'network'];
    const read = (more: object) =>
      ruleFromConfig({ id: 'it', app: 'prod', channel: 'C0ONCALL', ...memory, ...more }, { app, pagers });
    expect(read({})).toMatchObject({ rule: { pager: 'default' } });
    expect(read({ pagerduty: 'network' })).toMatchObject({ rule: { pager: 'network' } });
    expect(read({ pagerduty: 'netwrk' })).toMatchObject({
      problems: [{ path: ['pagerduty'], message: expect.stringContaining('did you mean network') }],
    });
  });

  test('the version changes with the definition and with nothing else', () => {
    expect(rule(memory).version).toBe(rule({ ...memory }).version);
    expect(rule(memory).version).not.toBe(rule({ ...memory, below: '14%' }).version);
  });

  test('`for` on the peak of the last hour is warned about', () => {
    const result = ruleFromConfig(
      { id: 'it', app: 'prod', channel: 'C0ONCALL', metric: 'connections.peak', above: 1600, for: '5m' },
      { app },
    );
    expect(result).toMatchObject({ warnings: [expect.stringContaining('`for` means nothing on connections.peak')] });
    expect(ruleFromConfig({ id: 'it', app: 'prod', channel: 'C0ONCALL', ...memory, for: '5m' }, { app })).toMatchObject(
      { warnings: [] },
    );
  });

  test.each([
    [
      { metric: 'connections.current', above: '80%' },
      'above "80%" is a share and connections.current is a count; write 1600, which is 80 % of the connectionLimit 2,000',
    ],
    [
      { metric: 'memory.free', below: '15%' },
      'below "15%" is a share and memory.free is a size; write a size such as 512MB or 2GiB, or watch memory.free_ratio',
    ],
    [{ metric: 'memory.free_ratio', below: 15 }, 'below "15" does not fit; write a share such as 15% or 0.15'],
    [{ metric: 'memory.free_ratio', below: '' }, 'below is missing; write a share such as 15% or 0.15'],
    [{ metric: 'memory.free_ratio' }, ' has no limit; write below: or above: with a share such as 15%'],
    [{ ...memory, above: '90%' }, 'above cannot stand beside below; write two rules'],
    [{ ...memory, clearAt: '10%' }, 'clearAt must be at least the value of below'],
    [{ metric: 'connections.current', above: 100, clearAt: 200 }, 'clearAt must be at most the value of above'],
    [
      { ...memory, critical: { below: '20%' } },
      'critical.below must be beyond the limit of the rule: smaller than the value of below',
    ],
    [
      { ...memory, clearAt: '20%', critical: { below: '8%', clearAt: '25%' } },
      'critical.clearAt must not be beyond clearAt of the rule: at most that value',
    ],
    [
      { ...memory, critical: { below: '8%', clearAt: '5%' } },
      'critical.clearAt must be at least the value of critical.below',
    ],
    [{ ...memory, critical: { above: '8%' } }, 'critical.above must be below, as in the rule itself'],
    [{ ...memory, critical: {} }, 'critical.below is missing; write the limit of the critical level'],
    [{ ...memory, critical: { below: '8%', clear: '9%' } }, 'critical.clear is not known here; did you mean clearAt?'],
    [{ ...memory, critical: '8%' }, 'critical must hold names and values, one a line'],
    [{ ...memory, for: 'soon' }, 'for "soon" does not fit; write a duration such as 5m'],
    [
      { ...memory, escalate: { after: '30m', mention: ['here'], x: 1 } },
      'escalate.x is not known here; known are after, mention',
    ],
    [{ ...memory, chanel: 'C0X' }, 'chanel is not known here; did you mean channel?'],
    [
      { ...memory, channel: '#oncall' },
      'channel "#oncall" does not fit; write the id of a Slack channel, such as C0123456789 (in Slack: channel details, at the bottom)',
    ],
    [
      { ...memory, mention: ['bob'] },
      'mention.0 "bob" does not fit; write a user id (U…), a user-group id (S…) or here',
    ],
    [{ ...memory, mention: 'here' }, 'mention must be a list of ids such as [S0ONCALL]'],
    [{ ...memory, repeat: ['30m', 'later'] }, 'repeat.1 "later" does not fit; write a duration such as 30m'],
    [
      { ...memory, runbook: 'javascript:alert(1)' },
      'runbook "javascript:alert(1)" does not fit; write an address that begins with https://',
    ],
    [
      { ...memory, metric: 'memroy.free_ratio' },
      'metric there is no metric "memroy.free_ratio"; did you mean memory.free_ratio?',
    ],
    [{ ...memory, metric: undefined }, 'metric is missing; write one such as memory.free_ratio'],
    [{ ...memory, kind: 'treshold' }, 'kind there is no kind "treshold"; did you mean threshold?'],
    [
      { ...memory, kind: 'unreachable' },
      'kind there is no kind "unreachable"; known are threshold, drop, forecast, baseline',
    ],
  ])('%j is wrong', (raw, said) => {
    expect(problems(raw)).toEqual([said]);
  });

  test('a metric that the platform does not have is told with those that it has', () => {
    expect(problems(memory, { platform: 'jmessage', capabilities: jmessage.capabilities })[0]).toMatch(
      /^metric jmessage does not report memory\.free_ratio; Production chat has users\.active, /,
    );
  });

  test('everything that is wrong is said at once', () => {
    expect(problems({ metric: 'memory.free_ratio', below: 15, for: 'x', nonsense: 1, mention: 3 })).toHaveLength(4);
  });

  test('a rule without a channel anywhere says so', () => {
    expect(problems({ ...memory, channel: undefined })).toEqual([
      'channel is missing; write the id of a Slack channel, here or at the app',
    ]);
  });
});

describe('a drop', () => {
  test('takes its defaults', () => {
    expect(rule({ kind: 'drop', metric: 'connections.current' })).toMatchObject({
      direction: 'above',
      levels: { critical: { clear: 0.5, holdFor: 3 * m } },
      options: { drop: 0.4, within: 5 * m, atLeast: 20, clearAt: 0.2 },
    });
  });

  test.each([
    [
      { metric: 'connections.peak' },
      'metric connections.peak cannot fall at once; write a number of the moment, such as connections.current',
    ],
    [{ metric: 'connections.current', drop: '40%', clearAt: '50%' }, 'clearAt must be at most the 40 % of drop'],
    [{ metric: 'connections.current', within: '2h' }, 'within must be at most 1 h'],
    [{ metric: 'connections.current', drop: 40 }, 'drop "40" does not fit; write a share such as 40%'],
  ])('%j is wrong', (raw, said) => {
    expect(problems({ kind: 'drop', ...raw })).toEqual([said]);
  });
});

describe('a forecast', () => {
  test('takes its defaults: 8 h and 48 h, critical 2 h and 24 h and only under 15 % of memory', () => {
    expect(rule({ kind: 'forecast', metric: 'memory.free_ratio', reaches: '8%' })).toMatchObject({
      direction: 'below',
      levels: {
        warning: { trigger: 8 * hour, clear: 48 * hour, holdFor: 15 * m },
        critical: { trigger: 2 * hour, clear: 24 * hour, holdFor: 15 * m },
      },
      options: { reaches: 0.08, only: 0.15 },
    });
  });

  test('knows the limit of connections', () => {
    expect(rule({ kind: 'forecast', metric: 'connections.current' }).options).toEqual({ reaches: 2_000, only: 1_600 });
  });

  test.each([
    [{ metric: 'memory.free_ratio' }, 'reaches is missing; write the value whose crossing is to be foreseen'],
    [
      { metric: 'messages.sent', reaches: 5 },
      'metric messages.sent has no limit to reach; write memory.free_ratio, memory.free or connections.current',
    ],
    [
      { metric: 'memory.free_ratio', reaches: '8%', within: '8h', clearAt: '4h' },
      'clearAt must be at least the 8 h of within',
    ],
    [
      { metric: 'memory.free_ratio', reaches: '8%', within: '1h', critical: { within: '2h' } },
      'critical.within must be shorter than the 1 h of within',
    ],
  ])('%j is wrong', (raw, said) => {
    expect(problems({ kind: 'forecast', ...raw })).toEqual([said]);
  });
});

describe('a baseline', () => {
  test('takes its defaults', () => {
    expect(rule({ kind: 'baseline', metric: 'connections.current' })).toMatchObject({
      direction: 'above',
      levels: { warning: { trigger: 4, clear: 3, holdFor: 15 * m } },
      options: { unusual: 'both', margin: 0.25, spreads: 4 },
    });
  });

  test.each([
    [{ unusual: 'odd' }, 'unusual "odd" does not fit; write low, high or both'],
    [{ critical: { spreads: 3 } }, 'critical.spreads must be larger than the 4 of the rule'],
    [{ spreads: 'many' }, 'spreads "many" does not fit; write a number such as 4'],
  ])('%j is wrong', (raw, said) => {
    expect(problems({ kind: 'baseline', metric: 'connections.current', ...raw })).toEqual([said]);
  });
});
