// Which range a question means for each app, and what is said of one that cannot be served.
import { describe, expect, it } from 'vitest';
import { day } from '../../../src/clock.ts';
import { UserError } from '../../../src/errors.ts';
import type { Query } from '../../../src/slack/command/subcommand.ts';
import { appsFor, countsOf, rangeIn } from '../../../src/slack/command/targets.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { china, prod } from '../../support/sample-app.ts';

const retention = { raw: 14 * day, fiveMinutes: 90 * day, hours: 30 * day };
const deps = { clock: createFakeClock('2026-11-22T10:00:00Z'), live: { retention } };

function request(range: string): Query {
  return {
    subcommand: 'users',
    app: undefined,
    range,
    against: undefined,
    metric: undefined,
    digest: undefined,
    mode: undefined,
    alert: undefined,
    duration: undefined,
    isPublic: false,
  };
}

describe('a range', () => {
  it('is on the wall clock of each app', () => {
    expect(rangeIn(request('yesterday'), prod, deps)).toMatchObject({
      dates: { from: '2026-11-21', to: '2026-11-21' },
    });
  });

  it('from before anything is kept is refused with the way out', () => {
    const error = rangeIn(request('2026-04-01'), prod, deps);

    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: 'Nothing is kept from 2026-04-01: numbers are kept for 30 days.',
      hint: expect.stringContaining('Try: /imstats users 30d'),
    });
  });

  it('of days that a platform reports is kept for ever', () => {
    expect(rangeIn(request('2026-04-01'), china, deps)).toMatchObject({ dates: { from: '2026-04-01' } });
  });
});

describe('the buttons of an answer', () => {
  const apps = { apps: [prod, china] };

  it('are those of the apps that can answer the question', () => {
    expect(countsOf({ ...request('7d'), subcommand: 'groups' }, apps)).toBe('days');
    expect(countsOf({ ...request('7d'), subcommand: 'trend', metric: 'users.total' }, apps)).toBe('days');
    expect(countsOf({ ...request('7d'), subcommand: 'users' }, apps)).toBe('moments');
    expect(countsOf({ ...request('7d'), subcommand: '' }, { apps: [china] })).toBe('days');
  });
});

describe('a date', () => {
  const evening = createFakeClock('2026-11-22T17:00:00Z');
  const abroad = { ...prod, id: 'abroad', name: 'Abroad', timezone: 'America/New_York' };

  it('that has begun where the app is, is a range there, whatever day it is elsewhere', () => {
    const now = { ...deps, clock: evening };
    expect(rangeIn(request('2026-11-23'), china, now)).toMatchObject({ todayPartial: true, zone: 'Asia/Shanghai' });
  });

  it('that has not come where the app is, is refused in the zone of the app with a command that works', () => {
    const error = rangeIn(request('2026-11-23'), abroad, { ...deps, clock: evening });
    expect(error).toMatchObject({
      message: '2026-11-23 has not come yet in America/New_York.',
      hint: 'Today is 2026-11-22 there.\nTry: /imstats users today\n/imstats help lists everything.',
    });
  });

  it('that has come for one app of two is answered for that one', () => {
    const given = { live: { apps: [abroad, china], retention }, clock: evening };
    expect(appsFor('users', request('2026-11-23'), given).map(({ app }) => app.id)).toEqual(['china']);
    expect(() => appsFor('users', request('2026-11-25'), given)).toThrow('2026-11-25 has not come yet');
  });
});
