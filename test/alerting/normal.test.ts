// What ends an alert though the number did not come back: a person says that it is normal, or it counts as usual by now.
import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../src/alerting/events.ts';
import type { MeasureInput, Rule } from '../../src/alerting/rule.ts';
import { ruleFromConfig } from '../../src/alerting/rule-config.ts';
import { kindOf } from '../../src/alerting/rules/index.ts';
import { seasonalProfileFor } from '../../src/alerting/seasonal-profile.ts';
import { AlertState } from '../../src/alerting/state.ts';
import { hour, minute } from '../../src/clock.ts';
import type { Bucket } from '../../src/metrics/sample.ts';
import { englishWording } from '../../src/wording.ts';
import { app, ruleWith, run, start, tell, undo, user } from './sample-rules.ts';

const m = minute;
const say = englishWording.text;

function ruleOf(kind: string, metric: string, more: object = {}): Rule {
  const read = ruleFromConfig({ id: 'it', app: 'prod', channel: 'C0ONCALL', kind, metric, ...more }, { app });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.rule;
}

const bucket = (at: number, value: number): Bucket => ({
  at: start + at,
  min: value,
  max: value,
  mean: value,
  last: value,
  lastAt: start + at,
  samples: 60,
});

/** Connections of each minute through a drop rule: what its kind measures of the minutes before. */
function dropEvents(rule: Rule, values: readonly number[], more: Partial<MeasureInput> = {}): AlertEvent[] {
  const raw = values.map((value, index) => bucket(index * m, value));
  return values.map((value, index) => {
    const now = start + index * m;
    const input = { now, values: { 'connections.current': value }, zone: app.timezone, ...more };
    const measured = kindOf(rule).measure(rule, { ...input, data: [raw.slice(0, index + 1), more.data?.[1] ?? []] });
    if (measured.state !== 'measured') throw new Error(measured.state);
    return { type: 'sample', at: now, measured };
  });
}

const lines = (rule: Rule, events: readonly AlertEvent[]): string[] =>
  tell(rule, events).allNotes.flatMap(({ message }) =>
    message.kind === 'line' ? [say(message.text)] : message.kind === 'alert' ? [say(message.view.headline)] : [],
  );

describe('a fall that stays', () => {
  const drop = ruleOf('drop', 'connections.current');
  const fallen = [...Array<number>(20).fill(1_700), ...Array<number>(90).fill(610)];

  test('ends in grey after its hour, as not recovered, with what it was and what it is', () => {
    const { allNotes } = tell(drop, dropEvents(drop, fallen));
    const last = allNotes.findLast(({ message }) => message.kind === 'alert');
    const view = last?.message.kind === 'alert' ? last.message.view : undefined;
    expect(view?.colour).toBe('grey');
    expect(view && say(view.headline)).toBe(
      'Closed, not recovered: Production chat, connections still 610, 64 % under the 1,700 of 03:19; from now on that counts as normal',
    );
    expect(lines(drop, dropEvents(drop, fallen)).filter((line) => /Recovering|Resolved/.test(line))).toEqual([]);
  });

  test('says line 1 with the app first, and until when it counts', () => {
    const { allNotes } = tell(drop, dropEvents(drop, fallen.slice(0, 30)));
    const [root] = allNotes;
    if (root?.message.kind !== 'alert') throw new Error('no message');
    expect(say(root.message.view.headline)).toBe(
      'Critical: Production chat lost 64 % of its connections in 5 min (1,700 → 610)',
    );
    expect(root.message.view.lines.map(say).join('\n')).toContain('At 04:24 the new height counts as normal.');
  });

  test('that comes back is a recovery', () => {
    const back = [...fallen.slice(0, 40), ...Array<number>(20).fill(1_690)];
    expect(run(drop, dropEvents(drop, back)).said.slice(-2)).toEqual(['recovering', 'resolved']);
  });

  test('to what is usual at this hour is none, once that is known', () => {
    const hours = Array.from({ length: 6 * 168 }, (_, index) => bucket((index - 6 * 168) * hour, 600));
    expect(run(drop, dropEvents(drop, fallen, { data: [[], hours] })).said).toEqual([]);
  });
});

describe('"This is normal now"', () => {
  const odd = ruleWith({ kind: 'baseline', metric: 'connections.current', direction: 'above', ...levels(4) });
  const far = (at: number): AlertEvent => ({
    type: 'sample',
    at: start + at,
    measured: { state: 'measured', value: 9, shown: 2_000, usual: 1_000, words: [] },
  });
  const farFor = (from: number, to: number): AlertEvent[] =>
    Array.from({ length: to - from + 1 }, (_, index) => far((from + index) * m));
  const open = farFor(0, 5);

  test('closes the alert, and keeps who said it, when, and which level it was instead of which', () => {
    const { state, effects } = run(odd, [...open, user(7 * m, 'normal')]);
    expect(effects.at(-1)).toMatchObject({ kind: 'closed', closed: 'accepted', actor: 'U0BOB' });
    const accepted = { by: 'U0BOB', at: start + 7 * m, since: start, shown: 2_000, usual: 1_000 };
    expect(state.accepted).toEqual(accepted);
    // As it is stored and read again.
    expect(AlertState.parse(JSON.parse(JSON.stringify(state))).accepted).toEqual(accepted);
  });

  test('can be undone: the alert is open again and nothing is accepted', () => {
    const { state, said } = run(odd, [...open, user(7 * m, 'normal'), undo(8 * m, 7 * m)]);
    expect(said.at(-1)).toBe('reopened');
    expect(state.machine.condition).toBe('firing');
    expect(state.accepted).toBeUndefined();
  });

  test('undone after a second time leaves what was accepted first', () => {
    const again = [...open, user(7 * m, 'normal'), ...farFor(20, 26), user(27 * m, 'normal'), undo(28 * m, 27 * m)];
    expect(run(odd, again).state.accepted).toMatchObject({ at: start + 7 * m });
  });

  test('is refused of a rule with a limit of its own, and of one that is not open', () => {
    const { effects } = run(ruleWith(), [user(0, 'normal')]);
    expect(effects.at(-1)?.refusal && say(effects.at(-1)?.refusal ?? { kind: '', values: {} })).toBe(
      'memory-low goes by a limit of its own and not by what is usual: change its limit, or close it for now.',
    );
    expect(run(odd, [user(0, 'normal')]).said).toEqual(['ignored']);
  });

  test('is offered on every kind that learns and on no other', () => {
    const offered = (rule: Rule, events: readonly AlertEvent[]): boolean =>
      tell(rule, events).allNotes.some(
        ({ message }) => message.kind === 'alert' && message.view.actions.includes('normal'),
      );
    expect(offered(odd, open)).toBe(true);
    const low = { type: 'sample', measured: { state: 'measured', value: 0.01, shown: 0.01, words: [] } } as const;
    expect(
      offered(
        ruleWith(),
        [0, 1, 2, 3, 4].map((at) => ({ ...low, at: start + at * m })),
      ),
    ).toBe(false);
  });

  test('makes the level usual at once: earlier hours count as if they had been at it', () => {
    const hours = Array.from({ length: 6 * 168 }, (_, index) => bucket((index - 6 * 168) * hour, 1_000));
    const ask = { metric: 'connections.current', now: start, zone: app.timezone, hours } as const;
    const accepted = { by: 'U0BOB', at: start - m, since: start - hour, shown: 2_000, usual: 1_000 };
    expect(seasonalProfileFor(ask)).toMatchObject({ centre: expect.closeTo(1_000, 3) });
    expect(seasonalProfileFor({ ...ask, accepted })).toMatchObject({ centre: expect.closeTo(2_000, 3) });
  });

  test('of a fall forgets what was before it', () => {
    const drop = ruleOf('drop', 'connections.current');
    const values = [...Array<number>(20).fill(1_700), ...Array<number>(10).fill(610)];
    const accepted = { by: 'U0BOB', at: start + 25 * m, since: start + 20 * m, shown: 610 };
    const last = dropEvents(drop, values, { accepted }).at(-1);
    expect(last?.type === 'sample' && last.measured.value).toBe(0);
  });

  test('of a forecast holds it back until the number is half as far from the limit, where no usual is known', () => {
    const forecast = ruleOf('forecast', 'memory.free_ratio', { reaches: '8%' });
    const at = (shown: number) => {
      const falling = Array.from({ length: 36 }, (_, index) =>
        bucket((index - 36) * 5 * m, shown + (36 - index) * 0.004),
      );
      const accepted = { by: 'U0BOB', at: start - hour, since: start - 2 * hour, shown: 0.3 };
      const values = { 'memory.free_ratio': shown };
      return kindOf(forecast).measure(forecast, {
        now: start,
        values,
        zone: app.timezone,
        data: [falling, []],
        accepted,
      });
    };
    expect(at(0.25)).toMatchObject({ value: 3_660 * 24 * hour });
    expect(at(0.14)).toMatchObject({ value: expect.closeTo((0.06 / 0.048) * hour, -6) });
  });
});

function levels(trigger: number): Pick<Rule, 'levels'> {
  return { levels: { warning: { trigger, clear: 0.75 * trigger, holdFor: 5 * m } } };
}
