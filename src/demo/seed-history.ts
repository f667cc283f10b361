// Seeds the store of the demo with the history of a bot that has run for weeks.
import { setImmediate } from 'node:timers/promises';
import { type Duration, day, hour, type Instant, minute, second } from '../clock.ts';
import { newestRun } from '../jobs/digest-run.ts';
import type { MetricValues } from '../metrics/catalog.ts';
import { hourStartsOf } from '../metrics/hours-of-day.ts';
import type { HourlyStatistics } from '../metrics/sample.ts';
import type { Platform } from '../platforms/platform.ts';
import type { DigestSchedule } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { addDays, localDate } from '../time-zone.ts';
import { demoApps } from './configuration.ts';
import type { SampleControls } from './platforms/sample-platforms.ts';

/** Spans before now and the step of their samples; each is finer and shorter than the one before it. */
const resolutions = [
  { length: 56 * day, step: hour },
  { length: 49 * hour, step: minute },
] as const;

/** Eight weeks of hourly samples, and of the last two days one each minute. */
export async function seedHistory(store: Store, controls: SampleControls, now: Instant): Promise<void> {
  await seedSamples(store, controls, { from: now - 56 * day, to: now });
}

/** The samples of the IMKit app in a span, at the resolutions that the store keeps for one that ends at `to`. */
export async function seedSamples(
  store: Store,
  controls: SampleControls,
  span: { readonly from: Instant; readonly to: Instant },
): Promise<void> {
  const parts = resolutions.map(({ length, step }, index) => ({
    from: lastOfStep(Math.max(span.from, span.to - length), step),
    to: span.to - (resolutions[index + 1]?.length ?? 0),
    step,
  }));
  const points = parts.flatMap(({ from, to, step }) => [...controls.history(from, to, step)]);
  for (let begin = 0; begin < points.length; begin += batchSize) {
    const polls = points.slice(begin, begin + batchSize).map(({ at, imkit }) => ({ at, values: imkit }));
    await store.samples.recordAll(demoApps.chat, polls);
    await setImmediate();
  }
}

/** The first end of an hour or a minute from `at` on: the numbers of an hour are those of the last sample in it. */
function lastOfStep(at: Instant, step: Duration): Instant {
  return Math.ceil((at + second) / step) * step - second;
}

/** Polls written at once; between two batches the event loop serves the page. */
const batchSize = 200;

/** The last two months of the JMessage app, read by the bot's own client, so that the first digest has days to compare with. */
export async function seedDailyStatistics(store: Store, platform: Platform | undefined, now: Instant): Promise<void> {
  if (platform?.daily === undefined) return;
  const today = localDate(now, demoApps.messagesZone);
  const { days } = await platform.daily(addDays(today, -60), today, AbortSignal.timeout(10_000));
  await store.daily.save(demoApps.messages, days);
}

/** Whole days of hours: adding up a day of the sample takes some milliseconds an hour. */
const daysOfHours = 2;

/** The hours of the last days of the JMessage app, which its platform gives on the day itself only; but for the last one of each, which the bot works out. */
export async function seedHours(store: Store, controls: SampleControls, now: Instant): Promise<void> {
  const today = localDate(now, demoApps.messagesZone);
  for (let back = daysOfHours; back > 0; back -= 1) {
    const starts = hourStartsOf(addDays(today, -back), demoApps.messagesZone);
    const [first = now, last = now] = [starts[0], starts.at(-1)];
    let before: MetricValues = {};
    const hours: HourlyStatistics[] = [];
    // Each point is the day so far at the end of an hour.
    for (const { at, jmessage: soFar } of controls.history(first + hour, last + 1, hour)) {
      hours.push({ at: at - hour, values: countedSince(before, soFar) });
      before = soFar;
    }
    await store.hourly.save(demoApps.messages, hours);
    await setImmediate();
  }
}

const hourly = ['messages.sent', 'messages.single', 'messages.group'] as const;

function countedSince(before: MetricValues, soFar: MetricValues): MetricValues {
  return Object.fromEntries(hourly.map((id) => [id, (soFar[id] ?? 0) - (before[id] ?? 0)]));
}

/** Marks the digest before the one that is due as sent: a schedule without any run would begin with its next time. */
export async function seedDigestRuns(store: Store, schedules: readonly DigestSchedule[], now: Instant): Promise<void> {
  for (const schedule of schedules) {
    const { of, dueAt } = newestRun(schedule, now - day);
    const run = { schedule: schedule.id, period: of.key, dueAt, state: 'sent', finishedAt: dueAt } as const;
    await store.digests.claim(run, 'past', now, minute);
  }
}
