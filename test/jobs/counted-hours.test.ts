// A baseline on messages that a platform counts by the day and the hour: it compares hours, and learns from those that were kept.
import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '../../src/alerting/rule.ts';
import { ruleFromConfig } from '../../src/alerting/rule-config.ts';
import { kindOf } from '../../src/alerting/rules/index.ts';
import { day, hour, minute } from '../../src/clock.ts';
import { bucketsWithin } from '../../src/metrics/series.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { englishWording } from '../../src/wording.ts';
import { createWorld, prod, type World } from './job-harness.ts';

const say = englishWording.text;
const app = {
  ...prod,
  name: 'China',
  platform: 'jmessage',
  capabilities: jmessage.capabilities,
  timezone: 'Asia/Shanghai',
  pollEvery: 10 * minute,
};

function oddMessages(of: typeof app | typeof prod = app): Rule {
  const written = { id: 'odd', app: 'prod', kind: 'baseline', metric: 'messages.sent', channel: 'C0ONCALL', for: '0s' };
  const read = ruleFromConfig(written, { app: of });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.rule;
}

let world: World;

afterEach(() => world?.end());

const bucketValues = (value: number) => ({ min: value, max: value, mean: value, last: value, samples: 1 });

/** 1,000 messages in an hour from 08:00 on, 100 in one of the night. */
const usual = (at: number): number => (new Date(at + 8 * hour).getUTCHours() >= 8 ? 1_000 : 100);

/** At 12:07 local time, with whole weeks of hours before; of the newest hour as it is given. */
async function begin({ weeks, newest }: { weeks: number; newest?: number }): Promise<void> {
  world = await createWorld({ start: '2026-11-23T12:07:00+08:00', app, rules: [oddMessages()] });
  const now = world.clock.now();
  const first = Date.parse('2026-11-23T11:00:00+08:00');
  const past = Array.from({ length: weeks * 7 * 24 }, (_, index) => first - (index + 1) * hour);
  await world.store.hourly.save(
    'prod',
    past.map((at) => ({ at, values: { 'messages.sent': usual(at) } })),
  );
  if (newest !== undefined) await world.store.hourly.save('prod', [{ at: first, values: { 'messages.sent': newest } }]);
  // The number of the day so far, which says nothing of an hour.
  world.platform.values = { 'messages.sent': 5_000 };
  await world.store.samples.record('prod', now - hour, { 'messages.sent': 4_000 });
  await world.start();
  await world.clock.advance(minute);
}

const stateOf = async () => (await world.store.alerts.get('odd'))?.state.machine;

describe('a baseline on counted hours', () => {
  it('is built where the platform counts the metric by the hour, and nowhere else', () => {
    expect(oddMessages().options).toMatchObject({ byHour: true });
    expect(oddMessages(prod).options).not.toHaveProperty('byHour');
  });

  it('learns until there are enough hours, whatever polls there were', async () => {
    await begin({ weeks: 0, newest: 4 });
    expect(world.slack.roots()).toEqual([]);
    const why = await world.jobs.alerts.why('odd');
    expect(why === undefined ? '' : say(why.report.headline)).toMatch(/learning/i);
  });

  it('opens when the newest whole hour is far from the same hours before, and says both', async () => {
    await begin({ weeks: 4, newest: 90 });
    expect((await stateOf())?.condition).toBe('firing');
    const [root] = world.slack.roots();
    expect(root?.message.kind === 'alert' ? say(root.message.view.headline) : '').toBe(
      'Warning: China has 9 % of its usual messages: 90 in the last hour, usually about 1,000',
    );
  });

  it('stays quiet at a usual hour', async () => {
    await begin({ weeks: 4, newest: 1_000 });
    expect((await stateOf())?.condition).toBe('inactive');
    expect((await stateOf())?.last).toMatchObject({ shown: 1_000, usual: 1_000 });
  });

  it.each([
    ['08:05', 100, '07:00', 100],
    ['09:05', 1_000, '08:00', 1_000],
    ['09:02', 100, '07:00', 100],
  ])('at %s compares the %d of the newest whole hour, %s, with the usual of that hour', (time, shown, from, centre) => {
    const rule = oddMessages();
    const now = Date.parse(`2026-11-23T${time}:00+08:00`);
    const newest = Date.parse(`2026-11-23T${from}:00+08:00`);
    const buckets = Array.from({ length: 5 * 7 * 24 }, (_, index) => newest - index * hour)
      .toReversed()
      .map((at) => ({ ...bucketValues(usual(at)), at, lastAt: at + hour }));
    const data = kindOf(rule)
      .needs(rule, now)
      .map((need) => bucketsWithin(buckets, need));
    expect(
      kindOf(rule)
        .needs(rule, now)
        .every(({ isCounted }) => isCounted),
    ).toBe(true);
    const measured = kindOf(rule).measure(rule, { now, values: { 'messages.sent': 9 }, zone: app.timezone, data });
    expect(measured).toMatchObject({ state: 'measured', shown, usual: centre, value: 0 });
  });

  it('says nothing once the newest hour that is known is long over', async () => {
    await begin({ weeks: 4 });
    const known = (await stateOf())?.last?.at;
    await world.clock.advance(30 * minute);
    const last = (await stateOf())?.last?.at;
    await world.clock.advance(30 * minute);
    expect(known).toBeLessThan(last ?? 0);
    expect((await stateOf())?.last?.at).toBe(last);
  });

  it('is drawn by its hours, with the usual of each behind them', async () => {
    await begin({ weeks: 4, newest: 90 });
    const why = await world.jobs.alerts.why('odd');
    const chart = why?.report.sections.flatMap(({ charts }) => charts)[0];
    expect(chart?.each).toBe('hour');
    expect(chart?.times.length).toBeGreaterThanOrEqual(day / hour);
    const [main, band] = chart?.series ?? [];
    expect(main?.values.findLast((value) => value !== undefined)).toBe(90);
    expect(band?.role).toBe('usual');
    const known = band?.highs?.filter((value) => value !== undefined) ?? [];
    expect(known.length).toBeGreaterThan(20);
    expect(Math.max(...known)).toBeLessThan(2_000);
    const lines = why?.report.sections.flatMap((section) => section.lines.map(say)) ?? [];
    expect(lines.join(' ')).toContain('Now 90.');
    expect(lines.join(' ')).not.toContain('5,000');
  });
});
