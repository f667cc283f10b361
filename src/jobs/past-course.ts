// Reads the past on which the limits of a rule are tried: every sample as far back as it is kept, five-minute steps before that.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bucketLength, worstOfBucket } from '../alerting/backtest.ts';
import type { PastCourse, PastValue } from '../alerting/limits-trial.ts';
import type { Rule } from '../alerting/rule.ts';
import type { ImApp } from '../app.ts';
import { type Clock, type Duration, day, type Instant } from '../clock.ts';
import type { Bucket } from '../metrics/sample.ts';
import type { LiveConfig } from '../service-types.ts';
import type { Store } from '../store/store.ts';

interface PastCourseDeps {
  readonly store: Pick<Store, 'samples'>;
  readonly clock: Clock;
  readonly live: Pick<LiveConfig, 'retention'>;
}

/** So far back every sample is tried. */
const exactSpan: Duration = 14 * day;

/** At most so many samples: two weeks of polls every 12 s. Of an app that is polled more often, less of it is tried sample by sample. */
const mostSamples = 100_000;

/** Read at once, which takes a few ms. */
const samplesAtOnce = 500;
const stepsReadAtOnce: Duration = 2 * day;

const step: Duration = bucketLength.fiveMinutes;

/** Undefined for a rule without a metric. Rejects with `StoreError`. */
export async function readPastCourse(
  rule: Rule,
  app: Pick<ImApp, 'id' | 'pollEvery'>,
  { store, clock, live }: PastCourseDeps,
): Promise<PastCourse | undefined> {
  const { metric } = rule;
  if (metric === undefined) return undefined;
  const now = clock.now();
  const exact = Math.min(exactSpan, live.retention.raw, mostSamples * app.pollEvery);
  const read = (tier: 'raw' | 'fiveMinutes', from: Instant, to: Instant): Promise<readonly Bucket[]> =>
    store.samples.read(app.id, metric, tier, from, to);
  const samples: PastValue[] = [];
  for (const { from, to } of spans(now - exact, now + 1, samplesAtOnce * app.pollEvery)) {
    for (const { at, last } of await read('raw', from, to)) samples.push({ at, value: last });
    await nextTurn();
  }
  const steps: PastValue[] = [];
  const edge = samples[0]?.at ?? now;
  for (const { from, to } of spans(now - live.retention.fiveMinutes, edge, stepsReadAtOnce)) {
    for (const bucket of await read('fiveMinutes', from, to))
      if (bucket.at + step <= edge) steps.push({ at: bucket.at + step, value: worstOfBucket(rule, bucket) });
    await nextTurn();
  }
  return { steps, step, samples, now };
}

/** The span in parts of at most this length. */
function* spans(
  from: Instant,
  to: Instant,
  length: Duration,
): Generator<{ readonly from: Instant; readonly to: Instant }> {
  for (let at = from; at < to; at += length) yield { from: at, to: Math.min(to, at + length) };
}
