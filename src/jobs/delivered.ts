// What became of one try of a row of the outbox.
import { type Clock, day, type Instant, minute } from '../clock.ts';
import type { DeliveryError } from '../errors.ts';
import type { OutboxRow, Root } from '../store/outbox.ts';
import { backoff } from './backoff.ts';

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
