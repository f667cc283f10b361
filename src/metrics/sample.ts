// Snapshots, days, buckets and points: numbers with their time.
import { z } from 'zod';
import type { Duration, Instant } from '../clock.ts';
import type { LocalDate } from '../time-zone.ts';
import type { MetricId, MetricValues } from './catalog.ts';
import { Phrase } from './phrase.ts';
import type { Tier } from './range.ts';

/** The current numbers of a platform, parsed. */
export interface Snapshot {
  /** When the platform was polled. The time of every sample made from this. */
  readonly polledAt: Instant;
  /** The span that counts such as messages refer to; undefined for a platform that only reports days. */
  readonly window?: { readonly from: Instant; readonly to: Instant };
  readonly values: MetricValues;
  /** Remarks on the numbers for the reader, a sentence each. */
  readonly notes: readonly Phrase[];
}

/** One local day of a platform's own statistics. */
export interface DailyStatistics {
  readonly date: LocalDate;
  readonly zone: string;
  /** False while the day is still running or the platform may still correct it. */
  readonly complete: boolean;
  readonly values: MetricValues;
}

/** What a platform counted in one hour of a day of its own. */
export interface HourlyStatistics {
  /** When the hour begins. */
  readonly at: Instant;
  readonly values: MetricValues;
  /** True for what the total of the day leaves beside its other hours: the platform did not say it. */
  readonly isDerived?: true;
}

/** The health of the polls of an app. `reason` says without secrets why the newest one failed. */
export interface PollHealth {
  readonly app: string;
  readonly lastTriedAt: Instant;
  readonly lastGoodAt?: Instant | undefined;
  /** Consecutive failures, the newest poll included; 0 when it succeeded. */
  readonly failures: number;
  readonly reason?: Phrase | undefined;
}

const Failure = z.object({
  values: z.object({ isAnswer: z.boolean(), what: Phrase, advice: Phrase.optional() }),
});

/** Status and code of an answer, and why: the platform did answer. */
const FromAnswer = z.object({ kind: z.literal('platform.http') });

/**
 * The parts of a reason: why, and what to do. `isAnswer`: the platform answered, without anything of use. Undefined where the reason
 * has no parts.
 */
export function failureOf(
  reason: Phrase | undefined,
): { readonly isAnswer: boolean; readonly cause: Phrase; readonly advice: Phrase | undefined } | undefined {
  const found = Failure.safeParse(reason);
  if (!found.success) return undefined;
  const { isAnswer, what: cause, advice } = found.data.values;
  return { isAnswer: isAnswer || FromAnswer.safeParse(cause).success, cause, advice };
}

/** Stored buckets of one metric that are wanted, gaps and all. `from` is inclusive, `to` exclusive. */
export interface BucketNeed {
  readonly metric: MetricId;
  readonly tier: Tier;
  readonly from: Instant;
  readonly to: Instant;
  /** True for the hours that the platform counts itself, in place of those made of samples. */
  readonly isCounted?: true;
  /** Of raw samples only those near this time of every hour: at most `within` before or after it. */
  readonly near?: { readonly at: Instant; readonly within: Duration };
}

/** What is known of one metric in one span of time. */
export interface Bucket {
  /** Start of the span. */
  readonly at: Instant;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** The value measured last in the span: for a trailing window the one that covers the span best. */
  readonly last: number;
  /** When that was. */
  readonly lastAt: Instant;
  /** How many samples it is made of. */
  readonly samples: number;
}

/** A point of a series; an undefined value is a gap and stays one. */
export interface Point {
  readonly at: Instant;
  readonly value: number | undefined;
}
