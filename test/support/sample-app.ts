// The sample apps of the tests: one of moments (IMKit), one of days (JMessage), one of both.
import type { ImApp } from '../../src/app.ts';
import { hour, minute } from '../../src/clock.ts';
import { imkit } from '../../src/platforms/imkit/index.ts';
import { jmessage } from '../../src/platforms/jmessage/index.ts';

export const prod: ImApp = {
  id: 'prod',
  name: 'Production chat',
  platform: 'imkit',
  capabilities: imkit.capabilities,
  timezone: 'Asia/Taipei',
  pollEvery: minute,
  connectionLimit: 2_000,
  unreachable: { polls: 3, critical: 15 * minute },
};

export const china: ImApp = {
  id: 'china',
  name: 'China',
  platform: 'jmessage',
  capabilities: jmessage.capabilities,
  timezone: 'Asia/Shanghai',
  pollEvery: hour,
  unreachable: { polls: 3, critical: 15 * minute },
};

/** Of a platform that is polled for most metrics and counts those of groups, and the registered users, by days. */
export const mixed: ImApp = {
  ...prod,
  id: 'mixed',
  name: 'Mixed chat',
  platform: 'mixed',
  capabilities: {
    platformName: 'Mixed',
    metrics: [...imkit.capabilities.metrics, 'users.total', 'groups.active', 'groups.total', 'groups.new'],
    reportsBy: { days: ['users.total', 'groups.active', 'groups.total', 'groups.new'] },
    daysKept: 30,
  },
};
