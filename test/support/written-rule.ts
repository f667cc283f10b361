// Rules of a configuration file for tests: an entry as it would be written there, with what it means.

import { ruleFromConfig } from '../../src/alerting/rule-config.ts';
import type { WrittenRule } from '../../src/alerting/rule-override.ts';
import type { ImApp } from '../../src/app.ts';
import { prod } from './sample-app.ts';

/** Free memory below 15 %, critical below 8 %, without waiting. */
export function writtenRule(over: Readonly<Record<string, unknown>> = {}, app: ImApp = prod): WrittenRule {
  const all: Readonly<Record<string, unknown>> = {
    ...{ id: 'memory-low', app: app.id, metric: 'memory.free_ratio', below: '15%', clearAt: '20%', for: '0s' },
    ...{ keepFiring: '0s', critical: { below: '8%', clearAt: '12%' }, channel: 'C0ONCALL', mention: ['S0ONCALL'] },
    ...over,
  };
  const entry = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const read = ruleFromConfig(entry, { app });
  if (!('rule' in read)) throw new Error(JSON.stringify(read.problems));
  return { rule: read.rule, entry, pagers: [] };
}
