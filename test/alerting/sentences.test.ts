// Sentences about time and about what is known: a length agrees with the times beside it, and nothing is said of days that nobody watched.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertViewOf } from '../../src/alerting/alert-message.ts';
import { incidentLine } from '../../src/alerting/incident-report.ts';
import { type Incident, initialState as initial } from '../../src/alerting/state.ts';
import { conditionOf } from '../../src/alerting/why.ts';
import { day, hour, minute } from '../../src/clock.ts';
import { spanLength } from '../../src/metrics/format-time.ts';
import { englishWording } from '../../src/wording.ts';
import { app, opened, ruleWith, run, start } from './sample-rules.ts';

const rule = ruleWith();
const { text, duration, clock } = englishWording;

describe('a span with both of its times', () => {
  const instants = fc.integer({ min: start, max: start + 20 * hour });

  it('is as long as the times say, whatever their seconds are', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: minute, max: 30 * hour }), (from, length) => {
        const [begin, end] = [Math.floor(from / minute), Math.floor((from + length) / minute)];
        expect(spanLength(from, from + length)).toBe((end - begin) * minute);
      }),
    );
  });

  it('of a past incident reads so', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: minute, max: 20 * hour }), (beganAt, length) => {
        const clearedAt = beganAt + length;
        const times = { openedAt: beganAt, closedAt: clearedAt, details: { beyond: kept, beganAt, clearedAt } };
        const incident: Incident = { id: 'memory-low@1', rule: 'memory-low', app: 'prod', level: 'warning', ...times };
        const names = { app: 'Production chat', zone: 'Asia/Taipei' };
        const line = text(incidentLine({ incident, events: [], now: clearedAt, names }));
        const at = (instant: number): string => clock(instant, beganAt, names.zone);
        const minutes = Math.floor(clearedAt / minute) - Math.floor(beganAt / minute);
        expect(line).toContain(`from ${at(beganAt)} to ${at(clearedAt)}, ${duration(minutes * minute)}`);
      }),
    );
  });

  it('of less than a minute is as long as it was', () => {
    expect(spanLength(start - 5_000, start + 35_000)).toBe(40_000);
  });
});

const kept = { kind: 'verbatim', values: { text: 'under 15 %' } };

describe('how often it opened', () => {
  const { state } = run(rule, opened);
  const context = (watchedFor: number | undefined, history: readonly Incident[] = []): string => {
    const now = start + 6 * minute;
    const watchedSince = watchedFor === undefined ? undefined : (state.machine.openedAt ?? 0) - watchedFor;
    const view = alertViewOf({ state, level: 'warning', rule, app, now, history, watchedSince });
    return (view.context ?? []).map(text).join(' ');
  };
  const earlier: Incident = { id: 'a@1', rule: 'memory-low', app: 'prod', level: 'warning', openedAt: start - hour };

  it.each([
    ['two minutes of watching say nothing', 2 * minute, [], /^Rule memory-low\. As of/],
    ['but a second time is told', 2 * hour, [earlier], /Second time, last at 02:00/],
    ['days are those that were watched', 12.5 * day, [], /First time in 12 days\./],
    ['at most thirty', 300 * day, [], /First time in 30 days\./],
    ['also where it is not known', undefined, [], /First time in 30 days\./],
  ])('%s', (_name, watched, history, words) => {
    expect(context(watched, history)).toMatch(words);
  });
});

it('a number that is beyond its limit is not called quiet, nor a platform that does not answer', () => {
  const machine = { ...initial(rule).machine, last: { at: start, value: 0.1, shown: 0.1, words: [] } };
  expect(text(conditionOf({ ...initial(rule), machine }, rule, app, start))).toMatch(
    /^No alert open: Production chat has/,
  );
});
