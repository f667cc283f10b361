// A store that goes on in memory while its file cannot be written, so that alerts are told all the same, and returns to the file by itself.
import { type Clock, type Duration, type Instant, second } from '../clock.ts';
import { createMutex } from '../concurrency.ts';
import { explained, StoreError } from '../errors.ts';
import { errorFields, type Logger } from '../logger.ts';
import type { Tier } from '../metrics/range.ts';
import type { Store, StoreCondition } from './store.ts';

/** A store in memory that goes on from where the file stood. */
export interface Standby {
  readonly store: Store;
  /** From when on its numbers are complete; older ones are in the file only. */
  readonly completeFrom: Readonly<Record<Tier, Instant>>;
  /** Writes everything into the file, all or nothing. Throws a `StoreError`. */
  save(): void;
  close(): void;
}

export interface FailoverDeps {
  /** The store in the file. */
  readonly primary: Store;
  openStandby(): Promise<Standby>;
  /** True where the file is the reason of an error. */
  isFileFailure(error: unknown): error is StoreError;
  /** What happened to the file from outside; undefined where it is the one that was opened. */
  fileState(): StoreCondition['file'];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Pauses between two tries to return to the file, from the first to the longest. */
const firstRetry: Duration = 5 * second;
const longestRetry: Duration = 30 * second;

/** What goes on in memory. */
interface Failure {
  readonly standby: Standby;
  readonly since: Instant;
  error: StoreError;
  pause: Duration;
  cancel: () => void;
}

/**
 * Each call goes to the file. One that fails because of the file is made again on a store in memory, and so is every one after it, until
 * all of that could be saved into the file; work that a transaction was given may run twice. A process that ends before that loses it.
 */
export function createFailoverStore(deps: FailoverDeps): Store {
  const { primary } = deps;
  const route = createRoute(deps);
  return {
    samples: { ...routed(primary.samples, ({ samples }) => samples, route), ...withPast(primary, route) },
    daily: routed(primary.daily, ({ daily }) => daily, route),
    hourly: routed(primary.hourly, ({ hourly }) => hourly, route),
    apps: routed(primary.apps, ({ apps }) => apps, route),
    alerts: routed(primary.alerts, ({ alerts }) => alerts, route),
    outbox: routed(primary.outbox, ({ outbox }) => outbox, route),
    digests: routed(primary.digests, ({ digests }) => digests, route),
    histories: routed(primary.histories, ({ histories }) => histories, route),
    settings: routed(primary.settings, ({ settings }) => settings, route),
    polls: () => route.run((store) => store.polls()),
    savePoll: (poll) => route.run((store) => store.savePoll(poll)),
    transaction: (work) => route.run((store) => store.transaction(work)),
    // What is old is in the file only.
    prune: async (now, retention) => (route.failure() === undefined ? primary.prune(now, retention) : 0),
    condition: () => {
      const failure = route.failure();
      const file = deps.fileState();
      return {
        ...(failure === undefined ? {} : { unsaved: { since: failure.since, why: explained(failure.error) } }),
        ...(file === undefined ? {} : { file }),
      };
    },
    close: async () => {
      await route.end();
      await primary.close();
    },
  };
}

interface Route {
  run<Result>(work: (store: Store) => Promise<Result>): Promise<Result>;
  failure(): Failure | undefined;
  /** Saves what is in memory, if that is possible by now. Never rejects. */
  end(): Promise<void>;
}

type Method = (...parameters: never[]) => Promise<unknown>;

/** The same methods, each on the store that holds when it is called. */
function routed<Part extends { readonly [Name in keyof Part]: Method }>(
  part: Part,
  partOf: (store: Store) => Part,
  { run }: Route,
): Part {
  const names = Object.keys(part) as (keyof Part)[]; // a part of a store has no more than its contract
  const entries = names.map((name) => [name, (...given: never[]) => run((store) => partOf(store)[name](...given))]);
  return Object.fromEntries(entries) as Part; // the same names, each with the same parameters and result
}

/** Numbers from before the file failed are read from the file, as far as it can be read. */
function withPast(primary: Store, { run, failure }: Route): Pick<Store['samples'], 'read' | 'slots' | 'oldest'> {
  const inBoth = async <Found>(
    { tier, from, to }: { readonly tier: Tier; readonly from: Instant; readonly to: Instant },
    read: (samples: Store['samples'], from: Instant, to: Instant) => Promise<readonly Found[]>,
  ): Promise<readonly Found[]> => {
    const cut = failure()?.standby.completeFrom[tier] ?? from;
    const past = from < cut ? await read(primary.samples, from, Math.min(to, cut)).catch(() => []) : [];
    const start = Math.max(from, cut);
    const rest = start < to ? await run(({ samples }) => read(samples, start, to)) : [];
    return past.length === 0 ? rest : [...past, ...rest];
  };
  return {
    read: (app, metric, tier, from, to, near) =>
      inBoth({ tier, from, to }, (samples, start, end) => samples.read(app, metric, tier, start, end, near)),
    slots: (app, tier, from, to) =>
      inBoth({ tier, from, to }, (samples, start, end) => samples.slots(app, tier, start, end)),
    oldest: async (app) => {
      const stored = failure() && (await primary.samples.oldest(app).catch(() => undefined));
      return stored ?? run(({ samples }) => samples.oldest(app));
    },
  };
}

function createRoute(deps: FailoverDeps): Route {
  const { primary, clock, logger } = deps;
  const calls = createCalls();
  let failure: Failure | undefined;

  const goOnInMemory = (error: StoreError): Promise<void> =>
    calls.withoutAny(async () => {
      if (failure !== undefined) return;
      const standby = await deps.openStandby();
      failure = { standby, since: clock.now(), error, pause: firstRetry, cancel: () => {} };
      retryLater(failure);
      logger.error('The store cannot be written; the bot goes on in memory.', errorFields(error));
    });
  const retryLater = (failed: Failure): void => {
    failed.cancel = clock.after(failed.pause, () => void returnToFile());
    failed.pause = Math.min(failed.pause * 2, longestRetry);
  };
  const returnToFile = (): Promise<void> =>
    calls.withoutAny(async () => {
      if (failure === undefined) return;
      try {
        if (deps.fileState() !== undefined)
          throw new StoreError('The file of the store is not the one that was opened.');
        failure.standby.save();
      } catch (error) {
        if (error instanceof StoreError) failure.error = error;
        retryLater(failure);
        return;
      }
      failure.standby.close();
      failure = undefined;
      logger.info('The store is written again; what was kept in memory is saved.');
    });
  return {
    run: async (work) => {
      for (;;) {
        const { store, result, error } = await calls.during(async () => {
          const used = failure?.standby.store ?? primary;
          return { store: used, ...(await settled(() => work(used))) };
        });
        if (result !== undefined) return result.value;
        if (store !== primary || !deps.isFileFailure(error)) throw error;
        await goOnInMemory(error);
      }
    },
    failure: () => failure,
    end: async () => {
      failure?.cancel();
      await returnToFile();
      failure?.cancel();
      if (failure === undefined) return;
      logger.error(
        'What was stored since the store failed is lost; what was told since then may be told again.',
        errorFields(failure.error),
      );
      failure.standby.close();
      failure = undefined;
    },
  };
}

async function settled<Value>(
  work: () => Promise<Value>,
): Promise<{ readonly result?: { readonly value: Value }; readonly error?: unknown }> {
  try {
    return { result: { value: await work() } };
  } catch (error) {
    return { error };
  }
}

/** Calls run side by side; what must run without any waits for them, and they for it. */
function createCalls(): {
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  withoutAny(work: () => Promise<void>): Promise<void>;
} {
  const oneByOne = createMutex();
  const running = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  return {
    during: async (work) => {
      while (closed !== undefined) await closed;
      const run = work();
      running.add(run);
      try {
        return await run;
      } finally {
        running.delete(run);
      }
    },
    withoutAny: (work) =>
      oneByOne(async () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        closed = promise;
        try {
          await Promise.allSettled(running);
          await work();
        } finally {
          closed = undefined;
          resolve();
        }
      }),
  };
}
