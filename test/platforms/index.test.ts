import { describe, expect, it } from 'vitest';
import { startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { metricIds } from '../../src/metrics/catalog.ts';
import { openPlatform } from '../../src/platforms/index.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { borrowed, testApp } from './server.ts';

describe('the list of platforms', () => {
  it('opens the platform that the access is for, and together they give every metric', async () => {
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    const sample = await startSamplePlatforms({ clock });
    const imkit = openPlatform({
      ...borrowed(clock),
      app: testApp('imkit'),
      access: { platform: 'imkit', ...sample.imkit },
    });
    const access = { platform: 'jmessage' as const, ...sample.jmessage };
    const jmessage = openPlatform({ ...borrowed(clock), app: testApp('jmessage'), access });
    const given = [await imkit.snapshot(), await jmessage.snapshot()].flatMap(({ values }) => Object.keys(values));
    await sample.stop();
    expect([...new Set(given)].sort()).toEqual([...metricIds].sort());
  });
});
