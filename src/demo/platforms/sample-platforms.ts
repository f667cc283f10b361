// Starts both sample platforms over one simulation, with the controls that the demo and the tests need.

import type { Clock, Duration, Instant } from '../../clock.ts';
import type { MetricValues } from '../../metrics/catalog.ts';
import { withDerived } from '../../metrics/derived-values.ts';
import { type FaultyServer, type PlatformFault, startFaultyServer } from './faulty-server.ts';
import { type ImkitReport, imkitReport } from './imkit-report.ts';
import { answerImkit } from './imkit-responses.ts';
import { answerJMessage } from './jmessage-responses.ts';
import { noise } from './load-curve.ts';
import { createSampleMessages, type PartialDay, type SampleMessages, totalsAt } from './sample-messages.ts';

/** The platforms that have a sample. */
type PlatformId = 'imkit' | 'jmessage';

export interface SampleOptions {
  readonly clock: Clock;
  readonly host?: string;
  /** Default: any free port. */
  readonly ports?: Readonly<Partial<Record<PlatformId, number>>>;
  /** Another seed gives other numbers. */
  readonly seed?: number;
  /** How long the fault `slow` takes; default 2 s. */
  readonly slowness?: Duration;
}

export interface SampleControls {
  /** Free memory of the IMKit host in bytes or as a share of all; undefined: the simulated value. */
  setFreeMemory(value: { readonly bytes: number } | { readonly ratio: number } | undefined): void;
  /** Connections now, and their peak with them, so that an alert also resolves; undefined: the simulated values. */
  setConnections(count: number | undefined): void;
  setFault(platform: PlatformId, fault: PlatformFault): void;
  fault(platform: PlatformId): PlatformFault;
  /** The simulated snapshots of both platforms from `from` to before `to`, one each `step` ms. Overrides do not change them. */
  history(from: Instant, to: Instant, step: Duration): Iterable<HistoryPoint>;
}

export interface HistoryPoint {
  readonly at: Instant;
  readonly imkit: MetricValues;
  readonly jmessage: MetricValues;
}

export interface SamplePlatforms {
  readonly imkit: { readonly url: string; readonly apiKey: string };
  readonly jmessage: { readonly url: string; readonly appKey: string; readonly masterSecret: string };
  readonly controls: SampleControls;
  /** Destroys open connections and frees both ports. */
  stop(): Promise<void>;
}

/** Values that replace the simulated ones. */
interface Overrides {
  freeMemory?: { readonly bytes: number } | { readonly ratio: number } | undefined;
  connections?: number | undefined;
}

export async function startSamplePlatforms(options: SampleOptions): Promise<SamplePlatforms> {
  const { clock, host = '127.0.0.1', ports = {}, seed = 1, slowness = 2_000 } = options;
  const overrides: Overrides = {};
  const messages = createSampleMessages(seed);
  const apiKey = `im_${key(seed, 1, 32)}`;
  const appKey = key(seed, 2, 24);
  const masterSecret = key(seed, 3, 24);
  const report = (at: Instant): ImkitReport => applyOverrides(imkitReport(seed, at), overrides);
  const imkit = await startFaultyServer({
    host,
    port: ports.imkit ?? 0,
    slowness,
    answer: (request, fault) => answerImkit({ apiKey, now: clock.now, report }, request, fault),
  });
  const jmessage = await startFaultyServer({
    host,
    port: ports.jmessage ?? 0,
    slowness,
    answer: (request, fault) => answerJMessage({ appKey, masterSecret, now: clock.now, messages }, request, fault),
  });
  return {
    imkit: { url: `http://${host}:${imkit.port}`, apiKey },
    jmessage: { url: `http://${host}:${jmessage.port}/v2`, appKey, masterSecret },
    controls: createControls({ imkit, jmessage }, overrides, (at) => historyPoint(seed, messages, at)),
    stop: async () => {
      await Promise.all([imkit.stop(), jmessage.stop()]);
    },
  };
}

function createControls(
  servers: Readonly<Record<PlatformId, FaultyServer>>,
  overrides: Overrides,
  pointAt: (at: Instant) => HistoryPoint,
): SampleControls {
  return {
    setFreeMemory: (value) => {
      overrides.freeMemory = value;
    },
    setConnections: (count) => {
      overrides.connections = count;
    },
    setFault: (platform, fault) => servers[platform].setFault(fault),
    fault: (platform) => servers[platform].fault(),
    *history(from, to, step) {
      for (let at = from; at < to; at += step) yield pointAt(at);
    },
  };
}

function applyOverrides(natural: ImkitReport, { freeMemory, connections }: Overrides): ImkitReport {
  const free =
    freeMemory === undefined
      ? natural.freeMemory
      : 'bytes' in freeMemory
        ? freeMemory.bytes
        : Math.round(freeMemory.ratio * natural.totalMemory);
  return {
    ...natural,
    freeMemory: free,
    connections: connections ?? natural.connections,
    peakConnections: connections ?? natural.peakConnections,
  };
}

function historyPoint(seed: number, messages: SampleMessages, at: Instant): HistoryPoint {
  const report = imkitReport(seed, at);
  return {
    at,
    // A getter, because adding up a day of messages is slow and not every caller needs it.
    get jmessage() {
      return messageNumbers(totalsAt(messages, at));
    },
    imkit: withDerived({
      'users.active': report.activeUsers,
      'messages.sent': report.messages,
      'rooms.active': report.activeRooms,
      'rooms.total': report.totalRooms,
      'connections.peak': report.peakConnections,
      'connections.current': report.connections,
      'memory.free': report.freeMemory,
      'memory.total': report.totalMemory,
      'memory.free_ratio': report.freeMemory / report.totalMemory,
    }),
  };
}

function messageNumbers(day: PartialDay): MetricValues {
  const single = Object.values(day.single).reduce((total, count) => total + count, 0);
  const group = Object.values(day.group).reduce((total, count) => total + count, 0);
  return {
    'users.active': day.activeUsers,
    'users.total': day.totalUsers,
    'users.new': day.newUsers,
    'users.senders': day.senders,
    'messages.sent': single + group,
    'messages.single': single,
    'messages.group': group,
    'groups.active': day.activeGroups,
    'groups.total': day.totalGroups,
    'groups.new': day.newGroups,
  };
}

/** A key in the vendor's format that only the sample platforms accept. */
function key(seed: number, which: number, length: number): string {
  const digits = '0123456789abcdef';
  return Array.from({ length }, (_, place) => digits[Math.floor(noise(seed, which, place) * digits.length)]).join('');
}
