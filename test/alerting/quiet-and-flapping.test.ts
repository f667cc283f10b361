// Quiet times, the second mention, flapping, restarts and changes of the rule.
import { describe, expect, test } from 'vitest';
import type { AlertEvent, Effect } from '../../src/alerting/events.ts';
import { day, hour, minute, second } from '../../src/clock.ts';
import {
  boot,
  type Context,
  critical,
  every,
  opened,
  plain,
  resolved,
  ruleWith,
  run,
  sample,
  start,
  tell,
  tick,
  user,
} from './sample-rules.ts';

const m = minute;
const memory = ruleWith();

describe('quiet times', () => {
  const muted =
    (until: number): Context =>
    (at) =>
      at < until ? { muted: 'nightly' } : {};

  test('an alert that opens in maintenance is told when that ends and it still fires', () => {
    const ran = run(memory, [...opened, ...every(6 * m, 20 * m, 0.1)], muted(20 * m));
    expect(ran.said).toEqual(['pending', 'opened', 'announced']);
    expect(ran.effects.find(({ kind }) => kind === 'opened')?.suppressedBy).toEqual({
      kind: 'unpinged.maintenance',
      values: { window: 'nightly' },
    });
    expect(ran.effects.find(({ kind }) => kind === 'announced')?.at).toBe(start + 20 * m);
  });

  test('an alert that opens and closes in maintenance is never told', () => {
    const ran = run(memory, resolved, muted(hour));
    expect(ran.said).toEqual(['pending', 'opened', 'recovering', 'resolved']);
    expect(
      ran.effects
        .filter(({ kind }) => kind !== 'pending' && kind !== 'changed')
        .every(({ suppressedBy }) => suppressedBy !== undefined),
    ).toBe(true);
  });

  test('an escalation in maintenance is told when that ends', () => {
    const context: Context = (at) => (at > 5 * m && at < 20 * m ? { muted: 'nightly' } : {});
    const ran = run(memory, [...opened, ...every(6 * m, 20 * m, 0.05)], context);
    expect(ran.said).toEqual(['pending', 'opened', 'escalated', 'escalated']);
    expect(
      ran.effects.filter(({ kind }) => kind === 'escalated').map(({ suppressedBy }) => suppressedBy?.kind),
    ).toEqual(['unpinged.maintenance', undefined]);
  });

  test('a platform that does not answer keeps the others quiet', () => {
    const ran = run(memory, opened, { inhibited: true });
    expect(ran.effects.at(-1)?.suppressedBy?.kind).toBe('unpinged.platform');
  });

  test('a rule that was silenced beforehand opens in silence as a warning, and is told when that ends', () => {
    const ran = run(memory, [sample(-m, 0.5), user(-30 * second, 'silence', 20 * m), ...every(0, 20 * m, 0.1)]);
    expect(ran.said).toEqual(['silenced', 'pending', 'opened', 'silenceEnded', 'announced']);
  });

  test('critical ends a silence that was said beforehand, unless that was said for critical too', () => {
    const silence = user(-30 * second, 'silence', 20 * m);
    const opening = (said: AlertEvent): Effect | undefined =>
      run(memory, [sample(-m, 0.5), said, ...every(0, 5 * m, 0.05)]).effects.find(({ kind }) => kind === 'opened');
    expect(opening(silence)?.suppressedBy).toBeUndefined();
    expect(opening({ ...silence, level: 'critical' })?.suppressedBy?.kind).toBe('unpinged.silenced');
  });

  test('critical within a maintenance window ends a silence for warnings as well', () => {
    const context: Context = (at) => (at > 5 * m && at < 20 * m ? { muted: 'nightly' } : {});
    const events = [...opened, user(5.5 * m, 'silence', 3 * hour), ...every(6 * m, 20 * m, 0.05)];
    const ran = run(memory, events, context);
    expect(ran.state.response.as).toBe('open');
    expect(ran.effects.at(-1)).toMatchObject({ kind: 'escalated', suppressedBy: undefined });
  });

  test('a silence outlives the close of the incident it was said for', () => {
    const ran = run(memory, [
      ...opened,
      user(5.5 * m, 'silence', 2 * hour),
      ...every(6 * m, 16 * m, 0.25),
      ...every(17 * m, 22 * m, 0.1),
    ]);
    expect(ran.said).toEqual(['pending', 'opened', 'silenced', 'recovering', 'resolved', 'pending', 'opened']);
    expect(ran.effects.at(-1)?.suppressedBy?.kind).toBe('unpinged.silenced');
  });

  test('nobody is silenced for longer than thirty days', () => {
    const ran = run(memory, [...opened, user(6 * m, 'silence', 60 * day)]);
    expect(ran.state.response).toMatchObject({ as: 'silenced', until: start + 6 * m + 30 * day });
  });
});

describe('escalation to a second mention', () => {
  const rule = ruleWith({ escalate: { after: 15 * m, mention: ['U0LEAD'] } });

  test('comes once when nobody acknowledges the highest level', () => {
    const ran = run(rule, [...critical, ...every(3 * m, 29 * m, 0.05)]);
    expect(ran.said).toEqual(['pending', 'opened', 'escalatedToOthers']);
    expect(ran.effects.find(({ kind }) => kind === 'escalatedToOthers')?.at).toBe(start + 17 * m);
  });

  test('does not come when somebody does', () => {
    expect(run(rule, [...critical, user(3 * m, 'acknowledge'), ...every(4 * m, 29 * m, 0.05)]).said).not.toContain(
      'escalatedToOthers',
    );
  });

  test('does not come for a warning of a rule with two levels', () => {
    expect(run(rule, [...opened, ...every(6 * m, 60 * m, 0.1)]).said).not.toContain('escalatedToOthers');
  });
});

describe('flapping', () => {
  /** Fires for a minute, is clear for `calm` minutes, again and again. */
  function swing(times: number, calm: number): AlertEvent[] {
    return Array.from({ length: times }, (_, index) => index * (calm + 1) * m).flatMap((at) => [
      sample(at, 0.1),
      ...every(at + m, at + calm * m, 0.3),
    ]);
  }

  test('four re-openings within an hour make it one alert that stays open', () => {
    const ran = run(plain, swing(12, 4));
    expect(ran.said.filter((kind) => kind === 'opened')).toHaveLength(5);
    expect(ran.said.filter((kind) => kind === 'resolved')).toHaveLength(4);
    expect(ran.said.filter((kind) => kind === 'flapping')).toHaveLength(1);
    expect(ran.state.machine.flapping).toBe(true);
  });

  test('four returns from recovering count as well, and `keepFiring` grows by half each time after that', () => {
    const rule = ruleWith({ levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: 0 } }, keepFiring: 6 * m });
    const ran = run(rule, swing(7, 3));
    expect(ran.said.filter((kind) => kind === 'opened')).toHaveLength(1);
    expect(ran.state.machine.keepMultiplier).toBeCloseTo(1.5 ** 3);
    const calm = run(rule, every(28 * m, 80 * m, 0.3), {}, ran.state);
    expect(calm.effects.find(({ kind }) => kind === 'resolved')?.at).toBe(start + 25 * m + 21 * m);
  });

  test('a flapping alert does not open anew when its calms grow longer', () => {
    const irregular = [0, 2, 4, 6, 8, 10, 14, 19, 21, 29].flatMap((at) => [
      sample(at * m, 0.1),
      sample((at + 1) * m, 0.3),
    ]);
    const between = every(9 * m, 45 * m, 0.3).filter(({ at }) => !irregular.some((event) => event.at === at));
    const ran = run(
      plain,
      [...irregular, ...between].toSorted((a, b) => a.at - b.at),
    );
    expect(ran.said.filter((kind) => kind === 'opened')).toHaveLength(5);
    expect(ran.said.at(-1)).toBe('resolved');
  });

  test('what flaps for hours is remembered in a few numbers', () => {
    const quick = ruleWith({ ...plain, pollEvery: second, maxGap: 10 * second });
    const swings = Array.from(
      { length: 3_000 },
      (_, index): AlertEvent => sample(index * second, index % 2 === 0 ? 0.1 : 0.3),
    );
    const told = tell(quick, swings);
    expect(JSON.stringify(told.state).length).toBeLessThan(5_000);
    expect(told.allNotes.filter(({ operation }) => operation === 'post')).toHaveLength(5);
    expect(told.all.flatMap(({ history }) => history).length).toBeLessThan(60);
  });

  test('`keepFiring` never grows beyond an hour', () => {
    const rule = ruleWith({ levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: 0 } }, keepFiring: 40 * m });
    expect(run(rule, swing(10, 2)).state.machine.keepMultiplier).toBe(1.5);
  });

  test('an hour without a change ends it', () => {
    const ran = run(plain, [...swing(5, 4), ...every(25 * m, 100 * m, 0.3)]);
    expect(ran.said.slice(-2)).toEqual(['resolved', 'flappingEnded']);
    expect(ran.state.machine).toMatchObject({ flapping: false, keepMultiplier: 1, flaps: [] });
  });

  test('three returns within an hour are none', () => {
    expect(run(plain, swing(4, 4)).said).not.toContain('flapping');
  });
});

describe('a restart', () => {
  test('opens a rule without `for` only on a second sample', () => {
    expect(run(plain, [boot(0), sample(second, 0.1)]).said).toEqual(['pending']);
    expect(run(plain, [boot(0), sample(second, 0.1), sample(2 * second, 0.1)]).said).toEqual(['pending', 'opened']);
  });

  test('opens it on the first where that is switched off', () => {
    expect(run(plain, [boot(0), sample(second, 0.1)], { coldStart: 'off' }).said).toEqual(['opened']);
  });

  test('announces nothing again', () => {
    const ran = run(memory, [...critical, boot(3 * m), ...every(3 * m + second, 10 * m, 0.05)]);
    expect(ran.said).toEqual(['pending', 'opened']);
  });

  test('keeps a pending alert over an outage of up to an hour, and asks for two more polls', () => {
    const before = every(0, 4 * m, 0.1);
    expect(run(memory, [...before, boot(30 * m), ...every(30 * m + second, 31 * m + second, 0.1)]).said).toEqual([
      'pending',
    ]);
    expect(run(memory, [...before, boot(30 * m), ...every(30 * m + second, 32 * m + second, 0.1)]).said).toEqual([
      'pending',
      'opened',
    ]);
  });

  test('forgets a pending alert after a longer one', () => {
    expect(run(memory, [...every(0, 4 * m, 0.1), boot(70 * m)]).said).toEqual(['pending', 'pendingCancelled']);
  });

  test('calls nothing stale before a poll was possible', () => {
    expect(run(memory, [...critical, boot(2 * hour), tick(2 * hour), sample(2 * hour + second, 0.05)]).said).toEqual([
      'pending',
      'opened',
    ]);
  });
});

describe('a change of the rule', () => {
  const change = (at: number): AlertEvent => ({ type: 'ruleChanged', at: start + at });

  test('keeps an incident whose value is still beyond the new limits', () => {
    const next = ruleWith({ levels: { warning: { trigger: 0.12, clear: 0.2, holdFor: hour } } });
    const ran = run(next, [change(6 * m)], {}, run(memory, opened).state);
    expect(ran.said).toEqual(['limitsChanged']);
    expect(ran.state.machine).toMatchObject({ condition: 'firing', level: 'warning' });
  });

  test('lets an incident recover that the new limits do not know, even without a clear value', () => {
    const next = ruleWith({ levels: { warning: { trigger: 0.08, clear: 0.12, holdFor: 5 * m } } });
    const ran = run(next, [change(6 * m), ...every(7 * m, 20 * m, 0.1)], {}, run(memory, opened).state);
    expect(ran.said).toEqual(['limitsChanged', 'recovering', 'resolved']);
  });

  test('takes critical down to a warning when only that is still crossed', () => {
    const next = ruleWith({
      levels: {
        warning: { trigger: 0.15, clear: 0.2, holdFor: 5 * m },
        critical: { trigger: 0.02, clear: 0.03, holdFor: 0 },
      },
    });
    const ran = run(next, [change(6 * m)], {}, run(memory, critical).state);
    expect(ran.said).toEqual(['limitsChanged', 'downgraded']);
    expect(ran.state.machine.level).toBe('warning');
  });

  test('is seen at the next sample without being told of it', () => {
    const next = ruleWith({ levels: { warning: { trigger: 0.08, clear: 0.12, holdFor: 5 * m } } });
    expect(run(next, [sample(6 * m, 0.1)], {}, run(memory, opened).state).said).toEqual([
      'limitsChanged',
      'recovering',
    ]);
  });

  test('of how it is told changes nothing', () => {
    const next = ruleWith({ runbook: 'https://runbooks.example.com/memory' });
    expect(run(next, [change(6 * m)], {}, run(memory, opened).state).said).toEqual([]);
  });

  test('that only a version writes in another order changes nothing', () => {
    const reversed = (value: unknown): unknown =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .map(([key, part]) => [key, reversed(part)] as const)
              .reverse(),
          );
    const { version, ...definition } = memory;
    const { state } = run(memory, opened);
    const machine = { ...state.machine, ruleVersion: JSON.stringify(reversed(definition)) };
    expect(machine.ruleVersion).not.toBe(version);
    const ran = run(memory, [change(6 * m), sample(6 * m, 0.1)], {}, { ...state, machine });
    expect(ran.said).toEqual([]);
    expect(ran.state.machine.ruleVersion).toBe(version);
  });

  test('to another metric closes what was open', () => {
    const next = ruleWith({
      metric: 'connections.current',
      direction: 'above',
      levels: { warning: { trigger: 100, clear: 90, holdFor: 0 } },
    });
    const ran = run(next, [sample(6 * m, 150), sample(7 * m, 150)], {}, run(memory, opened).state);
    expect(ran.said).toEqual(['closed', 'pending', 'opened']);
  });

  test('forgets a pending alert whose value the new limits do not know', () => {
    const next = ruleWith({ levels: { warning: { trigger: 0.05, clear: 0.05, holdFor: 5 * m } } });
    expect(run(next, [change(m)], {}, run(memory, [sample(0, 0.1)]).state).said).toEqual(['pendingCancelled']);
  });
});
