// The counts of message histories that run: begins them, asks first where one takes long, ends them in time.
import { type Duration, minute } from '../clock.ts';
import { createBackgroundTasks } from '../concurrency.ts';
import { PlatformError } from '../errors.ts';
import type { HistoryBegun, HistoryCount, HistoryRequest, HistoryResult, HistoryService } from '../history-service.ts';
import { errorFields } from '../logger.ts';
import { subjectOf } from '../metrics/message-history.ts';
import type { Job } from '../service-types.ts';
import { type CountRun, createCount, type EndedBy } from './count-history.ts';
import type { JobsDeps } from './job.ts';

/** More calls than that are made only when somebody wants to wait for them. */
const mostCallsUnasked = 100;

/** Who sent what is held no longer than this. */
const longestCount: Duration = 30 * minute;

/** Counts that run at a time: of one app, and of all. */
const mostOfApp = 3;
const mostInAll = 10;

export interface HistoryJob extends Job {
  readonly service: HistoryService;
}

type HistoryDeps = Pick<JobsDeps, 'clock' | 'logger' | 'telemetry' | 'store' | 'platforms' | 'owner'>;

/** A count that was begun, and how it is ended. */
interface Running {
  readonly count: HistoryCount;
  readonly end: (by: EndedBy) => void;
}

export function createHistoryJob(deps: HistoryDeps): HistoryJob {
  const running = new Map<string, Running>();
  const tasks = createBackgroundTasks('history', deps);
  let begun = 0;
  const newId = (): string => {
    begun += 1;
    return `${deps.owner}-${begun}`;
  };
  return {
    name: 'history',
    start: () => {},
    stop: async () => {
      for (const { end } of running.values()) end('stopped');
      await tasks.ended();
    },
    service: {
      begin: (request) => begin(request, { deps, running, tasks, newId }),
      find: (id) => running.get(id)?.count,
    },
  };
}

interface Counting {
  readonly deps: HistoryDeps;
  readonly running: Map<string, Running>;
  readonly tasks: ReturnType<typeof createBackgroundTasks>;
  readonly newId: () => string;
}

async function begin(request: HistoryRequest, counting: Counting): Promise<HistoryBegun> {
  const { deps, running } = counting;
  const ofApp = [...running.values()].filter(({ count }) => count.request.app.id === request.app.id).length;
  if (ofApp >= mostOfApp || running.size >= mostInAll) return { state: 'busy', running: ofApp };
  const history = deps.platforms.get(request.app.id)?.history;
  if (history === undefined) throw new PlatformError('not-found', `${request.app.name} has no message history.`);
  const run = await createCount(request, { ...deps, history });
  const started = start(request, run, counting);
  const long = await Promise.race([started.first, started.count.ended.then(() => undefined)]);
  if (long === undefined || request.isAgreed) {
    await keepQuestion(request, started, deps);
    return { state: 'counting', count: started.count };
  }
  started.end('stopped');
  await started.count.ended;
  return { state: 'long', messages: long.messages, time: long.time };
}

/** Who asks about people is kept; where it cannot be, nothing is told of them. */
async function keepQuestion(
  { app, actor, scope, showsPeople }: HistoryRequest,
  { end }: Running,
  { clock, store, logger }: HistoryDeps,
): Promise<void> {
  if (!showsPeople) return;
  const subject = subjectOf(scope);
  try {
    await store.histories.addQuestion({
      at: clock.now(),
      actor,
      app: app.id,
      scope: scope.of,
      ...(subject === undefined ? {} : { subject }),
    });
  } catch (error) {
    end('stopped');
    throw error;
  }
  logger.info('History of people asked', { app: app.id, of: scope.of, user: actor });
}

interface Started extends Running {
  /** What it takes, where that is much; undefined where it is not. Rejects when the first page does not come. */
  readonly first: Promise<ReturnType<CountRun['expected']>>;
}

function start(request: HistoryRequest, run: CountRun, { deps, running, tasks, newId }: Counting): Started {
  const { clock, logger } = deps;
  const id = newId();
  const controller = new AbortController();
  const end = (by: EndedBy): void => controller.abort(by);
  const first = Promise.withResolvers<ReturnType<CountRun['expected']>>();
  const ended = Promise.withResolvers<HistoryResult>();
  const cancel = clock.after(longestCount, () => end('late'));
  const decide = (): void => {
    const expected = run.expected();
    first.resolve(expected !== undefined && expected.calls > mostCallsUnasked ? expected : undefined);
  };
  const work = async (): Promise<void> => {
    const begunAt = clock.now();
    try {
      const result = await run.run(controller.signal, decide);
      logger.info('History counted', {
        app: request.app.id,
        of: request.scope.of,
        result: result.end.state,
        ms: clock.now() - begunAt,
      });
      ended.resolve(result);
    } catch (error) {
      // The one who asked is told of it; after the first page nothing of the platform is thrown.
      first.reject(error);
      if (!(error instanceof PlatformError)) logger.error('History not counted', errorFields(error));
      ended.resolve({
        days: [],
        keptDays: 0,
        end: { state: 'failed', until: undefined, reasons: [], after: clock.now() - begunAt },
      });
    } finally {
      cancel();
      running.delete(id);
    }
  };
  const count: HistoryCount = { id, request, progress: run.progress, stop: () => end('stopped'), ended: ended.promise };
  running.set(id, { count, end });
  tasks.add(work);
  return { count, end, first: first.promise };
}
