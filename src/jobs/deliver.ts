// The sender of the outbox: takes rows under a lease, a few at a time, and has each of them told.
import { type Duration, second } from '../clock.ts';
import type { OutboxRow } from '../store/outbox.ts';
import { createAlarm } from './alarm.ts';
import type { Job } from './job.ts';
import { createRunning } from './running.ts';
import { createTelling, type DeliverDeps, tell } from './tell.ts';

/** Longer than everything that one try can take. */
const lease: Duration = 60 * second;
/** Rows that are being told at one time. */
const places = 4;

export interface Deliver extends Job {
  /** Rows were added: look at once. */
  wake(): void;
}

/** Nothing is lost when it ends at any point: a row that was being told is looked up by its key before it is told again. */
export function createDeliver(deps: DeliverDeps): Deliver {
  const { clock, store } = deps;
  const running = createRunning('deliver', deps);
  const telling = createTelling(deps);
  const busy = new Set<number>();
  let going = false;
  let looking = false;
  let again = false;

  const look = async (): Promise<void> => {
    try {
      while (again && going) {
        again = false;
        const free = places - busy.size;
        const rows = free > 0 ? await store.outbox.lease(deps.owner, clock.now(), lease, free) : [];
        for (const row of rows) if (!busy.has(row.id)) begin(row);
        if (rows.length > 0) again = true;
      }
    } finally {
      looking = false;
    }
  };
  const wake = (): void => {
    again = true;
    if (!going || looking) return;
    looking = true;
    void running.add(look);
  };
  const begin = (row: OutboxRow): void => {
    busy.add(row.id);
    const run = running.add(async () => alarm.set(await tell(row, telling)));
    void run.finally(() => {
      busy.delete(row.id);
      wake();
    });
  };
  const alarm = createAlarm(clock, second, () => {
    wake();
    void running.add(() => measure(deps));
  });

  return {
    name: 'deliver',
    wake,
    start: () => {
      going = true;
      alarm.start();
    },
    stop: async () => {
      going = false;
      alarm.stop();
      await running.ended();
    },
  };
}

async function measure({ store, telemetry, clock }: DeliverDeps): Promise<void> {
  const status = await store.outbox.status();
  const age = status.oldest === undefined ? 0 : clock.now() - status.oldest;
  telemetry.outboxDepth.set(status.depth);
  telemetry.deadLetters.set(status.dead);
  telemetry.outboxOldestSeconds.set(Math.max(0, age) / second);
}
