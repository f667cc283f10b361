// Controls of what the bot measures (memory, connections, faults of the platforms, time) and of its configuration; and their present state.
import { z } from 'zod';
import { day, type Instant, minute } from '../clock.ts';
import { BotError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { type DemoSettings, firstSettings } from './configuration.ts';
import type { MovingClock } from './moving-clock.ts';
import { faults } from './platforms/faulty-server.ts';
import type { SampleControls } from './platforms/sample-platforms.ts';
import { seedHours, seedSamples } from './seed-history.ts';

/** What a user can change. `null` ends an override of the simulated value. */
export const WorldChange = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('memory'), ratio: z.number().min(0).max(1).nullable() }),
  z.strictObject({ change: z.literal('connections'), count: z.int().min(0).max(100_000).nullable() }),
  z.strictObject({ change: z.literal('fault'), platform: z.enum(['imkit', 'jmessage']), fault: z.enum(faults) }),
  z.strictObject({ change: z.literal('time'), pass: z.enum(['day', 'minute']) }),
  z.strictObject({ change: z.literal('memoryLimit'), percent: z.union([z.literal(15), z.literal(45)]) }),
  z.strictObject({ change: z.literal('staging'), isWatched: z.boolean() }),
  z.strictObject({ change: z.literal('hourlyDigest'), isSent: z.boolean() }),
]);

export type WorldChange = z.infer<typeof WorldChange>;

/** The present state. `memory` and `connections` are null where nothing is overridden; `natural` has the simulated values. */
export interface WorldView {
  readonly memory: number | null;
  readonly connections: number | null;
  readonly natural: { readonly memory: number; readonly connections: number };
  readonly faults: Readonly<Record<'imkit' | 'jmessage', string>>;
  readonly settings: { readonly memoryLimit: number; readonly hasStaging: boolean; readonly hasHourlyDigest: boolean };
}

export interface WorldControls {
  view(): WorldView;
  /** Rejects with `BotError` for a change of time or of the configuration before the bot runs. */
  apply(change: WorldChange): Promise<void>;
  /** Calls the listener after each change. */
  on(listener: () => void): void;
}

export interface WorldParts {
  readonly platforms: SampleControls;
  readonly clock: MovingClock;
  /** Undefined until the bot runs, like `configure`. */
  readonly store: () => Store | undefined;
  /** Gives the running bot another configuration. */
  readonly configure: () => ((settings: DemoSettings) => Promise<unknown>) | undefined;
}

export function createWorldControls(parts: WorldParts): WorldControls {
  const { platforms, clock } = parts;
  const listeners: (() => void)[] = [];
  let memory: number | null = null;
  let connections: number | null = null;
  let settings = firstSettings(clock.now());
  const configure = async (next: DemoSettings): Promise<void> => {
    await running(parts.configure())(next);
    settings = next;
  };
  const change = async (request: WorldChange): Promise<void> => {
    if (request.change === 'memory') {
      memory = request.ratio;
      platforms.setFreeMemory(memory === null ? undefined : { ratio: memory });
    } else if (request.change === 'connections') {
      connections = request.count;
      platforms.setConnections(connections ?? undefined);
    } else if (request.change === 'fault') platforms.setFault(request.platform, request.fault);
    else if (request.change === 'time') await passTime(request.pass === 'day' ? day : minute, parts);
    else await configure(changed(settings, request, clock.now()));
  };
  return {
    view: () => ({
      memory,
      connections,
      natural: naturalValues(platforms, clock.now()),
      faults: { imkit: platforms.fault('imkit'), jmessage: platforms.fault('jmessage') },
      settings: {
        memoryLimit: settings.memoryLimit,
        hasStaging: settings.hasStaging,
        hasHourlyDigest: settings.hourlyAt !== undefined,
      },
    }),
    apply: async (request) => {
      await change(request);
      for (const listener of listeners) listener();
    },
    on: (listener) => void listeners.push(listener),
  };
}

/** Seeds the samples of the skipped time, then moves the clock, so that jobs that become due find them in the store. */
async function passTime(time: number, { platforms, clock, store }: WorldParts): Promise<void> {
  const open = running(store());
  const now = clock.now();
  await seedSamples(open, platforms, { from: now + 1, to: now + time });
  await seedHours(open, platforms, now + time);
  clock.advance(time);
}

function running<T>(part: T | undefined): T {
  if (part === undefined) throw new BotError('The bot is still starting; try again in a moment.');
  return part;
}

type SettingChange = Extract<WorldChange, { change: 'memoryLimit' | 'staging' | 'hourlyDigest' }>;

function changed(settings: DemoSettings, request: SettingChange, now: Instant): DemoSettings {
  if (request.change === 'memoryLimit') return { ...settings, memoryLimit: request.percent };
  if (request.change === 'staging') return { ...settings, hasStaging: request.isWatched };
  return { ...settings, hourlyAt: request.isSent ? now + minute : undefined };
}

function naturalValues(platforms: SampleControls, now: Instant): WorldView['natural'] {
  const [moment] = platforms.history(now, now + 1, 1);
  return {
    memory: moment?.imkit['memory.free_ratio'] ?? 0,
    connections: moment?.imkit['connections.current'] ?? 0,
  };
}
