// The time-out that platforms, Slack and pictures share.
import { describe, expect, it } from 'vitest';
import { day, second, systemClock, withTimeout } from '../src/clock.ts';
import { createFakeClock } from './support/fake-clock.ts';

const late = (): Error => new Error('too late');

describe('work with a time-out', () => {
  it('gives its result, and nothing rings afterwards', async () => {
    const clock = createFakeClock(0);
    const signals: AbortSignal[] = [];
    const work = async (signal: AbortSignal): Promise<number> => {
      signals.push(signal);
      return 7;
    };
    expect(await withTimeout(clock, { after: second, late }, work)).toBe(7);
    await clock.advance(2 * second);
    expect(signals[0]?.aborted).toBe(false);
  });

  it('is rejected at the limit, not before, and told to stop', async () => {
    const clock = createFakeClock(0);
    const seen: string[] = [];
    const work = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          seen.push('aborted');
          reject(new Error('stopped'));
        }),
      );
    const ended = withTimeout(clock, { after: second, late }, work).catch((error: Error) => seen.push(error.message));
    await clock.advance(second - 1);
    expect(seen).toEqual([]);
    await clock.advance(1);
    await ended;
    expect(seen).toEqual(['aborted', 'too late']);
  });

  it('that fails is rejected with its own error, and what it left open is told to stop', async () => {
    const clock = createFakeClock(0);
    const signals: AbortSignal[] = [];
    const work = (signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      throw new Error('broken');
    };
    await expect(withTimeout(clock, { after: second, late }, work)).rejects.toThrow('broken');
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('the clock of the process', () => {
  it('waits for what is further away than a timer of Node reaches, which would ring at once', async () => {
    let rings = 0;
    const cancel = [30 * day, 2 ** 31, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY].map((delay) =>
      systemClock.after(delay, () => {
        rings += 1;
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const one of cancel) one();
    expect(rings).toBe(0);
  });
});
