// The machine against a model of its own specification, over thousands of random series with everything that can happen in them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { step } from '../../src/alerting/advance.ts';
import type { AlertEvent, StepContext, UserEvent } from '../../src/alerting/events.ts';
import type { Rule } from '../../src/alerting/rule.ts';
import { AlertState, initialState, isOpen } from '../../src/alerting/state.ts';
import { minute } from '../../src/clock.ts';
import { Model, type Seen } from './reference.ts';
import { measured, ruleWith, start } from './sample-rules.ts';

const series = 2_000;

/** One or two levels, below a limit and above the mirrored one. */
const rules = fc
  .record({
    direction: fc.constantFrom('below' as const, 'above' as const),
    hold: fc.constantFrom(0, 5),
    critical: fc.constantFrom(undefined, 0, 2),
    keep: fc.constantFrom(0, 3, 10),
  })
  .map(({ direction, hold, critical, keep }) => {
    const limit = (value: number): number => (direction === 'below' ? value : 1 - value);
    const level = (trigger: number, clear: number, holdFor: number) => ({
      trigger: limit(trigger),
      clear: limit(clear),
      holdFor: holdFor * minute,
    });
    return ruleWith({
      direction,
      levels: {
        warning: level(0.15, 0.2, hold),
        ...(critical === undefined ? {} : { critical: level(0.08, 0.12, critical) }),
      },
      keepFiring: keep * minute,
      keepCritical: Math.min(keep, 5) * minute,
    });
  });

type Part =
  | { readonly kind: 'run'; readonly value: number; readonly count: number; readonly every: number }
  | {
      readonly kind: 'swing';
      readonly low: number;
      readonly high: number;
      readonly count: number;
      readonly calm: number;
    }
  | { readonly kind: 'gap'; readonly minutes: number; readonly by: 'fail' | 'tick' | 'boot' | 'none' }
  | { readonly kind: 'back'; readonly minutes: number }
  | { readonly kind: 'mute'; readonly context: StepContext }
  | { readonly kind: 'restart' }
  | {
      readonly kind: 'person';
      readonly action: UserEvent['action'];
      readonly who: string;
      readonly minutes: number | undefined;
      readonly takesOver: boolean;
      readonly level: 'critical' | undefined;
    };

const bad = fc.constantFrom(0.02, 0.07, 0.1, 0.13);
const good = fc.constantFrom(0.17, 0.2, 0.5);
const parts: fc.Arbitrary<Part> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      value: fc.oneof(bad, good),
      count: fc.integer({ min: 1, max: 14 }),
      every: fc.constantFrom(1, 1, 1, 2, 4, 5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('swing' as const),
      low: bad,
      high: fc.oneof(good, fc.constant(0.13)),
      count: fc.integer({ min: 2, max: 7 }),
      calm: fc.integer({ min: 1, max: 13 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('gap' as const),
      minutes: fc.constantFrom(2, 4, 20, 59, 70, 300, 1_500),
      by: fc.constantFrom('fail' as const, 'tick' as const, 'boot' as const, 'none' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), minutes: fc.constantFrom(6, 30, 200) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('mute' as const),
      context: fc.constantFrom<StepContext[]>({}, {}, { muted: 'nightly' }, { inhibited: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('person' as const),
      action: fc.constantFrom<UserEvent['action'][]>(
        'acknowledge',
        'acknowledge',
        'extend',
        'silence',
        'unsilence',
        'resolve',
        'undo',
      ),
      who: fc.constantFrom('U0ALICE', 'U0BOB'),
      minutes: fc.constantFrom(undefined, 7, 25, 90),
      takesOver: fc.boolean(),
      level: fc.constantFrom(undefined, undefined, 'critical' as const),
    }),
  },
);

interface Happening {
  readonly event: AlertEvent | 'restart';
  readonly context: StepContext;
}

/** The events of the parts, half a minute of people's time between two polls. */
function happeningsOf(list: readonly Part[], { direction, levels }: Rule): Happening[] {
  const all: Happening[] = [];
  let at = start;
  let context: StepContext = {};
  let lastAction = '';
  const push = (event: Happening['event']): number => all.push({ event, context });
  const poll = (value: number, after: number): void => {
    at += after * minute;
    push({ type: 'sample', at, measured: measured(direction === 'below' ? value : 1 - value) });
  };
  for (const part of list) {
    if (part.kind === 'run') for (let index = 0; index < part.count; index += 1) poll(part.value, part.every);
    else if (part.kind === 'swing') {
      for (let index = 0; index < part.count; index += 1) {
        for (let calm = 0; calm < part.calm; calm += 1) poll(part.high, 1);
        for (let low = 0; low < 3; low += 1) poll(part.low, 1);
      }
    } else if (part.kind === 'gap') {
      at += part.minutes * minute;
      if (part.by === 'fail') push({ type: 'fail', at, why: 'HTTP 503' });
      else if (part.by !== 'none') push({ type: part.by, at });
    } else if (part.kind === 'back') {
      at -= part.minutes * minute;
      poll(0.1, 0);
    } else if (part.kind === 'mute') ({ context } = part);
    else if (part.kind === 'restart') push('restart');
    else {
      at += minute / 2;
      const { action, who, minutes, takesOver } = part;
      const id = action === 'undo' ? lastAction : String(all.length);
      if (action !== 'undo') lastAction = id;
      const longer = action === 'extend' && minutes !== undefined ? minutes * minute : undefined;
      const until = minutes === undefined || action === 'extend' ? undefined : at + minutes * minute;
      const level = levels.critical === undefined ? undefined : part.level;
      push({ type: 'user', action, who, at, until, longer, takesOver, level, id });
      at += minute / 2;
    }
  }
  return all;
}

function seenOf(state: AlertState, opened: number): Seen {
  const { machine, response, notification } = state;
  const { condition, level, flapping } = machine;
  const told = isOpen(state) ? notification.notifiedLevel : undefined;
  const person =
    response.as === 'open' ? 'open' : `${response.as} ${response.by} ${response.until} ${response.level ?? 'none'}`;
  return { condition, level, opened, told, flapping, person };
}

test(`a model of the specification agrees on ${series} series`, { timeout: 60_000 }, () => {
  let steps = 0;
  fc.assert(
    fc.property(rules, fc.array(parts, { minLength: 6, maxLength: 24 }), (rule, list) => {
      const model = new Model(rule);
      let state = initialState(rule);
      let opened = 0;
      for (const { event, context } of happeningsOf(list, rule)) {
        if (event === 'restart') {
          state = AlertState.parse(JSON.parse(JSON.stringify(state)));
          continue;
        }
        const result = step(state, event, rule, context);
        ({ state } = result);
        opened += result.effects.filter(({ kind }) => kind === 'opened').length;
        model.apply(event, context);
        steps += 1;
        const [machine, expected] = [seenOf(state, opened), model.seen()];
        if (JSON.stringify(machine) !== JSON.stringify(expected))
          expect({ ...machine, at: (event.at - start) / minute }).toEqual({
            ...expected,
            at: (event.at - start) / minute,
          });
      }
    }),
    { numRuns: series },
  );
  expect(steps).toBeGreaterThan(series * 20);
});
