// The worker of the outbox: leases rows, a few at a time, and delivers each of them.
import { createHeartbeat, type Duration, second } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import type { Job } from '../service-types.ts';
import type { OutboxRow } from '../store/outbox.ts';
import { createDeliveryState, type DeliveryDeps, deliverRow, putBack } from './deliver-row.ts';

/** Longer than an attempt takes. One that takes longer is made again: it is looked up by its key, or draws its charts anew. */
const lease: Duration = 60 * second;
/** Concurrent messages, and concurrent charts beside them: charts take seconds and must not delay text. */
const maxMessages = 4;
const maxCharts = 2;
/** Delay of a chart for which there is no free slot. */
const chartDelay: Duration = 2 * second;

/** The job of the outbox. */
export interface Deliver extends Job {
  /** Rows were added: leases at once. */
  wake(): void;
}

/** Nothing is lost when the process ends at any point: a row in the middle of an attempt is looked up before it is sent again. */
export function createDeliver(deps: DeliveryDeps): Deliver {
  const { clock, store } = deps;
  const running = createBackgroundTasks('deliver', deps);
  const delivery = createDeliveryState(deps);
  const busy = new Map<number, OutboxRow['lane']>();
  let isRunning = false;
  let isLeasing = false;
  let hasMore = false;

  const leaseAll = async (): Promise<void> => {
    try {
      while (hasMore && isRunning) {
        hasMore = false;
        const charts = countCharts(busy);
        const free = maxMessages - (busy.size - charts);
        const rows = free > 0 ? await store.outbox.lease(deps.owner, clock.now(), lease, free) : [];
        for (const row of rows) {
          if (row.lane === 'picture' && countCharts(busy) >= maxCharts)
            await putBack(row, clock.now() + chartDelay, deps);
          else if (!busy.has(row.id)) begin(row);
        }
        if (rows.length > 0) hasMore = true;
      }
    } finally {
      isLeasing = false;
    }
  };
  const wake = (): void => {
    hasMore = true;
    if (!isRunning || isLeasing) return;
    isLeasing = true;
    void running.add(leaseAll);
  };
  const begin = (row: OutboxRow): void => {
    busy.set(row.id, row.lane);
    const run = running.add(async () => heartbeat.set(await deliverRow(row, delivery)));
    void run.finally(() => {
      busy.delete(row.id);
      wake();
    });
  };
  const heartbeat = createHeartbeat(clock, second, wake);
  const gauge = createHeartbeat(clock, 5 * second, () => void running.add(() => measure(deps)));
  return {
    name: 'deliver',
    wake,
    start: () => {
      isRunning = true;
      heartbeat.start();
      gauge.start();
    },
    stop: async () => {
      isRunning = false;
      heartbeat.stop();
      gauge.stop();
      await running.ended();
    },
  };
}

function countCharts(busy: ReadonlyMap<number, OutboxRow['lane']>): number {
  return [...busy.values()].filter((lane) => lane === 'picture').length;
}

async function measure({ store, telemetry, clock }: DeliveryDeps): Promise<void> {
  const status = await store.outbox.status();
  const age = status.oldest === undefined ? 0 : clock.now() - status.oldest;
  telemetry.outboxDepth.set(status.depth);
  telemetry.deadLetters.set(status.dead);
  telemetry.outboxOldestSeconds.set(Math.max(0, age) / second);
}
