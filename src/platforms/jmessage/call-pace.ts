// Slows down the calls of long readings, so that an account keeps most of what it may call for everything else.
import { type Clock, type Duration, type Instant, minute, second, sleep } from '../../clock.ts';
import { createMutex } from '../../concurrency.ts';
import { PlatformError } from '../../errors.ts';

/** Free accounts may make so many calls in a minute; an answer that names another limit is believed. */
const usualLimit = 600;

/** The part of the limit that readings use. */
const share = 1 / 4;

/** Below this part of the limit nothing is called before the minute of the account is over. */
const reserve = 1 / 2;

/** How often in a row a call is made again that was refused because of the limit, and how long it waits at most. */
const refusals = 3;
const longestWait: Duration = 2 * minute;

export interface CallPace {
  /**
   * Makes a call when its turn has come: one at a time, and at most a quarter of the limit in any minute. `work` hands over the headers of
   * each answer. A call that is refused because of the limit is made again, three times at most.
   */
  call<T>(work: (noteHeaders: (headers: Headers) => void) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** So many calls are made in a minute at most. */
  perMinute(): number;
}

/** What the account may call, as its last answer said. */
interface Account {
  limit: number;
  /** Nothing may be called before that. */
  pausedUntil: Instant;
}

/** One pace for an account: everything that reads slowly shares it. */
export function createCallPace(clock: Clock): CallPace {
  const inTurn = createMutex();
  const account: Account = { limit: usualLimit, pausedUntil: 0 };
  const made: Instant[] = [];
  const perMinute = (): number => Math.max(1, Math.floor(account.limit * share));
  const untilFree = (now: Instant): Duration => {
    while (made[0] !== undefined && (made[0] <= now - minute || made[0] > now)) made.shift();
    const oldest = made.length < perMinute() ? undefined : made[made.length - perMinute()];
    return Math.max(0, account.pausedUntil - now, oldest === undefined ? 0 : oldest + minute - now);
  };
  const noteHeaders = (headers: Headers): void => {
    account.limit = numberIn(headers, 'x-rate-limit-limit', 'x-rate-limit-quota') ?? account.limit;
    const remaining = numberIn(headers, 'x-rate-limit-remaining');
    if (remaining === undefined || remaining >= account.limit * reserve) return;
    const reset = (numberIn(headers, 'x-rate-limit-reset') ?? minute / second) * second;
    account.pausedUntil = clock.now() + Math.min(reset, minute);
  };
  const once = async <T>(
    work: (note: (headers: Headers) => void) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    const wait = Math.min(untilFree(clock.now()), longestWait);
    if (wait > 0) await sleep(clock, wait, signal);
    made.push(clock.now());
    return work(noteHeaders);
  };
  return {
    perMinute,
    call: (work, signal) =>
      inTurn(async () => {
        for (let refused = 0; ; refused += 1) {
          try {
            return await once(work, signal);
          } catch (error) {
            const isRefused = error instanceof PlatformError && error.kind === 'rate-limited';
            if (!isRefused || refused >= refusals) throw error;
            await sleep(clock, Math.min(error.retryAfterMs ?? minute, longestWait), signal);
          }
        }
      }),
  };
}

/** A whole number above 0, or 0 where that is said; undefined for anything else. */
function numberIn(headers: Headers, ...names: readonly string[]): number | undefined {
  const found = names.map((name) => headers.get(name)).find((value) => value !== null && /^\d{1,9}$/.test(value));
  if (found === undefined || found === null) return undefined;
  return Number(found) === 0 && names.length > 1 ? undefined : Number(found);
}
