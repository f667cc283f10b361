// Which digest is due: one per local date through ten years of daylight saving, restarts and clocks that jump.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day, hour, minute } from '../../src/clock.ts';
import { dueDigest, type LastRun, newestRun, nextDigest } from '../../src/jobs/digest-run.ts';
import type { DigestSchedule } from '../../src/service-types.ts';
import { addDays } from '../../src/time-zone.ts';

const schedule = (over: Partial<DigestSchedule> = {}): DigestSchedule => ({
  id: 'daily',
  channel: 'C1',
  cron: '0 9 * * *',
  timezone: 'Asia/Taipei',
  period: 'day',
  apps: ['prod'],
  ...over,
});

const at = (text: string): number => Date.parse(text);

describe('what is due', () => {
  const yesterday: LastRun = { period: '2026-11-20', dueAt: at('2026-11-21T09:00+08:00') };

  it.each([
    ['one second early', '2026-11-22T08:59:59+08:00', 'nothing'],
    ['on time', '2026-11-22T09:00:00+08:00', 'send'],
    ['within six hours', '2026-11-22T15:00:00+08:00', 'send'],
    ['after six hours', '2026-11-22T15:00:01+08:00', 'skip'],
  ])('%s', (_words, now, state) => {
    expect(dueDigest(schedule(), at(now), yesterday).state).toBe(state);
  });

  it('covers the whole local day before, by its date', () => {
    const due = dueDigest(schedule(), at('2026-11-22T09:00+08:00'), yesterday);
    expect(due).toMatchObject({
      of: { key: '2026-11-21', span: { from: at('2026-11-21T00:00+08:00'), to: at('2026-11-22T00:00+08:00') } },
      dueAt: at('2026-11-22T09:00+08:00'),
      missed: [],
    });
  });

  it('names every run that was missed, oldest first', () => {
    const due = dueDigest(schedule(), at('2026-11-25T09:01+08:00'), yesterday);
    const missed = due.state === 'nothing' ? [] : due.missed.map(({ of }) => of.key);
    expect(missed).toEqual(['2026-11-21', '2026-11-22', '2026-11-23']);
  });

  it('asks for nothing of a schedule that never ran, whatever the hour', () => {
    expect(dueDigest(schedule(), at('2026-11-22T09:00+08:00'), undefined).state).toBe('nothing');
  });

  it('makes a period once even when the schedule was moved to a later hour of the same day', () => {
    const ran: LastRun = { period: '2026-11-21', dueAt: at('2026-11-22T09:00+08:00') };
    expect(dueDigest(schedule({ cron: '0 10 * * *' }), at('2026-11-22T10:00+08:00'), ran).state).toBe('nothing');
  });

  it('makes nothing again when the clock is set back', () => {
    const ran: LastRun = { period: '2026-11-21', dueAt: at('2026-11-22T09:00+08:00') };
    expect(dueDigest(schedule(), at('2026-11-22T08:30+08:00'), ran).state).toBe('nothing');
  });

  it('tells the two equal hours of an autumn night apart', () => {
    const hourly = schedule({ cron: '0 * * * *', period: 'hour', timezone: 'Europe/Rome' });
    const keys = [0, 1, 2, 3].map((hours) => newestRun(hourly, at('2026-10-25T00:00Z') + hours * hour).of.key);
    expect(new Set(keys).size).toBe(4);
  });
});

/** Zones with daylight saving of every kind: north, south, half an hour, changes at midnight. */
const zones = ['Europe/Rome', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Asia/Beirut'];

describe('ten years in five zones with daylight saving', () => {
  it.each(zones)('%s has one digest per local date', { timeout: 60_000 }, (timezone) => {
    // 02:30 is skipped once a year in spring and comes twice in autumn.
    const nightly = schedule({ cron: '30 2 * * *', timezone });
    const end = at('2036-01-02T12:00Z');
    let now = at('2026-01-02T12:00Z');
    let last: LastRun = { period: newestRun(nightly, now).of.key, dueAt: newestRun(nightly, now).dueAt };
    let expected = addDays(last.period, 1);
    const wrong: string[] = [];
    // A look in 23 hours comes by at every hour of the day, and at each date.
    for (now += 23 * hour; now < end; now += 23 * hour) {
      const due = dueDigest(nightly, now, last);
      if (due.state === 'nothing') continue;
      for (const run of [...due.missed, due]) {
        if (run.of.key !== expected) wrong.push(`${run.of.key} instead of ${expected}`);
        expected = addDays(run.of.key, 1);
      }
      last = { period: due.of.key, dueAt: due.dueAt };
    }
    expect(wrong).toEqual([]);
    expect(expected > '2035-12-30').toBe(true);
  });

  it('looked at at any times, with a clock that jumps by an hour, no date comes twice and none is left out', () => {
    const looks = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 * 60 }), fc.constantFrom(-1, 0, 0, 0, 1)), {
      minLength: 20,
      maxLength: 60,
    });
    const start = fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2036-01-01T00:00Z') });
    const property = fc.property(fc.constantFrom(...zones), start, looks, (timezone, from, steps) => {
      const nightly = schedule({ cron: '30 2 * * *', timezone });
      const first = newestRun(nightly, from);
      let last: LastRun = { period: first.of.key, dueAt: first.dueAt };
      const made = [first.of.key];
      let real = from;
      for (const [minutes, jump] of steps) {
        real += minutes * minute;
        const due = dueDigest(nightly, real + jump * hour, last);
        if (due.state === 'nothing') continue;
        made.push(...due.missed.map(({ of }) => of.key), due.of.key);
        last = { period: due.of.key, dueAt: due.dueAt };
      }
      const whole = made.map((_, index) => addDays(first.of.key, index));
      expect(made).toEqual(whole);
    });
    fc.assert(property, { numRuns: 25 });
  });
});

describe('the next time', () => {
  it('is the next one of the wall clock, across a change of it', () => {
    const morning = schedule({ timezone: 'Europe/Rome' });
    expect(nextDigest(morning, at('2026-10-24T09:00+02:00'))).toBe(at('2026-10-25T09:00+01:00'));
    expect(at('2026-10-25T09:00+01:00') - at('2026-10-24T09:00+02:00')).toBe(day + hour);
  });
});
