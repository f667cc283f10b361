// The sender of the outbox: takes rows under a lease, a few at a time, and has each of them told.
import { createHeartbeat, type Duration, second } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import type { Job } from '../service-types.ts';
import type { OutboxRow } from '../store/outbox.ts';
import { createDeliveryState, type DeliveryDeps, deliverRow } from './deliver-row.ts';

/** Longer than everything that one try can take. */
const lease: Duration = 60 * second;
/** Messages that are being told at one time, and pictures beside them: those take long and must not hold up words. */
const maxMessages = 4;
const maxCharts = 2;
/** A picture that finds both taken comes back after this. */
const laterBy: Duration = 2 * second;

/** The job of the outbox. */
export interface Deliver extends Job {
  /** Rows were added: look at once. */
  wake(): void;
}

/** Nothing is lost when it ends at any point: a row that was being told is looked up by its key before it is told again. */
export function createDeliver(deps: DeliveryDeps): Deliver {
  const { clock, store } = deps;
  const running = createBackgroundTasks('deliver', deps);
  const delivery = createDeliveryState(deps);
  const busy = new Map<number, OutboxRow['lane']>();
  let going = false;
  let looking = false;
  let again = false;

  const look = async (): Promise<void> => {
    try {
      while (again && going) {
        again = false;
        const drawing = countPictures(busy);
        const free = maxMessages - (busy.size - drawing);
        const rows = free > 0 ? await store.outbox.lease(deps.owner, clock.now(), lease, free) : [];
        for (const row of rows) {
          if (row.lane === 'picture' && countPictures(busy) >= maxCharts) await putBack(row, deps);
          else if (!busy.has(row.id)) begin(row);
        }
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
    busy.set(row.id, row.lane);
    const run = running.add(async () => alarm.set(await deliverRow(row, delivery)));
    void run.finally(() => {
      busy.delete(row.id);
      wake();
    });
  };
  const alarm = createHeartbeat(clock, second, wake);
  const gauge = createHeartbeat(clock, 5 * second, () => void running.add(() => measure(deps)));
  return {
    name: 'deliver',
    wake,
    start: () => {
      going = true;
      alarm.start();
      gauge.start();
    },
    stop: async () => {
      going = false;
      alarm.stop();
      gauge.stop();
      await running.ended();
    },
  };
}

function countPictures(busy: ReadonlyMap<number, OutboxRow['lane']>): number {
  return [...busy.values()].filter((lane) => lane === 'picture').length;
}

async function putBack(row: OutboxRow, { store, owner, clock }: DeliveryDeps): Promise<void> {
  const state = row.state === 'unknown' ? 'unknown' : 'pending';
  await store.outbox.settle({ ...row, state, notBefore: clock.now() + laterBy }, owner);
}

async function measure({ store, telemetry, clock }: DeliveryDeps): Promise<void> {
  const status = await store.outbox.status();
  const age = status.oldest === undefined ? 0 : clock.now() - status.oldest;
  telemetry.outboxDepth.set(status.depth);
  telemetry.deadLetters.set(status.dead);
  telemetry.outboxOldestSeconds.set(Math.max(0, age) / second);
}
