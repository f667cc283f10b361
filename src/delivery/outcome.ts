// What became of a try: its outcome, when to try again, and when a channel takes its next message.
import { type Clock, type Duration, day, type Instant, minute, second } from '../clock.ts';
import type { DeliveryError } from '../errors.ts';
import type { OutboxRow, Root } from '../store/outbox.ts';

/** 1, 2, 4 … 30 s after the first, second, third … try, give or take a fifth. `chance` is 0 to 1. */
export function backoff(attempts: number, chance: number): Duration {
  const steps = Math.min(Math.max(attempts, 1) - 1, 5);
  const base = Math.min(2 ** steps, 30) * second;
  return Math.round(base * (0.8 + 0.4 * chance));
}

/** It stands in `channel`. `isFound`: an earlier try had brought it there, so it says what it said then. */
export interface Sent {
  readonly state: 'sent';
  readonly ts: string | undefined;
  readonly channel: string;
  /** The root of the stream as it is now; undefined for what is no root. */
  readonly root: Root | undefined;
  readonly isFound: boolean;
}

/** Sent, to be tried again at `at`, dropped because it says nothing any more, or dead. */
export type Outcome =
  | Sent
  | {
      readonly state: 'later';
      readonly as: 'pending' | 'unknown';
      readonly at: Instant;
      readonly why: string;
      /** When the outcome became unknown, if this very try is why. */
      readonly doubtfulSince?: Instant;
    }
  | { readonly state: 'dropped' | 'dead'; readonly why: string };

/** A row that could not be told for so long is dead. */
const giveUpAfter = day;

/** What a failed try means for its row. A row is tried for a day from its first try on. */
export function afterFailure(
  row: OutboxRow,
  error: DeliveryError,
  at: { readonly clock: Clock; readonly random: () => number },
): Outcome {
  const now = at.clock.now();
  const why = `${error.code}: ${error.message}`.slice(0, 300);
  const isTooOld = now - (row.firstTriedAt ?? now) >= giveUpAfter;
  if (isTooOld || error.outcome === 'rejected-blocks') return { state: 'dead', why };
  const usual = now + (error.retryAfterMs ?? backoff(row.attempts, at.random()));
  // What may have arrived once stays in doubt, and is looked up before every further try.
  const as = error.outcome === 'unknown' || row.state === 'unknown' ? 'unknown' : 'pending';
  // A refusal ends when a person does something about it, so there is no hurry.
  const next = error.outcome === 'refused' ? Math.max(usual, now + minute) : usual;
  return { state: 'later', as, at: next, why, ...(error.outcome === 'unknown' ? { doubtfulSince: now } : {}) };
}

/** Slack takes one message a second in a channel; a little more keeps clear of its edge. */
export const messageInterval: Duration = 1_100;

/** Times at which channels are free, kept in memory only: a restart may be told 429 once. */
export interface ChannelRateLimiter {
  /** When the row may go: at once (`now` or earlier), or a time that is kept free for it. */
  slot(row: number, channel: string, now: Instant): Instant;
  /** The row was told or given up: the time kept for it is free. */
  forget(row: number): void;
  /** Slack asked for quiet in the channel from now on. */
  block(channel: string, span: { readonly from: Instant; readonly until: Instant }): void;
}

/** A time further ahead than this is of a clock that was set back since. */
const farthest: Duration = 10 * 60_000;

/** Every channel free. */
export function createChannelRateLimiter(): ChannelRateLimiter {
  const free = new Map<string, Instant>();
  const blocked = new Map<string, { readonly from: Instant; readonly until: Instant }>();
  const kept = new Map<number, Instant>();
  const taken = new Map<string, Instant>();
  return {
    slot: (row, channel, now) => {
      const quiet = blocked.get(channel);
      // A time before its beginning is of a clock that was set back since.
      const quietUntil = quiet === undefined || now < quiet.from ? 0 : quiet.until;
      const sensible = (at: Instant): Instant => (at - now > farthest ? now : at);
      // A row may come a little after the time that was kept for it; the next one counts from when it came.
      const rested = sensible((taken.get(channel) ?? 0) + messageInterval);
      const own = kept.get(row);
      const wanted = own !== undefined && own <= now ? own : sensible(free.get(channel) ?? 0);
      const at = Math.max(now, quietUntil, rested, wanted);
      free.set(channel, Math.max(sensible(free.get(channel) ?? 0), at + messageInterval));
      if (at > now) kept.set(row, at);
      else {
        kept.delete(row);
        taken.set(channel, now);
      }
      return at;
    },
    forget: (row) => {
      kept.delete(row);
    },
    block: (channel, span) => {
      blocked.set(channel, span);
    },
  };
}
