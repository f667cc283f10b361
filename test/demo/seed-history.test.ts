// The past of the demo fits what its platforms say.
import { afterEach, expect, it } from 'vitest';
import { demoApps } from '../../src/demo/configuration.ts';
import { type SamplePlatforms, startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { seedHours } from '../../src/demo/seed-history.ts';
import { silentLogger } from '../../src/logger.ts';
import { lastHourOf } from '../../src/metrics/hours-of-day.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { startOfDate } from '../../src/time-zone.ts';
import { borrowed, testApp } from '../platforms/server.ts';
import { createFakeClock } from '../support/fake-clock.ts';

let sample: SamplePlatforms | undefined;
afterEach(() => sample?.stop());

it('the hours of a past day are all but the last one, for which its total leaves as much as an ordinary hour has', async () => {
  const clock = createFakeClock('2026-11-22T04:00:00Z');
  sample = await startSamplePlatforms({ clock });
  const store = await openSqlite(':memory:', { clock, logger: silentLogger });
  await seedHours(store, sample.controls, clock.now());
  const platform = jmessage.open({ ...borrowed(clock), app: testApp(jmessage), access: sample.jmessage });
  const answer = await platform.daily?.('2026-11-20', '2026-11-21');
  for (const day of answer?.days ?? []) {
    const start = startOfDate(day.date, demoApps.messagesZone);
    const hours = await store.hourly.read(demoApps.messages, start, start + 24 * 3_600_000);
    expect(hours).toHaveLength(23);
    const last = lastHourOf(day, hours)?.values['messages.sent'];
    expect(last).toBeGreaterThan(20);
    expect(last).toBeLessThan(2_000);
    for (const { values } of hours) expect(values['messages.sent']).toBeGreaterThan(0);
  }
  expect(answer?.days).toHaveLength(2);
  await store.close();
});
