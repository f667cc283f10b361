// Snapshots, days, buckets and points: numbers with their time.
import type { LocalDate } from '../civil.ts';
import type { Instant } from '../clock.ts';
import type { Measured } from './catalog.ts';

/** One report of now, as a platform gave it and we understood it. */
export interface Snapshot {
  /** When we asked. The time of every sample made from this. */
  readonly polledAt: Instant;
  /** The span that counts such as messages refer to; undefined for a platform that only reports days. */
  readonly window?: { readonly from: Instant; readonly to: Instant };
  readonly values: Measured;
  /** What a reader should know about the numbers: a sentence each. */
  readonly notes: readonly string[];
}

/** One local day of a platform's own statistics. */
export interface DailyStatistics {
  readonly date: LocalDate;
  readonly zone: string;
  /** False while the day is still running or the platform may still correct it. */
  readonly complete: boolean;
  readonly values: Measured;
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
  /** How many samples it is made of. */
  readonly samples: number;
}

/** A point of a series; an undefined value is a gap and stays one. */
export interface Point {
  readonly at: Instant;
  readonly value: number | undefined;
}
