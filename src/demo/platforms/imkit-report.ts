// The simulated numbers of an IMKit server at any moment: connections, messages, rooms, memory.
import { day, hour, type Instant, minute } from '../../clock.ts';
import { dayIndex, drift, load, noise } from './load-curve.ts';

/** The numbers of one IMKit report. Counts refer to the hour before `at`. */
export interface ImkitReport {
  readonly activeUsers: number;
  readonly activeRooms: number;
  readonly totalRooms: number;
  readonly messages: number;
  readonly peakConnections: number;
  readonly connections: number;
  readonly totalMemory: number;
  readonly freeMemory: number;
}

const totalMemory = 8 * 1024 ** 3;

/** The simulated report, without overrides. */
export function imkitReport(seed: number, at: Instant): ImkitReport {
  const samples = Array.from({ length: 12 }, (_, index) => at - index * 5 * minute);
  const busy = samples.reduce((total, moment) => total + load(seed, moment), 0) / samples.length;
  return {
    activeUsers: Math.round(60 + 380 * busy),
    activeRooms: Math.round(4 + 46 * busy),
    totalRooms: 300 + Math.floor((dayIndex(at) - 20_000) * 0.09),
    messages: Math.round(120 + 2_900 * busy),
    peakConnections: Math.max(...samples.map((moment) => connections(seed, moment))),
    connections: connections(seed, at),
    totalMemory,
    freeMemory: Math.round(totalMemory * freeShare(seed, at)),
  };
}

function connections(seed: number, at: Instant): number {
  const flutter = 1 + 0.02 * (noise(seed + 3, Math.floor(at / minute)) - 0.5);
  return Math.round((180 + 1_220 * load(seed, at)) * flutter);
}

/** Falls with load and slowly over the week, until the weekly restart on Monday at 04:00. */
function freeShare(seed: number, at: Instant): number {
  const monday = at + 8 * hour - 4 * hour + 3 * day;
  const sinceRestart = (((monday % (7 * day)) + 7 * day) % (7 * day)) / (7 * day);
  return 0.52 - 0.13 * load(seed, at) - 0.08 * sinceRestart + 0.006 * drift(seed + 4, at, 20 * minute);
}
