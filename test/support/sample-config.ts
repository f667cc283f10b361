// The part of a configuration that may change while it is used, with as little in it as a test allows.
import { day } from '../../src/clock.ts';
import { createLiveConfig } from '../../src/config/live-config.ts';
import type { ConfigHolder, LiveValues } from '../../src/service-types.ts';
import { prod } from './sample-app.ts';

export function sampleValues(over: Partial<LiveValues> = {}): LiveValues {
  return {
    apps: [prod],
    rules: [],
    written: [],
    digests: [],
    maintenance: [],
    access: { run: 'everyone', manage: [] },
    retention: { raw: 14 * day, fiveMinutes: 90 * day, hours: 400 * day },
    timezone: 'Asia/Taipei',
    fallbackChannel: 'C0OPS',
    ...over,
  };
}

export function createSampleConfig(over: Partial<LiveValues> = {}): ConfigHolder {
  return createLiveConfig(sampleValues(over));
}
