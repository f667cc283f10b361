// What holds for every sequence of events.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { step } from '../../src/alerting/advance.ts';
import type { AlertEvent, StepContext } from '../../src/alerting/events.ts';
import type { Rule } from '../../src/alerting/rule.ts';
import { AlertState, initialState, isOpen } from '../../src/alerting/state.ts';
import { hour, minute, second } from '../../src/clock.ts';
import { measured, ruleWith, run, start, tell } from './sample-rules.ts';

const values = [0.02, 0.07, 0.1, 0.13, 0.17, 0.2, 0.5];

const rules = fc
  .record({
    hold: fc.constantFrom(0, minute, 5 * minute),
    critical: fc.constantFrom(undefined, 0, 2 * minute),
    keep: fc.constantFrom(0, minute, 10 * minute),
    escalates: fc.boolean(),
  })
  .map(({ hold, critical, keep, escalates }) =>
    ruleWith({
      levels: {
        warning: { trigger: 0.15, clear: 0.2, holdFor: hold },
        ...(critical === undefined ? {} : { critical: { trigger: 0.08, clear: 0.12, holdFor: critical } }),
      },
      keepFiring: keep,
      keepCritical: Math.min(keep, 5 * minute),
      maxGap: 6 * minute,
      ...(escalates ? { escalate: { after: 15 * minute, mention: ['U0LEAD'] } } : {}),
    }),
  );

interface Happening {
  readonly after: number;
  readonly event: (at: number) => AlertEvent;
  readonly context: StepContext;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  after: fc.oneof(
    { weight: 8, arbitrary: fc.constant(minute) },
    { weight: 1, arbitrary: fc.constantFrom(10 * second, 5 * minute, 40 * minute, 3 * hour, 26 * hour) },
  ),
  event: fc.oneof(
    {
      weight: 10,
      arbitrary: fc.constantFrom(...values).map(
        (value) =>
          (at: number): AlertEvent => ({ type: 'sample', at, measured: measured(value) }),
      ),
    },
    { weight: 2, arbitrary: fc.constant((at: number): AlertEvent => ({ type: 'tick', at })) },
    { weight: 2, arbitrary: fc.constant((at: number): AlertEvent => ({ type: 'fail', at, why: 'HTTP 503' })) },
    { weight: 1, arbitrary: fc.constant((at: number): AlertEvent => ({ type: 'boot', at })) },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom('acknowledge' as const, 'silence' as const, 'unsilence' as const, 'resolve' as const)
        .map(
          (action) =>
            (at: number): AlertEvent => ({ type: 'user', action, who: 'U0BOB', at, until: at + 20 * minute }),
        ),
    },
  ),
  context: fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constantFrom({ muted: 'nightly' }, { inhibited: true }) },
  ),
});

const happenings = fc.array(happening, { maxLength: 60 });

/** The events at their times, followed by two hours of good values, which end everything. */
function timeline(list: readonly Happening[]): { readonly events: AlertEvent[]; readonly contexts: StepContext[] } {
  const events: AlertEvent[] = [];
  const contexts: StepContext[] = [];
  let at = start;
  for (const one of list) {
    at += one.after;
    events.push(one.event(at));
    contexts.push(one.context);
  }
  for (let transition = 0; transition < 26; transition += 1) {
    at += 5 * minute;
    events.push({ type: 'sample', at, measured: measured(0.5) });
    contexts.push({});
  }
  return { events, contexts };
}

function contextAt({ events, contexts }: ReturnType<typeof timeline>): (at: number) => StepContext {
  const byTime = new Map(events.map((event, index) => [event.at - start, contexts[index] ?? {}]));
  return (at) => byTime.get(at) ?? {};
}

describe('whatever happens', () => {
  test('no incident opens before the last one is closed, and each is closed once', () => {
    fc.assert(
      fc.property(rules, happenings, (rule, list) => {
        const line = timeline(list);
        const { effects, state } = run(rule, line.events, contextAt(line));
        const marks = effects
          .filter(({ kind, closed }) => kind === 'opened' || closed !== undefined)
          .map(({ kind }) => kind === 'opened');
        expect(marks).toEqual(marks.map((_mark, index) => index % 2 === 0));
        expect(isOpen(state)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('each incident that is told has one root, which comes first, and one closing line', () => {
    fc.assert(
      fc.property(rules, happenings, (rule, list) => {
        const line = timeline(list);
        const { allNotes } = tell(rule, line.events, {}, contextAt(line));
        expect(new Set(allNotes.map(({ key }) => key)).size).toBe(allNotes.length);
        for (const stream of new Set(allNotes.map((note) => note.stream))) {
          const own = allNotes.filter((note) => note.stream === stream);
          expect(own.map(({ seq }) => seq)).toEqual(own.map(({ seq }) => seq).toSorted((a, b) => a - b));
          expect(own.map(({ operation }) => operation).indexOf('post')).toBe(0);
          expect(own.filter(({ operation }) => operation === 'post')).toHaveLength(1);
          expect(
            own.filter(({ message }) => message.kind === 'line' && ['resolved', 'closed'].includes(message.about)),
          ).toHaveLength(1);
          expect(own.findLast(({ message }) => message.kind === 'alert')?.message).toMatchObject({
            view: { closedAt: expect.any(Number) },
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  test('the pager hears of the end of everything that it was called for', () => {
    fc.assert(
      fc.property(rules, happenings, (rule, list) => {
        const line = timeline(list);
        const { allNotes } = tell(rule, line.events, {}, contextAt(line));
        const pages = allNotes.flatMap(({ message }) => (message.kind === 'pager' ? [message] : []));
        // Each call under a key of its own, and the one before is over when the next one begins.
        for (const key of new Set(pages.map((page) => page.key))) {
          const actions = pages.filter((page) => page.key === key).map(({ action }) => action);
          expect([actions[0], actions.at(-1)]).toEqual(['trigger', 'resolve']);
          expect(actions.slice(1, -1).every((action) => action === 'acknowledge')).toBe(true);
          const place = pages.map((page) => page.key);
          expect(place.lastIndexOf(key) - place.indexOf(key)).toBe(actions.length - 1);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('moving all times by the same amount changes nothing else', () => {
    fc.assert(
      fc.property(rules, happenings, fc.integer({ min: -1e12, max: 1e12 }), (rule, list, by) => {
        const line = timeline(list);
        const moved = line.events.map((event) =>
          event.type === 'user'
            ? { ...event, at: event.at + by, until: (event.until ?? 0) + by }
            : { ...event, at: event.at + by },
        );
        const at = contextAt(line);
        const here = run(rule, line.events, at);
        const there = run(rule, moved, (time) => at(time - by));
        expect(there.effects.map((effect) => ({ ...effect, at: effect.at - by }))).toEqual(here.effects);
      }),
      { numRuns: 40 },
    );
  });

  test('two replicas that see the same polls in any order keep the same log', () => {
    fc.assert(
      fc.property(
        rules,
        fc.array(happening, { maxLength: 25 }),
        fc.infiniteStream(fc.boolean()),
        (rule, list, turns) => {
          const events = list
            .map((one, index) => one.event(start + index * 10 * second))
            .filter(({ type }) => type !== 'user' && type !== 'boot');
          const alone = run(rule, events);
          const position = { left: 0, right: 0 };
          const seen: string[] = [];
          let state: AlertState = initialState(rule);
          while (position.left < events.length || position.right < events.length) {
            const isLeft =
              position.left < events.length && (position.right >= events.length || turns.next().value === true);
            const event = events[isLeft ? position.left++ : position.right++];
            if (event === undefined) break;
            const result = step(state, event, rule, {});
            ({ state } = result);
            seen.push(...result.effects.map((effect) => `${effect.at} ${effect.kind}`));
          }
          expect(seen).toEqual(alone.effects.map((effect) => `${effect.at} ${effect.kind}`));
          expect(state).toEqual(alone.state);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the state survives being stored', () => {
    fc.assert(
      fc.property(rules, happenings, (rule, list) => {
        const line = timeline(list);
        const at = contextAt(line);
        let kept = initialState(rule);
        let stored = initialState(rule);
        for (const event of line.events) {
          kept = step(kept, event, rule, at(event.at - start)).state;
          stored = AlertState.parse(JSON.parse(JSON.stringify(step(stored, event, rule, at(event.at - start)).state)));
        }
        expect(stored).toEqual(JSON.parse(JSON.stringify(kept)));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a rule that is changed', () => {
  test('leaves no ghost: what the new limits never saw crossed is closed', () => {
    const changed = fc.record({
      hold: fc.constantFrom(0, 30 * minute, 2 * hour),
      trigger: fc.constantFrom(0.01, 0.05),
    });
    fc.assert(
      fc.property(
        rules,
        happenings,
        changed,
        fc.constantFrom(0.06, 0.1, 0.13),
        (rule, list, { hold, trigger }, value) => {
          const events = timeline(list).events.slice(0, list.length);
          const before = run(rule, events);
          fc.pre((before.state.machine.last?.value ?? 1) >= trigger);
          const next = ruleWith({ ...rule, levels: { warning: { trigger, clear: 0.2, holdFor: hold } } });
          const from = events.at(-1)?.at ?? start;
          const after = Array.from(
            { length: 90 },
            (_, index): AlertEvent => ({ type: 'sample', at: from + (index + 1) * minute, measured: measured(value) }),
          );
          const ran = run(next, [{ type: 'ruleChanged', at: from }, ...after], {}, before.state);
          expect(ran.state.machine.condition).toBe('inactive');
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** A Prometheus alerting rule: `for` and `keep_firing_for`, evaluated at each sample. */
function prometheus(rule: Rule): (at: number, isActive: boolean) => 'inactive' | 'pending' | 'firing' {
  const { holdFor = 0 } = rule.levels.warning ?? {};
  let activeAt: number | undefined;
  let isFiring = false;
  let keepSince: number | undefined;
  return (at, isActive) => {
    if (isActive) {
      keepSince = undefined;
      activeAt ??= at;
      isFiring ||= at - activeAt >= holdFor;
    } else if (isFiring && rule.keepFiring > 0) {
      keepSince ??= at;
      if (at - keepSince >= rule.keepFiring) isFiring = false;
    } else {
      isFiring = false;
    }
    if (!isActive && !isFiring) activeAt = undefined;
    return isFiring ? 'firing' : activeAt === undefined ? 'inactive' : 'pending';
  };
}

test('with the clearing value at the limit a rule behaves like one of Prometheus', () => {
  const interval = 20 * minute;
  fc.assert(
    fc.property(
      fc.constantFrom(0, 20, 30, 60),
      fc.constantFrom(0, 10, 20, 50),
      fc.array(fc.boolean(), { maxLength: 80 }),
      (hold, keep, actives) => {
        const rule = ruleWith({
          levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: hold * minute } },
          keepFiring: keep * minute,
          maxGap: hour,
        });
        const oracle = prometheus(rule);
        let state = initialState(rule);
        for (const [index, isActive] of actives.entries()) {
          const at = start + index * interval;
          ({ state } = step(state, { type: 'sample', at, measured: measured(isActive ? 0.1 : 0.3) }, rule, {}));
          expect(isOpen(state) ? 'firing' : state.machine.condition).toBe(oracle(at, isActive));
        }
      },
    ),
    { numRuns: 500 },
  );
});
