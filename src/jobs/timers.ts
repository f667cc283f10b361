// One timer for many things that each have their own interval: no overlap, bounded, and no trouble spreads.
import type { Clock, Duration, Instant } from '../clock.ts';
import { type BackgroundTasks, createBackgroundTasks } from '../concurrency.ts';
import type { Logger } from '../logger.ts';
import type { Telemetry } from '../telemetry.ts';

/** How a run went. `troubled` ones share their own places, so that a crowd of slow failures cannot hold up the rest. */
export interface IntervalResult {
  readonly troubled: boolean;
  /** From the start of this run to the start of the next. */
  readonly every: Duration;
}

/** One thing to run again and again. `run` handles its own errors; one that escapes is logged and counted. */
export interface IntervalTask {
  readonly id: string;
  readonly every: Duration;
  run(): Promise<IntervalResult>;
}

/** Runs things on their own intervals. */
export interface IntervalRunner {
  start(): void;
  /** Starts nothing new and resolves when what runs has ended, after 8 s at the latest. */
  stop(): Promise<void>;
}

/** First runs are spread: 20 ms for each item, so one app is asked at once and 1,000 within 20 s. */
const spread: Duration = 20;
/** Runs at one time, of healthy and of troubled items each. */
const places = 128;
/** How soon a due item that found no place is looked at again. */
const crowded: Duration = 50;

interface Entry {
  readonly item: IntervalTask;
  due: Instant;
  every: Duration;
  troubled: boolean;
  running: boolean;
}

/** What turns: the entries, the places they take, and the one timer. */
interface Wheel {
  readonly clock: Clock;
  readonly running: BackgroundTasks;
  readonly entries: Entry[];
  readonly taken: { healthy: number; troubled: number };
  cancel: () => void;
  going: boolean;
}

/** A ticker that stands still until `start`. `name` labels failures of its runs. */
export function createIntervalRunner(
  items: readonly IntervalTask[],
  deps: {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly telemetry: Telemetry;
    readonly random: () => number;
    readonly name: string;
  },
): IntervalRunner {
  const { clock, random } = deps;
  const running = createBackgroundTasks(deps.name, deps);
  const wheel: Wheel = {
    clock,
    running,
    entries: [],
    taken: { healthy: 0, troubled: 0 },
    cancel: () => {},
    going: false,
  };
  return {
    start: () => {
      wheel.going = true;
      const now = clock.now();
      for (const item of items) {
        const due = now + Math.floor(random() * Math.min(item.every, items.length * spread));
        wheel.entries.push({ item, due, every: item.every, troubled: false, running: false });
      }
      wake(wheel);
    },
    stop: async () => {
      wheel.going = false;
      wheel.cancel();
      await running.ended();
    },
  };
}

/** Begins what is due and finds a place, and sets the timer for the next. */
function wake(wheel: Wheel): void {
  const now = wheel.clock.now();
  for (const entry of wheel.entries) {
    if (entry.running) continue;
    // A clock that was set back would otherwise leave the item waiting for as long as the jump.
    if (entry.due - now > entry.every) entry.due = now;
    const free = wheel.taken[placeOf(entry)] < places;
    if (entry.due <= now && free) begin(wheel, entry);
  }
  plan(wheel);
}

function begin(wheel: Wheel, entry: Entry): void {
  const place = placeOf(entry);
  wheel.taken[place] += 1;
  entry.running = true;
  const scheduled = entry.due;
  void wheel.running
    .add(async () => {
      const result = await entry.item.run();
      entry.troubled = result.troubled;
      entry.every = result.every;
    })
    .then(() => {
      wheel.taken[place] -= 1;
      entry.running = false;
      entry.due = nextDue(scheduled, entry.every, wheel.clock.now());
      if (wheel.going) wake(wheel);
    });
}

function plan(wheel: Wheel): void {
  wheel.cancel();
  const now = wheel.clock.now();
  let soonest = Number.POSITIVE_INFINITY;
  for (const entry of wheel.entries) {
    if (entry.running) continue;
    soonest = Math.min(soonest, entry.due <= now ? now + crowded : Math.min(entry.due, now + entry.every));
  }
  wheel.cancel = Number.isFinite(soonest) ? wheel.clock.after(soonest - now, () => wake(wheel)) : () => {};
}

const placeOf = (entry: Entry): 'healthy' | 'troubled' => (entry.troubled ? 'troubled' : 'healthy');

/** The next time on the item's own grid that is still to come, so that lateness never adds up. */
function nextDue(scheduled: Instant, every: Duration, now: Instant): Instant {
  const next = scheduled + every;
  if (next > now && next - now <= every) return next;
  return now + every - ((((now - scheduled) % every) + every) % every);
}
