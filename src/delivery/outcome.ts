// The outcome of an attempt to deliver a row, when to try again, and what an error says of it.
import { type Clock, type Duration, day, type Instant, minute, second } from '../clock.ts';
import { DeliveryError, type DeliveryOutcome } from '../errors.ts';
import { english } from '../metrics/format.ts';
import { createWording, type Phrase, phrasesOf } from '../metrics/phrase.ts';
import type { healthPhrases } from '../reports/health-phrases.ts';
import type { OutboxRow, Root } from '../store/outbox.ts';
import { deliveryPhrases } from './delivery-phrases.ts';

const phrase = phrasesOf<typeof healthPhrases>();

/** 1, 2, 4 … 30 s after the first, second, third … attempt, give or take a fifth. `chance` is 0 to 1. */
function backoff(attempts: number, chance: number): Duration {
  const steps = Math.min(Math.max(attempts, 1) - 1, 5);
  const base = Math.min(2 ** steps, 30) * second;
  return Math.round(base * (0.8 + 0.4 * chance));
}

/** The message is in `channel`. `isFound`: an earlier attempt had posted it, so it has the content of that attempt. */
export interface Sent {
  readonly state: 'sent';
  /** Undefined where there is no message, as with a pager. */
  readonly ts: string | undefined;
  readonly channel: string;
  /** The root of the stream as it is now; undefined for what is no root. */
  readonly root: Root | undefined;
  readonly isFound: boolean;
  /** True where the address of the root is new. */
  readonly isLinked?: boolean;
}

/** To be tried again at `at`. `unknown`: the message may have arrived, and is looked up before it is sent again. */
interface Unfinished {
  readonly state: 'pending' | 'unknown';
  readonly at: Instant;
  /** Code of the `DeliveryError` that is the reason; undefined where there was none. */
  readonly code: string | undefined;
  readonly why: string;
  /** When the outcome became unknown, if this very attempt is why. */
  readonly doubtfulSince?: Instant;
}

/** Dropped because it need not be sent any more, or dead because it could not be delivered. */
export interface Abandoned {
  readonly state: 'dropped' | 'dead';
  readonly code: string | undefined;
  readonly why: string;
  /** `why` for people, where it is more than a code. */
  readonly words?: Phrase;
}

/** What became of one attempt, in the states of the stored row that it is settled with. */
export type Outcome = Sent | Unfinished | Abandoned;

/** The row need not be sent any more; `why` is a code. */
export function dropped(why: string): Abandoned {
  return { state: 'dropped', code: undefined, why };
}

/** An error of these words; its message and hint are the same in English. */
export function deliveryError(
  outcome: DeliveryOutcome,
  code: string,
  words: Phrase,
  { advice, retryAfterMs }: { readonly advice?: Phrase; readonly retryAfterMs?: number | undefined } = {},
): DeliveryError {
  const { text } = createWording(english, [deliveryPhrases]);
  const hint = advice === undefined ? undefined : text(advice);
  return new DeliveryError(outcome, code, text(words), { hint, retryAfterMs, words, advice });
}

/** What an error says and what to do, for `health`. */
export function explainedOf({ words, advice }: DeliveryError): Phrase {
  return phrase('problem.explained', { words, advice });
}

/** A row that could not be delivered for so long is dead. */
const giveUpAfter = day;

/**
 * What a failed attempt means for its row, which is tried for a day from its first attempt on. `row` is as it was leased: this
 * attempt is not counted in it.
 */
export function afterFailure(
  row: OutboxRow,
  error: DeliveryError,
  at: { readonly clock: Clock; readonly random: () => number },
): Unfinished | Abandoned {
  const now = at.clock.now();
  const { code } = error;
  const why = `${code}: ${error.message}`.slice(0, 300);
  const isTooOld = now - (row.firstTriedAt ?? now) >= giveUpAfter;
  if (isTooOld || error.outcome === 'rejected-blocks')
    return { state: 'dead', code, why, words: phrase('problem.coded', { code, words: error.words }) };
  const usual = now + (error.retryAfterMs ?? backoff(row.attempts + 1, at.random()));
  // Once the outcome is unknown it stays unknown, and the message is looked up before every further attempt.
  const state = error.outcome === 'unknown' || row.state === 'unknown' ? 'unknown' : 'pending';
  // A refusal ends only when a person acts, so the retry interval is long.
  const next = error.isPermanent ? Math.max(usual, now + minute) : usual;
  return { state, at: next, code, why, ...(error.outcome === 'unknown' ? { doubtfulSince: now } : {}) };
}
