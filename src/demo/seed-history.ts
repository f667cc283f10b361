// Writes a past into the store of the demo: what a bot would know that has run for weeks.
import { setImmediate } from 'node:timers/promises';
import { day, hour, type Instant, minute } from '../clock.ts';
import { newestRun } from '../jobs/digest-schedule.ts';
import type { Platform } from '../platforms/platform.ts';
import type { DigestSchedule } from '../service-types.ts';
import type { Store } from '../store/store.ts';
import { addDays, localDate } from '../time-zone.ts';
import { demoApps } from './configuration.ts';
import type { SampleWorld } from './platforms/sample-platforms.ts';

/** Ways of looking back, each finer and shorter than the one before it. */
const stretches = [
  { reaches: 56 * day, step: hour },
  { reaches: day, step: 5 * minute },
  { reaches: hour, step: minute },
] as const;

/** Eight weeks of hours, a day of five minutes and an hour of minutes. */
export async function writePast(store: Store, world: SampleWorld, now: Instant): Promise<void> {
  await writeSpan(store, world, { from: now - 56 * day, to: now });
}

/** The numbers of the IMKit app between two moments, as finely as is kept of a span that ends at `to`. */
export async function writeSpan(
  store: Store,
  world: SampleWorld,
  span: { readonly from: Instant; readonly to: Instant },
): Promise<void> {
  const parts = stretches.map(({ reaches, step }, index) => ({
    from: Math.max(span.from, span.to - reaches),
    to: span.to - (stretches[index + 1]?.reaches ?? 0),
    step,
  }));
  const moments = parts.flatMap(({ from, to, step }) => [...world.history(from, to, step)]);
  for (let begin = 0; begin < moments.length; begin += portion) {
    const polls = moments.slice(begin, begin + portion).map(({ at, imkit }) => ({ at, values: imkit }));
    await store.samples.recordAll(demoApps.chat, polls);
    await setImmediate();
  }
}

/** Polls written at once; between two portions the page is served. */
const portion = 200;

/** The last two months of the JMessage app, by the bot’s own reader, so that the first digest has something to compare with. */
export async function writeDays(store: Store, platform: Platform | undefined, now: Instant): Promise<void> {
  if (platform?.daily === undefined) return;
  const today = localDate(now, demoApps.messagesZone);
  const { days } = await platform.daily(addDays(today, -60), today, AbortSignal.timeout(10_000));
  await store.daily.save(demoApps.messages, days);
}

/** The digest before the one that is due went out: a schedule without a past would begin with its next time. */
export async function writeSentDigests(
  store: Store,
  schedules: readonly DigestSchedule[],
  now: Instant,
): Promise<void> {
  for (const schedule of schedules) {
    const { of, dueAt } = newestRun(schedule, now - day);
    const run = { schedule: schedule.id, period: of.key, dueAt, state: 'sent', finishedAt: dueAt } as const;
    await store.digests.claim(run, 'past', now, minute);
  }
}
