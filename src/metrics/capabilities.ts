// Which metrics each platform can give at all, and whether it reports moments or whole days.
import { type MetricId, metricIds, metrics } from './catalog.ts';

export type PlatformId = 'imkit' | 'jmessage';

const imkit: readonly MetricId[] = [
  'users.active',
  'messages.sent',
  'rooms.active',
  'rooms.total',
  'connections.peak',
  'connections.current',
  'memory.free',
  'memory.total',
  'memory.free_ratio',
];

const jmessageParts: ReadonlySet<string> = new Set(['users', 'messages', 'groups']);

const available: Readonly<Record<PlatformId, readonly MetricId[]>> = {
  imkit,
  jmessage: metricIds.filter((id) => jmessageParts.has(metrics[id].group)),
};

const dayBased: Readonly<Record<PlatformId, boolean>> = { imkit: false, jmessage: true };

/** Every metric that the platform can give, in the order of display. */
export function availableMetrics(platform: PlatformId): readonly MetricId[] {
  return available[platform];
}

/** True for a platform whose numbers are days of a calendar; false for one that is asked for the last hour. */
export function reportsDays(platform: PlatformId): boolean {
  return dayBased[platform];
}

/** JMessage answers for so many days, today included. */
export const jmessageDays = 60;

const kept: Readonly<Partial<Record<PlatformId, number>>> = { jmessage: jmessageDays };

/** How many days the platform itself still answers for, today included; undefined for one that keeps no past. */
export function daysKept(platform: PlatformId): number | undefined {
  return kept[platform];
}

const names: Readonly<Record<PlatformId, string>> = { imkit: 'IMKit', jmessage: 'JMessage' };

/** The platform's name as its vendor writes it. */
export function platformName(platform: PlatformId): string {
  return names[platform];
}
