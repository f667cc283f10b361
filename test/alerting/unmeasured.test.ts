// What is said of time within an incident in which nothing was measured: never that the limit was crossed all along.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertContext, headlineOf } from '../../src/alerting/alert-lines.ts';
import { alertViewOf, linesOf, storyOf } from '../../src/alerting/alert-message.ts';
import type { AlertEvent } from '../../src/alerting/events.ts';
import { incidentLine } from '../../src/alerting/incident-report.ts';
import { isHit, type Level } from '../../src/alerting/rule.ts';
import { AlertState, type Incident, isOpen } from '../../src/alerting/state.ts';
import { minute } from '../../src/clock.ts';
import { englishWording } from '../../src/wording.ts';
import { app, boot, every, fail, ruleWith, run, sample, start, tell } from './sample-rules.ts';

const rule = ruleWith();
const { text } = englishWording;

/** A value for some minutes; undefined: the platform does not answer. */
type Course = readonly { readonly value: number | undefined; readonly minutes: number }[];

const courses: fc.Arbitrary<Course> = fc.array(
  fc.record({
    value: fc.constantFrom(0.05, 0.1, 0.1, 0.17, 0.25, undefined, undefined),
    minutes: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 2, maxLength: 14 },
);

/** The samples of a course, by minute. */
function samplesOf(course: Course): readonly (number | undefined)[] {
  return course.flatMap(({ value, minutes }) => Array.from({ length: minutes }, () => value));
}

const eventAt = (value: number | undefined, at: number): AlertEvent =>
  value === undefined ? fail(at * minute) : sample(at * minute, value);

/** By the samples alone: the gaps behind a sample beyond the limit, of each the part that is not one poll. */
function gapsSince(values: readonly (number | undefined)[], from: number, to: number, level: Level): number {
  const seen = values.flatMap((value, at) => (value !== undefined && at >= from && at <= to ? [{ at, value }] : []));
  return seen.reduce((sum, one, index) => {
    const before = seen[index - 1];
    if (before === undefined || !isHit(rule, level, before.value)) return sum;
    const gap = (one.at - before.at) * minute;
    return gap > rule.maxGap ? sum + gap - rule.pollEvery : sum;
  }, 0);
}

describe('an open alert', () => {
  it('counts as not measured exactly the gaps since its level was crossed, and begins with a sample that was seen', () => {
    let open = 0;
    fc.assert(
      fc.property(courses, (course) => {
        const values = samplesOf(course);
        let state: AlertState | undefined;
        for (const [at, value] of values.entries()) {
          ({ state } = run(rule, [eventAt(value, at)], {}, state));
          const { level, heldSince = 0, unmeasured } = state.machine;
          if (value === undefined || level === undefined || !isOpen(state)) continue;
          open += 1;
          const from = (heldSince - start) / minute;
          const first = values[from];
          expect(first !== undefined && isHit(rule, 'warning', first)).toBe(true);
          expect(unmeasured?.[level] ?? 0).toBe(gapsSince(values, from, at, level));
        }
      }),
    );
    expect(open).toBeGreaterThan(100);
  });

  it('is read with one number for both levels, as earlier versions stored it', () => {
    const { state } = run(rule, every(0, 5 * minute, 0.1));
    const stored = { ...state, machine: { ...state.machine, unmeasured: 12 * minute } };
    expect(AlertState.parse(stored).machine.unmeasured).toEqual({ warning: 12 * minute, critical: 12 * minute });
  });

  it('begins where it was crossed and not where its timer was moved to, also by a restart', () => {
    const before = [sample(0, 0.1), ...[1, 2, 3, 4, 5, 6, 7].map((at) => fail(at * minute))];
    const silent = tell(rule, [...before, ...every(8 * minute, 12 * minute, 0.1)]);
    expect(lineOf(silent.state, 12)).toBe('Under 15 % since 03:00, for 12 min, not measured for 7 min of that time.');
    const restarted = run(rule, [sample(0, 0.1), boot(8 * minute), ...every(8 * minute + 1_000, 14 * minute, 0.1)]);
    expect(restarted.state.machine.crossedAt).toBe(start);
  });

  it('that opened as critical was beyond the limit of the warning since that was crossed', () => {
    const { state } = run(rule, [
      sample(0, 0.1),
      ...every(minute, 4 * minute, 0.05),
      ...every(5 * minute, 10 * minute, 0.13),
    ]);
    expect(lineOf(state, 10)).toBe('Under 15 % since 03:00, for 10 min.');
  });
});

/** Under 15 % for 10 min, 12 min of silence, and 8 min more. */
const withGap = [
  ...every(0, 10 * minute, 0.1),
  ...[11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22].map((at) => fail(at * minute)),
  ...every(23 * minute, 30 * minute, 0.1),
];
const back = every(31 * minute, 42 * minute, 0.3);

function contextOf(state: AlertState, at: number): AlertContext {
  return { state, level: 'warning', rule, app, now: start + at * minute, history: [] };
}
const lineOf = (state: AlertState, at: number): string =>
  text(linesOf(contextOf(state, at))[0] ?? { kind: '', values: {} });
const headAt = (state: AlertState, at: number): string => text(headlineOf(contextOf(state, at)));

describe('the sentences of an incident with a gap', () => {
  const open = run(rule, withGap).state;
  const ended = tell(rule, [...withGap, ...back]);

  it('say it once in an open message: in line 1 where that has a length, below it where it has none', () => {
    expect(headAt(open, 30)).toBe(
      'Warning for 30 min (12 min not measured): Production chat has 10 % free memory, under 15 %',
    );
    expect(lineOf(open, 30)).toBe('Under 15 % since 03:00.');
    const recovering = run(rule, [...withGap, ...back.slice(0, 2)]).state;
    expect(headAt(recovering, 32)).not.toContain('not measured');
    expect(lineOf(recovering, 32)).toBe('Was under 15 % from 03:00 to 03:31, not measured for 12 min of that time.');
  });

  it('say it of the end, in its message, its story and the list of the past', () => {
    expect(headAt(ended.state, 41)).toBe(
      'Resolved after 31 min (12 min not measured): Production chat is back to 30 % free memory, lowest 10 %',
    );
    expect(lineOf(ended.state, 41)).toBe('Free memory of Production chat was under 15 % from 03:00 to 03:31.');
    expect(text(storyOf(contextOf(ended.state, 41)))).toContain(
      'from 03:00 to 03:31, not measured for 12 min of that time, lowest 10 %.',
    );
    const incident = ended.all.findLast((one) => one.incident !== undefined)?.incident as Incident;
    const names = { app: app.name, zone: app.timezone };
    expect(text(incidentLine({ incident, events: [], now: start, names }))).toContain(
      'from 03:00 to 03:31, 31 min (12 min not measured), lowest 10 %',
    );
  });

  it('say of the next incident how long the last one was so, and not how long it was open', () => {
    const incident = ended.all.findLast((one) => one.incident !== undefined)?.incident as Incident;
    const next = run(rule, every(90 * minute, 96 * minute, 0.1), {}, ended.state).state;
    const view = alertViewOf({ ...contextOf(next, 96), history: [incident] });
    expect((view.context ?? []).map(text).join(' ')).toContain('last at 03:05 for 31 min (12 min not measured).');
  });

  it('count no gap after the number had come back', () => {
    const late = [
      ...every(0, 10 * minute, 0.1),
      sample(11 * minute, 0.3),
      ...[12, 13, 14, 15, 16].map((at) => fail(at * minute)),
    ];
    const { state } = run(rule, [...late, ...every(17 * minute, 18 * minute, 0.3)]);
    expect(lineOf(state, 18)).toBe('Was under 15 % from 03:00 to 03:11.');
  });

  it('take off what was not measured from what came and went', () => {
    const { state } = run(rule, [
      ...withGap,
      sample(31 * minute, 0.17),
      sample(32 * minute, 0.17),
      ...every(33 * minute, 40 * minute, 0.1),
    ]);
    expect(lineOf(state, 40)).toBe('Under 15 % on and off since 03:00 (26 of 40 min).');
  });
});
