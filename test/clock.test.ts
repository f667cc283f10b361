// The time-out that platforms, Slack and pictures share.
import { describe, expect, it } from 'vitest';
import { second, withTimeout } from '../src/clock.ts';
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
