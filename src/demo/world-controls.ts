// The world beside the workspace: what a person can move, break and let pass, and how it stands.
import { z } from 'zod';
import { day, type Instant, minute } from '../clock.ts';
import { BotError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { MovingClock } from './moving-clock.ts';
import { faults } from './platforms/faulty-server.ts';
import type { SampleWorld } from './platforms/sample-platforms.ts';
import { writeSpan } from './seed-history.ts';

/** What a person can change. `null` gives a slider back to nature. */
export const WorldChange = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('memory'), ratio: z.number().min(0).max(1).nullable() }),
  z.strictObject({ change: z.literal('connections'), count: z.int().min(0).max(100_000).nullable() }),
  z.strictObject({ change: z.literal('fault'), platform: z.enum(['imkit', 'jmessage']), fault: z.enum(faults) }),
  z.strictObject({ change: z.literal('time'), pass: z.enum(['day', 'minute']) }),
]);

export type WorldChange = z.infer<typeof WorldChange>;

/** How it stands. `memory` and `connections` are null where nature rules; `natural` is what nature would say now. */
export interface WorldView {
  readonly memory: number | null;
  readonly connections: number | null;
  readonly natural: { readonly memory: number; readonly connections: number };
  readonly faults: Readonly<Record<'imkit' | 'jmessage', string>>;
}

export interface Beside {
  view(): WorldView;
  /** Rejects with `BotError` when time cannot pass yet. */
  apply(change: WorldChange): Promise<void>;
  /** Calls the listener after each change. */
  on(listener: () => void): void;
}

/** `store` is undefined until the bot runs. */
export function createBeside(parts: {
  readonly world: SampleWorld;
  readonly clock: MovingClock;
  readonly store: () => Store | undefined;
}): Beside {
  const { world, clock } = parts;
  const listeners: (() => void)[] = [];
  let memory: number | null = null;
  let connections: number | null = null;
  const change = async (wanted: WorldChange): Promise<void> => {
    if (wanted.change === 'memory') {
      memory = wanted.ratio;
      world.setFreeMemory(memory === null ? undefined : { ratio: memory });
    } else if (wanted.change === 'connections') {
      connections = wanted.count;
      world.setConnections(connections ?? undefined);
    } else if (wanted.change === 'fault') world.setFault(wanted.platform, wanted.fault);
    else await letPass(wanted.pass === 'day' ? day : minute, parts);
  };
  return {
    view: () => ({
      memory,
      connections,
      natural: naturalNow(world, clock.now()),
      faults: { imkit: world.fault('imkit'), jmessage: world.fault('jmessage') },
    }),
    apply: async (wanted) => {
      await change(wanted);
      for (const listener of listeners) listener();
    },
    on: (listener) => void listeners.push(listener),
  };
}

/** Writes what would have been measured in the meantime, then moves the clock, so that what comes due finds it there. */
async function letPass(time: number, { world, clock, store }: Parameters<typeof createBeside>[0]): Promise<void> {
  const open = store();
  if (open === undefined) throw new BotError('The bot is still starting; time can pass in a moment.');
  const now = clock.now();
  await writeSpan(open, world, { from: now + 1, to: now + time });
  clock.leap(time);
}

function naturalNow(world: SampleWorld, now: Instant): WorldView['natural'] {
  const [moment] = world.history(now, now + 1, 1);
  return {
    memory: moment?.imkit['memory.free_ratio'] ?? 0,
    connections: moment?.imkit['connections.current'] ?? 0,
  };
}
