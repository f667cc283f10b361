// The decisions around the machine: what keeps quiet and when that ends, swings between levels, gaps, order, storms.
import { describe, expect, test } from 'vitest';
import { eventOf, step } from '../../src/alerting/advance.ts';
import type { AlertEvent, StepContext } from '../../src/alerting/events.ts';
import { initialState } from '../../src/alerting/state.ts';
import { stormMember, stormPlaces } from '../../src/alerting/storm.ts';
import { day, hour, minute, second } from '../../src/clock.ts';
import { inEnglish } from '../support/in-english.ts';
import {
  app,
  critical,
  every,
  expectRow,
  measured,
  opened,
  plain,
  type Row,
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
const byHand = [...every(0, 5 * m, 0.13), user(6 * m, 'resolve')];
const closed = ['pending', 'opened', 'closed'];

const closedForNow: readonly Row[] = [
  {
    name: 'while nothing gets worse it stays closed, for four hours',
    events: [...byHand, ...every(7 * m, 4 * hour + 5 * m, 0.14)],
    said: closed,
    condition: 'inactive',
  },
  {
    name: 'after four hours `for` begins anew, and it opens',
    events: [...byHand, ...every(7 * m, 4 * hour + 11 * m, 0.14)],
    said: [...closed, 'pending', 'opened'],
    condition: 'firing',
    level: 'warning',
  },
  {
    name: "at a worse level it opens after that level's own `for`",
    events: [...byHand, ...every(7 * m, 9 * m, 0.07)],
    said: [...closed, 'pending', 'opened'],
    condition: 'firing',
    level: 'critical',
  },
  {
    name: 'critical that does not hold opens nothing',
    events: [...byHand, sample(7 * m, 0.07), ...every(8 * m, 30 * m, 0.14)],
    said: [...closed, 'pending', 'pendingCancelled'],
    condition: 'inactive',
  },
  {
    name: 'at a fall as large again `for` begins anew',
    rule: ruleWith({ levels: { warning: { trigger: 0.15, clear: 0.2, holdFor: 2 * m } } }),
    events: [
      ...every(0, 2 * m, 0.14),
      user(3 * m, 'resolve'),
      ...every(4 * m, 10 * m, 0.1),
      ...every(11 * m, 13 * m, 0.08),
    ],
    said: [...closed, 'pending', 'opened'],
    condition: 'firing',
    level: 'warning',
  },
  {
    name: 'once it was clear it opens like any other',
    events: [...byHand, sample(7 * m, 0.2), ...every(8 * m, 13 * m, 0.14)],
    said: [...closed, 'pending', 'opened'],
    condition: 'firing',
    level: 'warning',
  },
  {
    name: 'a change of the limits ends it',
    rule: ruleWith({ keepFiring: 11 * m }),
    events: [...byHand, ...every(7 * m, 12 * m, 0.14)],
    said: closed,
    condition: 'inactive',
  },
];

describe('closed for now by hand', () => {
  test.each(closedForNow)('$name', (row) => expectRow(row));

  test('a platform that does not answer is not opened again by the number of its failures', () => {
    const platform = ruleWith({
      ...plain,
      kind: 'unreachable',
      direction: 'above',
      levels: { warning: { trigger: 2.5, clear: 0.5, holdFor: 0 } },
    });
    const ran = run(platform, [sample(0, 3), user(second, 'resolve'), ...every(m, 3 * hour, 50)]);
    expect(ran.said).toEqual(['opened', 'closed']);
  });

  test('as an earlier version stored it, it waits for a clear value', () => {
    const { state } = run(plain, [sample(0, 0.1), user(second, 'resolve')]);
    const stored = { ...state, machine: { ...state.machine, held: undefined } };
    expect(run(plain, every(m, 5 * hour, 0.1), {}, stored).said).toEqual([]);
  });
});

const swing = (times: number): AlertEvent[] =>
  Array.from({ length: times }, (_, index) => (3 + index * 9) * m).flatMap((at) => [
    ...every(at, at + 5 * m, 0.13),
    ...every(at + 6 * m, at + 8 * m, 0.05),
  ]);

describe('swings between warning and critical', () => {
  test('are damped: within two hours nobody is called more than five times', () => {
    const told = tell(memory, [...critical, ...swing(13)]);
    const pages = told.allNotes.filter(({ message }) => message.kind === 'pager' && message.action === 'trigger');
    expect(pages.length).toBeLessThanOrEqual(5);
    expect(told.state.machine.flapping).toBe(true);
  });

  test('leave an acknowledgement that was said for critical, and ping nobody while it holds', () => {
    const told = tell(memory, [...critical, user(2.5 * m, 'acknowledge'), ...swing(4)]);
    expect(told.state.response).toMatchObject({ as: 'acknowledged', by: 'U0BOB' });
    const escalations = told.allNotes.filter(({ message }) => message.kind === 'line' && message.about === 'escalated');
    expect(escalations.length).toBeGreaterThan(2);
    for (const { message, broadcast } of escalations)
      expect([message, broadcast]).toMatchObject([{ mentions: [] }, false]);
  });

  test('end one that was said for the warning', () => {
    const events = [...opened, user(5.5 * m, 'acknowledge'), ...every(6 * m, 8 * m, 0.05)];
    expect(run(memory, events).state.response.as).toBe('open');
  });
});

describe('a rule that learns', () => {
  const learning = (at: number): AlertEvent =>
    eventOf({ state: 'learning', words: [] }, { at: start + at, why: undefined });

  test('while its alert is open is not without data, and no timer runs', () => {
    const polls = Array.from({ length: 31 }, (_, at) => [
      learning((6 + at) * m),
      tick((6 + at) * m + 5 * second),
    ]).flat();
    const ran = run(memory, [...opened, ...polls, sample(37 * m, 0.5)]);
    expect(ran.said).toEqual(['pending', 'opened', 'recovering']);
    expect(ran.state.machine.recoverSince).toBe(start + 37 * m);
  });

  test('for a day is closed as not known', () => {
    const polls = Array.from({ length: 26 }, (_, at) => learning(at * hour + 6 * m));
    expect(run(memory, [...opened, ...polls]).said).toEqual(['pending', 'opened', 'closed']);
  });

  test('changes nothing while its alert is not open', () => {
    const { state } = run(memory, [sample(0, 0.5)]);
    expect(step(state, learning(m), memory, {}).state).toBe(state);
  });
});

describe('order', () => {
  /** Polls of one process in their order, at times that its clock says. */
  const polls = (times: readonly number[], value: number): AlertEvent[] =>
    times.map((at, number) => ({
      type: 'sample',
      at: start + at,
      measured: measured(value),
      order: { process: 'p', number },
    }));

  test('is that of the polls: a clock that is set back by less than five minutes delays nothing', () => {
    const ran = run(memory, polls([0, m, -2.5 * m], 0.05));
    expect(ran.said).toEqual(['pending', 'clockMoved', 'opened']);
    expect(ran.state.machine.level).toBe('critical');
  });

  test('a poll that was seen is not seen again', () => {
    const [first, second_] = polls([0, m], 0.05);
    const events = [first, second_, first].filter((event) => event !== undefined);
    expect(run(memory, events).state.machine.lastAt).toBe(start + m);
  });

  test('the end of a silence and of an acknowledgement is a time on the wall, which a correction of the clock does not move', () => {
    const said = [sample(0, 0.5), user(second, 'silence', hour)];
    expect(run(memory, [...said, sample(-30 * m, 0.5)]).state.response).toMatchObject({ until: start + hour });
    const had = [...critical, user(2.5 * m, 'acknowledge')];
    expect(run(memory, [...had, sample(-30 * m, 0.05)]).state.response).toMatchObject({
      until: start + 2.5 * m + hour,
    });
  });

  test('no two incidents have one id, also when the clock was set back to the same instant', () => {
    const events = [sample(0, 0.1), sample(m, 0.3), sample(-9 * m, 0.3), sample(0, 0.1)];
    const told = tell(plain, events);
    const ids = told.all.flatMap(({ effects, state }) =>
      effects.flatMap(({ kind }) => (kind === 'opened' ? [state.machine.incident] : [])),
    );
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a storm', () => {
  const stream = 'storm@C0ONCALL@1';
  const warning = ruleWith({
    id: 'one',
    levels: { ...memory.levels, critical: { trigger: 0.08, clear: 0.12, holdFor: 0 } },
    keepCritical: 0,
  });
  const others = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => {
    const rule = ruleWith({ ...plain, id });
    return { rule, app, state: run(rule, [sample(5 * m, 0.1)]).state };
  });
  const stepOf = (events: readonly AlertEvent[], context: StepContext = {}) => {
    let before = initialState(warning);
    let effects: ReturnType<typeof step>['effects'] = [];
    for (const event of events) ({ state: before, effects } = step(before, event, warning, context));
    return { rule: warning, after: before, effects, now: events.at(-1)?.at ?? start };
  };

  test('is made of openings: warnings are gathered, a critical has a message of its own', () => {
    const gathered = stormPlaces(stepOf(every(0, 5 * m, 0.1)), others);
    expect(gathered).toMatchObject([
      { channel: 'C0ONCALL', storm: { stream: expect.stringMatching(/^storm@/), after: 6 } },
    ]);
    expect(stormPlaces(stepOf(every(5 * m, 5 * m, 0.05)), others)).toEqual([]);
  });

  test('does not come of escalations: what opened long ago is no opening', () => {
    const old = others.map((other) => {
      const { state } = tell(other.rule, [sample(-hour, 0.1)]);
      const notification = { ...state.notification, notifiedAt: start + 5 * m };
      return { ...other, state: { ...state, notification } };
    });
    expect(stormPlaces(stepOf(every(0, 5 * m, 0.1)), old)).toEqual([]);
  });

  test('is left by an incident that becomes critical: it pings in a message of its own, and the summary counts it no more', () => {
    const members = others.slice(0, 2).map((other) => stormMember(other, start + 5 * m));
    const joined = tell(warning, every(0, 5 * m, 0.1), {
      storms: [{ channel: 'C0ONCALL', storm: { stream, members, after: 5 } }],
    });
    expect(joined.state.notification.stream).toBe(stream);
    const stayed = others.map((other) => ({
      ...other,
      state: { ...other.state, notification: { ...other.state.notification, stream } },
    }));
    const { state: after, effects } = step(joined.state, sample(6 * m, 0.05), warning, {});
    const storms = stormPlaces({ rule: warning, after, effects, now: start + 6 * m }, stayed);
    const told = tell(warning, [sample(6 * m, 0.05)], { state: joined.state, storms });
    expect(told.notifications.map(({ operation, stream: to }) => [operation, to])).toEqual([
      ['edit', stream],
      ['post', after.machine.incident],
      ['page', after.machine.incident],
    ]);
    expect(inEnglish(told.notifications[0]?.message)).toMatchObject({
      view: {
        headline: '6 to 11 of 11 alerts at once, all on free memory of Production chat: 6 open',
        actions: ['acknowledge', 'silence'],
      },
    });
    expect(told.notifications[1]?.message).toMatchObject({ view: { mentions: ['S0ONCALL'], level: 'critical' } });
    expect(told.state.notification.stream).toBe(after.machine.incident);
  });

  test('that loses its last incident says where it went', () => {
    const joined = tell(warning, every(0, 5 * m, 0.1), {
      storms: [{ channel: 'C0ONCALL', storm: { stream, members: [], after: 5 } }],
    });
    const told = tell(warning, [sample(6 * m, 0.05)], {
      state: joined.state,
      storms: [{ channel: 'C0ONCALL', stormLeft: { stream, members: [], after: 5 } }],
    });
    expect(inEnglish(told.notifications[0]?.message)).toMatchObject({
      view: { headline: 'one is critical and has a message of its own', actions: [], colour: 'grey' },
    });
  });
});

describe('a rule that changes', () => {
  const change: AlertEvent = { type: 'ruleChanged', at: start + 6 * m };
  const lineOf = (next: typeof memory): unknown => {
    const told = tell(next, [change], { state: run(memory, opened).state });
    const line = told.notifications.find(({ message }) => message.kind === 'line')?.message;
    return line?.kind === 'line' ? inEnglish(line.text) : undefined;
  };

  test('says what it means now only where that changed', () => {
    const { warning, critical: worst } = memory.levels;
    expect(lineOf(ruleWith({ keepFiring: 20 * m }))).toBe('03:06 The rule was changed. Its limit is the same.');
    const levels = { ...(warning && { warning: { ...warning, trigger: 0.18 } }), ...(worst && { critical: worst }) };
    expect(lineOf(ruleWith({ levels }))).toBe('03:06 The rule was changed. It now means under 18 %.');
  });

  test('to watch something else closes its alert with those words', () => {
    const told = tell(memory, [{ type: 'ruleRemoved', at: start + 6 * m, because: 'replaced' }], {
      state: run(memory, opened).state,
    });
    expect(inEnglish(told.notifications[0]?.message)).toMatchObject({
      view: {
        headline: 'Closed, because rule memory-low watches something else now: Production chat has 10 % free memory',
      },
    });
  });
});

test('a day of one good poll in four ends', () => {
  const times = Array.from({ length: 390 }, (_, index) => index * 4 * m);
  const bad = run(
    memory,
    times.map((at) => sample(at, 0.01)),
  );
  expect(bad.said.slice(0, 2)).toEqual(['pending', 'opened']);
  expect(times.at(-1)).toBeGreaterThan(day);
});
