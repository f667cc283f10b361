import { describe, expect, it } from 'vitest';
import { PlatformError } from '../../src/errors.ts';
import { createCallPace } from '../../src/platforms/jmessage/call-pace.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const start = Date.parse('2026-11-22T04:00:00Z');

/** Makes calls one after the other, each of which takes no time; tells when each was made. */
function calling(count: number, headers: (call: number) => Record<string, string> = () => ({})) {
  const clock = createFakeClock(start);
  const pace = createCallPace(clock);
  const times: number[] = [];
  const done = (async () => {
    for (let call = 0; call < count; call += 1) {
      await pace.call(async (noteHeaders) => {
        times.push(clock.now() - start);
        noteHeaders(new Headers(headers(call)));
      });
    }
  })();
  return { clock, pace, times, done };
}

describe('the pace of long readings', () => {
  it('makes at most a quarter of 600 calls in any minute', async () => {
    const { clock, times } = calling(400);
    await clock.advance(300_000);
    expect(times).toHaveLength(400);
    for (const [index, at] of times.entries()) {
      const within = times.slice(index).filter((other) => other < at + 60_000);
      expect(within.length).toBeLessThanOrEqual(150);
    }
    expect(times.filter((at) => at === 0)).toHaveLength(150);
  });

  it.each(['X-Rate-Limit-Limit', 'X-Rate-Limit-Quota'])('believes another limit in %s', async (name) => {
    const { clock, pace, times } = calling(900, () => ({ [name]: '2400' }));
    await clock.advance(1_000);
    expect(pace.perMinute()).toBe(600);
    expect(times).toHaveLength(600);
  });

  it.each(['0', '-5', 'many', '1e9', '', '99999999999'])(
    'keeps to 600 where the limit is said to be "%s"',
    async (limit) => {
      const { clock, pace } = calling(1, () => ({ 'X-Rate-Limit-Limit': limit }));
      await clock.advance(10);
      expect(pace.perMinute()).toBe(150);
    },
  );

  it('pauses below half of what remains until the minute of the account is over', async () => {
    const low = { 'X-Rate-Limit-Remaining': '299', 'X-Rate-Limit-Reset': '42' };
    const { clock, times } = calling(3, (call) => (call === 0 ? { 'X-Rate-Limit-Remaining': '300' } : low));
    await clock.advance(41_000);
    expect(times).toEqual([0, 0]);
    await clock.advance(2_000);
    expect(times).toEqual([0, 0, 42_000]);
  });

  it('pauses for no longer than a minute, whatever an answer says', async () => {
    const { clock, times } = calling(2, () => ({ 'X-Rate-Limit-Remaining': '1', 'X-Rate-Limit-Reset': '999999999' }));
    await clock.advance(60_000);
    expect(times).toEqual([0, 60_000]);
  });

  it('makes one call at a time, whoever asks', async () => {
    const clock = createFakeClock(start);
    const pace = createCallPace(clock);
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => clock.after(100, () => resolve(undefined)));
      running -= 1;
    };
    const all = Promise.all([1, 2, 3].map(() => pace.call(work)));
    await clock.advance(1_000);
    await all;
    expect(most).toBe(1);
  });

  it('makes a call again after the wait that a refusal asks for, three times', async () => {
    const clock = createFakeClock(start);
    const pace = createCallPace(clock);
    const times: number[] = [];
    const refused = pace.call(async () => {
      times.push(clock.now() - start);
      throw new PlatformError('rate-limited', 'Too many calls.', { status: 429, retryAfterMs: 20_000 });
    });
    const outcome = expect(refused).rejects.toMatchObject({ kind: 'rate-limited' });
    await clock.advance(100_000);
    await outcome;
    expect(times).toEqual([0, 20_000, 40_000, 60_000]);
  });

  it('hands any other failure on at once', async () => {
    const pace = createCallPace(createFakeClock(start));
    const failing = pace.call(async () => {
      throw new PlatformError('unavailable', 'It is away.');
    });
    await expect(failing).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('waits no longer once it is stopped', async () => {
    const { clock, pace, times } = calling(150);
    await clock.advance(10);
    expect(times).toHaveLength(150);
    const stop = new AbortController();
    const waiting = pace.call(async () => 'called', stop.signal);
    stop.abort();
    await expect(waiting).resolves.toBe('called');
  });

  it('goes on when the clock was set back', async () => {
    const { clock, times } = calling(151);
    await clock.advance(10);
    clock.jump(start - 3_600_000);
    const pace = createCallPace(clock);
    await pace.call(async () => undefined);
    clock.jump(start - 7_200_000);
    await expect(pace.call(async () => 'called')).resolves.toBe('called');
    expect(times).toHaveLength(150);
  });
});
