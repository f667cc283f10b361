import { describe, expect, it } from 'vitest';
import { startSamplePlatforms } from '../../src/demo/platforms/sample-platforms.ts';
import { metric, metricIds } from '../../src/metrics/catalog.ts';
import { imkit as imkitDefinition } from '../../src/platforms/imkit/index.ts';
import { openPlatform, platforms } from '../../src/platforms/index.ts';
import { jmessage as jmessageDefinition } from '../../src/platforms/jmessage/index.ts';
import type { PlatformDefinition } from '../../src/platforms/platform.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { borrowed, testApp } from './server.ts';

describe('the list of platforms', () => {
  it('opens the platform that the access is for, and together they give every metric', async () => {
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    const sample = await startSamplePlatforms({ clock });
    const imkit = openPlatform({
      ...borrowed(clock),
      app: testApp(imkitDefinition),
      access: sample.imkit,
    });
    const access = sample.jmessage;
    const jmessage = openPlatform({ ...borrowed(clock), app: testApp(jmessageDefinition), access });
    const given = [await imkit.snapshot(), await jmessage.snapshot()].flatMap(({ values }) => Object.keys(values));
    await sample.stop();
    expect([...new Set(given)].sort()).toEqual([...metricIds].sort());
  });

  it('says what each of them can do: IMKit has moments and no groups, JMessage has days and no memory', () => {
    const facts = platforms.map(({ capabilities }) => [capabilities.platformName, capabilities.reportsBy]);
    expect(facts).toEqual([
      ['IMKit', 'moments'],
      ['JMessage', 'days'],
    ]);
    const groups = (definition: PlatformDefinition) => definition.capabilities.metrics.map((id) => metric(id).group);
    expect(groups(imkitDefinition)).not.toContain('groups');
    expect(groups(jmessageDefinition)).not.toContain('memory');
  });

  it('refuses an app of a platform that is not in it', () => {
    const app = { ...testApp(imkitDefinition), platform: 'nothing' };
    const clock = createFakeClock('2026-11-22T10:00:00Z');
    expect(() => openPlatform({ ...borrowed(clock), app, access: {} })).toThrow(/there is no platform "nothing"/);
  });
});
