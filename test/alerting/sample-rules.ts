// Rules, apps and runs for the tests of alerting.
import { expect } from 'vitest';
import {
  type Advance,
  type AdvanceInput,
  answerOf,
  concludeStep,
  step,
  type UserAnswer,
} from '../../src/alerting/advance.ts';
import type { AlertEvent, Effect, StepContext, UserEvent } from '../../src/alerting/events.ts';
import type { Notification } from '../../src/alerting/notification.ts';
import type { Rule } from '../../src/alerting/rule.ts';
import { versionOf } from '../../src/alerting/rule-change.ts';
import { type AlertState, initialState, type MeasuredValue } from '../../src/alerting/state.ts';
import type { ImApp } from '../../src/app.ts';
import { hour, minute } from '../../src/clock.ts';
import { imkit } from '../../src/platforms/imkit/index.ts';

/** 03:00 on Monday 23 Nov 2026 in Taipei. */
export const start = Date.parse('2026-11-22T19:00:00Z');

export const app: ImApp = {
  id: 'prod',
  name: 'Production chat',
  platform: 'imkit',
  capabilities: imkit.capabilities,
  timezone: 'Asia/Taipei',
  pollEvery: minute,
  connectionLimit: 2_000,
  unreachable: { polls: 3, critical: 15 * minute },
};

export function ruleWith(parts: Partial<Rule> = {}): Rule {
  const rule: Omit<Rule, 'version'> = {
    id: 'memory-low',
    kind: 'threshold',
    app: 'prod',
    metric: 'memory.free_ratio',
    direction: 'below',
    levels: {
      warning: { trigger: 0.15, clear: 0.2, holdFor: 5 * minute },
      critical: { trigger: 0.08, clear: 0.12, holdFor: 2 * minute },
    },
    keepFiring: 10 * minute,
    keepCritical: 5 * minute,
    pollEvery: minute,
    maxGap: 3 * minute,
    channel: 'C0ONCALL',
    mention: ['S0ONCALL'],
    repeat: { warning: [4 * hour, 8 * hour, 24 * hour], critical: [30 * minute, hour, 2 * hour, 4 * hour] },
    options: {},
    ...parts,
  };
  return { ...rule, version: versionOf(rule) };
}

/** One level, no `for`, closes at once: the simplest rule there is. */
export const plain = ruleWith({
  id: 'plain',
  levels: { warning: { trigger: 0.15, clear: 0.15, holdFor: 0 } },
  keepFiring: 0,
  keepCritical: 0,
});

export const gib = 1024 ** 3;

export function measured(value: number): MeasuredValue {
  return { state: 'measured', value, shown: value, words: [] };
}

export const sample = (at: number, value: number): AlertEvent => ({
  type: 'sample',
  at: start + at,
  measured: measured(value),
});
export const tick = (at: number): AlertEvent => ({ type: 'tick', at: start + at });
export const fail = (at: number, why = 'HTTP 503'): AlertEvent => ({ type: 'fail', at: start + at, why });
export const boot = (at: number): AlertEvent => ({ type: 'boot', at: start + at });
export const user = (at: number, action: UserEvent['action'], until?: number): UserEvent => ({
  type: 'user',
  action,
  who: 'U0BOB',
  at: start + at,
  until: until === undefined ? undefined : start + until,
});

/** The same by somebody else. */
export const alice = (...of: Parameters<typeof user>): UserEvent => ({ ...user(...of), who: 'U0ALICE' });

/** Undoes the action of that time. */
export const undo = (at: number, of: number): UserEvent => ({ ...user(at, 'undo'), id: String(start + of) });

/** The same value once a minute from one minute to another, both included. */
export function every(from: number, to: number, value: number): AlertEvent[] {
  const events: AlertEvent[] = [];
  for (let at = from; at <= to; at += minute) events.push(sample(at, value));
  return events;
}

export interface Ran {
  readonly state: AlertState;
  /** `kind` of each effect in order, without new numbers. */
  readonly said: readonly string[];
  readonly effects: readonly Effect[];
}

export type Context = StepContext | ((at: number) => StepContext);

/** Steps through events with the bare machine. */
export function run(rule: Rule, events: readonly AlertEvent[], context: Context = {}, from?: AlertState): Ran {
  let state = from ?? initialState(rule);
  const effects: Effect[] = [];
  for (const event of events) {
    const result = step(state, event, rule, typeof context === 'function' ? context(event.at - start) : context);
    ({ state } = result);
    effects.push(...result.effects);
  }
  return { state, effects, said: effects.map(({ kind }) => kind).filter((kind) => kind !== 'changed') };
}

/** One event, stepped and concluded. */
export interface Advanced extends Advance, UserAnswer {
  readonly effects: readonly Effect[];
  readonly changed: boolean;
}

export interface Told extends Advanced {
  readonly allNotes: readonly Notification[];
  readonly all: readonly Advanced[];
}

export const opened = every(0, 5 * minute, 0.1);
export const critical = every(0, 2 * minute, 0.05);
export const recovering = [...opened, sample(6 * minute, 0.25)];
export const resolved = [...opened, ...every(6 * minute, 16 * minute, 0.25)];

/** A row of the table of states. */
export interface Row {
  readonly name: string;
  readonly rule?: Rule;
  readonly events: readonly AlertEvent[];
  /** Kinds of the effects in order, without new numbers. */
  readonly said: readonly string[];
  readonly condition: string;
  readonly level?: string | undefined;
}

export function expectRow({ rule = ruleWith(), events, said, condition, level }: Row): void {
  const ran = run(rule, events);
  expect(ran.said).toEqual(said);
  expect(ran.state.machine.condition).toBe(condition);
  expect(ran.state.machine.level).toBe(level);
}

/** Steps through events with notes and history. */
export function tell(
  rule: Rule,
  events: readonly AlertEvent[],
  more: Partial<Omit<AdvanceInput, 'before' | 'after' | 'effects' | 'event'>> & { readonly state?: AlertState } = {},
  context: Context = {},
): Told {
  let state = more.state ?? initialState(rule);
  const all: Advanced[] = [];
  for (const event of events) {
    const own = typeof context === 'function' ? context(event.at - start) : context;
    const { state: after, effects } = step(state, event, rule, own);
    const input = { history: [], rule, app, ...more, before: state, after, effects, event };
    const result = concludeStep(input);
    all.push({ ...result, ...answerOf(input), effects, changed: result.state !== state });
    ({ state } = result);
  }
  const last = all.at(-1);
  if (last === undefined) throw new Error('no events');
  return { ...last, all, allNotes: all.flatMap((one) => one.notifications) };
}
