// Which range a question means for each app, and what is said of one that cannot be served.
import { describe, expect, it } from 'vitest';
import { day } from '../../src/clock.ts';
import { UserError } from '../../src/errors.ts';
import { rangeFor } from '../../src/slack/apps-asked.ts';
import type { Question } from '../../src/slack/question.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { china, prod } from './bot.ts';

const deps = { clock: createFakeClock('2026-11-22T10:00:00Z'), kept: 30 * day };

function asked(range: string): Question {
  return {
    view: 'users',
    app: undefined,
    range,
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
    expect(rangeFor(asked('yesterday'), prod, deps).dates).toEqual({ from: '2026-11-21', to: '2026-11-21' });
  });

  it('from before anything is kept is refused with the way out', () => {
    const error = thrown(() => rangeFor(asked('2026-04-01'), prod, deps));

    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: 'Nothing is kept from 2026-04-01: numbers are kept for 30 days.' });
  });

  it('of days that a platform reports is kept for ever', () => {
    expect(rangeFor(asked('2026-04-01'), china, deps).dates.from).toBe('2026-04-01');
  });
});

function thrown(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
