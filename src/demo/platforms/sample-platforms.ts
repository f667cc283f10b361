// Starts both sample platforms over one imagined world, with the switches that a demo or a test needs.

import type { Clock, Duration, Instant } from '../../clock.ts';
import type { MetricValues } from '../../metrics/catalog.ts';
import { type ChatReport, chatReport } from './chat-world.ts';
import { type Fault, type FaultyServer, startFaultyServer } from './faulty-server.ts';
import { answerImkit } from './imkit-answers.ts';
import { answerJMessage } from './jmessage-answers.ts';
import { noise } from './load-curve.ts';
import { createMessageWorld, type MessageWorld, type PartialDay, totalsAt } from './message-world.ts';

/** The platforms that have a sample. */
type PlatformId = 'imkit' | 'jmessage';

export interface SampleOptions {
  readonly clock: Clock;
  readonly host?: string;
  /** Default: any free port. */
  readonly ports?: Readonly<Partial<Record<PlatformId, number>>>;
  /** Another seed is another world. */
  readonly seed?: number;
  /** How long the fault `slow` takes; default 2 s. */
  readonly slowness?: Duration;
}

export interface SampleWorld {
  /** Free memory of the IMKit host in bytes or as a share of all; undefined: its natural course. */
  setFreeMemory(value: { readonly bytes: number } | { readonly ratio: number } | undefined): void;
  /** Connections now, and their peak with them, so that an alert can also be seen to resolve; undefined: natural. */
  setConnections(count: number | undefined): void;
  setFault(platform: PlatformId, fault: Fault): void;
  fault(platform: PlatformId): Fault;
  /** What snapshots of both platforms would have said from `from` on, each `step` ms, before `to`. No slider moves the past. */
  history(from: Instant, to: Instant, step: Duration): Iterable<PastMoment>;
}

export interface PastMoment {
  readonly at: Instant;
  readonly imkit: MetricValues;
  readonly jmessage: MetricValues;
}

export interface SamplePlatforms {
  readonly imkit: { readonly url: string; readonly apiKey: string };
  readonly jmessage: { readonly url: string; readonly appKey: string; readonly masterSecret: string };
  readonly world: SampleWorld;
  /** Cuts what is open and frees both ports. */
  stop(): Promise<void>;
}

/** What a person has changed by hand. */
interface Sliders {
  freeMemory?: { readonly bytes: number } | { readonly ratio: number } | undefined;
  connections?: number | undefined;
}

export async function startSamplePlatforms(options: SampleOptions): Promise<SamplePlatforms> {
  const { clock, host = '127.0.0.1', ports = {}, seed = 1, slowness = 2_000 } = options;
  const sliders: Sliders = {};
  const messages = createMessageWorld(seed);
  const apiKey = `im_${key(seed, 1, 32)}`;
  const appKey = key(seed, 2, 24);
  const masterSecret = key(seed, 3, 24);
  const report = (at: Instant): ChatReport => move(chatReport(seed, at), sliders);
  const imkit = await startFaultyServer({
    host,
    port: ports.imkit ?? 0,
    slowness,
    answer: (question, fault) => answerImkit({ apiKey, now: clock.now, report }, question, fault),
  });
  const jmessage = await startFaultyServer({
    host,
    port: ports.jmessage ?? 0,
    slowness,
    answer: (question, fault) =>
      answerJMessage({ appKey, masterSecret, now: clock.now, world: messages }, question, fault),
  });
  return {
    imkit: { url: `http://${host}:${imkit.port}`, apiKey },
    jmessage: { url: `http://${host}:${jmessage.port}/v2`, appKey, masterSecret },
    world: createControls({ imkit, jmessage }, sliders, (at) => pastMoment(seed, messages, at)),
    stop: async () => {
      await Promise.all([imkit.stop(), jmessage.stop()]);
    },
  };
}

function createControls(
  servers: Readonly<Record<PlatformId, FaultyServer>>,
  sliders: Sliders,
  momentAt: (at: Instant) => PastMoment,
): SampleWorld {
  return {
    setFreeMemory: (value) => {
      sliders.freeMemory = value;
    },
    setConnections: (count) => {
      sliders.connections = count;
    },
    setFault: (platform, fault) => servers[platform].setFault(fault),
    fault: (platform) => servers[platform].fault(),
    *history(from, to, step) {
      for (let at = from; at < to; at += step) yield momentAt(at);
    },
  };
}

function move(natural: ChatReport, { freeMemory, connections }: Sliders): ChatReport {
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

function pastMoment(seed: number, world: MessageWorld, at: Instant): PastMoment {
  const report = chatReport(seed, at);
  return {
    at,
    // Adding up a day of messages takes a while, so only who looks at it waits.
    get jmessage() {
      return messageNumbers(totalsAt(world, at));
    },
    imkit: {
      'users.active': report.activeUsers,
      'messages.sent': report.messages,
      'rooms.active': report.activeRooms,
      'rooms.total': report.totalRooms,
      'connections.peak': report.peakConnections,
      'connections.current': report.connections,
      'memory.free': report.freeMemory,
      'memory.total': report.totalMemory,
      'memory.free_ratio': report.freeMemory / report.totalMemory,
    },
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

/** A key that looks like one and opens nothing but the sample platforms. */
function key(seed: number, which: number, length: number): string {
  const digits = '0123456789abcdef';
  return Array.from({ length }, (_, place) => digits[Math.floor(noise(seed, which, place) * digits.length)]).join('');
}
