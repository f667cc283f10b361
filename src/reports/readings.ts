// The inputs of a report as plain data: what it needs, and the readings that the caller loads for it.

import type { ImApp } from '../app.ts';
import type { Instant } from '../clock.ts';
import type { MetricId, MetricValues } from '../metrics/catalog.ts';
import type { Phrase } from '../metrics/phrase.ts';
import type { Bucket, BucketNeed, DailyStatistics, HourlyStatistics, PollHealth } from '../metrics/sample.ts';
import { bucketsWithin } from '../metrics/series.ts';
import type { LocalDate } from '../time-zone.ts';

/** What a report reads of one app; returned by the `…Needs` function beside the report. */
export interface Needs {
  readonly buckets: readonly BucketNeed[];
  /** Daily statistics, both ends included, in the zone of the app. */
  readonly days?: { readonly from: LocalDate; readonly to: LocalDate };
  /** What the platform counts by the hour, of these local days, both included: those of today from the platform itself. */
  readonly hours?: { readonly from: LocalDate; readonly to: LocalDate };
  /** The oldest instant with a sample. */
  readonly since?: true;
}

/** A need with the buckets that were read for it. */
export interface BucketRead {
  readonly need: BucketNeed;
  readonly buckets: readonly Bucket[];
}

/** An alert that is open now. `words`: value and limit, such as "free memory 7.4 %, under 8 % since 03:04". */
export interface OpenAlert {
  readonly rule: string;
  readonly level: 'warning' | 'critical';
  readonly words: Phrase;
}

/** The trigger of a rule on a metric: a line in the chart, and a limit for the status of the number. */
export interface Limit {
  readonly metric: MetricId;
  readonly level: 'warning' | 'critical';
  readonly direction: 'below' | 'above';
  readonly value: number;
}

/** All readings of one app for one report. */
export interface Readings {
  readonly app: ImApp;
  readonly now: Instant;
  /** The zone of times and of the limits of days; for a report on one app the app's own zone. */
  readonly zone: string;
  /** The newest snapshot, fresh or stored. */
  readonly latest?: { readonly at: Instant; readonly values: MetricValues };
  readonly poll?: PollHealth;
  readonly buckets: readonly BucketRead[];
  readonly days: readonly DailyStatistics[];
  /** Oldest first; an hour that is not there is unknown. */
  readonly hours?: readonly HourlyStatistics[];
  /** Time of the oldest sample; absent where none is stored. */
  readonly since?: Instant;
  readonly alerts: readonly OpenAlert[];
  /** Ids of the rules that cannot be judged although the platform answers; absent for none. */
  readonly notJudged?: readonly string[];
  readonly limits: readonly Limit[];
  /** Remarks of the platform about its numbers. */
  readonly notes: readonly Phrase[];
}

/** The needs without those that another one covers. */
export function distinctNeeds(needs: readonly BucketNeed[]): BucketNeed[] {
  const longest = [...needs].sort((a, b) => b.to - b.from - (a.to - a.from));
  return longest.filter((need, index) => !longest.slice(0, index).some((other) => covers(other, need)));
}

/** One need that covers several, to read an app once for all of them. */
export function joinNeeds(needs: readonly Needs[]): Needs {
  const days = joinDates(needs.flatMap((need) => need.days ?? []));
  const hours = joinDates(needs.flatMap((need) => need.hours ?? []));
  return {
    buckets: distinctNeeds(needs.flatMap(({ buckets }) => buckets)),
    ...(days === undefined ? {} : { days }),
    ...(hours === undefined ? {} : { hours }),
    ...(needs.some(({ since }) => since) ? { since: true } : {}),
  };
}

function joinDates(spans: readonly NonNullable<Needs['days']>[]): Needs['days'] {
  const [from] = spans.map((span) => span.from).sort();
  const to = spans
    .map((span) => span.to)
    .sort()
    .at(-1);
  return from === undefined || to === undefined ? undefined : { from, to };
}

/**
 * The buckets of a metric and tier within a span, oldest first, from all that were read; empty where none were. The buckets that were
 * read may end a moment before the wanted span, because time passes while a platform is asked.
 */
export function bucketsOf(readings: Pick<Readings, 'buckets'>, want: BucketNeed): readonly Bucket[] {
  const whole = readings.buckets.find(({ need }) => covers(need, want));
  if (whole !== undefined) return bucketsWithin(whole.buckets, want);
  const parts = readings.buckets.filter(({ need }) => isOf(need, want) && need.from < want.to && need.to > want.from);
  const inside = parts.flatMap((part) => bucketsWithin(part.buckets, want));
  if (parts.length < 2) return inside;
  return [...new Map(inside.map((bucket) => [bucket.at, bucket])).values()].sort((a, b) => a.at - b.at);
}

function isOf(need: BucketNeed, want: BucketNeed): boolean {
  return need.metric === want.metric && need.tier === want.tier;
}

function covers(need: BucketNeed, want: BucketNeed): boolean {
  // Of a need for samples near a minute the others were not read.
  const isWhole = need.near === undefined || JSON.stringify(need.near) === JSON.stringify(want.near);
  return isWhole && isOf(need, want) && need.from <= want.from && need.to >= want.to;
}
